//! Which apps there are, and how they come and go.
//!
//! Apps that come with Satchel lie in one folder, a person's own in another; nothing here changes the
//! first. A folder whose manifest makes no sense is listed all the same, with what is wrong with it.
//!
//! ```text
//! apps/<id>/app.toml ─▶ App        template, duplicate, package ─▶ apps/<id>/ ─▶ apps-trash/
//! apps.toml, apps-secrets.toml ─▶ Choices (enabled, grants, settings)
//! ```

mod choices;
mod create;
mod error;
mod files;
mod package;
mod shipped;
mod stamp;
mod template;
#[cfg(test)]
mod tests;
mod trash;

pub use choices::{Choices, ChoicesError};
pub use error::LibraryError;
pub use package::{ENDING as PACKAGE_ENDING, Preview};
pub use shipped::lay_out;
pub use template::Template;
pub use trash::Deleted;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::manifest::{self, Manifest};
use crate::{AppId, Problem};

/// The folders in which apps lie. Cheap to clone; every question looks at the disk anew.
#[derive(Clone, Debug)]
pub struct Library {
    shipped: Option<PathBuf>,
    own: PathBuf,
    guest: Option<PathBuf>,
    listed: Option<AppId>,
}

/// Where an app comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It came with Satchel and is not changed; what its manifest asks for is granted.
    Shipped,
    /// A person made it, or fetched it.
    Own,
    /// It lies elsewhere and is run from there once. What was chosen for an app of the same id is
    /// not its business.
    Guest,
}

/// One app, as it lies on disk.
#[derive(Clone, Debug, PartialEq)]
pub struct App {
    /// The name of its folder.
    pub id: AppId,
    /// Its folder.
    pub folder: PathBuf,
    /// Where it comes from.
    pub origin: Origin,
    /// What it says about itself, or everything that is wrong with that.
    pub manifest: Result<Manifest, Vec<Problem>>,
}

impl App {
    /// Reads the app in a folder, wherever that is.
    ///
    /// # Errors
    /// When the folder's name is none for an app.
    pub fn read(folder: &Path, origin: Origin) -> Result<Self, LibraryError> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let id = AppId::parse(&name)?;
        let folder = folder.to_owned();
        Ok(Self { id, manifest: manifest::read(&folder), folder, origin })
    }

    /// Whether its script seems to have a function of this name: found in its text, without compiling
    /// it. An assistant has an `on_run`. Reads a file.
    #[must_use]
    pub fn declares(&self, function: &str) -> bool {
        let Ok(manifest) = &self.manifest else { return false };
        let Some(entry) = &manifest.entry else { return function == "on_run" };
        // One that cannot be read is told of when it is loaded.
        let text = fs::read_to_string(self.folder.join(entry)).unwrap_or_default();
        text.lines().any(|line| {
            let declared = line.trim_start().strip_prefix("fn ").map(str::trim_start);
            let rest = declared.and_then(|declared| declared.strip_prefix(function));
            rest.is_some_and(|rest| rest.trim_start().starts_with('('))
        })
    }

    /// The name under which it keeps what it remembers. A guest has a memory of its own, by its
    /// folder, apart from that of an app with the same id.
    #[must_use]
    pub fn memory(&self) -> String {
        match self.origin {
            Origin::Guest => format!("{} in {}", self.id, self.folder.display()),
            Origin::Shipped | Origin::Own => self.id.0.clone(),
        }
    }

    /// Its name for people; its id while the manifest makes no sense.
    #[must_use]
    pub fn name(&self) -> &str {
        self.manifest.as_ref().map_or(self.id.0.as_str(), |manifest| manifest.name.as_str())
    }
}

impl Library {
    /// The apps that came with Satchel, if any did, and a person's own. Neither folder has to be
    /// there.
    #[must_use]
    pub fn open(shipped: Option<PathBuf>, own: PathBuf) -> Self {
        Self { shipped, own, guest: None, listed: None }
    }

    /// The same with an app that lies elsewhere. If it is one of these apps anyway, it stays that.
    ///
    /// # Errors
    /// When the folder is not there or its name is none for an app, or the person has an app of that
    /// name.
    pub fn with_guest(mut self, folder: &Path) -> Result<(Self, App), LibraryError> {
        let unreadable = |reason| LibraryError::Unreadable { reason, path: folder.to_owned() };
        let folder = folder.canonicalize().map_err(unreadable)?;
        let guest = App::read(&folder, Origin::Guest)?;
        match self.find(&guest.id) {
            Some(app) if app.folder.canonicalize().is_ok_and(|known| known == folder) => {
                return Ok((self, app));
            }
            // It would find what the other one keeps.
            Some(app) if app.origin == Origin::Own => return Err(LibraryError::Taken(app.id)),
            _ => self.guest = Some(folder),
        }
        Ok((self, guest))
    }

    /// The same with only this app in the list, for who works on one and wants no other to wake. The
    /// others are still found.
    #[must_use]
    pub fn listing_only(mut self, app: &AppId) -> Self {
        self.listed = Some(app.clone());
        self
    }

    /// Whether the app of this id is one that lies elsewhere.
    #[must_use]
    pub fn is_guest(&self, id: &AppId) -> bool {
        self.guest.as_ref().is_some_and(|folder| folder.ends_with(&id.0))
    }

    /// The folder of a person's own apps.
    #[must_use]
    pub fn own(&self) -> &Path {
        &self.own
    }

    /// The folder of the apps that came with Satchel.
    #[must_use]
    pub fn shipped(&self) -> Option<&Path> {
        self.shipped.as_deref()
    }

    /// All apps, by name. Where both folders have an app, the person's own is meant.
    ///
    /// # Errors
    /// When a folder is there and cannot be read.
    pub fn list(&self) -> Result<Vec<App>, LibraryError> {
        let mut apps: Vec<App> =
            self.guest.iter().filter_map(|folder| App::read(folder, Origin::Guest).ok()).collect();
        let own = apps_in(&self.own, Origin::Own)?;
        let shipped = self.shipped.as_deref().map(|folder| apps_in(folder, Origin::Shipped));
        for app in own.into_iter().chain(shipped.transpose()?.unwrap_or_default()) {
            if !apps.iter().any(|nearer| nearer.id == app.id) {
                apps.push(app);
            }
        }
        if let Some(only) = &self.listed {
            apps.retain(|app| app.id == *only);
        }
        apps.sort_by_cached_key(|app| (app.name().to_lowercase(), app.id.clone()));
        Ok(apps)
    }

    /// The app of this id, if there is one.
    #[must_use]
    pub fn find(&self, id: &AppId) -> Option<App> {
        // An id need not have been checked by whoever made it.
        let id = AppId::parse(&id.0).ok()?;
        let guest = self.guest.clone().filter(|folder| folder.ends_with(&id.0));
        let places = [
            (guest, Origin::Guest),
            (Some(self.own.join(&id.0)), Origin::Own),
            (self.shipped.as_ref().map(|shipped| shipped.join(&id.0)), Origin::Shipped),
        ];
        places.into_iter().find_map(|(folder, origin)| {
            let folder = folder.filter(|folder| folder.join(manifest::FILE).is_file())?;
            App::read(&folder, origin).ok()
        })
    }

    /// The app of this id.
    ///
    /// # Errors
    /// When there is none, with the name that may have been meant.
    pub fn get(&self, id: &AppId) -> Result<App, LibraryError> {
        self.find(id).ok_or_else(|| {
            let ids: Vec<_> =
                self.list().unwrap_or_default().into_iter().map(|app| app.id).collect();
            let nearest = crate::nearest::nearest(&id.0, ids.iter().map(|id| id.0.as_str()));
            LibraryError::Unknown { id: id.clone(), nearest: nearest.map(str::to_owned) }
        })
    }

    /// An id that no app has yet: this one, or it with a number behind.
    #[must_use]
    pub fn free_id(&self, wanted: &AppId) -> AppId {
        let numbered = (2_u32..).map(|number| AppId(format!("{wanted}-{number}")));
        std::iter::once(wanted.clone())
            .chain(numbered)
            .find(|id| !self.is_taken(id))
            .unwrap_or_else(|| wanted.clone())
    }

    fn is_taken(&self, id: &AppId) -> bool {
        let shipped = self.shipped.iter().any(|shipped| shipped.join(&id.0).exists());
        shipped || self.own.join(&id.0).exists()
    }

    fn own_app(&self, id: &AppId) -> Result<App, LibraryError> {
        let app = self.get(id)?;
        match app.origin {
            Origin::Own => Ok(app),
            Origin::Shipped | Origin::Guest => Err(LibraryError::Shipped(id.clone())),
        }
    }
}

fn apps_in(folder: &Path, origin: Origin) -> Result<Vec<App>, LibraryError> {
    let unreadable = |reason| LibraryError::Unreadable { reason, path: folder.to_owned() };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(error)),
    };
    let mut apps = Vec::new();
    for entry in entries {
        let path = entry.map_err(unreadable)?.path();
        // Anything else than a folder with a manifest is none of our business.
        if path.join(manifest::FILE).is_file()
            && let Ok(app) = App::read(&path, origin)
        {
            apps.push(app);
        }
    }
    Ok(apps)
}

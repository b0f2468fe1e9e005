//! What a person has chosen about apps: which are switched on, what they may, how they are set.
//!
//! `apps.toml` in the data folder holds it all, save secrets: those lie in `apps-secrets.toml`, which
//! only its owner may read. Each change is on disk before the call returns, and begins with a fresh
//! look at the file, so that a window and a command do not undo each other's. All of it but the
//! switch counts for the app for which it was chosen, and not for another that takes its place
//! (`stamp.rs`).

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use engine::settings::{set_aside, write_private, write_whole};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::{App, Origin, stamp};
use crate::AppId;
use crate::manifest::{self, SettingRefused, SettingRow};
use crate::permissions::Grants;

/// What a person has chosen about all apps.
#[derive(Clone, Debug)]
pub struct Choices {
    data_dir: PathBuf,
    apps: BTreeMap<AppId, Chosen>,
    secrets: BTreeMap<AppId, BTreeMap<String, String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Chosen {
    /// The stamp of the app for which it was chosen.
    #[serde(rename = "for", skip_serializing_if = "String::is_empty")]
    stamp: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    disabled: bool,
    #[serde(skip_serializing_if = "is_default")]
    grants: Grants,
    #[serde(skip_serializing_if = "Map::is_empty")]
    settings: Map<String, Json>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Why a choice could not be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum ChoicesError {
    /// The value does not suit the setting.
    #[error(transparent)]
    Refused(#[from] SettingRefused),
    /// It lies elsewhere and is only run.
    #[error("what is chosen for `{0}` is not kept, since it lies outside of the folder of apps")]
    Guest(AppId),
    /// The app has no such setting.
    #[error("the app `{app}` has no setting `{key}`{hint}")]
    NoSetting {
        /// Which app.
        app: AppId,
        /// What was asked for.
        key: String,
        /// What may have been meant.
        hint: String,
    },
    /// The file is there and cannot be read.
    #[error("the settings of apps cannot be read: {reason}: {}", path.display())]
    Unreadable {
        /// What the system said.
        reason: io::Error,
        /// Which file.
        path: PathBuf,
    },
    /// The file cannot be written; nothing was changed.
    #[error("the settings of apps cannot be saved: {reason}: {}", path.display())]
    Unwritable {
        /// What the system said.
        reason: io::Error,
        /// Which file.
        path: PathBuf,
    },
}

impl Choices {
    /// Reads what was chosen. A file that makes no sense is moved aside, and the log says so.
    ///
    /// # Errors
    /// When a file is there and cannot be read or moved.
    pub fn load(data_dir: &Path) -> Result<Self, ChoicesError> {
        let apps = read(&data_dir.join(APPS))?;
        let secrets = read(&data_dir.join(SECRETS))?;
        Ok(Self { data_dir: data_dir.to_owned(), apps, secrets })
    }

    /// Whether the app may be loaded.
    #[must_use]
    pub fn is_enabled(&self, app: &AppId) -> bool {
        !self.apps.get(app).is_some_and(|chosen| chosen.disabled)
    }

    /// Allows an app to be loaded, or forbids it.
    ///
    /// # Errors
    /// When the choice cannot be kept.
    pub fn set_enabled(&mut self, app: &AppId, enabled: bool) -> Result<(), ChoicesError> {
        self.change_entry(app, |chosen| chosen.disabled = !enabled)
    }

    /// What a person answered to what the app asks for. One that came with Satchel has what it asks
    /// for until its person says otherwise; a guest has nothing.
    #[must_use]
    pub fn grants(&self, app: &App) -> Grants {
        let answers = self.chosen(app).map(|chosen| chosen.grants.clone()).unwrap_or_default();
        match (app.origin, &app.manifest) {
            (Origin::Shipped, Ok(manifest)) => answers.or(Grants::to_all(&manifest.permissions)),
            _ => answers,
        }
    }

    /// Grants what an app asks for: one that its person has just made of a template.
    ///
    /// # Errors
    /// When the choice cannot be kept.
    pub fn grant_all(&mut self, app: &App) -> Result<(), ChoicesError> {
        let permissions = app.manifest.as_ref().map(|manifest| manifest.permissions.as_slice());
        let all = Grants::to_all(permissions.unwrap_or_default());
        self.change(app, |chosen| chosen.grants = all.or(std::mem::take(&mut chosen.grants)))
    }

    /// Forgets all answers, so that whatever has this id is asked again.
    ///
    /// # Errors
    /// When that cannot be kept.
    pub fn forget_grants(&mut self, app: &AppId) -> Result<(), ChoicesError> {
        self.change_entry(app, |chosen| chosen.grants = Grants::default())
    }

    /// Keeps the answer for a permission, by its key; `None` to be asked again.
    ///
    /// # Errors
    /// When the choice cannot be kept.
    pub fn set_grant(
        &mut self,
        app: &App,
        permission: &str,
        granted: Option<bool>,
    ) -> Result<(), ChoicesError> {
        self.change(app, |chosen| chosen.grants.set(permission, granted))
    }

    /// What applies for the app: each setting as chosen, or else its default; secrets too. Not to be
    /// shown.
    #[must_use]
    pub fn settings(&self, app: &App) -> Map<String, Json> {
        let rows = app.manifest.as_ref().map(|manifest| manifest.settings.as_slice());
        let mut chosen = Map::new();
        if self.is_for(app) {
            chosen = self.chosen_settings(app);
            let secrets = self.secrets.get(&app.id).into_iter().flatten();
            chosen.extend(secrets.map(|(key, text)| (key.clone(), text.as_str().into())));
        }
        manifest::effective(rows.unwrap_or_default(), &chosen)
    }

    /// What the person has set otherwise than the manifest does, for a form; without secrets.
    #[must_use]
    pub fn chosen_settings(&self, app: &App) -> Map<String, Json> {
        self.chosen(app).map(|chosen| chosen.settings.clone()).unwrap_or_default()
    }

    /// Whether a secret is set.
    #[must_use]
    pub fn has_secret(&self, app: &App, key: &str) -> bool {
        self.is_for(app)
            && self.secrets.get(&app.id).is_some_and(|secrets| secrets.contains_key(key))
    }

    /// Keeps the value of a setting; `None` to go back to the default.
    ///
    /// # Errors
    /// When there is no such setting, the value does not suit it, or it cannot be kept.
    pub fn set_setting(
        &mut self,
        app: &App,
        rows: &[SettingRow],
        key: &str,
        value: Option<Json>,
    ) -> Result<(), ChoicesError> {
        let row =
            rows.iter().find(|row| row.key == key).ok_or_else(|| ChoicesError::NoSetting {
                app: app.id.clone(),
                key: key.to_owned(),
                hint: crate::nearest::hint(key, rows.iter().map(|row| row.key.as_str())),
            })?;
        let value = value.map(|value| row.check(value)).transpose()?;
        let value = value.filter(|value| !value.is_null());
        if row.is_secret() {
            return self.set_secret(app, key, value.as_ref().and_then(Json::as_str));
        }
        self.change(app, |chosen| match value {
            Some(value) => drop(chosen.settings.insert(key.to_owned(), value)),
            None => drop(chosen.settings.remove(key)),
        })
    }

    /// Copies what was chosen for one app to another, secrets excepted: for a duplicate.
    ///
    /// # Errors
    /// When the choices cannot be kept.
    pub fn copy(&mut self, from: &App, to: &App) -> Result<(), ChoicesError> {
        let (grants, settings) = (self.grants(from), self.chosen_settings(from));
        self.change(to, |chosen| {
            let stamp = std::mem::take(&mut chosen.stamp);
            *chosen = Chosen { stamp, disabled: false, grants, settings };
        })
    }

    /// Forgets what was chosen for an app that is gone.
    ///
    /// # Errors
    /// When that cannot be kept.
    pub fn forget(&mut self, app: &AppId) -> Result<(), ChoicesError> {
        if self.secrets.contains_key(app) {
            self.forget_secrets(app)?;
        }
        self.change_entry(app, |chosen| *chosen = Chosen::default())
    }

    /// What was chosen for this very app.
    fn chosen(&self, app: &App) -> Option<&Chosen> {
        self.apps.get(&app.id).filter(|_| self.is_for(app))
    }

    /// Whether what was chosen for this id was chosen for this very app.
    fn is_for(&self, app: &App) -> bool {
        stamp::of(app).is_some_and(|stamp| stamp == self.stamp(&app.id))
    }

    fn stamp(&self, app: &AppId) -> &str {
        self.apps.get(app).map_or("", |chosen| chosen.stamp.as_str())
    }

    fn set_secret(
        &mut self,
        app: &App,
        key: &str,
        value: Option<&str>,
    ) -> Result<(), ChoicesError> {
        // Those of another app that had its id are gone with this.
        self.change(app, |_| {})?;
        let app = &app.id;
        self.secrets = read(&self.data_dir.join(SECRETS))?;
        let secrets = self.secrets.entry(app.clone()).or_default();
        match value {
            Some(value) => drop(secrets.insert(key.to_owned(), value.to_owned())),
            None => drop(secrets.remove(key)),
        }
        self.secrets.retain(|_, secrets| !secrets.is_empty());
        self.save_secrets()
    }

    fn save_secrets(&self) -> Result<(), ChoicesError> {
        save(&self.data_dir.join(SECRETS), &self.secrets, write_private)
    }

    /// Changes what was chosen for an app, after forgetting what was for another of its id.
    fn change(&mut self, app: &App, change: impl FnOnce(&mut Chosen)) -> Result<(), ChoicesError> {
        let unwritable = |reason| ChoicesError::Unwritable { reason, path: app.folder.clone() };
        let stamp = stamp::of_or_new(app).map_err(unwritable)?;
        let stamp = stamp.ok_or_else(|| ChoicesError::Guest(app.id.clone()))?;
        self.apps = read(&self.data_dir.join(APPS))?;
        if self.stamp(&app.id) != stamp && self.secrets.contains_key(&app.id) {
            self.forget_secrets(&app.id)?;
        }
        self.change_entry(&app.id, |chosen| {
            if chosen.stamp != stamp {
                *chosen = Chosen { stamp, disabled: chosen.disabled, ..Chosen::default() };
            }
            change(chosen);
        })
    }

    fn forget_secrets(&mut self, app: &AppId) -> Result<(), ChoicesError> {
        self.secrets = read(&self.data_dir.join(SECRETS))?;
        self.secrets.remove(app);
        self.save_secrets()
    }

    fn change_entry(
        &mut self,
        app: &AppId,
        change: impl FnOnce(&mut Chosen),
    ) -> Result<(), ChoicesError> {
        let path = self.data_dir.join(APPS);
        let mut apps: BTreeMap<AppId, Chosen> = read(&path)?;
        change(apps.entry(app.clone()).or_default());
        apps.retain(|_, chosen| !is_default(chosen));
        save(&path, &apps, write_whole)?;
        self.apps = apps;
        Ok(())
    }
}

const APPS: &str = "apps.toml";
const SECRETS: &str = "apps-secrets.toml";

fn read<T: DeserializeOwned + Default>(path: &Path) -> Result<T, ChoicesError> {
    let unreadable = |reason| ChoicesError::Unreadable { reason, path: path.to_owned() };
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(T::default()),
        Err(error) => return Err(unreadable(error)),
    };
    match toml::from_slice(&bytes) {
        Ok(value) => Ok(value),
        Err(error) => {
            let kept_as = set_aside(path).map_err(unreadable)?;
            let reason = error.message();
            tracing::warn!(
                "the settings of apps could not be understood, so the defaults are used ({reason}); \
                 the file is kept as {}",
                kept_as.display()
            );
            Ok(T::default())
        }
    }
}

fn save<T: Serialize>(
    path: &Path,
    value: &T,
    write: fn(&Path, &[u8]) -> io::Result<()>,
) -> Result<(), ChoicesError> {
    let unwritable = |reason| ChoicesError::Unwritable { reason, path: path.to_owned() };
    let text = toml::to_string(value).map_err(|error| unwritable(io::Error::other(error)))?;
    write(path, text.as_bytes()).map_err(unwritable)
}

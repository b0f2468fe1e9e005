//! Deleting, and taking that back.

use std::fs;
use std::path::PathBuf;

use super::{App, Library, LibraryError, Origin};
use crate::AppId;

/// An app that was deleted and can still come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// Its id.
    pub id: AppId,
    /// Where its folder lies now.
    pub folder: PathBuf,
}

impl Library {
    /// Moves a person's own app to the folder of deleted ones.
    ///
    /// # Errors
    /// When there is no such app, it came with Satchel, or its folder cannot be moved.
    pub fn delete(&self, id: &AppId) -> Result<Deleted, LibraryError> {
        let app = self.own_app(id)?;
        let folder = self.trash(&app.folder, id)?;
        Ok(Deleted { id: id.clone(), folder })
    }

    /// Brings a deleted app back.
    ///
    /// # Errors
    /// When another app has its id by now, or its folder cannot be moved.
    pub fn restore(&self, deleted: &Deleted) -> Result<App, LibraryError> {
        if self.own.join(&deleted.id.0).exists() {
            return Err(LibraryError::Taken(deleted.id.clone()));
        }
        let folder = self.own.join(&deleted.id.0);
        fs::rename(&deleted.folder, &folder)
            .map_err(|reason| LibraryError::Unwritable { reason, path: deleted.folder.clone() })?;
        App::read(&folder, Origin::Own)
    }

    /// Moves a folder of ours to a free place in the folder of deleted apps.
    pub(super) fn trash(
        &self,
        folder: &std::path::Path,
        id: &AppId,
    ) -> Result<PathBuf, LibraryError> {
        // Beside the folder of apps, not in it: what lies there is listed and watched.
        let trash = self.own.with_file_name("apps-trash");
        let unwritable = |reason| LibraryError::Unwritable { reason, path: folder.to_owned() };
        fs::create_dir_all(&trash).map_err(unwritable)?;
        let date = jiff::Zoned::now().strftime("%Y-%m-%d-%H%M%S").to_string();
        let numbered = (2_u32..).map(|number| format!("{id}-{date}-{number}"));
        let name = std::iter::once(format!("{id}-{date}")).chain(numbered);
        let free = name.map(|name| trash.join(name)).find(|place| !place.exists());
        let place = free.unwrap_or_else(|| trash.join(&id.0));
        fs::rename(folder, &place).map_err(unwritable)?;
        Ok(place)
    }
}

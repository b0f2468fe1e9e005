//! `models/added.toml`: the models that stay where they are on disk.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::LibraryError;
use crate::settings::{set_aside, write_whole};

const NAME: &str = "added.toml";

/// The list of models that were added without being copied.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Added {
    #[serde(default, rename = "model")]
    pub(super) models: Vec<AddedModel>,
}

/// One of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct AddedModel {
    pub(super) id: String,
    pub(super) path: PathBuf,
}

impl Added {
    /// Reads the list; an empty one where there is none. A list that cannot be understood is moved
    /// aside with a warning: the other models can be used all the same.
    pub(super) fn read(folder: &Path) -> Result<Self, LibraryError> {
        let path = folder.join(NAME);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(LibraryError::refused("read the added models", &path)(error)),
        };
        toml::from_str(&text).or_else(|error: toml::de::Error| {
            let kept_as = set_aside(&path)
                .map_err(LibraryError::refused("move the damaged list of added models", &path))?;
            tracing::warn!(
                "the list of added models could not be understood ({}), so models outside of the \
                 data folder have to be added again; the old list is kept as {}",
                error.message(),
                kept_as.display()
            );
            Ok(Self::default())
        })
    }

    /// Replaces the list in one step, so that a crash leaves the old one or the new one.
    pub(super) fn write(&self, folder: &Path) -> Result<(), LibraryError> {
        let path = folder.join(NAME);
        let text = toml::to_string_pretty(self).map_err(|error| LibraryError::AddedList {
            reason: error.to_string(),
            path: path.clone(),
        })?;
        fs::create_dir_all(folder)
            .and_then(|()| write_whole(&path, text.as_bytes()))
            .map_err(LibraryError::refused("write the added models", &path))
    }
}

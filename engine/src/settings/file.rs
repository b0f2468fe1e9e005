//! `settings.toml` in memory, and its way to the disk and back.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::de::{DeserializeOwned, IntoDeserializer};
use serde::{Deserialize, Serialize};
use toml_edit::{DocumentMut, Item, Table, TableLike};

use super::Overrides;
use crate::models::ModelId;

const MODELS: &str = "models";

/// All settings. Reading and changing happens in memory; [`Settings::save`] or a
/// [`Saver`](super::Saver) writes them down.
#[derive(Clone, Debug)]
pub struct Settings {
    path: PathBuf,
    document: DocumentMut,
}

/// Something about the settings that the person should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The file could not be understood; the defaults are used.
    Broken {
        /// What is wrong, with line and column.
        reason: String,
        /// Where the file was moved to.
        kept_as: PathBuf,
    },
}

impl std::fmt::Display for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Broken { reason, kept_as } => write!(
                f,
                "the settings could not be understood, so the defaults are used ({}); the file is kept as {}",
                reason.trim().replace('\n', " "),
                kept_as.display()
            ),
        }
    }
}

/// Why settings could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file is there and cannot be read.
    #[error("the settings cannot be read: {reason}: {}", path.display())]
    Unreadable {
        /// What the system said.
        reason: io::Error,
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be written; the old one is as it was.
    #[error("the settings cannot be saved: {reason}: {}", path.display())]
    Unwritable {
        /// What the system said.
        reason: io::Error,
        /// The file.
        path: PathBuf,
    },
    /// A section's value has no form in TOML.
    #[error("the section {section} cannot be written as settings: {reason}")]
    Unsuitable {
        /// The section.
        section: String,
        /// Why.
        reason: String,
    },
}

impl Settings {
    /// Reads the file; where there is none, all is at its default. A file that cannot be understood
    /// is moved aside, and the notice says where to.
    ///
    /// # Errors
    /// When a file is there and cannot be read or moved.
    pub fn load(path: &Path) -> Result<(Self, Option<Notice>), SettingsError> {
        let unreadable =
            |reason: io::Error| SettingsError::Unreadable { reason, path: path.to_owned() };
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(unreadable(error)),
        };
        let parsed = String::from_utf8(bytes)
            .map_err(|error| error.to_string())
            .and_then(|text| text.parse::<DocumentMut>().map_err(|error| error.to_string()));
        match parsed {
            Ok(document) => Ok((Self { path: path.to_owned(), document }, None)),
            Err(reason) => {
                let kept_as = set_aside(path).map_err(unreadable)?;
                let document = DocumentMut::new();
                let notice = Notice::Broken { reason, kept_as };
                Ok((Self { path: path.to_owned(), document }, Some(notice)))
            }
        }
    }

    /// A face's own section, such as `[window]`; its default where there is none or it makes no
    /// sense.
    #[must_use]
    pub fn section<T: DeserializeOwned + Default>(&self, name: &str) -> T {
        let Some(item) = self.document.get(name) else { return T::default() };
        let value = item.clone().into_value().ok();
        value.and_then(|value| T::deserialize(value.into_deserializer()).ok()).unwrap_or_else(
            || {
                tracing::warn!(
                    "the section [{name}] of the settings is not understood and ignored"
                );
                T::default()
            },
        )
    }

    /// Changes a section: the keys of `value` are set; other keys and comments stay.
    ///
    /// # Errors
    /// When `value` is not a struct or map of values that TOML knows.
    pub fn set_section<T: Serialize>(
        &mut self,
        name: &str,
        value: &T,
    ) -> Result<(), SettingsError> {
        let new = toml_edit::ser::to_document(value).map_err(|error| {
            SettingsError::Unsuitable { section: name.to_owned(), reason: error.to_string() }
        })?;
        let old = self.document.entry(name).or_insert_with(toml_edit::table);
        if old.as_table_like().is_none() {
            *old = toml_edit::table();
        }
        if let Some(old) = old.as_table_like_mut() {
            for (key, value) in new.iter() {
                put(old, key, value.clone());
            }
        }
        Ok(())
    }

    /// What the person has set for a model, by the keys of [`super::all`].
    #[must_use]
    pub fn model(&self, id: &ModelId) -> Overrides {
        let mut overrides = Overrides::default();
        let Some(table) = self.document.get(MODELS).and_then(|models| models.get(&id.0)) else {
            return overrides;
        };
        for (key, item) in table.as_table_like().into_iter().flat_map(TableLike::iter) {
            let value = item.clone().into_value().ok();
            match value.and_then(|v| serde_json::Value::deserialize(v.into_deserializer()).ok()) {
                Some(value) => overrides.insert_unchecked(key, value),
                None => tracing::warn!("the setting {key} of {id} is not understood and ignored"),
            }
        }
        overrides
    }

    /// Changes what is set for a model. Keys that this version does not know stay.
    pub fn set_model(&mut self, id: &ModelId, overrides: &Overrides) {
        let models = self.document.entry(MODELS).or_insert_with(|| {
            // `[models."x"]` says it all; an empty `[models]` above would be noise.
            let mut table = Table::new();
            table.set_implicit(true);
            Item::Table(table)
        });
        let Some(models) = models.as_table_like_mut() else { return };
        let model = models.entry(&id.0).or_insert_with(toml_edit::table);
        let Some(model) = model.as_table_like_mut() else { return };
        for setting in super::all() {
            let value = overrides
                .get(setting.key)
                .and_then(|value| value.serialize(toml_edit::ser::ValueSerializer::new()).ok());
            match value {
                Some(value) => put(model, setting.key, Item::Value(value)),
                None => {
                    model.remove(setting.key);
                }
            }
        }
        if model.is_empty() {
            models.remove(&id.0);
        }
    }

    /// Where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file as it would be written.
    #[must_use]
    pub fn text(&self) -> String {
        self.document.to_string()
    }

    /// Writes the file and waits until the disk has it. A window uses a
    /// [`Saver`](super::Saver) instead.
    ///
    /// # Errors
    /// When it cannot be written; the old file is then as it was.
    pub fn save(&self) -> Result<(), SettingsError> {
        write_whole(&self.path, self.text().as_bytes())
            .map_err(|reason| SettingsError::Unwritable { reason, path: self.path.clone() })
    }
}

/// Sets a value and keeps the comments around the old one.
fn put(table: &mut dyn TableLike, key: &str, item: Item) {
    match (table.get_mut(key), item) {
        (Some(Item::Value(old)), Item::Value(mut new)) => {
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        (_, item) => {
            table.insert(key, item);
        }
    }
}

/// Replaces a file in one step: afterwards it is the old one or the new one, whole.
///
/// # Errors
/// When it cannot be written; the old file is then as it was.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace(path, bytes, OpenOptions::new().write(true).create(true).truncate(true))
}

/// The same for a file that only its owner may read, where the system knows such files.
///
/// # Errors
/// When it cannot be written; the old file is then as it was.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    // A new file, so that nobody has it open from before.
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    replace(path, bytes, &options)
}

fn replace(path: &Path, bytes: &[u8], options: &OpenOptions) -> io::Result<()> {
    // A link stays one: some keep their settings elsewhere.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let new = path.with_file_name(name);
    let written = options.open(&new).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let replaced = written.and_then(|()| fs::rename(&new, path));
    if replaced.is_err() {
        // What is left of it is of no use; the first error is the one to tell.
        fs::remove_file(&new).ok();
    }
    replaced?;
    sync_folder(path)
}

/// A rename is only on disk when its folder is.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// Moves a file that cannot be understood out of the way, under a name that says so.
///
/// # Errors
/// When it cannot be moved.
pub fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let date = jiff::Zoned::now().strftime("%Y-%m-%d-%H%M%S").to_string();
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".broken-{date}"));
    let kept_as = path.with_file_name(name);
    fs::rename(path, &kept_as)?;
    Ok(kept_as)
}

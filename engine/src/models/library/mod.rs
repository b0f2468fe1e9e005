//! The library: what models there are.
//!
//! ```text
//! models/**.gguf ──▶ scan.rs ─┐
//! models/added.toml ▶ added.rs ┼─▶ entry.rs (what each file is) ─▶ list ─▶ find.rs (which is meant)
//! the demonstration model ─────┘
//! a file from elsewhere ─▶ keep.rs (copy it in) or added.rs (leave it there)
//! ```
//!
//! A file that cannot be used is listed with the reason, never hidden. Reads headers from disk, so
//! nothing here belongs on the thread that draws.

mod added;
mod entry;
mod error;
mod find;
mod keep;
mod scan;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

pub use entry::ModelEntry;
pub use error::LibraryError;
pub use find::{find, find_exactly};
pub use keep::CopyProgress;

use super::gguf::Gguf;
use super::{ModelId, gguf};
use added::{Added, AddedModel};

/// The id of the demonstration model.
pub const DEMO: &str = "demo";

/// What happens to the file of a model that is added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// It stays where it is, and the library remembers the place.
    Reference,
    /// It is copied into the data folder, so that the original can be changed, moved or deleted.
    Copy,
}

/// The models of a data folder.
#[derive(Debug)]
pub struct Library {
    folder: PathBuf,
    demo: Option<PathBuf>,
    /// Headers that were read before; files are told apart by time and size.
    known: Mutex<HashMap<PathBuf, (Stamp, ModelEntry)>>,
}

type Stamp = (Option<SystemTime>, u64);

impl Library {
    /// The library of `folder` (see [`crate::folder::DataFolder::models`]), and the demonstration
    /// model, if the program has it at hand.
    pub fn new(folder: impl Into<PathBuf>, demo: Option<PathBuf>) -> Self {
        Self { folder: folder.into(), demo, known: Mutex::default() }
    }

    /// Every model: those in the folder, those added by reference, and the demonstration model last.
    ///
    /// # Errors
    /// When the folder or the list of added files cannot be read.
    pub fn list(&self) -> Result<Vec<ModelEntry>, LibraryError> {
        let mut entries: Vec<_> = scan::scan(&self.folder)?
            .iter()
            .map(|path| self.entry(self.id_of(path), path))
            .collect();
        for model in Added::read(&self.folder)?.models {
            entries.push(self.entry(ModelId(model.id), &model.path));
        }
        if let Some(path) = &self.demo {
            let entry = self.entry(ModelId(DEMO.to_owned()), path);
            entries.push(ModelEntry { is_demo: true, ..entry });
        }
        Ok(entries)
    }

    /// The model that `name` means, as [`find`].
    ///
    /// # Errors
    /// As [`find`] and [`Library::list`].
    pub fn find(&self, name: &str) -> Result<ModelEntry, LibraryError> {
        find(&self.list()?, name)
    }

    /// Adds a model from elsewhere, after a look at its header. One that is in the library already
    /// is not added twice: of one that was only referred to, the copy takes the place.
    ///
    /// # Errors
    /// When it cannot be used, another of its name is there, copying fails or `progress` gives up;
    /// then nothing has changed.
    pub fn add(
        &self,
        path: &Path,
        keep: Keep,
        progress: CopyProgress<'_>,
    ) -> Result<ModelEntry, LibraryError> {
        let file = Gguf::open(path)?;
        let path = path.canonicalize().map_err(LibraryError::refused("find the model", path))?;
        let entries = self.list()?;
        let is_it = |entry: &&ModelEntry| {
            !entry.is_demo && entry.path.canonicalize().is_ok_and(|known| known == path)
        };
        let known = entries.iter().find(is_it);
        match (keep, known) {
            (Keep::Copy, None) => self.bring(&file, progress),
            (Keep::Copy, Some(known)) if !self.owns(known) => {
                let copy = self.bring(&file, progress)?;
                // Last, so that at every moment there is one of the two.
                self.forget(&known.id)?;
                Ok(copy)
            }
            (_, Some(known)) => Ok(known.clone()),
            (Keep::Reference, None) => self.refer(&path, &entries),
        }
    }

    /// Whether the files of a model lie in the folder, so that removing it deletes them.
    #[must_use]
    pub fn owns(&self, entry: &ModelEntry) -> bool {
        !entry.is_demo && entry.path.starts_with(&self.folder)
    }

    /// Removes a model: the files of one in the folder, the mention of one that lies elsewhere.
    ///
    /// # Errors
    /// When there is no model with this id, it is the demonstration model, or the system refuses.
    pub fn remove(&self, id: &ModelId) -> Result<(), LibraryError> {
        if self.forget(id)? {
            return Ok(());
        }
        let entries = self.list()?;
        let Some(entry) = entries.iter().find(|entry| entry.id == *id) else {
            return Err(LibraryError::NotFound { name: id.0.clone(), near: Vec::new() });
        };
        if entry.is_demo {
            return Err(LibraryError::Demonstration);
        }
        for path in files_of(&entry.path) {
            fs::remove_file(&path).map_err(LibraryError::refused("remove the model", &path))?;
        }
        self.remove_empty_folders(&entry.path);
        Ok(())
    }

    /// Copies the files of a model into the folder.
    fn bring(&self, file: &Gguf, progress: CopyProgress<'_>) -> Result<ModelEntry, LibraryError> {
        let parts: Vec<_> = file.parts().iter().map(|part| part.path.clone()).collect();
        let targets = keep::bring(&parts, &self.folder, progress)?;
        let first = targets.first().cloned().unwrap_or_default();
        Ok(self.entry(self.id_of(&first), &first))
    }

    /// Takes the mention of a model that lies elsewhere off the list. `false` if there is none.
    fn forget(&self, id: &ModelId) -> Result<bool, LibraryError> {
        let mut added = Added::read(&self.folder)?;
        let before = added.models.len();
        added.models.retain(|model| model.id != id.0);
        let mentioned = added.models.len() < before;
        if mentioned {
            added.write(&self.folder)?;
        }
        Ok(mentioned)
    }

    fn refer(&self, path: &Path, entries: &[ModelEntry]) -> Result<ModelEntry, LibraryError> {
        if path.to_str().is_none() {
            return Err(LibraryError::PathIsNoText(path.to_owned()));
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_free = |id: &str| entries.iter().all(|entry| entry.id.0 != id);
        let mut id = name.clone();
        let mut number = 2;
        while !is_free(&id) {
            id = format!("{name} ({number})");
            number += 1;
        }
        let mut added = Added::read(&self.folder)?;
        added.models.push(AddedModel { id: id.clone(), path: path.to_owned() });
        added.write(&self.folder)?;
        Ok(self.entry(ModelId(id), path))
    }

    /// Path below the folder, with `/` on every system.
    fn id_of(&self, path: &Path) -> ModelId {
        let below = path.strip_prefix(&self.folder).unwrap_or(path);
        let names: Vec<_> =
            below.components().map(|name| name.as_os_str().to_string_lossy()).collect();
        ModelId(names.join("/"))
    }

    fn entry(&self, id: ModelId, path: &Path) -> ModelEntry {
        let stamp = stamp(path);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((seen, entry)) = known.get(path)
            && *seen == stamp
            // What was missing may be there now, beside an unchanged file.
            && entry.problem.is_none()
        {
            return ModelEntry { id, ..entry.clone() };
        }
        let entry = ModelEntry::of_file(id, path);
        known.insert(path.to_owned(), (stamp, entry.clone()));
        entry
    }

    fn remove_empty_folders(&self, path: &Path) {
        let between = path
            .ancestors()
            .skip(1)
            .take_while(|folder| folder.starts_with(&self.folder) && *folder != self.folder);
        for folder in between {
            // Fails, as it should, where something is left.
            if fs::remove_dir(folder).is_err() {
                return;
            }
        }
    }
}

/// The model to take when nobody chose one: the real model whose file is newest, and the
/// demonstration model only where there is no real one.
#[must_use]
pub fn pick_default(entries: &[ModelEntry]) -> Option<&ModelEntry> {
    let usable = || entries.iter().filter(|entry| entry.can_chat());
    let newest = usable().filter(|entry| !entry.is_demo).max_by_key(|entry| entry.modified);
    newest.or_else(|| usable().find(|entry| entry.is_demo))
}

fn stamp(path: &Path) -> Stamp {
    match fs::metadata(path) {
        Ok(metadata) => (metadata.modified().ok(), metadata.len()),
        Err(_) => (None, 0),
    }
}

/// All parts of a model that are there; of a broken one as well.
fn files_of(path: &Path) -> Vec<PathBuf> {
    let Some(split) = gguf::split_of_name(path) else { return vec![path.to_owned()] };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let own = format!("-{:05}-of-", split.number + 1);
    (1..=split.count)
        .map(|number| path.with_file_name(name.replacen(&own, &format!("-{number:05}-of-"), 1)))
        .filter(|part| part.is_file())
        .collect()
}

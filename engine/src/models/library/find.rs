//! From what a person typed to the model that is meant.

use std::path::{Path, PathBuf};

use super::{LibraryError, ModelEntry};
use crate::models::ModelId;

/// How much a name must look like another to be offered; 1 is the same.
const ALIKE: f64 = 0.6;

/// The model that `name` means: its id, path, file name or display name, whatever the case, or a
/// beginning that only one of them has. A path of a file that is not in the library means that file.
///
/// # Errors
/// [`LibraryError::NotFound`] with names that look alike, [`LibraryError::NoFile`] or
/// [`LibraryError::Folder`] for a path, or [`LibraryError::Ambiguous`].
pub fn find(entries: &[ModelEntry], name: &str) -> Result<ModelEntry, LibraryError> {
    let wanted = name.trim();
    let lower = wanted.to_lowercase();
    if let Some(entry) = entries.iter().find(|entry| entry.id.0 == wanted) {
        return Ok(entry.clone());
    }
    if let Some(entry) = by_path(entries, Path::new(wanted)) {
        return Ok(entry);
    }
    let same: Vec<_> =
        entries.iter().filter(|entry| names(entry).any(|known| known == lower)).collect();
    if !same.is_empty() {
        return only(&same, wanted);
    }
    let beginning: Vec<_> = entries
        .iter()
        .filter(|entry| !lower.is_empty() && names(entry).any(|known| known.starts_with(&lower)))
        .collect();
    if !beginning.is_empty() {
        return only(&beginning, wanted);
    }
    if is_path(wanted) {
        let path = PathBuf::from(wanted);
        let is_folder = path.is_dir();
        return Err(if is_folder {
            LibraryError::Folder(path)
        } else {
            LibraryError::NoFile(path)
        });
    }
    Err(LibraryError::NotFound { name: wanted.to_owned(), near: near(entries, &lower) })
}

/// The model whose id, path or file name is `name`, letter by letter: for what cannot be undone.
///
/// # Errors
/// [`LibraryError::NotFound`] with names that look alike, or [`LibraryError::Ambiguous`].
pub fn find_exactly(entries: &[ModelEntry], name: &str) -> Result<ModelEntry, LibraryError> {
    let is_it = |entry: &&ModelEntry| entry.id.0 == name || entry.path == Path::new(name);
    if let Some(entry) = entries.iter().find(is_it) {
        return Ok(entry.clone());
    }
    let same: Vec<_> = entries.iter().filter(|entry| entry.file_name() == name).collect();
    if same.is_empty() {
        let near = near(entries, &name.to_lowercase());
        return Err(LibraryError::NotFound { name: name.to_owned(), near });
    }
    only(&same, name)
}

/// Whether what was typed can only mean a file; the ids of models have strokes in them, too.
fn is_path(wanted: &str) -> bool {
    Path::new(wanted).is_absolute() || wanted.starts_with(['.', '~'])
}

fn only(found: &[&ModelEntry], wanted: &str) -> Result<ModelEntry, LibraryError> {
    match found {
        [entry] => Ok((*entry).clone()),
        _ => Err(LibraryError::Ambiguous {
            name: wanted.to_owned(),
            candidates: found.iter().map(|entry| entry.id.0.clone()).collect(),
        }),
    }
}

fn by_path(entries: &[ModelEntry], path: &Path) -> Option<ModelEntry> {
    if !path.is_file() {
        return None;
    }
    let same = |other: &Path| match (path.canonicalize(), other.canonicalize()) {
        (Ok(path), Ok(other)) => path == other,
        _ => false,
    };
    let known = entries.iter().find(|entry| same(&entry.path)).cloned();
    Some(
        known.unwrap_or_else(|| {
            ModelEntry::of_file(ModelId(path.to_string_lossy().into_owned()), path)
        }),
    )
}

/// Everything that a model may be called, in lower case.
fn names(entry: &ModelEntry) -> impl Iterator<Item = String> {
    let file = entry.file_name().to_lowercase();
    let stem = file.strip_suffix(".gguf").unwrap_or(&file).to_owned();
    let id = entry.id.0.to_lowercase();
    [id, file, stem, entry.name.to_lowercase()].into_iter()
}

fn near(entries: &[ModelEntry], lower: &str) -> Vec<String> {
    let mut alike: Vec<_> = entries
        .iter()
        .map(|entry| {
            let likeness = |known: String| {
                let within = !lower.is_empty() && known.contains(lower);
                if within { 1.0 } else { strsim::jaro_winkler(&known, lower) }
            };
            (names(entry).map(likeness).fold(0.0, f64::max), &entry.id.0)
        })
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    alike.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    alike.into_iter().take(3).map(|(_, id)| id.clone()).collect()
}

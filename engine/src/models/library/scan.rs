//! Which files below a folder are models.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::LibraryError;
use crate::models::gguf::split_of_name;

/// `publisher/repo/file.gguf`, and some room for other habits.
const DEEPEST: usize = 8;

/// Every GGUF file below `folder`, in order; of a split model the first part that is there. What
/// begins with a dot is left out: these are downloads and copies on their way.
pub(super) fn scan(folder: &Path) -> Result<Vec<PathBuf>, LibraryError> {
    let mut files = BTreeSet::new();
    walk(folder, 0, &mut files)?;
    let mut models = Vec::new();
    let mut seen_splits = BTreeSet::new();
    for path in files {
        let Some(split) = split_of_name(&path) else {
            models.push(path);
            continue;
        };
        // Parts of one model differ in their number alone, and the order puts the lowest first.
        let name = path.to_string_lossy();
        let number = format!("-{:05}-of-", split.number + 1);
        if seen_splits.insert(name.replacen(&number, "-of-", 1)) {
            models.push(path);
        }
    }
    Ok(models)
}

fn walk(folder: &Path, depth: usize, files: &mut BTreeSet<PathBuf>) -> Result<(), LibraryError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(LibraryError::refused("list the models", folder)(error)),
    };
    for entry in entries {
        let entry = entry.map_err(LibraryError::refused("list the models", folder))?;
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        // Follows links, so that models may lie on another drive.
        if path.is_dir() {
            if depth < DEEPEST {
                walk(&path, depth + 1, files)?;
            }
        } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gguf")) {
            files.insert(path);
        }
    }
    Ok(())
}

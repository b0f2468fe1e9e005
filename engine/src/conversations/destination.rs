//! Where an export goes: a name that is free, and nothing replaced that a person did not mean.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::StoreError;
use crate::settings::write_whole;

/// `path`, or where something lies there already, the first of `NAME 2`, `NAME 3` … that is free.
pub(super) fn free(path: &Path) -> PathBuf {
    let is_free = |path: &Path| fs::symlink_metadata(path).is_err();
    if is_free(path) {
        return path.to_owned();
    }
    let numbered = |number: u64| {
        let mut name = path.file_stem().unwrap_or_default().to_owned();
        name.push(format!(" {number}"));
        if let Some(extension) = path.extension() {
            name.push(".");
            name.push(extension);
        }
        path.with_file_name(name)
    };
    (2..).map(numbered).find(|path| is_free(path)).unwrap_or_else(|| path.to_owned())
}

/// Writes a whole file or none.
///
/// # Errors
/// [`StoreError::Exists`] where there is a file and it is not to be replaced, or when the system refuses.
pub(super) fn write(path: &Path, text: &str, replace: bool) -> Result<(), StoreError> {
    let refused = |error: io::Error| StoreError::from_file(&error, "write", path);
    if path.is_dir() {
        return Err(refused(io::ErrorKind::IsADirectory.into()));
    }
    if replace {
        return write_whole(path, text.as_bytes()).map_err(refused);
    }
    // Takes the name first, so that nobody else's file is replaced.
    File::create_new(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => StoreError::Exists { path: path.to_owned() },
        _ => refused(error),
    })?;
    write_whole(path, text.as_bytes()).map_err(|error| {
        // An empty file under the name is of no use; the first error is the one to tell.
        fs::remove_file(path).ok();
        refused(error)
    })
}

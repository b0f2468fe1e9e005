//! The files of an app on their way from one place to another: into a copy, into a package, out of
//! one.
//!
//! What may not travel is refused here, once for all ways: links, strange names, too much.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::{App, Library, LibraryError, Origin};
use crate::{AppId, NoAppId};

/// The most that an app may hold, in bytes.
pub(super) const MOST_BYTES: u64 = 64_000_000;
/// The most files.
pub(super) const MOST_FILES: usize = 1000;
/// The longest path within the folder, in characters.
const LONGEST_PATH: usize = 200;
/// The most folders around a file.
const DEEPEST: usize = 8;

/// One file of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct File {
    /// Relative to the app's folder, of plain names.
    pub(super) path: PathBuf,
    pub(super) bytes: Vec<u8>,
}

/// The path of a file within an app, if every system can have it.
///
/// # Errors
/// What is wrong with it, without naming it.
pub(super) fn inner_path(name: &str) -> Result<PathBuf, &'static str> {
    if name.chars().count() > LONGEST_PATH {
        return Err("a path is longer than 200 characters");
    }
    if name.contains(['\\', ':', '<', '>', '"', '|', '?', '*']) || name.contains(char::is_control) {
        return Err("a name has characters that not every system takes");
    }
    let path = Path::new(name);
    let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    if name.is_empty() || name.starts_with('/') || name.contains("//") || !plain {
        return Err("a path leads out of the app's folder");
    }
    let names: Vec<&str> = name.split('/').collect();
    if names.len() > DEEPEST {
        return Err("folders lie too deep in one another");
    }
    let strange = |name: &&str| {
        let stem = name.split('.').next().unwrap_or_default();
        // `con.txt` is a device too, and `a.` is `a`.
        name.ends_with(['.', ' ']) || name.starts_with(' ') || is_device(stem)
    };
    if names.iter().any(strange) {
        return Err("a name is none on every system");
    }
    Ok(path.to_owned())
}

fn is_device(stem: &str) -> bool {
    let stem = stem.trim_end().to_ascii_lowercase();
    matches!(AppId::parse(&stem), Err(NoAppId::Reserved(_)))
}

/// Whether a file is the trace of an editor or a system, and no part of the app.
pub(super) fn is_debris(path: &Path) -> bool {
    let debris = |name: &str| {
        name.starts_with('.')
            || name.ends_with('~')
            || name.ends_with(".tmp")
            || matches!(name, "__MACOSX" | "Thumbs.db" | "desktop.ini")
    };
    path.iter().any(|name| debris(&name.to_string_lossy()))
}

/// Reads all files of a folder, by path.
///
/// # Errors
/// When one cannot be read, may not travel, or there is too much.
pub(super) fn read_folder(folder: &Path) -> Result<Vec<File>, LibraryError> {
    let refused = |reason: &str, path: &Path| LibraryError::Package {
        reason: reason.to_owned(),
        path: path.to_owned(),
    };
    let mut files = Vec::new();
    let mut bytes_left = MOST_BYTES;
    let mut folders = vec![folder.to_owned()];
    while let Some(current) = folders.pop() {
        let unreadable = |reason| LibraryError::Unreadable { reason, path: current.clone() };
        for entry in fs::read_dir(&current).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            let inner = path.strip_prefix(folder).unwrap_or(&path);
            let kind = fs::symlink_metadata(&path).map_err(unreadable)?;
            if is_debris(inner) {
                continue;
            }
            let name = inner.to_str().ok_or_else(|| refused("a name is no text", &path))?;
            let inner =
                inner_path(&name.replace('\\', "/")).map_err(|reason| refused(reason, &path))?;
            if kind.is_dir() {
                folders.push(path);
                continue;
            }
            if !kind.is_file() {
                return Err(refused("an app may hold files and folders, not links", &path));
            }
            bytes_left = bytes_left
                .checked_sub(kind.len())
                .ok_or_else(|| refused("the app is larger than 64 MB", folder))?;
            if files.len() == MOST_FILES {
                return Err(refused("the app has more than 1000 files", folder));
            }
            let bytes = fs::read(&path)
                .map_err(|reason| LibraryError::Unreadable { reason, path: path.clone() })?;
            files.push(File { path: inner, bytes });
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

impl Library {
    /// Makes a folder of these files where the app of this id belongs; it appears whole or not at
    /// all.
    pub(super) fn put(&self, id: &AppId, files: &[File]) -> Result<App, LibraryError> {
        // Beside the folder of apps: what lies in it is listed and watched.
        let staging = self.own.with_file_name(format!("apps-new-{}", std::process::id()));
        let folder = self.own.join(&id.0);
        let put = write_files(&staging, files).and_then(|()| {
            fs::create_dir_all(&self.own)?;
            // An empty folder of that name would be replaced in silence.
            if folder.exists() {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            fs::rename(&staging, &folder)
        });
        if let Err(reason) = put {
            // What is left of it is of no use; the first error is the one to tell.
            fs::remove_dir_all(&staging).ok();
            return Err(LibraryError::Unwritable { reason, path: folder });
        }
        App::read(&folder, Origin::Own)
    }
}

/// Makes a folder of these files, in place of any that is there.
pub(super) fn write_files(folder: &Path, files: &[File]) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => fs::create_dir_all(folder)?,
    }
    for file in files {
        let path = folder.join(&file.path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, &file.bytes)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_that_stay_within_and_that_every_system_has_may_travel() {
        for good in [
            "app.toml",
            "modules/text tools.rhai",
            "icons/ä.png",
            "console.rhai",
            "a/b/c/d/e/f/g/h",
        ] {
            assert_eq!(inner_path(good), Ok(PathBuf::from(good)));
        }
        for bad in [
            "",
            "/etc/passwd",
            "../x",
            "a/../../x",
            "a//b",
            "./a",
            "a\\b",
            "C:/x",
            "C:x",
            "con",
            "NUL.txt",
            "a/com1.rhai",
            "a.",
            "a ",
            " a",
            "a/b/c/d/e/f/g/h/i",
            "a\0b",
            "a\nb",
            "x*",
        ] {
            assert!(inner_path(bad).is_err(), "{bad:?}");
        }
        assert!(inner_path(&"x".repeat(201)).is_err());
    }
}

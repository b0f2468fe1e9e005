//! Whether an app is another text than before.
//!
//! Systems tell of every touch: a file that was opened, a backup that an editor made, a save that
//! changed nothing. What counts is what the app is made of: its manifest and its scripts. Other
//! files, among them those that the app itself may write into its folder, do not reload it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::manifest;

/// Folders further down are not looked into.
const DEEPEST: usize = 8;

/// A digest of everything that an app is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fingerprint([u8; 32]);

/// Takes the fingerprint of a folder.
pub(super) fn take(folder: &Path) -> Fingerprint {
    let mut files = Vec::new();
    gather(folder, 0, &mut files);
    files.sort();
    let mut hasher = blake3::Hasher::new();
    for file in files {
        // A file that vanished meanwhile is told of again.
        let Ok(text) = fs::read(&file) else { continue };
        let name = file.strip_prefix(folder).unwrap_or(&file);
        hasher.update(name.as_os_str().as_encoded_bytes());
        hasher.update(&[0]);
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(&text);
    }
    Fingerprint(*hasher.finalize().as_bytes())
}

fn gather(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let path = entry.path();
        let kind: io::Result<_> = entry.file_type();
        if kind.is_ok_and(|kind| kind.is_dir()) {
            if depth < DEEPEST && !is_hidden(&path) {
                gather(&path, depth + 1, files);
            }
        } else if counts(&path) {
            files.push(path);
        }
    }
}

/// Whether a file is a part of an app's text.
pub(super) fn counts(path: &Path) -> bool {
    let is_manifest = path.file_name().is_some_and(|name| name == manifest::FILE);
    let is_script = path.extension().is_some_and(|extension| extension == "rhai");
    (is_manifest || is_script) && !is_hidden(path)
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_app_is_made_of_counts() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("app.toml", "a");
        write("main.rhai", "b");
        let before = take(folder.path());
        for other in ["main.rhai~", ".main.rhai.swp", "4913", "notes.txt", ".git/x.rhai", "a.tmp"] {
            write(other, "anything");
        }
        assert_eq!(take(folder.path()), before);
        write("lib/more.rhai", "c");
        let more = take(folder.path());
        assert_ne!(more, before);
        write("main.rhai", "B");
        assert_ne!(take(folder.path()), more);
    }
}

//! What lies in a folder: the files that can be read, without those that nobody means.

use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::documents::extract;
use crate::documents::store::Stamp;

/// Folders that hold what programs made.
const MADE: [&str; 5] = ["node_modules", "__pycache__", "target", "venv", "site-packages"];

/// What was found, and what could not be looked at.
#[derive(Debug, Default)]
pub(super) struct Scan {
    pub(super) files: Vec<(PathBuf, Stamp)>,
    pub(super) problems: Vec<(PathBuf, String)>,
}

/// Looks through a root. A file that was named is taken whatever it is, so that its refusal can be
/// told; in a folder, only what is read here. Links are not followed, so there are no loops.
pub(super) fn scan(root: &Path, mut goes_on: impl FnMut() -> bool) -> Option<Scan> {
    let mut scan = Scan::default();
    if root.is_file() {
        scan.add(root);
        return Some(scan);
    }
    // A root that is a link itself was meant.
    let root = std::fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    for entry in WalkDir::new(&root).sort_by_file_name().into_iter().filter_entry(is_meant) {
        if !goes_on() {
            return None;
        }
        match entry {
            Ok(entry) if entry.file_type().is_file() => {
                if extract::by_name(entry.path()).is_some() {
                    scan.add(entry.path());
                }
            }
            Ok(_) => {}
            Err(error) => {
                let path = error.path().unwrap_or(&root).to_owned();
                let words = match error.io_error() {
                    Some(error) => error.to_string(),
                    None => error.to_string(),
                };
                scan.problems.push((path, words));
            }
        }
    }
    Some(scan)
}

impl Scan {
    fn add(&mut self, path: &Path) {
        match Stamp::of(path) {
            Ok(stamp) => self.files.push((path.to_owned(), stamp)),
            // Deleted since it was listed.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => self.problems.push((path.to_owned(), error.to_string())),
        }
    }
}

/// Hidden files and what programs made are passed over, but not the root itself.
fn is_meant(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let is_passed = name.starts_with('.') || name.starts_with("~$") || is_made(entry, &name);
    entry.depth() == 0 || !is_passed
}

fn is_made(entry: &DirEntry, name: &str) -> bool {
    entry.file_type().is_dir() && MADE.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_the_files_that_can_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let root = std::fs::canonicalize(folder.path()).unwrap();
        for path in
            ["a.txt", "b/c.pdf", ".git/x.txt", "b/.hidden.md", "d.png", "b/node_modules/e.js"]
        {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(&root, root.join("b/loop")).unwrap();
        let found = scan(&root, || true).unwrap();
        let paths: Vec<_> = found.files.into_iter().map(|(path, _)| path).collect();
        assert_eq!(paths, [root.join("a.txt"), root.join("b/c.pdf")]);
        // Named by itself, any file is taken.
        assert_eq!(scan(&root.join("d.png"), || true).unwrap().files.len(), 1);
        assert!(scan(&root, || false).is_none());
    }
}

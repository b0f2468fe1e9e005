//! What lies in a folder: the files that can be read, without those that nobody means.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use walkdir::{DirEntry, WalkDir};

use crate::documents::extract;
use crate::documents::store::{Stamp, Unscanned};
use crate::in_words;

/// Folders that hold what programs made.
const MADE: [&str; 5] = ["node_modules", "__pycache__", "target", "venv", "site-packages"];

/// Why something in a folder is not taken for a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PassedOver {
    /// A file that nobody here reads, by the ending of its name.
    Kind,
    /// A link, whether to a file or to a folder.
    Link,
    /// Its name says that it is hidden or temporary.
    Hidden,
    /// A folder of what programs made, with all that is in it.
    Made,
    /// A device, a pipe or a socket.
    Special,
}

impl PassedOver {
    /// The reason in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Link => "link",
            Self::Hidden => "hidden",
            Self::Made => "made",
            Self::Special => "special",
        }
    }
}

/// What was found, what was passed over, and what could not be looked at.
#[derive(Debug, Default)]
pub(super) struct Scan {
    pub(super) files: Vec<(PathBuf, Stamp)>,
    pub(super) passed_over: Vec<(PathBuf, PassedOver)>,
    pub(super) problems: Vec<Unscanned>,
}

/// What is passed over in a folder that was added, each with its reason, by path. A folder that is
/// passed over stands for all that is in it.
#[must_use]
pub fn passed_over(root: &Path) -> Vec<(PathBuf, PassedOver)> {
    scan(root, || true).map(|scan| scan.passed_over).unwrap_or_default()
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
    let mut walk = WalkDir::new(&root).sort_by_file_name().into_iter();
    while let Some(entry) = walk.next() {
        if !goes_on() {
            return None;
        }
        match entry {
            Ok(entry) => match passes_over(&entry) {
                Some(why) => {
                    if entry.file_type().is_dir() {
                        walk.skip_current_dir();
                    }
                    scan.passed_over.push((entry.into_path(), why));
                }
                None if entry.file_type().is_file() => scan.add(entry.path()),
                None => {}
            },
            Err(error) => {
                let path = error.path().unwrap_or(&root).to_owned();
                let reason = match error.io_error() {
                    Some(error) => in_words(error),
                    None => error.to_string(),
                };
                scan.problems.push(Unscanned { path, reason });
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
            Err(error) => {
                let reason = in_words(&error);
                self.problems.push(Unscanned { path: path.to_owned(), reason });
            }
        }
    }
}

/// Why an entry is passed over, if it is; the root itself never is.
fn passes_over(entry: &DirEntry) -> Option<PassedOver> {
    if entry.depth() == 0 {
        return None;
    }
    let name = entry.file_name().to_string_lossy();
    let kind = entry.file_type();
    if name.starts_with('.') || name.starts_with("~$") {
        Some(PassedOver::Hidden)
    } else if kind.is_dir() {
        MADE.contains(&&*name).then_some(PassedOver::Made)
    } else if kind.is_symlink() {
        Some(PassedOver::Link)
    } else if !kind.is_file() {
        Some(PassedOver::Special)
    } else {
        extract::by_name(entry.path()).is_none().then_some(PassedOver::Kind)
    }
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
        let passed = |path: &str, why| (root.join(path), why);
        assert_eq!(
            passed_over(&root),
            [
                passed(".git", PassedOver::Hidden),
                passed("b/.hidden.md", PassedOver::Hidden),
                #[cfg(unix)]
                passed("b/loop", PassedOver::Link),
                passed("b/node_modules", PassedOver::Made),
                passed("d.png", PassedOver::Kind),
            ]
        );
        // Named by itself, any file is taken.
        assert_eq!(scan(&root.join("d.png"), || true).unwrap().files.len(), 1);
        assert!(scan(&root, || false).is_none());
    }
}

//! The text of an app's files, as it was when it was compiled: errors show the line.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::Place;

/// Longer scripts are not read, in bytes.
const LONGEST: u64 = 1_000_000;

/// The files of one app.
pub(crate) struct Sources {
    folder: PathBuf,
    unsaved: BTreeMap<PathBuf, String>,
    read: Mutex<BTreeMap<String, Arc<str>>>,
}

impl Sources {
    /// The files below `folder`; where `unsaved` has a text for one, it counts instead.
    pub(crate) fn new(folder: &Path, unsaved: BTreeMap<PathBuf, String>) -> Self {
        Self { folder: folder.to_owned(), unsaved, read: Mutex::default() }
    }

    /// Reads a file, given relative to the folder, and remembers its text.
    ///
    /// # Errors
    /// Words for the author.
    pub(crate) fn read(&self, file: &Path) -> Result<Arc<str>, String> {
        let text = match self.unsaved.get(file) {
            Some(text) => text.clone(),
            None => self.read_from_disk(file)?,
        };
        let text: Arc<str> = text.into();
        self.texts().insert(name_of(file), Arc::clone(&text));
        Ok(text)
    }

    fn read_from_disk(&self, file: &Path) -> Result<String, String> {
        let name = name_of(file);
        let refused = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => format!("there is no file `{name}` in the app's folder"),
            io::ErrorKind::InvalidData => format!("`{name}` is no text in UTF-8"),
            _ => format!("`{name}` cannot be read: {error}"),
        };
        let path = self.folder.join(file);
        // A link may lead anywhere, and reading it would show what lies there.
        let real = fs::canonicalize(&path).map_err(refused)?;
        let home = fs::canonicalize(&self.folder).map_err(refused)?;
        if !real.starts_with(&home) {
            return Err(format!("`{name}` leads out of the app's folder"));
        }
        let mut text = String::new();
        let opened = fs::File::open(&real).map_err(refused)?;
        opened.take(LONGEST + 1).read_to_string(&mut text).map_err(refused)?;
        if text.len() as u64 > LONGEST {
            return Err(format!("`{name}` is longer than {} MB: split it up", LONGEST / 1_000_000));
        }
        Ok(text)
    }

    /// A place in a file that was read, with its line.
    pub(crate) fn place(&self, name: &str, line: usize, column: Option<usize>) -> Place {
        let text = self.text(name).unwrap_or_else(|| Arc::from(""));
        let source = text.lines().nth(line.saturating_sub(1)).unwrap_or_default().to_owned();
        Place { file: PathBuf::from(name), line, column, source }
    }

    /// The text of a file that was read.
    pub(crate) fn text(&self, name: &str) -> Option<Arc<str>> {
        self.texts().get(name).cloned()
    }

    /// All words of a file that look like names, to find the one that was meant.
    pub(crate) fn words(&self, name: &str) -> Vec<String> {
        let text = self.text(name).unwrap_or_else(|| Arc::from(""));
        let mut words: Vec<String> = text
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .filter(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '_'))
            .map(str::to_owned)
            .collect();
        words.sort();
        words
    }

    fn texts(&self) -> MutexGuard<'_, BTreeMap<String, Arc<str>>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A relative path as scripts and messages write it, with `/` on every system.
pub(crate) fn name_of(file: &Path) -> String {
    let parts: Vec<_> = file
        .components()
        .filter(|part| matches!(part, Component::Normal(_)))
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}

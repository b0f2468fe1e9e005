//! What can go wrong with the library of documents, in words that help.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use serde::{Deserialize, Serialize};

/// A failure of the library. The documents themselves are never touched, and everything in the
/// library can be made anew from them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum DocumentsError {
    /// No space for another page.
    #[error("the disk is full: free some space, the rest of the documents is read then: {}", path.display())]
    Full {
        /// The database.
        path: PathBuf,
    },
    /// Another program held the database for too long.
    #[error("another program is writing to the library of documents: wait for it or close it: {}", path.display())]
    Locked {
        /// The database.
        path: PathBuf,
    },
    /// The file or its folder may not be written.
    #[error("the library of documents cannot be written: check the permissions of the file and its folder: {}", path.display())]
    ReadOnly {
        /// The database.
        path: PathBuf,
    },
    /// The file is no database, or damaged.
    #[error("the library of documents is damaged ({reason}): delete the file and add the documents again, they are unharmed: {}", path.display())]
    Corrupt {
        /// What SQLite found.
        reason: String,
        /// The database.
        path: PathBuf,
    },
    /// A newer Satchel has written the file.
    #[error("the library of documents was written by a newer Satchel (format {found}, this one knows {known}): update Satchel: {}", path.display())]
    Newer {
        /// The format of the file.
        found: u32,
        /// The newest format that this program knows.
        known: u32,
        /// The database.
        path: PathBuf,
    },
    /// The system refused to open or read a file.
    #[error("cannot read or write: {reason}: {}", path.display())]
    File {
        /// What the system said.
        reason: String,
        /// The file.
        path: PathBuf,
    },
    /// A device or a pipe was named to be read.
    #[error("only files and folders are read: {}", path.display())]
    NoFile {
        /// What was named.
        path: PathBuf,
    },
    /// There is no such collection.
    #[error("there is no collection {name}{}", also(known))]
    NoCollection {
        /// What was asked for.
        name: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// The collection belongs to the program.
    #[error("{name} comes with Satchel, and nothing can be added to it: choose another name")]
    BuiltIn {
        /// Its name.
        name: String,
    },
    /// A collection needs a name.
    #[error("a collection needs a name with at least one letter or digit")]
    NoName,
    /// A name has something in it that no name should have.
    #[error("a collection cannot have this name: {reason}")]
    BadName {
        /// What is wrong with it.
        reason: String,
    },
    /// Another collection has the name.
    #[error("there is a collection {name} already: choose another name")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// The document is not there.
    #[error("this document is not in the collection")]
    NoDocument,
    /// No embedding model is there to search with.
    #[error("searching by meaning needs an embedding model: load one, or search by words")]
    NoEmbedder,
    /// The embedding model failed.
    #[error("the embedding model failed: {0}")]
    Embedder(String),
    /// The reranker failed. A search goes on without it.
    #[error("the reranker failed: {0}")]
    Reranker(String),
    /// The process that reads files does not start. The files wait.
    #[error(
        "the process that reads documents cannot be started ({0}): they wait and are tried again; start Satchel anew if it goes on"
    )]
    NoReader(String),
    /// The system gives no thread.
    #[error("the system gives no thread to work on: {0}")]
    Thread(String),
    /// Something that should not happen; what SQLite said.
    #[error("the library of documents could not be read or written: {0}")]
    Database(String),
}

fn also(known: &[String]) -> String {
    match known {
        [] => ": there are none yet".to_owned(),
        [only] => format!(": there is only {only}"),
        [first @ .., last] => format!(": there are {} and {last}", first.join(", ")),
    }
}

impl DocumentsError {
    /// What a failure of SQLite means for a person.
    pub(super) fn from_sqlite(error: &rusqlite::Error, path: &Path) -> Self {
        let path = path.to_owned();
        let reason = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full { path },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked { path },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly { path },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Corrupt { reason, path }
            }
            Some(ErrorCode::CannotOpen | ErrorCode::SystemIoFailure) => Self::File { reason, path },
            _ => Self::Database(reason),
        }
    }

    pub(super) fn from_file(error: &std::io::Error, path: &Path) -> Self {
        Self::File { reason: crate::in_words(error), path: path.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_collections_that_there_are_are_counted_out_as_people_do() {
        let known = |names: &[&str]| {
            let known = names.iter().map(|name| (*name).to_owned()).collect();
            DocumentsError::NoCollection { name: "x".to_owned(), known }.to_string()
        };
        assert_eq!(known(&[]), "there is no collection x: there are none yet");
        assert_eq!(known(&["a"]), "there is no collection x: there is only a");
        assert_eq!(known(&["a", "b", "c"]), "there is no collection x: there are a, b and c");
    }
}

//! What can go wrong with the store, in words that help.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use serde::{Deserialize, Serialize};

/// A failure of the store. Nothing that was stored before is lost by any of them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum StoreError {
    /// No space for another page.
    #[error("the disk is full: free some space and try again; what was kept before is safe: {}", path.display())]
    Full {
        /// The database.
        path: PathBuf,
    },
    /// Another program held the database for too long.
    #[error("another program is using the conversations: close it and try again: {}", path.display())]
    Locked {
        /// The database.
        path: PathBuf,
    },
    /// The file or its folder may not be written.
    #[error("the conversations cannot be written: check the permissions of the file and its folder: {}", path.display())]
    ReadOnly {
        /// The database.
        path: PathBuf,
    },
    /// The file is no database, or damaged.
    #[error("{}", corrupt(reason, backup.as_deref(), path))]
    Corrupt {
        /// What SQLite found.
        reason: String,
        /// The newest backup beside it, if there is one.
        backup: Option<PathBuf>,
        /// The database.
        path: PathBuf,
    },
    /// A newer Satchel has written the file.
    #[error("the conversations were written by a newer Satchel (format {found}, this one knows {known}): update Satchel: {}", path.display())]
    Newer {
        /// The format of the file.
        found: u32,
        /// The newest format that this program knows.
        known: u32,
        /// The database.
        path: PathBuf,
    },
    /// There is a file where an export is to go, and nobody said that it may be replaced.
    #[error("there is a file of this name already: {}", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The system refused to open, read or write a file.
    #[error("cannot {doing}: {reason}: {}", path.display())]
    File {
        /// What was tried: `write`.
        doing: String,
        /// What the system said.
        reason: String,
        /// The file.
        path: PathBuf,
    },
    /// The conversation is not there, or deleted.
    #[error("this conversation no longer exists")]
    NoConversation,
    /// The message is not there, or deleted.
    #[error("this message no longer exists")]
    NoMessage,
    /// A file to import is not what it should be.
    #[error("this is no conversation that Satchel exported: {0}")]
    NotImportable(String),
    /// Something that should not happen; what SQLite said.
    #[error("the conversations could not be read or written: {0}")]
    Database(String),
}

fn corrupt(reason: &str, backup: Option<&Path>, path: &Path) -> String {
    let advice = match backup {
        Some(backup) => {
            format!("move it away and rename the backup {} in its place", backup.display())
        }
        None => "move it away to start with an empty list".to_owned(),
    };
    format!("the file with the conversations is damaged ({reason}): {advice}: {}", path.display())
}

impl StoreError {
    /// What a failure of SQLite means for a person.
    pub(super) fn from_sqlite(error: &rusqlite::Error, path: &Path) -> Self {
        let path = path.to_owned();
        let reason = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full { path },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked { path },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly { path },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Corrupt { reason, backup: super::backup::newest(&path), path }
            }
            Some(ErrorCode::CannotOpen | ErrorCode::SystemIoFailure) => {
                Self::File { doing: "read or write".to_owned(), reason, path }
            }
            _ => Self::Database(reason),
        }
    }

    /// The same, where the connection still knows what the system said: SQLite tells a full disk
    /// apart, but not a quota that is used up.
    pub(super) fn of_connection(
        connection: &rusqlite::Connection,
        error: &rusqlite::Error,
        path: &Path,
    ) -> Self {
        if error.sqlite_error_code() != Some(ErrorCode::SystemIoFailure) {
            return Self::from_sqlite(error, path);
        }
        // SAFETY: the handle is that of an open connection, used by this thread alone.
        let code = unsafe { rusqlite::ffi::sqlite3_system_errno(connection.handle()) };
        match Self::from_file(&std::io::Error::from_raw_os_error(code), "write", path) {
            full @ Self::Full { .. } => full,
            _ => Self::from_sqlite(error, path),
        }
    }

    /// What it means that the system refused a file while `doing` something with it.
    pub(super) fn from_file(error: &std::io::Error, doing: &str, path: &Path) -> Self {
        let path = path.to_owned();
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                Self::Full { path }
            }
            _ => Self::File { doing: doing.to_owned(), reason: error.to_string(), path },
        }
    }
}

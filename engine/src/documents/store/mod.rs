//! The library on disk: collections, documents, their text, chunks and vectors in one SQLite file.
//!
//! ```text
//! collections.rs   what there is          writing.rs   a document that has been read
//! documents.rs     what waits, what failed   vectors.rs   what the embedder made of it
//! passages.rs      text of chunks            built_in.rs  what comes with the program
//! names.rs         what a collection may be called
//! ```
//!
//! The file is apart from the conversations, because it is large and can be made anew. Several
//! processes may have it open; one of them reads documents into it, see `index`.

mod built_in;
mod collections;
mod documents;
mod kept;
mod names;
mod passages;
mod paths;
mod schema;
mod vectors;
mod writing;

#[cfg(test)]
pub(in crate::documents) mod tests;

use std::path::{Path, PathBuf};
use std::time::Duration;

pub(in crate::documents) use documents::Waiting;
pub use kept::{
    ChunkId, Collection, CollectionId, Document, DocumentId, DocumentState, EmbedderId, Root,
    Stamp, StoredPage, Unscanned, file_name,
};
pub use passages::ChunkText;
pub(in crate::documents) use passages::{Fields, Scope};
use rusqlite::{Connection, Transaction, TransactionBehavior};
pub use vectors::{Quantised, quantise};
pub use writing::{Facts, Writing};

use super::DocumentsError;

/// A writer waits so long for another one: as long as a large document takes.
const PATIENCE: Duration = Duration::from_secs(120);

/// The open library.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
}

impl Store {
    /// Opens the file and creates it where it is missing.
    ///
    /// # Errors
    /// When the file cannot be used; the error says what to do.
    pub fn open(path: &Path) -> Result<Self, DocumentsError> {
        let sqlite = |error: rusqlite::Error| DocumentsError::from_sqlite(&error, path);
        let connection = Connection::open(path).map_err(sqlite)?;
        configure(&connection).map_err(sqlite)?;
        schema::migrate(&connection, path)?;
        Ok(Self { connection, path: path.to_owned() })
    }

    /// Where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A number that is another one whenever another connection has changed something.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn data_version(&self) -> Result<i64, DocumentsError> {
        self.run(|connection| connection.query_row("PRAGMA data_version", [], |row| row.get(0)))
    }

    /// Reads or writes a single statement.
    fn run<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, DocumentsError> {
        work(&self.connection).map_err(|error| self.refused(&error))
    }

    /// Writes all or nothing.
    fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, DocumentsError> {
        self.run(|connection| {
            let behaviour = TransactionBehavior::Immediate;
            let transaction = Transaction::new_unchecked(connection, behaviour)?;
            let result = work(&transaction)?;
            transaction.commit()?;
            Ok(result)
        })
    }

    fn refused(&self, error: &rusqlite::Error) -> DocumentsError {
        DocumentsError::from_sqlite(error, &self.path)
    }
}

fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.pragma_update(None, "journal_mode", "wal")?;
    // A power cut may cost the last documents, which are then read again, and never the file.
    connection.pragma_update(None, "synchronous", "normal")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
    // In KiB when negative: 32 MB of pages.
    connection.pragma_update(None, "cache_size", -32 << 10)
}

/// A number of rows or bytes as SQLite wants it.
fn to_sql(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn from_sql(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(column)?).unwrap_or(0))
}

fn from_json<T: serde::de::DeserializeOwned>(column: usize, json: &str) -> rusqlite::Result<T> {
    serde_json::from_str(json).map_err(|error| {
        let kind = rusqlite::types::Type::Text;
        rusqlite::Error::FromSqlConversionFailure(column, kind, Box::new(error))
    })
}

fn to_json<T: serde::Serialize>(value: &T) -> rusqlite::Result<String> {
    serde_json::to_string(value)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

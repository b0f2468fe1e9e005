//! What the library keeps, as values.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::documents::extract::{Block, Refusal};
use crate::documents::tokens::Language;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub struct $name(pub i64);

        impl rusqlite::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                self.0.to_sql()
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(
                value: rusqlite::types::ValueRef<'_>,
            ) -> rusqlite::types::FromSqlResult<Self> {
                value.as_i64().map(Self)
            }
        }
    };
}

id! {
    /// A collection of documents.
    CollectionId
}
id! {
    /// A document in a collection.
    DocumentId
}
id! {
    /// A chunk of a document.
    ChunkId
}
id! {
    /// An embedding model whose vectors are kept.
    EmbedderId
}

/// A collection and how far it has been read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collection {
    /// Which.
    pub id: CollectionId,
    /// Its name, unlike those of all others even without regard to case.
    pub name: String,
    /// Documents that can be searched.
    pub ready: u64,
    /// Documents that wait to be read, for the first time or again.
    pub waiting: u64,
    /// Documents that could not be read.
    pub refused: u64,
    /// Whether a file or folder that was added is still to be looked through, so that more may wait.
    pub is_scanning: bool,
    /// Chunks of all documents.
    pub chunks: u64,
    /// Characters of all documents.
    pub characters: u64,
    /// Whether it comes with the program; see [`BuiltIn`](crate::documents::BuiltIn).
    pub is_built_in: bool,
}

/// A document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Which.
    pub id: DocumentId,
    /// In which collection.
    pub collection: CollectionId,
    /// Where the file lies.
    pub path: PathBuf,
    /// The title that it gives itself; empty where it gives none.
    pub title: String,
    /// The language that most of it is in, where that is known.
    pub language: Option<Language>,
    /// How far it is.
    pub state: DocumentState,
    /// Size of the file when it was read, in bytes.
    pub size: u64,
    /// Pages, or parts where the format knows no pages.
    pub pages: u64,
    /// Pages that could not be read.
    pub missing_pages: Vec<u32>,
    /// Characters of its text.
    pub characters: u64,
    /// Chunks it was cut into.
    pub chunks: u64,
    /// When it was last read.
    pub indexed: Option<Timestamp>,
}

impl Document {
    /// Its title, or else the name of the file.
    #[must_use]
    pub fn name(&self) -> String {
        if self.title.is_empty() { file_name(&self.path) } else { self.title.clone() }
    }
}

/// The last part of a path, as text.
#[must_use]
pub fn file_name(path: &std::path::Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// How far a document is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DocumentState {
    /// It waits to be read. What was read of it before can still be searched.
    Waiting,
    /// It can be searched.
    Ready,
    /// It could not be read.
    Refused(Refusal),
}

/// A file or folder that was added to a collection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Root {
    /// To which collection.
    pub collection: CollectionId,
    /// The file or folder.
    pub path: PathBuf,
    /// Whether what is added, changed or deleted there later follows by itself.
    pub watched: bool,
}

/// A file or folder within a root that could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unscanned {
    /// Which.
    pub path: PathBuf,
    /// What the system said.
    pub reason: String,
}

/// What a file looked like when it was read: enough to see that it is another now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// In bytes.
    pub size: u64,
    /// Nanoseconds since 1970.
    pub modified: i64,
}

impl Stamp {
    /// What a file looks like now.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn of(path: &std::path::Path) -> std::io::Result<Self> {
        let metadata = std::fs::metadata(path)?;
        let since = metadata.modified()?.duration_since(std::time::UNIX_EPOCH);
        let modified = since.map_or(0, |since| i64::try_from(since.as_nanos()).unwrap_or(i64::MAX));
        Ok(Self { size: metadata.len(), modified })
    }
}

/// A page as it was read, for showing it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredPage {
    /// Its place among the pages and parts, from 0.
    pub ordinal: u64,
    /// Its number, where the format knows pages.
    pub number: Option<u32>,
    /// Where its text begins in that of the document, in characters.
    pub first: u64,
    /// Its text.
    pub text: String,
    /// Its headings, tables and code.
    pub blocks: Vec<Block>,
}

//! Documents: what is there, what waits to be read, what could not be.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

use super::collections::looked_through;
use super::{
    CollectionId, Document, DocumentId, DocumentState, Stamp, Store, Unscanned, from_json,
    from_sql, paths, to_json, to_sql,
};
use crate::documents::DocumentsError;
use crate::documents::extract::{self, Refusal};

const DOCUMENT: &str = "
    SELECT id, collection, path, title, language, state, refusal, size, pages, missing, characters,
        chunks, indexed
    FROM documents";

/// A document whose turn it is.
#[derive(Clone, Debug)]
pub(in crate::documents) struct Waiting {
    pub(in crate::documents) id: DocumentId,
    pub(in crate::documents) collection: CollectionId,
    pub(in crate::documents) path: PathBuf,
    /// The hash of what was read of it before, by the present version of the formats.
    pub(in crate::documents) known_hash: Option<[u8; 32]>,
}

impl Store {
    /// The documents of a collection, by path.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn documents(&self, collection: CollectionId) -> Result<Vec<Document>, DocumentsError> {
        self.run(|connection| {
            let query = format!("{DOCUMENT} WHERE collection = ?1 ORDER BY path");
            connection.prepare_cached(&query)?.query_map([collection], document)?.collect()
        })
    }

    /// One document.
    ///
    /// # Errors
    /// When it is gone or cannot be read.
    pub fn document(&self, id: DocumentId) -> Result<Document, DocumentsError> {
        let found = self.run(|connection| {
            let query = format!("{DOCUMENT} WHERE id = ?1");
            connection.prepare_cached(&query)?.query_row([id], document).optional()
        })?;
        found.ok_or(DocumentsError::NoDocument)
    }

    /// The document of this path in a collection.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    pub fn document_at(
        &self,
        collection: CollectionId,
        path: &Path,
    ) -> Result<Document, DocumentsError> {
        let found = self.run(|connection| {
            let query = format!("{DOCUMENT} WHERE collection = ?1 AND path = ?2");
            let path = paths::to_bytes(path);
            let mut statement = connection.prepare_cached(&query)?;
            statement.query_row(params![collection, path], document).optional()
        })?;
        found.ok_or(DocumentsError::NoDocument)
    }

    /// Asks for a document, or all that were refused, to be read again.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn retry(
        &self,
        collection: CollectionId,
        only: Option<DocumentId>,
    ) -> Result<usize, DocumentsError> {
        self.write(|transaction| {
            transaction.execute(
                "UPDATE documents SET state = 'waiting', hash = NULL
                 WHERE collection = ?1 AND CASE WHEN ?2 IS NULL THEN state = 'refused' ELSE id = ?2 END",
                params![collection, only],
            )
        })
    }

    /// Forgets the document at this path, or all below it. Answers how many there were. The files
    /// stay.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn remove_documents(
        &self,
        collection: CollectionId,
        path: &Path,
    ) -> Result<usize, DocumentsError> {
        let (first, last) = paths::below(path);
        let path = paths::to_bytes(path);
        self.write(|transaction| {
            transaction.execute(
                "DELETE FROM chunk_words WHERE rowid IN (
                     SELECT chunks.id FROM chunks JOIN documents ON documents.id = document
                     WHERE collection = ?1 AND (path = ?2 OR (path >= ?3 AND path < ?4)))",
                params![collection, path, first, last],
            )?;
            let among = "collection = ?1 AND (path = ?2 OR (path >= ?3 AND path < ?4))";
            let bounds = params![collection, path, first, last];
            transaction.execute(&format!("DELETE FROM roots WHERE {among}"), bounds)?;
            transaction.execute(&format!("DELETE FROM documents WHERE {among}"), bounds)
        })
    }

    /// What is still to be done below a root: how many documents wait there, and one more while the
    /// root itself is to be looked through.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn left_to_read(
        &self,
        collection: CollectionId,
        root: &Path,
    ) -> Result<u64, DocumentsError> {
        let (first, last) = paths::below(root);
        let root = paths::to_bytes(root);
        self.run(|connection| {
            connection
                .prepare_cached(
                    "SELECT (SELECT count(*) FROM documents WHERE collection = ?1
                         AND state = 'waiting' AND (path = ?2 OR (path >= ?3 AND path < ?4)))
                     + (SELECT count(*) FROM roots WHERE collection = ?1 AND path = ?2
                         AND scan_due = 1)",
                )?
                .query_row(params![collection, root, first, last], |row| from_sql(row, 0))
        })
    }

    /// Takes what was found under a root into the collection: new files wait to be read, changed
    /// ones wait to be read again, and those that are gone wait to be looked for. What could not be
    /// looked at is remembered, instead of what could not be before.
    pub(in crate::documents) fn scanned(
        &self,
        collection: CollectionId,
        root: &Path,
        found: &[(PathBuf, Stamp)],
        problems: &[Unscanned],
    ) -> Result<(), DocumentsError> {
        let now = Timestamp::now().as_millisecond();
        let (first, last) = paths::below(root);
        let root = paths::to_bytes(root);
        self.write(|transaction| {
            transaction.execute_batch(
                "CREATE TEMP TABLE IF NOT EXISTS seen (path BLOB PRIMARY KEY) WITHOUT ROWID;
                 DELETE FROM seen;",
            )?;
            let mut seen = transaction.prepare_cached("INSERT OR IGNORE INTO seen VALUES (?1)")?;
            let mut add = transaction.prepare_cached(
                "INSERT INTO documents (collection, path, added) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET state = 'waiting'
                 WHERE size <> ?4 OR modified <> ?5 OR version <> ?6",
            )?;
            for (path, stamp) in found {
                let path = paths::to_bytes(path);
                seen.execute([&path])?;
                add.execute(params![
                    collection,
                    path,
                    now,
                    to_sql(stamp.size),
                    stamp.modified,
                    extract::VERSION
                ])?;
            }
            transaction.execute(
                "UPDATE documents SET state = 'waiting' WHERE collection = ?1
                 AND (path = ?2 OR (path >= ?3 AND path < ?4))
                 AND path NOT IN (SELECT path FROM seen)",
                params![collection, root, first, last],
            )?;
            looked_through(transaction, collection, &root, problems)
        })
    }

    /// The next document whose turn it is: new ones first, so that a file that was moved is found in
    /// its new place before it is missed in the old one.
    pub(in crate::documents) fn next_waiting(&self) -> Result<Option<Waiting>, DocumentsError> {
        self.run(|connection| {
            connection
                .prepare_cached(
                    "SELECT id, collection, path, iif(version = ?1, hash, NULL) FROM documents
                     WHERE state = 'waiting' ORDER BY hash IS NOT NULL, id LIMIT 1",
                )?
                .query_row([extract::VERSION], |row| {
                    Ok(Waiting {
                        id: row.get(0)?,
                        collection: row.get(1)?,
                        path: paths::from_bytes(row.get(2)?),
                        known_hash: row.get(3)?,
                    })
                })
                .optional()
        })
    }

    /// How many documents wait, and how many bytes those have that are known.
    pub(in crate::documents) fn count_waiting(&self) -> Result<u64, DocumentsError> {
        let count = "SELECT count(*) FROM documents WHERE state = 'waiting'";
        self.run(|connection| {
            connection.prepare_cached(count)?.query_row([], |row| from_sql(row, 0))
        })
    }

    /// A document turned out to be what it was: it is as ready as before.
    pub(in crate::documents) fn unchanged(
        &self,
        id: DocumentId,
        stamp: Stamp,
    ) -> Result<(), DocumentsError> {
        self.write(|transaction| {
            transaction.execute(
                "UPDATE documents SET size = ?2, modified = ?3,
                     state = iif(refusal IS NULL, 'ready', 'refused') WHERE id = ?1",
                params![id, to_sql(stamp.size), stamp.modified],
            )?;
            Ok(())
        })
    }

    /// A document of the same content in the collection whose file is no longer at its path, and that path.
    pub(in crate::documents) fn moved_from(
        &self,
        waiting: &Waiting,
        hash: &[u8; 32],
    ) -> Result<Option<(DocumentId, PathBuf)>, DocumentsError> {
        let alike: Vec<(DocumentId, PathBuf)> = self.run(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, path FROM documents
                 WHERE collection = ?1 AND hash = ?2 AND id <> ?3 AND version = ?4",
            )?;
            let rows = statement.query_map(
                params![waiting.collection, hash, waiting.id, extract::VERSION],
                |row| Ok((row.get(0)?, paths::from_bytes(row.get(1)?))),
            )?;
            rows.collect()
        })?;
        let is_gone = |path: &Path| matches!(path.try_exists(), Ok(false));
        Ok(alike.into_iter().find(|(_, path)| is_gone(path)))
    }

    /// A file was moved: the document that was read goes with it, and the one that waited in its new
    /// place is not needed.
    pub(in crate::documents) fn take_over(
        &self,
        old: DocumentId,
        new: &Waiting,
        stamp: Stamp,
    ) -> Result<(), DocumentsError> {
        self.write(|transaction| {
            super::writing::forget_content(transaction, new.id)?;
            transaction.execute("DELETE FROM documents WHERE id = ?1", [new.id])?;
            transaction.execute(
                "UPDATE documents SET path = ?2, size = ?3, modified = ?4,
                     state = iif(refusal IS NULL, 'ready', 'refused') WHERE id = ?1",
                params![old, paths::to_bytes(&new.path), to_sql(stamp.size), stamp.modified],
            )?;
            Ok(())
        })
    }

    /// A document could not be read; what was read of it before is forgotten.
    pub(in crate::documents) fn refuse(
        &self,
        id: DocumentId,
        refusal: &Refusal,
        stamp: Option<Stamp>,
        hash: Option<&[u8; 32]>,
    ) -> Result<(), DocumentsError> {
        self.write(|transaction| {
            super::writing::forget_content(transaction, id)?;
            let stamp = stamp.unwrap_or(Stamp { size: 0, modified: 0 });
            transaction.execute(
                "UPDATE documents SET state = 'refused', refusal = ?2, size = ?3, modified = ?4,
                     hash = ?5, version = ?6, pages = 0, characters = 0, chunks = 0, missing = '[]'
                 WHERE id = ?1",
                params![
                    id,
                    to_json(refusal)?,
                    to_sql(stamp.size),
                    stamp.modified,
                    hash,
                    extract::VERSION
                ],
            )?;
            Ok(())
        })
    }

    /// Forgets a document whose file is gone.
    pub(in crate::documents) fn forget(&self, id: DocumentId) -> Result<(), DocumentsError> {
        self.write(|transaction| {
            super::writing::forget_content(transaction, id)?;
            transaction.execute("DELETE FROM documents WHERE id = ?1", [id])?;
            Ok(())
        })
    }
}

fn document(row: &Row<'_>) -> rusqlite::Result<Document> {
    let refusal: Option<String> = row.get(6)?;
    let state = match (row.get::<_, String>(5)?.as_str(), refusal) {
        ("waiting", _) => DocumentState::Waiting,
        (_, Some(refusal)) => DocumentState::Refused(from_json(6, &refusal)?),
        _ => DocumentState::Ready,
    };
    let language: Option<String> = row.get(4)?;
    let missing: String = row.get(9)?;
    let indexed: Option<i64> = row.get(12)?;
    Ok(Document {
        id: row.get(0)?,
        collection: row.get(1)?,
        path: paths::from_bytes(row.get(2)?),
        title: row.get(3)?,
        language: language.map(|language| from_json(4, &language)).transpose()?,
        state,
        size: from_sql(row, 7)?,
        pages: from_sql(row, 8)?,
        missing_pages: from_json(9, &missing)?,
        characters: from_sql(row, 10)?,
        chunks: from_sql(row, 11)?,
        indexed: indexed.and_then(|millis| Timestamp::from_millisecond(millis).ok()),
    })
}

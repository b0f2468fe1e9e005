//! Collections that come with the program, as rows.

use std::path::Path;

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, params};

use super::{CollectionId, DocumentId, Store, paths};
use crate::documents::DocumentsError;

impl Store {
    /// The version of a built-in collection that is in the library; `None` when it is not there, and
    /// empty when it was not finished.
    pub(in crate::documents) fn built_in_version(
        &self,
        name: &str,
    ) -> Result<Option<String>, DocumentsError> {
        let version = "SELECT built_in FROM collections WHERE name = ?1";
        let found = self.run(|connection| {
            connection.prepare_cached(version)?.query_row([name], |row| row.get(0)).optional()
        })?;
        Ok(found.flatten())
    }

    /// Begins to make a built-in collection, or to make it anew. A person's own collection of this
    /// name gets another one.
    pub(in crate::documents) fn begin_built_in(
        &self,
        name: &str,
    ) -> Result<CollectionId, DocumentsError> {
        let now = Timestamp::now().as_millisecond();
        self.write(|transaction| {
            transaction.execute(
                "UPDATE collections SET name = name || ' (own)'
                 WHERE name = ?1 AND built_in IS NULL",
                [name],
            )?;
            transaction.query_row(
                "INSERT INTO collections (name, created, built_in) VALUES (?1, ?2, '')
                 ON CONFLICT DO UPDATE SET built_in = '' RETURNING id",
                params![name, now],
                |row| row.get(0),
            )
        })
    }

    /// The document of a built-in collection at this path. The worker has nothing to do with it.
    pub(in crate::documents) fn built_in_document(
        &self,
        collection: CollectionId,
        path: &Path,
    ) -> Result<DocumentId, DocumentsError> {
        let now = Timestamp::now().as_millisecond();
        self.write(|transaction| {
            transaction.query_row(
                "INSERT INTO documents (collection, path, state, added) VALUES (?1, ?2, 'ready', ?3)
                 ON CONFLICT DO UPDATE SET state = 'ready' RETURNING id",
                params![collection, paths::to_bytes(path), now],
                |row| row.get(0),
            )
        })
    }

    /// A built-in collection is whole now, in this version.
    pub(in crate::documents) fn finish_built_in(
        &self,
        collection: CollectionId,
        version: &str,
    ) -> Result<(), DocumentsError> {
        let finish = "UPDATE collections SET built_in = ?2 WHERE id = ?1";
        self.write(|transaction| {
            transaction.execute(finish, params![collection, version]).map(drop)
        })
    }
}

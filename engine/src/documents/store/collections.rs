//! Collections, and the files and folders that were added to them.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Transaction, params};

use super::{Collection, CollectionId, Root, Store, Unscanned, from_sql, names, paths};
use crate::documents::DocumentsError;

const COLLECTIONS: &str = "
    SELECT collections.id, name,
        count(documents.id) FILTER (WHERE state = 'ready'),
        count(documents.id) FILTER (WHERE state = 'waiting'),
        count(documents.id) FILTER (WHERE state = 'refused'),
        ifnull(sum(chunks), 0), ifnull(sum(characters), 0), built_in IS NOT NULL,
        EXISTS (SELECT 1 FROM roots WHERE roots.collection = collections.id AND scan_due = 1)
    FROM collections LEFT JOIN documents ON documents.collection = collections.id";

impl Store {
    /// A person's collections by name. Those that come with the program are not among them.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn collections(&self) -> Result<Vec<Collection>, DocumentsError> {
        self.run(|connection| {
            let query = format!(
                "{COLLECTIONS} WHERE built_in IS NULL GROUP BY collections.id ORDER BY name"
            );
            connection.prepare_cached(&query)?.query_map([], collection)?.collect()
        })
    }

    /// The collection of this name, in whatever case; also one that comes with the program.
    ///
    /// # Errors
    /// When there is none, or none can have such a name.
    pub fn collection(&self, name: &str) -> Result<Collection, DocumentsError> {
        if let Some(found) = self.collection_called(name)? {
            return Ok(found);
        }
        let name = names::checked(name)?;
        if let Some(found) = self.collection_called(&name)? {
            return Ok(found);
        }
        let known = self.collections()?.into_iter().map(|known| known.name).collect();
        Err(DocumentsError::NoCollection { name, known })
    }

    fn collection_called(&self, name: &str) -> Result<Option<Collection>, DocumentsError> {
        self.run(|connection| {
            let query = format!("{COLLECTIONS} WHERE name = ?1 GROUP BY collections.id");
            connection.prepare_cached(&query)?.query_row([name], collection).optional()
        })
    }

    /// The collection of this name, which is created where it is missing.
    ///
    /// # Errors
    /// When the name is that of a built-in collection or none that a collection can have, or nothing can
    /// be written.
    pub fn create_collection(&self, name: &str) -> Result<Collection, DocumentsError> {
        let name = names::checked(name)?;
        let now = Timestamp::now().as_millisecond();
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO collections (name, created) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                params![name, now],
            )
        })?;
        let collection = self.collection(&name)?;
        if collection.is_built_in {
            return Err(DocumentsError::BuiltIn { name: collection.name });
        }
        Ok(collection)
    }

    /// Gives a collection another name.
    ///
    /// # Errors
    /// When the name is taken or none that a collection can have, or nothing can be written.
    pub fn rename_collection(&self, id: CollectionId, name: &str) -> Result<(), DocumentsError> {
        let name = names::checked(name)?;
        if self.collection_called(&name)?.is_some_and(|other| other.id != id) {
            return Err(DocumentsError::NameTaken { name });
        }
        let rename = "UPDATE collections SET name = ?2 WHERE id = ?1";
        self.write(|transaction| transaction.execute(rename, params![id, name]).map(drop))
    }

    /// Forgets a collection with all that was read for it. The files stay.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn remove_collection(&self, id: CollectionId) -> Result<(), DocumentsError> {
        self.write(|transaction| {
            transaction.execute(
                "DELETE FROM chunk_words WHERE rowid IN (
                     SELECT chunks.id FROM chunks JOIN documents ON documents.id = document
                     WHERE collection = ?1)",
                [id],
            )?;
            transaction.execute("DELETE FROM collections WHERE id = ?1", [id])?;
            Ok(())
        })
    }

    /// Remembers a file or folder as part of a collection, to be looked through soon. What could not be
    /// read of it before is tried again.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add_root(
        &self,
        collection: CollectionId,
        path: &Path,
        watched: bool,
    ) -> Result<(), DocumentsError> {
        let (first, last) = paths::below(path);
        let path = paths::to_bytes(path);
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO roots (collection, path, watched) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET scan_due = 1, watched = max(watched, ?3)",
                params![collection, path, watched],
            )?;
            transaction.execute(
                "UPDATE documents SET state = 'waiting', hash = NULL
                 WHERE collection = ?1 AND state = 'refused'
                 AND (path = ?2 OR (path >= ?3 AND path < ?4))",
                params![collection, path, first, last],
            )?;
            Ok(())
        })
    }

    /// Stops following a folder; what was read of it stays.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn unwatch(&self, collection: CollectionId, path: &Path) -> Result<(), DocumentsError> {
        let unwatch = "UPDATE roots SET watched = 0 WHERE collection = ?1 AND path = ?2";
        let path = paths::to_bytes(path);
        self.write(|transaction| transaction.execute(unwatch, params![collection, path]).map(drop))
    }

    /// The files and folders that were added.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn roots(&self) -> Result<Vec<Root>, DocumentsError> {
        self.select_roots("SELECT collection, path, watched FROM roots ORDER BY id")
    }

    /// The roots that are still to be looked through.
    pub(in crate::documents) fn due_roots(&self) -> Result<Vec<Root>, DocumentsError> {
        let due = "SELECT collection, path, watched FROM roots WHERE scan_due = 1 ORDER BY id";
        self.select_roots(due)
    }

    /// What could not be looked at when the roots of a collection were looked through last, by path.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn unscanned(&self, collection: CollectionId) -> Result<Vec<Unscanned>, DocumentsError> {
        self.run(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT DISTINCT unscanned.path, reason FROM unscanned
                 JOIN roots ON roots.id = root WHERE collection = ?1 ORDER BY unscanned.path",
            )?;
            let rows = statement.query_map([collection], |row| {
                Ok(Unscanned { path: paths::from_bytes(row.get(0)?), reason: row.get(1)? })
            })?;
            rows.collect()
        })
    }

    /// A root cannot be looked through just now, as when its drive is not there; what was read of it
    /// stays.
    pub(in crate::documents) fn put_off(
        &self,
        collection: CollectionId,
        root: &Path,
        why: &Unscanned,
    ) -> Result<(), DocumentsError> {
        let root = paths::to_bytes(root);
        self.write(|transaction| {
            looked_through(transaction, collection, &root, std::slice::from_ref(why))
        })
    }

    /// Says that the watched roots are to be looked through again, or a single one.
    pub(in crate::documents) fn make_due(&self, only: Option<&Path>) -> Result<(), DocumentsError> {
        let only = only.map(paths::to_bytes);
        let due = "UPDATE roots SET scan_due = 1 WHERE watched = 1 AND (?1 IS NULL OR path = ?1)";
        self.write(|transaction| transaction.execute(due, [only]).map(drop))
    }

    fn select_roots(&self, query: &str) -> Result<Vec<Root>, DocumentsError> {
        self.run(|connection| {
            let mut statement = connection.prepare_cached(query)?;
            let roots = statement.query_map([], |row| {
                let path: PathBuf = paths::from_bytes(row.get(1)?);
                Ok(Root { collection: row.get(0)?, path, watched: row.get(2)? })
            })?;
            roots.collect()
        })
    }
}

/// A root was looked through, and this could not be looked at.
pub(super) fn looked_through(
    transaction: &Transaction<'_>,
    collection: CollectionId,
    root: &[u8],
    problems: &[Unscanned],
) -> rusqlite::Result<()> {
    let this = "root IN (SELECT id FROM roots WHERE collection = ?1 AND path = ?2)";
    transaction
        .execute(&format!("DELETE FROM unscanned WHERE {this}"), params![collection, root])?;
    let mut remember = transaction.prepare_cached(
        "INSERT OR REPLACE INTO unscanned (root, path, reason)
         SELECT id, ?3, ?4 FROM roots WHERE collection = ?1 AND path = ?2",
    )?;
    for Unscanned { path, reason } in problems {
        remember.execute(params![collection, root, paths::to_bytes(path), reason])?;
    }
    let done = "UPDATE roots SET scan_due = 0 WHERE collection = ?1 AND path = ?2";
    transaction.execute(done, params![collection, root]).map(drop)
}

fn collection(row: &rusqlite::Row<'_>) -> rusqlite::Result<Collection> {
    Ok(Collection {
        id: row.get(0)?,
        name: row.get(1)?,
        ready: from_sql(row, 2)?,
        waiting: from_sql(row, 3)?,
        refused: from_sql(row, 4)?,
        chunks: from_sql(row, 5)?,
        characters: from_sql(row, 6)?,
        is_built_in: row.get(7)?,
        is_scanning: row.get(8)?,
    })
}

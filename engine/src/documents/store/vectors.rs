//! What embedding models made of chunks: small vectors to look through, exact ones to compare with.

use rusqlite::{OptionalExtension as _, params};

use super::{ChunkId, CollectionId, EmbedderId, Store, from_sql, to_sql};
use crate::documents::DocumentsError;

/// A vector as bytes: each number times `scale` is about the exact one.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantised {
    /// What a step of a byte is worth.
    pub scale: f32,
    /// The numbers.
    pub values: Vec<i8>,
}

/// Rounds the numbers of a vector to bytes, as finely as the largest of them allows.
#[must_use]
pub fn quantise(vector: &[f32]) -> Quantised {
    let largest = vector.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
    if largest == 0.0 || !largest.is_finite() {
        return Quantised { scale: 0.0, values: vec![0; vector.len()] };
    }
    let scale = largest / 127.0;
    let values = vector.iter().map(|value| (value / scale).round() as i8).collect();
    Quantised { scale, values }
}

impl Store {
    /// The number under which the vectors of an embedding model are kept.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn embedder(&self, name: &str, dimension: usize) -> Result<EmbedderId, DocumentsError> {
        let known = "SELECT id FROM embedders WHERE name = ?1 AND dimension = ?2";
        let dimension = to_sql(dimension as u64);
        let find = |connection: &rusqlite::Connection| {
            let mut statement = connection.prepare_cached(known)?;
            statement.query_row(params![name, dimension], |row| row.get(0)).optional()
        };
        if let Some(id) = self.run(find)? {
            return Ok(id);
        }
        self.write(|transaction| {
            // The same name with another dimension is another model: its old vectors are useless.
            transaction.execute("DELETE FROM embedders WHERE name = ?1", [name])?;
            let add = "INSERT INTO embedders (name, dimension) VALUES (?1, ?2)";
            transaction.execute(add, params![name, dimension])?;
            Ok(EmbedderId(transaction.last_insert_rowid()))
        })
    }

    /// Chunks after this one that the model has not embedded yet, in the order of reading.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn without_vectors(
        &self,
        embedder: EmbedderId,
        after: Option<ChunkId>,
        most: usize,
    ) -> Result<Vec<ChunkId>, DocumentsError> {
        self.run(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id FROM chunks WHERE id > ?3 AND NOT EXISTS
                     (SELECT 1 FROM vectors WHERE embedder = ?1 AND chunk = chunks.id)
                 ORDER BY id LIMIT ?2",
            )?;
            let after = after.map_or(0, |chunk| chunk.0);
            let bounds = params![embedder, to_sql(most as u64), after];
            statement.query_map(bounds, |row| row.get(0))?.collect()
        })
    }

    /// How many chunks this model has embedded, of how many.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn count_vectors(&self, embedder: EmbedderId) -> Result<(u64, u64), DocumentsError> {
        self.run(|connection| {
            connection
                .prepare_cached(
                    "SELECT (SELECT count(*) FROM vectors WHERE embedder = ?1),
                        (SELECT count(*) FROM chunks)",
                )?
                .query_row([embedder], |row| Ok((from_sql(row, 0)?, from_sql(row, 1)?)))
        })
    }

    /// Keeps the vectors of chunks; those of chunks that are gone meanwhile are dropped.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn add_vectors(
        &self,
        embedder: EmbedderId,
        vectors: &[(ChunkId, Vec<f32>)],
    ) -> Result<(), DocumentsError> {
        self.write(|transaction| {
            let mut small = transaction.prepare_cached(
                "INSERT OR REPLACE INTO vectors (embedder, chunk, scale, quantised)
                 SELECT ?1, id, ?3, ?4 FROM chunks WHERE id = ?2",
            )?;
            let mut exact = transaction.prepare_cached(
                "INSERT OR REPLACE INTO exact_vectors (embedder, chunk, vector)
                 SELECT ?1, id, ?3 FROM chunks WHERE id = ?2",
            )?;
            for (chunk, vector) in vectors {
                let Quantised { scale, values } = quantise(vector);
                let bytes: Vec<u8> = values.iter().map(|value| value.cast_unsigned()).collect();
                small.execute(params![embedder, chunk, f64::from(scale), bytes])?;
                let bytes: Vec<u8> = vector.iter().flat_map(|value| value.to_le_bytes()).collect();
                exact.execute(params![embedder, chunk, bytes])?;
            }
            Ok(())
        })
    }

    /// The small vectors of a collection, told one after the other.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn each_vector(
        &self,
        embedder: EmbedderId,
        collection: CollectionId,
        mut tell: impl FnMut(ChunkId, f32, &[u8]),
    ) -> Result<(), DocumentsError> {
        self.run(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT vectors.chunk, scale, quantised FROM documents
                 JOIN chunks ON chunks.document = documents.id
                 JOIN vectors ON vectors.chunk = chunks.id AND embedder = ?1
                 WHERE documents.collection = ?2",
            )?;
            let mut rows = statement.query(params![embedder, collection])?;
            while let Some(row) = rows.next()? {
                let bytes = row.get_ref(2)?.as_blob()?;
                tell(row.get(0)?, row.get::<_, f64>(1)? as f32, bytes);
            }
            Ok(())
        })
    }

    /// The exact vector of a chunk.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn exact_vector(
        &self,
        embedder: EmbedderId,
        chunk: ChunkId,
    ) -> Result<Option<Vec<f32>>, DocumentsError> {
        let query = "SELECT vector FROM exact_vectors WHERE embedder = ?1 AND chunk = ?2";
        let bytes: Option<Vec<u8>> = self.run(|connection| {
            let mut statement = connection.prepare_cached(query)?;
            statement.query_row(params![embedder, chunk], |row| row.get(0)).optional()
        })?;
        let numbers = |bytes: Vec<u8>| {
            bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
        };
        Ok(bytes.map(numbers))
    }
}

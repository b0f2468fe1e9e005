//! The text of chunks and pages, and the search for words.

use std::collections::{HashMap, HashSet};
use std::ops::{ControlFlow, Range};

use rusqlite::{OptionalExtension as _, params};

use super::{
    ChunkId, CollectionId, DocumentId, Store, StoredPage, from_json, from_sql, to_json, to_sql,
};
use crate::documents::DocumentsError;
use crate::documents::tokens::Language;

/// What a word in the title counts, against one in the text.
const TITLE_WEIGHT: f64 = 1.0;
/// What a word in the headings above counts.
const HEADINGS_WEIGHT: f64 = 1.0;

/// Where to look: in these collections, and in these documents alone; empty for all.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::documents) struct Scope<'a> {
    pub(in crate::documents) collections: &'a [CollectionId],
    pub(in crate::documents) documents: &'a [DocumentId],
}

/// Where a word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::documents) enum Fields {
    /// In the title, the headings or the text.
    All,
    /// In the title, the headings or the index beside a manual.
    Names,
}

/// A chunk with its text and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChunkText {
    /// Which.
    pub id: ChunkId,
    /// Of which document.
    pub document: DocumentId,
    /// Its place among the chunks of the document, from 0.
    pub ordinal: u64,
    /// The place of its page among the pages and parts, from 0.
    pub page_ordinal: u64,
    /// The number of its page, where the format knows pages.
    pub page: Option<u32>,
    /// Where it stands in the document's text, in characters.
    pub characters: Range<u64>,
    /// The headings above it, the highest first.
    pub headings: Vec<String>,
    /// Its text.
    pub text: String,
}

const CHUNK: &str = "
    SELECT chunks.id, chunks.document, chunks.ordinal, pages.ordinal, pages.number, chunks.first,
        last, headings, substr(CAST(text AS BLOB), start_byte + 1, end_byte - start_byte)
    FROM chunks JOIN pages ON pages.id = chunks.page";

impl Store {
    /// A chunk; `None` when its document has been read again or removed meanwhile.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn chunk(&self, id: ChunkId) -> Result<Option<ChunkText>, DocumentsError> {
        self.run(|connection| {
            let query = format!("{CHUNK} WHERE chunks.id = ?1");
            connection.prepare_cached(&query)?.query_row([id], chunk).optional()
        })
    }

    /// The collection of a chunk; `None` when its document has been read again or removed meanwhile.
    pub(in crate::documents) fn collection_of_chunk(
        &self,
        id: ChunkId,
    ) -> Result<Option<CollectionId>, DocumentsError> {
        let query = "SELECT collection FROM chunks JOIN documents ON documents.id = document
            WHERE chunks.id = ?1";
        self.run(|connection| {
            connection.prepare_cached(query)?.query_row([id], |row| row.get(0)).optional()
        })
    }

    /// Chunks of a document in order, from one place to before another.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn chunks(
        &self,
        document: DocumentId,
        ordinals: Range<u64>,
    ) -> Result<Vec<ChunkText>, DocumentsError> {
        self.run(|connection| {
            let query = format!(
                "{CHUNK} WHERE chunks.document = ?1 AND chunks.ordinal >= ?2 AND chunks.ordinal < ?3
                 ORDER BY chunks.ordinal"
            );
            let mut statement = connection.prepare_cached(&query)?;
            let bounds = params![document, to_sql(ordinals.start), to_sql(ordinals.end)];
            statement.query_map(bounds, chunk)?.collect()
        })
    }

    /// A page or part of a document.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    pub fn page(&self, document: DocumentId, ordinal: u64) -> Result<StoredPage, DocumentsError> {
        let found = self.run(|connection| {
            connection
                .prepare_cached(
                    "SELECT number, first, text, blocks FROM pages
                     WHERE document = ?1 AND ordinal = ?2",
                )?
                .query_row(params![document, to_sql(ordinal)], |row| {
                    let blocks: String = row.get(3)?;
                    Ok(StoredPage {
                        ordinal,
                        number: row.get(0)?,
                        first: from_sql(row, 1)?,
                        text: row.get(2)?,
                        blocks: from_json(3, &blocks)?,
                    })
                })
                .optional()
        })?;
        found.ok_or(DocumentsError::NoDocument)
    }

    /// Tells the pages and parts of a document in their order, from one on: the place, the number and
    /// the text of each.
    pub(in crate::documents) fn each_page_text(
        &self,
        document: DocumentId,
        from: u64,
        mut tell: impl FnMut(u64, Option<u32>, &str) -> ControlFlow<()>,
    ) -> Result<(), DocumentsError> {
        self.run(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT ordinal, number, text FROM pages WHERE document = ?1 AND ordinal >= ?2
                 ORDER BY ordinal",
            )?;
            let mut rows = statement.query(params![document, to_sql(from)])?;
            while let Some(row) = rows.next()? {
                let text = String::from_utf8_lossy(row.get_ref(2)?.as_bytes()?);
                if tell(from_sql(row, 0)?, row.get(1)?, &text).is_break() {
                    break;
                }
            }
            Ok(())
        })
    }

    /// The languages of the documents of collections, the commonest first; of all where none is
    /// named.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn languages(&self, collections: &[CollectionId]) -> Result<Vec<Language>, DocumentsError> {
        self.run(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT language FROM documents
                 WHERE (?1 = '[]' OR collection IN (SELECT value FROM json_each(?1)))
                     AND language IS NOT NULL
                 GROUP BY language ORDER BY count(*) DESC",
            )?;
            let languages = statement.query_map([to_json(&collections)?], |row| {
                from_json(0, &row.get::<_, String>(0)?)
            })?;
            languages.collect()
        })
    }

    /// The chunks that hold words of an expression, the best first, with their BM25 scores: the
    /// higher the better.
    pub(in crate::documents) fn find_words(
        &self,
        scope: Scope<'_>,
        expression: &str,
        most: usize,
    ) -> Result<Vec<(ChunkId, f64)>, DocumentsError> {
        let is_all = scope.collections.is_empty() || self.has_no_others(scope.collections)?;
        let collections = if is_all { &[] } else { scope.collections };
        let expression = within(collections, Fields::All, expression);
        let only = if scope.documents.is_empty() { "" } else { AMONG_DOCUMENTS };
        self.run(|connection| {
            let query = format!(
                "SELECT rowid, -bm25(chunk_words, {TITLE_WEIGHT}, {HEADINGS_WEIGHT}, 1.0, 0.0)
                     AS score
                 FROM chunk_words WHERE chunk_words MATCH ?1 {only} ORDER BY score DESC LIMIT ?2"
            );
            let mut statement = connection.prepare_cached(&query)?;
            let most = to_sql(most as u64);
            let found = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
            if only.is_empty() {
                return statement.query_map(params![expression, most], found)?.collect();
            }
            let documents = to_json(&scope.documents)?;
            statement.query_map(params![expression, most, documents], found)?.collect()
        })
    }

    /// All chunks of collections that hold words of an expression, in no order.
    pub(in crate::documents) fn holding(
        &self,
        collections: &[CollectionId],
        fields: Fields,
        expression: &str,
    ) -> Result<Vec<ChunkId>, DocumentsError> {
        let expression = within(collections, fields, expression);
        self.run(|connection| {
            let holding = "SELECT rowid FROM chunk_words WHERE chunk_words MATCH ?1";
            let mut statement = connection.prepare_cached(holding)?;
            statement.query_map([expression], |row| row.get(0))?.collect()
        })
    }

    /// The documents of chunks, for all chunks of these documents.
    pub(in crate::documents) fn documents_by_chunk(
        &self,
        documents: HashSet<DocumentId>,
    ) -> Result<HashMap<ChunkId, DocumentId>, DocumentsError> {
        self.run(|connection| {
            let chunks = "SELECT id, document FROM chunks
                WHERE document IN (SELECT value FROM json_each(?1))";
            let mut statement = connection.prepare_cached(chunks)?;
            let pair = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
            statement.query_map([to_json(&documents)?], pair)?.collect()
        })
    }

    /// How many chunks collections have.
    pub(in crate::documents) fn count_chunks_of(
        &self,
        collections: &[CollectionId],
    ) -> Result<u64, DocumentsError> {
        self.run(|connection| {
            let count = "SELECT ifnull(sum(chunks), 0) FROM documents
                WHERE collection IN (SELECT value FROM json_each(?1))";
            let mut statement = connection.prepare_cached(count)?;
            statement.query_row([to_json(&collections)?], |row| from_sql(row, 0))
        })
    }

    /// Whether only these collections have documents. To look for the mark of a collection that every
    /// chunk bears would take longer than to look for words.
    fn has_no_others(&self, collections: &[CollectionId]) -> Result<bool, DocumentsError> {
        let others = "SELECT NOT EXISTS (SELECT 1 FROM collections
                WHERE id NOT IN (SELECT value FROM json_each(?1))
                AND EXISTS (SELECT 1 FROM documents WHERE collection = collections.id))";
        self.run(|connection| {
            let mut statement = connection.prepare_cached(others)?;
            statement.query_row([to_json(&collections)?], |row| row.get(0))
        })
    }

    /// The chunks of documents of a collection, in order.
    pub(in crate::documents) fn chunks_of_documents(
        &self,
        collection: CollectionId,
        documents: &[DocumentId],
    ) -> Result<Vec<ChunkId>, DocumentsError> {
        self.run(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT chunks.id FROM documents JOIN chunks ON chunks.document = documents.id
                 WHERE collection = ?1 AND documents.id IN (SELECT value FROM json_each(?2))
                 ORDER BY chunks.document, chunks.ordinal",
            )?;
            let bounds = params![collection, to_json(&documents)?];
            statement.query_map(bounds, |row| row.get(0))?.collect()
        })
    }

    /// So many chunks from all over a collection, always the same.
    pub(in crate::documents) fn sample_chunks(
        &self,
        collection: CollectionId,
        most: usize,
    ) -> Result<Vec<ChunkId>, DocumentsError> {
        let chunks: Vec<ChunkId> = self.run(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT chunks.id FROM documents JOIN chunks ON chunks.document = documents.id
                 WHERE collection = ?1",
            )?;
            statement.query_map([collection], |row| row.get(0))?.collect()
        })?;
        let step = chunks.len().div_ceil(most.max(1)).max(1);
        Ok(chunks.into_iter().step_by(step).collect())
    }

    /// How many chunks all collections have together.
    pub(in crate::documents) fn count_chunks(&self) -> Result<u64, DocumentsError> {
        let count = "SELECT ifnull(sum(chunks), 0) FROM documents";
        self.run(|connection| {
            connection.prepare_cached(count)?.query_row([], |row| from_sql(row, 0))
        })
    }

    /// In how many chunks a token stands.
    pub(in crate::documents) fn count_token(&self, token: &str) -> Result<u64, DocumentsError> {
        self.run(|connection| {
            connection.execute_batch(
                "CREATE VIRTUAL TABLE IF NOT EXISTS temp.chunk_tokens
                     USING fts5vocab(main, chunk_words, row)",
            )?;
            let count = "SELECT doc FROM temp.chunk_tokens WHERE term = ?1";
            let found = connection
                .prepare_cached(count)?
                .query_row([token], |row| from_sql(row, 0))
                .optional()?;
            Ok(found.unwrap_or(0))
        })
    }
}

const AMONG_DOCUMENTS: &str = "
    AND rowid IN (SELECT id FROM chunks WHERE document IN (SELECT value FROM json_each(?3)))";

/// The expression, asked of some collections, or of all where none is named.
fn within(collections: &[CollectionId], fields: Fields, expression: &str) -> String {
    let fields = match fields {
        Fields::All => "title headings body",
        Fields::Names => "title headings",
    };
    let words = format!("{{{fields}}} : ({expression})");
    let scopes: Vec<String> = collections
        .iter()
        .map(|collection| format!("\"{}\"", super::writing::scope(*collection)))
        .collect();
    match scopes.as_slice() {
        [] => words,
        scopes => format!("({words}) AND scope : ({})", scopes.join(" OR ")),
    }
}

fn chunk(row: &rusqlite::Row<'_>) -> rusqlite::Result<ChunkText> {
    let headings: String = row.get(7)?;
    let text: Vec<u8> = row.get(8)?;
    Ok(ChunkText {
        id: row.get(0)?,
        document: row.get(1)?,
        ordinal: from_sql(row, 2)?,
        page_ordinal: from_sql(row, 3)?,
        page: row.get(4)?,
        characters: from_sql(row, 5)?..from_sql(row, 6)?,
        headings: from_json(7, &headings)?,
        text: String::from_utf8_lossy(&text).into_owned(),
    })
}

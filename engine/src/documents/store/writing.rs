//! Putting a document that is being read into the library: all of it at once, or nothing.

use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Transaction, TransactionBehavior, params};

use super::{CollectionId, DocumentId, Stamp, Store, file_name, to_json, to_sql};
use crate::documents::DocumentsError;
use crate::documents::chunk::Chunk;
use crate::documents::extract::{self, Page};
use crate::documents::tokens::{Language, Tokenizer};

/// What is known of a document once it has been read.
#[derive(Clone, Debug)]
pub struct Facts {
    /// What the file looked like.
    pub stamp: Stamp,
    /// The hash of its bytes.
    pub hash: [u8; 32],
    /// The title that it gives itself.
    pub title: String,
    /// Pages that could not be read.
    pub missing: Vec<u32>,
    /// Characters of its text.
    pub characters: u64,
}

/// A document on its way into the library. Dropping it leaves everything as it was.
pub struct Writing<'a> {
    transaction: Transaction<'a>,
    store: &'a Store,
    document: DocumentId,
    scope: String,
    title: String,
    tokenizer: Tokenizer,
    language: Option<Language>,
    pages: u64,
    chunks: u64,
    /// The tokens of the headings above the last chunk: many chunks in a row have the same.
    headings: (Vec<String>, String, String),
}

impl Store {
    /// Begins to write a document anew. What was there of it is replaced once all is written.
    ///
    /// `title` is what the document calls itself, as far as is known at its beginning.
    ///
    /// # Errors
    /// When nothing can be written.
    pub fn begin_writing(
        &self,
        document: DocumentId,
        collection: CollectionId,
        path: &Path,
        title: &str,
        language: Option<Language>,
    ) -> Result<Writing<'_>, DocumentsError> {
        let begin = || {
            let behaviour = TransactionBehavior::Immediate;
            let transaction = Transaction::new_unchecked(&self.connection, behaviour)?;
            forget_content(&transaction, document)?;
            Ok(transaction)
        };
        let transaction = begin().map_err(|error| self.refused(&error))?;
        let tokenizer = Tokenizer::new(language);
        // A question often names the file, and its folder.
        let folder = path.parent().map(file_name).unwrap_or_default();
        let title = tokenizer.to_index(&format!("{title}\n{}\n{folder}", file_name(path)));
        Ok(Writing {
            transaction,
            store: self,
            document,
            scope: scope(collection),
            title,
            tokenizer,
            language,
            pages: 0,
            chunks: 0,
            headings: (Vec::new(), "[]".to_owned(), String::new()),
        })
    }
}

/// The word that marks the chunks of a collection in the index.
pub(super) fn scope(collection: CollectionId) -> String {
    format!("c{}", collection.0)
}

impl Writing<'_> {
    /// Adds the next page and its chunks; `first` is where its text begins, in characters.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn page(
        &mut self,
        page: &Page,
        first: u64,
        chunks: &[Chunk],
    ) -> Result<(), DocumentsError> {
        self.write_page(page, first, chunks).map_err(|error| self.store.refused(&error))
    }

    fn write_page(&mut self, page: &Page, first: u64, chunks: &[Chunk]) -> rusqlite::Result<()> {
        self.transaction
            .prepare_cached(
                "INSERT INTO pages (document, ordinal, number, first, text, blocks)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                self.document,
                to_sql(self.pages),
                page.number,
                to_sql(first),
                page.text,
                to_json(&page.blocks)?
            ])?;
        let id = self.transaction.last_insert_rowid();
        self.pages += 1;
        for chunk in chunks {
            self.write_chunk(id, &page.text[chunk.range.clone()], chunk)?;
        }
        Ok(())
    }

    fn write_chunk(&mut self, page: i64, text: &str, chunk: &Chunk) -> rusqlite::Result<()> {
        if self.headings.0 != chunk.headings {
            let words = self.tokenizer.to_index(&chunk.headings.join("\n"));
            self.headings = (chunk.headings.clone(), to_json(&chunk.headings)?, words);
        }
        self.transaction
            .prepare_cached(
                "INSERT INTO chunks
                     (document, ordinal, page, start_byte, end_byte, first, last, headings)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                self.document,
                to_sql(self.chunks),
                page,
                to_sql(chunk.range.start as u64),
                to_sql(chunk.range.end as u64),
                to_sql(chunk.characters.start),
                to_sql(chunk.characters.end),
                self.headings.1
            ])?;
        let id = self.transaction.last_insert_rowid();
        self.chunks += 1;
        let words = self.tokenizer.to_index(text);
        let (mut title, mut headings) = (self.title.clone(), self.headings.2.clone());
        if !chunk.also.is_empty() {
            // Somebody has chosen them, so they say more than words that happen to stand in a text.
            let also = self.tokenizer.to_index(&chunk.also);
            for field in [&mut title, &mut headings] {
                field.push(' ');
                field.push_str(&also);
            }
        }
        self.transaction
            .prepare_cached(
                "INSERT INTO chunk_words (rowid, title, headings, body, scope)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![id, title, headings, words, self.scope])?;
        Ok(())
    }

    /// How many pages and chunks have been written.
    #[must_use]
    pub fn written(&self) -> (u64, u64) {
        (self.pages, self.chunks)
    }

    /// Makes the document ready to be searched.
    ///
    /// # Errors
    /// When it cannot be written; then everything is as it was.
    pub fn finish(self, facts: &Facts) -> Result<(), DocumentsError> {
        let store = self.store;
        self.commit(facts).map_err(|error| store.refused(&error))
    }

    fn commit(self, facts: &Facts) -> rusqlite::Result<()> {
        self.transaction.execute(
            "UPDATE documents SET state = 'ready', refusal = NULL, title = ?2, language = ?3,
                 size = ?4, modified = ?5, hash = ?6, version = ?7, pages = ?8, missing = ?9,
                 characters = ?10, chunks = ?11, indexed = ?12
             WHERE id = ?1",
            params![
                self.document,
                facts.title,
                self.language.map(|language| to_json(&language)).transpose()?,
                to_sql(facts.stamp.size),
                facts.stamp.modified,
                facts.hash,
                extract::VERSION,
                to_sql(self.pages),
                to_json(&facts.missing)?,
                to_sql(facts.characters),
                to_sql(self.chunks),
                Timestamp::now().as_millisecond()
            ],
        )?;
        self.transaction.commit()
    }
}

/// Forgets the pages, chunks, words and vectors of a document, and not the document.
pub(super) fn forget_content(
    transaction: &Transaction<'_>,
    document: DocumentId,
) -> rusqlite::Result<()> {
    transaction.execute(
        "DELETE FROM chunk_words WHERE rowid IN (SELECT id FROM chunks WHERE document = ?1)",
        [document],
    )?;
    transaction.execute("DELETE FROM chunks WHERE document = ?1", [document])?;
    transaction.execute("DELETE FROM pages WHERE document = ?1", [document])?;
    Ok(())
}

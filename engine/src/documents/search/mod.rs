//! Finding passages: by words, by meaning, or by both.
//!
//! ```text
//! question ─▶ words.rs  ── BM25 ──────┐
//!          ─▶ matrix.rs ── vectors ───┴▶ fusion.rs ─▶ joining.rs ─▶ passages
//!                             ▲ weight: fitness.rs, how well the embedder reads this collection
//! ```

mod dot;
mod fitness;
mod fusion;
mod joining;
mod matrix;
mod words;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use fitness::Fitness;
pub use matrix::Matrix;
use serde::{Deserialize, Serialize};

use super::store::{ChunkId, CollectionId, DocumentId, EmbedderId, Store, quantise};
use super::{DocumentsError, Embedder, Purpose};

/// How many of each list are looked at.
const CANDIDATES: usize = 100;

/// How passages are found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// By words and by meaning, as far as there is an embedding model that reads the documents.
    #[default]
    Hybrid,
    /// By words alone.
    Words,
    /// By meaning alone.
    Meaning,
}

/// A question to a collection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// Where to look.
    pub collection: CollectionId,
    /// What to look for, in a person's words.
    pub question: String,
    /// How many passages are wanted, at most.
    pub most: usize,
    /// How to look.
    pub mode: Mode,
}

/// A stretch of a document that was found for a question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Passage {
    /// In which document.
    pub document: DocumentId,
    /// Its title, or the name of its file.
    pub name: String,
    /// Where the file lies.
    pub path: PathBuf,
    /// The page, slide or sheet, where the format knows such.
    pub page: Option<u32>,
    /// The place of that page among the pages and parts, from 0.
    pub page_ordinal: u64,
    /// Where the passage stands in the document's text, in characters.
    pub characters: Range<u64>,
    /// The headings above it, the highest first.
    pub headings: Vec<String>,
    /// Its text, as it stands in the document.
    pub text: String,
    /// How well it fits: comparable within one answer only.
    pub score: f64,
    /// Its place among those found by words, from 1.
    pub words_rank: Option<usize>,
    /// Its place among those found by meaning, from 1.
    pub meaning_rank: Option<usize>,
    /// The chunks that it is made of, in order.
    pub chunks: Vec<ChunkId>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// The passages, the best first.
    pub passages: Vec<Passage>,
    /// What the search by meaning counted, from 0 to 1; `None` when there was none.
    pub meaning_weight: Option<f64>,
}

/// Searches a library, and keeps in memory what makes it fast.
pub struct Searcher {
    store: Store,
    embedder: Option<Arc<dyn Embedder>>,
    matrices: HashMap<(EmbedderId, CollectionId), Loaded>,
    fitness: HashMap<(EmbedderId, CollectionId), Fitness>,
}

/// Vectors in memory, and the state of the file that they are of.
struct Loaded {
    matrix: Matrix,
    version: i64,
}

impl Searcher {
    /// A searcher of its own connection. Without an embedder it finds by words alone.
    #[must_use]
    pub fn new(store: Store, embedder: Option<Arc<dyn Embedder>>) -> Self {
        Self { store, embedder, matrices: HashMap::new(), fitness: HashMap::new() }
    }

    /// The library that is searched.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Searches with another embedding model from now on, or by words alone.
    pub fn set_embedder(&mut self, embedder: Option<Arc<dyn Embedder>>) {
        self.embedder = embedder;
        self.matrices.clear();
    }

    /// Finds passages.
    ///
    /// # Errors
    /// When the library cannot be read, or meaning was asked for and there is no embedding model.
    pub fn search(&mut self, query: &Query) -> Result<Findings, DocumentsError> {
        let ranked = self.rank(query)?;
        let passages = joining::passages(&self.store, &ranked.fused, query.most)?;
        Ok(Findings { passages, meaning_weight: ranked.meaning_weight })
    }

    fn rank(&mut self, query: &Query) -> Result<Ranked, DocumentsError> {
        let most = CANDIDATES.max(query.most);
        let words = match query.mode {
            Mode::Meaning => Vec::new(),
            Mode::Hybrid | Mode::Words => {
                words::search(&self.store, query.collection, &query.question, most)?
            }
        };
        let words: Vec<ChunkId> = words.into_iter().map(|(chunk, _)| chunk).collect();
        let embedder = match (query.mode, self.embedder.clone()) {
            (Mode::Words, _) | (Mode::Hybrid, None) => {
                return Ok(Ranked { fused: fusion::fuse(&words, &[], 0.0), meaning_weight: None });
            }
            (Mode::Meaning, None) => return Err(DocumentsError::NoEmbedder),
            (_, Some(embedder)) => embedder,
        };
        let id = self.store.embedder(&embedder.name(), embedder.dimension())?;
        let mut vectors = embedder.embed(std::slice::from_ref(&query.question), Purpose::Query)?;
        let vector = vectors.pop().unwrap_or_default();
        let near = self.nearest(id, embedder.dimension(), query.collection, &vector, most)?;
        let weight = match query.mode {
            Mode::Meaning => 1.0,
            _ => self.weight(id, embedder.as_ref(), query.collection)?,
        };
        let fused = fusion::fuse(&words, &near, weight);
        Ok(Ranked { fused, meaning_weight: Some(weight) })
    }

    /// The chunks whose vectors are nearest, compared exactly in the end.
    fn nearest(
        &mut self,
        embedder: EmbedderId,
        dimension: usize,
        collection: CollectionId,
        vector: &[f32],
        most: usize,
    ) -> Result<Vec<ChunkId>, DocumentsError> {
        self.refresh(embedder, dimension, collection)?;
        let Some(loaded) = self.matrices.get(&(embedder, collection)) else {
            return Ok(Vec::new());
        };
        let mut exact = Vec::with_capacity(most);
        for (chunk, similarity) in loaded.matrix.nearest(&quantise(vector), most) {
            let similarity = match self.store.exact_vector(embedder, chunk)? {
                Some(other) => other.iter().zip(vector).map(|(a, b)| a * b).sum(),
                None => similarity,
            };
            exact.push((chunk, similarity));
        }
        exact.sort_by(|a, b| b.1.total_cmp(&a.1));
        Ok(exact.into_iter().map(|(chunk, _)| chunk).collect())
    }

    /// Loads the vectors of a collection, if the file has changed since.
    fn refresh(
        &mut self,
        embedder: EmbedderId,
        dimension: usize,
        collection: CollectionId,
    ) -> Result<(), DocumentsError> {
        let version = self.store.data_version()?;
        let key = (embedder, collection);
        if self.matrices.get(&key).is_some_and(|loaded| loaded.version == version) {
            return Ok(());
        }
        let mut matrix = Matrix::new(dimension);
        self.store.each_vector(embedder, collection, |chunk, scale, bytes| {
            matrix.push(chunk, scale, bytes);
        })?;
        self.matrices.insert(key, Loaded { matrix, version });
        Ok(())
    }

    /// How much the search by meaning counts in a collection: measured once, and again when the
    /// collection has grown much.
    fn weight(
        &mut self,
        id: EmbedderId,
        embedder: &dyn Embedder,
        collection: CollectionId,
    ) -> Result<f64, DocumentsError> {
        let key = (id, collection);
        let vectors = self.matrices.get(&key).map_or(0, |loaded| loaded.matrix.len());
        if let Some(known) = self.fitness.get(&key).filter(|known| known.still_holds(vectors)) {
            return Ok(known.weight());
        }
        let probes = fitness::probes(&self.store, collection)?;
        let texts: Vec<String> = probes.iter().map(|probe| probe.words.clone()).collect();
        let embedded = embedder.embed(&texts, Purpose::Query)?;
        let mut ranks = Vec::with_capacity(probes.len());
        for (probe, vector) in probes.iter().zip(&embedded) {
            let near = self.nearest(id, embedder.dimension(), collection, vector, CANDIDATES)?;
            ranks.push(near.iter().position(|chunk| *chunk == probe.chunk));
        }
        let fitness = Fitness::of(&ranks, vectors);
        let weight = fitness.weight();
        self.fitness.insert(key, fitness);
        Ok(weight)
    }
}

struct Ranked {
    fused: Vec<fusion::Fused<ChunkId>>,
    meaning_weight: Option<f64>,
}

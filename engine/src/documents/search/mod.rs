//! Finding passages: by words, by meaning, or by both.
//!
//! ```text
//! question ─▶ words.rs  ── BM25 ──────┐
//!          ─▶ matrix.rs ── vectors ───┴▶ fusion.rs ─▶ joining.rs ─▶ passages
//!                             ▲ weight: fitness.rs, how well the embedder reads this collection
//! weighing.rs: how much of the question each passage is found by, where that is asked for
//! Between fusing and joining, reranking.rs lets a reranker order the best, where one was chosen.
//! ```

mod dot;
mod fitness;
mod fusion;
pub(in crate::documents) mod joining;
mod long;
mod matrix;
mod reranking;
mod weighing;
mod words;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use fitness::Fitness;
pub use long::{MOST_CHARACTERS, left_out, read_of};
pub use matrix::Matrix;
use reranking::Found;
pub(in crate::documents) use reranking::{Ordered, Unordered};
pub use reranking::{Reranked, Reranking};
use serde::{Deserialize, Serialize};
pub use weighing::Weighed;

use super::store::{
    ChunkId, ChunkText, CollectionId, DocumentId, EmbedderId, Scope, Store, quantise,
};
use super::{DocumentsError, Embedder, Purpose, Reranker, Watch};

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

/// A question to collections.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// Where to look; empty for all of a person's own collections.
    pub collections: Vec<CollectionId>,
    /// The only documents to look in; empty for all documents of the collections.
    #[serde(default)]
    pub documents: Vec<DocumentId>,
    /// What to look for, in a person's words.
    pub question: String,
    /// How many passages are wanted, at most.
    pub most: usize,
    /// How to look.
    pub mode: Mode,
    /// Whether the reranker orders what was found, where a person chose one.
    #[serde(default = "yes")]
    pub rerank: bool,
}

/// What holds where nothing is said.
pub(in crate::documents) fn yes() -> bool {
    true
}

impl Query {
    /// Looks for ten passages, by words and by meaning, in collections; in all if none is named.
    #[must_use]
    pub fn new(collections: Vec<CollectionId>, question: impl Into<String>) -> Self {
        let (documents, question) = (Vec::new(), question.into());
        Self { collections, documents, question, most: 10, mode: Mode::Hybrid, rerank: true }
    }

    fn scope(&self) -> Scope<'_> {
        Scope { collections: &self.collections, documents: &self.documents }
    }
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
    /// How well it fits by words and meaning: comparable within one answer only.
    pub score: f64,
    /// Its place among those found by words, from 1.
    pub words_rank: Option<usize>,
    /// Its place among those found by meaning, from 1.
    pub meaning_rank: Option<usize>,
    /// What a reranker made of it, if one read it.
    #[serde(default)]
    pub reranked: Option<Reranked>,
    /// The chunks that it is made of, in order.
    pub chunks: Vec<ChunkId>,
}

impl Passage {
    /// The document, the page and the headings, for people.
    #[must_use]
    pub fn place(&self) -> String {
        place(&self.name, self.page, &self.headings)
    }
}

/// A document, a page and the headings above a text, for people.
pub(in crate::documents) fn place(name: &str, page: Option<u32>, headings: &[String]) -> String {
    let mut place = name.to_owned();
    if let Some(page) = page {
        place.push_str(&format!(", page {page}"));
    }
    let headings = headings.iter().map(String::as_str).filter(|heading| *heading != name);
    let headings = headings.collect::<Vec<_>>().join(" > ");
    if !headings.is_empty() {
        place.push_str(&format!(", {headings}"));
    }
    place
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// The passages, the best first.
    pub passages: Vec<Passage>,
    /// What the search by meaning counted, from 0 to 1; `None` when there was none.
    pub meaning_weight: Option<f64>,
    /// What a reranker did; `None` when there was none.
    pub reranking: Option<Reranking>,
}

/// Searches a library, and keeps in memory what makes it fast.
pub struct Searcher {
    store: Store,
    embedder: Option<Arc<dyn Embedder>>,
    reranker: Option<Arc<dyn Reranker>>,
    matrices: HashMap<(EmbedderId, CollectionId), Loaded>,
    fitness: HashMap<(EmbedderId, CollectionId), Fitness>,
}

/// How far a search comes without a reranker.
pub(in crate::documents) enum Step {
    Done(Findings),
    Order(Box<Unordered>),
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
        let (matrices, fitness) = (HashMap::new(), HashMap::new());
        Self { store, embedder, reranker: None, matrices, fitness }
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

    /// Gives what is found the order of this reranker from now on, or of none.
    pub fn set_reranker(&mut self, reranker: Option<Arc<dyn Reranker>>) {
        self.reranker = reranker;
    }

    /// Finds passages.
    ///
    /// # Errors
    /// When the library cannot be read, or meaning was asked for and there is no embedding model.
    pub fn search(&mut self, query: &Query) -> Result<Findings, DocumentsError> {
        self.search_watched(query, &mut |_| true)
    }

    /// The same, and tells while a reranker works how far it is. Where `watch` answers `false`, it ends
    /// and what was found keeps its order.
    ///
    /// # Errors
    /// As [`Searcher::search`].
    pub fn search_watched(
        &mut self,
        query: &Query,
        watch: Watch<'_>,
    ) -> Result<Findings, DocumentsError> {
        match self.begin(query)? {
            Step::Done(findings) => Ok(findings),
            Step::Order(unordered) => self.end(unordered.order(watch)),
        }
    }

    /// Finds passages as far as that takes the library.
    pub(in crate::documents) fn begin(&mut self, query: &Query) -> Result<Step, DocumentsError> {
        let query = self.as_looked_for(query)?;
        if query.collections.is_empty() {
            let (passages, meaning_weight) = (Vec::new(), None);
            return Ok(Step::Done(Findings { passages, meaning_weight, reranking: None }));
        }
        let ranked = self.rank(&query)?;
        if let Some(reranker) = self.reranker.clone().filter(|_| query.rerank) {
            let unordered = Unordered::read(&self.store, reranker, query, ranked)?;
            return Ok(Step::Order(Box::new(unordered)));
        }
        let Ranked { fused, meaning_weight } = ranked;
        let found: Vec<Found> = fused.into_iter().map(Found::from).collect();
        let passages = joining::passages(&self.store, &found, query.most)?;
        Ok(Step::Done(Findings { passages, meaning_weight, reranking: None }))
    }

    /// Makes passages of what a reranker ordered.
    pub(in crate::documents) fn end(&self, ordered: Ordered) -> Result<Findings, DocumentsError> {
        let Ordered { found, most, meaning_weight, told } = ordered;
        let passages = joining::passages(&self.store, &found, most)?;
        Ok(Findings { passages, meaning_weight, reranking: Some(told) })
    }

    /// The query as it is looked for: with all of a person's own collections, and not what comes with
    /// the program, where it names none, and without the middle of a very long question.
    fn as_looked_for(&self, query: &Query) -> Result<Query, DocumentsError> {
        let question = read_of(&query.question).into_owned();
        let mut query = Query { question, ..query.clone() };
        if query.collections.is_empty() {
            query.collections = self.store.collections()?.into_iter().map(|one| one.id).collect();
        }
        Ok(query)
    }

    /// The chunks that hold all words that say something, at most so many, in the order of their
    /// documents.
    ///
    /// # Errors
    /// When the library cannot be read.
    pub fn holding_all(
        &self,
        collections: &[CollectionId],
        documents: &[DocumentId],
        words: &str,
        most: usize,
    ) -> Result<Vec<ChunkText>, DocumentsError> {
        let scope = Scope { collections, documents };
        let mut chunks = Vec::new();
        for chunk in words::holding_all(&self.store, scope, words, most)? {
            // A document may have been read again meanwhile.
            chunks.extend(self.store.chunk(chunk)?);
        }
        chunks.sort_by_key(|chunk| (chunk.document, chunk.ordinal));
        Ok(chunks)
    }

    /// How similar texts are to a first one in meaning, from -1 to 1; `None` without an embedding
    /// model.
    ///
    /// # Errors
    /// When the model fails.
    pub fn similarities(
        &self,
        text: &str,
        others: &[&str],
    ) -> Result<Option<Vec<f32>>, DocumentsError> {
        let Some(embedder) = &self.embedder else { return Ok(None) };
        let texts: Vec<String> =
            std::iter::once(text).chain(others.iter().copied()).map(str::to_owned).collect();
        let vectors = embedder.embed(&texts, Purpose::Passage)?;
        let Some((first, others)) = vectors.split_first() else { return Ok(None) };
        Ok(Some(others.iter().map(|other| dot_product(first, other)).collect()))
    }

    fn rank(&mut self, query: &Query) -> Result<Ranked, DocumentsError> {
        let most = CANDIDATES.max(query.most);
        let words = match query.mode {
            Mode::Meaning => Vec::new(),
            Mode::Hybrid | Mode::Words => {
                words::search(&self.store, query.scope(), &query.question, most)?
            }
        };
        let embedder = match (query.mode, self.embedder.clone()) {
            (Mode::Words, _) | (Mode::Hybrid, None) => {
                let fused = fusion::fuse(&words, &[], &HashMap::new());
                return Ok(Ranked { fused, meaning_weight: None });
            }
            (Mode::Meaning, None) => return Err(DocumentsError::NoEmbedder),
            (_, Some(embedder)) => embedder,
        };
        let id = self.store.embedder(&embedder.name(), embedder.dimension())?;
        let mut vectors = embedder.embed(std::slice::from_ref(&query.question), Purpose::Query)?;
        let vector = vectors.pop().unwrap_or_default();
        let mut near = self.near(query, id, embedder.as_ref(), &vector, most)?;
        let weight = near.iter().fold(0.0, |largest: f64, near| largest.max(near.weight));
        // Where the embedder reads nothing, similarities say nothing beside those of elsewhere.
        near.sort_by(|a, b| {
            let is_read = |near: &Near| near.weight > 0.0;
            is_read(b).cmp(&is_read(a)).then(b.similarity.total_cmp(&a.similarity))
        });
        near.truncate(most);
        let order: Vec<ChunkId> = near.iter().map(|near| near.chunk).collect();
        if weight > 0.0 {
            self.compare_rest(id, &vector, &words, &mut near)?;
        }
        let fused = fusion::fuse(&words, &order, &gains(&near));
        Ok(Ranked { fused, meaning_weight: Some(weight) })
    }

    /// Adds the similarities of what only its words have found.
    fn compare_rest(
        &self,
        embedder: EmbedderId,
        vector: &[f32],
        words: &[(ChunkId, f64)],
        near: &mut Vec<Near>,
    ) -> Result<(), DocumentsError> {
        let known: HashSet<ChunkId> = near.iter().map(|near| near.chunk).collect();
        for (chunk, _) in words.iter().filter(|(chunk, _)| !known.contains(chunk)) {
            // Those that have no vector yet are as far away as the farthest.
            let Some(other) = self.store.exact_vector(embedder, *chunk)? else { continue };
            let Some(collection) = self.store.collection_of_chunk(*chunk)? else { continue };
            let weight = self.fitness.get(&(embedder, collection)).map_or(0.0, |one| one.weight());
            near.push(Near { chunk: *chunk, similarity: dot_product(&other, vector), weight });
        }
        Ok(())
    }

    /// The nearest chunks of each collection, in no order.
    fn near(
        &mut self,
        query: &Query,
        id: EmbedderId,
        embedder: &dyn Embedder,
        vector: &[f32],
        most: usize,
    ) -> Result<Vec<Near>, DocumentsError> {
        let mut all = Vec::new();
        for &collection in &query.collections {
            let near = match query.documents.as_slice() {
                [] => self.nearest(id, embedder.dimension(), collection, vector, most)?,
                only => self.nearest_of_documents(id, collection, only, vector)?,
            };
            let weight = match query.mode {
                Mode::Meaning => 1.0,
                _ => self.weight(id, embedder, collection)?,
            };
            let each = |(chunk, similarity)| Near { chunk, similarity, weight };
            all.extend(near.into_iter().map(each));
        }
        Ok(all)
    }

    /// The chunks of documents with their similarities, the nearest first.
    fn nearest_of_documents(
        &self,
        embedder: EmbedderId,
        collection: CollectionId,
        documents: &[DocumentId],
        vector: &[f32],
    ) -> Result<Vec<(ChunkId, f32)>, DocumentsError> {
        let mut near = Vec::new();
        for chunk in self.store.chunks_of_documents(collection, documents)? {
            if let Some(other) = self.store.exact_vector(embedder, chunk)? {
                near.push((chunk, dot_product(&other, vector)));
            }
        }
        near.sort_by(|a, b| b.1.total_cmp(&a.1));
        Ok(near)
    }

    /// The chunks whose vectors are nearest, compared exactly in the end.
    fn nearest(
        &mut self,
        embedder: EmbedderId,
        dimension: usize,
        collection: CollectionId,
        vector: &[f32],
        most: usize,
    ) -> Result<Vec<(ChunkId, f32)>, DocumentsError> {
        self.refresh(embedder, dimension, collection)?;
        let Some(loaded) = self.matrices.get(&(embedder, collection)) else {
            return Ok(Vec::new());
        };
        let mut exact = Vec::with_capacity(most);
        for (chunk, similarity) in loaded.matrix.nearest(&quantise(vector), most) {
            let similarity = match self.store.exact_vector(embedder, chunk)? {
                Some(other) => dot_product(&other, vector),
                None => similarity,
            };
            exact.push((chunk, similarity));
        }
        exact.sort_by(|a, b| b.1.total_cmp(&a.1));
        Ok(exact)
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

    /// How much the search by meaning counts in a collection, from 0 to 1; `None` without an embedding
    /// model or while it has not embedded everything. Measured when it is first asked for, which takes
    /// as long as embedding some dozens of questions.
    ///
    /// # Errors
    /// When the library cannot be read or the model fails.
    pub fn meaning_weight(
        &mut self,
        collection: CollectionId,
    ) -> Result<Option<f64>, DocumentsError> {
        let Some(embedder) = self.embedder.clone() else { return Ok(None) };
        let id = self.store.embedder(&embedder.name(), embedder.dimension())?;
        let (embedded, all) = self.store.count_vectors(id)?;
        if embedded < all {
            return Ok(None);
        }
        self.weight(id, embedder.as_ref(), collection).map(Some)
    }

    /// How much the search by meaning counts in a collection: measured once, and again when the
    /// collection has grown much.
    fn weight(
        &mut self,
        id: EmbedderId,
        embedder: &dyn Embedder,
        collection: CollectionId,
    ) -> Result<f64, DocumentsError> {
        self.refresh(id, embedder.dimension(), collection)?;
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
            ranks.push(near.iter().position(|(chunk, _)| *chunk == probe.chunk));
        }
        let fitness = Fitness::of(&ranks, vectors);
        tracing::debug!("the embedding model reads a collection: {fitness:?}");
        let weight = fitness.weight();
        self.fitness.insert(key, fitness);
        Ok(weight)
    }
}

/// A chunk near to a question.
struct Near {
    chunk: ChunkId,
    similarity: f32,
    /// What the search by meaning counts in its collection.
    weight: f64,
}

fn dot_product(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// What its similarity adds to the score of each.
fn gains(near: &[Near]) -> HashMap<ChunkId, f64> {
    let farthest = near.iter().map(|near| near.similarity).fold(f32::INFINITY, f32::min);
    // What is named last was found all the same.
    let gain = |near: &Near| {
        near.weight * (fusion::MEANING * f64::from(near.similarity - farthest) + f64::MIN_POSITIVE)
    };
    near.iter().map(|near| (near.chunk, gain(near))).collect()
}

struct Ranked {
    fused: Vec<fusion::Fused<ChunkId>>,
    meaning_weight: Option<f64>,
}

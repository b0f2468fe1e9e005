//! The best of the fused list, in the order of a reranker.
//!
//! It reads question and passage together and so sees more than words and similarity do, but it is not
//! better on every kind of text (on some sets of questions the best known lose to plain vectors): that
//! is why a person has to choose it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::fusion::Fused;
use super::{Query, Ranked};
use crate::documents::index::with_place;
use crate::documents::store::{ChunkId, Store};
use crate::documents::{DocumentsError, Reranker, Watch};
use crate::inference::Ranking;

/// So many of the best are read again. Each costs a pass of the model.
const READ_AGAIN: usize = 30;

/// What a reranker did to a passage.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reranked {
    /// How well it answers: the higher the better, in the model's own measure.
    pub score: f32,
    /// Its place before that, from 1.
    pub before: usize,
}

/// What a reranker did to a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reranking {
    /// The model, as people know it.
    pub model: String,
    /// How many of the best it was given.
    pub read: usize,
    /// Of how many of them it could not read the end.
    pub cut: usize,
    /// Why the order is as it was without it; `None` where it ranked.
    pub failure: Option<String>,
}

/// A chunk that was found, in its order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) fused: Fused<ChunkId>,
    pub(super) reranked: Option<Reranked>,
}

impl From<Fused<ChunkId>> for Found {
    fn from(fused: Fused<ChunkId>) -> Self {
        Self { fused, reranked: None }
    }
}

/// What was found for a question, before a reranker orders it. Needs the library no longer.
pub(in crate::documents) struct Unordered {
    reranker: Arc<dyn Reranker>,
    query: Query,
    meaning_weight: Option<f64>,
    /// What is read again, each with its place and its text.
    best: Vec<(usize, Fused<ChunkId>)>,
    texts: Vec<String>,
    rest: Vec<Found>,
}

/// What was found, in its last order.
pub(in crate::documents) struct Ordered {
    pub(super) found: Vec<Found>,
    pub(super) most: usize,
    pub(super) meaning_weight: Option<f64>,
    pub(super) told: Reranking,
}

impl Unordered {
    /// Reads the texts of the best.
    pub(super) fn read(
        store: &Store,
        reranker: Arc<dyn Reranker>,
        query: Query,
        ranked: Ranked,
    ) -> Result<Self, DocumentsError> {
        let (mut texts, mut best, mut rest) = (Vec::new(), Vec::new(), Vec::new());
        for (before, fused) in (1..).zip(ranked.fused) {
            // A document may have been read again since it was ranked.
            match if best.len() < READ_AGAIN { store.chunk(fused.item)? } else { None } {
                Some(chunk) => {
                    texts.push(with_place(store, &chunk)?);
                    best.push((before, fused));
                }
                None => rest.push(Found::from(fused)),
            }
        }
        let meaning_weight = ranked.meaning_weight;
        Ok(Self { reranker, query, meaning_weight, best, texts, rest })
    }

    /// The best in the order of the reranker, and the rest as it was. Where the reranker fails all is
    /// as it was: it may improve a search, not cost it.
    pub(in crate::documents) fn order(self, watch: Watch<'_>) -> Ordered {
        let Self { reranker, query, meaning_weight, best, texts, rest } = self;
        let read = texts.len();
        let ranked = match read {
            0 => Ok(Ranking::default()),
            _ => reranker.rank(&query.question, texts, watch),
        };
        let mut told = Reranking { model: reranker.name(), read, cut: 0, failure: None };
        let mut found: Vec<Found> = Vec::with_capacity(read + rest.len());
        match ranked.and_then(|ranking| checked(ranking, read)) {
            Ok(ranking) => {
                told.cut = ranking.truncated.len();
                if !ranking.model.is_empty() {
                    told.model = ranking.model;
                }
                let scored = best.into_iter().zip(ranking.scores);
                found.extend(scored.map(|((before, fused), score)| Found {
                    fused,
                    reranked: Some(Reranked { score, before }),
                }));
                let score = |found: &Found| found.reranked.map_or(f32::MIN, |one| one.score);
                // Stable: of equals, the one that was before stays before.
                found.sort_by(|a, b| score(b).total_cmp(&score(a)));
            }
            Err(error) => {
                told.failure = Some(error.to_string());
                found.extend(best.into_iter().map(|(_, fused)| Found::from(fused)));
            }
        }
        found.extend(rest);
        Ordered { found, most: query.most, meaning_weight, told }
    }
}

fn checked(ranking: Ranking, read: usize) -> Result<Ranking, DocumentsError> {
    if ranking.scores.len() != read {
        let words = format!("{} scores came for {read} passages", ranking.scores.len());
        return Err(DocumentsError::Reranker(words));
    }
    Ok(ranking)
}

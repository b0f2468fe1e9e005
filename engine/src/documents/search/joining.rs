//! From chunks to passages: neighbours become one, with the text as it stands in the document.

use std::ops::Range;

use super::Passage;
use super::reranking::{Found, Reranked};
use crate::documents::DocumentsError;
use crate::documents::chunk::estimate_tokens;
use crate::documents::store::{ChunkId, ChunkText, Document, Store};

/// The best chunks as passages, at most so many.
pub(super) fn passages(
    store: &Store,
    ranked: &[Found],
    most: usize,
) -> Result<Vec<Passage>, DocumentsError> {
    let mut found: Vec<Growing> = Vec::new();
    for entry in ranked {
        // A document may have been read again since it was ranked.
        let Some(chunk) = store.chunk(entry.fused.item)? else { continue };
        if let Some(passage) = found.iter_mut().find(|passage| passage.touches(&chunk)) {
            passage.grow(chunk);
        } else if found.len() < most {
            found.push(Growing::found(chunk, entry));
        } else {
            // Those that follow could still touch one that is there, but rank too low to matter.
            break;
        }
    }
    let mut passages = Vec::with_capacity(found.len());
    for passage in found {
        let document = store.document(passage.first.document)?;
        passages.push(passage.finish(store, document)?);
    }
    Ok(passages)
}

/// Chunks of one document, in order, as passages; neighbours are joined to passages of at most so many
/// tokens, as estimated.
pub(in crate::documents) fn in_order(
    store: &Store,
    document: &Document,
    chunks: Vec<ChunkText>,
    longest: usize,
) -> Result<Vec<Passage>, DocumentsError> {
    let mut found: Vec<(Growing, usize)> = Vec::new();
    for chunk in chunks {
        let tokens = estimate_tokens(&chunk.text);
        match found.last_mut() {
            Some((passage, length)) if passage.touches(&chunk) && *length + tokens <= longest => {
                *length += tokens;
                passage.grow(chunk);
            }
            _ => found.push((Growing::new(chunk), tokens)),
        }
    }
    found.into_iter().map(|(passage, _)| passage.finish(store, document.clone())).collect()
}

/// A passage to which neighbours may still come.
struct Growing {
    first: ChunkText,
    ordinals: Range<u64>,
    characters: Range<u64>,
    chunks: Vec<(u64, ChunkId)>,
    score: f64,
    words_rank: Option<usize>,
    meaning_rank: Option<usize>,
    reranked: Option<Reranked>,
}

impl Growing {
    fn new(chunk: ChunkText) -> Self {
        Self {
            ordinals: chunk.ordinal..chunk.ordinal + 1,
            characters: chunk.characters.clone(),
            chunks: vec![(chunk.ordinal, chunk.id)],
            first: chunk,
            score: 0.0,
            words_rank: None,
            meaning_rank: None,
            reranked: None,
        }
    }

    fn found(chunk: ChunkText, entry: &Found) -> Self {
        let Found { fused, reranked } = *entry;
        let (score, words_rank, meaning_rank) = (fused.score, fused.first, fused.second);
        Self { score, words_rank, meaning_rank, reranked, ..Self::new(chunk) }
    }

    /// Whether a chunk is a neighbour in the same place of the outline.
    fn touches(&self, chunk: &ChunkText) -> bool {
        chunk.document == self.first.document
            && chunk.page_ordinal == self.first.page_ordinal
            && chunk.headings == self.first.headings
            && (chunk.ordinal + 1 == self.ordinals.start || chunk.ordinal == self.ordinals.end)
    }

    fn grow(&mut self, chunk: ChunkText) {
        self.ordinals.start = self.ordinals.start.min(chunk.ordinal);
        self.ordinals.end = self.ordinals.end.max(chunk.ordinal + 1);
        self.characters.start = self.characters.start.min(chunk.characters.start);
        self.characters.end = self.characters.end.max(chunk.characters.end);
        self.chunks.push((chunk.ordinal, chunk.id));
    }

    fn finish(mut self, store: &Store, document: Document) -> Result<Passage, DocumentsError> {
        let text = if self.chunks.len() == 1 {
            self.first.text
        } else {
            let page = store.page(document.id, self.first.page_ordinal)?;
            let skipped = self.characters.start.saturating_sub(page.first);
            let taken = self.characters.end - self.characters.start;
            let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
            let taken = usize::try_from(taken).unwrap_or(usize::MAX);
            page.text.chars().skip(skipped).take(taken).collect()
        };
        self.chunks.sort_unstable();
        Ok(Passage {
            document: document.id,
            name: document.name(),
            path: document.path,
            page: self.first.page,
            page_ordinal: self.first.page_ordinal,
            characters: self.characters,
            headings: self.first.headings,
            text,
            score: self.score,
            words_rank: self.words_rank,
            meaning_rank: self.meaning_rank,
            reranked: self.reranked,
            chunks: self.chunks.into_iter().map(|(_, id)| id).collect(),
        })
    }
}

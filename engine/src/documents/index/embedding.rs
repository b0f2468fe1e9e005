//! Embedding what was read: the oldest chunks first, some at a time.

use crate::documents::store::{ChunkId, ChunkText, EmbedderId, Store, file_name};
use crate::documents::{DocumentsError, Embedder, Purpose};

/// So many texts go to the model at once: enough to keep it busy, few enough to stop soon.
const BATCH: usize = 32;

/// One pass over the chunks that have no vectors, from the oldest to the newest. It remembers where it
/// is, since looking for the next ones from the beginning takes longer the more have been embedded.
pub(super) struct Pass {
    embedder: EmbedderId,
    last: Option<ChunkId>,
    done: u64,
    total: u64,
}

impl Pass {
    pub(super) fn begin(store: &Store, embedder: &dyn Embedder) -> Result<Self, DocumentsError> {
        let id = store.embedder(&embedder.name(), embedder.dimension())?;
        let (done, total) = store.count_vectors(id)?;
        Ok(Self { embedder: id, last: None, done, total })
    }

    /// Embeds the next chunks. `None` when all are; else how many are, of how many.
    pub(super) fn embed_some(
        &mut self,
        store: &Store,
        embedder: &dyn Embedder,
    ) -> Result<Option<(u64, u64)>, DocumentsError> {
        let mut chunks = Vec::with_capacity(BATCH);
        for chunk in store.without_vectors(self.embedder, self.last, BATCH)? {
            chunks.extend(store.chunk(chunk)?);
        }
        let Some(last) = chunks.last().map(|chunk| chunk.id) else { return Ok(None) };
        let mut texts = Vec::with_capacity(chunks.len());
        for chunk in &chunks {
            texts.push(with_place(store, chunk)?);
        }
        let vectors = embedder.embed(&texts, Purpose::Passage)?;
        if vectors.len() != chunks.len() {
            let words = format!("{} vectors came for {} texts", vectors.len(), chunks.len());
            return Err(DocumentsError::Embedder(words));
        }
        let ids = chunks.iter().map(|chunk| chunk.id);
        let vectors: Vec<_> = ids.zip(vectors).collect();
        store.add_vectors(self.embedder, &vectors)?;
        self.last = Some(last);
        self.done += vectors.len() as u64;
        Ok(Some((self.done, self.total.max(self.done))))
    }
}

/// A chunk with its title and headings before it: a paragraph often does not name what it is about.
pub(in crate::documents) fn with_place(
    store: &Store,
    chunk: &ChunkText,
) -> Result<String, DocumentsError> {
    let document = store.document(chunk.document)?;
    let title = if document.title.is_empty() {
        let name = file_name(&document.path);
        name.rsplit_once('.').map_or(name.clone(), |(stem, _)| stem.to_owned())
    } else {
        document.title
    };
    let mut place = vec![title];
    place.extend(
        chunk
            .headings
            .iter()
            .filter(|heading| !place.contains(heading))
            .cloned()
            .collect::<Vec<_>>(),
    );
    Ok(format!("{}\n{}", place.join(" > "), chunk.text))
}

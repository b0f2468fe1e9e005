//! Embedding what was read: the oldest chunks first, some at a time.

use crate::documents::store::{ChunkText, Store, file_name};
use crate::documents::{DocumentsError, Embedder, Purpose};

/// So many texts go to the model at once: enough to keep it busy, few enough to stop soon.
const BATCH: usize = 32;

/// Embeds the next chunks. `None` when all are; else how many are, of how many.
pub(super) fn embed_some(
    store: &Store,
    embedder: &dyn Embedder,
) -> Result<Option<(u64, u64)>, DocumentsError> {
    let id = store.embedder(&embedder.name(), embedder.dimension())?;
    let mut chunks = Vec::with_capacity(BATCH);
    for chunk in store.without_vectors(id, BATCH)? {
        chunks.extend(store.chunk(chunk)?);
    }
    if chunks.is_empty() {
        return Ok(None);
    }
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
    store.add_vectors(id, &vectors)?;
    store.count_vectors(id).map(Some)
}

/// A chunk with its title and headings before it: a paragraph often does not name what it is about.
fn with_place(store: &Store, chunk: &ChunkText) -> Result<String, DocumentsError> {
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

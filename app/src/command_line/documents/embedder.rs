//! The embedding model that documents are searched with: the first one among the models.

use std::sync::Arc;

use engine::documents::{Embedder, EngineEmbedder};
use engine::folder::DataFolder;
use engine::models::{LoadSettings, ModelEntry};
use engine::{Config, Engine};

use crate::command_line::{Error, loading, models};

/// Loads the embedding model into an engine of its own; `None` where there is none. Without it, words
/// are searched alone.
pub(super) fn load(folder: &DataFolder) -> Result<Option<Arc<dyn Embedder>>, Error> {
    match find(folder)? {
        Some(entry) => load_into(&Engine::start(Config::default()).map_err(Error::Thread)?, entry),
        None => Ok(None),
    }
}

/// The embedding model; `None` where there is none.
pub(super) fn find(folder: &DataFolder) -> Result<Option<ModelEntry>, Error> {
    let is_usable = |entry: &ModelEntry| entry.is_embedding && entry.problem.is_none();
    Ok(models::library(folder).list()?.into_iter().find(is_usable))
}

/// Loads it into an engine.
pub(super) fn load_into(
    engine: &Engine,
    entry: ModelEntry,
) -> Result<Option<Arc<dyn Embedder>>, Error> {
    loading::load(engine, entry.id, entry.path, LoadSettings::default())?;
    let embedder = EngineEmbedder::of(engine);
    Ok(embedder.map(|embedder| Arc::new(embedder) as Arc<dyn Embedder>))
}

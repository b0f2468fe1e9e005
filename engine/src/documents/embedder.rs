//! Whoever turns texts into vectors. The engine does so with an embedding model; tests with less.

use super::DocumentsError;
use crate::inference::{EmbedRequest, TextKind};
use crate::models::ModelId;
use crate::{Engine, asleep};

/// What a text is to be embedded for: some models want to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To be found.
    Passage,
    /// To find.
    Query,
}

/// An embedding model. Its vectors have length 1.
pub trait Embedder: Send + Sync {
    /// What tells its vectors from those of other models: vectors of the same name are compared.
    fn name(&self) -> String;

    /// How many numbers a vector has.
    fn dimension(&self) -> usize;

    /// The vectors of texts, in their order.
    ///
    /// # Errors
    /// When the model is gone or fails.
    fn embed(&self, texts: &[String], purpose: Purpose) -> Result<Vec<Vec<f32>>, DocumentsError>;
}

/// An embedding model that is loaded in the engine.
pub struct EngineEmbedder {
    engine: Engine,
    model: ModelId,
    name: String,
    dimension: usize,
}

impl EngineEmbedder {
    /// The embedding model that was loaded last; `None` where there is none.
    #[must_use]
    pub fn of(engine: &Engine) -> Option<Self> {
        let loaded = engine.loaded();
        let (model, embedding) = loaded
            .iter()
            .rev()
            .find_map(|model| model.embedding.as_ref().map(|embedding| (model, embedding)))?;
        Some(Self {
            engine: engine.clone(),
            model: model.id.clone(),
            // Another quantisation of the same model makes slightly other vectors, and another file.
            name: format!("{} ({} bytes)", model.name, model.size),
            dimension: usize::try_from(embedding.dimensions).ok()?,
        })
    }
}

impl Embedder for EngineEmbedder {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn dimension(&self) -> usize {
        self.dimension
    }

    fn embed(&self, texts: &[String], purpose: Purpose) -> Result<Vec<Vec<f32>>, DocumentsError> {
        let request = EmbedRequest {
            model: Some(self.model.clone()),
            texts: texts.to_vec(),
            kind: match purpose {
                Purpose::Passage => TextKind::Passage,
                Purpose::Query => TextKind::Query,
            },
            // Chunks are short enough for nearly every model; where one is not, its beginning counts.
            truncate: true,
        };
        let made = self.engine.embed(request, asleep()).finish();
        made.map(|made| made.vectors).map_err(|error| DocumentsError::Embedder(error.to_string()))
    }
}

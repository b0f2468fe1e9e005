//! The embedding model that documents are searched with: the first one among the models, loaded in
//! the background as soon as there is something to search.

use std::sync::Arc;

use engine::documents::{Documents, Embedder, EngineEmbedder};
use engine::models::{Command, Event, LoadSettings, ModelId};

use crate::models;
use crate::reach::Reach;

/// Which embedding model there is and how far it is.
#[derive(Debug, Default)]
pub(crate) struct Embedding {
    phase: Phase,
    /// Passages that are embedded, of how many, while some are not.
    embedded: Option<(u64, u64)>,
    /// Why documents are not searched by meaning, where there is a model.
    failure: Option<String>,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    None,
    Loading(ModelId),
    Loaded(ModelId),
    /// It failed, and is not tried again by itself.
    Failed(ModelId),
}

impl Embedding {
    /// Whether documents are searched by meaning.
    pub(crate) fn is_loaded(&self) -> bool {
        matches!(self.phase, Phase::Loaded(_))
    }

    /// Whether the model is being loaded.
    pub(crate) fn is_loading(&self) -> bool {
        matches!(self.phase, Phase::Loading(_))
    }

    /// Passages that are embedded, of how many, while some are not.
    pub(crate) fn embedded(&self) -> Option<(u64, u64)> {
        self.embedded
    }

    /// Why documents are not searched by meaning, where there is a model.
    pub(crate) fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// Loads a model when there is one, something to search, and nothing was loaded or failed yet.
    pub(super) fn load_if_wanted(&mut self, models: &models::State, reach: &Reach<'_>) {
        // One that was taken out of the library makes room for another.
        let is_known = |id: &ModelId| models.rows().iter().any(|row| row.entry.id == *id);
        if matches!(&self.phase, Phase::Failed(id) if !is_known(id)) {
            *self = Self::default();
        }
        if self.phase != Phase::None {
            return;
        }
        let usable = |row: &&models::Row| row.entry.is_embedding && row.entry.problem.is_none();
        let Some(row) = models.rows().iter().find(usable) else { return };
        let (id, path) = (row.entry.id.clone(), row.entry.path.clone());
        self.phase = Phase::Loading(id.clone());
        let command = Command::Load { id, path, settings: LoadSettings::default() };
        reach.engine.send(engine::Command::Models(command));
    }

    /// Takes in what the engine says about models. `true` if it is about the embedding model, and so
    /// about nothing else.
    pub(super) fn hear(&mut self, event: &Event, library: &Documents, reach: &Reach<'_>) -> bool {
        let ours = match &self.phase {
            Phase::Loading(id) | Phase::Loaded(id) | Phase::Failed(id) => id.clone(),
            Phase::None => return false,
        };
        match event {
            Event::Loaded(model) if model.id == ours => {
                let embedder = EngineEmbedder::of(reach.engine);
                let embedder = embedder.map(|embedder| Arc::new(embedder) as Arc<dyn Embedder>);
                self.phase = Phase::Loaded(ours);
                library.set_embedder(embedder);
                true
            }
            Event::LoadFailed { id, error } if *id == ours => {
                self.failure = Some(error.to_string());
                self.phase = Phase::Failed(ours);
                true
            }
            Event::LoadCancelled(id) if *id == ours => {
                self.phase = Phase::Failed(ours);
                true
            }
            Event::Unloaded(id) if *id == ours => {
                library.set_embedder(None);
                self.phase = Phase::Failed(ours);
                true
            }
            Event::LoadStarted(id) | Event::LoadProgressed { id, .. } => *id == ours,
            Event::Crashed { ids, message } if ids.contains(&ours) => {
                library.set_embedder(None);
                self.failure = Some(message.clone());
                self.phase = Phase::Failed(ours);
                // The model that answers may have been lost with it.
                ids.len() == 1
            }
            _ => false,
        }
    }

    /// Some passages were embedded.
    pub(super) fn embedded_some(&mut self, done: u64, total: u64) {
        self.embedded = (done < total).then_some((done, total));
    }

    /// The model failed while it worked; words alone are searched from now on.
    pub(super) fn failed(&mut self, words: String) {
        self.failure = Some(words);
        self.embedded = None;
        if let Phase::Loaded(id) = std::mem::take(&mut self.phase) {
            self.phase = Phase::Failed(id);
        }
    }
}

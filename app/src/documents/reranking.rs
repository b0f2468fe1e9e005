//! The reranker that the person chose in the settings. The engine loads it when something was found
//! that it is to order.

use std::path::PathBuf;
use std::sync::Arc;

use engine::documents::{Documents, EngineReranker};
use engine::models::{Command, Event, ModelId};

use crate::models;
use crate::reach::Reach;

/// Which reranker was chosen, and whether the library knows.
#[derive(Debug, Default)]
pub(crate) struct Reranking {
    chosen: Option<ModelId>,
    is_new: bool,
}

impl Reranking {
    /// As it was chosen when the window was closed.
    pub(super) fn at_start(chosen: Option<ModelId>) -> Self {
        Self { is_new: chosen.is_some(), chosen }
    }

    /// Another one is chosen, or none. The one before is not needed any longer.
    pub(super) fn choose(&mut self, chosen: Option<ModelId>, reach: &Reach<'_>) {
        if self.chosen == chosen {
            return;
        }
        if let Some(before) = self.chosen.take() {
            reach.engine.send(engine::Command::Models(Command::Unload(before)));
        }
        (self.chosen, self.is_new) = (chosen, true);
    }

    /// Tells the library of the choice, once it is known where the models lie.
    pub(super) fn tell(&mut self, models: &models::State, library: &Documents, reach: &Reach<'_>) {
        if !self.is_new || !models.is_listed() {
            return;
        }
        self.is_new = false;
        let reranker = self.chosen.clone().map(|id| {
            // One that is gone fails when it is needed, and says so.
            let path = models.row(&id).map(|row| row.entry.path.clone());
            let path = path.unwrap_or_else(|| PathBuf::from(&id.0));
            Arc::new(EngineReranker::new(reach.engine.clone(), id, path)) as Arc<_>
        });
        library.set_reranker(reranker);
    }

    /// Whether news of the engine are about the reranker, and so about nothing else.
    pub(super) fn is_told_by(&self, event: &Event) -> bool {
        let Some(ours) = &self.chosen else { return false };
        match event {
            Event::Loaded(model) => model.id == *ours,
            Event::LoadStarted(id)
            | Event::LoadProgressed { id, .. }
            | Event::LoadFailed { id, .. }
            | Event::LoadCancelled(id)
            | Event::Unloaded(id) => id == ours,
            // The model that answers may have been lost with it.
            Event::Crashed { ids, .. } => ids.as_slice() == std::slice::from_ref(ours),
        }
    }
}

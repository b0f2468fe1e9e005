//! Whoever says how well passages answer a question. The engine does so with a model made for it;
//! tests with less.

use std::path::PathBuf;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use super::DocumentsError;
use crate::inference::{Ranking, RerankEvent, RerankRequest};
use crate::models::{Command, Event, LoadSettings, ModelId};
use crate::{Engine, Error, asleep};

/// Who waits for scores is asked so often at least whether they are still wanted.
const LOOK: Duration = Duration::from_millis(50);

/// Hears how far the work is, 0..=1, or `None` when nobody knows, and answers whether to go on.
pub type Watch<'a> = &'a mut dyn FnMut(Option<f32>) -> bool;

/// A model that reads a question and a passage together.
pub trait Reranker: Send + Sync {
    /// What people know it by.
    fn name(&self) -> String;

    /// The scores of passages, in their order. Where `watch` answers `false` the work ends.
    ///
    /// # Errors
    /// When the model is gone or fails, or the work was ended.
    fn rank(
        &self,
        question: &str,
        passages: Vec<String>,
        watch: Watch<'_>,
    ) -> Result<Ranking, DocumentsError>;
}

/// A reranker of an engine, which loads it when it is first asked for something.
pub struct EngineReranker {
    engine: Engine,
    model: ModelId,
    path: PathBuf,
}

impl EngineReranker {
    /// The model of this name, in this file.
    #[must_use]
    pub fn new(engine: Engine, model: ModelId, path: PathBuf) -> Self {
        Self { engine, model, path }
    }

    /// Loads it, unless that was done.
    fn load(&self, watch: Watch<'_>) -> Result<(), Error> {
        if self.engine.loaded().iter().any(|loaded| loaded.id == self.model) {
            return Ok(());
        }
        let news = self.engine.subscribe(asleep());
        let (id, path) = (self.model.clone(), self.path.clone());
        let command = Command::Load { id, path, settings: LoadSettings::default() };
        self.engine.send(crate::Command::Models(command));
        loop {
            match news.recv_timeout(LOOK) {
                Ok(crate::Event::Models(event)) => match event {
                    Event::Loaded(model) if model.id == self.model => return Ok(()),
                    Event::LoadFailed { id, error } if id == self.model => return Err(error),
                    Event::LoadCancelled(id) if id == self.model => return Err(Error::NoReranker),
                    Event::Crashed { message, .. } => return Err(Error::Crashed(message)),
                    _ => {}
                },
                Ok(crate::Event::Inference(_)) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(Error::Stopped),
            }
            if !watch(None) {
                return Err(Error::Stopped);
            }
        }
    }

    fn scores(&self, request: RerankRequest, watch: Watch<'_>) -> Result<Ranking, Error> {
        self.load(watch)?;
        let job = self.engine.rerank(request, asleep());
        let mut fraction = None;
        loop {
            match job.events().recv_timeout(LOOK) {
                Ok(RerankEvent::Finished(ranking)) => return Ok(ranking),
                Ok(RerankEvent::Failed(error)) => return Err(error),
                Ok(RerankEvent::Progressed { done, of }) => {
                    fraction = Some(done as f32 / of.max(1) as f32);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(Error::Stopped),
            }
            // The job goes with its scope, and the work with the job.
            if !watch(fraction) {
                return Err(Error::Stopped);
            }
        }
    }
}

impl Reranker for EngineReranker {
    fn name(&self) -> String {
        self.model.0.clone()
    }

    fn rank(
        &self,
        question: &str,
        passages: Vec<String>,
        watch: Watch<'_>,
    ) -> Result<Ranking, DocumentsError> {
        let (model, question) = (Some(self.model.clone()), question.to_owned());
        let ranked = self.scores(RerankRequest { model, question, passages }, watch);
        ranked.map_err(|error| DocumentsError::Reranker(error.to_string()))
    }
}

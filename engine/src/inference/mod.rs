//! Requests become tokens, and tokens become text.
//!
//! ```text
//! GenerateRequest ─▶ loaded.rs: who waits, who is served
//!     prompt.rs     template/ renders it, history.rs tokenizes it and finds what is in the KV cache
//!     sequences.rs  gives it a place there
//!     plan.rs       shares out one decode step; llama/ computes it
//!     constraint/   makes impossible what does not fit the required form
//!     sampling/     chooses a token, answer.rs makes it text (pieces.rs, reasoning.rs) and calls (tools/)
//!                                                                        ─▶ JobEvent
//! EmbedRequest ─▶ embedding/, RerankRequest ─▶ ranking/: vectors and scores
//!     slices/       between the steps of answers                         ─▶ TextsEvent
//! loader.rs: from a file to a Loaded, on a thread of its own
//! ```

mod answer;
pub mod constraint;
mod embedding;
mod forgery;
mod history;
mod large_pages;
mod llama;
mod loaded;
mod loader;
pub mod pieces;
mod plan;
mod prompt;
mod ranking;
pub mod reasoning;
mod request;
pub mod sampling;
mod sequences;
mod slices;
// Elsewhere llama.cpp is not built on libgomp.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod spinning;
pub mod template;
mod thread_count;
mod tokenizer;
mod tools;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};

use answer::Listener;
pub(crate) use constraint::Compiled;
pub use constraint::Constraint;
pub(crate) use llama::Watch;
pub(crate) use loaded::{Loaded, Waiting};
pub(crate) use loader::{Order, Ready, load};
pub use request::{
    Dry, GenerateRequest, Measure, MeasureRequest, Message, Mirostat, Overflow, Role, Sampling, Xtc,
};

use embedding::Embedder;
pub(crate) use embedding::Texts;
pub use embedding::{EmbedEvent, EmbedJob, EmbedRequest, Embeddings, TextKind};
pub(crate) use ranking::Candidates;
use ranking::Reranker;
pub use ranking::{Ranking, RerankEvent, RerankJob, RerankRequest};
pub use slices::{TextsEvent, TextsJob};
pub use tools::{Tool, ToolCall, ToolChoice};

use crate::models::{LoadedModel, ModelId};
use crate::thread::Subscribers;
use crate::{Config, Error, JobEvent, Outbox};

/// What can be asked about running requests, beside asking one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Command {
    /// Stop every running and waiting request; each ends as cancelled.
    StopAll,
}

/// What happened to the requests as a whole.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Event {
    /// The number of running or waiting requests changed.
    LoadChanged {
        /// Requests being answered.
        running: usize,
        /// Requests waiting for a sequence.
        waiting: usize,
    },
}

/// The models that are loaded, with their requests; part of the engine thread.
pub(crate) struct Inference {
    /// In the order of loading: the last one answers requests that name none.
    loaded: Vec<Loaded>,
    embedders: Vec<Embedder>,
    rerankers: Vec<Reranker>,
    ids: Arc<Mutex<Vec<ModelId>>>,
    config: Config,
    subscribers: Subscribers,
    /// Where compiled grammars are to go: back to the engine thread.
    compiled: Outbox<Compiled>,
    /// The numbers of running and waiting requests that were told last.
    told: (usize, usize),
}

impl Inference {
    pub(crate) fn new(
        config: Config,
        subscribers: Subscribers,
        compiled: Outbox<Compiled>,
    ) -> Self {
        let ids = Arc::default();
        let (loaded, embedders, rerankers) = (Vec::new(), Vec::new(), Vec::new());
        Self { loaded, embedders, rerankers, ids, config, subscribers, compiled, told: (0, 0) }
    }

    /// The names of what is loaded, kept up to date.
    pub(crate) fn ids(&self) -> Arc<Mutex<Vec<ModelId>>> {
        Arc::clone(&self.ids)
    }

    /// Whether no model is loaded that writes text.
    pub(crate) fn is_empty(&self) -> bool {
        self.loaded.is_empty()
    }

    /// Whether there is nothing to compute.
    pub(crate) fn is_idle(&self) -> bool {
        self.loaded.iter().all(Loaded::is_idle)
            && self.embedders.iter().all(Embedder::is_idle)
            && self.rerankers.iter().all(Reranker::is_idle)
    }

    pub(crate) fn insert(&mut self, ready: Ready) {
        match ready {
            Ready::Text(mut loaded) => {
                loaded.configure(self.config);
                self.loaded.push(*loaded);
            }
            Ready::Vectors(embedder) => self.embedders.push(*embedder),
            Ready::Scores(reranker) => self.rerankers.push(*reranker),
        }
        self.list_ids();
    }

    /// Frees a model; `false` when it was not loaded.
    pub(crate) fn unload(&mut self, id: &ModelId) -> bool {
        let error = Error::ModelUnloaded;
        if let Some(index) = self.loaded.iter().position(|loaded| loaded.about.id == *id) {
            self.loaded.remove(index).end_all(Some(&error));
        } else if let Some(index) = place(&self.embedders, id) {
            self.embedders.remove(index).end_all(&error);
        } else if let Some(index) = place(&self.rerankers, id) {
            self.rerankers.remove(index).end_all(&error);
        } else {
            return false;
        }
        self.list_ids();
        self.tell_load();
        true
    }

    pub(crate) fn enqueue(&mut self, waiting: Waiting) {
        match self.find(waiting.request.model.as_ref()) {
            Ok(index) => {
                self.loaded[index].enqueue(waiting, &self.compiled);
                self.tell_load();
            }
            Err(error) => waiting.listener.fail(error),
        }
    }

    /// Takes a request for vectors in.
    pub(crate) fn embed(&mut self, texts: Texts) {
        let id = texts.request.model.clone();
        let missing = self.missing(id.as_ref(), Error::NoEmbeddingModel);
        slices::enqueue(&mut self.embedders, id.as_ref(), texts, missing);
    }

    /// Takes a request for scores in.
    pub(crate) fn rerank(&mut self, candidates: Candidates) {
        let id = candidates.request.model.clone();
        let missing = self.missing(id.as_ref(), Error::NoReranker);
        slices::enqueue(&mut self.rerankers, id.as_ref(), candidates, missing);
    }

    /// What is told when no model of the right kind has this name.
    fn missing(&self, id: Option<&ModelId>, none: Error) -> Error {
        match id {
            Some(id) if !self.abouts().any(|about| about.id == *id) => {
                Error::ModelNotLoaded(id.0.clone())
            }
            _ => none,
        }
    }

    /// Hands a grammar to the model that it was compiled for. If that is gone, so is the request.
    pub(crate) fn resume(&mut self, compiled: Compiled) {
        if let Some(loaded) = self.loaded.iter_mut().find(|loaded| loaded.awaits(compiled.number)) {
            loaded.resume(compiled);
        }
        self.tell_load();
    }

    pub(crate) fn measure(&self, request: &MeasureRequest) -> Result<Measure, Error> {
        self.loaded[self.find(request.model.as_ref())?].measure(request)
    }

    pub(crate) fn stop_all(&mut self) {
        for loaded in &mut self.loaded {
            loaded.end_all(None);
        }
        for embedder in &mut self.embedders {
            embedder.end_all(&Error::Stopped);
        }
        for reranker in &mut self.rerankers {
            reranker.end_all(&Error::Stopped);
        }
        self.tell_load();
    }

    /// One decode step of each model that has work, then a slice of the texts that wait for vectors
    /// or scores.
    pub(crate) fn step(&mut self) {
        for loaded in self.loaded.iter_mut().filter(|loaded| !loaded.is_idle()) {
            loaded.step();
        }
        let shared = self.loaded.iter().any(|loaded| !loaded.is_idle());
        for embedder in self.embedders.iter_mut().filter(|embedder| !embedder.is_idle()) {
            embedder.step(shared);
        }
        for reranker in self.rerankers.iter_mut().filter(|reranker| !reranker.is_idle()) {
            reranker.step(shared);
        }
        self.tell_load();
    }

    /// Makes one of ggml's assertions fail.
    #[cfg(test)]
    pub(crate) fn provoke(&mut self) {
        self.loaded[0].provoke();
    }

    fn find(&self, id: Option<&ModelId>) -> Result<usize, Error> {
        match id {
            None => self.loaded.len().checked_sub(1).ok_or(Error::NoModel),
            Some(id) if place(&self.embedders, id).is_some() => {
                let words =
                    format!("{id} makes vectors of texts and writes none: name a chat model");
                Err(Error::InvalidRequest(words))
            }
            Some(id) if place(&self.rerankers, id).is_some() => {
                let words = format!("{id} ranks passages and writes none: name a chat model");
                Err(Error::InvalidRequest(words))
            }
            Some(id) => self
                .loaded
                .iter()
                .position(|loaded| loaded.about.id == *id)
                .ok_or_else(|| Error::ModelNotLoaded(id.0.clone())),
        }
    }

    fn list_ids(&self) {
        if let Ok(mut ids) = self.ids.lock() {
            *ids = self.abouts().map(|about| about.id.clone()).collect();
        }
    }

    /// All models that are loaded, of any kind.
    fn abouts(&self) -> impl Iterator<Item = &LoadedModel> {
        let abouts = self.loaded.iter().map(|loaded| &loaded.about);
        let abouts = abouts.chain(self.embedders.iter().map(|embedder| &embedder.about));
        abouts.chain(self.rerankers.iter().map(|reranker| &reranker.about))
    }

    fn tell_load(&mut self) {
        let running = self.loaded.iter().map(Loaded::running).sum();
        let waiting = self.loaded.iter().map(Loaded::waiting).sum();
        if self.told != (running, waiting) {
            self.told = (running, waiting);
            self.subscribers
                .tell(&crate::Event::Inference(Event::LoadChanged { running, waiting }));
        }
    }
}

/// Where a model lies among those of its kind.
fn place<W: slices::Work>(models: &[slices::Slices<W>], id: &ModelId) -> Option<usize> {
    models.iter().position(|model| model.about.id == *id)
}

/// A number of tokens as it travels in events; no context holds more than fit.
fn count(tokens: usize) -> u32 {
    u32::try_from(tokens).unwrap_or(u32::MAX)
}

/// Everybody who waits for the end of a request. Outlives the engine thread, so that they can be
/// told when it is given up.
#[derive(Clone, Default)]
pub(crate) struct Listeners {
    open: Arc<Mutex<HashMap<u64, Failing>>>,
    next: Arc<AtomicU64>,
}

/// Tells one of them that there will be no answer.
type Failing = Box<dyn FnOnce(Error) + Send>;

impl Listeners {
    /// A listener that is on the list until it hears the last event of its request.
    pub(crate) fn add(&self, reply: Outbox<JobEvent>, cancelled: Arc<AtomicBool>) -> Listener {
        let last = |event: &JobEvent| matches!(event, JobEvent::Finished(_) | JobEvent::Failed(_));
        Listener { reply: self.watched(reply, last, JobEvent::Failed), cancelled }
    }

    /// The same for vectors and scores.
    pub(crate) fn add_texts<T: Send + 'static>(
        &self,
        reply: Outbox<TextsEvent<T>>,
    ) -> Outbox<TextsEvent<T>> {
        self.watched(reply, TextsEvent::is_last, TextsEvent::Failed)
    }

    /// An outbox that is on the list until it has delivered the `last` event.
    fn watched<T: Send + 'static>(
        &self,
        reply: Outbox<T>,
        last: fn(&T) -> bool,
        failed: fn(Error) -> T,
    ) -> Outbox<T> {
        let key = self.next.fetch_add(1, Ordering::Relaxed);
        let failing = reply.clone();
        if let Ok(mut open) = self.open.lock() {
            open.insert(
                key,
                Box::new(move |error| {
                    failing.send(failed(error));
                }),
            );
        }
        let open = Arc::clone(&self.open);
        Outbox::new(move |event| {
            // The last event is the last, also when an engine thread that was given up has told it.
            if last(&event) && open.lock().is_ok_and(|mut open| open.remove(&key).is_none()) {
                return false;
            }
            reply.send(event)
        })
    }

    /// Tells all of them that there will be no answer.
    pub(crate) fn fail_all(&self, error: &Error) {
        let open = self.open.lock().map(|mut open| std::mem::take(&mut *open));
        for fail in open.unwrap_or_default().into_values() {
            fail(error.clone());
        }
    }
}

//! Texts become vectors, so that texts that mean the same can be found.
//!
//! ```text
//! EmbedRequest ─▶ embedder.rs (a loaded embedding model: who waits, one slice of work at a time)
//!                   prefixes.rs  what this model wants before a question and before a passage
//!                   llama/       computes, pools as the file says
//!                        ─▶ EmbedEvent, at the end Embeddings
//! ```
//!
//! Only models made for it do this; a model that writes text is refused, because its vectors would
//! look sound and find little. A slice of work runs between the steps of running answers.

mod embedder;
mod prefixes;

use std::cell::Cell;

use serde::{Deserialize, Serialize};

use crate::models::ModelId;
use crate::{Error, Inbox, JobGuard};
pub(crate) use embedder::{Embedder, SEQUENCES, Texts};
pub(crate) use prefixes::Prefixes;

/// Texts of one request at most.
const TEXTS_MAX: usize = 65_536;

/// A request for vectors.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmbedRequest {
    /// Which loaded embedding model; `None` for the one loaded last.
    #[serde(default)]
    pub model: Option<ModelId>,
    /// The texts, 65,536 at most.
    pub texts: Vec<String>,
    /// What they are.
    #[serde(default)]
    pub kind: TextKind,
    /// Whether the end of a text that is longer than the model reads may be left out; otherwise the
    /// request fails with [`Error::TextTooLong`].
    #[serde(default)]
    pub truncate: bool,
}

impl EmbedRequest {
    /// Whether the request makes sense.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] in words.
    pub fn check(&self) -> Result<(), Error> {
        let count = self.texts.len();
        if count > TEXTS_MAX {
            let words = format!("a request has {count} texts: at most {TEXTS_MAX}");
            return Err(Error::InvalidRequest(words));
        }
        Ok(())
    }
}

/// What a text is to be compared with. Many models were trained with a few words before it that
/// say so, and find less without them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextKind {
    /// It is compared with its like, or begins with the right words already.
    #[default]
    Plain,
    /// A question, to be compared with passages.
    Query,
    /// A passage, to be found by questions.
    Passage,
}

/// What came of a request: one vector for each text, in their order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Embeddings {
    /// Display name of the model.
    pub model: String,
    /// Vectors of length 1, so that their dot product is the cosine: -1..=1.
    pub vectors: Vec<Vec<f32>>,
    /// Tokens read of each text, prefix and the model's own first and last tokens included.
    pub tokens: Vec<u32>,
    /// The texts whose end was left out, by their index.
    pub truncated: Vec<usize>,
}

/// What happens to one request for vectors; the last is `Finished` or `Failed`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum EmbedEvent {
    /// So many texts are done.
    Progressed {
        /// Texts that have a vector.
        done: usize,
        /// All texts.
        of: usize,
    },
    /// All are done.
    Finished(Embeddings),
    /// There will be no vectors.
    Failed(Error),
}

/// The asker's end of a request for vectors. Dropping it stops the work.
#[derive(Debug)]
pub struct EmbedJob {
    events: Inbox<EmbedEvent>,
    guard: JobGuard,
    over: Cell<bool>,
}

impl EmbedJob {
    pub(crate) fn new(events: Inbox<EmbedEvent>, guard: JobGuard) -> Self {
        Self { events, guard, over: Cell::new(false) }
    }

    /// What has arrived since the last look; never blocks. For windows.
    pub fn drain(&self) -> impl Iterator<Item = EmbedEvent> {
        self.events.try_iter()
    }

    /// The inbox itself, for who waits for more than one thing.
    pub fn events(&self) -> &Inbox<EmbedEvent> {
        &self.events
    }

    /// Everything, as it arrives; blocks, and ends after `Finished` or `Failed`.
    pub fn wait(&self) -> impl Iterator<Item = EmbedEvent> {
        std::iter::from_fn(|| {
            if self.over.get() {
                return None;
            }
            let event = self.events.recv().unwrap_or(EmbedEvent::Failed(Error::Stopped));
            self.over.set(matches!(event, EmbedEvent::Finished(_) | EmbedEvent::Failed(_)));
            Some(event)
        })
    }

    /// The vectors; blocks.
    ///
    /// # Errors
    /// Why there are none.
    pub fn finish(self) -> Result<Embeddings, Error> {
        let last = self.wait().last();
        drop(self.guard);
        match last {
            Some(EmbedEvent::Finished(embeddings)) => Ok(embeddings),
            Some(EmbedEvent::Failed(error)) => Err(error),
            Some(EmbedEvent::Progressed { .. }) | None => Err(Error::Stopped),
        }
    }
}

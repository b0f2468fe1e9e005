//! The thread that a question is answered on: what it waits for, and how it is stopped.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::{AskError, AskEvent, Question};
use crate::documents::search::{Findings, Query, Searcher};
use crate::documents::{Documents, DocumentsError};
use crate::inference::{Measure, MeasureRequest};
use crate::{
    Engine, Error, GenerateRequest, JobEvent, JobGuard, Outbox, StopReason, asleep, channel,
};

/// Keeps a question alive. Dropping it stops the work within one decode step, and `Finished` still
/// tells how far it came.
#[must_use = "dropping this stops the work"]
pub struct AskGuard {
    pub(super) stopping: Arc<Stopping>,
}

impl Drop for AskGuard {
    fn drop(&mut self) {
        self.stopping.stop();
    }
}

/// Whether to stop, and what to stop then.
#[derive(Default)]
pub(super) struct Stopping {
    stopped: AtomicBool,
    running: Mutex<Option<JobGuard>>,
}

impl Stopping {
    fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        self.hold(None);
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Keeps what is running; what ran before ends.
    fn hold(&self, guard: Option<JobGuard>) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        // Looked at under the lock, so that a guard is never kept that nobody drops.
        *running = guard.filter(|_| !self.is_stopped());
    }
}

/// Why there is no answer from a step.
#[derive(Debug)]
pub(super) enum Halt {
    /// The asker has let go.
    Stopped,
    Failed(AskError),
}

impl From<AskError> for Halt {
    fn from(error: AskError) -> Self {
        Self::Failed(error)
    }
}

impl From<DocumentsError> for Halt {
    fn from(error: DocumentsError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Self::Failed(error.into())
    }
}

/// A question on its thread.
pub(super) struct Asking {
    pub(super) documents: Documents,
    pub(super) engine: Engine,
    pub(super) question: Question,
    pub(super) events: Outbox<AskEvent>,
    pub(super) stopping: Arc<Stopping>,
}

fn gone() -> DocumentsError {
    DocumentsError::Thread("the library has ended".to_owned())
}

/// What a model wrote.
pub(super) struct Written {
    pub(super) text: String,
    pub(super) reason: StopReason,
}

/// Who reads what a model writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Audience {
    /// It is the answer.
    Asker,
    /// It is a step towards it.
    Nobody,
}

impl Asking {
    /// Tells the asker; when nobody listens any more, the work stops.
    pub(super) fn tell(&self, event: AskEvent) {
        if !self.events.send(event) {
            self.stopping.stop();
        }
    }

    /// Tells how far it is; the last chance to stop before a step.
    pub(super) fn progress(
        &self,
        fraction: Option<f32>,
        text: impl Into<String>,
    ) -> Result<(), Halt> {
        self.tell(AskEvent::Progress { fraction, text: text.into() });
        if self.stopping.is_stopped() { Err(Halt::Stopped) } else { Ok(()) }
    }

    /// Looks something up in the library.
    pub(super) fn look<T: Send + 'static>(
        &self,
        what: impl FnOnce(&mut Searcher) -> Result<T, DocumentsError> + Send + 'static,
    ) -> Result<T, Halt> {
        let (outbox, inbox) = channel(asleep());
        self.documents.look(what, outbox);
        Ok(inbox.recv().map_err(|_| gone())??)
    }

    /// Looks for passages. A reranker may take its time, and ends when the asker lets go.
    pub(super) fn search(&self, query: Query) -> Result<Findings, Halt> {
        let (events, stopping) = (self.events.clone(), Arc::clone(&self.stopping));
        let mut told = None;
        let watch = move |fraction: Option<f32>| {
            if fraction.is_some() && fraction != told {
                told = fraction;
                let text = "Ranking passages".to_owned();
                if !events.send(AskEvent::Progress { fraction, text }) {
                    stopping.stop();
                }
            }
            !stopping.is_stopped()
        };
        let (outbox, inbox) = channel(asleep());
        self.documents.search(query, watch, outbox);
        let found = inbox.recv().map_err(|_| gone())??;
        if self.stopping.is_stopped() { Err(Halt::Stopped) } else { Ok(found) }
    }

    /// Measures with the tokenizer of the model that answers.
    pub(super) fn measure(&self, request: MeasureRequest) -> Result<Measure, Halt> {
        let model = self.question.request.model.clone();
        let inbox = self.engine.measure(MeasureRequest { model, ..request }, asleep());
        Ok(inbox.recv().map_err(|_| Error::Stopped)??)
    }

    /// Has a model write. When the asker lets go, what was written so far comes back.
    pub(super) fn write(
        &self,
        request: GenerateRequest,
        audience: Audience,
    ) -> Result<Written, Halt> {
        let (reply, events) = channel(asleep());
        self.stopping.hold(Some(self.engine.generate_into(request, reply)));
        let mut text = String::new();
        let ended = loop {
            match events.recv().unwrap_or(JobEvent::Failed(Error::Stopped)) {
                JobEvent::Text(piece) => {
                    text.push_str(&piece);
                    if audience == Audience::Asker {
                        self.tell(AskEvent::Text(piece));
                    }
                }
                JobEvent::Failed(error) => break Err(Halt::from(error)),
                event => {
                    let reason = match &event {
                        JobEvent::Finished(finish) => Some(finish.reason.clone()),
                        _ => None,
                    };
                    if audience == Audience::Asker {
                        self.tell(AskEvent::Generating(event));
                    }
                    if let Some(reason) = reason {
                        break Ok(reason);
                    }
                }
            }
        };
        self.stopping.hold(None);
        let reason = ended?;
        if audience == Audience::Nobody && reason == StopReason::Cancelled {
            return Err(Halt::Stopped);
        }
        Ok(Written { text, reason })
    }
}

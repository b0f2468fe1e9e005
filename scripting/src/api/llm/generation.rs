//! One answer on its way.

use std::sync::Arc;

use engine::{GenerateRequest, Inbox, JobEvent, channel};
use rhai::ImmutableString;

use super::answer::Answer;
use super::in_words;
use crate::handles::{HandleGuard, HandleKind};
use crate::runner::{Context, Received, ScriptResult, failure};

/// An answer that is being written. Dropping it stops the work, and so does the end of the app.
pub(super) struct Generation {
    context: Arc<Context>,
    events: Inbox<JobEvent>,
    /// `None` once the answer is complete.
    handle: Option<HandleGuard>,
    answer: Answer,
}

impl Generation {
    /// Asks.
    pub(super) fn begin(context: &Arc<Context>, asked: GenerateRequest) -> Self {
        let (outbox, events) = channel(context.wake());
        let job = context.engine().generate_into(asked, outbox);
        let handle = context.handles().acquire_with(HandleKind::Generation, move || drop(job));
        Self {
            context: Arc::clone(context),
            events,
            handle: Some(handle),
            answer: Answer::default(),
        }
    }

    /// Waits for the next piece of text; `None` at the end. With `may_pause` an empty piece comes
    /// when the app's panel wants to be drawn between two steps of the script.
    pub(super) fn next_piece(&mut self, may_pause: bool) -> ScriptResult<Option<ImmutableString>> {
        while self.handle.is_some() {
            let received = if may_pause {
                self.context.receive_piece(&self.events)
            } else {
                self.context
                    .receive(&self.events)
                    .map(|event| event.map_or(Received::Closed, Received::Message))
            };
            let event = match received {
                Ok(Received::Message(event)) => event,
                Ok(Received::PanelWaits | Received::TimedOut) => {
                    return Ok(Some(ImmutableString::new()));
                }
                Ok(Received::Closed) => {
                    self.handle = None;
                    return Err(failure(engine::Error::Stopped.to_string()));
                }
                Err(ended) => {
                    self.stop();
                    return Err(ended);
                }
            };
            if let Some(piece) = self.hear(event)? {
                return Ok(Some(piece));
            }
        }
        Ok(None)
    }

    fn hear(&mut self, event: JobEvent) -> ScriptResult<Option<ImmutableString>> {
        match &event {
            JobEvent::Text(text) => {
                self.answer.text.push_str(text);
                return Ok(Some(text.as_str().into()));
            }
            JobEvent::Failed(error) => {
                self.handle = None;
                let refused = in_words(&self.context, error);
                // Who asked may know a way out that the script does not.
                self.context.generating(event);
                return Err(refused);
            }
            JobEvent::Finished(finish) => {
                self.handle = None;
                self.answer.finish = Some(finish.clone());
            }
            JobEvent::Started { model, .. } => self.answer.model.clone_from(model),
            JobEvent::Reasoning(text) => self.answer.reasoning.push_str(text),
            JobEvent::ToolCall(call) => self.answer.calls.push(call.clone()),
            JobEvent::Queued { .. } | JobEvent::Reading { .. } => {}
        }
        self.context.generating(event);
        Ok(None)
    }

    /// Stops the work, if it still goes on, and passes on what it took until then.
    pub(super) fn stop(&mut self) {
        if self.handle.take().is_some() {
            self.answer.finish = self.context.hear_last_word(&self.events);
        }
    }

    /// What has come so far.
    pub(super) fn answer(&self) -> &Answer {
        &self.answer
    }

    pub(super) fn into_answer(self) -> Answer {
        self.answer
    }
}

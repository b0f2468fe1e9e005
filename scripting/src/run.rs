//! One call of `on_run`: what goes in, and what comes out while it goes on.

use std::cell::Cell;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use engine::documents::ask::Grounds;
use engine::documents::store::DocumentId;
use engine::{GenerateRequest, Inbox, JobEvent, Message, Wake};
use serde::{Deserialize, Serialize};

use crate::{AppId, Problem};

/// What `on_run(input)` is given: `input.text`, `input.data`, `input.messages`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunInput {
    /// What the person or the other program wrote.
    pub text: String,
    /// Structured input, checked against `[input]` of the manifest.
    pub data: Option<serde_json::Value>,
    /// The conversation so far, oldest first, with the message just written as the last.
    pub messages: Vec<Message>,
}

/// A request to run an app.
#[derive(Clone, Debug, Default)]
pub struct RunRequest {
    /// What the app is given.
    pub input: RunInput,
    /// What `llm` functions start from where the script says nothing else: model, sampling, length.
    /// Its messages are ignored.
    pub defaults: GenerateRequest,
    /// The apps that called one another until this run, the first first; empty for a run that a
    /// person or another program asked for. Keeps apps from calling one another in a circle.
    pub callers: Vec<AppId>,
}

/// What happens in one run, in order; `Finished` or `Failed` is the last.
#[derive(Clone, Debug)]
pub enum RunEvent {
    /// The next piece of the answer (`app::write`); Markdown.
    Text(String),
    /// A generation that the script asked for goes on: everything but its text, so that a window can
    /// show the reading of a prompt, the thinking, and the figures at the end.
    Generating(JobEvent),
    /// How far it is (`app::progress`).
    Progress {
        /// 0..=1; `None` when nobody knows.
        fraction: Option<f32>,
        /// What is being done.
        text: String,
    },
    /// A passage that the answer rests on (`app::cite`).
    Cited(Citation),
    /// Why an answer from documents is as it is (`documents::ask`).
    Grounded(Box<Grounds>),
    /// `on_run` returned.
    Finished(Outcome),
    /// `on_run` did not return.
    Failed(Problem),
}

/// How a run ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// What `on_run` returned, checked against `[output]` of the manifest; `None` for `()`.
    pub value: Option<serde_json::Value>,
    /// Everything that was written, as one text. When nothing was written and the returned value is a
    /// string, it is that string.
    pub text: String,
    /// The run was stopped from outside.
    pub stopped: bool,
}

/// A passage that an answer rests on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Citation {
    /// The number in the text, as in `[1]`.
    pub number: u32,
    /// Title of the document.
    pub title: String,
    /// Path or address of the document.
    pub source: String,
    /// Page, from 1, where the document has pages.
    pub page: Option<u32>,
    /// The passage, word for word.
    pub text: String,
    /// Where in the library of documents it stands, so that a window can open and mark it.
    pub place: Option<PassagePlace>,
}

/// A place in a document of the library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassagePlace {
    /// Which document.
    pub document: DocumentId,
    /// The place of the page among the pages and parts, from 0.
    pub page_ordinal: u64,
    /// What to mark, in characters of the document's text.
    pub characters: Range<u64>,
}

/// The asker's end of a run: an inbox, and a guard. Dropping it stops the run.
#[must_use = "dropping this stops the run"]
pub struct Run {
    events: Inbox<RunEvent>,
    guard: Option<RunGuard>,
    over: Cell<bool>,
}

/// Keeps a run going. Dropping it stops the run at its next step.
#[must_use = "dropping this stops the run"]
pub struct RunGuard {
    stopped: Arc<AtomicBool>,
    wake: Wake,
}

impl Drop for RunGuard {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        (self.wake)();
    }
}

impl Run {
    /// `stopped` is set when the guard is dropped, and then `wake` is called, for the app's thread.
    pub(crate) fn new(events: Inbox<RunEvent>, stopped: Arc<AtomicBool>, wake: Wake) -> Self {
        let guard = Some(RunGuard { stopped, wake });
        Self { events, guard, over: Cell::new(false) }
    }

    /// What has arrived since the last look; never blocks. For windows.
    pub fn drain(&self) -> impl Iterator<Item = RunEvent> {
        self.events.try_iter()
    }

    /// Everything, as it arrives; blocks, and ends after `Finished` or `Failed`.
    pub fn wait(&self) -> impl Iterator<Item = RunEvent> {
        std::iter::from_fn(|| {
            if self.over.get() {
                return None;
            }
            let event = self.events.recv().ok()?;
            self.over.set(matches!(event, RunEvent::Finished(_) | RunEvent::Failed(_)));
            Some(event)
        })
    }

    /// The inbox itself, for who waits for more than one thing.
    pub fn events(&self) -> &Inbox<RunEvent> {
        &self.events
    }

    /// Stops the run, and still hears how it ended: `Finished` with [`Outcome::stopped`] follows.
    pub fn stop(&mut self) {
        self.guard = None;
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Run").field("stopped", &self.guard.is_none()).finish()
    }
}

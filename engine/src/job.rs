//! One request being answered, seen from the side of the asker.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::inference::ToolCall;
use crate::{Error, Inbox};

/// What happens to one generation request, in this order: any number of `Queued`, one `Started`,
/// any number of `Reading`, any number of `Reasoning`, `Text` and `ToolCall`, then `Finished` or `Failed`,
/// which is the last.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum JobEvent {
    /// Waits for a free sequence.
    Queued {
        /// How many requests are before this one.
        ahead: usize,
    },
    /// The prompt is made and will now be read.
    Started {
        /// Display name of the model that answers.
        model: String,
        /// Length of the whole prompt, in tokens.
        prompt_tokens: u32,
        /// How many of them were still in the KV cache and need no work.
        reused_tokens: u32,
        /// How many of the oldest messages were left out, as [`crate::inference::Overflow::DropOldest`] allowed.
        dropped_messages: usize,
    },
    /// How much of the prompt has been read; sent after each step of reading, also the last.
    Reading {
        /// Prompt tokens in the KV cache so far, reused ones included; in the end all of them.
        tokens: u32,
    },
    /// The next piece of the model's thinking; whole UTF-8 characters.
    Reasoning(String),
    /// The next piece of the answer; whole UTF-8 characters, never a part of a stop string.
    Text(String),
    /// The model calls a tool that the request offered; its text is not part of the answer's.
    ToolCall(ToolCall),
    /// The answer is complete, or as complete as the reason says.
    Finished(Finish),
    /// There will be no (more) answer.
    Failed(Error),
}

/// How an answer ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finish {
    /// Why it ended.
    pub reason: StopReason,
    /// What it took, in tokens.
    pub usage: Usage,
    /// What it took, in time.
    pub timings: Timings,
    /// The seed that was used: the requested one, or the one that was drawn. The same request with
    /// this seed gives the same answer.
    pub seed: u32,
}

impl Finish {
    /// This finish as that of a whole answer of which `before` was the first part: what was
    /// generated and how long it took add up, the prompt and the first token are those of the
    /// beginning.
    #[must_use]
    pub fn continuing(self, before: &Self) -> Self {
        let reasoning = [before.timings.reasoning, self.timings.reasoning];
        let timings = Timings {
            generating: before.timings.generating + self.timings.generating,
            reasoning: reasoning.into_iter().flatten().reduce(|sum, part| sum + part),
            ..before.timings
        };
        let generated_tokens = before.usage.generated_tokens + self.usage.generated_tokens;
        Self { usage: Usage { generated_tokens, ..before.usage }, timings, ..self }
    }
}

/// Why an answer ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// The model ended its turn.
    EndOfTurn,
    /// The model called one tool or several and waits for what comes of it.
    ToolCalls,
    /// One of the request's stop strings appeared; it is not part of the text.
    StopString(String),
    /// `max_tokens` was reached.
    MaxTokens,
    /// The context is full.
    ContextFull,
    /// The asker let go of the job.
    Cancelled,
}

/// Tokens of one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Length of the prompt.
    pub prompt_tokens: u32,
    /// How many of the prompt's tokens were reused from the KV cache.
    pub reused_tokens: u32,
    /// Tokens generated, the reasoning and the end-of-turn token included.
    pub generated_tokens: u32,
}

/// Times of one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timings {
    /// From asking until the prompt began to be read.
    pub queued: Duration,
    /// From asking until the first generated token.
    pub first_token: Duration,
    /// From the first generated token until the last.
    pub generating: Duration,
    /// How long the model was thinking, if it did.
    pub reasoning: Option<Duration>,
}

impl Timings {
    /// Generated tokens per second, after the first; `None` when fewer than two were generated.
    #[must_use]
    pub fn tokens_per_second(&self, usage: &Usage) -> Option<f64> {
        let seconds = self.generating.as_secs_f64();
        (usage.generated_tokens > 1 && seconds > 0.0)
            .then(|| f64::from(usage.generated_tokens - 1) / seconds)
    }
}

/// Keeps a request alive. Dropping it stops the work within one decode step.
#[derive(Debug)]
#[must_use = "dropping this stops the work"]
pub struct JobGuard {
    pub(crate) cancelled: Arc<AtomicBool>,
}

impl Drop for JobGuard {
    fn drop(&mut self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }
}

/// The asker's end of a request: an inbox, and the guard that goes with it.
#[derive(Debug)]
pub struct Job {
    pub(crate) events: Inbox<JobEvent>,
    pub(crate) guard: Option<JobGuard>,
    /// Whether the last event has been read. The channel itself may stay open for ever, in the
    /// hands of an engine thread that was given up.
    over: Cell<bool>,
}

impl Job {
    pub(crate) fn new(events: Inbox<JobEvent>, guard: JobGuard) -> Self {
        Self { events, guard: Some(guard), over: Cell::new(false) }
    }

    /// What has arrived since the last look; never blocks. For windows.
    pub fn drain(&self) -> impl Iterator<Item = JobEvent> {
        self.events.try_iter()
    }

    /// Everything, as it arrives; blocks, and ends after `Finished` or `Failed`. For scripts and
    /// the command line.
    pub fn wait(&self) -> impl Iterator<Item = JobEvent> {
        std::iter::from_fn(|| {
            if self.over.get() {
                return None;
            }
            let event = self.events.recv().ok()?;
            self.over.set(matches!(event, JobEvent::Finished(_) | JobEvent::Failed(_)));
            Some(event)
        })
    }

    /// Stops the work, and still hears how far it came: `Finished` with
    /// [`StopReason::Cancelled`] follows.
    pub fn stop(&mut self) {
        self.guard = None;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Finish, StopReason, Timings, Usage};

    fn finish(reason: StopReason, generated_tokens: u32, seconds: u64) -> Finish {
        let usage = Usage { prompt_tokens: 7, reused_tokens: 3, generated_tokens };
        let timings = Timings {
            first_token: Duration::from_secs(seconds),
            generating: Duration::from_secs(seconds),
            ..Timings::default()
        };
        Finish { reason, usage, timings, seed: 1 }
    }

    #[test]
    fn a_continued_answer_counts_both_parts() {
        let first = finish(StopReason::Cancelled, 5, 2);
        let whole = finish(StopReason::EndOfTurn, 10, 4).continuing(&first);
        assert_eq!(whole.reason, StopReason::EndOfTurn);
        assert_eq!(whole.usage.generated_tokens, 15);
        assert_eq!(whole.usage.prompt_tokens, 7);
        assert_eq!(whole.timings.generating, Duration::from_secs(6));
        assert_eq!(whole.timings.first_token, Duration::from_secs(2));
        assert_eq!(whole.timings.reasoning, None);
    }
}

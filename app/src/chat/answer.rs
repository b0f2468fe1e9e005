//! One answer while it is being written.

use std::time::{Duration, Instant};

use engine::conversations::StoredMessage;
use engine::{Error, Finish, Job, JobEvent};

/// How far an answer has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Waits until the engine has room.
    Waiting {
        /// How many requests are before it.
        ahead: usize,
    },
    /// The model reads the conversation.
    Reading {
        /// Prompt tokens read so far.
        tokens: u32,
        /// Prompt tokens in all; 0 until it is known.
        of: u32,
    },
    /// The model thinks before it answers.
    Thinking,
    /// The answer itself is coming.
    Writing,
}

/// How an answer ended.
#[derive(Debug)]
pub(crate) enum Ending {
    /// As the finish says.
    Finished(Finish),
    /// With an error.
    Failed(Error),
}

/// What has arrived since the last look.
#[derive(Debug, Default)]
pub(crate) struct News {
    /// More of the text.
    pub(crate) text: String,
    /// More of the thinking.
    pub(crate) reasoning: String,
    /// Whether something beside the text was learned: messages left out, thinking done.
    pub(crate) described: bool,
    /// Whether anything at all has arrived.
    pub(crate) anything: bool,
    /// There once, when it is over.
    pub(crate) ending: Option<Ending>,
}

/// An answer that is being written, and the hold on the engine's work for it.
pub(crate) struct Answer {
    job: Job,
    /// How the first part ended, if this one goes on with it.
    before: Option<Finish>,
    /// How far it has come.
    pub(crate) phase: Phase,
    /// The text so far.
    pub(crate) content: String,
    /// The thinking so far.
    pub(crate) reasoning: String,
    thinking_since: Option<Instant>,
    thought_for: Option<Duration>,
    /// Display name of the model, once it is known.
    pub(crate) model: Option<String>,
    /// How many of the oldest messages the engine left out.
    pub(crate) dropped_messages: usize,
    /// Whether the person asked to stop.
    pub(crate) stopping: bool,
    /// Grows with every change, for caches.
    pub(crate) version: u64,
}

impl Answer {
    /// Follows `job`.
    pub(crate) fn new(job: Job) -> Self {
        Self {
            job,
            before: None,
            phase: Phase::Waiting { ahead: 0 },
            content: String::new(),
            reasoning: String::new(),
            thinking_since: None,
            thought_for: None,
            model: None,
            dropped_messages: 0,
            stopping: false,
            version: 0,
        }
    }

    /// Follows `job`, which goes on with a message that is there in part.
    pub(crate) fn resumed(job: Job, message: &StoredMessage) -> Self {
        Self {
            content: message.content.clone(),
            reasoning: message.reasoning.clone().unwrap_or_default(),
            thought_for: message.reasoning_duration,
            before: message.finish.clone(),
            ..Self::new(job)
        }
    }

    /// Takes in what has arrived.
    pub(crate) fn hear(&mut self) -> News {
        let mut news = News::default();
        let events: Vec<_> = self.job.drain().collect();
        for event in events {
            news.anything = true;
            match event {
                JobEvent::Queued { ahead } => self.phase = Phase::Waiting { ahead },
                JobEvent::Started { model, prompt_tokens, reused_tokens, dropped_messages } => {
                    self.model = Some(model);
                    self.dropped_messages = dropped_messages;
                    news.described |= dropped_messages > 0;
                    self.phase = Phase::Reading { tokens: reused_tokens, of: prompt_tokens };
                }
                JobEvent::Reading { tokens } => {
                    let of = match self.phase {
                        Phase::Reading { of, .. } => of,
                        _ => 0,
                    };
                    self.phase = Phase::Reading { tokens, of };
                }
                JobEvent::Reasoning(piece) => {
                    self.phase = Phase::Thinking;
                    self.thinking_since.get_or_insert_with(Instant::now);
                    news.reasoning.push_str(&piece);
                }
                JobEvent::Text(piece) => {
                    news.described |= self.end_thinking();
                    self.phase = Phase::Writing;
                    news.text.push_str(&piece);
                }
                // Offers no tools.
                JobEvent::ToolCall(_) => {}
                JobEvent::Finished(finish) => {
                    self.end_thinking();
                    let whole = match self.before.take() {
                        Some(before) => finish.continuing(&before),
                        None => finish,
                    };
                    news.ending = Some(Ending::Finished(whole));
                }
                JobEvent::Failed(error) => news.ending = Some(Ending::Failed(error)),
            }
        }
        self.content.push_str(&news.text);
        self.reasoning.push_str(&news.reasoning);
        self.version += u64::from(news.anything);
        news
    }

    fn end_thinking(&mut self) -> bool {
        let Some(since) = self.thinking_since else { return false };
        let first = self.thought_for.is_none();
        self.thought_for.get_or_insert_with(|| since.elapsed());
        first
    }

    /// How long the model has thought, once it is done with that.
    pub(crate) fn thought_for(&self) -> Option<Duration> {
        self.thought_for
    }

    /// Asks the engine to stop; the ending still arrives.
    pub(crate) fn stop(&mut self) {
        self.stopping = true;
        self.job.stop();
    }
}

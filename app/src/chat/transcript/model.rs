//! What the transcript is given to draw, and what it gives back.

use std::time::Duration;

use engine::Finish;
use engine::conversations::Sources;
use engine::documents::ask::Reading;

/// Names a message; the same for as long as the message exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageKey(pub i64);

/// Who said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The person.
    User,
    /// The model.
    Assistant,
    /// The program: standing instructions, results of tools.
    Program,
}

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Progress<'a> {
    /// All there.
    Complete,
    /// Waits until the engine has room; so many are before it.
    Waiting {
        /// How many requests are before it.
        ahead: usize,
    },
    /// The model reads the conversation.
    Reading {
        /// Tokens read so far.
        tokens: u32,
        /// Tokens in all; 0 if unknown.
        of: u32,
    },
    /// The model thinks.
    Thinking,
    /// The answer is coming.
    Writing,
    /// An app does something before it answers, or in between.
    Working {
        /// 0..=1; `None` when nobody knows.
        fraction: Option<f32>,
        /// What it does.
        text: &'a str,
    },
    /// The person stopped it.
    Stopped,
    /// The program ended while it was being written.
    Interrupted,
    /// It failed, with words about why.
    Failed(&'a str),
}

impl Progress<'_> {
    /// Whether more of the message may come.
    #[must_use]
    pub fn is_running(self) -> bool {
        !matches!(self, Self::Complete | Self::Stopped | Self::Interrupted | Self::Failed(_))
    }
}

/// What a model thought before it answered.
#[derive(Clone, Copy, Debug)]
pub struct Reasoning<'a> {
    /// Markdown.
    pub text: &'a str,
    /// How long it took, once it is over.
    pub duration: Option<Duration>,
}

/// One message to be drawn.
#[derive(Clone, Copy, Debug)]
pub struct TranscriptMessage<'a> {
    /// Its name.
    pub key: MessageKey,
    /// Another number whenever anything of the message has changed.
    pub version: u64,
    /// Who said it.
    pub speaker: Speaker,
    /// What was said; Markdown for a model.
    pub text: &'a str,
    /// What was thought before.
    pub reasoning: Option<Reasoning<'a>>,
    /// Display name of the model, empty for other speakers.
    pub model: &'a str,
    /// How far it has come.
    pub progress: Progress<'a>,
    /// Which of how many versions this is, counted from 1.
    pub branch: (usize, usize),
    /// How it ended and what it took.
    pub finish: Option<&'a Finish>,
    /// How many of the oldest messages were left out of its prompt.
    pub dropped_messages: usize,
    /// What it rests on, where that are documents.
    pub sources: Option<&'a Sources>,
    /// Whether it failed in an app's script, whose place can be shown.
    pub is_broken_app: bool,
    /// Whether it cannot go on where it was stopped, as an app's, and is written from its beginning.
    pub begins_anew: bool,
    /// What it was refused, where that can be allowed: `reach api.example.com`.
    pub refused: Option<&'a str>,
}

/// Where the messages come from; asked only for those near the visible part.
#[expect(clippy::len_without_is_empty, reason = "an empty one is drawn like any other")]
pub trait TranscriptSource {
    /// Another number whenever messages were added, removed or exchanged.
    fn revision(&self) -> u64;
    /// How many there are.
    fn len(&self) -> usize;
    /// One of them, counted from the oldest; always there for `index < len()`.
    fn message(&self, index: usize) -> TranscriptMessage<'_>;
    /// Only its name, and its length in bytes (for a guess at its height).
    fn outline(&self, index: usize) -> (MessageKey, usize) {
        let message = self.message(index);
        (message.key, message.text.len())
    }
}

/// Text looked for in the conversation.
#[derive(Clone, Copy, Debug)]
pub struct FindView<'a> {
    /// Marked wherever it appears, in any case.
    pub query: &'a str,
    /// The match looked at now: which message, counted from the oldest, and which match within it.
    pub current: Option<(usize, usize)>,
}

/// What the person asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TranscriptAction {
    /// Copy a message's Markdown.
    Copy(MessageKey),
    /// Say something else in place of a message.
    Edit {
        /// Which message.
        key: MessageKey,
        /// The new text.
        text: String,
    },
    /// Write an answer again.
    Regenerate(MessageKey),
    /// Go on with an answer that was stopped or interrupted.
    Continue(MessageKey),
    /// Show where the script of an app failed.
    OpenInEditor(MessageKey),
    /// Allow the app what it was refused.
    Allow(MessageKey),
    /// Delete a message.
    Delete(MessageKey),
    /// Show the version before (-1) or after (1).
    Branch {
        /// Which message.
        key: MessageKey,
        /// How many versions further.
        step: isize,
    },
    /// Try a failed answer again.
    Retry(MessageKey),
    /// Show a source of an answer.
    OpenSource {
        /// Which answer.
        key: MessageKey,
        /// The number of the source.
        number: u32,
    },
    /// Show why an answer is as it is.
    Why(MessageKey),
    /// Ask again and read the documents in another way.
    ReadOtherwise {
        /// For which answer.
        key: MessageKey,
        /// In which way.
        reading: Reading,
    },
}

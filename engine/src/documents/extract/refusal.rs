//! Why a file could not be read, in words that help.

use serde::{Deserialize, Serialize};

use crate::in_words;

/// Why a file could not be read. Plain data: it travels from the reading process and is kept beside
/// the document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Refusal {
    /// It needs a password.
    #[error("it is protected by a password: save a copy without one and add that")]
    Encrypted,
    /// It holds pictures of pages, or pages with nothing on them.
    #[error("it has no text, only pictures or empty pages: run text recognition (OCR) on it first")]
    NoText,
    /// There is nothing in it, or nothing but blanks and marks where there could be only text.
    #[error("it is empty: there is not a word in it")]
    Empty,
    /// Its bytes make no sense.
    #[error("it is damaged: {what}")]
    Damaged {
        /// What is wrong.
        what: String,
    },
    /// More than the limits allow.
    #[error("it is too large: {what}")]
    TooLarge {
        /// What is too large.
        what: String,
    },
    /// Nobody here reads such files.
    #[error("files of this kind are not read: {kind}")]
    Unsupported {
        /// The ending of the file's name, or what the bytes look like.
        kind: String,
    },
    /// The system does not let it be read.
    #[error("the system does not let it be read: {what}")]
    Unreadable {
        /// What the system said.
        what: String,
    },
    /// It is no longer there.
    #[error("it is no longer there")]
    Gone,
    /// It was being written while it was read, several times.
    #[error("it kept changing while it was read: retry once it is at rest")]
    Changing,
    /// Reading took longer than the limits allow.
    #[error("reading it took too long and was stopped after {seconds} s")]
    TimedOut {
        /// How long it had been read.
        seconds: u64,
    },
    /// The reading process ended by itself; it took nothing else with it.
    #[error("reading it failed and was contained ({what}): the file is probably damaged")]
    Crashed {
        /// How the process ended.
        what: String,
    },
}

impl Refusal {
    /// The file is damaged, and `what` is wrong with it.
    pub(in crate::documents) fn damaged(what: impl std::fmt::Display) -> Self {
        Self::Damaged { what: what.to_string() }
    }

    /// What the system said about reading the file.
    #[must_use]
    pub fn from_io(error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::NotFound => Self::Gone,
            // Decoders speak through io errors as well.
            std::io::ErrorKind::InvalidData
            | std::io::ErrorKind::UnexpectedEof
            | std::io::ErrorKind::InvalidInput => Self::damaged(error),
            std::io::ErrorKind::FileTooLarge => Self::TooLarge { what: error.to_string() },
            std::io::ErrorKind::OutOfMemory => {
                Self::TooLarge { what: "reading it needs too much memory".to_owned() }
            }
            _ => Self::Unreadable { what: in_words(error) },
        }
    }

    /// Whether the next look at the file may find that it can be read, although it has not changed.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unreadable { .. } | Self::Changing)
    }

    /// One word for the kind of refusal, as in JSON.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Encrypted => "encrypted",
            Self::NoText => "no_text",
            Self::Empty => "empty",
            Self::Damaged { .. } => "damaged",
            Self::TooLarge { .. } => "too_large",
            Self::Unsupported { .. } => "unsupported",
            Self::Unreadable { .. } => "unreadable",
            Self::Gone => "gone",
            Self::Changing => "changing",
            Self::TimedOut { .. } => "timed_out",
            Self::Crashed { .. } => "crashed",
        }
    }
}

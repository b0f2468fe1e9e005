//! Answering questions from documents, with citations.

mod answer;
mod question;

pub use answer::{Answer, AskEvent, Budget, Candidate, Citation, Doubt, Grounds};
pub use question::{Answerer, Question, Reading};

use super::DocumentsError;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum AskError {
    /// The library of documents failed.
    #[error(transparent)]
    Documents(#[from] DocumentsError),
    /// The model failed.
    #[error(transparent)]
    Model(#[from] crate::Error),
    /// The documents are too long to be read as was asked.
    #[error(
        "{what} takes {needed} tokens and the context holds {held}: choose another way of reading, fewer documents or a longer context"
    )]
    TooLong {
        /// What was to be read.
        what: String,
        /// In tokens.
        needed: u32,
        /// In tokens.
        held: u32,
    },
}

//! Answering questions from documents, with citations.
//!
//! ```text
//! Question ─▶ run.rs ─▶ answerer.rs (a model, or the reader)   rewriting.rs (a follow-up stands alone)
//!                   ─▶ scope.rs (which documents)  ─▶ choosing.rs, cues.rs (how they are read)
//!     passages.rs   the best passages, or all ─▶ budget.rs, source.rs, prompt.rs ─▶ model
//!                   (support.rs: only where they share something with the question)
//!     summary.rs    part by part, then the whole          central.rs ┐
//!     scanning.rs   every passage, picked out and joined             ├ without a model: quoting.rs
//!                                                            read.rs ┘
//!     answer ─▶ citations.rs, numbers.rs (checked), demonstration.rs (and quoted) ─▶ Answer
//! ```
//!
//! Everything runs on one thread of its own, which waits for the library and for the engine.

mod answer;
mod answerer;
mod asking;
mod budget;
mod central;
mod choosing;
mod citations;
mod content;
mod cues;
mod demonstration;
mod numbers;
mod passages;
mod prompt;
mod question;
mod quoting;
mod rewriting;
mod run;
mod scanning;
mod scope;
mod source;
mod summary;
mod support;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use answer::{Answer, AskEvent, Budget, Candidate, Citation, Doubt, Grounds};
pub use asking::AskGuard;
use asking::Asking;
pub use question::{Answerer, Question, Reading};

use super::{Documents, DocumentsError};
use crate::{Engine, Outbox};

/// Answers a question on a thread of its own; what happens goes to `events`. Dropping the guard stops
/// the work.
pub fn ask(
    documents: &Documents,
    engine: &Engine,
    question: Question,
    events: Outbox<AskEvent>,
) -> AskGuard {
    let stopping = Arc::default();
    let guard = AskGuard { stopping: Arc::clone(&stopping) };
    let failed = events.clone();
    let (documents, engine) = (documents.clone(), engine.clone());
    let asking = Asking { documents, engine, question, events, stopping };
    let thread = std::thread::Builder::new().name("ask".to_owned());
    if let Err(error) = thread.spawn(move || run::run(&asking)) {
        let error = DocumentsError::Thread(error.to_string());
        failed.send(AskEvent::Failed(error.into()));
    }
    guard
}

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

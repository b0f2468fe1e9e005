//! What is asked of documents, and how they are to be read for it.

use serde::{Deserialize, Serialize};

use crate::GenerateRequest;
use crate::documents::search::{self, Mode};
use crate::documents::store::CollectionId;
use crate::inference::{Message, Sampling};

/// How documents are read for a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// The passages that fit the question best.
    Passages,
    /// Everything, word for word: for documents that fit into the context.
    Whole,
    /// Everything, part by part, each summed up, and the sums summed up again.
    Summary,
    /// Every chunk, one after the other: for "list all" and "how many".
    Scan,
}

/// Who answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answerer {
    /// A chat model where one is loaded that is more than a demonstration, else the reader.
    #[default]
    Best,
    /// The model that the request names, or the one loaded last.
    Model,
    /// The reader that quotes sentences, without any model.
    Reader,
}

/// A question to documents, with all that is needed to answer it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Where to look; empty for all collections.
    pub collections: Vec<CollectionId>,
    /// What is asked, in a person's words.
    pub text: String,
    /// The conversation before it, oldest first; a question that follows from it is rewritten to
    /// stand alone.
    pub earlier: Vec<Message>,
    /// What the model is told besides: who it is and how it should write. May be empty.
    #[serde(default)]
    pub instructions: String,
    /// How to read; `None` lets the question decide.
    pub reading: Option<Reading>,
    /// Who answers.
    pub answerer: Answerer,
    /// How passages are found.
    pub mode: Mode,
    /// Whether the reranker orders what was found, where a person chose one.
    #[serde(default = "search::yes")]
    pub rerank: bool,
    /// How many passages are read at most. 1..=100.
    pub most: usize,
    /// Model, sampling and length of the answer; its messages are ignored.
    pub request: GenerateRequest,
    /// The prompt to send instead of the one that would be made, as a person edited it. The passages
    /// are found as ever, so that its numbers can be checked.
    pub prompt: Option<Vec<Message>>,
}

impl Question {
    /// A question to collections, with everything else as it usually is.
    #[must_use]
    pub fn new(collections: Vec<CollectionId>, text: impl Into<String>) -> Self {
        Self {
            collections,
            text: text.into(),
            earlier: Vec::new(),
            instructions: String::new(),
            reading: None,
            answerer: Answerer::Best,
            mode: Mode::Hybrid,
            rerank: true,
            most: 8,
            request: GenerateRequest { sampling: sampling(), ..GenerateRequest::default() },
            prompt: None,
        }
    }
}

/// What stands in documents is to be told, not varied.
fn sampling() -> Sampling {
    Sampling { temperature: 0.2, ..Sampling::default() }
}

//! What comes of a question: the answer, its citations, and what it rests on.

use std::ops::Range;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Answerer, AskError, Reading};
use crate::JobEvent;
use crate::documents::search::{self, Passage, Reranking};
use crate::documents::store::{CollectionId, DocumentId};
use crate::inference::Message;

/// What happens while a question is answered, in order; `Finished` or `Failed` is the last.
#[derive(Clone, Debug)]
pub enum AskEvent {
    /// How far the reading is.
    Progress {
        /// 0..=1; `None` when nobody knows.
        fraction: Option<f32>,
        /// What is being done, in words.
        text: String,
    },
    /// The model works: everything but the text of the answer.
    Generating(JobEvent),
    /// The next piece of the answer; Markdown with `[1]`.
    Text(String),
    /// The answer as it is to be kept: numbers that were not given are gone from its text.
    Finished(Box<Answer>),
    /// There is no answer.
    Failed(AskError),
}

/// An answer from documents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Markdown with `[1]` and so on; words that say so when nothing was found.
    pub text: String,
    /// What the numbers in the text stand for, in their order.
    pub citations: Vec<Citation>,
    /// Whether anything that could answer was found.
    pub found: bool,
    /// What it rests on.
    pub grounds: Grounds,
    /// Whether it was stopped before its end.
    pub stopped: bool,
}

/// What a number in an answer stands for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Citation {
    /// The number in the text.
    pub number: u32,
    /// The document.
    pub document: DocumentId,
    /// Its title, or the name of its file.
    pub name: String,
    /// Where the file lies.
    pub path: PathBuf,
    /// The page, slide or sheet, where the format knows such.
    pub page: Option<u32>,
    /// The place of that page among the pages and parts, from 0.
    pub page_ordinal: u64,
    /// Where the passage stands in the document's text, in characters.
    pub characters: Range<u64>,
    /// The headings above it, the highest first.
    pub headings: Vec<String>,
    /// The sentence or passage, word for word.
    pub quote: String,
}

impl Citation {
    /// The document, the page and the headings, for people.
    #[must_use]
    pub fn place(&self) -> String {
        search::place(&self.name, self.page, &self.headings)
    }
}

/// Why an answer is as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grounds {
    /// The question as it was asked.
    pub question: String,
    /// The question as it was searched for, where that is another.
    pub standalone: Option<String>,
    /// The collections that were asked; empty for all.
    #[serde(default)]
    pub collections: Vec<CollectionId>,
    /// Who was to answer, as it was asked for.
    #[serde(default)]
    pub answerer: Answerer,
    /// How the documents were read.
    pub reading: Reading,
    /// Why so, in words.
    pub because: String,
    /// What was found, the best first.
    pub candidates: Vec<Candidate>,
    /// What the search by meaning counted, from 0 to 1; `None` when there was none.
    pub meaning_weight: Option<f64>,
    /// What a reranker did; `None` when there was none.
    #[serde(default)]
    pub reranking: Option<Reranking>,
    /// The exact prompt; empty when no model was asked.
    pub prompt: Vec<Message>,
    /// What the parts of the prompt take; `None` when no model was asked.
    pub budget: Option<Budget>,
    /// Display name of the model; `None` for the reader.
    pub model: Option<String>,
    /// What a person is to know before they rely on the answer; `None` where that is nothing.
    #[serde(default)]
    pub caution: Option<String>,
    /// Numbers that the model wrote though no passage had them; they were dropped.
    pub dropped_numbers: Vec<u32>,
    /// Sentences that their passages do not support.
    pub doubts: Vec<Doubt>,
}

impl Grounds {
    /// Of a question about which nothing else is known yet.
    #[must_use]
    pub fn new(question: &str, reading: Reading, because: String) -> Self {
        Self {
            question: question.to_owned(),
            standalone: None,
            collections: Vec::new(),
            answerer: Answerer::default(),
            reading,
            because,
            candidates: Vec::new(),
            meaning_weight: None,
            reranking: None,
            prompt: Vec::new(),
            budget: None,
            model: None,
            caution: None,
            dropped_numbers: Vec::new(),
            doubts: Vec::new(),
        }
    }

    /// Says one thing more about why.
    pub(super) fn because_also(&mut self, words: &str) {
        self.because.push_str("; ");
        self.because.push_str(words);
    }
}

/// A passage that was found, and whether it was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The passage, with its place in each list.
    pub passage: Passage,
    /// Its number in the prompt; `None` when it was left out.
    pub number: Option<u32>,
    /// Why it was left out, in words; empty when it was not.
    pub left_out: String,
}

/// What the parts of a prompt take, in tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// The instructions to the model.
    pub instructions: u32,
    /// The passages.
    pub passages: u32,
    /// The conversation before the question.
    pub earlier: u32,
    /// The question.
    pub question: u32,
    /// What is kept free for the answer.
    pub answer: u32,
    /// What the context holds.
    pub context: u32,
}

/// A sentence with a citation that does not support it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Doubt {
    /// The sentence, as it stands in the answer.
    pub sentence: String,
    /// The number that it cites.
    pub number: u32,
}

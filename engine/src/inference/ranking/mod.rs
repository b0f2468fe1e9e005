//! Passages are ranked by how well each answers a question, by a model that reads both together.
//!
//! ```text
//! RerankRequest ─▶ pairs.rs    one text of question and passage, as the model was trained
//!                    work.rs     its tokens, and the score that comes out
//!                    slices/     who waits, one slice of work at a time
//!                    llama/      computes, with the file's classification head
//!                         ─▶ RerankEvent, at the end Ranking
//! ```
//!
//! It reads every passage anew for every question, which is dear: for the best few of a search, not
//! for a library.

mod pairs;
mod work;

use serde::{Deserialize, Serialize};

use super::slices::{self, Asked, TextsEvent, TextsJob};
use crate::Error;
use crate::models::ModelId;
pub(crate) use pairs::Pairs;
pub(crate) use work::Reranker;

/// What happens to one request for scores.
pub type RerankEvent = TextsEvent<Ranking>;
/// The asker's end of a request for scores.
pub type RerankJob = TextsJob<Ranking>;
/// A request for scores, and who asked.
pub(crate) type Candidates = Asked<RerankRequest, Ranking>;

/// A request for the scores of passages. The end of a passage that does not fit into what the model
/// reads, together with the question, is left out and told in [`Ranking::truncated`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RerankRequest {
    /// Which loaded reranker; `None` for the one loaded last.
    #[serde(default)]
    pub model: Option<ModelId>,
    /// What is asked, in a person's words. Must leave room for a passage; otherwise the request fails
    /// with [`Error::QuestionTooLong`].
    pub question: String,
    /// The passages, 65,536 at most.
    pub passages: Vec<String>,
}

impl RerankRequest {
    /// Whether the request makes sense.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] in words.
    pub fn check(&self) -> Result<(), Error> {
        slices::check_count(self.passages.len())
    }
}

/// What came of a request: one score for each passage, in their order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ranking {
    /// Display name of the model.
    pub model: String,
    /// The higher the better, comparable within one question. Some models give probabilities, 0..=1,
    /// others any number; never NaN or infinite.
    pub scores: Vec<f32>,
    /// Tokens read for each passage, the question and the model's own tokens included.
    pub tokens: Vec<u32>,
    /// The passages whose end was left out, by their index.
    pub truncated: Vec<usize>,
}

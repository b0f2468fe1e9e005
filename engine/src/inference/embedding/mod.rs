//! Texts become vectors, so that texts that mean the same can be found.
//!
//! ```text
//! EmbedRequest ─▶ work.rs      (texts to tokens, and vectors of what comes out)
//!                   prefixes.rs  what this model wants before a question and before a passage
//!                   slices/      who waits, one slice of work at a time
//!                   llama/       computes, pools as the file says
//!                        ─▶ EmbedEvent, at the end Embeddings
//! ```
//!
//! Only models made for it do this; a model that writes text is refused, because its vectors would
//! look sound and find little.

mod prefixes;
mod work;

use serde::{Deserialize, Serialize};

use super::slices::{self, Asked, TextsEvent, TextsJob};
use crate::Error;
use crate::models::ModelId;
pub(crate) use prefixes::Prefixes;
pub(crate) use work::Embedder;

/// What happens to one request for vectors.
pub type EmbedEvent = TextsEvent<Embeddings>;
/// The asker's end of a request for vectors.
pub type EmbedJob = TextsJob<Embeddings>;
/// A request for vectors, and who asked.
pub(crate) type Texts = Asked<EmbedRequest, Embeddings>;

/// A request for vectors.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmbedRequest {
    /// Which loaded embedding model; `None` for the one loaded last.
    #[serde(default)]
    pub model: Option<ModelId>,
    /// The texts, 65,536 at most.
    pub texts: Vec<String>,
    /// What they are.
    #[serde(default)]
    pub kind: TextKind,
    /// Whether the end of a text that is longer than the model reads may be left out; otherwise the
    /// request fails with [`Error::TextTooLong`].
    #[serde(default)]
    pub truncate: bool,
}

impl EmbedRequest {
    /// Whether the request makes sense.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] in words.
    pub fn check(&self) -> Result<(), Error> {
        slices::check_count(self.texts.len())
    }
}

/// What a text is to be compared with. Many models were trained with a few words before it that
/// say so, and find less without them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextKind {
    /// It is compared with its like, or begins with the right words already.
    #[default]
    Plain,
    /// A question, to be compared with passages.
    Query,
    /// A passage, to be found by questions.
    Passage,
}

/// What came of a request: one vector for each text, in their order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Embeddings {
    /// Display name of the model.
    pub model: String,
    /// Vectors of length 1, so that their dot product is the cosine: -1..=1.
    pub vectors: Vec<Vec<f32>>,
    /// Tokens read of each text, prefix and the model's own first and last tokens included.
    pub tokens: Vec<u32>,
    /// The texts whose end was left out, by their index.
    pub truncated: Vec<usize>,
}

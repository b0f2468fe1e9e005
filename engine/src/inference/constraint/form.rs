//! Applies a guide to an answer, and to nothing but the answer: thinking is free.

use super::Guide;
use crate::Error;
use crate::inference::llama::Token;
use crate::inference::reasoning::Stage;

/// The form of one answer.
#[derive(Debug, Default)]
pub(crate) struct Form {
    /// What holds the answer, or the part of it that is being written.
    guide: Option<Guide>,
    /// The token that opens the model's thinking, as long as that may come.
    thinking: Option<Token>,
    /// Whether the last mask was for a part of the answer.
    masked: bool,
}

impl Form {
    /// Holds the whole answer. `thinking`: may come in its place at the beginning.
    pub(crate) fn whole(guide: Guide, thinking: Option<Token>) -> Self {
        Self { guide: Some(guide), thinking, masked: false }
    }

    /// Makes impossible what must not come next.
    ///
    /// # Errors
    /// See [`Guide::mask`].
    pub(crate) fn mask(&mut self, logits: &mut [f32], stage: Stage) -> Result<(), Error> {
        self.masked = false;
        let Some(guide) = &mut self.guide else { return Ok(()) };
        if stage == Stage::Thinking {
            // An answer is still owed.
            guide.forbid_end(logits);
            return Ok(());
        }
        self.masked = true;
        let opens = stage == Stage::Opening && !guide.has_begun();
        guide.mask(logits, self.thinking.filter(|_| opens))
    }

    /// Hears the token that was chosen after the last mask.
    ///
    /// # Errors
    /// See [`Guide::accept`].
    pub(crate) fn accept(&mut self, token: Token) -> Result<(), Error> {
        let Some(guide) = self.guide.as_mut().filter(|_| self.masked) else { return Ok(()) };
        if self.thinking == Some(token) && !guide.has_begun() {
            self.masked = false;
            return Ok(());
        }
        guide.accept(token)
    }

    /// Hears text of the answer that no mask was made for: what stood in one token with the end of
    /// the thinking.
    ///
    /// # Errors
    /// [`Error::OffForm`] when it does not fit.
    pub(crate) fn overhear(&mut self, text: &str) -> Result<(), Error> {
        let Some(guide) = self.guide.as_mut().filter(|_| !self.masked) else { return Ok(()) };
        if text.is_empty() || guide.accept_text(text) {
            return Ok(());
        }
        Err(Error::OffForm("the model began its answer before its thinking ended".to_owned()))
    }

    /// Whether nothing can come any more.
    pub(crate) fn is_complete(&self) -> bool {
        self.guide.as_ref().is_some_and(Guide::is_complete)
    }
}

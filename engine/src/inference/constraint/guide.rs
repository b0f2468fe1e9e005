//! The grammar of one answer: says which tokens may come next, and hears which one came.

use std::fmt;

use llguidance::Matcher;
use toktrie::TokEnv;

use crate::Error;
use crate::inference::llama::Token;

/// See the module documentation.
#[derive(Clone)]
pub struct Guide {
    matcher: Matcher,
    vocabulary: TokEnv,
    begun: bool,
}

impl fmt::Debug for Guide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guide").field("begun", &self.begun).finish_non_exhaustive()
    }
}

impl Guide {
    pub(super) fn new(matcher: Matcher, vocabulary: TokEnv) -> Self {
        Self { matcher, vocabulary, begun: false }
    }

    /// Takes the text in with which the answer begins already. `false` when it does not fit, and
    /// then this guide is of no more use.
    pub(crate) fn accept_text(&mut self, text: &str) -> bool {
        let tokens = self.vocabulary.tok_trie().greedy_tokenize(text.as_bytes());
        self.begun |= !tokens.is_empty();
        self.matcher.try_consume_tokens(&tokens).is_ok_and(|taken| taken == tokens.len())
    }

    /// Whether a part of the answer has been heard.
    pub(crate) fn has_begun(&self) -> bool {
        self.begun
    }

    /// Makes every token impossible that cannot come next, but leaves `also` alone.
    ///
    /// # Errors
    /// [`Error::OffForm`] when finding that out takes too much work.
    pub fn mask(&mut self, logits: &mut [f32], also: Option<Token>) -> Result<(), Error> {
        let mask = self.matcher.compute_mask_or_eos().map_err(|error| off_form(&error))?;
        let spared = also
            .and_then(|token| usize::try_from(token).ok())
            .and_then(|token| logits.get(token).map(|logit| (token, *logit)));
        let mut rows = logits.chunks_mut(u32::BITS as usize);
        for (row, &allowed) in rows.by_ref().zip(mask.as_slice()) {
            match allowed {
                0 => row.fill(f32::NEG_INFINITY),
                u32::MAX => {}
                allowed => {
                    for (bit, logit) in row.iter_mut().enumerate() {
                        if allowed & (1 << bit) == 0 {
                            *logit = f32::NEG_INFINITY;
                        }
                    }
                }
            }
        }
        rows.for_each(|row| row.fill(f32::NEG_INFINITY));
        if let Some((token, logit)) = spared {
            logits[token] = logit;
        }
        Ok(())
    }

    /// Makes the end of the turn impossible.
    pub(crate) fn forbid_end(&self, logits: &mut [f32]) {
        for &end in self.vocabulary.tok_trie().eos_tokens() {
            if let Some(logit) = logits.get_mut(end as usize) {
                *logit = f32::NEG_INFINITY;
            }
        }
    }

    /// Hears a token that [`mask`](Self::mask) allowed.
    ///
    /// # Errors
    /// [`Error::OffForm`] when it was not allowed after all.
    pub fn accept(&mut self, token: Token) -> Result<(), Error> {
        self.begun = true;
        let token = u32::try_from(token).unwrap_or(u32::MAX);
        self.matcher.consume_token(token).map_err(|error| off_form(&error))
    }

    /// Whether the answer is complete and nothing can come any more.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.matcher.is_stopped()
    }
}

fn off_form(error: &impl fmt::Display) -> Error {
    let words = error.to_string();
    Error::OffForm(words.lines().next().unwrap_or_default().chars().take(200).collect())
}

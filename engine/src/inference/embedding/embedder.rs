//! A loaded embedding model with its requests, worked off in slices.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::{EmbedEvent, EmbedRequest, Embeddings, Prefixes};
use crate::inference::llama::{Batch, Context, DecodeError, Token};
use crate::models::LoadedModel;
use crate::{Error, Outbox};

/// Short texts share a step up to so many tokens, to read the weights once for all of them. Longer
/// ones go alone, which is faster on a CPU than sharing.
const SHARED_TOKENS: usize = 256;
/// Texts of one step at most.
pub(crate) const SEQUENCES: u32 = 32;
/// While somebody is being answered, a slice is followed by a pause of this many times its length,
/// in which the answer goes on.
const PAUSE: u32 = 2;
/// No tokenizer makes fewer tokens of a text than one for so many bytes.
const BYTES_PER_TOKEN_MOST: usize = 64;

/// A request that is being worked on.
pub(crate) struct Texts {
    pub(crate) request: EmbedRequest,
    pub(crate) reply: Outbox<EmbedEvent>,
    pub(crate) cancelled: Arc<AtomicBool>,
}

/// How far a request has come.
struct Work {
    texts: Texts,
    done: Embeddings,
}

/// See the module documentation.
pub(crate) struct Embedder {
    pub(crate) about: LoadedModel,
    prefixes: Prefixes,
    context: Context,
    batch: Batch,
    /// Tokens of one text at most.
    longest: usize,
    waiting: VecDeque<Work>,
    /// When the next slice may run beside running answers.
    rested: Instant,
}

impl Embedder {
    pub(crate) fn new(about: LoadedModel, prefixes: Prefixes, context: Context) -> Self {
        let longest = about.context_length as usize;
        let batch = Batch::new(longest);
        Self {
            about,
            prefixes,
            context,
            batch,
            longest,
            waiting: VecDeque::new(),
            rested: Instant::now(),
        }
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(crate) fn enqueue(&mut self, texts: Texts) {
        if let Err(error) = texts.request.check() {
            texts.reply.send(EmbedEvent::Failed(error));
            return;
        }
        let done = Embeddings { model: self.about.name.clone(), ..Embeddings::default() };
        self.waiting.push_back(Work { texts, done });
    }

    /// Fails all requests.
    pub(crate) fn end_all(&mut self, error: &Error) {
        for work in self.waiting.drain(..) {
            work.texts.reply.send(EmbedEvent::Failed(error.clone()));
        }
    }

    /// Computes one slice; `shared`: somebody is being answered meanwhile.
    pub(crate) fn step(&mut self, shared: bool) {
        let began = Instant::now();
        if shared && began < self.rested {
            return;
        }
        self.waiting.retain(|work| !work.texts.cancelled.load(Ordering::Relaxed));
        // Requests take turns, so that a question does not wait for a library.
        let Some(mut work) = self.waiting.pop_front() else { return };
        let of = work.texts.request.texts.len();
        let computed = if work.done.vectors.len() < of { self.slice(&mut work) } else { Ok(()) };
        self.rested = Instant::now() + pause(began.elapsed());
        let done = work.done.vectors.len();
        match computed {
            Ok(()) if done == of => {
                work.texts.reply.send(EmbedEvent::Finished(work.done));
            }
            Ok(()) => {
                if work.texts.reply.send(EmbedEvent::Progressed { done, of }) {
                    self.waiting.push_back(work);
                }
            }
            Err(error) => {
                work.texts.reply.send(EmbedEvent::Failed(error));
            }
        }
    }

    /// The next texts of a request, as many as share a step.
    fn slice(&mut self, work: &mut Work) -> Result<(), Error> {
        self.batch.clear();
        let first = work.done.vectors.len();
        let mut tokens = Vec::new();
        for index in first..work.texts.request.texts.len() {
            let (text, cut) = self.tokens(&work.texts.request, index)?;
            let room = SHARED_TOKENS.saturating_sub(self.batch.len());
            if !self.batch.is_empty() && (text.len() > room || tokens.len() >= SEQUENCES as usize) {
                break;
            }
            let sequence = i32::try_from(tokens.len()).unwrap_or(i32::MAX);
            for (position, token) in text.iter().enumerate() {
                self.batch.add(*token, position, sequence, true);
            }
            tokens.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
            if cut {
                work.done.truncated.push(index);
            }
        }
        self.context.stop_switch().arm(std::iter::once(Arc::clone(&work.texts.cancelled)));
        match self.context.encode(&mut self.batch) {
            Ok(()) => {}
            // Found out at the next look.
            Err(DecodeError::Stopped) => return Ok(()),
            Err(DecodeError::NoRoom) => return Err(Error::Decode(1)),
            Err(DecodeError::Failed(code)) => return Err(Error::Decode(code)),
        }
        for (sequence, count) in (0..).zip(tokens) {
            let vector = self.context.embedding(sequence).and_then(normalised);
            work.done.vectors.push(vector.ok_or(Error::NoVector)?);
            work.done.tokens.push(count);
        }
        Ok(())
    }

    /// A text's tokens, and whether its end was left out.
    fn tokens(&self, request: &EmbedRequest, index: usize) -> Result<(Vec<Token>, bool), Error> {
        let text = request.texts.get(index).map_or("", String::as_str);
        let too_long = |tokens: usize| Error::TextTooLong {
            index,
            tokens: u32::try_from(tokens).unwrap_or(u32::MAX),
            longest: self.about.context_length,
        };
        // Tokenizing hundreds of megabytes would keep everybody waiting.
        let readable = text.floor_char_boundary(self.longest * BYTES_PER_TOKEN_MOST);
        if readable < text.len() && !request.truncate {
            return Err(too_long(text.len() / 4));
        }
        let words = format!("{}{}", self.prefixes.of(request.kind), &text[..readable]);
        let mut tokens = self.context.model().tokenize(&words, true, false);
        if tokens.is_empty() {
            let words = format!("text {} is empty, and this model reads no empty texts", index + 1);
            return Err(Error::InvalidRequest(words));
        }
        if tokens.len() <= self.longest {
            return Ok((tokens, readable < text.len()));
        }
        if !request.truncate {
            return Err(too_long(tokens.len()));
        }
        // The token that the model puts at the end stays there: some models read the vector off it.
        let last = tokens.last().copied().filter(|last| self.context.model().is_control(*last));
        tokens.truncate(self.longest);
        if let (Some(end), Some(last)) = (tokens.last_mut(), last) {
            *end = last;
        }
        Ok((tokens, true))
    }
}

fn pause(slice: Duration) -> Duration {
    slice.saturating_mul(PAUSE)
}

/// A vector of length 1 in the same direction; `None` if it has none.
fn normalised(vector: &[f32]) -> Option<Vec<f32>> {
    let square: f64 = vector.iter().map(|x| f64::from(*x) * f64::from(*x)).sum();
    let length = square.sqrt();
    (length.is_finite() && length > 0.0)
        .then(|| vector.iter().map(|x| (f64::from(*x) / length) as f32).collect())
}

#[cfg(test)]
mod tests {
    use super::normalised;

    #[test]
    fn a_vector_gets_the_length_of_one_and_a_broken_one_is_refused() {
        assert_eq!(normalised(&[3.0, 4.0]), Some(vec![0.6, 0.8]));
        assert_eq!(normalised(&[0.0, 0.0]), None);
        assert_eq!(normalised(&[f32::NAN, 1.0]), None);
        assert_eq!(normalised(&[f32::INFINITY, 1.0]), None);
    }
}

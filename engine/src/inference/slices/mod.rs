//! Models that read texts and write none: their requests, worked off in slices between the steps of
//! running answers.
//!
//! ```text
//! embedding/ (texts to vectors) ────────┐
//! ranking/ (question, passages to scores)┴─▶ Slices: who waits, one slice at a time ─▶ llama/
//!                                            job.rs: the asker's end
//! ```

mod job;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::llama::{Batch, Context, DecodeError, Model, Token};
use crate::models::{LoadedModel, ModelId};
use crate::{Error, Outbox};
pub use job::{TextsEvent, TextsJob};

/// Texts of one request at most.
const TEXTS_MAX: usize = 65_536;
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

/// What is to be made of the texts of one request.
pub(crate) trait Work: Sized {
    /// What is asked.
    type Request;
    /// What comes of it.
    type Outcome: Send + 'static;
    /// What the model brings along for it.
    type Kit;

    /// Takes a request in, or says what is wrong with it.
    fn begin(request: Self::Request, model: &LoadedModel) -> Result<Self, Error>;

    /// How many texts there are.
    fn texts(&self) -> usize;

    /// How many of them are done.
    fn done(&self) -> usize;

    /// What the model is to read for a text: `longest` tokens at most, and at least one.
    fn tokens(
        &self,
        index: usize,
        kit: &Self::Kit,
        model: &Model,
        longest: usize,
    ) -> Result<Text, Error>;

    /// Keeps what was computed of the next text, which was a sequence of the last batch.
    fn keep(&mut self, context: &mut Context, sequence: i32, read: Read) -> Result<(), Error>;

    /// What came of all texts.
    fn outcome(self) -> Self::Outcome;
}

/// A text as a model reads it.
pub(crate) struct Text {
    pub(crate) tokens: Vec<Token>,
    /// Whether its end was left out.
    pub(crate) cut: bool,
}

/// How much of a text was read.
#[derive(Clone, Copy)]
pub(crate) struct Read {
    pub(crate) tokens: u32,
    /// Whether its end was left out.
    pub(crate) cut: bool,
}

/// A request, and who asked.
pub(crate) struct Asked<R, T> {
    pub(crate) request: R,
    pub(crate) reply: Outbox<TextsEvent<T>>,
    pub(crate) cancelled: Arc<AtomicBool>,
}

/// A request that is being worked on.
struct Waiting<W: Work> {
    work: W,
    reply: Outbox<TextsEvent<W::Outcome>>,
    cancelled: Arc<AtomicBool>,
}

/// A loaded model with its requests.
pub(crate) struct Slices<W: Work> {
    pub(crate) about: LoadedModel,
    kit: W::Kit,
    context: Context,
    batch: Batch,
    /// Tokens of one text at most.
    longest: usize,
    waiting: VecDeque<Waiting<W>>,
    /// When the next slice may run beside running answers.
    rested: Instant,
}

impl<W: Work> Slices<W> {
    pub(crate) fn new(about: LoadedModel, kit: W::Kit, context: Context) -> Self {
        let longest = about.context_length as usize;
        let batch = Batch::new(longest);
        let (waiting, rested) = (VecDeque::new(), Instant::now());
        Self { about, kit, context, batch, longest, waiting, rested }
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(crate) fn enqueue(&mut self, asked: Asked<W::Request, W::Outcome>) {
        let Asked { request, reply, cancelled } = asked;
        match W::begin(request, &self.about) {
            Ok(work) => self.waiting.push_back(Waiting { work, reply, cancelled }),
            Err(error) => {
                reply.send(TextsEvent::Failed(error));
            }
        }
    }

    /// Fails all requests.
    pub(crate) fn end_all(&mut self, error: &Error) {
        for waiting in self.waiting.drain(..) {
            waiting.reply.send(TextsEvent::Failed(error.clone()));
        }
    }

    /// Computes one slice; `shared`: somebody is being answered meanwhile.
    pub(crate) fn step(&mut self, shared: bool) {
        let began = Instant::now();
        if shared && began < self.rested {
            return;
        }
        self.waiting.retain(|waiting| !waiting.cancelled.load(Ordering::Relaxed));
        // Requests take turns, so that a question does not wait for a library.
        let Some(mut waiting) = self.waiting.pop_front() else { return };
        let of = waiting.work.texts();
        let computed = if waiting.work.done() < of { self.slice(&mut waiting) } else { Ok(()) };
        self.rested = Instant::now() + pause(began.elapsed());
        let done = waiting.work.done();
        match computed {
            Ok(()) if done == of => {
                waiting.reply.send(TextsEvent::Finished(waiting.work.outcome()));
            }
            Ok(()) => {
                if waiting.reply.send(TextsEvent::Progressed { done, of }) {
                    self.waiting.push_back(waiting);
                }
            }
            Err(error) => {
                waiting.reply.send(TextsEvent::Failed(error));
            }
        }
    }

    /// The next texts of a request, as many as share a step.
    fn slice(&mut self, waiting: &mut Waiting<W>) -> Result<(), Error> {
        let work = &mut waiting.work;
        self.batch.clear();
        let mut reads = Vec::new();
        for index in work.done()..work.texts() {
            let text = work.tokens(index, &self.kit, self.context.model(), self.longest)?;
            let room = SHARED_TOKENS.min(self.longest).saturating_sub(self.batch.len());
            let is_full = text.tokens.len() > room || reads.len() >= SEQUENCES as usize;
            if !self.batch.is_empty() && is_full {
                break;
            }
            let sequence = i32::try_from(reads.len()).unwrap_or(i32::MAX);
            for (position, token) in text.tokens.iter().enumerate() {
                self.batch.add(*token, position, sequence, true);
            }
            reads.push(Read { tokens: super::count(text.tokens.len()), cut: text.cut });
        }
        self.context.stop_switch().arm(std::iter::once(Arc::clone(&waiting.cancelled)));
        match self.context.encode(&mut self.batch) {
            Ok(()) => {}
            // Found out at the next look.
            Err(DecodeError::Stopped) => return Ok(()),
            Err(DecodeError::NoRoom) => return Err(Error::Decode(1)),
            Err(DecodeError::Failed(code)) => return Err(Error::Decode(code)),
        }
        for (sequence, read) in (0..).zip(reads) {
            work.keep(&mut self.context, sequence, read)?;
        }
        Ok(())
    }
}

/// Hands a request to the model of this name, or to the one loaded last; `missing` is told where there
/// is none.
pub(crate) fn enqueue<W: Work>(
    models: &mut [Slices<W>],
    id: Option<&ModelId>,
    asked: Asked<W::Request, W::Outcome>,
    missing: Error,
) {
    let found = match id {
        None => models.last_mut(),
        Some(id) => models.iter_mut().find(|model| model.about.id == *id),
    };
    match found {
        Some(model) => model.enqueue(asked),
        None => {
            asked.reply.send(TextsEvent::Failed(missing));
        }
    }
}

/// Refuses requests of too many texts.
pub(crate) fn check_count(texts: usize) -> Result<(), Error> {
    if texts > TEXTS_MAX {
        let words = format!("a request has {texts} texts: at most {TEXTS_MAX}");
        return Err(Error::InvalidRequest(words));
    }
    Ok(())
}

/// What of a text is worth tokenizing where `longest` tokens count: hundreds of megabytes would keep
/// everybody waiting.
pub(crate) fn readable(text: &str, longest: usize) -> &str {
    &text[..text.floor_char_boundary(longest.saturating_mul(BYTES_PER_TOKEN_MOST))]
}

fn pause(slice: Duration) -> Duration {
    slice.saturating_mul(PAUSE)
}

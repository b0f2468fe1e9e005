//! The places in the KV cache: what each sequence holds, and which one a new prompt should take.
//!
//! Every cell of the cache that is in use costs time in every step, whoever it belongs to. So what
//! idle sequences hold is laid aside in ordinary memory when somebody else is served, and brought
//! back when its conversation goes on.

use super::answer::Answer;
use super::history::History;
use super::llama::Context;

/// One place: its number in llama.cpp, what it has seen, and whom it serves.
pub(crate) struct Sequence {
    pub(crate) id: i32,
    pub(crate) history: History,
    /// How many tokens of the history are in the KV cache, from the beginning.
    pub(crate) kept: usize,
    /// When it last served somebody, as a count.
    pub(crate) used: u64,
    pub(crate) answer: Option<Answer>,
    /// What it held in the KV cache, while that serves others.
    aside: Option<Aside>,
    /// Gave its cells up to older requests and waits until one of them is done.
    pub(crate) parked: bool,
}

/// A copy of a sequence's cells.
struct Aside {
    tokens: usize,
    state: Vec<u8>,
}

/// Bytes that are laid aside for one model at most; the longest unused goes first.
const ASIDE_MOST: usize = 1 << 30;
/// Fewer tokens than this are computed as fast as they are copied.
const WORTH_COPYING: usize = 16;

impl Sequence {
    pub(crate) fn new(id: i32) -> Self {
        Self {
            id,
            history: History::default(),
            kept: 0,
            used: 0,
            answer: None,
            aside: None,
            parked: false,
        }
    }

    /// How many tokens it can go on from.
    fn held(&self) -> usize {
        self.aside.as_ref().map_or(self.kept, |aside| aside.tokens)
    }

    /// Moves what it holds out of the KV cache.
    pub(crate) fn lay_aside(&mut self, context: &mut Context) {
        if self.kept == 0 {
            return;
        }
        if self.kept >= WORTH_COPYING
            && let Some(state) = context.save(self.id)
        {
            self.aside = Some(Aside { tokens: self.kept, state });
        } else {
            self.history = History::default();
        }
        context.cut(self.id, 0);
        self.kept = 0;
    }

    /// Moves it back.
    fn bring_back(&mut self, context: &mut Context) {
        let Some(aside) = self.aside.take() else { return };
        if context.restore(self.id, &aside.state) {
            self.kept = aside.tokens;
        } else {
            context.cut(self.id, 0);
            self.history = History::default();
        }
    }

    /// Tokens that are known but not in the KV cache.
    pub(crate) fn pending(&self) -> usize {
        self.history.tokens().len() - self.kept
    }

    /// How much of a prompt this sequence holds.
    fn overlap(&self, prompt: &History) -> usize {
        self.history.common_tokens(prompt).min(self.held())
    }

    /// The order in which its request came.
    pub(crate) fn arrival(&self) -> u64 {
        self.answer.as_ref().map_or(0, |answer| answer.arrival)
    }

    /// Frees its cells; what they held will be computed again.
    pub(crate) fn evict(&mut self, context: &mut Context) {
        context.cut(self.id, 0);
        self.kept = 0;
        if self.answer.is_none() {
            self.history = History::default();
        }
    }
}

/// An idle sequence for a prompt, with as much of the prompt as can be had already in the KV cache:
/// its own, or copied from another. `None` when all are busy. Answers with the index and the number
/// of tokens that need no work.
pub(crate) fn seat(
    sequences: &mut [Sequence],
    prompt: History,
    context: &mut Context,
) -> Option<(usize, usize)> {
    // The last token of a prompt is always computed, because its logits are wanted.
    let useful = prompt.tokens().len().saturating_sub(1);
    let overlap = |sequence: &Sequence| sequence.overlap(&prompt).min(useful);
    let best = (0..sequences.len()).max_by_key(|&index| overlap(&sequences[index]))?;
    lay_aside_all_but(best, sequences, context);
    if overlap(&sequences[best]) >= WORTH_COPYING {
        sequences[best].bring_back(context);
    }
    let shared = overlap(&sequences[best]).min(sequences[best].kept);
    let place = choose(sequences, best, shared)?;
    let mut keep = if place == best { shared } else { 0 };
    if place != best {
        context.cut(sequences[place].id, 0);
        if shared > 0 && context.model().has_divisible_memory() {
            context.copy(sequences[best].id, sequences[place].id, shared);
            keep = shared;
        }
    }
    if !context.cut(sequences[place].id, keep) {
        context.cut(sequences[place].id, 0);
        keep = 0;
    }
    sequences[place].kept = keep;
    sequences[place].history = prompt;
    sequences[place].aside = None;
    sequences[place].parked = false;
    lay_aside_all_but(place, sequences, context);
    Some((place, keep))
}

/// The idle sequence that a prompt takes, of which `best` holds the first `shared` tokens.
fn choose(sequences: &[Sequence], best: usize, shared: usize) -> Option<usize> {
    let idle = |index: &usize| sequences[*index].answer.is_none();
    let held = sequences[best].held();
    // It only grows.
    if idle(&best) && held > 0 && shared + 1 >= held {
        return Some(best);
    }
    let empty = (0..sequences.len()).filter(idle).find(|&index| sequences[index].held() == 0);
    if empty.is_some() {
        return empty;
    }
    // The rest of it is the tail of the same conversation, not another conversation that begins
    // alike: an answer made anew, an edited question.
    if idle(&best) && shared * 2 >= held {
        return Some(best);
    }
    (0..sequences.len()).filter(idle).min_by_key(|&index| sequences[index].used)
}

fn lay_aside_all_but(one: usize, sequences: &mut [Sequence], context: &mut Context) {
    for (index, sequence) in sequences.iter_mut().enumerate() {
        if index != one && sequence.answer.is_none() {
            sequence.lay_aside(context);
        }
    }
    forget_oldest(sequences);
}

/// Keeps what is laid aside within its limit.
fn forget_oldest(sequences: &mut [Sequence]) {
    let size = |sequence: &Sequence| sequence.aside.as_ref().map_or(0, |aside| aside.state.len());
    while sequences.iter().map(size).sum::<usize>() > ASIDE_MOST {
        let oldest = sequences
            .iter_mut()
            .filter(|sequence| sequence.aside.is_some())
            .min_by_key(|sequence| sequence.used);
        let Some(oldest) = oldest else { return };
        oldest.aside = None;
        oldest.history = History::default();
    }
}

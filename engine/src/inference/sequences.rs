//! The places in the KV cache: what each sequence holds, and which one a new prompt should take.

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
    /// Gave its cells up to older requests and waits until one of them is done.
    pub(crate) parked: bool,
}

impl Sequence {
    pub(crate) fn new(id: i32) -> Self {
        Self { id, history: History::default(), kept: 0, used: 0, answer: None, parked: false }
    }

    /// Tokens that are known but not in the KV cache.
    pub(crate) fn pending(&self) -> usize {
        self.history.tokens().len() - self.kept
    }

    /// How much of a prompt this sequence has in the KV cache.
    fn overlap(&self, prompt: &History) -> usize {
        self.history.common_tokens(prompt).min(self.kept)
    }

    /// The order in which its request came.
    pub(crate) fn arrival(&self) -> u64 {
        self.answer.as_ref().map_or(0, |answer| answer.arrival)
    }

    /// Frees its cells.
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
    let overlaps: Vec<usize> =
        sequences.iter().map(|sequence| sequence.overlap(&prompt).min(useful)).collect();
    let best = (0..sequences.len()).max_by_key(|&index| overlaps[index])?;
    let idle = |index: &usize| sequences[*index].answer.is_none();
    let empty = (0..sequences.len()).filter(idle).find(|&index| sequences[index].kept == 0);
    let (held, overlap) = (sequences[best].kept, overlaps[best]);
    let place = match empty {
        // It only grows.
        _ if idle(&best) && held > 0 && overlap + 1 >= held => best,
        Some(empty) => empty,
        // The rest of it is the tail of the same conversation, not another conversation that
        // begins alike: an answer made anew, an edited question.
        None if idle(&best) && overlap * 2 >= held => best,
        None => (0..sequences.len()).filter(idle).min_by_key(|&index| sequences[index].used)?,
    };
    let mut keep = overlaps[place];
    if place != best && overlaps[best] > keep && context.model().has_divisible_memory() {
        context.cut(sequences[place].id, 0);
        context.copy(sequences[best].id, sequences[place].id, overlaps[best]);
        keep = overlaps[best];
    }
    if !context.cut(sequences[place].id, keep) {
        context.cut(sequences[place].id, 0);
        keep = 0;
    }
    sequences[place].kept = keep;
    sequences[place].history = prompt;
    sequences[place].parked = false;
    Some((place, keep))
}

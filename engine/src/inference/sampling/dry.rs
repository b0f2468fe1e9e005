//! DRY, "don't repeat yourself": a token that would continue a repetition becomes less likely, the
//! more so the longer the repetition (p-e-w, text-generation-webui #5677).
//!
//! Breakers are looked for in the text of the tokens, so that one that spans tokens, or is a part
//! of one, needs no table of the vocabulary.

use std::collections::HashMap;

use super::super::request::Dry;

/// Remembers the tokens, and lowers the logits of those that would repeat a sequence.
#[derive(Debug)]
pub(super) struct DryPenalty {
    multiplier: f32,
    base: f32,
    allowed_length: usize,
    breakers: Vec<Vec<u8>>,
    /// How many tokens are looked at.
    window: usize,
    /// Newest last; may hold up to twice the window, so that it is seldom moved.
    tokens: Vec<i32>,
    /// The end of the text, as long as the longest breaker at most.
    tail: Vec<u8>,
    /// Tokens since the last breaker was complete.
    since_break: usize,
    /// Tokens met that contain a whole breaker: these are never penalised.
    breaking: HashMap<i32, bool>,
    /// For each token back from the newest, how long the repetition is that ends there.
    lengths: Vec<usize>,
    /// The longest repetition that each token would continue.
    longest: HashMap<i32, usize>,
}

impl DryPenalty {
    /// `None` if these settings do nothing.
    pub(super) fn new(settings: &Dry, context_length: u32) -> Option<Self> {
        let window = match settings.last_n {
            0 => context_length,
            last_n => last_n.min(context_length),
        } as usize;
        if settings.multiplier == 0.0 || window == 0 {
            return None;
        }
        let breakers = settings.sequence_breakers.iter().filter(|breaker| !breaker.is_empty());
        Some(Self {
            multiplier: settings.multiplier,
            base: settings.base,
            allowed_length: settings.allowed_length as usize,
            breakers: breakers.map(|breaker| breaker.clone().into_bytes()).collect(),
            window,
            tokens: Vec::new(),
            tail: Vec::new(),
            since_break: 0,
            breaking: HashMap::new(),
            lengths: Vec::new(),
            longest: HashMap::new(),
        })
    }

    pub(super) fn lookback(&self) -> usize {
        self.window
    }

    pub(super) fn accept(&mut self, token: i32, piece: &[u8]) {
        if self.tokens.len() >= 2 * self.window {
            self.tokens.drain(..self.tokens.len() - self.window);
        }
        self.tokens.push(token);
        if !self.breaking.contains_key(&token) {
            let whole = self.breakers.iter().any(|breaker| contains(piece, breaker));
            self.breaking.insert(token, whole);
        }
        let before = self.tail.len();
        self.tail.extend_from_slice(piece);
        // A breaker that ends in the old part of the tail has been seen before.
        let ends_here = |breaker: &Vec<u8>| {
            let from = (before + 1).saturating_sub(breaker.len());
            contains(&self.tail[from..], breaker)
        };
        if self.breakers.iter().any(ends_here) {
            self.since_break = 0;
        } else {
            self.since_break += 1;
        }
        let longest = self.breakers.iter().map(Vec::len).max().unwrap_or(0);
        let keep = self.tail.len().min(longest.saturating_sub(1));
        self.tail.drain(..self.tail.len() - keep);
    }

    pub(super) fn apply(&mut self, logits: &mut [f32]) {
        let start = self.tokens.len().saturating_sub(self.window);
        let tokens = &self.tokens[start..];
        let limit = self.since_break.min(tokens.len());
        if tokens.len() <= self.allowed_length || limit < self.allowed_length {
            return;
        }
        repetitions(tokens, &mut self.lengths);
        self.longest.clear();
        for (back, length) in self.lengths.iter().enumerate().skip(1) {
            let length = (*length).min(limit);
            if length >= self.allowed_length {
                // The token that followed there would continue the repetition here.
                let next = tokens[tokens.len() - back];
                let longest = self.longest.entry(next).or_default();
                *longest = length.max(*longest);
            }
        }
        for (token, length) in &self.longest {
            let breaking = self.breaking.get(token).copied().unwrap_or(false);
            let logit = usize::try_from(*token).ok().and_then(|at| logits.get_mut(at));
            if let (Some(logit), false) = (logit, breaking) {
                let growth = self.base.powf((length - self.allowed_length) as f32);
                *logit -= (self.multiplier * growth).min(f32::MAX);
            }
        }
    }
}

fn contains(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|window| window == word)
}

/// For each distance back from the newest token: how many tokens that end there equal as many at
/// the end. This is the Z-array of the reversed tokens, in linear time; entry 0 means nothing.
fn repetitions(tokens: &[i32], lengths: &mut Vec<usize>) {
    let count = tokens.len();
    let back = |distance: usize| tokens[count - 1 - distance];
    lengths.clear();
    lengths.resize(count, 0);
    // The match that reaches furthest back so far covers left..right.
    let (mut left, mut right) = (0, 0);
    for at in 1..count {
        let mut length = if at < right { lengths[at - left].min(right - at) } else { 0 };
        while at + length < count && back(length) == back(at + length) {
            length += 1;
        }
        if at + length > right {
            (left, right) = (at, at + length);
        }
        lengths[at] = length;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The penalty of each of ten tokens after these words.
    fn penalties(settings: &Dry, text: &[(i32, &str)]) -> [f32; 10] {
        let mut logits = [0.0; 10];
        if let Some(mut dry) = DryPenalty::new(settings, 1000) {
            for (token, piece) in text {
                dry.accept(*token, piece.as_bytes());
            }
            dry.apply(&mut logits);
        }
        logits.map(|logit| -logit)
    }

    fn plain(tokens: &[i32]) -> Vec<(i32, &'static str)> {
        tokens.iter().map(|token| (*token, "x")).collect()
    }

    #[test]
    fn the_penalty_grows_with_the_length_of_the_repetition() {
        let settings = Dry { multiplier: 0.5, base: 2.0, allowed_length: 2, ..Dry::default() };
        // "1 2 3 4 1 2 3" would go on with 4: three tokens are repeated already.
        let penalty = penalties(&settings, &plain(&[1, 2, 3, 4, 1, 2, 3]));
        assert_eq!(penalty[4], 1.0);
        assert_eq!(penalty.iter().sum::<f32>(), 1.0);
        let penalty = penalties(&settings, &plain(&[9, 2, 3, 4, 1, 2, 3]));
        assert_eq!(penalty[4], 0.5);
        assert_eq!(penalties(&settings, &plain(&[9, 9, 3, 4, 1, 2, 3])), [0.0; 10]);
    }

    #[test]
    fn nothing_is_a_repetition_across_a_breaker() {
        let settings = Dry { allowed_length: 1, ..Dry::default() };
        let mut text = plain(&[1, 2, 3, 4, 1, 2, 3]);
        assert!(penalties(&settings, &text)[4] > 0.0);
        text[6].1 = "a\nb";
        assert_eq!(penalties(&settings, &text), [0.0; 10]);
    }

    #[test]
    fn a_breaker_may_span_tokens() {
        let sequence_breakers = vec!["end.".to_owned()];
        let settings = Dry { allowed_length: 1, sequence_breakers, ..Dry::default() };
        let mut text = plain(&[1, 2, 3, 4, 1, 2, 3]);
        text[5].1 = "the e";
        text[6].1 = "nd. ";
        assert_eq!(penalties(&settings, &text), [0.0; 10]);
        text[6].1 = "nd, ";
        assert!(penalties(&settings, &text)[4] > 0.0);
    }

    #[test]
    fn a_breaker_itself_is_not_penalised() {
        let settings = Dry { allowed_length: 1, ..Dry::default() };
        let text = [(1, "x"), (2, "x"), (5, ":"), (1, "x"), (2, "x")];
        assert_eq!(penalties(&settings, &text), [0.0; 10]);
    }

    #[test]
    fn the_window_limits_what_is_seen() {
        let settings = Dry { allowed_length: 1, last_n: 4, ..Dry::default() };
        assert_eq!(penalties(&settings, &plain(&[1, 2, 3, 4, 5, 6, 1])), [0.0; 10]);
        assert!(penalties(&settings, &plain(&[1, 2, 5, 1]))[2] > 0.0);
    }

    #[test]
    fn a_huge_repetition_stays_finite() {
        let settings = Dry { multiplier: 100.0, base: 100.0, ..Dry::default() };
        assert!(penalties(&settings, &plain(&[7; 900]))[7].is_finite());
    }

    proptest! {
        #[test]
        fn repetitions_are_those_found_by_comparing(tokens in prop::collection::vec(0..3, 0..40)) {
            let mut lengths = Vec::new();
            repetitions(&tokens, &mut lengths);
            let reversed: Vec<i32> = tokens.iter().rev().copied().collect();
            for at in 1..reversed.len() {
                let slow = reversed.iter().zip(&reversed[at..]).take_while(|(a, b)| a == b).count();
                prop_assert_eq!(lengths[at], slow);
            }
        }
    }
}

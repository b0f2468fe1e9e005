//! The tokens that are still in question, and how to pick them from a vocabulary in one pass.
//!
//! A vocabulary has up to 260,000 tokens and a hundred of them matter, so the passes over all the
//! logits are written for the vector unit, and nothing is ever sorted that can be partitioned.

use std::cmp::Ordering;

/// Logits looked at together: one test tells whether any of them is of interest.
const BLOCK: usize = 64;
/// Parts of a list below this length are sorted instead of halved.
const SMALL: usize = 32;

/// One token that may come next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Its number in the vocabulary.
    pub token: i32,
    /// Its logit after the stages so far, up to a constant that all share.
    pub logit: f32,
    /// Its probability among the candidates.
    pub p: f32,
}

/// The tokens still in question, in the order of their numbers. The memory is used again.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    list: Vec<Candidate>,
    ranked: Vec<Ranked>,
}

/// A candidate on the scale by which a stage keeps the first ones.
#[derive(Clone, Copy, Debug)]
struct Ranked {
    key: f32,
    token: i32,
    p: f32,
}

impl Ranked {
    fn order(&self, other: &Self) -> Ordering {
        self.key.total_cmp(&other.key).then(self.token.cmp(&other.token))
    }
}

impl Candidates {
    pub(super) fn list(&self) -> &[Candidate] {
        &self.list
    }

    pub(super) fn list_mut(&mut self) -> &mut [Candidate] {
        &mut self.list
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(super) fn retain(&mut self, keep: impl FnMut(&Candidate) -> bool) {
        self.list.retain(keep);
    }

    /// Takes the token with the highest logit; of equals the first.
    pub(super) fn only_likeliest(&mut self, logits: &[f32]) {
        self.list.clear();
        let Some(highest) = highest(logits) else { return };
        let reaches = |logit: &f32| *logit >= highest;
        let holds = |block: &[f32]| block.iter().fold(false, |any, logit| any | reaches(logit));
        if let Some(block) = logits.chunks(BLOCK).position(holds)
            && let Some(at) = logits[block * BLOCK..].iter().position(reaches)
        {
            self.list.push(candidate(block * BLOCK + at, highest));
        }
    }

    /// Takes the `count` tokens with the highest logits; of equals the first.
    pub(super) fn take_highest(&mut self, logits: &[f32], count: usize) {
        self.list.clear();
        let mut floor = f32::NEG_INFINITY;
        // When the list is full the best are kept and the floor rises to the last of them.
        let full = count.saturating_mul(2).max(256).min(logits.len().max(count));
        for (block, logits) in logits.chunks(BLOCK).enumerate() {
            if !logits.iter().fold(false, |any, logit| any | (*logit > floor)) {
                continue;
            }
            for (at, logit) in logits.iter().enumerate() {
                if *logit > floor {
                    if self.list.len() >= full && full > count {
                        floor = self.keep_highest(count);
                        if *logit <= floor {
                            continue;
                        }
                    }
                    self.list.push(candidate(block * BLOCK + at, *logit));
                }
            }
        }
        self.keep_highest(count);
        self.list.sort_unstable_by_key(|candidate| candidate.token);
    }

    /// Takes the tokens whose logits are at least `floor`.
    pub(super) fn take_above(&mut self, logits: &[f32], floor: f32) {
        self.list.clear();
        // Minus infinity marks what must not be chosen.
        let floor = floor.max(f32::MIN);
        for (block, logits) in logits.chunks(BLOCK).enumerate() {
            if !logits.iter().fold(false, |any, logit| any | (*logit >= floor)) {
                continue;
            }
            for (at, logit) in logits.iter().enumerate() {
                if *logit >= floor {
                    self.list.push(candidate(block * BLOCK + at, *logit));
                }
            }
        }
    }

    /// Drops all but the `count` highest and returns the lowest logit left. Loses the order.
    fn keep_highest(&mut self, count: usize) -> f32 {
        if count == 0 || self.list.len() < count {
            return f32::NEG_INFINITY;
        }
        let order =
            |a: &Candidate, b: &Candidate| b.logit.total_cmp(&a.logit).then(a.token.cmp(&b.token));
        let (_, last, _) = self.list.select_nth_unstable_by(count - 1, order);
        let floor = last.logit;
        self.list.truncate(count);
        floor
    }

    /// Keeps the candidates with the smallest keys that together reach the probability `mass`: by
    /// halving, never by sorting the whole. At least one is kept.
    pub(super) fn keep_until(&mut self, mass: f64, key: impl Fn(&Candidate) -> f32) {
        self.ranked.clear();
        self.ranked.extend(self.list.iter().map(|candidate| Ranked {
            key: key(candidate),
            token: candidate.token,
            p: candidate.p,
        }));
        if let Some(last) = last_until(&mut self.ranked, mass) {
            self.list.retain(|candidate| {
                let ranked = Ranked { key: key(candidate), token: candidate.token, p: candidate.p };
                ranked.order(&last) != Ordering::Greater
            });
        }
    }

    /// The highest logit.
    pub(super) fn highest(&self) -> f32 {
        self.list.iter().map(|candidate| candidate.logit).fold(f32::MIN, f32::max)
    }

    /// Divides the logits by the temperature.
    pub(super) fn soften(&mut self, temperature: f32) {
        let highest = self.highest();
        for candidate in &mut self.list {
            // Relative to the highest, so that nothing overflows.
            candidate.logit = (candidate.logit - highest) / temperature;
        }
    }

    /// Computes the probabilities among the candidates.
    pub(super) fn normalise(&mut self) {
        let highest = self.highest();
        let mut sum = 0.0;
        for candidate in &mut self.list {
            candidate.p = (candidate.logit - highest).exp();
            sum += f64::from(candidate.p);
        }
        self.scale(sum);
    }

    /// Computes the probabilities among all tokens, of which these are a part: `sum` is that of
    /// [`sum_of_exponentials`] relative to `highest`.
    pub(super) fn normalise_within(&mut self, highest: f32, sum: f64) {
        for candidate in &mut self.list {
            candidate.p = (candidate.logit - highest).exp();
        }
        self.scale(sum);
    }

    /// The probabilities together.
    pub(super) fn mass(&self) -> f64 {
        self.list.iter().map(|candidate| f64::from(candidate.p)).sum()
    }

    fn scale(&mut self, sum: f64) {
        for candidate in &mut self.list {
            candidate.p = (f64::from(candidate.p) / sum) as f32;
        }
    }
}

fn candidate(token: usize, logit: f32) -> Candidate {
    // A vocabulary is counted in i32 by llama.cpp. Plus infinity must not make NaN of the others.
    Candidate { token: token as i32, logit: logit.min(f32::MAX), p: 1.0 }
}

/// The last of the smallest that together reach `mass`, or the largest of all.
fn last_until(mut part: &mut [Ranked], mut mass: f64) -> Option<Ranked> {
    while part.len() > SMALL {
        let middle = part.len() / 2;
        part.select_nth_unstable_by(middle, Ranked::order);
        let (small, large) = part.split_at_mut(middle + 1);
        let sum: f64 = small.iter().map(|ranked| f64::from(ranked.p)).sum();
        if sum >= mass {
            part = small;
        } else {
            mass -= sum;
            part = large;
        }
    }
    part.sort_unstable_by(Ranked::order);
    let reaches = |ranked: &&Ranked| {
        mass -= f64::from(ranked.p);
        mass <= 0.0
    };
    part.iter().find(reaches).or(part.last()).copied()
}

/// The highest of the logits that is a number; `None` if there is none above minus infinity.
pub(super) fn highest(logits: &[f32]) -> Option<f32> {
    let mut lanes = [f32::NEG_INFINITY; BLOCK];
    for block in logits.chunks(BLOCK) {
        for (lane, logit) in lanes.iter_mut().zip(block) {
            // False for NaN.
            *lane = if *logit > *lane { *logit } else { *lane };
        }
    }
    let highest = lanes.into_iter().fold(f32::NEG_INFINITY, f32::max);
    (highest > f32::NEG_INFINITY).then(|| highest.min(f32::MAX))
}

/// The sum of `exp((logit - highest) / temperature)` over all logits that are numbers.
pub(super) fn sum_of_exponentials(logits: &[f32], highest: f32, temperature: f32) -> f64 {
    let mut lanes = [0.0f64; BLOCK];
    for block in logits.chunks(BLOCK) {
        for (lane, logit) in lanes.iter_mut().zip(block) {
            let power = exponential((logit.min(f32::MAX) - highest) / temperature);
            *lane += f64::from(if logit.is_nan() { 0.0 } else { power });
        }
    }
    lanes.iter().sum()
}

/// `exp(x)` for x up to 0, within 3e-7 of its value, and 0 below -87. Unlike the library's it is
/// computed for several x at once by the vector unit.
fn exponential(x: f32) -> f32 {
    // x = n ln 2 + r with |r| up to ln 2 / 2; ln 2 in two parts, the first exact in few bits.
    let n = (x * std::f32::consts::LOG2_E).round_ties_even();
    let r = (x - n * 0.693_359_4) + n * 2.121_944_4e-4;
    let mut power = 1.0 / 720.0;
    for coefficient in [1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        power = power * r + coefficient;
    }
    let scale = f32::from_bits((((n as i32).clamp(-127, 0) + 127) as u32) << 23);
    if x < -87.0 { 0.0 } else { power * scale }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tokens(candidates: &Candidates) -> Vec<i32> {
        candidates.list().iter().map(|candidate| candidate.token).collect()
    }

    #[test]
    fn the_exponential_is_that_of_the_library() {
        for step in 0..87_000 {
            let x = step as f32 / -1000.0;
            let exact = f64::from(x).exp();
            let error = (f64::from(exponential(x)) - exact).abs() / exact;
            assert!(error < 3e-7, "exp({x}) is off by {error:e}");
        }
        assert_eq!(exponential(f32::NEG_INFINITY), 0.0);
        assert_eq!(exponential(f32::MIN), 0.0);
    }

    #[test]
    fn what_is_no_number_is_never_taken() {
        let logits = [f32::NAN, f32::NEG_INFINITY, 1.0, f32::NAN];
        let mut candidates = Candidates::default();
        candidates.take_highest(&logits, 4);
        assert_eq!(tokens(&candidates), [2]);
        candidates.take_above(&logits, f32::NEG_INFINITY);
        assert_eq!(tokens(&candidates), [2]);
        candidates.only_likeliest(&logits);
        assert_eq!(tokens(&candidates), [2]);
        assert_eq!(sum_of_exponentials(&logits, 1.0, 1.0), 1.0);
    }

    #[test]
    fn infinity_takes_all() {
        let mut candidates = Candidates::default();
        candidates.take_highest(&[1.0, f32::INFINITY, 2.0], 2);
        candidates.soften(0.01);
        candidates.normalise();
        let p: Vec<f32> = candidates.list().iter().map(|candidate| candidate.p).collect();
        assert_eq!((tokens(&candidates), p), (vec![1, 2], vec![1.0, 0.0]));
    }

    proptest! {
        #[test]
        fn the_highest_are_those_of_sorting(
            logits in prop::collection::vec((-20i8..20).prop_map(|x| f32::from(x) / 4.0), 1..2000),
            count in 1usize..600,
        ) {
            let mut order: Vec<usize> = (0..logits.len()).collect();
            order.sort_by(|a, b| logits[*b].total_cmp(&logits[*a]).then(a.cmp(b)));
            order.truncate(count);
            order.sort_unstable();
            let mut candidates = Candidates::default();
            candidates.take_highest(&logits, count);
            let expected: Vec<i32> = order.into_iter().map(|token| token as i32).collect();
            prop_assert_eq!(tokens(&candidates), expected);
        }

        #[test]
        fn keeping_until_a_mass_is_the_same_as_sorting(
            weights in prop::collection::vec(1u8..100, 1..300),
            share in 0.0f64..1.0,
        ) {
            // Whole numbers add up exactly, in any order.
            let list = weights.iter().enumerate().map(|(token, weight)| {
                let p = f32::from(*weight);
                Candidate { token: token as i32, logit: p, p }
            });
            let mut candidates = Candidates { list: list.collect(), ranked: Vec::new() };
            let total: f64 = weights.iter().copied().map(f64::from).sum();
            let mut order: Vec<usize> = (0..weights.len()).collect();
            order.sort_by(|a, b| weights[*b].cmp(&weights[*a]).then(a.cmp(b)));
            let mut sum = 0.0;
            let mut expected = Vec::new();
            for token in order {
                sum += f64::from(weights[token]);
                expected.push(token as i32);
                if sum >= total * share {
                    break;
                }
            }
            expected.sort_unstable();
            candidates.keep_until(total * share, |candidate| -candidate.logit);
            prop_assert_eq!(tokens(&candidates), expected);
        }
    }
}

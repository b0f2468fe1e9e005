//! Mirostat: the cut is moved so that the surprise of the chosen tokens stays near a target (Basu
//! et al. 2020, arXiv:2007.14966). Version 1 estimates how steeply the probabilities fall and cuts
//! after k tokens, version 2 cuts at the surprise itself.

use super::super::request::Mirostat;
use super::candidates::{Candidates, highest, sum_of_exponentials};

/// How many of the likeliest tokens the steepness is estimated from, as in the paper.
const ESTIMATED_FROM: usize = 100;

/// The running cut.
#[derive(Debug)]
pub(super) struct Surprise {
    version: u8,
    /// Wanted, in bits.
    target: f32,
    rate: f32,
    /// Allowed at most, in bits; the "mu" of the paper.
    cut: f32,
}

impl Surprise {
    pub(super) fn new(settings: &Mirostat) -> Self {
        let Mirostat { version, tau, eta } = *settings;
        Self { version, target: tau, rate: eta, cut: 2.0 * tau }
    }

    /// Leaves the candidates that are not too surprising, their logits divided by the temperature.
    pub(super) fn truncate(&self, logits: &[f32], temperature: f32, candidates: &mut Candidates) {
        if self.version == 1 {
            self.by_rank(logits, temperature, candidates);
        } else {
            self.by_surprise(logits, temperature, candidates);
        }
        candidates.soften(temperature);
    }

    /// Learns how probable the chosen token was among the candidates.
    pub(super) fn observe(&mut self, p: f32) {
        let surprise = -p.log2();
        self.cut -= self.rate * (surprise - self.target);
    }

    fn by_rank(&self, logits: &[f32], temperature: f32, candidates: &mut Candidates) {
        candidates.take_highest(logits, ESTIMATED_FROM);
        candidates
            .list_mut()
            .sort_unstable_by(|a, b| b.logit.total_cmp(&a.logit).then(a.token.cmp(&b.token)));
        // Zipf's exponent, by least squares over the ratios of neighbours.
        let (mut products, mut squares) = (0.0f32, 0.0f32);
        for (rank, pair) in candidates.list().windows(2).enumerate() {
            let t = ((rank + 2) as f32 / (rank + 1) as f32).ln();
            let b = (pair[0].logit - pair[1].logit) / temperature;
            products += t * b;
            squares += t * t;
        }
        let exponent = products / squares;
        let epsilon = exponent - 1.0;
        let vocabulary = logits.len() as f32;
        let k =
            (epsilon * self.cut.exp2() / (1.0 - vocabulary.powf(-epsilon))).powf(exponent.recip());
        // The conversion saturates, and makes 0 of NaN.
        candidates.take_highest(logits, (k as usize).clamp(1, logits.len().max(1)));
    }

    fn by_surprise(&self, logits: &[f32], temperature: f32, candidates: &mut Candidates) {
        let Some(highest) = highest(logits) else { return candidates.take_above(&[], 0.0) };
        let sum = sum_of_exponentials(logits, highest, temperature) as f32;
        let below = temperature * (self.cut * std::f32::consts::LN_2 - sum.ln());
        if below < 0.0 {
            candidates.only_likeliest(logits);
        } else {
            candidates.take_above(logits, highest - below);
        }
    }
}

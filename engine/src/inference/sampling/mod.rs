//! The next token is chosen from the logits.
//!
//! ```text
//! logits ─▶ penalties.rs, dry.rs (recent tokens become less likely)
//!        ─▶ candidates.rs (the few that matter are picked from the vocabulary)
//!        ─▶ truncate.rs (top-k, typical, top-p, min-p, XTC) or mirostat.rs
//!        ─▶ temperature ─▶ draw
//! ```
//!
//! The stages and their order are those of llama.cpp, and so are the distributions
//! (`tests/sampling_equals_llama.rs`); the random numbers are not. What differs is the work: the
//! candidates are picked in one pass over the logits, and a token costs no allocation.

mod candidates;
mod check;
mod dry;
mod mirostat;
mod penalties;
mod truncate;

use rand_pcg::Pcg32;
use rand_pcg::rand_core::{Rng, SeedableRng};

use super::request::Sampling;
use crate::Error;
pub use candidates::Candidate;
use candidates::Candidates;
use dry::DryPenalty;
use mirostat::Surprise;
use penalties::Penalties;

/// Chooses the tokens of one answer.
///
/// Reproducible: the same settings, seed, accepted tokens and logits give the same tokens on every
/// machine whose floating point gives the same logits.
#[derive(Debug)]
pub struct Sampler {
    settings: Sampling,
    penalties: Penalties,
    dry: Option<DryPenalty>,
    mirostat: Option<Surprise>,
    candidates: Candidates,
    random: Pcg32,
}

impl Sampler {
    /// For one answer, with settings that [`Sampling::check`] found good, and a context of so many
    /// tokens. The seed is the caller's: [`Sampling::seed`] or a drawn one.
    #[must_use]
    pub fn new(settings: &Sampling, seed: u32, context_length: u32) -> Self {
        Self {
            penalties: Penalties::new(settings, context_length),
            dry: settings.dry.as_ref().and_then(|dry| DryPenalty::new(dry, context_length)),
            mirostat: settings.mirostat.as_ref().map(Surprise::new),
            candidates: Candidates::default(),
            random: Pcg32::seed_from_u64(seed.into()),
            settings: settings.clone(),
        }
    }

    /// How many of the prompt's last tokens to [`accept`](Self::accept) before the first sample, so
    /// that the penalties see them; 0 where nothing looks back.
    #[must_use]
    pub fn lookback(&self) -> usize {
        let dry = self.dry.as_ref().map_or(0, DryPenalty::lookback);
        self.penalties.lookback().max(dry)
    }

    /// Remembers a token of the prompt or of the answer, for the penalties. `piece` is its text,
    /// in which DRY looks for its breakers.
    pub fn accept(&mut self, token: i32, piece: &[u8]) {
        self.penalties.accept(token);
        if let Some(dry) = &mut self.dry {
            dry.accept(token, piece);
        }
    }

    /// The next token, for logits with one entry per token of the vocabulary, in which the
    /// penalties leave their marks. Does not [`accept`](Self::accept) it.
    ///
    /// NaN and minus infinity are never chosen, plus infinity always is.
    ///
    /// # Errors
    /// [`Error::NoNextToken`] if nothing can be chosen because all is NaN or minus infinity.
    pub fn sample(&mut self, logits: &mut [f32]) -> Result<i32, Error> {
        let uniform = self.uniform();
        let candidates = self.distribution(logits)?;
        let drawn = draw(candidates, uniform);
        let Candidate { token, p, .. } = drawn;
        if let (Some(mirostat), false) = (&mut self.mirostat, self.settings.temperature <= 0.0) {
            mirostat.observe(p);
        }
        Ok(token)
    }

    /// What [`sample`](Self::sample) draws from: the tokens that are left after all stages, with
    /// probabilities that add up to 1. Draws a random number if XTC is on.
    ///
    /// # Errors
    /// As [`sample`](Self::sample).
    pub fn distribution(&mut self, logits: &mut [f32]) -> Result<&[Candidate], Error> {
        self.penalties.apply(logits);
        if let Some(dry) = &mut self.dry {
            dry.apply(logits);
        }
        let temperature = self.settings.temperature;
        if temperature <= 0.0 {
            self.candidates.only_likeliest(logits);
        } else if let Some(mirostat) = &self.mirostat {
            mirostat.truncate(logits, temperature, &mut self.candidates);
        } else {
            truncate::first(&self.settings, logits, &mut self.candidates);
            if let Some(xtc) = self.settings.xtc
                && truncate::xtc_acts(xtc, &self.candidates)
                && self.uniform() <= f64::from(xtc.probability)
            {
                truncate::xtc(xtc.threshold, &mut self.candidates);
            }
            self.candidates.soften(temperature);
        }
        self.candidates.normalise();
        if self.candidates.is_empty() {
            Err(Error::NoNextToken)
        } else {
            Ok(self.candidates.list())
        }
    }

    /// A random number in 0..1, with 32 bits.
    fn uniform(&mut self) -> f64 {
        f64::from(self.random.next_u32()) / f64::from(1u32 << 31) / 2.0
    }
}

/// The candidate in whose share of 0..1 the number lies. The list is not empty.
fn draw(candidates: &[Candidate], uniform: f64) -> Candidate {
    let mut left = uniform;
    let mut drawn = candidates[0];
    for candidate in candidates.iter().filter(|candidate| candidate.p > 0.0) {
        drawn = *candidate;
        left -= f64::from(candidate.p);
        if left < 0.0 {
            break;
        }
    }
    drawn
}

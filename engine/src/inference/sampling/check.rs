//! Settings are checked before anything is computed with them.

use super::super::request::{Dry, Mirostat, Sampling, Xtc};
use crate::Error;

/// More breakers than this, or longer ones, are a mistake.
const BREAKERS_MAX: usize = 64;
const BREAKER_BYTES_MAX: usize = 256;

impl Sampling {
    /// Whether all settings are in their ranges.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] that names the setting, its value and its range.
    pub fn check(&self) -> Result<(), Error> {
        within("temperature", self.temperature, 0.0, 5.0)?;
        within("top_p", self.top_p, 0.0, 1.0)?;
        within("min_p", self.min_p, 0.0, 1.0)?;
        within("typical_p", self.typical_p, 0.0, 1.0)?;
        within("repeat_penalty", self.repeat_penalty, 0.5, 2.0)?;
        within("presence_penalty", self.presence_penalty, -2.0, 2.0)?;
        within("frequency_penalty", self.frequency_penalty, -2.0, 2.0)?;
        self.dry.as_ref().map_or(Ok(()), Dry::check)?;
        self.xtc.as_ref().map_or(Ok(()), Xtc::check)?;
        self.mirostat.as_ref().map_or(Ok(()), Mirostat::check)
    }
}

impl Dry {
    fn check(&self) -> Result<(), Error> {
        within("dry.multiplier", self.multiplier, 0.0, 100.0)?;
        within("dry.base", self.base, 1.0, 100.0)?;
        if self.sequence_breakers.len() > BREAKERS_MAX {
            return Err(Error::InvalidRequest(format!(
                "dry.sequence_breakers has {} entries: at most {BREAKERS_MAX} are allowed",
                self.sequence_breakers.len()
            )));
        }
        match self.sequence_breakers.iter().find(|breaker| breaker.len() > BREAKER_BYTES_MAX) {
            Some(long) => Err(Error::InvalidRequest(format!(
                "an entry of dry.sequence_breakers has {} bytes: at most {BREAKER_BYTES_MAX} are allowed",
                long.len()
            ))),
            None => Ok(()),
        }
    }
}

impl Xtc {
    fn check(&self) -> Result<(), Error> {
        within("xtc.probability", self.probability, 0.0, 1.0)?;
        within("xtc.threshold", self.threshold, 0.0, 1.0)
    }
}

impl Mirostat {
    fn check(&self) -> Result<(), Error> {
        if !matches!(self.version, 1 | 2) {
            return Err(Error::InvalidRequest(format!(
                "mirostat.version is {}: it must be 1 or 2",
                self.version
            )));
        }
        within("mirostat.tau", self.tau, 0.0, 100.0)?;
        within("mirostat.eta", self.eta, 0.0, 1.0)
    }
}

fn within(name: &str, value: f32, low: f32, high: f32) -> Result<(), Error> {
    // A range contains no NaN.
    if (low..=high).contains(&value) {
        Ok(())
    } else {
        Err(Error::InvalidRequest(format!("{name} is {value}: it must be from {low} to {high}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_good() {
        assert_eq!(Sampling::default().check(), Ok(()));
        assert_eq!(Sampling::greedy().check(), Ok(()));
        let dry = Some(Dry::default());
        assert_eq!(Sampling { dry, ..Sampling::default() }.check(), Ok(()));
    }

    #[test]
    fn a_bad_setting_is_named_with_its_value_and_range() {
        let default = Sampling::default;
        let xtc = Xtc { probability: 2.0, threshold: 0.1 };
        let mirostat = Mirostat { version: 3, tau: 5.0, eta: 0.1 };
        let dry = Dry { sequence_breakers: vec!["x".repeat(300)], ..Dry::default() };
        let cases = [
            (
                Sampling { temperature: -1.0, ..default() },
                "temperature is -1: it must be from 0 to 5",
            ),
            (Sampling { top_p: f32::NAN, ..default() }, "top_p is NaN: it must be from 0 to 1"),
            (
                Sampling { repeat_penalty: f32::INFINITY, ..default() },
                "repeat_penalty is inf: it must be from 0.5 to 2",
            ),
            (
                Sampling { xtc: Some(xtc), ..default() },
                "xtc.probability is 2: it must be from 0 to 1",
            ),
            (
                Sampling { mirostat: Some(mirostat), ..default() },
                "mirostat.version is 3: it must be 1 or 2",
            ),
            (
                Sampling { dry: Some(dry), ..default() },
                "an entry of dry.sequence_breakers has 300 bytes: at most 256 are allowed",
            ),
        ];
        for (settings, words) in cases {
            assert_eq!(settings.check(), Err(Error::InvalidRequest(words.to_owned())));
        }
    }
}

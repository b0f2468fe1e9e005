//! Recent tokens become less likely: repeat, presence and frequency penalties.

use std::collections::{HashMap, VecDeque};

use super::super::request::Sampling;

/// Counts the last tokens, and lowers the logits of those it counts.
#[derive(Debug)]
pub(super) struct Penalties {
    repeat: f32,
    presence: f32,
    frequency: f32,
    /// How many tokens are remembered; 0 when nothing is penalised.
    window: usize,
    recent: VecDeque<i32>,
    counts: HashMap<i32, u32>,
}

impl Penalties {
    pub(super) fn new(settings: &Sampling, context_length: u32) -> Self {
        let neutral = settings.repeat_penalty == 1.0
            && settings.presence_penalty == 0.0
            && settings.frequency_penalty == 0.0;
        let window = if neutral { 0 } else { settings.repeat_last_n.min(context_length) as usize };
        Self {
            repeat: settings.repeat_penalty,
            presence: settings.presence_penalty,
            frequency: settings.frequency_penalty,
            window,
            recent: VecDeque::with_capacity(window + 1),
            counts: HashMap::with_capacity(window + 1),
        }
    }

    pub(super) fn lookback(&self) -> usize {
        self.window
    }

    pub(super) fn accept(&mut self, token: i32) {
        if self.window == 0 {
            return;
        }
        self.recent.push_back(token);
        *self.counts.entry(token).or_default() += 1;
        if self.recent.len() > self.window
            && let Some(old) = self.recent.pop_front()
            && let Some(count) = self.counts.get_mut(&old)
        {
            *count -= 1;
            if *count == 0 {
                self.counts.remove(&old);
            }
        }
    }

    pub(super) fn apply(&self, logits: &mut [f32]) {
        for (token, count) in &self.counts {
            let Some(logit) = usize::try_from(*token).ok().and_then(|at| logits.get_mut(at)) else {
                continue;
            };
            // Dividing a negative logit would make the token likelier.
            *logit = if *logit <= 0.0 { *logit * self.repeat } else { *logit / self.repeat };
            *logit -= *count as f32 * self.frequency + self.presence;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_tokens_count_and_each_as_often_as_it_appeared() {
        let settings = Sampling {
            repeat_penalty: 2.0,
            repeat_last_n: 3,
            presence_penalty: 0.5,
            frequency_penalty: 0.25,
            ..Sampling::default()
        };
        let mut penalties = Penalties::new(&settings, 100);
        for token in [0, 1, 2, 1] {
            penalties.accept(token);
        }
        let mut logits = [4.0, 4.0, -4.0, 4.0];
        penalties.apply(&mut logits);
        assert_eq!(logits, [4.0, 2.0 - 1.0, -8.0 - 0.75, 4.0]);
    }

    #[test]
    fn a_token_outside_the_vocabulary_is_ignored() {
        let settings = Sampling { repeat_penalty: 1.5, ..Sampling::default() };
        let mut penalties = Penalties::new(&settings, 100);
        penalties.accept(-1);
        penalties.accept(9);
        let mut logits = [1.0];
        penalties.apply(&mut logits);
        assert_eq!(logits, [1.0]);
    }
}

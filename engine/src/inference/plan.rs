//! How many tokens of which sequence ride in the next decode step.
//!
//! A plain function over plain numbers. Whoever is generating gets a token each, first. What room
//! is left goes to prompts, the oldest first, so that one of them is answered soon instead of all
//! of them late; while somebody is generating, prompts get only so much that the step stays short.

/// What one sequence wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wish {
    /// Tokens that are known but not in the KV cache.
    pub(crate) pending: usize,
    /// Whether it is past its prompt.
    pub(crate) generating: bool,
    /// The order in which the requests came.
    pub(crate) arrival: u64,
}

/// The tokens for each wish, in the same order; `room` is what the batch holds, `prompt_budget`
/// what prompts may take of it while somebody is generating, and `quiet_budget` while nobody is.
pub(crate) fn share(
    wishes: &[Wish],
    room: usize,
    prompt_budget: usize,
    quiet_budget: usize,
) -> Vec<usize> {
    let mut shares = vec![0; wishes.len()];
    let mut room = room;
    let mut anyone_generates = false;
    for (share, wish) in shares.iter_mut().zip(wishes) {
        if wish.generating && wish.pending == 1 && room > 0 {
            *share = 1;
            room -= 1;
            anyone_generates = true;
        }
    }
    let mut budget = room.min(if anyone_generates { prompt_budget } else { quiet_budget });
    let mut readers: Vec<usize> = (0..wishes.len())
        .filter(|&index| wishes[index].pending > 0 && shares[index] == 0)
        .collect();
    readers.sort_by_key(|&index| wishes[index].arrival);
    for index in readers {
        shares[index] = wishes[index].pending.min(budget);
        budget -= shares[index];
    }
    shares
}

/// Learns how fast prompts are read, to keep steps short on slow machines and long on fast ones.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// 0 while unknown: the first step is one of the largest, and tells.
    seconds_per_token: f64,
    shared_most: usize,
}

/// While somebody is generating, a step should not take longer than this, in seconds.
const SHARED_STEP: f64 = 0.65;
/// While nobody is, this long: commands and progress wait for the step.
const QUIET_STEP: f64 = 3.0;
/// Prompt tokens in a step while nobody is, at most.
const QUIET_MOST: usize = 512;
/// Fewer than this are not read in one step: each step reads all the weights anyway.
const LEAST: usize = 16;

impl Pace {
    /// Knows nothing yet. `shared_most`: prompt tokens in a step while somebody is generating.
    pub(crate) fn new(shared_most: usize) -> Self {
        Self { seconds_per_token: 0.0, shared_most: shared_most.clamp(LEAST, 2048) }
    }

    /// Takes in a step of mostly prompt tokens.
    pub(crate) fn observe(&mut self, tokens: usize, seconds: f64) {
        if tokens < LEAST {
            return;
        }
        let now = seconds / tokens as f64;
        self.seconds_per_token = if self.seconds_per_token == 0.0 {
            now
        } else {
            0.7 * self.seconds_per_token + 0.3 * now
        };
    }

    /// Prompt tokens for a step in which somebody is generating.
    pub(crate) fn shared_budget(&self) -> usize {
        self.within(SHARED_STEP).min(self.shared_most)
    }

    /// Prompt tokens for a step in which nobody is.
    pub(crate) fn quiet_budget(&self) -> usize {
        self.within(QUIET_STEP).min(QUIET_MOST)
    }

    fn within(&self, seconds: f64) -> usize {
        if self.seconds_per_token == 0.0 {
            return usize::MAX;
        }
        // Whole sixteens, because matrix kernels work in such tiles.
        let tokens = (seconds / self.seconds_per_token) as usize;
        (tokens / LEAST * LEAST).max(LEAST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generating(arrival: u64) -> Wish {
        Wish { pending: 1, generating: true, arrival }
    }

    fn reading(pending: usize, arrival: u64) -> Wish {
        Wish { pending, generating: false, arrival }
    }

    #[test]
    fn a_lone_prompt_gets_the_quiet_budget() {
        assert_eq!(share(&[reading(1600, 0)], 2048, 256, 512), [512]);
    }

    #[test]
    fn a_newcomer_gets_little_while_somebody_generates() {
        assert_eq!(share(&[generating(0), reading(1600, 1)], 2048, 256, 512), [1, 256]);
    }

    #[test]
    fn the_oldest_prompt_is_read_first_and_the_next_gets_what_is_left() {
        assert_eq!(share(&[reading(100, 2), reading(90, 1)], 2048, 256, 150), [60, 90]);
    }

    #[test]
    fn a_small_batch_serves_generators_before_prompts() {
        let wishes = [reading(100, 0), generating(1), generating(2)];
        assert_eq!(share(&wishes, 3, 256, 512), [1, 1, 1]);
        assert_eq!(share(&wishes, 2, 256, 512), [0, 1, 1]);
    }

    #[test]
    fn who_lost_his_place_in_the_cache_reads_again_as_a_prompt() {
        let evicted = Wish { pending: 700, generating: true, arrival: 0 };
        assert_eq!(share(&[evicted, generating(1)], 2048, 256, 512), [256, 1]);
    }

    #[test]
    fn idle_sequences_get_nothing() {
        assert_eq!(share(&[reading(0, 0)], 2048, 256, 512), [0]);
    }

    #[test]
    fn slow_machines_take_short_steps_and_fast_ones_the_longest() {
        let mut pace = Pace::new(256);
        assert_eq!((pace.shared_budget(), pace.quiet_budget()), (256, 512));
        pace.observe(100, 5.0);
        assert_eq!((pace.shared_budget(), pace.quiet_budget()), (16, 48));
        let mut pace = Pace::new(256);
        pace.observe(512, 0.5);
        assert_eq!((pace.shared_budget(), pace.quiet_budget()), (256, 512));
    }

    #[test]
    fn a_single_token_says_nothing_about_reading() {
        let mut pace = Pace::new(256);
        pace.observe(1, 3.0);
        assert_eq!(pace.quiet_budget(), 512);
    }
}

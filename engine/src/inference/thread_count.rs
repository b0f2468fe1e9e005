//! How many threads compute, adapted to what else the machine is doing.
//!
//! All threads of a step wait for each other many times. When another program takes a core away,
//! the slowest thread sets the pace, and fewer threads are faster than more. So: when steps become
//! slow, try one thread less; keep what is faster; and look again from time to time whether the
//! machine is quiet.

use std::time::{Duration, Instant};

/// Steps that are compared when a number of threads is tried.
const TRIAL_STEPS: u32 = 6;
/// A step this much slower than the best known is slow: less would not be won back with a thread
/// less.
const SLOW: f64 = 1.6;
/// Slow steps in a row before something is tried.
const PATIENCE: u32 = 6;
/// Another number of threads is kept when its steps take at most this share of the time.
const WORTH_IT: f64 = 0.9;
/// When a larger number of threads is tried after one was given up; the pause doubles each time
/// that the machine turns out to be busy still.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
const LOOK_AGAIN_MOST: Duration = Duration::from_secs(16);

/// Chooses a number of threads from how long steps take.
#[derive(Debug)]
pub(crate) struct ThreadCount {
    most: u32,
    current: u32,
    /// Seconds per step with `current` threads, smoothed.
    pace: f64,
    /// The best pace seen with `most` threads, slowly forgotten, since it grows with the context.
    best: f64,
    slow_steps: u32,
    trial: Option<Trial>,
    settled: Instant,
    pause: Duration,
}

#[derive(Debug)]
struct Trial {
    before: u32,
    pace_before: f64,
    steps: u32,
    seconds: f64,
}

impl ThreadCount {
    /// Starts with `most` threads, which is also the largest number ever chosen.
    pub(crate) fn new(most: u32, now: Instant) -> Self {
        Self {
            most: most.max(1),
            current: most.max(1),
            pace: 0.0,
            best: f64::INFINITY,
            slow_steps: 0,
            trial: None,
            settled: now,
            pause: LOOK_AGAIN,
        }
    }

    /// The number of threads for steps that only generate.
    pub(crate) fn current(&self) -> u32 {
        self.current
    }

    /// The number of threads for reading prompts: such steps are long, and wait for each other
    /// rarely.
    pub(crate) fn most(&self) -> u32 {
        self.most
    }

    /// Takes in a step that generated `tokens` tokens and read no prompt.
    pub(crate) fn observe(&mut self, tokens: usize, seconds: f64, now: Instant) {
        // Steps with more sequences take longer, but not much.
        let seconds = seconds / (1.0 + 0.1 * (tokens.max(1) - 1) as f64);
        if let Some(trial) = &mut self.trial {
            trial.steps += 1;
            trial.seconds += seconds;
            if trial.steps >= TRIAL_STEPS {
                self.end_trial(now);
            }
            return;
        }
        self.pace = if self.pace == 0.0 { seconds } else { 0.7 * self.pace + 0.3 * seconds };
        if self.current == self.most {
            self.best = (self.best * 1.002).min(seconds);
            let is_slow = seconds > self.slow() * self.best;
            self.slow_steps = if is_slow { self.slow_steps + 1 } else { 0 };
            if self.slow_steps >= PATIENCE && self.most > 1 {
                self.begin_trial(self.current - 1);
            }
        } else if now.duration_since(self.settled) >= self.pause {
            self.begin_trial(self.current + 1);
        } else if self.current > 1 && self.pace > SLOW * SLOW * self.best {
            self.slow_steps += 1;
            if self.slow_steps >= PATIENCE {
                self.begin_trial(self.current - 1);
            }
        }
    }

    /// How much slower than the best known a step has to be, for a thread less to be worth a try: at
    /// best the others do its part of the work. Of two, one alone takes twice the time, which is what
    /// another program on all cores costs anyway.
    fn slow(&self) -> f64 {
        let most = f64::from(self.most);
        SLOW.max(most / (most - 1.0) / WORTH_IT)
    }

    fn begin_trial(&mut self, threads: u32) {
        self.trial =
            Some(Trial { before: self.current, pace_before: self.pace, steps: 0, seconds: 0.0 });
        self.slow_steps = 0;
        self.current = threads;
    }

    fn end_trial(&mut self, now: Instant) {
        let Some(trial) = self.trial.take() else { return };
        self.settled = now;
        let pace = trial.seconds / f64::from(trial.steps);
        let looked_up = self.current > trial.before;
        if pace < WORTH_IT * trial.pace_before {
            self.pace = pace;
            self.pause = LOOK_AGAIN;
            return;
        }
        self.current = trial.before;
        self.pace = trial.pace_before;
        if looked_up {
            self.pause = (self.pause * 2).min(LOOK_AGAIN_MOST);
        }
        // What was slow may be the new normal (a longer context): do not try again at once.
        if self.current == self.most {
            self.best = self.best.max(trial.pace_before / SLOW);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A count on a machine whose clock stands still between steps.
    struct Machine {
        count: ThreadCount,
        now: Instant,
    }

    impl Machine {
        /// One that has been quiet for `steps` steps.
        fn of(threads: u32, steps: u32) -> Self {
            let now = Instant::now();
            let mut machine = Self { count: ThreadCount::new(threads, now), now };
            machine.run(steps, quiet);
            machine
        }

        /// Runs `steps` steps, each of which takes `cost(threads)` seconds.
        fn run(&mut self, steps: u32, cost: impl Fn(u32) -> f64) {
            for _ in 0..steps {
                let seconds = cost(self.count.current());
                self.now += Duration::from_secs_f64(seconds);
                self.count.observe(1, seconds, self.now);
            }
        }
    }

    fn quiet(threads: u32) -> f64 {
        0.02 / f64::from(threads)
    }

    /// Another program holds a core: a full set of threads waits for it.
    fn busy(threads: u32) -> f64 {
        if threads >= 4 { 0.1 } else { 0.02 / f64::from(threads) }
    }

    #[test]
    fn a_quiet_machine_keeps_all_threads() {
        assert_eq!(Machine::of(4, 500).count.current(), 4);
    }

    #[test]
    fn a_busy_machine_gets_fewer_threads_and_a_quiet_one_all_of_them_again() {
        let mut machine = Machine::of(4, 100);
        machine.run(40, busy);
        assert_eq!(machine.count.current(), 3);
        machine.run(2000, quiet);
        assert_eq!(machine.count.current(), 4);
    }

    #[test]
    fn steps_that_grow_with_the_context_do_not_cost_threads() {
        let mut machine = Machine::of(4, 50);
        for step in 0..2000 {
            machine.run(1, |threads| quiet(threads) * (1.0 + f64::from(step) / 500.0));
        }
        assert_eq!(machine.count.current(), 4);
    }

    #[test]
    fn two_threads_stay_where_another_program_takes_half_of_both_cores() {
        let mut machine = Machine::of(2, 100);
        for _ in 0..500 {
            machine.run(1, |threads| 2.1 * quiet(threads));
            assert_eq!(machine.count.current(), 2);
        }
    }

    #[test]
    fn one_thread_stays_one_thread() {
        let mut machine = Machine::of(1, 10);
        machine.run(50, |_| 1.0);
        assert_eq!(machine.count.current(), 1);
    }
}

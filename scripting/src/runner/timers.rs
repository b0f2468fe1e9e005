//! The timers of one app. They live beside the script, by name, so that a reload can drop them all
//! and the new version begins with those that it asks for.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::handles::HandleGuard;

/// The timers of one app.
#[derive(Default)]
pub(crate) struct Timers {
    by_name: Mutex<BTreeMap<String, Timer>>,
}

struct Timer {
    due: Instant,
    period: Option<Duration>,
    _handle: HandleGuard,
}

impl Timers {
    /// Starts a timer, in place of one of the same name. `period` is how often it comes back.
    pub(crate) fn set(
        &self,
        name: String,
        first: Duration,
        period: Option<Duration>,
        handle: HandleGuard,
    ) {
        let timer = Timer { due: Instant::now() + first, period, _handle: handle };
        self.by_name().insert(name, timer);
    }

    /// Ends a timer; whether there was one.
    pub(crate) fn cancel(&self, name: &str) -> bool {
        self.by_name().remove(name).is_some()
    }

    /// Ends all.
    pub(crate) fn clear(&self) {
        self.by_name().clear();
    }

    /// When the next one is due.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.by_name().values().map(|timer| timer.due).min()
    }

    /// The names of those that are due at `now`, the most overdue first. One that comes back is set
    /// again: times that were missed meanwhile are skipped, not made up for.
    pub(crate) fn take_due(&self, now: Instant) -> Vec<String> {
        let mut timers = self.by_name();
        let mut due: Vec<_> = timers
            .iter()
            .filter(|(_, timer)| timer.due <= now)
            .map(|(name, timer)| (timer.due, name.clone()))
            .collect();
        due.sort();
        for (_, name) in &due {
            let again = timers.get_mut(name).and_then(|timer| {
                let period = timer.period?;
                let next = timer.due + period;
                timer.due = if next > now { next } else { now + period };
                Some(())
            });
            if again.is_none() {
                timers.remove(name);
            }
        }
        due.into_iter().map(|(_, name)| name).collect()
    }

    fn by_name(&self) -> MutexGuard<'_, BTreeMap<String, Timer>> {
        self.by_name.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handles::{HandleKind, Handles};

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_timer_comes_once_and_a_repeated_one_comes_back() {
        let (timers, handles) = (Timers::default(), Handles::default());
        let handle = || handles.acquire(HandleKind::Timer);
        timers.set("once".to_owned(), SECOND, None, handle());
        timers.set("often".to_owned(), 2 * SECOND, Some(2 * SECOND), handle());
        let start = Instant::now();
        assert_eq!(timers.take_due(start), Vec::<String>::new());
        assert_eq!(timers.take_due(start + 3 * SECOND), ["once", "often"]);
        assert_eq!(handles.count(), 1);
        // Ten missed rounds are one.
        assert_eq!(timers.take_due(start + 23 * SECOND), ["often"]);
        assert_eq!(timers.take_due(start + 22 * SECOND), Vec::<String>::new());
    }

    #[test]
    fn a_timer_takes_the_place_of_its_namesake() {
        let (timers, handles) = (Timers::default(), Handles::default());
        for _ in 0..3 {
            timers.set("t".to_owned(), SECOND, None, handles.acquire(HandleKind::Timer));
        }
        assert_eq!(handles.count(), 1);
        assert!(timers.cancel("t") && !timers.cancel("t"));
        assert_eq!((handles.count(), timers.next_due()), (0, None));
    }
}

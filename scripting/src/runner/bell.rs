//! What an app's thread sleeps on: whoever has something for it rings.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use engine::Wake;

/// Rung by many, waited for by one. A ring that comes before the wait is not lost.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    rung: Mutex<bool>,
    sounded: Condvar,
}

impl Bell {
    /// Wakes the thread, now or when it next wants to sleep.
    pub(crate) fn ring(&self) {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.sounded.notify_one();
    }

    /// Sleeps until somebody rings, at most as long as `patience`.
    pub(crate) fn wait(&self, patience: Duration) {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut rung, _) = self
            .sounded
            .wait_timeout_while(rung, patience, |rung| !*rung)
            .unwrap_or_else(PoisonError::into_inner);
        *rung = false;
    }

    /// The bell as what the engine calls after each message.
    pub(crate) fn wake(self: &Arc<Self>) -> Wake {
        let bell = Arc::clone(self);
        Arc::new(move || bell.ring())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_before_the_wait_is_heard() {
        let bell = Bell::default();
        bell.ring();
        // Would hold up the test for an hour.
        bell.wait(Duration::from_secs(3600));
    }

    #[test]
    fn a_ring_wakes_who_waits() {
        let bell = Arc::new(Bell::default());
        let wake = bell.wake();
        let other = std::thread::spawn(move || wake());
        bell.wait(Duration::from_secs(3600));
        other.join().unwrap();
    }
}

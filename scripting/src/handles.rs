//! What an app holds of the host: timers, generations, streams, watchers, panels.
//!
//! Each is counted from its acquisition until it is given back, and all are given back when the app
//! is disposed of, even by a script that hangs: releasing happens here, not where the script is.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What kind of thing is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HandleKind {
    /// A timer of `app::every`, `app::after` or the manifest's schedule.
    Timer,
    /// A generation, an embedding or a measuring in the engine.
    Generation,
    /// A request over the network.
    Request,
    /// A run of another app.
    Run,
    /// A file or folder that is watched.
    Watcher,
    /// A panel on the screen.
    Panel,
    /// A dialog that waits for its person.
    Dialog,
}

impl fmt::Display for HandleKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Timer => "timer",
            Self::Generation => "generation",
            Self::Request => "request",
            Self::Run => "run",
            Self::Watcher => "watcher",
            Self::Panel => "panel",
            Self::Dialog => "dialog",
        })
    }
}

/// The handles of one app. Clones count together.
#[derive(Clone, Default)]
pub struct Handles {
    held: Arc<Mutex<Held>>,
}

#[derive(Default)]
struct Held {
    next: u64,
    entries: BTreeMap<u64, Entry>,
}

struct Entry {
    kind: HandleKind,
    release: Option<Box<dyn FnOnce() + Send>>,
}

/// Keeps one handle. Dropping it gives the handle back.
#[must_use = "dropping this gives the handle back"]
pub struct HandleGuard {
    handles: Handles,
    number: u64,
}

impl Handles {
    /// Counts one more thing, until the guard is dropped or the app disposed of.
    pub fn acquire(&self, kind: HandleKind) -> HandleGuard {
        self.enter(kind, None)
    }

    /// The same for something that has to be released: `release` is called once, when the guard is
    /// dropped or the app is disposed of, whichever comes first, on whichever thread. It must not
    /// block.
    pub fn acquire_with(
        &self,
        kind: HandleKind,
        release: impl FnOnce() + Send + 'static,
    ) -> HandleGuard {
        self.enter(kind, Some(Box::new(release)))
    }

    /// How many there are now.
    #[must_use]
    pub fn count(&self) -> usize {
        self.held().entries.len()
    }

    /// How many of each kind, for the Apps page and for reports.
    #[must_use]
    pub fn kinds(&self) -> BTreeMap<HandleKind, usize> {
        let mut kinds = BTreeMap::new();
        for entry in self.held().entries.values() {
            *kinds.entry(entry.kind).or_default() += 1;
        }
        kinds
    }

    /// Gives back everything, whoever has the guards.
    pub(crate) fn release_all(&self) {
        let entries = std::mem::take(&mut self.held().entries);
        for release in entries.into_values().filter_map(|entry| entry.release) {
            release();
        }
    }

    fn enter(&self, kind: HandleKind, release: Option<Box<dyn FnOnce() + Send>>) -> HandleGuard {
        let mut held = self.held();
        let number = held.next;
        held.next += 1;
        held.entries.insert(number, Entry { kind, release });
        HandleGuard { handles: self.clone(), number }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for HandleGuard {
    fn drop(&mut self) {
        // Released after the lock is let go of: a release may drop other guards.
        let entry = self.handles.held().entries.remove(&self.number);
        if let Some(release) = entry.and_then(|entry| entry.release) {
            release();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn a_handle_is_counted_until_its_guard_is_dropped() {
        let handles = Handles::default();
        let timer = handles.acquire(HandleKind::Timer);
        let other = handles.acquire(HandleKind::Timer);
        let panel = handles.acquire(HandleKind::Panel);
        assert_eq!(handles.count(), 3);
        assert_eq!(handles.kinds()[&HandleKind::Timer], 2);
        drop((timer, panel));
        assert_eq!(handles.count(), 1);
        drop(other);
        assert_eq!(handles.count(), 0);
    }

    #[test]
    fn a_release_happens_once_whether_by_its_guard_or_by_the_end_of_the_app() {
        let handles = Handles::default();
        let released = Arc::new(AtomicUsize::new(0));
        let count = || {
            let released = Arc::clone(&released);
            move || {
                released.fetch_add(1, Ordering::Relaxed);
            }
        };
        drop(handles.acquire_with(HandleKind::Generation, count()));
        assert_eq!(released.load(Ordering::Relaxed), 1);

        let kept = handles.acquire_with(HandleKind::Generation, count());
        handles.release_all();
        assert_eq!((released.load(Ordering::Relaxed), handles.count()), (2, 0));
        drop(kept);
        assert_eq!(released.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn a_release_may_drop_another_handle() {
        let handles = Handles::default();
        let inner = handles.acquire(HandleKind::Request);
        let outer = handles.acquire_with(HandleKind::Run, move || drop(inner));
        drop(outer);
        assert_eq!(handles.count(), 0);
    }
}

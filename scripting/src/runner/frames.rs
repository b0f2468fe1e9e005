//! Which calls into the script are going on, and what may end each of them.
//!
//! Calls are nested when a panel is drawn between two steps of a run. The innermost one counts:
//! stopping a run does not tear the drawing of its panel.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Why a call was ended from outside of the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The person or the program that asked for the run no longer wants it.
    Stopped,
    /// The app is being disposed of.
    Disposed,
    /// A short call took longer than it may.
    TooLong(Duration),
    /// A run took longer than its manifest lets it.
    RunTooLong(Duration),
    /// What it keeps in memory became larger than it may, in bytes.
    TooLarge(u64),
}

impl fmt::Display for Ending {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stopped => formatter.write_str("stopped"),
            Self::Disposed => {
                formatter.write_str("stopped, because the app was closed or reloaded")
            }
            Self::TooLong(limit) => write!(
                formatter,
                "stopped after {} ms, which is all the time this function has: do long work in \
                 on_run or start it with app::start",
                limit.as_millis()
            ),
            Self::RunTooLong(limit) => write!(
                formatter,
                "stopped after {} s, as run_seconds under [limits] says",
                limit.as_secs()
            ),
            Self::TooLarge(limit) => write!(
                formatter,
                "stopped, because its values take more than {} MB: keep less in `this` and in \
                 variables, or raise memory_mb under [limits]",
                limit / 1_000_000
            ),
        }
    }
}

/// One call that is going on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frame {
    /// When it has to be over, and how long that was from its beginning.
    pub deadline: Option<(Instant, Duration)>,
    /// Set when nobody wants it any more.
    pub stopped: Arc<AtomicBool>,
    /// It may take long and is stopped on request: a run or a job.
    pub work: bool,
    /// It is the last call before the app ends, so that the end does not end it.
    pub farewell: bool,
}

impl Frame {
    /// A call that may take `limit` at most.
    pub(crate) fn within(limit: Duration) -> Self {
        Self { deadline: Some((Instant::now() + limit, limit)), ..Self::default() }
    }

    /// The last call of an app.
    pub(crate) fn farewell(limit: Duration) -> Self {
        Self { farewell: true, ..Self::within(limit) }
    }

    /// A call that goes on until `stopped` is set, or for as long as `limit`.
    pub(crate) fn work(stopped: Arc<AtomicBool>, limit: Option<Duration>) -> Self {
        let deadline = limit.map(|limit| (Instant::now() + limit, limit));
        Self { deadline, stopped, work: true, farewell: false }
    }
}

/// The calls of one app, and whether the app is to end.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    disposed: AtomicBool,
    stack: Mutex<Vec<Frame>>,
}

impl Frames {
    /// Counts a call until the result is dropped.
    pub(crate) fn enter(&self, frame: Frame) -> Entered<'_> {
        self.stack().push(frame);
        Entered { frames: self }
    }

    /// Ends everything that is going on and everything that would begin.
    pub(crate) fn dispose(&self) {
        self.disposed.store(true, Ordering::Relaxed);
    }

    /// Ends the run or the job that goes on.
    pub(crate) fn stop(&self) {
        for frame in self.stack().iter().filter(|frame| frame.work) {
            frame.stopped.store(true, Ordering::Relaxed);
        }
    }

    /// Whether the app is to end. Costs nearly nothing.
    pub(crate) fn is_disposed(&self) -> bool {
        self.disposed.load(Ordering::Relaxed)
    }

    /// Why the innermost call has to end, if it has to.
    pub(crate) fn ending(&self) -> Option<Ending> {
        let stack = self.stack();
        let frame = stack.last();
        if self.is_disposed() && !frame.is_some_and(|frame| frame.farewell) {
            return Some(Ending::Disposed);
        }
        let frame = frame?;
        if frame.stopped.load(Ordering::Relaxed) {
            return Some(Ending::Stopped);
        }
        let (deadline, limit) = frame.deadline?;
        let ending = if frame.work { Ending::RunTooLong(limit) } else { Ending::TooLong(limit) };
        (Instant::now() >= deadline).then_some(ending)
    }

    /// How long the innermost call may still take; `None` for as long as it wants.
    pub(crate) fn remaining(&self) -> Option<Duration> {
        let (deadline, _) = self.stack().last()?.deadline?;
        Some(deadline.saturating_duration_since(Instant::now()))
    }

    /// Whether a run or a job goes on.
    pub(crate) fn is_working(&self) -> bool {
        self.stack().first().is_some_and(|frame| frame.work)
    }

    /// How many calls are going on, one inside the other.
    pub(crate) fn depth(&self) -> usize {
        self.stack().len()
    }

    fn stack(&self) -> MutexGuard<'_, Vec<Frame>> {
        self.stack.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that is going on.
pub(crate) struct Entered<'a> {
    frames: &'a Frames,
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.frames.stack().pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_call_counts() {
        let frames = Frames::default();
        let stopped = Arc::new(AtomicBool::new(false));
        let run = frames.enter(Frame::work(Arc::clone(&stopped), None));
        assert!(frames.is_working());
        stopped.store(true, Ordering::Relaxed);
        let drawing = frames.enter(Frame::within(Duration::from_secs(3600)));
        assert_eq!((frames.ending(), frames.depth()), (None, 2));
        drop(drawing);
        assert_eq!(frames.ending(), Some(Ending::Stopped));
        drop(run);
        assert_eq!((frames.ending(), frames.depth()), (None, 0));
    }

    #[test]
    fn a_call_that_takes_too_long_is_over_and_a_disposed_app_as_well() {
        let frames = Frames::default();
        let _late = frames.enter(Frame::within(Duration::ZERO));
        assert_eq!(frames.ending(), Some(Ending::TooLong(Duration::ZERO)));
        frames.dispose();
        assert_eq!(frames.ending(), Some(Ending::Disposed));
        let _last = frames.enter(Frame::farewell(Duration::from_secs(3600)));
        assert_eq!(frames.ending(), None);
    }

    #[test]
    fn stopping_ends_work_and_leaves_drawing_alone() {
        let frames = Frames::default();
        let _run = frames.enter(Frame::work(Arc::default(), None));
        let drawing = frames.enter(Frame::within(Duration::from_secs(3600)));
        frames.stop();
        assert_eq!(frames.ending(), None);
        drop(drawing);
        assert_eq!(frames.ending(), Some(Ending::Stopped));
    }
}

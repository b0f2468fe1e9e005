//! How much of the context the conversation and the draft take, in the model's own tokens.
//!
//! Counting is the engine's work and takes a moment, so it is asked once typing has paused.

use std::time::Duration;

use engine::inference::{Measure, MeasureRequest};
use engine::{Engine, Error, Inbox, Wake};

/// How long typing must pause, in seconds.
const PAUSE: f64 = 0.3;
/// How often an answer is counted while it grows, in seconds.
const WHILE_WRITING: f64 = 2.0;

/// The latest count, and the one on its way.
#[derive(Default)]
pub(crate) struct Meter {
    measured: Option<Measure>,
    due: Option<f64>,
    running: Option<Inbox<Result<Measure, Error>>>,
    now: f64,
}

impl Meter {
    /// The latest count, if there is one. While a new one is on its way, the old one stays.
    pub(crate) fn measured(&self) -> Option<&Measure> {
        self.measured.as_ref()
    }

    /// Something that counts has changed: count again after a pause.
    pub(crate) fn changed(&mut self) {
        self.due = Some(self.now + PAUSE);
    }

    /// An answer grows: count again now and then.
    pub(crate) fn grows(&mut self) {
        self.due.get_or_insert(self.now + WHILE_WRITING);
    }

    /// Forgets the count, when it is about another conversation or model.
    pub(crate) fn forget(&mut self) {
        self.measured = None;
        self.running = None;
        self.due = Some(self.now);
    }

    /// Takes in an answer and asks if it is time. `request` makes what to count, or `None` when
    /// there is nothing to count with. Returns when to come again.
    pub(crate) fn hear(
        &mut self,
        now: f64,
        engine: &Engine,
        wake: &Wake,
        request: impl FnOnce() -> Option<MeasureRequest>,
    ) -> Option<Duration> {
        self.now = now;
        if let Some(inbox) = &self.running {
            match inbox.try_recv() {
                Ok(answer) => {
                    // A failure leaves the meter empty; sending says what is wrong.
                    self.measured = answer.ok();
                    self.running = None;
                }
                Err(std::sync::mpsc::TryRecvError::Disconnected) => self.running = None,
                Err(std::sync::mpsc::TryRecvError::Empty) => {}
            }
        }
        let due = self.due?;
        if due > now {
            return Some(Duration::from_secs_f64(due - now));
        }
        if self.running.is_some() {
            return None; // The answer wakes the window.
        }
        self.due = None;
        self.running = request().map(|request| engine.measure(request, Wake::clone(wake)));
        if self.running.is_none() {
            self.measured = None;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn nothing_is_counted_until_typing_pauses() {
        let engine = Engine::start(engine::Config::default()).unwrap();
        let wake = engine::asleep();
        let asked = Cell::new(0);
        let mut meter = Meter::default();
        let step = |meter: &mut Meter, now: f64| {
            meter.hear(now, &engine, &wake, || {
                asked.set(asked.get() + 1);
                Some(MeasureRequest::default())
            })
        };
        assert_eq!(step(&mut meter, 1.0), None);
        meter.changed();
        assert!(step(&mut meter, 1.1).is_some());
        meter.changed();
        assert!(step(&mut meter, 1.35).is_some(), "typing went on");
        assert_eq!(asked.get(), 0);
        step(&mut meter, 1.5);
        assert_eq!(asked.get(), 1);
        assert_eq!(meter.due, None);
    }
}

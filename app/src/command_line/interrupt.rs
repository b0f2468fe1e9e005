//! Ctrl+C: the first time it stops the answer, the second time the program.

use std::sync::{Arc, Mutex, PoisonError, mpsc};

use engine::Outbox;

/// What is told when Ctrl+C is pressed.
type Listener = Box<dyn FnOnce() + Send>;

/// Who hears the next Ctrl+C. While nobody does, it ends the program at once.
#[derive(Clone, Default)]
pub(super) struct Interrupts {
    listener: Arc<Mutex<Option<Listener>>>,
}

impl Interrupts {
    /// Takes Ctrl+C over from the system, once per process.
    ///
    /// # Errors
    /// When the system does not allow it.
    pub(super) fn install() -> Result<Self, ctrlc::Error> {
        let interrupts = Self::default();
        let heard = interrupts.clone();
        ctrlc::set_handler(move || match heard.replace(None) {
            Some(listener) => listener(),
            None => end_program(),
        })?;
        Ok(interrupts)
    }

    /// Has the next Ctrl+C told to `listener` instead of ending the program.
    pub(super) fn listen(&self, listener: impl FnOnce() + Send + 'static) {
        self.replace(Some(Box::new(listener)));
    }

    /// Nobody listens any more.
    pub(super) fn ignore(&self) {
        self.replace(None);
    }

    fn replace(&self, listener: Option<Listener>) -> Option<Listener> {
        let mut slot = self.listener.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *slot, listener)
    }
}

/// What arrives while something is waited for that Ctrl+C stops.
pub(super) enum Heard<T> {
    Event(T),
    Interrupted,
    /// Whoever sends the events has let go of the line.
    HungUp,
}

/// The sender's end of the line; says so when it is gone, since Ctrl+C has an end of its own.
struct Line<T>(mpsc::Sender<Heard<T>>);

impl<T> Drop for Line<T> {
    fn drop(&mut self) {
        self.0.send(Heard::HungUp).ok();
    }
}

impl Interrupts {
    /// A line on which events arrive, and the next Ctrl+C.
    pub(super) fn line<T: Send + 'static>(&self) -> (Outbox<T>, mpsc::Receiver<Heard<T>>) {
        let (sender, heard) = mpsc::channel();
        let for_interrupts = sender.clone();
        self.listen(move || {
            for_interrupts.send(Heard::Interrupted).ok();
        });
        let line = Line(sender);
        (Outbox::new(move |event| line.0.send(Heard::Event(event)).is_ok()), heard)
    }
}

/// The exit code that shells expect after Ctrl+C.
pub(super) const INTERRUPTED: u8 = 130;

/// Without running destructors: the engine thread may be within llama.cpp, which must not find its
/// own globals gone.
fn end_program() -> ! {
    #[cfg(unix)]
    // SAFETY: `_exit` takes a number, touches no memory of ours and does not return.
    unsafe {
        libc::_exit(i32::from(INTERRUPTED))
    }
    #[cfg(not(unix))]
    std::process::exit(i32::from(INTERRUPTED))
}

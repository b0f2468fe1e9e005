//! Somewhere to send things, without knowing who reads them.
//!
//! The engine must not know about windows or web servers, a window must not poll, and a web server
//! must not block. So an [`Outbox`] is only a function: the window's one fills a channel and asks
//! for a repaint, the web server's one fills an async channel, a script's one fills a channel.

use std::sync::Arc;
use std::sync::mpsc;

/// Called after each message. Must be cheap and must not block.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// The receiving side; an ordinary channel.
pub type Inbox<T> = mpsc::Receiver<T>;

/// A [`Wake`] for those who block on their inbox anyway.
#[must_use]
pub fn asleep() -> Wake {
    Arc::new(|| {})
}

/// The sending side.
pub struct Outbox<T> {
    deliver: Arc<dyn Fn(T) -> bool + Send + Sync>,
}

impl<T> Clone for Outbox<T> {
    fn clone(&self) -> Self {
        Self { deliver: Arc::clone(&self.deliver) }
    }
}

impl<T: Send + 'static> Outbox<T> {
    /// An outbox that hands each message to `deliver`, which answers `false` once nobody reads.
    pub fn new(deliver: impl Fn(T) -> bool + Send + Sync + 'static) -> Self {
        Self { deliver: Arc::new(deliver) }
    }

    /// Delivers. `false` if the other side is gone.
    pub fn send(&self, message: T) -> bool {
        (self.deliver)(message)
    }
}

/// An outbox in front of an ordinary channel; `wake` is called after each message.
pub fn channel<T: Send + 'static>(wake: Wake) -> (Outbox<T>, Inbox<T>) {
    let (sender, inbox) = mpsc::channel();
    let outbox = Outbox::new(move |message| {
        let delivered = sender.send(message).is_ok();
        wake();
        delivered
    });
    (outbox, inbox)
}

//! Writes settings down in the background, for a window that must not wait for a disk.

use std::sync::mpsc;
use std::thread::JoinHandle;

use super::{Settings, SettingsError};
use crate::Outbox;

/// A thread that saves. Of several settings sent in a row only the newest are written. Dropping it
/// waits until all is on disk.
pub struct Saver {
    sender: Option<mpsc::Sender<Settings>>,
    thread: Option<JoinHandle<()>>,
}

impl Saver {
    /// Starts the thread; failures go to `outbox`.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(outbox: Outbox<SettingsError>) -> std::io::Result<Self> {
        let (sender, inbox) = mpsc::channel::<Settings>();
        let save = move || {
            while let Ok(first) = inbox.recv() {
                let newest = inbox.try_iter().last().unwrap_or(first);
                if let Err(error) = newest.save() {
                    outbox.send(error);
                }
            }
        };
        let thread = std::thread::Builder::new().name("settings".to_owned()).spawn(save)?;
        Ok(Self { sender: Some(sender), thread: Some(thread) })
    }

    /// Has these settings written soon. Never blocks.
    pub fn save(&self, settings: Settings) {
        if let Some(sender) = &self.sender {
            sender.send(settings).ok();
        }
    }
}

impl Drop for Saver {
    fn drop(&mut self) {
        self.sender = None;
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

//! The store on a thread of its own, for faces that must not wait for a disk.
//!
//! Commands are carried out in the order of sending, see `desk.rs`. What streams in is gathered and
//! written every [`WRITE_INTERVAL`]; everything else is written at once.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::desk::Desk;
use super::{StoreCommand, StoreEvent};
use crate::Outbox;

/// How long a piece of a streaming answer may wait before it is written.
pub const WRITE_INTERVAL: Duration = Duration::from_millis(500);

/// How often the worker looks whether another program has changed something.
const LOOK_INTERVAL: Duration = Duration::from_secs(2);

/// The worker tidies up once it has had nothing to do for so long.
const QUIET: Duration = Duration::from_secs(20);

/// A store at work. Dropping it writes what is pending and waits until all is done.
#[derive(Debug)]
pub struct Worker {
    commands: Option<mpsc::Sender<StoreCommand>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Opens the database at `path` on a new thread. The first event is
    /// [`StoreEvent::Opened`] or [`StoreEvent::OpenFailed`].
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(path: PathBuf, outbox: Outbox<StoreEvent>) -> std::io::Result<Self> {
        let (commands, inbox) = mpsc::channel();
        let work = move || match Desk::open(&path, outbox.clone()) {
            Ok(desk) => turn_round(desk, &inbox),
            Err(error) => {
                outbox.send(StoreEvent::OpenFailed(error));
            }
        };
        let thread = std::thread::Builder::new().name("conversations".to_owned()).spawn(work)?;
        Ok(Self { commands: Some(commands), thread: Some(thread) })
    }

    /// Asks for something. Never blocks; does nothing when the store could not be opened.
    pub fn send(&self, command: StoreCommand) {
        if let Some(commands) = &self.commands {
            commands.send(command).ok();
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.commands = None;
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

fn turn_round(mut desk: Desk, inbox: &mpsc::Receiver<StoreCommand>) {
    let mut tidied = false;
    let mut quiet_since = Instant::now();
    let mut looked = Instant::now();
    let mut due: Option<Instant> = None;
    let mut queue = VecDeque::new();
    loop {
        let look_at = looked + LOOK_INTERVAL;
        let wake_at = due.map_or(look_at, |due| due.min(look_at));
        match inbox.recv_timeout(wake_at.saturating_duration_since(Instant::now())) {
            Ok(command) => {
                queue.push_back(command);
                quiet_since = Instant::now();
            }
            Err(RecvTimeoutError::Timeout) if !tidied && quiet_since.elapsed() >= QUIET => {
                tidied = true;
                desk.tidy_up();
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        queue.extend(inbox.try_iter());
        while let Some(command) = queue.pop_front() {
            if !is_overtaken(&command, &queue) {
                desk.run(command);
            }
        }
        if due.is_some_and(|due| due <= Instant::now()) {
            desk.write_pending();
            due = None;
        }
        if looked.elapsed() >= LOOK_INTERVAL {
            desk.look_for_changes();
            looked = Instant::now();
        }
        if due.is_none() && desk.has_unwritten() {
            due = Some(Instant::now() + WRITE_INTERVAL);
        }
    }
    desk.write_pending();
}

/// Whoever types a query wants the results of the last one.
fn is_overtaken(command: &StoreCommand, queue: &VecDeque<StoreCommand>) -> bool {
    matches!(command, StoreCommand::Search { .. })
        && queue.iter().any(|later| matches!(later, StoreCommand::Search { .. }))
}

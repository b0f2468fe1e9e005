//! The parent's side of a child process: it is told things, one JSON value a line, and what it says is
//! listened to by a thread of its own, so that nobody waits longer than wanted.

use std::ffi::OsString;
use std::io::{self, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::time::Duration;

use serde::Serialize;

use super::wire;
use crate::documents::extract::Refusal;

/// Where what a child says is read from.
pub(in crate::documents) type Output = BufReader<ChildStdout>;

/// How a child is called.
#[derive(Clone, Debug)]
pub(in crate::documents) struct Call {
    pub(in crate::documents) program: PathBuf,
    pub(in crate::documents) arguments: Vec<OsString>,
}

impl Call {
    /// Starts a child, which may be told on the command line what file to work on. `next` reads one
    /// thing that it says, or `None` at the end; so many of these may wait to be heard.
    pub(in crate::documents) fn begin<T: Send + 'static>(
        &self,
        path: Option<&Path>,
        waiting: usize,
        next: fn(&mut Output) -> io::Result<Option<T>>,
    ) -> io::Result<Talk<T>> {
        let child = Command::new(&self.program)
            .args(&self.arguments)
            .args(path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut child = Killed(child);
        let input = child.0.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let output = child.0.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let (sender, heard) = mpsc::sync_channel(waiting);
        let begun = Arc::new(AtomicBool::new(false));
        let has_begun = Arc::clone(&begun);
        std::thread::Builder::new()
            .name("listens to a child".to_owned())
            .spawn(move || listen(output, next, &has_begun, &sender))?;
        Ok(Talk { input, child, begun, heard })
    }
}

/// A child at work. Dropping this ends it.
#[derive(Debug)]
pub(in crate::documents) struct Talk<T> {
    // Closed first, which is how the child learns of the end.
    input: ChildStdin,
    child: Killed,
    /// Whether it has said that it listens.
    begun: Arc<AtomicBool>,
    heard: Receiver<io::Result<T>>,
}

/// Why nothing was heard.
#[derive(Debug)]
pub(in crate::documents) enum Silence {
    /// The child took too long.
    TooLong,
    /// It ended before it listened to anything.
    NotBegun,
    /// It ended without a last word.
    Ended,
    /// It said something that has no meaning.
    Senseless(io::Error),
}

impl<T> Talk<T> {
    /// Tells the child something.
    pub(in crate::documents) fn tell(&mut self, what: &impl Serialize) -> io::Result<()> {
        // JSON has no line breaks of its own.
        let mut line = serde_json::to_vec(what)?;
        line.push(b'\n');
        self.input.write_all(&line)?;
        self.input.flush()
    }

    /// Waits so long for what the child says next.
    pub(in crate::documents) fn hear(&self, patience: Duration) -> Result<T, Silence> {
        match self.heard.recv_timeout(patience) {
            Ok(Ok(heard)) => Ok(heard),
            Err(RecvTimeoutError::Timeout) => Err(Silence::TooLong),
            Err(RecvTimeoutError::Disconnected) if !self.begun.load(Ordering::Acquire) => {
                Err(Silence::NotBegun)
            }
            Err(RecvTimeoutError::Disconnected) => Err(Silence::Ended),
            // It ended in the middle of a word.
            Ok(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => Err(Silence::Ended),
            Ok(Err(error)) => Err(Silence::Senseless(error)),
        }
    }

    /// What it means for the file that nothing was heard after such a time.
    pub(in crate::documents) fn refusal(self, silence: Silence, taken: Duration) -> Refusal {
        let Self { input, mut child, heard, .. } = self;
        // One that is still there ends now: nobody tells it anything, and nobody listens.
        drop((input, heard));
        match silence {
            Silence::TooLong => Refusal::TimedOut { seconds: taken.as_secs() },
            Silence::NotBegun | Silence::Ended => match child.0.wait() {
                Ok(status) => how_it_ended(status, taken),
                Err(error) => Refusal::Crashed { what: error.to_string() },
            },
            Silence::Senseless(error) => Refusal::Crashed { what: error.to_string() },
        }
    }

    /// The child's number among the processes of this system.
    pub(in crate::documents) fn process(&self) -> u32 {
        self.child.0.id()
    }
}

/// A child that does not outlive its handle.
#[derive(Debug)]
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn listen<T>(
    output: ChildStdout,
    next: fn(&mut Output) -> io::Result<Option<T>>,
    begun: &AtomicBool,
    sender: &SyncSender<io::Result<T>>,
) {
    let mut output = BufReader::with_capacity(256 << 10, output);
    match wire::find_beginning(&mut output) {
        Ok(true) => begun.store(true, Ordering::Release),
        Ok(false) => return,
        Err(error) => {
            sender.send(Err(error)).ok();
            return;
        }
    }
    while let Some(said) = next(&mut output).transpose() {
        let is_last = said.is_err();
        if sender.send(said).is_err() || is_last {
            return;
        }
    }
}

/// What the end of a child means that did not say anything itself.
#[cfg(unix)]
fn how_it_ended(status: ExitStatus, taken: Duration) -> Refusal {
    use std::os::unix::process::ExitStatusExt as _;

    match status.signal() {
        Some(libc::SIGXCPU | libc::SIGKILL) => Refusal::TimedOut { seconds: taken.as_secs() },
        // Rust ends a process so when it gets no more memory.
        Some(libc::SIGABRT) => {
            Refusal::TooLarge { what: "reading it needs too much memory".to_owned() }
        }
        Some(signal) => Refusal::Crashed { what: format!("signal {signal}") },
        None => Refusal::Crashed { what: status.to_string() },
    }
}

/// What the end of a child means that did not say anything itself.
#[cfg(not(unix))]
fn how_it_ended(status: ExitStatus, _taken: Duration) -> Refusal {
    Refusal::Crashed { what: status.to_string() }
}

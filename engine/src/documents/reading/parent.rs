//! The parent's side: start a child, have it read one file after the other, and end it when it takes
//! too long or nobody wants its pages any more.

use std::ffi::OsString;
use std::io::{self, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::wire::{self, Frame};
use crate::documents::extract::{Piece, Refusal};

/// Pages that may wait for the one who reads them: what keeps a fast child from filling memory.
const WAITING_PAGES: usize = 4;

/// How long a child may take, on the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Without telling a page.
    pub silence: Duration,
    /// Altogether, for any file.
    pub whole: Duration,
    /// And for each megabyte of it.
    pub per_megabyte: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            silence: Duration::from_secs(180),
            whole: Duration::from_secs(600),
            per_megabyte: Duration::from_secs(20),
        }
    }
}

/// A child reads so many files before another one takes over: whatever a library has forgotten to
/// free is freed then.
const FILES_OF_A_CHILD: u32 = 500;

/// Reads files in children, one file after the other in the same child: to start one takes longer
/// than to read a short file.
#[derive(Clone, Debug)]
pub struct Reader {
    program: PathBuf,
    arguments: Vec<OsString>,
    patience: Patience,
    /// The child that has read the last file, if it waits for another one.
    resting: Arc<Mutex<Option<Working>>>,
}

impl Reader {
    /// Children are `program` called with `arguments`; they must do
    /// [`run_child`](super::run_child) and nothing else.
    #[must_use]
    pub fn new(program: PathBuf, arguments: Vec<OsString>) -> Self {
        Self { program, arguments, patience: Patience::default(), resting: Arc::default() }
    }

    /// Gives children another limit on the clock.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// Begins to read a file.
    ///
    /// # Errors
    /// When no child can be started.
    pub fn read(&self, path: &Path) -> Result<Reading, Refusal> {
        let unreadable = |error: io::Error| Refusal::Unreadable {
            what: format!("the reading process cannot be started ({error})"),
        };
        let megabytes =
            std::fs::metadata(path).map_err(|error| Refusal::from_io(&error))?.len() >> 20;
        let rested = self.resting().take();
        // One that has died meanwhile takes no order.
        let working = rested.and_then(|mut working| working.order(path).ok().map(|()| working));
        let working = match working {
            Some(working) => working,
            None => self.begin(path).map_err(unreadable)?,
        };
        let began = Instant::now();
        let megabytes = u32::try_from(megabytes).unwrap_or(u32::MAX);
        let whole = self.patience.whole + self.patience.per_megabyte.saturating_mul(megabytes);
        Ok(Reading {
            working: Some(working),
            resting: Arc::clone(&self.resting),
            began,
            until: began + whole,
            silence: self.patience.silence,
        })
    }

    /// Ends the child that waits for another file; to be called when there will be none for a while.
    pub fn rest(&self) {
        self.resting().take();
    }

    fn begin(&self, path: &Path) -> io::Result<Working> {
        let (mut child, output) = start(&self.program, &self.arguments, None)?;
        let input = child.0.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let (sender, frames) = mpsc::sync_channel(WAITING_PAGES);
        std::thread::Builder::new()
            .name("pages".to_owned())
            .spawn(move || listen(output, &sender))?;
        let mut working = Working { input, child, frames, files: 0 };
        working.order(path)?;
        Ok(working)
    }

    fn resting(&self) -> MutexGuard<'_, Option<Working>> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A child at work.
#[derive(Debug)]
struct Working {
    // Closed first, which is how the child learns of the end.
    input: ChildStdin,
    child: Killed,
    frames: Receiver<io::Result<Frame>>,
    /// How many files it was told to read.
    files: u32,
}

impl Working {
    /// Tells the child to read a file.
    fn order(&mut self, path: &Path) -> io::Result<()> {
        // A path need not be text, and JSON has no line breaks.
        let mut line = serde_json::to_vec(path.as_os_str())?;
        line.push(b'\n');
        self.input.write_all(&line)?;
        self.input.flush()?;
        self.files += 1;
        Ok(())
    }
}

/// A file that is being read: its pages, as they come. Dropping it before the end ends the child.
#[derive(Debug)]
pub struct Reading {
    /// Until the end of the file.
    working: Option<Working>,
    resting: Arc<Mutex<Option<Working>>>,
    began: Instant,
    until: Instant,
    silence: Duration,
}

impl Iterator for Reading {
    type Item = Result<Piece, Unread>;

    /// Waits for the next piece. After a refusal nothing more comes.
    fn next(&mut self) -> Option<Self::Item> {
        let left = self.until.saturating_duration_since(Instant::now()).min(self.silence);
        let working = self.working.take()?;
        match working.frames.recv_timeout(left) {
            Ok(Ok(Frame::Piece(piece))) => {
                self.working = Some(working);
                Some(Ok(piece))
            }
            Ok(Ok(Frame::Done)) => {
                self.let_rest(working);
                None
            }
            Ok(Ok(Frame::Refused(refusal))) => {
                self.let_rest(working);
                Some(Err(Unread::Refused(refusal)))
            }
            Err(RecvTimeoutError::Timeout) => {
                Some(Err(Unread::Refused(Refusal::TimedOut { seconds: self.seconds() })))
            }
            // The child ended without a last word.
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => Some(Err(self.crashed(working))),
        }
    }
}

/// Why a file was not read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It cannot be read.
    Refused(Refusal),
    /// The child ended, which had read other files before: perhaps because of those.
    Again,
}

impl Reading {
    /// The child's number among the processes of this system; `None` after the end.
    #[must_use]
    pub fn process(&self) -> Option<u32> {
        self.working.as_ref().map(|working| working.child.0.id())
    }

    fn let_rest(&self, working: Working) {
        if working.files < FILES_OF_A_CHILD {
            *self.resting.lock().unwrap_or_else(PoisonError::into_inner) = Some(working);
        }
    }

    fn seconds(&self) -> u64 {
        self.began.elapsed().as_secs()
    }

    fn crashed(&self, mut working: Working) -> Unread {
        if working.files > 1 {
            return Unread::Again;
        }
        Unread::Refused(match working.child.0.wait() {
            Ok(status) => how_it_ended(status, self.began.elapsed()),
            Err(error) => Refusal::Crashed { what: error.to_string() },
        })
    }
}

/// Starts a child, which may be told on the command line what file to work on, and the way to what it
/// tells.
pub(in crate::documents) fn start(
    program: &Path,
    arguments: &[OsString],
    path: Option<&Path>,
) -> io::Result<(Killed, ChildStdout)> {
    let mut child = Command::new(program)
        .args(arguments)
        .args(path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let output = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
    Ok((Killed(child), output))
}

/// What the end of a child means that did not say anything itself.
#[cfg(unix)]
pub(in crate::documents) fn how_it_ended(status: ExitStatus, taken: Duration) -> Refusal {
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
pub(in crate::documents) fn how_it_ended(status: ExitStatus, _taken: Duration) -> Refusal {
    Refusal::Crashed { what: status.to_string() }
}

/// A child that does not outlive its handle.
#[derive(Debug)]
pub(in crate::documents) struct Killed(pub(in crate::documents) Child);

impl Killed {
    pub(in crate::documents) fn end(&mut self) {
        // It may have ended by itself.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

impl Drop for Killed {
    fn drop(&mut self) {
        self.end();
    }
}

fn listen(output: ChildStdout, frames: &SyncSender<io::Result<Frame>>) {
    let mut output = BufReader::with_capacity(256 << 10, output);
    match wire::find_beginning(&mut output) {
        Ok(true) => {}
        Ok(false) => return,
        Err(error) => {
            frames.send(Err(error)).ok();
            return;
        }
    }
    while let Some(frame) = wire::read::<Frame>(&mut output).transpose() {
        let is_last = frame.is_err();
        if frames.send(frame).is_err() || is_last {
            return;
        }
    }
}

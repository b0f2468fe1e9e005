//! The parent's side: start a child, read its pages, and end it when it takes too long or nobody
//! wants them any more.

use std::ffi::OsString;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, SyncSender};
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

/// Starts children that read files.
#[derive(Clone, Debug)]
pub struct Reader {
    program: PathBuf,
    arguments: Vec<OsString>,
    patience: Patience,
}

impl Reader {
    /// Children are `program` called with `arguments` and the path of the file; they must do
    /// [`run_child`](super::run_child) and nothing else.
    #[must_use]
    pub fn new(program: PathBuf, arguments: Vec<OsString>) -> Self {
        Self { program, arguments, patience: Patience::default() }
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
        let (mut child, output) =
            start(&self.program, &self.arguments, path, Stdio::null()).map_err(unreadable)?;
        let (sender, frames) = mpsc::sync_channel(WAITING_PAGES);
        let listening = std::thread::Builder::new()
            .name("pages".to_owned())
            .spawn(move || listen(output, &sender));
        if let Err(error) = listening {
            child.end();
            return Err(unreadable(error));
        }
        let began = Instant::now();
        let megabytes = u32::try_from(megabytes).unwrap_or(u32::MAX);
        let whole = self.patience.whole + self.patience.per_megabyte.saturating_mul(megabytes);
        Ok(Reading {
            child,
            frames,
            began,
            until: began + whole,
            silence: self.patience.silence,
            is_over: false,
        })
    }
}

/// A file that is being read: its pages, as they come. Dropping it ends the child.
#[derive(Debug)]
pub struct Reading {
    child: Killed,
    frames: mpsc::Receiver<io::Result<Frame>>,
    began: Instant,
    until: Instant,
    silence: Duration,
    is_over: bool,
}

impl Iterator for Reading {
    type Item = Result<Piece, Refusal>;

    /// Waits for the next piece. After a refusal nothing more comes.
    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let left = self.until.saturating_duration_since(Instant::now()).min(self.silence);
        let refusal = match self.frames.recv_timeout(left) {
            Ok(Ok(Frame::Piece(piece))) => return Some(Ok(piece)),
            Ok(Ok(Frame::Done)) => {
                self.is_over = true;
                return None;
            }
            Ok(Ok(Frame::Refused(refusal))) => refusal,
            Err(RecvTimeoutError::Timeout) => self.timed_out(),
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => self.crashed(),
        };
        self.is_over = true;
        self.child.end();
        Some(Err(refusal))
    }
}

impl Reading {
    /// The child's number among the processes of this system.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.child.0.id()
    }

    fn timed_out(&self) -> Refusal {
        Refusal::TimedOut { seconds: self.began.elapsed().as_secs() }
    }

    /// The child ended without a last word.
    fn crashed(&mut self) -> Refusal {
        match self.child.0.wait() {
            Ok(status) => how_it_ended(status, self.began.elapsed()),
            Err(error) => Refusal::Crashed { what: error.to_string() },
        }
    }
}

/// Starts a child that works on the file at `path`, and the way to what it tells.
pub(in crate::documents) fn start(
    program: &Path,
    arguments: &[OsString],
    path: &Path,
    input: Stdio,
) -> io::Result<(Killed, ChildStdout)> {
    let mut child = Command::new(program)
        .args(arguments)
        .arg(path)
        .stdin(input)
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
        let is_last = !matches!(frame, Ok(Frame::Piece(_)));
        if frames.send(frame).is_err() || is_last {
            return;
        }
    }
}

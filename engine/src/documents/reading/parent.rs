//! The parent's side: start a child, have it read one file after the other, and end it when it takes
//! too long or nobody wants its pages any more.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::idle::{Idleness, LOOKS};
use super::talk::{Call, Silence, Talk};
use super::wire::{self, Frame};
use crate::documents::extract::{Piece, Refusal};
use crate::in_words;

/// Pages that may wait for the one who reads them: what keeps a fast child from filling memory.
const WAITING_PAGES: usize = 4;

/// How long a child may take, on the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Without telling a page.
    pub silence: Duration,
    /// Without telling a page and without any processor time, where the system tells that.
    pub idle: Duration,
    /// Altogether, for any file.
    pub whole: Duration,
    /// And for each megabyte of it.
    pub per_megabyte: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            silence: Duration::from_secs(180),
            idle: Duration::from_secs(20),
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
    call: Call,
    patience: Patience,
    /// The child that has read the last file, if it waits for another one.
    resting: Arc<Mutex<Option<Working>>>,
}

impl Reader {
    /// Children are `program` called with `arguments`; they must do
    /// [`run_child`](super::run_child) and nothing else.
    #[must_use]
    pub fn new(program: PathBuf, arguments: Vec<OsString>) -> Self {
        let call = Call { program, arguments };
        Self { call, patience: Patience::default(), resting: Arc::default() }
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
    /// When the file cannot be looked at or no child can be started.
    pub fn read(&self, path: &Path) -> Result<Reading, Unread> {
        let metadata = std::fs::metadata(path);
        let unreadable = |error: io::Error| Unread::Refused(Refusal::from_io(&error));
        let megabytes = metadata.map_err(unreadable)?.len() >> 20;
        let rested = self.resting().take();
        // One that has died meanwhile takes no order.
        let working = rested.and_then(|mut working| working.order(path).ok().map(|()| working));
        let working = match working {
            Some(working) => working,
            None => self.begin(path).map_err(|error| Unread::NoReader(in_words(&error)))?,
        };
        let began = Instant::now();
        let megabytes = u32::try_from(megabytes).unwrap_or(u32::MAX);
        let whole = self.patience.whole + self.patience.per_megabyte.saturating_mul(megabytes);
        Ok(Reading {
            working: Some(working),
            resting: Arc::clone(&self.resting),
            began,
            until: began + whole,
            patience: self.patience,
        })
    }

    /// Ends the child that waits for another file; to be called when there will be none for a while.
    pub fn rest(&self) {
        self.resting().take();
    }

    fn begin(&self, path: &Path) -> io::Result<Working> {
        let talk = self.call.begin(None, WAITING_PAGES, wire::read)?;
        let mut working = Working { talk, files: 0 };
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
    talk: Talk<Frame>,
    /// How many files it was told to read.
    files: u32,
}

impl Working {
    /// Tells the child to read a file, whose path need not be text.
    fn order(&mut self, path: &Path) -> io::Result<()> {
        self.talk.tell(&path.as_os_str())?;
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
    patience: Patience,
}

impl Iterator for Reading {
    type Item = Result<Piece, Unread>;

    /// Waits for the next piece. After a refusal nothing more comes.
    fn next(&mut self) -> Option<Self::Item> {
        let working = self.working.take()?;
        match self.hear(&working) {
            Ok(Frame::Piece(piece)) => {
                self.working = Some(working);
                Some(Ok(piece))
            }
            Ok(Frame::Done) => {
                self.let_rest(working);
                None
            }
            Ok(Frame::Refused(refusal)) => {
                self.let_rest(working);
                Some(Err(Unread::Refused(refusal)))
            }
            Err(Silence::Ended) if working.files > 1 => Some(Err(Unread::Again)),
            Err(Silence::NotBegun) => {
                let why = "it ended before it read anything";
                Some(Err(Unread::NoReader(why.to_owned())))
            }
            Err(silence) => {
                let refusal = working.talk.refusal(silence, self.began.elapsed());
                Some(Err(Unread::Refused(refusal)))
            }
        }
    }
}

/// Why a file was not read to its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// It cannot be read.
    #[error(transparent)]
    Refused(Refusal),
    /// The child ended, which had read other files before: perhaps because of those.
    #[error("the process that read it, and others before, has ended")]
    Again,
    /// No child could be started, which says nothing of the file.
    #[error("the process that reads documents cannot be started ({0})")]
    NoReader(String),
}

impl Reading {
    /// The child's number among the processes of this system; `None` after the end.
    #[must_use]
    pub fn process(&self) -> Option<u32> {
        self.working.as_ref().map(|working| working.talk.process())
    }

    /// Waits for what the child says next, as long as there is hope.
    fn hear(&self, working: &Working) -> Result<Frame, Silence> {
        let until = self.until.min(Instant::now() + self.patience.silence);
        let pause = self.patience.idle / (LOOKS + 1);
        let mut idleness = Idleness::default();
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match working.talk.hear(left.min(pause)) {
                Err(Silence::TooLong) if left > pause && !idleness.look(working.talk.process()) => {
                }
                heard => return heard,
            }
        }
    }

    fn let_rest(&self, working: Working) {
        if working.files < FILES_OF_A_CHILD {
            *self.resting.lock().unwrap_or_else(PoisonError::into_inner) = Some(working);
        }
    }
}

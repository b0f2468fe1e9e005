//! The worker that reads documents into the library, one after the other, in the background.
//!
//! ```text
//! roots ─▶ scan.rs ─▶ documents that wait ─▶ reading.rs ─▶ store ─▶ embedding.rs
//! ```
//!
//! What is to be done stands in the library itself, so that it goes on after a restart, a crash or a
//! full disk where it was. Of several processes with the same library one works and the others see
//! what it does, see `claim.rs`.

mod claim;
mod embedding;
mod progress;
mod reading;
mod scan;
mod watch;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use claim::Claim;
pub(in crate::documents) use embedding::with_place;
use progress::Clock;
pub use progress::Progress;
use reading::Outcome;
pub use scan::{PassedOver, passed_over};
use serde::{Deserialize, Serialize};

use super::extract::Refusal;
use super::reading::Reader;
use super::store::{DocumentId, Store, Unscanned, Waiting};
use super::{DocumentsError, Embedder};
use crate::Outbox;

/// How often a worker looks whether another process has left work.
const LOOK: Duration = Duration::from_millis(500);
/// After a failure of the library, as a full disk, the worker rests so long.
const REST: Duration = Duration::from_secs(20);
/// Progress is told so often at most.
const TELL: Duration = Duration::from_millis(100);

/// What happened to documents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// A document is being read.
    Progress(Progress),
    /// A document can be searched now.
    Ready {
        /// Which.
        document: DocumentId,
        /// Its file.
        path: PathBuf,
    },
    /// A document could not be read.
    Refused {
        /// Which.
        document: DocumentId,
        /// Its file.
        path: PathBuf,
        /// Why.
        refusal: Refusal,
    },
    /// A file was moved: what was read of it went along.
    Moved {
        /// Which.
        document: DocumentId,
        /// Where it was.
        from: PathBuf,
        /// Where it is now.
        path: PathBuf,
    },
    /// A document was forgotten, because its file is gone.
    Removed {
        /// Its file.
        path: PathBuf,
    },
    /// A file or folder within an added folder could not be looked at; see [`Store::unscanned`].
    Unscanned(Unscanned),
    /// Chunks were embedded.
    Embedded {
        /// How many are.
        done: u64,
        /// Of how many.
        total: u64,
    },
    /// Everything has been read. Comes again after new work.
    Idle,
    /// The library cannot be written just now; the worker tries again by itself.
    Failed(DocumentsError),
    /// The embedding model failed; searching by words goes on without it.
    EmbeddingFailed(DocumentsError),
}

/// What the worker reads with.
#[derive(Clone)]
pub struct IndexerConfig {
    /// The file of the library.
    pub library: PathBuf,
    /// Starts the processes that read files.
    pub reader: Reader,
    /// Embeds what was read, where there is an embedding model.
    pub embedder: Option<Arc<dyn Embedder>>,
}

enum Order {
    /// There may be work.
    Look,
    /// The embedding model is another one now.
    Embedder(Option<Arc<dyn Embedder>>),
    Stop,
}

/// What reading a document tells while it goes on; the answer says whether it shall.
enum Told {
    Nothing,
    /// How far the document is read.
    Page {
        page: u32,
        of: Option<u32>,
        share: f64,
    },
}

/// The worker. Dropping it stops the work at the next page and waits for that; what was being read
/// is read again next time.
pub struct Indexer {
    orders: mpsc::Sender<Order>,
    flags: Arc<Flags>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Flags {
    paused: AtomicBool,
    stopped: AtomicBool,
}

impl Indexer {
    /// Starts the worker on a library.
    ///
    /// # Errors
    /// When the library cannot be opened or the system gives no thread.
    pub fn start(config: IndexerConfig, outbox: Outbox<Event>) -> Result<Self, DocumentsError> {
        let store = Store::open(&config.library)?;
        let (orders, inbox) = mpsc::channel();
        let flags = Arc::new(Flags::default());
        let watcher = watch::Watcher::new({
            let orders = orders.clone();
            move || orders.send(Order::Look).is_ok()
        });
        let worker = Worker {
            store,
            reader: config.reader,
            embedder: config.embedder,
            pass: None,
            outbox,
            flags: Arc::clone(&flags),
            watcher,
            claim: None,
            clock: Clock::start(),
            told_idle: false,
            seen_version: None,
        };
        let thread = std::thread::Builder::new()
            .name("documents".to_owned())
            .spawn(move || worker.work(&inbox))
            .map_err(|error| DocumentsError::Thread(error.to_string()))?;
        Ok(Self { orders, flags, thread: Some(thread) })
    }

    /// Says that something was added, removed or is to be tried again.
    pub fn look(&self) {
        self.orders.send(Order::Look).ok();
    }

    /// Embeds with another model from now on, or with none.
    pub fn set_embedder(&self, embedder: Option<Arc<dyn Embedder>>) {
        self.orders.send(Order::Embedder(embedder)).ok();
    }

    /// Lets the work rest at the next page, or go on.
    pub fn set_paused(&self, paused: bool) {
        self.flags.paused.store(paused, Ordering::Relaxed);
        self.look();
    }
}

impl Drop for Indexer {
    fn drop(&mut self) {
        self.flags.stopped.store(true, Ordering::Relaxed);
        self.orders.send(Order::Stop).ok();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

struct Worker {
    store: Store,
    reader: Reader,
    embedder: Option<Arc<dyn Embedder>>,
    /// Over what is still to be embedded, where that has begun.
    pass: Option<embedding::Pass>,
    outbox: Outbox<Event>,
    flags: Arc<Flags>,
    watcher: watch::Watcher,
    claim: Option<Claim>,
    clock: Clock,
    told_idle: bool,
    seen_version: Option<i64>,
}

/// What a look at the library came to.
enum Look {
    /// Something was done; there may be more.
    Did,
    /// Nothing is to be done here.
    Nothing,
    Stopped,
}

impl Worker {
    fn work(mut self, inbox: &mpsc::Receiver<Order>) {
        loop {
            let wait = match self.look() {
                Ok(Look::Did) => Duration::ZERO,
                Ok(Look::Nothing) => LOOK,
                Ok(Look::Stopped) => return,
                Err(error) => {
                    self.outbox.send(Event::Failed(error));
                    REST
                }
            };
            match inbox.recv_timeout(wait) {
                Ok(Order::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Ok(Order::Embedder(embedder)) => {
                    self.embedder = embedder;
                    self.pass = None;
                    self.seen_version = None;
                }
                Ok(Order::Look) => self.seen_version = None,
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    fn look(&mut self) -> Result<Look, DocumentsError> {
        if self.flags.stopped.load(Ordering::Relaxed) {
            return Ok(Look::Stopped);
        }
        if self.flags.paused.load(Ordering::Relaxed) {
            return Ok(Look::Nothing);
        }
        let version = self.store.data_version()?;
        if self.seen_version == Some(version) {
            return Ok(Look::Nothing);
        }
        if !self.is_mine()? {
            self.tell_if_idle()?;
            return Ok(Look::Nothing);
        }
        self.watcher.follow(&self.store)?;
        if self.scan_one()? || self.read_one()? {
            self.told_idle = false;
            // There are chunks that were not there when it began.
            self.pass = None;
            return Ok(Look::Did);
        }
        self.reader.rest();
        if self.embed_some()? {
            self.told_idle = false;
            return Ok(Look::Did);
        }
        self.tell_if_idle()?;
        self.clock = Clock::start();
        // What others write changes the version; then there is reason to look again.
        self.seen_version = Some(version);
        Ok(Look::Nothing)
    }

    /// Whether this process is the one that works.
    fn is_mine(&mut self) -> Result<bool, DocumentsError> {
        if self.claim.is_none() {
            let path = self.store.path();
            self.claim =
                Claim::take(path).map_err(|error| DocumentsError::from_file(&error, path))?;
            if self.claim.is_some() {
                // What happened while nobody watched.
                self.store.make_due(None)?;
            }
        }
        Ok(self.claim.is_some())
    }

    fn tell_if_idle(&mut self) -> Result<(), DocumentsError> {
        let is_idle = self.store.count_waiting()? == 0 && self.store.due_roots()?.is_empty();
        if is_idle && !self.told_idle {
            self.outbox.send(Event::Idle);
        }
        self.told_idle = is_idle;
        Ok(())
    }

    fn scan_one(&mut self) -> Result<bool, DocumentsError> {
        let Some(root) = self.store.due_roots()?.into_iter().next() else { return Ok(false) };
        if is_out_of_reach(&root.path) {
            let reason = "it is not there; what was read of it before can still be searched";
            let missing = Unscanned { path: root.path.clone(), reason: reason.to_owned() };
            self.store.put_off(root.collection, &root.path, &missing)?;
            self.outbox.send(Event::Unscanned(missing));
            return Ok(true);
        }
        let flags = Arc::clone(&self.flags);
        let goes_on = || !flags.stopped.load(Ordering::Relaxed);
        let Some(scan) = scan::scan(&root.path, goes_on) else { return Ok(true) };
        self.store.scanned(root.collection, &root.path, &scan.files, &scan.problems)?;
        for problem in scan.problems {
            self.outbox.send(Event::Unscanned(problem));
        }
        Ok(true)
    }

    fn read_one(&mut self) -> Result<bool, DocumentsError> {
        let Some(waiting) = self.store.next_waiting()? else { return Ok(false) };
        let count = self.store.count_waiting()?;
        let total = self.clock.done() + count;
        let mut told: Option<Instant> = None;
        let (flags, outbox, clock) = (&self.flags, &self.outbox, &self.clock);
        let mut tell = |what: Told| {
            if let Told::Page { page, of, share } = what
                && told.is_none_or(|told| told.elapsed() > TELL)
            {
                told = Some(Instant::now());
                outbox.send(Event::Progress(Progress {
                    done: clock.done(),
                    total,
                    path: waiting.path.clone(),
                    page,
                    pages: of,
                    share,
                    left: clock.left(count, share),
                }));
            }
            flags.wait_while_paused()
        };
        // A large file may take a while before its first page comes.
        tell(Told::Page { page: 0, of: None, share: 0.0 });
        let outcome = reading::read(&self.store, &self.reader, &waiting, &mut tell)?;
        if outcome != Outcome::Stopped {
            self.clock.finished_one();
        }
        self.report(waiting, outcome);
        Ok(true)
    }

    fn report(&self, waiting: Waiting, outcome: Outcome) {
        let Waiting { id: document, path, .. } = waiting;
        self.outbox.send(match outcome {
            Outcome::Read | Outcome::Unchanged => Event::Ready { document, path },
            Outcome::Moved { document, from } => Event::Moved { document, from, path },
            Outcome::Refused(refusal) => Event::Refused { document, path, refusal },
            Outcome::Gone => Event::Removed { path },
            Outcome::Stopped => return,
        });
    }

    fn embed_some(&mut self) -> Result<bool, DocumentsError> {
        let Some(embedder) = self.embedder.clone() else { return Ok(false) };
        let mut pass = match self.pass.take() {
            Some(pass) => pass,
            None => embedding::Pass::begin(&self.store, embedder.as_ref())?,
        };
        match pass.embed_some(&self.store, embedder.as_ref()) {
            Ok(None) => Ok(false),
            Ok(Some((done, total))) => {
                self.pass = Some(pass);
                self.outbox.send(Event::Embedded { done, total });
                Ok(true)
            }
            Err(error @ (DocumentsError::Embedder(_) | DocumentsError::NoEmbedder)) => {
                self.embedder = None;
                self.outbox.send(Event::EmbeddingFailed(error));
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}

impl Flags {
    /// Waits as long as the work is paused. `false` when it is to stop.
    fn wait_while_paused(&self) -> bool {
        while self.paused.load(Ordering::Relaxed) && !self.stopped.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(20));
        }
        !self.stopped.load(Ordering::Relaxed)
    }
}

/// Whether a root is missing together with the folder that it lay in, as on a drive that was taken
/// out. A single file or folder that is missing was deleted.
fn is_out_of_reach(root: &Path) -> bool {
    !root.exists() && root.parent().is_none_or(|parent| !parent.exists())
}

/// Takes a path as the library keeps it: absolute and without links, so that each file is there once.
///
/// # Errors
/// When there is no such file or folder, or it is a device or a pipe: a folder may hold those, but
/// nobody names one to have it read.
pub fn canonical(path: &Path) -> Result<PathBuf, DocumentsError> {
    let whole =
        std::fs::canonicalize(path).map_err(|error| DocumentsError::from_file(&error, path))?;
    if whole.is_file() || whole.is_dir() {
        return Ok(whole);
    }
    Err(DocumentsError::NoFile { path: whole })
}

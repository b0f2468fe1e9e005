//! The library of documents as one handle that every face shares: it searches, changes and reads on
//! threads of its own, so that whoever asks never waits.
//!
//! ```text
//! look ─▶ thread "library"  (searches and reads; never waits for a writer)
//! change ─▶ thread "library changes" ─▶ the worker looks for new work
//! ```

use std::path::PathBuf;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use super::index::{self, Indexer, IndexerConfig};
use super::reading::Reader;
use super::search::Searcher;
use super::store::Store;
use super::{DocumentsError, Embedder};
use crate::{Inbox, Outbox, Wake, channel};

type Look = Box<dyn FnOnce(&mut Searcher) + Send>;
type Change = Box<dyn FnOnce(&Store) + Send>;
type Listeners = Arc<Mutex<Vec<Outbox<index::Event>>>>;

/// What the library works with.
pub struct DocumentsConfig {
    /// The file of the library.
    pub library: PathBuf,
    /// Starts the processes that read files.
    pub reader: Reader,
    /// Embeds passages and questions, where there is an embedding model.
    pub embedder: Option<Arc<dyn Embedder>>,
}

/// The library of documents. Cheap to clone; the threads end with the last clone, at the next page
/// of what is being read.
#[derive(Clone)]
pub struct Documents {
    shared: Arc<Shared>,
}

struct Shared {
    library: PathBuf,
    listeners: Listeners,
    /// None where documents are only searched and asked.
    indexer: Option<Indexer>,
    // Gone before the threads are joined, which is how they learn of the end.
    looks: Option<Sender<Look>>,
    changes: Option<Sender<Change>>,
    threads: Vec<JoinHandle<()>>,
}

impl Documents {
    /// Opens the library and starts its threads.
    ///
    /// # Errors
    /// When the file cannot be used or the system gives no thread.
    pub fn start(config: DocumentsConfig) -> Result<Self, DocumentsError> {
        let DocumentsConfig { library, reader, embedder } = config;
        let listeners = Listeners::default();
        let told = Arc::clone(&listeners);
        let news = Outbox::new(move |event: index::Event| {
            let mut listeners = told.lock().unwrap_or_else(PoisonError::into_inner);
            listeners.retain(|listener| listener.send(event.clone()));
            true
        });
        let config = IndexerConfig { library: library.clone(), reader, embedder: embedder.clone() };
        let indexer = Indexer::start(config, news)?;
        Self::with_threads(library, embedder, listeners, Some(indexer))
    }

    /// Opens the library to search and ask it; nothing is read into it. For programs that end soon.
    ///
    /// # Errors
    /// When the file cannot be used or the system gives no thread.
    pub fn without_worker(
        library: PathBuf,
        embedder: Option<Arc<dyn Embedder>>,
    ) -> Result<Self, DocumentsError> {
        Self::with_threads(library, embedder, Listeners::default(), None)
    }

    fn with_threads(
        library: PathBuf,
        embedder: Option<Arc<dyn Embedder>>,
        listeners: Listeners,
        indexer: Option<Indexer>,
    ) -> Result<Self, DocumentsError> {
        let mut searcher = Searcher::new(Store::open(&library)?, embedder);
        let store = Store::open(&library)?;
        let (looks, to_look) = mpsc::channel::<Look>();
        let (changes, to_change) = mpsc::channel::<Change>();
        let threads = vec![
            thread("library", move || to_look.iter().for_each(|look| look(&mut searcher)))?,
            thread("library changes", move || to_change.iter().for_each(|change| change(&store)))?,
        ];
        let (looks, changes) = (Some(looks), Some(changes));
        Ok(Self {
            shared: Arc::new(Shared { library, listeners, indexer, looks, changes, threads }),
        })
    }

    /// Where the file of the library is.
    #[must_use]
    pub fn library(&self) -> &std::path::Path {
        &self.shared.library
    }

    /// News of the worker from now on.
    #[must_use]
    pub fn subscribe(&self, wake: Wake) -> Inbox<index::Event> {
        let (outbox, inbox) = channel(wake);
        let mut listeners = self.shared.listeners.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.push(outbox);
        inbox
    }

    /// Looks something up; the answer comes to `answer`.
    pub fn look<T: Send + 'static>(
        &self,
        what: impl FnOnce(&mut Searcher) -> Result<T, DocumentsError> + Send + 'static,
        answer: Outbox<Result<T, DocumentsError>>,
    ) {
        let look: Look = Box::new(move |searcher| {
            answer.send(what(searcher));
        });
        if let Some(looks) = &self.shared.looks {
            looks.send(look).ok();
        }
    }

    /// Changes something, and lets the worker look for what follows from it.
    pub fn change<T: Send + 'static>(
        &self,
        what: impl FnOnce(&Store) -> Result<T, DocumentsError> + Send + 'static,
        answer: Outbox<Result<T, DocumentsError>>,
    ) {
        let worker = self.shared.indexer.as_ref().map(Indexer::worker);
        let change: Change = Box::new(move |store| {
            let changed = what(store);
            if let Some(worker) = worker {
                worker.look();
            }
            answer.send(changed);
        });
        if let Some(changes) = &self.shared.changes {
            changes.send(change).ok();
        }
    }

    /// Embeds with another model from now on, or with none. What was embedded with another one stays
    /// until it is done anew.
    pub fn set_embedder(&self, embedder: Option<Arc<dyn Embedder>>) {
        if let Some(indexer) = &self.shared.indexer {
            indexer.set_embedder(embedder.clone());
        }
        if let Some(looks) = &self.shared.looks {
            looks.send(Box::new(move |searcher| searcher.set_embedder(embedder))).ok();
        }
    }

    /// Lets the reading of files rest at the next page, or go on.
    pub fn set_paused(&self, paused: bool) {
        if let Some(indexer) = &self.shared.indexer {
            indexer.set_paused(paused);
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.looks = None;
        self.changes = None;
        for thread in self.threads.drain(..) {
            // The last handle may be let go by a thread of the library itself.
            if thread.thread().id() != std::thread::current().id() {
                thread.join().ok();
            }
        }
    }
}

fn thread(
    name: &str,
    work: impl FnOnce() + Send + 'static,
) -> Result<JoinHandle<()>, DocumentsError> {
    let named = std::thread::Builder::new().name(name.to_owned());
    named.spawn(work).map_err(|error| DocumentsError::Thread(error.to_string()))
}

//! The library of documents as one handle that every face shares: it searches, changes and reads on
//! threads of its own, so that whoever asks never waits.
//!
//! ```text
//! look, search ─▶ thread "library"  (searches and reads; never waits for a writer)
//!                 └▶ thread "ranking"  (one for each search that a reranker orders)
//! change ─▶ thread "library changes" ─▶ the worker looks for new work
//! ```
//!
//! A thread opens the file when it is first asked for something, so that a program in which nobody
//! uses documents has no library open. Where that fails, whoever asked is told, and the next one who
//! asks tries again.

use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use super::built_in::BuiltIn;
use super::index::{self, Indexer, IndexerConfig};
use super::reading::Reader;
use super::search::{Findings, Query, Searcher, Step, Unordered};
use super::store::{Collection, Store};
use super::{DocumentsError, Embedder, Reranker};
use crate::{Inbox, Outbox, Wake, asleep, channel};

type Listeners = Arc<Mutex<Vec<Outbox<index::Event>>>>;
/// What is done with the open library, or told that it cannot be opened.
type Looking = Box<dyn FnOnce(Result<&mut Searcher, DocumentsError>) + Send>;
type Making = Box<dyn FnOnce(Result<&Changing, DocumentsError>) + Send>;

/// What the library works with.
pub struct DocumentsConfig {
    /// The file of the library.
    pub library: PathBuf,
    /// Starts the processes that read files.
    pub reader: Reader,
    /// Embeds passages and questions, where there is an embedding model.
    pub embedder: Option<Arc<dyn Embedder>>,
    /// Collections that come with the program. Each is made when it is first asked for by its name.
    pub built_in: Vec<BuiltIn>,
}

/// What the thread that searches is asked.
enum Look {
    For(Looking),
    With(Option<Arc<dyn Embedder>>),
    Reranking(Option<Arc<dyn Reranker>>),
}

/// What the thread that changes is asked.
enum Change {
    Make(Making),
    With(Option<Arc<dyn Embedder>>),
    Pause(bool),
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
    built_in: Vec<BuiltIn>,
    // Gone before the threads are joined, which is how they learn of the end.
    looks: Option<Sender<Look>>,
    changes: Option<Sender<Change>>,
    threads: Vec<JoinHandle<()>>,
}

impl Documents {
    /// Opens the library and begins to read what waits.
    ///
    /// # Errors
    /// When the file cannot be used or the system gives no thread.
    pub fn start(config: DocumentsConfig) -> Result<Self, DocumentsError> {
        let documents = Self::when_needed(config)?;
        let (opened, answer) = channel(asleep());
        documents.look(|_| Ok(()), opened.clone());
        documents.change(|_| Ok(()), opened);
        // A thread that is gone has panicked and said so.
        let gone = |_| Err(DocumentsError::Thread("the library's thread ended".to_owned()));
        for _ in 0..2 {
            answer.recv().unwrap_or_else(gone)?;
        }
        Ok(documents)
    }

    /// A library that is opened when something is first asked of it.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn when_needed(config: DocumentsConfig) -> Result<Self, DocumentsError> {
        let (library, built_in) = (config.library.clone(), config.built_in.clone());
        let listeners = Listeners::default();
        let (looks, to_look) = mpsc::channel();
        let (changes, to_change) = mpsc::channel();
        let (path, embedder) = (library.clone(), config.embedder.clone());
        let searching = thread("library", move || search(&path, embedder, &to_look))?;
        let told = Arc::clone(&listeners);
        let changing = thread("library changes", move || change(config, &told, &to_change))?;
        let threads = vec![searching, changing];
        let (looks, changes) = (Some(looks), Some(changes));
        let shared = Shared { library, listeners, built_in, looks, changes, threads };
        Ok(Self { shared: Arc::new(shared) })
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
        self.ask_search(Look::For(Box::new(move |searcher| {
            answer.send(searcher.and_then(what));
        })));
    }

    /// Finds passages. A reranker, where a person chose one, takes a thread of its own, so that nobody
    /// who looks something else up waits for it; `watch` is as in [`Searcher::search_watched`].
    pub fn search(
        &self,
        query: Query,
        watch: impl FnMut(Option<f32>) -> bool + Send + 'static,
        answer: Outbox<Result<Findings, DocumentsError>>,
    ) {
        let documents = self.clone();
        self.ask_search(Look::For(Box::new(move |searcher| {
            match searcher.and_then(|searcher| searcher.begin(&query)) {
                Ok(Step::Order(unordered)) => documents.order(*unordered, watch, answer),
                Ok(Step::Done(findings)) => {
                    answer.send(Ok(findings));
                }
                Err(error) => {
                    answer.send(Err(error));
                }
            }
        })));
    }

    fn order(
        self,
        unordered: Unordered,
        mut watch: impl FnMut(Option<f32>) -> bool + Send + 'static,
        answer: Outbox<Result<Findings, DocumentsError>>,
    ) {
        let failed = answer.clone();
        let ordering = thread("ranking", move || {
            let ordered = unordered.order(&mut watch);
            self.look(move |searcher| searcher.end(ordered), answer);
        });
        if let Err(error) = ordering {
            failed.send(Err(error));
        }
    }

    /// Changes something, and lets the worker look for what follows from it.
    pub fn change<T: Send + 'static>(
        &self,
        what: impl FnOnce(&Store) -> Result<T, DocumentsError> + Send + 'static,
        answer: Outbox<Result<T, DocumentsError>>,
    ) {
        self.ask_change(Change::Make(Box::new(move |changing| {
            answer.send(changing.and_then(|changing| {
                let changed = what(&changing.store);
                changing.worker.look();
                changed
            }));
        })));
    }

    /// The collections of these names, in their order. One that is built in is made or brought up to
    /// date first.
    pub fn collections_named(
        &self,
        names: Vec<String>,
        answer: Outbox<Result<Vec<Collection>, DocumentsError>>,
    ) {
        let is_meant = |one: &&BuiltIn| names.iter().any(|name| one.is_called(name));
        let wanted: Vec<BuiltIn> = self.shared.built_in.iter().filter(is_meant).cloned().collect();
        let find = move |store: &Store| -> Result<Vec<Collection>, DocumentsError> {
            names.iter().map(|name| store.collection(name)).collect()
        };
        if wanted.is_empty() {
            self.look(move |searcher| find(searcher.store()), answer);
            return;
        }
        let make = move |store: &Store| {
            wanted.iter().try_for_each(|one| one.bring_into(store))?;
            find(store)
        };
        self.change(make, answer);
    }

    /// Embeds with another model from now on, or with none. What was embedded with another one stays
    /// until it is done anew.
    pub fn set_embedder(&self, embedder: Option<Arc<dyn Embedder>>) {
        self.ask_change(Change::With(embedder.clone()));
        self.ask_search(Look::With(embedder));
    }

    /// Gives what is found the order of this reranker from now on, or of none.
    pub fn set_reranker(&self, reranker: Option<Arc<dyn Reranker>>) {
        self.ask_search(Look::Reranking(reranker));
    }

    /// Lets the reading of files rest at the next page, or go on.
    pub fn set_paused(&self, paused: bool) {
        self.ask_change(Change::Pause(paused));
    }

    fn ask_search(&self, look: Look) {
        if let Some(looks) = &self.shared.looks {
            looks.send(look).ok();
        }
    }

    fn ask_change(&self, change: Change) {
        if let Some(changes) = &self.shared.changes {
            changes.send(change).ok();
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

fn search(
    library: &std::path::Path,
    mut embedder: Option<Arc<dyn Embedder>>,
    looks: &Receiver<Look>,
) {
    let mut reranker: Option<Arc<dyn Reranker>> = None;
    let mut open: Option<Searcher> = None;
    for look in looks {
        match look {
            Look::Reranking(other) => {
                if let Some(searcher) = &mut open {
                    searcher.set_reranker(other.clone());
                }
                reranker = other;
            }
            Look::With(other) => {
                if let Some(searcher) = &mut open {
                    searcher.set_embedder(other.clone());
                }
                embedder = other;
            }
            Look::For(look) => look(match &mut open {
                Some(searcher) => Ok(searcher),
                None => Store::open(library).map(|store| {
                    let searcher = open.insert(Searcher::new(store, embedder.clone()));
                    searcher.set_reranker(reranker.clone());
                    searcher
                }),
            }),
        }
    }
}

/// The library open for changes, with the worker that reads what was added.
struct Changing {
    store: Store,
    worker: Indexer,
}

impl Changing {
    fn open(config: &IndexerConfig, listeners: &Listeners) -> Result<Self, DocumentsError> {
        let store = Store::open(&config.library)?;
        let listeners = Arc::clone(listeners);
        let news = Outbox::new(move |event: index::Event| {
            let mut listeners = listeners.lock().unwrap_or_else(PoisonError::into_inner);
            listeners.retain(|listener| listener.send(event.clone()));
            true
        });
        Ok(Self { store, worker: Indexer::start(config.clone(), news)? })
    }
}

fn change(config: DocumentsConfig, listeners: &Listeners, changes: &Receiver<Change>) {
    let DocumentsConfig { library, reader, embedder, built_in: _ } = config;
    let mut config = IndexerConfig { library, reader, embedder };
    let mut paused = false;
    let mut open: Option<Changing> = None;
    for change in changes {
        match change {
            Change::With(embedder) => {
                if let Some(changing) = &open {
                    changing.worker.set_embedder(embedder.clone());
                }
                config.embedder = embedder;
            }
            Change::Pause(pause) => {
                paused = pause;
                if let Some(changing) = &open {
                    changing.worker.set_paused(pause);
                }
            }
            Change::Make(make) => make(match &mut open {
                Some(changing) => Ok(&*changing),
                None => Changing::open(&config, listeners).map(|changing| {
                    changing.worker.set_paused(paused);
                    &*open.insert(changing)
                }),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::Watch;
    use crate::documents::index::Event;
    use crate::documents::reading::tests::reader;
    use crate::documents::store::tests::add;
    use crate::inference::Ranking;

    fn config(library: PathBuf) -> DocumentsConfig {
        DocumentsConfig { library, reader: reader(), embedder: None, built_in: Vec::new() }
    }

    #[test]
    fn a_library_is_opened_when_something_is_asked_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("library.db");
        let documents = Documents::when_needed(config(library.clone())).unwrap();
        let _news = documents.subscribe(asleep());
        documents.set_paused(false);
        assert!(!library.exists());
        let (outbox, answer) = channel(asleep());
        documents.look(|searcher| searcher.store().collections(), outbox);
        assert_eq!(answer.recv().unwrap(), Ok(Vec::new()));
        assert!(library.exists());
    }

    #[test]
    fn a_library_that_cannot_be_opened_is_tried_again() {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("later").join("library.db");
        let documents = Documents::when_needed(config(library.clone())).unwrap();
        let (outbox, answer) = channel(asleep());
        documents.change(|store| store.create_collection("Lease"), outbox.clone());
        assert!(answer.recv().unwrap().is_err());
        std::fs::create_dir(folder.path().join("later")).unwrap();
        documents.change(|store| store.create_collection("Lease"), outbox);
        assert_eq!(answer.recv().unwrap().unwrap().name, "Lease");
        assert!(Documents::start(config(folder.path().join("gone").join("library.db"))).is_err());
    }

    #[test]
    fn what_is_added_is_read_and_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("letter.txt");
        std::fs::write(&file, "The notice period is six months.").unwrap();
        let documents = Documents::start(config(folder.path().join("library.db"))).unwrap();
        let news = documents.subscribe(asleep());
        let (outbox, answer) = channel(asleep());
        let path = file.clone();
        documents.change(
            move |store| {
                let collection = store.create_collection("Letters")?;
                store.add_root(collection.id, &path, false)
            },
            outbox,
        );
        answer.recv().unwrap().unwrap();
        let patience = std::time::Duration::from_secs(60);
        loop {
            match news.recv_timeout(patience).unwrap() {
                Event::Ready { path, .. } => {
                    assert_eq!(path.file_name(), file.file_name());
                    break;
                }
                Event::Progress(_) | Event::Idle => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// Says when it begins, and ranks when it is told to.
    struct Waiting {
        began: Sender<()>,
        go: Mutex<Receiver<()>>,
    }

    impl Reranker for Waiting {
        fn name(&self) -> String {
            "waiting".to_owned()
        }

        fn rank(
            &self,
            _question: &str,
            passages: Vec<String>,
            _watch: Watch<'_>,
        ) -> Result<Ranking, DocumentsError> {
            self.began.send(()).unwrap();
            self.go.lock().unwrap().recv().unwrap();
            Ok(Ranking { scores: vec![0.5; passages.len()], ..Ranking::default() })
        }
    }

    #[test]
    fn nobody_else_waits_while_a_reranker_works() {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("library.db");
        let store = Store::open(&library).unwrap();
        let collection = store.create_collection("Birds").unwrap().id;
        add(&store, collection, "/heron.txt", "A heron stands in the water.");
        let documents = Documents::when_needed(config(library)).unwrap();
        let (began, begins) = mpsc::channel();
        let (go, goes) = mpsc::channel();
        documents.set_reranker(Some(Arc::new(Waiting { began, go: Mutex::new(goes) })));
        let (outbox, found) = channel(asleep());
        documents.search(Query::new(vec![collection], "heron"), |_| true, outbox);
        begins.recv().unwrap();
        let (outbox, answer) = channel(asleep());
        documents.look(|searcher| searcher.store().collections(), outbox);
        assert_eq!(answer.recv().unwrap().unwrap()[0].name, "Birds");
        assert!(found.try_recv().is_err());
        go.send(()).unwrap();
        let found = found.recv().unwrap().unwrap();
        assert_eq!(found.passages[0].reranked.map(|one| one.before), Some(1));
    }
}

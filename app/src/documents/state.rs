//! Which collections there are, how far they are read, and what is open.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use engine::conversations::MessageId;
use engine::documents::ask::Grounds;
use engine::documents::drawing::Studio;
use engine::documents::index::{self, Progress};
use engine::documents::search::{Findings, Searcher};
use engine::documents::store::{Collection, CollectionId, Store};
use engine::documents::{Documents, DocumentsError};
use engine::models::ModelId;
use engine::{Inbox, Message, Outbox, Wake, channel};

use super::embedding::Embedding;
use super::listing::{Filter, View};
use super::reranking::Reranking;
use super::viewer::Viewer;

/// What is typed about documents.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    /// The path of a file or folder to add.
    pub(crate) path: String,
    /// The next frame puts the cursor there.
    pub(crate) focus_path: bool,
    /// What is looked for in the shown collection.
    pub(crate) query: String,
    /// The name of a new collection, or the new name of one.
    pub(crate) name: String,
    /// The next frame puts the cursor there.
    pub(crate) focus_name: bool,
    /// The number of the page to go to, as it is typed.
    pub(crate) page: String,
    /// The next frame puts the cursor into the find bar of the open document.
    pub(crate) focus_find: bool,
    /// The next frame puts the cursor into the search field of the collection.
    pub(crate) focus_search: bool,
    /// Whether the panel at the right was used last, rather than what is beside it.
    pub(crate) in_hand: bool,
    /// What had the keyboard in the last frame.
    pub(super) focused: Option<egui::Id>,
    /// The prompt of an explained answer while it is being changed.
    pub(crate) prompt: Option<Vec<Message>>,
}

/// What the library answers.
pub(super) enum Reply {
    /// What there is.
    Listed(Result<Vec<Collection>, DocumentsError>),
    /// The documents of a collection, and how long it took to read them.
    Documents(CollectionId, Result<(View, Duration), DocumentsError>),
    /// Those of them that are to be listed.
    Chosen(CollectionId, View),
    /// What was found for a search.
    Found(String, Result<Findings, DocumentsError>),
    /// How much the search by meaning counts in a collection.
    Weighed(CollectionId, Result<Option<f64>, DocumentsError>),
    /// A collection is there that was made here.
    Created(Result<Collection, DocumentsError>),
    /// The manual.
    Manual(Result<Vec<Collection>, DocumentsError>),
    /// Something was changed.
    Changed(Result<(), DocumentsError>),
    /// A file or folder was taken out.
    Removed(CollectionId, PathBuf, Result<usize, DocumentsError>),
}

/// A dialog over the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Dialog {
    /// The name of a new collection.
    New,
    /// Another name for a collection.
    Rename(CollectionId),
    /// Whether to delete a collection.
    Delete(CollectionId),
    /// Where to add what was let go over the window.
    Dropped {
        /// Files and folders.
        paths: Vec<PathBuf>,
        /// To which collection; `None` for a new one.
        to: Option<CollectionId>,
        /// Whether the open conversation is answered from it then.
        bind: bool,
    },
}

/// The collection that the page shows.
pub(crate) struct Shown {
    /// Which.
    pub(crate) collection: CollectionId,
    /// Its documents.
    pub(crate) view: View,
    /// Whether they are known.
    pub(crate) listed: bool,
    /// What was found, and for which words.
    pub(crate) found: Option<(String, Findings)>,
    /// How many passages are looked for.
    pub(crate) most: usize,
    /// How many chunks there were when it was asked how much meaning counts among them, and the answer,
    /// once it is there and everything is embedded.
    pub(crate) weighed: Option<(u64, Option<f64>)>,
    /// The words that were asked last, empty for none, and which documents are to be listed.
    pub(crate) filter: Filter,
}

/// Why an answer is as it is.
pub(crate) struct Why {
    /// Which answer.
    pub(crate) answer: MessageId,
    /// Why.
    pub(crate) grounds: Box<Grounds>,
}

/// What is open at the right.
pub(crate) enum Panel {
    /// A document.
    Document(Box<Viewer>),
    /// Why an answer is as it is.
    Why(Why),
}

/// See the module documentation.
pub(crate) struct State {
    library: Documents,
    pub(super) studio: Studio,
    pub(super) news: Inbox<index::Event>,
    pub(super) replies: Inbox<Reply>,
    outbox: Outbox<Reply>,
    /// Whether the library was asked for anything; it stays closed until then.
    begun: bool,
    /// Whether there was a library when the window was opened.
    pub(super) exists: bool,
    /// Whether what there is was asked for and has not been told.
    pub(super) asked: bool,
    /// Whether what there is may be other than what is shown.
    pub(super) stale: bool,
    /// When it was asked last, in seconds since the window was opened.
    pub(super) asked_at: f64,
    /// How long it takes to read the documents that are shown.
    pub(super) reading_takes: Duration,
    pub(super) listed: bool,
    pub(super) collections: Vec<Collection>,
    /// The manual, once it was asked for.
    pub(super) manual: Option<Collection>,
    pub(super) shown: Option<Shown>,
    pub(super) progress: Option<Progress>,
    pub(super) paused: bool,
    pub(super) embedding: Embedding,
    pub(super) reranking: Reranking,
    pub(super) failure: Option<String>,
    pub(super) path_hint: Option<&'static str>,
    pub(super) dialog: Option<Dialog>,
    /// What is to be done with the collection that is being made.
    pub(super) after_creating: Option<(Vec<PathBuf>, bool)>,
    pub(super) panel: Option<Panel>,
    pub(super) wake: Wake,
}

impl State {
    /// The documents of this library, which is not opened yet; `studio` draws pages, and `reranker`
    /// was chosen to order what is found.
    pub(crate) fn new(
        library: Documents,
        studio: Studio,
        reranker: Option<ModelId>,
        wake: &Wake,
    ) -> Self {
        let exists = library.library().exists();
        let news = library.subscribe(Arc::clone(wake));
        let (outbox, replies) = channel(Arc::clone(wake));
        Self {
            library,
            studio,
            news,
            replies,
            outbox,
            begun: false,
            exists,
            asked: false,
            stale: false,
            asked_at: 0.0,
            reading_takes: Duration::ZERO,
            listed: false,
            collections: Vec::new(),
            manual: None,
            shown: None,
            progress: None,
            paused: false,
            embedding: Embedding::default(),
            reranking: Reranking::at_start(reranker),
            failure: None,
            path_hint: None,
            dialog: None,
            after_creating: None,
            panel: None,
            wake: Arc::clone(wake),
        }
    }

    /// The library itself.
    pub(crate) fn library(&self) -> &Documents {
        &self.library
    }

    /// Opens the library, if it was not, and lets the worker go on where it was.
    pub(super) fn begin(&mut self) {
        if !std::mem::replace(&mut self.begun, true) {
            self.change(|_| Ok(()), Reply::Changed);
            self.stale = true;
        }
    }

    /// Asks for the manual, which is made when it is first asked for.
    pub(super) fn ask_manual(&self) {
        let outbox = self.outbox.clone();
        let name = crate::document_library::MANUAL.to_owned();
        let answer = Outbox::new(move |found| outbox.send(Reply::Manual(found)));
        self.library.collections_named(vec![name], answer);
    }

    /// Looks something up; the answer comes as a reply.
    pub(super) fn look<T: Send + 'static>(
        &self,
        what: impl FnOnce(&mut Searcher) -> Result<T, DocumentsError> + Send + 'static,
        reply: impl Fn(Result<T, DocumentsError>) -> Reply + Send + Sync + 'static,
    ) {
        let outbox = self.outbox.clone();
        self.library.look(what, Outbox::new(move |answer| outbox.send(reply(answer))));
    }

    /// Changes something; the answer comes as a reply.
    pub(super) fn change<T: Send + 'static>(
        &self,
        what: impl FnOnce(&Store) -> Result<T, DocumentsError> + Send + 'static,
        reply: impl Fn(Result<T, DocumentsError>) -> Reply + Send + Sync + 'static,
    ) {
        let outbox = self.outbox.clone();
        self.library.change(what, Outbox::new(move |answer| outbox.send(reply(answer))));
    }

    /// Whether what there is is known.
    pub(crate) fn is_listed(&self) -> bool {
        self.listed
    }

    /// All collections, by name.
    pub(crate) fn collections(&self) -> &[Collection] {
        &self.collections
    }

    /// One collection.
    pub(crate) fn collection(&self, id: CollectionId) -> Option<&Collection> {
        self.collections.iter().chain(&self.manual).find(|collection| collection.id == id)
    }

    /// The collection that the page shows.
    pub(crate) fn shown(&self) -> Option<&Shown> {
        self.shown.as_ref()
    }

    /// How far the reading is, while something is read.
    pub(crate) fn progress(&self) -> Option<&Progress> {
        self.progress.as_ref()
    }

    /// Whether the reading rests.
    pub(crate) fn is_paused(&self) -> bool {
        self.paused
    }

    /// The embedding model, and how far it is.
    pub(crate) fn embedding(&self) -> &Embedding {
        &self.embedding
    }

    /// What failed last, in words.
    pub(crate) fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// Why the path has to be typed.
    pub(crate) fn path_hint(&self) -> Option<&'static str> {
        self.path_hint
    }

    /// The dialog over the window.
    pub(crate) fn dialog(&self) -> Option<&Dialog> {
        self.dialog.as_ref()
    }

    /// The same, for what is chosen in it.
    pub(crate) fn dialog_mut(&mut self) -> Option<&mut Dialog> {
        self.dialog.as_mut()
    }

    /// What is open at the right.
    pub(crate) fn panel(&self) -> Option<&Panel> {
        self.panel.as_ref()
    }

    /// The document at the right.
    pub(crate) fn open_document(&self) -> Option<&Viewer> {
        match &self.panel {
            Some(Panel::Document(viewer)) => Some(viewer),
            _ => None,
        }
    }

    /// The same, for what drawing it finds out: what is to be drawn next.
    pub(super) fn panel_mut(&mut self) -> Option<&mut Panel> {
        self.panel.as_mut()
    }
}

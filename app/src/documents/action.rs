//! What can be asked about documents.

use std::path::PathBuf;

use engine::conversations::{MessageId, Source};
use engine::documents::ask::Grounds;
use engine::documents::search::Passage;
use engine::documents::store::{CollectionId, Document, DocumentId};
use engine::models::ModelId;

use super::listing::Only;
use super::viewer;

/// See the module documentation.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// Show a collection on the page; `None` for all of them.
    ShowCollection(Option<CollectionId>),
    /// Show a collection, from wherever one is.
    OpenCollection(CollectionId),
    /// Show the pages of the manual.
    ShowManual,
    /// Open the dialog for a new collection.
    AskNew,
    /// Open the dialog for another name.
    AskRename(CollectionId),
    /// Ask whether to delete a collection.
    AskDelete(CollectionId),
    /// Close whichever dialog is open.
    CloseDialog,
    /// Make the collection that was named in the dialog, or rename it.
    AcceptName,
    /// Forget a collection; its files stay.
    Delete(CollectionId),
    /// Choose files for the shown collection with the desktop's dialog, or folders.
    Browse {
        /// Whether folders are chosen.
        folder: bool,
    },
    /// The desktop has no dialog: the path must be typed.
    TypePath(&'static str),
    /// Add files and folders to the shown collection.
    Add(Vec<PathBuf>),
    /// Files and folders were let go over the window: ask for which collection.
    Dropped {
        /// Which.
        paths: Vec<PathBuf>,
        /// Whether that was over a conversation, which is to be answered from them then.
        bind: bool,
    },
    /// Add what was let go, to the collection that was chosen.
    AcceptDropped,
    /// Follow changes in an added folder, or not.
    SetWatched {
        /// The collection.
        collection: CollectionId,
        /// The folder.
        path: PathBuf,
        /// Whether to follow.
        watched: bool,
    },
    /// Take a file or folder out of a collection; a notice offers to undo.
    Remove {
        /// The collection.
        collection: CollectionId,
        /// The file or folder.
        path: PathBuf,
    },
    /// Undo that.
    AddAgain {
        /// The collection.
        collection: CollectionId,
        /// The file or folder.
        path: PathBuf,
    },
    /// Read a document again that was refused; `None` for all of the collection.
    Retry(CollectionId, Option<DocumentId>),
    /// Let the reading of files rest, or go on.
    SetPaused(bool),
    /// Look at the library again, after a failure.
    Refresh,
    /// Close the message about a failure.
    DismissFailure,
    /// Let this model order what is found for a question; `None` for no model.
    ChooseReranker(Option<ModelId>),
    /// The search field was typed in.
    Search(String),
    /// Look for more passages.
    SearchMore,
    /// List documents in this state only.
    ListOnly(Only),
    /// Show a document at the right.
    OpenDocument(Box<Document>),
    /// Show a passage that was found.
    OpenPassage(Box<Passage>),
    /// Show what a number in an answer stands for.
    OpenSource(Box<Source>),
    /// Show why an answer is as it is.
    ShowWhy {
        /// Which answer.
        answer: MessageId,
        /// Why.
        grounds: Box<Grounds>,
    },
    /// Change the prompt of the answer that is explained.
    EditPrompt,
    /// Leave it as it was.
    KeepPrompt,
    /// Ask again with the changed prompt.
    RunPrompt,
    /// Something about the open document.
    Viewer(viewer::Action),
    /// Close what is open at the right.
    ClosePanel,
}

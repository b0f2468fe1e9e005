//! The documents of a collection as they are listed: all of them, or those of some names or in some
//! state. Made by the library's thread, since there may be very many.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use engine::documents::DocumentsError;
use engine::documents::find::Pattern;
use engine::documents::store::{CollectionId, Document, DocumentState, Root, Store};

/// What is known of a collection's documents.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// All of them, by path.
    pub(crate) documents: Vec<Document>,
    /// The folders that were added as a whole.
    pub(crate) folders: Vec<Root>,
}

impl Listing {
    /// Reads it. Not for the thread that draws.
    pub(super) fn read(store: &Store, collection: CollectionId) -> Result<Self, DocumentsError> {
        let documents = store.documents(collection)?;
        let mut above: HashSet<&Path> = HashSet::new();
        for document in &documents {
            // What is above a folder that is known is known too.
            document.path.ancestors().skip(1).take_while(|folder| above.insert(folder)).count();
        }
        // A root with documents below it; asking the disk would take time.
        let is_folder = |root: &Root| root.watched || above.contains(root.path.as_path());
        let mut folders = store.roots()?;
        folders.retain(|root| root.collection == collection && is_folder(root));
        Ok(Self { documents, folders })
    }
}

/// Documents in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Only {
    /// In any.
    #[default]
    All,
    /// Those that could not be read.
    Refused,
    /// Those that wait to be read.
    Waiting,
}

/// Which documents are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// Words that their names have, all of them; empty for any name.
    pub(crate) words: String,
    /// In which state.
    pub(crate) only: Only,
}

/// A listing and what of it is listed.
#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    pub(crate) listing: Arc<Listing>,
    /// The places of those that are listed; `None` for all.
    pub(crate) rows: Option<Arc<[usize]>>,
    /// What they were chosen by.
    pub(super) filter: Filter,
}

impl View {
    /// Chooses from a listing. Not for the thread that draws.
    pub(super) fn new(listing: Arc<Listing>, filter: Filter) -> Self {
        if filter == Filter::default() {
            return Self { listing, rows: None, filter };
        }
        let words: Vec<Pattern> = filter.words.split_whitespace().map(Pattern::new).collect();
        let is_meant = |document: &Document| {
            let state = match filter.only {
                Only::All => true,
                Only::Refused => matches!(document.state, DocumentState::Refused(_)),
                Only::Waiting => document.state == DocumentState::Waiting,
            };
            let is_named = |word: &Pattern| {
                word.is_in(&document.title) || word.is_in(&document.path.to_string_lossy())
            };
            state && words.iter().all(is_named)
        };
        let documents = listing.documents.iter().enumerate();
        let rows = documents.filter(|(_, one)| is_meant(one)).map(|(place, _)| place).collect();
        Self { listing, rows: Some(rows), filter }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::documents::store::DocumentId;

    fn document(path: &str, title: &str, state: DocumentState) -> Document {
        Document {
            id: DocumentId(1),
            collection: CollectionId(1),
            path: path.into(),
            title: title.to_owned(),
            language: None,
            state,
            size: 0,
            pages: 0,
            missing_pages: Vec::new(),
            characters: 0,
            chunks: 0,
            indexed: None,
        }
    }

    #[test]
    fn documents_are_listed_by_name_and_state() {
        let documents = vec![
            document("/papers/größe.txt", "", DocumentState::Ready),
            document("/papers/lease.pdf", "Mietvertrag", DocumentState::Waiting),
        ];
        let listing = Arc::new(Listing { documents, folders: Vec::new() });
        let rows = |words: &str, only| {
            let filter = Filter { words: words.to_owned(), only };
            View::new(Arc::clone(&listing), filter).rows.map(|rows| rows.to_vec())
        };
        assert_eq!(rows("", Only::All), None);
        assert_eq!(rows("GROßE papers", Only::All), Some(vec![0]));
        assert_eq!(rows("mietvertrag pdf", Only::All), Some(vec![1]));
        assert_eq!(rows("papers", Only::Waiting), Some(vec![1]));
        assert_eq!(rows("", Only::Refused), Some(vec![]));
    }
}

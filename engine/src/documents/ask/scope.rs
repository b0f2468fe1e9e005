//! Which documents a question is put to, and their text piece by piece.

use std::collections::HashMap;
use std::ops::Range;

use super::content::ContentWords;
use super::cues;
use crate::documents::DocumentsError;
use crate::documents::search::{Passage, joining};
use crate::documents::store::{CollectionId, Document, DocumentId, Store, file_name};
use crate::documents::tokens::Language;

/// The documents that may be read for a question.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    pub(super) collections: Vec<CollectionId>,
    /// Those that have text, in the order of their paths.
    pub(super) documents: Vec<Document>,
    /// Whether the question names them, and others are left out.
    pub(super) is_named: bool,
    /// Whether one of the collections came with the program: its documents are also found by words
    /// that do not stand in them.
    pub(super) is_built_in: bool,
}

/// Chunks of one document that follow each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    /// The place of the document in [`Scope::documents`].
    pub(super) document: usize,
    /// The places of the chunks among those of the document.
    pub(super) chunks: Range<u64>,
}

impl Scope {
    /// The documents of collections, or of all where none is named.
    pub(super) fn of(store: &Store, collections: &[CollectionId]) -> Result<Self, DocumentsError> {
        let own: Vec<_> = store.collections()?.into_iter().map(|one| one.id).collect();
        let is_built_in = collections.iter().any(|one| !own.contains(one));
        let collections = if collections.is_empty() { own } else { collections.to_vec() };
        let mut documents = Vec::new();
        for collection in &collections {
            documents.extend(store.documents(*collection)?);
        }
        documents.retain(|document| document.chunks > 0);
        Ok(Self { collections, documents, is_named: false, is_built_in })
    }

    /// Leaves only the documents that the question names, if it names any.
    pub(super) fn narrowed(mut self, question: &str) -> Self {
        let mut naming = Naming::of(question);
        let named: Vec<DocumentId> = self
            .documents
            .iter()
            .filter(|document| naming.names(document))
            .map(|document| document.id)
            .collect();
        if !named.is_empty() && named.len() < self.documents.len() {
            self.documents.retain(|document| named.contains(&document.id));
            self.is_named = true;
        }
        self
    }

    /// The only documents to search in; empty where that is all of the collections.
    pub(super) fn only(&self) -> Vec<DocumentId> {
        match self.is_named {
            true => self.documents.iter().map(|document| document.id).collect(),
            false => Vec::new(),
        }
    }

    /// The names of the documents, the first few.
    pub(super) fn names(&self) -> String {
        let mut names: Vec<String> = self.documents.iter().take(3).map(Document::name).collect();
        if self.documents.len() > 3 {
            names.push(format!("{} more", self.documents.len() - 3));
        }
        names.join(", ")
    }

    /// Characters of all documents.
    pub(super) fn characters(&self) -> u64 {
        self.documents.iter().map(|document| document.characters).sum()
    }

    /// Chunks of all documents.
    pub(super) fn chunks(&self) -> u64 {
        self.documents.iter().map(|document| document.chunks).sum()
    }

    /// Divides all documents into stretches of about so many characters, a chunk at least.
    pub(super) fn stretches(&self, characters: u64) -> Vec<Stretch> {
        let mut stretches = Vec::new();
        for (index, document) in self.documents.iter().enumerate() {
            let average = (document.characters / document.chunks.max(1)).max(1);
            let at_once = (characters / average).max(1);
            for first in (0..document.chunks).step_by(usize::try_from(at_once).unwrap_or(1)) {
                let chunks = first..(first + at_once).min(document.chunks);
                stretches.push(Stretch { document: index, chunks });
            }
        }
        stretches
    }

    /// The text of a stretch, as passages of at most so many tokens, as estimated.
    pub(super) fn passages(
        &self,
        store: &Store,
        stretch: &Stretch,
        longest: usize,
    ) -> Result<Vec<Passage>, DocumentsError> {
        let Some(document) = self.documents.get(stretch.document) else { return Ok(Vec::new()) };
        let chunks = store.chunks(document.id, stretch.chunks.clone())?;
        joining::in_order(store, document, chunks, longest)
    }
}

impl Stretch {
    /// Two halves; `None` for a single chunk.
    pub(super) fn halves(&self) -> Option<[Self; 2]> {
        let middle = self.chunks.start.midpoint(self.chunks.end);
        (middle > self.chunks.start).then(|| {
            [self.chunks.start..middle, middle..self.chunks.end]
                .map(|chunks| Self { document: self.document, chunks })
        })
    }
}

/// How many characters to take at once so that about so many tokens come of it. Scripts differ between
/// one and five characters a token: what turns out too long is halved.
pub(super) fn characters_for(tokens: u32) -> u64 {
    u64::from(tokens.max(1)) * 3
}

/// Finds out whether a question names documents.
struct Naming {
    /// The question in lower case.
    question: String,
    is_summary: bool,
    content: HashMap<Option<Language>, ContentWords>,
}

impl Naming {
    fn of(question: &str) -> Self {
        let is_summary = cues::asks_for_summary(question);
        Self { question: question.to_lowercase(), is_summary, content: HashMap::new() }
    }

    /// Whether the question names a document: its file with the ending, or its name in quotation marks,
    /// or a name of several words word for word. A name of one word, or of words that may well be the
    /// matter of the question, names it only in a request for a summary.
    fn names(&mut self, document: &Document) -> bool {
        let Self { question, is_summary, content } = self;
        let file = file_name(&document.path).to_lowercase();
        if file.contains('.') && holds(question, &file) {
            return true;
        }
        let stem = document.path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
        let title = document.title.to_lowercase();
        [stem, title].iter().any(|name| {
            // What it does not hold it does not name, in whatever way.
            if name.is_empty() || !question.contains(name.as_str()) {
                return false;
            }
            let language = document.language;
            let content = content.entry(language).or_insert_with(|| ContentWords::new(language));
            let words = content.of(name).len();
            if words == 0 {
                return false;
            }
            let quoted = QUOTES
                .iter()
                .any(|(open, close)| question.contains(&format!("{open}{name}{close}")));
            let least = if *is_summary { 1 } else { 3 };
            quoted || (words >= least && holds(question, name))
        })
    }
}

const QUOTES: [(char, char); 7] =
    [('"', '"'), ('“', '”'), ('„', '“'), ('«', '»'), ('\'', '\''), ('‘', '’'), ('「', '」')];

/// Whether a text holds a name that no letter touches.
fn holds(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        let touches = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && c.is_ascii());
        !touches(before) && !touches(after)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::store::tests::{add, store};

    fn narrowed(question: &str) -> Vec<String> {
        let (_folder, store) = store();
        let collection = store.create_collection("a").unwrap().id;
        for path in ["/report.txt", "/annual figures 2024 berlin.txt", "/otter.md"] {
            add(&store, collection, path, "The otter swims in the river near the harbour.");
        }
        let scope = Scope::of(&store, &[]).unwrap().narrowed(question);
        scope.only().iter().map(|id| store.document(*id).unwrap().name()).collect()
    }

    #[test]
    fn a_document_is_read_alone_where_the_question_names_it() {
        assert_eq!(narrowed("What does Report.txt say about otters?"), ["report.txt"]);
        assert_eq!(narrowed("Who swims according to “otter”?"), ["otter.md"]);
        assert_eq!(
            narrowed("Where are the annual figures 2024 Berlin from?"),
            ["annual figures 2024 berlin.txt"]
        );
        assert_eq!(narrowed("Summarise the report"), ["report.txt"]);
    }

    #[test]
    fn a_word_that_happens_to_be_a_name_names_nothing() {
        assert!(narrowed("Where does the otter swim?").is_empty());
        assert!(narrowed("What do reporters report?").is_empty());
        assert!(narrowed("What is in myreport.txt?").is_empty());
    }

    #[test]
    fn stretches_cover_every_chunk_once() {
        let (_folder, store) = store();
        let collection = store.create_collection("a").unwrap().id;
        let text: String = (0..200).map(|n| format!("Sentence number {n} is here. ")).collect();
        add(&store, collection, "/a.txt", &text);
        add(&store, collection, "/b.txt", "Short.");
        let scope = Scope::of(&store, &[collection]).unwrap();
        let stretches = scope.stretches(2_000);
        let chunks: u64 =
            stretches.iter().map(|stretch| stretch.chunks.end - stretch.chunks.start).sum();
        assert_eq!(chunks, scope.chunks());
        assert!(stretches.len() > 2, "{stretches:?}");
        let whole = Stretch { document: 0, chunks: 0..scope.documents[0].chunks };
        let passages = scope.passages(&store, &whole, usize::MAX).unwrap();
        assert_eq!(passages.len(), 1);
        assert_eq!(passages[0].text, text.trim());
        let [first, second] = whole.halves().unwrap();
        assert_eq!(first.chunks.end, second.chunks.start);
        assert!(Stretch { document: 0, chunks: 3..4 }.halves().is_none());
    }
}

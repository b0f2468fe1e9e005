//! What is to be opened, and what the library knows of it.

use std::io::Read as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use engine::conversations::Source;
use engine::documents::DocumentsError;
use engine::documents::drawing::Wanted;
use engine::documents::search::Passage;
use engine::documents::store::{Document, DocumentId, Store, StoredPage, file_name};

/// A document, and perhaps a passage in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// The name of the document, for as long as nothing else is known of it.
    pub(super) name: String,
    path: PathBuf,
    document: Option<DocumentId>,
    page_ordinal: u64,
    characters: Option<Range<u64>>,
    /// The passage, word for word; empty for none.
    pub(super) quote: String,
}

impl Place {
    /// The beginning of a document.
    pub(crate) fn of_document(document: &Document) -> Self {
        Self {
            name: document.name(),
            path: document.path.clone(),
            document: Some(document.id),
            ..Self::default()
        }
    }

    /// A passage that was found.
    pub(crate) fn of_passage(passage: &Passage) -> Self {
        Self {
            name: passage.name.clone(),
            path: passage.path.clone(),
            document: Some(passage.document),
            page_ordinal: passage.page_ordinal,
            characters: Some(passage.characters.clone()),
            quote: passage.text.clone(),
        }
    }

    /// What a number in an answer stands for.
    pub(crate) fn of_source(source: Source) -> Self {
        let Source { title, path, quote, place, .. } = source;
        let name = if title.is_empty() { path.clone() } else { title };
        let place = place.map(|place| (place.document, place.page_ordinal, place.characters));
        let (document, page_ordinal, characters) = match place {
            Some((document, page_ordinal, characters)) => {
                (Some(document), page_ordinal, Some(characters))
            }
            None => (None, 0, None),
        };
        Self { name, path: path.into(), document, page_ordinal, characters, quote }
    }

    /// The file, as far as it is known.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether this place is in the same document.
    pub(super) fn is_in(&self, document: &Document) -> bool {
        self.document == Some(document.id) && self.path == document.path
    }
}

/// What became of a file since it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum File {
    /// Nothing, as far as can be seen.
    Same,
    /// It was written to.
    Changed,
    /// It is not there.
    Missing,
}

/// A place as the library has it.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) document: Document,
    pub(super) file: File,
    pub(super) is_pdf: bool,
    pub(super) page: StoredPage,
    /// Where the passage stands in the text of the page, in characters; `None` when there is none or
    /// it does not stand there any more.
    pub(super) passage: Option<Range<usize>>,
}

impl Found {
    /// What is to be looked for on the drawn page.
    pub(super) fn wanted(&self) -> Option<Wanted> {
        Some(Wanted::of(&self.page.text, self.passage.clone()?))
    }
}

/// Looks a place up. Reads the file's state: not for the thread that draws.
pub(super) fn find(store: &Store, place: &Place) -> Result<Found, DocumentsError> {
    let document = find_document(store, place)?;
    let last = document.pages.saturating_sub(1);
    let mut page = store.page(document.id, place.page_ordinal.min(last))?;
    let mut passage = passage_in(&page, place);
    // It was read anew, and pages have moved.
    if passage.is_none() && !place.quote.trim().is_empty() {
        for ordinal in 0..document.pages {
            let other = store.page(document.id, ordinal)?;
            if let Some(found) = find_quote(&other.text, &place.quote) {
                (page, passage) = (other, Some(found));
                break;
            }
        }
    }
    let file = file_state(&document);
    let is_pdf = file != File::Missing && is_pdf(&document.path);
    Ok(Found { file, is_pdf, page, passage, document })
}

/// The document of this place: by its number if its file is still the same, or else by its file.
fn find_document(store: &Store, place: &Place) -> Result<Document, DocumentsError> {
    let by_id = place.document.map(|id| store.document(id)).transpose();
    match by_id {
        Ok(Some(document)) if document.path == place.path => return Ok(document),
        Ok(_) | Err(DocumentsError::NoDocument) => {}
        Err(error) => return Err(error),
    }
    for collection in store.collections()? {
        match store.document_at(collection.id, &place.path) {
            Ok(document) => return Ok(document),
            Err(DocumentsError::NoDocument) => {}
            Err(error) => return Err(error),
        }
    }
    Err(DocumentsError::NoDocument)
}

fn passage_in(page: &StoredPage, place: &Place) -> Option<Range<usize>> {
    if let Some(characters) = &place.characters
        && let Some(start) = characters.start.checked_sub(page.first)
    {
        let start = usize::try_from(start).ok()?;
        let length = usize::try_from(characters.end.saturating_sub(characters.start)).ok()?;
        let text: String = page.text.chars().skip(start).take(length).collect();
        if length > 0 && bare(&text).eq(bare(&place.quote)) {
            return Some(start..start + length);
        }
    }
    find_quote(&page.text, &place.quote)
}

/// Where a text stands in another, in characters, whatever blanks stand between the words.
fn find_quote(text: &str, quote: &str) -> Option<Range<usize>> {
    let quote: Vec<char> = bare(quote).collect();
    let (first, rest) = quote.split_first()?;
    let (places, letters): (Vec<usize>, Vec<char>) =
        text.chars().enumerate().filter(|(_, char)| !char.is_whitespace()).unzip();
    let last = letters.len().checked_sub(quote.len())?;
    let start =
        (0..=last).find(|&at| letters[at] == *first && letters[at + 1..].starts_with(rest))?;
    Some(places[start]..places[start + quote.len() - 1] + 1)
}

fn bare(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|char| !char.is_whitespace())
}

fn file_state(document: &Document) -> File {
    let Ok(metadata) = std::fs::metadata(&document.path) else { return File::Missing };
    let written = metadata.modified().ok().and_then(|at| jiff::Timestamp::try_from(at).ok());
    let is_newer = written.zip(document.indexed).is_some_and(|(written, read)| written > read);
    if metadata.len() != document.size || is_newer { File::Changed } else { File::Same }
}

fn is_pdf(path: &Path) -> bool {
    let mut begins = [0; 5];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut begins));
    read.is_ok() && &begins == b"%PDF-"
}

/// Why a place cannot be shown, and what to do.
pub(super) fn words(error: &DocumentsError, place: &Place) -> String {
    match error {
        DocumentsError::NoDocument => format!(
            "{} is no longer among your documents: add it again to open it here",
            file_name(place.path())
        ),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> StoredPage {
        let text = text.to_owned();
        StoredPage { ordinal: 0, number: Some(1), first: 100, text, blocks: Vec::new() }
    }

    fn place(characters: Option<Range<u64>>, quote: &str) -> Place {
        Place { characters, quote: quote.to_owned(), ..Place::default() }
    }

    #[test]
    fn a_passage_is_where_it_was_as_long_as_it_reads_the_same() {
        let page = page("Größe: one. Größe: two.");
        let at = |characters, quote| passage_in(&page, &place(characters, quote));
        assert_eq!(at(Some(112..123), "Größe: two."), Some(12..23));
        assert_eq!(at(Some(112..123), "Größe:\n two."), Some(12..23));
        assert_eq!(at(Some(100..111), "Größe: two."), Some(12..23), "it has moved");
        assert_eq!(at(Some(0..11), "Größe: two."), Some(12..23), "it was on another page");
        assert_eq!(at(None, "one.  Größe"), Some(7..17));
        assert_eq!(at(Some(112..123), "three"), None);
        assert_eq!(at(None, " "), None);
    }

    #[test]
    fn what_stands_before_a_passage_goes_with_it() {
        let found = Found {
            document: serde_json::from_value(serde_json::json!({
                "id": 1, "collection": 1, "path": "/a.pdf", "title": "", "language": null,
                "state": "Ready", "size": 1, "pages": 1, "missing_pages": [], "characters": 1,
                "chunks": 1, "indexed": null
            }))
            .unwrap(),
            file: File::Same,
            is_pdf: true,
            page: page("Größe: one. Größe: two."),
            passage: Some(12..23),
        };
        let wanted = found.wanted().unwrap();
        assert_eq!((wanted.text.as_str(), wanted.before.as_str()), ("Größe: two.", "Größe: one. "));
    }
}

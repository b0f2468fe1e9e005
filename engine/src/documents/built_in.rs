//! Collections that come with the program, as its manual: pages of Markdown that are searched, asked
//! and opened like a person's own documents, and stand in none of their lists.
//!
//! They are made when they are first asked for, here and at once: a handful of pages that we wrote
//! need neither a child process nor a turn behind ten thousand other files.

use std::collections::HashMap;
use std::path::PathBuf;
use std::{fs, io};

use super::DocumentsError;
use super::chunk::{Chunk, Chunker};
use super::extract::{self, Page, Piece, Refusal};
use super::store::{Facts, Stamp, Store};
use super::tokens::Language;

/// Counts up when the same pages come out differently in the library.
const FORMAT: u32 = 3;

/// What begins the line below a section that names other words it is found by, as the index at the
/// end of a book does. It is no part of the text.
const INDEX: &str = "<!-- index:";

/// A collection that comes with the program.
#[derive(Clone, Debug)]
pub struct BuiltIn {
    name: String,
    folder: PathBuf,
    pages: Vec<(String, String)>,
    version: String,
}

impl BuiltIn {
    /// A collection of this name with pages of Markdown, each a file name and a text. They are laid
    /// out in `folder`, which is the program's own, so that other programs can open them.
    #[must_use]
    pub fn new(name: &str, folder: PathBuf, pages: Vec<(String, String)>) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&FORMAT.to_le_bytes()).update(&extract::VERSION.to_le_bytes());
        let folder_bytes = folder.as_os_str().as_encoded_bytes();
        let parts = pages.iter().flat_map(|(name, text)| [name.as_bytes(), text.as_bytes()]);
        for part in std::iter::once(folder_bytes).chain(parts) {
            // Lengths keep one part's end apart from the next one's beginning.
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
        }
        let version = hasher.finalize().to_hex().to_string();
        Self { name: name.to_owned(), folder, pages, version }
    }

    /// Whether a person who writes this name means this collection.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        name.trim().eq_ignore_ascii_case(&self.name)
    }

    /// Sees to it that the library has the collection as this program has it.
    ///
    /// # Errors
    /// When the library or the folder cannot be written.
    pub fn bring_into(&self, store: &Store) -> Result<(), DocumentsError> {
        let is_laid_out = self.pages.iter().all(|(name, _)| self.folder.join(name).is_file());
        if is_laid_out && store.built_in_version(&self.name)?.as_ref() == Some(&self.version) {
            return Ok(());
        }
        let refused = |error: io::Error| DocumentsError::from_file(&error, &self.folder);
        fs::create_dir_all(&self.folder).map_err(refused)?;
        let collection = store.begin_built_in(&self.name)?;
        for (name, text) in &self.pages {
            let (text, index) = without_index(text);
            let path = self.folder.join(name);
            // Nobody reads these but other programs, so that a whole file at every moment is not worth
            // the wait for the disk.
            fs::write(&path, &text).map_err(refused)?;
            let document = store.built_in_document(collection, &path)?;
            let read =
                Read::of(&text, &index).map_err(|refusal| refused(io::Error::other(refusal)))?;
            let language = Language::of(&text);
            let mut writing =
                store.begin_writing(document, collection, &path, &read.title, language)?;
            for (page, first, chunks) in &read.pages {
                writing.page(page, *first, chunks)?;
            }
            writing.finish(&Facts {
                stamp: Stamp::of(&path).map_err(refused)?,
                hash: *blake3::hash(text.as_bytes()).as_bytes(),
                title: read.title,
                missing: Vec::new(),
                characters: read.characters,
            })?;
        }
        let paths: Vec<PathBuf> =
            self.pages.iter().map(|(name, _)| self.folder.join(name)).collect();
        for gone in store.documents(collection)? {
            if !paths.contains(&gone.path) {
                store.forget(gone.id)?;
            }
        }
        store.finish_built_in(collection, &self.version)
    }
}

/// A page of a built-in collection, read and cut.
struct Read {
    title: String,
    pages: Vec<(Page, u64, Vec<Chunk>)>,
    characters: u64,
}

impl Read {
    /// Reads Markdown. `index` has other words for headings.
    fn of(text: &str, index: &HashMap<String, String>) -> Result<Self, Refusal> {
        let mut read = Self { title: String::new(), pages: Vec::new(), characters: 0 };
        let mut chunker = Chunker::default();
        extract::extract_markdown(text, &mut |piece| {
            match piece {
                Piece::Title(title) => read.title = title,
                Piece::Page(page) => {
                    let first = chunker.characters();
                    let mut chunks = chunker.cut(&page);
                    for chunk in &mut chunks {
                        let heading = chunk.headings.last().and_then(|last| index.get(last));
                        chunk.also = heading.cloned().unwrap_or_default();
                    }
                    read.pages.push((page, first, chunks));
                }
                Piece::Pages(_) | Piece::Missing(_) => {}
            }
            Ok(())
        })?;
        read.characters = chunker.characters();
        Ok(read)
    }
}

/// A page without the words of its index, and these words by the heading that they stand below.
fn without_index(source: &str) -> (String, HashMap<String, String>) {
    let mut text = String::with_capacity(source.len());
    let mut index: HashMap<String, String> = HashMap::new();
    let mut heading = String::new();
    for line in source.split_inclusive('\n') {
        if let Some(words) = line.trim().strip_prefix(INDEX) {
            let words = words.trim_end_matches("-->").trim();
            index.entry(heading.clone()).or_default().push_str(words);
            continue;
        }
        if line.starts_with('#') {
            line.trim_start_matches('#').trim().clone_into(&mut heading);
        }
        text.push_str(line);
    }
    (text, index)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::documents::search::{Passage, Query, Searcher};

    const PAGE: &str = "# Boats\n\n## Leaving the harbour\n<!-- index: depart, set sail -->\n\n\
        Untie the **ropes** and push off from the quay.\n\n## Coming home\n\n\
        Take down the sails before the harbour wall and row.\n";

    fn boats(folder: &Path, pages: &[(&str, &str)]) -> BuiltIn {
        let pages = pages.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        BuiltIn::new("Manual", folder.join("manual"), pages.collect())
    }

    fn find(store: &Store, question: &str) -> Vec<Passage> {
        let collection = store.collection("manual").unwrap().id;
        let store = Store::open(store.path()).unwrap();
        let query = Query::new(vec![collection], question);
        Searcher::new(store, None).search(&query).unwrap().passages
    }

    fn library() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("library.db")).unwrap();
        (folder, store)
    }

    #[test]
    fn it_is_found_by_its_text_and_by_its_index_and_stands_in_no_list() {
        let (folder, store) = library();
        let manual = boats(folder.path(), &[("boats.md", PAGE)]);
        manual.bring_into(&store).unwrap();
        assert!(store.collections().unwrap().is_empty());
        let by_index = find(&store, "How do I depart?");
        assert_eq!(by_index[0].headings, ["Boats", "Leaving the harbour"]);
        assert!(!by_index[0].text.contains("depart"), "{}", by_index[0].text);
        assert!(by_index[0].text.contains("Untie the ropes and"), "{}", by_index[0].text);
        assert_eq!(find(&store, "ropes")[0].name, "Boats");
        let laid_out = fs::read_to_string(&by_index[0].path).unwrap();
        assert!(laid_out.contains("push off") && !laid_out.contains("index"), "{laid_out}");
    }

    #[test]
    fn it_is_made_once_and_again_when_it_changed() {
        let (folder, store) = library();
        boats(folder.path(), &[("boats.md", PAGE), ("old.md", "# Old\n\nRowing machines.")])
            .bring_into(&store)
            .unwrap();
        let collection = store.collection("Manual").unwrap();
        let made = store.documents(collection.id).unwrap();
        boats(folder.path(), &[("boats.md", PAGE), ("old.md", "# Old\n\nRowing machines.")])
            .bring_into(&store)
            .unwrap();
        assert_eq!(store.documents(collection.id).unwrap(), made);

        let changed = PAGE.replace("ropes", "chains");
        boats(folder.path(), &[("boats.md", &changed)]).bring_into(&store).unwrap();
        assert!(find(&store, "ropes").is_empty() && find(&store, "machines").is_empty());
        // Citations in conversations go on pointing at the page.
        assert_eq!(find(&store, "chains")[0].document, made[0].id);
    }

    #[test]
    fn a_persons_documents_and_the_programs_stay_apart() {
        let (folder, store) = library();
        let own = store.create_collection("Manual").unwrap();
        boats(folder.path(), &[("boats.md", PAGE)]).bring_into(&store).unwrap();
        assert_eq!(store.collections().unwrap()[0].id, own.id);
        assert_eq!(store.collections().unwrap()[0].name, "Manual (own)");
        let refused = store.create_collection("manual").unwrap_err();
        assert_eq!(refused, DocumentsError::BuiltIn { name: "Manual".to_owned() });
    }
}

//! The store by itself: documents are written as the worker writes them, without files.

use std::path::Path;

use super::{ChunkId, CollectionId, DocumentId, Facts, Scope, Stamp, Store};
use crate::documents::DocumentsError;
use crate::documents::chunk::Chunker;
use crate::documents::extract::Page;
use crate::documents::tokens::Language;

/// A store in a folder that disappears with it.
pub(in crate::documents) fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("library.db")).unwrap();
    (folder, store)
}

/// Puts a document with this text into a collection.
pub(in crate::documents) fn add(
    store: &Store,
    collection: CollectionId,
    path: &str,
    text: &str,
) -> DocumentId {
    add_pages(store, collection, path, &[text.to_owned()])
}

/// The same of several pages.
pub(in crate::documents) fn add_pages(
    store: &Store,
    collection: CollectionId,
    path: &str,
    pages: &[String],
) -> DocumentId {
    let text = pages.concat();
    let stamp = Stamp { size: text.len() as u64, modified: 1 };
    let path = Path::new(path);
    store.scanned(collection, path, &[(path.to_owned(), stamp)], &[]).unwrap();
    let document = store.document_at(collection, path).unwrap();
    let mut chunker = Chunker::default();
    let language = Language::of(&text);
    let mut writing = store.begin_writing(document.id, collection, path, "", language).unwrap();
    for (number, text) in (1..).zip(pages) {
        let first = chunker.characters();
        let page = Page { number: Some(number), text: text.clone(), blocks: Vec::new() };
        let chunks = chunker.cut(&page);
        writing.page(&page, first, &chunks).unwrap();
    }
    let facts = Facts {
        stamp,
        hash: *blake3::hash(text.as_bytes()).as_bytes(),
        title: String::new(),
        missing: Vec::new(),
        characters: chunker.characters(),
    };
    writing.finish(&facts).unwrap();
    document.id
}

fn within(collection: &CollectionId) -> Scope<'_> {
    Scope { collections: std::slice::from_ref(collection), documents: &[] }
}

#[test]
fn a_collection_is_found_by_its_name_in_any_case() {
    let (_folder, store) = store();
    let made = store.create_collection("  My   Files ").unwrap();
    assert_eq!(store.create_collection("my files").unwrap().id, made.id);
    assert_eq!(store.collection("MY FILES").unwrap().name, "My Files");
    let error = store.collection("other").unwrap_err();
    assert_eq!(error.to_string(), "there is no collection other: there is only My Files");
    assert_eq!(store.create_collection(" - ").unwrap_err(), DocumentsError::NoName);
}

#[test]
fn a_writing_that_is_dropped_leaves_everything_as_it_was() {
    let (_folder, store) = store();
    let collection = store.create_collection("a").unwrap().id;
    let id = add(&store, collection, "/a.txt", "It is about walruses.");
    let writing = store.begin_writing(id, collection, Path::new("/a.txt"), "", None).unwrap();
    drop(writing);
    let chunks = store.chunks(id, 0..10).unwrap();
    assert_eq!(chunks[0].text, "It is about walruses.");
    assert_eq!(store.find_words(within(&collection), "\"walrus\"", 9).unwrap().len(), 1);
}

#[test]
fn a_document_that_is_written_again_has_only_its_new_chunks() {
    let (_folder, store) = store();
    let collection = store.create_collection("a").unwrap().id;
    let first = add(&store, collection, "/a.txt", "It is about walruses.");
    let second = add(&store, collection, "/a.txt", "It is about the herons of the lake.");
    assert_eq!(first, second);
    assert!(store.find_words(within(&collection), "\"walrus\"", 9).unwrap().is_empty());
    assert_eq!(store.find_words(within(&collection), "\"heron\"", 9).unwrap().len(), 1);
    assert_eq!(store.collection("a").unwrap().chunks, 1);
}

#[test]
fn removing_a_folder_leaves_those_of_similar_names() {
    let (_folder, store) = store();
    let collection = store.create_collection("a").unwrap().id;
    for path in ["/x/a/1.txt", "/x/a/b/2.txt", "/x/ab/3.txt", "/x/a.txt"] {
        add(&store, collection, path, "The same words in all.");
    }
    assert_eq!(store.remove_documents(collection, Path::new("/x/a")).unwrap(), 2);
    let left: Vec<_> = store.documents(collection).unwrap().into_iter().map(|d| d.path).collect();
    assert_eq!(left, [Path::new("/x/a.txt"), Path::new("/x/ab/3.txt")]);
    assert_eq!(store.find_words(within(&collection), "\"same\"", 9).unwrap().len(), 2);
    store.remove_collection(collection).unwrap();
    assert!(store.collections().unwrap().is_empty());
    assert!(store.find_words(within(&collection), "\"same\"", 9).unwrap().is_empty());
}

#[test]
fn vectors_of_different_models_are_kept_apart() {
    let (_folder, store) = store();
    let collection = store.create_collection("a").unwrap().id;
    let id = add(&store, collection, "/a.txt", "It is about walruses.");
    let chunk = store.chunks(id, 0..1).unwrap()[0].id;
    let (one, other) = (store.embedder("one", 2).unwrap(), store.embedder("other", 2).unwrap());
    let gone = (ChunkId(999), vec![1.0, 0.0]);
    store.add_vectors(one, &[(chunk, vec![0.6, -0.8]), gone]).unwrap();
    assert_eq!(store.count_vectors(one).unwrap(), (1, 1));
    assert_eq!(store.without_vectors(one, None, 9).unwrap(), []);
    assert_eq!(store.without_vectors(other, None, 9).unwrap(), [chunk]);
    assert_eq!(store.without_vectors(other, Some(chunk), 9).unwrap(), []);
    assert_eq!(store.exact_vector(one, chunk).unwrap(), Some(vec![0.6, -0.8]));
    let mut told = Vec::new();
    store.each_vector(one, collection, |chunk, _, bytes| told.push((chunk, bytes.len()))).unwrap();
    assert_eq!(told, [(chunk, 2)]);
    // The same name with another dimension is another model.
    let larger = store.embedder("one", 3).unwrap();
    assert_ne!(larger, one);
    assert_eq!(store.without_vectors(larger, None, 9).unwrap(), [chunk]);
}

#[test]
fn a_damaged_file_and_one_of_a_newer_program_say_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    std::fs::write(&path, vec![b'x'; 9000]).unwrap();
    let error = Store::open(&path).unwrap_err();
    assert!(error.to_string().contains("add the documents again"), "{error}");
    let newer = folder.path().join("newer.db");
    let connection = rusqlite::Connection::open(&newer).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    assert!(matches!(Store::open(&newer), Err(DocumentsError::Newer { found: 99, .. })));
}

#[cfg(unix)]
#[test]
fn a_path_need_not_be_text() {
    use std::os::unix::ffi::OsStrExt as _;

    let (_folder, store) = store();
    let collection = store.create_collection("a").unwrap().id;
    let path = Path::new(std::ffi::OsStr::from_bytes(b"/caf\xE9.txt"));
    let stamp = Stamp { size: 1, modified: 1 };
    store.scanned(collection, path, &[(path.to_owned(), stamp)], &[]).unwrap();
    assert_eq!(store.documents(collection).unwrap()[0].path, path);
}

//! The worker on real files, read by real children.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{Event, Indexer, IndexerConfig};
use crate::documents::extract::Refusal;
use crate::documents::reading::Reader;
use crate::documents::search::{Mode, Passage, Query, Searcher};
use crate::documents::store::{Collection, DocumentState, Store};
use crate::documents::{DocumentsError, Embedder, Purpose};
use crate::{Inbox, Outbox, asleep, channel};

const PATIENCE: Duration = Duration::from_secs(60);

/// A library and a folder of files.
struct World {
    folder: tempfile::TempDir,
    store: Store,
    collection: Collection,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("files")).unwrap();
        let store = Store::open(&folder.path().join("library.db")).unwrap();
        let collection = store.create_collection("Test").unwrap();
        Self { folder, store, collection }
    }

    fn path(&self, name: &str) -> PathBuf {
        std::fs::canonicalize(self.folder.path()).unwrap().join("files").join(name)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    fn add_all(&self, watched: bool) {
        self.store.add_root(self.collection.id, &self.path(""), watched).unwrap();
    }

    fn start(&self, embedder: Option<Arc<dyn Embedder>>) -> (Indexer, Inbox<Event>) {
        let (outbox, inbox) = channel(asleep());
        (self.start_into(embedder, outbox), inbox)
    }

    fn start_into(&self, embedder: Option<Arc<dyn Embedder>>, outbox: Outbox<Event>) -> Indexer {
        let library = self.store.path().to_owned();
        let reader = crate::documents::reading::tests::reader();
        Indexer::start(IndexerConfig { library, reader, embedder }, outbox).unwrap()
    }

    /// Works until nothing is to be done, and tells what happened.
    fn settle(&self) -> Vec<Event> {
        let (_indexer, events) = self.start(None);
        until(&events, |event| matches!(event, Event::Idle))
    }

    fn find(&self, question: &str) -> Vec<Passage> {
        let store = Store::open(self.store.path()).unwrap();
        let query = Query { most: 5, ..Query::new(vec![self.collection.id], question) };
        Searcher::new(store, None).search(&query).unwrap().passages
    }

    fn found_in(&self, question: &str) -> Vec<PathBuf> {
        self.find(question).into_iter().map(|passage| passage.path).collect()
    }
}

fn until(events: &Inbox<Event>, is_last: impl Fn(&Event) -> bool) -> Vec<Event> {
    let mut heard = Vec::new();
    loop {
        let event = events.recv_timeout(PATIENCE).expect("an event in time");
        let over = is_last(&event);
        heard.push(event);
        if over {
            return heard;
        }
    }
}

fn read_paths(events: &[Event]) -> Vec<&Path> {
    let ready = events.iter().filter_map(|event| match event {
        Event::Ready { path, .. } => Some(path.as_path()),
        _ => None,
    });
    ready.collect()
}

#[test]
fn a_folder_is_read_and_its_passages_are_found_with_their_place() {
    let world = World::new();
    let letter =
        world.write("a/letter.md", "# Zelmont\n\n## Keepers\n\nOtto Brand kept the light.\n");
    world.write("b.txt", "The harbour of Tarn has nine cranes.\n");
    world.add_all(false);
    world.settle();
    let found = world.find("Who keeps the light?");
    let first = found.first().expect("a passage");
    assert_eq!(first.path, letter);
    assert_eq!(
        (first.name.as_str(), first.headings.join("/").as_str()),
        ("Zelmont", "Zelmont/Keepers")
    );
    let source: Vec<char> = std::fs::read_to_string(&letter).unwrap().chars().collect();
    let place = first.characters.start as usize..first.characters.end as usize;
    assert_eq!(source[place].iter().collect::<String>(), first.text);
    assert_eq!((first.words_rank, first.meaning_rank), (Some(1), None));
}

#[test]
fn one_bad_file_is_listed_with_its_reason_and_the_rest_is_read() {
    let world = World::new();
    let bad = world.write("bad.pdf", "no PDF at all");
    let good = world.write("good.txt", "A good file.");
    world.add_all(false);
    let events = world.settle();
    let refusal = Refusal::Damaged { what: "it does not begin like a PDF".to_owned() };
    assert!(events.iter().any(|event| matches!(event,
        Event::Refused { path, refusal: why, .. } if *path == bad && *why == refusal)));
    assert_eq!(world.found_in("good"), [good]);
    let document = world.store.document_at(world.collection.id, &bad).unwrap();
    assert_eq!(document.state, DocumentState::Refused(refusal));

    // Mended and tried again, it is read.
    std::fs::rename(world.write("mended.txt", "mended at last"), &bad).unwrap();
    world.store.retry(world.collection.id, None).unwrap();
    world.settle();
    let document = world.store.document_at(world.collection.id, &bad).unwrap();
    assert!(matches!(document.state, DocumentState::Refused(_)), "a text is still no PDF");
}

#[test]
fn what_could_not_be_read_is_tried_again_when_it_is_added_again() {
    let world = World::new();
    world.write("broken.pdf", "no PDF");
    world.add_all(false);
    let is_refused = |event: &Event| matches!(event, Event::Refused { .. });
    assert!(world.settle().iter().any(is_refused));
    assert!(!world.settle().iter().any(is_refused));
    world.add_all(false);
    assert!(world.settle().iter().any(is_refused));
}

#[test]
fn what_is_unchanged_is_not_read_again_and_what_moved_goes_along() {
    let world = World::new();
    let first = world.write("one.txt", "The first file about walruses.");
    world.write("two.txt", "The second file about herons.");
    world.add_all(false);
    world.settle();
    let before = world.store.document_at(world.collection.id, &first).unwrap();

    let moved = world.path("moved.txt");
    std::fs::rename(&first, &moved).unwrap();
    world.add_all(false);
    let told = world.settle();
    let is_told = |event: &Event| {
        matches!(event, Event::Moved { document, from, path }
            if *document == before.id && *from == first && *path == moved)
    };
    assert!(told.iter().any(is_told), "{told:?}");
    let after = world.store.document_at(world.collection.id, &moved).unwrap();
    assert_eq!((after.id, after.indexed), (before.id, before.indexed), "it was not read again");
    assert_eq!(world.found_in("walruses"), [moved]);
    assert_eq!(world.store.documents(world.collection.id).unwrap().len(), 2);
}

#[test]
fn a_changed_file_replaces_its_chunks_and_a_deleted_one_goes() {
    let world = World::new();
    let changing = world.write("changing.txt", "At first it is about walruses.");
    let going = world.write("going.txt", "This one is about herons.");
    world.add_all(false);
    world.settle();
    std::fs::write(&changing, "Now it is about marmots and nothing else at all.").unwrap();
    std::fs::remove_file(going).unwrap();
    world.add_all(false);
    world.settle();
    assert_eq!(world.found_in("marmots"), [changing]);
    assert!(world.find("walruses herons").is_empty());
    assert_eq!(world.store.collection("test").unwrap().ready, 1);
}

#[test]
fn what_cannot_be_looked_through_is_remembered_until_it_can() {
    let world = World::new();
    // A drive that was taken out: neither the folder nor the one that it lay in is there.
    let drive = world.folder.path().join("drive/photos");
    world.store.add_root(world.collection.id, &drive, false).unwrap();
    world.settle();
    let unscanned = |store: &Store| {
        let unscanned = store.unscanned(world.collection.id).unwrap().into_iter();
        unscanned.map(|one| one.path).collect::<Vec<_>>()
    };
    for _ in 0..2 {
        assert_eq!(unscanned(&world.store), std::slice::from_ref(&drive));
    }
    std::fs::create_dir_all(&drive).unwrap();
    world.store.add_root(world.collection.id, &drive, false).unwrap();
    world.settle();
    assert!(unscanned(&world.store).is_empty());
}

#[test]
fn where_no_child_starts_a_file_waits_and_that_is_told() {
    let world = World::new();
    let file = world.write("one.txt", "The first file about walruses.");
    world.add_all(false);
    let library = world.store.path().to_owned();
    let reader = Reader::new(world.path("no-program"), Vec::new());
    let (outbox, events) = channel(asleep());
    let indexer =
        Indexer::start(IndexerConfig { library, reader, embedder: None }, outbox).unwrap();
    let heard = until(&events, |event| matches!(event, Event::Failed(_)));
    let Some(Event::Failed(DocumentsError::NoReader(why))) = heard.last() else {
        panic!("{heard:?}")
    };
    assert_eq!(why, "there is no such file or folder");
    drop(indexer);
    let document = world.store.document_at(world.collection.id, &file).unwrap();
    assert_eq!(document.state, DocumentState::Waiting);
    world.settle();
    assert_eq!(world.found_in("walruses"), [file]);
}

#[test]
fn a_watched_folder_is_followed() {
    let world = World::new();
    world.write("one.txt", "The first file about walruses.");
    world.add_all(true);
    let (_indexer, events) = world.start(None);
    until(&events, |event| matches!(event, Event::Idle));
    let added = world.write("sub/added.txt", "A file about quokkas.");
    until(&events, |event| matches!(event, Event::Ready { path, .. } if *path == added));
    assert_eq!(world.found_in("quokkas"), std::slice::from_ref(&added));
    std::fs::remove_file(&added).unwrap();
    until(&events, |event| matches!(event, Event::Removed { path } if *path == added));
    assert!(world.find("quokkas").is_empty());
}

#[test]
fn a_worker_that_was_dropped_in_the_middle_goes_on_without_doing_again_what_was_done() {
    let world = World::new();
    for number in 0..12 {
        world.write(&format!("{number:02}.txt"), &format!("File number{number} of twelve."));
    }
    world.add_all(false);
    let (indexer, events) = world.start(None);
    let is_third = AtomicUsize::new(0);
    let first = until(&events, |event| {
        matches!(event, Event::Ready { .. }) && is_third.fetch_add(1, Ordering::Relaxed) == 2
    });
    drop(indexer);
    let meanwhile: Vec<Event> = events.try_iter().collect();
    let second = world.settle();
    let mut paths = read_paths(&first);
    paths.extend(read_paths(&meanwhile));
    paths.extend(read_paths(&second));
    let count = paths.len();
    paths.sort_unstable();
    paths.dedup();
    assert_eq!((count, paths.len()), (12, 12), "each is read once");
    for number in 0..12 {
        assert_eq!(world.found_in(&format!("number{number}")).len(), 1);
    }
}

#[test]
fn a_paused_worker_rests_until_it_may_go_on() {
    let world = World::new();
    let (indexer, events) = world.start(None);
    until(&events, |event| matches!(event, Event::Idle));
    indexer.set_paused(true);
    world.write("one.txt", "The first file.");
    world.add_all(false);
    indexer.look();
    assert!(events.recv_timeout(Duration::from_millis(700)).is_err(), "it rests");
    indexer.set_paused(false);
    until(&events, |event| matches!(event, Event::Ready { .. }));
}

/// Embeds by counting letters: enough to be found again by the same words.
struct Letters {
    embedded: AtomicUsize,
    fails: Mutex<bool>,
}

impl Embedder for Letters {
    fn name(&self) -> String {
        "letters".to_owned()
    }

    fn dimension(&self) -> usize {
        26
    }

    fn embed(&self, texts: &[String], purpose: Purpose) -> Result<Vec<Vec<f32>>, DocumentsError> {
        if *self.fails.lock().unwrap() {
            return Err(DocumentsError::Embedder("out of order".to_owned()));
        }
        if purpose == Purpose::Passage {
            self.embedded.fetch_add(texts.len(), Ordering::Relaxed);
        }
        let vector = |text: &String| {
            let mut counts = vec![0.0_f32; 26];
            for byte in text.to_lowercase().bytes().filter(u8::is_ascii_lowercase) {
                counts[usize::from(byte - b'a')] += 1.0;
            }
            let length = counts.iter().map(|count| count * count).sum::<f32>().sqrt().max(1.0);
            counts.into_iter().map(|count| count / length).collect()
        };
        Ok(texts.iter().map(vector).collect())
    }
}

#[test]
fn chunks_are_embedded_once_and_found_by_meaning() {
    let world = World::new();
    let zebra = world.write("zebra.txt", "zzz zz zebra zzzz");
    world.write("apple.txt", "aaa aa apple aaaa");
    world.add_all(false);
    let letters = Arc::new(Letters { embedded: AtomicUsize::new(0), fails: Mutex::new(false) });
    for _ in 0..2 {
        let (_indexer, events) = world.start(Some(letters.clone()));
        until(&events, |event| matches!(event, Event::Idle));
    }
    assert_eq!(letters.embedded.load(Ordering::Relaxed), 2);
    let store = Store::open(world.store.path()).unwrap();
    let mut searcher = Searcher::new(store, Some(letters));
    let query = Query { mode: Mode::Meaning, ..Query::new(vec![world.collection.id], "zz") };
    let found = searcher.search(&query).unwrap().passages;
    assert_eq!((&found[0].path, found[0].meaning_rank), (&zebra, Some(1)));
}

#[test]
fn without_a_working_embedder_words_are_still_found() {
    let world = World::new();
    let file = world.write("one.txt", "The first file about walruses.");
    world.add_all(false);
    let letters = Arc::new(Letters { embedded: AtomicUsize::new(0), fails: Mutex::new(true) });
    let (_indexer, events) = world.start(Some(letters));
    let heard = until(&events, |event| matches!(event, Event::Idle));
    assert!(heard.iter().any(|event| matches!(event, Event::EmbeddingFailed(_))), "{heard:?}");
    assert_eq!(world.found_in("walruses"), [file]);
}

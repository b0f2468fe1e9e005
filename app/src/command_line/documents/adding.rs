//! `add`: files into a collection, with progress for a person.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use engine::documents::extract::Refusal;
use engine::documents::index::{Event, Indexer, Progress as Reading, canonical};
use engine::documents::store::{Collection, Document, DocumentId, DocumentState, Store, file_name};
use engine::documents::{DocumentsError, Embedder};
use engine::{Inbox, asleep, channel};
use serde_json::{Value, json};

use super::{path_text, print_json, worker_on};
use crate::command_line::Error;
use crate::command_line::terminal::{self, Progress, counted};

/// How often it is looked whether another process has finished the work.
pub(super) const LOOK: Duration = Duration::from_millis(300);

/// A file that could not be taken in, and why.
struct Refused {
    path: PathBuf,
    reason: String,
    word: &'static str,
}

/// What came of adding.
#[derive(Default)]
struct Added {
    collection: String,
    /// Documents that can be searched, of the files that were named.
    read: u64,
    /// How many of them are as they were before.
    unchanged: u64,
    refused: Vec<Refused>,
    /// Documents and chunks of the whole collection.
    documents: u64,
    chunks: u64,
}

/// Exits with 0 when every file was read, with 1 when some were refused. Where none of the paths is
/// there, no collection is made for them.
pub(super) fn add(
    store: &Store,
    embedder: Option<Arc<dyn Embedder>>,
    name: &str,
    paths: &[PathBuf],
    json: bool,
) -> Result<ExitCode, Error> {
    let (roots, refused) = named(paths);
    let added = if roots.is_empty() {
        let (collection, documents, chunks) = match store.collection(name) {
            Ok(known) => (known.name, known.ready, known.chunks),
            Err(DocumentsError::NoCollection { name, .. }) => (name, 0, 0),
            Err(error) => return Err(error.into()),
        };
        Added { collection, documents, chunks, refused, ..Added::default() }
    } else {
        read(store, embedder, name, &roots, refused)?
    };
    tell(&added, json)?;
    Ok(if added.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The paths as the library keeps them, and those that were named wrongly.
fn named(paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<Refused>) {
    let (mut roots, mut refused) = (Vec::new(), Vec::new());
    for path in paths {
        match canonical(path) {
            Ok(path) => roots.push(path),
            Err(error) => refused.push(misnamed(path, &error)),
        }
    }
    (roots, refused)
}

/// Reads what was named into the collection, which is made where it is missing.
fn read(
    store: &Store,
    embedder: Option<Arc<dyn Embedder>>,
    name: &str,
    roots: &[PathBuf],
    mut refused: Vec<Refused>,
) -> Result<Added, Error> {
    let collection = store.create_collection(name)?;
    let before = store.documents(collection.id)?.into_iter();
    let before: HashMap<DocumentId, Document> = before.map(|one| (one.id, one)).collect();
    for root in roots {
        store.add_root(collection.id, root, false)?;
    }
    let (outbox, events) = channel(asleep());
    let worker = Indexer::start(worker_on(store, embedder)?, outbox)?;
    let mut progress = Progress::new();
    wait_until_read(store, &collection, &events, &mut progress, &mut refused)?;
    drop((progress, worker));

    let (mut read, mut unchanged) = (0, 0);
    for document in store.documents(collection.id)? {
        if !roots.iter().any(|root| document.path.starts_with(root)) {
            continue;
        }
        if let DocumentState::Refused(refusal) = &document.state {
            refused.push(as_refused(&document, refusal));
            continue;
        }
        read += 1;
        let is_as_before =
            |old: &Document| old.state == DocumentState::Ready && old.indexed == document.indexed;
        unchanged += u64::from(before.get(&document.id).is_some_and(is_as_before));
    }
    let Collection { name: collection, ready: documents, chunks, .. } =
        store.collection(&collection.name)?;
    Ok(Added { collection, read, unchanged, refused, documents, chunks })
}

fn as_refused(document: &Document, refusal: &Refusal) -> Refused {
    Refused { path: document.path.clone(), reason: refusal.to_string(), word: refusal.word() }
}

/// What a person needs to know of a path that was named wrongly.
fn misnamed(path: &Path, error: &DocumentsError) -> Refused {
    let (reason, word) = match error {
        DocumentsError::File { reason, .. } => (reason.clone(), "missing"),
        DocumentsError::NoFile { .. } => {
            ("only files and folders are read".to_owned(), "unsupported")
        }
        other => (other.to_string(), "missing"),
    };
    Refused { path: path.to_owned(), reason, word }
}

/// The worker here or, if that was first, the one of another process.
fn wait_until_read(
    store: &Store,
    collection: &Collection,
    events: &Inbox<Event>,
    progress: &mut Progress,
    refused: &mut Vec<Refused>,
) -> Result<(), Error> {
    loop {
        match events.recv_timeout(LOOK) {
            Ok(Event::Idle) => return Ok(()),
            Ok(Event::Progress(reading)) => progress.show(&line(&reading)),
            Ok(Event::Unscanned { path, reason }) => {
                refused.push(Refused { path, reason, word: "unreadable" });
            }
            Ok(Event::Embedded { done, total }) => {
                progress.show(&format!("Embedding: {done} of {total} chunks"));
            }
            Ok(Event::EmbeddingFailed(error)) => terminal::note(&error.to_string()),
            Ok(Event::Failed(error)) => return Err(error.into()),
            Ok(_) => {}
            Err(_) => {
                let waiting = store.collection(&collection.name)?.waiting;
                if waiting > 0 {
                    let waiting = counted(waiting, "document");
                    progress.show(&format!("{waiting} still to be read"));
                }
            }
        }
    }
}

/// How far the reading is, in one line.
pub(super) fn line(reading: &Reading) -> String {
    let Reading { done, total, path, page, pages, share, left } = reading;
    let mut line = format!("{} of {total}: {}", done + 1, file_name(path));
    match pages {
        Some(pages) => line.push_str(&format!(", page {page} of {pages}")),
        None => line.push_str(&format!(", {:.0} %", share * 100.0)),
    }
    if let Some(left) = left {
        line.push_str(&format!(", {} left", duration(*left)));
    }
    line
}

fn duration(left: Duration) -> String {
    match left.as_secs() {
        seconds @ 0..90 => format!("{seconds} s"),
        seconds @ 90..5400 => format!("{} min", (seconds + 30) / 60),
        seconds => format!("{} h", (seconds + 1800) / 3600),
    }
}

fn tell(added: &Added, json: bool) -> Result<(), Error> {
    let Added { collection, read, unchanged, refused, documents, chunks } = added;
    if json {
        let refused: Vec<Value> = refused
            .iter()
            .map(|file| json!({ "path": path_text(&file.path), "reason": file.word, "message": file.reason }))
            .collect();
        return print_json(&json!({
            "collection": collection,
            "read": read,
            "unchanged": unchanged,
            "refused": refused,
            "documents": documents,
            "chunks": chunks,
        }));
    }
    for Refused { path, reason, .. } in refused {
        let path = path.to_string_lossy();
        terminal::note(&format!("satchel: {}: {reason}", terminal::on_one_line(&path)));
    }
    terminal::print(&format!("{}\n", summary(added)))
}

/// What came of adding, in one line.
fn summary(added: &Added) -> String {
    let Added { collection, read, unchanged, refused, .. } = added;
    let mut line = match (read - unchanged, *unchanged) {
        (0, 0) => format!("Nothing was read into {collection}"),
        (0, unchanged) => {
            format!("Nothing has changed: {} of {collection}", counted(unchanged, "document"))
        }
        (new, 0) => format!("{} read into {collection}", counted(new, "document")),
        (new, unchanged) => {
            let new = counted(new, "document");
            format!("{new} read into {collection}, {unchanged} unchanged")
        }
    };
    match refused.len() {
        0 if *read == 0 => line.push_str(": there is no file that could be"),
        0 => {}
        count => line.push_str(&format!(", {count} refused")),
    }
    line
}

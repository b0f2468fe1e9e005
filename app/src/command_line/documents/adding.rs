//! `add` and `watch`: files into a collection, with progress for a person.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use engine::documents::extract::Refusal;
use engine::documents::index::{Event, Indexer, Progress as Reading, canonical};
use engine::documents::store::{Collection, Document, DocumentState, Store, file_name};
use engine::documents::{DocumentsError, Embedder};
use engine::{Inbox, asleep, channel};
use serde_json::{Value, json};

use super::{path_text, print_json, worker_on};
use crate::command_line::Error;
use crate::command_line::interrupt::Interrupts;
use crate::command_line::terminal::{self, Progress};

/// How often it is looked whether another process has finished the work.
const LOOK: Duration = Duration::from_millis(300);

/// A file that could not be taken in, and why.
struct Refused {
    path: PathBuf,
    reason: String,
    word: &'static str,
}

/// Exits with 0 when every file was read, with 1 when some were refused.
pub(super) fn add(
    store: &Store,
    embedder: Option<Arc<dyn Embedder>>,
    name: &str,
    paths: &[PathBuf],
    json: bool,
) -> Result<ExitCode, Error> {
    let collection = store.create_collection(name)?;
    let mut added = Vec::new();
    let mut refused = Vec::new();
    for path in paths {
        match canonical(path) {
            Ok(path) => {
                store.add_root(collection.id, &path, false)?;
                added.push(path);
            }
            Err(error) => refused.push(misnamed(path, &error)),
        }
    }
    let (outbox, events) = channel(asleep());
    let worker = Indexer::start(worker_on(store, embedder)?, outbox)?;
    let mut progress = Progress::new();
    wait_until_read(store, &collection, &events, &mut progress, &mut refused)?;
    drop((progress, worker));

    let mut read = 0;
    for document in store.documents(collection.id)? {
        if !added.iter().any(|root| document.path.starts_with(root)) {
            continue;
        }
        match &document.state {
            DocumentState::Ready | DocumentState::Waiting => read += 1,
            DocumentState::Refused(refusal) => refused.push(as_refused(&document, refusal)),
        }
    }
    let after = store.collection(&collection.name)?;
    tell(&after, read, &refused, json)?;
    Ok(if refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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
                    progress.show(&format!("{waiting} documents are still to be read"));
                }
            }
        }
    }
}

fn line(reading: &Reading) -> String {
    let Reading { done, total, path, page, pages, left } = reading;
    let mut line = format!("{} of {total}: {}", done + 1, file_name(path));
    match pages {
        Some(pages) => line.push_str(&format!(", page {page} of {pages}")),
        None if *page > 1 => line.push_str(&format!(", part {page}")),
        None => {}
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

fn tell(
    collection: &Collection,
    read: usize,
    refused: &[Refused],
    json: bool,
) -> Result<(), Error> {
    if json {
        let refused: Vec<Value> = refused
            .iter()
            .map(|file| json!({ "path": path_text(&file.path), "reason": file.word, "message": file.reason }))
            .collect();
        return print_json(&json!({
            "collection": collection.name,
            "read": read,
            "refused": refused,
            "documents": collection.ready,
            "chunks": collection.chunks,
        }));
    }
    for file in refused {
        let path = file.path.to_string_lossy();
        terminal::note(&format!("not read: {}: {}", terminal::on_one_line(&path), file.reason));
    }
    terminal::print(&format!(
        "{read} documents read into {}, {} refused\n",
        collection.name,
        refused.len()
    ))
}

/// Follows a folder until Ctrl+C.
pub(super) fn watch(
    store: &Store,
    embedder: Option<Arc<dyn Embedder>>,
    name: &str,
    path: &Path,
    json: bool,
) -> Result<ExitCode, Error> {
    let collection = store.create_collection(name)?;
    let path = canonical(path)?;
    store.add_root(collection.id, &path, true)?;
    let stopped = Arc::new(AtomicBool::new(false));
    let interrupts = Interrupts::install()?;
    let flag = Arc::clone(&stopped);
    interrupts.listen(move || flag.store(true, Ordering::Relaxed));
    let (outbox, events) = channel(asleep());
    let _worker = Indexer::start(worker_on(store, embedder)?, outbox)?;
    if !json {
        terminal::note(&format!("Following {} until Ctrl+C", path.display()));
    }
    let mut progress = Progress::new();
    while !stopped.load(Ordering::Relaxed) {
        let Ok(event) = events.recv_timeout(LOOK) else { continue };
        match event {
            Event::Progress(reading) if !json => progress.show(&line(&reading)),
            Event::Progress(_) | Event::Embedded { .. } => {}
            Event::Failed(error) => return Err(error.into()),
            event => tell_change(&event, json, &mut progress)?,
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn tell_change(event: &Event, json: bool, progress: &mut Progress) -> Result<(), Error> {
    let (what, path, reason) = match event {
        Event::Ready { path, .. } => ("read", path, None),
        Event::Removed { path } => ("removed", path, None),
        Event::Refused { path, refusal, .. } => ("refused", path, Some(refusal.to_string())),
        Event::Unscanned { path, reason } => ("refused", path, Some(reason.clone())),
        Event::Idle if json => return print_json(&json!({ "event": "idle" })),
        _ => return Ok(()),
    };
    if json {
        return print_json(&json!({ "event": what, "path": path_text(path), "reason": reason }));
    }
    progress.clear();
    let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
    terminal::print(&format!("{what} {}{reason}\n", terminal::on_one_line(&path.to_string_lossy())))
}

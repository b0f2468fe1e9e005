//! `add`: files into a collection, with progress for a person.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use engine::documents::extract::Refusal;
use engine::documents::index::{
    Event, Indexer, PassedOver, Progress as Reading, canonical, passed_over,
};
use engine::documents::store::{
    Collection, Document, DocumentId, DocumentState, Store, Unscanned, file_name,
};
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

/// How what came of adding is told.
#[derive(Clone, Copy)]
pub(super) struct Telling {
    /// Whether what was passed over is listed, and not only counted.
    pub(super) passed_over: bool,
    /// Whether to another program.
    pub(super) json: bool,
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
    /// What nobody took for a document, in the folders that were named.
    passed_over: Vec<(PathBuf, PassedOver)>,
    /// Documents and passages of the whole collection.
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
    telling: Telling,
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
    tell(&added, telling)?;
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
    wait_until_read(store, &collection, &events, &mut progress)?;
    drop((progress, worker));

    let is_named = |path: &Path| roots.iter().any(|root| path.starts_with(root));
    for Unscanned { path, reason } in store.unscanned(collection.id)? {
        if is_named(&path) {
            refused.push(Refused { path, reason, word: "unreadable" });
        }
    }
    let (mut read, mut unchanged) = (0, 0);
    for document in store.documents(collection.id)? {
        if !is_named(&document.path) {
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
    let passed_over = roots.iter().flat_map(|root| passed_over(root)).collect();
    Ok(Added { collection, read, unchanged, refused, passed_over, documents, chunks })
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
) -> Result<(), Error> {
    loop {
        match events.recv_timeout(LOOK) {
            Ok(Event::Idle) => return Ok(()),
            Ok(Event::Progress(reading)) => progress.show(&line(&reading)),
            Ok(Event::Embedded { done, total }) => {
                progress.show(&format!("Embedding: {done} of {total} passages"));
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

fn tell(added: &Added, telling: Telling) -> Result<(), Error> {
    let Added { collection, read, unchanged, refused, passed_over, documents, chunks } = added;
    if telling.json {
        let refused: Vec<Value> = refused
            .iter()
            .map(|file| json!({ "path": path_text(&file.path), "reason": file.word, "message": file.reason }))
            .collect();
        let passed_over: Vec<Value> = passed_over
            .iter()
            .map(|(path, why)| json!({ "path": path_text(path), "reason": why.word() }))
            .collect();
        return print_json(&json!({
            "collection": collection,
            "read": read,
            "unchanged": unchanged,
            "refused": refused,
            "passed_over": passed_over,
            "documents": documents,
            "chunks": chunks,
        }));
    }
    for Refused { path, reason, .. } in refused {
        let path = path.to_string_lossy();
        terminal::note(&format!("satchel: {}: {reason}", terminal::on_one_line(&path)));
    }
    if telling.passed_over {
        for (path, why) in passed_over {
            let path = path.to_string_lossy();
            let path = terminal::on_one_line(&path);
            terminal::note(&format!("passed over: {path}: {}", in_words(*why)));
        }
    }
    terminal::print(&format!("{}\n", summary(added)))?;
    if let Some(count) = count_passed_over(passed_over) {
        let how = if telling.passed_over { "" } else { "; --passed-over lists them" };
        terminal::print(&format!("{count}{how}\n"))?;
    }
    Ok(())
}

/// Why something was passed over.
fn in_words(why: PassedOver) -> &'static str {
    match why {
        PassedOver::Kind => "files of this kind are not read",
        PassedOver::Link => "links are not followed",
        PassedOver::Hidden => "it is hidden",
        PassedOver::Made => "it holds what programs made",
        PassedOver::Special => "it is neither a file nor a folder",
    }
}

/// How much was passed over and why, in one line; `None` where nothing was.
fn count_passed_over(passed_over: &[(PathBuf, PassedOver)]) -> Option<String> {
    let mut counts = BTreeMap::new();
    for (_, why) in passed_over {
        *counts.entry(*why).or_insert(0u64) += 1;
    }
    let said = |(why, count): (&PassedOver, &u64)| match why {
        PassedOver::Kind => format!("{} of kinds that are not read", counted(*count, "file")),
        PassedOver::Link => format!("{} not followed", counted(*count, "link")),
        PassedOver::Hidden => format!("{count} hidden"),
        PassedOver::Made => format!("{} of what programs made", counted(*count, "folder")),
        PassedOver::Special => format!("{count} neither a file nor a folder"),
    };
    let parts: Vec<String> = counts.iter().map(said).collect();
    (!parts.is_empty()).then(|| format!("Passed over: {}", parts.join(", ")))
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

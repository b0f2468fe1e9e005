//! `watch`: a folder that is followed, as long as there is something to follow.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use engine::documents::Embedder;
use engine::documents::index::{Event, Indexer, canonical};
use engine::documents::store::{Collection, Root, Store, Unscanned};
use engine::{asleep, channel};
use serde_json::json;

use super::adding::{LOOK, line};
use super::{path_text, print_json, worker_on};
use crate::command_line::Error;
use crate::command_line::interrupt::{INTERRUPTED, Interrupts};
use crate::command_line::terminal::{self, Progress};

/// Follows a folder until Ctrl+C, or until there is nothing left to follow.
pub(super) fn watch(
    store: &Store,
    embedder: Option<Arc<dyn Embedder>>,
    name: &str,
    path: &Path,
    json: bool,
) -> Result<ExitCode, Error> {
    let path = canonical(path)?;
    if !path.is_dir() {
        return Err(Error::FollowsNoFile(path));
    }
    let collection = store.create_collection(name)?;
    store.add_root(collection.id, &path, true)?;
    let stopped = Arc::new(AtomicBool::new(false));
    let interrupts = Interrupts::install()?;
    let flag = Arc::clone(&stopped);
    interrupts.listen(move || flag.store(true, Ordering::Relaxed));
    let (outbox, events) = channel(asleep());
    let _worker = Indexer::start(worker_on(store, embedder)?, outbox)?;
    if !json {
        let shown = path.to_string_lossy();
        terminal::note(&format!("Following {} until Ctrl+C", terminal::on_one_line(&shown)));
    }
    let mut progress = Progress::new();
    let mut looked = Instant::now();
    while !stopped.load(Ordering::Relaxed) {
        match events.recv_timeout(LOOK) {
            Ok(Event::Progress(reading)) if !json => progress.show(&line(&reading)),
            Ok(Event::Progress(_) | Event::Embedded { .. }) | Err(_) => {}
            Ok(Event::Failed(error)) => return Err(error.into()),
            Ok(event) => tell_change(&event, json, &mut progress)?,
        }
        if looked.elapsed() >= LOOK {
            looked = Instant::now();
            if let Some(why) = ended(store, &collection, &path)? {
                if json {
                    let ended =
                        json!({ "event": "ended", "path": path_text(&path), "reason": why });
                    print_json(&ended)?;
                }
                return Err(Error::NotFollowed(why));
            }
        }
    }
    Ok(ExitCode::from(INTERRUPTED))
}

/// Why a folder is not followed any more: what another program, or a person, has taken away.
fn ended(store: &Store, collection: &Collection, path: &Path) -> Result<Option<String>, Error> {
    let Collection { id, name, .. } = collection;
    let shown = path.to_string_lossy();
    let shown = terminal::on_one_line(&shown);
    if !store.collections()?.iter().any(|known| known.id == *id) {
        return Ok(Some(format!("the collection {name} was removed")));
    }
    let is_followed = |root: &Root| root.collection == *id && root.path == path && root.watched;
    if !store.roots()?.iter().any(is_followed) {
        return Ok(Some(format!("the folder was taken out of {name}: {shown}")));
    }
    if !path.is_dir() {
        return Ok(Some(format!("the folder is not there any more: {shown}")));
    }
    Ok(None)
}

fn tell_change(event: &Event, json: bool, progress: &mut Progress) -> Result<(), Error> {
    let (what, path, reason) = match event {
        Event::Ready { path, .. } => ("read", path, None),
        Event::Moved { from, path, .. } => return tell_move(from, path, json, progress),
        Event::Removed { path } => ("removed", path, None),
        Event::Refused { path, refusal, .. } => ("refused", path, Some(refusal.to_string())),
        Event::Unscanned(Unscanned { path, reason }) => ("refused", path, Some(reason.clone())),
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

fn tell_move(from: &Path, path: &Path, json: bool, progress: &mut Progress) -> Result<(), Error> {
    if json {
        let moved = json!({ "event": "moved", "path": path_text(path), "from": path_text(from) });
        return print_json(&moved);
    }
    progress.clear();
    let (from, to) = (from.to_string_lossy(), path.to_string_lossy());
    let (from, to) = (terminal::on_one_line(&from), terminal::on_one_line(&to));
    terminal::print(&format!("moved {from} to {to}\n"))
}

//! Adding to the library, waiting until it is read, and taking out again.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use engine::Inbox;
use engine::documents::DocumentsError;
use engine::documents::index::{Event, Progress, canonical};
use engine::documents::store::{
    CollectionId, Document, DocumentState, Store, Unscanned, file_name,
};
use rhai::{Array, Dynamic, Map};

use super::{count, library, wait};
use crate::api::files;
use crate::api::options::Options;
use crate::permissions::{Access, Need};
use crate::runner::{Context, Received, ScriptResult, failure};

/// How often it is looked whether all has been read: another process may be the one that reads.
const LOOK: Duration = Duration::from_millis(200);

pub(super) fn add(context: &Context, name: &str, path: &str, options: Map) -> ScriptResult<Map> {
    let documents = library(context, Access::Write)?;
    let mut options = Options::new("documents::add", options);
    let waits = options.take("wait")?.unwrap_or(true);
    options.finish()?;
    let path = files::readable(context, path)?;
    let root = canonical(&path).map_err(|error| failure(error.to_string()))?;
    let news = documents.subscribe(context.wake());
    let collection = begin(context, name, &root)?;
    let mut problems = Vec::new();
    if waits {
        problems = wait_until_read(context, &news, collection, &root)?;
    }
    let added = added(context, collection, root, problems)?;
    if waits && added.documents == 0 && !added.problems.is_empty() {
        return Err(failure(format!("nothing could be read: {}", added.problems.join("; "))));
    }
    let problems: Array = added.problems.into_iter().map(Into::into).collect();
    Ok([
        ("documents".into(), count(added.documents)),
        ("passages".into(), count(added.passages)),
        ("problems".into(), problems.into()),
    ]
    .into())
}

/// Waits, tells the run how far it is, and answers what could not be looked at.
fn wait_until_read(
    context: &Context,
    news: &Inbox<Event>,
    collection: CollectionId,
    root: &Path,
) -> ScriptResult<Vec<String>> {
    let mut problems = Vec::new();
    let mut looked = Instant::now();
    loop {
        let mut is_due = looked.elapsed() >= LOOK;
        match context.receive_until(news, looked + LOOK)? {
            Received::Message(Event::Progress(reading)) => tell(context, &reading),
            Received::Message(Event::Unscanned(Unscanned { path, reason }))
                if path.starts_with(root) =>
            {
                problems.push(format!("{}: {reason}", path.display()));
            }
            Received::Message(Event::Failed(error)) => return Err(failure(error.to_string())),
            Received::Message(Event::Idle) | Received::TimedOut | Received::PanelWaits => {
                is_due = true;
            }
            Received::Message(_) => {}
            Received::Closed => return Err(failure("the library of documents ended")),
        }
        if is_due {
            if left(context, collection, root)? == 0 {
                return Ok(problems);
            }
            looked = Instant::now();
        }
    }
}

fn begin(context: &Context, name: &str, root: &Path) -> ScriptResult<CollectionId> {
    let (name, root) = (name.to_owned(), root.to_owned());
    wait(context, Access::Write, |library, answer| {
        library.change(
            move |store| {
                let collection = store.create_collection(&name)?;
                store.add_root(collection.id, &root, false)?;
                Ok(collection.id)
            },
            answer,
        );
    })
}

fn left(context: &Context, collection: CollectionId, root: &Path) -> ScriptResult<u64> {
    let root = root.to_owned();
    wait(context, Access::Write, |library, answer| {
        library.look(move |searcher| searcher.store().left_to_read(collection, &root), answer);
    })
}

fn tell(context: &Context, reading: &Progress) {
    let Progress { done, total, path, page, pages, share, .. } = reading;
    let mut text = format!("Reading {}", file_name(path));
    if let Some(pages) = pages {
        text.push_str(&format!(", page {page} of {pages}"));
    }
    let fraction = if *total > 0 { (*done as f64 + share) / *total as f64 } else { 0.0 };
    #[expect(clippy::cast_possible_truncation, reason = "a bar has fewer steps than an f32")]
    context.progress(Some(fraction as f32), &text);
}

/// What became of the files below a root so far.
struct Added {
    documents: u64,
    passages: u64,
    problems: Vec<String>,
}

fn added(
    context: &Context,
    collection: CollectionId,
    root: PathBuf,
    problems: Vec<String>,
) -> ScriptResult<Added> {
    let listed: Vec<Document> = wait(context, Access::Write, |library, answer| {
        library.look(move |searcher| documents_below(searcher.store(), collection, &root), answer);
    })?;
    let mut added = Added { documents: 0, passages: 0, problems };
    for document in listed {
        match document.state {
            DocumentState::Ready => {
                added.documents += 1;
                added.passages += document.chunks;
            }
            DocumentState::Refused(refusal) => {
                added.problems.push(format!("{}: {refusal}", document.path.display()));
            }
            DocumentState::Waiting => {}
        }
    }
    Ok(added)
}

fn documents_below(
    store: &Store,
    collection: CollectionId,
    root: &Path,
) -> Result<Vec<Document>, DocumentsError> {
    let mut listed = store.documents(collection)?;
    listed.retain(|document| document.path.starts_with(root));
    Ok(listed)
}

/// Takes documents out of a collection, or the whole collection; their files stay.
pub(super) fn remove(context: &Context, name: &str, path: Option<&str>) -> ScriptResult<Dynamic> {
    context.permit(Need::Documents(Access::Write))?;
    let path = path.map(|path| files::place_of(context, path)).transpose()?;
    let name = name.to_owned();
    let remove = move |store: &Store| {
        let collection = store.collection(&name)?;
        if collection.is_built_in {
            return Err(DocumentsError::BuiltIn { name: collection.name });
        }
        match path {
            Some(path) => Ok(store.remove_documents(collection.id, &path)? as u64),
            None => {
                store.remove_collection(collection.id)?;
                Ok(collection.ready + collection.waiting + collection.refused)
            }
        }
    };
    wait(context, Access::Write, |library, answer| library.change(remove, answer)).map(count)
}

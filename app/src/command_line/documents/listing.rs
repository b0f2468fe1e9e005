//! `list`, `status` and `remove`: what there is, and what is to go.

use std::path::Path;
use std::process::ExitCode;

use engine::documents::DocumentsError;
use engine::documents::store::{Collection, Document, DocumentState, Store, Unscanned};
use serde_json::{Value, json};

use super::{path_text, print_json};
use crate::command_line::Error;
use crate::command_line::terminal::{self, counted};

pub(super) fn list(store: &Store, json: bool) -> Result<ExitCode, Error> {
    let collections = store.collections()?;
    if json {
        print_json(&Value::from_iter(collections.iter().map(collection_json)))?;
    } else if collections.is_empty() {
        terminal::note("There are no collections yet: satchel documents add COLLECTION PATH…");
    } else {
        for collection in &collections {
            terminal::print(&format!("{}\n", summary(collection)))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn status(store: &Store, name: &str, json: bool) -> Result<ExitCode, Error> {
    let collection = store.collection(name)?;
    let documents = store.documents(collection.id)?;
    let unscanned = store.unscanned(collection.id)?;
    if json {
        let mut status = collection_json(&collection);
        if let Some(object) = status.as_object_mut() {
            let files = Value::from_iter(documents.iter().map(document_json));
            object.insert("files".to_owned(), files);
            let unscanned = unscanned.iter().map(
                |Unscanned { path, reason }| json!({ "path": path_text(path), "message": reason }),
            );
            object.insert("unscanned".to_owned(), Value::from_iter(unscanned));
        }
        print_json(&status)?;
        return Ok(ExitCode::SUCCESS);
    }
    terminal::print(&format!("{}\n", summary(&collection)))?;
    for document in &documents {
        let path = document.path.to_string_lossy();
        let state = match &document.state {
            DocumentState::Waiting => "waiting".to_owned(),
            DocumentState::Ready => counted(document.chunks, "passage"),
            DocumentState::Refused(refusal) => format!("not read: {refusal}"),
        };
        let missing = match document.missing_pages.len() {
            0 => String::new(),
            count => format!(", {} could not be read", counted(count as u64, "page")),
        };
        terminal::print(&format!("  {}: {state}{missing}\n", terminal::on_one_line(&path)))?;
    }
    for Unscanned { path, reason } in &unscanned {
        let path = path.to_string_lossy();
        let path = terminal::on_one_line(&path);
        terminal::print(&format!("  {path}: could not be looked through: {reason}\n"))?;
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn remove(
    store: &Store,
    name: &str,
    path: Option<&Path>,
    json: bool,
) -> Result<ExitCode, Error> {
    let collection = store.collection(name)?;
    let removed = match path {
        None => {
            store.remove_collection(collection.id)?;
            collection.ready + collection.waiting + collection.refused
        }
        Some(path) => {
            // A file that is gone can still be removed from the collection.
            let whole = std::fs::canonicalize(path).or_else(|_| std::path::absolute(path));
            let whole = whole.unwrap_or_else(|_| path.to_owned());
            let removed = store.remove_documents(collection.id, &whole)?;
            if removed == 0 {
                return Err(DocumentsError::NoDocument.into());
            }
            removed as u64
        }
    };
    if json {
        print_json(&json!({ "collection": collection.name, "removed": removed }))?;
    } else {
        let removed = counted(removed, "document");
        terminal::print(&format!("{removed} removed from {}\n", collection.name))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn summary(collection: &Collection) -> String {
    let Collection { name, ready, waiting, refused, chunks, .. } = collection;
    let (ready, passages) = (counted(*ready, "document"), counted(*chunks, "passage"));
    let mut line = format!("{name}: {ready}, {passages}");
    if *waiting > 0 {
        line.push_str(&format!(", {waiting} still to be read"));
    }
    if *refused > 0 {
        line.push_str(&format!(", {refused} could not be read"));
    }
    line
}

fn collection_json(collection: &Collection) -> Value {
    json!({
        "collection": collection.name,
        "documents": collection.ready,
        "waiting": collection.waiting,
        "scanning": collection.is_scanning,
        "refused": collection.refused,
        "chunks": collection.chunks,
        "characters": collection.characters,
    })
}

fn document_json(document: &Document) -> Value {
    let (state, reason, message) = match &document.state {
        DocumentState::Waiting => ("waiting", None, None),
        DocumentState::Ready => ("ready", None, None),
        DocumentState::Refused(refusal) => {
            ("refused", Some(refusal.word()), Some(refusal.to_string()))
        }
    };
    json!({
        "path": path_text(&document.path),
        "title": document.title,
        "language": document.language,
        "state": state,
        "reason": reason,
        "message": message,
        "size": document.size,
        "pages": document.pages,
        "missing_pages": document.missing_pages,
        "characters": document.characters,
        "chunks": document.chunks,
    })
}

//! What there is, and what of it answers a question.

use std::sync::Arc;

use engine::documents::search::{Findings, Mode, Query, Weighed};
use engine::documents::store::{Collection, Document, DocumentId, DocumentState};
use rhai::{Array, Dynamic, Map};

use super::{collections_of, count, passage, wait};
use crate::api::options::Options;
use crate::permissions::Access;
use crate::runner::{Context, ScriptResult};

/// How many passages are found where nothing else is said.
pub(super) const USUAL: usize = 8;
/// How many can be asked for.
const MOST: i64 = 100;

pub(super) fn collections(context: &Context) -> ScriptResult<Array> {
    let found = wait(context, Access::Read, |library, answer| {
        library.look(|searcher| searcher.store().collections(), answer);
    })?;
    let map = |collection: Collection| -> Dynamic {
        let map: Map = [
            ("name".into(), collection.name.into()),
            ("documents".into(), count(collection.ready)),
            ("waiting".into(), count(collection.waiting)),
            ("refused".into(), count(collection.refused)),
            ("scanning".into(), collection.is_scanning.into()),
            ("passages".into(), count(collection.chunks)),
        ]
        .into();
        map.into()
    };
    Ok(found.into_iter().map(map).collect())
}

pub(super) fn search(context: &Context, text: &str, options: Map) -> ScriptResult<Array> {
    let mut options = Options::new("documents::search", options);
    let collections = collections_of(context, &mut options)?;
    let most = limit(&mut options)?;
    let mode = mode(&mut options)?;
    let weighs = options.take("weigh")?.unwrap_or(false);
    let rerank = reranker(&mut options)?;
    options.finish()?;
    let query = Query { most, mode, rerank, ..Query::new(collections, text) };
    if weighs {
        let found: Vec<Weighed> = wait(context, Access::Read, |library, answer| {
            library.look(move |searcher| searcher.search_weighed(&query), answer);
        })?;
        return Ok(found.iter().map(|found| Dynamic::from_map(passage::weighed(found))).collect());
    }
    // Gone when the script no longer waits, and with it the reranker's work.
    let waiting = Arc::new(());
    let waits = Arc::downgrade(&waiting);
    let found: Findings = wait(context, Access::Read, |library, answer| {
        library.search(query, move |_| waits.strong_count() > 0, answer);
    })?;
    drop(waiting);
    Ok(found.passages.iter().map(|found| Dynamic::from_map(passage::found(found))).collect())
}

/// `limit`: how many passages.
pub(super) fn limit(options: &mut Options) -> ScriptResult<usize> {
    let limit = options.take_within("limit", 1..=MOST)?;
    Ok(limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(USUAL))
}

/// `mode`: how passages are found.
pub(super) fn mode(options: &mut Options) -> ScriptResult<Mode> {
    const MODES: [Mode; 3] = [Mode::Hybrid, Mode::Words, Mode::Meaning];
    let chosen = options.take_word("mode", &["hybrid", "words", "meaning"])?;
    Ok(MODES[chosen.unwrap_or(0)])
}

/// `reranker`: whether the one that the person chose orders what is found.
pub(super) fn reranker(options: &mut Options) -> ScriptResult<bool> {
    Ok(options.take("reranker")?.unwrap_or(true))
}

pub(super) fn passages(context: &Context, document: i64) -> ScriptResult<Array> {
    let id = DocumentId(document);
    let (document, chunks) = wait(context, Access::Read, |library, answer| {
        library.look(
            move |searcher| {
                let store = searcher.store();
                Ok((store.document(id)?, store.chunks(id, 0..u64::MAX)?))
            },
            answer,
        );
    })?;
    let map = |chunk| Dynamic::from_map(passage::chunk(&document, chunk));
    Ok(chunks.iter().map(map).collect())
}

pub(super) fn documents(context: &Context, collection: &str) -> ScriptResult<Array> {
    let names = vec![collection.to_owned()];
    let found: Vec<Collection> =
        wait(context, Access::Read, |library, answer| library.collections_named(names, answer))?;
    let listed: Vec<Document> = wait(context, Access::Read, |library, answer| {
        library.look(
            move |searcher| {
                let mut listed = Vec::new();
                for collection in found {
                    listed.extend(searcher.store().documents(collection.id)?);
                }
                Ok(listed)
            },
            answer,
        );
    })?;
    Ok(listed.iter().map(|document| Dynamic::from_map(document_map(document))).collect())
}

fn document_map(document: &Document) -> Map {
    let (state, reason) = match &document.state {
        DocumentState::Waiting => ("waiting", Dynamic::UNIT),
        DocumentState::Ready => ("ready", Dynamic::UNIT),
        DocumentState::Refused(refusal) => ("refused", refusal.to_string().into()),
    };
    [
        ("document".into(), document.id.0.into()),
        ("title".into(), document.name().into()),
        ("source".into(), document.path.to_string_lossy().as_ref().into()),
        ("state".into(), state.into()),
        ("reason".into(), reason),
        ("pages".into(), count(document.pages)),
        ("passages".into(), count(document.chunks)),
        ("size".into(), count(document.size)),
    ]
    .into()
}

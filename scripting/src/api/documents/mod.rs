//! `documents`: the person's collections of documents.
//!
//! ```text
//! find.rs  collections, search, passages, documents     add.rs  add, remove
//! ask.rs   ask: an answer with citations, streamed      quote.rs  quote: the reader
//! passage.rs  passages and citations as maps, both ways
//! ```

mod add;
mod ask;
mod docs;
mod find;
pub(super) mod passage;
mod quote;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use engine::documents::DocumentsError;
use engine::documents::store::{Collection, CollectionId};
use engine::{Outbox, channel};
use rhai::{Array, Dynamic, Map};

pub(crate) use ask::for_assistant;
pub(super) use docs::DOCS;

use super::module::Noun;
use super::options::Options;
use crate::handles::HandleKind;
use crate::permissions::{Access, Need};
use crate::plugin::CorePlugin;
use crate::runner::{Context, ScriptResult, failure};

/// The noun `documents`.
pub(super) struct Documents;

impl CorePlugin for Documents {
    fn name(&self) -> &'static str {
        DOCS.name
    }

    fn register(&self, rhai: &mut rhai::Engine, context: &Arc<Context>) {
        let mut noun = Noun::new(&DOCS);
        looking(&mut noun, context);
        changing(&mut noun, context);
        answering(&mut noun, context);
        noun.register(rhai);
    }
}

fn looking(noun: &mut Noun, context: &Arc<Context>) {
    let own = Arc::clone(context);
    noun.add("collections", move || find::collections(&own));
    let own = Arc::clone(context);
    noun.add("search", move |text: &str| find::search(&own, text, Map::new()));
    let own = Arc::clone(context);
    noun.add("search", move |text: &str, options: Map| find::search(&own, text, options));
    let own = Arc::clone(context);
    noun.add("passages", move |document: i64| find::passages(&own, document));
    let own = Arc::clone(context);
    noun.add("documents", move |collection: &str| find::documents(&own, collection));
}

fn changing(noun: &mut Noun, context: &Arc<Context>) {
    let own = Arc::clone(context);
    noun.add("add", move |collection: &str, path: &str| {
        add::add(&own, collection, path, Map::new())
    });
    let own = Arc::clone(context);
    noun.add("add", move |collection: &str, path: &str, options: Map| {
        add::add(&own, collection, path, options)
    });
    let own = Arc::clone(context);
    noun.add("remove", move |collection: &str| add::remove(&own, collection, None));
    let own = Arc::clone(context);
    noun.add("remove", move |collection: &str, path: &str| {
        add::remove(&own, collection, Some(path))
    });
}

fn answering(noun: &mut Noun, context: &Arc<Context>) {
    let own = Arc::clone(context);
    noun.add("ask", move |question: &str| ask::ask(&own, question, Map::new()));
    let own = Arc::clone(context);
    noun.add("ask", move |question: &str, options: Map| ask::ask(&own, question, options));
    noun.add("quote", |question: &str, passages: Array| {
        quote::quote(question, passages, Map::new())
    });
    noun.add("quote", |question: &str, passages: Array, options: Map| {
        quote::quote(question, passages, options)
    });
}

/// The library, if the app may use it and there is one.
fn library(context: &Context, access: Access) -> ScriptResult<&engine::documents::Documents> {
    context.permit(Need::Documents(access))?;
    context.services().documents.as_ref().ok_or_else(|| {
        failure("there are no documents here: this Satchel has no library of documents")
    })
}

/// Gives the library an order and waits for the answer.
fn wait<T: Send + 'static>(
    context: &Context,
    access: Access,
    order: impl FnOnce(&engine::documents::Documents, Outbox<Result<T, DocumentsError>>),
) -> ScriptResult<T> {
    let library = library(context, access)?;
    let (outbox, inbox) = channel(context.wake());
    let _handle = context.handles().acquire(HandleKind::Request);
    order(library, outbox);
    match context.receive(&inbox)? {
        Some(answer) => answer.map_err(|error| failure(error.to_string())),
        None => Err(failure("the library of documents ended before it answered")),
    }
}

/// The collections that an option names; all of a person's own when it names none.
fn collections_of(context: &Context, options: &mut Options) -> ScriptResult<Vec<CollectionId>> {
    let mut names = options.take::<Vec<String>>("collections")?.unwrap_or_default();
    // As a setting has it that nobody has filled in.
    names.retain(|name| !name.trim().is_empty());
    if names.is_empty() { Ok(Vec::new()) } else { ids_of(context, names) }
}

fn ids_of(context: &Context, names: Vec<String>) -> ScriptResult<Vec<CollectionId>> {
    let found: Vec<Collection> =
        wait(context, Access::Read, |library, answer| library.collections_named(names, answer))?;
    Ok(found.into_iter().map(|collection| collection.id).collect())
}

/// A number of things, as a script has numbers.
fn count(number: u64) -> Dynamic {
    Dynamic::from_int(i64::try_from(number).unwrap_or(i64::MAX))
}

//! `documents`: the person's collections of documents.

use std::path::PathBuf;
use std::sync::Arc;

use engine::{Inbox, Outbox, channel};
use rhai::{Array, Dynamic, Map};

use super::docs::{Call, Function, Module};
use super::module::Noun;
use super::options::Options;
use crate::handles::HandleKind;
use crate::permissions::{Access, Need};
use crate::plugin::CorePlugin;
use crate::runner::{Context, ScriptResult, failure};
use crate::services::{DocumentQuery, DocumentService, Passage};

pub(super) const DOCS: Module = Module {
    name: "documents",
    summary: "Searches the person's documents, and adds some.",
    notes: "Needs the permission `documents = \"read\"`, and `documents = \"write\"` to add. A **passage** \
            is a part of a document that was found: a map with `text`, `title`, `source` (path or \
            address), `document` (for `documents::passages`), `page` (or `()`) and `score` (0.0 to \
            1.0). It fits into `app::cite` when `document` and `score` are left out.",
    call: Call::Namespace,
    functions: &[
        Function {
            signature: "collections() -> array",
            about: "All collections.",
            returns: "maps: `name` and `documents` (how many)",
            errors: "when there is no library of documents.",
            example: r#"print(documents::collections()[0].name); // → Papers"#,
            ..Function::EMPTY
        },
        Function {
            signature: "search(text: string, options?: map) -> array",
            about: "The passages that answer a question best, the best first.",
            parameters: &[(
                "options",
                "`collections`: a name or several (all if left out); `limit`: how many passages, 1 to \
                 100 (8 if left out)",
            )],
            errors: "when there is no library of documents, or no such collection.",
            example: r#"
let found = documents::search("What is a satchel?", #{ collections: "Papers", limit: 3 });
print(found[0].page); // → 3"#,
            ..Function::EMPTY
        },
        Function {
            signature: "passages(document: string) -> array",
            about: "All passages of one document, in order.",
            parameters: &[("document", "`document` of a passage that was found")],
            errors: "when there is no such document.",
            example: r#"
let found = documents::search("What is a satchel?");
print(documents::passages(found[0].document).len); // → 1"#,
            ..Function::EMPTY
        },
        Function {
            signature: "add(collection: string, path: string) -> map",
            about: "Reads a file, or all files of a folder, into a collection, which is made if it is \
                    missing. The app must be allowed to read the file.",
            returns: "a map: `documents` and `passages` (how many), `problems` (texts: what could not \
                      be read)",
            errors: "when there is no library of documents, or nothing could be read.",
            example: r#"print(documents::add("Papers", "notes.txt").documents); // → 1"#,
            ..Function::EMPTY
        },
    ],
};

/// The noun `documents`.
pub(super) struct Documents;

impl CorePlugin for Documents {
    fn name(&self) -> &'static str {
        DOCS.name
    }

    fn register(&self, rhai: &mut rhai::Engine, context: &Arc<Context>) {
        let mut noun = Noun::new(&DOCS);
        let own = Arc::clone(context);
        noun.add("collections", move || collections(&own));
        let own = Arc::clone(context);
        noun.add("search", move |text: &str| search(&own, text, Map::new()));
        let own = Arc::clone(context);
        noun.add("search", move |text: &str, options: Map| search(&own, text, options));
        let own = Arc::clone(context);
        noun.add("passages", move |document: &str| {
            let document = document.to_owned();
            let found =
                ask(&own, Access::Read, |service, answer| service.passages(document, answer));
            found.map(passages)
        });
        let own = Arc::clone(context);
        noun.add("add", move |collection: &str, path: &str| add(&own, collection, path));
        noun.register(rhai);
    }
}

fn collections(context: &Context) -> ScriptResult<Array> {
    let found = ask(context, Access::Read, |service, answer| service.collections(answer))?;
    let map = |collection: crate::Collection| -> Dynamic {
        let map: Map = [
            ("name".into(), collection.name.into()),
            ("documents".into(), count(collection.documents)),
        ]
        .into();
        map.into()
    };
    Ok(found.into_iter().map(map).collect())
}

fn search(context: &Context, text: &str, options: Map) -> ScriptResult<Array> {
    let mut options = Options::new("documents::search", options);
    let collections = options.take::<Vec<String>>("collections")?.unwrap_or_default();
    let limit = options.take_within("limit", 1..=100_i64)?.unwrap_or(8);
    options.finish()?;
    let limit = usize::try_from(limit).unwrap_or(1);
    let query = DocumentQuery { text: text.to_owned(), collections, limit };
    ask(context, Access::Read, |service, answer| service.search(query, answer)).map(passages)
}

fn add(context: &Context, collection: &str, path: &str) -> ScriptResult<Map> {
    context.permit(Need::Documents(Access::Write))?;
    let path: PathBuf = super::files::readable(context, path)?;
    let collection = collection.to_owned();
    let added = ask(context, Access::Write, |service, answer| {
        service.add(collection, path, answer);
    })?;
    let problems: Array = added.problems.into_iter().map(Into::into).collect();
    Ok([
        ("documents".into(), count(added.documents)),
        ("passages".into(), count(added.passages)),
        ("problems".into(), problems.into()),
    ]
    .into())
}

/// Asks the library, if the app may and there is one, and waits.
fn ask<T: Send + 'static>(
    context: &Context,
    access: Access,
    question: impl FnOnce(&dyn DocumentService, Outbox<Result<T, String>>),
) -> ScriptResult<T> {
    context.permit(Need::Documents(access))?;
    let service = context.services().documents.as_deref().ok_or_else(|| {
        failure("there are no documents yet: this Satchel has no library of documents")
    })?;
    let (outbox, inbox): (_, Inbox<Result<T, String>>) = channel(context.wake());
    let _handle = context.handles().acquire(HandleKind::Request);
    question(service, outbox);
    match context.receive(&inbox)? {
        Some(answer) => answer.map_err(failure),
        None => Err(failure("the library of documents did not answer")),
    }
}

fn passages(found: Vec<Passage>) -> Array {
    let map = |passage: Passage| -> Dynamic {
        let page = passage.page.map_or(Dynamic::UNIT, |page| i64::from(page).into());
        let map: Map = [
            ("text".into(), passage.text.into()),
            ("title".into(), passage.title.into()),
            ("source".into(), passage.source.into()),
            ("document".into(), passage.document.into()),
            ("page".into(), page),
            ("score".into(), f64::from(passage.score).into()),
        ]
        .into();
        map.into()
    };
    found.into_iter().map(map).collect()
}

fn count(number: usize) -> Dynamic {
    Dynamic::from_int(i64::try_from(number).unwrap_or(i64::MAX))
}

//! `models`: which models there are, and loading one.

use std::sync::Arc;

use engine::models::{self, Event, LoadSettings, LoadedModel, ModelEntry};
use engine::{Command, Inbox};
use rhai::{Array, Dynamic, Map};

use super::docs::{Call, Function, Module};
use super::module::Noun;
use crate::nearest::hint;
use crate::permissions::Need;
use crate::plugin::CorePlugin;
use crate::runner::{Context, ScriptResult, failure};

pub(super) const DOCS: Module = Module {
    name: "models",
    summary: "Which models there are, and loading one.",
    notes: "Needs the permission `llm = true`.",
    call: Call::Namespace,
    functions: &[
        Function {
            signature: "list() -> array",
            about: "All models on this computer, also those that are not loaded.",
            returns: "maps: `id`, `name`, `size` (bytes), `parameters`, `context_length` (tokens, as \
                      trained), `quantization`, `loaded`, `can_chat`, `is_embedding`, `is_reranker`, `is_demo`, and \
                      `problem` (why it cannot be used, or `()`)",
            example: r#"
for model in models::list() {
    if model.loaded { print(model.id); } // → demo
}"#,
            ..Function::EMPTY
        },
        Function {
            signature: "current() -> map",
            about: "The model that answers when none is named, or `()` when none is loaded.",
            returns: "a map: `id`, `name`, `parameters`, `size`, `context_length` (tokens, as loaded), \
                      `can_think`",
            example: r#"print(models::current().id); // → demo"#,
            ..Function::EMPTY
        },
        Function {
            signature: "load(name: string) -> map",
            about: "Loads a model and waits until it is ready. Whoever asked for the run sees how far \
                    it is. One that is loaded already stays as it is.",
            parameters: &[("name", "its id, its name, its file, or the beginning of one of these")],
            returns: "what `models::current` would",
            errors: "when there is no such model, several begin like that, or it cannot be loaded.",
            example: r#"print(models::load("demo").context_length > 0); // → true"#,
        },
    ],
};

/// The noun `models`.
pub(super) struct Models;

impl CorePlugin for Models {
    fn name(&self) -> &'static str {
        DOCS.name
    }

    fn register(&self, rhai: &mut rhai::Engine, context: &Arc<Context>) {
        let mut noun = Noun::new(&DOCS);
        let own = Arc::clone(context);
        noun.add("list", move || list(&own));
        let own = Arc::clone(context);
        noun.add("current", move || current(&own));
        let own = Arc::clone(context);
        noun.add("load", move |name: &str| load(&own, name));
        noun.register(rhai);
    }
}

fn list(context: &Context) -> ScriptResult<Array> {
    context.permit(Need::Llm)?;
    let loaded = context.engine().loaded();
    let is_loaded = |entry: &ModelEntry| loaded.iter().any(|model| model.id == entry.id);
    let entries = entries(context)?;
    Ok(entries.iter().map(|entry| entry_map(entry, is_loaded(entry)).into()).collect())
}

fn current(context: &Context) -> ScriptResult<Dynamic> {
    context.permit(Need::Llm)?;
    let loaded = context.engine().loaded();
    let chosen = context.defaults().model;
    let named = loaded.iter().find(|model| chosen.as_ref() == Some(&model.id));
    let last = loaded.iter().rev().find(|model| model.can_chat());
    Ok(named.or(last).map_or(Dynamic::UNIT, |model| loaded_map(model).into()))
}

fn load(context: &Context, name: &str) -> ScriptResult<Map> {
    context.permit(Need::Llm)?;
    if let Ok(model) = loaded(context, name) {
        return Ok(loaded_map(&model));
    }
    let entry = models::library::find(&entries(context)?, name)
        .map_err(|error| failure(error.to_string()))?;
    let news = context.engine().subscribe(context.wake());
    // Another one may have loaded it before we listened.
    if let Some(model) = context.engine().loaded().into_iter().find(|model| model.id == entry.id) {
        return Ok(loaded_map(&model));
    }
    context.engine().send(Command::Models(models::Command::Load {
        id: entry.id.clone(),
        path: entry.path.clone(),
        settings: LoadSettings::default(),
    }));
    wait_until_loaded(context, &entry, &news)
}

fn wait_until_loaded(
    context: &Context,
    entry: &ModelEntry,
    news: &Inbox<engine::Event>,
) -> ScriptResult<Map> {
    let words = format!("Loading {}", entry.name);
    context.progress(Some(0.0), &words);
    while let Some(event) = context.receive(news)? {
        match event {
            engine::Event::Models(Event::LoadProgressed { id, fraction }) if id == entry.id => {
                context.progress(Some(fraction), &words);
            }
            engine::Event::Models(Event::Loaded(model)) if model.id == entry.id => {
                context.progress(Some(1.0), &words);
                return Ok(loaded_map(&model));
            }
            engine::Event::Models(Event::LoadFailed { id, error }) if id == entry.id => {
                return Err(failure(error.to_string()));
            }
            engine::Event::Models(Event::LoadCancelled(id)) if id == entry.id => {
                return Err(failure(format!("loading {} was cancelled", entry.name)));
            }
            _ => {}
        }
    }
    Err(failure(engine::Error::Stopped.to_string()))
}

/// The loaded model that `name` means.
pub(super) fn loaded(context: &Context, name: &str) -> ScriptResult<LoadedModel> {
    let loaded = context.engine().loaded();
    let is_it = |model: &&LoadedModel| {
        model.id.0 == name || model.name.eq_ignore_ascii_case(name) || model.path.ends_with(name)
    };
    if let Some(model) = loaded.iter().rev().find(is_it) {
        return Ok(model.clone());
    }
    let known: Vec<_> = loaded.iter().map(|model| model.id.0.as_str()).collect();
    let meant = hint(name, known.iter().copied());
    let advice = loaded_advice(context);
    Err(failure(format!("the model `{name}` is not loaded{meant}{advice}; models::load loads one")))
}

/// `; loaded are a, b`, or nothing.
pub(super) fn loaded_advice(context: &Context) -> String {
    let loaded = context.engine().loaded();
    let names: Vec<_> = loaded.iter().map(|model| model.id.0.as_str()).collect();
    if names.is_empty() { String::new() } else { format!("; loaded are {}", names.join(", ")) }
}

/// What to do where no model is loaded.
pub(super) fn advice(context: &Context) -> String {
    let entries = entries(context).unwrap_or_default();
    let usable: Vec<_> =
        entries.iter().filter(|entry| entry.can_chat()).map(|entry| entry.id.0.as_str()).collect();
    if usable.is_empty() {
        return String::new();
    }
    format!("; models::load can load {}", usable.join(", "))
}

fn entries(context: &Context) -> ScriptResult<Vec<ModelEntry>> {
    match &context.services().models {
        Some(library) => library.list().map_err(|error| failure(error.to_string())),
        None => Ok(Vec::new()),
    }
}

fn entry_map(entry: &ModelEntry, is_loaded: bool) -> Map {
    let problem = entry.problem.clone();
    [
        ("id".into(), entry.id.0.clone().into()),
        ("name".into(), entry.name.clone().into()),
        ("size".into(), whole(entry.size)),
        ("parameters".into(), whole(entry.parameters)),
        ("context_length".into(), i64::from(entry.context_length).into()),
        ("quantization".into(), entry.quantization.clone().into()),
        ("loaded".into(), is_loaded.into()),
        ("can_chat".into(), entry.can_chat().into()),
        ("is_embedding".into(), entry.is_embedding.into()),
        ("is_reranker".into(), entry.is_reranker.into()),
        ("is_demo".into(), entry.is_demo.into()),
        ("problem".into(), problem.map_or(Dynamic::UNIT, Into::into)),
    ]
    .into()
}

fn loaded_map(model: &LoadedModel) -> Map {
    [
        ("id".into(), model.id.0.clone().into()),
        ("name".into(), model.name.clone().into()),
        ("size".into(), whole(model.size)),
        ("parameters".into(), whole(model.parameters)),
        ("context_length".into(), i64::from(model.context_length).into()),
        ("can_think".into(), model.can_think.into()),
    ]
    .into()
}

/// Sizes are far below what an `int` holds.
fn whole(number: u64) -> Dynamic {
    Dynamic::from_int(i64::try_from(number).unwrap_or(i64::MAX))
}

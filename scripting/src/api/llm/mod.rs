//! `llm`: asking models.
//!
//! ```text
//! messages.rs  what a script gives as messages ─┐
//! request.rs   its options, over the defaults ──┴─▶ GenerateRequest ─▶ engine
//! dialogue.rs  an answer with the tools that are called for it: tools.rs, functions of the script
//! generation.rs  one answer on its way: waited for, passed on, stopped when dropped
//! stream.rs      a dialogue as an iterator      answer.rs  the whole answer as a map
//! embed.rs     vectors                          measure.rs  tokens
//! ```

mod answer;
mod dialogue;
mod docs;
mod embed;
mod generation;
mod measure;
mod messages;
mod request;
mod stream;
#[cfg(test)]
mod tests;
mod tools;

use std::sync::Arc;

use engine::StopReason;
use engine::inference::Constraint;
use rhai::{Dynamic, Map, NativeCallContext};
use serde_json::Value;

pub(super) use docs::{DOCS, STREAM, VECTOR};
pub(super) use messages::read as read_messages;
pub(super) use request::of_options as request_of;

use super::module::Noun;
use crate::permissions::Need;
use crate::plugin::CorePlugin;
use crate::runner::{Context, ScriptError, ScriptResult, failure};
use crate::value::{kind, to_dynamic, to_json};
use answer::Answer;
use dialogue::Dialogue;
use request::Request;
use stream::Stream;

/// The noun `llm`.
pub(super) struct Llm;

impl CorePlugin for Llm {
    fn name(&self) -> &'static str {
        DOCS.name
    }

    fn register(&self, rhai: &mut rhai::Engine, context: &Arc<Context>) {
        stream::register(rhai);
        embed::register(rhai);
        let mut noun = Noun::new(&DOCS);
        let own = Arc::clone(context);
        noun.add("stream", move |messages: Dynamic| {
            let request = ask(&own, "llm::stream", messages, Map::new(), None)?;
            Ok::<_, ScriptError>(Stream::new(Dialogue::begin(&own, request)))
        });
        let own = Arc::clone(context);
        noun.add("stream", move |caller: NativeCallContext, messages: Dynamic, options: Map| {
            let request = ask(&own, "llm::stream", messages, options, Some(&caller))?;
            Ok::<_, ScriptError>(Stream::new(Dialogue::begin(&own, request)))
        });
        let own = Arc::clone(context);
        noun.add("chat", move |messages: Dynamic| {
            let request = ask(&own, "llm::chat", messages, Map::new(), None)?;
            whole(&own, request).map(Answer::into_map)
        });
        let own = Arc::clone(context);
        noun.add("chat", move |caller: NativeCallContext, messages: Dynamic, options: Map| {
            let request = ask(&own, "llm::chat", messages, options, Some(&caller))?;
            whole(&own, request).map(Answer::into_map)
        });
        let own = Arc::clone(context);
        noun.add("complete", move |prompt: &str| complete(&own, prompt, Map::new()));
        let own = Arc::clone(context);
        noun.add("complete", move |prompt: &str, options: Map| complete(&own, prompt, options));
        let own = Arc::clone(context);
        noun.add("json", move |messages: Dynamic, schema: Dynamic| {
            json(&own, messages, &schema, Map::new())
        });
        let own = Arc::clone(context);
        noun.add("json", move |messages: Dynamic, schema: Dynamic, options: Map| {
            json(&own, messages, &schema, options)
        });
        let own = Arc::clone(context);
        noun.add("embed", move |texts: Dynamic| embed::embed(&own, texts, Map::new()));
        let own = Arc::clone(context);
        noun.add("embed", move |texts: Dynamic, options: Map| embed::embed(&own, texts, options));
        let own = Arc::clone(context);
        noun.add("count_tokens", move |messages: Dynamic| measure::tokens(&own, messages));
        noun.register(rhai);
    }
}

/// The question, if the app may ask one. With a `caller` it may offer tools.
fn ask(
    context: &Context,
    function: &'static str,
    messages: Dynamic,
    options: Map,
    caller: Option<&NativeCallContext<'_>>,
) -> ScriptResult<Request> {
    context.permit(Need::Llm)?;
    Request::read(context, function, messages, options, caller)
}

fn complete(context: &Arc<Context>, prompt: &str, options: Map) -> ScriptResult<String> {
    let request = ask(context, "llm::complete", prompt.into(), options, None)?;
    whole(context, request).map(|answer| answer.text)
}

fn json(
    context: &Arc<Context>,
    messages: Dynamic,
    schema: &Dynamic,
    options: Map,
) -> ScriptResult<Dynamic> {
    let mut request = ask(context, "llm::json", messages, options, None)?;
    request.asked.constraint = Some(Constraint::JsonSchema(schema_of(schema)?));
    let answer = whole(context, request)?;
    let value: Result<Value, _> = serde_json::from_str(answer.text.trim());
    value.as_ref().map(to_dynamic).map_err(|error| cut_json(&answer, error))
}

fn cut_json(answer: &Answer, error: &serde_json::Error) -> ScriptError {
    let reason = answer.finish.as_ref().map(|finish| &finish.reason);
    failure(match reason {
        Some(StopReason::MaxTokens | StopReason::ContextFull) => {
            "the answer was cut before its JSON was complete: raise max_tokens, or ask for less"
                .to_owned()
        }
        _ => format!("the answer is no JSON: {error}"),
    })
}

/// A schema as a map, or as JSON text, in which its keys keep their order.
fn schema_of(schema: &Dynamic) -> ScriptResult<Value> {
    if let Ok(text) = schema.as_immutable_string_ref() {
        return serde_json::from_str(&text)
            .map_err(|error| failure(format!("the schema is no JSON: {error}")));
    }
    if !schema.is_map() {
        let found = kind(schema);
        return Err(failure(format!("a schema is a map or JSON as a string, not a {found}")));
    }
    to_json(schema).map_err(|error| failure(error.to_string()))
}

fn whole(context: &Arc<Context>, request: Request) -> ScriptResult<Answer> {
    let writes = request.writes;
    let mut dialogue = Dialogue::begin(context, request);
    while let Some(piece) = dialogue.next_piece(false)? {
        if writes {
            context.write(&piece)?;
        }
    }
    Ok(dialogue.into_answer())
}

/// What went wrong in the engine, with what a script can do about it.
pub(super) fn in_words(context: &Context, error: &engine::Error) -> ScriptError {
    use engine::Error;
    let advice = match error {
        Error::NoModel => super::models::advice(context),
        Error::ModelNotLoaded(_) => super::models::loaded_advice(context),
        Error::ContextOverflow { .. } => {
            "; with `overflow: \"drop_oldest\"` the oldest are left out".to_owned()
        }
        _ => String::new(),
    };
    failure(format!("{error}{advice}"))
}

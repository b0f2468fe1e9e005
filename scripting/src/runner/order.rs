//! A run: from its request to its last event.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use engine::JobEvent;
use rhai::Dynamic;
use serde_json::Value as Json;

use super::call::{Failed, call};
use super::context::Context;
use super::desk::{CurrentRun, Order};
use super::frames::{Ending, Frame};
use super::script::Words;
use super::version::Version;
use crate::api::documents;
use crate::assistant;
use crate::handles::HandleKind;
use crate::permissions::Need;
use crate::value;
use crate::{Outcome, Problem, RunEvent, RunInput};

/// Runs the app, and answers whoever asked.
pub(super) fn run(version: &Version, state: &mut Dynamic, order: Order) {
    let context = &version.context;
    let desk = &context.desk;
    if order.stopped.load(Ordering::Relaxed) {
        return order.answer_unbegun();
    }
    let current = Arc::new(CurrentRun {
        outbox: order.outbox(),
        defaults: order.request.defaults.clone(),
        callers: order.request.callers.clone(),
        written: Mutex::default(),
    });
    desk.set_run(Some(Arc::clone(&current)));
    let frame = Frame::work(Arc::clone(&order.stopped), context.manifest().limits.run);
    let returned = if version.compiled.is_some() {
        script(version, state, &order.request.input, frame)
    } else {
        answer(version, &order.request.input, frame)
    };
    desk.set_run(None);
    let text = std::mem::take(&mut *current.written.lock().unwrap_or_else(PoisonError::into_inner));
    let checked = returned.and_then(|value| outcome(context, text.clone(), &value));
    order.answer(match checked {
        Ok(outcome) => RunEvent::Finished(outcome),
        Err(Failed { ending: Some(Ending::Stopped), .. }) => {
            RunEvent::Finished(Outcome { value: None, text, stopped: true })
        }
        Err(failed) => {
            desk.complain(&failed.problem);
            RunEvent::Failed(*failed.problem)
        }
    });
}

/// Calls `on_run`.
fn script(
    version: &Version,
    state: &mut Dynamic,
    input: &RunInput,
    frame: Frame,
) -> Result<Dynamic, Failed> {
    let context = &version.context;
    // Whoever writes to the app, as in a conversation, gives it a text and no structured input.
    if let (Some(schema), Some(data)) = (&context.manifest().input, &input.data) {
        check(schema, data, "the input")?;
    }
    let has = |count| context.script.get().is_some_and(|script| script.has("on_run", count));
    let arguments = if has(1) {
        let json = serde_json::to_value(input).map_err(|error| failed(error.to_string()))?;
        vec![value::to_dynamic(&json)]
    } else if has(0) {
        Vec::new()
    } else {
        return Err(failed("the app has no `fn on_run(input)`, so it cannot be run".to_owned()));
    };
    call(&version.rhai, context, state, "on_run", arguments, frame)
}

/// Has the model answer, for an app without a script.
fn answer(version: &Version, input: &RunInput, frame: Frame) -> Result<Dynamic, Failed> {
    let context = &version.context;
    let entered = context.desk.frames.enter(frame);
    let answered = generate(context, input);
    drop(entered);
    answered.map_err(|error| {
        let problem = context.words(&version.rhai).problem(&error);
        Failed { problem: Box::new(problem), ending: Words::ending(&error) }
    })
}

fn generate(context: &Context, input: &RunInput) -> super::ScriptResult<Dynamic> {
    let Some(described) = &context.manifest().assistant else {
        return Err(super::failure("there is nothing to run: the app has no script"));
    };
    context.permit(Need::Llm)?;
    let request = assistant::request(described, input, &context.defaults());
    if !described.collections.is_empty() {
        let question = assistant::question(described, input, request);
        documents::for_assistant(context, &described.collections, question)?;
        return Ok(Dynamic::UNIT);
    }
    let _handle = context.handles.acquire(HandleKind::Generation);
    let (outbox, events) = engine::channel(context.wake());
    let guard = context.engine().generate_into(request, outbox);
    loop {
        let event = match context.receive(&events) {
            Ok(Some(event)) => event,
            Ok(None) => break,
            Err(ended) => {
                drop(guard);
                context.hear_last_word(&events);
                return Err(ended);
            }
        };
        match event {
            JobEvent::Text(piece) => context.write(&piece)?,
            JobEvent::Failed(error) => {
                let words = error.to_string();
                context.generating(JobEvent::Failed(error));
                return Err(super::failure(words));
            }
            JobEvent::Finished(finish) => {
                context.generating(JobEvent::Finished(finish));
                break;
            }
            other => context.generating(other),
        }
    }
    Ok(Dynamic::UNIT)
}

/// What a run that returned amounts to.
fn outcome(context: &Context, written: String, returned: &Dynamic) -> Result<Outcome, Failed> {
    let value = if returned.is_unit() {
        None
    } else {
        let refused = |error| failed(format!("what on_run returned cannot be passed on: {error}"));
        Some(value::to_json(returned).map_err(refused)?)
    };
    if let Some(schema) = &context.manifest().output {
        check(schema, value.as_ref().unwrap_or(&Json::Null), "what on_run returned")?;
    }
    let text = match &value {
        Some(Json::String(text)) if written.is_empty() => text.clone(),
        _ => written,
    };
    Ok(Outcome { value, text, stopped: false })
}

/// Holds a value against the manifest.
fn check(schema: &Json, value: &Json, what: &str) -> Result<(), Failed> {
    let validator = jsonschema::validator_for(schema)
        .map_err(|error| failed(format!("the schema in app.toml is none: {error}")))?;
    let wrong: Vec<String> = validator
        .iter_errors(value)
        .take(5)
        .map(|error| match error.instance_path().as_str() {
            "" => error.to_string(),
            path => format!("{path}: {error}"),
        })
        .collect();
    match wrong.as_slice() {
        [] => Ok(()),
        wrong => {
            let wrong = wrong.join("; ");
            Err(failed(format!("{what} is not as app.toml describes it: {wrong}")))
        }
    }
}

fn failed(words: String) -> Failed {
    Failed { problem: Box::new(Problem::new(words)), ending: None }
}

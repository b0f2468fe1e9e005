//! `app`: the app itself, what it tells its caller, and what happens later or elsewhere.

use std::sync::Arc;
use std::time::Duration;

use rhai::{Array, Dynamic, FnPtr, Map};

use super::docs::{Call, Function, Module};
use super::documents::passage;
use super::json::value_of;
use super::module::Noun;
use super::options::{FromValue, Options, number};
use crate::handles::HandleKind;
use crate::nearest::hint;
use crate::permissions::Need;
use crate::plugin::CorePlugin;
use crate::runner::{Context, ScriptResult, failure};
use crate::value::{kind, to_dynamic};
use crate::{AppId, Citation, Level, RunEvent, RunInput, RunRequest};

/// Apps that call one another do so at most this deep.
const MAX_CALLERS: usize = 8;

pub(super) const DOCS: Module = Module {
    name: "app",
    summary: "The app itself: its settings, what it tells its caller, its timers, other apps.",
    notes: "",
    call: Call::Namespace,
    functions: &[
        Function {
            signature: "id() -> string",
            about: "Name of the app's folder.",
            example: "print(app::id()); // → example",
            ..Function::EMPTY
        },
        Function {
            signature: "setting(key: string) -> any",
            about: "The value of one of the `[[settings]]` of the manifest, as its person set it, or \
                    its default. Secrets are texts and are found only here.",
            errors: "when the manifest has no such setting.",
            example: r#"print(app::setting("tone")); // → friendly"#,
            ..Function::EMPTY
        },
        Function {
            signature: "settings() -> map",
            about: "All settings with their values, secrets left out.",
            example: r#"print(app::settings().tone); // → friendly"#,
            ..Function::EMPTY
        },
        Function {
            signature: "write(text: any)",
            about: "Appends a text to the answer of the run; it is shown at once, as Markdown.",
            errors: "when no run is going on: it belongs into `on_run` and what that calls.",
            example: r#"app::write("**Done.**");"#,
            ..Function::EMPTY
        },
        Function {
            signature: "cite(citation: map)",
            about: "Names a passage that the answer rests on, to be shown behind its number.",
            parameters: &[(
                "citation",
                "`number` (as in `[1]`), `title`, `source` (path or address), `page`, `text`; or a passage \
                 of `documents::search` with its `number`, which can then be opened",
            )],
            errors: "when no run is going on, or the map has other keys.",
            example: r#"
app::write("Satchels are bags [1].");
app::cite(#{ number: 1, title: "Bags", source: "bags.pdf", page: 3, text: "A satchel is a bag." });"#,
            ..Function::EMPTY
        },
        Function {
            signature: "progress(fraction: int|float|(), text: string)",
            about: "Says how far the run is: 0.0 to 1.0, or `()` when nobody knows. Outside of a run \
                    it does nothing.",
            example: r#"app::progress(0.5, "Reading page 5 of 10");"#,
            ..Function::EMPTY
        },
        Function {
            signature: "log(value: any, level?: string)",
            about: "Writes a line to the app's console.",
            parameters: &[(
                "level",
                "`\"debug\"`, `\"info\"` (if left out), `\"warning\"` or `\"error\"`",
            )],
            errors: "when the level is another word.",
            example: r#"app::log("Nothing to do", "warning");"#,
            ..Function::EMPTY
        },
        Function {
            signature: "run(id: string, input?: string|map) -> map",
            about: "Runs another app and waits for its answer. It runs with its own permissions.",
            parameters: &[("input", "a text, or a map with any of `text`, `data` and `messages`")],
            returns: "a map: `text` (what it wrote) and `value` (what it returned, or `()`)",
            errors: "when the permission `apps = [\"…\"]` does not name it, there is no such app, it \
                     fails, or apps would call one another in a circle.",
            example: r#"print(app::run("shout", "hello").text); // → HELLO"#,
        },
        Function {
            signature: "after(name: string, seconds: int|float)",
            about: "Calls `on_event(#{ kind: \"timer\", name })` once, later. A timer of the same name \
                    is replaced.",
            example: r#"app::after("remind", 600);"#,
            ..Function::EMPTY
        },
        Function {
            signature: "every(name: string, seconds: int|float)",
            about: "Calls `on_event(#{ kind: \"timer\", name })` again and again. A timer of the same \
                    name is replaced. Timers end when the app is closed or reloaded.",
            errors: "when it would come more often than ten times a second.",
            example: r#"app::every("tick", 1.5);"#,
            ..Function::EMPTY
        },
        Function {
            signature: "cancel(name: string) -> bool",
            about: "Ends a timer; whether there was one.",
            example: r#"
app::every("tick", 60);
print(app::cancel("tick")); // → true"#,
            ..Function::EMPTY
        },
        Function {
            signature: "start(function: string|function, arguments?: array)",
            about: "Calls a function of the script as soon as the current call is over, with `this` \
                    bound, and with all the time it needs: for long work that a button of the panel \
                    begins. The panel stays alive meanwhile.",
            example: r#"app::start("translate", ["hello"]);"#,
            ..Function::EMPTY
        },
        Function {
            signature: "redraw()",
            about: "Has the panel drawn again soon, also in the middle of long work. After each call \
                    into the app it is drawn anyway.",
            example: "app::redraw();",
            ..Function::EMPTY
        },
    ],
};

/// The noun `app`.
pub(super) struct App;

impl CorePlugin for App {
    fn name(&self) -> &'static str {
        DOCS.name
    }

    fn register(&self, rhai: &mut rhai::Engine, context: &Arc<Context>) {
        let mut noun = Noun::new(&DOCS);
        itself(&mut noun, context);
        answering(&mut noun, context);
        later(&mut noun, context);
        noun.register(rhai);
    }
}

fn itself(noun: &mut Noun, context: &Arc<Context>) {
    let own = Arc::clone(context);
    noun.add("id", move || own.app().0.clone());
    let own = Arc::clone(context);
    noun.add("setting", move |key: &str| setting(&own, key));
    let own = Arc::clone(context);
    noun.add("settings", move || settings(&own));
    let own = Arc::clone(context);
    noun.add("log", move |value: Dynamic| own.log(Level::Info, value.to_string()));
    let own = Arc::clone(context);
    noun.add("log", move |value: Dynamic, level: &str| log(&own, &value, level));
}

fn answering(noun: &mut Noun, context: &Arc<Context>) {
    let own = Arc::clone(context);
    noun.add("write", move |text: Dynamic| own.write(&text.to_string()));
    let own = Arc::clone(context);
    noun.add("cite", move |citation: Map| cite(&own, citation));
    let own = Arc::clone(context);
    noun.add("progress", move |fraction: Dynamic, text: &str| progress(&own, &fraction, text));
    let own = Arc::clone(context);
    noun.add("run", move |id: &str| run(&own, id, Dynamic::UNIT));
    let own = Arc::clone(context);
    noun.add("run", move |id: &str, input: Dynamic| run(&own, id, input));
}

fn later(noun: &mut Noun, context: &Arc<Context>) {
    let own = Arc::clone(context);
    noun.add("after", move |name: &str, delay: Dynamic| -> ScriptResult<()> {
        own.after(name, seconds(&delay)?);
        Ok(())
    });
    let own = Arc::clone(context);
    noun.add("every", move |name: &str, period: Dynamic| own.every(name, seconds(&period)?));
    let own = Arc::clone(context);
    noun.add("cancel", move |name: &str| own.cancel_timer(name));
    let own = Arc::clone(context);
    noun.add("start", move |function: &str| own.start(function, Vec::new()));
    let own = Arc::clone(context);
    noun.add("start", move |function: &str, arguments: Array| own.start(function, arguments));
    let own = Arc::clone(context);
    noun.add("start", move |function: FnPtr| start(&own, &function, Array::new()));
    let own = Arc::clone(context);
    noun.add("start", move |function: FnPtr, arguments: Array| start(&own, &function, arguments));
    let own = Arc::clone(context);
    noun.add("redraw", move || own.redraw());
}

fn setting(context: &Context, key: &str) -> ScriptResult<Dynamic> {
    let value = context.rights().setting(key);
    value.as_ref().map(to_dynamic).ok_or_else(|| {
        let rows = &context.rights().manifest().settings;
        let meant = hint(key, rows.iter().map(|row| row.key.as_str()));
        failure(format!("app.toml has no setting `{key}`{meant}"))
    })
}

fn settings(context: &Context) -> Map {
    let rights = context.rights();
    let is_secret =
        |key: &str| rights.manifest().settings.iter().any(|row| row.key == key && row.is_secret());
    let shown = rights.settings().into_iter().filter(|(key, _)| !is_secret(key));
    shown.map(|(key, value)| (key.into(), to_dynamic(&value))).collect()
}

fn log(context: &Context, value: &Dynamic, level: &str) -> ScriptResult<()> {
    let level = match level {
        "debug" => Level::Debug,
        "info" => Level::Info,
        "warning" => Level::Warning,
        "error" => Level::Error,
        _ => {
            let meant = hint(level, ["debug", "info", "warning", "error"]);
            return Err(failure(format!("there is no level {level:?}{meant}")));
        }
    };
    context.log(level, value.to_string());
    Ok(())
}

fn cite(context: &Context, citation: Map) -> ScriptResult<()> {
    let mut options = Options::new("app::cite", citation);
    let count = |value: Option<i64>| value.and_then(|value| u32::try_from(value).ok());
    let range = 0..=i64::from(u32::MAX);
    let citation = Citation {
        number: count(options.take_within("number", range.clone())?).unwrap_or_default(),
        title: options.take("title")?.unwrap_or_default(),
        source: options.take("source")?.unwrap_or_default(),
        page: count(options.take_within("page", range)?),
        text: options.take("text")?.unwrap_or_default(),
        place: passage::place(&mut options)?,
    };
    options.finish()?;
    context.cite(citation)
}

fn progress(context: &Context, fraction: &Dynamic, text: &str) -> ScriptResult<()> {
    let known = number(fraction);
    if known.is_none() && !fraction.is_unit() {
        let found = kind(fraction);
        return Err(failure(format!("the fraction is a number from 0 to 1 or (), not a {found}")));
    }
    #[expect(clippy::cast_possible_truncation, reason = "a bar has fewer steps than an f32")]
    let fraction = known.map(|known| known.clamp(0.0, 1.0) as f32);
    context.progress(fraction, text);
    Ok(())
}

fn seconds(value: &Dynamic) -> ScriptResult<Duration> {
    let time = number(value).and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    time.ok_or_else(|| failure(format!("{value} is no time: give seconds, 0 or more")))
}

fn start(context: &Context, function: &FnPtr, arguments: Array) -> ScriptResult<()> {
    if function.is_anonymous() {
        let advice = "name a function of the script, as in app::start(\"work\")";
        return Err(failure(format!("a closure does not outlive the call: {advice}")));
    }
    context.start(function.fn_name(), function.iter_curry().cloned().chain(arguments).collect());
    Ok(())
}

fn run(context: &Context, id: &str, input: Dynamic) -> ScriptResult<Map> {
    let id = AppId::parse(id).map_err(|error| failure(error.to_string()))?;
    context.permit(Need::App(&id))?;
    let mut callers = context.callers();
    callers.push(context.app().clone());
    if callers.contains(&id) || callers.len() > MAX_CALLERS {
        let way: Vec<_> = callers.iter().map(|app| app.0.as_str()).collect();
        let way = way.join(" → ");
        return Err(failure(format!("apps would call one another in a circle: {way} → {id}")));
    }
    let request = RunRequest { input: input_of(input)?, defaults: context.defaults(), callers };
    let run = context.run_app(&id, request);
    let _handle = context.handles().acquire(HandleKind::Run);
    while let Some(event) = context.receive(run.events())? {
        match event {
            RunEvent::Finished(outcome) => {
                let value = outcome.value.as_ref().map_or(Dynamic::UNIT, to_dynamic);
                return Ok([("text".into(), outcome.text.into()), ("value".into(), value)].into());
            }
            RunEvent::Failed(problem) => {
                return Err(failure(format!("the app {id} failed: {problem}")));
            }
            RunEvent::Progress { fraction, text } => context.progress(fraction, &text),
            RunEvent::Text(_)
            | RunEvent::Generating(_)
            | RunEvent::Cited(_)
            | RunEvent::Grounded(_) => {}
        }
    }
    Err(failure(format!("the app {id} ended without an answer")))
}

fn input_of(input: Dynamic) -> ScriptResult<RunInput> {
    if input.is_unit() {
        return Ok(RunInput::default());
    }
    if input.is_string() {
        return Ok(RunInput { text: input.to_string(), ..RunInput::default() });
    }
    let found = kind(&input);
    let map = Map::from_value(input)
        .ok_or_else(|| failure(format!("the input is a text or a map, not a {found}")))?;
    let mut options = Options::new("the input of app::run", map);
    let text = options.take("text")?.unwrap_or_default();
    let data = options.take::<Dynamic>("data")?.as_ref().map(value_of).transpose()?;
    let messages =
        options.take::<Dynamic>("messages")?.map(super::llm::read_messages).transpose()?;
    options.finish()?;
    Ok(RunInput { text, data, messages: messages.unwrap_or_default() })
}

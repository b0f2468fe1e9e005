//! Jinja as the authors of chat templates know it, from Python's transformers: with Python's
//! methods and spelling, `raise_exception`, `strftime_now` and `tojson`.
//!
//! A template comes with a downloaded file and is not trusted: steps, nesting, sizes and the stack
//! are limited. What is left to it is to waste memory within those steps.

use std::io;

use minijinja::value::{Kwargs, Value};
use minijinja::{Environment, ErrorKind, context};
use minijinja_contrib::pycompat::unknown_method_callback;

use super::super::request::{Message, Role};
use super::super::tools::{Tool, ToolCall};
use super::{SpecialTokens, json, python};
use crate::Error;

/// The longest template of a real model has some 30,000 bytes.
const SOURCE_BYTES_MAX: usize = 256 * 1024;
/// What a million-token context could hold, several times over.
const PROMPT_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Instructions for one prompt: a template of a real model takes some 100 for each message, but
/// there are some that look at all earlier messages for each.
const STEPS: u64 = 4_000_000;
const STEPS_FOR_EACH_MESSAGE: u64 = 10_000;
const STEPS_MAX: u64 = 16_000_000;
/// Nested macros and loops; real templates have five.
const NESTING_MAX: usize = 100;
/// Values can be nested as deep as there are steps, and are dropped recursively. The system
/// reserves this much address space and gives memory only for what is used.
const STACK_BYTES_FOR_EACH_STEP: u64 = 128;

const NAME: &str = "chat_template";

/// A compiled template.
#[derive(Debug)]
pub(super) struct Jinja {
    environment: Environment<'static>,
}

/// What a template is given.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'a> {
    pub(super) messages: &'a [Message],
    /// Content as a list of parts instead of a string.
    pub(super) typed_content: bool,
    pub(super) tokens: &'a SpecialTokens,
    pub(super) add_generation_prompt: bool,
    pub(super) thinking: Option<bool>,
    pub(super) tools: &'a [Tool],
    pub(super) arguments: Arguments,
}

/// How a template wants the arguments of a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Arguments {
    /// As an object, which it writes itself.
    #[default]
    Object,
    /// As JSON text, which it copies.
    Text,
}

/// Why there is no prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The template called `raise_exception` with these words.
    Raised(String),
    /// It does not work, for this reason.
    Broken(String),
}

impl Failure {
    pub(super) fn into_error(self) -> Error {
        match self {
            Self::Raised(words) | Self::Broken(words) => Error::TemplateRefused(words),
        }
    }

    pub(super) fn into_words(self) -> String {
        match self {
            Self::Raised(words) => format!("it says: {words}"),
            Self::Broken(words) => words,
        }
    }
}

impl Jinja {
    /// Compiles, or says in words why not.
    pub(super) fn new(source: &str) -> Result<Self, String> {
        if source.len() > SOURCE_BYTES_MAX {
            return Err(format!(
                "it has {} bytes, and at most {SOURCE_BYTES_MAX} are accepted",
                source.len()
            ));
        }
        // The parser and the compiler are as recursive as the source.
        with_room(STEPS, || Self::compile(source)).map_err(|error| error.to_string())?
    }

    fn compile(source: &str) -> Result<Self, String> {
        let mut environment = Environment::new();
        environment.set_trim_blocks(true);
        environment.set_lstrip_blocks(true);
        environment.set_recursion_limit(NESTING_MAX);
        environment.set_unknown_method_callback(unknown_method_callback);
        environment.set_formatter(|out, _, value| python::write(out, value));
        environment.add_function("raise_exception", raise_exception);
        environment.add_function("strftime_now", strftime_now);
        environment.add_filter("tojson", tojson);
        environment.add_test("iterable", is_iterable);
        environment
            .add_template_owned(NAME, without_generation_tags(source))
            .map_err(|error| describe(&error))?;
        Ok(Self { environment })
    }

    pub(super) fn render(&self, context: &Context<'_>) -> Result<String, Failure> {
        let steps = STEPS + STEPS_FOR_EACH_MESSAGE * context.messages.len() as u64;
        let steps = steps.min(STEPS_MAX);
        with_room(steps, || self.render_here(context, steps))
            .unwrap_or_else(|error| Err(broken_by(&error)))
    }

    fn render_here(&self, context: &Context<'_>, steps: u64) -> Result<String, Failure> {
        // Cheap: what is compiled is shared.
        let mut environment = self.environment.clone();
        environment.set_fuel(Some(steps));
        let template = environment.get_template(NAME).map_err(|error| failure(&error))?;
        let mut prompt = Bounded { bytes: Vec::new() };
        template
            .render_captured_to(variables(context), &mut prompt)
            .map_err(|error| failure(&error))?;
        String::from_utf8(prompt.bytes).map_err(|error| broken_by(&error))
    }
}

/// Runs on a thread of its own, whose stack is large enough for so many steps; a panic there is an
/// error here.
fn with_room<T: Send>(steps: u64, work: impl FnOnce() -> T + Send) -> io::Result<T> {
    let stack = usize::try_from(steps * STACK_BYTES_FOR_EACH_STEP).unwrap_or(usize::MAX);
    let thread = std::thread::Builder::new().name("template".to_owned()).stack_size(stack);
    std::thread::scope(|scope| match thread.spawn_scoped(scope, work)?.join() {
        Ok(result) => Ok(result),
        Err(_) => Err(io::Error::other("the template engine panicked")),
    })
}

/// The variables that transformers' `apply_chat_template` sets, and the switches for thinking that
/// templates have invented.
fn variables(context: &Context<'_>) -> Value {
    let base = context! {
        messages => turns(context),
        add_generation_prompt => context.add_generation_prompt,
        bos_token => context.tokens.bos,
        eos_token => context.tokens.eos,
        tools => offered(context.tools),
        documents => Value::from(()),
    };
    match context.thinking {
        None => base,
        // Qwen, GLM, SmolLM, Hunyuan | DeepSeek, Granite
        Some(true) => context! { enable_thinking => true, thinking => true, ..base },
        // … | Seed | gpt-oss, which can only think less
        Some(false) => context! {
            enable_thinking => false,
            thinking => false,
            thinking_budget => 0,
            reasoning_effort => "low",
            ..base
        },
    }
}

/// `none` without any, because that is what templates ask for.
fn offered(tools: &[Tool]) -> Value {
    if tools.is_empty() {
        return Value::from(());
    }
    let function = |tool: &Tool| {
        context! {
            type => "function",
            function => context! {
                name => tool.name,
                description => tool.description,
                parameters => Value::from_serialize(&tool.parameters),
            },
        }
    };
    tools.iter().map(function).collect()
}

fn turns(context: &Context<'_>) -> Value {
    let called = |id: &str| {
        let mut calls = context.messages.iter().flat_map(|message| &message.tool_calls);
        calls.find(|call| call.id == id).map(|call| call.name.as_str())
    };
    let turn = |message: &Message| {
        let base = turn(message, context.typed_content);
        if let Some(id) = &message.tool_call_id {
            let base = context! { tool_call_id => id, ..base };
            return match called(id) {
                Some(name) => context! { name, ..base },
                None => base,
            };
        }
        if message.tool_calls.is_empty() {
            return base;
        }
        let calls = message.tool_calls.iter().map(|call| made(call, context.arguments));
        context! { tool_calls => calls.collect::<Value>(), ..base }
    };
    context.messages.iter().map(turn).collect()
}

/// A call as transformers hands it to templates.
fn made(call: &ToolCall, arguments: Arguments) -> Value {
    let arguments = match arguments {
        Arguments::Object => Value::from_serialize(&call.arguments),
        Arguments::Text => Value::from(call.arguments.to_string()),
    };
    context! {
        id => call.id,
        type => "function",
        function => context! { name => call.name, arguments },
    }
}

fn turn(message: &Message, typed_content: bool) -> Value {
    let role = match message.role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
        Role::Tool => "tool",
    };
    let content = if typed_content {
        Value::from(vec![context! { type => "text", text => message.content }])
    } else {
        Value::from(message.content.as_str())
    };
    match &message.reasoning {
        // Qwen, DeepSeek, GLM | gpt-oss
        Some(reasoning) => context! {
            role, content, reasoning_content => reasoning, thinking => reasoning
        },
        None => context! { role, content },
    }
}

/// Unlike minijinja's own, false for `none`: templates ask this of the tools that they are not given.
fn is_iterable(value: &Value) -> bool {
    use minijinja::value::ValueKind::{Iterable, Map, Seq, String};
    matches!(value.kind(), Iterable | Map | Seq | String)
}

fn raise_exception(words: String) -> Result<Value, minijinja::Error> {
    let raised = Raised(words);
    Err(minijinja::Error::new(ErrorKind::InvalidOperation, raised.0.clone()).with_source(raised))
}

/// Marks an error that the template raised itself.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Raised(String);

fn strftime_now(format: &str) -> Result<String, minijinja::Error> {
    jiff::fmt::strtime::format(format, &jiff::Zoned::now())
        .map_err(|error| minijinja::Error::new(ErrorKind::InvalidOperation, error.to_string()))
}

#[expect(clippy::needless_pass_by_value, reason = "as minijinja hands it over")]
fn tojson(
    value: &Value,
    indent: Option<usize>,
    options: Kwargs,
) -> Result<String, minijinja::Error> {
    let style = json::Style::from_options(indent, &options)?;
    options.assert_all_used()?;
    json::to_string(value, &style)
}

/// `{% generation %}` marks what an assistant said, for training. It becomes a condition that is
/// always true, which keeps the white space as it is.
fn without_generation_tags(source: &str) -> String {
    let mut result = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(start) = rest.find("{%") {
        let (before, tag) = rest.split_at(start + 2);
        result.push_str(before);
        let body = tag.trim_start_matches(['-', '+']).trim_start();
        result.push_str(&tag[..tag.len() - body.len()]);
        let word = body.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("");
        result.push_str(match word {
            "generation" => "if true",
            "endgeneration" => "endif",
            other => other,
        });
        rest = &body[word.len()..];
    }
    result.push_str(rest);
    result
}

fn failure(error: &minijinja::Error) -> Failure {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(inner) = cause {
        if let Some(Raised(words)) = inner.downcast_ref() {
            return Failure::Raised(words.clone());
        }
        cause = inner.source();
    }
    Failure::Broken(describe(error))
}

fn broken_by<E: std::error::Error>(error: &E) -> Failure {
    Failure::Broken(error.to_string())
}

/// One line: what, and in which line of the template.
fn describe(error: &minijinja::Error) -> String {
    let what = match error.kind() {
        ErrorKind::OutOfFuel => "it takes too many steps".to_owned(),
        ErrorKind::WriteFailure => format!("its output has more than {PROMPT_BYTES_MAX} bytes"),
        kind => match error.detail() {
            Some(detail) => format!("{kind}: {detail}"),
            None => kind.to_string(),
        },
    };
    match error.line() {
        Some(line) => format!("{what}, in line {line}"),
        None => what,
    }
}

/// Collects the prompt as long as it is not absurd.
struct Bounded {
    bytes: Vec<u8>,
}

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > PROMPT_BYTES_MAX {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generation_tags_become_conditions() {
        let source = "a {% generation %} b {%- endgeneration -%} {%+ if generation %}{% endif %}";
        assert_eq!(
            without_generation_tags(source),
            "a {% if true %} b {%- endif -%} {%+ if generation %}{% endif %}"
        );
    }
}

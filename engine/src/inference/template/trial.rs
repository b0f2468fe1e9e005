//! A template is tried when its model is loaded: what it refuses, and what it leaves out in
//! silence, is known before a person asks anything.

use serde_json::json;

use super::super::request::{Message, Role};
use super::super::tools::{CallParser, Format, Said, Tool, ToolCall};
use super::SpecialTokens;
use super::jinja::{Arguments, Context, Failure, Jinja};

const SYSTEM: &str = "trialsystem";
const USER: &str = "trialuser";
const ASSISTANT: &str = "trialassistant";
const AGAIN: &str = "trialagain";
const TOOL: &str = "trialresult";
const TOOL_NAME: &str = "trial_tool";
const TOOL_WORDS: &str = "trialwords";
const KEY: &str = "trialkey";
const VALUE: &str = "trialvalue";

/// A question, a call, its result.
fn called() -> [Message; 3] {
    [
        Message::new(Role::User, USER),
        Message { tool_calls: vec![call()], ..Message::new(Role::Assistant, "") },
        Message::tool_result(call().id, TOOL),
    ]
}

fn call() -> ToolCall {
    ToolCall {
        id: "trialcall".to_owned(),
        name: TOOL_NAME.to_owned(),
        arguments: json!({ KEY: VALUE }),
    }
}

fn tool() -> Tool {
    Tool {
        name: TOOL_NAME.to_owned(),
        description: TOOL_WORDS.to_owned(),
        parameters: json!({ "type": "object", "properties": { KEY: { "type": "string" } } }),
    }
}

/// What a template can render. What it cannot, [`super::adapt`] rewrites.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Abilities {
    /// Wants content as a list of parts.
    pub(super) typed_content: bool,
    /// A system prompt at the beginning.
    pub(super) system: bool,
    /// A system message further on.
    pub(super) late_system: bool,
    /// Results of tools.
    pub(super) tool: bool,
    /// A list of tools that the model may call.
    pub(super) tools: bool,
    /// Calls of tools and their results; how the arguments are to be given.
    pub(super) calls: Option<Arguments>,
    /// Two messages of one role in a row.
    pub(super) neighbours: bool,
    /// A conversation that begins with an assistant's message.
    pub(super) assistant_first: bool,
}

impl Abilities {
    /// How the model writes calls: as the template writes them, if that can be read. `mentioned`:
    /// the form that the template's words point to.
    pub(super) fn call_format(
        &self,
        jinja: &Jinja,
        tokens: &SpecialTokens,
        mentioned: Option<&'static Format>,
    ) -> Option<&'static Format> {
        if !self.tools {
            return None;
        }
        // Where calls cannot be rendered, or have no marker, there is nothing to compare with.
        let (Some(arguments), Some(false)) = (self.calls, mentioned.map(|format| format.bare))
        else {
            return mentioned;
        };
        let trial = Trial { jinja, tokens, typed_content: self.typed_content };
        let prompt = trial.render(&called(), &[tool()], arguments).ok()?;
        let wanted = Said::Call(call().name, call().arguments);
        mentioned.into_iter().chain(Format::all()).find(|format| {
            let mut parser = CallParser::new(format, vec![tool()]);
            let said = parser.push(&prompt);
            said.into_iter().chain(parser.finish()).any(|said| said == wanted)
        })
    }

    /// Tries it out; the error says in words why the template is of no use.
    pub(super) fn of(jinja: &Jinja, tokens: &SpecialTokens) -> Result<Self, String> {
        let mut trial = Trial { jinja, tokens, typed_content: false };
        let conversation = [(Role::User, USER), (Role::Assistant, ASSISTANT), (Role::User, AGAIN)];
        if let Err(reason) = trial.shows(&conversation) {
            trial.typed_content = true;
            // If neither works, what it says about plain strings is what its author meant.
            trial.shows(&conversation).map_err(|_| reason)?;
        }
        let can = |messages: &[(Role, &str)]| trial.shows(messages).is_ok();
        Ok(Self {
            typed_content: trial.typed_content,
            system: can(&[(Role::System, SYSTEM), (Role::User, USER)]),
            late_system: can(&[
                (Role::User, USER),
                (Role::Assistant, ASSISTANT),
                (Role::System, SYSTEM),
                (Role::User, AGAIN),
            ]),
            tool: can(&[(Role::User, USER), (Role::Assistant, ASSISTANT), (Role::Tool, TOOL)]),
            tools: trial.shows_tools(),
            calls: trial.shows_calls(),
            neighbours: can(&[(Role::User, USER), (Role::User, AGAIN)]),
            assistant_first: can(&[(Role::Assistant, ASSISTANT), (Role::User, USER)]),
        })
    }
}

struct Trial<'a> {
    jinja: &'a Jinja,
    tokens: &'a SpecialTokens,
    typed_content: bool,
}

impl Trial<'_> {
    fn render(
        &self,
        messages: &[Message],
        tools: &[Tool],
        arguments: Arguments,
    ) -> Result<String, String> {
        let context = Context {
            messages,
            typed_content: self.typed_content,
            tokens: self.tokens,
            add_generation_prompt: true,
            thinking: None,
            tools,
            arguments,
        };
        self.jinja.render(&context).map_err(Failure::into_words)
    }

    /// Whether the model is told of a tool.
    fn shows_tools(&self) -> bool {
        let messages = [Message::new(Role::System, SYSTEM), Message::new(Role::User, USER)];
        let told = |messages: &[Message]| {
            self.render(messages, &[tool()], Arguments::Object)
                .is_ok_and(|prompt| prompt.contains(TOOL_NAME) && prompt.contains(TOOL_WORDS))
        };
        told(&messages) || told(&messages[1..])
    }

    /// How calls are to be given, if they can be.
    fn shows_calls(&self) -> Option<Arguments> {
        let messages = called();
        [Arguments::Object, Arguments::Text].into_iter().find(|arguments| {
            self.render(&messages, &[tool()], *arguments).is_ok_and(|prompt| {
                let parts = [TOOL_NAME, KEY, VALUE, TOOL];
                // Python's own way to print an object is not what a model has learnt.
                let python = prompt.contains(&format!("'{KEY}'"));
                let twice = prompt.contains(&format!("\\\"{KEY}"));
                parts.iter().all(|part| prompt.contains(part)) && !python && !twice
            })
        })
    }

    /// Whether all of the messages are in the prompt, in their order.
    fn shows(&self, turns: &[(Role, &str)]) -> Result<(), String> {
        let messages: Vec<Message> =
            turns.iter().map(|(role, content)| Message::new(*role, *content)).collect();
        let prompt = self.render(&messages, &[], Arguments::Object)?;
        let mut rest = prompt.as_str();
        for (role, content) in turns {
            let Some(at) = rest.find(content) else {
                return Err(format!("it leaves out what the {role:?} says").to_lowercase());
            };
            rest = &rest[at + content.len()..];
        }
        Ok(())
    }
}

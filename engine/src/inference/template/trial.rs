//! A template is tried when its model is loaded: what it refuses, and what it leaves out in
//! silence, is known before a person asks anything.

use super::super::request::{Message, Role};
use super::SpecialTokens;
use super::jinja::{Context, Failure, Jinja};

const SYSTEM: &str = "trialsystem";
const USER: &str = "trialuser";
const ASSISTANT: &str = "trialassistant";
const AGAIN: &str = "trialagain";
const TOOL: &str = "trialtool";

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
    /// Two messages of one role in a row.
    pub(super) neighbours: bool,
    /// A conversation that begins with an assistant's message.
    pub(super) assistant_first: bool,
}

impl Abilities {
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
    /// Whether all of the messages are in the prompt, in their order.
    fn shows(&self, turns: &[(Role, &str)]) -> Result<(), String> {
        let messages: Vec<Message> =
            turns.iter().map(|(role, content)| Message::new(*role, *content)).collect();
        let context = Context {
            messages: &messages,
            typed_content: self.typed_content,
            tokens: self.tokens,
            add_generation_prompt: true,
            thinking: None,
        };
        let prompt = self.jinja.render(&context).map_err(Failure::into_words)?;
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

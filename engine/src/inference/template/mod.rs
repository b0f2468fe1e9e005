//! Messages become the prompt that a model was trained on: its own Jinja template, or a known one.
//!
//! ```text
//! GGUF's template ─▶ jinja.rs (compiled, under limits) ─▶ trial.rs (what can it do?)
//!        missing or broken ─▶ known.rs (the usual one for the architecture)
//! tools ─▶ as the template wants them, or ../tools/ writes them into the messages
//! messages ─▶ adapt.rs (turns it cannot render are rewritten) ─▶ jinja.rs ─▶ prefill.rs ─▶ prompt
//! ```

mod adapt;
mod jinja;
mod json;
mod known;
mod prefill;
mod python;
mod trial;

use std::borrow::Cow;

use super::reasoning;
use super::request::{Message, Role};
use super::tools::{self, Format, Tool};
use crate::Error;
use jinja::{Context, Failure, Jinja};
use known::Known;
use trial::Abilities;

/// The special tokens that templates spell out, as text; empty where the vocabulary has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpecialTokens {
    /// Begins a text.
    pub bos: String,
    /// Ends it.
    pub eos: String,
}

/// How to render.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenderOptions<'a> {
    /// Ends the prompt with the opening of an assistant's turn. A conversation whose last message
    /// is a non-empty assistant's is then continued in the middle of that message.
    pub add_generation_prompt: bool,
    /// Whether the model should think first, where the template leaves a choice; `None` for the
    /// template's default.
    pub thinking: Option<bool>,
    /// What the model may call.
    pub tools: &'a [Tool],
}

impl Default for RenderOptions<'_> {
    fn default() -> Self {
        Self { add_generation_prompt: true, thinking: None, tools: &[] }
    }
}

/// A chat template that is known to work: it has rendered a trial conversation.
#[derive(Debug)]
pub struct Template {
    jinja: Jinja,
    abilities: Abilities,
    /// How the model writes calls of tools, where its template can tell it about them.
    format: Option<&'static Format>,
    tokens: SpecialTokens,
    thinking: Option<reasoning::Style>,
    stops: &'static [&'static str],
    note: Option<String>,
}

impl Template {
    /// From the GGUF's `tokenizer.chat_template` (or the name of a known one) and
    /// `general.architecture`. Never fails: what does not work is replaced, and
    /// [`note`](Self::note) says so.
    #[must_use]
    pub fn new(source: Option<&str>, architecture: &str, tokens: SpecialTokens) -> Self {
        let source = source.map(str::trim_end).filter(|source| !source.is_empty());
        if let Some(known) = source.and_then(Known::named) {
            return Self::known(known, tokens, None);
        }
        let problem = match source.map(|source| Self::own(source, &tokens)) {
            Some(Ok(template)) => return template,
            Some(Err(reason)) => format!("The model's chat template does not work ({reason})"),
            None => "The model brings no chat template".to_owned(),
        };
        let known = Known::usual(architecture, &tokens);
        let note = format!("{problem}, so {} is used instead", known.title);
        Self::known(known, tokens, Some(note))
    }

    fn own(source: &str, tokens: &SpecialTokens) -> Result<Self, String> {
        let jinja = Jinja::new(source)?;
        let abilities = Abilities::of(&jinja, tokens)?;
        let thinking = reasoning::Style::mentioned(source);
        let format = abilities.call_format(&jinja, tokens, Format::mentioned(source));
        let tokens = tokens.clone();
        Ok(Self { jinja, abilities, format, tokens, thinking, stops: &[], note: None })
    }

    fn known(known: &'static Known, tokens: SpecialTokens, note: Option<String>) -> Self {
        #[expect(clippy::expect_used, reason = "known.rs tests that each of them works")]
        let template = Self::own(known.source, &tokens).expect("a known template");
        Self { stops: known.stops, note, tokens, ..template }
    }

    /// The prompt. It begins with the BOS token if the template spells that out: tokenise it with
    /// special tokens recognised, and add a BOS only where it does not.
    ///
    /// Turns that the template cannot render are rewritten: a system prompt joins the first user
    /// message, a tool's result becomes a user's, neighbours of one role become one message.
    ///
    /// # Errors
    /// [`Error::TemplateRefused`] with what the template said.
    pub fn render(
        &self,
        messages: &[Message],
        options: &RenderOptions<'_>,
    ) -> Result<String, Error> {
        let begun = messages.last().filter(|last| last.role == Role::Assistant);
        let (begun, turns) = match begun {
            // An empty one is as good as none.
            Some(last) if options.add_generation_prompt => {
                (Some(last), &messages[..messages.len() - 1])
            }
            _ => (None, messages),
        };
        let (turns, abilities) = self.with_tools(turns, options.tools);
        let turns = adapt::adapt(&turns, &abilities);
        let context = Context {
            messages: &turns,
            tools: if self.format.is_some() { options.tools } else { &[] },
            arguments: abilities.calls.unwrap_or_default(),
            typed_content: abilities.typed_content,
            tokens: &self.tokens,
            add_generation_prompt: options.add_generation_prompt,
            thinking: options.thinking,
        };
        let mut prompt = self.jinja.render(&context).map_err(Failure::into_error)?;
        if options.add_generation_prompt && options.thinking == Some(false) {
            prefill::close_thinking(&mut prompt);
        }
        if let Some(begun) = begun.filter(|begun| !begun.content.is_empty()) {
            prefill::continue_message(&mut prompt, begun, self.thinking);
        }
        Ok(prompt)
    }

    /// How the model writes calls of tools.
    pub(crate) fn call_format(&self) -> &'static Format {
        self.format.unwrap_or(&tools::TAGS)
    }

    /// The conversation with all that the template cannot say of tools written into its text, and
    /// what the template can do with the rest.
    fn with_tools<'a>(
        &self,
        turns: &'a [Message],
        offered: &[Tool],
    ) -> (Cow<'a, [Message]>, Abilities) {
        let (mut turns, mut abilities) = (Cow::Borrowed(turns), self.abilities);
        if self.format.is_none() {
            abilities.calls = None;
        }
        let called = turns.iter().any(|turn| !turn.tool_calls.is_empty());
        if called && abilities.calls.is_none() {
            tools::spell_out(turns.to_mut(), self.call_format());
        }
        if self.format.is_none() && !offered.is_empty() {
            tools::describe(turns.to_mut(), offered, self.call_format());
        }
        (turns, abilities)
    }

    /// Whether the template speaks of thinking, so that the model may think before it answers.
    #[must_use]
    pub fn can_think(&self) -> bool {
        self.thinking.is_some()
    }

    /// What opens the model's thinking, if the template speaks of such a tag.
    pub(crate) fn thinking_tag(&self) -> Option<&'static str> {
        match self.thinking {
            Some(reasoning::Style::Tags(tag)) => Some(tag.open),
            Some(reasoning::Style::Harmony) | None => None,
        }
    }

    /// In words for a person: why this is not the model's own template. `None` if it is.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// What ends a turn in a known template, in case the vocabulary lacks that special token and
    /// the model spells it out. Empty for a model's own template.
    #[must_use]
    pub fn stop_strings(&self) -> &'static [&'static str] {
        self.stops
    }
}

#[cfg(test)]
mod tests;

//! Messages become a prompt: template, tokens, and what to do when there are too many.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;

use super::history::{History, Vocabulary as _};
use super::llama::{Model, Token};
use super::template::{RenderOptions, Template};
use super::tokenizer::Tokenizer;
use super::tools::{Format, Tool};
use super::{GenerateRequest, Measure, MeasureRequest, Message, Overflow, Role, count};
use crate::Error;

/// What turns messages into prompts for one model.
pub(crate) struct Prompter {
    tokenizer: Tokenizer,
    template: Template,
    bos_text: String,
    /// Opens the model's thinking, where one token does.
    thinking_token: Option<Token>,
}

/// A prompt that fits.
pub(crate) struct Prompt {
    pub(crate) text: String,
    pub(crate) history: History,
    /// How many of the oldest messages were left out.
    pub(crate) dropped_messages: usize,
}

impl Prompter {
    /// # Errors
    /// In words, when the vocabulary has too many control tokens.
    pub(crate) fn new(model: Arc<Model>, template: Template) -> Result<Self, String> {
        let bos_text = model.bos_text();
        let tokenizer = Tokenizer::new(Arc::clone(&model))?;
        let opening = template.thinking_tag().map(|tag| model.tokenize(tag, false, true));
        let thinking_token = match opening.as_deref() {
            Some(&[token]) => Some(token),
            _ => None,
        };
        Ok(Self { tokenizer, template, bos_text, thinking_token })
    }

    pub(crate) fn model(&self) -> &Arc<Model> {
        self.tokenizer.model()
    }

    /// What the model may write instead of an answer's beginning: the token that opens its
    /// thinking, unless the request forbids that.
    pub(crate) fn thinking_token(&self, request: &GenerateRequest) -> Option<Token> {
        self.thinking_token.filter(|_| request.thinking != Some(false))
    }

    /// Strings that end a turn for this template, where no token does.
    pub(crate) fn stop_strings(&self) -> &'static [&'static str] {
        self.template.stop_strings()
    }

    /// The prompt of a request, after leaving out what does not fit if the request allows it.
    pub(crate) fn prompt<'a>(
        &self,
        request: &GenerateRequest,
        context_length: u32,
        histories: impl Iterator<Item = &'a History> + Clone,
    ) -> Result<Prompt, Error> {
        let prompt = |messages: &[Message]| -> Result<(String, History), Error> {
            let text = self.render(messages, request.thinking, &request.tools)?;
            let history = if hopeless(&text, context_length) {
                History::default()
            } else {
                History::of_prompt(&text, histories.clone(), &self.tokenizer)
            };
            Ok((text, history))
        };
        let (text, history) = prompt(&request.messages)?;
        let tokens = if hopeless(&text, context_length) {
            text.len() / BYTES_PER_TOKEN
        } else {
            history.tokens().len()
        };
        if tokens == 0 {
            return Err(Error::InvalidRequest("the prompt is empty".to_owned()));
        }
        if tokens < context_length as usize {
            return Ok(Prompt { text, history, dropped_messages: 0 });
        }
        let reserve = (context_length / 4).min(request.max_tokens.unwrap_or(u32::MAX));
        let most = context_length.saturating_sub(reserve) as usize;
        // The fewer messages the fewer tokens: search for the first beginning that fits by halves,
        // because each attempt tokenizes the rest.
        let beginnings = later_beginnings(&request.messages);
        let (mut low, mut high) = (0, beginnings.len());
        let mut fitting = None;
        while low < high {
            let middle = low.midpoint(high);
            let kept = without_oldest(&request.messages, beginnings[middle]);
            let (text, history) = prompt(&kept)?;
            if !hopeless(&text, context_length) && history.tokens().len() <= most {
                let dropped_messages = request.messages.len() - kept.len();
                fitting = Some(Prompt { text, history, dropped_messages });
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        match (fitting, request.overflow) {
            (Some(prompt), Overflow::DropOldest) => Ok(prompt),
            (Some(prompt), Overflow::Refuse) => {
                Err(overflow_error(tokens, context_length, prompt.dropped_messages))
            }
            (None, _) => Err(overflow_error(tokens, context_length, 0)),
        }
    }

    /// See [`MeasureRequest`](super::MeasureRequest).
    pub(crate) fn measure(
        &self,
        request: &MeasureRequest,
        context_length: u32,
    ) -> Result<Measure, Error> {
        let messages = request.messages.as_slice();
        let length = |text: &str, first| {
            if hopeless(text, context_length) {
                text.len() / BYTES_PER_TOKEN
            } else {
                self.tokenizer.tokenize(text, first).len()
            }
        };
        let prompt_tokens = if messages.is_empty() {
            0
        } else {
            count(length(&self.render(messages, None, &[])?, true))
        };
        let alone = |text: &str| count(length(&self.tokenizer.broken(text), false));
        Ok(Measure {
            prompt_tokens,
            message_tokens: messages.iter().map(|message| alone(&message.content)).collect(),
            text_tokens: request.texts.iter().map(|text| alone(text)).collect(),
            context_length,
        })
    }

    fn render(
        &self,
        messages: &[Message],
        thinking: Option<bool>,
        tools: &[Tool],
    ) -> Result<String, Error> {
        let tools: Vec<Tool> = tools.iter().map(|tool| self.guarded_tool(tool)).collect();
        let options = RenderOptions { thinking, tools: &tools, ..RenderOptions::default() };
        let mut text = self.template.render(&self.guarded(messages), &options)?;
        // Most templates write the beginning token, which the tokenizer would add once more.
        if self.tokenizer.adds_bos()
            && !self.bos_text.is_empty()
            && text.starts_with(&self.bos_text)
        {
            text.drain(..self.bos_text.len());
        }
        Ok(text)
    }

    /// The messages, with all that could pass for a control token broken.
    fn guarded<'a>(&self, messages: &'a [Message]) -> Cow<'a, [Message]> {
        let tokenizer = &self.tokenizer;
        let mut guarded = Cow::Borrowed(messages);
        for (index, message) in messages.iter().enumerate() {
            if let Cow::Owned(content) = tokenizer.broken(&message.content) {
                guarded.to_mut()[index].content = content;
            }
            if !message.tool_calls.is_empty() {
                for call in &mut guarded.to_mut()[index].tool_calls {
                    self.guard(&mut call.arguments);
                }
            }
            if let Some(Cow::Owned(reasoning)) =
                message.reasoning.as_deref().map(|r| tokenizer.broken(r))
            {
                guarded.to_mut()[index].reasoning = Some(reasoning);
            }
        }
        guarded
    }

    fn guarded_tool(&self, tool: &Tool) -> Tool {
        let mut tool = tool.clone();
        tool.description = self.tokenizer.broken(&tool.description).into_owned();
        self.guard(&mut tool.parameters);
        tool
    }

    /// Breaks what could pass for a control token in all strings of a value, whose depth has been
    /// checked.
    fn guard(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Cow::Owned(broken) = self.tokenizer.broken(text) {
                    *text = broken;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.guard(item)),
            Value::Object(fields) => {
                *fields = std::mem::take(fields)
                    .into_iter()
                    .map(|(key, mut field)| {
                        self.guard(&mut field);
                        (self.tokenizer.broken(&key).into_owned(), field)
                    })
                    .collect();
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// How this model writes calls of tools.
    pub(crate) fn call_format(&self) -> &'static Format {
        self.template.call_format()
    }

    /// The token of this name, if it is structure and never text.
    pub(crate) fn control_token(&self, name: &str) -> Option<Token> {
        match self.model().tokenize(name, false, true).as_slice() {
            &[token] if self.model().is_control(token) => Some(token),
            _ => None,
        }
    }
}

/// An honest guess for text that is too long to be worth tokenizing.
const BYTES_PER_TOKEN: usize = 4;

/// Whether a text is so long that it cannot fit, however good the tokenizer: tokenizing hundreds of
/// megabytes would only keep everybody else waiting.
fn hopeless(text: &str, context_length: u32) -> bool {
    text.len() > (context_length as usize).saturating_mul(64).saturating_add(1 << 20)
}

fn overflow_error(tokens: usize, context_length: u32, messages_to_drop: usize) -> Error {
    Error::ContextOverflow { prompt_tokens: count(tokens), context_length, messages_to_drop }
}

/// Where a conversation may begin instead: at each later message of the user.
fn later_beginnings(messages: &[Message]) -> Vec<usize> {
    (standing(messages) + 1..messages.len())
        .filter(|&index| messages[index].role == Role::User)
        .collect()
}

/// The conversation from a beginning on, after its system prompt, which stays.
fn without_oldest(messages: &[Message], beginning: usize) -> Vec<Message> {
    messages[..standing(messages)].iter().chain(&messages[beginning..]).cloned().collect()
}

/// How many messages at the start are standing instructions.
fn standing(messages: &[Message]) -> usize {
    messages.iter().take_while(|message| message.role == Role::System).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conversation(roles: &[Role]) -> Vec<Message> {
        let named = |(index, role): (usize, &Role)| Message::new(*role, index.to_string());
        roles.iter().enumerate().map(named).collect()
    }

    fn contents(messages: &[Message]) -> String {
        messages.iter().map(|message| message.content.as_str()).collect()
    }

    #[test]
    fn the_oldest_turns_go_first_and_the_system_prompt_stays() {
        use Role::{Assistant, System, User};
        let messages = conversation(&[System, User, Assistant, User, Assistant, User]);
        let attempts: Vec<String> = later_beginnings(&messages)
            .into_iter()
            .map(|beginning| contents(&without_oldest(&messages, beginning)))
            .collect();
        assert_eq!(attempts, ["0345", "05"]);
    }

    #[test]
    fn a_single_question_cannot_be_shortened() {
        let messages = conversation(&[Role::System, Role::User]);
        assert!(later_beginnings(&messages).is_empty());
    }

    #[test]
    fn only_absurd_lengths_are_hopeless() {
        assert!(!hopeless(&"a".repeat(1 << 20), 1));
        assert!(hopeless(&"a".repeat((1 << 20) + 65), 1));
    }
}

//! What a request for text looks like. The window, scripts, the command line and the HTTP API all
//! make this same value, so that there is one path to the model.

use serde::{Deserialize, Serialize};

use super::constraint::Constraint;
use super::tools::{self, Tool, ToolCall, ToolChoice};
use crate::Error;

/// Who is speaking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Standing instructions.
    System,
    /// The person at the keyboard, a script, or an HTTP client.
    User,
    /// The model.
    Assistant,
    /// The result of a tool that the model called.
    Tool,
}

/// One turn of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Who said it.
    pub role: Role,
    /// What was said; Markdown as a rule. An assistant's is exactly what the engine sent as
    /// [`crate::JobEvent::Text`], so that its tokens are found again in the KV cache.
    pub content: String,
    /// What the model thought before saying it, for templates that want it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<String>,
    /// The tools that an assistant called with this message.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tool_calls: Vec<ToolCall>,
    /// The call that a tool's message is the result of: its [`ToolCall::id`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_call_id: Option<String>,
}

impl Message {
    /// A message without reasoning and calls.
    pub fn new(role: Role, content: impl Into<String>) -> Self {
        Self {
            role,
            content: content.into(),
            reasoning: None,
            tool_calls: Vec::new(),
            tool_call_id: None,
        }
    }

    /// What came of a call.
    pub fn tool_result(id: impl Into<String>, content: impl Into<String>) -> Self {
        Self { tool_call_id: Some(id.into()), ..Self::new(Role::Tool, content) }
    }
}

/// A request for the next assistant message, with all that is needed to write it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GenerateRequest {
    /// Which loaded model; `None` for the one loaded last.
    #[serde(default)]
    pub model: Option<crate::models::ModelId>,
    /// The conversation so far, oldest first, the system prompt (if any) as its first message.
    pub messages: Vec<Message>,
    /// How the next token is chosen.
    #[serde(default)]
    pub sampling: Sampling,
    /// At most so many generated tokens; `None` for as many as the context holds.
    #[serde(default)]
    pub max_tokens: Option<u32>,
    /// Strings that end the answer; they are not part of it. Empty strings are ignored.
    #[serde(default)]
    pub stop: Vec<String>,
    /// What to do when the messages do not fit into the context.
    #[serde(default)]
    pub overflow: Overflow,
    /// Whether a model that can think first should; `None` leaves it to the template.
    #[serde(default)]
    pub thinking: Option<bool>,
    /// The form that the answer must have; `None` for any. If `max_tokens` or a stop string ends
    /// the answer, it is cut there, as [`crate::StopReason`] tells. An assistant's message that is
    /// continued counts as the beginning of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constraint: Option<Constraint>,
    /// What the model may call. A call arrives as [`crate::JobEvent::ToolCall`]; whoever asked
    /// carries it out and asks again, with the call and its result among the messages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<Tool>,
    /// Whether a tool may or must be called.
    #[serde(default)]
    pub tool_choice: ToolChoice,
}

impl GenerateRequest {
    /// Whether the request makes sense.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`], which names the field, its value and what is allowed.
    pub fn check(&self) -> Result<(), Error> {
        if self.messages.is_empty() {
            return Err(Error::InvalidRequest("a request needs at least one message".to_owned()));
        }
        if self.max_tokens == Some(0) {
            return Err(Error::InvalidRequest("max_tokens is 0: it must be at least 1".to_owned()));
        }
        tools::check(&self.tools, &self.tool_choice)?;
        if self.constraint.is_some() && self.may_call() {
            return Err(Error::InvalidRequest(
                "an answer that must have a form cannot call tools: set tool_choice to none, or \
                 ask for the form when the tools have been called"
                    .to_owned(),
            ));
        }
        self.constraint.as_ref().map_or(Ok(()), Constraint::check)?;
        self.sampling.check()
    }

    /// Whether the answer may call a tool.
    pub(crate) fn may_call(&self) -> bool {
        !self.tools.is_empty() && self.tool_choice != ToolChoice::None
    }

    /// Whether it must.
    pub(crate) fn must_call(&self) -> bool {
        matches!(self.tool_choice, ToolChoice::Required | ToolChoice::Named(_))
    }

    /// A conversation that consists of a single question.
    pub fn ask(text: impl Into<String>) -> Self {
        Self { messages: vec![Message::new(Role::User, text)], ..Self::default() }
    }
}

/// What to do when the messages do not fit into the context. Nothing is ever cut without a word:
/// the first refuses with [`crate::Error::ContextOverflow`], the second tells what it left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overflow {
    /// Refuse.
    #[default]
    Refuse,
    /// Leave out the oldest turns (never the system prompt, never the last user message) until the
    /// rest and a quarter of the context for the answer (or `max_tokens`, if less) fit.
    DropOldest,
}

/// How the next token is chosen from the logits. Each stage that is at its neutral value is
/// skipped. The order is fixed: penalties, DRY, top-k, typical, top-p, min-p, XTC, temperature
/// (or, with mirostat: penalties, DRY, temperature, mirostat), as in llama.cpp.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sampling {
    /// Randomness; 0 always takes the likeliest token. 0..=5, default 0.8.
    pub temperature: f32,
    /// Keep the k likeliest tokens; 0 keeps all. Default 40.
    pub top_k: u32,
    /// Keep the likeliest tokens that together reach this probability; 1 keeps all. 0..=1, default 0.95.
    pub top_p: f32,
    /// Drop tokens less likely than this share of the likeliest; 0 keeps all. 0..=1, default 0.05.
    pub min_p: f32,
    /// Locally typical sampling (Meister et al. 2022, arXiv:2202.00666); 1 is off. 0..=1.
    pub typical_p: f32,
    /// Divides (multiplies) the logits of recent tokens; 1 is off. 0.5..=2.
    pub repeat_penalty: f32,
    /// How many recent tokens the penalties look at; 0 is off. Default 64.
    pub repeat_last_n: u32,
    /// Subtracted from the logit of each token that has appeared; 0 is off. -2..=2.
    pub presence_penalty: f32,
    /// Subtracted once per appearance; 0 is off. -2..=2.
    pub frequency_penalty: f32,
    /// Do-not-repeat-yourself penalty (p-e-w, text-generation-webui #5677).
    pub dry: Option<Dry>,
    /// Exclude-top-choices (p-e-w, text-generation-webui #6335).
    pub xtc: Option<Xtc>,
    /// Mirostat (Basu et al. 2020, arXiv:2007.14966) in place of the truncating stages.
    pub mirostat: Option<Mirostat>,
    /// Makes the answer reproducible; `None` draws one, told in [`crate::Finish::seed`].
    pub seed: Option<u32>,
}

impl Default for Sampling {
    fn default() -> Self {
        Self {
            temperature: 0.8,
            top_k: 40,
            top_p: 0.95,
            min_p: 0.05,
            typical_p: 1.0,
            repeat_penalty: 1.0,
            repeat_last_n: 64,
            presence_penalty: 0.0,
            frequency_penalty: 0.0,
            dry: None,
            xtc: None,
            mirostat: None,
            seed: None,
        }
    }
}

impl Sampling {
    /// Always the likeliest token.
    #[must_use]
    pub fn greedy() -> Self {
        Self { temperature: 0.0, ..Self::default() }
    }

    /// Nearly every token is as likely as every other, and with this seed the small models of tests do
    /// not draw the end of the turn: the answer does not end by itself.
    #[cfg(test)]
    pub(crate) fn endless() -> Self {
        let (temperature, top_k, top_p, min_p) = (5.0, 0, 1.0, 0.0);
        Self { temperature, top_k, top_p, min_p, seed: Some(1), ..Self::default() }
    }
}

/// Settings of the DRY penalty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Dry {
    /// Strength; 0 is off.
    pub multiplier: f32,
    /// Growth per repeated token beyond the allowed length.
    pub base: f32,
    /// Repetitions up to this many tokens are free.
    pub allowed_length: u32,
    /// How far back to look, in tokens; 0 for the whole context.
    pub last_n: u32,
    /// Strings across which nothing counts as a repetition.
    pub sequence_breakers: Vec<String>,
}

impl Default for Dry {
    fn default() -> Self {
        Self {
            multiplier: 0.8,
            base: 1.75,
            allowed_length: 2,
            last_n: 0,
            sequence_breakers: ["\n", ":", "\"", "*"].map(str::to_owned).to_vec(),
        }
    }
}

/// Settings of XTC.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Xtc {
    /// How often it acts; 0..=1.
    pub probability: f32,
    /// Tokens at least this likely count as top choices; above 0.5 it never acts.
    pub threshold: f32,
}

/// Which mirostat, and its settings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mirostat {
    /// 1 or 2.
    pub version: u8,
    /// Target surprise, in bits. Default of llama.cpp: 5.
    pub tau: f32,
    /// Learning rate. Default of llama.cpp: 0.1.
    pub eta: f32,
}

/// Asks how long a conversation is, in the tokens of a loaded model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MeasureRequest {
    /// Which loaded model; `None` for the one loaded last.
    pub model: Option<crate::models::ModelId>,
    /// The conversation as it would be sent.
    pub messages: Vec<Message>,
    /// Other texts, each by itself.
    #[serde(default)]
    pub texts: Vec<String>,
}

/// How long a conversation is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// The whole prompt with its template, in tokens.
    pub prompt_tokens: u32,
    /// Each message alone, in tokens, in the order given.
    pub message_tokens: Vec<u32>,
    /// Each of the other texts, in tokens, in the order given.
    #[serde(default)]
    pub text_tokens: Vec<u32>,
    /// What the context holds, in tokens, prompt and answer together.
    pub context_length: u32,
}

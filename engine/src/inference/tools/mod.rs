//! Tools that a model may call: told to it in its prompt, and found in what it writes.
//!
//! ```text
//! Tool ─▶ template/: the model's own way, or describe.rs where it has none ─▶ prompt
//! answer ─▶ calls.rs (text or call?) ◀── format.rs, spelling.rs (how this model writes calls)
//!             └─▶ JobEvent::ToolCall        grammar.rs holds a call to its tool's schema
//! ```
//!
//! The engine calls nothing itself: whoever asked gets the call, and may send its result with the
//! next request. Only the model's own words are searched for calls, never the messages.

mod calls;
mod describe;
mod format;
mod grammar;
mod spelling;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::constraint::check_schema;
use crate::Error;
pub(crate) use calls::{CallParser, Said};
pub(crate) use describe::{describe, spell_out};
pub(crate) use format::{Format, TAGS, is_marker};
pub(crate) use grammar::grammar;

/// Tools of one request at most.
const TOOLS_MAX: usize = 128;
/// Length of a tool's name at most, in bytes.
const NAME_BYTES_MAX: usize = 64;

/// Something that a model may ask to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// Its name: letters, digits, `_`, `-` and `.`, at most 64.
    pub name: String,
    /// What it does and when to use it, for the model.
    #[serde(default)]
    pub description: String,
    /// JSON Schema of its arguments, which are an object.
    #[serde(default = "no_parameters")]
    pub parameters: Value,
}

/// The schema of a tool that takes nothing.
fn no_parameters() -> Value {
    json!({ "type": "object", "properties": {} })
}

/// Whether tools may or must be called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolChoice {
    /// The model decides.
    #[default]
    Auto,
    /// None is called. The model is told of the tools, since it may have called them before.
    None,
    /// One of them is called.
    Required,
    /// The one of this name is called.
    Named(String),
}

/// A model's wish to have a tool called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolCall {
    /// Ties the result to the call; nine letters and digits, which is what the strictest templates
    /// accept.
    pub id: String,
    /// The tool.
    pub name: String,
    /// What it is called with: a JSON object. Follows the tool's schema if the model does; check it.
    pub arguments: Value,
}

/// Whether the tools of a request make sense.
///
/// # Errors
/// [`Error::InvalidRequest`], which names the tool.
pub(crate) fn check(tools: &[Tool], choice: &ToolChoice) -> Result<(), Error> {
    let invalid = |words: String| Err(Error::InvalidRequest(words));
    if tools.len() > TOOLS_MAX {
        return invalid(format!("a request has {} tools: at most {TOOLS_MAX}", tools.len()));
    }
    for (index, tool) in tools.iter().enumerate() {
        let name = &tool.name;
        let sound = |c: char| c.is_ascii_alphanumeric() || ['_', '-', '.'].contains(&c);
        if name.is_empty() || name.len() > NAME_BYTES_MAX || !name.chars().all(sound) {
            return invalid(format!(
                "the tool name {name:?} must have 1 to {NAME_BYTES_MAX} letters, digits, _, - or ."
            ));
        }
        if tools[..index].iter().any(|other| other.name == *name) {
            return invalid(format!("two tools are named {name}"));
        }
        if !tool.parameters.is_object() {
            return invalid(format!("the parameters of the tool {name} must be a JSON Schema"));
        }
        check_schema(&tool.parameters, &format!("the schema of the tool {name}"))?;
    }
    match choice {
        ToolChoice::Required if tools.is_empty() => {
            invalid("a tool is required, and there are none".to_owned())
        }
        ToolChoice::Named(name) if !tools.iter().any(|tool| tool.name == *name) => {
            invalid(format!("the tool {name} is to be called, and it is not among the tools"))
        }
        _ => Ok(()),
    }
}

/// A call as templates and models know it, under one of the two names for arguments.
fn written(name: &str, arguments: &Value, key: &str) -> Value {
    let mut call = Map::new();
    call.insert("name".to_owned(), Value::from(name));
    call.insert(key.to_owned(), arguments.clone());
    Value::Object(call)
}

/// A new id for a call.
pub(crate) fn new_id() -> String {
    use std::hash::{BuildHasher as _, RandomState};
    const LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let mut number = RandomState::new().hash_one(std::time::Instant::now());
    std::iter::repeat_with(|| {
        let letter = LETTERS[(number % 36) as usize];
        number /= 36;
        char::from(letter)
    })
    .take(9)
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tool(name: &str) -> Tool {
        Tool { name: name.to_owned(), description: String::new(), parameters: no_parameters() }
    }

    #[test]
    fn tools_that_make_no_sense_are_refused_by_name() {
        let bad = [
            (vec![tool("two words")], ToolChoice::Auto, "two words"),
            (vec![tool("a"), tool("a")], ToolChoice::Auto, "two tools are named a"),
            (vec![], ToolChoice::Required, "required"),
            (vec![tool("a")], ToolChoice::Named("b".to_owned()), "not among"),
            (vec![Tool { parameters: json!([]), ..tool("list") }], ToolChoice::Auto, "list"),
        ];
        for (tools, choice, words) in bad {
            let error = check(&tools, &choice).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
        assert!(check(&[tool("a"), tool("b")], &ToolChoice::Required).is_ok());
    }

    #[test]
    fn ids_have_nine_letters_and_digits_and_differ() {
        let (one, other) = (new_id(), new_id());
        assert!(one.len() == 9 && one.chars().all(|c| c.is_ascii_alphanumeric()), "{one}");
        assert_ne!(one, other);
    }
}

//! Answers that keep to a form: at each token, only what can still become a sound answer may come.
//!
//! ```text
//! Constraint ─▶ compiler.rs (a thread for each model: vocabulary.rs once, then each grammar)
//!                  ─▶ Guide ─▶ form.rs: masks the logits before sampling, hears each token
//! ```
//!
//! Compiling can take seconds for the first grammar of a model, so it never happens on the engine
//! thread; a mask takes microseconds. Grammars come from strangers: their size, their nesting and
//! the work for one token are limited.

mod compiler;
mod form;
mod guide;
mod vocabulary;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Error;
pub(crate) use compiler::{Compiled, Compiler};
pub(crate) use form::Form;
pub use guide::Guide;
pub use vocabulary::{GrammarVocabulary, Token};

/// A schema or pattern longer than this, in bytes, is refused.
const SOURCE_BYTES_MAX: usize = 256 * 1024;
/// A schema nested deeper than this is refused: it is walked recursively.
const DEPTH_MAX: usize = 64;
/// White space between two parts of JSON: a space, or a line break and an indentation. Any amount
/// of it would let a small model write spaces for ever.
pub(crate) const WHITE_SPACE: &str = r"(\n[ \t]{0,32}| )";

/// The form that an answer must have. What the model thinks before it answers is free.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Constraint {
    /// A JSON object, whatever is in it.
    Json,
    /// JSON that fits this JSON Schema (draft 2020-12; references within the schema only). Keys
    /// come in the order of `properties`, so that a schema can ask for the reasons before the
    /// verdict.
    JsonSchema(Value),
    /// Text that this regular expression matches from beginning to end, in the syntax of the crate
    /// `regex`, without anchors.
    Regex(String),
}

impl Constraint {
    /// Whether it is within the limits. Whether it makes sense shows when it is compiled.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] in words.
    pub fn check(&self) -> Result<(), Error> {
        match self {
            Self::Json => Ok(()),
            Self::JsonSchema(schema) => check_schema(schema, "the JSON Schema"),
            Self::Regex(pattern) if pattern.is_empty() => {
                Err(invalid("the regular expression of a constraint is empty"))
            }
            Self::Regex(pattern) => check_length(pattern.len(), "the regular expression"),
        }
    }

    pub(crate) fn grammar(&self) -> Grammar {
        match self {
            Self::Json => Grammar::Schema(json!({ "type": "object" })),
            Self::JsonSchema(schema) => Grammar::Schema(schema.clone()),
            Self::Regex(pattern) => Grammar::Regex(pattern.clone()),
        }
    }
}

/// What a [`Compiler`] makes a [`Guide`] of.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Grammar {
    Schema(Value),
    Regex(String),
    /// Our own, in llguidance's variant of Lark.
    Calls(String),
}

/// Whether a schema is small and flat enough to be walked; `what` names it in the message.
pub(crate) fn check_schema(schema: &Value, what: &str) -> Result<(), Error> {
    if !(schema.is_object() || schema.is_boolean()) {
        return Err(invalid(&format!("{what} must be an object")));
    }
    // Not recursive, because the depth is what is in question.
    let (mut open, mut bytes) = (vec![(schema, 1)], 0_usize);
    while let Some((value, depth)) = open.pop() {
        if depth > DEPTH_MAX {
            return Err(invalid(&format!("{what} is nested deeper than {DEPTH_MAX} levels")));
        }
        bytes += match value {
            Value::String(text) => text.len(),
            _ => 8,
        };
        match value {
            Value::Array(items) => open.extend(items.iter().map(|item| (item, depth + 1))),
            Value::Object(fields) => {
                bytes += fields.keys().map(String::len).sum::<usize>();
                open.extend(fields.values().map(|field| (field, depth + 1)));
            }
            _ => {}
        }
    }
    check_length(bytes, what)
}

fn check_length(bytes: usize, what: &str) -> Result<(), Error> {
    if bytes <= SOURCE_BYTES_MAX {
        return Ok(());
    }
    Err(invalid(&format!("{what} has {bytes} bytes, and at most {SOURCE_BYTES_MAX} are accepted")))
}

fn invalid(words: &str) -> Error {
    Error::InvalidRequest(words.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_nested_beyond_measure_is_refused_before_anything_walks_it() {
        let mut schema = json!({ "type": "string" });
        for _ in 0..100 {
            schema = json!({ "type": "array", "items": schema });
        }
        let error = Constraint::JsonSchema(schema).check().unwrap_err();
        assert!(error.to_string().contains("nested deeper"), "{error}");
    }

    #[test]
    fn a_schema_that_is_no_schema_and_one_that_is_too_long_are_refused() {
        for (schema, words) in [
            (json!("string"), "must be an object"),
            (json!({ "const": "a".repeat(SOURCE_BYTES_MAX) }), "at most"),
        ] {
            let error = Constraint::JsonSchema(schema).check().unwrap_err();
            assert!(error.to_string().contains(words), "{error}");
        }
        assert!(Constraint::Regex(String::new()).check().is_err());
        assert!(Constraint::JsonSchema(json!({ "type": "object" })).check().is_ok());
    }
}

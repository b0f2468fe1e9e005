//! A model's vocabulary as a tree of bytes, from which masks are read; made once for each model.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use llguidance::api::TopLevelGrammar;
use llguidance::{Matcher, ParserFactory};
use serde_json::{Value, json};
use toktrie::{ApproximateTokEnv, TokEnv, TokRxInfo, TokTrie};

use super::{Constraint, Grammar, Guide, WHITE_SPACE};
use crate::Error;

/// Longer tokens are left out; the longest of a real vocabulary are runs of 128 spaces.
const TOKEN_BYTES_MAX: usize = 250;
/// States of a grammar's lexer, which are what takes memory: one to two kilobytes each.
const LEXER_STATES_MAX: usize = 50_000;
/// How much of an explanation a person gets to read, in characters.
const WORDS_MAX: usize = 400;

/// A token as a grammar knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// Stands for these bytes of text; none if it cannot be used.
    Text(Vec<u8>),
    /// Is structure, of this name, and never text.
    Control(String),
    /// Ends the model's turn.
    End(String),
}

/// What grammars are compiled for. Making one takes about a second for 150,000 tokens.
pub struct GrammarVocabulary {
    factory: ParserFactory,
}

impl GrammarVocabulary {
    /// From all tokens in the order of their numbers.
    ///
    /// # Errors
    /// In words, when the vocabulary has no token that ends a turn or cannot be used otherwise.
    pub fn new(tokens: impl Iterator<Item = Token>) -> Result<Self, String> {
        let (mut words, mut ends) = (Vec::new(), Vec::new());
        for (number, token) in (0_u32..).zip(tokens) {
            words.push(match token {
                Token::Text(bytes) if bytes.len() <= TOKEN_BYTES_MAX => bytes,
                Token::Text(_) => Vec::new(),
                Token::Control(name) => marked(&name),
                Token::End(name) => {
                    ends.push(number);
                    marked(&name)
                }
            });
        }
        let first = *ends.first().ok_or("the vocabulary has no token that ends a turn")?;
        let size = u32::try_from(words.len()).map_err(|_| "the vocabulary is too large")?;
        // A file may bring any vocabulary, and what it may do to the tree is not ours to know.
        let factory = catch_unwind(AssertUnwindSafe(|| {
            let trie = TokTrie::from(&TokRxInfo::new(size, first), &words).with_eos_tokens(&ends);
            let environment: TokEnv = Arc::new(ApproximateTokEnv::new(trie));
            ParserFactory::new_simple(&environment)
        }));
        let mut factory = factory
            .map_err(|_| "the vocabulary cannot be ordered".to_owned())?
            .map_err(|error| error.to_string())?;
        factory.quiet();
        let limits = factory.limits_mut();
        limits.verbose_errors = false;
        limits.max_lexer_states = LEXER_STATES_MAX;
        Ok(Self { factory })
    }

    /// What holds an answer to a constraint.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] with what is wrong with it.
    pub fn guide(&self, constraint: &Constraint) -> Result<Guide, Error> {
        constraint.check()?;
        self.compile(&constraint.grammar())
    }

    /// Compiles a grammar, once for each answer.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] with what is wrong with it.
    pub(crate) fn compile(&self, grammar: &Grammar) -> Result<Guide, Error> {
        let (grammar, what) = match grammar {
            Grammar::Schema(schema) => {
                (TopLevelGrammar::from_json_schema(with_options(schema)), "JSON Schema")
            }
            Grammar::Regex(pattern) => (TopLevelGrammar::from_regex(pattern), "regular expression"),
            Grammar::Calls(rules) => (TopLevelGrammar::from_lark(rules.clone()), "tools' schema"),
        };
        let parser = catch_unwind(AssertUnwindSafe(|| self.factory.create_parser(grammar)));
        let matcher = match parser {
            Ok(parser) => Matcher::new(parser),
            Err(_) => return Err(unusable(what, "the compiler of grammars gave up")),
        };
        match matcher.get_error() {
            Some(words) => Err(unusable(what, &words)),
            None => Ok(Guide::new(matcher, self.factory.tok_env().clone())),
        }
    }
}

/// As llguidance tells tokens of structure from text.
fn marked(name: &str) -> Vec<u8> {
    let mut word = vec![TokTrie::SPECIAL_TOKEN_MARKER];
    word.extend(name.bytes().take(TOKEN_BYTES_MAX));
    word
}

/// The schema with our own ideas of white space; a stranger's options are not heard.
fn with_options(schema: &Value) -> Value {
    let mut schema = match schema {
        Value::Object(fields) => fields.clone(),
        Value::Bool(false) => return json!({ "not": {} }),
        _ => serde_json::Map::new(),
    };
    schema.insert("x-guidance".to_owned(), json!({ "whitespace_pattern": WHITE_SPACE }));
    Value::Object(schema)
}

fn unusable(what: &str, words: &str) -> Error {
    let words: String = words.trim().chars().take(WORDS_MAX).collect();
    Error::InvalidRequest(format!("the {what} for the answer cannot be used: {words}"))
}

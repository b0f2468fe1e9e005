//! Containers of a panel, written as blocks: `row { … }`, `group "Title" { … }`.
//!
//! A block sees `this` and the variables around it, which a closure does not. The words remain free
//! to be names: `for row in rows` is what a script about tables says. A word is a container only at
//! the beginning of a statement, in front of what no name can stand in front of.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rhai::{Engine, Position, Token};

use crate::runner::failure::ScriptResult;

/// What stands between a container's word and its block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Head {
    /// Nothing: `row { … }`.
    None,
    /// A title: `group "Title" { … }`.
    Title,
    /// A number, or nothing: `scroll 200 { … }`.
    Number,
}

const CONTAINERS: [(&str, Head); 8] = [
    ("row", Head::None),
    ("column", Head::None),
    ("columns", Head::None),
    ("tabs", Head::None),
    ("group", Head::Title),
    ("collapsing", Head::Title),
    ("tab", Head::Title),
    ("scroll", Head::Number),
];

/// Tells containers from names while a file is compiled.
#[derive(Default)]
pub(crate) struct Blocks {
    reading: Mutex<Reading>,
}

#[derive(Default)]
struct Reading {
    lines: Vec<String>,
    inside_statement: bool,
}

impl Blocks {
    /// From now on, tokens come from this text.
    pub(crate) fn begin(&self, text: &str) {
        let lines = text.split('\n').map(str::to_owned).collect();
        *self.reading() = Reading { lines, inside_statement: false };
    }

    /// The token as Rhai shall see it.
    pub(crate) fn map(&self, token: Token, position: Position) -> Token {
        let mut reading = self.reading();
        let begins_statement = !reading.inside_statement;
        reading.inside_statement = !matches!(
            token,
            Token::LeftBrace | Token::RightBrace | Token::SemiColon | Token::Comment(_)
        );
        let Token::Identifier(name) = &token else { return token };
        let container = CONTAINERS.iter().find(|(word, _)| *word == name.as_str());
        match container {
            Some((word, head))
                if begins_statement && head.may_follow(reading.after(word, position)) =>
            {
                Token::Identifier(Box::new(key(word).as_str().into()))
            }
            _ => token,
        }
    }

    fn reading(&self) -> MutexGuard<'_, Reading> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reading {
    /// The first character after the word at this position that is no space.
    fn after(&self, word: &str, position: Position) -> Option<char> {
        let line = position.line()?.checked_sub(1)?;
        let column = position.position()?.checked_sub(1)?;
        let rest = self.lines.get(line)?.chars().skip(column + word.len());
        let further = self.lines.iter().skip(line + 1).flat_map(|line| line.chars());
        rest.chain(further).find(|c| !c.is_whitespace())
    }
}

impl Head {
    fn may_follow(self, next: Option<char>) -> bool {
        let Some(next) = next else { return false };
        let is_name = next.is_alphabetic() || next == '_';
        match self {
            Self::None => next == '{',
            Self::Title => next == '"' || next == '`' || is_name,
            Self::Number => next == '{' || next.is_ascii_digit() || is_name,
        }
    }
}

/// The name under which Rhai knows the container; nobody can write it.
fn key(word: &str) -> String {
    format!("{word} block")
}

/// Teaches the interpreter the containers. `draw` is given the container's word, its head if it has
/// one, and what draws its inside.
pub(crate) fn register(
    engine: &mut Engine,
    draw: impl Fn(
        &'static str,
        Option<rhai::Dynamic>,
        &mut dyn FnMut() -> ScriptResult<rhai::Dynamic>,
    ) -> ScriptResult<rhai::Dynamic>
    + Clone
    + Send
    + Sync
    + 'static,
) {
    for (word, head) in CONTAINERS {
        let draw = draw.clone();
        engine.register_custom_syntax_with_state_raw(
            key(word),
            move |symbols, next, _| Ok(expected(head, symbols.len(), next, symbols)),
            false,
            move |context, parts, _| {
                let (head, block) = match parts {
                    [block] => (None, block),
                    [head, block, ..] => (Some(context.eval_expression_tree(head)?), block),
                    [] => return Err(super::super::failure("a container without a block")),
                };
                let position = block.position();
                let drawn = draw(word, head, &mut || context.eval_expression_tree(block));
                drawn.map_err(|mut error| {
                    if error.position().is_none() {
                        error.set_position(position);
                    }
                    error
                })
            },
        );
    }
}

/// What Rhai has to read next, after so many symbols.
fn expected(
    head: Head,
    read: usize,
    next: &str,
    symbols: &[rhai::ImmutableString],
) -> Option<rhai::ImmutableString> {
    let has_block = symbols.last().is_some_and(|symbol| symbol == "$block$");
    match read {
        _ if has_block => None,
        1 if head == Head::None || (head == Head::Number && next == "{") => Some("$block$".into()),
        1 => Some("$expr$".into()),
        _ => Some("$block$".into()),
    }
}

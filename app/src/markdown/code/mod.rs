//! Colours for code: a small lexer that knows comments, strings, numbers, keywords, calls and
//! types of common languages. It never fails, and costs microseconds, so that it can run on every
//! piece of a streaming answer.
//!
//! `languages` (tables) → `lexer` → runs of a kind

mod languages;
mod lexer;
mod markup;
mod rhai;

pub(crate) use lexer::{CodeKind, CodeRun};

/// Cuts code into runs of one kind each, which cover it without a gap. An unknown language is one
/// plain run.
pub(crate) fn runs(language: &str, code: &str) -> Vec<CodeRun> {
    match languages::find(language) {
        Some(languages::Syntax::Words(words)) => lexer::runs(words, code),
        Some(languages::Syntax::Markup) => markup::runs(code),
        Some(languages::Syntax::Rhai) => rhai::runs(code),
        None => lexer::plain(code),
    }
}

//! Colours for code: a small lexer that knows comments, strings, numbers, keywords, calls and
//! types of common languages. It never fails, and costs microseconds, so that it can run on every
//! piece of a streaming answer.
//!
//! `languages` (tables) → `lexer` → runs of a kind

mod languages;
mod lexer;
mod markup;
mod rhai;

pub(crate) use lexer::{CodeKind, CodeRun, Lexed, LineStart};

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

/// Reads code line by line, from a clean beginning of a line to the end, or to the first clean one that
/// `is_known`. Languages that cannot be read in parts are read whole, and have but one clean line.
pub(crate) fn lines(
    language: &str,
    code: &str,
    from: usize,
    is_known: impl Fn(usize) -> bool,
) -> Lexed {
    if matches!(languages::find(language), Some(languages::Syntax::Rhai)) {
        return rhai::lines(code, from, is_known);
    }
    let runs = runs(language, code);
    let begins = |line: usize| LineStart {
        at: line,
        run: runs.partition_point(|run| run.end <= line),
        clean: line == 0,
    };
    let breaks = code.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
    let lines = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).map(begins).collect();
    Lexed { runs, lines, stopped: None }
}

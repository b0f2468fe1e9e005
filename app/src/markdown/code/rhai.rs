//! Reads Rhai: template strings with code within, raw strings, nested comments, module paths, and
//! the blocks that apps lay their panels out with.

use super::lexer::{CodeKind, CodeRun, Lexed, LineStart, Runs};

const KEYWORDS: &[&str] = &[
    "as", "break", "case", "catch", "const", "continue", "do", "else", "export", "fn", "for",
    "global", "if", "import", "in", "is", "let", "loop", "private", "return", "switch", "this",
    "throw", "try", "until", "while",
];
const CONSTANTS: &[&str] = &["false", "true"];
/// Containers of a panel, which are keywords where a block or its title follows.
const CONTAINERS: &[&str] =
    &["collapsing", "column", "columns", "group", "row", "scroll", "tab", "tabs"];

/// Cuts Rhai into runs that cover it without a gap.
pub(super) fn runs(code: &str) -> Vec<CodeRun> {
    let mut lexer = Lexer { code, at: 0, runs: Runs::default(), open_braces: Vec::new() };
    while lexer.at < code.len() {
        lexer.step();
    }
    lexer.runs.finish()
}

/// Reads Rhai line by line, from a clean beginning of a line on; see [`super::lines`].
pub(super) fn lines(code: &str, from: usize, is_known: impl Fn(usize) -> bool) -> Lexed {
    let mut lexer = Lexer { code, at: from, runs: Runs::default(), open_braces: Vec::new() };
    let (mut lines, mut stopped) = (Vec::new(), None);
    loop {
        let at = lexer.at;
        if at == from || code.as_bytes().get(at.wrapping_sub(1)) == Some(&b'\n') {
            let clean = lexer.open_braces.is_empty();
            if clean && at != from && is_known(at) {
                stopped = Some(at);
                break;
            }
            lines.push(LineStart { at, run: lexer.runs.count(), clean });
            lexer.runs.cut();
        }
        if at >= code.len() {
            break;
        }
        lexer.step();
        // Lines that begin within a string or a comment.
        for (place, _) in code[at..lexer.at].match_indices('\n') {
            let begin = at + place + 1;
            if begin < lexer.at {
                lines.push(LineStart { at: begin, run: lexer.runs.at(begin), clean: false });
            }
        }
    }
    Lexed { runs: lexer.runs.finish(), lines, stopped }
}

struct Lexer<'a> {
    code: &'a str,
    at: usize,
    runs: Runs,
    /// One entry for each `${` that is open: the braces opened since.
    open_braces: Vec<usize>,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.code[self.at..]
    }

    fn push(&mut self, length: usize, kind: CodeKind) {
        self.at += length;
        self.runs.push(self.at, kind);
    }

    fn step(&mut self) {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return };
        match first {
            '/' if rest.starts_with("//") => {
                let length = rest.find('\n').unwrap_or(rest.len());
                self.push(length, CodeKind::Comment);
            }
            '/' if rest.starts_with("/*") => self.push(comment_length(rest), CodeKind::Comment),
            '"' => self.push(quoted_length(rest, '"'), CodeKind::String),
            '\'' => self.push(quoted_length(rest, '\''), CodeKind::String),
            '#' if raw_length(rest).is_some() => {
                self.push(raw_length(rest).unwrap_or(1), CodeKind::String);
            }
            '`' => {
                self.push(1, CodeKind::String);
                self.template();
            }
            '{' => {
                if let Some(braces) = self.open_braces.last_mut() {
                    *braces += 1;
                }
                self.push(1, CodeKind::Plain);
            }
            '}' => self.close_brace(),
            '0'..='9' => self.push(number_length(rest), CodeKind::Number),
            _ if first.is_alphabetic() || first == '_' => {
                let length =
                    rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                let kind = word_kind(&rest[..length], &rest[length..]);
                self.push(length, kind);
            }
            _ => self.push(first.len_utf8(), CodeKind::Plain),
        }
    }

    /// Within a template string: up to its end, or to the code in it.
    fn template(&mut self) {
        let rest = self.rest();
        let mut end = 0;
        while let Some(next) = rest[end..].chars().next() {
            if next == '`' {
                return self.push(end + 1, CodeKind::String);
            }
            if rest[end..].starts_with("${") {
                self.push(end, CodeKind::String);
                self.push(2, CodeKind::Keyword);
                self.open_braces.push(0);
                return;
            }
            end += next.len_utf8();
        }
        self.push(rest.len(), CodeKind::String);
    }

    fn close_brace(&mut self) {
        match self.open_braces.last_mut() {
            Some(0) => {
                self.open_braces.pop();
                self.push(1, CodeKind::Keyword);
                self.template();
            }
            Some(braces) => {
                *braces -= 1;
                self.push(1, CodeKind::Plain);
            }
            None => self.push(1, CodeKind::Plain),
        }
    }
}

fn word_kind(word: &str, after: &str) -> CodeKind {
    if KEYWORDS.contains(&word) {
        return CodeKind::Keyword;
    }
    if CONSTANTS.contains(&word) {
        return CodeKind::Number;
    }
    if after.starts_with("::") {
        return CodeKind::Type;
    }
    if after.starts_with('(') || after.starts_with("!(") {
        return CodeKind::Function;
    }
    let follows = after.trim_start_matches(' ');
    let is_block = after.starts_with(' ')
        && follows.starts_with(|c: char| c == '{' || c == '"' || c == '`' || c.is_ascii_digit());
    if is_block && CONTAINERS.contains(&word) { CodeKind::Keyword } else { CodeKind::Plain }
}

fn comment_length(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// A string that ends on its line, unless the line ends in a backslash.
fn quoted_length(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' => return at,
            _ if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

/// `#"…"#`, with as many `#` before as after.
fn raw_length(rest: &str) -> Option<usize> {
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    let body = rest[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = body.find(&end).map_or(body.len(), |at| at + end.len());
    Some(hashes + 1 + length)
}

fn number_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut end = 1;
    while let Some(&next) = bytes.get(end) {
        let fraction = next == b'.' && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        let radix = rest.starts_with("0x");
        let exponent =
            matches!(next, b'+' | b'-') && matches!(bytes[end - 1], b'e' | b'E') && !radix;
        if !(next.is_ascii_alphanumeric() || next == b'_' || fraction || exponent) {
            break;
        }
        end += 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(code: &str) -> Vec<(&str, CodeKind)> {
        let mut start = 0;
        let mut found = Vec::new();
        for run in runs(code) {
            found.push((&code[start..run.end], run.kind));
            start = run.end;
        }
        assert_eq!(start, code.len(), "covered without a gap");
        found
    }

    fn kind_of(code: &str, word: &str) -> CodeKind {
        let found = kinds(code).into_iter().find(|(text, _)| text.trim() == word);
        found.unwrap_or_else(|| panic!("{word} in {:?}", kinds(code))).1
    }

    #[test]
    fn code_within_a_template_string_is_code() {
        let code = "`a ${b(`in ${1} ner`) + #{x: 2}.x} z` + c()";
        assert_eq!(kind_of(code, "b"), CodeKind::Function);
        assert_eq!(kind_of(code, "1"), CodeKind::Number);
        assert_eq!(kind_of(code, "z`"), CodeKind::String);
        assert_eq!(kind_of(code, "c"), CodeKind::Function);
    }

    #[test]
    fn comments_nest_and_raw_strings_end_at_their_own_mark() {
        assert_eq!(kind_of("/* a /* b */ c */ let", "let"), CodeKind::Keyword);
        assert_eq!(kind_of(r####"##"say "#hi"# "## let"####, "let"), CodeKind::Keyword);
        assert_eq!(kind_of("#{ a: true }", "true"), CodeKind::Number);
    }

    #[test]
    fn a_string_that_is_not_closed_ends_with_its_line() {
        assert_eq!(kinds("\"open\nlet").last(), Some(&("let", CodeKind::Keyword)));
    }

    #[test]
    fn modules_calls_and_containers_stand_out() {
        let code = "row { llm::stream(1..5) } let row = 2; group \"A\" {}";
        assert_eq!(kind_of(code, "row"), CodeKind::Keyword);
        assert_eq!(kind_of(code, "llm"), CodeKind::Type);
        assert_eq!(kind_of(code, "stream"), CodeKind::Function);
        assert_eq!(kind_of(code, "group"), CodeKind::Keyword);
        assert_eq!(kind_of("row = 2", "row ="), CodeKind::Plain);
    }

    #[test]
    fn every_beginning_of_a_script_is_covered() {
        let code = "fn é() { `ü ${ #{a: \"\\\"ß\"} } 日` /* /* */ #\"x\"# '\\'' 0x1e-5 1.5e-3 }";
        for (end, _) in code.char_indices() {
            kinds(&code[..end]);
        }
    }
}

//! Reads languages made of words, strings and comments.

use super::languages::Words;

/// What a run of code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeKind {
    /// None of the others.
    Plain,
    /// A comment.
    Comment,
    /// A string or character.
    String,
    /// A number or constant.
    Number,
    /// A keyword or tag.
    Keyword,
    /// A function where it is called or defined.
    Function,
    /// A type, key, attribute or variable.
    Type,
}

/// A stretch of code of one kind, from where the one before ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CodeRun {
    /// The byte after its last.
    pub end: usize,
    /// What it is.
    pub kind: CodeKind,
}

/// All of it plain.
pub(super) fn plain(code: &str) -> Vec<CodeRun> {
    if code.is_empty() {
        return Vec::new();
    }
    vec![CodeRun { end: code.len(), kind: CodeKind::Plain }]
}

/// The beginning of a line of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LineStart {
    /// Its first byte.
    pub at: usize,
    /// The first of its runs.
    pub run: usize,
    /// Whether what stands before it does not matter for how it is read: it is within no string, no
    /// comment and no other code.
    pub clean: bool,
}

/// Code that was read from one line to another.
#[derive(Debug, Default)]
pub(crate) struct Lexed {
    /// Its runs; none reaches over a clean beginning of a line.
    pub runs: Vec<CodeRun>,
    /// Its lines; their runs are counted from the first one of these.
    pub lines: Vec<LineStart>,
    /// Where the next line begins, where it was not read to the end.
    pub stopped: Option<usize>,
}

/// Collects runs and joins neighbours of the same kind.
#[derive(Default)]
pub(super) struct Runs {
    runs: Vec<CodeRun>,
    is_cut: bool,
}

impl Runs {
    pub(super) fn push(&mut self, end: usize, kind: CodeKind) {
        let is_cut = std::mem::take(&mut self.is_cut);
        match self.runs.last_mut() {
            Some(last) if last.kind == kind && !is_cut => last.end = end,
            Some(last) if last.end >= end => self.is_cut = is_cut,
            _ => self.runs.push(CodeRun { end, kind }),
        }
    }

    /// The next run is not joined with the last one.
    pub(super) fn cut(&mut self) {
        self.is_cut = true;
    }

    /// How many there are so far.
    pub(super) fn count(&self) -> usize {
        self.runs.len()
    }

    /// Which run holds a byte.
    pub(super) fn at(&self, byte: usize) -> usize {
        self.runs.partition_point(|run| run.end <= byte)
    }

    pub(super) fn finish(self) -> Vec<CodeRun> {
        self.runs
    }
}

/// Reads code in a language of words.
pub(super) fn runs(words: &Words, code: &str) -> Vec<CodeRun> {
    let mut runs = Runs::default();
    let mut at = 0;
    while at < code.len() {
        let (end, kind) = next(words, code, at);
        runs.push(end, kind);
        at = end;
    }
    runs.finish()
}

fn next(words: &Words, code: &str, at: usize) -> (usize, CodeKind) {
    let rest = &code[at..];
    let Some(first) = rest.chars().next() else { return (code.len(), CodeKind::Plain) };
    if first.is_whitespace() {
        let length = rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len());
        return (at + length, CodeKind::Plain);
    }
    if let Some(end) = comment_end(words, code, at) {
        return (end, CodeKind::Comment);
    }
    if let Some(end) = string_end(words, code, at) {
        let kind = if is_key(words, code, end) { CodeKind::Type } else { CodeKind::String };
        return (end, kind);
    }
    if first.is_ascii_digit() {
        return (number_end(code, at), CodeKind::Number);
    }
    if words.sigils.contains(&first) {
        let end = word_end(words, code, at + first.len_utf8());
        if end > at + first.len_utf8() {
            return (end, CodeKind::Type);
        }
    }
    if is_word_char(words, first) && !words.word_marks.contains(&first) {
        let end = word_end(words, code, at);
        return (end, word_kind(words, code, at, end));
    }
    (at + first.len_utf8(), CodeKind::Plain)
}

fn comment_end(words: &Words, code: &str, at: usize) -> Option<usize> {
    let rest = &code[at..];
    if let Some((open, close)) = words.block_comment
        && rest.starts_with(open)
    {
        let body = at + open.len();
        return Some(code[body..].find(close).map_or(code.len(), |end| body + end + close.len()));
    }
    let mark = words.line_comments.iter().find(|mark| rest.starts_with(**mark))?;
    // `#` inside a word (`$#`, `a#b`) begins no comment.
    let before = code[..at].chars().next_back().unwrap_or('\n');
    if *mark == "#" && !before.is_whitespace() {
        return None;
    }
    Some(rest.find('\n').map_or(code.len(), |end| at + end))
}

fn string_end(words: &Words, code: &str, at: usize) -> Option<usize> {
    let rest = &code[at..];
    let (open, close, spans_lines) =
        words.strings.iter().find(|(open, _, _)| rest.starts_with(open))?;
    let mut place = at + open.len();
    while place < code.len() {
        let rest = &code[place..];
        if rest.starts_with(close) {
            return Some(place + close.len());
        }
        match rest.chars().next() {
            Some('\\') => {
                place += 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
            }
            // A quote that does not end on its line is an apostrophe or a mistake.
            Some('\n') if !spans_lines => return Some(place),
            Some(c) => place += c.len_utf8(),
            None => break,
        }
    }
    Some(code.len())
}

fn number_end(code: &str, at: usize) -> usize {
    let bytes = code.as_bytes();
    let mut end = at;
    while end < bytes.len() {
        let c = bytes[end];
        let fraction = c == b'.' && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        let exponent =
            matches!(c, b'+' | b'-') && matches!(bytes[end - usize::from(end > at)], b'e' | b'E');
        if c.is_ascii_alphanumeric() || c == b'_' || fraction || (exponent && end > at) {
            end += 1;
        } else {
            break;
        }
    }
    end
}

fn is_word_char(words: &Words, c: char) -> bool {
    c.is_alphanumeric() || c == '_' || words.word_marks.contains(&c)
}

fn word_end(words: &Words, code: &str, at: usize) -> usize {
    code[at..].find(|c| !is_word_char(words, c)).map_or(code.len(), |length| at + length)
}

fn is_key(words: &Words, code: &str, end: usize) -> bool {
    words.key_mark.is_some_and(|mark| code[end..].trim_start_matches(' ').starts_with(mark))
}

fn word_kind(words: &Words, code: &str, at: usize, end: usize) -> CodeKind {
    let word = &code[at..end];
    let known = |list: &[&str]| {
        if words.any_case {
            list.iter().any(|known| known.eq_ignore_ascii_case(word))
        } else {
            list.contains(&word)
        }
    };
    if known(words.keywords) {
        return CodeKind::Keyword;
    }
    if known(words.constants) {
        return CodeKind::Number;
    }
    if known(words.types) {
        return CodeKind::Type;
    }
    if is_key(words, code, end) {
        return CodeKind::Type;
    }
    let next = code[end..].chars().next();
    if words.calls && (next == Some('(') || code[end..].starts_with("!(")) {
        return CodeKind::Function;
    }
    let capital = word.chars().next().is_some_and(char::is_uppercase);
    if words.capital_types && capital && word.chars().any(char::is_lowercase) {
        return CodeKind::Type;
    }
    CodeKind::Plain
}

#[cfg(test)]
mod tests {
    use super::super::runs;
    use super::CodeKind;

    fn kinds(language: &str, code: &str) -> Vec<(String, CodeKind)> {
        let mut start = 0;
        let mut out = Vec::new();
        for run in runs(language, code) {
            let text = code[start..run.end].trim();
            if !text.is_empty() && run.kind != CodeKind::Plain {
                out.push((text.to_owned(), run.kind));
            }
            start = run.end;
        }
        out
    }

    fn kind_of(language: &str, code: &str, word: &str) -> Option<CodeKind> {
        kinds(language, code).into_iter().find(|(text, _)| text == word).map(|(_, kind)| kind)
    }

    #[test]
    fn words_of_the_common_languages_are_told_apart() {
        for (language, code, word, kind) in [
            ("rust", "let x = call(1); // end", "let", CodeKind::Keyword),
            ("rust", "let x = call(1); // end", "call", CodeKind::Function),
            ("rust", "let x = call(1); // end", "// end", CodeKind::Comment),
            ("rust", "fn a<'a>(x: &'a str) -> Vec<u8> {}", "Vec", CodeKind::Type),
            ("rust", "fn a<'a>(x: &'a str) -> Vec<u8> {}", "str", CodeKind::Type),
            ("python", "def f(x): # note", "# note", CodeKind::Comment),
            ("python", "x = '''a\nb'''", "'''a\nb'''", CodeKind::String),
            ("js", "const a = `x\n${y}`;", "`x\n${y}`", CodeKind::String),
            ("cpp", "#include <x>\nint main() {}", "#include", CodeKind::Type),
            ("java", "public class A {}", "class", CodeKind::Keyword),
            ("go", "func main() { return nil }", "nil", CodeKind::Number),
            ("json", "{\"a\": \"b\"}", "\"a\"", CodeKind::Type),
            ("json", "{\"a\": \"b\"}", "\"b\"", CodeKind::String),
            ("toml", "lto = \"thin\"", "lto", CodeKind::Type),
            ("yaml", "name: test # c", "name", CodeKind::Type),
            ("bash", "echo $HOME # c", "$HOME", CodeKind::Type),
            ("html", "<p class=\"x\">a</p>", "class", CodeKind::Type),
            ("css", ".a { color: #fff; }", "color", CodeKind::Type),
            ("sql", "SELECT a FROM t -- c", "FROM", CodeKind::Keyword),
            ("rhai", "print(`a ${b}`);", "print", CodeKind::Function),
            ("rust", "1_000.5e-3", "1_000.5e-3", CodeKind::Number),
        ] {
            assert_eq!(kind_of(language, code, word), Some(kind), "{language}: {word}");
        }
    }

    #[test]
    fn every_beginning_of_any_code_is_covered_without_a_gap() {
        let code = "fn é(\"ü\\\" 'x' `y` /* ß */ # $a @b <p q='r'> --> 1.e+5 日本 \\";
        for language in
            ["rust", "python", "js", "c", "bash", "json", "yaml", "html", "css", "sql", "no such"]
        {
            for (end, _) in code.char_indices() {
                let part = &code[..end];
                let runs = runs(language, part);
                assert_eq!(runs.last().map_or(0, |run| run.end), part.len(), "{language} {part}");
                assert!(runs.is_sorted_by_key(|run| run.end));
                assert!(runs.iter().all(|run| part.is_char_boundary(run.end)));
            }
        }
    }

    #[test]
    fn an_unknown_language_is_one_plain_run() {
        assert_eq!(runs("brainfuck", "+[-]").len(), 1);
        assert!(runs("", "").is_empty());
    }
}

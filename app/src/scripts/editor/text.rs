//! What keys do to a text beside typing: indentation, new lines, brackets, words. Places are counted
//! in characters, as the text field counts them.

use std::ops::Range;

use crate::markdown::{CodeKind, CodeRun};

/// How far a level is indented.
const INDENT: &str = "    ";

/// The selected characters; empty for a cursor.
pub(super) type Selected = Range<usize>;

/// A text and what is selected in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    /// All of it.
    pub(super) text: String,
    /// What is selected after the edit.
    pub(super) selected: Selected,
}

/// The byte before which a character stands.
pub(super) fn byte_of(text: &str, char: usize) -> usize {
    // Counting characters costs a tenth of going through them.
    const BLOCK: usize = 1024;
    let (mut from, mut left) = (0, char);
    while from + BLOCK < text.len() {
        let to = text.floor_char_boundary(from + BLOCK);
        let count = text[from..to].chars().count();
        if count > left {
            break;
        }
        (from, left) = (to, left - count);
    }
    text[from..].char_indices().nth(left).map_or(text.len(), |(byte, _)| from + byte)
}

/// The characters before a byte.
pub(super) fn char_of(text: &str, byte: usize) -> usize {
    text[..text.floor_char_boundary(byte)].chars().count()
}

/// The character at a line and a column, both from 1; the end of the line where it is shorter.
pub(super) fn place(text: &str, line: usize, column: usize) -> usize {
    let mut start = 0;
    for (index, content) in text.split('\n').enumerate() {
        let length = content.chars().count();
        if index + 1 == line {
            return start + column.saturating_sub(1).min(length);
        }
        start += length + 1;
    }
    start.saturating_sub(1)
}

/// The line and the column of a character, both from 1.
pub(super) fn line_and_column(text: &str, char: usize) -> (usize, usize) {
    let before = &text[..byte_of(text, char)];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// Puts `new` in the place of some characters, and the cursor behind it.
pub(super) fn replace(text: &str, selected: &Selected, new: &str) -> Edit {
    let (from, to) = (byte_of(text, selected.start), byte_of(text, selected.end));
    let cursor = selected.start + new.chars().count();
    Edit { text: format!("{}{new}{}", &text[..from], &text[to..]), selected: cursor..cursor }
}

/// The Tab key: to the next level, or all selected lines one level further.
pub(super) fn indent(text: &str, selected: &Selected) -> Edit {
    let (from, to) = (byte_of(text, selected.start), byte_of(text, selected.end));
    if !text[from..to].contains('\n') {
        let (_, column) = line_and_column(text, selected.start);
        let spaces = INDENT.len() - (column - 1) % INDENT.len();
        return replace(text, selected, &INDENT[..spaces]);
    }
    change_lines(text, selected, |line| match line.is_empty() {
        true => String::new(),
        false => format!("{INDENT}{line}"),
    })
}

/// Shift and Tab: all selected lines, or the one with the cursor, one level back.
pub(super) fn outdent(text: &str, selected: &Selected) -> Edit {
    change_lines(text, selected, |line| {
        let spaces = line.len() - line.trim_start_matches(' ').len();
        match line.strip_prefix('\t') {
            Some(rest) => rest.to_owned(),
            None => line[spaces.min(INDENT.len())..].to_owned(),
        }
    })
}

/// Changes whole lines; what was selected stays selected.
fn change_lines(text: &str, selected: &Selected, change: impl Fn(&str) -> String) -> Edit {
    let (from, to) = (byte_of(text, selected.start), byte_of(text, selected.end));
    let first = text[..from].rfind('\n').map_or(0, |at| at + 1);
    // A selection that ends at the beginning of a line does not mean that line.
    let last = if to > from && text[..to].ends_with('\n') { to - 1 } else { to };
    let end = text[last..].find('\n').map_or(text.len(), |at| last + at);
    let lines: Vec<&str> = text[first..end].split('\n').collect();
    let changed: Vec<String> = lines.iter().map(|line| change(line)).collect();
    let shift =
        |line: usize| changed[line].chars().count() as isize - lines[line].chars().count() as isize;
    let total: isize = (0..lines.len()).map(shift).sum();
    let line_start = char_of(text, first);
    let start = selected.start.saturating_add_signed(shift(0)).max(line_start);
    let end_char = selected.end.saturating_add_signed(total).max(start);
    Edit {
        text: format!("{}{}{}", &text[..first], changed.join("\n"), &text[end..]),
        selected: start..end_char,
    }
}

/// The Enter key: the next line begins where this one does, and one level further after an opening
/// bracket; a closing bracket behind the cursor goes to a line of its own.
pub(super) fn new_line(text: &str, selected: &Selected) -> Edit {
    let (from, to) = (byte_of(text, selected.start), byte_of(text, selected.end));
    let line = &text[text[..from].rfind('\n').map_or(0, |at| at + 1)..from];
    let spaces = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
    let opens = line.trim_end().ends_with(['{', '(', '[']);
    let closes = opens && text[to..].starts_with(['}', ')', ']']);
    let inner = if opens { INDENT } else { "" };
    let mut edit = replace(text, selected, &format!("\n{spaces}{inner}"));
    if closes {
        let byte = byte_of(&edit.text, edit.selected.start);
        edit.text.insert_str(byte, &format!("\n{spaces}"));
    }
    edit
}

/// A closing bracket that is typed at the beginning of a line goes back to the level that it closes.
pub(super) fn close(text: &str, selected: &Selected, bracket: char) -> Option<Edit> {
    let from = byte_of(text, selected.start);
    let line_start = text[..from].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[line_start..from];
    if !selected.is_empty() || before.is_empty() || !before.chars().all(|c| c == ' ') {
        return None;
    }
    let less = before.len().min(INDENT.len());
    let back = selected.start - less..selected.end;
    Some(replace(text, &back, &bracket.to_string()))
}

/// The word that ends at a character, with the module path before it: `llm::str`, or with the dot
/// after which it stands: `ui.but`.
pub(super) fn word_before(text: &str, char: usize) -> &str {
    let end = byte_of(text, char);
    let start = text[..end]
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_alphanumeric() || matches!(c, '_' | ':' | '.'))
        .last()
        .map_or(end, |(at, _)| at);
    text[start..end].trim_start_matches(|c: char| !(c.is_alphabetic() || c == '_'))
}

/// The word around a character, with the module path before it.
pub(super) fn word_around(text: &str, char: usize) -> &str {
    let at = byte_of(text, char);
    let after =
        text[at..].find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len() - at);
    if after == 0 {
        return "";
    }
    let end = char + text[at..at + after].chars().count();
    word_before(text, end)
}

/// What kind of code stands at a byte.
pub(super) fn kind_at(runs: &[CodeRun], byte: usize) -> CodeKind {
    let run = runs.partition_point(|run| run.end <= byte);
    runs.get(run).map_or(CodeKind::Plain, |run| run.kind)
}

/// The bracket beside the cursor and the one that belongs to it, as characters.
pub(super) fn brackets(text: &str, runs: &[CodeRun], cursor: usize) -> Option<(usize, usize)> {
    let is_code = |byte| !matches!(kind_at(runs, byte), CodeKind::String | CodeKind::Comment);
    let at = byte_of(text, cursor);
    let behind = text[at..].chars().next().map(|c| (at, cursor, c));
    let before =
        text[..at].chars().next_back().map(|c| (at - c.len_utf8(), cursor.wrapping_sub(1), c));
    for (byte, char, bracket) in [before, behind].into_iter().flatten() {
        if !is_code(byte) {
            continue;
        }
        let (own, other, forward) = match bracket {
            '(' => ('(', ')', true),
            '[' => ('[', ']', true),
            '{' => ('{', '}', true),
            ')' => (')', '(', false),
            ']' => (']', '[', false),
            '}' => ('}', '{', false),
            _ => continue,
        };
        let mut depth = 0;
        let mut step = |(found, c): (usize, char)| {
            if (c == own || c == other) && is_code(found) {
                depth += if c == own { 1 } else { -1 };
            }
            depth == 0
        };
        let partner = if forward {
            let mut rest = text[byte..].char_indices().map(|(at, c)| (byte + at, c));
            rest.position(&mut step).map(|steps| char + steps)
        } else {
            let end = byte + bracket.len_utf8();
            let mut rest = text[..end].char_indices().rev();
            rest.position(&mut step).map(|steps| char - steps)
        };
        return partner.map(|partner| (char, partner));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text with its selection between `[` and `]`, or its cursor at `|`.
    fn parse(marked: &str) -> (String, Selected) {
        let at = |mark| marked.chars().position(|c| c == mark);
        match (at('|'), at('«'), at('»')) {
            (Some(cursor), _, _) => (marked.replacen('|', "", 1), cursor..cursor),
            (_, Some(from), Some(to)) => (marked.replace(['«', '»'], ""), from..to - 1),
            _ => panic!("no cursor in {marked}"),
        }
    }

    fn shown(edit: &Edit) -> String {
        let mut text = edit.text.clone();
        if edit.selected.is_empty() {
            text.insert(byte_of(&text, edit.selected.start), '|');
        } else {
            text.insert(byte_of(&text, edit.selected.end), '»');
            text.insert(byte_of(&text, edit.selected.start), '«');
        }
        text
    }

    #[track_caller]
    fn check(change: fn(&str, &Selected) -> Edit, before: &str, after: &str) {
        let (text, selected) = parse(before);
        assert_eq!(shown(&change(&text, &selected)), after);
    }

    #[test]
    fn tab_goes_to_the_next_level_and_indents_selected_lines() {
        check(indent, "ab|", "ab  |");
        check(indent, "|ab", "    |ab");
        check(indent, "é\n«a\n\nb»", "é\n    «a\n\n    b»");
        check(indent, "«a\n»b", "    «a\n»b");
    }

    #[test]
    fn shift_and_tab_goes_one_level_back() {
        check(outdent, "      a|", "  a|");
        check(outdent, "  |a", "|a");
        check(outdent, "«    a\n  b»\n", "«a\nb»\n");
        check(outdent, "|a", "|a");
    }

    #[test]
    fn a_new_line_keeps_the_level_and_opens_one_after_a_bracket() {
        check(new_line, "    a;|", "    a;\n    |");
        check(new_line, "fn a() {|", "fn a() {\n    |");
        check(new_line, "  f({|})", "  f({\n      |\n  })");
        check(new_line, "a«b»c", "a\n|c");
    }

    #[test]
    fn a_closing_bracket_at_the_beginning_of_a_line_goes_back_a_level() {
        let closed = |before: &str| {
            let (text, selected) = parse(before);
            close(&text, &selected, '}').map(|edit| shown(&edit))
        };
        assert_eq!(closed("{\n    |").as_deref(), Some("{\n}|"));
        assert_eq!(closed("{\n        |").as_deref(), Some("{\n    }|"));
        assert_eq!(closed("a |"), None);
        assert_eq!(closed("|"), None);
    }

    #[test]
    fn brackets_find_each_other_around_strings() {
        let found = |marked: &str| {
            let (text, selected) = parse(marked);
            brackets(&text, &crate::markdown::code_runs("rhai", &text), selected.start)
        };
        assert_eq!(found("|f(\")\")"), None);
        assert_eq!(found("f|(\")\", é)"), Some((1, 8)));
        assert_eq!(found("{ [a}|"), None.or(Some((4, 0))));
        assert_eq!(found("a({b})|"), Some((5, 1)));
    }

    #[test]
    fn characters_of_long_texts_are_found() {
        let text = "é日a".repeat(2_000);
        for (char, (byte, _)) in text.char_indices().enumerate() {
            assert_eq!((byte_of(&text, char), char_of(&text, byte)), (byte, char));
        }
        assert_eq!(byte_of(&text, 6_000), text.len());
        assert_eq!(byte_of(&text, 7_000), text.len());
    }

    #[test]
    fn places_and_lines_agree() {
        let text = "é\nab\n";
        assert_eq!(place(text, 2, 2), 3);
        assert_eq!(place(text, 2, 99), 4);
        assert_eq!(place(text, 99, 1), 5);
        for char in 0..=text.chars().count() {
            let (line, column) = line_and_column(text, char);
            assert_eq!(place(text, line, column), char);
        }
    }

    #[test]
    fn a_word_brings_its_module_along() {
        let text = "let x = llm::stream(ui.button);";
        assert_eq!(word_before(text, 16), "llm::str");
        assert_eq!(word_around(text, 14), "llm::stream");
        assert_eq!(word_before(text, 26), "ui.butt"[..6].trim_end());
        assert_eq!(word_around(text, 19), "");
    }
}

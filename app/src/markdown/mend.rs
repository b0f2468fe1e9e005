//! Makes Markdown that is still being written readable: what is open is closed for the moment, so
//! that nothing flickers between `**bo` and **bold** while an answer streams in.

use std::borrow::Cow;

/// The text to parse in place of the unfinished `source`. Complete Markdown comes back as it is.
pub(super) fn mend(source: &str) -> Cow<'_, str> {
    if in_open_fence(source) {
        return match half_fence(source) {
            Some(end) => Cow::Borrowed(&source[..end]),
            None => Cow::Borrowed(source),
        };
    }
    let start = last_paragraph(source);
    let (before, paragraph) = source.split_at(start);
    let mut mended = without_half_markers(paragraph).to_owned();
    if !complete_table(&mut mended) {
        close_inline(&mut mended);
    }
    if mended == paragraph {
        Cow::Borrowed(source)
    } else {
        Cow::Owned(format!("{before}{mended}"))
    }
}

/// Whether a code fence is open at the end.
fn in_open_fence(source: &str) -> bool {
    let mut open: Option<(char, usize)> = None;
    for line in source.lines() {
        let text = line.trim_start_matches([' ', '>', '\t']);
        let Some(mark) = text.chars().next().filter(|mark| matches!(mark, '`' | '~')) else {
            continue;
        };
        let length = text.chars().take_while(|c| *c == mark).count();
        let rest = &text[length..];
        open = match open {
            None if length >= 3 && !rest.contains('`') => Some((mark, length)),
            Some((fence, least)) if fence == mark && length >= least && rest.trim().is_empty() => {
                None
            }
            state => state,
        };
    }
    open.is_some()
}

/// Where a closing fence begins that has not all its marks yet.
fn half_fence(source: &str) -> Option<usize> {
    let start = source.rfind('\n')? + 1;
    let last = source[start..].trim();
    let half = !last.is_empty() && last.len() < 3 && last.chars().all(|c| matches!(c, '`' | '~'));
    half.then_some(start)
}

/// Where the last paragraph, list item or table begins: after the last empty line.
fn last_paragraph(source: &str) -> usize {
    source.rfind("\n\n").map_or(0, |at| at + 2)
}

/// Leaves out markers at the very end that do not say yet what they will be: a line of only `-`,
/// `=`, `#`, digits or backticks (it would turn the line above into a heading), a trailing `*`,
/// `_`, `~`, `` ` ``, `[` or `!`.
fn without_half_markers(paragraph: &str) -> &str {
    let line_start = paragraph.rfind('\n').map_or(0, |at| at + 1);
    let last = paragraph[line_start..].trim();
    let only = |set: &str| !last.is_empty() && last.chars().all(|c| set.contains(c));
    let number = last.strip_suffix('.').unwrap_or(last);
    let half_number = !number.is_empty()
        && number.len() <= 3
        && line_start > 0
        && number.bytes().all(|c| c.is_ascii_digit());
    if only("-=") || only("#") || only("*") || only("`~") || only("+") || half_number {
        return paragraph[..line_start].trim_end();
    }
    paragraph.trim_end_matches(['*', '_', '~', '`', '[', '!'])
}

/// Gives a table that is only beginning its delimiter row.
fn complete_table(paragraph: &mut String) -> bool {
    let mut lines = paragraph.lines();
    let (Some(head), second, None) = (lines.next(), lines.next(), lines.next()) else {
        return paragraph.starts_with('|');
    };
    if !head.starts_with('|') || head.len() < 3 {
        return false;
    }
    let begins_delimiter =
        second.is_none_or(|line| line.chars().all(|c| matches!(c, '|' | ':' | '-' | ' ')));
    if !begins_delimiter {
        return true;
    }
    let columns = head.trim().trim_matches('|').split('|').count();
    let head = head.trim_end().trim_end_matches('|').to_owned();
    *paragraph = format!("{head}|\n|{}", "---|".repeat(columns));
    true
}

/// Closes strong, emphasis, strike, code and links that are open at the end.
fn close_inline(paragraph: &mut String) {
    let open = open_markers(paragraph);
    if let Some(bracket) = open.bracket {
        if paragraph[bracket..].contains("](") {
            paragraph.push(')');
        } else {
            // The words of a link whose target is not there yet.
            paragraph.remove(bracket);
        }
    }
    if !open.closers.is_empty() {
        paragraph.truncate(paragraph.trim_end().len());
        for closer in open.closers.iter().rev() {
            paragraph.push_str(closer);
        }
    }
}

#[derive(Default)]
struct Open {
    closers: Vec<&'static str>,
    bracket: Option<usize>,
}

fn open_markers(paragraph: &str) -> Open {
    const MARKERS: [&str; 5] = ["**", "__", "~~", "*", "_"];
    let bytes = paragraph.as_bytes();
    let mut open = Open::default();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &paragraph[at..];
        if bytes[at] == b'\\' {
            at += 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
            continue;
        }
        if bytes[at] == b'`' {
            let length = rest.bytes().take_while(|c| *c == b'`').count();
            let fence = &rest[..length];
            match rest[length..].find(fence) {
                Some(end) => at += length + end + length,
                None => {
                    open.closers.push(if length == 1 { "`" } else { "``" });
                    return open;
                }
            }
            continue;
        }
        match bytes[at] {
            b'[' => open.bracket = Some(at),
            b']' if !rest.starts_with("](") => open.bracket = None,
            b')' if open.bracket.is_some_and(|from| paragraph[from..at].contains("](")) => {
                open.bracket = None;
            }
            _ => {}
        }
        let Some(marker) = MARKERS.iter().find(|marker| rest.starts_with(**marker)) else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        toggle(&mut open.closers, marker, paragraph, at);
        at += marker.len();
    }
    open
}

/// Opens or closes a style, if the marker stands where it can.
fn toggle(closers: &mut Vec<&'static str>, marker: &'static str, text: &str, at: usize) {
    let before = text[..at].chars().next_back().unwrap_or(' ');
    let after = text[at + marker.len()..].chars().next().unwrap_or(' ');
    let inside_word = before.is_alphanumeric() && after.is_alphanumeric();
    if marker.starts_with('_') && inside_word {
        return;
    }
    if !before.is_whitespace()
        && let Some(place) = closers.iter().rposition(|open| *open == marker)
    {
        closers.truncate(place);
    } else if !after.is_whitespace() {
        closers.push(marker);
    }
}

#[cfg(test)]
mod tests {
    use super::mend;

    #[test]
    fn what_is_open_is_closed_for_the_moment() {
        for (unfinished, mended) in [
            ("plain text", "plain text"),
            ("some **bo", "some **bo**"),
            ("some **bold** and *it", "some **bold** and *it*"),
            ("some **bold *both", "some **bold *both***"),
            ("call `run(", "call `run(`"),
            ("a ~~b", "a ~~b~~"),
            ("trailing **", "trailing "),
            ("see [the page", "see the page"),
            ("see [the page](https://exa", "see [the page](https://exa)"),
            ("2 * 3 and snake_case_name", "2 * 3 and snake_case_name"),
            ("escaped \\*star", "escaped \\*star"),
            ("text\n-", "text"),
            ("text\n---", "text"),
            ("text\n##", "text"),
            ("- one\n- two **th", "- one\n- two **th**"),
            ("1. one\n2", "1. one"),
        ] {
            assert_eq!(mend(unfinished), mended, "{unfinished:?}");
        }
    }

    #[test]
    fn a_table_is_a_table_from_its_first_line() {
        let table = "| a | b |\n|---|---|";
        assert_eq!(mend("| a | b |"), table);
        assert_eq!(mend("| a | b |\n|--"), table);
        assert_eq!(mend("| a | b |\n|---|---|"), table);
        let rows = "| a | b |\n|---|---|\n| 1 | 2";
        assert_eq!(mend(rows), rows);
    }

    #[test]
    fn code_in_an_open_fence_is_left_alone_but_half_a_closing_fence_is_hidden() {
        let code = "```rust\nlet a = \"**\";";
        assert_eq!(mend(code), code);
        assert_eq!(mend("```rust\nlet a;\n``"), "```rust\nlet a;\n");
        let closed = "```rust\nlet a;\n```\n\nThen **mo";
        assert_eq!(mend(closed), format!("{closed}**"));
    }

    #[test]
    fn every_beginning_of_a_document_can_be_mended() {
        let whole = "# Hé **b** `c`\n\n| ä | b |\n|:-|-:|\n| 1 | *2* |\n\n- [ ] x\n  - [l](u)\n\n```py\nx\n```\n\n> q ~~s~~ _e_ \\* <b>";
        for (end, _) in whole.char_indices() {
            let mended = mend(&whole[..end]);
            assert!(mended.len() <= end + 40);
        }
    }
}

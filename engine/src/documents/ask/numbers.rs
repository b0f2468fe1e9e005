//! The numbers of passages in an answer: `[3]`, `[1, 2]`, `[Passage 2]` and what else models write.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Parser, Tag, TagEnd};

use super::source::{CLOSING, OPENING};

/// Numbers in one pair of brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Where it stands, in bytes, brackets included.
    pub(super) range: Range<usize>,
    /// What it names, in order.
    pub(super) numbers: Vec<u32>,
}

/// A range such as `[2-5]` names at most so many passages; a longer one is something else.
const LONGEST_RANGE: u32 = 20;
/// No more is looked at for the end of a bracket, in bytes.
const LONGEST_MARK: usize = 80;

/// The marks of an answer, in order; those within code and links are left alone.
pub(super) fn marks(text: &str) -> Vec<Mark> {
    let others = code_and_links(text);
    let mut marks = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(OPENING)).map(|at| from + at) {
        from = at + text[at..].chars().next().map_or(1, char::len_utf8);
        if let Some(other) = others.iter().find(|other| other.contains(&at)) {
            from = other.end;
            continue;
        }
        let until = text.floor_char_boundary((from + LONGEST_MARK).min(text.len()));
        let Some(end) = text[from..until].find(CLOSING).map(|end| from + end) else { continue };
        if let Some(numbers) = numbers(&text[from..end]) {
            let closing = text[end..].chars().next().map_or(1, char::len_utf8);
            marks.push(Mark { range: at..end + closing, numbers });
            from = end + closing;
        }
    }
    marks
}

/// The numbers between brackets; `None` when it is something else.
fn numbers(inside: &str) -> Option<Vec<u32>> {
    let lower = inside.trim().trim_start_matches('^').to_lowercase();
    let mut numbers = Vec::new();
    for part in lower.split([',', ';', '、', '，', '&']).flat_map(|part| part.split(" and ")) {
        let part = NAMES.iter().find_map(|name| part.trim().strip_prefix(name)).unwrap_or(part);
        let part = part.trim().trim_start_matches(['#', '.', ':']).trim();
        // Some models write what they cite behind a dagger.
        let part = part.split('†').next().unwrap_or(part);
        let ends: Vec<&str> = part.split(['-', '–']).map(str::trim).collect();
        match ends.as_slice() {
            [one] => numbers.push(number(one)?),
            [from, to] => {
                let (from, to) = (number(from)?, number(to)?);
                if to < from || to - from > LONGEST_RANGE {
                    return None;
                }
                numbers.extend(from..=to);
            }
            _ => return None,
        }
    }
    Some(numbers)
}

/// What models write before a number.
const NAMES: [&str; 8] =
    ["passages", "passage", "sources", "source", "abschnitt", "quelle", "extrait", "pasaje"];

fn number(text: &str) -> Option<u32> {
    let is_number = !text.is_empty() && text.len() <= 6 && text.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// Where code and links stand, in bytes.
fn code_and_links(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut code_since = None;
    for (event, range) in Parser::new(text).into_offset_iter() {
        match event {
            Event::Code(_) | Event::Start(Tag::Link { link_type: LinkType::Inline, .. }) => {
                found.push(range);
            }
            Event::Start(Tag::CodeBlock(_)) => code_since = Some(range.start),
            Event::End(TagEnd::CodeBlock) => {
                found.push(code_since.take().unwrap_or(range.start)..range.end);
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<Vec<u32>> {
        marks(text).into_iter().map(|mark| mark.numbers).collect()
    }

    #[test]
    fn numbers_are_read_in_all_the_ways_that_models_write_them() {
        for (text, wanted) in [
            ("It is so [3].", vec![vec![3]]),
            ("So [1, 2] and so [1][2].", vec![vec![1, 2], vec![1], vec![2]]),
            ("So [Passage 2] and [passages 1; 3]", vec![vec![2], vec![1, 3]]),
            ("如此［2］。又【4】", vec![vec![2], vec![4]]),
            ("So [^1], [2-4] and [Source 7: 8]", vec![vec![1], vec![2, 3, 4]]),
            ("【1†a.pdf】 [1 and 2]", vec![vec![1], vec![1, 2]]),
        ] {
            assert_eq!(found(text), wanted, "{text}");
        }
    }

    #[test]
    fn other_brackets_are_left_alone() {
        for text in [
            "a [note] b",
            "[]",
            "[x1]",
            "[1",
            "[2024-01-01]",
            "[9-1]",
            "[1234567]",
            "see [1](https://a.b)",
            "`a[1]`",
            "```\na[1]\n```",
            "    a[1]\n",
            "[",
            "[［",
        ] {
            assert_eq!(found(text), Vec::<Vec<u32>>::new(), "{text}");
        }
    }

    #[test]
    fn marks_say_where_they_stand() {
        let text = "Ü ［1］ [2]";
        let places: Vec<&str> = marks(text).into_iter().map(|mark| &text[mark.range]).collect();
        assert_eq!(places, ["［1］", "[2]"]);
    }
}

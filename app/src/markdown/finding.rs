//! Where a text appears in what is drawn of a document.

use std::ops::Range;

use super::{Document, Flavor, SHOWN_AT_FIRST};

/// How often `wanted` (lower case) is marked in the drawn text.
pub(crate) fn count_drawn(text: &str, flavor: Flavor, wanted: &str) -> usize {
    if !can_contain(text, wanted) {
        return 0;
    }
    let document = Document::new(text, flavor, SHOWN_AT_FIRST);
    let pieces = document
        .blocks()
        .iter()
        .flat_map(|block| (0..block.piece_count()).filter_map(move |piece| block.piece(piece)));
    pieces.map(|piece| marks(&piece.text, wanted).len()).sum()
}

/// A cheap look that spares most messages of a long conversation the parsing: all letters and
/// digits of drawn text stand in its source in the same order, except beside links and entities.
fn can_contain(text: &str, wanted: &str) -> bool {
    if text.contains([']', '<', '&']) {
        return true;
    }
    let bare = |text: &str| -> String {
        text.chars().filter(|char| char.is_alphanumeric()).map(lower).collect()
    };
    bare(text).contains(&bare(wanted))
}

/// Where a text appears in another, in characters, in any case. `wanted` is lower case.
pub(super) fn marks(text: &str, wanted: &str) -> Vec<Range<usize>> {
    let wanted: Vec<char> = wanted.chars().collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let text: Vec<char> = text.chars().map(lower).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at + wanted.len() <= text.len() {
        if text[at..at + wanted.len()] == wanted[..] {
            found.push(at..at + wanted.len());
            at += wanted.len();
        } else {
            at += 1;
        }
    }
    found
}

/// One character for one, so that places stay where they are.
fn lower(char: char) -> char {
    char.to_lowercase().next().unwrap_or(char)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_in_any_case_and_do_not_overlap() {
        assert_eq!(marks("Ärger, ärger", "är"), [0..2, 7..9]);
        assert_eq!(marks("aaaa", "aa"), [0..2, 2..4]);
        assert!(marks("abc", "").is_empty());
    }

    #[test]
    fn matches_are_counted_as_they_are_drawn() {
        let count = |text, wanted| count_drawn(text, Flavor::Markdown, wanted);
        assert_eq!(count("a **bo**ld word, Bold", "bold"), 2);
        assert_eq!(count("see [here](https://example.org/bold)", "bold"), 0);
        assert_eq!(count("one *two* three", "two three"), 1);
        assert_eq!(count("| a | b |\n|---|---|\n| bold | bold |", "bold"), 2);
        assert_eq!(count_drawn("**bo**ld", Flavor::Typed, "bold"), 0);
        assert_eq!(count_drawn("**bo**ld", Flavor::Typed, "**"), 2);
    }
}

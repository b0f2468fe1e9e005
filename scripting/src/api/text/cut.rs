//! Cutting and tidying texts.

use text_splitter::{ChunkConfig, TextSplitter};

/// Pieces of at most `length` characters; `overlap` is less than `length`.
pub(super) fn pieces(text: &str, length: usize, overlap: usize) -> Vec<String> {
    let whole = ChunkConfig::new(length);
    // It refuses only an overlap that is not less than the length.
    let config = whole.with_overlap(overlap).unwrap_or_else(|_| ChunkConfig::new(length));
    TextSplitter::new(config).chunks(text).map(str::to_owned).collect()
}

/// The beginning with `…`, at most `length` characters in all; `None` if nothing has to go.
pub(super) fn truncate(text: &str, length: usize) -> Option<String> {
    text.char_indices().nth(length)?;
    let end = text.char_indices().nth(length - 1).map_or(text.len(), |(at, _)| at);
    let kept = &text[..end];
    let cut_in_word = text[end..].starts_with(|next: char| !next.is_whitespace());
    let between_words = kept.trim_end().rfind(char::is_whitespace).filter(|at| *at > end / 2);
    let kept = match between_words {
        Some(at) if cut_in_word => &kept[..at],
        _ => kept,
    };
    Some(format!("{}…", kept.trim_end()))
}

/// Without common indentation and empty lines at both ends.
pub(super) fn dedent(text: &str) -> String {
    let lines: Vec<_> = text.lines().collect();
    let is_empty = |line: &str| line.trim().is_empty();
    let indent = |line: &&str| line.len() - line.trim_start().len();
    let common = lines.iter().filter(|line| !is_empty(line)).map(indent).min().unwrap_or(0);
    let cut = |line: &&str| line.get(common..).unwrap_or("").trim_end().to_owned();
    let first = lines.iter().position(|line| !is_empty(line)).unwrap_or(0);
    let last = lines.iter().rposition(|line| !is_empty(line)).map_or(0, |last| last + 1);
    lines.get(first..last).unwrap_or_default().iter().map(cut).collect::<Vec<_>>().join("\n")
}

/// Every run of white space becomes one space.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The inside of the first fenced code block; the trimmed text where there is none. A fence that
/// is not closed, as in a cut answer, goes to the end.
pub(super) fn unfence(text: &str) -> &str {
    for fence in ["```", "~~~"] {
        let Some(opened) = fence_at(text, fence) else { continue };
        let Some(line_end) = text[opened..].find('\n') else { continue };
        let inside = &text[opened + line_end + 1..];
        let end =
            if inside.starts_with(fence) { Some(0) } else { inside.find(&format!("\n{fence}")) };
        return end.map_or(inside, |end| &inside[..end]).trim();
    }
    text.trim()
}

/// Where a fence opens a line.
fn fence_at(text: &str, fence: &str) -> Option<usize> {
    if text.starts_with(fence) {
        return Some(0);
    }
    text.find(&format!("\n{fence}")).map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{dedent, one_line, pieces, truncate, unfence};

    proptest! {
        #[test]
        fn pieces_are_never_too_long_and_lose_no_word(
            text in "[a-zé.\n ]{0,200}", length in 1..40_usize, overlap in 0..10_usize
        ) {
            let overlap = overlap.min(length - 1);
            let pieces = pieces(&text, length, overlap);
            for piece in &pieces {
                prop_assert!(piece.chars().count() <= length);
            }
            if overlap == 0 {
                let letters = |text: &str| text.chars().filter(|one| !one.is_whitespace()).collect::<String>();
                prop_assert_eq!(letters(&pieces.concat()), letters(&text));
            }
        }

        #[test]
        fn a_truncated_text_keeps_to_its_length(text in ".{0,60}", length in 1..40_usize) {
            match truncate(&text, length) {
                Some(short) => prop_assert!(short.chars().count() <= length && short.ends_with('…')),
                None => prop_assert!(text.chars().count() <= length),
            }
        }

        #[test]
        fn no_text_is_too_odd_to_tidy(text in any::<String>()) {
            dedent(&text);
            prop_assert!(!one_line(&text).contains('\n'));
            prop_assert!(text.contains(unfence(&text)));
        }
    }

    #[test]
    fn an_unclosed_fence_goes_to_the_end() {
        assert_eq!(unfence("```\nlet x"), "let x");
        assert_eq!(unfence("```\n```"), "");
        assert_eq!(unfence(" plain `code` "), "plain `code`");
    }
}

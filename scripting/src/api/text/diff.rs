//! What changed between two texts.

use std::time::{Duration, Instant};

use rhai::{Array, Dynamic, Map};
use similar::{ChangeTag, TextDiff};

use crate::runner::{ScriptResult, failure};

/// How long to look for the smallest difference; after that a correct, larger one is given.
const PATIENCE: Duration = Duration::from_millis(300);

/// `#{ kind, text }` for each piece; neighbours of one kind are joined.
pub(super) fn pieces(old: &str, new: &str, by: &str) -> ScriptResult<Array> {
    let mut config = TextDiff::configure();
    config.deadline(Instant::now() + PATIENCE);
    let diff = match by {
        "words" => config.diff_words(old, new),
        "lines" => config.diff_lines(old, new),
        "characters" => config.diff_chars(old, new),
        _ => return Err(failure(format!("by is {by:?}: it must be words, lines or characters"))),
    };
    let mut pieces: Vec<(&'static str, String)> = Vec::new();
    for change in diff.iter_all_changes() {
        let kind = match change.tag() {
            ChangeTag::Equal => "same",
            ChangeTag::Delete => "removed",
            ChangeTag::Insert => "added",
        };
        match pieces.last_mut() {
            Some((last, text)) if *last == kind => text.push_str(change.value()),
            _ => pieces.push((kind, change.value().to_owned())),
        }
    }
    Ok(pieces.into_iter().map(piece).collect())
}

fn piece((kind, text): (&'static str, String)) -> Dynamic {
    let map: Map = [("kind".into(), kind.into()), ("text".into(), text.into())].into();
    map.into()
}

/// The difference by lines, with three lines around each change.
pub(super) fn patch(old: &str, new: &str) -> String {
    let mut config = TextDiff::configure();
    config.deadline(Instant::now() + PATIENCE);
    config.diff_lines(old, new).unified_diff().header("old", "new").to_string()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::pieces;

    fn without(pieces: rhai::Array, kind: &str) -> String {
        let maps = pieces.into_iter().map(rhai::Dynamic::cast::<rhai::Map>);
        maps.filter(|map| map["kind"].to_string() != kind)
            .map(|map| map["text"].to_string())
            .collect()
    }

    proptest! {
        #[test]
        fn what_is_kept_and_removed_is_the_old_text(
            old in "[ab \n]{0,30}", new in "[ab \n]{0,30}",
            by in prop::sample::select(vec!["words", "lines", "characters"])
        ) {
            let diff = pieces(&old, &new, by).expect("a known word");
            prop_assert_eq!(without(diff.clone(), "added"), old);
            prop_assert_eq!(without(diff, "removed"), new);
        }
    }
}

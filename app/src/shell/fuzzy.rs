//! Which of many names is meant by a few letters.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// The places in `names` of those that match all words of `query`, best first; all of them, in
/// their own order, for an empty query.
pub(crate) fn rank<'a>(query: &str, names: impl Iterator<Item = &'a str>) -> Vec<usize> {
    let pattern = Pattern::parse(query, CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut scored: Vec<(u32, usize)> = names
        .enumerate()
        .filter_map(|(place, name)| {
            let score = pattern.score(Utf32Str::new(name, &mut buffer), &mut matcher)?;
            Some((score, place))
        })
        .collect();
    // Stable, so that equals keep their own order.
    scored.sort_by_key(|&(score, _)| std::cmp::Reverse(score));
    scored.into_iter().map(|(_, place)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(query: &str) -> Vec<&'static str> {
        let names =
            ["New chat", "Settings", "Search all messages", "Künstliche Intelligenz", "鍵盤"];
        rank(query, names.iter().copied()).into_iter().map(|place| names[place]).collect()
    }

    #[test]
    fn an_empty_query_keeps_everything_in_order() {
        assert_eq!(found("").len(), 5);
        assert_eq!(found("")[0], "New chat");
    }

    #[test]
    fn letters_in_order_are_enough() {
        assert_eq!(found("nch").first(), Some(&"New chat"));
        assert_eq!(found("sttg").first(), Some(&"Settings"));
        assert_eq!(found("chat new"), ["New chat"]);
    }

    #[test]
    fn accents_and_other_scripts_are_found() {
        assert_eq!(found("kunst"), ["Künstliche Intelligenz"]);
        assert_eq!(found("鍵"), ["鍵盤"]);
    }

    #[test]
    fn what_does_not_match_is_not_there() {
        assert!(found("xyzzy").is_empty());
    }
}

//! Two ranked lists become one: what a passage holds of the words of a question, and how near it is in
//! meaning, are added up.
//!
//! BM25 scores count as shares of the best one, similarities as they are. Adding scores keeps what ranks
//! lose: that the first is far ahead of the second, or hardly (Bruch, Gai and Ingber 2022, "An Analysis
//! of Fusion Functions for Hybrid Retrieval", arXiv:2210.11934). Measured with all-MiniLM-L6-v2, it finds
//! more than either list on every set that the model reads, and more than reciprocal ranks do; see
//! tests/benches.

use std::collections::HashMap;
use std::hash::Hash;

/// A similarity that is higher by 1 counts as much as this share of the best BM25 score. With four times
/// as much, short passages are found still better and long ones worse than by words alone.
pub(super) const MEANING: f64 = 0.5;

/// Something that was found, with its places in both lists, from 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fused<T> {
    pub(super) item: T,
    pub(super) score: f64,
    pub(super) first: Option<usize>,
    pub(super) second: Option<usize>,
}

/// Joins what was found by words, with its scores, and what was found by meaning, both with the best
/// first. `gains` are what similarity adds, for everything in either list; what has neither words nor a
/// gain is left out.
pub(super) fn fuse<T: Copy + Eq + Hash>(
    words: &[(T, f64)],
    meaning: &[T],
    gains: &HashMap<T, f64>,
) -> Vec<Fused<T>> {
    let best = words.iter().map(|(_, score)| *score).fold(f64::MIN_POSITIVE, f64::max);
    let gain = |item: &T| gains.get(item).copied().unwrap_or_default();
    let mut places: HashMap<T, usize> = HashMap::new();
    let mut fused: Vec<Fused<T>> = Vec::new();
    for (rank, (item, score)) in (1..).zip(words) {
        if let std::collections::hash_map::Entry::Vacant(place) = places.entry(*item) {
            place.insert(fused.len());
            let score = score / best + gain(item);
            fused.push(Fused { item: *item, score, first: Some(rank), second: None });
        }
    }
    for (rank, item) in (1..).zip(meaning) {
        let place = *places.entry(*item).or_insert(fused.len());
        if place == fused.len() {
            fused.push(Fused { item: *item, score: gain(item), first: None, second: None });
        }
        if let Some(entry) = fused.get_mut(place) {
            entry.second.get_or_insert(rank);
        }
    }
    fused.retain(|entry| entry.score > 0.0);
    // Stable: of equals, those found by words come first.
    fused.sort_by(|a, b| b.score.total_cmp(&a.score));
    fused
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(words: &[(u8, f64)], meaning: &[u8], gains: &[(u8, f64)]) -> Vec<u8> {
        let gains = gains.iter().copied().collect();
        fuse(words, meaning, &gains).into_iter().map(|entry| entry.item).collect()
    }

    #[test]
    fn what_both_lists_name_comes_before_what_one_names() {
        let words = [(1, 9.0), (2, 8.0), (3, 7.5)];
        assert_eq!(items(&words, &[4, 3], &[(4, 0.9), (3, 0.6), (1, 0.2), (2, 0.1)]), [3, 1, 2, 4]);
    }

    #[test]
    fn a_word_score_far_ahead_stays_ahead() {
        assert_eq!(items(&[(1, 9.0), (2, 1.0)], &[2, 1], &[(2, 0.5), (1, 0.4)]), [1, 2]);
    }

    #[test]
    fn without_gains_the_words_decide_alone() {
        assert_eq!(items(&[(1, 3.0), (2, 2.0)], &[9, 2], &[]), [1, 2]);
        assert_eq!(items(&[], &[9, 2], &[]), [0_u8; 0]);
    }

    #[test]
    fn ranks_in_both_lists_are_told() {
        let gains = [("b", 1.0)].into_iter().collect();
        let fused = fuse(&[("a", 2.0), ("b", 1.9)], &["b"], &gains);
        assert_eq!(fused[0].item, "b");
        assert_eq!((fused[0].first, fused[0].second), (Some(2), Some(1)));
        assert_eq!((fused[1].first, fused[1].second), (Some(1), None));
    }
}

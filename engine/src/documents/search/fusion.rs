//! Two ranked lists become one, by the ranks: scores of different kinds cannot be compared.
//!
//! What the second list names counts as much as its weight says, from 0 to 1. With weight 0 the first
//! list stays exactly as it is.

use std::collections::HashMap;
use std::hash::Hash;

/// Damps the difference between the first ranks; the usual value.
const DAMPING: f64 = 60.0;

/// Something that was found, with its places in both lists, from 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fused<T> {
    pub(super) item: T,
    pub(super) score: f64,
    pub(super) first: Option<usize>,
    pub(super) second: Option<usize>,
}

/// Joins two lists, the best first; in the second, each has its own weight.
pub(super) fn fuse<T: Copy + Eq + Hash>(first: &[T], second: &[(T, f64)]) -> Vec<Fused<T>> {
    let mut places: HashMap<T, usize> = HashMap::new();
    let mut fused: Vec<Fused<T>> = Vec::new();
    let worth = |rank: usize| 1.0 / (DAMPING + rank as f64);
    for (rank, item) in (1..).zip(first) {
        if let std::collections::hash_map::Entry::Vacant(place) = places.entry(*item) {
            place.insert(fused.len());
            let score = worth(rank);
            fused.push(Fused { item: *item, score, first: Some(rank), second: None });
        }
    }
    for (rank, (item, weight)) in (1..).zip(second) {
        let place = *places.entry(*item).or_insert(fused.len());
        if place == fused.len() {
            fused.push(Fused { item: *item, score: 0.0, first: None, second: None });
        }
        if let Some(entry) = fused.get_mut(place).filter(|entry| entry.second.is_none()) {
            entry.second = Some(rank);
            entry.score += weight * worth(rank);
        }
    }
    fused.retain(|entry| entry.score > 0.0);
    // Stable: of equals, those of the first list come first.
    fused.sort_by(|a, b| b.score.total_cmp(&a.score));
    fused
}

#[cfg(test)]
mod tests {
    use super::fuse;

    fn items(first: &[u8], second: &[u8], weight: f64) -> Vec<u8> {
        let second: Vec<(u8, f64)> = second.iter().map(|item| (*item, weight)).collect();
        fuse(first, &second).into_iter().map(|entry| entry.item).collect()
    }

    #[test]
    fn what_both_lists_name_comes_before_what_one_names() {
        assert_eq!(items(&[1, 2, 3], &[4, 3, 5], 1.0), [3, 1, 4, 2, 5]);
    }

    #[test]
    fn a_list_without_weight_changes_nothing() {
        assert_eq!(items(&[1, 2, 3], &[9, 3, 8], 0.0), [1, 2, 3]);
        assert_eq!(items(&[], &[9, 3], 1.0), [9, 3]);
    }

    #[test]
    fn each_of_the_second_list_counts_by_its_own_weight() {
        let fused = fuse::<u8>(&[], &[(1, 0.1), (2, 1.0), (3, 0.0)]);
        assert_eq!(fused.iter().map(|entry| entry.item).collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn ranks_in_both_lists_are_told() {
        let fused = fuse(&["a", "b"], &[("b", 0.5)]);
        assert_eq!(fused[0].item, "b");
        assert_eq!((fused[0].first, fused[0].second), (Some(2), Some(1)));
    }
}

//! What is looked for in the open document, and where it stands. The places come from the library, some
//! pages at a time, so that even the first of a very long document are there at once.

use std::ops::Range;

use engine::documents::find::{Found, Occurrence};

use crate::measures::grouped;

/// So many places are kept; nobody walks through more.
pub(super) const MOST: usize = 10_000;

/// See the module documentation.
pub(super) struct Find {
    query: String,
    /// Which search this is, so that late answers of another are known as such.
    round: u64,
    hits: Vec<Occurrence>,
    current: Option<usize>,
    /// The page that was looked at when the search began, from 0: what is found from there on comes
    /// first.
    origin: u64,
    is_searching: bool,
    is_cut: bool,
}

impl Find {
    /// Looks for nothing yet, from this page on.
    pub(super) fn new(origin: u64) -> Self {
        Self {
            query: String::new(),
            round: 0,
            hits: Vec::new(),
            current: None,
            origin,
            is_searching: false,
            is_cut: false,
        }
    }

    /// Looks for something else, in a search of this number. Returns whether there is anything to look
    /// for.
    pub(super) fn begin(&mut self, query: String, round: u64) -> bool {
        self.round = round;
        self.is_searching = !query.trim().is_empty();
        self.query = query;
        self.hits.clear();
        self.current = None;
        self.is_cut = false;
        self.is_searching
    }

    /// Takes in what was found on some pages. Returns from which page on to look next.
    pub(super) fn take_in(&mut self, found: Found) -> Option<u64> {
        self.is_cut = found.is_cut;
        self.is_searching = found.next.is_some();
        self.hits.extend(found.occurrences);
        if self.current.is_none() {
            let first = self.hits.partition_point(|hit| hit.page_ordinal < self.origin);
            self.current = match first < self.hits.len() {
                true => Some(first),
                // Before the page that was looked at, when nothing stands behind it.
                false => (!self.is_searching && !self.hits.is_empty()).then_some(0),
            };
        }
        found.next
    }

    /// Goes to the next (or the one before), round and round.
    pub(super) fn move_by(&mut self, steps: isize) {
        let Some(current) = self.current else { return };
        let place = (current as isize + steps).rem_euclid(self.hits.len() as isize) as usize;
        self.current = Some(place);
        self.origin = self.hits[place].page_ordinal;
    }

    /// What is looked for.
    pub(super) fn query(&self) -> &str {
        &self.query
    }

    /// Which search this is.
    pub(super) fn round(&self) -> u64 {
        self.round
    }

    /// How many more places are wanted.
    pub(super) fn room(&self) -> usize {
        MOST - self.hits.len().min(MOST)
    }

    /// Whether something is looked for, so that nothing else is marked.
    pub(super) fn is_active(&self) -> bool {
        !self.query.trim().is_empty()
    }

    /// Where the eye should be.
    pub(super) fn current(&self) -> Option<&Occurrence> {
        self.hits.get(self.current?)
    }

    /// The places on the page or part of this place from 0, and which of them the eye should be on.
    pub(super) fn on_part(&self, ordinal: u64) -> (&[Occurrence], Option<usize>) {
        let first = self.hits.partition_point(|hit| hit.page_ordinal < ordinal);
        self.from(first, |hit| hit.page_ordinal == ordinal)
    }

    /// The same of the page of this number.
    pub(super) fn on_page(&self, page: u32) -> (&[Occurrence], Option<usize>) {
        let first = self.hits.partition_point(|hit| number(hit) < page);
        self.from(first, |hit| number(hit) == page)
    }

    fn from(
        &self,
        first: usize,
        is_there: impl Fn(&Occurrence) -> bool,
    ) -> (&[Occurrence], Option<usize>) {
        let count = self.hits[first..].partition_point(is_there);
        let hits: Range<usize> = first..first + count;
        let current = self.current.filter(|current| hits.contains(current));
        (&self.hits[hits], current.map(|current| current - first))
    }

    /// `3 of 12`, or how far the search is.
    pub(super) fn words(&self) -> String {
        let count = |count: usize| grouped(count as u64);
        let all = self.hits.len();
        match self.current {
            _ if !self.is_active() => String::new(),
            Some(current) => {
                let more = if self.is_cut || self.is_searching { "+" } else { "" };
                format!("{} of {}{more}", count(current + 1), count(all))
            }
            None if self.is_searching => "Searching…".to_owned(),
            None => "No matches".to_owned(),
        }
    }
}

/// The number of the page that a place is on.
pub(super) fn number(hit: &Occurrence) -> u32 {
    hit.page.unwrap_or_else(|| u32::try_from(hit.page_ordinal).unwrap_or(u32::MAX - 1) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pages: &[u64], next: Option<u64>) -> Found {
        let occurrences = pages
            .iter()
            .map(|&page_ordinal| Occurrence {
                page_ordinal,
                page: None,
                characters: 0..1,
                wanted: engine::documents::drawing::Wanted::default(),
            })
            .collect();
        Found { occurrences, next, is_cut: false }
    }

    #[test]
    fn the_first_match_is_the_next_one_from_the_page_that_is_looked_at() {
        let mut find = Find::new(4);
        assert!(find.begin("x".to_owned(), 1));
        assert_eq!(find.words(), "Searching…");
        assert_eq!(find.take_in(found(&[0, 3], Some(4))), Some(4));
        assert_eq!((find.current(), find.words().as_str()), (None, "Searching…"));
        find.take_in(found(&[4, 4, 9], None));
        assert_eq!(find.words(), "3 of 5");
        assert_eq!(find.on_part(4).0.len(), 2);
        assert_eq!(find.on_part(4).1, Some(0));
        assert_eq!(find.on_page(10).1, None);
        find.move_by(-3);
        assert_eq!(find.words(), "5 of 5");
        assert_eq!(find.on_page(10).1, Some(0));
    }

    #[test]
    fn what_stands_before_the_page_is_found_when_nothing_stands_behind_it() {
        let mut find = Find::new(4);
        find.begin("x".to_owned(), 1);
        find.take_in(found(&[0, 3], None));
        assert_eq!(find.words(), "1 of 2");
        find.begin("y".to_owned(), 2);
        find.take_in(found(&[], None));
        assert_eq!(find.words(), "No matches");
        assert!(!find.begin("  ".to_owned(), 3));
        assert_eq!(find.words(), "");
        find.move_by(1);
    }
}

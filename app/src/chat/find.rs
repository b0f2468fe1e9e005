//! Finding text in the open conversation.

use crate::markdown::{Flavor, count_drawn};

/// Where something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    /// Which message of the visible branch, counted from the oldest.
    pub(crate) row: usize,
    /// Which match within the message, counted from its beginning.
    pub(crate) nth: usize,
}

/// The open find bar.
#[derive(Debug, Default)]
pub(crate) struct Find {
    /// What is looked for.
    pub(crate) query: String,
    matches: Vec<Match>,
    current: usize,
}

impl Find {
    /// Opened to look for something.
    pub(crate) fn of(query: String) -> Self {
        Self { query, ..Self::default() }
    }

    /// Looks again, after the query or the messages have changed. What counts is the text as it is
    /// drawn, without the marks of Markdown.
    pub(crate) fn search<'a>(&mut self, messages: impl Iterator<Item = (&'a str, Flavor)>) {
        let wanted = self.query.to_lowercase();
        self.matches.clear();
        if !wanted.is_empty() {
            for (row, (text, flavor)) in messages.enumerate() {
                let count = count_drawn(text, flavor, &wanted);
                self.matches.extend((0..count).map(|nth| Match { row, nth }));
            }
        }
        self.current = self.current.min(self.matches.len().saturating_sub(1));
    }

    /// Goes to the next (or the one before), round and round.
    pub(crate) fn move_by(&mut self, steps: isize) {
        if !self.matches.is_empty() {
            let count = self.matches.len() as isize;
            self.current = (self.current as isize + steps).rem_euclid(count) as usize;
        }
    }

    /// Goes to the first one again.
    pub(crate) fn restart(&mut self) {
        self.current = 0;
    }

    /// Goes to the first one in this message of the visible branch, or after it.
    pub(crate) fn go_to_row(&mut self, row: usize) {
        let found = self.matches.iter().position(|found| found.row >= row);
        self.current = found.unwrap_or(self.current);
    }

    /// Where the eye should be.
    pub(crate) fn current(&self) -> Option<Match> {
        self.matches.get(self.current).copied()
    }

    /// `3 of 12`, or that there is nothing.
    pub(crate) fn words(&self) -> String {
        match (self.query.is_empty(), self.matches.len()) {
            (true, _) => String::new(),
            (false, 0) => "No matches".to_owned(),
            (false, count) => format!("{} of {count}", self.current + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGES: [(&str, Flavor); 3] = [
        ("A whale is no fish", Flavor::Typed),
        ("Why?", Flavor::Markdown),
        ("Whales breathe; a **WHA**LE sings", Flavor::Markdown),
    ];

    #[test]
    fn every_match_is_found_whatever_its_case() {
        let mut find = Find { query: "whale".to_owned(), ..Find::default() };
        find.search(MESSAGES.into_iter());
        assert_eq!(find.words(), "1 of 3");
        find.move_by(-1);
        assert_eq!(find.current(), Some(Match { row: 2, nth: 1 }));
        find.move_by(1);
        assert_eq!(find.current(), Some(Match { row: 0, nth: 0 }));
    }

    #[test]
    fn one_can_begin_with_the_matches_of_a_message() {
        let mut find = Find { query: "whale".to_owned(), ..Find::default() };
        find.search(MESSAGES.into_iter());
        find.go_to_row(1);
        assert_eq!(find.current(), Some(Match { row: 2, nth: 0 }));
        find.go_to_row(3);
        assert_eq!(find.current(), Some(Match { row: 2, nth: 0 }), "there is none after it");
    }

    #[test]
    fn an_empty_query_finds_nothing_and_says_nothing() {
        let mut find = Find::default();
        find.search(MESSAGES.into_iter());
        assert_eq!((find.words().as_str(), find.current()), ("", None));
    }

    #[test]
    fn what_is_not_there_is_said() {
        let mut find = Find { query: "squid".to_owned(), ..Find::default() };
        find.search(MESSAGES.into_iter());
        find.move_by(1);
        assert_eq!((find.words().as_str(), find.current()), ("No matches", None));
    }
}

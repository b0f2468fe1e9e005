//! Find and replace in one file.

use std::ops::Range;

/// The open find bar.
#[derive(Debug, Default)]
pub(crate) struct Find {
    /// What is looked for; case matters once it has a capital letter.
    pub(super) query: String,
    /// What to put in its place.
    pub(super) replacement: String,
    /// Where it stands, in bytes.
    matches: Vec<Range<usize>>,
    /// Which of them is looked at.
    current: usize,
    /// The next frame puts the cursor into the field.
    pub(super) focus: bool,
    /// What was searched last, to search again when either has changed.
    searched: (String, u64),
}

impl Find {
    /// Searches again, if the query or the text (by its version) is another one.
    pub(super) fn search(&mut self, text: &str, version: u64) {
        if self.searched.0 == self.query && self.searched.1 == version {
            return;
        }
        self.searched = (self.query.clone(), version);
        self.matches = matches(text, &self.query);
        self.current = self.current.min(self.matches.len().saturating_sub(1));
    }

    /// All places, in bytes.
    pub(super) fn matches(&self) -> &[Range<usize>] {
        &self.matches
    }

    /// The place that is looked at.
    pub(super) fn current(&self) -> Option<Range<usize>> {
        self.matches.get(self.current).cloned()
    }

    /// `2 of 5`, or that there is nothing.
    pub(super) fn words(&self) -> String {
        match self.matches.len() {
            _ if self.query.is_empty() => String::new(),
            0 => "Nothing found".to_owned(),
            count => format!("{} of {count}", self.current + 1),
        }
    }

    /// Looks at the next place, or the one before, round and round.
    pub(super) fn move_by(&mut self, step: isize) {
        if !self.matches.is_empty() {
            let count = self.matches.len() as isize;
            self.current = (self.current as isize + step).rem_euclid(count) as usize;
        }
    }

    /// Looks at the first place from a byte on.
    pub(super) fn move_to(&mut self, byte: usize) {
        let next = self.matches.iter().position(|found| found.start >= byte);
        self.current = next.unwrap_or_default();
    }

    /// The text with the replacement in the place that is looked at.
    pub(super) fn replace_current(&self, text: &str) -> Option<String> {
        let found = self.current()?;
        let (before, after) = (text.get(..found.start)?, text.get(found.end..)?);
        Some(format!("{before}{}{after}", self.replacement))
    }

    /// The text with the replacement in all places, and how many these were.
    pub(super) fn replace_all(&self, text: &str) -> (String, usize) {
        let mut replaced = String::with_capacity(text.len());
        let mut done = 0;
        for found in &self.matches {
            let Some(between) = text.get(done..found.start) else { continue };
            replaced.push_str(between);
            replaced.push_str(&self.replacement);
            done = found.end;
        }
        replaced.push_str(text.get(done..).unwrap_or_default());
        (replaced, self.matches.len())
    }
}

fn matches(text: &str, query: &str) -> Vec<Range<usize>> {
    if query.is_empty() {
        return Vec::new();
    }
    if query.chars().any(char::is_uppercase) {
        return text.match_indices(query).map(|(at, found)| at..at + found.len()).collect();
    }
    // Letter by letter, because a small letter may be longer than its capital.
    let wanted: Vec<char> = query.chars().collect();
    let mut found = Vec::new();
    let mut next = 0;
    for (at, _) in text.char_indices() {
        if at < next {
            continue;
        }
        let mut letters = text[at..].char_indices();
        let same = wanted.iter().all(|wanted| {
            letters
                .next()
                .is_some_and(|(_, c)| c == *wanted || c.to_lowercase().eq(std::iter::once(*wanted)))
        });
        if same {
            next = letters.next().map_or(text.len(), |(length, _)| at + length);
            found.push(at..next);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(query: &str, text: &str) -> Find {
        let mut find = Find { query: query.to_owned(), ..Find::default() };
        find.search(text, 1);
        find
    }

    #[test]
    fn small_letters_find_capitals_and_a_capital_only_itself() {
        let text = "Ab ab AB";
        assert_eq!(find("ab", text).matches().len(), 3);
        assert_eq!(find("Ab", text).matches(), std::slice::from_ref(&(0..2)));
        assert_eq!(find("straße", "STRAßE İ").matches().len(), 1);
        assert_eq!(find("aa", "aaaa").matches().len(), 2);
    }

    #[test]
    fn all_places_are_replaced_at_once() {
        let mut find = find("a", "a-A-é-a");
        find.replacement = "aa".to_owned();
        assert_eq!(find.replace_all("a-A-é-a"), ("aa-aa-é-aa".to_owned(), 3));
        find.move_by(-1);
        assert_eq!(find.replace_current("a-A-é-a").as_deref(), Some("a-A-é-aa"));
    }

    #[test]
    fn the_places_go_round_and_are_counted() {
        let mut find = find("a", "a a a");
        find.move_to(1);
        assert_eq!(find.words(), "2 of 3");
        find.move_by(2);
        assert_eq!(find.words(), "1 of 3");
        assert_eq!(super::Find::default().words(), "");
    }
}

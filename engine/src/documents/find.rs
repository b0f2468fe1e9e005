//! Finding what is typed within one document, letter by letter, as a find bar does; [search](super::search)
//! finds what belongs to a question instead.
//!
//! Case, width and accents make no difference, nor does how much blank stands between words, whether a
//! line ends within a word, or whether one ends in a script that is written without spaces.

use std::ops::{ControlFlow, Range};

use unicode_normalization::char::is_combining_mark;

use super::DocumentsError;
use super::drawing::Wanted;
use super::store::{DocumentId, Store};
use crate::conversations::words::{fold, is_unspaced};

/// So much text is looked through at once, in bytes: a few milliseconds of work.
const AT_ONCE: usize = 1 << 20;

/// A place where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The place of its page among the pages and parts, from 0.
    pub page_ordinal: u64,
    /// The number of its page, where the format knows pages.
    pub page: Option<u32>,
    /// Where it stands in the text of the page, in characters.
    pub characters: Range<usize>,
    /// What is to be looked for where the page is drawn.
    pub wanted: Wanted,
}

/// What was found on some pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The places, in their order.
    pub occurrences: Vec<Occurrence>,
    /// From which page on to look next, by its place from 0; `None` at the end.
    pub next: Option<u64>,
    /// Whether there are more than were wanted.
    pub is_cut: bool,
}

/// Looks for `words` in a document, from a page on, until much was looked through or `most` places were
/// found. Ask again from [`Found::next`] on for the rest, so that nobody else waits for long.
///
/// # Errors
/// When the document cannot be read.
pub fn find(
    store: &Store,
    document: DocumentId,
    words: &str,
    from: u64,
    most: usize,
) -> Result<Found, DocumentsError> {
    find_within(store, document, words, from, most, AT_ONCE)
}

/// The same, for so many bytes at once.
fn find_within(
    store: &Store,
    document: DocumentId,
    words: &str,
    from: u64,
    most: usize,
    at_once: usize,
) -> Result<Found, DocumentsError> {
    let pattern = Pattern::new(words);
    let mut found = Found::default();
    if pattern.is_empty() {
        return Ok(found);
    }
    let mut left = at_once;
    store.each_page_text(document, from, |page_ordinal, page, text| {
        if left == 0 {
            found.next = Some(page_ordinal);
            return ControlFlow::Break(());
        }
        left = left.saturating_sub(text.len().max(1));
        for characters in pattern.places(text) {
            if found.occurrences.len() >= most {
                found.is_cut = true;
                return ControlFlow::Break(());
            }
            let wanted = Wanted::of(text, characters.clone());
            found.occurrences.push(Occurrence { page_ordinal, page, characters, wanted });
        }
        ControlFlow::Continue(())
    })?;
    Ok(found)
}

/// A text that is looked for.
#[derive(Clone, Debug)]
pub struct Pattern(Vec<char>);

impl Pattern {
    /// Looks for these words, as they are typed.
    #[must_use]
    pub fn new(words: &str) -> Self {
        Self(folded(words.trim()).into_iter().map(|(letter, _)| letter).collect())
    }

    /// Whether it consists of nothing that can be found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it stands in a text.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        !self.places(text).is_empty()
    }

    /// Where it stands in a text, in characters; places do not overlap.
    #[must_use]
    pub fn places(&self, text: &str) -> Vec<Range<usize>> {
        let Some((first, rest)) = self.0.split_first() else { return Vec::new() };
        let (letters, places): (Vec<char>, Vec<Range<usize>>) = folded(text).into_iter().unzip();
        let mut found = Vec::new();
        let mut at = 0;
        while at + self.0.len() <= letters.len() {
            if letters[at] == *first && letters[at + 1..].starts_with(rest) {
                let last = at + rest.len();
                found.push(places[at].start..places[last].end);
                at = last + 1;
            } else {
                at += 1;
            }
        }
        found
    }
}

/// The letters that are compared, each with its place in the text, in characters.
fn folded(text: &str) -> Vec<(char, Range<usize>)> {
    let mut folded: Vec<(char, Range<usize>)> = Vec::with_capacity(text.len());
    let mut characters = text.chars().enumerate().peekable();
    while let Some((place, character)) = characters.next() {
        if character.is_whitespace() {
            let mut is_line_end = matches!(character, '\n' | '\r');
            while let Some((_, blank)) = characters.next_if(|(_, next)| next.is_whitespace()) {
                is_line_end |= matches!(blank, '\n' | '\r');
            }
            let next = characters.peek().map(|(_, next)| *next);
            push_blank(&mut folded, place, next, is_line_end);
        } else if is_combining_mark(character)
            && let Some((_, before)) = folded.last_mut()
            && before.end == place
        {
            // It is marked together with its letter.
            let before = before.clone();
            let known = folded.len();
            fold(character, |part| folded.push((part, place..place + 1)));
            if folded.len() == known
                && let Some((_, last)) = folded.last_mut()
            {
                *last = before.start..place + 1;
            }
        } else if character != SOFT_HYPHEN {
            fold(character, |part| folded.push((part, place..place + 1)));
        }
    }
    folded
}

const SOFT_HYPHEN: char = '\u{AD}';

/// One blank for many; none where a word goes on in the next line.
fn push_blank(
    folded: &mut Vec<(char, Range<usize>)>,
    place: usize,
    next: Option<char>,
    is_line_end: bool,
) {
    let before = folded.last().map(|(letter, _)| *letter);
    if before.is_some_and(is_unspaced) && next.is_some_and(is_unspaced) {
        return;
    }
    let is_parted = is_line_end
        && matches!(before, Some('-' | '\u{2010}'))
        && next.is_some_and(char::is_lowercase)
        && folded.len() > 1
        && folded[folded.len() - 2].0.is_alphabetic();
    if is_parted {
        folded.pop();
    } else {
        folded.push((' ', place..place + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::store::tests::{add_pages, store};

    /// What is found in a text, as it stands there.
    fn found(text: &str, words: &str) -> Vec<String> {
        let cut = |range: Range<usize>| text.chars().skip(range.start).take(range.len()).collect();
        Pattern::new(words).places(text).into_iter().map(cut).collect()
    }

    #[test]
    fn a_long_document_is_looked_through_some_pages_at_a_time() {
        let (_folder, store) = store();
        let collection = store.create_collection("a").unwrap().id;
        let pages: Vec<String> = (0..5).map(|page| format!("Größe {page}. Lorem lorem.")).collect();
        let document = add_pages(&store, collection, "/a.txt", &pages);
        let (mut places, mut from, mut rounds) = (Vec::new(), Some(0), 0);
        while let Some(next) = from {
            let found = find_within(&store, document, "GROßE", next, 9, 40).unwrap();
            places.extend(
                found.occurrences.into_iter().map(|one| (one.page_ordinal, one.characters)),
            );
            from = found.next;
            rounds += 1;
        }
        assert_eq!(places, [0, 1, 2, 3, 4].map(|page| (page, 0..5)));
        assert_eq!(rounds, 3);
        let cut = find(&store, document, "lorem", 0, 3).unwrap();
        assert_eq!((cut.occurrences.len(), cut.next, cut.is_cut), (3, None, true));
        assert_eq!(cut.occurrences[0].wanted.before, "Größe 0. ");
        assert_eq!(cut.occurrences[0].wanted.text, "Lorem");
        assert_eq!(find(&store, document, "\u{301} ", 0, 3).unwrap(), Found::default());
    }

    #[test]
    fn case_width_and_accents_make_no_difference() {
        assert_eq!(found("Crème brûlée, CREME BRULEE", "creme brulée").len(), 2);
        assert_eq!(found("ＡＢＣ ﬁx", "abc fi"), ["ＡＢＣ ﬁ"]);
        assert_eq!(found("ПРИВЕТ, ёлка", "елка"), ["ёлка"]);
        assert_eq!(found("مُحَمَّد", "محمد"), ["مُحَمَّد"]);
        assert_eq!(found("cafe\u{301}s", "café"), ["cafe\u{301}"]);
        assert_eq!(found("हिन्दी में", "हिन्दी"), ["हिन्दी"]);
    }

    #[test]
    fn blanks_and_ends_of_lines_make_no_difference() {
        assert_eq!(found("notice \n  period", " notice period "), ["notice \n  period"]);
        assert_eq!(found("an exam-\nple of", "example"), ["exam-\nple"]);
        assert_eq!(found("soft\u{AD}ware", "software"), ["soft\u{AD}ware"]);
        assert_eq!(found("from 5-\n6", "5- 6"), ["5-\n6"]);
        assert_eq!(found("人工\n智能", "人工智能"), ["人工\n智能"]);
        assert_eq!(found("한국 사람", "한국 사람"), ["한국 사람"]);
        assert!(found("therapist", "the rapist").is_empty());
    }

    #[test]
    fn places_do_not_overlap_and_nothing_is_found_for_nothing() {
        assert_eq!(found("aaaa", "aa").len(), 2);
        assert!(found("a b", " \n ").is_empty());
        assert!(found("", "a").is_empty());
        assert_eq!(found("a+b = c", "a+b"), ["a+b"]);
    }
}

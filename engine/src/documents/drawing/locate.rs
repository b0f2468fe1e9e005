//! Finding a passage among the letters of a page.
//!
//! The passage was read by another library, which orders columns, joins hyphenated words and parts
//! letters in ways of its own. So only letters and digits are compared; where the whole passage does
//! not stand in one piece, its pieces are looked for. What is not found to a good part is not found.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;

use super::Wanted;

/// A piece of fewer letters could be anywhere.
const SEED: usize = 10;
/// The part of a passage that has to be found.
const ENOUGH: f64 = 0.7;
/// A line that goes on elsewhere is looked for within so many pieces.
const MOST_PLACES: usize = 64;

/// The glyphs, given by their texts, that each of the passages consists of; `None` for one that cannot
/// be located. Of passages that read the same, each is somewhere else.
pub(super) fn locate<'a>(
    glyphs: impl Iterator<Item = &'a str>,
    wanted: &[Wanted],
) -> Vec<Option<Vec<Range<usize>>>> {
    let mut letters = Vec::new();
    let mut owners = Vec::new();
    for (owner, text) in glyphs.enumerate() {
        letters.extend(bare(text));
        owners.resize(letters.len(), owner);
    }
    let glyphs_of = |range: Range<usize>| owners[range.start]..owners[range.end - 1] + 1;
    let mut taken = HashSet::new();
    let mut each = |wanted: &Wanted| {
        let passage: Vec<char> = bare(&wanted.text).collect();
        let found = match whole(&letters, &passage, &wanted.before, &taken) {
            Some(found) => vec![found],
            None => pieces(&letters, &passage)?,
        };
        taken.extend(found.iter().map(|range| range.start));
        Some(found.into_iter().map(glyphs_of).collect())
    };
    wanted.iter().map(&mut each).collect()
}

/// Letters and digits, in one form of each.
fn bare(text: &str) -> impl Iterator<Item = char> {
    text.nfkc().flat_map(char::to_lowercase).filter(|char| char.is_alphanumeric())
}

/// The passage in one piece; of several, the one that stands behind `before`, and of these one that
/// does not begin where another passage does.
fn whole(
    letters: &[char],
    passage: &[char],
    before: &str,
    taken: &HashSet<usize>,
) -> Option<Range<usize>> {
    let (first, rest) = passage.split_first()?;
    let before: Vec<char> = bare(before).collect();
    let mut best = None;
    for start in 0..=letters.len().checked_sub(passage.len())? {
        if letters[start] == *first && letters[start + 1..].starts_with(rest) {
            let worth = (common_end(&letters[..start], &before), !taken.contains(&start));
            if best.is_none_or(|(_, most)| worth > most) {
                best = Some((start, worth));
            }
        }
    }
    best.map(|(start, _)| start..start + passage.len())
}

fn common_end(one: &[char], other: &[char]) -> usize {
    one.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| one == other).count()
}

/// The passage piece by piece, wherever the longest pieces stand.
fn pieces(letters: &[char], passage: &[char]) -> Option<Vec<Range<usize>>> {
    let mut places: HashMap<&[char], Vec<usize>> = HashMap::new();
    for (place, seed) in letters.windows(SEED).enumerate() {
        let places = places.entry(seed).or_default();
        if places.len() < MOST_PLACES {
            places.push(place);
        }
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut covered = 0;
    let mut at = 0;
    while at + SEED <= passage.len() {
        let expected = found.last().map_or(0, |last| last.end);
        let best = places
            .get(&passage[at..at + SEED])
            .into_iter()
            .flatten()
            .map(|&place| (place, common_beginning(&letters[place..], &passage[at..])))
            .max_by_key(|&(place, length)| (length, std::cmp::Reverse(place.abs_diff(expected))));
        match best {
            Some((place, length)) => {
                found.push(place..place + length);
                covered += length;
                at += length;
            }
            None => at += 1,
        }
    }
    (covered as f64 >= passage.len() as f64 * ENOUGH && covered > 0).then_some(found)
}

fn common_beginning(one: &[char], other: &[char]) -> usize {
    one.iter().zip(other).take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(page: &[&str], text: &str, before: &str) -> Option<Vec<String>> {
        let wanted = Wanted { text: text.to_owned(), before: before.to_owned() };
        let ranges = locate(page.iter().copied(), &[wanted]).remove(0)?;
        Some(ranges.into_iter().map(|range| page[range].concat()).collect())
    }

    #[test]
    fn a_passage_is_found_however_its_blanks_and_hyphens_were_read() {
        let page = ["The ", "no", "-", "tice", "\u{fb01}", "nds", " us. ", "End"];
        assert_eq!(found(&page, "Notice finds us", "").unwrap(), ["no-tice\u{fb01}nds us. "]);
    }

    #[test]
    fn of_two_that_read_the_same_the_one_behind_the_same_words_is_taken() {
        let page = ["One:", "yes", "Two:", "yes"];
        let wanted = Wanted { text: "Yes".to_owned(), before: "Two: ".to_owned() };
        let all = |wanted: &[Wanted]| -> Vec<Range<usize>> {
            let found = locate(page.into_iter(), wanted).into_iter();
            found.map(|ranges| ranges.unwrap().remove(0)).collect()
        };
        let second = Wanted { before: "One: ".to_owned(), ..wanted.clone() };
        assert_eq!(all(&[wanted.clone(), second]), [3..4, 1..2]);
        let bare = Wanted { before: String::new(), ..wanted };
        assert_eq!(all(&[bare.clone(), bare]), [1..2, 3..4], "each is somewhere else");
    }

    #[test]
    fn a_passage_that_is_drawn_in_another_order_is_found_in_pieces() {
        let page =
            ["the second half of what was said", " unrelated ", "the first half of it and then"];
        let text = "The first half of it, and then the second half of what was said";
        assert_eq!(found(&page, text, "").unwrap(), [page[2], page[0]]);
    }

    #[test]
    fn what_is_not_on_the_page_is_not_found() {
        let page = ["something else altogether is written on this page"];
        assert_eq!(found(&page, "The notice period is six months", ""), None);
        assert_eq!(
            found(&page, "something else altogether that goes on quite differently from here", ""),
            None
        );
        assert_eq!(found(&page, " – ", ""), None);
        assert_eq!(found(&[], "anything", ""), None);
    }
}

//! An answer is checked: numbers that no passage has are dropped, each other one is tied to the
//! sentence that it rests on, and a sentence that its passage does not support is told.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use super::content::ContentWords;
use super::numbers::{self, Mark};
use super::source::Source;
use super::{Citation, Doubt};
use crate::documents::read;
use crate::documents::search::Passage;
use crate::documents::tokens::Language;

/// An answer after the check.
#[derive(Debug, PartialEq)]
pub(super) struct Checked {
    /// Without the numbers that no passage has; the others as `[1][2]`.
    pub(super) text: String,
    pub(super) citations: Vec<Citation>,
    pub(super) dropped: Vec<u32>,
    /// Sentences that share no word with what they cite.
    pub(super) doubts: Vec<Doubt>,
}

/// Sentences of one number are cited together where no more than so many characters lie between the
/// first and the last.
const TOGETHER: usize = 800;
/// A sentence of a passage is cited alone where it holds at least so much of the words of the answer.
const ALONE: f64 = 0.2;
/// A sentence without a number gets that of a passage's sentence that holds so much of its words.
const SAME: f64 = 0.6;
/// A sentence of fewer words than this is too short to be tied to anything by its words.
const FEW: usize = 3;

/// Checks an answer against what was given to read. One that has no sound number at all, as small
/// models write it, gets those of the sentences that it repeats.
pub(super) fn check(text: &str, sources: &[Source]) -> Checked {
    let words = words_of(sources);
    let known = |number: &u32| sources.iter().any(|source| source.number == *number);
    let marks = numbers::marks(text);
    let mut dropped: Vec<u32> = Vec::new();
    for number in marks.iter().flat_map(|mark| &mark.numbers).filter(|number| !known(number)) {
        if !dropped.contains(number) {
            dropped.push(*number);
        }
    }
    let mut clean = Clean::new(text, &marks, known);
    if clean.places.is_empty() {
        clean.add_missing(sources, &words);
    }
    let claims = clean.claims();
    let citations = cite(&claims, sources, &words);
    let doubts = doubts(&claims, sources, &words);
    Checked { text: clean.text_with_numbers(), citations, dropped, doubts }
}

/// A text without its numbers.
pub(super) fn without(text: &str) -> String {
    Clean::new(text, &numbers::marks(text), |_| false).plain
}

fn words_of(sources: &[Source]) -> ContentWords {
    ContentWords::of_passages(sources.iter().flat_map(|source| &source.passages))
}

/// A sentence of the answer that cites a number; empty for a number without words.
struct Claim {
    sentence: String,
    number: u32,
}

/// The answer without its marks, and where they were.
struct Clean {
    plain: String,
    /// Known numbers, each with its place in the plain text, in bytes.
    places: Vec<(usize, u32)>,
}

impl Clean {
    fn new(text: &str, marks: &[Mark], known: impl Fn(&u32) -> bool) -> Self {
        let mut plain = String::with_capacity(text.len());
        let mut places: Vec<(usize, u32)> = Vec::new();
        let mut kept = 0;
        for mark in marks {
            let before = text.get(kept..mark.range.start).unwrap_or_default();
            plain.push_str(before);
            kept = mark.range.end;
            // The blank before a mark goes with it; at the beginning of a line, the one behind.
            let trimmed = plain.trim_end_matches([' ', '\u{a0}']).len();
            if plain[..trimmed].is_empty() || plain[..trimmed].ends_with('\n') {
                let rest = text.get(kept..).unwrap_or_default();
                kept += rest.len() - rest.trim_start_matches([' ', '\u{a0}']).len();
            } else {
                plain.truncate(trimmed);
            }
            for number in mark.numbers.iter().filter(|number| known(number)) {
                let is_there = |(at, other): &(usize, u32)| *at == plain.len() && other == number;
                if !places.iter().any(is_there) {
                    places.push((plain.len(), *number));
                }
            }
        }
        plain.push_str(text.get(kept..).unwrap_or_default());
        Self { plain, places }
    }

    /// The sentences of the plain text, line by line.
    fn sentences(&self) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut at = 0;
        for line in self.plain.split_inclusive('\n') {
            let inside = read::sentences(line);
            found.extend(inside.into_iter().map(|range| at + range.start..at + range.end));
            at += line.len();
        }
        found
    }

    /// Which sentence cites which number. A number at the beginning of a line belongs to what follows.
    fn claims(&self) -> Vec<Claim> {
        let sentences = self.sentences();
        let mut claims = Vec::new();
        for (at, number) in &self.places {
            let sentence = match self.begins_line(*at) {
                true => sentences.iter().find(|sentence| sentence.end > *at),
                false => sentences.iter().rev().find(|sentence| sentence.start < *at),
            };
            let sentence = sentence.map(|sentence| self.plain[sentence.clone()].to_owned());
            claims.push(Claim { sentence: sentence.unwrap_or_default(), number: *number });
        }
        claims
    }

    /// Puts numbers behind sentences that repeat what a passage says.
    fn add_missing(&mut self, sources: &[Source], words: &ContentWords) {
        for sentence in self.sentences() {
            let told = words.of(&self.plain[sentence.clone()]);
            if told.len() < FEW {
                continue;
            }
            let held = |source: &Source| {
                let best = source.passages.iter().filter_map(|passage| best(passage, &told, words));
                best.map(|best| best.share).fold(0.0, f64::max)
            };
            let best = sources.iter().map(|source| (held(source), source.number));
            // Of equals the first, which fits the question better.
            let best = best.rev().max_by(|a, b| a.0.total_cmp(&b.0));
            if let Some((_, number)) = best.filter(|(share, _)| *share >= SAME) {
                self.places.push((sentence.end, number));
            }
        }
    }

    fn text_with_numbers(&self) -> String {
        let mut text = String::with_capacity(self.plain.len() + self.places.len() * 4);
        let mut kept = 0;
        for (index, (at, number)) in self.places.iter().enumerate() {
            text.push_str(self.plain.get(kept..*at).unwrap_or_default());
            kept = *at;
            if !self.begins_line(*at) && !text.ends_with(']') {
                text.push(' ');
            }
            text.push_str(&format!("[{number}]"));
            let is_last_here = self.places.get(index + 1).is_none_or(|(next, _)| next != at);
            if self.begins_line(*at) && is_last_here {
                text.push(' ');
            }
        }
        text.push_str(self.plain.get(kept..).unwrap_or_default());
        text
    }

    fn begins_line(&self, at: usize) -> bool {
        let before = self.plain.get(..at).unwrap_or_default();
        before.is_empty() || before.ends_with('\n')
    }
}

/// The sentence of a passage that holds most of some words.
struct Best {
    /// Where it stands in the passage, in bytes.
    range: Range<usize>,
    /// How much of the words it holds, from 0 to 1.
    share: f64,
}

fn best(passage: &Passage, told: &HashSet<String>, words: &ContentWords) -> Option<Best> {
    let sentences = read::sentences(&passage.text).into_iter();
    let shares = sentences.map(|range| {
        let held = words.of(&passage.text[range.clone()]);
        let share = told.intersection(&held).count() as f64 / told.len().max(1) as f64;
        Best { range, share }
    });
    // Of equals the first.
    shares.rev().max_by(|a, b| a.share.total_cmp(&b.share))
}

/// What the numbers of the answer stand for, in their order.
fn cite(claims: &[Claim], sources: &[Source], words: &ContentWords) -> Vec<Citation> {
    let mut by_number: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    for claim in claims {
        by_number.entry(claim.number).or_default().push(&claim.sentence);
    }
    let cited = by_number.into_iter().filter_map(|(number, sentences)| {
        let source = sources.iter().find(|source| source.number == number)?;
        citation(source, &sentences, words)
    });
    cited.collect()
}

/// The smallest place in what was read that holds what these sentences rest on.
fn citation(source: &Source, sentences: &[&str], words: &ContentWords) -> Option<Citation> {
    let mut found: Vec<(usize, Best)> = Vec::new();
    for sentence in sentences {
        let told = words.of(sentence);
        let each = source.passages.iter().enumerate();
        let each = each.filter_map(|(at, passage)| Some((at, best(passage, &told, words)?)));
        found.extend(each.rev().max_by(|a, b| a.1.share.total_cmp(&b.1.share)));
    }
    found.retain(|(_, best)| best.share >= ALONE);
    let at = found.first().map_or(0, |(at, _)| *at);
    let passage = source.passages.get(at)?;
    let here = || found.iter().filter(|(other, _)| *other == at).map(|(_, best)| &best.range);
    let from = here().map(|range| range.start).min();
    let to = here().map(|range| range.end).max();
    let range = match (from, to) {
        (Some(from), Some(to)) if to - from <= TOGETHER => from..to,
        _ => 0..passage.text.len(),
    };
    Some(quote(source.number, passage, range))
}

/// A citation of a part of a passage, which is given in bytes.
pub(super) fn quote(number: u32, passage: &Passage, range: Range<usize>) -> Citation {
    let words = passage.text.get(range.clone()).unwrap_or(&passage.text);
    let before = passage.text.get(..range.start).unwrap_or_default().chars().count() as u64;
    let first = passage.characters.start + before;
    Citation {
        number,
        document: passage.document,
        name: passage.name.clone(),
        path: passage.path.clone(),
        page: passage.page,
        page_ordinal: passage.page_ordinal,
        characters: first..first + words.chars().count() as u64,
        headings: passage.headings.clone(),
        quote: words.to_owned(),
    }
}

/// Sentences that share no word with what they cite. Where the answer is in another language than the
/// passage, words say nothing, and nothing is doubted.
fn doubts(claims: &[Claim], sources: &[Source], words: &ContentWords) -> Vec<Doubt> {
    let mut doubts: Vec<Doubt> = Vec::new();
    for Claim { sentence, number } in claims {
        let told = words.of(sentence);
        let Some(source) = sources.iter().find(|source| source.number == *number) else { continue };
        let text: String = source
            .passages
            .iter()
            .map(|passage| format!("{} {}\n", passage.place(), passage.text))
            .collect();
        let languages = (Language::of_question(sentence, &[]), Language::of(&text));
        let is_foreign = matches!(languages, (Some(own), Some(other)) if own != other);
        if told.is_empty() || is_foreign || !words.of(&text).is_disjoint(&told) {
            continue;
        }
        let doubt = Doubt { sentence: sentence.clone(), number: *number };
        if !doubts.contains(&doubt) {
            doubts.push(doubt);
        }
    }
    doubts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::ask::source::tests::passage;

    const LIGHT: &str = "The lighthouse was built in 1872. Otto Brand kept the light until 1901. \
                         It stands on a rock.";
    const HARBOUR: &str = "The harbour was closed on Friday. A storm had damaged two cranes.";

    fn sources() -> Vec<Source> {
        vec![
            Source::of_passage(1, passage("light.txt", LIGHT)),
            Source::of_passage(2, passage("harbour.txt", HARBOUR)),
        ]
    }

    #[test]
    fn numbers_that_were_not_given_are_dropped_and_told() {
        let checked = check(
            "Otto Brand kept it [1, 7]. A storm came [9]. Two cranes [Passage 2] [5].",
            &sources(),
        );
        assert_eq!(checked.text, "Otto Brand kept it [1]. A storm came. Two cranes [2].");
        assert_eq!(checked.dropped, [7, 9, 5]);
        assert_eq!(
            checked.citations.iter().map(|citation| citation.number).collect::<Vec<_>>(),
            [1, 2]
        );
    }

    #[test]
    fn a_citation_points_at_the_sentence_that_supports_it() {
        let checked = check("The keeper was Otto Brand, until 1901. [1]", &sources());
        let citation = &checked.citations[0];
        assert_eq!(citation.quote, "Otto Brand kept the light until 1901.");
        let characters: Vec<char> = LIGHT.chars().collect();
        let place = citation.characters.start as usize..citation.characters.end as usize;
        assert_eq!(characters[place].iter().collect::<String>(), citation.quote);
        assert_eq!(checked.text, "The keeper was Otto Brand, until 1901. [1]");
        assert_eq!(checked.doubts, []);
    }

    #[test]
    fn a_citation_of_several_sentences_holds_them_all() {
        let checked = check("- Built in 1872 [1]\n- On a rock [1]\n", &sources());
        assert_eq!(checked.citations[0].quote, LIGHT);
        assert_eq!(checked.text, "- Built in 1872 [1]\n- On a rock [1]\n");
    }

    #[test]
    fn a_sentence_without_a_word_of_its_passage_is_doubted() {
        let checked = check("Whales sing in winter [2]. The cranes broke [2].", &sources());
        assert_eq!(
            checked.doubts,
            [Doubt { sentence: "Whales sing in winter.".to_owned(), number: 2 }]
        );
        // Nothing can be said by words across languages.
        let foreign = check("Der Sturm war es, und das ist nicht schön [2].", &sources());
        assert_eq!(foreign.doubts, []);
        assert_eq!(foreign.citations[0].quote, HARBOUR);
    }

    #[test]
    fn an_answer_without_numbers_gets_those_of_what_it_repeats() {
        let checked = check("A storm had damaged two cranes. I like it.", &sources());
        assert_eq!(checked.text, "A storm had damaged two cranes. [2] I like it.");
        assert_eq!(checked.citations[0].quote, "A storm had damaged two cranes.");
        let silent = check("The passages do not say where whales live.", &sources());
        assert_eq!((silent.text.contains('['), silent.citations.len()), (false, 0));
    }

    #[test]
    fn a_number_before_its_sentence_belongs_to_it() {
        let checked = check("[2] Two cranes were damaged.\n[1] Otto Brand kept it.", &sources());
        assert_eq!(checked.text, "[2] Two cranes were damaged.\n[1] Otto Brand kept it.");
        assert_eq!(checked.citations[0].quote, "Otto Brand kept the light until 1901.");
    }

    #[test]
    fn any_text_is_checked_without_harm() {
        for text in ["", "[", "[1]", "[1][1]", "\n[1]\n", "][1", "［1］。", "[0]", "[1]\u{a0}[2]"]
        {
            let checked = check(text, &sources());
            assert!(checked.doubts.is_empty(), "{text:?}");
        }
        assert_eq!(without("a [1] b[2]."), "a b.");
    }
}

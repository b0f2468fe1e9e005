//! The most central sentences of documents, without a model: those whose words are the commonest on
//! average (as in SumBasic, Nenkova and Vanderwende 2005), less what the ones before have said (as in
//! maximal marginal relevance, Carbonell and Goldstein 1998). Documents say early what they are about,
//! so that the first sentences of each count more (Edmundson 1969).

use std::collections::{HashMap, HashSet};

use super::content::ContentWords;
use crate::documents::read;
use crate::documents::search::Passage;
use crate::documents::store::DocumentId;

/// Words of a sentence that is worth quoting, at least and at most.
const WORDS: std::ops::RangeInclusive<usize> = 4..=45;
/// So many sentences are kept for the choice.
const KEPT: usize = 400;

/// How often words come, over all that is read.
pub(super) struct Commonness {
    words: ContentWords,
    counts: HashMap<String, u32>,
}

/// A sentence that may be quoted.
#[derive(Clone, Debug)]
pub(super) struct Sentence {
    /// Its place among all sentences that were read.
    pub(super) place: usize,
    /// The passage that it stands in, without the rest of its text.
    pub(super) passage: Passage,
    words: HashSet<String>,
    /// How central it is by itself.
    worth: f64,
}

impl Commonness {
    /// Of texts of which this is a sample.
    pub(super) fn new(sample: &[Passage]) -> Self {
        Self { words: ContentWords::of_passages(sample), counts: HashMap::new() }
    }

    /// Counts the words of a passage.
    pub(super) fn count(&mut self, passage: &Passage) {
        let Self { words, counts } = self;
        words.each(&passage.text, |word| {
            *counts.entry(word.to_owned()).or_default() += 1;
        });
    }

    /// How central a sentence of these words is.
    fn worth(&self, words: &HashSet<String>) -> f64 {
        let count = |word: &String| f64::from(self.counts.get(word).copied().unwrap_or(0));
        words.iter().map(count).sum::<f64>() / words.len().max(1) as f64
    }

    /// The sentences of a passage that may be quoted.
    pub(super) fn sentences(&self, passage: &Passage, kept: &mut Kept) {
        for range in read::sentences(&passage.text) {
            let text = &passage.text[range.clone()];
            let words = self.words.of(text);
            let place = kept.seen;
            kept.seen += 1;
            if kept.document != Some(passage.document) {
                (kept.document, kept.first) = (Some(passage.document), place);
            }
            if !WORDS.contains(&words.len()) || !is_prose(text) {
                continue;
            }
            let quote = super::citations::quote(0, passage, range);
            let only =
                Passage { text: quote.quote, characters: quote.characters, ..passage.clone() };
            let lead = 1.0 + 2.0 / (2 + place - kept.first) as f64;
            let worth = self.worth(&words) * lead;
            kept.add(Sentence { place, passage: only, words, worth });
        }
    }

    /// The most central ones, in the order in which they stand.
    pub(super) fn choose(kept: Kept, most: usize) -> Vec<Sentence> {
        let mut left = kept.best;
        let mut chosen: Vec<Sentence> = Vec::new();
        while chosen.len() < most {
            let worths = left.iter().map(|sentence| {
                let said = chosen.iter().map(|other| sentence.overlap(other)).fold(0.0, f64::max);
                sentence.worth * (1.0 - said)
            });
            let best = worths.enumerate().rev().max_by(|a, b| a.1.total_cmp(&b.1));
            let Some((at, _)) = best.filter(|(_, worth)| *worth > 0.0) else { break };
            chosen.push(left.remove(at));
        }
        chosen.sort_by_key(|sentence| sentence.place);
        chosen
    }
}

impl Sentence {
    /// How much of it another sentence says as well, from 0 to 1.
    fn overlap(&self, other: &Self) -> f64 {
        let shared = self.words.intersection(&other.words).count();
        shared as f64 / self.words.len().max(1) as f64
    }
}

/// Whether a text is a sentence, and no heading, row of a table, line of code or item of an outline.
fn is_prose(text: &str) -> bool {
    let begins = text.starts_with(|c: char| c.is_alphanumeric() || "\"“„«¿¡(*_`".contains(c));
    begins
        && text.ends_with(ENDS)
        && !text.contains(['|', '│', '{', '}', '='])
        && !text.contains("```")
}

const ENDS: [char; 11] = ['.', '!', '?', '。', '！', '？', '।', '؟', '"', '”', ')'];

/// The best sentences so far.
#[derive(Default)]
pub(super) struct Kept {
    best: Vec<Sentence>,
    seen: usize,
    /// The document that is being read, and the place of its first sentence.
    document: Option<DocumentId>,
    first: usize,
}

impl Kept {
    fn add(&mut self, sentence: Sentence) {
        self.best.push(sentence);
        if self.best.len() >= KEPT * 2 {
            self.best.sort_by(|a, b| b.worth.total_cmp(&a.worth));
            self.best.truncate(KEPT);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::ask::source::tests::passage;

    fn chosen(text: &str, most: usize) -> Vec<String> {
        let passage = passage("a.txt", text);
        let mut common = Commonness::new(std::slice::from_ref(&passage));
        common.count(&passage);
        let mut kept = Kept::default();
        common.sentences(&passage, &mut kept);
        Commonness::choose(kept, most).into_iter().map(|sentence| sentence.passage.text).collect()
    }

    const TEXT: &str = "The harbour\n\nThe harbour of Zelmont was closed after a storm. \
        My aunt likes green umbrellas and old radio plays. \
        The storm damaged two cranes of the harbour of Zelmont. \
        The harbour of Zelmont was closed after a storm. Yes.";

    #[test]
    fn what_most_sentences_speak_of_is_quoted_in_its_order_and_once() {
        assert_eq!(
            chosen(TEXT, 2),
            [
                "The harbour of Zelmont was closed after a storm.",
                "The storm damaged two cranes of the harbour of Zelmont."
            ]
        );
    }

    #[test]
    fn headings_and_scraps_are_not_quoted() {
        let all = chosen(TEXT, 9);
        assert_eq!(all.len(), 3, "{all:?}");
        assert!(chosen("", 3).is_empty());
        assert!(chosen("A heading\n\nAnother heading without an end", 3).is_empty());
    }
}

//! Answers of the demonstration model: it writes English sentences and knows nothing, so that beside
//! what it wrote stands what the documents say, word for word.

use super::asking::Asking;
use super::{Answer, AskEvent, Citation, citations};
use crate::documents::read;
use crate::documents::search::Passage;

/// What a person is to know of such an answer.
const CAUTION: &str = "The demonstration model wrote this and knows very little: trust only what is quoted from the documents";

/// Sentences that are quoted, at most.
const SENTENCES: usize = 3;

/// The answer with a word of caution, and the sentences that answer `question` best of what was read.
pub(super) fn with_quotes(asking: &Asking, question: &str, mut answer: Answer) -> Answer {
    if answer.stopped || answer.grounds.model.is_none() {
        return answer;
    }
    let passages: Vec<Passage> =
        answer.grounds.candidates.iter().map(|candidate| candidate.passage.clone()).collect();
    let taken = answer.citations.iter().map(|citation| citation.number);
    let prompted = answer.grounds.candidates.iter().filter_map(|candidate| candidate.number);
    let last = taken.chain(prompted).max().unwrap_or(0);
    let quotes: Vec<Citation> = (last + 1..)
        .zip(read::answer(question, &passages, SENTENCES).citations)
        .filter_map(|(number, quoted)| {
            let passage = passages.get(quoted.passage)?;
            let whole = citations::quote(number, passage, 0..passage.text.len());
            Some(Citation { characters: quoted.characters, quote: quoted.quote, ..whole })
        })
        .collect();
    let mut added = format!("\n\n*{CAUTION}*");
    for quote in &quotes {
        let words = quote.quote.split_whitespace().collect::<Vec<_>>().join(" ");
        added.push_str(&format!("\n\n> {words} [{}]", quote.number));
    }
    asking.tell(AskEvent::Text(added.clone()));
    answer.text.push_str(&added);
    // Numbers that it invented, and that mean something now.
    let is_given = |number: &u32| quotes.iter().any(|quote| quote.number == *number);
    answer.grounds.dropped_numbers.retain(|number| !is_given(number));
    answer.found |= !quotes.is_empty();
    answer.citations.extend(quotes);
    answer.grounds.caution = Some(CAUTION.to_owned());
    answer
}

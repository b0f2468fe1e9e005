//! Answers without a model: sentences of the documents, word for word.

use std::collections::HashSet;

use super::asking::{Asking, Halt};
use super::central::{Commonness, Kept};
use super::choosing;
use super::content::ContentWords;
use super::passages::{TOO_LITTLE, answers_something, find, unread};
use super::run::{NOTHING, Plan};
use super::scope::Stretch;
use super::{Answer, AskError, AskEvent, Candidate, Citation, Reading, citations, cues};
use crate::documents::chunk::LONGEST;
use crate::documents::read;
use crate::documents::search::{Findings, Passage, joining};
use crate::documents::store::ChunkText;

/// Sentences of an answer, at most.
const SENTENCES: usize = 3;
/// Sentences of a summary, at most.
const CENTRAL: usize = 7;
/// Chunks looked through for mentions, at most.
const MENTIONS: usize = 2000;
/// Mentions that are quoted; all are counted.
const QUOTED: usize = 100;
/// A text that is read whole has at most so many characters.
const WHOLE: u64 = 2_000_000;

/// The sentences of the best passages that answer.
pub(super) fn passages(asking: &Asking, plan: &Plan) -> Result<Answer, Halt> {
    let found = find(asking, plan)?;
    Ok(quoted(asking, plan, found))
}

/// The sentences of all documents that answer.
pub(super) fn whole(asking: &Asking, plan: &Plan) -> Result<Answer, Halt> {
    let characters = plan.scope.characters();
    if characters > WHOLE {
        let tokens = |characters: u64| u32::try_from(characters / 4).unwrap_or(u32::MAX);
        return Err(AskError::TooLong {
            what: "the whole text".to_owned(),
            needed: tokens(characters),
            held: tokens(WHOLE),
        }
        .into());
    }
    let sources = super::passages::all(asking, plan)?;
    let passages = sources.into_iter().flat_map(|source| source.passages).collect();
    let found = Findings { passages, meaning_weight: None, reranking: None };
    Ok(quoted(asking, plan, found))
}

fn quoted(asking: &Asking, plan: &Plan, found: Findings) -> Answer {
    let read = read::answer(&plan.asked, &found.passages, SENTENCES);
    let may_answer = answers_something(plan, &found);
    let Findings { passages, meaning_weight, reranking } = found;
    if read.citations.is_empty() || !may_answer {
        let mut answer = plan.nothing(NOTHING, asking);
        answer.grounds.candidates = unread(passages, TOO_LITTLE);
        answer.grounds.meaning_weight = meaning_weight;
        answer.grounds.reranking = reranking;
        return answer;
    }
    let why = "No sentence of it answers the question as well";
    let citations: Vec<Citation> = read
        .citations
        .iter()
        .filter_map(|citation| {
            let passage = passages.get(citation.passage)?;
            let number = u32::try_from(citation.number).ok()?;
            let whole = citations::quote(number, passage, 0..passage.text.len());
            let (characters, quote) = (citation.characters.clone(), citation.quote.clone());
            Some(Citation { characters, quote, ..whole })
        })
        .collect();
    let mut grounds = plan.grounds(asking);
    grounds.meaning_weight = meaning_weight;
    grounds.reranking = reranking;
    grounds.candidates = passages
        .into_iter()
        .enumerate()
        .map(|(at, passage)| {
            let quoted = read.citations.iter().find(|citation| citation.passage == at);
            let number = quoted.and_then(|citation| u32::try_from(citation.number).ok());
            let left_out = if number.is_some() { String::new() } else { why.to_owned() };
            Candidate { passage, number, left_out }
        })
        .collect();
    asking.tell(AskEvent::Text(read.text.clone()));
    Answer { text: read.text, citations, found: true, grounds, stopped: false }
}

/// The most central sentences, in their order.
pub(super) fn summary(asking: &Asking, plan: &Plan) -> Result<Answer, Halt> {
    let stretches = plan.scope.stretches(100_000);
    let mut common: Option<Commonness> = None;
    let all = stretches.len().max(1) as f32;
    for (done, stretch) in stretches.iter().enumerate() {
        asking.progress(Some(done as f32 / all / 2.0), "Counting words")?;
        let passages = load(asking, plan, stretch)?;
        let common = common.get_or_insert_with(|| Commonness::new(&passages));
        passages.iter().for_each(|passage| common.count(passage));
    }
    let Some(common) = common else { return Ok(plan.nothing(NOTHING, asking)) };
    let mut kept = Kept::default();
    for (done, stretch) in stretches.iter().enumerate() {
        asking.progress(Some(0.5 + done as f32 / all / 2.0), "Weighing sentences")?;
        for passage in load(asking, plan, stretch)? {
            common.sentences(&passage, &mut kept);
        }
    }
    let sentences = Commonness::choose(kept, CENTRAL).into_iter().map(|sentence| sentence.passage);
    Ok(listed(asking, plan, sentences.collect(), "", "\n\n"))
}

/// Chunks of a stretch as they stand.
fn load(asking: &Asking, plan: &Plan, stretch: &Stretch) -> Result<Vec<Passage>, Halt> {
    let (scope, stretch) = (plan.scope.clone(), stretch.clone());
    // Joined, so that what overlaps counts once.
    asking.look(move |searcher| scope.passages(searcher.store(), &stretch, usize::MAX))
}

/// Every sentence that holds all words that the question asks for, and how many there are; where none
/// does, the best passages.
pub(super) fn mentions(asking: &Asking, mut plan: Plan) -> Result<Answer, Halt> {
    asking.progress(None, "Looking through all passages")?;
    let matter = cues::matter(&plan.asked);
    let (collections, documents) = (plan.scope.collections.clone(), plan.scope.only());
    let words = matter.clone();
    let passages = asking.look(move |searcher| {
        let chunks = searcher.holding_all(&collections, &documents, &words, MENTIONS)?;
        let mut passages = Vec::new();
        for of_document in chunks.chunk_by(|a, b| a.document == b.document) {
            let Some(first) = of_document.first() else { continue };
            let document = searcher.store().document(first.document)?;
            let chunks: Vec<ChunkText> = of_document.to_vec();
            passages.extend(joining::in_order(searcher.store(), &document, chunks, LONGEST)?);
        }
        Ok(passages)
    })?;
    let content = ContentWords::of_question(&matter, &passages);
    let wanted = content.of(&matter);
    let found = holding(&passages, &wanted, &content);
    if found.is_empty() {
        plan.choice.reading = Reading::Passages;
        let because = "no sentence holds all words that it asks for, so the best ones are quoted";
        plan.choice.because = format!("{}; {because}", choosing::PASSAGES);
        return self::passages(asking, &plan);
    }
    let documents: HashSet<_> = found.iter().map(|passage| passage.document).collect();
    let mut head = format!(
        "{} in {} mention {}",
        counted(found.len(), "sentence"),
        counted(documents.len(), "document"),
        matter.trim_matches(|c: char| !c.is_alphanumeric()),
    );
    if found.len() == 1 {
        head = head.replacen(" mention ", " mentions ", 1);
    }
    if found.len() > QUOTED {
        head.push_str(&format!("; the first {QUOTED}"));
    }
    let first = found.into_iter().take(QUOTED).collect();
    Ok(listed(asking, &plan, first, &format!("{head}:\n\n"), "\n"))
}

fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// The sentences that hold all words, their own place in the outline included, each as a passage.
fn holding(passages: &[Passage], wanted: &HashSet<String>, content: &ContentWords) -> Vec<Passage> {
    let mut found: Vec<Passage> = Vec::new();
    if wanted.is_empty() {
        return found;
    }
    for passage in passages {
        let around = content.of(&passage.place());
        for range in read::sentences(&passage.text) {
            let words = content.of(&passage.text[range.clone()]);
            let holds = wanted.iter().all(|word| words.contains(word) || around.contains(word));
            if !holds || words.is_disjoint(wanted) {
                continue;
            }
            let quote = citations::quote(0, passage, range);
            let is_known = found.iter().any(|known| {
                known.document == passage.document && known.characters == quote.characters
            });
            if !is_known {
                let (text, characters) = (quote.quote, quote.characters);
                found.push(Passage { text, characters, ..passage.clone() });
            }
        }
    }
    found
}

/// Sentences one after the other, each with its number.
fn listed(
    asking: &Asking,
    plan: &Plan,
    sentences: Vec<Passage>,
    head: &str,
    between: &str,
) -> Answer {
    if sentences.is_empty() {
        return plan.nothing(NOTHING, asking);
    }
    let mut grounds = plan.grounds(asking);
    let bullet = if head.is_empty() { "" } else { "- " };
    let mut lines = Vec::with_capacity(sentences.len());
    let mut cited = Vec::with_capacity(sentences.len());
    for (number, sentence) in (1..).zip(sentences) {
        let words = sentence.text.split_whitespace().collect::<Vec<_>>().join(" ");
        // Marks of lists and headings would nest in the answer.
        let words = words.trim_start_matches(['-', '*', '•', '#', '>', ' ']);
        lines.push(format!("{bullet}{words} [{number}]"));
        cited.push(citations::quote(number, &sentence, 0..sentence.text.len()));
        let left_out = String::new();
        grounds.candidates.push(Candidate { passage: sentence, number: Some(number), left_out });
    }
    let text = format!("{head}{}", lines.join(between));
    asking.tell(AskEvent::Text(text.clone()));
    Answer { text, citations: cited, found: true, grounds, stopped: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::ask::source::tests::passage;

    #[test]
    fn sentences_that_hold_every_word_are_counted_once_each() {
        let text = "The storm broke two cranes. The cranes were old. After the storm the cranes stood \
                    still.";
        let first = passage("a.txt", text);
        // The same sentence at the same place, in a passage that overlaps.
        let again = passage("a.txt", "The storm broke two cranes.");
        let content = ContentWords::of_passages([&first]);
        let wanted = content.of("storm crane");
        let found = holding(&[first, again], &wanted, &content);
        let texts: Vec<&str> = found.iter().map(|passage| passage.text.as_str()).collect();
        assert_eq!(
            texts,
            ["The storm broke two cranes.", "After the storm the cranes stood still."]
        );
        assert!(holding(&found, &HashSet::new(), &content).is_empty());
    }

    #[test]
    fn the_name_of_a_document_counts_with_its_sentences() {
        let invoice = passage("invoice Brand.txt", "Twelve barrels of oil. Nothing else.");
        let content = ContentWords::of_passages([&invoice]);
        let wanted = content.of("oil Brand");
        assert_eq!(holding(&[invoice], &wanted, &content).len(), 1);
    }
}

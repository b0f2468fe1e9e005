//! A summary of any length of text: each part is noted down, and the notes are summed up, again and
//! again until they fit into one prompt.

use std::collections::VecDeque;

use super::asking::{Asking, Audience, Halt};
use super::budget::{self, Wanted};
use super::passages::{Reader, all};
use super::prompt;
use super::run::{self, Plan};
use super::scope::{Stretch, characters_for};
use super::source::Source;
use super::{Answer, Candidate, Citation};
use crate::GenerateRequest;
use crate::documents::chunk::estimate_tokens;
use crate::documents::search::Passage;
use crate::inference::Sampling;

/// A note has at most so many tokens…
const NOTE_TOKENS: u32 = 240;
/// …and a part that is not longer than this is its own note.
const SHORT_TOKENS: usize = 160;
/// A part is at most so long, in tokens, however large the context: of longer ones much gets lost.
const PART_TOKENS: u32 = 3000;
/// Passages of a part are about so long, in tokens.
const PASSAGE_TOKENS: usize = 440;

/// Sums up all documents.
pub(super) fn answer(asking: &Asking, mut plan: Plan) -> Result<Answer, Halt> {
    // What was said before is in the request, which stands alone; the room is needed.
    plan.earlier.clear();
    let reader = Reader { asking, plan: &plan, instructions: prompt::SUMMARY, asks: "Request" };
    let context = plan.model.as_ref().map_or(0, |model| model.context);
    // No tokenizer makes so few tokens of a text.
    if plan.scope.characters() / 6 < u64::from(context) {
        let sources = all(asking, &plan)?;
        match reader.fit(sources.clone(), true) {
            Ok(fitted) => return reader.answer(sources, fitted, None),
            Err(halt) if run::is_too_long(&halt) => {}
            Err(halt) => return Err(halt),
        }
    }
    let Notes { mut sources, narrowed } = notes(asking, &plan, context)?;
    let (sources, fitted) = loop {
        asking.progress(None, "Putting the notes together")?;
        match reader.fit(sources.clone(), true) {
            Ok(fitted) => break (sources, fitted),
            Err(halt) if run::is_too_long(&halt) && sources.len() > 1 => {
                sources = condensed(asking, &plan, sources, context)?;
            }
            Err(halt) => return Err(halt),
        }
    };
    let mut answer = reader.answer(Vec::new(), fitted, None)?;
    answer.grounds.candidates = rests_on(&answer.citations, &sources);
    if narrowed > 0 {
        let words =
            format!("{narrowed} parts were not read to their end, since the context is small");
        answer.grounds.because_also(&words);
    }
    Ok(answer)
}

/// What a part may take of the context, in tokens.
fn part_tokens(context: u32) -> u32 {
    // The instructions and the request take some as well.
    let around = u32::try_from(estimate_tokens(prompt::NOTE)).unwrap_or(0) + 160;
    context
        .saturating_sub(budget::reserve(context, Some(NOTE_TOKENS)) + around)
        .clamp(1, PART_TOKENS)
}

/// Notes of all parts.
struct Notes {
    /// Numbered.
    sources: Vec<Source>,
    /// How many parts did not fit whole.
    narrowed: usize,
}

fn notes(asking: &Asking, plan: &Plan, context: u32) -> Result<Notes, Halt> {
    let most = part_tokens(context);
    let all = plan.scope.chunks().max(1) as f32;
    let mut left: VecDeque<Stretch> = plan.scope.stretches(characters_for(most)).into();
    let mut sources: Vec<Source> = Vec::new();
    let (mut done, mut narrowed) = (0, 0);
    while let Some(stretch) = left.pop_front() {
        let scope = plan.scope.clone();
        let taken = stretch.clone();
        let passages = asking
            .look(move |searcher| scope.passages(searcher.store(), &taken, PASSAGE_TOKENS))?;
        let tokens: usize = passages.iter().map(|passage| estimate_tokens(&passage.text)).sum();
        if let (true, Some(halves)) = (tokens > most as usize, stretch.halves()) {
            halves.into_iter().rev().for_each(|half| left.push_front(half));
            continue;
        }
        let Some(first) = passages.first() else { continue };
        let number = u32::try_from(sources.len() + 1).unwrap_or(u32::MAX);
        let parts = sources.len() + 1 + left.len();
        asking.progress(
            Some(done as f32 / all),
            format!("Part {number} of {parts}: {}", first.place()),
        )?;
        let mut note = None;
        if tokens > SHORT_TOKENS {
            let each = passages.iter().map(|passage| Source::of_passage(number, passage.clone()));
            let Note { text, is_of_part } = noted(asking, plan, &each.collect::<Vec<_>>())?;
            narrowed += usize::from(is_of_part);
            note = Some(text);
        }
        sources.push(Source { number, passages, note });
        done += stretch.chunks.end - stretch.chunks.start;
    }
    Ok(Notes { sources, narrowed })
}

/// What a model notes down of what is given to it; of halves, where that does not fit into its context.
fn noted(asking: &Asking, plan: &Plan, sources: &[Source]) -> Result<Note, Halt> {
    let fit = |whole| {
        let wanted = Wanted {
            instructions: prompt::NOTE,
            earlier: &[],
            sources: sources.to_vec(),
            asks: "Request",
            question: &plan.asked,
            max_tokens: Some(NOTE_TOKENS),
            whole,
        };
        budget::fit(wanted, &|request| asking.measure(request))
    };
    let fitted = match fit(true) {
        Err(halt) if run::is_too_long(&halt) => match sources.split_at(sources.len() / 2) {
            ([], _) => fit(false)?,
            (first, second) => {
                let (first, second) = (noted(asking, plan, first)?, noted(asking, plan, second)?);
                let text = format!("{}\n{}", first.text, second.text);
                return Ok(Note { text, is_of_part: first.is_of_part || second.is_of_part });
            }
        },
        fitted => fitted?,
    };
    let request = GenerateRequest {
        model: asking.question.request.model.clone(),
        messages: fitted.messages,
        sampling: Sampling::greedy(),
        max_tokens: Some(NOTE_TOKENS),
        thinking: Some(false),
        ..GenerateRequest::default()
    };
    let text = asking.write(request, Audience::Nobody)?.text.trim().to_owned();
    Ok(Note { text, is_of_part: !fitted.left_out.is_empty() })
}

/// What was noted.
struct Note {
    text: String,
    /// Whether something was left out, since even a single passage did not fit.
    is_of_part: bool,
}

/// Neighbouring notes become one, as many as fit into a prompt, and are numbered anew.
fn condensed(
    asking: &Asking,
    plan: &Plan,
    sources: Vec<Source>,
    context: u32,
) -> Result<Vec<Source>, Halt> {
    let most = part_tokens(context) as usize;
    let mut groups: Vec<(usize, Vec<Source>)> = Vec::new();
    for source in sources {
        let tokens = estimate_tokens(&source.block());
        match groups.last_mut() {
            // Two at least, or it would go on for ever.
            Some((length, group)) if *length + tokens <= most || group.len() < 2 => {
                *length += tokens;
                group.push(source);
            }
            _ => groups.push((tokens, vec![source])),
        }
    }
    let count = groups.len();
    let mut joined = Vec::with_capacity(count);
    for (number, (_, group)) in (1..).zip(groups) {
        asking.progress(
            Some(number as f32 / (count + 1) as f32),
            format!("Summing up notes, {number} of {count}"),
        )?;
        let note = match group.as_slice() {
            [only] => only.note.clone(),
            group => Some(noted(asking, plan, group)?.text),
        };
        let passages: Vec<Passage> = group.into_iter().flat_map(|source| source.passages).collect();
        joined.push(Source { number, passages, note });
    }
    Ok(joined)
}

/// The passages that citations point at.
pub(super) fn rests_on(citations: &[Citation], sources: &[Source]) -> Vec<Candidate> {
    let holds = |passage: &Passage, citation: &Citation| {
        passage.document == citation.document
            && passage.characters.start <= citation.characters.start
            && passage.characters.end >= citation.characters.end
    };
    let found = citations.iter().filter_map(|citation| {
        let source = sources.iter().find(|source| source.number == citation.number)?;
        let passage = source.passages.iter().find(|passage| holds(passage, citation))?;
        let number = Some(citation.number);
        Some(Candidate { passage: passage.clone(), number, left_out: String::new() })
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::ask::citations;
    use crate::documents::ask::source::tests::passage;

    #[test]
    fn a_part_leaves_room_for_the_note() {
        assert_eq!(part_tokens(8192), PART_TOKENS);
        let small = part_tokens(1024);
        assert!(small > 200 && small + NOTE_TOKENS < 1024, "{small}");
        assert_eq!(part_tokens(0), 1);
    }

    #[test]
    fn what_a_summary_rests_on_is_the_passage_within_its_part() {
        let passages =
            vec![passage("a.txt", "It is warm here."), passage("a.txt", "The harbour was closed.")];
        let source = Source { number: 1, passages, note: Some("Closed harbour, warm".to_owned()) };
        let checked =
            citations::check("The harbour was closed [1].", std::slice::from_ref(&source));
        assert_eq!(checked.citations[0].quote, "The harbour was closed.");
        let candidates = rests_on(&checked.citations, std::slice::from_ref(&source));
        assert_eq!(candidates.len(), 1);
        assert_eq!(candidates[0].number, Some(1));
    }
}

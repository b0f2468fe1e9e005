//! Everything of a kind: a model goes through every passage, batch by batch, and what it picks out is
//! joined and counted here, since models cannot count.

use std::collections::{HashSet, VecDeque};

use super::answerer::Model;
use super::asking::{Asking, Audience, Halt, Written};
use super::content::ContentWords;
use super::passages::Reader;
use super::run::{self, NOTHING, Plan};
use super::scope::{Stretch, characters_for};
use super::source::Source;
use super::{Answer, AskEvent, Grounds, budget, citations, numbers, prompt, summary};
use crate::documents::chunk::estimate_tokens;
use crate::documents::search::Passage;
use crate::inference::{Constraint, Message, Sampling};
use crate::{Error, GenerateRequest, StopReason};

/// What is picked out of a batch has at most so many tokens.
const LIST_TOKENS: u32 = 400;
/// A batch is at most so long, in tokens, however large the context: of longer ones much is missed.
const BATCH_TOKENS: u32 = 1600;
/// Each passage is about so long, in tokens, so that its number says where.
const PASSAGE_TOKENS: usize = 440;

/// What a batch may take of the context, in tokens.
pub(super) fn part_tokens(context: u32, max_tokens: Option<u32>) -> u32 {
    let around = u32::try_from(estimate_tokens(prompt::SCAN)).unwrap_or(0) + 160;
    let reserve =
        budget::reserve(context, Some(max_tokens.unwrap_or(LIST_TOKENS).min(LIST_TOKENS)));
    context.saturating_sub(reserve + around).clamp(1, BATCH_TOKENS)
}

/// Goes through all documents.
pub(super) fn answer(asking: &Asking, plan: &Plan, model: &Model) -> Result<Answer, Halt> {
    let mut scan = Scan {
        asking,
        plan,
        list: List::default(),
        stopped: false,
        cut: 0,
        prompt: Vec::new(),
        budget: None,
    };
    let chunks = plan.scope.chunks();
    let done = scan.run(part_tokens(model.context, asking.question.request.max_tokens))?;
    let Scan { list, stopped, cut, prompt, budget, .. } = scan;
    let mut grounds = Grounds { prompt, budget, ..plan.grounds(asking) };
    if stopped {
        grounds.because_also(&format!("it was stopped after {done} of {chunks} passages"));
    }
    if cut > 0 {
        grounds.because_also(&format!("{cut} batches held more than fits into one list"));
    }
    let sources: Vec<Source> = list.sources;
    let text = match list.items.len() {
        0 => NOTHING.to_owned(),
        _ => told(&list.items, stopped),
    };
    if list.items.is_empty() && !stopped {
        asking.tell(AskEvent::Text(text.clone()));
    }
    let checked = citations::check(&text, &sources);
    grounds.candidates = summary::rests_on(&checked.citations, &sources);
    grounds.doubts = checked.doubts;
    let found = !list.items.is_empty();
    Ok(Answer { text: checked.text, citations: checked.citations, found, grounds, stopped })
}

/// The count and the list.
fn told(items: &[Item], stopped: bool) -> String {
    let so_far = if stopped { " so far" } else { "" };
    let lines: Vec<String> = items.iter().map(Item::line).collect();
    format!("{} found{so_far}:\n\n{}", items.len(), lines.join("\n"))
}

/// A scan on its way.
struct Scan<'a> {
    asking: &'a Asking,
    plan: &'a Plan,
    list: List,
    stopped: bool,
    /// Batches whose list was cut at its longest.
    cut: usize,
    /// The last prompt, as an example of all.
    prompt: Vec<Message>,
    budget: Option<super::Budget>,
}

impl Scan<'_> {
    /// Reads everything; answers how many chunks were read.
    fn run(&mut self, most: u32) -> Result<u64, Halt> {
        let plan = self.plan;
        let chunks = plan.scope.chunks();
        let mut left: VecDeque<Stretch> = plan.scope.stretches(characters_for(most)).into();
        let mut done = 0;
        while let Some(stretch) = left.pop_front() {
            let percent = done as f32 / chunks.max(1) as f32;
            let text = format!("{done} of {chunks} passages read, {} found", self.list.items.len());
            let read = match self.asking.progress(Some(percent), text) {
                Ok(()) => self.read(&stretch, most),
                Err(halt) => Err(halt),
            };
            match (read, stretch.halves()) {
                (Ok(true), _) => done += stretch.chunks.end - stretch.chunks.start,
                (Ok(false), Some(halves)) => {
                    halves.into_iter().rev().for_each(|half| left.push_front(half));
                }
                // A single chunk that does not fit is read in part: `read` saw to that.
                (Ok(false), None) => {}
                // What was found so far is worth having.
                (Err(Halt::Stopped), _) => {
                    self.stopped = true;
                    break;
                }
                (Err(failed), _) => return Err(failed),
            }
        }
        Ok(done)
    }

    /// Reads a stretch; `false` when it is too long and can be halved.
    fn read(&mut self, stretch: &Stretch, most: u32) -> Result<bool, Halt> {
        let (scope, taken) = (self.plan.scope.clone(), stretch.clone());
        let passages = self
            .asking
            .look(move |searcher| scope.passages(searcher.store(), &taken, PASSAGE_TOKENS))?;
        if passages.is_empty() {
            return Ok(true);
        }
        let tokens: usize = passages.iter().map(|passage| estimate_tokens(&passage.text)).sum();
        let can_halve = stretch.halves().is_some();
        if tokens > most as usize && can_halve {
            return Ok(false);
        }
        let numbered = (1..).zip(passages);
        let sources: Vec<Source> =
            numbered.map(|(number, passage)| Source::of_passage(number, passage)).collect();
        let (asking, plan) = (self.asking, self.plan);
        let reader = Reader { asking, plan, instructions: prompt::SCAN, asks: "Request" };
        let fitted = match reader.fit(sources, can_halve) {
            Err(halt) if run::is_too_long(&halt) && can_halve => return Ok(false),
            fitted => fitted?,
        };
        let written = self.pick(&fitted.messages, &fitted.sources)?;
        self.cut += usize::from(written.reason == StopReason::MaxTokens);
        let added = self.list.add(&written.text, &fitted.sources);
        for line in added {
            asking.tell(AskEvent::Text(format!("{line}\n")));
        }
        (self.prompt, self.budget) = (fitted.messages, Some(fitted.budget));
        Ok(true)
    }

    /// Has the model write the list of a batch, held to its form.
    fn pick(&self, messages: &[Message], sources: &[Source]) -> Result<Written, Halt> {
        let request = GenerateRequest {
            model: self.asking.question.request.model.clone(),
            messages: messages.to_vec(),
            sampling: Sampling::greedy(),
            max_tokens: Some(LIST_TOKENS),
            thinking: Some(false),
            constraint: Some(form(sources)),
            ..GenerateRequest::default()
        };
        match self.asking.write(request.clone(), Audience::Nobody) {
            // Some vocabularies cannot be held to a form; the list is read with care anyway.
            Err(Halt::Failed(super::AskError::Model(Error::OffForm(why)))) => {
                tracing::warn!("a list is not held to its form: {why}");
                let free = GenerateRequest { constraint: None, ..request };
                self.asking.write(free, Audience::Nobody)
            }
            written => written,
        }
    }
}

/// Lines that end with the numbers of passages that there are, or NONE.
fn form(sources: &[Source]) -> Constraint {
    let numbers: Vec<String> = sources.iter().map(|source| source.number.to_string()).collect();
    let line = format!(r"- [^\n\[\]]+(\[({})\])+", numbers.join("|"));
    Constraint::Regex(format!(r"NONE|{line}(\n{line})*"))
}

/// A thing that was found.
struct Item {
    words: String,
    /// Its words, by which it is known again.
    key: Vec<String>,
    numbers: Vec<u32>,
}

impl Item {
    fn line(&self) -> String {
        let numbers: String = self.numbers.iter().map(|number| format!("[{number}]")).collect();
        format!("- {} {numbers}", self.words)
    }
}

/// All that was found, with the passages that it was found in, numbered in their order.
#[derive(Default)]
struct List {
    items: Vec<Item>,
    sources: Vec<Source>,
    words: Option<ContentWords>,
}

impl List {
    /// Takes the list of a batch in; answers the lines of what is new.
    fn add(&mut self, written: &str, batch: &[Source]) -> Vec<String> {
        let mut added = Vec::new();
        for line in written.lines() {
            let Some((words, passages)) = parse(line, batch) else { continue };
            let key = self.key(&words, batch);
            let mut found: Vec<u32> = passages.iter().map(|passage| self.number(passage)).collect();
            found.dedup();
            match self.items.iter_mut().find(|item| item.key == key) {
                Some(known) => {
                    found.retain(|number| !known.numbers.contains(number));
                    known.numbers.extend(found);
                }
                None => {
                    let item = Item { words, key, numbers: found };
                    added.push(item.line());
                    self.items.push(item);
                }
            }
        }
        added
    }

    fn key(&mut self, words: &str, batch: &[Source]) -> Vec<String> {
        let content = self.words.get_or_insert_with(|| {
            ContentWords::of_passages(batch.iter().flat_map(|source| &source.passages))
        });
        let told: HashSet<String> = content.of(words);
        let mut key: Vec<String> = told.into_iter().collect();
        key.sort_unstable();
        if key.is_empty() { vec![words.to_lowercase()] } else { key }
    }

    /// The number under which a passage is cited in the whole list.
    fn number(&mut self, passage: &Passage) -> u32 {
        let same = |source: &&Source| {
            source.passages.iter().any(|known| {
                known.document == passage.document && known.characters == passage.characters
            })
        };
        if let Some(known) = self.sources.iter().find(same) {
            return known.number;
        }
        let number = u32::try_from(self.sources.len() + 1).unwrap_or(u32::MAX);
        self.sources.push(Source::of_passage(number, passage.clone()));
        number
    }
}

/// The words of a line and the passages that it names; `None` for a line without either.
fn parse<'a>(line: &str, batch: &'a [Source]) -> Option<(String, Vec<&'a Passage>)> {
    let marks = numbers::marks(line.trim());
    let named = marks.iter().flat_map(|mark| &mark.numbers);
    let passages: Vec<&Passage> = named
        .filter_map(|number| batch.iter().find(|source| source.number == *number))
        .filter_map(|source| source.passages.first())
        .collect();
    let words = citations::without(line.trim());
    let words = words.trim().trim_start_matches(['-', '*', '•']).trim().to_owned();
    (!words.is_empty() && !passages.is_empty()).then_some((words, passages))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::ask::source::tests::passage;

    fn batch(texts: &[&str]) -> Vec<Source> {
        let passages =
            texts.iter().enumerate().map(|(at, text)| passage(&format!("{at}.txt"), text));
        (1..).zip(passages).map(|(number, passage)| Source::of_passage(number, passage)).collect()
    }

    #[test]
    fn what_several_batches_name_is_joined_counted_and_numbered_anew() {
        let mut list = List::default();
        let first = batch(&["There is a red door in the hall.", "There is a blue door."]);
        let second = batch(&["There is a green gate in the wall and a red door."]);
        let second: Vec<Source> = second
            .into_iter()
            .map(|mut source| {
                source.passages[0].characters = 100..150;
                source
            })
            .collect();
        assert_eq!(list.add("- the blue door [2]\n- a red door [1]\n", &first).len(), 2);
        assert_eq!(
            list.add("- A red door [1]\n- a green gate [1]", &second),
            ["- a green gate [3]"]
        );
        assert_eq!(
            told(&list.items, false),
            "3 found:\n\n- the blue door [1]\n- a red door [2][3]\n- a green gate [3]"
        );
        assert!(told(&list.items, true).starts_with("3 found so far:"));
    }

    #[test]
    fn lines_without_words_or_a_sound_number_are_no_items() {
        let mut list = List::default();
        let batch = batch(&["A red door."]);
        for line in ["NONE", "", "- [1]", "- a door", "- a door [9]", "Here is the list:"] {
            assert!(list.add(line, &batch).is_empty(), "{line}");
        }
        assert!(list.items.is_empty() && list.sources.is_empty());
    }

    #[test]
    fn the_form_names_the_passages_that_there_are() {
        let Constraint::Regex(pattern) = form(&batch(&["a", "b"])) else { panic!("a pattern") };
        assert_eq!(pattern, r"NONE|- [^\n\[\]]+(\[(1|2)\])+(\n- [^\n\[\]]+(\[(1|2)\])+)*");
    }

    #[test]
    fn a_batch_leaves_room_for_its_list() {
        assert_eq!(part_tokens(8192, None), BATCH_TOKENS);
        let small = part_tokens(1024, None);
        assert!(small > 200 && small < 700, "{small}");
    }
}

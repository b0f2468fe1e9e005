//! What goes into a prompt, so that it fits with room for the answer: measured with the model's own
//! tokenizer. What does not fit is left out from the end, and told.

use super::prompt::Parts;
use super::source::{Source, narrowed};
use super::{AskError, Budget};
use crate::inference::{Measure, MeasureRequest, Message, Role};

/// Of the context, a share is kept for the answer, one in so many…
const ANSWER_SHARE: u32 = 4;
/// …and no more than this, in tokens.
const ANSWER_MOST: u32 = 2048;
/// The conversation before the question takes no more than one token in so many of the rest.
const EARLIER_SHARE: u32 = 4;
/// What the template puts around the messages, and what is lost where texts are joined, at first
/// guess; the whole is measured in the end.
const AROUND: u32 = 48;

/// What is to go into a prompt.
pub(super) struct Wanted<'a> {
    pub(super) instructions: &'a str,
    pub(super) earlier: &'a [Message],
    /// In the order of their importance.
    pub(super) sources: Vec<Source>,
    pub(super) asks: &'a str,
    pub(super) question: &'a str,
    /// The longest answer that was asked for, in tokens.
    pub(super) max_tokens: Option<u32>,
    /// Whether nothing may be left out.
    pub(super) whole: bool,
}

/// A prompt that fits.
pub(super) struct Fitted {
    pub(super) messages: Vec<Message>,
    /// What it holds.
    pub(super) sources: Vec<Source>,
    /// What was left out, and of what only a part is read, with the reason in words.
    pub(super) left_out: Vec<(u32, String)>,
    pub(super) budget: Budget,
}

/// What is kept for the answer, in tokens.
pub(super) fn reserve(context: u32, max_tokens: Option<u32>) -> u32 {
    (context / ANSWER_SHARE).min(ANSWER_MOST).min(max_tokens.unwrap_or(u32::MAX))
}

/// Fits a prompt into the context of the model that measures.
pub(super) fn fit<E: From<AskError>>(
    wanted: Wanted<'_>,
    measure: &impl Fn(MeasureRequest) -> Result<Measure, E>,
) -> Result<Fitted, E> {
    let lengths = Lengths::of(&wanted, measure)?;
    let answer = reserve(lengths.context, wanted.max_tokens);
    let fixed = lengths.instructions + lengths.question + AROUND;
    let room = lengths.context.saturating_sub(answer + fixed);
    let (kept_turns, earlier_tokens) = newest_turns(wanted.earlier, &lengths.earlier, room);
    let (sources, left_out) = first_sources(&wanted, &lengths.sources, room - earlier_tokens);
    let mut fitting = Fitting { wanted: &wanted, kept_turns, sources, left_out };
    loop {
        let messages = fitting.messages();
        let texts = fitting.sources.iter().map(Source::block).collect();
        let request = MeasureRequest { messages: messages.clone(), texts, model: None };
        let measured = measure(request)?;
        let taken = measured.prompt_tokens;
        let misses_some = wanted.whole && !fitting.left_out.is_empty();
        if taken + answer <= lengths.context && !misses_some && !fitting.sources.is_empty() {
            let budget = lengths.budget(&fitting, &measured, answer);
            let Fitting { sources, left_out, .. } = fitting;
            return Ok(Fitted { messages, sources, left_out, budget });
        }
        if misses_some || !fitting.drop_something() {
            return Err(too_long(&wanted, &lengths, answer).into());
        }
    }
}

fn too_long(wanted: &Wanted<'_>, lengths: &Lengths, answer: u32) -> AskError {
    let needed: u32 = match wanted.whole {
        true => lengths.sources.iter().sum(),
        false => lengths.sources.first().copied().unwrap_or(0),
    };
    AskError::TooLong {
        what: if wanted.whole { "the whole text" } else { "the question with one passage" }
            .to_owned(),
        needed: needed + lengths.instructions + lengths.question + answer,
        held: lengths.context,
    }
}

/// The parts of a prompt, each in tokens.
struct Lengths {
    instructions: u32,
    question: u32,
    earlier: Vec<u32>,
    sources: Vec<u32>,
    context: u32,
}

impl Lengths {
    fn of<E>(
        wanted: &Wanted<'_>,
        measure: &impl Fn(MeasureRequest) -> Result<Measure, E>,
    ) -> Result<Self, E> {
        let mut texts = vec![wanted.instructions.to_owned(), wanted.question.to_owned()];
        texts.extend(wanted.earlier.iter().map(|message| message.content.clone()));
        texts.extend(wanted.sources.iter().map(Source::block));
        let measured = measure(MeasureRequest { texts, ..MeasureRequest::default() })?;
        let mut tokens = measured.text_tokens.into_iter();
        let (instructions, question) = (tokens.next().unwrap_or(0), tokens.next().unwrap_or(0));
        let earlier = tokens.by_ref().take(wanted.earlier.len()).collect();
        let sources = tokens.collect();
        Ok(Self { instructions, question, earlier, sources, context: measured.context_length })
    }

    /// What the parts take of a prompt: what is between them counts as instructions.
    fn budget(&self, fitting: &Fitting<'_>, measured: &Measure, answer: u32) -> Budget {
        let passages = measured.text_tokens.iter().sum();
        let earlier = self.earlier.iter().skip(fitting.kept_turns).sum();
        let (question, context) = (self.question, self.context);
        let instructions = measured.prompt_tokens.saturating_sub(passages + earlier + question);
        Budget { instructions, passages, earlier, question, answer, context }
    }
}

/// A prompt on its way to fit.
struct Fitting<'a> {
    wanted: &'a Wanted<'a>,
    /// The first turn of the conversation that is read.
    kept_turns: usize,
    sources: Vec<Source>,
    left_out: Vec<(u32, String)>,
}

impl Fitting<'_> {
    fn messages(&self) -> Vec<Message> {
        let parts = Parts {
            instructions: self.wanted.instructions,
            earlier: self.wanted.earlier.get(self.kept_turns..).unwrap_or_default(),
            sources: &self.sources,
            asks: self.wanted.asks,
            question: self.wanted.question,
        };
        parts.messages()
    }

    /// Drops the oldest turn, else the last passage; `false` when the rest is needed.
    fn drop_something(&mut self) -> bool {
        let turns = self.wanted.earlier;
        if self.kept_turns < turns.len() {
            let next = turns.iter().enumerate().skip(self.kept_turns + 1);
            let begins = |(_, message): &(usize, &Message)| message.role == Role::User;
            self.kept_turns = next.into_iter().find(begins).map_or(turns.len(), |(at, _)| at);
            return true;
        }
        if self.sources.len() < 2 {
            return false;
        }
        if let Some(last) = self.sources.pop() {
            self.left_out.retain(|(number, _)| *number != last.number);
            self.left_out.insert(0, (last.number, NO_ROOM.to_owned()));
        }
        true
    }
}

const NO_ROOM: &str = "The context of the model is full";
const NARROWED: &str = "Only the part around the best sentence is read, since the passage is long";

/// The first turn from which on the conversation fits into its share, and what it takes.
fn newest_turns(turns: &[Message], lengths: &[u32], room: u32) -> (usize, u32) {
    let share = room / EARLIER_SHARE;
    let mut kept = (turns.len(), 0);
    let mut taken = 0;
    for (at, (turn, length)) in turns.iter().zip(lengths).enumerate().rev() {
        taken += length + AROUND / 4;
        if taken > share {
            break;
        }
        // A conversation begins with a question.
        if turn.role == Role::User {
            kept = (at, taken);
        }
    }
    kept
}

/// The first sources that fit into the room, and what is said of the others.
fn first_sources(
    wanted: &Wanted<'_>,
    lengths: &[u32],
    room: u32,
) -> (Vec<Source>, Vec<(u32, String)>) {
    let (mut kept, mut left_out) = (Vec::new(), Vec::new());
    // One long passage shall not keep all others out.
    let share = if wanted.sources.len() > 1 { room / 2 } else { room };
    let mut taken = 0;
    for (source, length) in wanted.sources.iter().zip(lengths) {
        let part = (*length > share && !wanted.whole)
            .then(|| part_of(source, wanted.question, *length, share))
            .flatten();
        let is_part = part.is_some();
        let length = if is_part { share } else { *length };
        // All that follow a passage without room are left out: they fit the question less.
        if taken + length > room || !left_out.iter().all(|(_, why)| why == NARROWED) {
            left_out.push((source.number, NO_ROOM.to_owned()));
            continue;
        }
        taken += length;
        if is_part {
            left_out.push((source.number, NARROWED.to_owned()));
        }
        kept.push(part.unwrap_or_else(|| source.clone()));
    }
    (kept, left_out)
}

/// The part of a passage that takes at most `most` of its `length` tokens.
fn part_of(source: &Source, question: &str, length: u32, most: u32) -> Option<Source> {
    let ([passage], None) = (source.passages.as_slice(), &source.note) else { return None };
    let characters = passage.text.chars().count() as u64;
    // A tenth less, since tokens are not spread evenly, and some go to the line above.
    let most = characters * u64::from(most) * 9 / (u64::from(length.max(1)) * 10);
    let part = narrowed(passage, question, usize::try_from(most).ok()?)?;
    Some(Source { passages: vec![part], ..source.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::ask::source::tests::passage;

    /// A word is a token; a message has four more.
    fn measure(context: u32) -> impl Fn(MeasureRequest) -> Result<Measure, AskError> {
        let words = |text: &str| u32::try_from(text.split_whitespace().count()).unwrap();
        move |request| {
            Ok(Measure {
                prompt_tokens: request
                    .messages
                    .iter()
                    .map(|message| words(&message.content) + 4)
                    .sum(),
                message_tokens: Vec::new(),
                text_tokens: request.texts.iter().map(|text| words(text)).collect(),
                context_length: context,
            })
        }
    }

    fn source(number: u32, words: usize) -> Source {
        let text: String =
            (0..words.div_ceil(5)).map(|n| format!("Word number {n} is here. ")).collect();
        Source::of_passage(number, passage(&format!("{number}.txt"), text.trim()))
    }

    fn wanted<'a>(sources: Vec<Source>, earlier: &'a [Message]) -> Wanted<'a> {
        Wanted {
            instructions: "Answer from the passages.",
            earlier,
            sources,
            asks: "Question",
            question: "Which word is here?",
            max_tokens: None,
            whole: false,
        }
    }

    fn numbers(fitted: &Fitted) -> Vec<u32> {
        fitted.sources.iter().map(|source| source.number).collect()
    }

    #[test]
    fn passages_without_room_are_left_out_from_the_end_and_told() {
        let sources = (1..=10).map(|number| source(number, 100)).collect();
        let fitted = fit(wanted(sources, &[]), &measure(800)).unwrap();
        assert_eq!(numbers(&fitted), [1, 2, 3, 4, 5]);
        let told: Vec<u32> = fitted.left_out.iter().map(|(number, _)| *number).collect();
        assert_eq!(told, [6, 7, 8, 9, 10]);
        let Budget { instructions, passages, earlier, question, answer, context } = fitted.budget;
        assert_eq!((answer, context, earlier, question), (200, 800, 0, 4));
        assert_eq!(passages, 525);
        assert!(instructions + passages + question + answer <= context);
    }

    #[test]
    fn a_passage_longer_than_its_share_is_read_in_part() {
        let fitted = fit(wanted(vec![source(1, 2000), source(2, 50)], &[]), &measure(800)).unwrap();
        assert_eq!(numbers(&fitted), [1, 2]);
        assert_eq!(fitted.left_out, [(1, NARROWED.to_owned())]);
        assert!(fitted.sources[0].passages[0].text.split_whitespace().count() < 300);
    }

    #[test]
    fn what_must_be_whole_is_whole_or_refused_with_its_length() {
        let mut all = wanted(vec![source(1, 300), source(2, 300)], &[]);
        all.whole = true;
        assert_eq!(numbers(&fit(all, &measure(2000)).unwrap()), [1, 2]);
        let mut all = wanted(vec![source(1, 300), source(2, 300)], &[]);
        all.whole = true;
        let error = fit(all, &measure(500)).err().unwrap();
        assert!(matches!(error, AskError::TooLong { needed: 600.., held: 500, .. }), "{error}");
    }

    #[test]
    fn the_newest_turns_are_kept_and_begin_with_a_question() {
        let long = "word ".repeat(90);
        let turns: Vec<Message> = (0..6)
            .map(|n| Message::new(if n % 2 == 0 { Role::User } else { Role::Assistant }, &*long))
            .collect();
        let fitted = fit(wanted(vec![source(1, 100)], &turns), &measure(1600)).unwrap();
        let roles: Vec<Role> = fitted.messages.iter().map(|message| message.role).collect();
        assert_eq!(roles, [Role::System, Role::User, Role::Assistant, Role::User]);
        assert_eq!(fitted.budget.earlier, 180);
    }

    #[test]
    fn an_answer_of_a_given_length_leaves_the_rest_to_passages() {
        assert_eq!(reserve(8192, None), 2048);
        assert_eq!(reserve(8192, Some(100)), 100);
        assert_eq!(reserve(1000, Some(900)), 250);
    }

    #[test]
    fn a_context_too_small_for_one_passage_is_refused() {
        let error = fit(wanted(vec![source(1, 5)], &[]), &measure(20)).err().unwrap();
        assert!(error.to_string().contains("the context holds 20"), "{error}");
    }
}

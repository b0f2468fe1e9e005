//! Tells a model's thinking from its answer while both stream in.
//!
//! Most models put the thinking between two tags at the beginning, `<think>` and `</think>` or the
//! like; gpt-oss writes messages on channels ("harmony"). The opening tag may be the end of the
//! prompt already. A tag in the middle of an answer is text: people ask about tags.
//!
//! ```text
//! prompt ends with <think> ─▶ Thinking ─ </think> ─▶ Opening ─▶ Answer
//! otherwise ─▶ Opening ─ <think> ─▶ Thinking     (harmony: Header ⇄ Body)
//! ```
//!
//! Works on text in which special tokens are spelled out, since many of these tags are such.

use super::pieces::{begun, take_front};

/// The tags between which models think.
const TAGS: [Tag; 11] = [
    Tag { open: "<think>", close: "</think>" },
    Tag { open: "<thinking>", close: "</thinking>" },
    Tag { open: "<thought>", close: "</thought>" },
    Tag { open: "<reasoning>", close: "</reasoning>" },
    Tag { open: "[THINK]", close: "[/THINK]" },
    Tag { open: "<seed:think>", close: "</seed:think>" },
    Tag { open: "<|START_THINKING|>", close: "<|END_THINKING|>" },
    Tag { open: "<|inner_prefix|>", close: "<|inner_suffix|>" },
    Tag { open: "◁think▷", close: "◁/think▷" },
    Tag { open: "<think:opensource>", close: "</think:opensource>" },
    Tag { open: "<|channel>thought", close: "<channel|>" },
];

/// Tags around the answer itself, of models that mark both: Command R7B and Granite. The first may
/// stand alone; the second is so ordinary that it must follow some thinking.
const RESPONSES: [Tag; 2] = [
    Tag { open: "<|START_RESPONSE|>", close: "<|END_RESPONSE|>" },
    Tag { open: "<response>", close: "</response>" },
];

const HARMONY_START: &str = "<|start|>";
const HARMONY_CHANNEL: &str = "<|channel|>";
const HARMONY_MESSAGE: &str = "<|message|>";
const HARMONY_ENDS: [&str; 5] =
    ["<|end|>", "<|return|>", "<|call|>", HARMONY_START, HARMONY_CHANNEL];
/// A header names a role and a channel. What is longer than this, in bytes, is no header.
const HARMONY_HEADER_MAX: usize = 256;

/// How one kind of model marks its thinking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) open: &'static str,
    pub(crate) close: &'static str,
}

/// The tag that the prompt leaves open at its very end, if it does.
pub(crate) fn left_open(prompt: &str) -> Option<Tag> {
    let prompt = prompt.trim_end();
    TAGS.into_iter().find(|tag| prompt.ends_with(tag.open))
}

/// Whether a special token of this name is, or begins, a tag that a [`Splitter`] looks for, and so
/// must be spelled out for it. Other special tokens are no text.
pub(crate) fn is_marker(name: &str) -> bool {
    !name.is_empty()
        && (TAGS.iter().any(|tag| tag.open.starts_with(name) || tag.close == name)
            || RESPONSES.iter().any(|tag| tag.open == name || tag.close == name)
            || HARMONY_ENDS.contains(&name)
            || name == HARMONY_MESSAGE)
}

/// How a model separates its thinking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// Between two tags.
    Tags(Tag),
    /// On a channel of its own.
    Harmony,
}

impl Style {
    /// The one that a chat template speaks of.
    pub(crate) fn mentioned(template: &str) -> Option<Self> {
        if template.contains(HARMONY_CHANNEL) && template.contains(HARMONY_MESSAGE) {
            return Some(Self::Harmony);
        }
        let speaks_of = |tag: &Tag| template.contains(tag.open) || template.contains(tag.close);
        TAGS.into_iter().find(speaks_of).map(Self::Tags)
    }
}

/// A piece of what the model said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// It thinks.
    Reasoning(String),
    /// It answers.
    Answer(String),
}

/// Splits one generated text. Tags and the white space around them belong to neither side.
#[derive(Debug)]
pub struct Splitter {
    state: State,
    /// Text that may be the beginning of a tag, or white space before one.
    held: String,
}

/// How far a text has come, for those who treat thinking and answer differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// At the beginning: thinking may still open.
    Opening,
    /// It thinks, or says that it will.
    Thinking,
    /// It answers.
    Answer,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// At the beginning, where a tag may open; `after` some thinking, white space is dropped.
    Opening { after: bool },
    /// Between the tags; `begun` once there was more than white space.
    Thinking { tag: Tag, begun: bool },
    /// Between the tags around an answer.
    Response { tag: Tag },
    /// Only text from here on.
    Answer,
    /// Harmony: before `<|message|>`.
    Header,
    /// Harmony: after it.
    Body { answer: bool },
}

impl Splitter {
    /// Begins where the prompt ends: pass the rendered prompt, or its last line or two.
    #[must_use]
    pub fn new(prompt_end: &str) -> Self {
        let prompt = prompt_end.trim_end();
        let harmony = prompt.rfind(HARMONY_START).map(|start| &prompt[start..]);
        let response = RESPONSES.into_iter().find(|tag| prompt.ends_with(tag.open));
        let state = match (left_open(prompt), harmony) {
            (Some(tag), _) => State::Thinking { tag, begun: false },
            (None, _) if let Some(tag) = response => State::Response { tag },
            (None, Some(turn)) if !HARMONY_ENDS[..3].iter().any(|end| turn.ends_with(end)) => {
                match turn.find(HARMONY_MESSAGE) {
                    Some(message) => State::Body { answer: is_answer(&turn[..message]) },
                    None => State::Header,
                }
            }
            (None, _) => State::Opening { after: false },
        };
        Self { state, held: String::new() }
    }

    /// How far the text has come.
    pub(crate) fn stage(&self) -> Stage {
        match self.state {
            State::Opening { after: false } => Stage::Opening,
            State::Thinking { .. } | State::Header | State::Body { answer: false } => {
                Stage::Thinking
            }
            State::Opening { after: true }
            | State::Response { .. }
            | State::Answer
            | State::Body { answer: true } => Stage::Answer,
        }
    }

    /// What has been taken in and is not decided yet.
    pub(crate) fn undecided(&self) -> &str {
        &self.held
    }

    /// Takes the next piece of text; returns what is decided, in order, never an empty part.
    pub fn push(&mut self, text: &str) -> Vec<Part> {
        self.held.push_str(text);
        let mut parts = Vec::new();
        while self.step(&mut parts) {}
        parts
    }

    /// The end: whatever was held back. Thinking that was never closed stays thinking.
    pub fn finish(&mut self) -> Vec<Part> {
        let held = std::mem::take(&mut self.held);
        let mut parts = Vec::new();
        match self.state {
            State::Opening { after: true } => answer(held.trim_start().to_owned(), &mut parts),
            State::Thinking { .. } => reasoning(held.trim_end().to_owned(), &mut parts),
            State::Body { answer: false } => reasoning(held, &mut parts),
            // A header without a message says nothing; text without a header is an answer.
            State::Header if held.contains("<|") => {}
            _ => answer(held, &mut parts),
        }
        self.state = State::Answer;
        parts
    }

    /// Decides as much as one state can; whether the next state should have a look.
    fn step(&mut self, parts: &mut Vec<Part>) -> bool {
        match self.state {
            State::Opening { after } => self.open(after),
            State::Thinking { tag, begun } => self.think(tag, begun, parts),
            State::Response { tag } => self.respond(tag, parts),
            State::Answer => {
                answer(std::mem::take(&mut self.held), parts);
                false
            }
            State::Header => self.header(parts),
            State::Body { answer } => self.body(answer, parts),
        }
    }

    fn open(&mut self, after: bool) -> bool {
        let text = self.held.trim_start();
        if let Some(tag) = TAGS.into_iter().find(|tag| text.starts_with(tag.open)) {
            self.held = text[tag.open.len()..].to_owned();
            self.state = State::Thinking { tag, begun: false };
            return true;
        }
        if text.starts_with(HARMONY_CHANNEL) || text.starts_with(HARMONY_START) {
            self.held = text.to_owned();
            self.state = State::Header;
            return true;
        }
        let responses = &RESPONSES[..if after { 2 } else { 1 }];
        if let Some(&tag) = responses.iter().find(|tag| text.starts_with(tag.open)) {
            self.held = text[tag.open.len()..].trim_start().to_owned();
            self.state = State::Response { tag };
            return true;
        }
        let tags = TAGS.iter().chain(responses).map(|tag| tag.open);
        let mut openings = tags.chain([HARMONY_CHANNEL, HARMONY_START]);
        if text.is_empty() || openings.any(|opening| opening.starts_with(text)) {
            return false;
        }
        if after {
            self.held = text.to_owned();
        }
        self.state = State::Answer;
        true
    }

    fn think(&mut self, tag: Tag, begun_before: bool, parts: &mut Vec<Part>) -> bool {
        if !begun_before {
            self.held = self.held.trim_start().to_owned();
        }
        if let Some(end) = self.held.find(tag.close) {
            reasoning(self.held[..end].trim_end().to_owned(), parts);
            self.held.drain(..end + tag.close.len());
            self.state = State::Opening { after: true };
            return true;
        }
        let undecided = begun(&self.held, tag.close);
        let decided = self.held[..self.held.len() - undecided].trim_end().len();
        let keep = self.held.len() - decided;
        let text = take_front(&mut self.held, keep);
        self.state = State::Thinking { tag, begun: begun_before || !text.is_empty() };
        reasoning(text, parts);
        false
    }

    fn respond(&mut self, tag: Tag, parts: &mut Vec<Part>) -> bool {
        if let Some(end) = self.held.find(tag.close) {
            answer(self.held[..end].trim_end().to_owned(), parts);
            self.held = self.held[end + tag.close.len()..].trim_start().to_owned();
            self.state = State::Answer;
            return true;
        }
        let undecided = begun(&self.held, tag.close);
        let decided = self.held[..self.held.len() - undecided].trim_end().len();
        let keep = self.held.len() - decided;
        answer(take_front(&mut self.held, keep), parts);
        false
    }

    fn header(&mut self, parts: &mut Vec<Part>) -> bool {
        match self.held.find(HARMONY_MESSAGE) {
            Some(end) if end <= HARMONY_HEADER_MAX => {
                self.state = State::Body { answer: is_answer(&self.held[..end]) };
                self.held.drain(..end + HARMONY_MESSAGE.len());
                return true;
            }
            _ => {}
        }
        if self.held.len() > HARMONY_HEADER_MAX + HARMONY_MESSAGE.len() {
            answer(std::mem::take(&mut self.held), parts);
            self.state = State::Answer;
        }
        false
    }

    fn body(&mut self, is_answer: bool, parts: &mut Vec<Part>) -> bool {
        let emit = if is_answer { answer } else { reasoning };
        let end = HARMONY_ENDS
            .iter()
            .filter_map(|end| self.held.find(end).map(|at| (at, *end)))
            .min_by_key(|(at, _)| *at);
        if let Some((at, end)) = end {
            emit(self.held[..at].to_owned(), parts);
            // What opens the next header belongs to it.
            let opens = end == HARMONY_START || end == HARMONY_CHANNEL;
            self.held.drain(..if opens { at } else { at + end.len() });
            self.state = State::Header;
            return true;
        }
        let undecided = HARMONY_ENDS.iter().map(|end| begun(&self.held, end)).max().unwrap_or(0);
        emit(take_front(&mut self.held, undecided), parts);
        false
    }
}

/// Whether a harmony header announces an answer: the final channel, or none at all.
fn is_answer(header: &str) -> bool {
    match header.rfind(HARMONY_CHANNEL) {
        Some(at) => header[at + HARMONY_CHANNEL.len()..].trim_start().starts_with("final"),
        None => true,
    }
}

fn reasoning(text: String, parts: &mut Vec<Part>) {
    match parts.last_mut() {
        Some(Part::Reasoning(last)) => last.push_str(&text),
        _ if text.is_empty() => {}
        _ => parts.push(Part::Reasoning(text)),
    }
}

fn answer(text: String, parts: &mut Vec<Part>) {
    match parts.last_mut() {
        Some(Part::Answer(last)) => last.push_str(&text),
        _ if text.is_empty() => {}
        _ => parts.push(Part::Answer(text)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What was thought and what was answered, however it was cut.
    fn split<'a>(prompt: &str, pieces: impl IntoIterator<Item = &'a str>) -> (String, String) {
        let mut splitter = Splitter::new(prompt);
        let mut parts: Vec<Part> =
            pieces.into_iter().flat_map(|piece| splitter.push(piece)).collect();
        parts.extend(splitter.finish());
        let (mut thought, mut said) = (String::new(), String::new());
        for part in parts {
            match part {
                Part::Reasoning(text) => thought.push_str(&text),
                Part::Answer(text) => said.push_str(&text),
            }
        }
        (thought, said)
    }

    fn check(prompt: &str, text: &str, thought: &str, said: &str) {
        let expected = (thought.to_owned(), said.to_owned());
        assert_eq!(split(prompt, [text]), expected, "in one piece: {text:?}");
        let characters: Vec<String> = text.chars().map(String::from).collect();
        let pieces = characters.iter().map(String::as_str);
        assert_eq!(split(prompt, pieces), expected, "character by character: {text:?}");
    }

    #[test]
    fn thinking_between_tags_is_split_from_the_answer() {
        for tag in TAGS {
            let text = format!("{}\nHm.\n{}\n\nYes.", tag.open, tag.close);
            check("<|im_start|>assistant\n", &text, "Hm.", "Yes.");
        }
    }

    #[test]
    fn tags_around_the_answer_are_no_part_of_it() {
        let command = "<|START_THINKING|>Hm.<|END_THINKING|><|START_RESPONSE|>Yes.<|END_RESPONSE|>";
        check("<|CHATBOT_TOKEN|>", command, "Hm.", "Yes.");
        check("<|CHATBOT_TOKEN|>", "<|START_RESPONSE|>Yes.<|END_RESPONSE|>", "", "Yes.");
        check("<|CHATBOT_TOKEN|><|START_RESPONSE|>", "Yes.<|END_RESPONSE|>", "", "Yes.");
        check("", "<think>Hm.</think>\n<response>Yes\n\nNo.\n</response>", "Hm.", "Yes\n\nNo.");
        check("", "<response>is a tag</response>", "", "<response>is a tag</response>");
    }

    #[test]
    fn a_tag_that_the_prompt_opened_counts() {
        check("<｜Assistant｜><think>\n", "Hm.\n</think>\n\nYes.", "Hm.", "Yes.");
    }

    #[test]
    fn a_tag_that_the_prompt_closed_does_not() {
        check("<|im_start|>assistant\n<think>\n\n</think>\n\n", "Yes.", "", "Yes.");
    }

    #[test]
    fn a_tag_in_the_middle_of_an_answer_is_text() {
        check("", "Write <think> and </think>.", "", "Write <think> and </think>.");
        check("", "<think>a</think>b <think>c</think>", "a", "b <think>c</think>");
    }

    #[test]
    fn an_answer_without_thinking_keeps_its_white_space() {
        check("", "\n  code\n", "", "\n  code\n");
        check("", "  ", "", "  ");
    }

    #[test]
    fn an_empty_thought_is_none() {
        check("", "<think>\n\n</think>\n\nYes.", "", "Yes.");
    }

    #[test]
    fn thinking_that_never_ends_stays_thinking() {
        check("", "<think>\nHm. 1 </th", "Hm. 1 </th", "");
        check("<think>\n", "Hm.  ", "Hm.", "");
    }

    #[test]
    fn what_only_looks_like_a_tag_is_given_back() {
        check("", "<thin", "", "<thin");
        check("", "<think", "", "<think");
        check("", "<thimble>", "", "<thimble>");
        check("<think>", "a </thing> b</think>c", "a </thing> b", "c");
    }

    #[test]
    fn harmony_channels_are_split() {
        let text = "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant\
                    <|channel|>final<|message|>Yes.<|return|>";
        check("<|start|>user<|message|>Hi<|end|><|start|>assistant", text, "Hm.", "Yes.");
        check("", text, "Hm.", "Yes.");
    }

    #[test]
    fn a_harmony_prompt_may_already_be_in_the_answer() {
        check("<|start|>assistant<|channel|>final<|message|>", "Yes.", "", "Yes.");
        check("<|start|>assistant<|channel|>analysis<|message|>", "Hm.<|end|>", "Hm.", "");
    }

    #[test]
    fn an_answer_without_a_harmony_header_is_shown() {
        check("<|start|>assistant", "Yes.", "", "Yes.");
    }

    #[test]
    fn a_harmony_header_that_never_ends_is_shown() {
        let text = format!("<|channel|>{}", "x".repeat(300));
        check("", &text, "", &text);
    }

    proptest! {
        #[test]
        fn any_split_of_the_text_gives_the_same_parts(
            words in prop::collection::vec(prop::sample::select(vec![
                "<think>", "</think>", "<thi", "nk>", "</", "[THINK]", "[/THINK]", " ", "\n", "é",
                "a", "<|channel|>", "final", "analysis", "<|message|>", "<|end|>", "<|start|>",
            ]), 0..16),
            prompt in prop::sample::select(vec!["", "<think>\n", "<|start|>assistant"]),
            cuts in prop::collection::vec(0usize..120, 0..20),
        ) {
            let text = words.concat();
            let mut cuts: Vec<usize> = cuts
                .into_iter()
                .filter(|cut| *cut <= text.len() && text.is_char_boundary(*cut))
                .collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            let parts = split(prompt, cuts.windows(2).map(|cut| &text[cut[0]..cut[1]]));
            prop_assert_eq!(parts, split(prompt, [text.as_str()]));
        }
    }
}

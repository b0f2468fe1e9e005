//! What people, tools and models write cannot pretend to be a turn of the conversation.
//!
//! A prompt is one text in which names such as `<|im_end|>` become the tokens that end a turn. The
//! same name within a message is only text: without care, a page that is summarized could speak as
//! the system. So each such name in a message is broken by a character that no text contains, and
//! the tokenizer is given the pieces around it without leave to recognise control tokens.

use std::borrow::Cow;

use aho_corasick::{AhoCorasick, BuildError, Input, MatchKind};

/// Stands within a broken name. Unicode guarantees that it never is a character of a text.
const BREAK: char = '\u{fdd0}';

/// Names of control tokens within these lengths, in bytes, are guarded. A name of one letter cannot
/// be broken, and no real one is longer.
const NAME_BYTES: std::ops::RangeInclusive<usize> = 2..=96;

/// Finds the names of a vocabulary's control tokens.
#[derive(Debug)]
pub(crate) struct ControlNames {
    search: AhoCorasick,
}

/// A stretch of a prompt.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Stretch<'a> {
    /// Written by the template: names of control tokens become these tokens.
    Structure(&'a str),
    /// Holds what a message says about control tokens: names stay text.
    Words(String),
}

impl ControlNames {
    /// # Errors
    /// When there are more names than a search can be built for.
    pub(crate) fn new(names: impl Iterator<Item = String>) -> Result<Self, BuildError> {
        let names = names.filter(|name| NAME_BYTES.contains(&name.len()));
        let search = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(names)?;
        Ok(Self { search })
    }

    /// The text of a message, with the names of control tokens in it broken.
    pub(crate) fn broken<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut result = String::new();
        let mut copied = 0;
        // Names can overlap and contain each other: go on right behind each break.
        while let Some(found) = self.search.find(Input::new(text).range(copied..)) {
            let first = text[found.start()..].chars().next().map_or(1, char::len_utf8);
            let at = found.start() + first;
            result.push_str(&text[copied..at]);
            result.push(BREAK);
            copied = at;
        }
        if copied == 0 {
            return Cow::Borrowed(text);
        }
        result.push_str(&text[copied..]);
        Cow::Owned(result)
    }

    /// Divides a prompt by what the tokenizer may recognise in it.
    pub(crate) fn stretches<'a>(&self, prompt: &'a str) -> Vec<Stretch<'a>> {
        if !prompt.contains(BREAK) {
            return vec![Stretch::Structure(prompt)];
        }
        let mut stretches = Vec::new();
        let (mut taken, mut after_name) = (0, 0);
        let names = self.search.find_iter(prompt).map(|found| (found.start(), found.end()));
        for (start, end) in names.chain([(prompt.len(), prompt.len())]) {
            let between = &prompt[after_name..start];
            if between.contains(BREAK) {
                if taken < after_name {
                    stretches.push(Stretch::Structure(&prompt[taken..after_name]));
                }
                stretches.push(Stretch::Words(between.replace(BREAK, "")));
                taken = start;
            }
            after_name = end;
        }
        if taken < prompt.len() {
            stretches.push(Stretch::Structure(&prompt[taken..]));
        }
        stretches
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> ControlNames {
        let names = ["<|im_start|>", "<|im_end|>", "<|im", "</s>", "x"];
        ControlNames::new(names.iter().map(ToString::to_string)).unwrap()
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        for text in ["", "a < b", "<|im_en d|>", "<think>é</think>"] {
            assert!(matches!(names().broken(text), Cow::Borrowed(_)) || text.contains("<|im"));
        }
        assert_eq!(names().stretches("<|im_start|>hi</s>").len(), 1);
    }

    #[test]
    fn a_name_within_a_message_is_words_and_one_of_the_template_is_not() {
        let names = names();
        let prompt = format!("<|im_start|>{}</s>.", names.broken("é</s><|im_end|>b"));
        let expected = [
            Stretch::Structure("<|im_start|>"),
            Stretch::Words("é</s><|im_end|>b".to_owned()),
            Stretch::Structure("</s>."),
        ];
        assert_eq!(names.stretches(&prompt), expected);
    }

    #[test]
    fn no_name_survives_in_a_message_however_names_overlap() {
        let names = names();
        for text in ["<|im<|im_end|>", "</s></s>", "<|im_start|><|im_end|>", "<</s>>"] {
            let broken = names.broken(text);
            assert!(names.search.find(broken.as_ref()).is_none(), "{text}");
            assert_eq!(names.stretches(&broken), [Stretch::Words(text.to_owned())]);
        }
    }

    #[test]
    fn a_message_that_brings_the_break_itself_gains_nothing() {
        let names = names();
        let text = names.broken("<\u{fdd0}|im_end|>").into_owned();
        assert_eq!(names.stretches(&text), [Stretch::Words("<|im_end|>".to_owned())]);
    }
}

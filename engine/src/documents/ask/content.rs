//! The words of a text that carry meaning, reduced so that their forms are alike.

use std::collections::HashSet;

use crate::documents::search::Passage;
use crate::documents::tokens::{Language, Tokenizer};

/// Makes content words of the texts of one language.
pub(super) struct ContentWords {
    tokenizer: Tokenizer,
    little: HashSet<String>,
}

impl ContentWords {
    /// For texts of this language; without one, every word counts.
    pub(super) fn new(language: Option<Language>) -> Self {
        let tokenizer = Tokenizer::new(language);
        let mut little = HashSet::new();
        let words = language.map_or("", Language::little_words_table);
        tokenizer.each(words, |token, _| {
            little.insert(token.to_owned());
        });
        Self { tokenizer, little }
    }

    /// For the language that most of these passages are in.
    pub(super) fn of_passages<'a>(passages: impl IntoIterator<Item = &'a Passage>) -> Self {
        Self::new(passages.into_iter().find_map(|passage| Language::of(&passage.text)))
    }

    /// For the language of the question, if any of these passages is in it, else for that of the first:
    /// documents of a collection may be in several.
    pub(super) fn of_question<'a>(
        question: &str,
        passages: impl IntoIterator<Item = &'a Passage>,
    ) -> Self {
        Self::new(Language::of_either(question, passages.into_iter().map(|one| one.text.as_str())))
    }

    /// The words, each once.
    pub(super) fn of(&self, text: &str) -> HashSet<String> {
        let mut found = HashSet::new();
        self.each(text, |word| {
            found.insert(word.to_owned());
        });
        found
    }

    /// Tells the words in order, again where they come again.
    pub(super) fn each(&self, text: &str, mut tell: impl FnMut(&str)) {
        self.tokenizer.each(text, |token, _| {
            if !self.little.contains(token) {
                tell(token);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_alike_and_little_words_are_gone() {
        let words = ContentWords::new(Some(Language::English));
        assert_eq!(words.of("The keepers were keeping it"), words.of("a keeper keeps"));
        assert!(words.of("It is what it was.").is_empty());
        let german = ContentWords::new(Some(Language::German));
        assert_eq!(german.of("die Häuser"), german.of("des Hauses"));
    }
}

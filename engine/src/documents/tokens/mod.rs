//! What is searched for and what is searched in: words without case, width and accents, reduced to
//! their stems, and pairs of characters where words are written without spaces.
//!
//! ```text
//! text ─▶ words.rs (runs of letters) ─▶ stem in the document's language ─▶ index
//! question ─────────▶ ″ ─▶ stems in every language of the collection ─▶ terms
//! ```

mod language;

use std::borrow::Cow;
use std::ops::Range;

pub use language::Language;
use rust_stemmers::Stemmer;
use unicode_normalization::UnicodeNormalization;

use crate::conversations::words::{self, Run};

/// Makes tokens of the texts of one language.
pub struct Tokenizer {
    stemmer: Option<Stemmer>,
}

impl Tokenizer {
    /// For texts of this language; without one, words stay as they are.
    #[must_use]
    pub fn new(language: Option<Language>) -> Self {
        Self { stemmer: language.map(Language::stemmer) }
    }

    /// The tokens of a text, parted by spaces, as they go into the index.
    #[must_use]
    pub fn to_index(&self, text: &str) -> String {
        let mut tokens = String::with_capacity(text.len() + text.len() / 8);
        self.each(text, |token, _| {
            tokens.push_str(token);
            tokens.push(' ');
        });
        tokens.pop();
        tokens
    }

    /// Tells every token of a text and where it stands, in bytes.
    pub fn each(&self, text: &str, mut tell: impl FnMut(&str, Range<usize>)) {
        let mut before: Option<Run> = None;
        for run in words::runs(text) {
            if run.unspaced {
                pairs(&run, &mut tell);
            } else {
                tell(&self.token(&text[run.range.clone()]), run.range.clone());
                if let Some(before) = &before
                    && is_hyphenated(text, before, &run)
                {
                    let whole =
                        format!("{}{}", &text[before.range.clone()], &text[run.range.clone()]);
                    tell(&self.token(&whole), before.range.start..run.range.end);
                }
            }
            before = Some(run);
        }
    }

    fn token(&self, word: &str) -> String {
        let lower = lower(word);
        match &self.stemmer {
            Some(stemmer) => without_accents(&stemmer.stem(&lower)),
            None => without_accents(&lower),
        }
    }
}

/// A word of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Its tokens in the languages that are searched: any of them will do.
    pub forms: Vec<String>,
    /// Whether it is so common in the question's language that it says nothing.
    pub is_little: bool,
}

/// The words of a question, each once.
#[must_use]
pub fn terms(question: &str, languages: &[Language]) -> Vec<Term> {
    let spoken = Language::of_question(question, languages);
    let mut tokenizers: Vec<Tokenizer> = vec![Tokenizer::new(None)];
    tokenizers.extend(languages.iter().map(|language| Tokenizer::new(Some(*language))));
    let mut found: Vec<Term> = Vec::new();
    for run in words::runs(question) {
        if run.unspaced {
            pairs(&run, &mut |token, _| {
                // The last character alone only helps those who type half a word.
                if token.chars().count() > 1 || run.folded.len() == 1 {
                    add(&mut found, vec![token.to_owned()], false);
                }
            });
            continue;
        }
        let word = &question[run.range.clone()];
        let mut forms: Vec<String> = tokenizers.iter().map(|each| each.token(word)).collect();
        forms.sort_unstable();
        forms.dedup();
        let is_little = spoken.is_some_and(|language| language.is_little_word(&lower(word)));
        add(&mut found, forms, is_little);
    }
    found
}

fn add(found: &mut Vec<Term>, forms: Vec<String>, is_little: bool) {
    let forms: Vec<String> = forms.into_iter().filter(|form| !form.is_empty()).collect();
    if !forms.is_empty() && !found.iter().any(|known| known.forms == forms) {
        found.push(Term { forms, is_little });
    }
}

fn pairs(run: &Run, tell: &mut impl FnMut(&str, Range<usize>)) {
    let mut pair = String::new();
    for (at, (first, range)) in run.folded.iter().enumerate() {
        pair.clear();
        pair.push(*first);
        let mut end = range.end;
        if let Some((second, range)) = run.folded.get(at + 1) {
            pair.push(*second);
            end = range.end;
        }
        tell(&pair, range.start..end);
    }
}

/// Whether a word was parted at the end of a line.
fn is_hyphenated(text: &str, before: &Run, run: &Run) -> bool {
    let between = &text[before.range.end..run.range.start];
    let mut rest = between.strip_prefix(['-', '\u{AD}', '\u{2010}']).unwrap_or_default().chars();
    rest.clone().any(|c| c == '\n')
        && rest.all(char::is_whitespace)
        && text[run.range.clone()].starts_with(char::is_lowercase)
}

fn lower(word: &str) -> Cow<'_, str> {
    if word.is_ascii() {
        if word.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(word.to_ascii_lowercase())
        } else {
            Cow::Borrowed(word)
        }
    } else {
        Cow::Owned(word.nfkc().flat_map(char::to_lowercase).collect())
    }
}

fn without_accents(word: &str) -> String {
    if word.is_ascii() {
        return word.to_owned();
    }
    let mut folded = String::with_capacity(word.len());
    for character in word.chars() {
        words::fold(character, |part| folded.push(part));
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_their_other_forms() {
        let english = Tokenizer::new(Some(Language::English));
        assert_eq!(english.to_index("Connected connections"), "connect connect");
        let german = Tokenizer::new(Some(Language::German));
        assert_eq!(german.to_index("Häuser"), german.to_index("Hauses"));
        let russian = Tokenizer::new(Some(Language::Russian));
        assert_eq!(russian.to_index("столицей"), russian.to_index("столица"));
        assert_eq!(Tokenizer::new(None).to_index("人工智能 हिन्दी"), "人工 工智 智能 能 हिन्दी");
    }

    #[test]
    fn a_word_parted_at_the_end_of_a_line_is_found_whole() {
        let english = Tokenizer::new(Some(Language::English));
        assert_eq!(english.to_index("an exam-\nple of 5-\n6"), "an exam ple exampl of 5 6");
    }

    #[test]
    fn a_question_asks_for_each_word_once_and_knows_the_little_ones() {
        let terms = terms("What is the capital of France, the capital?", &[Language::English]);
        let meant: Vec<_> =
            terms.iter().filter(|term| !term.is_little).map(|term| term.forms.clone()).collect();
        assert_eq!(meant, [vec!["capit", "capital"], vec!["franc", "france"]]);
    }

    #[test]
    fn places_point_into_the_text() {
        let text = "¡Ünïcode! 東京タワー";
        Tokenizer::new(None).each(text, |token, range| {
            assert!(!token.is_empty() && text.get(range).is_some());
        });
    }
}

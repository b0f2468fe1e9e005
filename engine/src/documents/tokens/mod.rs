//! What is searched for and what is searched in: words without case, width and accents, reduced to
//! their stems, and pairs of characters where words are written without spaces.
//!
//! ```text
//! text ─▶ words.rs (runs of letters) ─▶ stem in the document's language ─▶ index
//! question ─────────▶ ″ ─▶ stems in every language of the collection ─▶ terms
//! ```

mod language;
mod naming;

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

pub use language::Language;
pub use naming::name_of_language;
use snowball_stemmers_rs::Stemmer;
use unicode_normalization::UnicodeNormalization;

use crate::conversations::words::{self, Run, Span};

/// So many words are remembered with their tokens: more than a book has.
const REMEMBERED: usize = 1 << 16;
/// A longer word hardly comes again, in bytes.
const LONGEST_REMEMBERED: usize = 40;

/// Makes tokens of the texts of one language.
pub struct Tokenizer {
    stemmer: Option<Stemmer>,
    /// The tokens of the words so far: a text says the same words again and again, and to look one
    /// up is quicker than to reduce it to its stem.
    known: RefCell<HashMap<Box<str>, Arc<str>>>,
}

impl Tokenizer {
    /// For texts of this language; without one, words stay as they are.
    #[must_use]
    pub fn new(language: Option<Language>) -> Self {
        Self { stemmer: language.map(Language::stemmer), known: RefCell::default() }
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
        let mut before: Option<Span> = None;
        for span in words::spans(text) {
            if span.unspaced {
                pairs(&Run::new(text, span.clone()), &mut tell);
            } else {
                self.with_token(&text[span.range.clone()], |token| tell(token, span.range.clone()));
                if let Some(before) = &before
                    && is_hyphenated(text, &before.range, &span.range)
                {
                    let whole =
                        format!("{}{}", &text[before.range.clone()], &text[span.range.clone()]);
                    tell(&self.token(&whole), before.range.start..span.range.end);
                }
            }
            before = Some(span);
        }
    }

    /// Tells the token of a word; nothing where the word is only accents.
    fn with_token(&self, word: &str, tell: impl FnOnce(&str)) {
        let known = self.known.borrow().get(word).cloned();
        let token = known.unwrap_or_else(|| self.learn(word));
        if !token.is_empty() {
            tell(&token);
        }
    }

    fn learn(&self, word: &str) -> Arc<str> {
        let token: Arc<str> = self.token(word).into();
        let mut known = self.known.borrow_mut();
        if known.len() < REMEMBERED && word.len() <= LONGEST_REMEMBERED {
            known.insert(word.into(), Arc::clone(&token));
        }
        token
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
    let mut found = Found::default();
    for run in words::runs(question) {
        if run.unspaced {
            pairs(&run, &mut |token, _| {
                // The last character alone only helps those who type half a word.
                if token.chars().count() > 1 || run.folded.len() == 1 {
                    found.add(vec![token.to_owned()], false);
                }
            });
            continue;
        }
        let word = &question[run.range.clone()];
        let mut forms: Vec<String> = tokenizers.iter().map(|each| each.token(word)).collect();
        forms.sort_unstable();
        forms.dedup();
        let is_little = spoken.is_some_and(|language| language.is_little_word(&lower(word)));
        found.add(forms, is_little);
    }
    found.terms
}

/// Terms, each once.
#[derive(Default)]
struct Found {
    terms: Vec<Term>,
    known: HashSet<Vec<String>>,
}

impl Found {
    fn add(&mut self, mut forms: Vec<String>, is_little: bool) {
        forms.retain(|form| !form.is_empty());
        if !forms.is_empty() && self.known.insert(forms.clone()) {
            self.terms.push(Term { forms, is_little });
        }
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
fn is_hyphenated(text: &str, before: &Range<usize>, word: &Range<usize>) -> bool {
    let between = &text[before.end..word.start];
    let mut rest = between.strip_prefix(['-', '\u{AD}', '\u{2010}']).unwrap_or_default().chars();
    rest.clone().any(|c| c == '\n')
        && rest.all(char::is_whitespace)
        && text[word.clone()].starts_with(char::is_lowercase)
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
        assert_eq!(english.to_index("add adds added adding"), "add add add add");
        let german = Tokenizer::new(Some(Language::German));
        assert_eq!(german.to_index("Häuser"), german.to_index("Hauses"));
        let russian = Tokenizer::new(Some(Language::Russian));
        assert_eq!(russian.to_index("столицей"), russian.to_index("столица"));
        let hindi = Tokenizer::new(Some(Language::Hindi));
        assert_eq!(hindi.to_index("किताबों"), hindi.to_index("किताब"));
        let polish = Tokenizer::new(Some(Language::Polish));
        assert_eq!(polish.to_index("stolicą"), polish.to_index("stolica"));
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

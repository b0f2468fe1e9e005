//! The reader without a model: quotes the sentences that answer a question best.
//!
//! A sentence is worth what the words are worth that it shares with the question, rarer words more.
//! Nothing is invented and nothing reworded: what is quoted stands so in the document.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation as _;

use super::search::Passage;
use super::tokens::{self, Language, Tokenizer};

/// A sentence that answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quote {
    /// In which of the texts, from 0.
    pub text: usize,
    /// Where it stands in that text, in bytes.
    pub range: Range<usize>,
    /// How much of the question it holds, from 0 to 1.
    pub support: f64,
}

/// A question shares at least so much with a sentence that answers it.
const LEAST_SUPPORT: f64 = 0.1;

/// The sentences of `texts` that answer the question best, the best first, at most so many; none
/// when nothing answers it.
#[must_use]
pub fn quotes(question: &str, texts: &[&str], most: usize) -> Vec<Quote> {
    let language = Language::of_either(question, texts.iter().copied());
    let tokenizer = Tokenizer::new(language);
    let sentences: Vec<Sentence> = texts
        .iter()
        .enumerate()
        .flat_map(|(text, words)| sentences(words).into_iter().map(move |range| (text, range)))
        .map(|(text, range)| Sentence::new(text, range, texts, &tokenizer))
        .collect();
    let asked = asked(question, language);
    let worth = worth(&asked, &sentences);
    let all: f64 = worth.values().sum();
    if all == 0.0 {
        return Vec::new();
    }
    let of_text = |text: usize| -> f64 {
        let held: HashSet<&String> = sentences
            .iter()
            .filter(|sentence| sentence.text == text)
            .flat_map(|sentence| sentence.tokens.iter())
            .collect();
        worth.iter().filter(|(token, _)| held.contains(token)).map(|(_, worth)| worth).sum()
    };
    let by_text: Vec<f64> = (0..texts.len()).map(of_text).collect();
    let mut ranked: Vec<(f64, f64, &Sentence)> = sentences
        .iter()
        .map(|sentence| {
            let own: f64 = worth
                .iter()
                .filter(|(token, _)| sentence.tokens.contains(token.as_str()))
                .map(|(_, worth)| worth)
                .sum();
            // What the rest of its text is about says which of two like sentences is meant.
            let around = by_text.get(sentence.text).copied().unwrap_or(0.0);
            // A heading names what it does not say.
            let is_heading = texts[sentence.text][sentence.range.clone()].starts_with('#');
            let own = if is_heading { own / 2.0 } else { own };
            (own + 0.35 * around, own, sentence)
        })
        .filter(|(_, own, _)| *own > 0.0)
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    ranked
        .into_iter()
        .map(|(_, own, sentence)| Quote {
            text: sentence.text,
            range: sentence.range.clone(),
            support: own / all,
        })
        .filter(|quote| quote.support >= LEAST_SUPPORT)
        .take(most)
        .collect()
}

/// An answer without a model: sentences of the documents, each with the number of its passage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The sentences, each followed by `[1]` and so on; empty when nothing was found.
    pub text: String,
    /// What the numbers stand for, in order.
    pub citations: Vec<Citation>,
}

/// Where a quoted sentence stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Citation {
    /// The number in the text.
    pub number: usize,
    /// The place of the passage among those that were given, from 0.
    pub passage: usize,
    /// Where the sentence stands in the document's text, in characters.
    pub characters: Range<u64>,
    /// The sentence, word for word.
    pub quote: String,
}

/// Other sentences are quoted beside the best one if they hold at least so much of what it holds.
const NEARLY_AS_GOOD: f64 = 0.8;

/// Answers a question with sentences of the passages, at most so many.
#[must_use]
pub fn answer(question: &str, passages: &[Passage], most: usize) -> Answer {
    let texts: Vec<&str> = passages.iter().map(|passage| passage.text.as_str()).collect();
    let mut answer = Answer { text: String::new(), citations: Vec::new() };
    let quotes = quotes(question, &texts, most);
    let best = quotes.first().map_or(0.0, |quote| quote.support);
    for quote in quotes.into_iter().filter(|quote| quote.support >= best * NEARLY_AS_GOOD) {
        let Some(passage) = passages.get(quote.text) else { continue };
        let words = &passage.text[quote.range.clone()];
        let is_known = answer.citations.iter().any(|citation| citation.quote == words);
        if is_known {
            continue;
        }
        let before = passage.text[..quote.range.start].chars().count() as u64;
        let first = passage.characters.start + before;
        let number = answer.citations.len() + 1;
        if number > 1 {
            answer.text.push_str("\n\n");
        }
        answer.text.push_str(&format!("{} [{number}]", one_line(words)));
        answer.citations.push(Citation {
            number,
            passage: quote.text,
            characters: first..first + words.chars().count() as u64,
            quote: words.to_owned(),
        });
    }
    answer
}

/// Lines that end only because the page was full go on.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

struct Sentence {
    text: usize,
    range: Range<usize>,
    tokens: HashSet<String>,
}

impl Sentence {
    fn new(text: usize, range: Range<usize>, texts: &[&str], tokenizer: &Tokenizer) -> Self {
        let mut tokens = HashSet::new();
        let words = texts.get(text).and_then(|text| text.get(range.clone())).unwrap_or_default();
        tokenizer.each(words, |token, _| {
            tokens.insert(token.to_owned());
        });
        Self { text, range, tokens }
    }
}

/// The tokens that a question asks for.
fn asked(question: &str, language: Option<Language>) -> HashSet<String> {
    let languages: Vec<Language> = language.into_iter().collect();
    let tokenizer = Tokenizer::new(language);
    let little: HashSet<String> = tokens::terms(question, &languages)
        .into_iter()
        .filter(|term| term.is_little)
        .flat_map(|term| term.forms)
        .collect();
    let mut asked = HashSet::new();
    tokenizer.each(question, |token, _| {
        if !little.contains(token) {
            asked.insert(token.to_owned());
        }
    });
    asked
}

/// What each token of the question is worth: the rarer among the sentences, the more.
fn worth(asked: &HashSet<String>, sentences: &[Sentence]) -> HashMap<String, f64> {
    let count = |token: &String| {
        sentences.iter().filter(|sentence| sentence.tokens.contains(token)).count()
    };
    let worth = |token: &String| {
        let count = count(token);
        // A word that stands nowhere tells that something is missing, as much as a rare one.
        (1.0 + sentences.len() as f64 / count.max(1) as f64).ln()
    };
    asked.iter().map(|token| (token.clone(), worth(token))).collect()
}

/// Where the sentences of a text stand, in bytes, without the blanks around them.
#[must_use]
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (start, sentence) in text.split_sentence_bound_indices() {
        // Two line breaks end a sentence that has no full stop, as a heading.
        let mut at = start;
        for part in sentence.split_inclusive("\n\n") {
            let range = trimmed(text, at..at + part.len());
            at += part.len();
            match found.last_mut() {
                Some(last) if is_continued(text, last, &range) => last.end = range.end,
                _ if range.is_empty() => {}
                _ => found.push(range),
            }
        }
    }
    found
}

/// Whether what looks like the end of a sentence is none: after an abbreviation or an initial, or
/// where the line only was broken.
fn is_continued(text: &str, last: &Range<usize>, next: &Range<usize>) -> bool {
    let (before, after) = (&text[last.clone()], &text[next.clone()]);
    let between = &text[last.end..next.start];
    if after.is_empty() || between.contains("\n\n") {
        return false;
    }
    if !before.ends_with(['.', '!', '?', '。', '！', '？', '।', ':', '…', '"', '”', ')', '؟'])
    {
        // Broken by a single line break within a paragraph, as in files with short lines.
        let line = text[..last.end].rsplit('\n').next().unwrap_or(before);
        let is_full = line.chars().count() >= FULL_LINE && before.len() < LONGEST_SENTENCE;
        let goes_on = |c: char| c.is_lowercase() || c.is_numeric();
        let begins_item = after.starts_with(['-', '*', '•', '#', '|', '>', '+', '│']);
        return between.contains('\n')
            && (after.starts_with(goes_on) || (is_full && !begins_item && !is_row(line)));
    }
    let Some(word) = before.strip_suffix('.').and_then(|head| head.split_whitespace().last())
    else {
        return false;
    };
    let word = word.trim_start_matches(['(', '"', '“', '[']);
    let is_initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    is_initial || ABBREVIATIONS.contains(&word.to_lowercase().as_str())
}

/// A line of so many characters ends because it is full.
const FULL_LINE: usize = 60;
/// Lines without an end to their sentence, as of a table, are not joined beyond so many bytes.
const LONGEST_SENTENCE: usize = 600;

/// Whether a line is a row of a table, a heading or a line of code.
fn is_row(line: &str) -> bool {
    line.contains('\t') || line.starts_with(['|', '#', '│', '`']) || line.ends_with(['{', ';', '|'])
}

const ABBREVIATIONS: [&str; 38] = [
    "dr", "mr", "mrs", "ms", "prof", "st", "jr", "sr", "vs", "etc", "e.g", "i.e", "eg", "ie", "cf",
    "fig", "no", "vol", "pp", "ca", "approx", "inc", "ltd", "co", "gen", "col", "lt", "rev", "hon",
    "z.b", "bzw", "usw", "nr", "abs", "art", "bd", "u.a", "al",
];

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = range.start + (part.len() - part.trim_start().len());
    start..start + part.trim().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIGHTHOUSE: &str = "The lighthouse was built in 1872 by Dr. Ada Quill. It stands on a rock. \
        Since 1933 the light works without a keeper.";
    const HARBOUR: &str = "The harbour was closed on Friday. A storm had damaged two cranes.";

    fn answer(question: &str) -> Option<String> {
        let texts = [HARBOUR, LIGHTHOUSE];
        let quote = quotes(question, &texts, 1).into_iter().next()?;
        Some(texts[quote.text][quote.range].to_owned())
    }

    #[test]
    fn the_sentence_that_answers_is_quoted_word_for_word() {
        assert_eq!(
            answer("Who built the lighthouse?").as_deref(),
            Some("The lighthouse was built in 1872 by Dr. Ada Quill.")
        );
        assert_eq!(
            answer("What was damaged by the storm?").as_deref(),
            Some("A storm had damaged two cranes.")
        );
    }

    #[test]
    fn a_question_that_nothing_answers_gets_no_quote() {
        assert_eq!(answer("How many whales live in Portugal?"), None);
        assert_eq!(answer(""), None);
    }

    #[test]
    fn sentences_end_where_readers_end_them() {
        let texts = |text: &'static str| -> Vec<&str> {
            sentences(text).into_iter().map(|range| &text[range]).collect()
        };
        assert_eq!(texts("Mr. J. Smith came. He saw!"), ["Mr. J. Smith came.", "He saw!"]);
        assert_eq!(
            texts("A heading\n\nA sentence\nover two lines."),
            ["A heading", "A sentence\nover two lines."]
        );
        assert_eq!(texts("今日は。明日は？"), ["今日は。", "明日は？"]);
        assert_eq!(texts(""), Vec::<&str>::new());
        let wrapped =
            "What somebody has deleted is not gone: all of it is moved to the\n`trash` folder.";
        assert_eq!(texts(wrapped), [wrapped]);
        let later = "One sentence ends here, and on the same line the next one begins: it goes to\n  `trash`.";
        assert_eq!(texts(later), [later]);
        let inner = "It is kept as long as somebody wants to have it. What is deleted is moved to\n`trash`.";
        assert_eq!(texts(inner).len(), 2);
        let table =
            "| a | what it does, in a line that is longer than most others are |\n| B | c |";
        assert_eq!(texts(table).len(), 2);
    }
}

//! Searching for the words of a question: which of them, and how the index is asked.

use crate::documents::DocumentsError;
use crate::documents::store::{ChunkId, Scope, Store};
use crate::documents::tokens::{self, Term};

/// How much of a question is looked at.
const MOST_TERMS: usize = 48;

/// In libraries of more chunks than this, not every chunk that holds any word of a question is
/// ranked, since that takes long: only those that hold one of its rarer words are.
const LARGE: u64 = 100_000;
/// So many chunks are ranked in a moment…
const RANKED: u64 = 20_000;
/// …and so many at least are worth ranking, where there are so many.
const WORTH_RANKING: u64 = 1_000;
/// A word that stands in more than this share of the chunks of a large library decides nothing.
const COMMON: f64 = 0.1;

/// The chunks that hold the words of a question, the best first, with their scores.
pub(super) fn search(
    store: &Store,
    scope: Scope<'_>,
    question: &str,
    most: usize,
) -> Result<Vec<(ChunkId, f64)>, DocumentsError> {
    let languages = store.languages(scope.collections)?;
    let terms = meaningful(tokens::terms(question, &languages));
    let chunks = store.count_chunks()?;
    let expression = if chunks < LARGE {
        expression(&terms)
    } else {
        sparing_expression(rare_and_common(store, terms, chunks)?)
    };
    match expression {
        Some(expression) => store.find_words(scope, &expression, most),
        None => Ok(Vec::new()),
    }
}

/// The chunks that hold every word that says something, at most so many, the best first.
pub(super) fn holding_all(
    store: &Store,
    scope: Scope<'_>,
    words: &str,
    most: usize,
) -> Result<Vec<ChunkId>, DocumentsError> {
    let languages = store.languages(scope.collections)?;
    let terms = meaningful(tokens::terms(words, &languages));
    let each: Vec<String> = terms
        .iter()
        .filter_map(|term| expression(std::slice::from_ref(term)))
        .map(|forms| format!("({forms})"))
        .collect();
    if each.is_empty() {
        return Ok(Vec::new());
    }
    let found = store.find_words(scope, &each.join(" AND "), most)?;
    Ok(found.into_iter().map(|(chunk, _)| chunk).collect())
}

/// The words that say something; all of them when none does.
pub(super) fn meaningful(mut terms: Vec<Term>) -> Vec<Term> {
    if terms.iter().any(|term| !term.is_little) {
        terms.retain(|term| !term.is_little);
    }
    if terms.len() > MOST_TERMS {
        // People say what they want at the beginning or at the end.
        let last = terms.split_off(terms.len() - MOST_TERMS / 2);
        terms.truncate(MOST_TERMS / 2);
        terms.extend(last);
    }
    terms
}

/// The words of a question to a large library.
#[derive(Debug, PartialEq, Eq)]
struct Parted {
    /// One of these stands in every chunk that is ranked.
    rare: Vec<Term>,
    /// These decide among them.
    common: Vec<Term>,
}

fn rare_and_common(store: &Store, terms: Vec<Term>, chunks: u64) -> Result<Parted, DocumentsError> {
    let mut counted = Vec::with_capacity(terms.len());
    for term in terms {
        let mut count = 0;
        for form in &term.forms {
            count += store.count_token(form)?;
        }
        counted.push((count, term));
    }
    Ok(part(counted, chunks))
}

/// Parts words by the numbers of chunks that hold them.
fn part(mut counted: Vec<(u64, Term)>, chunks: u64) -> Parted {
    counted.sort_by_key(|(count, _)| *count);
    let mut parted = Parted { rare: Vec::new(), common: Vec::new() };
    let mut ranked = 0;
    for (count, term) in counted {
        if ranked < WORTH_RANKING || ranked + count <= RANKED {
            ranked += count;
            parted.rare.push(term);
        } else if count as f64 <= chunks as f64 * COMMON {
            parted.common.push(term);
        }
    }
    parted
}

/// What the index of a large library is asked. The rare words stand in it twice, to be required and
/// to be ranked by; the common ones do too, so that all count alike.
fn sparing_expression(Parted { rare, common }: Parted) -> Option<String> {
    let required = expression(&rare)?;
    match expression(&common) {
        Some(common) => Some(format!("({required}) AND ({required} OR {common} OR {common})")),
        None => Some(required),
    }
}

/// What the index is asked; `None` when there are no words. Every token is in quotes, so that
/// nothing in a question is taken for a command.
pub(super) fn expression(terms: &[Term]) -> Option<String> {
    let tokens: Vec<String> = terms
        .iter()
        .flat_map(|term| &term.forms)
        .map(|form| format!("\"{}\"", form.replace('"', "")))
        .collect();
    (!tokens.is_empty()).then(|| tokens.join(" OR "))
}

/// What a large library is asked for these words as they are.
#[cfg(test)]
pub(super) fn sparing(rare: &[&str], common: &[&str]) -> Option<String> {
    let term = |word: &&str| Term { forms: vec![(*word).to_owned()], is_little: false };
    let (rare, common) = (rare.iter().map(term).collect(), common.iter().map(term).collect());
    sparing_expression(Parted { rare, common })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(counts: &[u64]) -> Vec<(u64, Term)> {
        let term = |count: &u64| Term { forms: vec![format!("w{count}")], is_little: false };
        counts.iter().map(|count| (*count, term(count))).collect()
    }

    fn words(terms: &[Term]) -> Vec<&str> {
        terms.iter().map(|term| term.forms[0].as_str()).collect()
    }

    #[test]
    fn chunks_with_the_rarer_words_are_ranked_by_all_but_the_commonest() {
        let parted = part(counted(&[70_000, 4_000, 9_000, 300_000]), 1_000_000);
        assert_eq!(words(&parted.rare), ["w4000", "w9000"]);
        assert_eq!(words(&parted.common), ["w70000"]);
    }

    #[test]
    fn of_many_words_the_first_and_the_last_are_looked_for() {
        let all: Vec<Term> = counted(&Vec::from_iter(0..500)).into_iter().map(|(_, t)| t).collect();
        let kept = meaningful(all);
        let kept = words(&kept);
        assert_eq!((kept.len(), kept[0], kept[47]), (MOST_TERMS, "w0", "w499"));
    }

    #[test]
    fn one_rare_word_does_not_hide_all_others() {
        let parted = part(counted(&[3, 90_000]), 1_000_000);
        assert_eq!(words(&parted.rare), ["w3", "w90000"]);
        assert!(parted.common.is_empty());
    }

    #[test]
    fn a_question_of_common_words_is_still_asked() {
        let parted = part(counted(&[400_000]), 1_000_000);
        assert_eq!(sparing_expression(parted).as_deref(), Some("\"w400000\""));
    }
}

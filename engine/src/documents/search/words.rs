//! Searching for the words of a question: which of them, and how the index is asked.

use crate::documents::DocumentsError;
use crate::documents::store::{ChunkId, Scope, Store};
use crate::documents::tokens::{self, Term};

/// How much of a question is looked at.
const MOST_TERMS: usize = 48;

/// In libraries of more chunks than this, a question leaves out words that stand nearly everywhere,
/// since ranking by them takes long and decides little. In small ones every word helps.
const LARGE: u64 = 200_000;
/// A word that stands in more than this share of the chunks of a large library…
const COMMON: f64 = 0.02;
/// …is left out if at least so many rarer ones remain.
const RARER: usize = 3;

/// The chunks that hold the words of a question, the best first, with their scores.
pub(super) fn search(
    store: &Store,
    scope: Scope<'_>,
    question: &str,
    most: usize,
) -> Result<Vec<(ChunkId, f64)>, DocumentsError> {
    let languages = store.languages(scope.collections)?;
    let terms = meaningful(tokens::terms(question, &languages));
    let terms = without_common(store, terms)?;
    match expression(&terms) {
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
fn meaningful(mut terms: Vec<Term>) -> Vec<Term> {
    if terms.iter().any(|term| !term.is_little) {
        terms.retain(|term| !term.is_little);
    }
    terms.truncate(MOST_TERMS);
    terms
}

fn without_common(store: &Store, terms: Vec<Term>) -> Result<Vec<Term>, DocumentsError> {
    let chunks = store.count_chunks()?;
    if chunks < LARGE || terms.len() <= RARER {
        return Ok(terms);
    }
    let mut counted = Vec::with_capacity(terms.len());
    for term in terms {
        let mut count = 0;
        for form in &term.forms {
            count += store.count_token(form)?;
        }
        counted.push((count, term));
    }
    counted.sort_by_key(|(count, _)| *count);
    let limit = (chunks as f64 * COMMON) as u64;
    let kept = counted.into_iter().enumerate();
    let kept = kept.filter(|(place, (count, _))| *place < RARER || *count <= limit);
    Ok(kept.map(|(_, (_, term))| term).collect())
}

/// What the index is asked; `None` when there are no words. Every token is in quotes, so that
/// nothing in a question is taken for a command.
fn expression(terms: &[Term]) -> Option<String> {
    let tokens: Vec<String> = terms
        .iter()
        .flat_map(|term| &term.forms)
        .map(|form| format!("\"{}\"", form.replace('"', "")))
        .collect();
    (!tokens.is_empty()).then(|| tokens.join(" OR "))
}

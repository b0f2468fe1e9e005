//! Whether what was found answers a question at all, for collections that are asked in other words than
//! their own, as a manual is: each passage is weighed by how much of the question it is found by.
//!
//! A word is worth the more the fewer chunks hold it, and one that none holds as much as the rarest: it
//! says that what is asked for may not be there. Where headings, titles and the index beside a manual
//! name a word, it says more than where a text happens to hold it; and what stands elsewhere in the
//! document says what it is about. Measured with the questions in `app/tests/guide/questions.toml`.

use std::collections::HashSet;

use super::{Passage, Query, Searcher, words};
use crate::documents::DocumentsError;
use crate::documents::store::{ChunkId, DocumentId, Fields};
use crate::documents::tokens::{self, Language, Term};

/// A passage, and how much of the question it is found by.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighed {
    /// The passage; its score is what its share leaves of it.
    pub passage: Passage,
    /// How much of the question it holds, from 0 to 1, rarer words counting more.
    pub share: f64,
    /// Whether that is enough to take it for an answer.
    pub answers: bool,
}

/// So many passages are weighed at least, since the best may not be the first by its words.
const WEIGHED: usize = 30;
/// What a word counts that only the text holds, and neither a heading nor a title.
const IN_TEXT: f64 = 0.6;
/// What it counts where it stands elsewhere in the document.
const ELSEWHERE: f64 = 0.2;
/// What a word is worth that says little in a question, beside one that says something.
const LIGHT: f64 = 0.3;

/// An answer to a question of one or two words holds at least this share of it…
const LEAST: f64 = 0.66;
/// …and of each further word so much less, since long questions say more than is needed…
const LESS: f64 = 0.1;
/// …down to this.
const LEAST_OF_LONG: f64 = 0.46;

/// English words that say little in a question although they are not little words.
const LIGHT_WORDS: &str = "able again always anyone anything away back bad come everything find found \
    get getting give go going good happen happens have help keep know let less like little look make making \
    mean means more need never new now old people please possible put really same say saying see set \
    show somebody someone something still take tell thing things time try turn use used using want way \
    whole work working";

impl Searcher {
    /// Finds passages and weighs them, those first that hold most of the question and fit best.
    ///
    /// # Errors
    /// As those of [`Searcher::search`].
    pub fn search_weighed(&mut self, query: &Query) -> Result<Vec<Weighed>, DocumentsError> {
        let query = self.as_looked_for(query)?;
        // The order of a reranker would not be kept.
        let wide = Query { most: query.most.max(WEIGHED), rerank: false, ..query.clone() };
        let passages = self.search(&wide)?.passages;
        let weights = self.weights(&query, &passages)?;
        let least = least(weights.len());
        let all: f64 = weights.iter().map(|word| word.worth).sum();
        let weigh = |passage: Passage| {
            let held: f64 = weights.iter().map(|word| word.worth * word.held_by(&passage)).sum();
            let share = if all > 0.0 { held / all } else { 0.0 };
            let score = passage.score * share;
            Weighed { passage: Passage { score, ..passage }, share, answers: share >= least }
        };
        let mut weighed: Vec<Weighed> = passages.into_iter().map(weigh).collect();
        // Stable: of equals, those found first come first.
        weighed.sort_by(|a, b| b.passage.score.total_cmp(&a.passage.score));
        weighed.truncate(query.most);
        Ok(weighed)
    }

    /// What each word of a question is worth, and where it stands.
    fn weights(&self, query: &Query, passages: &[Passage]) -> Result<Vec<Word>, DocumentsError> {
        let store = &self.store;
        let languages = store.languages(&query.collections)?;
        let terms = words::meaningful(tokens::terms(&query.question, &languages));
        let light = LightWords::of(&languages);
        let documents: HashSet<DocumentId> =
            passages.iter().map(|passage| passage.document).collect();
        let documents_by_chunk = store.documents_by_chunk(documents)?;
        let chunks = store.count_chunks_of(&query.collections)?;
        terms
            .iter()
            .filter_map(|term| Some((term, words::expression(std::slice::from_ref(term))?)))
            .map(|(term, expression)| {
                let holding = |fields| store.holding(&query.collections, fields, &expression);
                let anywhere: HashSet<ChunkId> = holding(Fields::All)?.into_iter().collect();
                let rarity = (1.0 + chunks as f64 / anywhere.len().max(1) as f64).ln();
                let worth = if light.hold(term) { rarity * LIGHT } else { rarity };
                let documents = anywhere
                    .iter()
                    .filter_map(|chunk| documents_by_chunk.get(chunk).copied())
                    .collect();
                let named = holding(Fields::Names)?.into_iter().collect();
                Ok(Word { worth, named, anywhere, documents })
            })
            .collect()
    }
}

/// A word of a question, and where it stands.
struct Word {
    worth: f64,
    /// The chunks whose titles, headings or index name it.
    named: HashSet<ChunkId>,
    /// All that hold it.
    anywhere: HashSet<ChunkId>,
    /// The documents of these.
    documents: HashSet<DocumentId>,
}

impl Word {
    /// How much of the word a passage holds, from 0 to 1.
    fn held_by(&self, passage: &Passage) -> f64 {
        let holds = |chunks: &HashSet<ChunkId>| passage.chunks.iter().any(|id| chunks.contains(id));
        if holds(&self.named) {
            1.0
        } else if holds(&self.anywhere) {
            IN_TEXT
        } else if self.documents.contains(&passage.document) {
            ELSEWHERE
        } else {
            0.0
        }
    }
}

/// The share that an answer holds of a question of so many words.
fn least(words: usize) -> f64 {
    (LEAST - LESS * words.saturating_sub(2) as f64).max(LEAST_OF_LONG)
}

/// The tokens of words that say little in a question.
struct LightWords(HashSet<String>);

impl LightWords {
    fn of(languages: &[Language]) -> Self {
        // Those of other languages are not known, and count in full.
        if !languages.contains(&Language::English) {
            return Self(HashSet::new());
        }
        let terms = tokens::terms(LIGHT_WORDS, &[Language::English]);
        Self(terms.into_iter().flat_map(|term| term.forms).collect())
    }

    fn hold(&self, term: &Term) -> bool {
        term.forms.iter().any(|form| self.0.contains(form))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::store::Store;
    use crate::documents::store::tests::{add, store};

    fn weighed(question: &str) -> Vec<(String, bool)> {
        let (_folder, store) = store();
        let collection = store.create_collection("a").unwrap().id;
        for (path, text) in [
            ("/otter.txt", "The otter swims in the river and it eats fish there."),
            ("/heron.txt", "The heron stands in the river and it eats frogs."),
            ("/fox.txt", "The fox sleeps in the forest and it eats mice."),
        ] {
            add(&store, collection, path, text);
        }
        let store = Store::open(store.path()).unwrap();
        let query = Query { most: 2, ..Query::new(vec![collection], question) };
        let found = Searcher::new(store, None).search_weighed(&query).unwrap();
        found.into_iter().map(|one| (one.passage.name, one.answers)).collect()
    }

    #[test]
    fn a_passage_answers_that_holds_what_is_asked_for() {
        assert_eq!(weighed("Where does the otter swim?")[0], ("otter.txt".to_owned(), true));
        assert_eq!(weighed("Please tell me of the otter")[0], ("otter.txt".to_owned(), true));
    }

    #[test]
    fn what_shares_only_a_common_word_is_named_and_does_not_answer() {
        let found = weighed("Who built the bridge over the river?");
        assert!(found.len() == 2 && found.iter().all(|(_, answers)| !answers), "{found:?}");
        assert!(weighed("Who is the president?").is_empty());
    }

    #[test]
    fn long_questions_may_say_more_than_is_needed() {
        assert!(least(1) > least(3) && least(3) > least(9));
        assert_eq!(least(1).to_bits(), least(2).to_bits());
        assert_eq!(least(50).to_bits(), LEAST_OF_LONG.to_bits());
    }
}

//! Searching a library that was filled by hand.

use std::sync::Arc;

use super::{Findings, Mode, Query, Reranked, Reranking, Searcher};
use crate::documents::store::tests::{add, store};
use crate::documents::store::{CollectionId, Store};
use crate::documents::{DocumentsError, Embedder, Purpose, Reranker, Watch};
use crate::inference::Ranking;

struct World {
    _folder: tempfile::TempDir,
    searcher: Searcher,
    collection: CollectionId,
}

impl World {
    fn new(texts: &[(&str, &str)], embedder: Option<Arc<dyn Embedder>>) -> Self {
        let (folder, store) = store();
        let collection = store.create_collection("a").unwrap().id;
        for (path, text) in texts {
            add(&store, collection, path, text);
        }
        if let Some(embedder) = &embedder {
            embed_all(&store, embedder.as_ref());
        }
        Self { _folder: folder, searcher: Searcher::new(store, embedder), collection }
    }

    fn ask(&mut self, question: &str, mode: Mode) -> Findings {
        let query = Query { mode, ..Query::new(vec![self.collection], question) };
        self.searcher.search(&query).unwrap()
    }

    /// The paths of what is found by words.
    fn found(&mut self, question: &str) -> Vec<String> {
        let found = self.ask(question, Mode::Words).passages;
        found.iter().map(|passage| passage.path.to_string_lossy().into_owned()).collect()
    }
}

fn embed_all(store: &Store, embedder: &dyn Embedder) {
    let id = store.embedder(&embedder.name(), embedder.dimension()).unwrap();
    let chunks = store.without_vectors(id, None, 1000).unwrap();
    let texts: Vec<String> =
        chunks.iter().map(|chunk| store.chunk(*chunk).unwrap().unwrap().text).collect();
    let vectors = embedder.embed(&texts, Purpose::Passage).unwrap();
    let vectors: Vec<_> = chunks.into_iter().zip(vectors).collect();
    store.add_vectors(id, &vectors).unwrap();
}

#[test]
fn words_are_found_in_any_script_and_form() {
    let mut world = World::new(
        &[
            ("/en.txt", "The engineers were building a lighthouse on the rock."),
            ("/de.txt", "Der Leuchtturm und die Häuser stehen auf dem Felsen."),
            ("/ru.txt", "Маяк был построен в столице, и он стоит на скале."),
            ("/zh.txt", "灯塔建于一八七二年，位于港口以北的岩石上。"),
            ("/hi.txt", "यह प्रकाशस्तंभ एक चट्टान पर खड़ा है।"),
        ],
        None,
    );
    assert_eq!(world.found("Who builds lighthouses?"), ["/en.txt"]);
    assert_eq!(world.found("Wo steht das Haus?"), ["/de.txt"]);
    assert_eq!(world.found("столицей"), ["/ru.txt"]);
    assert_eq!(world.found("灯塔在哪里？"), ["/zh.txt"]);
    assert_eq!(world.found("चट्टान कहाँ है"), ["/hi.txt"]);
}

#[test]
fn a_document_is_found_by_its_file_name() {
    let mut world = World::new(
        &[("/2024/invoice-Brand.txt", "Twelve barrels of oil."), ("/x.txt", "Nothing at all.")],
        None,
    );
    assert_eq!(world.found("the invoice of Brand"), ["/2024/invoice-Brand.txt"]);
}

#[test]
fn nothing_in_a_question_is_taken_for_a_command() {
    let mut world = World::new(&[("/a.txt", "NEAR the AND of it: column body")], None);
    for question in ["\" OR (", "body: x", "NEAR(a b)", "*", "AND OR NOT", "", "💥", "a\0b"] {
        world.ask(question, Mode::Words);
    }
    assert_eq!(world.found("body"), ["/a.txt"]);
}

#[test]
fn neighbours_are_joined_to_one_passage_with_the_text_of_the_document() {
    let text: String = (0..60)
        .map(|n| format!("Sentence {n} tells of the wälrus and what it does all day long. "))
        .collect();
    let mut world = World::new(&[("/a.txt", &text)], None);
    let found = world.ask("walrus", Mode::Words).passages;
    assert_eq!(found.len(), 1);
    let passage = &found[0];
    assert!(passage.chunks.len() > 2);
    let characters: Vec<char> = text.chars().collect();
    let place = passage.characters.start as usize..passage.characters.end as usize;
    assert_eq!(characters[place].iter().collect::<String>(), passage.text);
}

#[test]
fn other_collections_are_not_searched() {
    let mut world = World::new(&[("/a.txt", "walrus")], None);
    let other = world.searcher.store().create_collection("other").unwrap().id;
    add(world.searcher.store(), other, "/b.txt", "walrus and heron");
    assert_eq!(world.found("walrus"), ["/a.txt"]);
    world.collection = other;
    assert_eq!(world.found("walrus"), ["/b.txt"]);
}

/// Places texts by their words, or anywhere.
struct Placing {
    knows_words: bool,
}

impl Embedder for Placing {
    fn name(&self) -> String {
        format!("placing {}", self.knows_words)
    }

    fn dimension(&self) -> usize {
        256
    }

    fn embed(&self, texts: &[String], _purpose: Purpose) -> Result<Vec<Vec<f32>>, DocumentsError> {
        let place = |words: &str| usize::from(blake3::hash(words.as_bytes()).as_bytes()[0]);
        let vector = |text: &String| {
            let mut numbers = vec![0.0_f32; 256];
            if self.knows_words {
                for word in text.split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() > 3) {
                    numbers[place(&word.to_lowercase())] += 1.0;
                }
            } else {
                numbers[place(text)] = 1.0;
            }
            let length = numbers.iter().map(|n| n * n).sum::<f32>().sqrt().max(1e-6);
            numbers.into_iter().map(|n| n / length).collect()
        };
        Ok(texts.iter().map(vector).collect())
    }
}

fn animals() -> Vec<(String, String)> {
    let names = ["walrus", "heron", "marmot", "quokka", "badger", "otter", "lemming", "bison"];
    let text = |name: &&str| {
        let words = format!(
            "The {name} lives near water{name}, eats berries{name} and sleeps in holes{name}."
        );
        (format!("/{name}.txt"), words)
    };
    names.iter().map(text).collect()
}

#[test]
fn an_embedder_that_does_not_read_the_texts_changes_nothing() {
    let animals = animals();
    let texts: Vec<_> = animals.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let mut world = World::new(&texts, Some(Arc::new(Placing { knows_words: false })));
    let by_words = world.ask("Where does the badger sleep?", Mode::Words);
    let fused = world.ask("Where does the badger sleep?", Mode::Hybrid);
    assert_eq!(fused.meaning_weight, Some(0.0));
    let paths = |found: &Findings| -> Vec<_> {
        found.passages.iter().map(|passage| passage.path.clone()).collect()
    };
    assert_eq!(paths(&fused), paths(&by_words));
}

#[test]
fn an_embedder_that_reads_the_texts_counts() {
    let animals = animals();
    let texts: Vec<_> = animals.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let mut world = World::new(&texts, Some(Arc::new(Placing { knows_words: true })));
    let fused = world.ask("badger berriesbadger", Mode::Hybrid);
    assert!(fused.meaning_weight.is_some_and(|weight| weight > 0.0), "{:?}", fused.meaning_weight);
    let first = &fused.passages[0];
    assert_eq!((first.words_rank, first.meaning_rank), (Some(1), Some(1)));
    assert_eq!(
        world.ask("holesotter", Mode::Meaning).passages[0].path.to_str(),
        Some("/otter.txt")
    );
}

#[test]
fn what_meaning_counts_can_be_asked_once_all_is_embedded() {
    let texts = animals();
    let texts: Vec<_> = texts.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let mut without = World::new(&texts, None);
    assert_eq!(without.searcher.meaning_weight(without.collection), Ok(None));
    let mut world = World::new(&texts, Some(Arc::new(Placing { knows_words: false })));
    assert_eq!(world.searcher.meaning_weight(world.collection), Ok(Some(0.0)));
    let mut world = World::new(&texts, Some(Arc::new(Placing { knows_words: true })));
    assert!(world.searcher.meaning_weight(world.collection).unwrap().unwrap() > 0.0);
    add(world.searcher.store(), world.collection, "/new.txt", "Not embedded yet.");
    assert_eq!(world.searcher.meaning_weight(world.collection), Ok(None));
}

#[test]
fn meaning_without_a_model_is_refused_in_words() {
    let mut world = World::new(&[("/a.txt", "walrus")], None);
    let query = Query { mode: Mode::Meaning, ..Query::new(vec![world.collection], "walrus") };
    assert_eq!(world.searcher.search(&query).unwrap_err(), DocumentsError::NoEmbedder);
}

#[test]
fn a_large_library_is_asked_for_rare_words_and_ranks_by_common_ones_too() {
    let mut world = World::new(
        &[
            ("/both.txt", "The heron stands in the harbour at night."),
            ("/rare.txt", "The heron stands on a rock and looks at nothing."),
            ("/common.txt", "The harbour is full of boats at night."),
        ],
        None,
    );
    let scope = [world.collection];
    let found = |world: &mut World, rare: &[&str], common: &[&str]| {
        let expression = super::words::sparing(rare, common).unwrap();
        let scope = crate::documents::store::Scope { collections: &scope, documents: &[] };
        let store = world.searcher.store();
        let chunks = store.find_words(scope, &expression, 10).unwrap();
        let path = |chunk| {
            let document = store.chunk(chunk).unwrap().unwrap().document;
            store.document(document).unwrap().path.to_string_lossy().into_owned()
        };
        chunks.into_iter().map(|(chunk, _)| path(chunk)).collect::<Vec<_>>()
    };
    assert_eq!(found(&mut world, &["heron"], &["harbour", "night"]), ["/both.txt", "/rare.txt"]);
    // The mark of the collection stands in the index of a library that has others.
    let other = world.searcher.store().create_collection("b").unwrap().id;
    add(world.searcher.store(), other, "/other.txt", "A heron at night in the harbour.");
    assert_eq!(found(&mut world, &["heron"], &["harbour", "night"]), ["/both.txt", "/rare.txt"]);
    assert_eq!(found(&mut world, &["harbour"], &[]).len(), 2);
}

/// Ranks passages by how often they say "tide"; fails where `fails`, and notes what it was given.
#[derive(Default)]
struct Tides {
    fails: bool,
    given: std::sync::Mutex<Vec<String>>,
}

impl Reranker for Tides {
    fn name(&self) -> String {
        "tides".to_owned()
    }

    fn rank(
        &self,
        question: &str,
        passages: Vec<String>,
        watch: Watch<'_>,
    ) -> Result<Ranking, DocumentsError> {
        assert_eq!(question, "heron");
        if self.fails || !watch(Some(0.0)) {
            return Err(DocumentsError::Reranker("the file is gone".to_owned()));
        }
        let scores = passages.iter().map(|text| text.matches("tide").count() as f32).collect();
        *self.given.lock().unwrap() = passages;
        Ok(Ranking { scores, truncated: vec![0], ..Ranking::default() })
    }
}

const SHORE: [(&str, &str); 4] = [
    ("/twice.txt", "A heron, a heron."),
    ("/once.txt", "One heron at low tide."),
    ("/knows.txt", "The heron knows the tide, and the tide returns, whatever the season brings."),
    ("/none.txt", "The boats wait for the tide."),
];

fn paths(findings: &Findings) -> Vec<&str> {
    findings.passages.iter().filter_map(|passage| passage.path.to_str()).collect()
}

#[test]
fn a_reranker_orders_what_was_found_and_each_passage_says_where_it_was() {
    let mut world = World::new(&SHORE, None);
    let before = world.ask("heron", Mode::Words);
    assert_eq!(paths(&before), ["/twice.txt", "/once.txt", "/knows.txt"]);
    assert_eq!((before.reranking, before.passages[0].reranked), (None, None));
    let tides = Arc::new(Tides::default());
    world.searcher.set_reranker(Some(tides.clone()));
    let after = world.ask("heron", Mode::Words);
    assert_eq!(paths(&after), ["/knows.txt", "/once.txt", "/twice.txt"]);
    let places = after.passages.iter().map(|passage| passage.reranked);
    let expected = [(2.0, 3), (1.0, 2), (0.0, 1)];
    assert!(places.eq(expected.map(|(score, before)| Some(Reranked { score, before }))));
    // The places in the lists stay what they were.
    assert_eq!(after.passages[0].words_rank, Some(3));
    let told = Reranking { model: "tides".to_owned(), read: 3, cut: 1, failure: None };
    assert_eq!(after.reranking, Some(told));
    // Each with its title, as it is embedded.
    assert!(tides.given.lock().unwrap()[0].starts_with("twice\n"), "{:?}", tides.given);
}

#[test]
fn a_reranker_that_fails_or_is_not_wanted_leaves_the_order() {
    let mut world = World::new(&SHORE, None);
    let before = world.ask("heron", Mode::Words).passages;
    world.searcher.set_reranker(Some(Arc::new(Tides { fails: true, ..Tides::default() })));
    let failed = world.ask("heron", Mode::Words);
    assert_eq!(failed.passages, before);
    let failure = failed.reranking.and_then(|told| told.failure).unwrap_or_default();
    assert!(failure.contains("the file is gone"), "{failure}");

    world.searcher.set_reranker(Some(Arc::new(Tides::default())));
    let query = Query { mode: Mode::Words, ..Query::new(vec![world.collection], "heron") };
    let stopped = world.searcher.search_watched(&query, &mut |_| false).unwrap();
    assert_eq!(stopped.passages, before);
    let without = world.searcher.search(&Query { rerank: false, ..query }).unwrap();
    assert_eq!((without.passages, without.reranking), (before, None));
}

#[test]
fn only_the_best_are_read_again_and_the_rest_follows() {
    let texts: Vec<(String, String)> = (0..40)
        .map(|n| (format!("/{n:02}.txt"), format!("heron {}", "stands here ".repeat(n + 1))))
        .collect();
    let texts: Vec<_> = texts.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let mut world = World::new(&texts, None);
    let most = |world: &mut World| {
        let query = Query { most: 40, ..Query::new(vec![world.collection], "heron") };
        world.searcher.search(&query).unwrap()
    };
    let before = most(&mut world);
    world.searcher.set_reranker(Some(Arc::new(Tides::default())));
    let after = most(&mut world);
    assert_eq!(after.reranking.as_ref().map(|told| told.read), Some(30));
    assert_eq!((paths(&before).len(), paths(&after)), (40, paths(&before)));
    let read = after.passages.iter().filter(|passage| passage.reranked.is_some()).count();
    assert_eq!(read, 30);
}

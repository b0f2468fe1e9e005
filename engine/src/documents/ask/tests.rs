//! Questions from beginning to end: a real library, real engines with small models, every way of
//! reading.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::{
    Answer, Answerer, AskError, AskEvent, AskGuard, Budget, Candidate, Question, Reading, ask,
};
use crate::documents::reading::tests::reader;
use crate::documents::store::tests::add;
use crate::documents::store::{CollectionId, Store};
use crate::documents::{Documents, DocumentsConfig, Embedder, EngineEmbedder, EngineReranker};
use crate::inference::{Message, Role, Sampling};
use crate::models::{self, LoadSettings, ModelId, library};
use crate::{Command, Config, Engine, Error, Event, Inbox, JobEvent, asleep, channel};

const PATIENCE: Duration = Duration::from_secs(60);

const LIGHT: &str = "The lighthouse of Zelmont was built in 1872 by the engineer Ada Quill. \
    It stands on a rock north of the harbour. Otto Brand kept the light until 1901.";
const HARBOUR: &str = "The harbour of Zelmont was closed on Friday. A storm had damaged two cranes \
    and a crane driver was hurt. The harbour opens again in May.";
const OTTERS: &str = "Otters live along the river and eat fish. The cranes of the marsh are birds.";

/// A library, and an engine beside it.
struct World {
    _folder: tempfile::TempDir,
    store: Store,
    documents: Documents,
    engine: Engine,
    collection: CollectionId,
}

impl World {
    fn new(texts: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("library.db");
        let store = Store::open(&path).unwrap();
        let collection = store.create_collection("Zelmont").unwrap().id;
        for (name, text) in texts {
            add(&store, collection, name, text);
        }
        let (reader, built_in) = (reader(), Vec::new());
        let config = DocumentsConfig { library: path, reader, embedder: None, built_in };
        let documents = Documents::when_needed(config).unwrap();
        let engine = Engine::start(Config::default()).unwrap();
        Self { _folder: folder, store, documents, engine, collection }
    }

    fn zelmont() -> Self {
        Self::new(&[("/light.txt", LIGHT), ("/harbour.txt", HARBOUR), ("/otters.txt", OTTERS)])
    }

    fn load(&self, id: &str, file: &str, context: Option<u32>) {
        let news = self.engine.subscribe(asleep());
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
        let settings = LoadSettings { context_length: context, ..LoadSettings::default() };
        let id = ModelId(id.to_owned());
        self.engine.send(Command::Models(models::Command::Load { id, path, settings }));
        loop {
            match news.recv_timeout(PATIENCE).expect("news in time") {
                Event::Models(models::Event::Loaded(_)) => return,
                Event::Models(models::Event::LoadFailed { error, .. }) => panic!("{error}"),
                _ => {}
            }
        }
    }

    /// The demonstration model under a name of its own: a real model, if a small one.
    fn with_model(self, context: u32) -> Self {
        self.load("small", "assets/starter/satchel-starter-q8_0.gguf", Some(context));
        self
    }

    fn question(&self, text: &str) -> Question {
        let mut question = Question::new(vec![self.collection], text);
        question.request.sampling = Sampling::greedy();
        question.request.max_tokens = Some(24);
        question
    }

    fn start(&self, question: Question) -> (AskGuard, Inbox<AskEvent>) {
        let (outbox, inbox) = channel(asleep());
        (ask(&self.documents, &self.engine, question, outbox), inbox)
    }

    fn ask(&self, question: Question) -> Asked {
        let (_guard, inbox) = self.start(question);
        Asked::hear(&inbox)
    }
}

/// What came of a question.
struct Asked {
    events: Vec<AskEvent>,
    answer: Result<Answer, AskError>,
}

impl Asked {
    fn hear(inbox: &Inbox<AskEvent>) -> Self {
        let mut events = Vec::new();
        loop {
            match inbox.recv_timeout(PATIENCE).expect("an event in time") {
                AskEvent::Finished(answer) => return Self { events, answer: Ok(*answer) },
                AskEvent::Failed(error) => return Self { events, answer: Err(error) },
                event => events.push(event),
            }
        }
    }

    #[track_caller]
    fn answer(&self) -> &Answer {
        self.answer.as_ref().expect("an answer")
    }

    /// The text as it streamed.
    fn streamed(&self) -> String {
        let piece = |event: &AskEvent| match event {
            AskEvent::Text(piece) => Some(piece.clone()),
            _ => None,
        };
        self.events.iter().filter_map(piece).collect()
    }

    /// The length of the prompt whose answer was told, in tokens; `None` when no model was asked.
    fn prompt_tokens(&self) -> Option<u32> {
        self.events.iter().find_map(|event| match event {
            AskEvent::Generating(JobEvent::Started { prompt_tokens, .. }) => Some(*prompt_tokens),
            _ => None,
        })
    }
}

#[track_caller]
fn assert_sound(answer: &Answer) {
    for citation in &answer.citations {
        assert!(answer.text.contains(&format!("[{}]", citation.number)), "{answer:?}");
        let characters = citation.characters.end - citation.characters.start;
        assert_eq!(citation.quote.chars().count() as u64, characters);
        assert!([LIGHT, HARBOUR, OTTERS].iter().any(|text| text.contains(&citation.quote)));
    }
}

#[test]
fn a_model_answers_from_numbered_passages_within_its_budget() {
    let world = World::zelmont().with_model(2048);
    let mut question = world.question("Who kept the light of Zelmont?");
    question.reading = Some(Reading::Passages);
    let asked = world.ask(question);
    let answer = asked.answer();
    let grounds = &answer.grounds;
    assert_eq!((grounds.reading, grounds.model.is_some()), (Reading::Passages, true));
    let prompt = &grounds.prompt.last().unwrap().content;
    assert!(prompt.contains("[1] light.txt, page 1\n> The lighthouse"), "{prompt}");
    assert!(prompt.ends_with("Question: Who kept the light of Zelmont?"), "{prompt}");
    let Budget { instructions, passages, earlier, question, answer: kept, context } =
        grounds.budget.unwrap();
    assert_eq!((kept, context, earlier), (24, 2048, 0));
    assert_eq!(Some(instructions + passages + question), asked.prompt_tokens());
    let numbers: Vec<_> = grounds.candidates.iter().map(|found| found.number).collect();
    assert_eq!(numbers[0], Some(1));
    assert!(grounds.candidates.iter().all(|found| found.left_out.is_empty()));
    assert_sound(answer);
    assert!(!asked.streamed().is_empty());
    assert!(matches!(asked.events[0], AskEvent::Progress { .. }));
}

#[test]
fn a_question_that_is_let_go_ends_soon_and_keeps_what_was_written() {
    let world = World::zelmont().with_model(2048);
    let mut question = world.question("Who kept the light of Zelmont?");
    question.request.max_tokens = None;
    question.request.sampling = Sampling::endless();
    let (guard, inbox) = world.start(question);
    let mut written = String::new();
    while written.is_empty() {
        match inbox.recv_timeout(PATIENCE).expect("an event in time") {
            AskEvent::Text(piece) => written.push_str(&piece),
            AskEvent::Finished(answer) => panic!("it ended by itself: {answer:?}"),
            AskEvent::Failed(error) => panic!("{error}"),
            _ => {}
        }
    }
    drop(guard);
    let asked = Asked::hear(&inbox);
    assert!(asked.answer().stopped);
    assert!(!asked.answer().text.is_empty());
}

#[test]
fn the_demonstration_model_leaves_documents_to_the_reader() {
    let world = World::zelmont();
    world.load(library::DEMO, "assets/starter/satchel-starter-q8_0.gguf", Some(512));
    let asked = world.ask(world.question("Who kept the light of Zelmont?"));
    let answer = asked.answer();
    assert_eq!(answer.text, "Otto Brand kept the light until 1901. [1]");
    assert_eq!((answer.found, asked.prompt_tokens()), (true, None));
    assert_eq!((answer.grounds.model.as_ref(), answer.grounds.budget), (None, None));
    assert!(answer.grounds.because.contains("demonstration"), "{}", answer.grounds.because);
    assert_eq!(asked.streamed(), answer.text);
    assert_sound(answer);
    let mut question = world.question("Who kept the light of Zelmont?");
    question.answerer = Answerer::Model;
    let asked = world.ask(question);
    assert!(asked.prompt_tokens().is_some());
    assert_eq!(asked.answer().grounds.answerer, Answerer::Model);
}

#[test]
fn where_nothing_fits_no_model_is_asked() {
    let world = World::zelmont().with_model(2048);
    let mut question = world.question("Why do volcanoes erupt?");
    question.reading = Some(Reading::Passages);
    let asked = world.ask(question);
    assert_eq!(asked.answer().text, "Nothing in these documents answers that");
    assert_eq!((asked.answer().found, asked.prompt_tokens()), (false, None));
    let empty = World::new(&[]);
    let asked = empty.ask(empty.question("Who?"));
    assert!(!asked.answer().found && asked.answer().text.contains("no documents"));
}

#[test]
fn short_documents_are_read_whole_and_long_ones_refused_with_their_length() {
    let world = World::zelmont().with_model(2048);
    let asked = world.ask(world.question("Who kept the light of Zelmont?"));
    assert_eq!(asked.answer().grounds.reading, Reading::Whole);
    let prompt = &asked.answer().grounds.prompt.last().unwrap().content;
    assert!(prompt.contains("Otters live") && prompt.contains("[3]"), "{prompt}");

    let long: String = (0..900).map(|n| format!("The keeper wrote line {n}. ")).collect();
    add(&world.store, world.collection, "/long.txt", &long);
    let mut question = world.question("Who kept the light of Zelmont?");
    assert_eq!(world.ask(question.clone()).answer().grounds.reading, Reading::Passages);
    question.reading = Some(Reading::Whole);
    match world.ask(question).answer {
        Err(AskError::TooLong { needed, held: 2048, .. }) => assert!(needed > 2048),
        other => panic!("{other:?}"),
    }
}

/// Two documents that do not fit into a context of 1,024 tokens.
fn two_long_documents() -> World {
    let text = |what: &str| -> String {
        (0..90).map(|n| format!("The {what} of Zelmont has door number {n}. ")).collect()
    };
    World::new(&[("/a.txt", &text("tower")), ("/b.txt", &text("church"))]).with_model(1024)
}

#[test]
fn a_summary_notes_every_part_and_tells_how_far_it_is() {
    let world = two_long_documents();
    let asked = world.ask(world.question("Summarise everything"));
    let answer = asked.answer();
    assert_eq!(answer.grounds.reading, Reading::Summary);
    let parts: Vec<&str> = asked
        .events
        .iter()
        .filter_map(|event| match event {
            AskEvent::Progress { fraction: Some(share), text } if text.starts_with("Part") => {
                assert!((0.0..1.0).contains(share));
                Some(text.as_str())
            }
            _ => None,
        })
        .collect();
    assert!(parts.len() > 2, "{parts:?}");
    assert!(parts.iter().any(|part| part.contains("b.txt")), "{parts:?}");
    let prompt = &answer.grounds.prompt.last().unwrap().content;
    assert!(prompt.ends_with("Request: Summarise everything"), "{prompt}");
    assert!(asked.prompt_tokens().is_some_and(|tokens| tokens + 24 <= 1024));
}

#[test]
fn a_scan_puts_every_chunk_to_the_model_and_counts_itself() {
    let world = two_long_documents();
    let asked = world.ask(world.question("List all doors"));
    let answer = asked.answer();
    assert_eq!(answer.grounds.reading, Reading::Scan);
    let chunks: u64 = world.store.collections().unwrap().iter().map(|all| all.chunks).sum();
    let last = asked.events.iter().rev().find_map(|event| match event {
        AskEvent::Progress { fraction: Some(_), text } => Some(text.clone()),
        _ => None,
    });
    assert!(last.unwrap().contains(&format!("of {chunks} passages read")));
    // Whatever so small a model picks out, its lines have the form and the count is right.
    let lines = answer.text.lines().filter(|line| line.starts_with("- ")).count();
    if answer.found {
        assert!(answer.text.starts_with(&format!("{lines} found:")), "{}", answer.text);
        assert!(!answer.citations.is_empty());
    } else {
        assert_eq!(lines, 0);
    }
    assert!(answer.grounds.dropped_numbers.is_empty());
}

#[test]
fn a_scan_that_is_stopped_says_so() {
    let world = two_long_documents();
    let (guard, inbox) = world.start(world.question("List all doors"));
    loop {
        match inbox.recv_timeout(PATIENCE).expect("an event in time") {
            AskEvent::Progress { fraction: Some(share), .. } if share > 0.0 => break,
            AskEvent::Finished(answer) => panic!("too early: {answer:?}"),
            AskEvent::Failed(error) => panic!("{error}"),
            _ => {}
        }
    }
    drop(guard);
    let asked = Asked::hear(&inbox);
    assert!(asked.answer().stopped);
    assert!(asked.answer().grounds.because.contains("stopped after"));
}

#[test]
fn without_a_model_mentions_are_counted_and_a_summary_is_quoted() {
    let world = World::zelmont();
    let asked = world.ask(world.question("List all sentences about cranes"));
    let answer = asked.answer();
    assert_eq!(answer.grounds.reading, Reading::Scan);
    let head = answer.text.lines().next().unwrap();
    assert!(head.starts_with("2 sentences in 2 documents mention"), "{head}");
    assert_eq!(answer.citations.len(), 2);
    assert_sound(answer);

    let summary = world.ask(world.question("What is this about?"));
    assert_eq!(summary.answer().grounds.reading, Reading::Summary);
    assert!(summary.answer().citations.len() > 2);
    assert_sound(summary.answer());

    let nothing = world.ask(world.question("List all volcanoes"));
    assert_eq!(nothing.answer().grounds.reading, Reading::Passages);
    assert!(!nothing.answer().found);
}

#[test]
fn a_follow_up_is_searched_with_the_words_of_what_came_before() {
    let world = World::zelmont();
    let mut question = world.question("And when was it built?");
    question.earlier = vec![
        Message::new(Role::User, "Where is the lighthouse?"),
        Message::new(Role::Assistant, "It stands on a rock [1]."),
    ];
    let asked = world.ask(question.clone());
    let answer = asked.answer();
    assert_eq!(answer.grounds.standalone.as_deref(), Some("And when was it built? (lighthouse)"));
    assert!(answer.text.contains("1872"), "{}", answer.text);
    // With a model the earlier turns are read as well, without their numbers.
    let world = world.with_model(2048);
    let asked = world.ask(question);
    let prompt = &asked.answer().grounds.prompt;
    assert_eq!(prompt[2].content, "It stands on a rock.");
    assert!(asked.answer().grounds.budget.unwrap().earlier > 0);
}

#[test]
fn all_collections_are_asked_where_none_is_named() {
    let world = World::zelmont();
    let other = world.store.create_collection("other").unwrap().id;
    add(&world.store, other, "/whales.txt", "Whales sing in winter near Zelmont.");
    let whales = |collections: Vec<CollectionId>| {
        let question = Question { collections, ..world.question("When do whales sing?") };
        world.ask(question).answer().found
    };
    assert!(whales(Vec::new()) && whales(vec![world.collection, other]));
    assert!(!whales(vec![world.collection]));
}

#[test]
fn an_embedding_model_and_a_chat_model_share_an_engine() {
    let world = World::zelmont().with_model(2048);
    world.load("bert", "tests/fixtures/tiny-bert-embedding.gguf", None);
    let embedder: Arc<dyn Embedder> = Arc::new(EngineEmbedder::of(&world.engine).unwrap());
    world.documents.set_embedder(Some(embedder));
    let mut question = world.question("Who kept the light of Zelmont?");
    question.reading = Some(Reading::Passages);
    let asked = world.ask(question);
    let answer = asked.answer();
    assert!(answer.grounds.meaning_weight.is_some());
    assert!(answer.grounds.model.is_some());
}

/// With words that the small reranker knows: the more of a passage's are in the question, the better.
fn with_reranker(file: &str) -> World {
    let world = World::new(&[
        ("/far.txt", "Good people, long water."),
        ("/near.txt", "Was the water of the people long and good on the day?"),
    ]);
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").join(file);
    let (engine, id) = (world.engine.clone(), ModelId("cross".to_owned()));
    world.documents.set_reranker(Some(Arc::new(EngineReranker::new(engine, id, path))));
    world
}

#[test]
fn a_reranker_is_loaded_when_it_is_needed_and_orders_what_is_read() {
    let world = with_reranker("tiny-bert-reranker.gguf");
    let mut question = world.question("Was the water of the people long and good?");
    question.reading = Some(Reading::Passages);
    assert!(world.engine.loaded().is_empty());
    let asked = world.ask(question.clone());
    let grounds = &asked.answer().grounds;
    assert!(world.engine.loaded()[0].is_reranker);
    let told = grounds.reranking.as_ref().unwrap();
    assert_eq!(
        (told.model.as_str(), told.read, told.failure.as_ref()),
        ("Tiny Cross-Encoder", 2, None)
    );
    let reranked = |place: usize| grounds.candidates[place].passage.reranked.unwrap();
    assert!(reranked(0).score > reranked(1).score, "{:?}", grounds.candidates);
    assert_eq!((reranked(0).before, reranked(1).before), (2, 1));
    assert!(grounds.candidates[0].passage.path.ends_with("near.txt"));
    // The reranker is no chat model.
    assert_eq!(grounds.model, None);
    question.rerank = false;
    assert_eq!(world.ask(question).answer().grounds.reranking, None);
}

#[test]
fn a_reranker_that_is_gone_or_none_costs_its_order_alone() {
    for (file, why) in [("absent.gguf", "cannot read"), ("tiny-llama.gguf", "no reranker")] {
        let world = with_reranker(file);
        let mut question = world.question("Was the water of the people long and good?");
        question.reading = Some(Reading::Passages);
        let asked = world.ask(question);
        let grounds = &asked.answer().grounds;
        let failure = grounds.reranking.as_ref().unwrap().failure.as_ref().unwrap();
        assert!(failure.contains(why), "{failure}");
        assert_eq!(grounds.candidates.len(), 2);
    }
}

#[test]
fn an_edited_prompt_is_sent_as_it_is_and_its_numbers_are_checked() {
    let world = World::zelmont().with_model(2048);
    let edited = vec![Message::new(Role::User, "Say: It was so [1] [9].")];
    let mut question = world.question("Who kept the light of Zelmont?");
    question.reading = Some(Reading::Passages);
    question.prompt = Some(edited.clone());
    let asked = world.ask(question);
    let answer = asked.answer();
    assert_eq!(answer.grounds.prompt, edited);
    assert!(!answer.grounds.candidates.is_empty());
    assert!(!answer.text.contains("[9]"), "{}", answer.text);
}

#[test]
fn a_model_that_is_wanted_and_not_there_is_named() {
    let world = World::zelmont();
    let mut question = world.question("Who kept the light of Zelmont?");
    question.answerer = Answerer::Model;
    assert_eq!(world.ask(question.clone()).answer.unwrap_err(), AskError::Model(Error::NoModel));
    question.request.model = Some(ModelId("absent".to_owned()));
    let error = world.ask(question).answer.unwrap_err();
    assert!(error.to_string().contains("absent is not loaded"), "{error}");
}

#[test]
fn what_was_left_out_says_why() {
    let text = |n: usize| format!("The keeper of tower {n} wrote. ").repeat(30);
    let texts: Vec<(String, String)> = (0..6).map(|n| (format!("/{n}.txt"), text(n))).collect();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let world = World::new(&texts).with_model(1024);
    let mut question = world.question("What did the keeper of the tower write?");
    question.reading = Some(Reading::Passages);
    let asked = world.ask(question);
    let found: &[Candidate] = &asked.answer().grounds.candidates;
    assert_eq!(found.len(), 6);
    assert!(found.iter().all(|found| found.number.is_some() || !found.left_out.is_empty()));
    assert!(found.iter().any(|found| found.number.is_none()), "{found:?}");
    assert!(asked.prompt_tokens().is_some_and(|tokens| tokens + 24 <= 1024));
}

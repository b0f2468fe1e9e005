//! Vectors of texts, by a real small embedding model, through the engine's public interface.
#![allow(clippy::expect_used, reason = "a test says what it expects")]
#![allow(missing_docs, reason = "a test's name says what it shows")]

mod support;

use engine::inference::{EmbedEvent, EmbedRequest, Embeddings, TextKind};
use engine::models::{self, LoadSettings, LoadedModel, ModelId};
use engine::{Command, Config, Engine, Error, JobEvent, StopReason, asleep};
use support::{ask, demo, endless, fixture, greedy, load};

fn embedder() -> (Engine, LoadedModel) {
    let engine = Engine::start(Config::default()).expect("an engine thread");
    let path = fixture("tiny-bert-embedding.gguf");
    let loaded = load(&engine, "bert", path, LoadSettings::default()).expect("a loaded model");
    (engine, loaded)
}

fn request(texts: &[&str]) -> EmbedRequest {
    let texts = texts.iter().map(|text| (*text).to_owned()).collect();
    EmbedRequest { texts, ..EmbedRequest::default() }
}

fn embed(engine: &Engine, request: EmbedRequest) -> Result<Embeddings, Error> {
    engine.embed(request, asleep()).finish()
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

const TEXTS: [&str; 5] = [
    "the bridge over the river",
    "a bridge over a river",
    "the sea at night",
    "",
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen",
];

#[test]
fn a_text_gets_the_same_vector_of_length_one_alone_and_among_others() {
    let (engine, loaded) = embedder();
    let dimensions = loaded.embedding.expect("an embedding model").dimensions as usize;
    let together = embed(&engine, request(&TEXTS)).expect("vectors");
    assert_eq!((together.vectors.len(), together.tokens.len()), (TEXTS.len(), TEXTS.len()));
    assert!(together.truncated.is_empty());
    for (index, text) in TEXTS.iter().enumerate() {
        let alone = embed(&engine, request(&[text])).expect("a vector");
        let vector = &together.vectors[index];
        assert_eq!(vector.len(), dimensions);
        assert!((cosine(vector, vector) - 1.0).abs() < 1e-5);
        assert!(cosine(vector, &alone.vectors[0]) > 0.9999, "{text}");
        assert_eq!(together.tokens[index], alone.tokens[0]);
    }
    let different = cosine(&together.vectors[0], &together.vectors[2]);
    assert!(different < 0.999, "{different}");
    assert!(together.tokens[4] > together.tokens[0]);
}

#[test]
fn nothing_is_cut_without_a_word() {
    let (engine, loaded) = embedder();
    let long = "river ".repeat(2000);
    let texts = request(&["short", &long]);
    match embed(&engine, texts.clone()) {
        Err(Error::TextTooLong { index: 1, tokens, longest }) => {
            assert!(tokens > longest);
            assert_eq!(longest, loaded.context_length);
        }
        other => panic!("{other:?}"),
    }
    let cut = embed(&engine, EmbedRequest { truncate: true, ..texts }).expect("vectors");
    assert_eq!(cut.truncated, [1]);
    assert_eq!(cut.tokens[1], loaded.context_length);
    let absurd = EmbedRequest { truncate: true, ..request(&[&"a b ".repeat(5_000_000)]) };
    assert_eq!(embed(&engine, absurd).expect("a vector").truncated, [0]);
}

#[test]
fn many_texts_tell_how_far_they_have_come() {
    let (engine, _) = embedder();
    let texts: Vec<String> = (0..200).map(|n| format!("text number {n}")).collect();
    let job = engine.embed(EmbedRequest { texts, ..EmbedRequest::default() }, asleep());
    let mut told = 0;
    for event in job.wait() {
        match event {
            EmbedEvent::Progressed { done, of } => {
                assert!(done > told && of == 200, "{done} of {of} after {told}");
                told = done;
            }
            EmbedEvent::Finished(embeddings) => {
                assert_eq!(embeddings.vectors.len(), 200);
                assert!(told > 0);
                return;
            }
            EmbedEvent::Failed(error) => panic!("{error}"),
        }
    }
}

#[test]
fn vectors_are_made_while_an_answer_runs_and_the_answer_goes_on() {
    let (engine, _) = embedder();
    let settings = LoadSettings { context_length: Some(1024), ..LoadSettings::default() };
    load(&engine, "demo", demo(), settings).expect("a loaded model");
    let alone = ask(&engine, greedy("What can you do?", 24)).text;
    let mut running = engine.generate(endless(), asleep());
    let first = running.wait().find(|event| matches!(event, JobEvent::Text(_)));
    assert!(first.is_some());
    let beside = embed(&engine, request(&TEXTS)).expect("vectors");
    assert_eq!(beside.vectors.len(), TEXTS.len());
    let answered = ask(&engine, greedy("What can you do?", 24));
    assert_eq!(answered.text, alone);
    running.stop();
    let end = running.wait().last();
    assert!(matches!(end, Some(JobEvent::Finished(_))), "{end:?}");
}

#[test]
fn requests_that_cannot_be_met_say_what_to_do() {
    let engine = Engine::start(Config::default()).expect("an engine thread");
    let nothing = embed(&engine, request(&["hi"])).expect_err("no vector");
    assert_eq!(nothing, Error::NoEmbeddingModel);
    load(&engine, "demo", demo(), LoadSettings::default()).expect("a loaded model");
    let named =
        |name: &str| EmbedRequest { model: Some(ModelId(name.to_owned())), ..request(&["hi"]) };
    let chat = embed(&engine, named("demo")).expect_err("no vector");
    assert_eq!(chat, Error::NoEmbeddingModel);
    let absent = embed(&engine, named("absent")).expect_err("no vector");
    assert_eq!(absent, Error::ModelNotLoaded("absent".to_owned()));
    let answer = ask(&engine, greedy("What can you do?", 4));
    assert_ne!(answer.finish.reason, StopReason::Cancelled);
}

#[test]
fn no_texts_get_no_vectors_and_kinds_without_prefixes_change_nothing() {
    let (engine, loaded) = embedder();
    assert!(embed(&engine, request(&[])).expect("an empty answer").vectors.is_empty());
    assert_eq!(loaded.embedding.expect("an embedding model").query_prefix, "");
    let plain = embed(&engine, request(&TEXTS[..1])).expect("a vector");
    let query = EmbedRequest { kind: TextKind::Query, ..request(&TEXTS[..1]) };
    assert_eq!(embed(&engine, query).expect("a vector"), plain);
}

#[test]
fn a_model_that_is_unloaded_ends_its_requests_and_a_dropped_job_ends_quietly() {
    let (engine, _) = embedder();
    let texts: Vec<String> = (0..50_000).map(|n| format!("text number {n}")).collect();
    let endless = EmbedRequest { texts, ..EmbedRequest::default() };
    drop(engine.embed(endless.clone(), asleep()));
    let job = engine.embed(endless, asleep());
    engine.send(Command::Models(models::Command::Unload(ModelId("bert".to_owned()))));
    assert_eq!(job.finish().expect_err("no vectors"), Error::ModelUnloaded);
}

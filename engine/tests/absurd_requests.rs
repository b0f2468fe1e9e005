//! Requests that nobody should send are answered or refused in words, and the next one works.
#![allow(clippy::expect_used, reason = "a test says what it expects")]
#![allow(missing_docs, reason = "a test's name says what it shows")]

mod support;

use engine::inference::{Overflow, Sampling};
use engine::models::LoadSettings;
use engine::{Config, Engine, Error, GenerateRequest, Message, Role, StopReason, asleep};
use support::{ask, collect, demo, engine_with, greedy, load};

fn small(sequences: u32) -> Engine {
    let settings = LoadSettings {
        context_length: Some(1024),
        sequences: Some(sequences),
        ..LoadSettings::default()
    };
    engine_with(settings).0
}

fn try_ask(engine: &Engine, request: GenerateRequest) -> Result<String, Error> {
    collect(&engine.generate(request, asleep())).map(|answer| answer.text)
}

fn of(messages: Vec<Message>) -> GenerateRequest {
    GenerateRequest { messages, ..greedy("", 2) }
}

#[test]
fn odd_conversations_are_answered_or_refused_and_the_next_request_works() {
    let engine = small(2);
    let odd = [
        vec![],
        vec![Message::new(Role::System, "only this")],
        vec![Message::new(Role::Assistant, "I began")],
        vec![Message::new(Role::Tool, "a result of nothing")],
        vec![Message::new(Role::User, "")],
        vec![Message::new(Role::User, "\0\u{fdd0}\u{feff}\u{10ffff}")],
    ];
    for messages in odd {
        let words = format!("{messages:?}");
        match try_ask(&engine, of(messages)) {
            Ok(_) | Err(Error::InvalidRequest(_)) => {}
            Err(error) => panic!("{words}: {error:?}"),
        }
    }
    assert!(!ask(&engine, greedy("Hello", 8)).text.is_empty());
}

#[test]
fn what_is_far_too_long_is_refused_with_figures_or_shortened() {
    let engine = small(2);
    let long = of(vec![Message::new(Role::User, "word ".repeat(10_000_000))]);
    let error = try_ask(&engine, long).expect_err("50 MB do not fit");
    assert!(matches!(error, Error::ContextOverflow { .. }), "{error:?}");

    let turns = |n: usize| {
        let role = if n.is_multiple_of(2) { Role::User } else { Role::Assistant };
        Message::new(role, format!("message {n}"))
    };
    let many: Vec<_> = (0..10_001).map(turns).collect();
    let request = GenerateRequest { overflow: Overflow::DropOldest, ..of(many) };
    let answer = ask(&engine, request);
    assert!(answer.dropped_messages > 9_000, "{answer:?}");
}

/// Mistral's tokenizer, which goes deepest. The last runs are longer than any stack is made for.
#[test]
fn thousands_of_letters_without_a_space_do_not_overflow_the_stack() {
    let mut bytes = std::fs::read(demo()).expect("the demonstration model");
    let name = bytes.windows(6).position(|window| window == b"smollm").expect("its tokenizer");
    bytes[name..name + 6].copy_from_slice(b"tekken");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("tekken.gguf");
    std::fs::write(&path, bytes).expect("a model");
    let engine = Engine::start(Config::default()).expect("an engine thread");
    load(&engine, "tekken", path, LoadSettings::default()).expect("a loaded model");
    for run in ["a", "=", " ", "\n", "é", "1", "aB3/"] {
        for length in [10_000, 1_000_000, 1_100_000] {
            match try_ask(&engine, of(vec![Message::new(Role::User, run.repeat(length))])) {
                Ok(_) | Err(Error::ContextOverflow { .. }) => {}
                Err(error) => panic!("{length} of {run:?}: {error:?}"),
            }
        }
    }
    assert!(!ask(&engine, greedy("Hello", 8)).text.is_empty());
}

#[test]
fn stop_strings_of_every_kind_are_taken() {
    let engine = small(2);
    for stop in ["", " ", "\n", "é", "\0", &"x".repeat(1 << 20)] {
        let request = GenerateRequest { stop: vec![stop.to_owned()], ..greedy("Hello", 8) };
        match try_ask(&engine, request) {
            Ok(_) | Err(Error::InvalidRequest(_)) => {}
            Err(error) => panic!("{stop:?}: {error:?}"),
        }
    }
    let one = ask(&engine, greedy("Hello", 1));
    assert_eq!(one.finish.reason, StopReason::MaxTokens);
}

#[test]
fn samplers_out_of_range_are_refused() {
    let engine = small(2);
    for temperature in [f32::NAN, f32::INFINITY, -1.0] {
        let sampling = Sampling { temperature, ..Sampling::greedy() };
        let request = GenerateRequest { sampling, ..greedy("Hello", 2) };
        let error = try_ask(&engine, request).expect_err("out of range");
        assert!(matches!(error, Error::InvalidRequest(_)), "{error:?}");
    }
}

#[test]
fn thousands_of_requests_that_nobody_waits_for_leave_the_engine_free() {
    let engine = small(64);
    let jobs: Vec<_> =
        (0..3000).map(|n| engine.generate(greedy(&format!("Hello {n}"), 64), asleep())).collect();
    drop(jobs);
    assert!(!ask(&engine, greedy("Hello", 8)).text.is_empty());
}

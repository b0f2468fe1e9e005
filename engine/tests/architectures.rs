//! Models of several kinds, each a real file, through the engine's public interface.
#![allow(clippy::expect_used, reason = "a test says what it expects")]
#![allow(missing_docs, reason = "a test's name says what it shows")]

mod support;

use engine::models::{LoadSettings, ModelId};
use engine::{Config, Engine, Error, GenerateRequest, asleep};
use support::{ask, collect, fixture, follow_up, greedy, load};

fn small() -> LoadSettings {
    LoadSettings { context_length: Some(512), ..LoadSettings::default() }
}

fn engine() -> Engine {
    Engine::start(Config::default()).expect("an engine thread")
}

/// A second turn on an engine that knows the first, and on one that does not.
fn second_turns(name: &str) -> (support::Answered, support::Answered) {
    let warm = engine();
    load(&warm, name, fixture(name), small()).expect("a loaded model");
    let first = greedy("the sea and the night", 12);
    let answer = ask(&warm, first.clone());
    let second = follow_up(&first, &answer.text, "and the day");
    let reused = ask(&warm, second.clone());
    let cold = engine();
    load(&cold, name, fixture(name), small()).expect("a loaded model");
    (reused, ask(&cold, second))
}

#[test]
fn a_sliding_window_keeps_what_a_second_turn_needs() {
    let (reused, fresh) = second_turns("tiny-gemma3.gguf");
    assert_eq!(reused.prompt_tokens, fresh.prompt_tokens);
    assert_eq!(reused.text, fresh.text);
}

#[test]
fn a_recurrent_state_cannot_be_cut_and_is_made_anew() {
    let (reused, fresh) = second_turns("tiny-mamba.gguf");
    assert_eq!(reused.text, fresh.text);
    let engine = engine();
    load(&engine, "mamba", fixture("tiny-mamba.gguf"), small()).expect("a loaded model");
    let first = ask(&engine, greedy("the sea and the night", 12));
    let again = ask(&engine, greedy("the sea and the night", 12));
    assert_eq!(again.text, first.text);
    assert_eq!(again.finish.usage.generated_tokens, first.finish.usage.generated_tokens);
}

#[test]
fn a_thinking_model_is_known_by_its_template() {
    let engine = engine();
    let thinking = load(&engine, "t", fixture("tiny-qwen3-thinking.gguf"), small());
    assert!(thinking.expect("a loaded model").can_think);
    let plain = load(&engine, "p", fixture("tiny-llama.gguf"), small()).expect("a loaded model");
    assert!(!plain.can_think);
    assert_eq!(plain.template_note, None);
}

#[test]
fn a_missing_or_broken_template_is_replaced_and_said_so() {
    let engine = engine();
    for name in ["tiny-llama-no-template.gguf", "tiny-llama-broken-template.gguf"] {
        let loaded = load(&engine, name, fixture(name), small()).expect("a loaded model");
        let note = loaded.template_note.expect("a note");
        assert!(note.contains("is used instead"), "{note}");
        ask(&engine, greedy("hello", 4));
    }
}

#[test]
fn a_split_model_loads_from_its_first_part() {
    let engine = engine();
    let first = "tiny-llama-split-00001-of-00002.gguf";
    let loaded = load(&engine, "split", fixture(first), small()).expect("a loaded model");
    let whole = load(&engine, "whole", fixture("tiny-llama-no-template.gguf"), small());
    let whole = whole.expect("a loaded model");
    assert_eq!((loaded.parameters, loaded.size), (whole.parameters, whole.size));
    assert!(ask(&engine, greedy("the sea", 8)).finish.usage.generated_tokens > 0);
    let second = "tiny-llama-split-00002-of-00002.gguf";
    let refused = load(&engine, "second", fixture(second), small()).expect_err("a refusal");
    assert!(refused.to_string().contains("first part"), "{refused}");
}

/// llama.cpp would end the process at the first long text that such a model gets.
#[test]
fn an_embedding_model_is_refused_an_answer_in_words() {
    let engine = engine();
    let model = fixture("tiny-bert-embedding.gguf");
    load(&engine, "bert", model, LoadSettings::default()).expect("a loaded model");
    let request = GenerateRequest { model: Some(ModelId("bert".to_owned())), ..greedy("hi", 4) };
    let error = collect(&engine.generate(request, asleep())).expect_err("no answer");
    assert!(matches!(&error, Error::InvalidRequest(words) if words.contains("vectors")), "{error}");
    let error = collect(&engine.generate(greedy("hi", 4), asleep())).expect_err("no answer");
    assert!(matches!(error, Error::NoModel), "{error}");
}

#[test]
fn a_context_that_memory_cannot_hold_is_refused_with_one_that_fits() {
    let absurd = LoadSettings { context_length: Some(2_000_000_000), ..LoadSettings::default() };
    let error = load(&engine(), "m", fixture("tiny-llama.gguf"), absurd).expect_err("a refusal");
    let Error::NotEnoughMemory { needed, available, fitting_context } = error else {
        panic!("{error:?}");
    };
    assert!(needed > available);
    assert!(fitting_context.is_some_and(|context| context > 0));
}

#[test]
fn a_prompt_longer_than_one_step_is_read_in_parts() {
    let engine = engine();
    let settings = LoadSettings { context_length: Some(4096), ..LoadSettings::default() };
    load(&engine, "m", fixture("tiny-llama.gguf"), settings).expect("a loaded model");
    // More tokens than one of llama.cpp's batches takes; it ends the process on larger ones.
    let answer = ask(&engine, greedy(&"xyz ".repeat(700), 4));
    assert!(answer.prompt_tokens > 2048, "{}", answer.prompt_tokens);
    assert!(answer.finish.usage.generated_tokens > 0);
}

//! Answers that must have a form, of real small models.
#![allow(clippy::expect_used, reason = "a test says what it expects")]
#![allow(missing_docs, reason = "a test's name says what it shows")]

mod support;

use engine::inference::{Constraint, Sampling};
use engine::models::LoadSettings;
use engine::{Engine, Error, GenerateRequest, JobEvent, Message, Role, StopReason, asleep};
use serde_json::{Value, json};
use support::{ask, collect, engine_with, fixture, greedy, load};

fn small() -> LoadSettings {
    LoadSettings { context_length: Some(1024), ..LoadSettings::default() }
}

/// A model that would write anything: hot and unbounded, so that only the constraint holds it.
fn wild(seed: u32, constraint: Constraint) -> GenerateRequest {
    GenerateRequest {
        sampling: Sampling {
            temperature: 5.0,
            top_k: 0,
            top_p: 1.0,
            min_p: 0.0,
            seed: Some(seed),
            ..Sampling::default()
        },
        constraint: Some(constraint),
        ..GenerateRequest::ask("Describe a bridge.")
    }
}

/// A form with an end, so that even wild answers come to it.
fn verdict() -> Constraint {
    Constraint::JsonSchema(json!({
        "type": "object",
        "properties": {
            "grade": { "enum": ["good", "bad"] },
            "points": { "type": "integer", "minimum": 0, "maximum": 99 },
            "word": { "type": "string", "maxLength": 12 },
        },
        "required": ["grade", "points", "word"],
        "additionalProperties": false,
    }))
}

fn check_verdict(text: &str) {
    let value: Value = serde_json::from_str(text).expect("JSON");
    let keys: Vec<&String> = value.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["grade", "points", "word"], "{text}");
    assert!(["good", "bad"].contains(&value["grade"].as_str().expect("a string")), "{text}");
    assert!(value["points"].as_u64().expect("a number") < 100, "{text}");
    assert!(value["word"].as_str().expect("a string").chars().count() <= 12, "{text}");
}

#[test]
fn wild_answers_fit_the_schema_also_many_at_once_beside_a_free_one() {
    let (engine, _) = engine_with(small());
    let free = engine.generate(greedy("What can you do?", 32), asleep());
    let jobs: Vec<_> =
        (0..6).map(|seed| engine.generate(wild(seed, verdict()), asleep())).collect();
    for job in &jobs {
        let answer = collect(job).expect("an answer");
        assert_eq!(answer.finish.reason, StopReason::EndOfTurn);
        check_verdict(&answer.text);
    }
    let alone = ask(&engine, greedy("What can you do?", 32)).text;
    assert_eq!(collect(&free).expect("an answer").text, alone);
}

#[test]
fn an_answer_fits_a_regular_expression() {
    let (engine, _) = engine_with(small());
    for seed in 0..4 {
        let pattern = Constraint::Regex("(yes|no), [0-9]{3}".to_owned());
        let text = ask(&engine, wild(seed, pattern)).text;
        let number = text.strip_prefix("yes, ").or_else(|| text.strip_prefix("no, "));
        let number = number.expect("yes or no");
        assert!(number.len() == 3 && number.parse::<u32>().is_ok(), "{text}");
    }
}

#[test]
fn any_json_is_an_object_and_a_limit_cuts_it_and_says_so() {
    let (engine, _) = engine_with(small());
    let request = GenerateRequest { max_tokens: Some(6), ..wild(3, Constraint::Json) };
    let answer = ask(&engine, request);
    assert!(answer.text.starts_with('{'), "{:?}", answer.text);
    if answer.finish.reason == StopReason::EndOfTurn {
        serde_json::from_str::<Value>(&answer.text).expect("JSON");
    } else {
        assert_eq!(answer.finish.reason, StopReason::MaxTokens);
    }
}

#[test]
fn a_stop_string_ends_an_answer_that_has_a_form() {
    let (engine, _) = engine_with(small());
    let request = GenerateRequest { stop: vec!["\"points\"".to_owned()], ..wild(4, verdict()) };
    let answer = ask(&engine, request);
    assert_eq!(answer.finish.reason, StopReason::StopString("\"points\"".to_owned()));
    assert!(answer.text.contains("grade") && !answer.text.contains("points"), "{}", answer.text);
}

#[test]
fn a_cut_answer_goes_on_within_its_form_and_another_beginning_is_refused() {
    let (engine, _) = engine_with(small());
    let begun = r#"{"grade": "bad", "po"#;
    let continued = |beginning: &str| {
        let mut request = wild(5, verdict());
        request.messages.push(Message::new(Role::Assistant, beginning));
        request
    };
    let answer = ask(&engine, continued(begun));
    check_verdict(&format!("{begun}{}", answer.text));
    let refused = collect(&engine.generate(continued("Well, "), asleep())).expect_err("no answer");
    assert!(matches!(&refused, Error::InvalidRequest(words) if words.contains("continued")));
}

#[test]
fn a_schema_that_makes_no_sense_is_refused_in_words_before_anything_runs() {
    let (engine, _) = engine_with(small());
    for (schema, words) in [
        (json!({ "type": "strnig" }), "strnig"),
        (json!({ "$ref": "#/nowhere" }), "nowhere"),
        (json!({ "type": "string", "pattern": "(" }), "("),
    ] {
        let job = engine.generate(wild(1, Constraint::JsonSchema(schema)), asleep());
        let events: Vec<JobEvent> = job.wait().collect();
        let [JobEvent::Failed(Error::InvalidRequest(said))] = events.as_slice() else {
            panic!("{events:?}");
        };
        assert!(said.contains("JSON Schema") && said.contains(words), "{said}");
    }
    check_verdict(&ask(&engine, wild(2, verdict())).text);
}

#[test]
fn a_hostile_schema_costs_a_refusal_and_neither_hangs_nor_eats_memory() {
    let (engine, _) = engine_with(small());
    let deep_pattern = format!("{}a{}", "(".repeat(100_000), ")".repeat(100_000));
    let hostile = [
        Constraint::Regex("((((a{1,999}){1,999}){1,999}b?){1,999}){1,999}".to_owned()),
        Constraint::Regex(deep_pattern),
        Constraint::JsonSchema(json!({ "type": "string", "pattern": "(a|b|c){1,900000}x" })),
        Constraint::JsonSchema(json!({
            "type": "array", "minItems": 100_000_000, "items": { "type": "integer" },
        })),
    ];
    for constraint in hostile {
        let request = GenerateRequest { max_tokens: Some(8), ..wild(1, constraint) };
        // Whatever is allowed must run; whatever is not must say so.
        match collect(&engine.generate(request, asleep())) {
            Ok(answer) => assert!(answer.finish.usage.generated_tokens <= 8),
            Err(error) => {
                assert!(matches!(error, Error::InvalidRequest(_) | Error::OffForm(_)), "{error}");
            }
        }
    }
    check_verdict(&ask(&engine, wild(7, verdict())).text);
}

#[test]
fn only_what_follows_the_thinking_is_held_to_the_form() {
    let engine = Engine::start(engine::Config::default()).expect("an engine thread");
    let model = fixture("tiny-qwen3-thinking.gguf");
    let loaded = load(&engine, "thinker", model, small()).expect("a loaded model");
    assert!(loaded.can_think);
    for seed in 0..4 {
        let thoughtless = GenerateRequest { thinking: Some(false), ..wild(seed, verdict()) };
        check_verdict(&ask(&engine, thoughtless).text);
        let thinking = GenerateRequest {
            thinking: Some(true),
            max_tokens: Some(400),
            ..wild(seed, verdict())
        };
        let answer = ask(&engine, thinking);
        match answer.finish.reason {
            StopReason::EndOfTurn => check_verdict(&answer.text),
            // It may never have stopped thinking.
            reason => assert_eq!(reason, StopReason::MaxTokens),
        }
    }
}

#[test]
fn a_request_that_is_dropped_while_its_grammar_is_compiled_ends_quietly() {
    let (engine, _) = engine_with(small());
    for _ in 0..3 {
        drop(engine.generate(wild(1, verdict()), asleep()));
    }
    let mut stopped = engine.generate(wild(1, verdict()), asleep());
    stopped.stop();
    assert_eq!(collect(&stopped).expect("an end").finish.reason, StopReason::Cancelled);
    check_verdict(&ask(&engine, wild(9, verdict())).text);
}

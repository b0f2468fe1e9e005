//! Calls of tools, by real small models.
#![allow(clippy::expect_used, reason = "a test says what it expects")]
#![allow(missing_docs, reason = "a test's name says what it shows")]

mod support;

use engine::inference::{Constraint, MeasureRequest, Sampling, Tool, ToolCall, ToolChoice};
use engine::models::LoadSettings;
use engine::{Config, Engine, Error, GenerateRequest, Message, Role, StopReason, asleep};
use serde_json::json;
use support::{Answered, ask, collect, engine_with, fixture, greedy, load};

fn small() -> LoadSettings {
    LoadSettings { context_length: Some(2048), ..LoadSettings::default() }
}

fn tools() -> Vec<Tool> {
    let tool = |name: &str, parameters| Tool {
        name: name.to_owned(),
        description: format!("Tells the {name}."),
        parameters,
    };
    vec![
        tool(
            "weather",
            json!({
                "type": "object",
                "properties": {
                    "city": { "type": "string", "maxLength": 8 },
                    "unit": { "$ref": "#/$defs/unit" },
                },
                "required": ["city", "unit"],
                "additionalProperties": false,
                "$defs": { "unit": { "enum": ["celsius", "kelvin"] } },
            }),
        ),
        tool("time", json!({ "type": "object", "properties": {}, "additionalProperties": false })),
    ]
}

/// A model that would write anything.
fn wild(seed: u32, tool_choice: ToolChoice) -> GenerateRequest {
    GenerateRequest {
        sampling: Sampling {
            temperature: 5.0,
            top_k: 0,
            top_p: 1.0,
            min_p: 0.0,
            seed: Some(seed),
            ..Sampling::default()
        },
        max_tokens: Some(300),
        tools: tools(),
        tool_choice,
        ..GenerateRequest::ask("How is the weather in Rome?")
    }
}

fn check_call(answer: &Answered) -> &ToolCall {
    assert_eq!(answer.finish.reason, StopReason::ToolCalls, "{answer:?}");
    assert_eq!(answer.text, "", "{answer:?}");
    let [call] = answer.calls.as_slice() else { panic!("{answer:?}") };
    if call.name == "weather" {
        let unit = call.arguments["unit"].as_str().expect("a unit");
        assert!(["celsius", "kelvin"].contains(&unit), "{call:?}");
        assert!(call.arguments["city"].as_str().expect("a city").chars().count() <= 8);
    } else {
        assert_eq!((call.name.as_str(), &call.arguments), ("time", &json!({})));
    }
    call
}

#[test]
fn a_required_call_comes_with_sound_arguments_whatever_the_model() {
    let engine = Engine::start(Config::default()).expect("an engine thread");
    for (id, path) in [
        ("demo", support::demo()),
        ("thinker", fixture("tiny-qwen3-thinking.gguf")),
        ("without template", fixture("tiny-llama-no-template.gguf")),
    ] {
        load(&engine, id, path, small()).expect("a loaded model");
        for seed in 0..3 {
            let request =
                GenerateRequest { thinking: Some(false), ..wild(seed, ToolChoice::Required) };
            check_call(&ask(&engine, request));
            let named = wild(seed, ToolChoice::Named("weather".to_owned()));
            let answer = ask(&engine, GenerateRequest { thinking: Some(false), ..named });
            assert_eq!(check_call(&answer).name, "weather");
        }
    }
}

#[test]
fn tools_change_nothing_for_a_model_that_calls_none() {
    let (engine, _) = engine_with(small());
    let request = GenerateRequest { tools: tools(), ..greedy("What can you do?", 48) };
    let answer = ask(&engine, request);
    assert!(answer.calls.is_empty() && !answer.text.is_empty(), "{answer:?}");
    assert_ne!(answer.finish.reason, StopReason::ToolCalls);
}

#[test]
fn a_call_and_its_result_are_part_of_the_next_prompt() {
    let engine = Engine::start(Config::default()).expect("an engine thread");
    for (id, path) in [("demo", support::demo()), ("thinker", fixture("tiny-qwen3-thinking.gguf"))]
    {
        load(&engine, id, path, small()).expect("a loaded model");
        let first = GenerateRequest { thinking: Some(false), ..wild(1, ToolChoice::Required) };
        let answer = ask(&engine, first.clone());
        let call = check_call(&answer).clone();
        let mut next = GenerateRequest { tool_choice: ToolChoice::None, ..first };
        next.max_tokens = Some(16);
        let before = ask(&engine, next.clone()).prompt_tokens;
        next.messages
            .push(Message { tool_calls: vec![call.clone()], ..Message::new(Role::Assistant, "") });
        next.messages.push(Message::tool_result(call.id, "Sunny, 21 degrees"));
        let answered = ask(&engine, next);
        assert!(answered.calls.is_empty());
        assert!(answered.prompt_tokens > before + 10, "{} {before}", answered.prompt_tokens);
    }
}

#[test]
fn requests_that_contradict_themselves_are_refused_in_words() {
    let (engine, _) = engine_with(small());
    let refused = [
        GenerateRequest { constraint: Some(Constraint::Json), ..wild(1, ToolChoice::Auto) },
        GenerateRequest { tools: vec![], ..wild(1, ToolChoice::Required) },
        wild(1, ToolChoice::Named("absent".to_owned())),
    ];
    for request in refused {
        let error = collect(&engine.generate(request, asleep())).expect_err("no answer");
        assert!(
            matches!(&error, Error::InvalidRequest(words) if words.contains("tool")),
            "{error}"
        );
    }
}

#[test]
fn marks_of_thinking_and_calls_within_a_message_are_words() {
    let engine = Engine::start(Config::default()).expect("an engine thread");
    let model = fixture("tiny-qwen3-thinking.gguf");
    load(&engine, "thinker", model, small()).expect("a loaded model");
    let messages = ["<think>", "<tool_call>", "a </think> b"]
        .map(|text| Message::new(Role::User, text))
        .to_vec();
    let measure = engine
        .measure(MeasureRequest { messages, ..MeasureRequest::default() }, asleep())
        .recv_timeout(support::PATIENCE)
        .expect("a measure in time")
        .expect("a measure");
    // Each is spelled in several tokens instead of the one that stands for it.
    assert!(measure.message_tokens.iter().all(|tokens| *tokens > 2), "{measure:?}");
}

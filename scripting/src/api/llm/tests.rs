//! Questions to the demonstration model.

use engine::{JobEvent, StopReason};

use crate::RunEvent;
use crate::api::testing::{Stage, stop_while};

/// Options of an answer that goes on until it is stopped: nearly every token is as likely as every
/// other, and with this seed the end of the turn is not drawn.
const ENDLESS: &str = "#{ temperature: 5, top_k: 0, top_p: 1, min_p: 0, seed: 1 }";

#[test]
fn leaving_the_loop_stops_the_model() {
    let stage = Stage::new().with_models(false);
    let script = format!(
        r#"
        let stream = llm::stream("Go on for ever.", {ENDLESS});
        let pieces = 0;
        for piece in stream {{ pieces += 1; if pieces == 3 {{ break; }} }}
        [pieces, stream.answer().stop, stream.text.len > 0]
        "#
    );
    assert_eq!(stage.run(&script).expect("a loop").to_string(), "[3, \"cancelled\", true]");
    assert_eq!(stage.context.handles().count(), 0);
    let thrown = format!("for piece in llm::stream(\"Go on.\", {ENDLESS}) {{ throw \"enough\"; }}");
    assert!(stage.error(&thrown).contains("enough"));
    assert_eq!(stage.context.handles().count(), 0);
}

#[test]
fn a_stopped_app_stops_its_model() {
    let stage = Stage::new().with_models(false);
    let handles = stage.context.handles().clone();
    for script in [
        format!("for piece in llm::stream(\"Go on.\", {ENDLESS}) {{ }}"),
        format!("llm::chat(\"Go on.\", {ENDLESS})"),
        format!("try {{ llm::complete(\"Go on.\", {ENDLESS}) }} catch {{ }} 7"),
    ] {
        stop_while(&stage, &script, || handles.count() > 0);
        assert_eq!(handles.count(), 0, "{script}");
        let told: Vec<_> = stage.told.try_iter().collect();
        let cancelled = told.iter().any(|event| {
            matches!(event, RunEvent::Generating(JobEvent::Finished(finish))
                if finish.reason == StopReason::Cancelled)
        });
        assert!(cancelled, "who asked hears what it took: {told:?}");
    }
}

#[test]
fn the_caller_hears_everything_but_the_text_and_the_text_where_it_is_written() {
    let stage = Stage::new().with_models(false);
    stage.does("llm::chat(\"Hello\", #{ max_tokens: 5 })");
    let told: Vec<_> = stage.told.try_iter().collect();
    let heard = |is: fn(&JobEvent) -> bool| {
        told.iter().any(|event| matches!(event, RunEvent::Generating(event) if is(event)))
    };
    assert!(heard(|event| matches!(event, JobEvent::Started { .. })));
    assert!(heard(|event| matches!(event, JobEvent::Finished(_))));
    assert!(!heard(|event| matches!(event, JobEvent::Text(_))));
    assert!(!told.iter().any(|event| matches!(event, RunEvent::Text(_))));

    let text = stage.run("llm::complete(\"Hello\", #{ max_tokens: 5, seed: 1, write: true })");
    let written = stage.told.try_iter().filter_map(|event| match event {
        RunEvent::Text(text) => Some(text),
        _ => None,
    });
    assert_eq!(written.collect::<String>(), text.expect("an answer").to_string());
}

#[test]
fn options_are_heard() {
    let stage = Stage::new().with_models(false);
    let run = |script: &str| stage.run(script).expect(script).to_string();
    let same = "let o = #{ seed: 7, max_tokens: 12 }; llm::complete(\"Hi\", o) == llm::complete(\"Hi\", o)";
    assert_eq!(run(same), "true");
    assert_eq!(run("llm::chat(\"Hi\", #{ seed: 7, max_tokens: 1 }).stop"), "max_tokens");
    assert_eq!(run("llm::chat(\"Hi\", #{ seed: 7, max_tokens: 1 }).seed"), "7");
    let digits = run("llm::complete(\"How many?\", #{ regex: \"[0-9]{3}\" })");
    assert!(digits.len() == 3 && digits.parse::<u32>().is_ok(), "{digits}");
    let with_system = "llm::chat(\"Hi\", #{ system: \"Be brief.\", max_tokens: 1 }).usage.prompt
        > llm::chat(\"Hi\", #{ max_tokens: 1 }).usage.prompt";
    assert_eq!(run(with_system), "true");
    let order = r#"
        let schema = `{"type": "object", "properties": {"b": {"enum": [1]}, "a": {"enum": [2]}},
            "required": ["b", "a"], "additionalProperties": false}`;
        llm::json("Anything", schema, #{ write: true, temperature: 0 })"#;
    assert_eq!(run(order), "#{\"a\": 2, \"b\": 1}");
    for sampler in [
        "dry: #{ multiplier: 2, breakers: [\"\\n\"] }",
        "xtc: #{ probability: 1 }",
        "mirostat: true",
    ] {
        let differs = format!(
            "let o = #{{ seed: 7, max_tokens: 24 }}; let plain = llm::complete(\"Hi\", o);
            o += #{{ {sampler} }}; let one = llm::complete(\"Hi\", o);
            [one == llm::complete(\"Hi\", o), one.len > 0]"
        );
        assert_eq!(run(&differs), "[true, true]", "{sampler}");
    }
}

#[test]
fn what_makes_no_sense_is_refused_in_words() {
    let stage = Stage::new().with_models(false);
    for (script, words) in [
        ("llm::chat(\"a\", #{ temprature: 1 })", "did you mean `temperature`?"),
        ("llm::chat(\"a\", #{ temperature: 9 })", "temperature"),
        ("llm::chat(\"a\", #{ temperature: \"hot\" })", "is a string: it must be a number"),
        ("llm::chat(\"a\", #{ max_tokens: -1 })", "must be between 0 and"),
        ("llm::chat(\"a\", #{ max_tokens: 0 })", "max_tokens is 0"),
        ("llm::chat(\"a\", #{ overflow: \"drop\" })", "one of refuse, drop_oldest"),
        ("llm::chat(\"a\", #{ model: \"dmeo\" })", "did you mean `demo`?; loaded are demo"),
        ("llm::chat([])", "there are no messages"),
        ("llm::stream(\"a\", #{ write: true })", "no option `write`"),
        ("llm::complete(\"a\", #{ tools: [] })", "no option `tools`"),
        ("llm::chat(\"a\", #{ dry: 3 })", "dry is a int: it must be a map, true or false"),
        ("llm::chat(\"a\", #{ dry: #{ power: 1 } })", "dry has no option `power`"),
        ("llm::chat(\"a\", #{ xtc: #{ threshold: 2 } })", "xtc.threshold is 2"),
        ("llm::chat(\"a\", #{ mirostat: #{ version: 3 } })", "between 1 and 2"),
        ("llm::json(\"a\", 7)", "a schema is a map or JSON as a string, not a int"),
        ("llm::json(\"a\", \"{\")", "the schema is no JSON"),
        ("llm::json(\"a\", #{ type: \"thing\" })", "thing"),
        ("llm::chat(\"a\", #{ tools: [7] })", "a tool is a map"),
        ("llm::chat(\"a\", #{ tools: [#{ name: \"a\" }] })", "a tool needs run (function)"),
        ("llm::chat(\"a\", #{ tool_choice: \"b\" })", "there is no tool `b`"),
        (
            "llm::complete(text::template(\"{% for i in range(900) %}many words {% endfor %}\", #{}))",
            "overflow: \"drop_oldest\"",
        ),
        (
            "llm::json(\"a\", #{ type: \"string\", minLength: 50 }, #{ max_tokens: 3 })",
            "raise max_tokens",
        ),
        ("llm::embed(7)", "give a text or an array of texts, not a int"),
    ] {
        let error = stage.error(script);
        assert!(error.contains(words), "{script}: {error}");
    }
}

#[test]
fn without_a_model_the_error_says_which_could_be_loaded() {
    let stage = Stage::new();
    let error = stage.error("llm::chat(\"hello\")");
    assert!(error.contains("no model is loaded") && error.contains("can load demo"), "{error}");
    let error = stage.error("models::load(\"nothing\")");
    assert!(error.contains("there is no model \"nothing\""), "{error}");
    assert!(stage.run("models::current()").expect("none").is_unit());
    assert_eq!(stage.run("models::load(\"dem\").id").expect("loaded").to_string(), "demo");
    let progressed = stage.told.try_iter().any(|event| {
        matches!(event, RunEvent::Progress { fraction: Some(_), text } if text.starts_with("Loading"))
    });
    assert!(progressed);
    stage.does("llm::complete(\"hello\", #{ max_tokens: 1 })");
}

#[test]
fn a_model_calls_functions_of_the_script() {
    let stage = Stage::new().with_models(false);
    let script = r#"
        let tools = [#{
            name: "look_up",
            description: "Looks a word up",
            parameters: #{
                type: "object",
                properties: #{ word: #{ "enum": ["bag"] } },
                required: ["word"],
                additionalProperties: false,
            },
            run: |given| { print(`looked up ${given.word}`); "a satchel" },
        }];
        let answer = llm::chat("What is a bag?", #{
            tools: tools, tool_choice: "required", temperature: 0, max_rounds: 2,
        });
        answer.stop"#;
    // Whether a small model then answers or calls on is its own affair.
    match stage.run(script) {
        Ok(_) => {}
        Err(error) => assert!(error.contains("called tools 2 times"), "{error}"),
    }
    let printed = stage.printed.lock().expect("no panic").clone();
    assert_eq!(printed.first().map(String::as_str), Some("looked up bag"));
}

#[test]
fn a_stream_goes_on_when_tools_were_called() {
    let stage = Stage::new().with_models(false);
    let script = r#"
        let tools = [#{
            name: "look_up",
            parameters: #{
                type: "object",
                properties: #{ word: #{ "enum": ["bag"] } },
                required: ["word"],
                additionalProperties: false,
            },
            run: |given| { print(`looked up ${given.word}`); "a satchel" },
        }];
        let stream = llm::stream("What is a bag?", #{
            tools: tools, tool_choice: "required", temperature: 0, max_rounds: 2,
        });
        let text = "";
        for piece in stream { text += piece; }
        [text == stream.text, stream.answer().text.len > 0, stream.text.ends_with(stream.answer().text)]"#;
    // Whether a small model then answers or calls on is its own affair.
    match stage.run(script) {
        Ok(told) => assert_eq!(told.to_string(), "[true, true, true]"),
        Err(error) => assert!(error.contains("called tools 2 times"), "{error}"),
    }
    let printed = stage.printed.lock().expect("no panic").clone();
    assert_eq!(printed.first().map(String::as_str), Some("looked up bag"));
    assert_eq!(stage.context.handles().count(), 0);
}

#[test]
fn a_tool_cannot_look_at_the_stream_that_waits_for_it() {
    let stage = Stage::new().with_models(false);
    let script = r#"
        let stream = ();
        let nothing = #{ type: "object", properties: #{}, additionalProperties: false };
        let tools = [#{ name: "look", parameters: nothing, run: |given| stream.text }];
        stream = llm::stream("Look.", #{
            tools: tools, tool_choice: "required", temperature: 0, max_rounds: 1,
        });
        for piece in stream { }"#;
    if let Err(error) = stage.run(script) {
        assert!(error.contains("called tools 1 times"), "{error}");
    }
    let logged = stage.news.try_iter().any(|event| {
        matches!(event, crate::Event::Logged { line, .. } if line.text.contains("cannot look at it"))
    });
    assert!(logged);
}

#[test]
fn a_tool_that_fails_is_told_to_the_model_and_to_the_console() {
    let stage = Stage::new().with_models(false);
    let script = r#"
        let nothing = #{ type: "object", properties: #{}, additionalProperties: false };
        let tools = [#{ name: "fail", parameters: nothing, run: |given| throw "broken" }];
        llm::chat("Fail.", #{ tools: tools, tool_choice: "required", temperature: 0, max_rounds: 1 })"#;
    if let Err(error) = stage.run(script) {
        assert!(error.contains("called tools 1 times"), "{error}");
    }
    let logged = stage.news.try_iter().any(|event| {
        matches!(event, crate::Event::Logged { line, .. } if line.text.contains("the tool `fail` failed"))
    });
    assert!(logged);
}

#[test]
fn vectors_of_different_models_are_not_compared() {
    let stage = Stage::new().with_models(true);
    let error = stage.error("llm::embed(\"a\", #{ kind: \"question\" })");
    assert!(error.contains("one of plain, query, passage"), "{error}");
    let sum = "let v = llm::embed(\"a cat\").to_array(); let s = 0.0; for n in v { s += n * n; } s";
    let sum = stage.run(sum).expect("a vector").as_float().expect("a number");
    assert!((sum - 1.0).abs() < 1e-3, "{sum}");
}

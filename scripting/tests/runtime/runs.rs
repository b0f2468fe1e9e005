//! Runs: what goes in, what comes out, and how they end.

use engine::{Message, Role, asleep};
use scripting::{AppState, Command, RunEvent, RunInput, RunRequest};
use serde_json::json;

use crate::house::{House, app, last};

#[test]
fn input_reaches_the_script_and_what_it_writes_is_the_answer() {
    let house = House::with(
        r#"
        fn on_run(input) {
            test::write(input.text);
            test::write(`${input.messages[0].role}: ${input.messages[0].content}`);
            #{ sum: input.data.a + input.data.b, nothing: () }
        }
        "#,
    );
    let input = RunInput {
        text: "Hi ".to_owned(),
        data: Some(json!({ "a": 1, "b": 2 })),
        messages: vec![Message::new(Role::User, "Hello")],
    };
    let run = house.host.run(&app(), RunRequest { input, ..RunRequest::default() }, asleep());
    let events: Vec<_> = run.wait().collect();
    assert!(matches!(&events[0], RunEvent::Text(text) if text == "Hi "), "{events:?}");
    let RunEvent::Finished(outcome) = &events[2] else { panic!("{events:?}") };
    assert_eq!(outcome.text, "Hi user: Hello");
    assert_eq!(outcome.value, Some(json!({ "sum": 3, "nothing": null })));
}

#[test]
fn a_returned_text_is_the_answer_where_nothing_was_written() {
    let house = House::with("fn on_run(input) { input.text.to_upper() }");
    assert_eq!(house.answer("loud"), "LOUD");
}

#[test]
fn input_and_output_are_held_against_the_manifest() {
    let house = House::with_manifest(
        "fn on_run(input) { if input.data.n > 2 { \"many\" } else { input.data.n } }",
        r#"
        [input]
        type = "object"
        required = ["n"]
        properties.n = { type = "integer" }
        [output]
        type = "integer"
        "#,
    );
    let run = |data| {
        let input = RunInput { data: Some(data), ..RunInput::default() };
        last(&house.host.run(&app(), RunRequest { input, ..RunRequest::default() }, asleep()))
    };
    assert_eq!(run(json!({ "n": 1 })).unwrap().value, Some(json!(1)));
    let problem = run(json!({ "n": "x" })).unwrap_err();
    assert!(problem.message.contains("the input") && problem.message.contains("/n"), "{problem}");
    let problem = run(json!({ "n": 3 })).unwrap_err();
    assert!(problem.message.contains("on_run returned"), "{problem}");
}

#[test]
fn a_run_that_nobody_wants_any_more_stops_and_keeps_what_was_written() {
    for endless in ["loop {}", "let i = 0; loop { i += 1; }", "test::wait();", "sleep(1e9);"] {
        let house = House::with(&format!(
            "fn on_run(input) {{ test::write(\"begun\"); {endless} test::write(\"done\"); }}"
        ));
        let mut run = house.start_run("x");
        assert!(matches!(run.wait().next(), Some(RunEvent::Text(_))));
        run.stop();
        let outcome = last(&run).unwrap();
        assert!(outcome.stopped && outcome.text == "begun", "{outcome:?} for {endless}");
        // The app is as good as before.
        assert_eq!(house.wait_state(AppState::Loaded).version, 1);
    }
}

#[test]
fn a_stopped_script_cannot_go_on_by_catching() {
    let house = House::with(
        r#"
        fn on_run(input) {
            test::write("begun");
            let n = 0;
            loop { try { loop { n += 1; } } catch { n = 0; } }
        }
        "#,
    );
    let mut run = house.start_run("x");
    assert!(matches!(run.wait().next(), Some(RunEvent::Text(_))));
    run.stop();
    assert!(last(&run).unwrap().stopped);
}

#[test]
fn a_job_runs_after_the_call_that_started_it_and_can_be_stopped() {
    let house = House::with(
        r#"
        fn on_run(input) { test::start("work"); print("first"); }
        fn work() { this.worked = true; print("second"); loop {} }
        "#,
    );
    house.run("x").unwrap();
    house.wait_log("first");
    house.wait_log("second");
    house.host.send(Command::Stop(app()));
    house.wait_log("stopped");
    assert_eq!(house.wait_state(AppState::Loaded).problems, []);
}

#[test]
fn runs_wait_for_one_another_and_one_that_is_dropped_is_not_begun() {
    let house = House::with(
        r#"
        fn on_run(input) {
            test::note(input.text);
            if input.text == "slow" { test::write("begun"); test::wait(); }
        }
        "#,
    );
    let mut slow = house.start_run("slow");
    assert!(matches!(slow.wait().next(), Some(RunEvent::Text(_))));
    let mut unwanted = house.start_run("unwanted");
    let wanted = house.start_run("wanted");
    unwanted.stop();
    assert!(last(&unwanted).unwrap().stopped, "at once, and not when it would be its turn");
    slow.stop();
    assert!(last(&slow).unwrap().stopped);
    last(&wanted).unwrap();
    assert_eq!(*house.notes.lock().unwrap(), ["slow", "wanted"]);
}

#[test]
fn an_unknown_app_is_said_with_the_one_that_was_meant() {
    let house = House::with("");
    let id = scripting::AppId("apq".to_owned());
    let problem = last(&house.host.run(&id, RunRequest::default(), asleep())).unwrap_err();
    assert_eq!(problem.message, "there is no app `apq`: did you mean `app`?");
}

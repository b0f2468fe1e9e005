//! `satchel apps`, through the real program and the demonstration model.

#![allow(clippy::expect_used, reason = "a test may give up")]

mod program;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use program::{Program, Running};
use serde_json::Value;

impl Program {
    /// An app of the person's own.
    fn app(&self, id: &str, manifest: &str, script: &str) -> PathBuf {
        write_app(&self.data().join("apps"), id, manifest, script)
    }

    /// An app that lies elsewhere.
    fn app_elsewhere(&self, id: &str, manifest: &str, script: &str) -> String {
        let folder = write_app(&self.folder.path().join("elsewhere"), id, manifest, script);
        folder.to_str().expect("a path in UTF-8").to_owned()
    }

    /// What is said about a run that fails, besides which model is used.
    #[track_caller]
    fn refused(&self, arguments: &[&str]) -> String {
        let ended = self.run(&[&["apps", "run"], arguments].concat());
        assert_eq!((ended.code, ended.output.as_str()), (Some(1), ""), "{ended:?}");
        let errors = ended.errors;
        let said = errors.split_once("satchel: ").map(|(_, said)| said.to_owned());
        said.unwrap_or_else(|| panic!("nothing is said to be wrong: {errors}"))
    }

    /// The answer of an app, as JSON.
    fn answer(&self, arguments: &[&str]) -> Value {
        self.run(&[&["apps", "run", "--json", "--max-tokens", "24"], arguments].concat()).json()
    }
}

fn write_app(apps: &Path, id: &str, manifest: &str, script: &str) -> PathBuf {
    let folder = apps.join(id);
    fs::create_dir_all(&folder).expect("a folder");
    let head = format!("id = \"{id}\"\nname = \"The {id}\"\nversion = \"1.2.3\"\napi = 1\n");
    fs::write(folder.join("app.toml"), head + manifest).expect("a manifest");
    fs::write(folder.join("main.rhai"), script).expect("a script");
    folder
}

const ECHO: &str = "fn on_run(input) { app::write(input.text.to_upper()); }";

#[test]
fn apps_are_listed_with_what_they_ask_for() {
    let program = Program::new();
    program.app("mine", "[permissions]\nnet = [\"https://example.com/*\"]\n", ECHO);
    program.app("broken", "nmae = 1\n", ECHO);
    let list = program.run(&["apps", "list", "--json"]).json();
    let find = |id: &str| {
        let apps = list.as_array().expect("an array");
        apps.iter().find(|app| app["id"] == id).unwrap_or_else(|| panic!("no {id} in {list}"))
    };
    assert_eq!(
        (&find("chat")["from"], &find("chat")["permissions"][0]["granted"]),
        (&"shipped".into(), &true.into())
    );
    let asked = &find("mine")["permissions"][0];
    assert_eq!(asked["words"], "The mine wants to reach example.com");
    assert_eq!((&asked["granted"], &find("mine")["version"]), (&Value::Null, &"1.2.3".into()));
    let problem = &find("broken")["problems"][0];
    assert!(
        problem["message"].as_str().expect("words").contains("did you mean `name`"),
        "{problem}"
    );
    assert_eq!(problem["place"]["line"], 5);

    let table = program.run(&["apps", "list"]).succeeded();
    for words in ["summarize", "The mine", "cannot be used: app.toml:5:1:"] {
        assert!(table.contains(words), "{table}");
    }
}

#[test]
fn a_new_app_is_sound_and_runs_at_once() {
    let program = Program::new();
    for template in ["script", "assistant", "panel"] {
        let id = format!("my-{template}");
        let printed = program.run(&["apps", "new", &id, "--template", template]).succeeded();
        assert_eq!(Path::new(printed.trim()), program.data().join("apps").join(&id));
        let said = program.run(&["apps", "check", printed.trim()]).succeeded();
        assert_eq!(said, format!("My {template} 0.1.0: no problems\n"));
    }
    assert!(
        !program.answer(&["my-script", "--input", "Hi"])["text"].as_str().expect("text").is_empty()
    );
    assert!(
        !program.answer(&["my-assistant", "--input", "Hi"])["text"]
            .as_str()
            .expect("text")
            .is_empty()
    );
    let message = program.run(&["apps", "new", "my-script"]).failed();
    assert!(message.contains("already is an app `my-script`"), "{message}");
    let message = program.run(&["apps", "new", "Not An Id"]).misused();
    assert!(message.contains("lower-case letters"), "{message}");
    let message = program.run(&["apps", "new", "con"]).misused();
    assert!(message.contains("Windows keeps this name"), "{message}");
}

#[test]
fn all_problems_are_printed_with_their_places() {
    let program = Program::new();
    let path = program.app_elsewhere(
        "bad",
        "colour = 1\n[permissions]\nnet = [\"ftp://x\"]\n",
        "fn on_run(input) {\n    let x = ;\n}\n",
    );
    fs::write(Path::new(&path).join("parts.rhai"), "fn f( {}\n").expect("a module");
    let ended = program.run(&["apps", "check", &path]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    for place in [
        "app.toml:5:1: unknown key `colour`",
        "app.toml:7:8: `ftp://x`",
        "main.rhai:2:13:",
        "parts.rhai:1:",
    ] {
        assert!(
            ended.output.contains(&format!("{path}/{place}")),
            "{place} is not in {}",
            ended.output
        );
    }
    assert!(ended.output.contains("    let x = ;\n"), "{}", ended.output);
    assert!(ended.errors.contains("4 problems in"), "{}", ended.errors);
    let message = program.run(&["apps", "check", "/nowhere/app"]).failed();
    assert!(message.contains("/nowhere/app"), "{message}");
    let path = program.app_elsewhere("drawn", "icon = \"book-opne\"\n", ECHO);
    let ended = program.run(&["apps", "check", &path]);
    assert!(
        ended
            .output
            .contains("app.toml:5:8: there is no icon `book-opne`: did you mean `book-open`?"),
        "{ended:?}"
    );
}

#[test]
fn an_app_runs_by_its_id_and_by_its_path() {
    let program = Program::new();
    program.app("mine", "", ECHO);
    let path = program.app_elsewhere("other", "", ECHO);
    for app in ["mine", &path] {
        assert_eq!(program.run(&["apps", "run", app, "--input", "hello"]).succeeded(), "HELLO\n");
    }
    let piped = program.run_with_input(&["apps", "run", "mine", "--input", "-"], b"from afar\n");
    assert_eq!(piped.succeeded(), "FROM AFAR\n");
    let message = program.run(&["apps", "run", "mnie"]).failed();
    assert!(message.contains("did you mean `mine`?"), "{message}");
}

#[test]
fn what_on_run_returns_is_printed_where_nothing_was_written() {
    let program = Program::new();
    program.app("count", "", "fn on_run(input) { #{ letters: input.text.len, data: input.data } }");
    let answer = program.answer(&["count", "--input-json", r#"{"a": [1, 2.5]}"#]);
    assert_eq!(answer["value"]["data"]["a"][1], 2.5);
    assert_eq!((&answer["stopped"], &answer["text"]), (&false.into(), &"".into()));
    let printed = program.run(&["apps", "run", "count", "--input", "four"]).json();
    assert_eq!(printed["letters"], 4);
    program.app("words", "", "fn on_run(input) { `Hi ${input.text}` }");
    assert_eq!(program.run(&["apps", "run", "words", "--input", "you"]).succeeded(), "Hi you\n");
    let message = program.run(&["apps", "run", "count", "--input-json", "{"]).misused();
    assert!(message.contains("no JSON"), "{message}");
}

#[test]
fn input_that_does_not_suit_the_manifest_is_refused() {
    let program = Program::new();
    program.app("strict", "[input]\ntype = \"object\"\nrequired = [\"city\"]\n", ECHO);
    let message = program.refused(&["strict", "--input-json", "{}"]);
    assert!(message.contains("city"), "{message}");
}

#[test]
fn a_script_error_is_told_with_file_line_and_words() {
    let program = Program::new();
    program.app("bad", "", "fn on_run(input) {\n    let price = 3;\n    prise + 1\n}\n");
    let ended = program.run(&["apps", "run", "bad"]);
    assert_eq!((ended.code, ended.output.as_str()), (Some(1), ""));
    assert_eq!(
        ended.errors,
        "satchel: main.rhai:3:5: there is no variable `prise`: did you mean `price`?\n\
         \x20       prise + 1\n        ^\n"
    );
    program.app(
        "thrown",
        "",
        "fn on_run(input) {\n    app::write(\"half \");\n    throw \"no more paper\";\n}\n",
    );
    let ended = program.run(&["apps", "run", "thrown"]);
    assert_eq!((ended.code, ended.output.trim_end()), (Some(1), "half"));
    assert!(
        ended.errors.contains("main.rhai:3:") && ended.errors.contains("no more paper"),
        "{ended:?}"
    );
}

#[test]
fn a_script_that_does_not_compile_is_refused_before_a_model_is_loaded() {
    let program = Program::new();
    let permission = "[permissions]\nllm = true\n";
    program.app("bad", permission, "fn on_run(input) {\n    let = 1;\n}\n");
    let ended = program.run(&["apps", "run", "bad"]);
    assert_eq!(ended.code, Some(1));
    // Which model is used would be told first.
    assert!(ended.errors.starts_with("satchel: main.rhai:2:"), "{ended:?}");
    // One that asks no model itself may call one that does.
    program.app(
        "asks",
        permission,
        "fn on_run(input) { llm::complete(\"Hi\", #{ max_tokens: 3 }) }",
    );
    let script = "fn on_run(input) { app::run(\"asks\", #{ text: \"\" }).text }";
    program.app("calls", "[permissions]\napps = [\"asks\"]\n", script);
    let message = program.refused(&["calls", "--allow", "apps"]);
    assert!(
        message.contains("it is not granted to use the models"),
        "what is allowed holds for one app: {message}"
    );
}

#[test]
fn what_was_not_granted_is_refused_with_the_flag_that_grants_it() {
    let program = Program::new();
    let folder = program.folder.path().canonicalize().expect("a folder").display().to_string();
    fs::write(program.folder.path().join("notes.txt"), "milk").expect("a file");
    let manifest = format!("[permissions]\nllm = true\nfiles = [\"{folder}/*.txt\"]\n");
    let script = format!("fn on_run(input) {{ files::read(\"{folder}/notes.txt\") }}");
    let path = program.app_elsewhere("reader", &manifest, &script);
    let key = format!("files write {folder}/*.txt");
    let message = program.refused(&[&path]);
    assert!(message.contains(&format!("--allow \"{key}\"")), "{message}");
    for allow in ["files", &key] {
        let said = program.run(&["apps", "run", &path, "--allow", allow]).succeeded();
        assert_eq!(said, "milk\n");
    }
    // What one run was allowed is not kept.
    program.refused(&[&path, "--allow", "llm"]);
    let message = program.run(&["apps", "run", &path, "--allow", "net"]).misused();
    assert!(message.contains("does not ask for") && message.contains("\"llm\""), "{message}");
}

#[test]
fn what_an_app_prints_goes_to_standard_error() {
    let program = Program::new();
    program.app("loud", "", "fn on_run(input) { print(\"thinking\"); app::write(\"done\"); }");
    let ended = program.run(&["apps", "run", "loud"]);
    assert_eq!((ended.output.as_str(), ended.errors.as_str()), ("done\n", "thinking\n"));
}

#[cfg(unix)]
#[test]
fn an_interrupt_stops_the_run_and_keeps_what_was_said() {
    let program = Program::new();
    program.app(
        "endless",
        "",
        "fn on_run(input) { app::write(\"begun\\n\"); loop { sleep(0.01); } }",
    );
    let mut child = Running(program.command(&["apps", "run", "endless"]).spawn().expect("a start"));
    let mut output = BufReader::new(child.0.stdout.take().expect("an output"));
    let mut line = String::new();
    output.read_line(&mut line).expect("a line");
    assert_eq!(line, "begun\n");
    child.signal("INT");
    assert_eq!(child.wait().code(), Some(130));
}

#[cfg(unix)]
#[test]
fn an_app_in_work_runs_again_when_it_is_saved() {
    let program = Program::new();
    let path = program.app_elsewhere("draft", "", "fn on_run(input) { `first ${input.text}` }");
    let mut child =
        Running(program.command(&["apps", "dev", &path, "--input", "x"]).spawn().expect("a start"));
    let mut output = BufReader::new(child.0.stdout.take().expect("an output"));
    let mut errors = BufReader::new(child.0.stderr.take().expect("an output"));
    let mut next = || {
        let mut line = String::new();
        output.read_line(&mut line).expect("a line");
        line
    };
    assert_eq!(next(), "first x\n");
    let main = Path::new(&path).join("main.rhai");
    // Broken first: that is told, and mended by the next save.
    fs::write(&main, "fn on_run(input) {").expect("a save");
    let mut line = String::new();
    while !line.contains("main.rhai:1:") {
        line.clear();
        assert!(errors.read_line(&mut line).expect("a line") > 0, "it ended without telling");
    }
    fs::write(&main, "fn on_run(input) { `second ${input.text}` }").expect("a save");
    assert_eq!(next(), "second x\n");
    child.signal("INT");
    assert_eq!(child.wait().code(), Some(130));
}

#[test]
fn wrong_use_ends_with_code_2() {
    let program = Program::new();
    for line in [
        "apps",
        "apps run",
        "apps new",
        "apps run chat --input a --input-json 1",
        "apps dev",
        "apps new x --template poem",
    ] {
        program.run(&line.split(' ').collect::<Vec<_>>()).misused();
    }
}

/// What the shipped apps do in a conversation, with a model that knows nothing.
mod shipped {
    use super::*;

    const LONG: &str =
        "The satchel was brown. It had two straps and a buckle. Ada carried it to school. ";

    #[test]
    fn chat_answers() {
        let answer =
            Program::new().answer(&["chat", "--input", "What can you do?", "--temperature", "0"]);
        assert!(answer["text"].as_str().expect("text").len() > 4, "{answer}");
    }

    #[test]
    fn summarize_takes_a_text_that_is_longer_than_the_context() {
        let program = Program::new();
        let input = LONG.repeat(120);
        let ended = program.run_with_input(
            &["apps", "run", "summarize", "--input", "-", "--max-tokens", "24"],
            input.as_bytes(),
        );
        assert!(!ended.succeeded().trim().is_empty());
        let message = program.refused(&["summarize"]);
        assert!(message.contains("nothing to summarize"), "{message}");
    }

    #[test]
    fn translate_takes_the_language_from_its_caller() {
        let program = Program::new();
        let data = r#"{"text": "Good morning", "language": "French"}"#;
        assert!(
            !program.answer(&["translate", "--input-json", data])["text"]
                .as_str()
                .expect("text")
                .is_empty()
        );
        let message =
            program.refused(&["translate", "--input-json", r#"{"text": "Hi", "language": 5}"#]);
        assert!(message.contains("language"), "{message}");
    }

    #[test]
    fn rewrite_shows_what_changed() {
        let answer = Program::new().answer(&["rewrite", "--input", "Me go home now."]);
        let text = answer["text"].as_str().expect("text");
        let (new, changes) = text.split_once("\n\n---\n\n").expect("two parts");
        assert_eq!(answer["value"], new.trim());
        assert!(
            changes.contains("~~") || changes.contains("**") || new.trim() == "Me go home now.",
            "{text}"
        );
    }

    #[test]
    fn extract_makes_rows_of_the_columns_it_is_given() {
        let program = Program::new();
        let data = r#"{"text": "Ada lives in London.", "columns": ["name", "city"]}"#;
        let answer =
            program.run(&["apps", "run", "extract", "--json", "--input-json", data]).json();
        for row in answer["value"].as_array().expect("rows") {
            let columns: Vec<_> =
                row.as_object().expect("a row").keys().map(String::as_str).collect();
            assert_eq!(columns, ["city", "name"]);
        }
        let message = program.refused(&["extract", "--input", " "]);
        assert!(message.contains("nothing to look through"), "{message}");
    }

    #[test]
    fn compare_answers_once_for_each_temperature() {
        let answer = Program::new().answer(&["compare", "--input", "Hello"]);
        let text = answer["text"].as_str().expect("text");
        assert!(
            text.contains("### Temperature 0") && text.contains("### Temperature 0.8"),
            "{text}"
        );
        assert_eq!(answer["value"].as_array().expect("answers").len(), 2);
        assert!(text.contains(" tokens in "), "{text}");
    }

    #[test]
    fn notes_are_kept_from_run_to_run() {
        let program = Program::new();
        program.run(&["apps", "run", "notes", "--input", "Buy milk"]).succeeded();
        program.run(&["apps", "run", "notes", "--input", "Call Ada"]).succeeded();
        assert_eq!(program.run(&["apps", "run", "notes"]).succeeded(), "- Call Ada\n- Buy milk\n");
    }

    #[test]
    fn every_shipped_app_is_sound() {
        let program = Program::new();
        let list = program.run(&["apps", "list", "--json"]).json();
        let apps = list.as_array().expect("an array");
        assert!(apps.len() >= 8, "{list}");
        for app in apps {
            program.run(&["apps", "check", app["folder"].as_str().expect("a folder")]).succeeded();
        }
    }
}

//! `satchel documents` with the real program, from outside.
#![expect(clippy::unwrap_used, reason = "a test may give up")]

mod program;
#[cfg(unix)]
#[path = "documents/watching.rs"]
mod watching;

use std::path::{Path, PathBuf};
use std::time::Duration;

use program::Program;
use serde_json::Value;

/// A folder of files beside the data of a program.
fn files(program: &Program, files: &[(&str, &str)]) -> PathBuf {
    let folder = program.folder.path().join("files");
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    std::fs::canonicalize(folder).unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

const LIGHTHOUSE: &str =
    "# The lighthouse\n\n## Keepers\n\nOtto Brand kept the light until 1901.\n";

#[test]
fn documents_are_added_searched_and_asked() {
    let program = Program::new();
    let folder =
        files(&program, &[("a/light.md", LIGHTHOUSE), ("oil.txt", "Twelve barrels of oil.")]);
    let added = program.run(&["documents", "add", "House", text(&folder), "--json"]).json();
    assert_eq!((&added["read"], &added["refused"]), (&Value::from(2), &Value::Array(Vec::new())));

    let found =
        program.run(&["documents", "search", "house", "who kept the light", "--json"]).json();
    let first = &found[0];
    assert_eq!(first["document"], "The lighthouse");
    assert_eq!(first["path"], text(&folder.join("a/light.md")));
    assert_eq!(first["headings"], serde_json::json!(["The lighthouse", "Keepers"]));
    assert_eq!(first["ranks"], serde_json::json!({ "bm25": 1, "vector": null }));
    let place = |at: usize| usize::try_from(first["characters"][at].as_u64().unwrap()).unwrap();
    let source: Vec<char> = LIGHTHOUSE.chars().collect();
    assert_eq!(
        source[place(0)..place(1)].iter().collect::<String>(),
        first["text"].as_str().unwrap()
    );

    let answer =
        program.run(&["documents", "ask", "House", "Who kept the light?", "--json"]).json();
    assert_eq!(answer["text"], "Otto Brand kept the light until 1901. [1]");
    assert_eq!(answer["citations"][0]["quote"], "Otto Brand kept the light until 1901.");
    // Nobody has chosen that, and it is not said.
    let because = answer["because"].as_str().unwrap();
    assert!(because.contains("no chat model") && !because.contains("chosen"), "{because}");
    assert_eq!((&answer["model"], &answer["caution"]), (&Value::Null, &Value::Null));
    let nothing = program.run(&["documents", "ask", "House", "How do whales sing?"]).succeeded();
    assert_eq!(nothing, "Nothing in these documents answers that\n");

    let list = program.run(&["documents", "list"]).succeeded();
    assert_eq!(list, "House: 2 documents, 2 passages\n");
}

#[test]
fn a_named_model_answers_and_tells_what_it_read_and_why() {
    let program = Program::new();
    let folder =
        files(&program, &[("light.md", LIGHTHOUSE), ("oil.txt", "Twelve barrels of oil.")]);
    program.run(&["documents", "add", "House", text(&folder)]).succeeded();
    let question =
        ["documents", "ask", "House", "Who kept the light?", "--model", "demo", "--json"];
    let answer = program.run(&question).json();
    // So little text is read whole.
    assert_eq!(answer["reading"], "whole");
    assert!(answer["because"].as_str().unwrap().contains("short enough"), "{answer}");
    assert!(answer["model"].as_str().unwrap().contains("Starter"), "{answer}");
    assert!(!answer["because"].as_str().unwrap().contains("chosen"), "{answer}");
    let prompt = answer["prompt"].as_array().unwrap();
    assert_eq!(prompt[0]["role"], "system");
    let asked = prompt[1]["content"].as_str().unwrap();
    assert!(asked.contains("> Otto Brand kept the light until 1901."), "{asked}");
    let tokens = |part: &str| answer["budget"][part].as_u64().unwrap();
    let parts: u64 = ["instructions", "passages", "question", "answer"].map(tokens).iter().sum();
    assert!(tokens("passages") > 0 && parts <= tokens("context"), "{answer}");
    assert_eq!(answer["read"].as_array().unwrap().len(), 2);
    assert_eq!(answer["read"][0]["number"], 1);

    // It is a demonstration: what can be relied on is quoted.
    let text = answer["text"].as_str().unwrap();
    assert!(answer["caution"].as_str().unwrap().contains("demonstration model"), "{answer}");
    assert!(text.contains("demonstration model wrote this"), "{text}");
    assert!(text.contains("> Otto Brand kept the light until 1901. ["), "{text}");
    let citations = answer["citations"].as_array().unwrap();
    assert_eq!(citations.last().unwrap()["quote"], "Otto Brand kept the light until 1901.");

    let chosen = [&question[..6], &["--reading", "passages", "--json"]].concat();
    let answer = program.run(&chosen).json();
    assert_eq!(answer["reading"], "passages");
    assert!(answer["because"].as_str().unwrap().contains("by hand"), "{answer}");
}

/// Two files in words that the small reranker knows, and what is asked of them.
fn with_a_reranker() -> (Program, &'static str) {
    let program = Program::new();
    let far = "Good people, long water.";
    let folder = files(
        &program,
        &[("far.txt", far), ("near.txt", "Was the water of the people long and good on the day?")],
    );
    program.run(&["documents", "add", "Water", text(&folder)]).succeeded();
    let copied = program::fixture("tiny-bert-reranker.gguf");
    program.run(&["models", "add", text(&copied), "--copy"]).succeeded();
    (program, "Was the water of the people long and good?")
}

#[test]
fn a_reranker_orders_what_is_found_when_it_is_named_or_chosen() {
    let (program, question) = with_a_reranker();
    let search = |more: &[&str]| {
        let all = [&["documents", "search", "Water", question, "--json"], more].concat();
        program.run(&all)
    };
    assert_eq!(search(&[]).json()[0]["reranker"], Value::Null);
    let found = search(&["--reranker", "tiny-bert-reranker"]).json();
    assert!(found[0]["path"].as_str().unwrap().ends_with("near.txt"), "{found}");
    let score = |place: usize| found[place]["reranker"]["score"].as_f64().unwrap();
    assert!(score(0) > score(1), "{found}");
    let before = [&found[0], &found[1]].map(|passage| passage["reranker"]["rank_before"].as_u64());
    assert_eq!(before, [Some(2), Some(1)], "{found}");

    let chosen = "[documents]\nreranker = \"tiny-bert-reranker.gguf\"\n";
    std::fs::write(program.data().join("settings.toml"), chosen).unwrap();
    assert_eq!(search(&[]).json(), found);
    assert_eq!(search(&["--reranker", "none"]).json()[0]["reranker"], Value::Null);
    let ask = ["documents", "ask", "Water", question, "--reading", "passages", "--json"];
    let answer = program.run(&ask).json();
    assert_eq!(answer["reranking"]["failure"], Value::Null);
    assert_eq!(answer["reranking"]["read"], 2);
    assert!(answer["read"][0]["reranker"]["score"].is_number(), "{answer}");
}

#[test]
fn a_reranker_that_is_gone_costs_its_order_and_one_that_is_none_is_refused() {
    let (program, question) = with_a_reranker();
    let chosen = "[documents]\nreranker = \"gone.gguf\"\n";
    std::fs::write(program.data().join("settings.toml"), chosen).unwrap();
    let search = ["documents", "search", "Water", question, "--json"];
    let ended = program.run(&search);
    assert!(ended.errors.contains("gone.gguf did not order the passages"), "{ended:?}");
    assert_eq!(ended.json().as_array().unwrap().len(), 2);
    let wrong = program.run(&[&search[..], &["--reranker", "demo"]].concat()).failed();
    assert!(wrong.contains("demo is no reranker"), "{wrong}");
    program.run(&[&search[..], &["--reranker", "absent"]].concat()).failed();
    let file = program.folder.path().join("broken.gguf");
    std::fs::write(&file, "no model").unwrap();
    for command in ["search", "ask"] {
        let broken = ["documents", command, "Water", question, "--reranker", text(&file)];
        let error = program.run(&broken).failed();
        assert!(error.contains("broken") && error.contains("cannot order passages"), "{error}");
    }
}

#[test]
fn what_is_passed_over_in_a_folder_is_counted_and_can_be_listed() {
    let program = Program::new();
    let folder = files(
        &program,
        &[
            ("a.txt", "About walruses."),
            ("b.xyz", "?"),
            (".c.txt", "Hidden."),
            ("node_modules/d.md", "x"),
        ],
    );
    let add = ["documents", "add", "House", text(&folder)];
    assert_eq!(
        program.run(&add).succeeded(),
        "1 document read into House\nPassed over: 1 file of kinds that are not read, 1 hidden, \
         1 folder of what programs made; --passed-over lists them\n"
    );
    let listed = program.run(&[&add[..], &["--passed-over"]].concat());
    let line =
        format!("passed over: {}: files of this kind are not read\n", text(&folder.join("b.xyz")));
    assert!(
        listed.errors.contains(&line) && !listed.output.contains("--passed-over"),
        "{listed:?}"
    );
    let told = program.run(&[&add[..], &["--json"]].concat()).json();
    let reasons: Vec<_> =
        told["passed_over"].as_array().unwrap().iter().map(|one| &one["reason"]).collect();
    assert_eq!(reasons, ["hidden", "kind", "made"]);
    // A folder in which nothing is passed over is not said to have something.
    let clean =
        program.run(&["documents", "add", "Clean", text(&folder.join("a.txt"))]).succeeded();
    assert!(!clean.contains("assed over"), "{clean}");
}

#[test]
fn without_a_model_sentences_are_quoted_in_every_way_of_reading() {
    let program = Program::new();
    let oil = "Twelve barrels of oil came. The oil was paid by Otto Brand. It was a cold year.";
    let folder = files(&program, &[("light.md", LIGHTHOUSE), ("oil.txt", oil)]);
    program.run(&["documents", "add", "House", text(&folder)]).succeeded();
    let ask = |question: &str, more: &[&str]| {
        let arguments = [&["documents", "ask", "House", question], more, &["--json"]].concat();
        program.run(&arguments).json()
    };
    let answer = ask("List all sentences about Brand", &[]);
    assert_eq!((&answer["reading"], &answer["model"]), (&Value::from("scan"), &Value::Null));
    let told = answer["text"].as_str().unwrap();
    assert!(told.starts_with("2 sentences in 2 documents mention"), "{told}");
    assert_eq!(answer["citations"].as_array().unwrap().len(), 2);
    let summary = ask("Who is who?", &["--reading", "summary"]);
    assert_eq!(
        (&summary["reading"], &summary["found"]),
        (&Value::from("summary"), &Value::from(true))
    );
    let named = ask("What does light.md say about Brand?", &["--reader"]);
    assert_eq!(named["read"].as_array().unwrap().len(), 1);
    assert!(named["because"].as_str().unwrap().contains("since the question names it"), "{named}");
    program.run(&["documents", "ask", "House", "Who?", "--reader", "--model", "demo"]).misused();
    let error = program.run(&["documents", "ask", "House", "Who?", "--model", "absent"]).failed();
    assert!(error.contains("absent"), "{error}");
}

#[test]
fn one_refused_file_is_told_and_makes_the_exit_code_1() {
    let program = Program::new();
    let folder = files(&program, &[("good.txt", "A good file."), ("bad.pdf", "no PDF")]);
    let ended = program.run(&["documents", "add", "House", text(&folder)]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.errors.starts_with("satchel: "), "{ended:?}");
    assert!(ended.errors.contains("bad.pdf: it is damaged"), "{ended:?}");
    assert!(ended.output.contains("1 document read into House, 1 refused"), "{ended:?}");
    let status = program.run(&["documents", "status", "House", "--json"]).json();
    let states: Vec<_> = status["files"].as_array().unwrap().iter().map(|f| &f["state"]).collect();
    assert_eq!(states, ["refused", "ready"]);
    let device = program.run(&["documents", "add", "House", "/dev/null"]);
    assert_eq!(device.code, Some(1));
    assert!(device.errors.contains("only files and folders are read"), "{device:?}");
    let missing = program.run(&["documents", "add", "House", "/no/such/file"]);
    assert_eq!(missing.code, Some(1));
    assert_eq!(missing.errors, "satchel: /no/such/file: there is no such file or folder\n");
}

#[test]
fn files_that_have_not_changed_are_not_said_to_be_read() {
    let program = Program::new();
    let folder = files(&program, &[("a.txt", "About walruses."), ("b.txt", "About herons.")]);
    let add = ["documents", "add", "House", text(&folder)];
    assert_eq!(program.run(&add).succeeded(), "2 documents read into House\n");
    let again = program.run(&add).succeeded();
    assert_eq!(again, "Nothing has changed: 2 documents of House\n");
    std::fs::write(folder.join("b.txt"), "About herons and storks.").unwrap();
    assert_eq!(program.run(&add).succeeded(), "1 document read into House, 1 unchanged\n");
    let told = program.run(&[&add[..], &["--json"]].concat()).json();
    assert_eq!((&told["read"], &told["unchanged"]), (&Value::from(2), &Value::from(2)));
}

#[test]
fn an_empty_file_is_said_to_be_empty() {
    let program = Program::new();
    let folder = files(&program, &[("none.pdf", ""), ("blank.txt", " \n\t\n")]);
    let added = program.run(&["documents", "add", "House", text(&folder), "--json"]);
    let told: Value = serde_json::from_str(&added.output).unwrap();
    let refused = told["refused"].as_array().unwrap();
    assert!(refused.len() == 2 && refused.iter().all(|file| file["reason"] == "empty"), "{told}");
    assert!(!added.output.contains("OCR"), "{told}");
}

#[test]
fn where_no_path_is_right_no_collection_is_left_behind() {
    let program = Program::new();
    let ended = program.run(&["documents", "add", "House", "/no/such/a", "/no/such/b"]);
    assert_eq!((ended.code, ended.errors.lines().count()), (Some(1), 2));
    assert_eq!(ended.output, "Nothing was read into House, 2 refused\n");
    let list = program.run(&["documents", "list", "--json"]).json();
    assert_eq!(list, Value::Array(Vec::new()));
}

#[test]
fn names_that_no_collection_can_have_are_wrong_use() {
    let program = Program::new();
    let folder = files(&program, &[("a.txt", "About walruses.")]);
    let long = "a".repeat(5000);
    for (name, reason) in [
        ("", "needs a name"),
        ("two\nlines", "more than one line"),
        ("red\u{1b}[31m", "control character"),
        (&long, "5000 characters"),
    ] {
        for command in ["add", "watch"] {
            let refused = program.run(&["documents", command, name, text(&folder)]);
            assert_eq!(refused.code, Some(2), "{command} {refused:?}");
            assert!(refused.errors.contains(reason), "{command} {refused:?}");
        }
        assert_eq!(program.run(&["documents", "status", name]).code, Some(2));
    }
    let list = program.run(&["documents", "list", "--json"]).json();
    assert_eq!(list, Value::Array(Vec::new()));
}

#[test]
fn an_empty_question_is_wrong_use() {
    let program = Program::new();
    let folder = files(&program, &[("a.txt", "About walruses.")]);
    program.run(&["documents", "add", "House", text(&folder)]).succeeded();
    for command in ["ask", "search"] {
        let ended = program.run(&["documents", command, "House", " \n"]);
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(ended.errors.contains("the question is empty"), "{ended:?}");
    }
    let unknown = program.run(&["documents", "status", "Hose"]).failed();
    assert!(unknown.contains("there is no collection Hose: there is only House"), "{unknown}");
}

#[test]
fn of_a_very_long_question_the_beginning_and_the_end_are_read() {
    let program = Program::new();
    let folder = files(&program, &[("light.md", LIGHTHOUSE)]);
    program.run(&["documents", "add", "House", text(&folder)]).succeeded();
    let pasted: String = (0..14_000).map(|word| format!("word{word} ")).collect();
    let question = format!("{pasted} Who kept the light until 1901?");
    assert!(question.len() > 100_000);
    let answer = program.run(&["documents", "ask", "House", &question, "--json"]).json();
    let because = answer["because"].as_str().unwrap();
    assert!(because.contains("the first 4000 and the last 4000 are read"), "{because}");
    assert!(!answer["read"].as_array().unwrap().is_empty(), "{answer}");
    let found = program.run(&["documents", "search", "House", &question]);
    assert!(found.output.contains("Otto Brand"), "{found:?}");
    assert!(found.errors.contains("The question is long: of the "), "{found:?}");
}

#[test]
fn what_is_removed_is_not_found_and_its_file_stays() {
    let program = Program::new();
    let folder = files(&program, &[("a.txt", "About walruses."), ("b/c.txt", "About herons.")]);
    program.run(&["documents", "add", "House", text(&folder)]).succeeded();
    program.run(&["documents", "remove", "House", text(&folder.join("b"))]).succeeded();
    assert_eq!(
        program.run(&["documents", "search", "House", "herons", "--json"]).json(),
        Value::Array(Vec::new())
    );
    assert!(folder.join("b/c.txt").exists());
    program.run(&["documents", "remove", "House"]).succeeded();
    let error = program.run(&["documents", "search", "House", "walruses"]).failed();
    assert!(error.contains("no collection House"), "{error}");
    let error = program.run(&["documents", "remove", "House", text(&folder)]).failed();
    assert!(error.contains("no collection House"), "{error}");
}

#[test]
fn meaning_without_an_embedding_model_is_refused_in_words() {
    let program = Program::new();
    let folder = files(&program, &[("a.txt", "About walruses.")]);
    program.run(&["documents", "add", "House", text(&folder)]).succeeded();
    let error = program.run(&["documents", "search", "House", "sea", "--mode", "vector"]).failed();
    assert!(error.contains("embedding model"), "{error}");
    program.run(&["documents", "search", "House", "sea", "-k", "0"]).misused();
}

#[test]
fn an_embedding_model_of_the_library_is_used() {
    let program = Program::new();
    let model = program::fixture("tiny-bert-embedding.gguf");
    program.run(&["models", "add", text(&model)]).succeeded();
    let folder = files(&program, &[("a.txt", "About walruses."), ("b.txt", "About herons.")]);
    program.run(&["documents", "add", "House", text(&folder)]).succeeded();
    let search = ["documents", "search", "House", "walruses", "--mode", "vector", "--json"];
    let found = program.run(&search).json();
    assert_eq!(found.as_array().unwrap().len(), 2);
    assert_eq!(found[0]["ranks"]["vector"], 1);

    // A chat model of the library is taken by itself and shares the engine with it.
    let chat = program::fixture("tiny-llama.gguf");
    program.run(&["models", "add", text(&chat)]).succeeded();
    let ask = ["documents", "ask", "House", "walruses", "--reading", "passages", "--json"];
    let answer = program.run(&ask).json();
    assert!(answer["model"].is_string() && answer["meaning_weight"].is_number(), "{answer}");
    assert_eq!(answer["read"][0]["ranks"]["bm25"], 1);
    let quoted = program.run(&["documents", "ask", "House", "walruses", "--reader"]).succeeded();
    assert!(quoted.starts_with("About walruses. [1]\n\n[1] a.txt ("), "{quoted}");
}

/// The documents of a collection with how many chunks each has.
fn chunks(program: &Program) -> Vec<(String, u64)> {
    let status = program.run(&["documents", "status", "House", "--json"]).json();
    let files = status["files"].as_array().unwrap().iter();
    files.map(|f| (f["path"].as_str().unwrap().to_owned(), f["chunks"].as_u64().unwrap())).collect()
}

#[cfg(unix)]
#[test]
fn killed_at_any_moment_nothing_is_lost_and_nothing_doubled() {
    let program = Program::new();
    let paragraph =
        "The keeper climbs the stairs of the lighthouse every evening at six. ".repeat(60);
    let names: Vec<String> = (0..24).map(|number| format!("{number:02}.txt")).collect();
    let texts: Vec<(&str, &str)> =
        names.iter().map(|name| (name.as_str(), paragraph.as_str())).collect();
    // Not all alike, or they would be taken for one file that was moved.
    let folder = files(&program, &texts);
    for name in &names {
        std::fs::write(folder.join(name), format!("{name}\n\n{paragraph}")).unwrap();
    }
    for round in 0..10_u64 {
        let mut child =
            program.command(&["documents", "add", "House", text(&folder)]).spawn().unwrap();
        // Anywhere from before the library is opened until after all is done.
        std::thread::sleep(Duration::from_millis(20 + 37 * round));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let whole = program.run(&["documents", "add", "House", text(&folder), "--json"]).json();
    assert_eq!(whole["read"], 24);
    let chunks = chunks(&program);
    assert_eq!(chunks.len(), 24);
    let each = chunks[0].1;
    assert!(each > 1 && chunks.iter().all(|(_, count)| *count == each), "{chunks:?}");
    assert_eq!(whole["chunks"], each * 24);
    let found = program
        .run(&["documents", "search", "House", "lighthouse keeper stairs", "-k", "100", "--json"])
        .json();
    assert_eq!(found.as_array().unwrap().len(), 24);
}

/// A collection with a letter as PDF.
fn with_a_letter() -> Program {
    let program = Program::new();
    let letter = program::fixture("documents/letter.pdf");
    program.run(&["documents", "add", "Letters", text(&letter)]).succeeded();
    program
}

#[test]
fn the_documents_app_answers_from_a_pdf_and_cites_its_page() {
    let program = with_a_letter();
    let question = ["--input", "Who built the lighthouse?", "--json"];
    let answer = program.run(&[&["apps", "run", "documents"], &question[..]].concat()).json();
    assert!(answer["text"].as_str().unwrap().contains("Ada Quill"), "{answer}");
    let citation = &answer["citations"][0];
    assert_eq!((&citation["number"], &citation["page"]), (&1.into(), &1.into()));
    assert!(citation["source"].as_str().unwrap().ends_with("letter.pdf"));
    assert!(citation["place"]["characters"]["end"].as_u64() > Some(0), "{citation}");
    assert_eq!(answer["value"]["found"], true);

    let nothing = program.run(&["apps", "run", "documents", "--input", "How do whales sing?"]);
    assert!(!nothing.succeeded().contains('['));
}

#[test]
fn the_documents_app_is_asked_by_other_apps_and_with_options() {
    let program = with_a_letter();
    let input = r#"{"text": "Who built the lighthouse?", "answerer": "reader", "collections": ["Letters"]}"#;
    let run = ["apps", "run", "documents", "--json", "--input-json", input];
    assert_eq!(program.run(&run).json()["value"]["model"], Value::Null);
    let unknown = input.replace("Letters", "Lettres");
    let ended = program.run(&["apps", "run", "documents", "--input-json", &unknown]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.errors.contains("no collection Lettres: there is only Letters"), "{ended:?}");

    let own = program.data().join("apps/asker");
    std::fs::create_dir_all(&own).unwrap();
    let manifest = "id = \"asker\"\nname = \"Asker\"\nversion = \"1.0.0\"\napi = 1\n\
                    [permissions]\napps = [\"documents\"]\n";
    std::fs::write(own.join("app.toml"), manifest).unwrap();
    let script = "fn on_run(input) { app::run(\"documents\", input.text).text }";
    std::fs::write(own.join("main.rhai"), script).unwrap();
    let run = ["apps", "run", "asker", "--allow", "apps", "--input", "Who built the lighthouse?"];
    assert!(program.run(&run).succeeded().contains("Ada Quill"));
}

#[test]
fn the_documents_app_has_a_model_answer_when_it_is_told_to() {
    let program = with_a_letter();
    let input = r#"{"text": "Who built the lighthouse?", "answerer": "model"}"#;
    let run = ["apps", "run", "documents", "--json", "--max-tokens", "40", "--input-json", input];
    let answer = program.run(&run).json();
    // The demonstration knows little, but it was asked, with the letter before it.
    assert!(answer["value"]["model"].is_string(), "{answer}");
    assert!(!answer["text"].as_str().unwrap().trim().is_empty(), "{answer}");
}

#[test]
fn an_assistant_with_collections_answers_from_them() {
    let program = with_a_letter();
    let own = program.data().join("apps/keeper");
    std::fs::create_dir_all(&own).unwrap();
    let manifest = "id = \"keeper\"\nname = \"Keeper\"\nversion = \"1.0.0\"\napi = 1\n\
                    [assistant]\nsystem_prompt = \"You keep letters.\"\ncollections = [\"Letters\"]\n";
    std::fs::write(own.join("app.toml"), manifest).unwrap();
    let allowed = ["apps", "run", "keeper", "--allow", "llm", "--allow", "documents", "--json"];
    let question = ["--input", "Who built the lighthouse?"];
    let answer = program.run(&[&allowed[..], &question[..]].concat()).json();
    assert!(answer["text"].as_str().unwrap().contains("Ada Quill"), "{answer}");
    assert_eq!(answer["citations"][0]["page"], 1);
}

#[test]
fn without_documents_the_documents_app_says_how_to_add_some() {
    let program = Program::new();
    let said = program.run(&["apps", "run", "documents", "--input", "Who?"]).succeeded();
    assert!(said.contains("There are no documents yet"), "{said}");
}

#[test]
fn the_guide_answers_on_an_empty_folder_without_any_model() {
    let program = Program::new();
    let run = ["apps", "run", "guide", "--input", "How do I throw away a chat?"];
    let ended = program.run(&run);
    assert_eq!(ended.errors, "");
    assert!(ended.output.starts_with("**Deleting a conversation** [1]"), "{}", ended.output);
    assert!(ended.output.contains("[1] Conversations ("), "{}", ended.output);
    // The manual stands in no list of the person's own.
    assert_eq!(program.run(&["documents", "list", "--json"]).json(), Value::Array(Vec::new()));
}

//! Errors: where, in whose words, and through which calls.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::house::House;

/// The place as `file:line`, and the message.
#[track_caller]
fn told(house: &House) -> (String, String) {
    let problem = house.failure("x");
    let place =
        problem.place.clone().map(|place| format!("{}:{}", place.file.display(), place.line));
    (place.unwrap_or_default(), problem.message)
}

#[test]
fn an_error_names_file_line_column_source_and_calls() {
    let house = House::with(
        "fn on_run(input) {\n    this.outer(input)\n}\nfn outer(input) {\n    inner()\n}\nfn inner() {\n    let list = [];\n    list[3]\n}\n",
    );
    let problem = house.failure("x");
    let place = problem.place.unwrap();
    assert_eq!((place.file, place.line), (PathBuf::from("main.rhai"), 9));
    assert_eq!((place.source.as_str(), place.column), ("    list[3]", Some(10)));
    assert!(problem.message.contains("array is empty"), "{}", problem.message);
    assert_eq!(problem.calls, ["inner, called in main.rhai:5", "outer, called in main.rhai:2"]);
}

#[test]
fn a_slip_of_the_fingers_is_answered_with_what_was_meant() {
    for (line, words) in [
        ("let name = 1; nam + 1", "there is no variable `nam`: did you mean `name`?"),
        ("tset::note(\"x\")", "there is no module `tset`: did you mean `test`?"),
        ("test::nte(\"x\")", "there is no function `test::nte`: did you mean `note`?"),
        ("helpr()", "there is no function `helpr`: did you mean `helper`?"),
        ("helper(1, 2)", "`helper` does not take these arguments: a whole number, a whole number"),
        ("test::note(1)", "`test::note` does not take these arguments: a whole number"),
        ("eval(\"1\")", "`eval` does not exist in apps"),
    ] {
        let house = House::with(&format!("fn on_run(input) {{\n{line}\n}}\nfn helper() {{ 1 }}"));
        let (place, message) = told(&house);
        assert_eq!((place.as_str(), message.as_str()), ("main.rhai:2", words), "for {line}");
    }
}

#[test]
fn an_error_in_a_module_is_told_with_the_modules_line() {
    let house = House::with(
        "import \"lib/words\" as words;\nfn on_run(input) {\n    words::count(input.text)\n}",
    );
    std::fs::create_dir(house.file("lib")).unwrap();
    std::fs::write(house.file("lib/words.rhai"), "fn count(text) {\n    text.nothing()\n}")
        .unwrap();
    let problem = house.failure("x");
    let place = problem.place.unwrap();
    assert_eq!((place.file, place.line), (PathBuf::from("lib/words.rhai"), 2));
    assert_eq!(problem.calls, ["count, called in main.rhai:3"]);

    std::fs::write(house.file("lib/words.rhai"), "fn count(text) {\n    let\n}").unwrap();
    house.wait_log("lib/words.rhai:3");
}

#[test]
fn a_panic_of_the_host_is_an_error_of_the_script_and_the_app_goes_on() {
    let house = House::with(
        "fn on_run(input) {\n    if input.text == \"x\" { test::panic(\"oh no\"); }\n    \"fine\"\n}",
    );
    let problem = house.failure("x");
    assert!(problem.message.contains("oh no"), "{problem}");
    assert_eq!(house.answer("y"), "fine");
}

#[test]
fn what_a_script_throws_is_told_in_its_own_words() {
    let house = House::with("fn on_run(input) {\n    throw \"too little salt\";\n}");
    assert_eq!(told(&house), ("main.rhai:2".to_owned(), "too little salt".to_owned()));
    let house = House::with("fn on_run(input) {\n    test::fail(\"no access\");\n}");
    assert_eq!(told(&house), ("main.rhai:2".to_owned(), "no access".to_owned()));
}

#[test]
fn checking_finds_what_is_wrong_in_every_file_without_running_any() {
    let house = House::with("test::note(\"ran\"); fn on_run(input) { let }");
    std::fs::write(house.file("other.rhai"), "fn f() { g( }").unwrap();
    let folder = &house.folder.path().join("apps/app");
    let problems = house.host.check(folder, &BTreeMap::new());
    let files: Vec<_> =
        problems.iter().map(|problem| problem.place.as_ref().unwrap().file.clone()).collect();
    assert_eq!(files, [PathBuf::from("main.rhai"), PathBuf::from("other.rhai")]);

    let unsaved = [
        (PathBuf::from("main.rhai"), "fn on_run(input) { inptu.text }".to_owned()),
        (PathBuf::from("other.rhai"), "fn f() { }".to_owned()),
        (PathBuf::from("app.toml"), "id = \"app\"\nnme = \"x\"".to_owned()),
    ];
    let problems = house.host.check(folder, &unsaved.into());
    let words: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert!(words.iter().any(|words| words.contains("did you mean `input`?")), "{words:?}");
    assert!(words.iter().any(|words| words.contains("nme")), "{words:?}");
    assert!(house.notes.lock().unwrap().is_empty());
}

#[test]
fn checking_finds_calls_and_imports_of_what_there_is_not() {
    let script = "import \"other\" as other;\n\
        fn helper(x) { x }\n\
        fn on_run(input) {\n\
        \x20   helper(1); print(type_of(input)); other::anything(); input.anything();\n\
        \x20   let twice = |x| x * 2; twice.call(2);\n\
        \x20   if input.text.len() > 0 { helpr(1); }\n\
        \x20   test::nite(\"x\");\n\
        }\n";
    let house = House::with(script);
    let other = "import \"parts\" as parts;\nfn anything() { nothing() }";
    std::fs::write(house.file("other.rhai"), other).unwrap();
    let folder = &house.folder.path().join("apps/app");
    let problems = house.host.check(folder, &BTreeMap::new());
    let mut words: Vec<_> = problems.iter().map(ToString::to_string).collect();
    let import = words.remove(2);
    assert!(import.starts_with("other.rhai:1:") && import.contains("parts"), "{import}");
    assert_eq!(
        words,
        [
            "main.rhai:6:31: there is no function `helpr`: did you mean `helper`?",
            "main.rhai:7:11: there is no function `test::nite`: did you mean `note`?",
            "other.rhai:2:17: there is no function `nothing`: did you mean `anything`?",
        ]
    );
}

#[test]
fn checking_finds_hooks_that_nothing_calls_and_wrong_numbers_of_arguments() {
    let script = "fn on_rum(input) { helper(1, 2) }\n\
        fn on_ui() { test::note(); test::note(\"a\", 2); on_click(); on_loaded(); }\n\
        fn helper(x) { x }\n\
        fn on_click() { }\n\
        fn on_loaded() { helper(\"x\".len(), parse_int(\"1\", 2, 3)) }\n";
    let house = House::with(script);
    let problems = house.host.check(&house.folder.path().join("apps/app"), &BTreeMap::new());
    let words: Vec<_> = problems.iter().map(ToString::to_string).collect();
    let expected = [
        "main.rhai:1:4: nothing calls `on_rum`: did you mean `on_run`?",
        "main.rhai:1:20: `helper` takes 1 argument, not 2",
        "main.rhai:2:4: Satchel never calls `on_ui` with 0 arguments: write `fn on_ui(ui)`",
        "main.rhai:2:20: `test::note` takes 1 argument, not 0",
        "main.rhai:2:34: `test::note` takes 1 argument, not 2",
        "main.rhai:5:18: `helper` takes 1 argument, not 2",
        "main.rhai:5:36: `parse_int` takes 1 or 2 arguments, not 3",
    ];
    assert_eq!(words, expected);
}

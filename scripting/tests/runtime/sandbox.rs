//! Limits, and what cannot be reached: each trap that was found in Rhai has a test here.

use std::fs;

use scripting::{AppState, Command};

use crate::house::{House, app, write_app};

const SHORT: &str = "[limits]\nhandler_ms = 200\nmemory_mb = 20\nitems = 5000\n";

#[test]
fn modules_come_from_the_apps_folder_and_nowhere_else() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret.rhai"), "fn tell() { \"secret\" }").unwrap();
    let absolute = outside.path().join("secret").display().to_string();
    for path in ["../secret", &absolute, "lib/../../secret", "./main"] {
        let house = House::with("fn on_run(input) { import input.text as m; m::tell() }");
        let problem = house.failure(path);
        assert!(problem.message.contains("cannot be imported"), "{problem} for {path}");
    }
}

#[test]
#[cfg(unix)]
fn a_link_does_not_lead_out_of_the_folder() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret.rhai"), "fn tell() { \"secret\" }").unwrap();
    let house = House::with("fn on_run(input) { import \"link\" as m; m::tell() }");
    std::os::unix::fs::symlink(outside.path().join("secret.rhai"), house.file("link.rhai"))
        .unwrap();
    let problem = house.failure("x");
    assert!(problem.message.contains("leads out"), "{problem}");
}

#[test]
fn modules_that_import_one_another_are_refused() {
    let house = House::with("import \"a\" as a; fn on_run(input) { 1 }");
    fs::write(house.file("a.rhai"), "import \"b\" as b;").unwrap();
    fs::write(house.file("b.rhai"), "import \"a\" as a;").unwrap();
    let problem = house.failure("x");
    assert!(problem.message.contains("circle"), "{problem}");
    assert_eq!(problem.place.unwrap().file.to_str(), Some("b.rhai"));
}

#[test]
fn functions_see_imports_and_constants_of_the_top_level_which_runs_once() {
    let house = House::with(
        r#"
        import "words" as words;
        const GREETING = words::hello();
        test::note("top level");
        fn on_run(input) { global::GREETING + words::hello() }
        "#,
    );
    fs::write(house.file("words.rhai"), "fn hello() { test::note(\"hello\"); \"hello\" }").unwrap();
    assert_eq!(house.answer("x"), "hellohello");
    assert_eq!(house.answer("x"), "hellohello");
    let notes = house.notes.lock().unwrap().clone();
    assert_eq!(notes, ["hello", "top level", "hello", "hello"]);
}

#[test]
fn a_closure_does_not_see_the_state_and_says_so() {
    let house = House::with("fn on_run(input) {\n    let f = || this.x;\n    f.call()\n}");
    let problem = house.failure("x");
    assert!(problem.message.contains("`this` is not known here"), "{problem}");
}

#[test]
fn a_handler_that_takes_too_long_is_stopped_with_its_line() {
    for (line, body) in [
        (3, "let n = 0;\nloop { n += 1; }"),
        (4, "let n = 0;\nlet m = 0;\nwhile n < 1 { m += 1; }"),
        (3, "let n = 0;\nn + this.spin()"),
    ] {
        let script = format!(
            "fn on_load() {{\n{body}\n}}\nfn spin() {{\nlet i = 0;\nloop {{ i += 1; }}\n}}"
        );
        let house = House::with_manifest(&script, SHORT);
        let status = house.load();
        assert_eq!(status.state, AppState::Failed);
        let problem = &status.problems[0];
        assert!(problem.message.contains("stopped after 200 ms"), "{problem}");
        let at = problem.place.as_ref().unwrap();
        if problem.calls.is_empty() {
            assert_eq!(at.line, line, "{problem}");
        } else {
            assert!(at.source.contains("i += 1"), "{problem}");
        }
    }
}

#[test]
fn a_loop_without_any_variable_is_stopped_as_well() {
    let house = House::with_manifest("fn on_load() {\n    loop { }\n}", SHORT);
    let problem = house.load().problems[0].clone();
    assert!(problem.message.contains("stopped after"), "{problem}");
    assert_eq!(problem.place.unwrap().source, "    loop { }");
}

#[test]
fn what_cannot_be_caught_is_told_with_its_line_and_its_calls() {
    let script = "import \"spin\" as spin;\nfn on_load() {\n    try {\n        outer();\n    } catch {\n        outer();\n    }\n}\nfn outer() {\n    spin::around();\n}\n";
    let folder = tempfile::tempdir().unwrap();
    write_app(&folder.path().join("apps/app"), script, SHORT);
    let module = "fn around() {\n    while true {\n        1 + 1;\n    }\n}\n";
    fs::write(folder.path().join("apps/app/spin.rhai"), module).unwrap();
    let problem = House::open(folder).load().problems[0].clone();
    assert!(problem.message.contains("stopped after"), "{problem}");
    let place = problem.place.unwrap();
    assert_eq!(place.file.to_str(), Some("spin.rhai"));
    assert!((2..=4).contains(&place.line), "{place:?}");
    assert_eq!(problem.calls, ["around, called in main.rhai:10", "outer, called in main.rhai:4"]);
}

#[test]
fn sleep_and_waiting_host_functions_end_with_the_time() {
    for line in ["sleep(1000);", "sleep(1e300);", "test::wait();"] {
        let script = format!("fn on_load() {{\n    {line}\n}}");
        let status = House::with_manifest(&script, SHORT).load();
        assert_eq!(status.state, AppState::Failed, "{line}");
        assert_eq!(status.problems[0].place.as_ref().unwrap().line, 2, "{:?}", status.problems);
    }
}

#[test]
fn recursion_without_end_is_stopped_with_its_line() {
    let house =
        House::with("fn on_run(input) {\n    deeper(1)\n}\nfn deeper(n) {\n    deeper(n + 1)\n}");
    let problem = house.failure("x");
    assert!(problem.message.contains("too deep"), "{problem}");
    assert_eq!(problem.place.as_ref().unwrap().line, 5, "{problem}");
    assert!(problem.calls.len() > 3, "{:?}", problem.calls);
}

#[test]
fn recursion_in_the_text_is_an_error_and_no_crash() {
    let text = format!("fn on_run(input) {{ {}1{} }}", "(".repeat(5_000), ")".repeat(5_000));
    let problem = House::with(&text).failure("x");
    assert!(problem.place.is_some(), "{problem}");
}

#[test]
fn memory_has_limits_for_one_value_and_for_all_together() {
    for (body, words) in [
        ("let s = \"x\"; loop { s += s; }", "too large"),
        ("let s = \"\"; s.pad(100000000, 'x');", "too large"),
        ("let a = []; loop { a.push(1); }", "too large"),
        ("let a = []; a.pad(100000000, 1);", "too large"),
        // Rhai does not count what is added to a map by its key: the limit for all together does.
        ("let m = #{}; let i = 0; loop { m[`k${i}`] = i; i += 1; }", "more than 20 MB"),
        ("let b = blob(1); b.pad(100000000, 1);", "too large"),
        (
            "this.all = [];\nlet i = 0;\nloop {\nlet k = `k${i}`; this[k] = `${i}${\"x\".repeat(1000000)}`;\ni += 1;\n}",
            "more than 20 MB",
        ),
    ] {
        let body = body.replace("\"x\".repeat(1000000)", "big()");
        let script = format!(
            "fn on_run(input) {{\n{body}\n}}\nfn big() {{ let s = \"x\"; for i in 0..20 {{ s += s; }} s }}"
        );
        let house = House::with_manifest(&script, SHORT);
        let problem = house.failure("x");
        assert!(problem.message.contains(words), "{problem}\n{body}");
        // The first line is that of the function.
        assert!(problem.place.as_ref().is_some_and(|place| place.line > 1), "{problem}\n{body}");
    }
}

#[test]
fn too_many_variables_and_functions_are_refused() {
    let variables: String = (0..1_100).map(|i| format!("let v{i} = {i};\n")).collect();
    let problem = House::with(&format!("fn on_run(input) {{ {variables} }}")).failure("x");
    assert!(problem.message.contains("too many variables"), "{problem}");
    let functions: String = (0..2_100).map(|i| format!("fn f{i}() {{ }}\n")).collect();
    let problem = House::with(&functions).failure("x");
    assert!(problem.place.is_some(), "{problem}");
}

#[test]
fn what_a_script_says_goes_to_its_console() {
    let house = House::with("fn on_run(input) { print(\"printed\"); debug(\"debugged\"); }");
    house.run("x").unwrap();
    assert_eq!(house.wait_log("printed"), "printed");
    house.wait_log("debugged");
}

#[test]
fn words_of_containers_are_free_to_be_names() {
    let house = House::with(
        r#"
        fn on_run(input) {
            let text = "";
            for row in [1, 2] { text += row; }
            let column = #{ tab: 3 }; let group = 4; let scroll = 5;
            if row_is(1) { text += column.tab; }
            text += group + scroll;
            text
        }
        fn row_is(row) { if row == 1 { true } else { false } }
        "#,
    );
    assert_eq!(house.answer("x"), "1239");
}

#[test]
fn a_closure_of_an_older_version_is_refused_in_words() {
    let script = |n: u32| {
        format!(
            "// {n}\nfn on_run(input) {{ if this.f == () {{ this.f = |x| x + {n}; }} this.f.call(1) }}"
        )
    };
    let house = House::with(&script(1));
    assert_eq!(house.run("x").unwrap().value, Some(2.into()));
    fs::write(house.file("main.rhai"), script(2).replace("|x|", "|y, x|")).unwrap();
    house.host.send(Command::Reload(app()));
    house.wait_status(|status| status.version == 2);
    let ended = house.run("x");
    assert!(ended.is_err() || ended.unwrap().value == Some(2.into()));
}

//! Saving an app in every way in which editors save.

use std::fs;
use std::io::Write;
use std::path::Path;

use scripting::{AppState, Command, Event};

use crate::house::{House, app, last};

fn script(version: u32) -> String {
    format!(
        r#"
        fn on_load() {{
            this.loads = if this.loads == () {{ 1 }} else {{ this.loads + 1 }};
            print("loaded {version}");
        }}
        fn on_run(input) {{
            `{version} ${{this.loads}}`
        }}
        fn on_dispose() {{
            test::note("disposed {version}");
        }}
        "#
    )
}

/// Saves a file in one of the ways of editors.
fn save(way: &str, file: &Path, text: &str) {
    let other = file.with_extension("tmp");
    match way {
        "truncate and write" => fs::write(file, text).unwrap(),
        "rename over" => {
            fs::write(&other, text).unwrap();
            fs::rename(&other, file).unwrap();
        }
        "vim" => {
            // A probe, a swap file, the old one moved away, the new one written, the backup deleted.
            let folder = file.parent().unwrap();
            fs::write(folder.join("4913"), "").unwrap();
            fs::remove_file(folder.join("4913")).unwrap();
            fs::write(folder.join(".main.rhai.swp"), "swap").unwrap();
            let backup = file.with_extension("rhai~");
            fs::rename(file, &backup).unwrap();
            fs::write(file, text).unwrap();
            fs::remove_file(&backup).unwrap();
            fs::remove_file(folder.join(".main.rhai.swp")).unwrap();
        }
        "delete and create" => {
            fs::remove_file(file).unwrap();
            fs::write(file, text).unwrap();
        }
        "in pieces" => {
            let mut file = fs::File::create(file).unwrap();
            for piece in text.as_bytes().chunks(16) {
                file.write_all(piece).unwrap();
                file.flush().unwrap();
            }
        }
        other => panic!("{other}"),
    }
}

#[test]
fn every_way_of_saving_reloads_and_keeps_the_state() {
    let house = House::with(&script(1));
    assert_eq!(house.answer("x"), "1 1");
    let ways = ["truncate and write", "rename over", "vim", "delete and create", "in pieces"];
    for (way, version) in ways.into_iter().zip(2..) {
        save(way, &house.file("main.rhai"), &script(version));
        house.wait_log(&format!("loaded {version}"));
        assert!(house.answer("x").starts_with(&format!("{version} ")), "{way}");
        let notes = house.notes.lock().unwrap().clone();
        assert!(notes.contains(&format!("disposed {}", version - 1)), "{way}: {notes:?}");
    }
}

#[test]
fn a_broken_script_says_so_and_the_old_one_goes_on_until_it_is_mended() {
    let house = House::with(&script(1));
    assert_eq!(house.answer("x"), "1 1");
    fs::write(house.file("main.rhai"), "fn on_run(input) {\n    let = 3;\n}").unwrap();
    let status = house.wait_status(|status| !status.problems.is_empty());
    assert_eq!(status.problems[0].place.as_ref().unwrap().line, 2);
    assert_eq!((house.answer("x").as_str(), status.version), ("1 1", 1));

    // One that compiles and whose top level fails is no better.
    fs::write(house.file("main.rhai"), "throw \"at once\";").unwrap();
    house.wait_status(|status| {
        status.problems.iter().any(|problem| problem.message.contains("at once"))
    });
    assert_eq!(house.answer("x"), "1 1");

    fs::write(house.file("main.rhai"), script(2)).unwrap();
    let status = house.wait_status(|status| status.version == 2);
    assert_eq!(status.problems, []);
    assert_eq!(house.answer("x"), "2 2");
}

#[test]
fn a_broken_manifest_says_so_and_the_old_version_goes_on() {
    let house = House::with(&script(1));
    assert_eq!(house.answer("x"), "1 1");
    let manifest = fs::read_to_string(house.file("app.toml")).unwrap();
    fs::write(house.file("app.toml"), manifest.replace("name", "nmae")).unwrap();
    let status = house.wait_status(|status| !status.problems.is_empty());
    assert!(status.problems.iter().any(|problem| problem.message.contains("nmae")), "{status:?}");
    assert_eq!(house.answer("x"), "1 1");
}

#[test]
fn an_app_that_failed_is_tried_again_when_it_is_saved() {
    let house = House::with("fn on_load() { nonsense");
    assert_eq!(house.load().state, AppState::Failed);
    fs::write(house.file("main.rhai"), script(2)).unwrap();
    house.wait_log("loaded 2");
}

#[test]
fn several_files_saved_at_once_are_one_reload() {
    let house = House::with("import \"part\" as part; fn on_run(input) { part::answer() }");
    fs::write(house.file("part.rhai"), "fn answer() { 1 }").unwrap();
    assert_eq!(house.run("x").unwrap().value, Some(1.into()));
    fs::write(
        house.file("main.rhai"),
        "import \"part\" as part; fn on_run(input) { part::answer(2) }",
    )
    .unwrap();
    fs::write(house.file("part.rhai"), "fn answer(n) { n }").unwrap();
    house.wait_status(|status| status.version == 2 && status.problems.is_empty());
    assert_eq!(house.run("x").unwrap().value, Some(2.into()));
}

#[test]
fn a_module_alone_reloads_its_app() {
    let house = House::with("import \"part\" as part; fn on_run(input) { part::answer() }");
    fs::write(house.file("part.rhai"), "fn answer() { 1 }").unwrap();
    assert_eq!(house.run("x").unwrap().value, Some(1.into()));
    fs::write(house.file("part.rhai"), "fn answer() { 2 }").unwrap();
    house.wait_status(|status| status.version == 2);
    assert_eq!(house.run("x").unwrap().value, Some(2.into()));
}

#[test]
fn other_files_and_the_same_text_again_reload_nothing() {
    let house = House::with(&script(1));
    assert_eq!(house.answer("x"), "1 1");
    fs::write(house.file("notes.txt"), "anything").unwrap();
    fs::write(house.file("main.rhai"), script(1)).unwrap();
    fs::write(house.file("main.rhai~"), "backup").unwrap();
    // A real change behind them is the first that is heard of.
    fs::write(house.file("main.rhai"), script(2)).unwrap();
    house.wait_log("loaded 2");
    assert_eq!(house.wait_status(|status| status.version > 1).version, 2);
}

#[test]
fn a_run_that_goes_on_ends_with_the_old_code() {
    let house = House::with(
        "fn on_run(input) { if input.text == \"slow\" { test::note(\"begun\"); sleep(0.5); } \"old\" }",
    );
    let slow = house.start_run("slow");
    house.wait_state(AppState::Running);
    fs::write(house.file("main.rhai"), "fn on_run(input) { \"new\" }").unwrap();
    house.host.send(Command::Reload(app()));
    assert_eq!(last(&slow).unwrap().text, "old");
    house.wait_status(|status| status.version == 2);
    assert_eq!(house.answer("x"), "new");
}

#[test]
fn timers_of_the_old_version_are_gone_and_those_of_the_new_one_tick() {
    let script = |name: &str| {
        format!(
            "fn on_load() {{ test::every(\"{name}\", 100); }} fn on_event(e) {{ print(`tick ${{e.name}}`); }}"
        )
    };
    let house = House::with(&script("old"));
    house.load();
    house.wait_log("tick old");
    fs::write(house.file("main.rhai"), script("new")).unwrap();
    house.wait_status(|status| status.version == 2);
    house.wait_log("tick new");
    let mut ticks = 0;
    house.wait(|event| match event {
        Event::Logged { line, .. } => {
            assert_eq!(line.text, "tick new");
            ticks += 1;
            (ticks == 3).then_some(())
        }
        _ => None,
    });
}

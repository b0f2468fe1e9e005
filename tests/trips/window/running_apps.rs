//! Apps that run: answers behind `/`, panels, reload on save, mistakes and permissions.

#![expect(clippy::unwrap_used, reason = "a test may give up")]

use std::path::PathBuf;

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use harness::World;

fn folder(world: &World) -> PathBuf {
    world.folder().join("apps/probe")
}

/// Writes the app `probe`, which is in the window after a look at the folders.
fn write(world: &World, permissions: &str, script: &str) {
    let folder = folder(world);
    std::fs::create_dir_all(&folder).unwrap();
    let manifest =
        format!("id = \"probe\"\nname = \"Probe\"\nversion = \"0.1.0\"\napi = 1\n{permissions}\n");
    std::fs::write(folder.join("app.toml"), manifest).unwrap();
    std::fs::write(folder.join("main.rhai"), script).unwrap();
}

/// A window that shows the app.
fn with_app(permissions: &str, script: &str) -> World {
    let mut world = World::new();
    write(&world, permissions, script);
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::A);
    world.click("Look for apps again");
    world.click("Open Probe");
    world.see_label("All apps");
    world
}

const COUNTER: &str = "fn on_load() { if this.count == () { this.count = 0; this.name = \"\"; } }\n\
    fn on_ui(ui) {\n\
    \x20   ui.heading(`Counted to ${this.count}`);\n\
    \x20   if ui.button(\"Count\") { this.count += 1; }\n\
    \x20   this.name = ui.text_edit(\"Name\", this.name);\n\
    \x20   ui.label(`Hello, ${this.name}!`);\n\
    }\n";

#[test]
fn a_panel_counts_clicks_and_greets_who_types() {
    let mut world = with_app("", COUNTER);
    world.see("Counted to 0");
    world.click("Count");
    world.see("Counted to 1");
    world.write("Name", "Ada");
    world.see("Hello, Ada!");
}

#[test]
fn a_saved_script_is_read_again_and_its_state_kept() {
    let mut world = with_app("", COUNTER);
    world.see("Counted to 0");
    world.click("Count");
    world.see("Counted to 1");
    let changed = COUNTER.replace("Counted to", "Now at");
    std::fs::write(folder(&world).join("main.rhai"), changed).unwrap();
    world.see("Now at 1");
}

#[test]
fn a_script_that_never_ends_leaves_the_window_alone() {
    let mut world = with_app("", "fn on_ui(ui) { if ui.button(\"Hang\") { loop { } } }");
    world.click("Hang");
    world.click("About");
    world.see("What it may do");
    world.click("All apps");
    world.see_label("Open Probe");
}

#[test]
fn an_app_answers_in_a_conversation_and_can_be_asked_again() {
    let mut world = with_app(
        "",
        "fn on_run(input) { app::progress(0.5, \"Halfway\"); app::write(`**Hello**, ${input.text}!`); }",
    );
    world.load_demonstration_from_the_models_page();
    world.say("/probe dear world");
    world.see("Hello, dear world!");
    world.hear_out();
    world.see_label("Probe");
    world.click("Regenerate answer");
    world.see("2/2");
    world.see("Hello, dear world!");
}

#[test]
fn what_was_refused_in_a_conversation_can_be_allowed_beside_the_words() {
    let mut world = with_app(
        "[permissions]\nclipboard = true",
        "fn on_run(input) {\n    clipboard::write(\"copied\");\n    \"well\" + \" done\"\n}\n",
    );
    world.load_demonstration_from_the_models_page();
    world.say("/probe please");
    world.see("Probe wants to");
    world.click("Do not allow");
    world.see("it is not granted");
    world.click("Allow it to read and change the clipboard");
    world.see_no("Allow it to");
    world.click("Try again");
    world.see("well done");
}

#[test]
fn a_failed_answer_leads_to_its_line_in_the_editor() {
    let mut world =
        with_app("", "fn on_run(input) {\n    let sum = 1;\n    throw \"no more\";\n}\n");
    world.load_demonstration_from_the_models_page();
    world.say("/probe");
    world.see("no more");
    world.see("Try again");
    world.click("Open in editor");
    world.see_label("Code of main.rhai");
}

#[test]
fn mistakes_are_marked_while_one_types() {
    let mut world = with_app("", "fn on_run(input) { 1 }\n");
    world.click("Edit");
    world.see_label("Code of main.rhai");
    world.write("Code of main.rhai", "fn on_run(input) { let = 1; }");
    world.wait("a marked mistake", |window| {
        window.query_all_by_label_contains("main.rhai:1").next().is_some()
    });
    world.write("Code of main.rhai", "fn on_run(input) { 2 }");
    world.see_no("main.rhai:1");
}

#[test]
fn save_and_run_shows_what_the_new_script_says() {
    let mut world = with_app("", "fn on_run(input) { \"old\" }\n");
    world.click("Edit");
    world.see_label("Code of main.rhai");
    world.write("Code of main.rhai", "fn on_run(input) { \"brand\" + \" new\" }");
    world.press(Modifiers::COMMAND, Key::Enter);
    world.see("brand new");
}

#[test]
fn what_an_app_prints_is_on_its_console() {
    let mut world = with_app("", "fn on_run(input) { print(\"printed words\"); \"done\" }\n");
    world.click("Run app");
    world.see("done");
    world.click("Console");
    world.see("printed words");
    world.click("Clear console");
    world.see_no("printed words");
}

#[test]
fn an_app_asks_before_it_reaches_out_and_hears_no() {
    let mut world = with_app(
        "[permissions]\nnet = [\"http://127.0.0.1:9/*\"]",
        "fn on_run(input) { http::get(\"http://127.0.0.1:9/\"); }\n",
    );
    world.click("Run app");
    world.see("Probe wants to reach");
    world.click("Do not allow");
    world.see("not granted");
}

#[test]
fn a_question_that_is_put_off_ends_the_run_and_is_asked_again_the_next_time() {
    let mut world = with_app(
        "[permissions]\nnet = [\"http://127.0.0.1:9/*\"]",
        "fn on_run(input) { http::get(\"http://127.0.0.1:9/\"); }\n",
    );
    world.click("Run app");
    world.see("Probe wants to reach");
    world.press(Modifiers::NONE, Key::Escape);
    world.see_no("Probe wants to reach");
    world.see_label("Run app");
    world.click("Run app");
    world.see("Probe wants to reach");
}

#[test]
fn an_app_that_its_person_has_just_made_may_do_what_its_template_asks_for() {
    let mut world = World::with_model();
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::A);
    world.click("New app…");
    world.write("Name of the app", "Helper");
    world.click("Script");
    world.see_label("Code of main.rhai");
    let script =
        "fn on_run(input) { llm::complete(\"Once\", #{ max_tokens: 4 }); \"asked\" + \" it\" }";
    world.write("Code of main.rhai", script);
    world.press(Modifiers::COMMAND, Key::Enter);
    world.see("asked it");
    world.see_no("wants to");
}

#[test]
fn the_chat_is_an_app_and_the_model_answers_when_it_is_switched_off() {
    let mut world = World::with_model();
    world.say("Tell me about the sea.");
    world.hear_out();
    world.see("tokens/s");
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::A);
    world.click("Open Chat");
    world.click("More about this app");
    world.click("Switch off");
    world.see("Switched off");
    world.press(Modifiers::COMMAND, Key::N);
    world.say("Tell me about the mountains.");
    world.hear_out();
    world.see("tokens/s");
}

#[test]
fn an_app_that_cannot_be_run_has_no_side_for_that() {
    let mut world = with_app("", COUNTER);
    world.see("Counted to 0");
    world.see_label("Console");
    assert!(world.window().query_by_label("Run").is_none());
    let with_run = format!("{COUNTER}fn on_run(input) {{ 1 }}\n");
    std::fs::write(folder(&world).join("main.rhai"), with_run).unwrap();
    world.see_label("Run");
}

#[test]
fn what_was_refused_is_told_once_and_can_be_allowed_beside_the_words() {
    let mut world = with_app(
        "[permissions]\nclipboard = true",
        "fn on_run(input) {\n    clipboard::write(\"copied\");\n    \"well\" + \" done\"\n}\n",
    );
    world.click("Run app");
    world.see("Probe wants to");
    world.click("Do not allow");
    world.see("it is not granted");
    let told = world.window().query_all_by_label_contains("it is not granted").count();
    assert_eq!(told, 1, "{}", world.labels());
    world.click("Allow it to read and change the clipboard");
    world.see_no("Allow it to");
    world.click("Run app");
    world.see("well done");
}

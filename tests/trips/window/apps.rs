//! Apps: their cards, their files, what they may, and making them one's own.

#![expect(clippy::unwrap_used, reason = "a test may give up")]

use std::path::PathBuf;

use egui::{Key, Modifiers};
use harness::World;

const MANIFEST: &str = "id = \"greeter\"\nname = \"Greeter\"\nversion = \"0.1.0\"\napi = 1\n\
    description = \"Greets whoever writes\"\n\n\
    [permissions]\nnet = [\"https://api.example.com/*\"]\n\n\
    [[settings]]\nkey = \"tone\"\ntype = \"enum\"\noptions = [\"warm\", \"dry\"]\n\n\
    [[settings]]\nkey = \"shout\"\ntype = \"bool\"\n";
const SCRIPT: &str = "fn on_run(input) {\n    app::write(`Hello, ${input.text}`);\n}\n";

/// A window on a folder that has one app of its person.
fn with_app() -> World {
    let mut world = World::new();
    let folder = folder(&world);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("app.toml"), MANIFEST).unwrap();
    std::fs::write(folder.join("main.rhai"), SCRIPT).unwrap();
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::A);
    world.click("Look for apps again");
    world.see_label("Open Greeter");
    world
}

fn folder(world: &World) -> PathBuf {
    world.folder().join("apps/greeter")
}

fn script(world: &World) -> String {
    std::fs::read_to_string(folder(world).join("main.rhai")).unwrap()
}

fn in_editor() -> World {
    let mut world = with_app();
    world.click("Open Greeter");
    world.click("Edit");
    world.see_label("Code of main.rhai");
    world
}

#[test]
fn a_card_says_what_an_app_does_and_wants() {
    let mut world = with_app();
    world.see("Greets whoever writes");
    world.see("Wants to reach api.example.com");
    world.write("Find an app", "nothing like it");
    world.see("No app is found by these words");
    world.write("Find an app", "greet");
    world.see_label("Open Greeter");
}

#[test]
fn a_new_app_is_made_from_a_template_and_opened_in_the_editor() {
    let mut world = with_app();
    world.click("New app…");
    world.write("Name of the app", "Word counter");
    world.click("Script");
    world.see_label("Code of main.rhai");
    assert!(world.folder().join("apps/word-counter/main.rhai").is_file());
    world.click("All apps");
    world.see_label("Open Word counter");
}

#[test]
fn the_name_of_a_new_app_is_not_lost_with_its_dialog() {
    let mut world = with_app();
    world.click("New app…");
    world.write("Name of the app", "Half a na");
    world.press(Modifiers::NONE, Key::Escape);
    world.see_no("It begins as:");
    world.click("New app…");
    world.see("It begins as:");
    assert_eq!(world.written("Name of the app"), "Half a na");
    world.click("Cancel");
    world.click("New app…");
    world.see("It begins as:");
    assert_eq!(world.written("Name of the app"), "");
}

#[test]
fn the_keys_of_the_page_lead_from_an_app_to_all_of_them() {
    let mut world = with_app();
    world.click("Open Greeter");
    world.see_label("All apps");
    world.press(Modifiers::COMMAND, Key::N);
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::A);
    world.see_label("All apps");
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::A);
    world.see_label("Open Greeter");
}

#[test]
fn an_assistant_is_made_and_changed_by_a_form() {
    let mut world = with_app();
    world.click("New app…");
    world.write("Name of the app", "Poet");
    world.click("Assistant");
    world.see("Who it is");
    world.write("Who it is", "You answer in verse.");
    world.activate("Save assistant");
    let manifest = world.folder().join("apps/poet/app.toml");
    world.wait("the kept form", |_| {
        std::fs::read_to_string(&manifest).unwrap().contains("You answer in verse.")
    });
    world.click("Edit");
    world.see_label("Code of app.toml");
}

#[test]
fn what_is_typed_is_saved_with_ctrl_s() {
    let mut world = in_editor();
    world.write("Code of main.rhai", "fn on_run(input) { 1 }");
    world.see("main.rhai, changed");
    world.press(Modifiers::COMMAND, Key::S);
    world.see_no("main.rhai, changed");
    assert_eq!(script(&world), "fn on_run(input) { 1 }");
}

#[test]
fn enter_keeps_the_level_and_tab_opens_one() {
    let mut world = in_editor();
    world.write("Code of main.rhai", "fn a() {");
    world.press(Modifiers::NONE, Key::Enter);
    assert_eq!(world.written("Code of main.rhai"), "fn a() {\n    ");
    world.press(Modifiers::NONE, Key::Tab);
    assert_eq!(world.written("Code of main.rhai"), "fn a() {\n        ");
    world.press(Modifiers::SHIFT, Key::Tab);
    assert_eq!(world.written("Code of main.rhai"), "fn a() {\n    ");
    world.press(Modifiers::COMMAND, Key::Z);
    assert_ne!(world.written("Code of main.rhai"), "fn a() {\n    ", "the keys can be undone");
}

#[test]
fn what_can_be_written_is_offered_and_taken_with_enter() {
    let mut world = in_editor();
    world.write("Code of main.rhai", "store::se");
    world.see_label("store::set");
    world.press(Modifiers::NONE, Key::Enter);
    assert_eq!(world.written("Code of main.rhai"), "store::set()");
    world.write("Code of main.rhai", "whi");
    world.see_label("while");
    world.press(Modifiers::NONE, Key::Escape);
    world.see_no("while");
    world.see_label("Code of main.rhai");
}

#[test]
fn a_bracket_that_is_typed_after_an_offer_was_taken_is_not_doubled() {
    let mut world = in_editor();
    world.write("Code of main.rhai", "store::se");
    world.see_label("store::set");
    world.press(Modifiers::NONE, Key::Enter);
    world.type_on("Code of main.rhai", "(");
    assert_eq!(world.written("Code of main.rhai"), "store::set()");
    world.type_on("Code of main.rhai", "1");
    world.type_on("Code of main.rhai", "(");
    assert_eq!(world.written("Code of main.rhai"), "store::set(1()");
}

#[test]
fn words_are_found_and_replaced_in_a_file() {
    let mut world = in_editor();
    world.write("Code of main.rhai", "let one = 1; let two = one + one;");
    world.press(Modifiers::COMMAND, Key::F);
    world.write("Find in this file", "one");
    world.see("1 of 3");
    world.write("Replace with", "three");
    world.click("Replace all");
    assert_eq!(world.written("Code of main.rhai"), "let three = 1; let two = three + three;");
    world.press(Modifiers::NONE, Key::Escape);
    world.see_no("Find in this file");
}

#[test]
fn a_file_that_another_program_changes_is_followed_unless_there_are_changes_here() {
    let mut world = in_editor();
    std::fs::write(folder(&world).join("main.rhai"), "// from elsewhere").unwrap();
    world.wait("the text on disk", |window| {
        use egui_kittest::kittest::Queryable as _;
        let mut fields = window.query_all_by_label("Code of main.rhai");
        fields.any(|field| field.value().as_deref() == Some("// from elsewhere"))
    });
    world.write("Code of main.rhai", "// mine");
    std::fs::write(folder(&world).join("main.rhai"), "// from elsewhere again").unwrap();
    world.see("Changed on disk");
    assert_eq!(world.written("Code of main.rhai"), "// mine");
    world.click("Take what is on disk");
    assert_eq!(world.written("Code of main.rhai"), "// from elsewhere again");
}

#[test]
fn changes_are_not_lost_when_the_editor_is_closed() {
    let mut world = in_editor();
    world.write("Code of main.rhai", "// not saved");
    world.click("Close editor");
    world.see("Close the editor without saving?");
    world.click("Keep editing");
    world.see("main.rhai, changed");
    world.click("Close editor");
    world.click("Discard changes");
    world.see_no("Code of main.rhai");
    assert_eq!(script(&world), SCRIPT);
}

#[test]
fn a_new_file_joins_the_app() {
    let mut world = in_editor();
    world.click("New file…");
    world.write("Name of the new file", "../out.rhai");
    world.see("Name a file within the app’s folder");
    world.write("Name of the new file", "lib/words.rhai");
    world.click("Create file");
    world.see_label("Code of lib/words.rhai");
    assert!(folder(&world).join("lib/words.rhai").is_file());
}

#[test]
fn a_deleted_app_can_be_brought_back() {
    let mut world = with_app();
    world.click("Open Greeter");
    world.click("More about this app");
    world.click("Delete…");
    world.click("Delete app");
    world.see("greeter is deleted");
    assert!(!folder(&world).exists());
    world.click("Undo");
    world.see("Greeter is back");
    assert!(folder(&world).join("main.rhai").is_file());
}

#[test]
fn a_copy_is_an_app_of_its_own() {
    let mut world = with_app();
    world.click("Open Greeter");
    world.click("More about this app");
    world.click("Duplicate");
    world.see_label("Code of main.rhai");
    assert!(world.folder().join("apps/my-greeter/main.rhai").is_file());
}

#[test]
fn an_app_is_packed_shown_and_installed_again() {
    let mut world = with_app();
    let package = world.folder().join("greeter.satchel-app");
    world.click("Open Greeter");
    world.click("More about this app");
    world.click("Export…");
    world.write("File", &package.display().to_string());
    world.click("Export");
    world.see("Exported to");
    std::fs::remove_dir_all(folder(&world)).unwrap();
    world.click("All apps");
    world.drop_file(package);
    world.see("Install Greeter?");
    world.see("reach api.example.com");
    assert!(!folder(&world).exists(), "nothing is on disk before it is agreed to");
    world.click("Install");
    world.see("Greeter is installed");
    assert!(folder(&world).join("main.rhai").is_file());
}

#[test]
fn a_broken_manifest_is_listed_with_what_is_wrong() {
    let mut world = with_app();
    std::fs::write(folder(&world).join("app.toml"), MANIFEST.replace("name", "nmae")).unwrap();
    world.click("Look for apps again");
    world.see("Cannot be read");
    world.click("Open greeter");
    world.see("nmae");
    world.see_label("Open in editor");
}

#[test]
fn an_app_stays_in_the_sidebar_when_it_is_kept_there() {
    let mut world = with_app();
    world.click("Open Greeter");
    world.click("Keep in the sidebar");
    world.press(Modifiers::NONE, Key::Escape);
    world.press(Modifiers::NONE, Key::Escape);
    world.see_label("Greeter");
    world.restart();
    // What the sidebar shows at its foot moves what is above.
    world.see_label("No model is loaded");
    world.see_label("Greeter");
    world.click("Greeter");
    world.see_label("Take out of the sidebar");
}

#[test]
fn apps_are_offered_behind_a_slash() {
    let mut world = with_app();
    world.load_demonstration_from_the_models_page();
    world.write("Message", "/gre");
    world.see("/greeter");
    world.press(Modifiers::NONE, Key::Tab);
    assert_eq!(world.written("Message"), "/greeter ");
}

#[test]
fn a_message_that_names_no_app_is_sent_only_when_it_is_meant_as_text() {
    let mut world = with_app();
    world.load_demonstration_from_the_models_page();
    world.write("Message", "/greetre Ada");
    world.see("There is no app /greetre: did you mean /greeter? A space before / sends it as text");
    world.press(Modifiers::NONE, Key::Enter);
    assert_eq!(world.written("Message"), "/greetre Ada");
    world.press(Modifiers::NONE, Key::Escape);
    world.see_no("There is no app");
    world.press(Modifiers::NONE, Key::Enter);
    world.hear_out();
    world.see("tokens/s");

    world.say(" /greeter Ada");
    world.hear_out();
    world.see("/greeter Ada");
    assert!(!world.shows("Hello, Ada"), "a space before it makes it a text");
}

#[test]
fn escape_closes_a_menu_and_not_the_page_behind_it() {
    let mut world = with_app();
    world.click("Open Greeter");
    world.click("More about this app");
    world.see_label("Reload");
    world.press(Modifiers::NONE, Key::Escape);
    world.see_no("Reload");
    world.see_label("All apps");
}

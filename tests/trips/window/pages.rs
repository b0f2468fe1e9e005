//! Palette, settings, models, shortcuts, find.

use egui::{Key, Modifiers};
use harness::World;

#[test]
fn the_palette_leads_everywhere_by_a_few_letters() {
    let mut world = World::new();
    world.press(Modifiers::COMMAND, Key::K);
    world.write("Type what you want to do", "keyb");
    world.press(Modifiers::NONE, Key::Enter);
    world.see("Message field");
    world.press(Modifiers::NONE, Key::Escape);
    world.see("Welcome to Satchel");
}

#[test]
fn settings_are_kept() {
    let mut world = World::with_model();
    world.press(Modifiers::COMMAND, Key::Comma);
    world.see("Appearance");
    world.click("Dark");
    world.write("System prompt", "Answer in verse.");
    world.restart();
    world.see_label("Ready");
    world.press(Modifiers::COMMAND, Key::Comma);
    world.wait("the system prompt", |window| {
        use egui_kittest::kittest::Queryable as _;
        window
            .query_all_by_label("System prompt")
            .any(|node| node.value().as_deref() == Some("Answer in verse."))
    });
    let file = std::fs::read_to_string(world.folder().join("settings.toml")).unwrap();
    assert!(file.contains("dark"), "{file}");
}

#[test]
fn a_conversation_has_settings_of_its_own() {
    let mut world = World::with_model();
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::B);
    world.see("This conversation");
    world.write("System prompt", "Answer in one word.");
    world.say("Hello");
    world.hear_out();
    world.restart();
    world.see_label("Ready");
    world.click("Hello");
    world.wait("the system prompt", |window| {
        use egui_kittest::kittest::Queryable as _;
        window
            .query_all_by_label("System prompt")
            .any(|node| node.value().as_deref() == Some("Answer in one word."))
    });
}

#[test]
fn a_changed_context_length_offers_to_load_the_model_again() {
    let mut world = World::with_model();
    world.press(Modifiers::COMMAND, Key::Comma);
    world.activate("Set Context length");
    world.activate("Reload model");
    world.see_no("Takes effect when the model is loaded again");
    world.see_label("Ready");
}

#[test]
fn the_models_page_says_what_is_loaded_and_unloads_it() {
    let mut world = World::with_model();
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::M);
    world.see("Loaded");
    world.click_containing("Unload ");
    world.see("No model is loaded");
}

#[test]
fn find_counts_and_walks_through_the_matches() {
    let mut world = World::with_model();
    world.say("qwxz qwxz qwxz");
    world.hear_out();
    assert!(!world.shows("Find in this conversation"));
    world.press(Modifiers::COMMAND, Key::F);
    world.write("Find in this conversation", "qwxz");
    world.see("1 of 3");
    world.press(Modifiers::NONE, Key::Enter);
    world.see("2 of 3");
    world.press(Modifiers::NONE, Key::Escape);
    world.see_no("Find in this conversation");
}

#[test]
fn sidebar_and_panel_come_and_go_by_keys() {
    let mut world = World::sized(800.0, 600.0, 1.0);
    world.see("Your conversations will be listed here");
    world.press(Modifiers::COMMAND, Key::B);
    world.see_no("Your conversations will be listed here");
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::B);
    world.see("This conversation");
    world.click("Close this conversation’s settings");
    world.see_no("What is set here applies");
}

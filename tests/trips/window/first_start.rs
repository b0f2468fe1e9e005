//! From nothing to a model.

use egui::{Key, Modifiers};
use harness::{World, fixture, starter_model};

#[test]
fn a_first_start_offers_every_way_to_a_model() {
    let mut world = World::new();
    world.see("Welcome to Satchel");
    for way in ["Choose a file…", "Path of the file", "Try it now", "Demonstration"] {
        assert!(world.shows(way), "{way}\n{}", world.labels());
    }
}

#[test]
fn the_demonstration_is_one_click_away_and_called_what_it_is() {
    let mut world = World::with_model();
    world.see("demonstration model of 8 MB answers here");
    assert!(world.shows("(demonstration)"));
}

#[test]
fn without_a_file_dialog_the_path_is_typed() {
    let mut world = World::new();
    world.click("Choose a file…");
    world.see("Type or paste the path of the file");
    let path = starter_model().display().to_string();
    world.write("Path of the file", &path);
    world.press(Modifiers::NONE, Key::Enter);
    world.see_label("Ready");
}

#[test]
fn a_dropped_model_is_loaded() {
    let mut world = World::new();
    world.drop_file(starter_model());
    world.see_label("Ready");
}

#[test]
fn a_file_that_is_no_model_is_refused_in_words_and_the_window_lives_on() {
    let mut world = World::new();
    let path = world.folder().join("broken.gguf");
    std::fs::write(&path, b"GGUF and then nothing that makes sense").unwrap();
    world.drop_file(path);
    world.see("Not loaded");
    world.click("Dismiss");
    world.see_no("Not loaded");
    world.load_demonstration();
}

#[test]
fn a_model_that_is_not_there_is_said_to_be_missing() {
    let mut world = World::new();
    world.write("Path of the file", "/nowhere/at/all.gguf");
    world.press(Modifiers::NONE, Key::Enter);
    world.see("Not loaded");
    world.see("all.gguf");
}

#[test]
fn something_else_that_is_dropped_is_asked_about_as_a_document() {
    let mut world = World::new();
    world.drop_file(fixture("README.md"));
    world.see("Add to your documents");
    world.see("README.md");
    world.press(Modifiers::NONE, Key::Escape);
    world.see_no("Add to your documents");
}

#[test]
fn the_model_of_the_last_time_is_loaded_at_the_next_start() {
    let mut world = World::with_model();
    world.restart();
    world.see_label("Ready");
}

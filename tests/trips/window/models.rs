//! Models come, fail, and go.

use egui::{Key, Modifiers};
use harness::{World, fixture, starter_model};

fn on_the_models_page() -> World {
    let mut world = World::new();
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::M);
    world
}

#[test]
fn a_model_is_copied_in_and_its_copy_deleted_after_a_question() {
    let mut world = on_the_models_page();
    world.write("Path of the file", &starter_model().display().to_string());
    world.click("Copy into the data folder");
    world.see("Added to the data folder");
    let copy = world.folder().join("models/satchel-starter-q8_0.gguf");
    assert_eq!(std::fs::read(&copy).unwrap(), std::fs::read(starter_model()).unwrap());
    world.activate("Remove Satchel Starter");
    world.see("is deleted from the data folder");
    world.click("Keep it");
    world.see_no("is deleted from the data folder");
    assert!(copy.exists());
    world.activate("Remove Satchel Starter");
    world.click("Delete the file");
    world.see("Model removed");
    assert!(!copy.exists());
}

#[test]
fn a_model_that_lies_elsewhere_leaves_only_the_list() {
    let mut world = on_the_models_page();
    let file = world.folder().join("elsewhere.gguf");
    std::fs::copy(starter_model(), &file).unwrap();
    world.write("Path of the file", &file.display().to_string());
    world.click("Open");
    world.see_label("Ready");
    world.activate("Remove Satchel Starter");
    world.see("The file stays where it is");
    world.click("Remove");
    world.see("Model removed");
    world.see("No model is loaded");
    assert!(file.exists());
}

#[test]
fn a_model_that_needs_too_much_memory_is_loaded_with_less_context() {
    let mut world = World::with_settings("[models.demo]\ncontext_length = 16777216\n");
    world.click("Try it now");
    world.see("Not loaded");
    world.click_containing("Load with a context of");
    world.see_label("Ready");
    world.see_no("Not loaded");
}

#[test]
fn a_reload_that_fails_says_so_where_it_was_asked_and_leaves_the_model_answering() {
    let mut world = World::with_model();
    world.press(Modifiers::COMMAND, Key::Comma);
    world.activate("Set Context length");
    world.see("Takes effect when the model is loaded again");
    world.write_number("Context length", "16777216");
    world.activate("Reload model");
    world.see("Not loaded");
    world.see_label("Ready");
    world.see("Load with a context of");
}

#[test]
fn a_model_for_searching_is_not_loaded_to_talk_with_and_that_is_said() {
    let mut world = World::new();
    let file = fixture("tiny-bert-embedding.gguf").display().to_string();
    world.write("Path of the file", &file);
    world.press(Modifiers::NONE, Key::Enter);
    world.see("is for searching in documents and writes no text");
    world.click("Try it now");
    world.see_label("Ready");
    world.press(Modifiers::COMMAND, Key::K);
    world.write("Type what you want to do", "Load");
    world.see("Load Satchel Starter");
    assert!(!world.shows("Load Tiny"), "{}", world.labels());
}

#[test]
fn a_mistyped_path_can_be_mended() {
    let mut world = on_the_models_page();
    world.write("Path of the file", "/no/such.gguf");
    world.press(Modifiers::NONE, Key::Enter);
    world.see("Not loaded");
    assert_eq!(world.written("Path of the file"), "/no/such.gguf");
}

#[test]
fn a_model_that_answers_is_removed_after_one_question_at_a_time() {
    let mut world = World::new();
    let file = world.folder().join("elsewhere.gguf");
    std::fs::copy(starter_model(), &file).unwrap();
    world.drop_file(file);
    world.see_label("Ready");
    world.say("Tell a long story.");
    world.see_label("Stop");
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::M);
    world.activate("Remove Satchel Starter");
    world.click("Remove");
    world.see("An answer is being written");
    assert!(!world.shows("The file stays where it is"));
}

#[test]
fn a_model_dropped_over_the_documents_is_a_model() {
    let mut world = World::new();
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::D);
    world.drop_file(starter_model());
    world.see_label("Ready");
}

#[test]
fn a_load_can_be_given_up() {
    let mut world = World::with_model();
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::M);
    // A small model may be quicker than the button.
    for _ in 0..50 {
        world.activate("Unload Satchel Starter");
        world.see("No model is loaded");
        world.start_and_press("Load Satchel Starter", "Cancel loading");
        world.see_no("Loading Satchel Starter");
        if world.shows("No model is loaded") {
            assert!(!world.shows("Not loaded"), "giving up is no failure");
            return;
        }
    }
    panic!("the load was always quicker than the button");
}

#[test]
fn models_that_others_add_are_listed_and_those_that_others_take_away_are_not() {
    use engine::models::{Keep, Library};
    let mut world = on_the_models_page();
    world.see_label("Load Satchel Starter");
    // By a file manager.
    let folder = world.folder().join("models/satchel");
    std::fs::create_dir_all(&folder).unwrap();
    let copied = folder.join("tiny.gguf");
    std::fs::copy(fixture("tiny-bert-reranker.gguf"), &copied).unwrap();
    world.see("For ranking passages, not for chat");
    std::fs::remove_file(&copied).unwrap();
    world.see_no("For ranking passages, not for chat");
    // In a terminal.
    let library = Library::new(world.folder().join("models"), None);
    let file = fixture("tiny-bert-reranker.gguf");
    library.add(&file, Keep::Reference, &mut |_, _| true).unwrap();
    world.see("For ranking passages, not for chat");
}

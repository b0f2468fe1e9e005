//! Documents: added, asked without any model, and opened where the answer says.

use std::path::Path;

use egui::{Key, Modifiers};
use engine::folder::DataFolder;
use harness::{World, fixture};
use scripting::AppId;
use scripting::library::Choices;

/// A window in which this document is in the collection "Papers", from which the open conversation
/// is answered.
pub(super) fn asking(name: &str) -> World {
    let mut world = World::new();
    ask_from(&mut world, name);
    world
}

/// The same in a window that is open.
fn ask_from(world: &mut World, name: &str) {
    world.drop_file(fixture(&format!("documents/{name}")));
    world.see("Add to your documents");
    world.write("Name of the new collection", "Papers");
    world.click("Add");
    world.see("Answers from");
}

/// Waits until everything was read.
pub(super) fn read_all(world: &mut World) {
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::D);
    world.see("1 document");
    world.press(Modifiers::NONE, Key::Escape);
}

#[test]
fn a_dropped_pdf_answers_without_a_model_and_opens_at_the_marked_passage() {
    let mut world = asking("letter.pdf");
    read_all(&mut world);
    world.say("Who built the lighthouse?");
    world.hear_out();
    world.see("Why this answer");
    world.click_containing("Source 1: ");
    world.see("Page 1 of 1");
    world.see("The marked passage");
    assert!(!world.shows("nothing is marked"));
    // Sources are kept with the answer.
    world.restart();
    world.click("Who built the lighthouse?");
    world.see("Why this answer");
    world.click_containing(" source");
    world.see("1  The lighthouse of Zelmont, page 1");
    world.click_containing("Source 1: ");
    world.see("The marked passage");
}

#[test]
fn documents_are_asked_from_the_first_page_and_from_theirs() {
    let mut world = asking("letter.pdf");
    read_all(&mut world);
    for ways in [&["Ask Papers"][..], &["Open Papers", "Ask Papers"]] {
        if ways.len() > 1 {
            world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::D);
        } else {
            // No model is loaded.
            world.press(Modifiers::COMMAND, Key::N);
            world.see("Ask your documents");
        }
        for way in ways {
            world.click(way);
        }
        world.see("Answers from");
        world.say("Who built the lighthouse?");
        world.hear_out();
        world.see("Why this answer");
    }
}

#[test]
fn the_manual_is_there_and_its_pages_are_opened() {
    let mut world = World::new();
    world.press(Modifiers::SHIFT, Key::F1);
    world.see("Satchel manual");
    world.write("Search in this collection", "is what I write sent to the internet");
    world.click_containing("Passage: Privacy");
    world.see("The marked passage");
    assert!(!world.shows("Add files…"));
    world.press(Modifiers::NONE, Key::F1);
    assert_eq!(world.written("Message"), "/guide ");
}

#[test]
fn why_an_answer_is_as_it_is_tells_what_was_found_and_opens_it() {
    let mut world = asking("pages.pdf");
    read_all(&mut world);
    world.say("What is the page about herons?");
    world.hear_out();
    world.click("Why this answer");
    world.see("By words 1");
    world.see("Answered by quoting sentences, without a model");
    world.activate("Close the explanation");
    world.see_no("By words 1");
    world.click_containing("Source 1: ");
    world.see("Page 2 of 3");
    world.see("The marked passage");
    world.activate("Previous page");
    world.see("Page 1 of 3");
}

#[test]
fn a_reranker_is_chosen_in_the_settings_and_orders_what_answers_rest_on() {
    let mut world = World::new();
    world.press(Modifiers::COMMAND, Key::Comma);
    world.see("There is none among your models");
    let models = world.folder().join("models");
    std::fs::create_dir_all(&models).unwrap();
    let model = models.join("tiny-bert-reranker.gguf");
    std::fs::copy(fixture("tiny-bert-reranker.gguf"), &model).unwrap();
    world.restart();
    ask_from(&mut world, "pages.pdf");
    read_all(&mut world);
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::M);
    world.see("For ranking passages, not for chat");
    assert!(!world.shows("Load Tiny Cross-Encoder"));
    world.press(Modifiers::COMMAND, Key::Comma);
    world.click("Reranker");
    world.click("Tiny Cross-Encoder");
    world.press(Modifiers::NONE, Key::Escape);
    world.say("What is the page about herons?");
    world.hear_out();
    world.click("Why this answer");
    world.see("The best 3 ordered by Tiny Cross-Encoder");
    world.see("place 1 before");
    // It is no model that answers.
    world.see("No model");

    // The choice lasts, and is told when its file is gone.
    std::fs::remove_file(model).unwrap();
    world.restart();
    world.press(Modifiers::COMMAND, Key::Comma);
    world.see("tiny-bert-reranker.gguf is not among your models");
}

#[test]
fn a_document_that_is_no_pdf_is_opened_as_text_with_the_passage_marked() {
    let mut world = asking("letter.docx");
    read_all(&mut world);
    world.say("When was the lamp replaced?");
    world.hear_out();
    world.click_containing("Source 1: ");
    world.see("The marked passage");
    world.see("The lamp was replaced in 1954.");
}

#[test]
fn another_way_of_reading_is_another_version_of_the_answer() {
    let mut world = asking("letter.pdf");
    read_all(&mut world);
    world.say("Who built the lighthouse?");
    world.hear_out();
    world.click_containing("Read ");
    world.click("Everything, summed up part by part");
    world.hear_out();
    world.see("2/2");
    world.see("Summed up");
}

/// Sets the shipped app for documents to quote without a model, as on its page.
#[expect(clippy::unwrap_used, reason = "a test may give up")]
fn quote_without_a_model(folder: &Path) {
    let data = DataFolder::open_shared(Some(folder)).unwrap();
    let documents = AppId::parse("documents").unwrap();
    let app = satchel::shipped::library(&data).unwrap().find(&documents).unwrap();
    let rows = &app.manifest.as_ref().unwrap().settings;
    let value = Some("quotes without a model".into());
    Choices::load(folder).unwrap().set_setting(&app, rows, "answerer", value).unwrap();
}

#[test]
fn what_was_quoted_without_a_model_is_asked_again_without_one() {
    let mut world = World::new();
    let models = world.folder().join("models");
    std::fs::create_dir_all(&models).unwrap();
    std::fs::copy(fixture("tiny-llama.gguf"), models.join("tiny-llama.gguf")).unwrap();
    quote_without_a_model(world.folder());
    world.restart();
    ask_from(&mut world, "letter.pdf");
    read_all(&mut world);
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::M);
    world.click("Load Tiny Llama");
    world.see_label("Ready");
    world.press(Modifiers::NONE, Key::Escape);
    world.say("/documents Who built the lighthouse?");
    world.hear_out();
    world.click_containing("Read ");
    world.click("Everything, summed up part by part");
    world.hear_out();
    world.see("2/2");
    world.click("Why this answer");
    world.see("Answered by quoting sentences, without a model");
}

#[test]
fn a_file_that_cannot_be_read_says_why_and_can_be_tried_again() {
    let mut world = World::new();
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::D);
    world.click("New collection…");
    world.write("Name", "Papers");
    world.click("Make it");
    world.see("No documents yet");
    let path = fixture("documents/locked.pdf").canonicalize().unwrap();
    world.write("Path of a file or folder", &path.display().to_string());
    world.press(Modifiers::NONE, Key::Enter);
    world.see("It is protected by a password");
    world.see("Not read");
    world.activate("Retry locked.pdf");
    world.see("It is protected by a password");
    world.activate("Take locked.pdf out of the collection");
    world.see("No documents yet");
    world.click("Undo");
    world.see("It is protected by a password");
}

#[test]
fn a_folder_is_read_whole_searched_and_its_collection_deleted() {
    let mut world = World::new();
    let folder = world.folder().join("papers");
    std::fs::create_dir(&folder).unwrap();
    for (name, text) in [("lease", "The notice period is six months."), ("note", "Buy milk.")] {
        std::fs::write(folder.join(format!("{name}.txt")), text).unwrap();
    }
    world.drop_file(folder);
    world.write("Name of the new collection", "Papers");
    world.click("Add");
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::D);
    world.see("2 documents");
    world.click("Open Papers");
    world.see("Follow changes in");
    world.write("Search in this collection", "how long is the notice period");
    world.see_no("note.txt");
    world.click("Passage: lease.txt");
    world.see("The marked passage");
    world.see("The notice period is six months.");
    world.press(Modifiers::NONE, Key::Escape);
    world.see_no("The marked passage");
    world.press(Modifiers::NONE, Key::Escape);
    world.see("New collection…");
    world.click("More about Papers");
    world.click("Delete…");
    world.see("The files themselves stay where they are");
    world.click("Delete the collection");
    world.see("Ask your own documents");
}

#[test]
fn in_a_small_window_escape_closes_the_document_that_lies_over_the_page() {
    let mut world = World::sized(800.0, 600.0, 1.0);
    let file = world.folder().join("lease.txt");
    std::fs::write(&file, "The notice period is six months.").unwrap();
    world.drop_file(file);
    world.write("Name of the new collection", "Papers");
    world.click("Add");
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::D);
    world.see("1 document");
    world.click("Open Papers");
    world.click("lease.txt");
    world.see("The notice period is six months.");
    world.press(Modifiers::NONE, Key::Escape);
    world.see_no("The notice period is six months.");
    world.see("Search in this collection");
}

#[test]
fn a_watched_folder_follows_by_itself() {
    let mut world = World::new();
    let folder = world.folder().join("papers");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("lease.txt"), "The notice period is six months.").unwrap();
    world.drop_file(folder.clone());
    world.write("Name of the new collection", "Papers");
    world.click("Add");
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::D);
    world.see("1 document");
    world.click("Open Papers");
    world.click_containing("Follow changes in");
    std::fs::write(folder.join("note.txt"), "Buy milk.").unwrap();
    world.see("note.txt");
}

#[test]
fn a_file_that_has_gone_is_told_and_its_text_is_there() {
    let mut world = World::new();
    let file = world.folder().join("lease.txt");
    std::fs::write(&file, "The notice period is six months.").unwrap();
    world.drop_file(file.clone());
    world.write("Name of the new collection", "Papers");
    world.click("Add");
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::D);
    world.see("1 document");
    std::fs::remove_file(&file).unwrap();
    world.click("Open Papers");
    world.click("lease.txt");
    world.see("The file is no longer there");
    world.see("The notice period is six months.");
}

/// A collection of one text.
#[expect(clippy::unwrap_used, reason = "a test may give up")]
fn collection(world: &mut World, name: &str, text: &str) {
    let file = world.folder().join(format!("{name}.txt"));
    std::fs::write(&file, text).unwrap();
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::D);
    world.click("New collection…");
    world.write("Name", name);
    world.click("Make it");
    world.write("Path of a file or folder", &file.display().to_string());
    world.press(Modifiers::NONE, Key::Enter);
    world.see(&format!("{name}.txt"));
    world.see_no("Waiting");
    world.press(Modifiers::NONE, Key::Escape);
}

#[test]
fn another_way_of_reading_asks_the_collection_that_an_app_had_chosen() {
    let mut world = World::new();
    let folder = world.folder().join("apps/keeper");
    std::fs::create_dir_all(&folder).unwrap();
    let manifest = "id = \"keeper\"\nname = \"Keeper\"\nversion = \"0.1.0\"\napi = 1\n\
        description = \"Asks what keepers wrote\"\n\n[permissions]\ndocuments = \"read\"\n";
    let script = "fn on_run(input) {\n    \
        documents::ask(input.text, #{ collections: \"Keepers\", answerer: \"reader\" });\n}\n";
    std::fs::write(folder.join("app.toml"), manifest).unwrap();
    std::fs::write(folder.join("main.rhai"), script).unwrap();
    collection(&mut world, "Keepers", "Otto Brand kept the light until 1901.");
    collection(&mut world, "Others", "Nobody kept the light after the storm.");
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::A);
    world.click("Look for apps again");
    world.see_label("Open Keeper");
    // Without a model, it is the guide that opens a conversation.
    world.press(Modifiers::NONE, Key::F1);
    world.say("/keeper Who kept the light?");
    world.click("Allow");
    world.hear_out();
    world.see("Otto Brand kept the light");
    world.click_containing("Read ");
    world.click("The documents as a whole");
    world.hear_out();
    world.see("2/2");
    world.see("Otto Brand kept the light");
    assert!(!world.shows("Nobody kept the light"), "{}", world.labels());
}

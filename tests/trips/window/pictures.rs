//! A few pictures of the whole window, in both themes.

use egui::{Key, Modifiers};
use harness::{World, fixture};

use crate::documents::{asking, read_all};
use crate::find::opened;

#[test]
fn the_first_page_looks_as_it_should() {
    let mut world = World::sized(1000.0, 700.0, 1.0);
    world.press(Modifiers::COMMAND, Key::Comma);
    world.click("Light");
    world.press(Modifiers::NONE, Key::Escape);
    world.see("Your conversations will be listed here");
    world.settle();
    world.window().snapshot("first_start_light");
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::L);
    world.settle();
    world.window().snapshot("first_start_dark");
}

#[test]
fn the_page_of_keys_looks_as_it_should() {
    let mut world = World::sized(1000.0, 700.0, 1.0);
    world.press(Modifiers::COMMAND, Key::Comma);
    world.click("Dark");
    world.press(Modifiers::COMMAND, Key::Slash);
    world.see("Your conversations will be listed here");
    world.settle();
    world.window().snapshot("shortcuts_dark");
}

/// An answer with its sources and the document beside it, in one theme.
fn answer_from_documents(theme: &str, name: &str) {
    let mut world = asking("letter.pdf");
    read_all(&mut world);
    world.press(Modifiers::COMMAND, Key::Comma);
    world.click(theme);
    world.press(Modifiers::NONE, Key::Escape);
    world.say("Who built the lighthouse?");
    world.hear_out();
    world.click_containing(" source");
    world.click_containing("Source 1: ");
    world.see("The marked passage");
    // The sidebar tells the time.
    world.press(Modifiers::COMMAND, Key::B);
    world.settle();
    world.window().snapshot(name);
}

#[test]
fn a_light_answer_from_documents_looks_as_it_should() {
    answer_from_documents("Light", "answer_from_documents_light");
}

#[test]
fn a_dark_answer_from_documents_looks_as_it_should() {
    answer_from_documents("Dark", "answer_from_documents_dark");
}

/// A document in which something is found, in one theme.
fn found_in_a_document(file: &str, name: &str, wanted: &str, theme: &str) -> World {
    let mut world = opened(&fixture(&format!("documents/{file}")), name);
    world.press(Modifiers::COMMAND, Key::Comma);
    world.click(theme);
    world.press(Modifiers::NONE, Key::Escape);
    world.press(Modifiers::COMMAND, Key::B);
    world.click("Find in this document");
    world.write("Find in this document", wanted);
    world.see("1 of ");
    world.see("The match");
    world.settle();
    world
}

#[test]
fn what_is_found_on_a_light_page_looks_as_it_should() {
    let mut world = found_in_a_document("letter.pdf", "The lighthouse of Zelmont", "the", "Light");
    world.window().snapshot("find_in_document_light");
}

#[test]
fn what_is_found_in_dark_text_looks_as_it_should() {
    let mut world = found_in_a_document("letter.docx", "The lighthouse of Zelmont", "the", "Dark");
    world.window().snapshot("find_in_document_dark");
}

#[test]
fn why_an_answer_is_as_it_is_looks_as_it_should() {
    let mut world = asking("letter.pdf");
    read_all(&mut world);
    world.press(Modifiers::COMMAND, Key::Comma);
    world.click("Light");
    world.press(Modifiers::NONE, Key::Escape);
    world.say("Who built the lighthouse?");
    world.hear_out();
    world.click("Why this answer");
    world.see("By words 1");
    // The sidebar tells the time.
    world.press(Modifiers::COMMAND, Key::B);
    world.settle();
    world.window().snapshot("why_light");
}

#[test]
fn the_page_of_documents_looks_as_it_should() {
    let mut world = asking("letter.pdf");
    read_all(&mut world);
    world.press(Modifiers::COMMAND, Key::Comma);
    world.click("Light");
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::D);
    world.see("1 document");
    world.settle();
    world.window().snapshot("documents_page_light");
}

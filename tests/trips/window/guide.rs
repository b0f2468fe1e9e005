//! Help: the guide and the apps for documents, as a person meets them in the window.

use egui::{Key, Modifiers};
use harness::World;

use super::documents::{asking, read_all};

#[test]
fn the_guide_answers_without_a_model_and_opens_its_page() {
    let mut world = World::new();
    world.press(Modifiers::NONE, Key::F1);
    assert_eq!(world.written("Message"), "/guide ");
    world.say("/guide how do I throw away a chat");
    world.hear_out();
    world.see("Deleting a conversation");
    world.see("Undo");
    world.click_containing("Source 1: Conversations");
    world.see("The marked passage");
    world.see("Close the document");
}

#[test]
fn the_panel_of_the_documents_app_shows_what_there_is() {
    let mut world = asking("letter.pdf");
    read_all(&mut world);
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::A);
    world.click("Open Documents");
    world.see("1 document, ");
    world.see("Add files…");
}

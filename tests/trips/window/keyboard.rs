//! The keyboard goes back to where it was, and is never lost.

#![expect(clippy::unwrap_used, reason = "a test may give up")]

use egui::{Key, Modifiers};
use harness::World;

/// A window of this size that shows a collection of three texts, read to the end.
fn papers(width: f32, height: f32) -> World {
    let mut world = World::sized(width, height, 1.0);
    let folder = world.folder().join("papers");
    std::fs::create_dir(&folder).unwrap();
    for (name, text) in [
        ("inventory", "Four lamps and a ladder."),
        ("lease", "The notice period is six months."),
        ("note", "Buy milk."),
    ] {
        std::fs::write(folder.join(format!("{name}.txt")), text).unwrap();
    }
    world.drop_file(folder);
    world.write("Name of the new collection", "Papers");
    world.click("Add");
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::D);
    world.see("3 documents  ·");
    world.see_no("waiting");
    world.activate("Open Papers");
    world.see_label("note.txt");
    world.see_no("Waiting");
    world
}

#[test]
fn enter_and_escape_leave_the_keyboard_in_the_search_of_a_collection() {
    let mut world = papers(1280.0, 840.0);
    world.press(Modifiers::COMMAND, Key::F);
    assert_eq!(world.focused(), "Search in this collection");
    world.type_on("Search in this collection", "notice period");
    world.press(Modifiers::NONE, Key::Enter);
    assert_eq!(world.focused(), "Search in this collection");
    world.see_label("Passage: lease.txt");
    world.press(Modifiers::NONE, Key::Enter);
    assert_eq!(world.focused(), "Search in this collection");
}

#[test]
fn escape_leads_from_an_open_document_back_to_the_row_that_opened_it() {
    for (width, height) in [(1440.0, 900.0), (800.0, 600.0)] {
        let mut world = papers(width, height);
        world.focus("lease.txt");
        world.press(Modifiers::NONE, Key::Enter);
        world.see("The notice period is six months.");
        world.press(Modifiers::NONE, Key::Escape);
        world.see_no("The notice period is six months.");
        world.steps(3);
        assert_eq!(world.focused(), "lease.txt", "at {width}");
        // Also from within the document.
        world.press(Modifiers::NONE, Key::Enter);
        world.see("The notice period is six months.");
        world.focus("Close the document");
        world.press(Modifiers::NONE, Key::Escape);
        world.see_no("The notice period is six months.");
        world.steps(3);
        assert_eq!(world.focused(), "lease.txt", "at {width}");
    }
}

#[test]
fn the_row_after_a_document_that_was_taken_out_has_the_keyboard() {
    let mut world = papers(1280.0, 840.0);
    world.focus("Take lease.txt out of the collection");
    world.press(Modifiers::NONE, Key::Enter);
    world.see("Took lease.txt out of the collection");
    world.wait("the end of the row", |window| {
        use egui_kittest::kittest::Queryable as _;
        window.query_all_by_label("lease.txt").next().is_none()
    });
    world.steps(3);
    assert_eq!(world.focused(), "Take note.txt out of the collection");
}

#[test]
fn dialogs_give_the_keyboard_back() {
    let mut world = papers(1280.0, 840.0);
    world.press(Modifiers::NONE, Key::Escape);
    world.focus("New collection…");
    world.press(Modifiers::NONE, Key::Enter);
    world.see_label("Make it");
    assert_eq!(world.focused(), "Name");
    world.press(Modifiers::NONE, Key::Escape);
    assert_eq!(world.focused(), "New collection…");
    // From a menu that has closed meanwhile.
    world.focus("More about Papers");
    world.press(Modifiers::NONE, Key::Enter);
    world.focus("Rename…");
    world.press(Modifiers::NONE, Key::Enter);
    world.see_label("Rename the collection");
    world.press(Modifiers::NONE, Key::Escape);
    assert_eq!(world.focused(), "More about Papers");
}

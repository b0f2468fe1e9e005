//! Thousands of documents in one collection, listed while they are read.

#![expect(clippy::unwrap_used, reason = "a test may give up")]

use egui::{Key, Modifiers};
use harness::World;

/// How many files there are.
const MANY: usize = 3_000;

/// A window that lists so many documents, which are still being read.
fn listing(count: usize) -> World {
    let mut world = World::new();
    let folder = world.folder().join("papers");
    std::fs::create_dir(&folder).unwrap();
    for number in 1..count {
        let words = format!("The report of day {number} on the harbour.");
        std::fs::write(folder.join(format!("report-{number:04}.txt")), words).unwrap();
    }
    std::fs::write(folder.join("a broken one.pdf"), "no PDF").unwrap();
    world.drop_file(folder);
    world.write("Name of the new collection", "Papers");
    world.click("Add");
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::D);
    // What is told of the reading comes and goes above it.
    world.activate("Open Papers");
    world.see_label("Search in this collection");
    world.see_label("report-0001.txt");
    world
}

#[test]
fn the_last_of_thousands_of_documents_is_reached_by_keyboard() {
    let mut world = listing(MANY);
    // From the search field into the list.
    world.press(Modifiers::COMMAND, Key::F);
    for _ in 0..12 {
        if world.focused().starts_with("a broken one.pdf") {
            break;
        }
        world.press(Modifiers::NONE, Key::Tab);
    }
    world.press(Modifiers::NONE, Key::ArrowDown);
    assert_eq!(world.focused(), "report-0001.txt");
    let last = format!("report-{:04}.txt", MANY - 1);
    assert!(!world.shows(&last), "only what can be seen is drawn");
    world.press(Modifiers::NONE, Key::End);
    assert_eq!(world.focused(), last);
    assert!(!world.shows("report-0001.txt"));
    world.press(Modifiers::NONE, Key::PageUp);
    assert_ne!(world.focused(), last);
    // What is told above the list may leave it less room meanwhile.
    for _ in 0..3 {
        world.press(Modifiers::NONE, Key::PageDown);
    }
    assert_eq!(world.focused(), last);
    world.press(Modifiers::NONE, Key::Home);
    assert!(world.focused().starts_with("a broken one.pdf"));
}

#[test]
fn one_of_thousands_of_documents_is_found_by_its_name_and_by_its_state() {
    let mut world = listing(MANY);
    world.write("Search in this collection", "2999 REPÓRT");
    world.see_label("report-2999.txt");
    world.click("Clear search");
    world.see_label("report-0001.txt");
    // It is read before all others.
    world.click("Not read  ·  1");
    world.see_no("report-0001.txt");
    world.see("a broken one.pdf");
    world.click("All documents");
    world.see_label("report-0001.txt");
}

#[test]
fn more_passages_are_shown_when_that_is_asked_for() {
    let mut world = listing(100);
    world.see("99 documents  ·");
    world.write("Search in this collection", "day harbour");
    world.see("Passage: ");
    // No document is called so.
    assert!(!world.shows("Documents of this name"));
    assert!(!world.shows("Show more"));
    // Into the list once, and then only on; as often as there are more.
    world.press(Modifiers::NONE, Key::Tab);
    for _ in 0..12 {
        if world.focused().starts_with("Passage: ") {
            break;
        }
        world.press(Modifiers::NONE, Key::Tab);
    }
    let mut asked = 0;
    for _ in 0..1_000 {
        world.press(Modifiers::NONE, Key::End);
        match world.focused().as_str() {
            "Show more" => {
                world.press(Modifiers::NONE, Key::Enter);
                asked += 1;
            }
            row if row.starts_with("Passage: ") && asked > 0 => break,
            row => assert!(row.starts_with("Passage: "), "the keyboard went to “{row}”"),
        }
    }
    assert!(asked > 0);
    assert!(world.focused().starts_with("Passage: "), "the last of all that were found");
    assert!(!world.shows("Show more"));
}

//! The list: search, rename, pin, delete, export.

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use engine::conversations::{ConversationId, NewMessage, Store};
use harness::{Window, World};

fn two_conversations() -> World {
    let mut world = World::with_model();
    world.say("Tell me about the sea.");
    world.hear_out();
    world.press(Modifiers::COMMAND, Key::N);
    world.say("Tell me about mountains.");
    world.hear_out();
    world
}

#[test]
fn a_search_finds_words_in_messages_and_leads_there() {
    let mut world = two_conversations();
    world.write("Search all messages", "the sea");
    world.see("Tell me about the sea.: ");
    world.activate("Tell me about the sea.: Tell me about the sea.");
    // What was found is marked, as the find bar does.
    world.see_label("Find in this conversation");
    assert_eq!(world.written("Find in this conversation"), "the sea");
    world.press(Modifiers::NONE, Key::Escape);
    world.see_no("Find in this conversation");
    world.press(Modifiers::NONE, Key::Escape);
    world.see("Today");
}

#[test]
fn enter_in_the_search_opens_the_best_that_was_found() {
    let mut world = two_conversations();
    world.write("Search all messages", "about the sea");
    world.press(Modifiers::NONE, Key::Enter);
    world.see_label("Find in this conversation");
    assert_eq!(world.written("Find in this conversation"), "about the sea");
}

#[test]
fn a_search_that_finds_much_shows_more_when_that_is_asked_for() {
    let mut world = World::new();
    {
        let store = Store::open(&world.folder().join("conversations.db")).unwrap();
        // Each is found by its title and by its words.
        for number in 1..=40 {
            let conversation = store.create(ConversationId::new()).unwrap().id;
            let words = format!("The heron of day {number}");
            store.append(&NewMessage::user(conversation, None, words)).unwrap();
        }
    }
    world.restart();
    world.write("Search all messages", "heron");
    world.see("The heron of day 40");
    let found = |window: &Harness<'static, Window>| {
        window.query_all_by_label_contains("The heron of day 1: ").count()
    };
    assert_eq!(found(world.window()), 1);
    world.activate("Show more");
    world.wait("all that is found", |window| found(window) == 2);
    assert!(!world.shows("Show more"));
}

#[test]
fn a_new_title_stays() {
    let mut world = two_conversations();
    world.click_secondary("Tell me about the sea.");
    world.click("Rename…");
    world.write("New title", "Salt water");
    world.press(Modifiers::NONE, Key::Enter);
    world.see("Salt water");
    world.restart();
    world.see("Salt water");
}

#[test]
fn a_pinned_conversation_stands_under_its_own_heading() {
    let mut world = two_conversations();
    world.click_secondary("Tell me about the sea.");
    world.click("Pin");
    world.see("Pinned");
}

#[test]
fn a_deleted_conversation_can_be_brought_back() {
    let mut world = two_conversations();
    world.click_secondary("Tell me about the sea.");
    world.click("Delete");
    world.see("Deleted “Tell me about the sea.”");
    world.click("Undo");
    world.see_label("Tell me about the sea.");
}

#[test]
fn what_was_deleted_comes_back_from_the_palette_and_is_open_again() {
    let mut world = two_conversations();
    for words in ["Delete this conversation", "Undo: Deleted"] {
        world.press(Modifiers::COMMAND, Key::K);
        world.write("Type what you want to do", words);
        world.press(Modifiers::NONE, Key::Enter);
        world.click_if_there("Dismiss");
        world.steps(2);
    }
    world.see("tokens/s");
    world.press(Modifiers::COMMAND, Key::K);
    world.write("Type what you want to do", "Undo");
    assert!(!world.shows("Undo: Deleted"), "it is undone once");
}

#[test]
fn the_open_conversation_is_renamed_and_pinned_from_the_palette() {
    let mut world = two_conversations();
    world.press(Modifiers::COMMAND, Key::K);
    world.write("Type what you want to do", "Pin this");
    world.press(Modifiers::NONE, Key::Enter);
    world.see("Pinned");
    world.press(Modifiers::COMMAND, Key::K);
    world.write("Type what you want to do", "Rename this");
    world.press(Modifiers::NONE, Key::Enter);
    world.write("New title", "Peaks");
    world.press(Modifiers::NONE, Key::Enter);
    world.see_label("Peaks");
}

#[test]
fn control_and_z_undoes_a_deletion_where_nothing_is_typed() {
    let mut world = two_conversations();
    world.click_secondary("Tell me about the sea.");
    world.click("Delete");
    world.see("Deleted “Tell me about the sea.”");
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::M);
    world.click("Dismiss");
    world.press(Modifiers::COMMAND, Key::Z);
    world.see_label("Tell me about the sea.");
}

#[test]
fn control_and_z_undoes_a_deletion_also_in_a_field_until_something_is_typed() {
    let mut world = two_conversations();
    for _ in 0..2 {
        world.click_secondary("Tell me about the sea.");
        world.click("Delete");
        world.see("Deleted “Tell me about the sea.”");
        world.focus("Message");
        world.press(Modifiers::COMMAND, Key::Z);
        world.see_label("Tell me about the sea.");
    }
    world.click_secondary("Tell me about the sea.");
    world.click("Delete");
    world.see("Deleted “Tell me about the sea.”");
    world.write("Message", "half a thought");
    world.press(Modifiers::COMMAND, Key::Z);
    world.steps(3);
    assert_ne!(world.written("Message"), "half a thought", "the field undoes what was typed");
    assert!(world.shows("Deleted “Tell me about the sea.”"), "and the deletion stays");
}

#[test]
fn a_conversation_is_exported_where_the_person_says() {
    let mut world = two_conversations();
    let path = world.folder().join("out.md");
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::E);
    world.write("File", &path.display().to_string());
    world.press(Modifiers::NONE, Key::Enter);
    world.see("Exported to");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("Tell me about mountains."), "{text}");
}

#[test]
fn a_conversation_that_is_not_open_is_exported_from_its_row() {
    let mut world = two_conversations();
    let path = world.folder().join("out.md");
    world.click_secondary("Tell me about the sea.");
    world.click("Export…");
    world.write("File", &path.display().to_string());
    world.click("Export");
    world.see("Exported to");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("Tell me about the sea."), "{text}");
}

#[test]
fn a_file_that_is_there_is_replaced_only_after_a_question() {
    let mut world = two_conversations();
    let path = world.folder().join("out.md");
    std::fs::write(&path, "precious").unwrap();
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::E);
    world.write("File", &path.display().to_string());
    world.click("Export");
    world.see("There is a file “out.md” already");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");
    world.click("Replace it");
    world.see("Exported to");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("Tell me about mountains."), "{text}");
}

#[test]
fn an_export_that_cannot_be_written_says_so_in_its_dialog() {
    let mut world = two_conversations();
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::E);
    world.write("File", "/nowhere/at/all/out.md");
    world.click("Export");
    world.see("/nowhere/at/all");
    world.press(Modifiers::NONE, Key::Escape);
    world.see_no("Export the conversation");
}

#[test]
fn a_conversation_exported_as_json_comes_back_when_it_is_dropped() {
    let mut world = two_conversations();
    let path = world.folder().join("out.json");
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::E);
    world.click("JSON, with all versions");
    world.write("File", &path.display().to_string());
    world.click("Export");
    world.see("Exported to");
    world.click_secondary("Tell me about mountains.");
    world.click("Delete");
    world.see("Deleted “Tell me about mountains.”");
    world.click("Dismiss");
    world.see_no("Deleted “Tell me about mountains.”");
    world.drop_file(path);
    world.see("Tell me about mountains.");
    world.see("tokens/s");
}

#[test]
fn a_json_file_that_is_no_conversation_is_refused_in_words() {
    let mut world = two_conversations();
    let path = world.folder().join("other.json");
    std::fs::write(&path, "{\"colour\": \"blue\"}").unwrap();
    world.drop_file(path);
    world.see("this is no conversation that Satchel exported");
}

#[test]
fn a_conversation_held_elsewhere_appears_by_itself() {
    use engine::conversations::{ConversationId, NewMessage, Store};
    let mut world = two_conversations();
    let elsewhere = Store::open(&world.folder().join("conversations.db")).unwrap();
    let id = ConversationId::new();
    elsewhere.create(id).unwrap();
    let first = elsewhere.append(&NewMessage::user(id, None, "Said in a terminal")).unwrap();
    world.see("Said in a terminal");
    world.click("Said in a terminal");
    world.see_label("Message");
    elsewhere.append(&NewMessage::user(id, Some(first.id), "And once more")).unwrap();
    world.see("And once more");
}

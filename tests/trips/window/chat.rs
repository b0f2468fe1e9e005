//! Sending, streaming, stopping, queueing.

use egui::{Key, Modifiers};
use harness::World;

#[test]
fn a_sent_message_is_answered_and_both_are_there_after_a_restart() {
    let mut world = World::with_model();
    world.say("Tell me about the sea.");
    world.see("Tell me about the sea.");
    world.hear_out();
    world.see("tokens/s");
    world.restart();
    world.see_label("Ready");
    world.click("Tell me about the sea.");
    world.see("tokens/s");
}

#[test]
fn shift_and_enter_makes_a_new_line_and_enter_sends() {
    let mut world = World::with_model();
    world.write("Message", "one");
    world.press(Modifiers::SHIFT, Key::Enter);
    assert_eq!(world.written("Message"), "one\n");
    world.press(Modifiers::NONE, Key::Enter);
    world.see("Stop");
    assert_eq!(world.written("Message"), "");
}

#[test]
fn a_quick_shift_and_enter_makes_a_new_line_too() {
    let mut world = World::with_model();
    world.write("Message", "one");
    world.press_quickly(Modifiers::SHIFT, Key::Enter, "two");
    assert_eq!(world.written("Message"), "one\ntwo");
    assert!(!world.shows("Stop"), "the message was sent");
}

#[test]
fn what_is_typed_right_after_a_shortcut_is_in_the_field_it_leads_to() {
    let mut world = World::with_model();
    world.say("Tell me about the sea.");
    world.hear_out();
    let ctrl = Modifiers::COMMAND | Modifiers::CTRL;
    for (modifiers, key, field) in [
        (ctrl, Key::F, "Find in this conversation"),
        (ctrl | Modifiers::SHIFT, Key::F, "Search all messages"),
        (ctrl, Key::L, "Message"),
        (ctrl, Key::K, "Type what you want to do"),
    ] {
        world.press_quickly(modifiers, key, "sea");
        assert_eq!(world.written(field), "sea", "{field}");
    }
}

#[test]
fn each_draft_keeps_its_own_cursor() {
    let mut world = World::with_model();
    world.say("Tell me about the sea.");
    world.hear_out();
    world.write("Message", "a long draft");
    world.press(Modifiers::COMMAND, Key::N);
    world.type_on("Message", "short");
    world.press(Modifiers::ALT, Key::ArrowDown);
    world.wait("the first draft", |window| {
        use egui_kittest::kittest::{NodeT as _, Queryable as _};
        let field = window.query_all_by_label("Message").next();
        field.and_then(|field| field.accesskit_node().value()).as_deref() == Some("a long draft")
    });
    world.steps(2);
    world.type_on("Message", " goes on");
    assert_eq!(world.written("Message"), "a long draft goes on");
}

#[test]
fn enter_belongs_to_an_input_method_while_it_composes() {
    let mut world = World::with_model();
    world.write("Message", "hello ");
    let composing = egui::ImeEvent::Preedit { text: "ni".to_owned(), active_range_chars: None };
    world.window().event(egui::Event::Ime(composing));
    world.steps(1);
    world.press(Modifiers::NONE, Key::Enter);
    assert!(!world.shows("Stop"), "the message was sent while composing");
    let commit = egui::ImeEvent::Commit("ö".to_owned());
    world.window().event(egui::Event::Ime(commit));
    world.steps(2);
    world.press(Modifiers::NONE, Key::Enter);
    world.see("hello ö");
}

#[test]
fn escape_stops_an_answer_and_what_came_stays() {
    let mut world = World::with_talkative_model();
    world.say("Write a very long story about a ship.");
    world.see_label("Stop");
    world.wait("the first words", |window| {
        use egui_kittest::kittest::Queryable as _;
        let shows = |words| window.query_all_by_label_contains(words).next().is_some();
        !["Waiting for the model", "Reading", "Writing\u{2026}"].into_iter().any(shows)
    });
    world.press(Modifiers::NONE, Key::Escape);
    world.hear_out();
    world.see("Stopped");
    world.see("s to first token");
}

#[test]
fn a_message_written_meanwhile_waits_and_is_sent_afterwards() {
    let mut world = World::with_talkative_model();
    world.say("Write a long story about a ship.");
    world.see_label("Stop");
    world.say("And now about a whale.");
    world.see("Sent next");
    world.say("And a third one.");
    world.click("Do not send “And a third one.”");
    world.see_no("Sent next");
    world.see("And now about a whale.");
    assert!(!world.shows("And a third one."));
}

#[test]
fn what_waits_goes_back_into_the_field_when_the_answer_is_stopped() {
    let mut world = World::with_talkative_model();
    world.say("Write a long story about a ship.");
    world.see_label("Stop");
    world.say("And now about a whale.");
    world.say("And a third one.");
    world.see("Sent next");
    world.press(Modifiers::NONE, Key::Escape);
    world.hear_out();
    world.see("Stopped");
    assert!(!world.shows("Sent next"));
    assert_eq!(world.written("Message"), "And now about a whale.\n\nAnd a third one.");
}

#[test]
fn the_meter_counts_the_draft_in_tokens() {
    let mut world = World::with_model();
    world.write("Message", "How many tokens are these words?");
    world.see("tokens of context");
}

#[test]
fn what_was_typed_and_not_sent_is_there_after_a_restart() {
    let mut world = World::with_model();
    world.say("Tell me about the sea.");
    world.hear_out();
    world.write("Message", "and about the");
    world.press(Modifiers::COMMAND, Key::N);
    world.write("Message", "something new");
    world.restart();
    world.see_label("Ready");
    assert_eq!(world.written("Message"), "something new");
    world.click("Tell me about the sea.");
    world.see("tokens/s");
    assert_eq!(world.written("Message"), "and about the");
    world.write("Message", " ");
    world.restart();
    world.click("Tell me about the sea.");
    world.see("tokens/s");
    assert_eq!(world.written("Message"), "");
}

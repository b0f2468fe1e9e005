//! Answers that end before their time, and how they go on.

use egui::{Key, Modifiers};
use engine::conversations::{MessageState, Store, StoredMessage};
use engine::{Role, StopReason};
use harness::World;

#[expect(clippy::unwrap_used, reason = "a test may give up")]
fn kept(world: &World) -> Vec<StoredMessage> {
    let store = Store::open(&world.folder().join("conversations.db")).unwrap();
    let list = store.list().unwrap();
    list.into_iter().flat_map(|one| store.messages(one.id).unwrap()).collect()
}

/// The one answer, once some of it is on the disk.
fn answer(world: &mut World, state: MessageState) -> StoredMessage {
    let mut found = None;
    for _ in 0..6_000 {
        world.steps(1);
        found = kept(world).into_iter().find(|message| {
            message.role == Role::Assistant && message.state == state && !message.content.is_empty()
        });
        if found.is_some() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    found.unwrap_or_else(|| panic!("no answer is {state:?}: {:#?}", kept(world)))
}

fn in_mid_answer() -> World {
    let mut world = World::with_talkative_model();
    world.say("Tell a long story.");
    answer(&mut world, MessageState::Streaming);
    world
}

#[test]
fn a_stopped_answer_goes_on_in_the_same_message() {
    let mut world = in_mid_answer();
    world.press(Modifiers::NONE, Key::Escape);
    world.see("Stopped");
    let stopped = answer(&mut world, MessageState::Stopped);
    world.click("Continue");
    world.hear_out();
    let complete = answer(&mut world, MessageState::Complete);
    assert_eq!(complete.id, stopped.id);
    assert!(complete.content.starts_with(&stopped.content), "{complete:#?}\n{stopped:#?}");
    assert!(complete.content.len() > stopped.content.len());
    assert_eq!(kept(&world).len(), 2, "nothing was said in the person's name");
}

#[test]
fn two_conversations_are_answered_at_the_same_time_and_one_of_them_is_stopped() {
    let mut world = in_mid_answer();
    world.press(Modifiers::COMMAND, Key::N);
    world.say("Tell another one.");
    let being_written = |world: &World| {
        let is_growing =
            |one: &&StoredMessage| one.state == MessageState::Streaming && !one.content.is_empty();
        kept(world).iter().filter(is_growing).count()
    };
    let together = (0..3_000).any(|_| {
        world.steps(1);
        std::thread::sleep(std::time::Duration::from_millis(10));
        being_written(&world) == 2
    });
    assert!(together, "one waits for the other");
    world.press(Modifiers::NONE, Key::Escape);
    world.see("Stopped");
    assert_eq!(world.focused(), "Message");
    answer(&mut world, MessageState::Stopped);
}

#[test]
fn an_answer_in_which_the_window_was_closed_is_marked_and_goes_on() {
    let mut world = in_mid_answer();
    world.restart();
    world.see_label("Ready");
    let interrupted = answer(&mut world, MessageState::Interrupted);
    world.click("Tell a long story.");
    world.see("Interrupted when the program ended");
    world.click("Continue");
    world.see_no("Interrupted when the program ended");
    world.hear_out();
    let complete = answer(&mut world, MessageState::Complete);
    assert!(complete.content.starts_with(&interrupted.content));
}

#[test]
fn an_answer_is_not_ended_by_unloading_its_model_unasked() {
    let mut world = in_mid_answer();
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::M);
    world.activate("Unload Satchel Starter");
    world.see("An answer is being written");
    world.press(Modifiers::NONE, Key::Escape);
    world.see_no("An answer is being written");
    world.activate("Unload Satchel Starter");
    world.click("Wait until the answer is done");
    world.see("No model is loaded");
    let complete = answer(&mut world, MessageState::Complete);
    let reason = complete.finish.map(|finish| finish.reason);
    assert!(matches!(reason, Some(StopReason::ContextFull | StopReason::EndOfTurn)), "{reason:?}");
}

#[test]
fn an_answer_may_be_stopped_for_another_load_and_what_waits_is_answered_afterwards() {
    let mut world = in_mid_answer();
    world.say("Wait for me.");
    world.see("Sent next");
    world.press(Modifiers::COMMAND, Key::K);
    world.write("Type what you want to do", "Load Satchel Starter");
    world.press(Modifiers::NONE, Key::Enter);
    world.click("Stop the answer now");
    answer(&mut world, MessageState::Stopped);
    world.see_no("Sent next");
    world.hear_out();
    let words = kept(&world);
    assert!(words.iter().all(|message| message.state != MessageState::Failed), "{words:#?}");
    assert_eq!(words.len(), 4);
}

#[test]
fn what_waited_when_the_window_was_closed_comes_back_unsent() {
    let mut world = in_mid_answer();
    world.say("And then?");
    world.see("Sent next");
    world.write("Message", "at last");
    world.restart();
    world.see_label("Ready");
    world.click("Tell a long story.");
    world.see("Interrupted");
    assert_eq!(world.written("Message"), "And then?\n\nat last");
    assert_eq!(kept(&world).len(), 2, "it was not sent by itself");
}

#[test]
fn a_conversation_deleted_in_mid_answer_comes_back_with_a_stopped_answer() {
    let mut world = in_mid_answer();
    world.click_secondary("Tell a long story.");
    world.click("Delete");
    world.see("Deleted “Tell a long story.”");
    world.click("Undo");
    world.click("Tell a long story.");
    world.see("Stopped");
    assert!(!world.shows("Interrupted"), "the program did not end");
}

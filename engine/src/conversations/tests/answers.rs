//! Answers while they are written, and how they end.

use std::time::Duration;

use super::World;
use crate::conversations::{
    AnswerEnd, AnswerText, ConversationId, MessageState, NewMessage, Store, StoreError,
    StoredMessage,
};
use crate::{Finish, StopReason, Timings, Usage};

fn begin(world: &World) -> (ConversationId, StoredMessage) {
    let id = world.conversation();
    let question = world.say(id, None, "q");
    let new = NewMessage::answer(id, Some(question.id), "Parrot");
    (id, world.store.begin_answer(&new).unwrap())
}

fn text(content: &str) -> AnswerText {
    AnswerText { content: content.to_owned(), ..AnswerText::default() }
}

pub(super) fn finish(reason: StopReason) -> Finish {
    Finish { reason, usage: Usage::default(), timings: Timings::default(), seed: 7 }
}

#[test]
fn an_answer_is_kept_as_it_streams_and_found_once_it_has_ended() {
    let world = World::new();
    let (id, answer) = begin(&world);
    assert_eq!((answer.state, world.head(id)), (MessageState::Streaming, Some(answer.id)));
    world.store.update_answer(answer.id, &text("Hel")).unwrap();
    assert_eq!(world.store.message(answer.id).unwrap().content, "Hel");
    assert!(world.store.search("hel", 9).unwrap().is_empty());

    let whole = AnswerText {
        content: "Hello".to_owned(),
        reasoning: "greet back".to_owned(),
        reasoning_duration: Some(Duration::from_millis(1234)),
        dropped_messages: 3,
        ..AnswerText::default()
    };
    let end = AnswerEnd::Finished(finish(StopReason::EndOfTurn));
    let stored = world.store.finish_answer(answer.id, &whole, &end).unwrap();
    assert_eq!(stored, world.store.message(answer.id).unwrap());
    assert_eq!(stored.state, MessageState::Complete);
    assert_eq!(stored.content, "Hello");
    assert_eq!(stored.reasoning.as_deref(), Some("greet back"));
    assert_eq!(stored.reasoning_duration, Some(Duration::from_millis(1234)));
    assert_eq!(stored.dropped_messages, 3);
    assert_eq!(stored.finish, Some(finish(StopReason::EndOfTurn)));
    assert_eq!(stored.model.as_deref(), Some("Parrot"));
    assert_eq!(world.store.search("hel", 9).unwrap().len(), 1);
}

#[test]
fn each_end_leaves_its_state() {
    for (end, state) in [
        (AnswerEnd::Finished(finish(StopReason::MaxTokens)), MessageState::Complete),
        (AnswerEnd::Finished(finish(StopReason::Cancelled)), MessageState::Stopped),
        (AnswerEnd::Failed("no model".to_owned()), MessageState::Failed),
        (AnswerEnd::Interrupted, MessageState::Interrupted),
    ] {
        let world = World::new();
        let (_, answer) = begin(&world);
        let stored = world.store.finish_answer(answer.id, &text("so far"), &end).unwrap();
        assert_eq!((stored.state, stored.content.as_str()), (state, "so far"));
        assert_eq!(stored.error.is_some(), state == MessageState::Failed);
    }
}

#[test]
fn an_answer_that_was_stopped_goes_on() {
    let world = World::new();
    let (_, answer) = begin(&world);
    let end = AnswerEnd::Finished(finish(StopReason::Cancelled));
    world.store.finish_answer(answer.id, &text("one"), &end).unwrap();
    let resumed = world.store.resume_answer(answer.id).unwrap();
    assert_eq!((resumed.state, resumed.finish), (MessageState::Streaming, None));
    let end = AnswerEnd::Finished(finish(StopReason::EndOfTurn));
    let stored = world.store.finish_answer(answer.id, &text("one two"), &end).unwrap();
    assert_eq!((stored.state, stored.content.as_str()), (MessageState::Complete, "one two"));
}

#[test]
fn a_store_that_is_closed_marks_its_unfinished_answers() {
    let world = World::new();
    let (_, answer) = begin(&world);
    world.store.update_answer(answer.id, &text("half a")).unwrap();
    let World { store, folder } = world;
    drop(store);
    let store = Store::open(&folder.path().join("conversations.db")).unwrap();
    let message = store.message(answer.id).unwrap();
    assert_eq!((message.state, message.content.as_str()), (MessageState::Interrupted, "half a"));
    assert_eq!(store.interrupted_answers(), 0, "it was marked before");
    assert_eq!(store.search("half", 9).unwrap().len(), 1);
}

#[test]
fn a_second_store_leaves_the_answers_of_a_living_process_alone() {
    let world = World::new();
    let (_, answer) = begin(&world);
    let second = Store::open(&world.database()).unwrap();
    assert_eq!(second.interrupted_answers(), 0);
    assert_eq!(second.message(answer.id).unwrap().state, MessageState::Streaming);
}

#[test]
fn an_answer_of_a_process_that_is_gone_is_marked_even_if_its_number_lives_on() {
    let world = World::new();
    let (_, answer) = begin(&world);
    // This process, but started at another time.
    world
        .store
        .connection
        .execute("UPDATE messages SET writer_started = writer_started - 100", [])
        .unwrap();
    assert_eq!(world.store.recover_interrupted().unwrap(), 1);
    assert_eq!(world.store.message(answer.id).unwrap().state, MessageState::Interrupted);
}

#[test]
fn an_answer_that_is_deleted_while_it_streams_stays_deleted() {
    let world = World::new();
    let (id, answer) = begin(&world);
    world.store.delete_message(answer.id).unwrap();
    assert_eq!(world.store.update_answer(answer.id, &text("x")), Err(StoreError::NoMessage));
    drop(world.store);
    let store = Store::open(&world.folder.path().join("conversations.db")).unwrap();
    assert_eq!(store.messages(id).unwrap().len(), 1);
}

//! Creating, listing, renaming, pinning, deleting.

use std::time::Duration;

use super::World;
use crate::conversations::{ConversationId, MessageId, NewMessage, Store, StoreError, TitleSource};
use crate::models::ModelId;
use crate::settings::{Overrides, Value};

#[test]
fn the_list_has_pinned_ones_first_and_then_the_last_used() {
    let world = World::new();
    let [a, b, c] = [world.conversation(), world.conversation(), world.conversation()];
    let order = || world.store.list().unwrap().into_iter().map(|s| s.id).collect::<Vec<_>>();
    assert_eq!(order(), [c, b, a]);

    // The clock has to move on for a change of the order.
    std::thread::sleep(Duration::from_millis(3));
    world.say(b, None, "news");
    assert_eq!(order(), [b, c, a]);
    world.store.set_pinned(a, true).unwrap();
    assert_eq!(order(), [a, b, c]);
    world.store.delete(c).unwrap();
    assert_eq!(order(), [a, b]);
}

#[test]
fn the_title_comes_from_the_first_message_until_a_person_chooses_one() {
    let world = World::new();
    let id = world.conversation();
    let title = || world.store.conversation(id).unwrap().title;
    assert_eq!(title(), "");
    let first = world.say(id, None, "# Why is the sky *blue*?");
    assert_eq!(title(), "Why is the sky blue?");
    let answer = world.answer(&first, "Because.");
    world.say(id, Some(answer.id), "And the sea?");
    assert_eq!(title(), "Why is the sky blue?");

    world.store.edit_and_branch(first.id, MessageId::new(), "Why is grass green?").unwrap();
    assert_eq!(title(), "Why is grass green?");
    world.store.switch_branch(first.id).unwrap();
    assert_eq!(title(), "Why is the sky blue?");

    let renamed = world.store.rename(id, "  My \n sky ").unwrap();
    assert_eq!((renamed.title.as_str(), renamed.title_source), ("My sky", TitleSource::Manual));
    world.store.edit_and_branch(first.id, MessageId::new(), "Something else").unwrap();
    assert_eq!(title(), "My sky");
    assert_eq!(world.store.rename(id, " ").unwrap().title, "Something else");
}

#[test]
fn a_system_message_gives_no_title() {
    let world = World::new();
    let id = world.conversation();
    let mut system = NewMessage::user(id, None, "You are a pirate");
    system.role = crate::Role::System;
    world.store.append(&system).unwrap();
    world.say(id, Some(system.id), "Ahoy");
    assert_eq!(world.store.conversation(id).unwrap().title, "Ahoy");
}

#[test]
fn model_and_settings_are_kept() {
    let world = World::new();
    let id = world.conversation();
    let mut settings = Overrides::default();
    settings.set("temperature", Some(Value::Number(0.3))).unwrap();
    settings.set("system_prompt", Some(Value::Text("Be brief".to_owned()))).unwrap();
    world.store.set_settings(id, &settings).unwrap();
    let model = ModelId("demo".to_owned());
    let conversation = world.store.set_model(id, Some(&model)).unwrap();
    assert_eq!((conversation.settings, conversation.model), (settings, Some(model)));
    assert_eq!(world.store.set_model(id, None).unwrap().model, None);
}

#[test]
fn a_deleted_conversation_comes_back_whole_until_it_is_purged() {
    let world = World::new();
    let id = world.conversation();
    let first = world.say(id, None, "keep me");
    world.store.delete(id).unwrap();
    assert_eq!(world.store.conversation(id), Err(StoreError::NoConversation));
    assert_eq!(world.store.messages(id), Err(StoreError::NoConversation));
    assert_eq!(world.store.rename(id, "x"), Err(StoreError::NoConversation));
    assert_eq!(world.store.purge_deleted(Duration::from_secs(3600)).unwrap(), 0);

    assert_eq!(world.store.restore(id).unwrap().head, Some(first.id));
    assert_eq!(world.shown(id), ["keep me"]);

    world.store.delete(id).unwrap();
    assert_eq!(world.store.purge_deleted(Duration::ZERO).unwrap(), 1);
    assert_eq!(world.store.restore(id), Err(StoreError::NoConversation));
    assert_eq!(world.store.message(first.id), Err(StoreError::NoMessage));
}

#[test]
fn purging_leaves_the_living_alone() {
    let world = World::new();
    let (dead, living) = (world.conversation(), world.conversation());
    world.say(dead, None, "gone");
    let first = world.say(living, None, "here");
    let answer = world.answer(&first, "also gone");
    world.store.delete(dead).unwrap();
    world.store.delete_message(answer.id).unwrap();
    assert_eq!(world.store.purge_deleted(Duration::ZERO).unwrap(), 2);
    assert_eq!(world.shown(living), ["here"]);
    assert!(world.store.search("gone", 9).unwrap().is_empty());
    assert!(super::is_sound(&world.database()));
}

#[test]
fn what_does_not_exist_is_said_so() {
    let world = World::new();
    let nobody = ConversationId::new();
    assert_eq!(world.store.conversation(nobody), Err(StoreError::NoConversation));
    assert_eq!(world.store.set_pinned(nobody, true), Err(StoreError::NoConversation));
    assert_eq!(world.store.delete(nobody), Err(StoreError::NoConversation));
    let lost = NewMessage::user(nobody, None, "hello?");
    assert_eq!(world.store.append(&lost), Err(StoreError::NoConversation));
    assert_eq!(world.store.delete_message(lost.id), Err(StoreError::NoMessage));
    assert_eq!(world.store.switch_branch(lost.id), Err(StoreError::NoMessage));
    let here = world.conversation();
    let orphan = NewMessage::user(here, Some(MessageId::new()), "whose child?");
    assert_eq!(world.store.append(&orphan), Err(StoreError::NoMessage));
    assert!(world.store.messages(here).unwrap().is_empty());
}

#[test]
fn all_is_there_after_opening_again() {
    let world = World::new();
    let id = world.conversation();
    let first = world.say(id, None, "hello");
    world.answer(&first, "hi");
    let before = (world.store.conversation(id).unwrap(), world.store.messages(id).unwrap());
    let World { store, folder } = world;
    drop(store);
    let store = Store::open(&folder.path().join("conversations.db")).unwrap();
    assert_eq!((store.conversation(id).unwrap(), store.messages(id).unwrap()), before);
}

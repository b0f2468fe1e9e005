//! Editing, regenerating, switching, deleting: ways through a tree.

use super::World;
use crate::conversations::{MessageId, MessageTree, StoreError};

#[test]
fn an_edit_opens_a_branch_and_both_stay_reachable() {
    let world = World::new();
    let id = world.conversation();
    let question = world.say(id, None, "old question");
    let answer = world.answer(&question, "old answer");
    let edited =
        world.store.edit_and_branch(question.id, MessageId::new(), "new question").unwrap();
    assert_eq!(world.shown(id), ["new question"]);
    world.answer(&edited, "new answer");
    assert_eq!(world.shown(id), ["new question", "new answer"]);

    let tree = MessageTree::new(world.store.messages(id).unwrap());
    assert_eq!(tree.siblings(question.id), [question.id, edited.id]);
    assert_eq!(tree.siblings(answer.id), [answer.id]);

    assert_eq!(world.store.switch_branch(question.id).unwrap(), answer.id);
    assert_eq!(world.shown(id), ["old question", "old answer"]);
}

#[test]
fn switching_goes_to_the_newest_leaf_below() {
    let world = World::new();
    let id = world.conversation();
    let question = world.say(id, None, "q");
    let first = world.answer(&question, "first try");
    let second = world.answer(&question, "second try");
    let more = world.say(id, Some(first.id), "more");
    world.store.switch_branch(second.id).unwrap();
    assert_eq!(world.shown(id), ["q", "second try"]);
    assert_eq!(world.store.switch_branch(first.id).unwrap(), more.id);
    assert_eq!(world.store.switch_branch(question.id).unwrap(), more.id);
}

#[test]
fn a_deleted_message_takes_what_follows_with_it_and_undo_brings_all_back() {
    let world = World::new();
    let id = world.conversation();
    let question = world.say(id, None, "q");
    let answer = world.answer(&question, "a");
    let follow_up = world.say(id, Some(answer.id), "q2");
    world.answer(&follow_up, "a2");

    let deleted = world.store.delete_message(answer.id).unwrap();
    assert_eq!((deleted.count, deleted.head), (3, Some(question.id)));
    assert_eq!(world.shown(id), ["q"]);
    assert_eq!(world.store.delete_message(answer.id), Err(StoreError::NoMessage));

    world.store.restore_messages(&deleted).unwrap();
    assert_eq!(world.shown(id), ["q", "a", "q2", "a2"]);
}

#[test]
fn undo_does_not_bring_back_what_was_deleted_before() {
    let world = World::new();
    let id = world.conversation();
    let question = world.say(id, None, "q");
    let bad = world.answer(&question, "bad");
    world.answer(&question, "good");
    world.store.delete_message(bad.id).unwrap();
    // The moments of the two deletions must differ.
    std::thread::sleep(std::time::Duration::from_millis(3));
    let deleted = world.store.delete_message(question.id).unwrap();
    assert_eq!((deleted.count, deleted.head), (2, None));
    assert!(world.shown(id).is_empty());
    world.store.restore_messages(&deleted).unwrap();
    assert_eq!(world.shown(id), ["q", "good"]);
    assert_eq!(world.store.messages(id).unwrap().len(), 2);
}

#[test]
fn deleting_one_version_shows_its_neighbour() {
    let world = World::new();
    let id = world.conversation();
    let question = world.say(id, None, "q");
    let [one, two, three] = ["one", "two", "three"].map(|text| world.answer(&question, text));
    world.store.delete_message(three.id).unwrap();
    assert_eq!(world.head(id), Some(two.id));
    world.store.switch_branch(one.id).unwrap();
    world.store.delete_message(one.id).unwrap();
    assert_eq!(world.head(id), Some(two.id));
}

#[test]
fn deleting_a_branch_that_is_not_shown_does_not_move_the_head() {
    let world = World::new();
    let id = world.conversation();
    let question = world.say(id, None, "q");
    let hidden = world.answer(&question, "hidden");
    let shown = world.answer(&question, "shown");
    world.store.delete_message(hidden.id).unwrap();
    assert_eq!(world.head(id), Some(shown.id));
}

#[test]
fn a_tree_that_grows_equals_one_that_was_read() {
    let world = World::new();
    let id = world.conversation();
    let mut growing = MessageTree::default();
    let mut parent = None;
    for round in 0..50 {
        let question = world.say(id, parent, &format!("question {round}"));
        growing.insert(question.clone());
        for attempt in 0..round % 3 + 1 {
            let answer = world.answer(&question, &format!("answer {attempt}"));
            parent = Some(answer.id);
            growing.insert(answer);
        }
    }
    let read = MessageTree::new(world.store.messages(id).unwrap());
    let head = world.head(id).unwrap();
    assert_eq!(read.len(), growing.len());
    assert_eq!(read.path_to(head), growing.path_to(head));
    assert_eq!(read.path_to(head).len(), 100);
    for message in read.iter() {
        assert_eq!(read.siblings(message.id), growing.siblings(message.id));
        assert_eq!(read.newest_leaf(message.id), growing.newest_leaf(message.id));
    }
}

#[test]
fn a_damaged_tree_without_parents_or_with_a_circle_is_read_without_hanging() {
    let world = World::new();
    let id = world.conversation();
    let first = world.say(id, None, "first");
    let second = world.say(id, Some(first.id), "second");
    let lonely = MessageTree::new(vec![second.clone()]);
    assert_eq!(lonely.path_to(second.id).len(), 1);
    assert_eq!(lonely.children(None), [second.id]);

    let mut circle = vec![first.clone(), second.clone()];
    circle[0].parent = Some(second.id);
    let tree = MessageTree::new(circle);
    assert!(tree.path_to(second.id).len() <= 2);
    assert!(tree.subtree(first.id).len() <= 3);
}

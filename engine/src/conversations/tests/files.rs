//! Files of other versions, damaged files, copies, exports.

use std::fs;
use std::time::Duration;

use rusqlite::Connection;

use super::World;
use crate::conversations::{
    ConversationId, ExportFormat, MessageState, MessageTree, NewMessage, Store, StoreError, schema,
};
use crate::models::ModelId;

const NEXT_STEP: &str = "ALTER TABLE conversations ADD COLUMN colour TEXT NOT NULL DEFAULT 'red';";

fn version(connection: &Connection) -> u32 {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
}

#[test]
fn an_older_file_is_copied_and_brought_to_the_new_format() {
    let world = World::new();
    let id = world.conversation();
    world.say(id, None, "from long ago");
    let path = world.database();
    let steps = [schema::STEPS, &[NEXT_STEP]].concat();
    let next = u32::try_from(steps.len()).unwrap();

    let connection = Connection::open(&path).unwrap();
    schema::migrate(&connection, &path, &steps).unwrap();
    assert_eq!(version(&connection), next);
    let colour: String =
        connection.query_row("SELECT colour FROM conversations", [], |row| row.get(0)).unwrap();
    assert_eq!(colour, "red");

    let copy = world.folder.path().join(format!("conversations.db.before-{next}"));
    let copy = Store::open(&copy).unwrap();
    assert_eq!(copy.list().unwrap()[0].title, "from long ago");
    // A second start finds nothing to do.
    schema::migrate(&connection, &path, &steps).unwrap();
}

#[test]
fn a_step_that_fails_changes_nothing() {
    let world = World::new();
    world.conversation();
    let path = world.database();
    let broken = format!("{NEXT_STEP} INSERT INTO nowhere VALUES (1);");
    let steps = [schema::STEPS, &[broken.as_str()]].concat();
    let connection = Connection::open(&path).unwrap();
    assert!(schema::migrate(&connection, &path, &steps).is_err());
    assert_eq!(version(&connection) as usize, schema::STEPS.len());
    assert!(connection.prepare("SELECT colour FROM conversations").is_err());
    assert_eq!(world.store.list().unwrap().len(), 1);
}

#[test]
fn a_file_of_the_first_format_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("conversations.db");
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch(include_str!("first_format.sql")).unwrap();
    drop(connection);
    let store = Store::open(&path).unwrap();
    let summary = &store.list().unwrap()[0];
    assert_eq!(summary.title, "A question");
    let messages = store.messages(summary.id).unwrap();
    assert_eq!(messages[1].content, "An answer");
    assert_eq!(messages[1].state, MessageState::Interrupted, "its writer is long gone");
    assert_eq!(store.search("answer", 9).unwrap().len(), 1);
}

#[test]
fn a_file_of_a_newer_version_is_refused_in_words_and_left_alone() {
    let world = World::new();
    world.store.connection.pragma_update(None, "user_version", 99).unwrap();
    let path = world.database();
    drop(world.store);
    let error = Store::open(&path).unwrap_err();
    let known = u32::try_from(schema::STEPS.len()).unwrap();
    assert_eq!(error, StoreError::Newer { found: 99, known, path: path.clone() });
    assert!(error.to_string().contains("update Satchel"));
    assert_eq!(version(&Connection::open(&path).unwrap()), 99);
}

#[test]
fn a_damaged_file_is_refused_and_the_copy_is_named() {
    let world = World::new();
    let id = world.conversation();
    world.say(id, None, "precious");
    world.store.back_up(Duration::ZERO).unwrap();
    let path = world.database();
    drop(world.store);
    fs::write(&path, b"this is not a database, it is a poem about one").unwrap();
    let StoreError::Corrupt { backup: Some(backup), .. } = Store::open(&path).unwrap_err() else {
        panic!("not taken for damaged");
    };
    let store = Store::open(&backup).unwrap();
    assert_eq!(store.list().unwrap()[0].title, "precious");
}

#[test]
fn a_damaged_file_never_replaces_a_sound_copy() {
    let world = World::new();
    let id = world.conversation();
    for number in 0..200 {
        world.say(id, None, &format!("message {number} {}", "x".repeat(400)));
    }
    world.store.back_up(Duration::ZERO).unwrap();
    let path = world.database();
    let copy = world.folder.path().join("conversations.db.backup");
    let sound = fs::read(&copy).unwrap();
    drop(world.store);
    // A page in the middle is overwritten.
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xA5);
    fs::write(&path, bytes).unwrap();
    let result = Store::open(&path).and_then(|store| store.back_up(Duration::ZERO));
    assert!(matches!(result, Err(StoreError::Corrupt { backup: Some(_), .. })), "{result:?}");
    assert_eq!(fs::read(&copy).unwrap(), sound);
}

#[test]
fn a_copy_is_made_once_in_a_while() {
    let world = World::new();
    let copy = world.folder.path().join("conversations.db.backup");
    world.store.back_up(Duration::from_secs(60)).unwrap();
    let first = fs::metadata(&copy).unwrap().modified().unwrap();
    world.store.back_up(Duration::from_secs(60)).unwrap();
    assert_eq!(fs::metadata(&copy).unwrap().modified().unwrap(), first);
    world.conversation();
    world.store.back_up(Duration::ZERO).unwrap();
    assert_eq!(Store::open(&copy).unwrap().list().unwrap().len(), 1);
}

#[test]
fn a_folder_in_the_way_is_an_error_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let error = Store::open(folder.path()).unwrap_err();
    assert!(matches!(error, StoreError::File { .. }), "{error:?}");
}

fn branched() -> (World, ConversationId) {
    let world = World::new();
    let id = world.conversation();
    let question = world.say(id, None, "What is *this*?");
    world.answer(&question, "first try");
    let answer = world.answer(&question, "second try\n");
    world.say(id, Some(answer.id), "thanks");
    world.store.set_model(id, Some(&ModelId("demo".to_owned()))).unwrap();
    world.store.set_pinned(id, true).unwrap();
    (world, id)
}

#[test]
fn a_conversation_comes_back_from_json_with_all_its_branches() {
    let (world, id) = branched();
    let json = world.store.export(id, ExportFormat::Json).unwrap();
    let other = World::new();
    let imported = other.store.import(&json).unwrap();
    let original = world.store.conversation(id).unwrap();
    assert_ne!(imported.id, original.id);
    assert_eq!(
        (&imported.title, imported.pinned, imported.created, imported.updated, &imported.model),
        (&original.title, original.pinned, original.created, original.updated, &original.model)
    );
    assert_eq!(other.shown(imported.id), world.shown(id));
    let shape = |world: &World, id| {
        let tree = MessageTree::new(world.store.messages(id).unwrap());
        tree.iter()
            .map(|m| (m.content.clone(), tree.siblings(m.id).len(), tree.path_to(m.id).len()))
            .collect::<Vec<_>>()
    };
    assert_eq!(shape(&other, imported.id), shape(&world, id));
    assert_eq!(other.store.search("thanks", 9).unwrap().len(), 1);
    // Once more beside it: two conversations, nothing overwritten.
    other.store.import(&json).unwrap();
    assert_eq!(other.store.list().unwrap().len(), 2);
}

#[test]
fn an_export_of_the_first_format_can_still_be_imported() {
    let world = World::new();
    let imported = world.store.import(include_str!("first_export.json")).unwrap();
    assert_eq!(imported.title, "A question");
    assert_eq!(world.shown(imported.id), ["A question", "An answer"]);
}

#[test]
fn what_is_no_export_is_refused_whole() {
    let (world, id) = branched();
    let json = world.store.export(id, ExportFormat::Json).unwrap();
    let first = world.store.messages(id).unwrap()[0].id.to_string();
    let elsewhere = World::new();
    for (broken, reason) in [
        ("{}".to_owned(), "format"),
        ("[1".to_owned(), "invalid type"),
        (json.replace("satchel-conversation", "other"), "other"),
        (json.replace("\"version\": 1", "\"version\": 2"), "version 2"),
        (json.replace(&format!("\"id\": {first}"), "\"id\": 5"), "not there"),
        (json.replace("\"role\"", "\"rolle\""), "role"),
    ] {
        let error = elsewhere.store.import(&broken).unwrap_err();
        assert!(error.to_string().contains(reason), "{error}");
    }
    assert!(elsewhere.store.list().unwrap().is_empty());
}

#[test]
fn markdown_has_a_header_and_the_branch_that_is_shown() {
    let (world, id) = branched();
    let mut new = NewMessage::answer(id, world.head(id), "Parrot");
    new.content = "cut o".to_owned();
    let answer = world.store.begin_answer(&new).unwrap();
    world.store.mark_interrupted(answer.id).unwrap();
    let text = world.store.export(id, ExportFormat::Markdown).unwrap();
    assert!(text.starts_with("---\ntitle: \"What is this?\"\ncreated: 2"), "{text}");
    assert!(text.contains("\nmodel: \"demo\"\n---\n\n# What is this?\n"));
    let body = text.split_once("# What is this?\n").unwrap().1;
    assert_eq!(
        body,
        "\n## You\n\nWhat is *this*?\n\n## Parrot\n\nsecond try\n\n## You\n\nthanks\n\n\
         ## Parrot\n\ncut o\n\n*The answer was interrupted*\n"
    );
}

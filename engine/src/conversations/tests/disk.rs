//! A disk that takes no more.

use super::{World, is_sound};
use crate::conversations::{NewMessage, StoreError};

fn allow_pages(world: &World, more: i64) {
    let connection = &world.store.connection;
    let pages: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    // SQLite reports this limit as it reports a full disk.
    connection.pragma_update(None, "max_page_count", pages + more).unwrap();
}

#[test]
fn a_full_disk_is_said_and_what_was_kept_stays() {
    let world = World::new();
    let id = world.conversation();
    let kept = world.say(id, None, "kept before");
    allow_pages(&world, 4);
    let large = NewMessage::user(id, Some(kept.id), "large ".repeat(100_000));
    let error = world.store.append(&large).unwrap_err();
    assert_eq!(error, StoreError::Full { path: world.database() });
    assert!(error.to_string().contains("free some space"));
    assert_eq!(world.shown(id), ["kept before"]);

    // Space again, and it goes on.
    allow_pages(&world, 100_000);
    world.store.append(&large).unwrap();
    assert_eq!(world.shown(id).len(), 2);
    assert!(is_sound(&world.database()));
}

#[test]
fn a_writer_that_does_not_let_go_is_said() {
    let world = World::new();
    let other = rusqlite::Connection::open(world.database()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    world.store.connection.busy_timeout(std::time::Duration::from_millis(10)).unwrap();
    let error = world.store.create(crate::conversations::ConversationId::new()).unwrap_err();
    assert_eq!(error, StoreError::Locked { path: world.database() });
    // Reading goes on meanwhile.
    assert!(world.store.list().unwrap().is_empty());
}

#[test]
fn a_file_that_may_not_be_written_is_said() {
    let world = World::new();
    let id = world.conversation();
    world.store.connection.pragma_update(None, "query_only", true).unwrap();
    let error = world.store.append(&NewMessage::user(id, None, "x")).unwrap_err();
    assert_eq!(error, StoreError::ReadOnly { path: world.database() });
}

#[cfg(target_os = "linux")]
#[test]
fn a_quota_that_is_used_up_reads_as_a_full_disk() {
    const EDQUOT: i32 = 122;
    let path = std::path::Path::new("conversations.db");
    let error = StoreError::from_file(&std::io::Error::from_raw_os_error(EDQUOT), "write", path);
    assert_eq!(error, StoreError::Full { path: path.to_owned() });
}

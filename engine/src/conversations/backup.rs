//! Copies of the database, for the day on which it is damaged.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rusqlite::Connection;

use super::StoreError;

/// `conversations.db` → `conversations.db.backup`.
fn daily(database: &Path) -> PathBuf {
    with_ending(database, "backup")
}

/// The copy made before a migration: `conversations.db.before-2`.
pub(super) fn before_migration(database: &Path, to: u32) -> PathBuf {
    with_ending(database, &format!("before-{to}"))
}

fn with_ending(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(ending);
    database.with_file_name(name)
}

/// The newest copy beside the database.
pub(super) fn newest(database: &Path) -> Option<PathBuf> {
    let prefix = format!("{}.", database.file_name()?.to_str()?);
    std::fs::read_dir(database.parent()?)
        .ok()?
        .filter_map(Result::ok)
        .filter(|entry| {
            entry
                .file_name()
                .to_str()
                .and_then(|name| name.strip_prefix(&prefix))
                .is_some_and(|ending| ending == "backup" || ending.starts_with("before-"))
        })
        .max_by_key(|entry| entry.metadata().and_then(|data| data.modified()).ok())
        .map(|entry| entry.path())
}

/// Copies the database, unless a copy of the last `age` is there. Others may go on writing.
pub(super) fn make_if_older(
    connection: &Connection,
    database: &Path,
    age: Duration,
) -> Result<(), StoreError> {
    let copy = daily(database);
    let made = std::fs::metadata(&copy).and_then(|data| data.modified()).ok();
    let fresh = made.is_some_and(|made| {
        SystemTime::now().duration_since(made).is_ok_and(|passed| passed < age)
    });
    if fresh {
        return Ok(());
    }
    check(connection, database)?;
    make(connection, database, &copy)
}

/// Refuses a damaged file, so that it never takes the place of a sound copy.
fn check(connection: &Connection, database: &Path) -> Result<(), StoreError> {
    let verdict: String = connection
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(|error| StoreError::from_sqlite(&error, database))?;
    if verdict == "ok" {
        return Ok(());
    }
    let (backup, path) = (newest(database), database.to_owned());
    Err(StoreError::Corrupt { reason: verdict, backup, path })
}

/// Copies the database whole: a copy under way has another name, so that a cut is never mistaken
/// for a copy.
pub(super) fn make(
    connection: &Connection,
    database: &Path,
    copy: &Path,
) -> Result<(), StoreError> {
    let unfinished = with_ending(copy, "unfinished");
    std::fs::remove_file(&unfinished).ok();
    connection
        .backup("main", &unfinished, None)
        .map_err(|error| StoreError::from_sqlite(&error, database))?;
    std::fs::rename(&unfinished, copy).map_err(|error| StoreError::from_file(&error, "write", copy))
}

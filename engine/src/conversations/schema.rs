//! The tables, and how older files become new ones.
//!
//! `user_version` in the file counts the steps that were taken. Each step is a transaction, and
//! before the first one a copy of the file is made. A step that was ever released is never changed.

use std::path::Path;

use rusqlite::Connection;

use super::{StoreError, backup};
use crate::migration;

/// Step n turns format n into n + 1.
pub(super) const STEPS: &[&str] = &[
    // 1: the first. Times are milliseconds since 1970. Ids come from `id.rs`. The words are made in
    // `words.rs`; the ascii tokenizer leaves all beyond ASCII as it is.
    "
    CREATE TABLE conversations (
        id INTEGER PRIMARY KEY,
        title TEXT NOT NULL DEFAULT '',
        title_source TEXT NOT NULL DEFAULT 'automatic',
        pinned INTEGER NOT NULL DEFAULT 0,
        created INTEGER NOT NULL,
        updated INTEGER NOT NULL,
        deleted INTEGER,
        model TEXT,
        settings TEXT NOT NULL DEFAULT '{}',
        head INTEGER REFERENCES messages (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED
    ) STRICT;
    CREATE INDEX conversations_listed ON conversations (pinned DESC, updated DESC, id DESC, title, deleted)
        WHERE deleted IS NULL;
    CREATE INDEX conversations_by_head ON conversations (head);

    CREATE TABLE messages (
        id INTEGER PRIMARY KEY,
        conversation INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
        parent INTEGER REFERENCES messages (id) ON DELETE CASCADE,
        role TEXT NOT NULL,
        content TEXT NOT NULL,
        reasoning TEXT,
        reasoning_millis INTEGER,
        state TEXT NOT NULL,
        error TEXT,
        model TEXT,
        finish TEXT,
        dropped_messages INTEGER NOT NULL DEFAULT 0,
        created INTEGER NOT NULL,
        deleted INTEGER,
        writer_process INTEGER,
        writer_started INTEGER
    ) STRICT;
    CREATE INDEX messages_of_conversation ON messages (conversation);
    CREATE INDEX messages_by_parent ON messages (parent);
    CREATE INDEX messages_streaming ON messages (id) WHERE state = 'streaming';
    CREATE INDEX messages_deleted ON messages (deleted) WHERE deleted IS NOT NULL;

    CREATE VIRTUAL TABLE title_words USING fts5
        (words, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '1 2 3');
    CREATE VIRTUAL TABLE message_words USING fts5
        (words, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '1 2 3');
    ",
    // 2: answers from documents. All are JSON: what the numbers of an answer stand for, why it is as
    // it is, and the ids of the collections that a conversation is answered from.
    "
    ALTER TABLE messages ADD COLUMN citations TEXT;
    ALTER TABLE messages ADD COLUMN grounds TEXT;
    ALTER TABLE conversations ADD COLUMN collections TEXT NOT NULL DEFAULT '[]';
    ",
    // 3: what was typed and not sent; NULL is the conversation that has not begun.
    "
    CREATE TABLE drafts (
        conversation INTEGER UNIQUE REFERENCES conversations (id) ON DELETE CASCADE,
        text TEXT NOT NULL
    ) STRICT;
    ",
];

/// Brings the file at `path` to the newest format.
pub(super) fn migrate(
    connection: &Connection,
    path: &Path,
    steps: &[&str],
) -> Result<(), StoreError> {
    let sqlite = |error: rusqlite::Error| StoreError::from_sqlite(&error, path);
    let known = u32::try_from(steps.len()).unwrap_or(u32::MAX);
    let found = migration::version(connection).map_err(sqlite)?;
    if found > known {
        return Err(StoreError::Newer { found, known, path: path.to_owned() });
    }
    if found > 0 && found < known {
        backup::make(connection, path, &backup::before_migration(path, known))?;
    }
    migration::take(connection, steps).map_err(sqlite)
}

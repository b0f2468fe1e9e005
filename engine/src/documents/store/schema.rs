//! The tables of the library, and how older files become new ones.
//!
//! `user_version` counts the steps that were taken. A step that was ever released is never changed.

use std::path::Path;

use rusqlite::Connection;

use crate::documents::DocumentsError;
use crate::migration;

/// Step n turns format n into n + 1.
const STEPS: &[&str] = &[
    // 1: the first. Times are milliseconds since 1970, paths the system's own bytes. The words are
    // made in `tokens`; the ascii tokenizer leaves all beyond ASCII as it is. `scope` holds the
    // collection, so that a search within one looks at no others.
    "
    CREATE TABLE collections (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        created INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE roots (
        id INTEGER PRIMARY KEY,
        collection INTEGER NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
        path BLOB NOT NULL,
        watched INTEGER NOT NULL DEFAULT 0,
        scan_due INTEGER NOT NULL DEFAULT 1,
        UNIQUE (collection, path)
    ) STRICT;

    CREATE TABLE documents (
        id INTEGER PRIMARY KEY,
        collection INTEGER NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
        path BLOB NOT NULL,
        state TEXT NOT NULL DEFAULT 'waiting',
        refusal TEXT,
        title TEXT NOT NULL DEFAULT '',
        language TEXT,
        size INTEGER NOT NULL DEFAULT 0,
        modified INTEGER NOT NULL DEFAULT 0,
        hash BLOB,
        version INTEGER NOT NULL DEFAULT 0,
        pages INTEGER NOT NULL DEFAULT 0,
        missing TEXT NOT NULL DEFAULT '[]',
        characters INTEGER NOT NULL DEFAULT 0,
        chunks INTEGER NOT NULL DEFAULT 0,
        added INTEGER NOT NULL,
        indexed INTEGER,
        UNIQUE (collection, path)
    ) STRICT;
    CREATE INDEX documents_waiting ON documents (hash IS NOT NULL, id) WHERE state = 'waiting';
    CREATE INDEX documents_by_hash ON documents (collection, hash);

    CREATE TABLE pages (
        id INTEGER PRIMARY KEY,
        document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        number INTEGER,
        first INTEGER NOT NULL,
        text TEXT NOT NULL,
        blocks TEXT NOT NULL,
        UNIQUE (document, ordinal)
    ) STRICT;

    CREATE TABLE chunks (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        page INTEGER NOT NULL REFERENCES pages (id) ON DELETE CASCADE,
        start_byte INTEGER NOT NULL,
        end_byte INTEGER NOT NULL,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL,
        headings TEXT NOT NULL,
        UNIQUE (document, ordinal)
    ) STRICT;
    CREATE INDEX chunks_of_page ON chunks (page);

    CREATE VIRTUAL TABLE chunk_words USING fts5
        (title, headings, body, scope, content = '', contentless_delete = 1, tokenize = 'ascii');

    CREATE TABLE embedders (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        dimension INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE vectors (
        embedder INTEGER NOT NULL REFERENCES embedders (id) ON DELETE CASCADE,
        chunk INTEGER NOT NULL REFERENCES chunks (id) ON DELETE CASCADE,
        scale REAL NOT NULL,
        quantised BLOB NOT NULL,
        PRIMARY KEY (embedder, chunk)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX vectors_of_chunk ON vectors (chunk);

    CREATE TABLE exact_vectors (
        embedder INTEGER NOT NULL REFERENCES embedders (id) ON DELETE CASCADE,
        chunk INTEGER NOT NULL REFERENCES chunks (id) ON DELETE CASCADE,
        vector BLOB NOT NULL,
        PRIMARY KEY (embedder, chunk)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX exact_vectors_of_chunk ON exact_vectors (chunk);
    ",
    // 2: collections that come with the program, marked by the version of what is in them; '' while
    // one is being made.
    "
    ALTER TABLE collections ADD COLUMN built_in TEXT;
    ",
    // 3: so many bytes of the index are gathered in memory before they are written and merged, which
    // is what indexing takes most of its time for. FTS5's own measure is 1 MiB.
    "
    INSERT INTO chunk_words (chunk_words, rank) VALUES ('hashsize', 16777216);
    ",
    // 4: what could not be looked at when a root was looked through last.
    "
    CREATE TABLE unscanned (
        root INTEGER NOT NULL REFERENCES roots (id) ON DELETE CASCADE,
        path BLOB NOT NULL,
        reason TEXT NOT NULL,
        PRIMARY KEY (root, path)
    ) STRICT, WITHOUT ROWID;
    ",
];

/// Brings the file at `path` to the newest format.
pub(super) fn migrate(connection: &Connection, path: &Path) -> Result<(), DocumentsError> {
    let sqlite = |error: rusqlite::Error| DocumentsError::from_sqlite(&error, path);
    let known = u32::try_from(STEPS.len()).unwrap_or(u32::MAX);
    let found = migration::version(connection).map_err(sqlite)?;
    if found > known {
        return Err(DocumentsError::Newer { found, known, path: path.to_owned() });
    }
    migration::take(connection, STEPS).map_err(sqlite)
}

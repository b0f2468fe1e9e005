-- A file of format 1 as it was released: the tables of that step, and one conversation.
BEGIN;
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
INSERT INTO conversations (id, title, created, updated, head)
    VALUES (1, 'A question', 1767323045000, 1767323046000, 3);
INSERT INTO messages (id, conversation, parent, role, content, state, created)
    VALUES (2, 1, NULL, 'user', 'A question', 'complete', 1767323045000);
INSERT INTO messages (id, conversation, parent, role, content, state, created,
                      writer_process, writer_started)
    VALUES (3, 1, 2, 'assistant', 'An answer', 'streaming', 1767323046000, 4000000, 1767323000);
INSERT INTO title_words (rowid, words) VALUES (1, 'a question');
INSERT INTO message_words (rowid, words) VALUES (2, 'a question');
PRAGMA user_version = 1;
COMMIT;

//! The database: opening it, and the conversations in it. Messages are in `messages.rs`.

use std::cell::RefCell;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};

use super::process::Writer;
use super::{
    Conversation, ConversationId, MessageId, StoreError, Summary, TitleSource, backup, id, schema,
    title, words,
};
use crate::documents::store::CollectionId;
use crate::models::ModelId;
use crate::settings::Overrides;

/// How long to wait for another process that is writing.
const PATIENCE: Duration = Duration::from_secs(5);

/// The conversations on disk. Each call reads or writes at once, so it belongs on a thread that may
/// wait; a window uses a [`Worker`](super::Worker). Several processes may have the same file open.
///
/// Dropping it marks the answers that it began and nobody finished as interrupted.
#[derive(Debug)]
pub struct Store {
    pub(super) connection: Connection,
    path: PathBuf,
    pub(super) writer: Writer,
    /// Answers that this store is writing.
    pub(super) unfinished: RefCell<HashSet<MessageId>>,
    interrupted_answers: usize,
}

/// A failure inside a transaction, before it is known in which file.
pub(super) enum Failure {
    Sqlite(rusqlite::Error),
    Store(StoreError),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Store {
    /// Opens the file, creates it where it is missing, and brings an older one to the present
    /// format (after copying it). Answers whose writer is gone are marked as interrupted.
    ///
    /// # Errors
    /// When the file cannot be used; the error says what to do.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let sqlite = |error: rusqlite::Error| StoreError::from_sqlite(&error, path);
        let connection = Connection::open(path).map_err(sqlite)?;
        configure(&connection).map_err(sqlite)?;
        schema::migrate(&connection, path, schema::STEPS)?;
        let greatest = "SELECT max(ifnull((SELECT max(id) FROM conversations), 0),
                                   ifnull((SELECT max(id) FROM messages), 0))";
        id::grow_from(connection.query_row(greatest, [], |row| row.get(0)).map_err(sqlite)?);
        let mut store = Self {
            connection,
            path: path.to_owned(),
            writer: Writer::this(),
            unfinished: RefCell::default(),
            interrupted_answers: 0,
        };
        store.interrupted_answers = store.recover_interrupted()?;
        Ok(store)
    }

    /// How many answers were found interrupted when the store was opened.
    #[must_use]
    pub fn interrupted_answers(&self) -> usize {
        self.interrupted_answers
    }

    /// Creates an empty conversation.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn create(&self, id: ConversationId) -> Result<Conversation, StoreError> {
        let now = Timestamp::now().as_millisecond();
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO conversations (id, created, updated) VALUES (?1, ?2, ?2)",
                params![id, now],
            )?;
            conversation(transaction, id)
        })
    }

    /// All conversations: pinned first, then the newest first, without the deleted ones.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn list(&self) -> Result<Vec<Summary>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, title, pinned, updated FROM conversations WHERE deleted IS NULL
                 ORDER BY pinned DESC, updated DESC, id DESC",
            )?;
            let rows = statement.query_map([], |row| {
                Ok(Summary {
                    id: row.get(0)?,
                    title: row.get(1)?,
                    pinned: row.get(2)?,
                    updated: timestamp(row, 3)?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// One conversation.
    ///
    /// # Errors
    /// When it is gone or cannot be read.
    pub fn conversation(&self, id: ConversationId) -> Result<Conversation, StoreError> {
        self.read(|connection| conversation(connection, id))
    }

    /// Gives a title; an empty one goes back to the automatic title.
    ///
    /// # Errors
    /// When the conversation is gone or cannot be written.
    pub fn rename(&self, id: ConversationId, title: &str) -> Result<Conversation, StoreError> {
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        self.write(|transaction| {
            let source =
                if title.is_empty() { TitleSource::Automatic } else { TitleSource::Manual };
            change(transaction, id, "title_source = ?2", &source_word(source))?;
            if source == TitleSource::Automatic {
                retitle(transaction, id)?;
            } else {
                set_title(transaction, id, &title)?;
            }
            conversation(transaction, id)
        })
    }

    /// Keeps a conversation on top of the list, or not.
    ///
    /// # Errors
    /// When the conversation is gone or cannot be written.
    pub fn set_pinned(&self, id: ConversationId, pinned: bool) -> Result<Conversation, StoreError> {
        self.write(|transaction| {
            change(transaction, id, "pinned = ?2", &pinned)?;
            conversation(transaction, id)
        })
    }

    /// Gives a conversation its own settings.
    ///
    /// # Errors
    /// When the conversation is gone or cannot be written.
    pub fn set_settings(
        &self,
        id: ConversationId,
        settings: &Overrides,
    ) -> Result<Conversation, StoreError> {
        let json = to_json(settings)?;
        self.write(|transaction| {
            change(transaction, id, "settings = ?2", &json)?;
            conversation(transaction, id)
        })
    }

    /// Remembers which collections of documents a conversation is answered from.
    ///
    /// # Errors
    /// When the conversation is gone or cannot be written.
    pub fn set_collections(
        &self,
        id: ConversationId,
        collections: &[CollectionId],
    ) -> Result<Conversation, StoreError> {
        let json = to_json(collections)?;
        self.write(|transaction| {
            change(transaction, id, "collections = ?2", &json)?;
            conversation(transaction, id)
        })
    }

    /// Remembers which model a conversation is used with.
    ///
    /// # Errors
    /// When the conversation is gone or cannot be written.
    pub fn set_model(
        &self,
        id: ConversationId,
        model: Option<&ModelId>,
    ) -> Result<Conversation, StoreError> {
        self.write(|transaction| {
            change(transaction, id, "model = ?2", &model.map(|model| &model.0))?;
            conversation(transaction, id)
        })
    }

    /// Deletes a conversation; [`Store::restore`] brings it back until it is purged.
    ///
    /// # Errors
    /// When the conversation is gone or cannot be written.
    pub fn delete(&self, id: ConversationId) -> Result<(), StoreError> {
        let now = Timestamp::now().as_millisecond();
        self.write(|transaction| change(transaction, id, "deleted = ?2", &now))
    }

    /// Undoes [`Store::delete`].
    ///
    /// # Errors
    /// When the conversation was purged or cannot be written.
    pub fn restore(&self, id: ConversationId) -> Result<Conversation, StoreError> {
        self.write(|transaction| {
            transaction.execute("UPDATE conversations SET deleted = NULL WHERE id = ?1", [id])?;
            conversation(transaction, id)
        })
    }

    /// Removes for good what was deleted longer ago than this. Answers how many conversations and
    /// messages went.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn purge_deleted(&self, older_than: Duration) -> Result<usize, StoreError> {
        let age = i64::try_from(older_than.as_millis()).unwrap_or(i64::MAX);
        let before = Timestamp::now().as_millisecond().saturating_sub(age);
        self.write(|transaction| {
            transaction.execute(
                "DELETE FROM message_words WHERE rowid IN (
                     SELECT id FROM messages WHERE deleted <= ?1
                     UNION SELECT messages.id FROM conversations
                     JOIN messages ON messages.conversation = conversations.id
                     WHERE conversations.deleted <= ?1)",
                [before],
            )?;
            transaction.execute(
                "DELETE FROM title_words WHERE rowid IN
                     (SELECT id FROM conversations WHERE deleted <= ?1)",
                [before],
            )?;
            let messages =
                transaction.execute("DELETE FROM messages WHERE deleted <= ?1", [before])?;
            let conversations =
                transaction.execute("DELETE FROM conversations WHERE deleted <= ?1", [before])?;
            Ok(messages + conversations)
        })
    }

    /// Checks the file and copies it, unless there is a copy that is younger than `age`. A damaged
    /// file never takes the place of a sound copy.
    ///
    /// # Errors
    /// When the file is damaged or the copy cannot be written.
    pub fn back_up(&self, age: Duration) -> Result<(), StoreError> {
        backup::make_if_older(&self.connection, &self.path, age)
    }

    /// A number that is another one whenever another connection, as that of another program, has
    /// changed something. Costs no disk access.
    ///
    /// # Errors
    /// When the file cannot be read any more.
    pub fn version_of_others(&self) -> Result<i64, StoreError> {
        self.read(|connection| {
            Ok(connection.query_row("PRAGMA data_version", [], |row| row.get(0))?)
        })
    }

    /// Where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads; several reads inside see the same state.
    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        self.transact(TransactionBehavior::Deferred, |transaction| work(transaction))
    }

    /// Writes all or nothing.
    pub(super) fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        self.transact(TransactionBehavior::Immediate, work)
    }

    fn transact<T>(
        &self,
        behaviour: TransactionBehavior,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        let carry_out = || {
            let transaction = Transaction::new_unchecked(&self.connection, behaviour)?;
            let result = work(&transaction)?;
            transaction.commit()?;
            Ok(result)
        };
        carry_out().map_err(|failure| match failure {
            Failure::Sqlite(error) => {
                StoreError::of_connection(&self.connection, &error, &self.path)
            }
            Failure::Store(error) => error,
        })
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        for answer in self.unfinished.take() {
            if let Err(error) = self.mark_interrupted(answer) {
                tracing::error!("an answer could not be marked as interrupted: {error}");
            }
        }
    }
}

fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.pragma_update(None, "journal_mode", "wal")?;
    // In WAL mode a power cut may cost the last moments, never the file; the end of each answer is
    // written through, see `messages.rs`.
    connection.pragma_update(None, "synchronous", "normal")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "journal_size_limit", 16 << 20)
}

/// Changes one column of a living conversation.
fn change(
    transaction: &Transaction<'_>,
    id: ConversationId,
    assignment: &str,
    value: &dyn rusqlite::ToSql,
) -> Result<(), Failure> {
    let statement =
        format!("UPDATE conversations SET {assignment} WHERE id = ?1 AND deleted IS NULL");
    match transaction.prepare_cached(&statement)?.execute(params![id, value])? {
        0 => Err(StoreError::NoConversation.into()),
        _ => Ok(()),
    }
}

pub(super) fn conversation(
    connection: &Connection,
    id: ConversationId,
) -> Result<Conversation, Failure> {
    connection
        .prepare_cached(
            "SELECT id, title, title_source, pinned, created, updated, model, settings, head,
                 collections
             FROM conversations WHERE id = ?1 AND deleted IS NULL",
        )?
        .query_row([id], |row| {
            let settings: String = row.get(7)?;
            let collections: String = row.get(9)?;
            Ok(Conversation {
                id: row.get(0)?,
                title: row.get(1)?,
                title_source: match row.get::<_, String>(2)?.as_str() {
                    "manual" => TitleSource::Manual,
                    _ => TitleSource::Automatic,
                },
                pinned: row.get(3)?,
                created: timestamp(row, 4)?,
                updated: timestamp(row, 5)?,
                model: row.get::<_, Option<String>>(6)?.map(ModelId),
                settings: from_json(7, &settings)?,
                head: row.get(8)?,
                collections: from_json(9, &collections)?,
            })
        })
        .optional()?
        .ok_or_else(|| StoreError::NoConversation.into())
}

/// Moves a living conversation's head and tells when it was last used.
pub(super) fn set_head(
    transaction: &Transaction<'_>,
    id: ConversationId,
    head: Option<MessageId>,
) -> Result<(), Failure> {
    change(transaction, id, "head = ?2", &head)
}

pub(super) fn touch(transaction: &Transaction<'_>, id: ConversationId) -> Result<(), Failure> {
    change(transaction, id, "updated = ?2", &Timestamp::now().as_millisecond())
}

/// Makes the automatic title anew from the first user message of the branch that is shown.
pub(super) fn retitle(transaction: &Transaction<'_>, id: ConversationId) -> Result<(), Failure> {
    let conversation = conversation(transaction, id)?;
    if conversation.title_source == TitleSource::Manual {
        return Ok(());
    }
    let first: Option<String> = transaction
        .prepare_cached(
            "WITH RECURSIVE branch (id, parent, role, content) AS (
                 SELECT id, parent, role, content FROM messages WHERE id = ?1
                 UNION ALL
                 SELECT messages.id, messages.parent, messages.role, messages.content
                 FROM messages JOIN branch ON messages.id = branch.parent)
             SELECT content FROM branch WHERE role = 'user' ORDER BY id LIMIT 1",
        )?
        .query_row([conversation.head], |row| row.get(0))
        .optional()?;
    let title = title::from_message(first.as_deref().unwrap_or(""));
    if title == conversation.title { Ok(()) } else { set_title(transaction, id, &title) }
}

pub(super) fn set_title(
    transaction: &Transaction<'_>,
    id: ConversationId,
    title: &str,
) -> Result<(), Failure> {
    change(transaction, id, "title = ?2", &title)?;
    transaction
        .prepare_cached("INSERT OR REPLACE INTO title_words (rowid, words) VALUES (?1, ?2)")?
        .execute(params![id, words::to_index(title)])?;
    Ok(())
}

pub(super) fn source_word(source: TitleSource) -> &'static str {
    match source {
        TitleSource::Automatic => "automatic",
        TitleSource::Manual => "manual",
    }
}

pub(super) fn timestamp(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    Timestamp::from_millisecond(row.get(column)?).map_err(|error| unreadable(column, error))
}

pub(super) fn from_json<T: serde::de::DeserializeOwned>(
    column: usize,
    json: &str,
) -> rusqlite::Result<T> {
    serde_json::from_str(json).map_err(|error| unreadable(column, error))
}

pub(super) fn to_json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Database(error.to_string()))
}

pub(super) fn unreadable(
    column: usize,
    error: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    let kind = rusqlite::types::Type::Text;
    rusqlite::Error::FromSqlConversionFailure(column, kind, Box::new(error))
}

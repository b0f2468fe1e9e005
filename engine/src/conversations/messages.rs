//! Messages of the store: reading trees, appending, branching, deleting.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::store::{self, Failure};
use super::{
    ConversationId, DeletedMessages, MessageId, MessageState, MessageTree, NewMessage, Store,
    StoreError, StoredMessage, sources, words,
};
use crate::Role;

const COLUMNS: &str = "id, conversation, parent, role, content, reasoning, reasoning_millis, state,
                       error, model, finish, dropped_messages, created, citations,
                       grounds";

impl Store {
    /// All living messages of a conversation, on every branch, in order of creation.
    ///
    /// # Errors
    /// When the conversation is gone or cannot be read.
    pub fn messages(&self, id: ConversationId) -> Result<Vec<StoredMessage>, StoreError> {
        self.read(|connection| {
            store::conversation(connection, id)?;
            living(connection, id)
        })
    }

    /// One living message.
    ///
    /// # Errors
    /// When it is gone or cannot be read.
    pub fn message(&self, id: MessageId) -> Result<StoredMessage, StoreError> {
        self.read(|connection| message(connection, id))
    }

    /// The branch that ends at `head`, from the first message on.
    ///
    /// # Errors
    /// When the message is gone or cannot be read.
    pub fn path_to(&self, head: MessageId) -> Result<Vec<StoredMessage>, StoreError> {
        self.read(|connection| {
            let conversation = message(connection, head)?.conversation;
            let tree = MessageTree::new(living(connection, conversation)?);
            Ok(tree.path_to(head).into_iter().cloned().collect())
        })
    }

    /// Keeps a whole message; it becomes its conversation's head.
    ///
    /// # Errors
    /// When the conversation or the parent is gone, or nothing can be written.
    pub fn append(&self, new: &NewMessage) -> Result<StoredMessage, StoreError> {
        self.write(|transaction| {
            let stored = insert(transaction, new, MessageState::Complete)?;
            index(transaction, new.id, &new.content)?;
            Ok(stored)
        })
    }

    /// Adds another version of a message beside it, as the new head. The old one stays as it is.
    ///
    /// # Errors
    /// When the message is gone or nothing can be written.
    pub fn edit_and_branch(
        &self,
        old: MessageId,
        id: MessageId,
        content: &str,
    ) -> Result<StoredMessage, StoreError> {
        self.write(|transaction| {
            let old = message(transaction, old)?;
            let new = NewMessage {
                id,
                conversation: old.conversation,
                parent: old.parent,
                role: old.role,
                content: content.to_owned(),
                model: old.model,
            };
            let stored = insert(transaction, &new, MessageState::Complete)?;
            index(transaction, id, content)?;
            Ok(stored)
        })
    }

    /// Shows the branch of a message: the head goes to the newest leaf below it. Answers the head.
    ///
    /// # Errors
    /// When the message is gone or nothing can be written.
    pub fn switch_branch(&self, id: MessageId) -> Result<MessageId, StoreError> {
        self.write(|transaction| {
            let conversation = message(transaction, id)?.conversation;
            let head = MessageTree::new(living(transaction, conversation)?).newest_leaf(id);
            store::set_head(transaction, conversation, Some(head))?;
            store::retitle(transaction, conversation)?;
            Ok(head)
        })
    }

    /// Deletes a message with all that follows it. [`Store::restore_messages`] brings them back
    /// until they are purged.
    ///
    /// # Errors
    /// When the message is gone or nothing can be written.
    pub fn delete_message(&self, id: MessageId) -> Result<DeletedMessages, StoreError> {
        let now = Timestamp::now().as_millisecond();
        self.write(|transaction| {
            let conversation = message(transaction, id)?.conversation;
            let head_before = store::conversation(transaction, conversation)?.head;
            let tree = MessageTree::new(living(transaction, conversation)?);
            let doomed = tree.subtree(id);
            for &message in &doomed {
                transaction
                    .prepare_cached("UPDATE messages SET deleted = ?2 WHERE id = ?1")?
                    .execute(params![message, now])?;
            }
            let shown = head_before.is_some_and(|head| doomed.contains(&head));
            let head = if shown { tree.head_without(id) } else { head_before };
            store::set_head(transaction, conversation, head)?;
            store::retitle(transaction, conversation)?;
            Ok(DeletedMessages {
                conversation,
                message: id,
                count: doomed.len(),
                head_before,
                head,
            })
        })
    }

    /// Undoes [`Store::delete_message`].
    ///
    /// # Errors
    /// When the messages were purged or nothing can be written.
    pub fn restore_messages(&self, deleted: &DeletedMessages) -> Result<(), StoreError> {
        self.write(|transaction| {
            let restored = transaction.execute(
                // What was deleted before, on its own, stays deleted.
                "WITH RECURSIVE subtree (id) AS (
                     SELECT id FROM messages WHERE id = ?1
                     UNION
                     SELECT messages.id FROM messages JOIN subtree ON messages.parent = subtree.id)
                 UPDATE messages SET deleted = NULL WHERE id IN subtree
                     AND deleted = (SELECT deleted FROM messages WHERE id = ?1)",
                [deleted.message],
            )?;
            if restored == 0 {
                return Err(StoreError::NoMessage.into());
            }
            store::set_head(transaction, deleted.conversation, deleted.head_before)?;
            store::retitle(transaction, deleted.conversation)
        })
    }
}

/// Writes a new message and makes it the head.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    new: &NewMessage,
    state: MessageState,
) -> Result<StoredMessage, Failure> {
    let parent = new.parent.map(|parent| message(transaction, parent)).transpose()?;
    if parent.as_ref().is_some_and(|parent| parent.conversation != new.conversation) {
        return Err(StoreError::NoMessage.into());
    }
    store::touch(transaction, new.conversation)?;
    transaction
        .prepare_cached(
            "INSERT INTO messages (id, conversation, parent, role, content, model, state, created)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            new.id,
            new.conversation,
            new.parent,
            role_word(new.role),
            new.content,
            new.model,
            state_word(state),
            Timestamp::now().as_millisecond(),
        ])?;
    store::set_head(transaction, new.conversation, Some(new.id))?;
    if new.role == Role::User && parent.is_none_or(|parent| parent.role == Role::System) {
        store::retitle(transaction, new.conversation)?;
    }
    message(transaction, new.id)
}

/// Makes a message's words findable.
pub(super) fn index(
    transaction: &Transaction<'_>,
    id: MessageId,
    content: &str,
) -> Result<(), Failure> {
    transaction
        .prepare_cached("INSERT OR REPLACE INTO message_words (rowid, words) VALUES (?1, ?2)")?
        .execute(params![id, words::to_index(content)])?;
    Ok(())
}

pub(super) fn message(connection: &Connection, id: MessageId) -> Result<StoredMessage, Failure> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM messages WHERE id = ?1 AND deleted IS NULL"
        ))?
        .query_row([id], from_row)
        .optional()?
        .ok_or_else(|| StoreError::NoMessage.into())
}

pub(super) fn living(
    connection: &Connection,
    conversation: ConversationId,
) -> Result<Vec<StoredMessage>, Failure> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM messages WHERE conversation = ?1 AND deleted IS NULL ORDER BY id"
    ))?;
    let rows = statement.query_map([conversation], from_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<StoredMessage> {
    let finish: Option<String> = row.get(10)?;
    Ok(StoredMessage {
        id: row.get(0)?,
        conversation: row.get(1)?,
        parent: row.get(2)?,
        role: word(row, 3)?,
        content: row.get(4)?,
        reasoning: row.get(5)?,
        reasoning_duration: row
            .get::<_, Option<i64>>(6)?
            .map(|millis| Duration::from_millis(millis.max(0).cast_unsigned())),
        state: word(row, 7)?,
        error: row.get(8)?,
        model: row.get(9)?,
        finish: finish.map(|json| store::from_json(10, &json)).transpose()?,
        dropped_messages: row.get::<_, u32>(11)? as usize,
        created: store::timestamp(row, 12)?,
        sources: sources::from_row(row, 13, 14)?,
    })
}

/// An enum by its name in serde.
fn word<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let word = serde_json::Value::String(row.get(column)?);
    serde_json::from_value(word).map_err(|error| store::unreadable(column, error))
}

pub(super) fn role_word(role: Role) -> &'static str {
    match role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
        Role::Tool => "tool",
    }
}

pub(super) fn state_word(state: MessageState) -> &'static str {
    match state {
        MessageState::Complete => "complete",
        MessageState::Streaming => "streaming",
        MessageState::Interrupted => "interrupted",
        MessageState::Stopped => "stopped",
        MessageState::Failed => "failed",
    }
}

/// Rounded down to milliseconds, as it is kept.
pub(super) fn to_millis(duration: Option<Duration>) -> Option<i64> {
    duration.map(|duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
}

pub(super) fn to_sql(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

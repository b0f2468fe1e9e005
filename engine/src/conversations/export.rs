//! Conversations as files: Markdown for people, JSON for programs and for coming back.

use std::collections::HashMap;
use std::fmt::Write;

use jiff::tz::TimeZone;
use rusqlite::{Transaction, params};
use serde::{Deserialize, Serialize};

use super::messages::{self, role_word, state_word};
use super::store::{self, Failure};
use super::{
    Conversation, ConversationId, ExportFormat, MessageId, MessageState, MessageTree, Store,
    StoreError, StoredMessage, footnotes, sources,
};
use crate::Role;

const FORMAT: &str = "satchel-conversation";
/// Raised when the shape of [`File`] or of what it holds changes.
const VERSION: u32 = 1;

/// The whole of a JSON export.
#[derive(Serialize, Deserialize)]
struct File {
    format: String,
    version: u32,
    conversation: Conversation,
    messages: Vec<StoredMessage>,
}

/// Read first, so that a file of another version is recognised whatever else is in it.
#[derive(Deserialize)]
struct Header {
    format: String,
    version: u32,
}

impl Store {
    /// A conversation as a text: the branch that is shown as Markdown, or the whole tree as JSON.
    ///
    /// # Errors
    /// When the conversation is gone or cannot be read.
    pub fn export(&self, id: ConversationId, format: ExportFormat) -> Result<String, StoreError> {
        let (conversation, messages) = self.read(|connection| {
            Ok((store::conversation(connection, id)?, messages::living(connection, id)?))
        })?;
        match format {
            ExportFormat::Markdown => {
                let tree = MessageTree::new(messages);
                let path = conversation.head.map(|head| tree.path_to(head)).unwrap_or_default();
                Ok(to_markdown(&conversation, &path, &TimeZone::system()))
            }
            ExportFormat::Json => {
                let format = FORMAT.to_owned();
                let file = File { format, version: VERSION, conversation, messages };
                serde_json::to_string_pretty(&file)
                    .map(|json| json + "\n")
                    .map_err(|error| StoreError::Database(error.to_string()))
            }
        }
    }

    /// Adds a conversation from a JSON export, under new ids, beside whatever is there.
    ///
    /// # Errors
    /// When the text is no such export, or nothing can be written.
    pub fn import(&self, json: &str) -> Result<Conversation, StoreError> {
        let File { conversation, mut messages, .. } = parse(json)?;
        messages.sort_by_key(|message| message.id);
        let id = ConversationId::new();
        self.write(|transaction| {
            insert_conversation(transaction, id, &conversation)?;
            let mut new_ids: HashMap<MessageId, MessageId> = HashMap::new();
            for message in &messages {
                let parent = match message.parent {
                    None => None,
                    Some(parent) => Some(*new_ids.get(&parent).ok_or_else(|| {
                        StoreError::NotImportable(format!(
                            "message {} follows {parent}, which is not there",
                            message.id
                        ))
                    })?),
                };
                let new_id = MessageId::new();
                if new_ids.insert(message.id, new_id).is_some() {
                    let reason = format!("there are two messages {}", message.id);
                    return Err(StoreError::NotImportable(reason).into());
                }
                insert_message(transaction, id, new_id, parent, message)?;
            }
            let head = conversation.head.and_then(|head| new_ids.get(&head).copied());
            store::set_head(transaction, id, head)?;
            store::set_title(transaction, id, &conversation.title)?;
            store::conversation(transaction, id)
        })
    }
}

fn parse(json: &str) -> Result<File, StoreError> {
    let refused = |error: serde_json::Error| StoreError::NotImportable(error.to_string());
    let header: Header = serde_json::from_str(json).map_err(refused)?;
    if header.format != FORMAT {
        return Err(StoreError::NotImportable(format!("its format is {:?}", header.format)));
    }
    if header.version > VERSION {
        return Err(StoreError::NotImportable(format!(
            "it has version {}, and this Satchel knows versions up to {VERSION}",
            header.version
        )));
    }
    serde_json::from_str(json).map_err(refused)
}

fn insert_conversation(
    transaction: &Transaction<'_>,
    id: ConversationId,
    conversation: &Conversation,
) -> Result<(), Failure> {
    transaction.execute(
        "INSERT INTO conversations (id, title_source, pinned, created, updated, model, settings)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            id,
            store::source_word(conversation.title_source),
            conversation.pinned,
            conversation.created.as_millisecond(),
            conversation.updated.as_millisecond(),
            conversation.model.as_ref().map(|model| &model.0),
            store::to_json(&conversation.settings)?,
        ],
    )?;
    Ok(())
}

fn insert_message(
    transaction: &Transaction<'_>,
    conversation: ConversationId,
    id: MessageId,
    parent: Option<MessageId>,
    message: &StoredMessage,
) -> Result<(), Failure> {
    let state = match message.state {
        // Whoever was writing it is not writing here.
        MessageState::Streaming => MessageState::Interrupted,
        state => state,
    };
    let (citations, grounds) = sources::to_json(&message.sources)?;
    transaction
        .prepare_cached(
            "INSERT INTO messages (id, conversation, parent, role, content, reasoning,
                 reasoning_millis, state, error, model, finish, dropped_messages, created,
                 citations, grounds)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        )?
        .execute(params![
            id,
            conversation,
            parent,
            role_word(message.role),
            message.content,
            message.reasoning,
            messages::to_millis(message.reasoning_duration),
            state_word(state),
            message.error,
            message.model,
            message.finish.as_ref().map(store::to_json).transpose()?,
            messages::to_sql(message.dropped_messages),
            message.created.as_millisecond(),
            citations,
            grounds,
        ])?;
    messages::index(transaction, id, &message.content)
}

fn to_markdown(conversation: &Conversation, path: &[&StoredMessage], zone: &TimeZone) -> String {
    let mut text = String::new();
    let mut footnotes = footnotes::Footnotes::default();
    // A JSON string is a YAML string too.
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let date = |at: jiff::Timestamp| {
        at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    };
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "---\ntitle: {}\ncreated: {}\nupdated: {}\n",
        quoted(&conversation.title),
        date(conversation.created),
        date(conversation.updated)
    );
    if let Some(model) = &conversation.model {
        let _ = writeln!(text, "model: {}", quoted(&model.0));
    }
    let _ = write!(text, "---\n\n# {}\n", conversation.title);
    for message in path {
        write_message(&mut text, message, &mut footnotes);
    }
    footnotes.write(&mut text);
    text
}

fn write_message(text: &mut String, message: &StoredMessage, footnotes: &mut footnotes::Footnotes) {
    let speaker = match message.role {
        Role::System => "System",
        Role::User => "You",
        Role::Tool => "Tool",
        Role::Assistant => message.model.as_deref().unwrap_or("Assistant"),
    };
    let _ = write!(text, "\n## {speaker}\n\n");
    if let Some(reasoning) = &message.reasoning {
        let summary = match message.reasoning_duration {
            Some(duration) => format!("Thought for {:.1} s", duration.as_secs_f64()),
            None => "Thinking".to_owned(),
        };
        let _ = write!(
            text,
            "<details>\n<summary>{summary}</summary>\n\n{}\n\n</details>\n\n",
            reasoning.trim()
        );
    }
    let content = footnotes.take_in(message.content.trim_end(), &message.sources.citations);
    let _ = writeln!(text, "{content}");
    let note = match message.state {
        MessageState::Complete => return,
        MessageState::Streaming => "The answer was still being written".to_owned(),
        MessageState::Interrupted => "The answer was interrupted".to_owned(),
        MessageState::Stopped => "The answer was stopped".to_owned(),
        MessageState::Failed => {
            format!("The answer failed: {}", message.error.as_deref().unwrap_or("unknown"))
        }
    };
    let _ = write!(text, "\n*{note}*\n");
}

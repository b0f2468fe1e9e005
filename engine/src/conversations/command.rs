//! What the window asks of the [`Worker`](super::Worker), and what it hears back.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    AnswerEnd, Conversation, ConversationId, DeletedMessages, Draft, Found, MessageId, NewMessage,
    Sources, StoreError, StoredMessage, Summary,
};
use crate::documents::store::CollectionId;
use crate::models::ModelId;
use crate::settings::Overrides;

/// One thing to do, in the order of sending. The answer to a question is an event; a change tells
/// what changed by [`StoreEvent::ConversationChanged`] and its like, or [`StoreEvent::Failed`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum StoreCommand {
    /// Tell all conversations again: `Listed` follows.
    List,
    /// Create an empty conversation under this name.
    Create(ConversationId),
    /// Tell a conversation with all its messages: `Read` follows.
    Read(ConversationId),
    /// Give a title; an empty one goes back to the automatic title.
    Rename {
        /// Which.
        conversation: ConversationId,
        /// The new title.
        title: String,
    },
    /// Keep on top of the list, or not.
    SetPinned {
        /// Which.
        conversation: ConversationId,
        /// On top or not.
        pinned: bool,
    },
    /// Give a conversation its own settings.
    SetSettings {
        /// Which.
        conversation: ConversationId,
        /// All of them.
        settings: Overrides,
    },
    /// Remember which model a conversation is used with.
    SetModel {
        /// Which.
        conversation: ConversationId,
        /// The model; `None` for whichever is loaded.
        model: Option<ModelId>,
    },
    /// Remember which collections of documents a conversation is answered from.
    SetCollections {
        /// Which.
        conversation: ConversationId,
        /// All of them; empty for none.
        collections: Vec<CollectionId>,
    },
    /// Keep what is typed and not sent; an empty text forgets it. Written at most every
    /// [`super::WRITE_INTERVAL`].
    KeepDraft(Draft),
    /// Delete, after ending the answers that are being written in it; can be undone with `Restore` for 30 days.
    Delete(ConversationId),
    /// Undo `Delete`.
    Restore(ConversationId),
    /// Keep a whole message; it becomes the head.
    Append(NewMessage),
    /// Keep an answer that is about to be written; it becomes the head.
    BeginAnswer(NewMessage),
    /// Go on writing an answer that was stopped or interrupted.
    ResumeAnswer(MessageId),
    /// More of an answer that was begun. Written at most every [`super::WRITE_INTERVAL`].
    ExtendAnswer {
        /// Which.
        message: MessageId,
        /// More of its text.
        text: String,
        /// More of its thinking.
        reasoning: String,
    },
    /// What is known of an answer beside its text.
    DescribeAnswer {
        /// Which.
        message: MessageId,
        /// How long the model has thought, once it has.
        reasoning_duration: Option<Duration>,
        /// How many of the oldest messages were left out of the prompt.
        dropped_messages: usize,
    },
    /// What an answer rests on, as far as that is known.
    GroundAnswer {
        /// Which.
        message: MessageId,
        /// All of it.
        sources: Box<Sources>,
    },
    /// An answer is another text now than what came piece by piece.
    ReviseAnswer {
        /// Which.
        message: MessageId,
        /// All of it.
        text: String,
    },
    /// An answer has ended.
    FinishAnswer {
        /// Which.
        message: MessageId,
        /// How.
        end: AnswerEnd,
    },
    /// Add another version of a message beside it, as the new head.
    Edit {
        /// The message to be edited; it stays as it is.
        message: MessageId,
        /// The name of the new version.
        id: MessageId,
        /// Its text.
        content: String,
    },
    /// Show the branch of another version: the head goes to the newest leaf below it.
    SwitchBranch(MessageId),
    /// Delete a message with all that follows it: `MessagesDeleted` follows.
    DeleteMessage(MessageId),
    /// Undo that: `Read` follows.
    RestoreMessages(DeletedMessages),
    /// Look for words in titles and messages: `Found` follows, unless a later search came first.
    Search {
        /// As typed.
        query: String,
        /// At most so many results.
        limit: usize,
    },
    /// Find a name for an export that no file has: `ExportProposed` follows.
    ProposeExport(PathBuf),
    /// Write a conversation to a file: `Exported` follows.
    Export {
        /// Which.
        conversation: ConversationId,
        /// In which form.
        format: ExportFormat,
        /// Where to.
        path: PathBuf,
        /// Whether a file that is there may be replaced; otherwise [`StoreError::Exists`] is the answer.
        replace: bool,
    },
    /// Read a conversation from an exported JSON file: `Imported` follows.
    Import(PathBuf),
}

/// In which form a conversation leaves the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// The branch that is shown, for people.
    Markdown,
    /// All branches, for programs; can be imported again.
    Json,
}

/// What happened in the store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum StoreEvent {
    /// The store is open; the first event, or else `OpenFailed`.
    Opened {
        /// All conversations, as in `Listed`.
        conversations: Vec<Summary>,
        /// How many answers the program's last end has interrupted.
        interrupted_answers: usize,
    },
    /// What was typed and not sent before the program ended; follows `Opened`, if there is any.
    DraftsRead(Vec<Draft>),
    /// Another program, such as a conversation in a terminal, has changed something: all
    /// conversations, as in `Listed`.
    ChangedElsewhere(Vec<Summary>),
    /// The store cannot be opened; no command will be carried out.
    OpenFailed(StoreError),
    /// All conversations: pinned first, then the newest first.
    Listed(Vec<Summary>),
    /// A conversation is new or its line in the list changed.
    ConversationChanged(Summary),
    /// A conversation is gone from the list.
    ConversationDeleted(ConversationId),
    /// A conversation with all its living messages, in order of creation.
    Read {
        /// It.
        conversation: Box<Conversation>,
        /// Its messages.
        messages: Vec<StoredMessage>,
    },
    /// A message is new, or an answer has ended. Not sent while an answer grows.
    MessageChanged(Box<StoredMessage>),
    /// Another branch is shown.
    HeadMoved {
        /// Of this conversation.
        conversation: ConversationId,
        /// Its last message.
        head: Option<MessageId>,
    },
    /// Messages are gone; `RestoreMessages` with this brings them back.
    MessagesDeleted(DeletedMessages),
    /// The answer to `Search`.
    Found {
        /// As asked.
        query: String,
        /// The best first.
        results: Vec<Found>,
    },
    /// The answer to `ProposeExport`.
    ExportProposed {
        /// As asked.
        wanted: PathBuf,
        /// The same, or the nearest name that is free.
        free: PathBuf,
    },
    /// A file was written.
    Exported {
        /// Which conversation.
        conversation: ConversationId,
        /// Where.
        path: PathBuf,
    },
    /// A conversation was read from a file.
    Imported(Summary),
    /// A command was not carried out.
    Failed {
        /// What was being done, in words that end a sentence: `rename the conversation`.
        task: String,
        /// The conversation it was about, as far as known.
        conversation: Option<ConversationId>,
        /// The message it was about, as far as known.
        message: Option<MessageId>,
        /// Why.
        error: StoreError,
    },
}

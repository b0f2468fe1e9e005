//! Conversations on disk: a passive store that faces and scripts use.
//!
//! ```text
//! window ── StoreCommand ──▶ worker.rs ──▶ Store ──▶ conversations.db
//!    ◀───── StoreEvent ─────────┘            ▲
//! command line, scripts ─────────────────────┘
//! ```
//!
//! A conversation is a tree of messages: editing and regenerating add branches and overwrite
//! nothing. An answer is kept while it streams, so that a killed program loses at most a moment.
//! The engine does not look in here; a request brings its messages.

mod answers;
mod backup;
mod command;
mod conversation;
mod desk;
mod destination;
mod drafts;
mod error;
mod export;
mod footnotes;
mod id;
mod message;
mod messages;
mod process;
mod schema;
mod search;
mod sources;
mod store;
mod title;
mod tree;
pub(crate) mod words;
mod worker;

#[cfg(test)]
mod tests;

pub use command::{ExportFormat, StoreCommand, StoreEvent};
pub use conversation::{Conversation, Summary, TitleSource};
pub use drafts::Draft;
pub use error::StoreError;
pub use id::{ConversationId, MessageId};
pub use message::{
    AnswerEnd, AnswerText, DeletedMessages, MessageState, NewMessage, StoredMessage,
};
pub use search::Found;
pub use sources::{Source, SourcePlace, Sources};
pub use store::Store;
pub use tree::MessageTree;
pub use worker::{WRITE_INTERVAL, Worker};

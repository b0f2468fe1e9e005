//! One conversation as it is kept, apart from its messages.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ConversationId, MessageId};
use crate::documents::store::CollectionId;
use crate::models::ModelId;
use crate::settings::Overrides;

/// A conversation, without its messages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    /// Its name.
    pub id: ConversationId,
    /// Its title; empty until there is a first message.
    pub title: String,
    /// Who chose the title.
    pub title_source: TitleSource,
    /// Whether it stays on top of the list.
    pub pinned: bool,
    /// When it was created.
    pub created: Timestamp,
    /// When a message was last added, or an answer ended.
    pub updated: Timestamp,
    /// The model it was last used with.
    pub model: Option<ModelId>,
    /// Its own settings, over those of the model.
    pub settings: Overrides,
    /// The collections of documents that it is answered from; empty for none.
    #[serde(default)]
    pub collections: Vec<CollectionId>,
    /// The last message of the branch that is shown; `None` while there is none.
    pub head: Option<MessageId>,
}

/// A line in the list of conversations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Its name.
    pub id: ConversationId,
    /// Its title; empty until there is a first message.
    pub title: String,
    /// Whether it stays on top of the list.
    pub pinned: bool,
    /// When a message was last added, or an answer ended.
    pub updated: Timestamp,
}

impl From<&Conversation> for Summary {
    fn from(conversation: &Conversation) -> Self {
        Self {
            id: conversation.id,
            title: conversation.title.clone(),
            pinned: conversation.pinned,
            updated: conversation.updated,
        }
    }
}

/// Who chose a title.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TitleSource {
    /// Made from the first message; follows it when that is edited.
    #[default]
    Automatic,
    /// Typed by the person; stays.
    Manual,
}

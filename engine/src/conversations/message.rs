//! One message as it is kept, and what is told to the store about it.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ConversationId, MessageId, Sources};
use crate::{Finish, Message, Role};

/// A message on disk: a node of its conversation's tree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredMessage {
    /// Its name.
    pub id: MessageId,
    /// Where it belongs.
    pub conversation: ConversationId,
    /// What it answers or follows; `None` for a first message.
    pub parent: Option<MessageId>,
    /// Who said it.
    pub role: Role,
    /// What was said; Markdown as a rule.
    pub content: String,
    /// What the model thought before it.
    pub reasoning: Option<String>,
    /// How long it thought.
    pub reasoning_duration: Option<Duration>,
    /// How far it came.
    pub state: MessageState,
    /// Why it failed, in words, if it did.
    pub error: Option<String>,
    /// Display name of the model that wrote it.
    pub model: Option<String>,
    /// How the answer ended and what it took.
    pub finish: Option<Finish>,
    /// How many of the oldest messages were left out of the prompt, with the person's consent.
    pub dropped_messages: usize,
    /// What it rests on.
    #[serde(default, skip_serializing_if = "Sources::is_empty")]
    pub sources: Sources,
    /// When it was created.
    pub created: Timestamp,
}

impl StoredMessage {
    /// As the engine wants it in a [`crate::GenerateRequest`].
    #[must_use]
    pub fn to_message(&self) -> Message {
        Message {
            reasoning: self.reasoning.clone(),
            ..Message::new(self.role, self.content.clone())
        }
    }
}

/// How far a message came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// All there.
    #[default]
    Complete,
    /// Being written right now.
    Streaming,
    /// The program ended while it was being written.
    Interrupted,
    /// The person stopped it.
    Stopped,
    /// The engine gave up; see [`StoredMessage::error`].
    Failed,
}

/// A message to be kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewMessage {
    /// Its name, from [`MessageId::new`].
    pub id: MessageId,
    /// Where it belongs.
    pub conversation: ConversationId,
    /// What it answers or follows.
    pub parent: Option<MessageId>,
    /// Who says it.
    pub role: Role,
    /// What is said; empty for an answer that is only beginning.
    pub content: String,
    /// Display name of the model that writes it.
    pub model: Option<String>,
}

impl NewMessage {
    /// A message of the person.
    pub fn user(
        conversation: ConversationId,
        parent: Option<MessageId>,
        content: impl Into<String>,
    ) -> Self {
        let (id, role) = (MessageId::new(), Role::User);
        Self { id, conversation, parent, role, content: content.into(), model: None }
    }

    /// An answer that is about to be written.
    pub fn answer(
        conversation: ConversationId,
        parent: Option<MessageId>,
        model: impl Into<String>,
    ) -> Self {
        let (id, role) = (MessageId::new(), Role::Assistant);
        let model = Some(model.into());
        Self { id, conversation, parent, role, content: String::new(), model }
    }
}

/// An answer so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AnswerText {
    /// The whole text until now.
    pub content: String,
    /// The whole thinking until now; empty for none.
    pub reasoning: String,
    /// How long the model has thought.
    pub reasoning_duration: Option<Duration>,
    /// How many of the oldest messages were left out of the prompt.
    pub dropped_messages: usize,
    /// What it rests on, as far as that is known.
    pub sources: Sources,
}

/// How an answer ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum AnswerEnd {
    /// As the engine said. [`crate::StopReason::Cancelled`] makes the message `Stopped`, every
    /// other reason makes it `Complete`.
    Finished(Finish),
    /// The engine gave up; what it said, in words.
    Failed(String),
    /// The person no longer wanted it, and the engine was not asked how far it came.
    Stopped,
    /// Nobody writes on, and the engine did not say how it ended.
    Interrupted,
}

/// What a deletion did, and all that is needed to undo it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletedMessages {
    /// Where.
    pub conversation: ConversationId,
    /// The message that was deleted, with all that followed it.
    pub message: MessageId,
    /// How many messages went.
    pub count: usize,
    /// The conversation's head before.
    pub head_before: Option<MessageId>,
    /// The conversation's head now.
    pub head: Option<MessageId>,
}

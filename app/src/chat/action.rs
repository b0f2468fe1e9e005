//! What can be asked of the open conversation.

use engine::conversations::{ConversationId, DeletedMessages, MessageId};
use engine::documents::store::CollectionId;
use engine::settings::Value;

use super::asking::AskDocuments;
use super::overflow::Choice;

/// See the module documentation.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// Begin a new conversation.
    New,
    /// Show a conversation, and in it a message.
    Open {
        /// Which.
        conversation: ConversationId,
        /// Where to scroll to; `None` for the end.
        message: Option<MessageId>,
    },
    /// Show what a search found, with the words marked.
    OpenFound {
        /// Where.
        conversation: ConversationId,
        /// Which; `None` for the end.
        message: Option<MessageId>,
        /// What to mark, if it is there.
        words: String,
    },
    /// The draft was typed in.
    DraftChanged,
    /// Send the draft, or queue it while an answer is being written.
    Send,
    /// Stop the answer in the open conversation.
    Stop,
    /// Stop the answers in all conversations.
    StopAll,
    /// Take a waiting message back into the draft.
    EditQueued(u64),
    /// Forget a waiting message.
    RemoveQueued(u64),
    /// Copy a message's Markdown.
    Copy(MessageId),
    /// Copy the Markdown of the last answer.
    CopyLast,
    /// Say something else in a message's place; of a person's message, with a new answer.
    Edit(MessageId, String),
    /// Write an answer again.
    Regenerate(MessageId),
    /// Ask documents again for another version of an answer.
    AskAgain(MessageId, AskDocuments),
    /// Write the last answer again.
    RegenerateLast,
    /// Go on with an answer that was stopped or cut off.
    Continue(MessageId),
    /// Show the place in an app's script at which this answer of it failed.
    OpenInEditor(MessageId),
    /// Delete a message with all that follows it.
    Delete(MessageId),
    /// Show the version before (-1) or after (1).
    Branch(MessageId, isize),
    /// Open the find bar, or put the cursor into it.
    OpenFind,
    /// Close the find bar.
    CloseFind,
    /// The text of the find bar was typed in.
    FindChanged(String),
    /// Go to the next match, or the one before.
    FindMove(isize),
    /// Put the cursor into the message field.
    FocusComposer,
    /// What to do with a conversation that is too long.
    Decide(Choice),
    /// Set something for the open conversation only; `None` goes back to the model's setting.
    SetOverride {
        /// Which, from the table of settings.
        key: &'static str,
        /// To what.
        value: Option<Value>,
    },
    /// Answer the open conversation from these collections of documents; none for not at all.
    SetCollections(Vec<CollectionId>),
    /// Answer the open conversation from this collection too.
    AddCollection(CollectionId),
    /// Begin a conversation that is answered from this collection.
    AskCollection(CollectionId),
    /// Begin a conversation with the guide.
    AskGuide,
    /// Undo a deletion.
    RestoreMessages(DeletedMessages),
}

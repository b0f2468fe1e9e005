//! Which conversations are alive in the window, which one is open, and what stands around it.

use std::collections::HashMap;

use engine::conversations::{Conversation, ConversationId, MessageId, StoredMessage, Worker};
use engine::documents::store::CollectionId;
use engine::inference::MeasureRequest;
use engine::settings::{ModelSettings, Overrides};
use engine::{Message, Role};

use super::find::Find;
use super::meter::Meter;
use super::overflow::Question;
use super::prompt;
use super::room::{Queued, Room};
use super::transcript::Transcript;

/// What the window knows of the contents of conversations.
#[derive(Default)]
pub(crate) struct State {
    /// The open conversation, and those in which something still happens.
    pub(super) rooms: HashMap<ConversationId, Room>,
    /// The open one; `None` for a new conversation that has no message yet.
    pub(super) open: Option<ConversationId>,
    /// The one that was asked of the store and will be open.
    pub(super) opening: Option<ConversationId>,
    /// A message to be shown once its conversation is open.
    pub(super) go_to: Option<MessageId>,
    /// What is to be marked there.
    pub(super) go_to_words: Option<String>,
    /// The conversation that was drawn last.
    pub(super) shown: Option<ConversationId>,
    /// A message to scroll to in the next frame.
    pub(super) scroll_to: Option<MessageId>,
    /// Whether the next frame scrolls to the end.
    pub(super) follow_end: bool,
    /// The settings that a new conversation will have.
    pub(super) new_settings: Overrides,
    /// The collections that a new conversation will be answered from.
    pub(super) new_collections: Vec<CollectionId>,
    pub(super) next_queued: u64,
    pub(super) meter: Meter,
    pub(super) find: Option<Find>,
    /// What the person is asked when a conversation is too long.
    pub(super) question: Option<Question>,
    /// The answer to be tried again when the model is loaded with a larger context.
    pub(super) retry_when_loaded: Option<(ConversationId, MessageId)>,
}

impl State {
    /// The open conversation.
    pub(crate) fn room(&self) -> Option<&Room> {
        self.rooms.get(&self.open?)
    }

    pub(super) fn room_mut(&mut self) -> Option<&mut Room> {
        self.rooms.get_mut(&self.open?)
    }

    /// What is known of the open conversation beside its messages.
    pub(crate) fn conversation(&self) -> Option<&Conversation> {
        self.room().map(|room| &room.conversation)
    }

    /// The name of the open conversation, or of the one that will be open in a moment.
    pub(crate) fn open_id(&self) -> Option<ConversationId> {
        self.opening.or(self.open)
    }

    /// Whether a conversation was asked for and is not here yet.
    pub(crate) fn is_opening(&self) -> bool {
        self.opening.is_some()
    }

    /// Whether an answer is being written in the open conversation.
    pub(crate) fn is_answering(&self) -> bool {
        self.room().is_some_and(Room::is_answering)
    }

    /// Whether an answer is being written in this conversation.
    pub(crate) fn is_answering_in(&self, conversation: ConversationId) -> bool {
        self.rooms.get(&conversation).is_some_and(Room::is_answering)
    }

    /// Whether an answer is being written anywhere.
    pub(crate) fn is_answering_anywhere(&self) -> bool {
        self.rooms.values().any(Room::is_answering)
    }

    /// The messages that wait in the open conversation.
    pub(crate) fn queue(&self) -> &[Queued] {
        self.room().map_or(&[], |room| room.queue.as_slice())
    }

    /// The messages of the visible branch, oldest first.
    pub(crate) fn branch(&self) -> impl DoubleEndedIterator<Item = &StoredMessage> {
        self.room().into_iter().flat_map(Room::branch)
    }

    /// What the open (or new) conversation wants otherwise than its model.
    pub(crate) fn overrides(&self) -> &Overrides {
        self.conversation().map_or(&self.new_settings, |open| &open.settings)
    }

    /// The collections that the open (or new) conversation is answered from.
    pub(crate) fn collections(&self) -> &[CollectionId] {
        self.conversation().map_or(&self.new_collections, |open| &open.collections)
    }

    /// The count of tokens.
    pub(crate) fn meter(&self) -> &Meter {
        &self.meter
    }

    /// The find bar, if it is open.
    pub(crate) fn find(&self) -> Option<&Find> {
        self.find.as_ref()
    }

    /// What the person is asked, if a conversation is too long.
    pub(crate) fn question(&self) -> Option<&Question> {
        self.question.as_ref()
    }

    /// The open conversation has changed: count and find again.
    pub(super) fn changed(&mut self) {
        self.meter.changed();
        self.find_again();
    }

    /// Looks for the text of the find bar again.
    pub(super) fn find_again(&mut self) {
        let Some(mut find) = self.find.take() else { return };
        match self.room() {
            Some(room) => find.search(room.branch().map(|message| room.drawn_text_of(message))),
            None => find.search(std::iter::empty()),
        }
        self.find = Some(find);
    }

    /// Leads the eye to what was asked for since the last frame.
    pub(super) fn lead(&mut self, transcript: &mut Transcript) {
        if self.shown != self.open {
            self.shown = self.open;
            transcript.reset();
        }
        if std::mem::take(&mut self.follow_end) {
            transcript.jump_to_end();
        }
        if let Some(message) = self.scroll_to.take() {
            transcript.jump_to(super::messages::key(message));
        }
    }

    /// The window closes: the engine's work is stopped, and what has come is kept. Answers that had
    /// not ended count as interrupted.
    pub(crate) fn close(&mut self, store: &Worker) {
        for room in self.rooms.values_mut() {
            room.close(store);
        }
    }

    /// Lets go of rooms in which nothing happens.
    pub(super) fn leave_quiet_rooms(&mut self) {
        let open = self.open;
        self.rooms.retain(|&id, room| Some(id) == open || !room.is_quiet());
    }

    /// What is to be counted: the visible branch and the draft.
    pub(super) fn measure_request(&self, draft: &str, settings: &ModelSettings) -> MeasureRequest {
        let mut messages = match self.room() {
            Some(room) => room.prompt_to(room.path().last().copied(), settings),
            None => prompt::messages(settings.system_prompt.as_deref(), std::iter::empty()),
        };
        if !draft.trim().is_empty() {
            prompt::join(&mut messages, Message::new(Role::User, draft.trim()));
        }
        MeasureRequest { messages, ..MeasureRequest::default() }
    }
}

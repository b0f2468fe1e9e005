//! What is asked of the conversation, carried out.

use engine::conversations::{Conversation, ConversationId, MessageId, StoreCommand, TitleSource};
use engine::documents::store::CollectionId;
use engine::inference::Overflow;
use engine::settings::{ModelSettings, Overrides, Value};

use super::asking::How;
use super::overflow::Choice;
use super::room::{Queued, Room};
use super::{Action, Draft, State};
use crate::reach::Reach;
use crate::scripts::{self, Answerer};
use crate::{documents, models, settings, shell};

/// How a conversation with the guide begins.
const GUIDE: &str = "/guide ";

/// What a conversation needs to know of the other nouns.
#[derive(Clone, Copy)]
pub(crate) struct Around<'a> {
    /// Which model answers.
    pub(crate) models: &'a models::State,
    /// With which settings.
    pub(crate) settings: &'a settings::State,
    /// Which apps can answer instead.
    pub(crate) scripts: &'a scripts::State,
    /// Which documents can be asked.
    pub(crate) documents: &'a documents::State,
}

impl<'a> Around<'a> {
    /// Who answers what a person wrote.
    pub(crate) fn answerer<'t>(&self, asked: &'t str) -> Answerer<'a, 't> {
        self.scripts.answerer(asked)
    }

    /// Whether there is somebody who can answer it.
    pub(crate) fn can_answer(&self, asked: &str) -> bool {
        self.models.can_answer() || matches!(self.answerer(asked), Answerer::App { .. })
    }

    /// The settings for the answering model in a conversation with these overrides.
    pub(crate) fn effective(&self, overrides: &Overrides) -> ModelSettings {
        let model = self.models.answering().map(|model| &model.id);
        self.settings.effective(model, self.models.defaults(model), overrides)
    }
}

impl State {
    /// Carries out one action.
    pub(crate) fn run(
        &mut self,
        action: Action,
        draft: &mut Draft,
        around: Around<'_>,
        reach: &mut Reach<'_>,
    ) {
        match action {
            Action::New => self.begin_new(draft),
            Action::Open { conversation, message } => {
                self.show_conversation(conversation, message, draft, reach);
            }
            Action::OpenFound { conversation, message, words } => {
                self.show_conversation(conversation, message, draft, reach);
                self.mark_once_open(message, words);
            }
            Action::DraftChanged => {
                self.meter.changed();
                self.keep_unsent(self.open, draft, reach);
            }
            Action::Send => {
                self.send(draft, around, reach);
                reach.notices.sent();
            }
            Action::EditQueued(id) => self.edit_queued(id, draft),
            Action::RemoveQueued(id) => {
                self.take_queued(id);
            }
            Action::CopyLast => self.copy_last(reach),
            Action::Copy(id) => self.copy(id, reach),
            Action::OpenFind => {
                self.find.get_or_insert_default();
                (draft.focus_find, draft.focus_composer) = (true, false);
                self.find_again();
            }
            Action::CloseFind => {
                self.find = None;
                draft.focus_composer = true;
            }
            Action::FindChanged(query) => self.look_for(query),
            Action::FindMove(step) => {
                if let Some(find) = &mut self.find {
                    find.move_by(step);
                }
                self.go_to_match();
            }
            Action::FocusComposer => draft.focus_composer = true,
            Action::Decide(choice) => self.decide(choice, around, reach),
            Action::SetOverride { key, value } => self.set_override(key, value, reach),
            Action::SetCollections(collections) => self.set_collections(collections, reach),
            Action::AddCollection(collection) => self.add_collection(collection, reach),
            Action::AskCollection(collection) => {
                self.begin_new(draft);
                self.new_collections = vec![collection];
                reach.then(shell::Action::Show(shell::Page::Chat));
            }
            Action::AskGuide => {
                self.begin_new(draft);
                *draft.text_mut(None) = GUIDE.to_owned();
                draft.cursor_to_end = true;
            }
            Action::RestoreMessages(deleted) => {
                reach.keep(StoreCommand::RestoreMessages(deleted));
            }
            Action::StopAll => self.rooms.values_mut().for_each(Room::stop),
            Action::Stop => self.stop(draft),
            Action::Edit(..)
            | Action::Regenerate(_)
            | Action::RegenerateLast
            | Action::AskAgain(..)
            | Action::Continue(_)
            | Action::OpenInEditor(_)
            | Action::Delete(_)
            | Action::Branch(..) => {
                // The button that was pressed goes with the answer's end, or with its beginning.
                draft.focus_composer |= matches!(action, Action::Edit(..) | Action::Continue(_));
                self.run_in_room(action, around, reach);
            }
        }
    }

    fn run_in_room(&mut self, action: Action, around: Around<'_>, reach: &mut Reach<'_>) {
        let Some(room) = self.room_mut() else { return };
        let mut answers = false;
        let how = How::default();
        match action {
            Action::Edit(id, text) => {
                room.edit(id, &text, around, reach);
                answers = true;
            }
            Action::Regenerate(id) => answers = room.regenerate(id, &how, around, reach),
            Action::AskAgain(id, documents) => {
                let how = How { documents: Some(documents), ..how };
                answers = room.regenerate(id, &how, around, reach);
            }
            Action::RegenerateLast => {
                if let Some(id) = room.last_answer() {
                    answers = room.regenerate(id, &how, around, reach);
                }
            }
            Action::Continue(id) => answers = room.go_on(id, &how, around, reach),
            Action::OpenInEditor(id) => open_in_editor(room, id, around, reach),
            Action::Delete(id) => room.delete(id, reach),
            Action::Branch(id, step) => room.show_branch(id, step, reach),
            _ => return,
        }
        self.follow_end |= answers;
        self.changed();
    }

    /// Takes a message that waits back into the field.
    fn edit_queued(&mut self, id: u64, draft: &mut Draft) {
        if let Some(queued) = self.take_queued(id) {
            draft.prepend(self.open, &queued.text);
            draft.focus_composer = true;
            self.meter.changed();
        }
    }

    fn copy_last(&mut self, reach: &mut Reach<'_>) {
        if let Some(id) = self.room().and_then(Room::last_answer) {
            self.copy(id, reach);
        }
    }

    /// Stops the answer. What waits for it would be sent at once, so it goes back to where it was
    /// written.
    fn stop(&mut self, draft: &mut Draft) {
        let Some(room) = self.room_mut() else { return };
        room.stop();
        draft.focus_composer = true;
        let waiting: Vec<_> = room.queue.drain(..).map(|queued| queued.text).collect();
        if !waiting.is_empty() {
            draft.prepend(self.open, &waiting.join("\n\n"));
            draft.cursor_to_end = true;
            self.meter.changed();
        }
    }

    fn begin_new(&mut self, draft: &mut Draft) {
        self.open = None;
        self.opening = None;
        self.find = None;
        self.question = None;
        self.new_settings = Overrides::default();
        self.new_collections.clear();
        self.leave_quiet_rooms();
        self.meter.forget();
        draft.focus_composer = true;
    }

    fn show_conversation(
        &mut self,
        conversation: ConversationId,
        message: Option<MessageId>,
        draft: &mut Draft,
        reach: &Reach<'_>,
    ) {
        self.go_to = message;
        self.go_to_words = None;
        draft.focus_composer = true;
        if self.open_id() == Some(conversation) {
            self.show_message();
        } else if self.rooms.contains_key(&conversation) {
            self.enter(conversation);
        } else {
            self.opening = Some(conversation);
            reach.keep(StoreCommand::Read(conversation));
        }
    }

    /// Opens a room that is there.
    pub(super) fn enter(&mut self, conversation: ConversationId) {
        self.open = Some(conversation);
        self.opening = None;
        self.find = None;
        self.question = None;
        self.follow_end = true;
        self.leave_quiet_rooms();
        self.meter.forget();
        self.show_message();
    }

    /// Goes to the message that was asked for, on whichever branch it is.
    pub(super) fn show_message(&mut self) {
        if self.opening.is_some() {
            return;
        }
        let Some(room) = self.open.and_then(|open| self.rooms.get_mut(&open)) else { return };
        let message = self.go_to.take().filter(|&id| room.tree().get(id).is_some());
        if let Some(id) = message {
            if !room.path().contains(&id) {
                room.set_head(Some(room.tree().newest_leaf(id)));
            }
            self.scroll_to = Some(id);
            self.follow_end = false;
        }
        if let Some(words) = self.go_to_words.take() {
            self.mark(message, words);
        }
    }

    /// Marks words as soon as the conversation that was asked for is there.
    fn mark_once_open(&mut self, message: Option<MessageId>, words: String) {
        if self.opening.is_some() {
            self.go_to_words = Some(words);
        } else {
            self.mark(message, words);
        }
    }

    /// Marks words as the find bar does, if they are there, beginning with a message or the first.
    fn mark(&mut self, message: Option<MessageId>, query: String) {
        self.find = Some(super::find::Find::of(query));
        self.find_again();
        let row =
            self.room().and_then(|room| room.path().iter().position(|&id| Some(id) == message));
        self.find = self.find.take().filter(|find| find.current().is_some());
        if let (Some(row), Some(find)) = (row, &mut self.find) {
            find.go_to_row(row);
        }
    }

    fn look_for(&mut self, query: String) {
        let find = self.find.get_or_insert_default();
        find.query = query;
        find.restart();
        self.find_again();
        self.go_to_match();
    }

    fn go_to_match(&mut self) {
        let Some(found) = self.find.as_ref().and_then(super::find::Find::current) else { return };
        let row = self.room().and_then(|room| room.path().get(found.row).copied());
        self.scroll_to = row.or(self.scroll_to);
    }

    fn send(&mut self, draft: &mut Draft, around: Around<'_>, reach: &mut Reach<'_>) {
        let text = message(draft.text(self.open));
        if text.is_empty() || self.opening.is_some() || !self.can_send(&text, around) {
            return;
        }
        draft.clear(self.open);
        draft.focus_composer = true;
        self.keep_unsent(self.open, draft, reach);
        let conversation = self.open_or_create(around, reach);
        let id = self.next_queued;
        if let Some(room) = self.rooms.get_mut(&conversation) {
            if room.is_answering() {
                room.queue.push(Queued { id, text });
                self.next_queued += 1;
            } else {
                room.say(text, around, reach);
            }
        }
        self.follow_end = true;
        self.changed();
    }

    /// Whether there is somebody who can answer this in the open (or new) conversation.
    pub(crate) fn can_send(&self, text: &str, around: Around<'_>) -> bool {
        !self.collections().is_empty() || around.can_answer(text)
    }

    fn open_or_create(&mut self, around: Around<'_>, reach: &Reach<'_>) -> ConversationId {
        if let Some(open) = self.open {
            return open;
        }
        let id = ConversationId::new();
        let settings = std::mem::take(&mut self.new_settings);
        let collections = std::mem::take(&mut self.new_collections);
        let model = around.models.answering().map(|model| model.id.clone());
        reach.keep(StoreCommand::Create(id));
        if !settings.is_empty() {
            reach.keep(StoreCommand::SetSettings { conversation: id, settings: settings.clone() });
        }
        if !collections.is_empty() {
            let collections = collections.clone();
            reach.keep(StoreCommand::SetCollections { conversation: id, collections });
        }
        reach.keep(StoreCommand::SetModel { conversation: id, model: model.clone() });
        let now = jiff::Timestamp::now();
        let conversation = Conversation {
            id,
            title: String::new(),
            title_source: TitleSource::Automatic,
            pinned: false,
            created: now,
            updated: now,
            model,
            settings,
            collections,
            head: None,
        };
        self.rooms.insert(id, Room::new(conversation, Vec::new()));
        self.open = Some(id);
        id
    }

    fn take_queued(&mut self, id: u64) -> Option<Queued> {
        let queue = &mut self.room_mut()?.queue;
        let place = queue.iter().position(|queued| queued.id == id)?;
        Some(queue.remove(place))
    }

    fn copy(&self, id: MessageId, reach: &mut Reach<'_>) {
        let Some(room) = self.room() else { return };
        if let Some(message) = room.tree().get(id) {
            reach.ctx.copy_text(room.text_of(message).to_owned());
            reach.notices.done("Copied", None);
        }
    }

    fn set_override(&mut self, key: &str, value: Option<Value>, reach: &mut Reach<'_>) {
        let overrides = match self.open.and_then(|open| self.rooms.get_mut(&open)) {
            Some(room) => &mut room.conversation.settings,
            None => &mut self.new_settings,
        };
        if let Err(error) = overrides.set(key, value) {
            reach.notices.failed(error.to_string());
            return;
        }
        if let Some(conversation) = self.open {
            let settings = overrides.clone();
            reach.keep(StoreCommand::SetSettings { conversation, settings });
        }
        self.meter.changed();
    }

    fn add_collection(&mut self, collection: CollectionId, reach: &Reach<'_>) {
        let mut collections = self.collections().to_vec();
        if !collections.contains(&collection) {
            collections.push(collection);
            self.set_collections(collections, reach);
        }
    }

    fn set_collections(&mut self, collections: Vec<CollectionId>, reach: &Reach<'_>) {
        match self.open.and_then(|open| self.rooms.get_mut(&open)) {
            Some(room) => {
                let conversation = room.conversation.id;
                room.conversation.collections.clone_from(&collections);
                reach.keep(StoreCommand::SetCollections { conversation, collections });
            }
            None => self.new_collections = collections,
        }
    }

    fn decide(&mut self, choice: Choice, around: Around<'_>, reach: &mut Reach<'_>) {
        let Some(question) = self.question.take() else { return };
        if let Choice::RaiseContext(tokens) = choice {
            self.retry_when_loaded = Some((question.conversation, question.answer));
            reach.then(models::Action::RaiseContext(tokens));
            return;
        }
        if choice == Choice::DropAlways {
            let value = Some(Value::Text("drop_oldest".to_owned()));
            self.set_override("overflow", value, reach);
        }
        if matches!(choice, Choice::DropOnce | Choice::DropAlways) {
            if let Some(room) = self.rooms.get_mut(&question.conversation) {
                let how = How { overflow: Some(Overflow::DropOldest), ..How::default() };
                room.go_on(question.answer, &how, around, reach);
            }
            self.changed();
        }
    }
}

/// What is sent of what was typed. A space before `/` stays: it says that no app is meant.
fn message(typed: &str) -> String {
    let text = typed.trim();
    let meant_as_text = text.starts_with('/') && typed.starts_with(char::is_whitespace);
    if meant_as_text { format!(" {text}") } else { text.to_owned() }
}

/// Shows where the app failed that wrote this answer.
fn open_in_editor(room: &Room, id: MessageId, around: Around<'_>, reach: &mut Reach<'_>) {
    let app = match around.answerer(room.asked_at(id)) {
        Answerer::App { app, .. } => app.clone(),
        Answerer::Chat => around.scripts.chat().clone(),
        Answerer::Model => return,
    };
    let error = room.tree().get(id).and_then(|message| message.error.as_deref());
    let at = error.and_then(scripts::place_in);
    reach.then(scripts::Action::Edit { app, at });
}

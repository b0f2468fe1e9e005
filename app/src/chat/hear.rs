//! What the engine and the store say about conversations, taken in.

use std::time::Duration;

use engine::conversations::{
    self, Conversation, ConversationId, StoreCommand, StoreEvent, Summary,
};

use super::asking::How;
use super::overflow::{Question, larger_context};
use super::room::{Room, TooLong};
use super::run::Around;
use super::{Draft, State};
use crate::reach::Reach;

impl State {
    /// Takes in what the engine said since the last frame, and sends what waited for it. Returns
    /// when to come again for the meter.
    pub(crate) fn hear_engine(
        &mut self,
        draft: &Draft,
        around: Around<'_>,
        reach: &mut Reach<'_>,
        now: f64,
    ) -> Option<Duration> {
        self.retry_after_load(around, reach);
        let mut open_changed = false;
        let mut open_ended = false;
        let mut question = None;
        for (&id, room) in &mut self.rooms {
            let was_answering = room.is_answering();
            let (changed, too_long) = room.hear_answers(reach);
            question = question.or(too_long.map(|too_long| (id, too_long)));
            let mut sent = false;
            if too_long.is_none() {
                sent = room.send_queued(around, reach);
            }
            if Some(id) == self.open {
                open_changed |= changed;
                open_ended |= (was_answering && !room.is_answering()) || sent;
            }
        }
        if let Some((conversation, too_long)) = question
            && Some(conversation) == self.open
        {
            let trained = around.models.answering().map_or(0, |model| model.trained_context_length);
            self.question = Some(ask(conversation, too_long, trained));
        }
        if open_ended {
            self.meter.changed();
        } else if open_changed {
            self.meter.grows();
        }
        if open_changed {
            self.find_again();
        }
        self.keep_changed_queues(draft, reach);
        self.leave_quiet_rooms();
        self.count(draft, around, reach, now)
    }

    /// Messages that came to wait, or wait no longer, change what is to come back after an end.
    fn keep_changed_queues(&mut self, draft: &Draft, reach: &Reach<'_>) {
        let rooms = self.rooms.iter_mut();
        let changed: Vec<_> =
            rooms.filter_map(|(&id, room)| room.queue_has_changed().then_some(id)).collect();
        for id in changed {
            self.keep_unsent(Some(id), draft, reach);
        }
    }

    /// Has the store keep what was written in a conversation and not sent: first what waits, then what
    /// is being typed.
    pub(super) fn keep_unsent(
        &self,
        conversation: Option<ConversationId>,
        draft: &Draft,
        reach: &Reach<'_>,
    ) {
        let room = conversation.and_then(|id| self.rooms.get(&id));
        let waiting = room.into_iter().flat_map(|room| &room.queue).map(|queued| &*queued.text);
        let texts = waiting.chain(std::iter::once(draft.text(conversation)));
        let texts: Vec<_> = texts.filter(|text| !text.trim().is_empty()).collect();
        let text = texts.join("\n\n");
        reach.keep(StoreCommand::KeepDraft(conversations::Draft { conversation, text }));
    }

    /// Another program changed conversations: the open one is read again if it was among them.
    fn read_what_changed(&self, list: &[Summary], reach: &Reach<'_>) {
        let Some(room) = self.room().filter(|room| room.is_quiet()) else { return };
        let Conversation { id, updated, .. } = room.conversation;
        if list.iter().any(|summary| summary.id == id && summary.updated != updated) {
            reach.keep(StoreCommand::Read(id));
        }
    }

    fn retry_after_load(&mut self, around: Around<'_>, reach: &mut Reach<'_>) {
        if around.models.is_loading() {
            return;
        }
        if let Some((conversation, answer)) = self.retry_when_loaded.take()
            && let Some(room) = self.rooms.get_mut(&conversation)
        {
            room.go_on(answer, &How::default(), around, reach);
        }
    }

    fn count(
        &mut self,
        draft: &Draft,
        around: Around<'_>,
        reach: &Reach<'_>,
        now: f64,
    ) -> Option<Duration> {
        let mut meter = std::mem::take(&mut self.meter);
        let again = meter.hear(now, reach.engine, reach.wake, || {
            around.models.answering()?;
            let settings = around.effective(self.overrides());
            Some(self.measure_request(draft.text(self.open), &settings))
        });
        self.meter = meter;
        again
    }

    /// Another model answers, or none: its tokens are other tokens.
    pub(crate) fn hear_model_changed(&mut self) {
        self.meter.forget();
    }

    /// Takes in one word of the store.
    pub(crate) fn hear_store(
        &mut self,
        event: &StoreEvent,
        draft: &mut Draft,
        reach: &mut Reach<'_>,
    ) {
        match event {
            StoreEvent::Read { conversation, messages } => {
                let id = conversation.id;
                match self.rooms.get_mut(&id) {
                    Some(room) => room.renew((**conversation).clone(), messages.clone()),
                    None if self.opening == Some(id) => {
                        let room = Room::new((**conversation).clone(), messages.clone());
                        self.rooms.insert(id, room);
                    }
                    None => return,
                }
                if self.opening == Some(id) {
                    self.enter(id);
                }
                self.changed();
            }
            StoreEvent::MessageChanged(message) => {
                if let Some(room) = self.rooms.get_mut(&message.conversation) {
                    room.hear_message((**message).clone());
                }
            }
            StoreEvent::ConversationChanged(summary) => {
                if let Some(room) = self.rooms.get_mut(&summary.id) {
                    room.conversation.title.clone_from(&summary.title);
                    room.conversation.pinned = summary.pinned;
                    room.conversation.updated = summary.updated;
                }
            }
            StoreEvent::DraftsRead(drafts) => {
                for kept in drafts {
                    draft.prepend(kept.conversation, &kept.text);
                }
                self.meter.changed();
            }
            StoreEvent::ChangedElsewhere(list) => self.read_what_changed(list, reach),
            StoreEvent::ConversationDeleted(id) => {
                // What waited is there again if the deletion is undone.
                let queue = self.rooms.remove(id).map(|room| room.queue).unwrap_or_default();
                for queued in queue.iter().rev() {
                    draft.prepend(Some(*id), &queued.text);
                }
                if self.open_id() == Some(*id) {
                    reach.then(super::Action::New);
                }
            }
            StoreEvent::MessagesDeleted(deleted) => {
                let room = self.rooms.get_mut(&deleted.conversation);
                let silent = room.is_some_and(|room| room.take_silently_deleted(deleted.message));
                if !silent {
                    let words = match deleted.count {
                        1 => "Message deleted".to_owned(),
                        count => format!("{count} messages deleted"),
                    };
                    let undo = super::Action::RestoreMessages(deleted.clone());
                    reach.notices.undoable(words, undo.into());
                }
            }
            _ => {}
        }
    }
}

fn ask(
    conversation: engine::conversations::ConversationId,
    too_long: TooLong,
    trained: u32,
) -> Question {
    let TooLong { answer, prompt_tokens, context_length, messages_to_drop } = too_long;
    let larger_context =
        larger_context(prompt_tokens, trained).filter(|&larger| larger > context_length);
    Question {
        conversation,
        answer,
        prompt_tokens,
        context_length,
        messages_to_drop,
        larger_context,
    }
}

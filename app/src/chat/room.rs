//! One conversation in the window: its messages, the answers being written in it, and what waits.
//!
//! A room lives while it is open or something happens in it. It tells the store of every change and
//! never has to ask before something can be shown.

use std::collections::HashMap;

use engine::conversations::{
    AnswerEnd, Conversation, MessageId, MessageState, MessageTree, NewMessage, Sources,
    StoreCommand, StoredMessage, Worker,
};
use engine::settings::ModelSettings;
use engine::{Error, Finish, Message, Role, StopReason};

use super::answer::{Answer, Ending, News};
use super::asking::How;
use super::prompt;
use super::run::Around;
use crate::markdown::Flavor;
use crate::reach::Reach;

/// A message that waits until the answer before it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Queued {
    /// For editing and removing it.
    pub(crate) id: u64,
    /// What will be sent.
    pub(crate) text: String,
}

/// An answer that could not be begun because the conversation is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLong {
    /// The empty answer.
    pub(crate) answer: MessageId,
    /// Length of the prompt, in tokens.
    pub(crate) prompt_tokens: u32,
    /// What the context holds, in tokens.
    pub(crate) context_length: u32,
    /// How many of the oldest messages would have to go.
    pub(crate) messages_to_drop: usize,
}

/// See the module documentation.
pub(crate) struct Room {
    /// What the store knows of it, beside the messages.
    pub(crate) conversation: Conversation,
    tree: MessageTree,
    path: Vec<MessageId>,
    answers: HashMap<MessageId, Answer>,
    /// What will be sent next, first one first.
    pub(crate) queue: Vec<Queued>,
    /// Which of them the store knows of.
    kept_queue: Vec<u64>,
    /// Grows when messages come, go or are exchanged; not while an answer grows.
    revision: u64,
    /// Deleted to make room for a new version; no notice is wanted.
    silently_deleted: Vec<MessageId>,
}

impl Room {
    /// A conversation as the store told it.
    pub(crate) fn new(conversation: Conversation, messages: Vec<StoredMessage>) -> Self {
        let mut room = Self {
            conversation,
            tree: MessageTree::new(messages),
            path: Vec::new(),
            answers: HashMap::new(),
            queue: Vec::new(),
            kept_queue: Vec::new(),
            revision: 0,
            silently_deleted: Vec::new(),
        };
        room.set_head(room.conversation.head);
        room
    }

    /// The store told it again, after messages came back. What was said here meanwhile stays.
    pub(crate) fn renew(&mut self, conversation: Conversation, messages: Vec<StoredMessage>) {
        let newest = messages.iter().map(|message| message.id).max();
        let later: Vec<_> =
            self.tree.iter().filter(|message| Some(message.id) > newest).cloned().collect();
        let head = match self.conversation.head {
            Some(head) if later.iter().any(|message| message.id == head) => Some(head),
            _ => conversation.head,
        };
        self.conversation = conversation;
        self.tree = MessageTree::new(messages.into_iter().chain(later).collect());
        self.set_head(head);
    }

    /// Another number whenever the visible branch has changed, beside the growth of an answer.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// All branches.
    pub(crate) fn tree(&self) -> &MessageTree {
        &self.tree
    }

    /// The visible branch, oldest first.
    pub(crate) fn path(&self) -> &[MessageId] {
        &self.path
    }

    /// The messages of the visible branch, oldest first.
    pub(crate) fn branch(&self) -> impl DoubleEndedIterator<Item = &StoredMessage> {
        self.path.iter().filter_map(|&id| self.tree.get(id))
    }

    /// Whether an answer is being written.
    pub(crate) fn is_answering(&self) -> bool {
        !self.answers.is_empty()
    }

    /// Whether it can be let go when it is not open.
    pub(crate) fn is_quiet(&self) -> bool {
        self.answers.is_empty() && self.queue.is_empty()
    }

    /// The answer that is being written as this message.
    pub(crate) fn answer(&self, message: MessageId) -> Option<&Answer> {
        self.answers.get(&message)
    }

    /// What a message says now; of a running answer, as far as it has come.
    pub(crate) fn text_of<'a>(&'a self, message: &'a StoredMessage) -> &'a str {
        self.answer(message.id).map_or(&message.content, |answer| &answer.content)
    }

    /// What a message rests on; of a running answer, as far as that is known.
    pub(crate) fn sources_of(&self, message: MessageId) -> Option<&Sources> {
        let running = self.answer(message).map(|answer| &answer.sources);
        running.or_else(|| self.tree.get(message).map(|message| &message.sources))
    }

    /// What a message says now, and how that is drawn.
    pub(super) fn drawn_text_of<'a>(&'a self, message: &'a StoredMessage) -> (&'a str, Flavor) {
        let running = self.answer(message.id).is_some();
        let flavor = super::transcript::flavor(super::messages::speaker(message.role), running);
        (self.text_of(message), flavor)
    }

    /// The last answer of the visible branch.
    pub(crate) fn last_answer(&self) -> Option<MessageId> {
        self.branch().rev().find(|message| message.role == Role::Assistant).map(|last| last.id)
    }

    /// Shows the branch that ends at `head`.
    pub(crate) fn set_head(&mut self, head: Option<MessageId>) {
        self.conversation.head = head;
        self.path = head.map_or_else(Vec::new, |head| {
            self.tree.path_to(head).iter().map(|message| message.id).collect()
        });
        self.revision += 1;
    }

    /// What the model is given to write the next message after `parent`.
    pub(crate) fn prompt_to(
        &self,
        parent: Option<MessageId>,
        settings: &ModelSettings,
    ) -> Vec<Message> {
        let path = parent.map_or_else(Vec::new, |parent| self.tree.path_to(parent));
        let turns = path.into_iter().map(|message| match self.answer(message.id) {
            Some(answer) => Message::new(message.role, answer.content.clone()),
            None => message.to_message(),
        });
        prompt::messages(settings.system_prompt.as_deref(), turns)
    }

    /// Adds a message of the person at the end and lets the model answer.
    pub(crate) fn say(&mut self, text: String, around: Around<'_>, reach: &mut Reach<'_>) {
        let message = NewMessage::user(self.conversation.id, self.path.last().copied(), text);
        let parent = message.id;
        self.tree.insert(stored(&message, MessageState::Complete));
        self.set_head(Some(parent));
        reach.keep(StoreCommand::Append(message));
        self.answer_to(parent, &How::default(), around, reach);
    }

    /// Lets the model write the next message after `parent`.
    pub(crate) fn answer_to(
        &mut self,
        parent: MessageId,
        how: &How,
        around: Around<'_>,
        reach: &mut Reach<'_>,
    ) {
        let name = self.answerer(parent, how, around).name(around);
        let message = NewMessage::answer(self.conversation.id, Some(parent), name);
        let id = message.id;
        self.tree.insert(stored(&message, MessageState::Streaming));
        // Before the job, so that the store knows the message when its first text comes.
        reach.keep(StoreCommand::BeginAnswer(message));
        let answer = self.begin(parent, how, around, reach);
        self.answers.insert(id, answer);
        self.set_head(Some(id));
    }

    /// What the person asked last on the way to a message.
    pub(super) fn asked_at(&self, message: MessageId) -> &str {
        let path = self.tree.path_to(message);
        let asked = path.into_iter().rev().find(|message| message.role == Role::User);
        asked.map_or("", |message| message.content.as_str())
    }

    /// Goes on with an answer where it ended, in the same message; one of which nothing came is
    /// begun again. `false` if it cannot be done now.
    pub(crate) fn go_on(
        &mut self,
        id: MessageId,
        how: &How,
        around: Around<'_>,
        reach: &mut Reach<'_>,
    ) -> bool {
        let begun = |message: &StoredMessage| {
            message.role == Role::Assistant && !message.content.is_empty()
        };
        if !self.tree.get(id).is_some_and(begun) {
            return self.regenerate(id, how, around, reach);
        }
        let answerer = around.answerer(self.asked_at(id));
        if self.begins_anew(answerer, how.documents.is_some()) {
            return self.regenerate(id, how, around, reach);
        }
        if self.is_answering() || !around.models.can_answer() {
            return false;
        }
        reach.keep(StoreCommand::ResumeAnswer(id));
        let answer = self.begin(id, how, around, reach);
        if let Some(message) = self.tree.get_mut(id) {
            message.state = MessageState::Streaming;
            message.error = None;
            self.answers.insert(id, answer.resuming(message));
            message.finish = None;
        }
        self.revision += 1;
        true
    }

    /// Asks all answers to stop.
    pub(crate) fn stop(&mut self) {
        for answer in self.answers.values_mut() {
            answer.stop();
        }
    }

    /// Ends all answers where they are and keeps what has come.
    pub(crate) fn close(&mut self, store: &Worker) {
        for (message, mut answer) in self.answers.drain() {
            let News { text, reasoning, revised, grounded, ending, .. } = answer.hear();
            store.send(StoreCommand::ExtendAnswer { message, text, reasoning });
            if let Some(text) = revised {
                store.send(StoreCommand::ReviseAnswer { message, text });
            }
            if grounded {
                let sources = Box::new(answer.sources);
                store.send(StoreCommand::GroundAnswer { message, sources });
            }
            let end = ending.map_or(AnswerEnd::Interrupted, end_of);
            store.send(StoreCommand::FinishAnswer { message, end });
        }
    }

    /// Says something else in a message's place, on a branch of its own; of a person's message,
    /// with a new answer.
    pub(crate) fn edit(
        &mut self,
        id: MessageId,
        text: &str,
        around: Around<'_>,
        reach: &mut Reach<'_>,
    ) {
        let text = text.trim().to_owned();
        let Some(old) = self.tree.get(id).cloned() else { return };
        if text.is_empty() || text == old.content {
            return;
        }
        let new = StoredMessage {
            id: MessageId::new(),
            content: text.clone(),
            state: MessageState::Complete,
            error: None,
            created: jiff::Timestamp::now(),
            ..old
        };
        reach.keep(StoreCommand::Edit { message: id, id: new.id, content: text });
        let (role, head) = (new.role, new.id);
        self.tree.insert(new);
        self.set_head(Some(head));
        let how = How::default();
        if role == Role::User && self.can_answer(head, &how, around) {
            self.answer_to(head, &how, around, reach);
        }
    }

    /// Writes another version of an answer. One of which nothing came makes room for it. `false`
    /// if it cannot be done now.
    pub(crate) fn regenerate(
        &mut self,
        id: MessageId,
        how: &How,
        around: Around<'_>,
        reach: &mut Reach<'_>,
    ) -> bool {
        let Some(message) = self.tree.get(id) else { return false };
        let Some(parent) = message.parent.filter(|_| message.role == Role::Assistant) else {
            return false;
        };
        if self.is_answering() || !self.can_answer(parent, how, around) {
            return false;
        }
        if message.content.is_empty() && self.tree.children(Some(id)).is_empty() {
            reach.keep(StoreCommand::DeleteMessage(id));
            self.silently_deleted.push(id);
            self.forget(id);
        }
        self.answer_to(parent, how, around, reach);
        true
    }

    /// Deletes a message with all that follows it.
    pub(crate) fn delete(&mut self, id: MessageId, reach: &Reach<'_>) {
        for gone in self.tree.subtree(id) {
            // Dropping the job stops the engine's work.
            if self.answers.remove(&gone).is_some() {
                reach.keep(StoreCommand::FinishAnswer { message: gone, end: AnswerEnd::Stopped });
            }
        }
        let head = self.tree.head_without(id);
        let visible = self.path.contains(&id);
        self.forget(id);
        if visible {
            self.set_head(head);
        }
        reach.keep(StoreCommand::DeleteMessage(id));
    }

    fn forget(&mut self, root: MessageId) {
        let gone = self.tree.subtree(root);
        let left = self.tree.iter().filter(|message| !gone.contains(&message.id)).cloned();
        self.tree = MessageTree::new(left.collect());
        self.revision += 1;
    }

    /// Shows another version of a message.
    pub(crate) fn show_branch(&mut self, id: MessageId, step: isize, reach: &Reach<'_>) {
        let siblings = self.tree.siblings(id);
        let Some(place) = siblings.iter().position(|&sibling| sibling == id) else { return };
        let next = place.checked_add_signed(step).and_then(|place| siblings.get(place)).copied();
        if let Some(next) = next {
            reach.keep(StoreCommand::SwitchBranch(next));
            self.set_head(Some(self.tree.newest_leaf(next)));
        }
    }

    /// Whether this deletion was our own, to make room.
    pub(crate) fn take_silently_deleted(&mut self, id: MessageId) -> bool {
        let place = self.silently_deleted.iter().position(|&silent| silent == id);
        place.map(|place| self.silently_deleted.swap_remove(place)).is_some()
    }

    /// The store tells of a message.
    pub(crate) fn hear_message(&mut self, message: StoredMessage) {
        // What is told of an answer's beginning may come after its end.
        let is_old_news =
            message.state == MessageState::Streaming && self.tree.get(message.id).is_some();
        if !is_old_news
            && !self.answers.contains_key(&message.id)
            && !self.silently_deleted.contains(&message.id)
        {
            self.tree.insert(message);
            self.revision += 1;
        }
    }

    /// Takes in what the engine said. Returns whether anything changed, and the answer that found
    /// no room in the context.
    pub(crate) fn hear_answers(&mut self, reach: &Reach<'_>) -> (bool, Option<TooLong>) {
        let mut too_long = None;
        let mut changed = false;
        let mut ended = Vec::new();
        for (&id, answer) in &mut self.answers {
            let news = answer.hear();
            changed |= news.anything;
            if !news.text.is_empty() || !news.reasoning.is_empty() {
                reach.keep(StoreCommand::ExtendAnswer {
                    message: id,
                    text: news.text,
                    reasoning: news.reasoning,
                });
            }
            if let Some(text) = news.revised {
                reach.keep(StoreCommand::ReviseAnswer { message: id, text });
            }
            if news.grounded {
                let sources = Box::new(answer.sources.clone());
                reach.keep(StoreCommand::GroundAnswer { message: id, sources });
            }
            if news.described {
                reach.keep(StoreCommand::DescribeAnswer {
                    message: id,
                    reasoning_duration: answer.thought_for(),
                    dropped_messages: answer.dropped_messages,
                });
            }
            ended.extend(news.ending.map(|ending| (id, ending)));
        }
        for (id, ending) in ended {
            let Some(answer) = self.answers.remove(&id) else { continue };
            too_long = too_long.or(too_long_for(id, &ending));
            let end = end_of(ending);
            if let Some(message) = self.tree.get_mut(id) {
                end_message(message, answer, &end);
            }
            reach.keep(StoreCommand::FinishAnswer { message: id, end });
        }
        (changed, too_long)
    }

    /// Whether other messages wait than at the last call.
    pub(super) fn queue_has_changed(&mut self) -> bool {
        let queue: Vec<_> = self.queue.iter().map(|queued| queued.id).collect();
        let changed = queue != self.kept_queue;
        self.kept_queue = queue;
        changed
    }

    /// Sends the first waiting message, if nothing is in its way. `true` if one was sent.
    pub(crate) fn send_queued(&mut self, around: Around<'_>, reach: &mut Reach<'_>) -> bool {
        let can_answer =
            self.queue.first().is_some_and(|next| self.can_answer_to(&next.text, around));
        if self.is_answering() || !can_answer {
            return false;
        }
        let next = self.queue.remove(0);
        self.say(next.text, around, reach);
        true
    }
}

fn too_long_for(answer: MessageId, ending: &Ending) -> Option<TooLong> {
    match *ending {
        Ending::Failed(Error::ContextOverflow {
            prompt_tokens,
            context_length,
            messages_to_drop,
        }) => Some(TooLong { answer, prompt_tokens, context_length, messages_to_drop }),
        _ => None,
    }
}

fn end_of(ending: Ending) -> AnswerEnd {
    match ending {
        Ending::Finished(finish) => AnswerEnd::Finished(finish),
        Ending::Failed(error) => AnswerEnd::Failed(error.to_string()),
        Ending::Broke(problem) => AnswerEnd::Failed(problem.to_string()),
        Ending::Unanswered(error) => AnswerEnd::Failed(error.to_string()),
    }
}

fn end_message(message: &mut StoredMessage, answer: Answer, end: &AnswerEnd) {
    message.reasoning_duration = answer.thought_for();
    message.dropped_messages = answer.dropped_messages;
    message.sources = answer.sources;
    message.content = answer.content;
    message.reasoning = Some(answer.reasoning).filter(|reasoning| !reasoning.is_empty());
    if answer.model.is_some() {
        message.model = answer.model;
    }
    match end {
        AnswerEnd::Finished(finish) => {
            message.state = state_after(finish);
            message.finish = Some(finish.clone());
        }
        AnswerEnd::Failed(reason) => {
            message.state = MessageState::Failed;
            message.error = Some(reason.clone());
        }
        AnswerEnd::Stopped => message.state = MessageState::Stopped,
        AnswerEnd::Interrupted => message.state = MessageState::Interrupted,
    }
}

fn state_after(finish: &Finish) -> MessageState {
    match finish.reason {
        StopReason::Cancelled => MessageState::Stopped,
        _ => MessageState::Complete,
    }
}

/// A new message as it will be in the store.
fn stored(new: &NewMessage, state: MessageState) -> StoredMessage {
    StoredMessage {
        id: new.id,
        conversation: new.conversation,
        parent: new.parent,
        role: new.role,
        content: new.content.clone(),
        reasoning: None,
        reasoning_duration: None,
        state,
        error: None,
        model: new.model.clone(),
        finish: None,
        dropped_messages: 0,
        sources: Sources::default(),
        created: jiff::Timestamp::now(),
    }
}

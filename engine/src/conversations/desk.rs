//! What the worker does with each command.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use super::{
    AnswerEnd, AnswerText, Conversation, ConversationId, Draft, MessageId, NewMessage, Store,
    StoreCommand, StoreError, StoreEvent, StoredMessage, Summary, destination,
};
use crate::Outbox;

/// How long deleted conversations and messages can be brought back.
const KEEP_DELETED: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How old the copy of the database may grow.
const BACK_UP_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// The store, and the answers that stream in.
pub(super) struct Desk {
    store: Store,
    outbox: Outbox<StoreEvent>,
    answers: HashMap<MessageId, Answer>,
    /// What was typed and is not written yet.
    drafts: HashMap<Option<ConversationId>, String>,
    /// The person has been told that drafts cannot be written.
    drafts_reported: bool,
    /// What [`Store::version_of_others`] said last.
    version_of_others: i64,
}

/// An answer that streams in. Its text stays here until it has ended, so that a disk that is full
/// for a while costs nothing.
#[derive(Default)]
struct Answer {
    text: AnswerText,
    changed: bool,
    /// Set while the store does not even know that it was begun.
    unbegun: Option<NewMessage>,
    /// The person has been told that it cannot be written.
    reported: bool,
}

/// What a command is about, for an error.
#[derive(Clone, Copy)]
struct Subject {
    task: &'static str,
    conversation: Option<ConversationId>,
    message: Option<MessageId>,
}

impl Desk {
    pub(super) fn open(path: &Path, outbox: Outbox<StoreEvent>) -> Result<Self, StoreError> {
        let store = Store::open(path)?;
        // Before anything is read, so that no change is missed.
        let version_of_others = store.version_of_others()?;
        let conversations = store.list()?;
        let interrupted_answers = store.interrupted_answers();
        let drafts = store.drafts()?;
        outbox.send(StoreEvent::Opened { conversations, interrupted_answers });
        if !drafts.is_empty() {
            outbox.send(StoreEvent::DraftsRead(drafts));
        }
        Ok(Self {
            store,
            outbox,
            answers: HashMap::new(),
            drafts: HashMap::new(),
            drafts_reported: false,
            version_of_others,
        })
    }

    pub(super) fn run(&mut self, command: StoreCommand) {
        let subject = subject_of(&command);
        if let Err(error) = self.carry_out(command) {
            self.fail(subject, error);
        }
    }

    fn carry_out(&mut self, command: StoreCommand) -> Result<(), StoreError> {
        use StoreCommand as C;
        match command {
            C::List => self.tell(StoreEvent::Listed(self.store.list()?)),
            C::Create(id) => self.conversation_changed(&self.store.create(id)?),
            C::Read(id) => self.read(id)?,
            C::Rename { conversation, title } => {
                self.conversation_changed(&self.store.rename(conversation, &title)?);
            }
            C::SetPinned { conversation, pinned } => {
                self.conversation_changed(&self.store.set_pinned(conversation, pinned)?);
            }
            C::SetSettings { conversation, settings } => {
                self.store.set_settings(conversation, &settings)?;
            }
            C::SetModel { conversation, model } => {
                self.store.set_model(conversation, model.as_ref())?;
            }
            C::SetCollections { conversation, collections } => {
                self.store.set_collections(conversation, &collections)?;
            }
            C::KeepDraft(Draft { conversation, text }) => {
                self.drafts.insert(conversation, text);
            }
            C::Delete(id) => {
                self.stop_answers_in(id)?;
                self.store.delete(id)?;
                self.tell(StoreEvent::ConversationDeleted(id));
            }
            C::Restore(id) => self.conversation_changed(&self.store.restore(id)?),
            C::Append(new) => self.message_added(self.store.append(&new)?)?,
            C::BeginAnswer(new) => self.begin_answer(new)?,
            C::ResumeAnswer(id) => self.resume_answer(id)?,
            C::ExtendAnswer { .. }
            | C::DescribeAnswer { .. }
            | C::GroundAnswer { .. }
            | C::ReviseAnswer { .. } => self.tell_more(command),
            C::FinishAnswer { message, end } => self.finish_answer(message, &end)?,
            C::Edit { message, id, content } => {
                self.message_added(self.store.edit_and_branch(message, id, &content)?)?;
            }
            C::SwitchBranch(id) => self.switch_branch(id)?,
            C::DeleteMessage(id) => {
                let deleted = self.store.delete_message(id)?;
                let conversation = deleted.conversation;
                self.tell(StoreEvent::MessagesDeleted(deleted));
                self.conversation_changed(&self.store.conversation(conversation)?);
            }
            C::RestoreMessages(deleted) => {
                self.store.restore_messages(&deleted)?;
                self.read(deleted.conversation)?;
                self.conversation_changed(&self.store.conversation(deleted.conversation)?);
            }
            C::Search { query, limit } => {
                let results = self.store.search(&query, limit)?;
                self.tell(StoreEvent::Found { query, results });
            }
            C::ProposeExport(wanted) => {
                let free = destination::free(&wanted);
                self.tell(StoreEvent::ExportProposed { wanted, free });
            }
            C::Export { conversation, format, path, replace } => {
                self.write_answers();
                let text = self.store.export(conversation, format)?;
                destination::write(&path, &text, replace)?;
                self.tell(StoreEvent::Exported { conversation, path });
            }
            C::Import(path) => {
                let json = std::fs::read_to_string(&path)
                    .map_err(|error| StoreError::from_file(&error, "read", &path))?;
                let conversation = self.store.import(&json)?;
                self.tell(StoreEvent::Imported(Summary::from(&conversation)));
            }
        }
        Ok(())
    }

    /// More is known of an answer that is being written.
    fn tell_more(&mut self, command: StoreCommand) {
        use StoreCommand as C;
        let (C::ExtendAnswer { message, .. }
        | C::DescribeAnswer { message, .. }
        | C::GroundAnswer { message, .. }
        | C::ReviseAnswer { message, .. }) = &command
        else {
            return;
        };
        let Some(answer) = self.answers.get_mut(message) else { return };
        answer.changed = true;
        let so_far = &mut answer.text;
        match command {
            C::ExtendAnswer { text, reasoning, .. } => {
                so_far.content.push_str(&text);
                so_far.reasoning.push_str(&reasoning);
            }
            C::DescribeAnswer { reasoning_duration, dropped_messages, .. } => {
                so_far.reasoning_duration = reasoning_duration;
                so_far.dropped_messages = dropped_messages;
            }
            C::GroundAnswer { sources, .. } => so_far.sources = *sources,
            C::ReviseAnswer { text, .. } => so_far.content = text,
            _ => {}
        }
    }

    fn read(&mut self, id: ConversationId) -> Result<(), StoreError> {
        self.write_answers();
        let conversation = Box::new(self.store.conversation(id)?);
        let messages = self.store.messages(id)?;
        self.tell(StoreEvent::Read { conversation, messages });
        Ok(())
    }

    fn message_added(&self, message: StoredMessage) -> Result<(), StoreError> {
        let conversation = message.conversation;
        let head = Some(message.id);
        self.tell(StoreEvent::MessageChanged(Box::new(message)));
        self.tell(StoreEvent::HeadMoved { conversation, head });
        self.conversation_changed(&self.store.conversation(conversation)?);
        Ok(())
    }

    fn switch_branch(&self, id: MessageId) -> Result<(), StoreError> {
        let conversation = self.store.message(id)?.conversation;
        let head = Some(self.store.switch_branch(id)?);
        self.tell(StoreEvent::HeadMoved { conversation, head });
        self.conversation_changed(&self.store.conversation(conversation)?);
        Ok(())
    }

    fn begin_answer(&mut self, new: NewMessage) -> Result<(), StoreError> {
        let id = new.id;
        let content = new.content.clone();
        let text = AnswerText { content, ..AnswerText::default() };
        match self.store.begin_answer(&new) {
            Ok(stored) => {
                self.answers.insert(id, Answer { text, ..Answer::default() });
                self.message_added(stored)
            }
            Err(error) => {
                let unbegun = Some(new);
                let answer = Answer { text, changed: true, unbegun, reported: true };
                self.answers.insert(id, answer);
                Err(error)
            }
        }
    }

    fn resume_answer(&mut self, id: MessageId) -> Result<(), StoreError> {
        let stored = self.store.resume_answer(id)?;
        let text = AnswerText {
            content: stored.content.clone(),
            reasoning: stored.reasoning.clone().unwrap_or_default(),
            reasoning_duration: stored.reasoning_duration,
            dropped_messages: stored.dropped_messages,
            sources: stored.sources.clone(),
        };
        self.answers.insert(id, Answer { text, ..Answer::default() });
        self.tell(StoreEvent::MessageChanged(Box::new(stored)));
        Ok(())
    }

    fn finish_answer(&mut self, id: MessageId, end: &AnswerEnd) -> Result<(), StoreError> {
        // An answer that was deleted while it was written has been let go of already.
        let Some(mut answer) = self.answers.remove(&id) else { return Ok(()) };
        if let Some(new) = answer.unbegun.take() {
            self.store.begin_answer(&new)?;
        }
        let stored = self.store.finish_answer(id, &answer.text, end)?;
        let conversation = stored.conversation;
        self.tell(StoreEvent::MessageChanged(Box::new(stored)));
        self.conversation_changed(&self.store.conversation(conversation)?);
        Ok(())
    }

    /// Ends the answers of a conversation where they are; what still comes of them is passed over.
    fn stop_answers_in(&mut self, conversation: ConversationId) -> Result<(), StoreError> {
        let running: Vec<_> = self.answers.keys().copied().collect();
        for id in running {
            if self.store.message(id).is_ok_and(|message| message.conversation == conversation) {
                self.finish_answer(id, &AnswerEnd::Stopped)?;
            }
        }
        Ok(())
    }

    /// Whether an answer has grown since it was written, or something was typed.
    pub(super) fn has_unwritten(&self) -> bool {
        !self.drafts.is_empty() || self.answers.values().any(|answer| answer.changed)
    }

    /// Writes what has come since the last time, as far as that is possible now.
    pub(super) fn write_pending(&mut self) {
        self.write_answers();
        self.write_drafts();
    }

    fn write_drafts(&mut self) {
        let store = &self.store;
        let mut failure = None;
        self.drafts.retain(|&conversation, text| {
            let draft = Draft { conversation, text: std::mem::take(text) };
            let error = store.keep_draft(&draft).err();
            *text = draft.text;
            let failed = error.is_some();
            failure = failure.take().or(error);
            failed
        });
        let reported = std::mem::replace(&mut self.drafts_reported, failure.is_some());
        if let Some(error) = failure.filter(|_| !reported) {
            self.fail(Subject { task: KEEP_DRAFT, conversation: None, message: None }, error);
        }
    }

    /// Looks whether another program has changed something, and tells it.
    pub(super) fn look_for_changes(&mut self) {
        match self.changed_elsewhere() {
            Ok(Some(list)) => self.tell(StoreEvent::ChangedElsewhere(list)),
            Ok(None) => {}
            // The next command of a person will meet the same, and tell it with what was wanted.
            Err(error) => tracing::debug!("changes of other programs cannot be seen: {error}"),
        }
    }

    fn changed_elsewhere(&mut self) -> Result<Option<Vec<Summary>>, StoreError> {
        let version = self.store.version_of_others()?;
        if std::mem::replace(&mut self.version_of_others, version) == version {
            return Ok(None);
        }
        self.store.list().map(Some)
    }

    /// Writes the answers that have grown.
    fn write_answers(&mut self) {
        let mut failures = Vec::new();
        for (&id, answer) in &mut self.answers {
            if answer.changed
                && let Err(error) = write_answer(&self.store, id, answer)
            {
                failures.push((id, error));
            }
        }
        for (id, error) in failures {
            self.answer_failed(id, error);
        }
    }

    fn answer_failed(&mut self, id: MessageId, error: StoreError) {
        if matches!(error, StoreError::NoMessage | StoreError::NoConversation) {
            // Deleted while it was being written.
            self.answers.remove(&id);
            return;
        }
        let reported = self.answers.get_mut(&id).map(|a| std::mem::replace(&mut a.reported, true));
        if reported == Some(false) {
            self.fail(Subject { task: KEEP_ANSWER, conversation: None, message: Some(id) }, error);
        }
    }

    /// What is done now and then, when there is nothing else to do.
    pub(super) fn tidy_up(&self) {
        let tidied =
            self.store.purge_deleted(KEEP_DELETED).and_then(|_| self.store.back_up(BACK_UP_EVERY));
        if let Err(error) = tidied {
            let task = "back up the conversations";
            self.fail(Subject { task, conversation: None, message: None }, error);
        }
    }

    fn conversation_changed(&self, conversation: &Conversation) {
        self.tell(StoreEvent::ConversationChanged(Summary::from(conversation)));
    }

    fn tell(&self, event: StoreEvent) {
        self.outbox.send(event);
    }

    fn fail(&self, subject: Subject, error: StoreError) {
        let Subject { task, conversation, message } = subject;
        self.tell(StoreEvent::Failed { task: task.to_owned(), conversation, message, error });
    }
}

fn write_answer(store: &Store, id: MessageId, answer: &mut Answer) -> Result<(), StoreError> {
    if let Some(new) = &answer.unbegun {
        store.begin_answer(new)?;
        answer.unbegun = None;
    }
    store.update_answer(id, &answer.text)?;
    answer.changed = false;
    answer.reported = false;
    Ok(())
}

const KEEP_ANSWER: &str = "keep the answer";
const KEEP_DRAFT: &str = "keep what is typed";

fn subject_of(command: &StoreCommand) -> Subject {
    use StoreCommand as C;
    let about = |task, conversation, message| Subject { task, conversation, message };
    match command {
        C::List => about("list the conversations", None, None),
        C::Create(id) => about("create a conversation", Some(*id), None),
        C::Read(id) => about("open the conversation", Some(*id), None),
        C::Rename { conversation, .. } => {
            about("rename the conversation", Some(*conversation), None)
        }
        C::SetPinned { conversation, .. } => {
            about("pin the conversation", Some(*conversation), None)
        }
        C::SetSettings { conversation, .. }
        | C::SetModel { conversation, .. }
        | C::SetCollections { conversation, .. } => {
            about("keep the conversation's settings", Some(*conversation), None)
        }
        C::KeepDraft(draft) => about(KEEP_DRAFT, draft.conversation, None),
        C::Delete(id) => about("delete the conversation", Some(*id), None),
        C::Restore(id) => about("bring back the conversation", Some(*id), None),
        C::Append(new) => about("keep the message", Some(new.conversation), Some(new.id)),
        C::BeginAnswer(new) => about(KEEP_ANSWER, Some(new.conversation), Some(new.id)),
        C::ResumeAnswer(id) => about("go on with the answer", None, Some(*id)),
        C::ExtendAnswer { message, .. }
        | C::DescribeAnswer { message, .. }
        | C::GroundAnswer { message, .. }
        | C::ReviseAnswer { message, .. }
        | C::FinishAnswer { message, .. } => about(KEEP_ANSWER, None, Some(*message)),
        C::Edit { message, .. } => about("keep the edited message", None, Some(*message)),
        C::SwitchBranch(id) => about("show the other version", None, Some(*id)),
        C::DeleteMessage(id) => about("delete the message", None, Some(*id)),
        C::RestoreMessages(deleted) => {
            about("bring back the messages", Some(deleted.conversation), Some(deleted.message))
        }
        C::Search { .. } => about("search the conversations", None, None),
        C::ProposeExport(_) => about("find a name for the export", None, None),
        C::Export { conversation, .. } => {
            about("export the conversation", Some(*conversation), None)
        }
        C::Import(_) => about("import the conversation", None, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversations::MessageState;

    fn allow_pages(desk: &Desk, more: i64) {
        let connection = &desk.store.connection;
        let pages: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        connection.pragma_update(None, "max_page_count", pages + more).unwrap();
    }

    #[test]
    fn an_answer_on_a_full_disk_is_reported_once_and_kept_when_there_is_space_again() {
        let folder = tempfile::tempdir().unwrap();
        let (outbox, inbox) = crate::channel(crate::asleep());
        let mut desk = Desk::open(&folder.path().join("conversations.db"), outbox).unwrap();
        let id = ConversationId::new();
        let answer = NewMessage::answer(id, None, "Parrot");
        desk.run(StoreCommand::Create(id));
        desk.run(StoreCommand::BeginAnswer(answer.clone()));
        allow_pages(&desk, 1);
        for _ in 0..3 {
            desk.run(StoreCommand::ExtendAnswer {
                message: answer.id,
                text: "x".repeat(50_000),
                reasoning: String::new(),
            });
            desk.write_pending();
        }
        let failures = |inbox: &crate::Inbox<StoreEvent>| {
            inbox.try_iter().filter(|event| matches!(event, StoreEvent::Failed { .. })).count()
        };
        assert_eq!(failures(&inbox), 1);

        allow_pages(&desk, 1000);
        desk.run(StoreCommand::FinishAnswer { message: answer.id, end: AnswerEnd::Interrupted });
        assert_eq!(failures(&inbox), 0);
        let message = desk.store.message(answer.id).unwrap();
        assert_eq!((message.content.len(), message.state), (150_000, MessageState::Interrupted));
    }

    #[test]
    fn an_answer_that_could_not_be_begun_is_begun_later() {
        let folder = tempfile::tempdir().unwrap();
        let (outbox, _inbox) = crate::channel(crate::asleep());
        let mut desk = Desk::open(&folder.path().join("conversations.db"), outbox).unwrap();
        let id = ConversationId::new();
        desk.run(StoreCommand::Create(id));
        let answer = NewMessage::answer(id, None, "Parrot");
        desk.store.connection.pragma_update(None, "query_only", true).unwrap();
        desk.run(StoreCommand::BeginAnswer(answer.clone()));
        assert_eq!(desk.store.messages(id).unwrap().len(), 0);
        desk.store.connection.pragma_update(None, "query_only", false).unwrap();
        desk.run(StoreCommand::ExtendAnswer {
            message: answer.id,
            text: "late".to_owned(),
            reasoning: String::new(),
        });
        desk.write_pending();
        assert_eq!(desk.store.message(answer.id).unwrap().content, "late");
    }
}

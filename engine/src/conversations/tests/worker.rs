//! The worker: commands in, events out, nothing lost on closing.

use std::path::Path;
use std::time::Duration;

use crate::conversations::{
    AnswerEnd, ConversationId, ExportFormat, MessageId, MessageState, NewMessage, Store,
    StoreCommand, StoreError, StoreEvent, Worker,
};
use crate::{Inbox, asleep, channel};

fn start(path: &Path) -> (Worker, Inbox<StoreEvent>) {
    let (outbox, inbox) = channel(asleep());
    (Worker::start(path.to_owned(), outbox).unwrap(), inbox)
}

/// Waits for an event of a kind and passes over others.
fn wait<T>(inbox: &Inbox<StoreEvent>, pick: impl Fn(StoreEvent) -> Option<T>) -> T {
    loop {
        let event = inbox.recv_timeout(Duration::from_secs(60)).unwrap();
        if let StoreEvent::Failed { task, error, .. } = &event
            && pick(event.clone()).is_none()
        {
            panic!("could not {task}: {error}");
        }
        if let Some(picked) = pick(event) {
            return picked;
        }
    }
}

fn extend(message: MessageId, text: &str) -> StoreCommand {
    StoreCommand::ExtendAnswer { message, text: text.to_owned(), reasoning: String::new() }
}

#[test]
fn a_conversation_goes_through_the_worker_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let (worker, inbox) = start(&folder.path().join("conversations.db"));
    wait(&inbox, |event| match event {
        StoreEvent::Opened { conversations, interrupted_answers: 0 } => {
            conversations.is_empty().then_some(())
        }
        _ => None,
    });
    let id = ConversationId::new();
    let question = NewMessage::user(id, None, "Where are you?");
    let answer = NewMessage::answer(id, Some(question.id), "Parrot");
    worker.send(StoreCommand::Create(id));
    worker.send(StoreCommand::Append(question.clone()));
    worker.send(StoreCommand::BeginAnswer(answer.clone()));
    worker.send(extend(answer.id, "Right "));
    worker.send(extend(answer.id, "here."));
    worker.send(StoreCommand::Read(id));
    let (conversation, messages) = wait(&inbox, |event| match event {
        StoreEvent::Read { conversation, messages } => Some((conversation, messages)),
        _ => None,
    });
    assert_eq!(conversation.head, Some(answer.id));
    assert_eq!(messages[1].content, "Right here.", "reading shows what is pending");
    assert_eq!(messages[1].state, MessageState::Streaming);

    worker.send(StoreCommand::FinishAnswer { message: answer.id, end: AnswerEnd::Interrupted });
    worker.send(StoreCommand::Edit {
        message: question.id,
        id: MessageId::new(),
        content: "Who?".to_owned(),
    });
    worker.send(StoreCommand::SwitchBranch(question.id));
    let head = |wanted: MessageId| {
        wait(&inbox, |event| match event {
            StoreEvent::HeadMoved { head, .. } if head == Some(wanted) => Some(()),
            _ => None,
        });
    };
    head(answer.id);

    worker.send(StoreCommand::DeleteMessage(answer.id));
    let deleted = wait(&inbox, |event| match event {
        StoreEvent::MessagesDeleted(deleted) => Some(deleted),
        _ => None,
    });
    worker.send(StoreCommand::RestoreMessages(deleted));
    worker.send(StoreCommand::Rename { conversation: id, title: "Parrots".to_owned() });
    wait(&inbox, |event| match event {
        StoreEvent::ConversationChanged(summary) => (summary.title == "Parrots").then_some(()),
        _ => None,
    });
    worker.send(StoreCommand::Search { query: "right".to_owned(), limit: 5 });
    let results = wait(&inbox, |event| match event {
        StoreEvent::Found { results, .. } => Some(results),
        _ => None,
    });
    assert_eq!(results[0].message, Some(answer.id));

    let path = folder.path().join("export.json");
    let format = ExportFormat::Json;
    worker.send(StoreCommand::Export { conversation: id, format, path: path.clone() });
    worker.send(StoreCommand::Import(path));
    let imported = wait(&inbox, |event| match event {
        StoreEvent::Imported(summary) => Some(summary),
        _ => None,
    });
    assert_eq!(imported.title, "Parrots");
    worker.send(StoreCommand::Delete(imported.id));
    worker.send(StoreCommand::List);
    let listed = wait(&inbox, |event| match event {
        StoreEvent::Listed(listed) => Some(listed),
        _ => None,
    });
    assert_eq!(listed.len(), 1);
}

#[test]
fn closing_writes_what_is_pending_and_marks_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("conversations.db");
    let (worker, _inbox) = start(&path);
    let id = ConversationId::new();
    let answer = NewMessage::answer(id, None, "Parrot");
    worker.send(StoreCommand::Create(id));
    worker.send(StoreCommand::BeginAnswer(answer.clone()));
    worker.send(extend(answer.id, "the last word"));
    drop(worker);
    let message = Store::open(&path).unwrap().message(answer.id).unwrap();
    assert_eq!(message.content, "the last word");
    assert_eq!(message.state, MessageState::Interrupted);
}

#[test]
fn an_interrupted_answer_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("conversations.db");
    let id = ConversationId::new();
    let answer = NewMessage::answer(id, None, "Parrot");
    let (worker, _inbox) = start(&path);
    worker.send(StoreCommand::Create(id));
    worker.send(StoreCommand::BeginAnswer(answer.clone()));
    worker.send(extend(answer.id, "one "));
    drop(worker);
    let (worker, _inbox) = start(&path);
    worker.send(StoreCommand::ResumeAnswer(answer.id));
    worker.send(extend(answer.id, "two"));
    let end = AnswerEnd::Failed("enough".to_owned());
    worker.send(StoreCommand::FinishAnswer { message: answer.id, end });
    drop(worker);
    let message = Store::open(&path).unwrap().message(answer.id).unwrap();
    assert_eq!((message.content.as_str(), message.state), ("one two", MessageState::Failed));
}

#[test]
fn a_command_that_fails_says_what_it_was_about() {
    let folder = tempfile::tempdir().unwrap();
    let (worker, inbox) = start(&folder.path().join("conversations.db"));
    let id = ConversationId::new();
    worker.send(StoreCommand::Rename { conversation: id, title: "x".to_owned() });
    wait(&inbox, |event| match event {
        StoreEvent::Failed { task, conversation, error: StoreError::NoConversation, .. } => {
            assert_eq!((task.as_str(), conversation), ("rename the conversation", Some(id)));
            Some(())
        }
        _ => None,
    });
}

#[test]
fn a_file_that_cannot_be_opened_is_said_first_and_commands_do_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("conversations.db");
    std::fs::write(&path, b"not a database at all, but long enough to be looked at").unwrap();
    let (worker, inbox) = start(&path);
    let event = inbox.recv_timeout(Duration::from_secs(60)).unwrap();
    assert!(matches!(event, StoreEvent::OpenFailed(StoreError::Corrupt { .. })), "{event:?}");
    worker.send(StoreCommand::List);
    drop(worker);
    assert!(inbox.try_recv().is_err());
}

//! The worker: commands in, events out, nothing lost on closing.

use std::path::Path;
use std::time::Duration;

use crate::conversations::{
    AnswerEnd, ConversationId, Draft, ExportFormat, MessageId, MessageState, NewMessage, Store,
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

    let (path, format) = (folder.path().join("export.json"), ExportFormat::Json);
    worker.send(StoreCommand::Export {
        conversation: id,
        format,
        path: path.clone(),
        replace: false,
    });
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

#[test]
fn an_export_replaces_a_file_only_when_that_is_meant() {
    let folder = tempfile::tempdir().unwrap();
    let (worker, inbox) = start(&folder.path().join("conversations.db"));
    let id = ConversationId::new();
    worker.send(StoreCommand::Create(id));
    worker.send(StoreCommand::Append(NewMessage::user(id, None, "Keep this")));
    let path = folder.path().join("Notes.md");
    std::fs::write(&path, "precious").unwrap();

    let format = ExportFormat::Markdown;
    let export =
        |replace| StoreCommand::Export { conversation: id, format, path: path.clone(), replace };
    worker.send(export(false));
    let refused = wait(&inbox, |event| match event {
        StoreEvent::Failed { error, .. } => Some(error),
        _ => None,
    });
    assert_eq!(refused, StoreError::Exists { path: path.clone() });
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");

    std::fs::write(folder.path().join("Notes 2.md"), "").unwrap();
    worker.send(StoreCommand::ProposeExport(path.clone()));
    let free = wait(&inbox, |event| match event {
        StoreEvent::ExportProposed { free, .. } => Some(free),
        _ => None,
    });
    assert_eq!(free, folder.path().join("Notes 3.md"));

    worker.send(export(true));
    wait(&inbox, |event| matches!(event, StoreEvent::Exported { .. }).then_some(()));
    assert!(std::fs::read_to_string(&path).unwrap().contains("Keep this"));
}

#[test]
fn an_export_that_cannot_be_written_says_write_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (worker, inbox) = start(&folder.path().join("conversations.db"));
    let id = ConversationId::new();
    worker.send(StoreCommand::Create(id));
    for path in [folder.path().join("no/such/folder.md"), folder.path().to_owned()] {
        let format = ExportFormat::Markdown;
        worker.send(StoreCommand::Export { conversation: id, format, path, replace: false });
        let refused = wait(&inbox, |event| match event {
            StoreEvent::Failed { error, .. } => Some(error.to_string()),
            _ => None,
        });
        assert!(refused.starts_with("cannot write: "), "{refused}");
    }
}

#[test]
fn what_is_typed_is_kept_while_the_program_runs_and_told_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("conversations.db");
    let (worker, _inbox) = start(&path);
    let id = ConversationId::new();
    worker.send(StoreCommand::Create(id));
    let of = |conversation, text: &str| Draft { conversation, text: text.to_owned() };
    for draft in [of(None, "a new one"), of(Some(id), "an old"), of(Some(id), "an old one")] {
        worker.send(StoreCommand::KeepDraft(draft));
    }
    let expected = [of(None, "a new one"), of(Some(id), "an old one")];
    let end = std::time::Instant::now() + Duration::from_secs(60);
    while Store::open(&path).unwrap().drafts().unwrap() != expected {
        assert!(std::time::Instant::now() < end, "it is not written");
        std::thread::sleep(Duration::from_millis(20));
    }
    worker.send(StoreCommand::KeepDraft(of(None, "")));
    drop(worker);

    let (worker, inbox) = start(&path);
    let drafts = wait(&inbox, |event| match event {
        StoreEvent::DraftsRead(drafts) => Some(drafts),
        _ => None,
    });
    assert_eq!(drafts, expected[1..]);
    drop(worker);
    let store = Store::open(&path).unwrap();
    store.delete(id).unwrap();
    store.purge_deleted(Duration::ZERO).unwrap();
    assert_eq!(store.drafts().unwrap(), [], "it goes with its conversation");
    store.keep_draft(&of(Some(id), "too late")).unwrap();
    assert_eq!(store.drafts().unwrap(), []);
}

#[test]
fn what_another_program_changes_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("conversations.db");
    let (worker, inbox) = start(&path);
    let mine = ConversationId::new();
    worker.send(StoreCommand::Create(mine));
    wait(&inbox, |event| matches!(event, StoreEvent::ConversationChanged(_)).then_some(()));
    let other = Store::open(&path).unwrap();
    let theirs = ConversationId::new();
    other.create(theirs).unwrap();
    let list = wait(&inbox, |event| match event {
        StoreEvent::ChangedElsewhere(list) if list.len() == 2 => Some(list),
        _ => None,
    });
    assert!(list.iter().any(|summary| summary.id == theirs));
}

#[test]
fn an_answer_in_a_deleted_conversation_has_been_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("conversations.db");
    let (worker, inbox) = start(&path);
    let id = ConversationId::new();
    let answer = NewMessage::answer(id, None, "Parrot");
    worker.send(StoreCommand::Create(id));
    worker.send(StoreCommand::BeginAnswer(answer.clone()));
    worker.send(extend(answer.id, "so far"));
    worker.send(StoreCommand::Delete(id));
    worker.send(extend(answer.id, ", and more"));
    worker.send(StoreCommand::Restore(id));
    worker.send(StoreCommand::Read(id));
    let messages = wait(&inbox, |event| match event {
        StoreEvent::Read { messages, .. } => Some(messages),
        _ => None,
    });
    assert_eq!(messages[0].content, "so far");
    assert_eq!(messages[0].state, MessageState::Stopped);
}

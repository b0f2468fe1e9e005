//! Other processes on the same file: killed in the middle, and writing at the same time.
//!
//! A child is this test program once more, told to run one of the `child_…` functions.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{World, is_sound};
use crate::conversations::{
    AnswerEnd, AnswerText, ConversationId, MessageId, MessageState, NewMessage, Store,
    StoreCommand, Worker,
};
use crate::{Finish, Outbox, StopReason, Timings, Usage};

const DATABASE: &str = "SATCHEL_TEST_DATABASE";
const PATIENCE: Duration = Duration::from_secs(60);

fn start(child: &str, database: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([&format!("conversations::tests::crash::{child}"), "--exact", "--ignored"])
        .args(["--nocapture", "--test-threads=1"])
        .env(DATABASE, database)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn database() -> std::path::PathBuf {
    std::env::var_os(DATABASE).expect("only started by other tests").into()
}

fn acknowledge(what: &str, id: MessageId, count: usize) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{what} {id} {count}").unwrap();
    out.flush().unwrap();
}

/// An answer of so many words, each of them another.
fn words(count: usize) -> String {
    (0..count).map(|word| format!("word{word} ")).collect()
}

fn done() -> AnswerEnd {
    AnswerEnd::Finished(Finish {
        reason: StopReason::EndOfTurn,
        usage: Usage::default(),
        timings: Timings::default(),
        seed: 1,
    })
}

#[test]
#[ignore = "a child of other tests"]
fn child_that_streams() {
    let store = Store::open(&database()).unwrap();
    loop {
        let id = ConversationId::new();
        store.create(id).unwrap();
        let question = store.append(&NewMessage::user(id, None, "q")).unwrap();
        let answer = NewMessage::answer(id, Some(question.id), "Parrot");
        store.begin_answer(&answer).unwrap();
        acknowledge("begun", answer.id, 0);
        let text = |count| AnswerText { content: words(count), ..AnswerText::default() };
        for count in 1..20 {
            store.update_answer(answer.id, &text(count)).unwrap();
            acknowledge("written", answer.id, count);
        }
        store.finish_answer(answer.id, &text(20), &done()).unwrap();
        acknowledge("finished", answer.id, 20);
    }
}

/// What the child said it had written when it was killed, the last for each answer.
fn stream_and_kill(database: &Path, after: Duration) -> Vec<(MessageId, usize)> {
    let mut child = start("child_that_streams", database);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut said: Vec<(MessageId, usize)> = Vec::new();
    let hear = |line: String, said: &mut Vec<(MessageId, usize)>| {
        let mut parts = line.split(' ').skip(1).map(str::parse::<i64>);
        let (Some(Ok(id)), Some(Ok(count))) = (parts.next(), parts.next()) else { return };
        said.retain(|(other, _)| *other != MessageId(id));
        said.push((MessageId(id), usize::try_from(count).unwrap()));
    };
    while said.is_empty() {
        hear(lines.next().unwrap().unwrap(), &mut said);
    }
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    for line in lines.map_while(Result::ok) {
        hear(line, &mut said);
    }
    said
}

#[test]
fn a_process_killed_at_any_moment_loses_nothing_that_it_had_written() {
    let world = World::new();
    let chance = || RandomState::new().build_hasher().finish();
    for _ in 0..20 {
        let before = world.store.list().unwrap().len();
        let after = Duration::from_micros(chance() % 80_000);
        let said = stream_and_kill(&world.database(), after);
        let context = format!("killed {after:?} after the first answer was begun");

        let store = Store::open(&world.database()).unwrap();
        assert!(is_sound(&world.database()), "{context}");
        for (id, count) in &said {
            let message = store.message(*id).unwrap();
            let kept = message.content.split_whitespace().count();
            assert!(kept >= *count, "{context}: {kept} of {count} words");
            assert_eq!(message.content, words(kept), "{context}");
            let state = if kept == 20 { MessageState::Complete } else { MessageState::Interrupted };
            assert_eq!(message.state, state, "{context}");
        }
        // At most one more conversation than was heard of, each with one question and one answer.
        let new = store.list().unwrap().len() - before;
        assert!((said.len()..=said.len() + 1).contains(&new), "{context}");
        for (id, _) in &said {
            let conversation = store.message(*id).unwrap().conversation;
            assert_eq!(store.messages(conversation).unwrap().len(), 2, "{context}");
        }
    }
}

#[test]
#[ignore = "a child of other tests"]
fn child_with_a_worker() {
    let (conversation, id) = (ConversationId::new(), MessageId::new());
    let worker = Worker::start(database(), Outbox::new(|_| true)).unwrap();
    worker.send(StoreCommand::Create(conversation));
    let answer = NewMessage { id, ..NewMessage::answer(conversation, None, "Parrot") };
    worker.send(StoreCommand::BeginAnswer(answer));
    acknowledge("begun", id, 0);
    for word in 0.. {
        let text = format!("word{word} ");
        worker.send(StoreCommand::ExtendAnswer { message: id, text, reasoning: String::new() });
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn what_streams_through_a_worker_reaches_the_disk_before_the_answer_ends() {
    let world = World::new();
    let mut child = start("child_with_a_worker", &world.database());
    let started = Instant::now();
    let message = loop {
        let conversations = world.store.list().unwrap();
        let messages = conversations.first().map(|c| world.store.messages(c.id).unwrap());
        if let Some(message) = messages.into_iter().flatten().find(|m| m.content.len() > 50) {
            break message;
        }
        assert!(started.elapsed() < PATIENCE, "nothing reached the disk");
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(message.state, MessageState::Streaming);
    assert_eq!(world.store.recover_interrupted().unwrap(), 0, "its writer lives");
    child.kill().unwrap();
    child.wait().unwrap();

    assert_eq!(world.store.recover_interrupted().unwrap(), 1);
    let kept = world.store.message(message.id).unwrap();
    assert_eq!(kept.state, MessageState::Interrupted);
    assert_eq!(kept.content, words(kept.content.split_whitespace().count()));
    assert!(kept.content.len() >= message.content.len());
}

const CONVERSATIONS: usize = 40;

#[test]
#[ignore = "a child of other tests"]
fn child_that_writes_much() {
    let store = Store::open(&database()).unwrap();
    for _ in 0..CONVERSATIONS {
        let id = ConversationId::new();
        store.create(id).unwrap();
        let question = store.append(&NewMessage::user(id, None, "together")).unwrap();
        let answer = NewMessage::answer(id, Some(question.id), "Parrot");
        store.begin_answer(&answer).unwrap();
        for count in 0..5 {
            let text = AnswerText { content: words(count), ..AnswerText::default() };
            store.update_answer(answer.id, &text).unwrap();
        }
        let text = AnswerText { content: words(5), ..AnswerText::default() };
        store.finish_answer(answer.id, &text, &done()).unwrap();
    }
}

#[test]
fn two_processes_write_at_once_and_a_third_reads() {
    // No file yet: they also create it at once.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("conversations.db");
    let mut children = [(); 2].map(|()| start("child_that_writes_much", &path));
    let store = Store::open(&path).unwrap();
    for child in &mut children {
        while child.try_wait().unwrap().is_none() {
            store.list().unwrap();
            store.search("together", 5).unwrap();
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(child.wait().unwrap().success());
    }
    let conversations = store.list().unwrap();
    assert_eq!(conversations.len(), 2 * CONVERSATIONS);
    for conversation in conversations {
        let messages = store.messages(conversation.id).unwrap();
        assert_eq!(messages.len(), 2);
        assert_eq!(messages[1].content, words(5));
        assert_eq!(messages[1].state, MessageState::Complete);
    }
    assert!(is_sound(&path));
}

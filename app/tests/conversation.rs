//! The conversation in a terminal, typed into a real (pseudo) terminal.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may give up")]

mod program;

use engine::conversations::{MessageState, Store};
use program::{PATIENCE, Program, fixture, until};
use rexpect::session::{PtySession, spawn_command};

fn begin(program: &Program, model: &str) -> PtySession {
    begin_on(program, &["--model", model], "dumb")
}

fn begin_on(program: &Program, more: &[&str], terminal: &str) -> PtySession {
    let mut command = program.terminal_command(&[&["chat", "--seed", "3"], more].concat());
    // The terminal takes the place of the pipes.
    command.env("TERM", terminal);
    let mut session = spawn_command(command, Some(PATIENCE.as_millis() as u64)).unwrap();
    session.exp_string("> ").unwrap();
    session
}

/// The messages of the only conversation: who said what, and how far it came.
fn kept(program: &Program) -> Vec<(engine::Role, String, MessageState)> {
    let store = Store::open(&program.data().join("conversations.db")).unwrap();
    let list = store.list().unwrap();
    assert_eq!(list.len(), 1, "{list:?}");
    let messages = store.messages(list[0].id).unwrap();
    messages.into_iter().map(|message| (message.role, message.content, message.state)).collect()
}

#[test]
fn what_was_said_is_kept() {
    let program = Program::new();
    let mut session = begin(&program, "demo");
    session.send_line("Who are you?").unwrap();
    session.exp_string("\n> ").unwrap();
    session.send_line("/quit").unwrap();
    session.exp_eof().unwrap();

    let kept = kept(&program);
    assert_eq!(kept.len(), 2, "{kept:?}");
    assert_eq!(kept[0].1, "Who are you?");
    assert!(!kept[1].1.is_empty() && kept[1].2 == MessageState::Complete, "{kept:?}");
}

#[test]
fn ctrl_c_stops_the_answer_and_the_conversation_goes_on() {
    let program = Program::new();
    let mut session = begin(&program, fixture("tiny-gemma3.gguf").to_str().unwrap());
    session.send_line("Tell a long story").unwrap();
    // What was typed ends its line; the answer stands on the next one.
    session.exp_regex("\n\\w").unwrap();
    session.send_control('c').unwrap();
    session.exp_string("(stopped)").unwrap();
    session.exp_string("> ").unwrap();
    session.send_control('d').unwrap();
    session.exp_eof().unwrap();

    let kept = kept(&program);
    assert!(!kept[1].1.is_empty() && kept[1].2 == MessageState::Stopped, "{kept:?}");
}

#[test]
fn a_model_is_deleted_only_after_a_yes() {
    let program = Program::new();
    let path = fixture("tiny-llama.gguf");
    let added = program.run(&["models", "add", "--copy", "--json", path.to_str().unwrap()]).json();
    let copy = std::path::PathBuf::from(added["path"].as_str().unwrap());
    let answer = |said: &str| {
        let command = program.terminal_command(&["models", "remove", "tiny-llama.gguf"]);
        let mut session = spawn_command(command, Some(PATIENCE.as_millis() as u64)).unwrap();
        session.exp_string("[y/N] ").unwrap();
        session.send_line(said).unwrap();
        session.exp_eof().unwrap()
    };
    assert!(answer("").contains("nothing was removed"));
    assert!(copy.exists());
    assert!(answer("y").contains("removed tiny-llama.gguf"));
    assert!(!copy.exists());
    program.run(&["models", "add", "--copy", path.to_str().unwrap()]).succeeded();
    let command = program.terminal_command(&["models", "remove", "--yes", "tiny-llama.gguf"]);
    let mut session = spawn_command(command, Some(PATIENCE.as_millis() as u64)).unwrap();
    session.exp_string("removed").unwrap();
    session.exp_eof().unwrap();
    assert!(!copy.exists());
}

#[test]
fn what_is_typed_ahead_is_answered_in_its_turn() {
    let program = Program::new();
    let mut session = begin_on(&program, &["--model", "demo"], "xterm");
    session.send("one\rtwo\r").unwrap();
    session.flush().unwrap();
    let said = until("both are answered", || {
        let store = Store::open(&program.data().join("conversations.db")).ok()?;
        let messages = store.messages(store.list().ok()?.first()?.id).ok()?;
        let said = |message: &engine::conversations::StoredMessage| message.content.clone();
        let answered = messages.len() == 4 && messages[3].state == MessageState::Complete;
        answered.then(|| [said(&messages[0]), said(&messages[2])])
    });
    assert_eq!(said, ["one", "two"]);
    session.send_control('d').unwrap();
}

#[test]
fn a_message_larger_than_the_context_is_taken_back() {
    let program = Program::new();
    let mut session = begin_on(&program, &["--model", "demo", "--context-length", "256"], "dumb");
    session.send_line("Hello").unwrap();
    session.exp_string("\n> ").unwrap();
    session.send_line(&"word ".repeat(400)).unwrap();
    session.exp_string("the message has").unwrap();
    session.exp_string("is not kept").unwrap();
    session.exp_string("> ").unwrap();
    session.send_line("/new").unwrap();
    session.exp_string("A new conversation begins").unwrap();
    session.send_line("/quit").unwrap();
    session.exp_eof().unwrap();
    let kept = kept(&program);
    let roles: Vec<_> = kept.iter().map(|(role, ..)| *role).collect();
    assert_eq!(roles, [engine::Role::User, engine::Role::Assistant], "{kept:?}");
}

#[test]
fn regenerating_adds_another_version() {
    let program = Program::new();
    let mut session = begin(&program, "demo");
    session.send_line("Hello").unwrap();
    session.exp_string("\n> ").unwrap();
    session.send_line("/regenerate").unwrap();
    session.exp_string("\n> ").unwrap();
    session.send_control('d').unwrap();
    session.exp_eof().unwrap();
    assert_eq!(kept(&program).len(), 3);
}

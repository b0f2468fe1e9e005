//! The conversation in a terminal, typed into a real (pseudo) terminal.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may give up")]

mod program;

use engine::conversations::{MessageState, Store};
use program::{PATIENCE, Program, fixture};
use rexpect::session::{PtySession, spawn_command};

fn begin(program: &Program, model: &str) -> PtySession {
    let mut command = program.terminal_command(&["chat", "--seed", "3", "--model", model]);
    // The terminal takes the place of the pipes.
    command.env("TERM", "dumb");
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

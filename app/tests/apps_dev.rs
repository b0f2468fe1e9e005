//! `satchel apps dev` in a real (pseudo) terminal.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may give up")]

mod program;

use std::fs;
use std::path::PathBuf;

use program::{PATIENCE, Program};
use rexpect::process::WaitStatus;
use rexpect::session::{PtySession, spawn_command};

const ENDLESS: &str = "fn on_run(input) { app::write(\"begun\\n\"); loop { } }";

/// An app elsewhere, and where its script is.
fn app(program: &Program, script: &str) -> (String, PathBuf) {
    let folder = program.folder.path().join("elsewhere/draft");
    fs::create_dir_all(&folder).unwrap();
    let manifest = "id = \"draft\"\nname = \"Draft\"\nversion = \"1.0.0\"\napi = 1\n";
    fs::write(folder.join("app.toml"), manifest).unwrap();
    fs::write(folder.join("main.rhai"), script).unwrap();
    (folder.to_str().unwrap().to_owned(), folder.join("main.rhai"))
}

fn begin(program: &Program, folder: &str) -> PtySession {
    let mut command = program.terminal_command(&["apps", "dev", folder, "--input", "x"]);
    command.env("TERM", "dumb");
    spawn_command(command, Some(PATIENCE.as_millis() as u64)).unwrap()
}

/// It ended as shells expect it after Ctrl+C.
fn interrupted(session: &PtySession) {
    let status = session.process().wait().unwrap();
    assert!(matches!(status, WaitStatus::Exited(_, 130)), "{status:?}");
}

#[test]
fn a_save_ends_an_endless_run_and_the_new_code_runs() {
    let program = Program::new();
    let (folder, script) = app(&program, ENDLESS);
    let mut session = begin(&program, &folder);
    session.exp_string("begun").unwrap();
    // What does not compile leaves it alone, and is told.
    fs::write(&script, "fn on_run(input) { loop {").unwrap();
    session.exp_string("main.rhai:1:").unwrap();
    fs::write(&script, "fn on_run(input) { `the ${\"new\"} one` }").unwrap();
    session.exp_string("the new one").unwrap();
    session.send_control('c').unwrap();
    session.exp_eof().unwrap();
    interrupted(&session);
}

#[test]
fn ctrl_c_ends_the_run_first_and_then_all() {
    let program = Program::new();
    let (folder, script) = app(&program, ENDLESS);
    let mut session = begin(&program, &folder);
    session.exp_string("begun").unwrap();
    session.send_control('c').unwrap();
    session.exp_string("stopped; a save runs it again").unwrap();
    fs::write(&script, "fn on_run(input) { \"once more\" }").unwrap();
    session.exp_string("once more").unwrap();
    session.send_control('c').unwrap();
    session.exp_eof().unwrap();
    interrupted(&session);
}

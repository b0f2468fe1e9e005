//! The real program in a folder of its own, for tests.

#![allow(dead_code, reason = "each test program uses a part of it")]
#![allow(clippy::expect_used, reason = "a test may give up")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long anything may take on a machine that has much else to do.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The program, with a data folder that disappears afterwards.
pub(crate) struct Program {
    pub(crate) folder: TempDir,
}

impl Program {
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().expect("a temporary folder") }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The program with these arguments, not started yet.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.terminal_command(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// The same, on the terminal that the caller gives it.
    pub(crate) fn terminal_command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command
            .arg("--data-dir")
            .arg(self.data())
            .args(arguments)
            .env_remove("SATCHEL_LOG")
            .env_remove("SATCHEL_ENVIRONMENT")
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY");
        command
    }

    /// Runs it to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        Ended::from(self.command(arguments).output().expect("the program starts"))
    }

    /// Runs it to its end with this on its standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Ended {
        let mut child =
            self.command(arguments).stdin(Stdio::piped()).spawn().expect("the program starts");
        // A program that ends without reading closes the pipe.
        child.stdin.take().expect("an input").write_all(input).ok();
        Ended::from(child.wait_with_output().expect("the program ends"))
    }
}

/// The program of this build, or the one that `SATCHEL_BINARY` names.
pub(crate) fn binary() -> PathBuf {
    std::env::var_os("SATCHEL_BINARY")
        .map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_satchel")), PathBuf::from)
}

/// A small model of the repository.
pub(crate) fn fixture(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").join(name);
    assert!(path.exists(), "no fixture {}", path.display());
    path
}

/// What the program said.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) output: String,
    pub(crate) errors: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            output: String::from_utf8(output.stdout).expect("text"),
            errors: String::from_utf8(output.stderr).expect("text"),
        }
    }
}

impl Ended {
    /// It worked; what it printed.
    #[track_caller]
    pub(crate) fn succeeded(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.output
    }

    /// It worked; what it printed, as JSON.
    #[track_caller]
    pub(crate) fn json(self) -> serde_json::Value {
        serde_json::from_str(&self.succeeded()).expect("one JSON value")
    }

    /// It failed with one line on standard error, which is returned, and nothing on standard output.
    #[track_caller]
    pub(crate) fn failed(self) -> String {
        assert_eq!(self.code, Some(1), "{self:?}");
        assert_eq!(self.output, "", "{self:?}");
        assert_eq!(self.errors.lines().count(), 1, "{self:?}");
        self.errors.trim_end().to_owned()
    }

    /// It was used wrongly; what it said about that.
    #[track_caller]
    pub(crate) fn misused(self) -> String {
        assert_eq!(self.code, Some(2), "{self:?}");
        assert_eq!(self.output, "", "{self:?}");
        self.errors
    }
}

/// A program that ends with its test, whatever happens.
pub(crate) struct Running(pub Child);

impl Running {
    /// Waits for its end.
    #[track_caller]
    pub(crate) fn wait(&mut self) -> ExitStatus {
        until("the program ends", || self.0.try_wait().expect("a child"))
    }

    /// Sends it a signal, by name.
    #[track_caller]
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.0.id().to_string()]).status();
        assert!(sent.expect("kill is installed").success(), "cannot send {name}");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Runs another program to its end; what it printed, if it succeeded in time.
pub(crate) fn outcome(command: &mut Command) -> Option<String> {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut running = Running(child.expect("the program is installed"));
    let output = running.0.stdout.take().expect("an output");
    let end = Instant::now() + PATIENCE / 4;
    let status = loop {
        match running.0.try_wait().expect("a child") {
            Some(status) => break status,
            // Dropping it kills it.
            None if Instant::now() > end => return None,
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let text = std::io::read_to_string(output).expect("text");
    status.success().then_some(text)
}

/// Tries until there is something.
#[track_caller]
pub(crate) fn until<T>(what: &str, attempt: impl FnMut() -> Option<T>) -> T {
    until_or_never(PATIENCE, attempt).unwrap_or_else(|| panic!("waited in vain until {what}"))
}

/// The same for something that may not come.
pub(crate) fn until_or_never<T>(
    patience: Duration,
    mut attempt: impl FnMut() -> Option<T>,
) -> Option<T> {
    let end = Instant::now() + patience;
    loop {
        let found = attempt();
        if found.is_some() || Instant::now() > end {
            return found;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

//! A virtual display with the real window on it, driven by the keyboard alone.

#![allow(clippy::expect_used, reason = "a test may give up")]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;

use super::program::{PATIENCE, Program, Running, outcome, until};

/// An X server without a screen.
pub(crate) struct Display {
    _server: Running,
    name: String,
}

impl Display {
    pub(crate) fn start() -> Self {
        let mut server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1280x840x24",
                "-nolisten",
                "tcp",
                "-noreset",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map(Running)
            .expect("Xvfb is installed");
        let output = server.0.stdout.take().expect("an output");
        let (sender, numbers) = mpsc::channel();
        std::thread::spawn(move || {
            let mut number = String::new();
            if BufReader::new(output).read_line(&mut number).is_ok() {
                sender.send(number).ok();
            }
        });
        let number = numbers.recv_timeout(PATIENCE).expect("the number of the display");
        Self { _server: server, name: format!(":{}", number.trim()) }
    }
}

/// The window of the real program.
pub(crate) struct Window<'a> {
    pub(crate) process: Running,
    display: &'a Display,
    id: String,
}

impl<'a> Window<'a> {
    /// Starts the program and waits until its window has the keyboard.
    pub(crate) fn open(program: &Program, display: &'a Display) -> Self {
        let process = program
            .command(&[])
            .env("DISPLAY", &display.name)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map(Running)
            .expect("the program starts");
        let mut window = Self { process, display, id: String::new() };
        window.id = until("there is a window", || {
            let found = window.xdotool(&["search", "--onlyvisible", "--name", "^Satchel"])?;
            found.lines().next().map(str::to_owned)
        });
        // There is no window manager that would do it.
        until("the window has the keyboard", || {
            // Not `--sync`, which waits forever for a window that has the keyboard already.
            window.xdotool(&["windowfocus", &window.id])?;
            (window.xdotool(&["getwindowfocus"])?.trim() == window.id).then_some(())
        });
        window
    }

    fn xdotool(&self, arguments: &[&str]) -> Option<String> {
        let mut command = Command::new("xdotool");
        outcome(command.args(arguments).env("DISPLAY", &self.display.name))
    }

    /// Presses keys together, as `ctrl+k`.
    pub(crate) fn press(&self, keys: &str) {
        self.xdotool(&["key", "--clearmodifiers", keys]).expect("keys are pressed");
    }

    pub(crate) fn type_text(&self, text: &str) {
        self.xdotool(&["type", "--delay", "20", text]).expect("text is typed");
    }

    /// Chooses a row of the command palette.
    pub(crate) fn choose(&self, words: &str) {
        self.press("ctrl+k");
        // Keys that come before the palette is there would go elsewhere.
        self.settle();
        self.type_text(words);
        self.settle();
        self.press("Return");
        self.settle();
    }

    /// Gives it another size, in pixels.
    pub(crate) fn resize(&self, width: u32, height: u32) {
        let (width_words, height_words) = (width.to_string(), height.to_string());
        let size = ["windowsize", &self.id, &width_words, &height_words];
        self.xdotool(&size).expect("the window is resized");
        until("the window has its new size", || (self.size() == (width, height)).then_some(()));
    }

    /// Its size, in pixels.
    pub(crate) fn size(&self) -> (u32, u32) {
        let words = self.xdotool(&["getwindowgeometry", "--shell", &self.id]).expect("a geometry");
        let number = |name: &str| {
            let value = words.lines().find_map(|line| line.strip_prefix(name));
            value.and_then(|value| value.parse().ok()).expect("a number")
        };
        (number("WIDTH="), number("HEIGHT="))
    }

    /// Waits until nothing moves any more.
    pub(crate) fn settle(&self) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        self.picture(&folder.path().join("settled.png"));
    }

    /// The picture on the screen, once nothing moves in it any more.
    pub(crate) fn picture(&self, path: &Path) {
        let take = || {
            let mut command = Command::new("import");
            command.args(["-window", "root"]).arg(path).env("DISPLAY", &self.display.name);
            outcome(&mut command).expect("a picture is taken");
            std::fs::read(path).expect("a picture")
        };
        let mut last = take();
        until("the picture is still", || {
            std::thread::sleep(std::time::Duration::from_millis(300));
            let now = take();
            (std::mem::replace(&mut last, now) == last).then_some(())
        });
    }
}

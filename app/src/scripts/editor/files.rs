//! The thread that reads and writes an app's files, and notices when another program does.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use engine::Outbox;

/// How often open files are compared with the disk.
const LOOK: Duration = Duration::from_secs(1);
/// What an editor is for; larger files are no scripts.
const LARGEST: u64 = 2_000_000;
/// How many files are listed.
const MOST: usize = 300;
/// How deep folders are looked into.
const DEEPEST: usize = 4;
/// Names that end so are shown.
const TEXTS: &[&str] = &["csv", "json", "md", "rhai", "svg", "toml", "txt"];

/// What the thread is asked. Paths are relative to the app's folder.
#[derive(Debug)]
pub(super) enum FileCommand {
    /// Read a file and keep an eye on it.
    Read(PathBuf),
    /// Write a file, whole or not at all.
    Save {
        /// Which.
        path: PathBuf,
        /// What is to stand in it.
        text: String,
    },
    /// Begin a file that is not there yet.
    Create(PathBuf),
    /// Take an eye off it.
    Forget(PathBuf),
}

/// What the thread says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FileEvent {
    /// The files there are, the ones that matter most first.
    Listed(Vec<PathBuf>),
    /// What stands in a file that was asked for.
    Read {
        /// Which.
        path: PathBuf,
        /// Its text.
        text: String,
    },
    /// A file is on disk as it was asked for.
    Saved {
        /// Which.
        path: PathBuf,
        /// What stands in it.
        text: String,
    },
    /// Another program has changed a file.
    Changed {
        /// Which.
        path: PathBuf,
        /// What stands in it now; `None` if it is gone.
        text: Option<String>,
    },
    /// Something was not done.
    Failed {
        /// With which file.
        path: PathBuf,
        /// Why, and what to do.
        words: String,
    },
}

/// The sending side. Dropping it ends the thread after what it is doing.
pub(super) struct Files {
    commands: Option<mpsc::Sender<FileCommand>>,
    thread: Option<JoinHandle<()>>,
}

impl Files {
    /// Starts the thread for the app in `folder`; a list follows.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(super) fn start(folder: PathBuf, outbox: Outbox<FileEvent>) -> io::Result<Self> {
        let (commands, inbox) = mpsc::channel();
        let work = move || Desk::new(folder, outbox).serve(&inbox);
        let thread = std::thread::Builder::new().name("app files".to_owned()).spawn(work)?;
        Ok(Self { commands: Some(commands), thread: Some(thread) })
    }

    /// Asks for something. Never blocks.
    pub(super) fn send(&self, command: FileCommand) {
        if let Some(commands) = &self.commands {
            commands.send(command).ok();
        }
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        self.commands = None;
        // What was asked to be saved is saved before the window closes.
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

/// The thread's side.
struct Desk {
    folder: PathBuf,
    outbox: Outbox<FileEvent>,
    listed: Vec<PathBuf>,
    watched: HashMap<PathBuf, Seen>,
}

/// How a file was seen last.
struct Seen {
    stamp: Option<(SystemTime, u64)>,
    text: Option<String>,
}

impl Desk {
    fn new(folder: PathBuf, outbox: Outbox<FileEvent>) -> Self {
        Self { folder, outbox, listed: Vec::new(), watched: HashMap::new() }
    }

    fn serve(&mut self, inbox: &mpsc::Receiver<FileCommand>) {
        self.list();
        loop {
            match inbox.recv_timeout(LOOK) {
                Ok(command) => self.run(command),
                Err(RecvTimeoutError::Timeout) => self.look(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn run(&mut self, command: FileCommand) {
        match command {
            FileCommand::Read(path) => match self.read(&path) {
                Ok(text) => {
                    self.saw(&path, text.clone());
                    self.outbox.send(FileEvent::Read { path, text });
                }
                Err(words) => self.fail(path, words),
            },
            FileCommand::Save { path, text } => {
                match self.write(&path, &text) {
                    Ok(()) => {
                        self.saw(&path, text.clone());
                        self.outbox.send(FileEvent::Saved { path, text });
                    }
                    Err(error) => self.fail(path, format!("not saved: {error}")),
                }
                self.list();
            }
            FileCommand::Create(path) => {
                if self.folder.join(&path).exists() {
                    return self.fail(path, "there is a file of that name already".to_owned());
                }
                let text = first_text(&path);
                self.run(FileCommand::Save { path, text });
            }
            FileCommand::Forget(path) => {
                self.watched.remove(&path);
            }
        }
    }

    fn fail(&self, path: PathBuf, words: String) {
        self.outbox.send(FileEvent::Failed { path, words });
    }

    fn saw(&mut self, path: &Path, text: String) {
        let stamp = stamp(&self.folder.join(path));
        self.watched.insert(path.to_owned(), Seen { stamp, text: Some(text) });
    }

    fn read(&self, path: &Path) -> Result<String, String> {
        let file = self.folder.join(path);
        let size = fs::metadata(&file).map_err(|error| error.to_string())?.len();
        if size > LARGEST {
            return Err(format!("too large to be edited here ({} MB)", size / 1_000_000));
        }
        let bytes = fs::read(&file).map_err(|error| error.to_string())?;
        String::from_utf8(bytes).map_err(|_| "no text in UTF-8".to_owned())
    }

    fn write(&self, path: &Path, text: &str) -> io::Result<()> {
        let file = self.folder.join(path);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        engine::settings::write_whole(&file, text.as_bytes())
    }

    /// Compares what is watched with the disk.
    fn look(&mut self) {
        let mut changed = Vec::new();
        for (path, seen) in &self.watched {
            let now = stamp(&self.folder.join(path));
            if now != seen.stamp {
                changed.push((path.clone(), now));
            }
        }
        for (path, stamp) in changed {
            let text = self.read(&path).ok();
            let before = self.watched.insert(path.clone(), Seen { stamp, text: text.clone() });
            // Touched, or written again with the same text.
            if before.is_none_or(|before| before.text != text) {
                self.outbox.send(FileEvent::Changed { path, text });
            }
        }
        self.list();
    }

    fn list(&mut self) {
        let mut found = Vec::new();
        collect(&self.folder, Path::new(""), DEEPEST, &mut found);
        found.sort_by_key(|path| (rank(path), path.clone()));
        if found != self.listed {
            self.listed.clone_from(&found);
            self.outbox.send(FileEvent::Listed(found));
        }
    }
}

fn stamp(file: &Path) -> Option<(SystemTime, u64)> {
    let about = fs::metadata(file).ok()?;
    Some((about.modified().ok()?, about.len()))
}

fn collect(folder: &Path, below: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder.join(below)) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if found.len() >= MOST || name.to_string_lossy().starts_with('.') {
            continue;
        }
        let path = below.join(&name);
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() && depth > 1 {
            collect(folder, &path, depth - 1, found);
        } else if kind.is_file() && is_text(&path) {
            found.push(path);
        }
    }
}

fn is_text(path: &Path) -> bool {
    path.extension().is_some_and(|extension| TEXTS.iter().any(|text| extension == *text))
}

/// Scripts first, then what describes the app, then the rest.
fn rank(path: &Path) -> u8 {
    match path.to_str() {
        Some("main.rhai") => 0,
        Some("app.toml") => 1,
        _ if path.extension().is_some_and(|extension| extension == "rhai") => 2,
        _ => 3,
    }
}

/// What a new file begins with.
fn first_text(path: &Path) -> String {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("rhai") => "// What this module is for.\n".to_owned(),
        _ => String::new(),
    }
}

/// Why a name cannot be that of a new file, if it cannot.
pub(super) fn flaw_of_name(name: &str) -> Option<&'static str> {
    let path = Path::new(name.trim());
    if name.trim().is_empty() {
        return Some("A file needs a name");
    }
    if !path.components().all(|part| matches!(part, Component::Normal(_))) {
        return Some("Name a file within the app’s folder");
    }
    (!is_text(path)).then_some("The name has to end in .rhai, .md, .txt, .json, .csv or .toml")
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::{Inbox, asleep, channel};

    const PATIENCE: Duration = Duration::from_secs(60);

    fn open(folder: &Path) -> (Files, Inbox<FileEvent>) {
        let (outbox, news) = channel(asleep());
        (Files::start(folder.to_owned(), outbox).unwrap(), news)
    }

    /// The next piece of news that is no list.
    fn next(news: &Inbox<FileEvent>) -> FileEvent {
        loop {
            let event = news.recv_timeout(PATIENCE).expect("news in time");
            if !matches!(event, FileEvent::Listed(_)) {
                return event;
            }
        }
    }

    #[test]
    fn the_script_is_listed_first_and_hidden_files_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("lib")).unwrap();
        for name in ["README.md", "app.toml", "main.rhai", "lib/a.rhai", ".main.rhai.swp", "x.bin"]
        {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let (_files, news) = open(folder.path());
        let expected = ["main.rhai", "app.toml", "lib/a.rhai", "README.md"];
        let listed = news.recv_timeout(PATIENCE).unwrap();
        assert_eq!(listed, FileEvent::Listed(expected.map(PathBuf::from).to_vec()));
    }

    #[test]
    fn what_is_saved_is_on_disk_and_no_news_of_another_program() {
        let folder = tempfile::tempdir().unwrap();
        let path = PathBuf::from("main.rhai");
        let (files, news) = open(folder.path());
        files.send(FileCommand::Save { path: path.clone(), text: "let a;".to_owned() });
        assert_eq!(next(&news), FileEvent::Saved { path: path.clone(), text: "let a;".to_owned() });
        assert_eq!(fs::read_to_string(folder.path().join(&path)).unwrap(), "let a;");
        fs::write(folder.path().join(&path), "let other;").unwrap();
        let text = Some("let other;".to_owned());
        assert_eq!(next(&news), FileEvent::Changed { path: path.clone(), text });
        fs::remove_file(folder.path().join(&path)).unwrap();
        assert_eq!(next(&news), FileEvent::Changed { path, text: None });
    }

    #[test]
    fn what_was_asked_before_closing_is_saved() {
        let folder = tempfile::tempdir().unwrap();
        let (files, _news) = open(folder.path());
        let (path, text) = (PathBuf::from("main.rhai"), "// last words".to_owned());
        files.send(FileCommand::Save { path, text });
        drop(files);
        assert_eq!(fs::read_to_string(folder.path().join("main.rhai")).unwrap(), "// last words");
    }

    #[test]
    fn a_file_that_is_no_text_is_refused_in_words() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.txt"), b"\xff\xfe").unwrap();
        let (files, news) = open(folder.path());
        files.send(FileCommand::Read(PathBuf::from("a.txt")));
        assert!(matches!(next(&news), FileEvent::Failed { words, .. } if words.contains("UTF-8")));
        files.send(FileCommand::Create(PathBuf::from("a.txt")));
        assert!(
            matches!(next(&news), FileEvent::Failed { words, .. } if words.contains("already"))
        );
    }

    #[test]
    fn new_files_stay_within_the_app() {
        for name in ["", "../x.rhai", "/x.rhai", "a/../../x.rhai", "x.exe"] {
            assert!(flaw_of_name(name).is_some(), "{name}");
        }
        assert_eq!(flaw_of_name("lib/words.rhai"), None);
    }
}

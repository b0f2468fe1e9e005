//! Looks for mistakes while one types: once typing has paused, on a thread of its own.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};

use engine::Outbox;
use scripting::{AppId, Problem};

/// How long typing must pause, in seconds.
const PAUSE: f64 = 0.2;

/// Finds the mistakes of one file of an app, given what stands in the editor.
pub(crate) type Check = Arc<dyn Fn(&AppId, &Path, &str) -> Vec<Problem> + Send + Sync>;

/// What is to be looked at.
struct Asked {
    path: PathBuf,
    text: String,
    version: u64,
}

/// What was found.
#[derive(Debug)]
pub(super) struct Checked {
    /// In which file.
    pub(super) path: PathBuf,
    /// In which version of its text.
    pub(super) version: u64,
    /// The mistakes, in this file or in others that it needs.
    pub(super) problems: Vec<Problem>,
}

/// The sending side. Dropping it lets the thread end.
pub(super) struct Checker {
    asked: mpsc::Sender<Asked>,
    typed: bool,
    due: Option<f64>,
}

impl Checker {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system gives none.
    pub(super) fn start(app: AppId, check: Check, outbox: Outbox<Checked>) -> io::Result<Self> {
        let (asked, inbox) = mpsc::channel::<Asked>();
        let work = move || {
            while let Ok(mut next) = inbox.recv() {
                // Only the newest text matters.
                while let Ok(newer) = inbox.try_recv() {
                    next = newer;
                }
                let problems = check(&app, &next.path, &next.text);
                outbox.send(Checked { path: next.path, version: next.version, problems });
            }
        };
        std::thread::Builder::new().name("script check".to_owned()).spawn(work)?;
        Ok(Self { asked, typed: false, due: None })
    }

    /// The text has changed: check it after a pause.
    pub(super) fn typed(&mut self) {
        self.typed = true;
    }

    /// Check it at once.
    pub(super) fn now(&mut self) {
        self.due = Some(0.0);
    }

    /// Has a text checked, if it is time. Returns how long it is until then, in seconds.
    pub(super) fn hear(&mut self, now: f64, path: &Path, text: &str, version: u64) -> Option<f64> {
        if std::mem::take(&mut self.typed) {
            self.due = Some(now + PAUSE);
        }
        let due = self.due?;
        if due > now {
            return Some(due - now);
        }
        self.due = None;
        self.asked.send(Asked { path: path.to_owned(), text: text.to_owned(), version }).ok();
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::{asleep, channel};

    #[test]
    fn nothing_is_checked_until_typing_pauses() {
        let (outbox, found) = channel(asleep());
        let check: Check = Arc::new(|_, _, text| vec![Problem::new(text)]);
        let mut checker = Checker::start(AppId("a".to_owned()), check, outbox).unwrap();
        let path = Path::new("main.rhai");
        checker.typed();
        assert!(checker.hear(1.1, path, "a", 1).is_some());
        checker.typed();
        assert!(checker.hear(1.25, path, "a", 2).is_some());
        assert!(checker.hear(1.4, path, "ab", 2).is_some(), "typing went on");
        assert_eq!(checker.hear(1.5, path, "abc", 3), None);
        let checked = found.recv_timeout(std::time::Duration::from_secs(60)).unwrap();
        assert_eq!((checked.version, checked.problems[0].message.as_str()), (3, "abc"));
        assert_eq!(checker.hear(9.0, path, "abc", 3), None, "and only once");
        assert!(found.try_recv().is_err());
    }
}

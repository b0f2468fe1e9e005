//! Following folders: what changed in them is told once it has been quiet for a while.
//!
//! Whoever copies a large file changes it a thousand times. Quiet is waited for by a thread that sleeps
//! until something changes, so that watching costs nothing while nothing happens.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};

/// Changes are told once there have been none for so long.
const QUIET: Duration = Duration::from_millis(500);
/// Changes that do not end are told about so often.
const PATIENCE: Duration = Duration::from_secs(2);

/// Follows folders until it is dropped.
#[derive(Debug)]
pub struct FolderWatch {
    watcher: RecommendedWatcher,
}

/// What changed: files and folders that were made, written, renamed or removed.
#[derive(Debug, Default)]
pub struct Changes {
    /// Where.
    pub paths: HashSet<PathBuf>,
    /// The system lost count: anything else may have changed as well.
    pub are_incomplete: bool,
}

impl Changes {
    /// What an event of the system says; `None` where something was only read. An error says that events
    /// may have been lost.
    pub fn of(event: notify::Result<Event>) -> Option<Self> {
        match event {
            Ok(event) if event.need_rescan() => Some(Self::unknown()),
            Ok(event) if event.kind.is_access() => None,
            Ok(event) => Some(Self { paths: event.paths.into_iter().collect(), ..Self::default() }),
            Err(error) => {
                tracing::warn!("changes of a folder were lost: {error}");
                Some(Self::unknown())
            }
        }
    }

    fn unknown() -> Self {
        Self { are_incomplete: true, ..Self::default() }
    }

    /// Adds later ones.
    pub fn add(&mut self, later: Self) {
        self.paths.extend(later.paths);
        self.are_incomplete |= later.are_incomplete;
    }
}

impl FolderWatch {
    /// Begins to follow no folder yet. `tell` is called on a thread of its own.
    ///
    /// # Errors
    /// When the system cannot watch, or gives no thread.
    pub fn start(tell: impl FnMut(Changes) + Send + 'static) -> io::Result<Self> {
        let (changes, inbox) = mpsc::channel();
        std::thread::Builder::new()
            .name("folder changes".to_owned())
            .spawn(move || gather(&inbox, tell))?;
        let hear = move |event| {
            if let Some(changed) = Changes::of(event) {
                // Without the thread the watch is being dropped.
                changes.send(changed).ok();
            }
        };
        let watcher = notify::recommended_watcher(hear).map_err(io::Error::other)?;
        Ok(Self { watcher })
    }

    /// Follows a folder with all that is in it.
    ///
    /// # Errors
    /// When it is not there, or the system cannot watch it or so many.
    pub fn add(&mut self, folder: &Path) -> io::Result<()> {
        self.watcher.watch(folder, RecursiveMode::Recursive).map_err(io::Error::other)
    }

    /// Follows a folder no longer.
    pub fn remove(&mut self, folder: &Path) {
        // Who is gone is not watched any more, and that is all that can go wrong.
        self.watcher.unwatch(folder).ok();
    }
}

/// Collects changes until it is quiet, for as long as anybody watches.
fn gather(inbox: &mpsc::Receiver<Changes>, mut tell: impl FnMut(Changes)) {
    while let Ok(mut changes) = inbox.recv() {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            match inbox.recv_timeout(QUIET) {
                Ok(later) => changes.add(later),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        tell(changes);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// For loaded machines.
    const LONG: Duration = Duration::from_secs(60);

    /// Calls what is told to the receiver.
    fn into_channel() -> (impl FnMut(Changes), mpsc::Receiver<Changes>) {
        let (sender, told) = mpsc::channel();
        (move |changes| sender.send(changes).unwrap_or_default(), told)
    }

    fn of(path: &str) -> Changes {
        Changes { paths: HashSet::from([PathBuf::from(path)]), are_incomplete: false }
    }

    #[test]
    fn what_changes_in_a_folder_is_told_until_it_is_let_go_of() {
        let folder = tempfile::tempdir().unwrap();
        let (tell, told) = into_channel();
        let mut watch = FolderWatch::start(tell).unwrap();
        watch.add(folder.path()).unwrap();
        let file = folder.path().join("new.gguf");
        fs::write(&file, "words").unwrap();
        let end = Instant::now() + LONG;
        let mut paths = HashSet::new();
        while !paths.contains(&file) {
            let left = end.saturating_duration_since(Instant::now());
            paths.extend(told.recv_timeout(left).expect("told in time").paths);
        }
        watch.remove(folder.path());
        drop(watch);
        assert!(told.iter().all(|late| !late.are_incomplete), "the thread ended");
    }

    #[test]
    fn a_folder_that_is_not_there_cannot_be_followed() {
        let (tell, _told) = into_channel();
        let mut watch = FolderWatch::start(tell).unwrap();
        assert!(watch.add(Path::new("/nowhere/at/all")).is_err());
    }

    #[test]
    fn what_changes_at_the_same_time_is_told_together() {
        let (changes, inbox) = mpsc::channel();
        let (tell, told) = into_channel();
        for name in ["a", "b", "a"] {
            changes.send(of(name)).unwrap();
        }
        changes.send(Changes::unknown()).unwrap();
        let gathering = std::thread::spawn(move || gather(&inbox, tell));
        let all = told.recv_timeout(LONG).unwrap();
        assert_eq!(all.paths, HashSet::from([PathBuf::from("a"), PathBuf::from("b")]));
        assert!(all.are_incomplete);
        drop(changes);
        gathering.join().unwrap();
        assert_eq!(told.iter().count(), 0);
    }

    #[test]
    fn changes_that_do_not_end_are_told_all_the_same() {
        let (changes, inbox) = mpsc::channel();
        let (tell, told) = into_channel();
        let gathering = std::thread::spawn(move || gather(&inbox, tell));
        let end = Instant::now() + LONG;
        while told.try_recv().is_err() {
            assert!(Instant::now() < end, "nothing was told");
            changes.send(of("growing")).unwrap();
            std::thread::sleep(QUIET / 50);
        }
        drop(changes);
        gathering.join().unwrap();
    }

    #[test]
    fn reading_is_no_change() {
        use notify::EventKind;
        use notify::event::{AccessKind, CreateKind, Flag};

        let event = |kind| Ok(Event::new(kind).add_path(PathBuf::from("a")));
        assert!(Changes::of(event(EventKind::Access(AccessKind::Read))).is_none());
        let made = Changes::of(event(EventKind::Create(CreateKind::File))).unwrap();
        assert!(made.paths.contains(Path::new("a")) && !made.are_incomplete);
        let lost = Event::new(EventKind::Other).set_flag(Flag::Rescan);
        assert!(Changes::of(Ok(lost)).unwrap().are_incomplete);
        assert!(Changes::of(Err(notify::Error::generic("lost"))).unwrap().are_incomplete);
    }
}

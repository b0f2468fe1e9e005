//! Notices that a file of an app was saved.
//!
//! Folders are watched, never files: an editor that saves by renaming a new file over the old one
//! would take a watched file away. Where the system cannot watch (network drives, too many watches),
//! the folders are looked through twice a second.

use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use engine::Changes;
use notify::{Config, Event, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};

use super::Input;
use crate::Library;

/// How often folders are looked through that cannot be watched.
const PERIOD: Duration = Duration::from_millis(500);

/// Watches until it is dropped.
pub(super) struct Watching {
    _watchers: Vec<Box<dyn Watcher + Send>>,
}

/// Watches the folders of apps, and those apps that lie elsewhere.
pub(super) fn start<'a>(
    library: &'a Library,
    apps: impl Iterator<Item = &'a Path>,
    inputs: &mpsc::Sender<Input>,
) -> Watching {
    let own = library.own();
    if let Err(error) = std::fs::create_dir_all(own) {
        tracing::warn!("the folder of apps cannot be made: {error}: {}", own.display());
    }
    let homes: Vec<&Path> = std::iter::once(own).chain(library.shipped()).collect();
    let elsewhere = apps.filter(|app| !homes.iter().any(|home| app.starts_with(home)));
    let folders = homes.iter().copied().chain(elsewhere);
    Watching { _watchers: folders.filter_map(|folder| watch(folder, inputs)).collect() }
}

fn watch(folder: &Path, inputs: &mpsc::Sender<Input>) -> Option<Box<dyn Watcher + Send>> {
    if !folder.is_dir() {
        return None;
    }
    match watch_with::<RecommendedWatcher>(folder, inputs, Config::default()) {
        Ok(watcher) => return Some(Box::new(watcher)),
        Err(error) => tracing::warn!(
            "saved apps are noticed half a second later, since their folder cannot be watched: \
             {error}"
        ),
    }
    match poll(folder, inputs) {
        Ok(watcher) => Some(Box::new(watcher)),
        Err(error) => {
            tracing::error!("saved apps are not noticed: {error}: {}", folder.display());
            None
        }
    }
}

/// Looks through a folder again and again.
fn poll(folder: &Path, inputs: &mpsc::Sender<Input>) -> notify::Result<PollWatcher> {
    let config = Config::default().with_poll_interval(PERIOD).with_compare_contents(true);
    watch_with(folder, inputs, config)
}

fn watch_with<W: Watcher>(
    folder: &Path,
    inputs: &mpsc::Sender<Input>,
    config: Config,
) -> notify::Result<W> {
    let inputs = inputs.clone();
    let mut watcher = W::new(
        move |event: notify::Result<Event>| {
            let Some(changes) = Changes::of(event) else { return };
            let unknown = changes.are_incomplete.then_some(None);
            for touched in changes.paths.into_iter().map(Some).chain(unknown) {
                // Without a supervisor there is nobody to tell.
                inputs.send(Input::Touched(touched)).ok();
            }
        },
        config,
    )?;
    watcher.watch(folder, RecursiveMode::Recursive)?;
    Ok(watcher)
}

/// Whether a path is of an app that lies in `folder`.
pub(super) fn belongs(path: &Path, folder: &Path) -> bool {
    // Some systems tell the real path of what was watched by another.
    path.starts_with(folder) || folder.canonicalize().is_ok_and(|real| path.starts_with(real))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::Instant;

    use super::*;

    /// For loaded machines.
    const PATIENCE: Duration = Duration::from_secs(60);

    /// Waits until a touch of this file is told.
    fn wait_for(file: &Path, told: &mpsc::Receiver<Input>) {
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match told.recv_timeout(left) {
                Ok(Input::Touched(Some(path))) if belongs(&path, file) => return,
                Ok(_) => {}
                Err(_) => panic!("nobody told of {}", file.display()),
            }
        }
    }

    #[test]
    fn a_folder_that_cannot_be_watched_is_looked_through() {
        let folder = tempfile::tempdir().unwrap();
        let app = folder.path().join("app");
        fs::create_dir(&app).unwrap();
        let file = app.join("main.rhai");
        fs::write(&file, "fn on_run(input) { 1 }").unwrap();
        let (inputs, told) = mpsc::channel();
        let _watcher = poll(folder.path(), &inputs).unwrap();
        // Of the same length, within the same second: only the text tells them apart.
        fs::write(&file, "fn on_run(input) { 2 }").unwrap();
        wait_for(&file, &told);
        let new = app.join("new.rhai");
        fs::write(&new, "").unwrap();
        wait_for(&new, &told);
        fs::remove_file(&new).unwrap();
        wait_for(&new, &told);
    }
}

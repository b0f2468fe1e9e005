//! Following folders: when something in them changes, they are looked through again.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::documents::DocumentsError;
use crate::documents::extract;
use crate::documents::store::Store;
use crate::folder_watch::{Changes, FolderWatch};

/// Follows the folders that are to be watched.
pub(super) struct Watcher {
    folders: Option<FolderWatch>,
    watched: HashSet<PathBuf>,
    /// What was not looked at yet.
    changes: Arc<Mutex<Changes>>,
}

impl Watcher {
    /// Calls `wake` after each change. Where the system cannot watch, folders are only looked
    /// through at the start.
    pub(super) fn new(wake: impl Fn() -> bool + Send + 'static) -> Self {
        let changes: Arc<Mutex<Changes>> = Arc::default();
        let unseen = Arc::clone(&changes);
        let tell = move |later| {
            unseen.lock().unwrap_or_else(PoisonError::into_inner).add(later);
            wake();
        };
        let folders = FolderWatch::start(tell)
            .inspect_err(|error| tracing::warn!("folders cannot be watched: {error}"))
            .ok();
        Self { folders, watched: HashSet::new(), changes }
    }

    /// Brings what is watched in line with the library, and marks roots in which something changed.
    pub(super) fn follow(&mut self, store: &Store) -> Result<(), DocumentsError> {
        let roots = store.roots()?;
        let wanted: HashSet<PathBuf> =
            roots.into_iter().filter(|root| root.watched).map(|root| root.path).collect();
        if let Some(folders) = &mut self.folders {
            for path in self.watched.difference(&wanted) {
                folders.remove(path);
            }
            for path in wanted.difference(&self.watched) {
                if let Err(error) = folders.add(path) {
                    tracing::warn!("{} cannot be watched: {error}", path.display());
                }
            }
        }
        self.watched = wanted;
        let changes =
            std::mem::take(&mut *self.changes.lock().unwrap_or_else(PoisonError::into_inner));
        let concerns = |root: &Path| {
            changes.are_incomplete
                || changes.paths.iter().any(|path| path.starts_with(root) && matters(path))
        };
        for root in &self.watched {
            if concerns(root) {
                store.make_due(Some(root))?;
            }
        }
        Ok(())
    }
}

/// Whether a change may be one of a document: databases and logs of programs, the library itself
/// among them, change all the time.
fn matters(path: &Path) -> bool {
    extract::by_name(path).is_some() || path.extension().is_none() || path.is_dir()
}

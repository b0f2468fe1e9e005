//! Following folders: when something in them changes, they are looked through again.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use notify_debouncer_full::notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer};

use crate::documents::DocumentsError;
use crate::documents::extract;
use crate::documents::store::Store;

/// A change is looked at once it has been quiet for so long.
const QUIET: Duration = Duration::from_millis(500);

/// Follows the folders that are to be watched.
pub(super) struct Watcher {
    debouncer: Option<Debouncer<RecommendedWatcher, RecommendedCache>>,
    watched: HashSet<PathBuf>,
    /// Paths in which something changed.
    changed: Arc<Mutex<HashSet<PathBuf>>>,
}

impl Watcher {
    /// Calls `wake` after each change. Where the system cannot watch, folders are only looked
    /// through at the start.
    pub(super) fn new(wake: impl Fn() -> bool + Send + 'static) -> Self {
        let changed: Arc<Mutex<HashSet<PathBuf>>> = Arc::default();
        let paths = Arc::clone(&changed);
        let hear = move |result: DebounceEventResult| {
            let Ok(events) = result else { return };
            let mut paths = paths.lock().unwrap_or_else(PoisonError::into_inner);
            paths.extend(
                events
                    .into_iter()
                    .filter(|event| !event.kind.is_access())
                    .flat_map(|event| event.paths.clone()),
            );
            if !paths.is_empty() {
                wake();
            }
        };
        let debouncer = match new_debouncer(QUIET, None, hear) {
            Ok(debouncer) => Some(debouncer),
            Err(error) => {
                tracing::warn!("folders cannot be watched: {error}");
                None
            }
        };
        Self { debouncer, watched: HashSet::new(), changed }
    }

    /// Brings what is watched in line with the library, and marks roots in which something changed.
    pub(super) fn follow(&mut self, store: &Store) -> Result<(), DocumentsError> {
        let roots = store.roots()?;
        let wanted: HashSet<PathBuf> =
            roots.into_iter().filter(|root| root.watched).map(|root| root.path).collect();
        if let Some(debouncer) = &mut self.debouncer {
            for path in self.watched.difference(&wanted) {
                // It may be gone already.
                debouncer.unwatch(path).ok();
            }
            for path in wanted.difference(&self.watched) {
                if let Err(error) = debouncer.watch(path, RecursiveMode::Recursive) {
                    tracing::warn!("{} cannot be watched: {error}", path.display());
                }
            }
        }
        self.watched = wanted;
        let changed =
            std::mem::take(&mut *self.changed.lock().unwrap_or_else(PoisonError::into_inner));
        for root in &self.watched {
            if changed.iter().any(|path| path.starts_with(root) && matters(path)) {
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

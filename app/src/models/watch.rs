//! Notices that models come and go by other hands: copied into the data folder, or added by
//! `satchel models add` in a terminal.

use std::path::Path;
use std::time::Duration;

use notify_debouncer_full::notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer};

/// A change is told once it has been quiet for so long.
const QUIET: Duration = Duration::from_millis(500);

/// Watches until it is dropped.
pub(super) struct Watching {
    _debouncer: Debouncer<RecommendedWatcher, RecommendedCache>,
}

/// Watches the folder of models, which is made if it is missing, and calls `tell` after each change.
/// `None` where the system cannot watch: then models are seen when their page is opened.
pub(super) fn start(folder: &Path, tell: impl Fn() + Send + 'static) -> Option<Watching> {
    let hear = move |events: DebounceEventResult| {
        // After an error, events may have been lost.
        if events.map_or(true, |events| events.iter().any(|event| !event.kind.is_access())) {
            tell();
        }
    };
    let watch = || -> Result<_, Box<dyn std::error::Error>> {
        std::fs::create_dir_all(folder)?;
        let mut debouncer = new_debouncer(QUIET, None, hear)?;
        debouncer.watch(folder, RecursiveMode::Recursive)?;
        Ok(debouncer)
    };
    match watch() {
        Ok(debouncer) => Some(Watching { _debouncer: debouncer }),
        Err(error) => {
            tracing::warn!("the folder of models cannot be watched: {error}");
            None
        }
    }
}

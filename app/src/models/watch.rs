//! Notices that models come and go by other hands: copied into the data folder, or added by
//! `satchel models add` in a terminal.

use std::path::Path;

use engine::FolderWatch;

/// Watches the folder of models, which is made if it is missing, and calls `tell` after each change.
/// `None` where the system cannot watch: then models are seen when their page is opened.
pub(super) fn start(folder: &Path, tell: impl Fn() + Send + 'static) -> Option<FolderWatch> {
    let watch = || {
        std::fs::create_dir_all(folder)?;
        let mut watch = FolderWatch::start(move |_| tell())?;
        watch.add(folder)?;
        std::io::Result::Ok(watch)
    };
    watch()
        .inspect_err(|error| tracing::warn!("the folder of models cannot be watched: {error}"))
        .ok()
}

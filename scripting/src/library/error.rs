//! Why an app could not come, go or be found.

use std::io;
use std::path::PathBuf;

use crate::{AppId, NoAppId, Problem};

/// Why an app could not come, go or be found.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// No app has this id.
    #[error("there is no app `{id}`{}", .nearest.as_ref().map_or_else(String::new, |id| format!(": did you mean `{id}`?")))]
    Unknown {
        /// What was asked for.
        id: AppId,
        /// What may have been meant.
        nearest: Option<String>,
    },
    /// The text is no id.
    #[error(transparent)]
    NoAppId(#[from] NoAppId),
    /// Another app has this id.
    #[error("there already is an app `{0}`")]
    Taken(AppId),
    /// The app came with Satchel and is not changed.
    #[error("`{0}` came with Satchel and is not changed: duplicate it, and change the copy")]
    Shipped(AppId),
    /// The manifest makes no sense.
    #[error("the app `{id}` has to be mended first: {}", list(.problems))]
    Broken {
        /// Which app.
        id: String,
        /// What is wrong with it.
        problems: Vec<Problem>,
    },
    /// A `.satchel-app` file is not what it should be.
    #[error("{reason}: {}", path.display())]
    Package {
        /// What is wrong with it, and what to do.
        reason: String,
        /// The file.
        path: PathBuf,
    },
    /// The app has no `[assistant]` to change.
    #[error("the app `{0}` has no [assistant]")]
    NoAssistant(AppId),
    /// The app has a script already.
    #[error("the app `{0}` has a main.rhai already")]
    HasScript(AppId),
    /// A file or folder is there and cannot be read.
    #[error("it cannot be read: {reason}: {}", path.display())]
    Unreadable {
        /// What the system said.
        reason: io::Error,
        /// Which.
        path: PathBuf,
    },
    /// A file or folder cannot be written.
    #[error("it cannot be written: {reason}: {}", path.display())]
    Unwritable {
        /// What the system said.
        reason: io::Error,
        /// Which.
        path: PathBuf,
    },
}

fn list(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

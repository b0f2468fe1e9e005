//! What can go wrong with the library, in words that help.

use std::io;
use std::path::{Path, PathBuf};

use crate::Error;

/// A failure to list, add, remove or find a model.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// The file is no model that can be used.
    #[error(transparent)]
    Unusable(#[from] Error),
    /// There is no such model.
    #[error("there is no model {name:?}{}", nearest(near))]
    NotFound {
        /// What was asked for.
        name: String,
        /// Names that look like it; at most three.
        near: Vec<String>,
    },
    /// What was asked for is a path, and there is no file.
    #[error("there is no such file: {}", .0.display())]
    NoFile(PathBuf),
    /// What was asked for is a folder.
    #[error("a folder is no model: name a GGUF file in it: {}", .0.display())]
    Folder(PathBuf),
    /// Several models begin like that.
    #[error("{name:?} can be one of several models: {}; say more of the name", candidates.join(", "))]
    Ambiguous {
        /// What was asked for.
        name: String,
        /// The names that begin like it.
        candidates: Vec<String>,
    },
    /// Another file of that name is there.
    #[error("another model of that name is there already: rename the file, or remove the other: {}", .0.display())]
    NameTaken(PathBuf),
    /// The list of added models is a text and cannot hold this path.
    #[error("the path is not valid UTF-8 text: rename the file, or add a copy of it: {}", .0.display())]
    PathIsNoText(PathBuf),
    /// The demonstration model belongs to the program.
    #[error("the demonstration model belongs to the program and cannot be removed")]
    Demonstration,
    /// Given up, as asked; nothing was changed.
    #[error("adding the model was cancelled")]
    Cancelled,
    /// The list of added files cannot be understood.
    #[error("the list of added models is damaged: {reason}; mend or remove it: {}", path.display())]
    AddedList {
        /// What is wrong with it.
        reason: String,
        /// The list.
        path: PathBuf,
    },
    /// The system refused.
    #[error("cannot {doing}: {}: {}", crate::in_words(source), path.display())]
    Refused {
        /// What was tried.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
        /// With which file.
        path: PathBuf,
    },
}

impl LibraryError {
    /// For `map_err`.
    pub(super) fn refused(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Refused { doing, source, path }
    }
}

fn nearest(near: &[String]) -> String {
    if near.is_empty() {
        ": see `satchel models list`".to_owned()
    } else {
        format!("; there is {}", near.join(", "))
    }
}

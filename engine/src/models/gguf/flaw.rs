//! What is wrong with a file, in words for the person who chose it.

use std::path::Path;

use crate::Error;

/// Why a file cannot be used: half a sentence that fits behind "not a usable GGUF file:".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct Flaw(pub(super) String);

impl Flaw {
    pub(super) fn in_file(self, path: &Path) -> Error {
        Error::ModelInvalid { reason: self.0, path: path.to_owned() }
    }
}

/// Returns early with a [`Flaw`].
macro_rules! flaw {
    ($($words:tt)*) => {
        return Err($crate::models::gguf::flaw::Flaw(format!($($words)*)))
    };
}
pub(super) use flaw;

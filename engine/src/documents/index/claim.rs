//! Of all processes that have a library open, one reads documents into it: who holds this lock.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The right to read documents into a library. The system takes it back when the process ends,
/// however it ends.
#[derive(Debug)]
pub(super) struct Claim {
    _file: File,
}

impl Claim {
    /// Takes the right, unless another process has it.
    pub(super) fn take(library: &Path) -> io::Result<Option<Self>> {
        let path = beside(library);
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

fn beside(library: &Path) -> PathBuf {
    let mut name = library.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

#[cfg(test)]
mod tests {
    use super::Claim;

    #[test]
    fn only_one_has_the_right_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("library.db");
        let first = Claim::take(&library).unwrap().unwrap();
        assert!(Claim::take(&library).unwrap().is_none());
        drop(first);
        assert!(Claim::take(&library).unwrap().is_some());
    }
}

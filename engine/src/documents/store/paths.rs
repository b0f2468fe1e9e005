//! Paths as the database keeps them: the system's own bytes, since not every path is text.

use std::path::{Path, PathBuf};

#[cfg(unix)]
pub(super) fn to_bytes(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt as _;
    path.as_os_str().as_bytes().to_vec()
}

#[cfg(unix)]
pub(super) fn from_bytes(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt as _;
    std::ffi::OsString::from_vec(bytes).into()
}

/// Elsewhere paths that are no text are so rare that they are not told apart.
#[cfg(not(unix))]
pub(super) fn to_bytes(path: &Path) -> Vec<u8> {
    path.to_string_lossy().into_owned().into_bytes()
}

#[cfg(not(unix))]
pub(super) fn from_bytes(bytes: Vec<u8>) -> PathBuf {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

/// The first and the last possible bytes of paths below a folder: all of them lie between.
pub(super) fn below(folder: &Path) -> (Vec<u8>, Vec<u8>) {
    let mut first = to_bytes(folder);
    let separator = std::path::MAIN_SEPARATOR as u8;
    if first.last() != Some(&separator) {
        first.push(separator);
    }
    let mut last = first.clone();
    last.pop();
    last.push(separator + 1);
    (first, last)
}

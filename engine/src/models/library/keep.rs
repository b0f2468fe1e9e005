//! Bringing a model's files into the data folder: all or none.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::LibraryError;

const CHUNK: usize = 4 << 20;

/// Hears how many bytes of how many are there; answers `false` to give up.
pub type CopyProgress<'a> = &'a mut dyn FnMut(u64, u64) -> bool;

/// Links or copies `sources` into `folder` under their own names. Until all of them are there
/// complete they have other names, which the library does not list.
pub(super) fn bring(
    sources: &[PathBuf],
    folder: &Path,
    progress: CopyProgress<'_>,
) -> Result<Vec<PathBuf>, LibraryError> {
    fs::create_dir_all(folder).map_err(LibraryError::refused("make the folder", folder))?;
    let targets: Vec<_> = sources.iter().map(|source| folder.join(listed_name(source))).collect();
    if let Some(taken) = targets.iter().find(|target| target.exists()) {
        return Err(LibraryError::NameTaken(taken.clone()));
    }
    let mut arrivals = Arrivals::default();
    let total =
        sources.iter().filter_map(|source| fs::metadata(source).ok()).map(|m| m.len()).sum();
    let mut done = 0;
    for (source, target) in sources.iter().zip(&targets) {
        let temporary = temporary_name(target);
        fs::remove_file(&temporary).ok();
        arrivals.temporary.push(temporary.clone());
        if fs::hard_link(source, &temporary).is_ok() {
            done += fs::metadata(&temporary).map_or(0, |metadata| metadata.len());
            if !progress(done, total) {
                return Err(LibraryError::Cancelled);
            }
        } else {
            copy(source, &temporary, &mut done, total, progress)?;
        }
    }
    // The first part last: without it, the others are no model.
    for (temporary, target) in arrivals.temporary.iter().zip(&targets).rev() {
        fs::rename(temporary, target).map_err(LibraryError::refused("name the copy", target))?;
    }
    Ok(targets)
}

/// Files on their way, removed when they do not all arrive.
#[derive(Default)]
struct Arrivals {
    temporary: Vec<PathBuf>,
}

impl Drop for Arrivals {
    fn drop(&mut self) {
        for path in &self.temporary {
            // Those that arrived have another name by now.
            fs::remove_file(path).ok();
        }
    }
}

/// The name of a file, such that [`super::scan`] lists it.
fn listed_name(source: &Path) -> OsString {
    let name = source.file_name().unwrap_or_default();
    let hidden = name.to_string_lossy().starts_with('.');
    let mut listed = if hidden { OsString::from("model") } else { OsString::new() };
    listed.push(name);
    if !source.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gguf")) {
        listed.push(".gguf");
    }
    listed
}

/// The end of the name is kept, which tells the parts of a split model apart; all of it may be as
/// long as file systems allow, 255 bytes.
fn temporary_name(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let start = name.ceil_char_boundary(name.len().saturating_sub(240));
    target.with_file_name(format!(".{}.part", &name[start..]))
}

fn copy(
    source: &Path,
    target: &Path,
    done: &mut u64,
    total: u64,
    progress: CopyProgress<'_>,
) -> Result<(), LibraryError> {
    let refused = |error: io::Error| LibraryError::refused("copy the model", source)(error);
    let mut from = File::open(source).map_err(refused)?;
    let mut to = File::create(target)
        .map_err(LibraryError::refused("copy the model into the data folder", target))?;
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = from.read(&mut chunk).map_err(refused)?;
        let Some(bytes) = chunk.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        to.write_all(bytes)
            .map_err(LibraryError::refused("copy the model into the data folder", target))?;
        *done += read as u64;
        if !progress(*done, total) {
            return Err(LibraryError::Cancelled);
        }
    }
    to.sync_all().map_err(LibraryError::refused("copy the model into the data folder", target))
}

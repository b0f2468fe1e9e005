//! Bringing a model's files into the data folder: all or none.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::LibraryError;

/// How much is copied between two words about it, in bytes; whole blocks of any file system, which some
/// of them can share between the two files instead of copying.
const CHUNK: u64 = 16 << 20;

/// Hears how many bytes of how many are there; answers `false` to give up.
pub type CopyProgress<'a> = &'a mut dyn FnMut(u64, u64) -> bool;

/// Copies `sources` into `folder` under their own names. Until all of them are there
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
        copy(source, &temporary, &mut done, total, progress)?;
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
    let from = File::open(source).map_err(refused)?;
    let to_refused = || LibraryError::refused("copy the model into the data folder", target);
    let mut to = File::create(target).map_err(to_refused())?;
    loop {
        // The system copies by itself where it can (`copy_file_range`).
        let copied = io::copy(&mut (&from).take(CHUNK), &mut to).map_err(to_refused())?;
        if copied == 0 {
            break;
        }
        *done += copied;
        if !progress(*done, total) {
            return Err(LibraryError::Cancelled);
        }
    }
    to.sync_all().map_err(to_refused())
}

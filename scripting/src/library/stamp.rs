//! Tells an app from another one that was put into its place.
//!
//! What a person grants is meant for one app, and an id is only the name of a folder. So a folder is
//! stamped when something is first chosen for its app, and what was chosen counts for that stamp
//! alone. Changing an app leaves its stamp; packages and copies do not take it along.

use std::fs;
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::path::Path;

use super::{App, Origin};

/// The file in an app's folder.
const FILE: &str = ".satchel-id";

/// What a stamp looks like: so many hexadecimal digits.
const LENGTH: usize = 32;

/// The stamp of an app, if it has one. Those that came with Satchel need none: theirs is empty.
pub(super) fn of(app: &App) -> Option<String> {
    match app.origin {
        Origin::Shipped => Some(String::new()),
        Origin::Own => read(&app.folder),
        Origin::Guest => None,
    }
}

/// The stamp of an app, made where there is none yet; `None` for a guest, for which nothing is kept.
///
/// # Errors
/// When the folder cannot be written.
pub(super) fn of_or_new(app: &App) -> io::Result<Option<String>> {
    if app.origin == Origin::Own && of(app).is_none() {
        let stamp = new();
        fs::write(app.folder.join(FILE), &stamp)?;
        return Ok(Some(stamp));
    }
    Ok(of(app))
}

/// Gives the stamp of one folder to another, which holds a newer version of the same app.
///
/// # Errors
/// When the folder cannot be written.
pub(super) fn hand_on(from: &Path, to: &Path) -> io::Result<()> {
    match read(from) {
        Some(stamp) => fs::write(to.join(FILE), stamp),
        None => Ok(()),
    }
}

fn read(folder: &Path) -> Option<String> {
    // One that cannot be read is none: then what was granted is asked again.
    let text = fs::read_to_string(folder.join(FILE)).ok()?;
    let stamp = text.trim();
    let sound = stamp.len() == LENGTH && stamp.bytes().all(|b| b.is_ascii_hexdigit());
    sound.then(|| stamp.to_owned())
}

/// Nobody can guess it, so that no app can come with the stamp of another. The keys of a
/// `RandomState` are the system's chance.
fn new() -> String {
    let chance = || RandomState::new().hash_one(std::process::id());
    format!("{:016x}{:016x}", chance(), chance())
}

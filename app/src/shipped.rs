//! The apps that come with Satchel, carried inside the program.

use std::io;
use std::path::{Path, PathBuf};

use engine::folder::DataFolder;
use scripting::Library;
use scripting::library::lay_out;

/// Their files, as `chat/app.toml`, and what is in them.
const FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/shipped_apps.rs"));

/// The apps that came with Satchel could not be laid out.
#[derive(Debug, thiserror::Error)]
#[error("the apps that come with Satchel cannot be written: {0}")]
pub struct ShippedError(#[from] io::Error);

/// All apps of a data folder, those that came with Satchel among them.
///
/// Reads some dozen files; not for the thread that draws.
///
/// # Errors
/// When the folder cannot be written to.
pub fn library(folder: &DataFolder) -> Result<Library, ShippedError> {
    Ok(Library::open(Some(place(folder.path())?), folder.apps()))
}

/// Where they are: who works on them wants to see a change at once.
fn place(data_dir: &Path) -> io::Result<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../apps");
    if cfg!(debug_assertions) && source.join("chat/app.toml").is_file() {
        return source.canonicalize();
    }
    lay_out(FILES, data_dir)
}

#[cfg(test)]
mod tests {
    use scripting::library::Origin;

    use super::*;

    #[test]
    fn the_program_carries_every_app_and_each_makes_sense() {
        let data = tempfile::tempdir().unwrap();
        let laid_out = lay_out(FILES, data.path()).unwrap();
        let carried = Library::open(Some(laid_out), data.path().join("apps")).list().unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../apps");
        let written = Library::open(Some(source), data.path().join("apps")).list().unwrap();
        let ids = |apps: &[scripting::library::App]| {
            apps.iter().map(|app| app.id.0.clone()).collect::<Vec<_>>()
        };
        assert_eq!(ids(&carried), ids(&written));
        for app in carried {
            assert_eq!(app.origin, Origin::Shipped);
            let manifest =
                app.manifest.unwrap_or_else(|problems| panic!("{}: {problems:?}", app.id));
            assert!(!manifest.description.is_empty() && manifest.icon.is_some(), "{}", app.id);
        }
    }
}

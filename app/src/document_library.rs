//! The library of documents as every face of this program has it: files are read by this program
//! once more, in a process of its own, and the manual comes along as a built-in collection.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::documents::drawing::Studio;
use engine::documents::reading::Reader;
use engine::documents::{BuiltIn, Documents, DocumentsConfig, DocumentsError, Embedder};
use engine::folder::DataFolder;

/// The collection of the manual's pages.
pub const MANUAL: &str = "Satchel manual";

/// The pages of the manual, as `chat.md`, and what is in them.
const PAGES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/manual.rs"));

/// The library cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The system does not say where this program lies.
    #[error("this program does not find itself to start a reading process: {0}")]
    Itself(#[from] io::Error),
    /// The system gives no thread.
    #[error(transparent)]
    Documents(#[from] DocumentsError),
}

/// The library of a data folder. It is opened when something is first asked of it.
///
/// # Errors
/// When the system gives no thread, or does not say where this program lies.
pub fn open(
    folder: &DataFolder,
    embedder: Option<Arc<dyn Embedder>>,
) -> Result<Documents, OpenError> {
    let config = DocumentsConfig {
        library: folder.library_db(),
        reader: reader()?,
        embedder,
        built_in: vec![manual(folder.path())],
    };
    Ok(Documents::when_needed(config)?)
}

/// How this program is started once more. On Linux by what runs, which is there even when its file was
/// replaced or deleted meanwhile, as by an upgrade.
fn this_program() -> io::Result<PathBuf> {
    let running = Path::new("/proc/self/exe");
    if cfg!(target_os = "linux") && running.exists() {
        return Ok(running.to_owned());
    }
    std::env::current_exe()
}

/// Starts this program once more to read a file.
///
/// # Errors
/// When the system does not say where this program lies.
pub fn reader() -> io::Result<Reader> {
    Ok(Reader::new(this_program()?, vec!["__extract".into()]))
}

/// Starts this program once more to draw the pages of a file.
///
/// # Errors
/// When the system does not say where this program lies.
pub fn studio() -> io::Result<Studio> {
    Ok(Studio::new(this_program()?, vec!["__draw".into()]))
}

/// The manual, laid out below a data folder once somebody asks for it.
#[must_use]
pub fn manual(data_folder: &Path) -> BuiltIn {
    let pages = PAGES.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    BuiltIn::new(MANUAL, data_folder.join("manual"), pages.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_of_the_manual_has_a_title_and_sections() {
        assert!(PAGES.len() >= 12, "{} pages", PAGES.len());
        for (name, text) in PAGES {
            assert!(text.starts_with("# "), "{name} has no title");
            assert!(text.matches("\n## ").count() >= 2, "{name} has no sections");
        }
    }
}

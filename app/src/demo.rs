//! The demonstration model, carried inside the program.
//!
//! It is there so that a first start without a network has something to try, and is always called
//! what it is: see `assets/starter/README.md`. llama.cpp reads models from files, so the copy within
//! the program is written to the data folder when it is first asked for.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Its name on the command line and in the library.
pub const NAME: &str = "demo";

/// What the model calls itself.
const TITLE: &str = "Satchel Starter";

/// The name of a model as it stands wherever people read it: the demonstration is called one.
#[must_use]
pub fn labelled(name: &str) -> String {
    if name == TITLE { format!("{name} (demonstration)") } else { name.to_owned() }
}

const FILE: &str = "satchel-starter-q8_0.gguf";
static BYTES: &[u8] = include_bytes!("../../assets/starter/satchel-starter-q8_0.gguf");

/// The demonstration model could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the demonstration model (8 MB): {source}: {}", path.display())]
pub struct DemoError {
    source: io::Error,
    path: PathBuf,
}

/// Where the model's file is below `data_folder`, or will be.
pub fn place(data_folder: &Path) -> PathBuf {
    // Not below models/, where everything found is a person's own.
    data_folder.join("demonstration").join(FILE)
}

/// The model's file below `data_folder`, written there if it is missing or incomplete.
///
/// Takes some milliseconds the first time; not for the thread that draws.
///
/// # Errors
/// When the folder cannot be written to.
pub fn path(data_folder: &Path) -> Result<PathBuf, DemoError> {
    let path = place(data_folder);
    let complete = std::fs::metadata(&path).is_ok_and(|file| file.len() == BYTES.len() as u64);
    if !complete {
        write(&path).map_err(|source| DemoError { source, path: path.clone() })?;
    }
    Ok(path)
}

/// Under another name first, so that nobody ever reads half a model.
fn write(path: &Path) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let unfinished = folder.join(format!("{FILE}.{}.part", std::process::id()));
    let written = std::fs::File::create(&unfinished)
        .and_then(|mut file| {
            file.write_all(BYTES)?;
            file.sync_all()
        })
        .inspect(|()| let_go(BYTES))
        .and_then(|()| std::fs::rename(&unfinished, path));
    if written.is_err() {
        std::fs::remove_file(&unfinished).ok();
    }
    written
}

/// Gives back the memory into which a part of the program was read, until it is needed again: the model
/// would be half of what all other code takes.
#[cfg(target_os = "linux")]
fn let_go(part: &'static [u8]) {
    // SAFETY: asks for a number, and touches no memory.
    let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    let Ok(page) = usize::try_from(page) else { return };
    let aligned = part.as_ptr().align_offset(page);
    let length = part.len().saturating_sub(aligned) / page * page;
    if length > 0 {
        let first = part[aligned..].as_ptr().cast_mut();
        // SAFETY: these are whole pages within a constant. Nobody has changed them, so that the system
        // reads the same again from the program's file.
        unsafe { libc::madvise(first.cast(), length, libc::MADV_DONTNEED) };
    }
}

/// Elsewhere the system does so when it is short of memory.
#[cfg(not(target_os = "linux"))]
fn let_go(_part: &'static [u8]) {}

#[cfg(test)]
mod tests {
    use engine::models::gguf::Gguf;

    use super::*;

    #[test]
    fn it_is_written_once_and_mended_when_cut_short() {
        let folder = tempfile::tempdir().unwrap();
        let path = path(folder.path()).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), BYTES);

        std::fs::write(&path, b"GGUF").unwrap();
        super::path(folder.path()).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), BYTES);
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn its_own_name_is_labelled_and_no_other_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = Gguf::read(&path(folder.path()).unwrap()).unwrap();
        assert_eq!(
            labelled(&file.text("general.name").unwrap()),
            "Satchel Starter (demonstration)"
        );
        assert_eq!(labelled("Qwen2.5"), "Qwen2.5");
    }

    #[test]
    fn a_folder_that_cannot_be_written_to_is_named() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("demonstration"), "in the way").unwrap();
        let error = path(folder.path()).unwrap_err().to_string();
        assert!(error.contains("demonstration"), "{error}");
    }
}

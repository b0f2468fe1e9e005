//! The apps that come with Satchel, on their way from inside the program to a folder.
//!
//! The program holds their files, so that it can be copied as one file. They are laid out in the data
//! folder under a name made from what they are: another version has another folder, and one that was
//! touched is laid out anew.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::files::{File, write_files};

/// Where they are laid out, below the data folder.
const FOLDER: &str = "apps-shipped";

/// Sees to it that the files lie in the data folder, and says where. `files` are paths such as
/// `chat/app.toml` with what is in them.
///
/// # Errors
/// When the disk refuses.
pub fn lay_out(files: &[(&str, &[u8])], data_dir: &Path) -> io::Result<PathBuf> {
    let mut hasher = blake3::Hasher::new();
    for (path, bytes) in files {
        // Lengths keep one file's end apart from the next one's beginning.
        hasher.update(&(path.len() as u64).to_le_bytes()).update(path.as_bytes());
        hasher.update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
    }
    let name = hasher.finalize().to_hex()[..16].to_owned();
    let all = data_dir.join(FOLDER);
    let folder = all.join(&name);
    if is_whole(&folder, files) {
        return Ok(folder);
    }
    let staging = all.join(format!("{name}-{}", std::process::id()));
    let own = |(path, bytes): &(&str, &[u8])| File { path: path.into(), bytes: bytes.to_vec() };
    let files: Vec<_> = files.iter().map(own).collect();
    let laid_out = write_files(&staging, &files).and_then(|()| {
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        fs::rename(&staging, &folder)
    });
    if let Err(error) = laid_out {
        fs::remove_dir_all(&staging).ok();
        // Another Satchel that starts at this moment may have been quicker.
        let pairs: Vec<_> = files
            .iter()
            .map(|file| (file.path.to_str().unwrap_or_default(), file.bytes.as_slice()))
            .collect();
        return if is_whole(&folder, &pairs) { Ok(folder) } else { Err(error) };
    }
    forget_older(&all, &name);
    Ok(folder)
}

fn is_whole(folder: &Path, files: &[(&str, &[u8])]) -> bool {
    files.iter().all(|(path, bytes)| fs::read(folder.join(path)).is_ok_and(|found| found == *bytes))
}

/// Takes away what other versions have laid out. Where that fails, it is in nobody's way.
fn forget_older(all: &Path, current: &str) {
    for entry in fs::read_dir(all).into_iter().flatten().flatten() {
        if !entry.file_name().to_string_lossy().starts_with(current)
            && let Err(error) = fs::remove_dir_all(entry.path())
        {
            tracing::debug!("an older version's apps stay at {}: {error}", entry.path().display());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apps_are_laid_out_once_for_each_version() {
        let data = tempfile::tempdir().unwrap();
        let first: [(&str, &[u8]); 2] = [("a/app.toml", b"1"), ("a/main.rhai", b"2")];
        let folder = lay_out(&first, data.path()).unwrap();
        assert_eq!(fs::read(folder.join("a/main.rhai")).unwrap(), b"2");
        assert_eq!(lay_out(&first, data.path()).unwrap(), folder);

        let second: [(&str, &[u8]); 2] = [("a/app.toml", b"12"), ("a/main.rhai", b"")];
        let newer = lay_out(&second, data.path()).unwrap();
        assert!(newer != folder && !folder.exists());
        assert_eq!(fs::read_dir(data.path().join(FOLDER)).unwrap().count(), 1);
    }

    #[test]
    fn what_was_touched_is_laid_out_anew() {
        let data = tempfile::tempdir().unwrap();
        let files: [(&str, &[u8]); 2] = [("a/app.toml", b"1"), ("b/app.toml", b"2")];
        let folder = lay_out(&files, data.path()).unwrap();
        fs::write(folder.join("a/app.toml"), "changed").unwrap();
        fs::remove_dir_all(folder.join("b")).unwrap();
        assert_eq!(lay_out(&files, data.path()).unwrap(), folder);
        assert!(is_whole(&folder, &files));
    }

    #[test]
    fn a_disk_that_refuses_is_told() {
        let data = tempfile::tempdir().unwrap();
        fs::write(data.path().join(FOLDER), "in the way").unwrap();
        assert!(lay_out(&[("a/app.toml", b"1")], data.path()).is_err());
    }
}

//! The data folder: the one place where everything lies that a person would miss.
//!
//! ```text
//! conversations.db   what was said          models/   GGUF files
//! library.db         documents, as read     apps/     scripts
//! settings.toml      what was chosen
//! satchel.lock       held by the window
//! ```
//!
//! The folder can be moved or carried on a stick: nothing in it says where it lies.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// An environment variable that names the folder.
pub const VARIABLE: &str = "SATCHEL_DATA_DIR";

/// An open data folder.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    /// Held as long as the folder is open. The system lets go of it when the process ends, however
    /// it ends.
    _lock: Option<File>,
}

/// Why a data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The system does not say where a person's data belongs.
    #[error("no place for the data is known: name a folder with --data-dir or {VARIABLE}")]
    NoPlace,
    /// There is a file of that name.
    #[error("a file lies where the data folder should be: move it away or name another folder with --data-dir: {}", .0.display())]
    FileInTheWay(PathBuf),
    /// Not allowed to write there.
    #[error("the data folder cannot be written: change its permissions or name another one with --data-dir: {}", .0.display())]
    ReadOnly(PathBuf),
    /// No space.
    #[error("the disk with the data folder is full: free some space and start again: {}", .0.display())]
    Full(PathBuf),
    /// Another window has it.
    #[error("Satchel already has a window open on this data folder{}: use that one, or name another folder with --data-dir: {}", holder.as_deref().unwrap_or(""), path.display())]
    InUse {
        /// Process and starting time, as far as known: ` (process 17, since 12:00)`.
        holder: Option<String>,
        /// The folder.
        path: PathBuf,
    },
    /// The file system cannot lock, as some network drives.
    #[error("the data folder lies on a drive that cannot lock files, so two windows could harm each other's data: name a folder on another drive with --data-dir ({reason}): {}", path.display())]
    NoLocking {
        /// What the system said.
        reason: String,
        /// The folder.
        path: PathBuf,
    },
    /// Anything else that the system refused.
    #[error("the data folder cannot be opened: {reason}: {}", path.display())]
    Refused {
        /// What the system said.
        reason: String,
        /// The folder.
        path: PathBuf,
    },
}

impl DataFolder {
    /// Opens the folder for a window and keeps every other window out.
    ///
    /// The folder is `choice`; or else what `SATCHEL_DATA_DIR` names; or else `satchel-data` beside
    /// the executable, if a file named `portable` lies there; or else where this system keeps
    /// programs' data. It is created where it is missing.
    ///
    /// # Errors
    /// When there is no such folder to be had, it cannot be written, or another window has it.
    pub fn open(choice: Option<&Path>) -> Result<Self, FolderError> {
        let path = prepare(choice)?;
        let lock = lock(&path)?;
        Ok(Self { path, _lock: Some(lock) })
    }

    /// Opens the same folder beside a window that may be open: for commands that end soon. SQLite
    /// keeps the conversations in order between processes; nobody but the window writes settings.
    ///
    /// # Errors
    /// When there is no such folder to be had or it cannot be written.
    pub fn open_shared(choice: Option<&Path>) -> Result<Self, FolderError> {
        Ok(Self { path: prepare(choice)?, _lock: None })
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The database of conversations, for [`crate::conversations::Store::open`].
    #[must_use]
    pub fn conversations_db(&self) -> PathBuf {
        self.path.join("conversations.db")
    }

    /// The library of documents, for [`crate::documents::store::Store::open`].
    #[must_use]
    pub fn library_db(&self) -> PathBuf {
        self.path.join("library.db")
    }

    /// The folder of models.
    #[must_use]
    pub fn models(&self) -> PathBuf {
        self.path.join("models")
    }

    /// The settings, for [`crate::settings::Settings::load`].
    #[must_use]
    pub fn settings(&self) -> PathBuf {
        self.path.join("settings.toml")
    }

    /// The folder of apps.
    #[must_use]
    pub fn apps(&self) -> PathBuf {
        self.path.join("apps")
    }
}

fn prepare(choice: Option<&Path>) -> Result<PathBuf, FolderError> {
    let path = match choice {
        Some(path) => path.to_owned(),
        None => usual_place(
            std::env::var_os(VARIABLE).map(PathBuf::from),
            std::env::current_exe().ok().as_deref(),
        )?,
    };
    // A relative path would change its meaning with the working directory.
    let path = std::path::absolute(&path).map_err(|error| refused(&error, path))?;
    fs::create_dir_all(&path).map_err(|error| refused(&error, path.clone()))?;
    try_to_write(&path).map_err(|error| refused(&error, path.clone()))?;
    Ok(path)
}

fn usual_place(named: Option<PathBuf>, executable: Option<&Path>) -> Result<PathBuf, FolderError> {
    if let Some(named) = named.filter(|path| !path.as_os_str().is_empty()) {
        return Ok(named);
    }
    let beside = executable.and_then(Path::parent);
    if let Some(folder) = beside.filter(|folder| folder.join("portable").is_file()) {
        return Ok(folder.join("satchel-data"));
    }
    // The local folder: models are too large for one that follows a person around a network.
    directories::ProjectDirs::from("", "", "Satchel")
        .map(|places| places.data_local_dir().to_owned())
        .ok_or(FolderError::NoPlace)
}

/// Permissions tell too little (read-only mounts, quotas), so a file is really written.
fn try_to_write(folder: &Path) -> io::Result<()> {
    let probe = folder.join(format!(".write-probe-{}", std::process::id()));
    let written = fs::write(&probe, b"probe");
    let removed = fs::remove_file(&probe);
    written.and(removed)
}

/// How long a lock is tried for: that of a process that is just ending, or was killed, is let go of when
/// its memory has been given back.
const LETTING_GO: Duration = Duration::from_secs(1);

fn lock(folder: &Path) -> Result<File, FolderError> {
    let refused = |error: &io::Error| refused(error, folder.to_owned());
    // Not truncated on opening: the words in it are those of whoever holds it.
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(folder.join("satchel.lock"))
        .map_err(|error| refused(&error))?;
    let until = Instant::now() + LETTING_GO;
    let locked = loop {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) if Instant::now() < until => {
                std::thread::sleep(LETTING_GO / 20);
            }
            other => break other,
        }
    };
    match locked {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut words = String::new();
            let read = file.read_to_string(&mut words).is_ok() && !words.trim().is_empty();
            let holder = read.then(|| format!(" ({})", words.trim()));
            return Err(FolderError::InUse { holder, path: folder.to_owned() });
        }
        Err(TryLockError::Error(error)) => {
            let reason = error.to_string();
            return Err(FolderError::NoLocking { reason, path: folder.to_owned() });
        }
    }
    let now = jiff::Zoned::now().strftime("%Y-%m-%d %H:%M").to_string();
    file.set_len(0)
        .and_then(|()| writeln!(file, "process {}, since {now}", std::process::id()))
        .map_err(|error| refused(&error))?;
    Ok(file)
}

fn refused(error: &io::Error, path: PathBuf) -> FolderError {
    match error.kind() {
        io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
            FolderError::FileInTheWay(path)
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            FolderError::ReadOnly(path)
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => FolderError::Full(path),
        _ => FolderError::Refused { reason: error.to_string(), path },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_created_and_a_second_window_is_kept_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b");
        let first = DataFolder::open(Some(&path)).unwrap();
        assert_eq!(first.path(), path);
        let error = DataFolder::open(Some(&path)).unwrap_err();
        assert!(matches!(error, FolderError::InUse { .. }), "{error}");
        #[cfg(unix)]
        assert!(error.to_string().contains(&format!("process {}", std::process::id())));
        // One that ends just now is waited for.
        let ending = std::thread::spawn(move || {
            std::thread::sleep(LETTING_GO / 4);
            drop(first);
        });
        let first = DataFolder::open(Some(&path)).unwrap();
        ending.join().unwrap();
        // A command may use it meanwhile.
        assert_eq!(DataFolder::open_shared(Some(&path)).unwrap().models(), first.models());
        drop(first);
        DataFolder::open(Some(&path)).unwrap();
    }

    #[test]
    fn a_lock_file_left_behind_keeps_nobody_out() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("satchel.lock"), "process 1, since 2020-01-01 00:00\n")
            .unwrap();
        DataFolder::open(Some(folder.path())).unwrap();
        let words = fs::read_to_string(folder.path().join("satchel.lock")).unwrap();
        assert!(words.starts_with(&format!("process {}, since", std::process::id())), "{words}");
    }

    #[test]
    fn a_file_in_the_way_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        for path in [file.clone(), file.join("below")] {
            let error = DataFolder::open(Some(&path)).unwrap_err();
            assert!(matches!(error, FolderError::FileInTheWay(_)), "{error:?}");
        }
    }

    #[test]
    fn a_folder_that_takes_no_files_is_said() {
        // Nobody may create files here, not even root.
        #[cfg(target_os = "linux")]
        {
            let error = DataFolder::open(Some(Path::new("/proc/self"))).unwrap_err();
            let told = matches!(error, FolderError::ReadOnly(_) | FolderError::Refused { .. });
            assert!(told, "{error:?}");
        }
        let kind = io::ErrorKind::ReadOnlyFilesystem;
        let error = refused(&kind.into(), PathBuf::from("x"));
        assert!(error.to_string().contains("--data-dir"), "{error}");
        let error = refused(&io::ErrorKind::StorageFull.into(), PathBuf::from("x"));
        assert!(matches!(error, FolderError::Full(_)));
    }

    #[test]
    fn the_variable_comes_before_the_portable_folder_and_that_before_the_usual_place() {
        let folder = tempfile::tempdir().unwrap();
        let executable = folder.path().join("satchel");
        let usual = usual_place(None, Some(&executable)).unwrap();
        assert!(!usual.starts_with(folder.path()));
        assert_eq!(usual_place(Some(PathBuf::new()), Some(&executable)).unwrap(), usual);

        fs::write(folder.path().join("portable"), "").unwrap();
        let beside = folder.path().join("satchel-data");
        assert_eq!(usual_place(None, Some(&executable)).unwrap(), beside);
        let named = PathBuf::from("elsewhere");
        assert_eq!(usual_place(Some(named.clone()), Some(&executable)).unwrap(), named);
    }

    #[test]
    fn the_folder_can_be_moved() {
        let folder = tempfile::tempdir().unwrap();
        let (here, there) = (folder.path().join("here"), folder.path().join("there"));
        let opened = DataFolder::open(Some(&here)).unwrap();
        let id = crate::conversations::ConversationId::new();
        let store = crate::conversations::Store::open(&opened.conversations_db()).unwrap();
        store.create(id).unwrap();
        drop((store, opened));
        fs::rename(&here, &there).unwrap();
        let opened = DataFolder::open(Some(&there)).unwrap();
        let store = crate::conversations::Store::open(&opened.conversations_db()).unwrap();
        assert_eq!(store.list().unwrap()[0].id, id);
    }
}

//! `.satchel-app` files: an app as one file, to be given to others.
//!
//! A package is a zip archive with an `app.toml` at its top (or one folder around everything, as
//! people zip by hand). What comes from elsewhere is read whole into memory, within limits, before
//! anything of it is on disk; a person sees what it asks for in a [`Preview`] first.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use semver::Version;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::files::{self, File, MOST_BYTES, MOST_FILES};
use super::{App, Library, LibraryError, Origin, stamp};
use crate::manifest::{self, Manifest, Surroundings};

/// The ending of packages, without a dot.
pub const ENDING: &str = "satchel-app";

/// The longest package, in bytes.
const LONGEST: u64 = 32_000_000;

/// What a package holds, before anything of it is installed.
#[derive(Clone, Debug)]
pub struct Preview {
    /// What the app says about itself, with what it asks for.
    pub manifest: Manifest,
    /// What it will take on disk, in bytes.
    pub size: u64,
    /// How many files it has.
    pub files: usize,
    /// The version of the person's own app of this id, which would be replaced.
    pub replaces: Option<Version>,
    contents: Vec<File>,
}

impl Library {
    /// Looks into a package without installing it.
    ///
    /// # Errors
    /// When it cannot be read, is no package, holds what no package may, or its app makes no sense
    /// or has the id of one that came with Satchel.
    pub fn preview(&self, package: &Path) -> Result<Preview, LibraryError> {
        let unreadable = |reason| LibraryError::Unreadable { reason, path: package.to_owned() };
        let file = fs::File::open(package).map_err(unreadable)?;
        let mut bytes = Vec::new();
        file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        let refused = |reason| LibraryError::Package { reason, path: package.to_owned() };
        let contents = unpack(&bytes).map_err(refused)?;
        let manifest = understand(&contents).map_err(|problems| LibraryError::Broken {
            id: package.display().to_string(),
            problems,
        })?;
        let existing = self.find(&manifest.id);
        if existing.as_ref().is_some_and(|app| app.origin == Origin::Shipped) {
            return Err(refused(format!(
                "an app that came with Satchel has the id `{}`",
                manifest.id
            )));
        }
        let replaces = existing.map(|app| {
            app.manifest.map_or_else(|_| Version::new(0, 0, 0), |manifest| manifest.version)
        });
        let size = contents.iter().map(|file| file.bytes.len() as u64).sum();
        Ok(Preview { manifest, size, files: contents.len(), replaces, contents })
    }

    /// Installs what a person has seen. With `replace`, an app of theirs with this id is moved to the
    /// deleted ones first; what was granted to it stays, and what is new is asked.
    ///
    /// # Errors
    /// When there is an app of this id and it is not to be replaced, or the disk refuses.
    pub fn import(&self, preview: &Preview, replace: bool) -> Result<App, LibraryError> {
        let id = &preview.manifest.id;
        let old = match self.find(id) {
            Some(app) if app.origin == Origin::Own && replace => Some(self.delete(id)?),
            Some(_) => return Err(LibraryError::Taken(id.clone())),
            None => None,
        };
        let put = self.put(id, &preview.contents).and_then(|app| {
            let unwritable = |reason| LibraryError::Unwritable { reason, path: app.folder.clone() };
            let handed_on = old.as_ref().map(|old| stamp::hand_on(&old.folder, &app.folder));
            handed_on.unwrap_or(Ok(())).map_err(unwritable).map(|()| app)
        });
        if let (Err(_), Some(old)) = (&put, &old) {
            // Better the old one than none; if that fails too, it lies with the deleted ones.
            self.restore(old).ok();
        }
        put
    }

    /// Writes an app as one file.
    ///
    /// # Errors
    /// When the app makes no sense, holds what no package may, or the file cannot be written.
    pub fn export(&self, app: &App, package: &Path) -> Result<(), LibraryError> {
        if let Err(problems) = &app.manifest {
            let (id, problems) = (app.id.0.clone(), problems.clone());
            return Err(LibraryError::Broken { id, problems });
        }
        let bytes = pack(&files::read_folder(&app.folder)?)
            .map_err(|reason| LibraryError::Package { reason, path: package.to_owned() })?;
        engine::settings::write_whole(package, &bytes)
            .map_err(|reason| LibraryError::Unwritable { reason, path: package.to_owned() })
    }
}

fn understand(files: &[File]) -> Result<Manifest, Vec<crate::Problem>> {
    let find = |path: &Path| files.iter().find(|file| file.path == path);
    let manifest = find(Path::new(manifest::FILE)).map(|file| file.bytes.as_slice());
    let text = std::str::from_utf8(manifest.unwrap_or_default());
    let text = text.map_err(|_| vec![crate::Problem::new("app.toml is no text in UTF-8")])?;
    let there = |path: &Path| find(path).is_some();
    manifest::understand(text, &Surroundings { folder_name: None, there: &there, icons: &[] })
}

/// The files of a package.
fn unpack(bytes: &[u8]) -> Result<Vec<File>, String> {
    if bytes.len() as u64 > LONGEST {
        return Err(format!("the package is larger than {} MB", LONGEST / 1_000_000));
    }
    let broken = |error| format!("this is no .{ENDING} file, or a damaged one ({error})");
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > MOST_FILES * 2 {
        return Err(format!("the package has more than {MOST_FILES} files"));
    }
    let mut files = Vec::new();
    let mut names = BTreeSet::new();
    let mut bytes_left = MOST_BYTES;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(broken)?;
        let name = entry.name().map_err(broken)?.into_owned();
        if entry.is_symlink() || entry.unix_mode().is_some_and(is_special) {
            return Err(format!("the package holds a link: `{}`", name.escape_debug()));
        }
        if !matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
            return Err(format!("`{}` is packed in an unknown way", name.escape_debug()));
        }
        let plain = name.strip_suffix('/').unwrap_or(&name);
        let path = files::inner_path(plain)
            .map_err(|reason| format!("{reason}: `{}`", name.escape_debug()))?;
        // On some systems `A` and `a` are one file.
        if !names.insert(plain.to_lowercase()) {
            return Err(format!("the package has two files `{}`", name.escape_debug()));
        }
        if entry.is_dir() || files::is_debris(&path) {
            continue;
        }
        if files.len() == MOST_FILES {
            return Err(format!("the package has more than {MOST_FILES} files"));
        }
        let mut contents = Vec::new();
        // What an archive says about its sizes need not be true.
        entry.take(bytes_left + 1).read_to_end(&mut contents).map_err(|error| {
            format!(
                "this is no .{ENDING} file, or a damaged one ({error}): `{}`",
                name.escape_debug()
            )
        })?;
        bytes_left = bytes_left.checked_sub(contents.len() as u64).ok_or_else(|| {
            format!("the package unpacks to more than {} MB", MOST_BYTES / 1_000_000)
        })?;
        files.push(File { path, bytes: contents });
    }
    without_folder_around(&mut files)?;
    no_file_is_a_folder(&files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// Whether the mode of an entry says that it is neither a file nor a folder, nor nothing.
fn is_special(mode: u32) -> bool {
    !matches!(mode & 0o170_000, 0 | 0o100_000 | 0o040_000)
}

/// Takes away the folder that lies around everything, if one does.
fn without_folder_around(files: &mut [File]) -> Result<(), String> {
    let top = Path::new(manifest::FILE);
    if files.iter().any(|file| file.path == top) {
        return Ok(());
    }
    let around =
        files.iter().find(|file| file.path.ends_with(top) && file.path.iter().count() == 2);
    let Some(around) = around.and_then(|file| file.path.parent()).map(PathBuf::from) else {
        return Err(format!("the package has no {}", manifest::FILE));
    };
    for file in files {
        let inner = file.path.strip_prefix(&around);
        file.path = inner
            .map_err(|_| format!("the package has files beside the folder {}", around.display()))?
            .to_owned();
    }
    Ok(())
}

/// A file that others want to lie in could not be written.
fn no_file_is_a_folder(files: &[File]) -> Result<(), String> {
    let lower = |path: &Path| path.to_string_lossy().to_lowercase();
    let names: BTreeSet<_> = files.iter().map(|file| lower(&file.path)).collect();
    let clash = files
        .iter()
        .flat_map(|file| file.path.ancestors().skip(1))
        .find(|folder| names.contains(&lower(folder)));
    clash.map_or(Ok(()), |path| Err(format!("`{}` is a file and a folder", path.display())))
}

fn pack(files: &[File]) -> Result<Vec<u8>, String> {
    let refused = |error: &dyn std::fmt::Display| format!("the package cannot be made ({error})");
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    // Without a date, so that the same app makes the same package.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o644);
    for file in files {
        let name = file.path.to_string_lossy().replace('\\', "/");
        writer.start_file(name, options).map_err(|error| refused(&error))?;
        writer.write_all(&file.bytes).map_err(|error| refused(&error))?;
    }
    let bytes = writer.finish().map_err(|error| refused(&error))?.into_inner();
    if bytes.len() as u64 > LONGEST {
        return Err(format!("the package would be larger than {} MB", LONGEST / 1_000_000));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests;

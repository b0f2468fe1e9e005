//! What is done with a file once the app may touch it. Paths are canonical.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use rhai::{Array, Dynamic, Map};

use super::place;
use crate::api::time;
use crate::permissions::{Access, Need, Verdict};
use crate::runner::{Context, ScriptError, ScriptResult, failure};

const MAX_BYTES: u64 = 16_000_000;
const MAX_ENTRIES: usize = 10_000;

pub(super) fn read(path: &Path) -> ScriptResult<String> {
    let refused = refused("read", path);
    // Before it is opened: opening a pipe would wait for its other end.
    let metadata = fs::metadata(path).map_err(&refused)?;
    if !metadata.is_file() {
        let what = if metadata.is_dir() { "a folder" } else { "no ordinary file" };
        return Err(failure(format!("cannot read {}: it is {what}", path.display())));
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes))
        .map_err(&refused)?;
    if bytes.len() as u64 > MAX_BYTES {
        let size = metadata.len() / 1_000_000;
        return Err(failure(format!(
            "cannot read {}: it has {size} MB, and 16 MB is the most",
            path.display()
        )));
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| failure(format!("cannot read {}: it is no text in UTF-8", path.display())))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Beside the file and then renamed, with the rights that the old one had.
pub(super) fn write(path: &Path, text: &str) -> ScriptResult<()> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let refused = refused("write", path);
    let old = match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => {
            return Err(failure(format!(
                "cannot write {}: it is no ordinary file",
                path.display()
            )));
        }
        Ok(metadata) => Some(metadata),
        Err(_) => None,
    };
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    name.push(format!(".{}-{number}.new", std::process::id()));
    let new = path.with_file_name(name);
    let written =
        OpenOptions::new().write(true).create_new(true).open(&new).and_then(|mut file| {
            if let Some(old) = old {
                file.set_permissions(old.permissions())?;
            }
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
    written.and_then(|()| fs::rename(&new, path)).map_err(|error| {
        // What is left of it is of no use; the first error is the one to tell.
        fs::remove_file(&new).ok();
        refused(error)
    })
}

pub(super) fn append(path: &Path, text: &str) -> ScriptResult<()> {
    let refused = refused("write", path);
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return Err(failure(format!("cannot write {}: it is no ordinary file", path.display())));
    }
    let file = OpenOptions::new().append(true).create(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(refused)
}

/// Entries that the app may read; a folder whose pattern is about its files can be listed too.
pub(super) fn list(context: &Context, folder: &str) -> ScriptResult<Array> {
    let own = place::canonical(context.folder());
    let path = place::unchecked(context, folder)?;
    let may_read = |path: &Path| {
        let need = Need::File { path, access: Access::Read };
        path.starts_with(&own) || context.rights().verdict(need) == Verdict::Granted
    };
    let whole = may_read(&path);
    let mut entries: Vec<(String, Dynamic)> = Vec::new();
    let refused = refused("list", &path);
    let listed = match fs::read_dir(&path) {
        Ok(listed) => listed,
        // Whether it is there is nobody's business who may not read it.
        Err(error) => {
            place::resolve(context, folder, Access::Read)?;
            return Err(refused(error));
        }
    };
    for (number, entry) in listed.enumerate() {
        if number >= MAX_ENTRIES {
            let path = path.display();
            return Err(failure(format!("cannot list {path}: it has more than 10,000 entries")));
        }
        context.check()?;
        let entry = entry.map_err(&refused)?;
        if may_read(&place::canonical(&entry.path()))
            && let (Ok(name), Ok(metadata)) =
                (entry.file_name().into_string(), fs::metadata(entry.path()))
        {
            entries.push((name.clone(), map(name, &entry.path(), &metadata).into()));
        }
    }
    if entries.is_empty() && !whole {
        place::resolve(context, folder, Access::Read)?;
    }
    entries.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(entries.into_iter().map(|(_, entry)| entry).collect())
}

fn map(name: String, path: &Path, metadata: &fs::Metadata) -> Map {
    let modified = metadata.modified().ok().and_then(|time| Timestamp::try_from(time).ok());
    let modified = modified.map_or(Dynamic::UNIT, |at| time::map_here(at).into());
    [
        ("name".into(), name.into()),
        ("path".into(), path.to_string_lossy().into_owned().into()),
        ("is_folder".into(), metadata.is_dir().into()),
        ("size".into(), Dynamic::from_int(i64::try_from(metadata.len()).unwrap_or(i64::MAX))),
        ("modified".into(), modified),
    ]
    .into()
}

fn refused(doing: &'static str, path: &Path) -> impl Fn(io::Error) -> ScriptError {
    let path = path.display().to_string();
    move |error| {
        let reason = match error.kind() {
            io::ErrorKind::NotFound if doing == "write" => "its folder does not exist".to_owned(),
            io::ErrorKind::NotFound => "it does not exist".to_owned(),
            io::ErrorKind::PermissionDenied => "the system does not allow it".to_owned(),
            io::ErrorKind::StorageFull => "the disk is full".to_owned(),
            _ => error.to_string(),
        };
        failure(format!("cannot {doing} {path}: {reason}"))
    }
}

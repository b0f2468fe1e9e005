//! From a path as a script writes it to the file that is meant, if the app may touch it.

use std::path::{Component, Path, PathBuf};

use crate::permissions::{Access, Need};
use crate::runner::{Context, ScriptResult, failure, reworded};

/// The canonical path of a file that the app may touch; it need not exist.
pub(super) fn resolve(context: &Context, path: &str, access: Access) -> ScriptResult<PathBuf> {
    let path = unchecked(context, path)?;
    if access == Access::Read && path.starts_with(canonical(context.folder())) {
        return Ok(path);
    }
    context
        .permit(Need::File { path: &path, access })
        .map_err(|refused| reworded(refused, |words| format!("{words}: {}", path.display())))?;
    Ok(path)
}

/// The canonical path, whether the app may touch it or not.
pub(in crate::api) fn unchecked(context: &Context, path: &str) -> ScriptResult<PathBuf> {
    Ok(canonical(&absolute(context, path)?))
}

/// The canonical path of a file or folder that is there and that the app may read.
pub(in crate::api) fn readable(context: &Context, path: &str) -> ScriptResult<PathBuf> {
    let resolved = resolve(context, path, Access::Read)?;
    if resolved.exists() {
        Ok(resolved)
    } else {
        Err(failure(format!("there is no file {path:?}")))
    }
}

fn absolute(context: &Context, path: &str) -> ScriptResult<PathBuf> {
    if path.is_empty() || path.contains('\0') {
        return Err(failure(format!("{path:?} is no path")));
    }
    let home = || {
        std::env::home_dir()
            .ok_or_else(|| failure("the person's folder is not known: write the whole path"))
    };
    match path.strip_prefix('~') {
        Some("") => home(),
        Some(rest) if rest.starts_with('/') => Ok(home()?.join(rest.trim_start_matches('/'))),
        _ => Ok(context.folder().join(path)),
    }
}

/// The path without links, `.` and `..`, as far as it exists. What does not exist has no links to
/// follow, so there `..` goes one up.
pub(super) fn canonical(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                clean.pop();
            }
            Component::CurDir => {}
            part => clean.push(part),
        }
        // Step by step, so that `..` behind a link goes up from where the link leads.
        if let Ok(there) = clean.canonicalize() {
            clean = there;
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::canonical;

    #[test]
    fn a_path_that_does_not_exist_is_cleaned() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().canonicalize().expect("it is there");
        assert_eq!(canonical(&root.join("./a/../b/c.txt")), root.join("b/c.txt"));
        assert_eq!(canonical(&root.join("a/../../x/y")), root.parent().expect("above").join("x/y"));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_before_going_up() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().canonicalize().expect("it is there");
        fs::create_dir_all(root.join("deep/inside")).expect("made");
        std::os::unix::fs::symlink(root.join("deep/inside"), root.join("link")).expect("linked");
        assert_eq!(canonical(&root.join("link/../new.txt")), root.join("deep/new.txt"));
        assert_eq!(canonical(&root.join("link/new.txt")), root.join("deep/inside/new.txt"));
    }
}

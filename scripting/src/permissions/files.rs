//! Which files an app may touch: `~/Notes/**`.

use std::fmt;
use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};

/// A pattern of paths. It begins with `~/` (the person's own folder), `$APP/` (the app's folder) or
/// the root of a drive; `*` stands for anything within a name, `**` for any folders in between.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FilePattern {
    root: Root,
    /// What comes after the root, with `/` between names.
    rest: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Root {
    Home,
    App,
    /// `/` or `C:/`
    Drive(String),
}

/// The folders that patterns speak of.
#[derive(Clone, Debug, Default)]
pub struct Roots {
    /// The person's own folder; `None` where there is none, and nothing matches `~/`.
    pub home: Option<PathBuf>,
    /// The app's folder.
    pub app: PathBuf,
    /// Where Satchel keeps its own things: no pattern reaches into it, save the app's own folder.
    pub data: PathBuf,
}

impl Roots {
    /// The folders of an app on this computer.
    #[must_use]
    pub fn new(app: &Path, data: &Path) -> Self {
        Self { home: std::env::home_dir(), app: app.to_owned(), data: data.to_owned() }
    }
}

impl FilePattern {
    /// Understands a pattern.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let shown = text.escape_debug();
        let (root, rest) = if let Some(rest) = text.strip_prefix("~/") {
            (Root::Home, rest)
        } else if let Some(rest) = text.strip_prefix("$APP/") {
            (Root::App, rest)
        } else if let Some(rest) = text.strip_prefix('/') {
            (Root::Drive("/".to_owned()), rest)
        } else if let Some((drive, rest)) = drive(text) {
            (Root::Drive(drive), rest)
        } else {
            return Err(format!(
                "`{shown}` has to begin with `~/` (the person's folder), `$APP/` (the app's) or `/`"
            ));
        };
        if rest.is_empty() {
            return Err(format!("`{shown}` names no files: add `**` for all within"));
        }
        if rest.contains('\\') {
            return Err(format!("`{shown}` has to be written with `/` between folders"));
        }
        if rest.split('/').any(|name| matches!(name, "" | "." | "..")) {
            return Err(format!("`{shown}` may not contain `..`, `.` or `//`"));
        }
        glob(rest).map_err(|error| format!("`{shown}` is no pattern: {error}"))?;
        Ok(Self { root, rest: rest.to_owned() })
    }

    /// Whether the file is among those meant. `path` has to be canonical (absolute, without links):
    /// anything else does not match.
    #[must_use]
    pub fn matches(&self, path: &Path, roots: &Roots) -> bool {
        let plain = |part: Component<'_>| !matches!(part, Component::ParentDir | Component::CurDir);
        if !path.is_absolute() || !path.components().all(plain) {
            return false;
        }
        if self.root != Root::App && path.starts_with(canonical(&roots.data)) {
            return false;
        }
        let root = match &self.root {
            Root::Home => roots.home.clone(),
            Root::App => Some(roots.app.clone()),
            Root::Drive(drive) => Some(PathBuf::from(drive)),
        };
        // Names before the first wildcard may be links, as /tmp is one on some systems.
        let (literal, wild) = self.split();
        let folder = root.map(|root| canonical(&root.join(literal)));
        let within = folder.and_then(|folder| path.strip_prefix(folder).ok());
        within.is_some_and(|within| match wild {
            "" => within.as_os_str().is_empty(),
            wild => glob(wild).is_ok_and(|glob| glob.is_match(within)),
        })
    }

    /// The names before the first wildcard, and the rest.
    fn split(&self) -> (&str, &str) {
        let Some(first) = self.rest.find(['*', '?', '[', '{', '\\']) else {
            return (&self.rest, "");
        };
        self.rest[..first].rfind('/').map_or(("", self.rest.as_str()), |slash| {
            (&self.rest[..slash], &self.rest[slash + 1..])
        })
    }

    /// For a person: `all files in ~/Notes`.
    pub(super) fn words(&self) -> String {
        let all = match (&self.root, self.rest.as_str()) {
            (Root::Drive(drive), "**") => Some(drive.clone()),
            (Root::Home, "**") => Some("your home folder".to_owned()),
            (Root::App, "**") => Some("its own folder".to_owned()),
            (_, rest) => rest
                .strip_suffix("/**")
                .filter(|folder| !folder.contains(['*', '?', '[', '{']))
                .map(|folder| format!("{}{folder}", self.root)),
        };
        match all {
            Some(folder) => format!("all files in {folder}"),
            None => format!("files like {self}"),
        }
    }
}

/// `C:/` and what comes after it.
fn drive(text: &str) -> Option<(String, &str)> {
    let letter = text.chars().next().filter(char::is_ascii_alphabetic)?;
    let rest = text.get(1..)?.strip_prefix(":/")?;
    Some((format!("{}:/", letter.to_ascii_uppercase()), rest))
}

fn glob(pattern: &str) -> Result<GlobMatcher, globset::Error> {
    GlobBuilder::new(pattern)
        .literal_separator(true)
        .case_insensitive(cfg!(any(windows, target_os = "macos")))
        .build()
        .map(|glob| glob.compile_matcher())
}

/// The path without links, as far as it exists.
fn canonical(path: &Path) -> PathBuf {
    let mut missing = Vec::new();
    let mut there = path;
    loop {
        if let Ok(mut found) = there.canonicalize() {
            found.extend(missing.iter().rev());
            return found;
        }
        match (there.parent(), there.file_name()) {
            (Some(parent), Some(name)) => {
                missing.push(name);
                there = parent;
            }
            _ => return path.to_owned(),
        }
    }
}

impl fmt::Display for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Home => "~/",
            Self::App => "$APP/",
            Self::Drive(drive) => drive,
        })
    }
}

impl fmt::Display for FilePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.root, self.rest)
    }
}

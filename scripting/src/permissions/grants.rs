//! What a person has answered, and whether that is enough for what an app is about to do.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use reqwest::Url;
use serde::{Deserialize, Serialize};

use super::{Access, Permission, Roots};
use crate::AppId;

/// A person's answers to what one app asks for, by [`Permission::key`]. What is not in it was not
/// asked yet; so what an update adds is asked again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Grants(BTreeMap<String, bool>);

/// Something that a function of the host API is about to do.
#[derive(Clone, Copy, Debug)]
pub enum Need<'a> {
    /// To have a model answer.
    Llm,
    /// To search documents or to add some.
    Documents(Access),
    /// To read or write a file.
    File {
        /// The canonical path.
        path: &'a Path,
        /// Which of both.
        access: Access,
    },
    /// To reach an address.
    Net(&'a Url),
    /// To read or change the clipboard.
    Clipboard,
    /// To show a notification.
    Notifications,
    /// To run another app.
    App(&'a AppId),
}

/// Whether an app may do what it is about to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may.
    Granted,
    /// Its person said no.
    Refused(Permission),
    /// Nobody was asked yet.
    Unasked(Permission),
    /// The manifest does not ask for it.
    NotInManifest {
        /// What its author would have to write there: `llm = true`.
        line: String,
    },
}

impl Grants {
    /// Everything that is asked for is granted: for apps that come with Satchel.
    #[must_use]
    pub fn to_all(permissions: &[Permission]) -> Self {
        Self(permissions.iter().map(|permission| (permission.key(), true)).collect())
    }

    /// These answers, and where there is none, those of `other`.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        for (key, granted) in other.0 {
            self.0.entry(key).or_insert(granted);
        }
        self
    }

    /// Remembers an answer, or `None` to ask again.
    pub fn set(&mut self, key: &str, granted: Option<bool>) {
        match granted {
            Some(granted) => self.0.insert(key.to_owned(), granted),
            None => self.0.remove(key),
        };
    }

    /// The answer for a permission; `None` if nobody was asked.
    #[must_use]
    pub fn answer(&self, permission: &Permission) -> Option<bool> {
        self.0.get(&permission.key()).copied()
    }

    /// What is still to be asked.
    #[must_use]
    pub fn unasked<'a>(&self, permissions: &'a [Permission]) -> Vec<&'a Permission> {
        permissions.iter().filter(|permission| self.answer(permission).is_none()).collect()
    }

    /// Whether an app whose manifest asks for `permissions` may do this.
    #[must_use]
    pub fn verdict(&self, permissions: &[Permission], need: Need<'_>, roots: &Roots) -> Verdict {
        let covering = || permissions.iter().filter(|permission| permission.covers(need, roots));
        if covering().any(|permission| self.answer(permission) == Some(true)) {
            return Verdict::Granted;
        }
        // Where one of several is still open, a person can still say yes.
        if let Some(open) = covering().find(|permission| self.answer(permission).is_none()) {
            return Verdict::Unasked(open.clone());
        }
        match covering().next() {
            Some(permission) => Verdict::Refused(permission.clone()),
            None => Verdict::NotInManifest { line: need.line() },
        }
    }
}

impl Permission {
    /// Whether this permission, once granted, is enough.
    fn covers(&self, need: Need<'_>, roots: &Roots) -> bool {
        match (self, need) {
            (Self::Llm, Need::Llm)
            | (Self::Clipboard, Need::Clipboard)
            | (Self::Notifications, Need::Notifications) => true,
            (Self::Documents(given), Need::Documents(wanted)) => *given >= wanted,
            (Self::Files { pattern, access }, Need::File { path, access: wanted }) => {
                *access >= wanted && pattern.matches(path, roots)
            }
            (Self::Net(pattern), Need::Net(url)) => pattern.matches(url),
            (Self::App(given), Need::App(wanted)) => given == wanted,
            _ => false,
        }
    }
}

impl Need<'_> {
    /// What a manifest has to say under `[permissions]`.
    fn line(&self) -> String {
        match self {
            Self::Llm => "llm = true".to_owned(),
            Self::Documents(access) => format!("documents = \"{access}\""),
            Self::File { path, access: Access::Write } => {
                format!("files = [{:?}]", path.display().to_string())
            }
            Self::File { path, access: Access::Read } => {
                format!(
                    "files = [{{ path = {:?}, access = \"read\" }}]",
                    path.display().to_string()
                )
            }
            Self::Net(url) => format!("net = [\"{}/*\"]", url.origin().ascii_serialization()),
            Self::Clipboard => "clipboard = true".to_owned(),
            Self::Notifications => "notifications = true".to_owned(),
            Self::App(id) => format!("apps = [\"{id}\"]"),
        }
    }
}

/// The key of the permission whose refusal these words tell, as a script error tells it.
#[must_use]
pub fn refused_in(words: &str) -> Option<&str> {
    let (_, key) = words.split_once("with --allow \"")?;
    key.split_once('"').map(|(key, _)| key)
}

impl fmt::Display for Verdict {
    /// What a script error says about it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Granted => f.write_str("granted"),
            Self::Refused(permission) | Self::Unasked(permission) => write!(
                f,
                "it is not granted to {}: grant it on the Apps page, or on the command line with --allow \"{}\"",
                permission.deed(),
                permission.key()
            ),
            Self::NotInManifest { line } => {
                write!(f, "app.toml does not ask for this: add `{line}` under [permissions]")
            }
        }
    }
}

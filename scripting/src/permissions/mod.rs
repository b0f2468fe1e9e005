//! What an app may reach outside of itself.
//!
//! A manifest asks for permissions, a person answers, and each function of the host API looks both up
//! before it does something: nothing is reached that the manifest does not ask for, and nothing that
//! nobody has granted.
//!
//! ```text
//! [permissions] ─▶ Permission (key, words) ─▶ the person ─▶ Grants
//! api/*.rs ── Need ──▶ Grants::verdict ─▶ Verdict
//! ```

mod files;
mod grants;
mod net;
mod read;
#[cfg(test)]
mod tests;

pub use files::{FilePattern, Roots};
pub use grants::{Grants, Need, Verdict, refused_in};
pub use net::NetPattern;
pub(crate) use read::read;

use std::fmt;

use crate::AppId;

/// Whether something may only be looked at or changed as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Access {
    /// Looked at.
    Read,
    /// Looked at and changed.
    Write,
}

/// One thing that an app asks for in its manifest.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// `llm = true`: to have models answer.
    Llm,
    /// `documents = "read"` or `"write"`: to search the library of documents, or to add to it.
    Documents(Access),
    /// `files = ["~/Notes/**"]`: to read and write these files.
    Files {
        /// Which files.
        pattern: FilePattern,
        /// Whether it may change them.
        access: Access,
    },
    /// `net = ["https://api.example.com/*"]`: to reach these addresses.
    Net(NetPattern),
    /// `clipboard = true`: to read and change the clipboard.
    Clipboard,
    /// `notifications = true`: to show notifications.
    Notifications,
    /// `apps = ["summarize"]`: to run another app, which then does what that one may.
    App(AppId),
}

impl Permission {
    /// Its name in the file of grants, in commands and behind `--allow`: `llm`, `documents read`,
    /// `files write ~/Notes/**`, `net https://api.example.com/*`.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Llm => "llm".to_owned(),
            Self::Documents(access) => format!("documents {access}"),
            Self::Files { pattern, access } => format!("files {access} {pattern}"),
            Self::Net(pattern) => format!("net {pattern}"),
            Self::Clipboard => "clipboard".to_owned(),
            Self::Notifications => "notifications".to_owned(),
            Self::App(id) => format!("apps {id}"),
        }
    }

    /// Its first word, which stands for all of its kind behind `--allow`: `net`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Llm => "llm",
            Self::Documents(_) => "documents",
            Self::Files { .. } => "files",
            Self::Net(_) => "net",
            Self::Clipboard => "clipboard",
            Self::Notifications => "notifications",
            Self::App(_) => "apps",
        }
    }

    /// What the app wants, as a sentence for a person: `Weather wants to reach api.example.com`.
    #[must_use]
    pub fn words(&self, app_name: &str) -> String {
        format!("{app_name} wants to {}", self.deed())
    }

    /// What it allows, for a list: `reach api.example.com`.
    #[must_use]
    pub fn deed(&self) -> String {
        match self {
            Self::Llm => "use the models on this computer".to_owned(),
            Self::Documents(Access::Read) => "search and read your documents".to_owned(),
            Self::Documents(Access::Write) => {
                "search and read your documents, and add and remove some".to_owned()
            }
            Self::Files { pattern, access: Access::Read } => {
                format!("read {}", pattern.words())
            }
            Self::Files { pattern, access: Access::Write } => {
                format!("read and change {}", pattern.words())
            }
            Self::Net(pattern) => format!("reach {}", pattern.words()),
            Self::Clipboard => "read and change the clipboard".to_owned(),
            Self::Notifications => "show notifications".to_owned(),
            Self::App(id) => format!("run the app {id}, with what that one may do"),
        }
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "read",
            Self::Write => "write",
        })
    }
}

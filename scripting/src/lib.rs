//! Apps: small programs that a person writes, and that live inside Satchel.
//!
//! An app is a folder with an `app.toml` and, as a rule, a `main.rhai`. This crate finds apps, runs
//! each on a thread of its own, gives it the host API that its manifest asks for and its person
//! granted, reads it again when it is saved, and frees whatever it holds when it goes. Nothing here
//! draws: a panel is recorded as a tree that a window may draw.
//!
//! ```text
//! window, command line, HTTP ── Command ─▶ ScriptHost ─▶ supervisor ─▶ one runner thread per app
//!                            ◀── Event ──                                 │
//!                            ◀── RunEvent (to the one who asked) ─────────┤
//!                                                                 host API (api/) ─▶ engine
//! ```

mod command;
mod event;
mod handles;
mod host;
pub mod panel;
mod plugin;
mod problem;
mod run;
pub mod runner;
mod services;

pub use command::Command;
pub use event::{AppState, AppStatus, Event, Level, LogLine};
pub use handles::{HandleGuard, HandleKind, Handles};
pub use host::{HostConfig, ScriptHost};
pub use plugin::CorePlugin;
pub use problem::{Place, Problem};
pub use run::{Citation, Outcome, Run, RunEvent, RunGuard, RunInput, RunRequest};
pub use services::{Clipboard, Notify, PickFiles, PickKind, PickRequest, Services};

use std::fmt;

use serde::{Deserialize, Serialize};

/// Names an app: the name of its folder. Lower-case letters, digits and `-`, 1 to 64 characters,
/// beginning with a letter.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AppId(pub String);

impl fmt::Display for AppId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

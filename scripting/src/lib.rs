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

pub mod api;
pub mod assistant;
mod check;
mod command;
mod event;
mod handles;
mod host;
mod id;
pub mod library;
pub mod manifest;
mod nearest;
pub mod panel;
pub mod permissions;
mod plugin;
mod problem;
mod rights;
mod run;
pub mod runner;
mod services;
mod supervisor;
pub mod value;

pub use command::Command;
pub use event::{AppState, AppStatus, Event, Level, LogLine};
pub use handles::{HandleGuard, HandleKind, Handles};
pub use host::{HostConfig, PluginStatus, ScriptHost};
pub use id::{AppId, NoAppId};
pub use library::Library;
pub use manifest::Manifest;
pub use nearest::nearest;
pub use permissions::{Grants, Permission};
pub use plugin::CorePlugin;
pub use problem::{Place, Problem};
pub use rights::Rights;
pub use run::{Citation, Outcome, PassagePlace, Run, RunEvent, RunGuard, RunInput, RunRequest};
pub use services::{Clipboard, Notify, PickFiles, PickKind, PickRequest, Services};

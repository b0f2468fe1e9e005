//! The work, without a window.
//!
//! Everything that computes, reads or remembers lives here, and nothing here knows who is asking.
//! The way in is [`Engine`]; the ways out are [`Event`] (news for everybody) and [`JobEvent`]
//! (the answer to one request, for the one who asked). In between is one thread, in `thread.rs`,
//! and it alone talks to llama.cpp.
//!
//! ```text
//! Engine ── Command ──▶ thread.rs ── Event ──────▶ every subscriber
//!                          │
//!                          └─────── JobEvent ──▶ the one Job that asked
//! ```
//!
//! The engine keeps no conversation: a [`GenerateRequest`] brings all its messages, as in
//! `/v1/chat/completions`. What lasts is in [`conversations`], a passive store, and in the files of
//! the [`folder::DataFolder`].

mod command;
mod config;
pub mod conversations;
pub mod documents;
mod error;
mod event;
pub mod folder;
mod folder_watch;
mod handle;
pub mod inference;
mod job;
mod migration;
pub mod models;
mod outbox;
pub mod settings;
mod thread;

pub use command::Command;
pub use config::Config;
pub use error::{Error, in_words};
pub use event::Event;
pub use folder_watch::{Changes, FolderWatch};
pub use handle::Engine;
pub use inference::{GenerateRequest, Message, Role};
pub use job::{Finish, Job, JobEvent, JobGuard, StopReason, Timings, Usage};
pub use outbox::{Inbox, Outbox, Wake, asleep, channel};

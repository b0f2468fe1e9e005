//! One app while it is loaded: a thread of its own, a mailbox in, events out.
//!
//! ```text
//! supervisor ── Letter ─▶ mailbox ─▶ runner thread ─▶ on_load, on_run, on_ui, on_event, on_dispose
//! the person, a dropped Run ── stop ─▶ frames ─▶ read by Rhai after each step and by all who wait
//! ```

mod bell;
mod context;
mod failure;
mod frames;
mod timers;

#[cfg(test)]
pub(crate) use context::CurrentRun;
pub use context::{Context, Received};
pub use failure::{ScriptError, ScriptResult, failure};
#[cfg(test)]
pub(crate) use frames::Frame;

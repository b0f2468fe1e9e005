//! One app while it is loaded: a thread of its own, a mailbox in, events out.
//!
//! ```text
//! supervisor ── Letter ─▶ desk.rs ─▶ thread.rs ─▶ call.rs ─▶ on_load, on_run, on_event, on_dispose
//!                            │           └─▶ draw.rs ─▶ on_ui ─▶ Event::Shown
//! the person, a dropped Run ─┴─▶ frames.rs ─▶ read by watch.rs after each step, and by all who wait
//! ```
//!
//! **One thread, one state.** A script runs on its app's thread only, and so does its panel: `on_ui`
//! is called between two calls, and, while a run, a job or an event goes on, between two of its steps
//! (when a function that has the state looks at a variable). So a panel shows a run that goes on, no
//! value is seen half changed, and there is nothing to lock. While a run waits for something (a model
//! that reads a long prompt), its panel stays as it was, save for a stream, which hands out an empty
//! piece when the panel has something to say. The window never waits for any of this: it draws the
//! last panel that it was given.

mod bell;
mod call;
mod context;
mod desk;
mod draw;
mod failure;
mod frames;
mod interpreter;
mod memory;
mod order;
mod placed;
mod script;
mod thread;
mod timers;
mod version;
mod watch;

pub(crate) use context::House;
#[cfg(test)]
pub(crate) use context::Stage;
pub use context::{Context, Received};
pub(crate) use desk::{Desk, Letter, Order};
pub(crate) use failure::reworded;
pub use failure::{ScriptError, ScriptResult, failure, is_end};
pub use placed::placed;
pub(crate) use script::register_blocks;
pub(crate) use thread::spawn;
pub(crate) use version::{Origin, Version, check};

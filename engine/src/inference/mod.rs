//! Requests become tokens, and tokens become text.
//!
//! ```text
//! GenerateRequest ─▶ prompt.rs (template, tokens) ─▶ scheduler.rs (who is next)
//!                          ─▶ batch.rs + llama.rs (one decode step for all sequences)
//!                          ─▶ sampling/ (one token each) ─▶ pieces.rs (whole text) ─▶ JobEvent
//! ```

pub mod pieces;
pub mod reasoning;
mod request;
pub mod sampling;
pub mod template;

use serde::{Deserialize, Serialize};

pub use request::{
    Dry, GenerateRequest, Measure, MeasureRequest, Message, Mirostat, Overflow, Role, Sampling, Xtc,
};

/// What can be asked about running requests, beside asking one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Command {
    /// Stop every running and waiting request; each ends as cancelled.
    StopAll,
}

/// What happened to the requests as a whole.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Event {
    /// The number of running or waiting requests changed.
    LoadChanged {
        /// Requests being answered.
        running: usize,
        /// Requests waiting for a sequence.
        waiting: usize,
    },
}

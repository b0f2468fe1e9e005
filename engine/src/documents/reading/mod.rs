//! Reading files in a process of its own, so that a hostile file can only lose itself.
//!
//! ```text
//! parent.rs ── names files ──▶ child.rs ─▶ extract ─▶ wire.rs ── pages on standard output ──▶ parent.rs
//! ```
//!
//! The child is the same program, called with a hidden subcommand. It limits its own memory, and for
//! each file its processor time, before it looks at it; the parent limits the time on the clock and
//! ends the child when nobody waits for its pages any more, or when it uses no processor time (`idle.rs`).
//! A child that has read a file reads the
//! next one too, but one that dies of a file is tried again alone with that file, in case it died of
//! what earlier ones had left. `talk.rs` is how a child is told and heard, which the drawing of pages
//! does too.

mod child;
mod idle;
mod parent;
mod talk;
pub(in crate::documents) mod wire;

#[cfg(test)]
pub(in crate::documents) mod tests;

pub use child::run_child;
pub(in crate::documents) use child::{STACK, limits};
pub use parent::{Patience, Reader, Reading, Unread};
pub(in crate::documents) use talk::{Call, Output, Silence, Talk};

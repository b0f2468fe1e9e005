//! One document at the right: its pages as they are printed, or its text, with a passage marked.
//!
//! ```text
//! place.rs ── looked up in the library ──▶ state.rs ─▶ pdf.rs  ◀─ painter.rs (pictures, on a thread)
//! find.rs  ── looked for in the library ──▶    └───▶ text.rs
//! ```

mod find;
mod page;
mod painter;
mod pdf;
mod place;
mod state;
mod text;
mod toolbar;

pub(crate) use place::Place;
pub(crate) use state::{Action, Viewer};
pub(crate) use toolbar::viewer_ui;

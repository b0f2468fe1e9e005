//! An app's panel as plain data: what the script recorded, and what the person did in it.
//!
//! ```text
//! on_ui(ui) ── records ─▶ Panel ── Event::Shown ─▶ the window draws it, every frame
//!           ◀─ answers ── Interaction ◀── Command::Interact ── a click, a key, a drop
//! ```

mod tree;

pub use tree::{Change, Interaction, Mark, Node, Panel, PlotLine, Widget, WidgetId};

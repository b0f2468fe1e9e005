//! An app's panel as plain data: what the script recorded, and what the person did in it.
//!
//! ```text
//! on_ui(ui) ── ui.rs, recorder.rs ─▶ Panel ── Event::Shown ─▶ the window draws it, every frame
//!           ◀─ answers ── desk.rs ◀── Command::Interact ── a click, a key, a drop
//! ```

mod desk;
mod recorder;
mod tree;
mod ui;
mod values;

pub(crate) use desk::PanelDesk;
pub(crate) use recorder::{Changes, Container, Recorder};
pub use tree::{Change, Interaction, Mark, Node, Panel, PlotLine, Widget, WidgetId};
pub use ui::Ui;
pub(crate) use ui::{Recording, register};

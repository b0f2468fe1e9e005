//! The window around the pages: sidebar, top bar, panel at the right, palette, notices, keys.
//!
//! ```text
//! keys (shortcuts.rs), clicks ─▶ Action ─▶ run.rs
//! frame.rs ─▶ sidebar.rs | top_bar.rs, the page | right_panel.rs, and over them palette, notices
//! ```

mod frame;
mod fuzzy;
mod notices;
mod overlays;
mod palette;
mod picker;
mod right_panel;
mod run;
mod shortcuts;
mod shortcuts_page;
mod sidebar;
mod state;
mod top_bar;

pub(crate) use frame::{column_ui, middle_ui, window_ui};
pub(crate) use fuzzy::rank;
pub(crate) use notices::Notices;
pub use picker::Dialogs;
pub(crate) use picker::{Picked, Picker, Wanted};
pub(crate) use run::run;
pub(crate) use shortcuts::{changes_text, hint, pressed};
pub(crate) use state::{Action, Page, State};

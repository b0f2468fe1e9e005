//! Models: what is on disk, what is loaded, and the ways to more.
//!
//! ```text
//! page.rs, parts.rs ─▶ Action ─▶ change.rs (asks first) ─▶ state.rs ─▶ engine (load, unload)
//!                                                            └─────▶ shelf.rs (files, on a thread)
//!                                     watch.rs (what others change) ─────┘
//! ```

mod change;
mod page;
mod parts;
mod row;
mod shelf;
mod state;
mod watch;

pub(crate) use change::change_dialog_ui;
pub(crate) use page::{models_ui, remove_dialog_ui};
pub(crate) use parts::{
    card_ui, failure_ui, loading_ui, loading_words_ui, model_button_ui, open_file_ui, short_row_ui,
};
pub(crate) use row::Row;
pub(crate) use shelf::Shelf;
pub(crate) use state::{Action, Draft, State};

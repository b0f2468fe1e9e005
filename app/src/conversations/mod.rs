//! The list of conversations: find, rename, pin, delete, export.
//!
//! ```text
//! list.rs, search.rs ─▶ Action ─▶ state.rs ─▶ StoreCommand ─▶ the store's thread
//!        ▲                          state.rs ◀─ StoreEvent ◀────────┘
//! ```

mod dates;
mod export;
mod lines;
mod list;
mod state;

pub(crate) use export::{absolute, home_path};
pub(crate) use list::{export_dialog_ui, list_ui, menu_ui, search_results_ui, title};
pub(crate) use state::{Action, Draft, State};

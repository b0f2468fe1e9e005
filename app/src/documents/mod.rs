//! A person's documents: collections of files, how far they are read, and one of them open at the
//! right, at the page that an answer rests on.
//!
//! ```text
//! page.rs, dialogs.rs ─▶ Action ─▶ run.rs ─▶ engine::documents (threads of its own)
//! progress.rs         ◀─ state.rs ◀─ hear.rs ◀─ Reply, index::Event
//! page.rs ─▶ collection.rs ─▶ list.rs (what can be seen of it) ◀─ listing.rs (made by the library's thread)
//! panel.rs ─▶ viewer/ (a document) | why.rs (why an answer is as it is)
//! ```

mod action;
mod collection;
mod dialogs;
mod embedding;
mod hear;
pub mod list;
mod listing;
mod page;
mod panel;
mod progress;
mod reranking;
mod run;
mod state;
mod viewer;
mod why;

pub(crate) use action::Action;
pub(crate) use dialogs::dialogs_ui;
pub(crate) use page::{ask_ui, documents_ui};
pub(crate) use panel::{PANEL, panel_ui};
pub(crate) use progress::progress_ui;
pub(crate) use state::{Draft, State};
pub(crate) use viewer::{Action as ViewerAction, Viewer};

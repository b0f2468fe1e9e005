//! Apps on the screen: their page, their panels, their files, and `/` in the message field.
//!
//! ```text
//! page/ ─▶ Action ─▶ run.rs ─▶ ScriptHost (what runs) and desk.rs (what lies on disk)
//!   ▲                                │ Event                  │ DeskEvent
//!   └── state.rs ◀── hear.rs ◀───────┴────────────────────────┘
//! ```

mod action;
mod api;
mod console;
mod desk;
mod draft;
pub(crate) mod editor;
mod hear;
mod icon;
mod page;
pub mod panel;
mod places;
mod row;
mod run;
mod services;
mod slash;
mod state;
mod words;

pub(crate) use action::Action;
pub(crate) use draft::Draft;
pub(crate) use editor::{Editor, EditorAction};
pub(crate) use page::{allow_button, apps_ui, dialogs_ui};
pub(crate) use places::place_in;
pub(crate) use row::Row;
pub(crate) use slash::Slash;
use state::CHAT;
pub(crate) use state::{Answerer, Package, Question, State, Tab, Trial};

//! The open conversation: type, watch the answer grow, change one's mind.
//!
//! ```text
//! composer.rs ─▶ Action ─▶ run.rs ─▶ room.rs ─▶ engine (a job) and store (what is kept)
//! transcript/ ◀─ room.rs ◀─ hear.rs ◀─ JobEvent, StoreEvent
//! ```

mod action;
mod answer;
mod asking;
mod composer;
mod draft;
mod find;
mod find_bar;
mod first_start;
mod hear;
mod messages;
mod meter;
mod overflow;
mod prompt;
mod question;
mod room;
mod run;
mod state;
pub mod transcript;
mod view;

pub(crate) use action::Action;
pub(crate) use answer::{Answer, Ending, Phase};
pub(crate) use asking::AskDocuments;
pub(crate) use draft::Draft;
pub(crate) use overflow::Choice;
pub(crate) use question::question_ui;
pub(crate) use run::Around;
pub(crate) use state::State;
pub(crate) use view::chat_ui;

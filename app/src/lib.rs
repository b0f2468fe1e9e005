//! The faces of Satchel: the window and the command line.

#[cfg(feature = "window")]
mod action;
#[cfg(feature = "window")]
mod app;
#[cfg(feature = "window")]
mod chat;
pub mod command_line;
#[cfg(feature = "window")]
mod conversations;
pub mod demo;
pub mod document_library;
#[cfg(feature = "window")]
mod documents;
pub mod environment;
#[cfg(feature = "window")]
pub mod look;
#[cfg(feature = "window")]
mod markdown;
mod measures;
#[cfg(feature = "window")]
mod models;
#[cfg(feature = "window")]
mod reach;
#[cfg(feature = "window")]
mod refusal;
#[cfg(feature = "window")]
mod scripts;
#[cfg(feature = "window")]
mod settings;
#[cfg(feature = "window")]
mod shell;
pub mod shipped;
#[cfg(feature = "window")]
pub mod window;

#[cfg(feature = "window")]
pub(crate) use action::Action;
#[cfg(feature = "window")]
pub use app::{App, Start};
#[cfg(feature = "window")]
pub use chat::transcript;
#[cfg(feature = "window")]
pub use documents::list as document_list;
#[cfg(feature = "window")]
pub use scripts::{editor::layout::CodeLayout, panel};
#[cfg(feature = "window")]
pub use shell::Dialogs;

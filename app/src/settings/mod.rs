//! Settings: how models answer, and how the window looks.
//!
//! ```text
//! engine's table of settings ─▶ setting.rs ─▶ the settings page, the conversation's panel
//! Action ─▶ state.rs ─▶ settings.toml (a thread writes it)
//! ```

mod page;
mod setting;
mod state;
mod window;

pub(crate) use page::settings_ui;
pub(crate) use setting::{Draft, setting_ui};
pub(crate) use state::{Action, State, open_outside};
pub(crate) use window::{Theme, WindowSettings};

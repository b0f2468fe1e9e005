//! What a person has chosen, kept in `settings.toml`.
//!
//! ```text
//! table.rs (one row per model setting) ─▶ the settings page, the manual, the file
//! settings.toml ─▶ Settings ─▶ Overrides ─▶ effective() ─▶ ModelSettings ─▶ requests and loads
//! ```
//!
//! The file belongs to the person: comments, order and keys of newer versions stay as they are.

mod file;
mod model;
mod rows;
mod saver;
mod table;
#[cfg(test)]
mod tests;

pub use file::{Notice, Settings, SettingsError, set_aside, write_private, write_whole};
pub use model::{ModelSettings, Overrides, Value, effective};
pub use saver::Saver;
pub use table::{Choice, Group, Kind, Scope, Setting, SettingError, all, find};

//! What the window remembers of itself: the section `[window]` of the settings file.

use egui::ThemePreference;
use engine::settings::Settings;
use serde::{Deserialize, Serialize};

/// The name of the section.
pub(super) const SECTION: &str = "window";

/// See the module documentation. Unknown values fall back to the defaults.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct WindowSettings {
    /// Light, dark, or as the system says.
    pub(crate) theme: Theme,
    /// Size of everything, as a factor.
    pub(crate) text_size: f32,
    /// Whether the sidebar is shown.
    pub(crate) sidebar: bool,
    /// Whether the conversation's settings are shown at the right.
    pub(crate) right_panel: bool,
    /// How large it was last, in points without the text size; `None` for the first time.
    pub(crate) size: Option<[f32; 2]>,
    /// Whether it filled the screen.
    pub(crate) maximized: bool,
    /// The model to load at the next start; empty for none.
    pub(crate) model: String,
    /// The apps that the sidebar keeps, by their ids.
    pub(crate) pinned_apps: Vec<String>,
}

impl WindowSettings {
    /// What settings that were read say of the window.
    pub(crate) fn of(settings: &Settings) -> Self {
        settings.section(SECTION)
    }
}

impl Default for WindowSettings {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            text_size: 1.0,
            sidebar: true,
            right_panel: false,
            size: None,
            maximized: false,
            model: String::new(),
            pinned_apps: Vec::new(),
        }
    }
}

/// Light, dark, or as the system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// As egui calls it.
    pub(crate) fn preference(self) -> ThemePreference {
        match self {
            Self::System => ThemePreference::System,
            Self::Light => ThemePreference::Light,
            Self::Dark => ThemePreference::Dark,
        }
    }
}

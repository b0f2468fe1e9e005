//! What is being typed about apps: the one thing that drawing may change.

use std::collections::HashMap;

use scripting::manifest::Assistant;
use scripting::{AppId, Level};

use super::editor::Editor;
use super::panel::PanelView;
use super::words::Words;

/// See the module documentation.
pub(crate) struct Draft {
    /// The files that are open, of the app that is edited.
    pub(crate) editor: Option<Editor>,
    /// What was typed in panels and not heard yet.
    pub(crate) panels: HashMap<AppId, PanelView>,
    /// What is looked for among the apps.
    pub(crate) query: String,
    /// What is looked for on the console.
    pub(crate) console_query: String,
    /// Lines of the console that matter less are left out.
    pub(crate) console_level: Level,
    /// What apps are run with, by app.
    pub(crate) inputs: HashMap<AppId, String>,
    /// Settings of apps while they are typed, by app and key.
    pub(crate) settings: HashMap<(AppId, String), String>,
    /// An assistant while it is changed.
    pub(crate) assistant: Option<(AppId, Assistant)>,
    /// The name of a new app.
    pub(crate) new_name: String,
    /// Where a package goes to or comes from.
    pub(crate) package_path: String,
    /// The texts of answers.
    pub(crate) words: Words,
    /// The offers behind `/`.
    pub(crate) slash: super::slash::Slash,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            editor: None,
            panels: HashMap::new(),
            query: String::new(),
            console_query: String::new(),
            console_level: Level::Info,
            inputs: HashMap::new(),
            settings: HashMap::new(),
            assistant: None,
            new_name: String::new(),
            package_path: String::new(),
            words: Words::default(),
            slash: super::slash::Slash::default(),
        }
    }
}

//! What anybody may ask of the running apps.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::AppId;
use crate::panel::Interaction;

/// One thing to do. Carried out by the supervisor, in the order in which they were sent.
///
/// A run has an answer of its own and is asked for with `ScriptHost::run`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Command {
    /// Look for apps again.
    Rescan,
    /// Compile and call `on_load`.
    Load(AppId),
    /// Read all files again now, whether they changed or not.
    Reload(AppId),
    /// Call `on_dispose` and free what the app holds.
    Dispose(AppId),
    /// Keep the app from being loaded, now and at later starts, or allow it again.
    SetEnabled {
        /// Which app.
        app: AppId,
        /// Whether it may be loaded.
        enabled: bool,
    },
    /// Grant or refuse one permission that the manifest asks for, by its key as in
    /// `Permission::key`, kept for later starts.
    SetGrant {
        /// Which app.
        app: AppId,
        /// The permission, as `llm` or `net https://api.example.com/*`.
        permission: String,
        /// Whether the app may.
        granted: bool,
    },
    /// Change a setting of the app (`[[settings]]` of its manifest); `None` gives back the default.
    SetSetting {
        /// Which app.
        app: AppId,
        /// Key of the setting.
        key: String,
        /// The new value, of the setting's type.
        value: Option<serde_json::Value>,
    },
    /// The app's panel is on screen from now on: call `on_ui` whenever something changed.
    OpenPanel(AppId),
    /// The panel is no longer on screen.
    ClosePanel(AppId),
    /// End what the app is doing now: a run, a job of `app::start`, an event. It stays loaded.
    Stop(AppId),
    /// The person did something in the panel.
    Interact {
        /// Which app.
        app: AppId,
        /// What was done.
        interaction: Interaction,
    },
    /// Files were dropped on the app outside of any file-drop widget: `on_event`.
    DropFiles {
        /// Which app.
        app: AppId,
        /// What was dropped.
        files: Vec<PathBuf>,
    },
}

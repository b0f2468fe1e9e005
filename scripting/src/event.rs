//! What happened to the apps, told to everybody who subscribed.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::panel::Panel;
use crate::{AppId, Problem};

/// News about apps.
#[derive(Clone, Debug)]
pub enum Event {
    /// Which apps there are, sorted by name; sent after each look at the folders.
    Listed(Vec<AppStatus>),
    /// One app is in another state than before.
    Changed(AppStatus),
    /// An app is gone from its folder.
    Removed(AppId),
    /// The app wants this on the screen instead of what it showed before.
    Shown {
        /// Which app.
        app: AppId,
        /// What to draw.
        panel: Arc<Panel>,
    },
    /// A line for the app's console.
    Logged {
        /// Which app.
        app: AppId,
        /// The line.
        line: LogLine,
    },
    /// An app wants something that its person was not asked about yet; it waits for a
    /// `Command::SetGrant`.
    PermissionWanted {
        /// Which app.
        app: AppId,
        /// The permission's key, for the answer.
        permission: String,
        /// What the app wants, in words: `Weather wants to reach api.example.com`.
        words: String,
    },
}

/// What the Apps page shows of one app besides its manifest.
#[derive(Clone, Debug, PartialEq)]
pub struct AppStatus {
    /// Which app.
    pub id: AppId,
    /// Where it stands.
    pub state: AppState,
    /// What went wrong last, if it did. An older version may be running all the same.
    pub problems: Vec<Problem>,
    /// Host handles the app holds: timers, generations, streams, watchers, panels.
    pub handles: usize,
    /// Processor time of its calls since it was loaded.
    pub busy: Duration,
    /// About what its state and its values take, in bytes.
    pub memory: u64,
    /// Grows with each successful load; 0 before the first.
    pub version: u64,
    /// Whether its script has an `on_ui`; known once it was loaded.
    pub has_panel: bool,
    /// Whether its script has an `on_run`; known once it was loaded.
    pub has_run: bool,
    /// It was saved, and the newer version takes over when what goes on now is over.
    pub newer_waits: bool,
}

/// Where an app stands between load and dispose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppState {
    /// On disk, not loaded.
    #[default]
    Idle,
    /// Switched off by its person.
    Disabled,
    /// Loaded; waits for something to do.
    Loaded,
    /// One of its functions is being called.
    Running,
    /// Could not be loaded; see the problems.
    Failed,
}

/// How much a line of the console matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// `debug(…)`.
    Debug,
    /// `print(…)` and `app::log(…)`.
    Info,
    /// Something is odd.
    Warning,
    /// A script error.
    Error,
}

/// A line of an app's console.
#[derive(Clone, Debug, PartialEq)]
pub struct LogLine {
    /// When.
    pub at: Timestamp,
    /// How much it matters.
    pub level: Level,
    /// What was said; may have several lines.
    pub text: String,
    /// Where in the script, if that is known.
    pub problem: Option<Problem>,
}

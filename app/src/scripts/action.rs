//! What can be asked of apps.

use std::path::PathBuf;

use scripting::library::{Deleted, Preview, Template};
use scripting::manifest::Assistant;
use scripting::panel::{Interaction, WidgetId};
use scripting::{AppId, Place};

use super::editor::EditorAction;
use super::state::Tab;

/// See the module documentation.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// Show all apps.
    ShowList,
    /// Show one app: its panel, or what else there is to it.
    Open(AppId),
    /// Show another side of the app that is shown.
    ShowTab(Tab),
    /// Open an app's files, at a place if there is one.
    Edit {
        /// Which app.
        app: AppId,
        /// Where to.
        at: Option<Place>,
    },
    /// Close the files; those with changes only if these may be lost.
    CloseEditor {
        /// Whether changes may be lost.
        discard: bool,
    },
    /// Do not close them.
    KeepEditing,
    /// Something about the files that are open for editing.
    Editor(EditorAction),
    /// Run the app that is open for editing; one that has a panel and nothing to be told is shown.
    Try(AppId),
    /// Run an app with what was typed for it.
    Run(AppId),
    /// Stop that run.
    StopRun,
    /// Tell a script what was done in its panel.
    Interact(AppId, Interaction),
    /// Let the person pick files for a widget of a panel.
    PickFor(AppId, WidgetId),
    /// These files were picked.
    Picked(u64, Vec<PathBuf>),
    /// Files were dropped while an app was shown.
    Dropped(Vec<PathBuf>),
    /// Look at the folders again.
    Rescan,
    /// Read an app's files again now.
    Reload(AppId),
    /// Switch an app on or off.
    SetEnabled(AppId, bool),
    /// Keep an app in the sidebar, or not.
    SetPinned(AppId, bool),
    /// Answer what an app wants.
    SetGrant {
        /// Which app.
        app: AppId,
        /// The permission, by its key.
        permission: String,
        /// Whether it may.
        granted: bool,
    },
    /// Leave the question open; the app is told no for now.
    PutOff,
    /// Set something about an app; `None` for the default.
    SetSetting {
        /// Which app.
        app: AppId,
        /// What.
        key: String,
        /// To what.
        value: Option<serde_json::Value>,
    },
    /// Forget the lines of an app's console.
    ClearConsole(AppId),
    /// Open the dialog for a new app, or close it.
    AskNew(bool),
    /// Make the app that was described there.
    Create(Template),
    /// Make a copy of one's own.
    Duplicate(AppId),
    /// Ask before an app is deleted; `None` leaves it where it is.
    AskDelete(Option<AppId>),
    /// Move an app to the deleted ones.
    Delete(AppId),
    /// Undo a deletion.
    Restore(Deleted),
    /// Show the folder of an app in the desktop's file manager.
    OpenFolder(AppId),
    /// Look into a package.
    Preview(PathBuf),
    /// Ask the desktop for a package, or for where to write one.
    BrowseImport,
    /// Ask where to write an app as one file.
    AskExport(AppId),
    /// Ask the desktop where to.
    BrowseExport,
    /// The desktop answered.
    ExportPicked(PathBuf),
    /// The desktop has no dialog: the path must be typed.
    TypePath(&'static str),
    /// Write it.
    Export,
    /// Install what was previewed.
    Import(Box<Preview>),
    /// Close the dialog about a package.
    ClosePackage,
    /// Keep what was changed about an assistant.
    SaveAssistant(AppId, Box<Assistant>),
    /// Give an assistant a script of its own.
    AddScript(AppId),
}

//! What can be asked of apps.

use scripting::AppId;

use super::editor::EditorAction;

/// See the module documentation.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// Something about the files that are open for editing.
    Editor(EditorAction),
    /// Run the app that is open for editing.
    Try(AppId),
    /// Make a copy of one's own.
    Duplicate(AppId),
}

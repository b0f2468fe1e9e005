//! Which page is shown, what lies over it, and what the window asks of itself.

use std::path::PathBuf;

use super::palette::Palette;
use super::picker::Wanted;

/// What fills the middle of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Page {
    /// The open conversation, or the first steps to one.
    #[default]
    Chat,
    /// The models on disk.
    Models,
    /// Collections of documents.
    Documents,
    /// The apps.
    Apps,
    /// Everything that can be set.
    Settings,
    /// The table of keys.
    Shortcuts,
}

/// What can be asked of the window itself.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// Show a page.
    Show(Page),
    /// Show the page of apps, and from one of them, all.
    ShowApps,
    /// Open the palette, or close it.
    TogglePalette,
    /// Show the sidebar, or hide it.
    ToggleSidebar,
    /// Show the sidebar.
    ShowSidebar,
    /// Hide the sidebar that lies over the page.
    HideNarrowSidebar,
    /// Show the settings of the conversation at the right, or hide them.
    ToggleRightPanel,
    /// Begin a conversation with the guide.
    Help,
    /// From light to dark, or back.
    SwitchTheme,
    /// Close what is on top; where nothing is, stop the answer.
    Escape,
    /// Find text in what was used last: the open document, the collection or the conversation.
    Find,
    /// Close a notice.
    CloseNotice(u64),
    /// The pointer or the keyboard came to a notice, or went away from it.
    HoldNotice(u64, bool),
    /// Undo what a notice told, or what was done last.
    Undo(Option<u64>),
    /// Open a dialog of the desktop.
    Pick(Wanted),
    /// Files were let go over the window.
    Dropped(Vec<PathBuf>),
    /// Load this model at the next start.
    RememberModel(String),
}

/// See the module documentation.
#[derive(Default)]
pub(crate) struct State {
    /// The page.
    pub(crate) page: Page,
    /// The palette, while it is open; it is typed into.
    pub(crate) palette: Option<Palette>,
    /// Whether the sidebar lies over the page in a narrow window.
    pub(crate) narrow_sidebar: bool,
    /// Whether the window is too narrow for a sidebar beside the page.
    pub(crate) is_narrow: bool,
    /// Whether the open document lies over the page, which has no room beside it.
    pub(crate) document_over_page: bool,
}

//! What only a face can do for an app: windows have a clipboard, a terminal has not.
//!
//! Each service is optional. Where it is missing, the functions that need it say so.

use std::path::PathBuf;
use std::sync::Arc;

use engine::Outbox;

/// What the face lends to the apps.
#[derive(Clone, Default)]
pub struct Services {
    /// Asks a person to choose files.
    pub pick_files: Option<Arc<dyn PickFiles>>,
    /// Copies and pastes.
    pub clipboard: Option<Arc<dyn Clipboard>>,
    /// Shows a short notice outside of any panel.
    pub notify: Option<Arc<dyn Notify>>,
    /// Whether the face shows [`crate::Event::PermissionWanted`] to a person who answers. Otherwise
    /// what was not granted before is refused at once.
    pub asks_permission: bool,
    /// The models on disk; without it, apps have only those that are loaded.
    pub models: Option<Arc<engine::models::Library>>,
    /// The person's documents.
    pub documents: Option<engine::documents::Documents>,
}

/// Asks a person to choose files.
pub trait PickFiles: Send + Sync {
    /// Opens the dialog and returns at once. What was chosen comes to `answer`; an empty list when
    /// the dialog was closed without a choice.
    fn pick(&self, request: PickRequest, answer: Outbox<Vec<PathBuf>>);
}

/// What to choose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PickRequest {
    /// Name of the app that asks, for the title of the dialog.
    pub app: String,
    /// What is chosen, in words.
    pub title: String,
    /// Endings without a dot, as `pdf`; empty for all files.
    pub endings: Vec<String>,
    /// What may be chosen.
    pub kind: PickKind,
}

/// What may be chosen in one dialog.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PickKind {
    /// One existing file.
    #[default]
    File,
    /// Any number of existing files.
    Files,
    /// A folder.
    Folder,
    /// A place to save to, which may not exist yet.
    Save,
}

/// Copies and pastes.
pub trait Clipboard: Send + Sync {
    /// The text in the clipboard, to `answer`; an error in words when there is none.
    fn read(&self, answer: Outbox<Result<String, String>>);
    /// Puts `text` there.
    fn write(&self, text: String);
}

/// Shows a short notice outside of any panel.
pub trait Notify: Send + Sync {
    /// Shows it; `app` is the name of the app that says it.
    fn notify(&self, app: &str, title: &str, text: &str);
}

//! The desktop's own file dialogs, which may hang, be missing or fail.
//!
//! The dialog runs on a thread of its own, and a second thread waits for it for at most two minutes
//! (a portal that is installed but hangs would hang it for ever). Every place that asks also has a
//! path field, so nobody depends on the dialog.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use engine::{Inbox, Outbox, Wake, channel};
use scripting::{PickKind, PickRequest};

/// How long a dialog may stay open.
const PATIENCE: Duration = Duration::from_secs(120);
/// An answer of "nothing chosen" that comes sooner than this was not given by a person.
const FASTER_THAN_ANYBODY: Duration = Duration::from_millis(400);

/// Which dialogs there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialogs {
    /// The desktop's, through its portal.
    #[default]
    System,
    /// None: every path is typed. For tests and for desktops known to have none.
    None,
}

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// A model file to open.
    Model,
    /// A place to write an export to, with a proposed file name.
    Export(PathBuf),
    /// Files or folders to add to a collection of documents.
    Documents {
        /// Whether folders are wanted.
        folder: bool,
    },
    /// A packed app to install.
    Package,
    /// A place to write a packed app to, with a proposed file name.
    PackageTo(PathBuf),
    /// What an app asks for.
    ForApp {
        /// Whose answer it will be.
        ticket: u64,
        /// What is to be chosen.
        request: PickRequest,
    },
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Picked {
    /// This path.
    Path(PathBuf),
    /// These paths.
    Paths(Vec<PathBuf>),
    /// The person closed the dialog.
    Nothing,
    /// There is no dialog here; in words for the person.
    Unavailable(&'static str),
}

/// Asks for paths.
pub(crate) struct Picker {
    dialogs: Dialogs,
    outbox: Outbox<(Wanted, Picked)>,
    inbox: Inbox<(Wanted, Picked)>,
    open: bool,
    /// Asked for while another dialog was open.
    waiting: VecDeque<Wanted>,
}

impl Picker {
    pub(crate) fn new(dialogs: Dialogs, wake: Wake) -> Self {
        let (outbox, inbox) = channel(wake);
        Self { dialogs, outbox, inbox, open: false, waiting: VecDeque::new() }
    }

    /// Whether a dialog is open now.
    pub(crate) fn is_open(&self) -> bool {
        self.open
    }

    /// Opens a dialog; its answer comes out of [`Picker::answers`]. While one is open, a person can
    /// ask for no other, and what an app asks for waits.
    pub(crate) fn ask(&mut self, wanted: Wanted) {
        if self.open {
            if matches!(wanted, Wanted::ForApp { .. }) {
                self.waiting.push_back(wanted);
            }
            return;
        }
        self.open = true;
        let outbox = self.outbox.clone();
        let dialogs = self.dialogs;
        let asked = wanted.clone();
        let waiter = std::thread::Builder::new().name("file dialog".to_owned()).spawn(move || {
            let picked = match dialogs {
                Dialogs::System => ask_system(&asked),
                Dialogs::None => Picked::Unavailable("Type or paste the path of the file"),
            };
            outbox.send((asked, picked));
        });
        if let Err(error) = waiter {
            tracing::warn!("no thread for a file dialog: {error}");
            let excuse = "The file dialog could not be opened: type the path instead";
            self.outbox.send((wanted, Picked::Unavailable(excuse)));
        }
    }

    /// What has been answered since the last call.
    pub(crate) fn answers(&mut self) -> Vec<(Wanted, Picked)> {
        let answers: Vec<_> = self.inbox.try_iter().collect();
        if !answers.is_empty() {
            self.open = false;
            if let Some(next) = self.waiting.pop_front() {
                self.ask(next);
            }
        }
        answers
    }
}

fn ask_system(wanted: &Wanted) -> Picked {
    let (sender, answer) = mpsc::channel();
    let asked = wanted.clone();
    let asked_at = Instant::now();
    let dialog = std::thread::Builder::new().name("file dialog of the desktop".to_owned()).spawn(
        move || {
            sender.send(show(&asked)).ok();
        },
    );
    if dialog.is_err() {
        return Picked::Unavailable("The file dialog could not be opened: type the path instead");
    }
    match answer.recv_timeout(PATIENCE) {
        Ok(Some(picked)) => picked,
        Ok(None) if asked_at.elapsed() < FASTER_THAN_ANYBODY => {
            Picked::Unavailable("This desktop offers no file dialog: type or paste the path")
        }
        Ok(None) => Picked::Nothing,
        Err(mpsc::RecvTimeoutError::Timeout) => {
            Picked::Unavailable("The file dialog does not answer: type or paste the path")
        }
        // The dialog's thread panicked.
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            Picked::Unavailable("The file dialog failed: type or paste the path")
        }
    }
}

fn show(wanted: &Wanted) -> Option<Picked> {
    let one = match wanted {
        Wanted::Model => rfd::FileDialog::new()
            .set_title("Open a model")
            .add_filter("GGUF models", &["gguf", "GGUF"])
            .add_filter("All files", &["*"])
            .pick_file(),
        Wanted::Export(proposed) => {
            let mut dialog = rfd::FileDialog::new().set_title("Export the conversation");
            if let Some(folder) = proposed.parent() {
                dialog = dialog.set_directory(folder);
            }
            if let Some(name) = proposed.file_name() {
                dialog = dialog.set_file_name(name.to_string_lossy());
            }
            dialog.save_file()
        }
        Wanted::Package => rfd::FileDialog::new()
            .set_title("Import an app")
            .add_filter("Apps of Satchel", &["satchel-app"])
            .pick_file(),
        Wanted::PackageTo(proposed) => {
            let name = proposed.file_name().unwrap_or_default().to_string_lossy();
            let dialog = rfd::FileDialog::new().set_title("Export the app").set_file_name(name);
            dialog.save_file()
        }
        Wanted::Documents { folder } => {
            let dialog = rfd::FileDialog::new().set_title("Add to your documents");
            let picked = if *folder { dialog.pick_folders() } else { dialog.pick_files() };
            return picked.map(Picked::Paths);
        }
        Wanted::ForApp { request, .. } => return show_for_app(request),
    };
    one.map(Picked::Path)
}

fn show_for_app(request: &PickRequest) -> Option<Picked> {
    let title = format!("{}: {}", request.app, request.title);
    let mut dialog = rfd::FileDialog::new().set_title(title);
    if !request.endings.is_empty() {
        dialog = dialog.add_filter(request.endings.join(", "), &request.endings);
    }
    match request.kind {
        PickKind::File => dialog.pick_file().map(Picked::Path),
        PickKind::Files => dialog.pick_files().map(Picked::Paths),
        PickKind::Folder => dialog.pick_folder().map(Picked::Path),
        PickKind::Save => dialog.save_file().map(Picked::Path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_dialogs_the_person_is_told_to_type_the_path() {
        let mut picker = Picker::new(Dialogs::None, engine::asleep());
        picker.ask(Wanted::Model);
        assert!(picker.is_open());
        let patience = Instant::now() + Duration::from_secs(30);
        let answers = loop {
            let answers = picker.answers();
            if !answers.is_empty() || Instant::now() > patience {
                break answers;
            }
            std::thread::yield_now();
        };
        assert!(matches!(answers.as_slice(), [(Wanted::Model, Picked::Unavailable(_))]));
        assert!(!picker.is_open());
    }
}

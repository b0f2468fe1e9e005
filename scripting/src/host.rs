//! The front door: everything that a face does with apps goes through here.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use engine::{Engine, Inbox, Wake, asleep, channel};

use crate::run::Run;
use crate::services::Services;
use crate::{AppId, Command, Event, Library, Problem, RunRequest};

/// What a host is started with.
pub struct HostConfig {
    /// The apps there are.
    pub library: Library,
    /// The folder of the person's data; what apps keep lies below it.
    pub data_folder: PathBuf,
    /// The engine that the apps ask.
    pub engine: Engine,
    /// What the face can do for them.
    pub services: Services,
}

/// All apps. Cheap to clone; when the last clone is dropped, all apps are disposed of.
#[derive(Clone)]
pub struct ScriptHost {}

impl ScriptHost {
    /// Starts the supervisor, which looks for apps and loads those that begin with the program.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(config: HostConfig) -> io::Result<Self> {
        drop(config);
        Ok(Self {})
    }

    /// Asks for something; what comes of it is told as [`Event`]s.
    pub fn send(&self, command: Command) {
        drop(command);
    }

    /// Hears every [`Event`] from now on, beginning with [`Event::Listed`].
    pub fn subscribe(&self, wake: Wake) -> Inbox<Event> {
        channel(wake).1
    }

    /// Runs an app, loading it first where needed. `wake` is called after each event of the run.
    pub fn run(&self, app: &AppId, request: RunRequest, wake: Wake) -> Run {
        drop((app, request));
        Run::new(channel(wake).1, std::sync::Arc::default(), asleep())
    }

    /// Reads and compiles an app without running any of it, and says all that is wrong: for editors
    /// and for `satchel apps check`. `unsaved` holds texts of files, by their path relative to
    /// `folder`, that count instead of what is on disk. Reads files: not for a window's thread.
    pub fn check(&self, folder: &Path, unsaved: &BTreeMap<PathBuf, String>) -> Vec<Problem> {
        let _ = (folder, unsaved);
        Vec::new()
    }
}

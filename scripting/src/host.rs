//! The front door: everything that a face does with apps goes through here.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use engine::{Engine, Inbox, Wake, channel};

use crate::check;
use crate::plugin::CorePlugin;
use crate::run::Run;
use crate::runner::{House, Order};
use crate::services::Services;
use crate::supervisor::{self, Input};
use crate::{AppId, Command, Event, Grants, Library, Problem, RunRequest};

/// How long apps have for their end, besides the time of their `on_dispose`.
const GRACE: Duration = Duration::from_secs(10);

/// What a host is started with.
pub struct HostConfig {
    /// Where the apps lie.
    pub library: Library,
    /// The folder of the person's data; what apps keep lies below it.
    pub data_folder: PathBuf,
    /// The engine that the apps ask.
    pub engine: Engine,
    /// What the face can do for them.
    pub services: Services,
    /// The host API, [`crate::api::all`] as a rule.
    pub plugins: Vec<Box<dyn CorePlugin>>,
    /// What these apps may do while this host lives, on top of what is kept: for `--allow`.
    pub grants: BTreeMap<AppId, Grants>,
    /// The names of the icons that the face can draw, to find those that it cannot; empty for a face
    /// that draws none.
    pub icons: &'static [&'static str],
    /// Whether apps are read again when they are saved, and those loaded that ask to be
    /// (`[activation]`): for faces that stay.
    pub resident: bool,
}

/// All apps. Cheap to clone; when the last clone is dropped, all apps are disposed of.
#[derive(Clone)]
pub struct ScriptHost {
    door: Arc<Door>,
}

struct Door {
    runs: Runs,
    house: Arc<House>,
    plugins: Plugins,
    plugin_status: Vec<PluginStatus>,
    supervisor: Mutex<Option<JoinHandle<()>>>,
}

/// The core plugins; one lock for all, since they change only at the beginning and the end.
pub(crate) type Plugins = Arc<RwLock<Vec<Box<dyn CorePlugin>>>>;

/// How a core plugin fared, for the Apps page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginStatus {
    /// Its name, as scripts write it before `::`.
    pub name: String,
    /// Why it could not be loaded, if it could not.
    pub problem: Option<String>,
}

impl Drop for Door {
    fn drop(&mut self) {
        self.runs.send(Input::Close);
        let supervisor = self.supervisor.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if supervisor.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the supervisor of the apps panicked");
        }
    }
}

impl ScriptHost {
    /// Starts the supervisor, which looks for apps and loads those that begin with the program.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(config: HostConfig) -> io::Result<Self> {
        Self::start_with_grace(config, GRACE)
    }

    /// The same with another time that apps have for their end.
    pub(crate) fn start_with_grace(config: HostConfig, grace: Duration) -> io::Result<Self> {
        let (inputs, receiver) = mpsc::channel();
        let runs = Runs { inputs };
        let mut plugins = config.plugins;
        let load = |plugin: &mut Box<dyn CorePlugin>| PluginStatus {
            name: plugin.name().to_owned(),
            problem: plugin.load().err(),
        };
        let plugin_status = plugins.iter_mut().map(load).collect();
        let house = Arc::new(House {
            data_folder: config.data_folder,
            engine: config.engine,
            services: config.services,
            icons: config.icons,
            run_other: Arc::new({
                let runs = runs.clone();
                move |app: &AppId, request, wake| runs.run(app, request, wake)
            }),
        });
        let plugins: Plugins = Arc::new(RwLock::new(plugins));
        let supervisor = supervisor::spawn(
            supervisor::Setup {
                house: Arc::clone(&house),
                plugins: Arc::clone(&plugins),
                library: config.library,
                grants: config.grants,
                resident: config.resident,
                grace,
            },
            runs.inputs.clone(),
            receiver,
        )?;
        let supervisor = Mutex::new(Some(supervisor));
        Ok(Self { door: Arc::new(Door { runs, house, plugins, plugin_status, supervisor }) })
    }

    /// Asks for something; what comes of it is told as [`Event`]s.
    pub fn send(&self, command: Command) {
        self.door.runs.send(Input::Command(command));
    }

    /// Hears every [`Event`] from now on, beginning with [`Event::Listed`].
    pub fn subscribe(&self, wake: Wake) -> Inbox<Event> {
        let (outbox, inbox) = channel(wake);
        self.door.runs.send(Input::Subscribe(outbox));
        inbox
    }

    /// Runs an app, loading it first where needed. `wake` is called after each event of the run.
    pub fn run(&self, app: &AppId, request: RunRequest, wake: Wake) -> Run {
        self.door.runs.run(app, request, wake)
    }

    /// Reads and compiles an app without running any of it, and says all that is wrong: for editors
    /// and for `satchel apps check`. `unsaved` holds texts of files, by their path relative to
    /// `folder`, that count instead of what is on disk. Reads files: not for a window's thread.
    pub fn check(&self, folder: &Path, unsaved: &BTreeMap<PathBuf, String>) -> Vec<Problem> {
        check::app(&self.door.house, &self.door.plugins, folder, unsaved)
    }

    /// Reads and compiles what runs of an app, without running it: to know at once that it can be.
    /// Reads files: not for a window's thread.
    ///
    /// # Errors
    /// The first thing that keeps it from running.
    pub fn compile(&self, folder: &Path) -> Result<(), Problem> {
        check::compile(&self.door.house, &self.door.plugins, folder)
    }

    /// The core plugins, and how they fared.
    pub fn plugins(&self) -> &[PluginStatus] {
        &self.door.plugin_status
    }
}

/// Asks the supervisor; for faces and for apps that run other apps.
#[derive(Clone)]
pub(crate) struct Runs {
    inputs: mpsc::Sender<Input>,
}

impl Runs {
    fn send(&self, input: Input) {
        // Without a supervisor there is nothing to ask for any more.
        self.inputs.send(input).ok();
    }

    /// Runs an app.
    pub(crate) fn run(&self, app: &AppId, request: RunRequest, wake: Wake) -> Run {
        let (outbox, events) = channel(wake);
        let stopped = Arc::default();
        // The app's thread is found later; until then there is nobody to wake.
        let bell: Arc<OnceLock<Wake>> = Arc::default();
        let ring = Arc::clone(&bell);
        let run = Run::new(
            events,
            Arc::clone(&stopped),
            Arc::new(move || {
                if let Some(ring) = ring.get() {
                    ring();
                }
            }),
        );
        let order = Box::new(Order::new(request, outbox, stopped));
        self.send(Input::Run { app: app.clone(), order, bell });
        run
    }
}

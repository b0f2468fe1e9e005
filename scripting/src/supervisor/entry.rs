//! One app as the supervisor sees it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use engine::Outbox;
use serde_json::json;

use super::fingerprint::{self, Fingerprint};
use super::{Input, Setup};
use crate::handles::{HandleKind, Handles};
use crate::library::{App, Choices};
use crate::panel::{Change, Interaction};
use crate::permissions::Roots;
use crate::rights::Rights;
use crate::runner::{self, Desk, Letter, Version};
use crate::{AppState, Event, Grants, Manifest, Problem};

/// How long a file may be missing while an editor saves it by deleting and writing it.
const SAVING: Duration = Duration::from_millis(250);

/// One app.
pub(super) struct Entry {
    app: App,
    desk: Arc<Desk>,
    fingerprint: Fingerprint,
    running: Option<Running>,
    /// What came while the app was ending.
    waiting: Vec<Input>,
    /// Since when the manifest or the script is missing.
    missing_since: Option<Instant>,
    /// What kept it from being loaded when it was last tried.
    told: Option<Problem>,
    removed: bool,
}

/// Its thread.
struct Running {
    number: u64,
    thread: JoinHandle<()>,
    /// Of the version that runs, and of one that waits for a run to end.
    versions: Vec<Held>,
    /// When the thread is given up; set once it was asked to end.
    given_up_at: Option<Instant>,
}

/// What the supervisor keeps of a version that it handed to a thread.
struct Held {
    rights: Arc<Rights>,
    handles: Handles,
}

impl Entry {
    pub(super) fn new(app: App, news: Outbox<Event>, enabled: bool) -> Self {
        let desk = Arc::new(Desk::new(app.id.clone(), news));
        let fingerprint = fingerprint::take(&app.folder);
        let entry = Self {
            app,
            desk,
            fingerprint,
            running: None,
            waiting: Vec::new(),
            missing_since: None,
            told: None,
            removed: false,
        };
        entry.rest(enabled);
        entry
    }

    pub(super) fn app(&self) -> &App {
        &self.app
    }

    pub(super) fn desk(&self) -> &Arc<Desk> {
        &self.desk
    }

    pub(super) fn is_running(&self) -> bool {
        self.running.is_some()
    }

    pub(super) fn is_leaving(&self) -> bool {
        self.given_up_at().is_some()
    }

    pub(super) fn given_up_at(&self) -> Option<Instant> {
        self.running.as_ref()?.given_up_at
    }

    pub(super) fn is_removed(&self) -> bool {
        self.removed
    }

    /// Its folder is gone.
    pub(super) fn remove(&mut self) {
        self.removed = true;
    }

    /// Remembers what came while the app was ending.
    pub(super) fn wait(&mut self, input: Input) {
        self.waiting.push(input);
    }

    /// The app was found again.
    pub(super) fn listed(&mut self, app: App, enabled: bool) {
        self.removed = false;
        self.app = app;
        if !self.is_running() {
            self.rest(enabled);
        }
    }

    /// The app was switched on or off.
    pub(super) fn enable(&mut self, enabled: bool) {
        if !self.is_running() {
            self.rest(enabled);
        }
    }

    /// Shows the state of an app that does not run.
    fn rest(&self, enabled: bool) {
        self.desk.update(|status| {
            let problems = self.app.manifest.as_ref().err().cloned();
            status.state = match &problems {
                _ if !enabled => AppState::Disabled,
                Some(_) => AppState::Failed,
                None if status.state == AppState::Failed && !status.problems.is_empty() => {
                    AppState::Failed
                }
                None => AppState::Idle,
            };
            if let Some(problems) = problems {
                status.problems = problems;
            }
        });
    }

    /// Compiles the app and starts its thread, unless it runs.
    pub(super) fn load(
        &mut self,
        setup: &Setup,
        choices: Option<&Choices>,
        inputs: &mpsc::Sender<Input>,
        number: u64,
    ) -> Result<(), Problem> {
        if self.is_running() && !self.is_leaving() {
            return Ok(());
        }
        if self.is_leaving() {
            let command = crate::Command::Load(self.app.id.clone());
            self.waiting.push(Input::Command(command));
            return Ok(());
        }
        let (version, held) = match self.make(setup, choices) {
            Ok(made) => made,
            Err(problem) => {
                self.complain_once(&problem);
                self.desk.update(|status| status.state = AppState::Failed);
                return Err(problem);
            }
        };
        self.told = None;
        let (inputs, app) = (inputs.clone(), self.app.id.clone());
        let ended = move || {
            inputs.send(Input::Ended { app, thread: number }).ok();
        };
        let thread = runner::spawn(Arc::clone(&self.desk), version, ended).map_err(|error| {
            Problem::new(format!("the system gives no thread for the app: {error}"))
        })?;
        self.running = Some(Running { number, thread, versions: vec![held], given_up_at: None });
        Ok(())
    }

    /// Compiles what was saved, and has it take over from the version that runs. If it does not
    /// compile, that one goes on.
    pub(super) fn replace(&mut self, setup: &Setup, choices: Option<&Choices>) {
        if self.is_leaving() {
            return;
        }
        match self.make(setup, choices) {
            Ok((version, held)) => {
                self.told = None;
                if let Some(running) = &mut self.running {
                    // The one before the last has been disposed of, or was never begun.
                    if running.versions.len() > 1 {
                        running.versions.remove(0);
                    }
                    running.versions.push(held);
                    self.desk.replace(version);
                }
            }
            Err(problem) => self.complain_once(&problem),
        }
    }

    /// Tells what keeps the app from being loaded, unless it was told when it was last tried.
    fn complain_once(&mut self, problem: &Problem) {
        if self.told.as_ref() != Some(problem) {
            self.desk.complain(problem);
            self.told = Some(problem.clone());
        }
    }

    fn make(&self, setup: &Setup, choices: Option<&Choices>) -> Result<(Version, Held), Problem> {
        let manifest = match &self.app.manifest {
            Ok(manifest) => manifest.clone(),
            Err(problems) => {
                self.desk.update(|status| status.problems.clone_from(problems));
                let unknown = || Problem::new("app.toml makes no sense");
                return Err(problems.first().cloned().unwrap_or_else(unknown));
            }
        };
        let (grants, settings) = decisions(setup, choices, &self.app, &manifest);
        let roots = Roots::new(&self.app.folder, &setup.house.data_folder);
        let rights = Arc::new(Rights::new(Arc::new(manifest), roots, grants, settings));
        let origin = runner::Origin {
            folder: &self.app.folder,
            memory: self.app.memory(),
            rights: Arc::clone(&rights),
            unsaved: BTreeMap::new(),
        };
        let plugins = setup.plugins.read().unwrap_or_else(PoisonError::into_inner);
        let version = Version::make(&setup.house, &plugins, &self.desk, origin)?;
        let handles = version.handles().clone();
        Ok((version, Held { rights, handles }))
    }

    /// What its person chose counts at once.
    pub(super) fn decide(&self, setup: &Setup, choices: Option<&Choices>) {
        for held in self.running.iter().flat_map(|running| &running.versions) {
            let manifest = held.rights.manifest();
            let (grants, settings) = decisions(setup, choices, &self.app, manifest);
            held.rights.decide(grants, settings);
        }
        self.desk.bell.ring();
    }

    pub(super) fn open_panel(&self) {
        if let Some(held) = self.running.as_ref().and_then(|running| running.versions.last()) {
            self.desk.open_panel(Some(held.handles.acquire(HandleKind::Panel)));
        }
    }

    pub(super) fn close_panel(&self) {
        self.desk.open_panel(None);
    }

    /// The person did something in the panel. Files that they dropped there may be used.
    pub(super) fn interact(&self, interaction: Interaction) {
        if let Change::Files(files) = &interaction.change {
            self.hand_over(files);
        }
        self.desk.interact(interaction);
    }

    /// Files were dropped on the app: it may use them, and hears of them.
    pub(super) fn drop_files(&self, files: &[PathBuf]) {
        self.hand_over(files);
        let files: Vec<_> = files.iter().map(|file| file.to_string_lossy()).collect();
        self.desk.post(Letter::Event(json!({ "kind": "files", "files": files })));
    }

    fn hand_over(&self, files: &[PathBuf]) {
        for held in self.running.iter().flat_map(|running| &running.versions) {
            for file in files {
                held.rights.hand_over(file.canonicalize().unwrap_or_else(|_| file.clone()));
            }
        }
    }

    /// Asks the app to end, in `grace` besides the time of its `on_dispose`.
    pub(super) fn dispose(&mut self, grace: Duration) {
        let Some(running) = &mut self.running else { return };
        if running.given_up_at.is_none() {
            let handlers =
                running.versions.iter().map(|held| held.rights.manifest().limits.handler);
            let last_words = handlers.max().unwrap_or_default();
            running.given_up_at = Some(Instant::now() + last_words + grace);
            self.desk.dispose();
        }
    }

    /// The thread has ended. What came meanwhile is to be heard now.
    pub(super) fn ended(&mut self, thread: u64, news: Outbox<Event>, enabled: bool) -> Vec<Input> {
        let Some(running) = self.running.take_if(|running| running.number == thread) else {
            return Vec::new();
        };
        if running.thread.join().is_err() {
            tracing::error!("the thread of the app {} panicked", self.app.id);
        }
        self.begin_anew(news);
        self.rest(enabled);
        std::mem::take(&mut self.waiting)
    }

    /// The thread does not end. It is left behind, without a voice and without handles.
    pub(super) fn give_up(&mut self, news: Outbox<Event>) -> Vec<Input> {
        let Some(running) = self.running.take() else { return Vec::new() };
        self.desk.silence();
        for held in &running.versions {
            held.handles.release_all();
        }
        self.begin_anew(news);
        let problem = Problem::new(
            "the app did not end when it was asked to: something it called still computes, and \
             its thread was left behind",
        );
        tracing::error!("{}: {problem}", self.app.id);
        self.desk.complain(&problem);
        self.desk.update(|status| status.state = AppState::Failed);
        std::mem::take(&mut self.waiting)
    }

    /// A new desk for the next thread, with what the Apps page knows.
    fn begin_anew(&mut self, news: Outbox<Event>) {
        let before = self.desk.status();
        self.desk = Arc::new(Desk::new(self.app.id.clone(), news));
        self.desk.update(|status| {
            *status = before;
            status.state = AppState::Idle;
            status.handles = 0;
            status.memory = 0;
        });
    }

    /// Until when to wait for a file that an editor has taken away and not yet written again.
    pub(super) fn is_being_saved(&mut self) -> Option<Instant> {
        let folder = &self.app.folder;
        let entry = self.app.manifest.as_ref().ok().and_then(|manifest| manifest.entry.as_ref());
        let complete = folder.join(crate::manifest::FILE).is_file()
            && entry.is_none_or(|entry| folder.join(entry).is_file());
        if complete || !folder.is_dir() {
            self.missing_since = None;
            return None;
        }
        let now = Instant::now();
        let since = *self.missing_since.get_or_insert(now);
        (now.duration_since(since) < SAVING).then(|| now + super::QUIET)
    }

    /// Takes what is on disk now; whether it is another text than before.
    pub(super) fn read_again(&mut self, found: App, enabled: bool) -> bool {
        let fingerprint = fingerprint::take(&found.folder);
        let changed = fingerprint != self.fingerprint || found.folder != self.app.folder;
        self.fingerprint = fingerprint;
        if changed {
            self.listed(found, enabled);
            if !self.is_running() {
                self.desk.tell(Event::Changed(self.desk.status()));
            }
        }
        changed
    }
}

/// What its person decided about an app.
fn decisions(
    setup: &Setup,
    choices: Option<&Choices>,
    app: &App,
    manifest: &Manifest,
) -> (Grants, serde_json::Map<String, serde_json::Value>) {
    let nothing = serde_json::Map::new();
    let for_now = setup.grants.get(&app.id).cloned().unwrap_or_default();
    match choices {
        Some(choices) => (for_now.or(choices.grants(app)), choices.settings(app)),
        None => (for_now, crate::manifest::effective(&manifest.settings, &nothing)),
    }
}

//! The one thread that loads, reloads and ends apps, so that no two of these overlap.
//!
//! ```text
//! ScriptHost ── Input ─▶ mod.rs ─▶ entry.rs ── one Desk and one thread per app ─▶ runner/
//! the disk ── a saved file ─▶ watcher.rs ─▶ Input::Touched ─▶ fingerprint.rs: is it another text?
//! ```

mod entry;
mod fingerprint;
#[cfg(test)]
mod tests;
mod watcher;

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use engine::{Outbox, Wake};
use serde_json::json;

use crate::host::Plugins;
use crate::library::{App, Choices};
use crate::runner::{House, Letter, Order};
use crate::{AppId, AppState, AppStatus, Command, Event, Grants, Library, Problem, RunEvent};
use entry::Entry;

/// Editors save in bursts; a save counts once nothing was touched for so long.
const QUIET: Duration = Duration::from_millis(30);

/// Compiling nests deeply.
const STACK: usize = 32 << 20;

/// What wakes the supervisor.
pub(crate) enum Input {
    /// Asked by a face.
    Command(Command),
    /// Asked by a face or by an app.
    Run {
        /// Which app.
        app: AppId,
        /// What is asked.
        order: Box<Order>,
        /// Where to put what wakes the app's thread.
        bell: Arc<OnceLock<Wake>>,
    },
    /// Somebody wants to hear the news.
    Subscribe(Outbox<Event>),
    /// Something happened to a file; `None` when it is not known to which.
    Touched(Option<PathBuf>),
    /// An app's thread has ended.
    Ended {
        /// Which app.
        app: AppId,
        /// Which of its threads.
        thread: u64,
    },
    /// The last host was dropped.
    Close,
}

/// What a supervisor works with.
pub(crate) struct Setup {
    pub(crate) house: Arc<House>,
    pub(crate) plugins: Plugins,
    pub(crate) library: Library,
    pub(crate) grants: BTreeMap<AppId, Grants>,
    pub(crate) resident: bool,
    /// How long apps have for their end besides `on_dispose`. Everything that waits in the host API
    /// hears of the end at once, so only native code that computes for long is ever given up.
    pub(crate) grace: Duration,
}

/// Starts the supervisor.
pub(crate) fn spawn(
    setup: Setup,
    inputs: mpsc::Sender<Input>,
    receiver: mpsc::Receiver<Input>,
) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name("apps".to_owned()).stack_size(STACK).spawn(move || {
        let mut supervisor = Supervisor {
            setup,
            inputs,
            choices: None,
            news: News::default(),
            apps: BTreeMap::new(),
            touched: BTreeMap::new(),
            threads: 0,
            closing: false,
        };
        supervisor.live(&receiver);
    })
}

/// Everybody who hears the news.
#[derive(Clone, Default)]
struct News {
    subscribers: Arc<Mutex<Vec<Outbox<Event>>>>,
}

impl News {
    fn send(&self, event: &Event) -> bool {
        let mut subscribers = self.subscribers.lock().unwrap_or_else(PoisonError::into_inner);
        subscribers.retain(|subscriber| subscriber.send(event.clone()));
        !subscribers.is_empty()
    }

    fn add(&self, subscriber: Outbox<Event>, first: Event) {
        let mut subscribers = self.subscribers.lock().unwrap_or_else(PoisonError::into_inner);
        if subscriber.send(first) {
            subscribers.push(subscriber);
        }
    }
}

struct Supervisor {
    setup: Setup,
    inputs: mpsc::Sender<Input>,
    choices: Option<Choices>,
    news: News,
    apps: BTreeMap<AppId, Entry>,
    /// Apps of which a file was touched, and when their text is to be looked at.
    touched: BTreeMap<AppId, Instant>,
    threads: u64,
    closing: bool,
}

impl Supervisor {
    fn live(&mut self, inputs: &mpsc::Receiver<Input>) {
        self.rescan();
        let watcher = self.setup.resident.then(|| {
            let folders = self.apps.values().map(|entry| entry.app().folder.as_path());
            watcher::start(&self.setup.library, folders, &self.inputs)
        });
        if self.setup.resident {
            self.activate();
        }
        while !(self.closing && self.apps.values().all(|entry| !entry.is_running())) {
            let input = match self.next_due() {
                None => inputs.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(due) => inputs.recv_timeout(due.saturating_duration_since(Instant::now())),
            };
            match input {
                Ok(input) => self.hear(input),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => self.close(),
            }
            self.look_at_touched();
            self.give_up_on_the_stuck();
        }
        drop(watcher);
        let mut plugins = self.setup.plugins.write().unwrap_or_else(PoisonError::into_inner);
        for plugin in plugins.iter_mut() {
            plugin.dispose();
        }
    }

    fn next_due(&self) -> Option<Instant> {
        let stuck = self.apps.values().filter_map(Entry::given_up_at);
        self.touched.values().copied().chain(stuck).min()
    }

    fn hear(&mut self, input: Input) {
        match input {
            Input::Command(command) => self.run(command),
            Input::Run { app, order, bell } => self.order(&app, order, &bell),
            Input::Subscribe(subscriber) => {
                self.news.add(subscriber, Event::Listed(self.statuses()));
            }
            Input::Touched(path) => self.touch(path),
            Input::Ended { app, thread } => self.ended(&app, thread),
            Input::Close => self.close(),
        }
    }

    fn run(&mut self, command: Command) {
        if self.closing {
            return;
        }
        match command {
            Command::Rescan => {
                self.rescan();
                self.look_at_all();
            }
            Command::Load(app) => drop(self.load(&app)),
            Command::Reload(app) => self.reload(&app, true),
            Command::Dispose(app) => self.dispose(&app),
            Command::SetEnabled { app, enabled } => self.set_enabled(&app, enabled),
            Command::SetGrant { app, permission, granted } => {
                self.choose(&app, |choices, app| {
                    choices.set_grant(app, &permission, Some(granted))
                });
            }
            Command::SetSetting { app, key, value } => self.set_setting(&app, &key, value),
            Command::OpenPanel(app) => {
                if self.load(&app).is_ok() {
                    self.with(&app, Entry::open_panel);
                }
            }
            Command::ClosePanel(app) => self.with(&app, Entry::close_panel),
            Command::Stop(app) => self.with(&app, |entry| entry.desk().stop()),
            Command::Interact { app, interaction } => {
                self.with(&app, |entry| entry.interact(interaction));
            }
            Command::DropFiles { app, files } => {
                if self.load(&app).is_ok() {
                    self.with(&app, |entry| entry.drop_files(&files));
                }
            }
        }
    }

    fn with(&self, app: &AppId, act: impl FnOnce(&Entry)) {
        if let Some(entry) = self.apps.get(app) {
            act(entry);
        }
    }

    fn statuses(&self) -> Vec<AppStatus> {
        let mut entries: Vec<&Entry> = self.apps.values().collect();
        entries.sort_by_cached_key(|entry| entry.app().name().to_lowercase());
        entries.into_iter().map(|entry| entry.desk().status()).collect()
    }

    fn outbox(&self) -> Outbox<Event> {
        let news = self.news.clone();
        Outbox::new(move |event| news.send(&event))
    }

    // Apps come and go.

    fn rescan(&mut self) {
        // A face may have chosen something for an app that it has just made.
        self.read_choices();
        let listed = match self.setup.library.list() {
            Ok(listed) => listed,
            Err(error) => {
                tracing::error!("{error}");
                return;
            }
        };
        let gone: Vec<AppId> = self
            .apps
            .keys()
            .filter(|id| listed.iter().all(|app| app.id != **id))
            .cloned()
            .collect();
        for id in gone {
            self.dispose(&id);
            if let Some(entry) = self.apps.get_mut(&id) {
                entry.remove();
            }
            self.forget_removed(&id);
        }
        for app in listed {
            let enabled = self.is_enabled(&app.id);
            let outbox = self.outbox();
            match self.apps.get_mut(&app.id) {
                Some(entry) => {
                    entry.listed(app, enabled);
                    entry.decide(&self.setup, self.choices.as_ref());
                }
                None => {
                    let entry = Entry::new(app, outbox, enabled);
                    self.apps.insert(entry.app().id.clone(), entry);
                }
            }
        }
        self.news.send(&Event::Listed(self.statuses()));
    }

    fn forget_removed(&mut self, id: &AppId) {
        if self.apps.get(id).is_some_and(|entry| entry.is_removed() && !entry.is_running()) {
            self.apps.remove(id);
            self.news.send(&Event::Removed(id.clone()));
        }
    }

    fn activate(&mut self) {
        let wakes = |entry: &&Entry| {
            entry.app().manifest.as_ref().is_ok_and(|manifest| {
                manifest.activation.on_startup || manifest.activation.schedule.is_some()
            })
        };
        let waking: Vec<AppId> =
            self.apps.values().filter(wakes).map(|entry| entry.app().id.clone()).collect();
        for app in waking {
            if self.is_enabled(&app) {
                drop(self.load(&app));
            }
        }
    }

    fn load(&mut self, app: &AppId) -> Result<(), Problem> {
        if !self.apps.contains_key(app) {
            self.rescan();
        }
        let enabled = self.is_enabled(app);
        let Some(entry) = self.apps.get_mut(app) else {
            let known = self.apps.keys().map(|id| id.0.as_str());
            let hint = crate::nearest::hint(&app.0, known);
            return Err(Problem::new(format!("there is no app `{app}`{hint}")));
        };
        if !enabled {
            let words = format!("{} is switched off: switch it on first", entry.app().name());
            return Err(Problem::new(words));
        }
        let choices = self.choices.as_ref();
        self.threads += 1;
        entry.load(&self.setup, choices, &self.inputs, self.threads)
    }

    fn reload(&mut self, app: &AppId, forced: bool) {
        let Some(found) = self.setup.library.find(app) else {
            return self.rescan();
        };
        let enabled = self.is_enabled(app);
        let Some(entry) = self.apps.get_mut(app) else { return self.rescan() };
        let changed = entry.read_again(found, enabled);
        if !(changed || forced) {
            return;
        }
        if entry.is_running() {
            entry.replace(&self.setup, self.choices.as_ref());
        } else if enabled && (forced || entry.desk().status().state == AppState::Failed) {
            drop(self.load(app));
        }
    }

    fn dispose(&mut self, app: &AppId) {
        if let Some(entry) = self.apps.get_mut(app) {
            entry.dispose(self.setup.grace);
        }
    }

    fn ended(&mut self, app: &AppId, thread: u64) {
        let outbox = self.outbox();
        let enabled = self.is_enabled(app);
        let Some(entry) = self.apps.get_mut(app) else { return };
        let waiting = entry.ended(thread, outbox, enabled);
        self.forget_removed(app);
        for input in waiting {
            self.hear(input);
        }
    }

    fn give_up_on_the_stuck(&mut self) {
        let now = Instant::now();
        let is_stuck = |entry: &&Entry| entry.given_up_at().is_some_and(|at| at <= now);
        let stuck: Vec<AppId> =
            self.apps.values().filter(is_stuck).map(|entry| entry.app().id.clone()).collect();
        for app in stuck {
            let outbox = self.outbox();
            let waiting = self.apps.get_mut(&app).map(|entry| entry.give_up(outbox));
            self.forget_removed(&app);
            for input in waiting.into_iter().flatten() {
                self.hear(input);
            }
        }
    }

    fn close(&mut self) {
        self.closing = true;
        for entry in self.apps.values_mut() {
            entry.dispose(self.setup.grace);
        }
    }

    // Runs.

    fn order(&mut self, app: &AppId, order: Box<Order>, bell: &Arc<OnceLock<Wake>>) {
        if self.closing {
            return;
        }
        if let Some(entry) = self.apps.get_mut(app)
            && entry.is_leaving()
        {
            entry.wait(Input::Run { app: app.clone(), order, bell: Arc::clone(bell) });
            return;
        }
        match self.load(app) {
            Ok(()) => self.with(app, |entry| {
                let desk = entry.desk();
                desk.post(Letter::Run(order));
                // Not the desk itself, which whoever asked would keep alive.
                let (there, ring) = (Arc::downgrade(desk), desk.bell.wake());
                bell.set(Arc::new(move || {
                    if let Some(desk) = there.upgrade() {
                        desk.withdraw_stopped();
                    }
                    ring();
                }))
                .ok();
                // It may have been stopped before it was known whom that concerns.
                desk.withdraw_stopped();
            }),
            Err(problem) => order.answer(RunEvent::Failed(problem)),
        }
    }

    // What a person chooses.

    fn read_choices(&mut self) {
        match Choices::load(&self.setup.house.data_folder) {
            Ok(choices) => self.choices = Some(choices),
            Err(error) => tracing::error!("{error}"),
        }
    }

    fn is_enabled(&self, app: &AppId) -> bool {
        // A switch is meant for the app in the folder of apps.
        self.setup.library.is_guest(app)
            || self.choices.as_ref().is_none_or(|choices| choices.is_enabled(app))
    }

    fn choose(
        &mut self,
        app: &AppId,
        change: impl FnOnce(&mut Choices, &App) -> Result<(), crate::library::ChoicesError>,
    ) {
        if self.choices.is_none() {
            self.read_choices();
        }
        let Some(entry) = self.apps.get(app) else { return };
        let changed = self.choices.as_mut().map(|choices| change(choices, entry.app()));
        match changed {
            Some(Ok(())) => entry.decide(&self.setup, self.choices.as_ref()),
            Some(Err(error)) => entry.desk().complain(&Problem::new(error.to_string())),
            None => entry.desk().complain(&Problem::new("the settings of apps cannot be read")),
        }
    }

    fn set_setting(&mut self, app: &AppId, key: &str, value: Option<serde_json::Value>) {
        let Some(entry) = self.apps.get(app) else { return };
        let Ok(manifest) = &entry.app().manifest else { return };
        let rows = manifest.settings.clone();
        self.choose(app, |choices, app| choices.set_setting(app, &rows, key, value));
        self.with(app, |entry| {
            entry.desk().post(Letter::Event(json!({ "kind": "settings", "key": key })));
        });
    }

    fn set_enabled(&mut self, app: &AppId, enabled: bool) {
        self.choose(app, |choices, app| choices.set_enabled(&app.id, enabled));
        if !enabled {
            self.dispose(app);
        }
        if let Some(entry) = self.apps.get_mut(app) {
            entry.enable(enabled);
        }
    }

    // What is saved.

    fn touch(&mut self, path: Option<PathBuf>) {
        let at = Instant::now() + QUIET;
        let Some(path) = path else { return self.look_at_all() };
        let mut entries = self.apps.values().map(Entry::app);
        if let Some(app) = entries.find(|app| watcher::belongs(&path, &app.folder)) {
            self.touched.insert(app.id.clone(), at);
        }
    }

    fn look_at_all(&mut self) {
        let at = Instant::now();
        self.touched.extend(self.apps.keys().map(|app| (app.clone(), at)));
    }

    fn look_at_touched(&mut self) {
        let now = Instant::now();
        let due: Vec<AppId> =
            self.touched.iter().filter(|(_, at)| **at <= now).map(|(app, _)| app.clone()).collect();
        for app in due {
            self.touched.remove(&app);
            if self.closing {
                continue;
            }
            let known = self.apps.get_mut(&app);
            if let Some(again) = known.and_then(Entry::is_being_saved) {
                self.touched.insert(app, again);
            } else {
                self.reload(&app, false);
            }
        }
    }
}

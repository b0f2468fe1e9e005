//! What every host function of one app is given: who calls, what it may use, and when it has to
//! stop.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock, PoisonError, Weak};
use std::time::{Duration, Instant};

use engine::documents::ask::Grounds;
use engine::{Engine, Finish, GenerateRequest, Inbox, JobEvent, Wake};
use rhai::Dynamic;

use super::desk::{CurrentRun, Desk, Job};
use super::failure::{ScriptResult, ended, failure};
use super::script::{Script, Sources, Trail, Words};
use super::timers::Timers;
use crate::handles::{HandleKind, Handles};
use crate::permissions::{Need, Verdict};
use crate::rights::Rights;
use crate::services::Services;
use crate::{AppId, Citation, Event, Level, Manifest, Run, RunEvent, RunRequest};

/// How often a wait looks at the stop flag when nobody rings. Everything that the host itself does
/// rings; this is for a sender that ended without a word.
const GLANCE: Duration = Duration::from_millis(100);

/// How long a generation that was stopped is waited for, to hear what it took.
const LAST_WORD: Duration = Duration::from_secs(1);

/// The shortest period of a timer.
const SHORTEST_PERIOD: Duration = Duration::from_millis(100);

/// What came of waiting.
#[derive(Debug, PartialEq, Eq)]
pub enum Received<T> {
    /// The next message.
    Message(T),
    /// The other side is gone; there will be no more.
    Closed,
    /// Nothing came in time.
    TimedOut,
    /// Nothing came yet, and the app's panel has something to say: return to the script soon.
    PanelWaits,
}

/// What a host function is given. One per loaded version of an app.
pub struct Context {
    pub(crate) desk: Arc<Desk>,
    pub(crate) folder: PathBuf,
    /// The name under which the app keeps what it remembers; [`crate::library::App::memory`].
    pub(crate) memory: String,
    pub(crate) rights: Arc<Rights>,
    pub(crate) house: Arc<House>,
    pub(crate) sources: Arc<Sources>,
    pub(crate) handles: Handles,
    pub(crate) timers: Timers,
    /// The interpreter, which holds the context, and so is not held by it.
    pub(super) interpreter: OnceLock<Weak<rhai::Engine>>,
    /// The script, once its top level has been run.
    pub(crate) script: OnceLock<Script>,
    /// Where the last error was that cannot be caught.
    pub(crate) trail: Arc<Trail>,
}

/// What all apps are given alike.
pub(crate) struct House {
    pub(crate) data_folder: PathBuf,
    pub(crate) engine: Engine,
    pub(crate) services: Services,
    pub(crate) icons: &'static [&'static str],
    pub(crate) run_other: RunOther,
}

/// Runs another app; what [`crate::ScriptHost::run`] does.
pub(crate) type RunOther = Arc<dyn Fn(&AppId, RunRequest, Wake) -> Run + Send + Sync>;

/// Who and where.
impl Context {
    /// Which app calls.
    pub fn app(&self) -> &AppId {
        &self.desk.app
    }

    /// The app's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The name under which the app keeps what it remembers: its id, unless it lies elsewhere.
    pub fn memory(&self) -> &str {
        &self.memory
    }

    /// The folder of the person's data; [`crate::HostConfig::data_folder`].
    pub fn data_folder(&self) -> &Path {
        &self.house.data_folder
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.house.engine
    }

    /// What the face can do.
    pub fn services(&self) -> &Services {
        &self.house.services
    }

    /// Counts what is acquired; see [`Handles::acquire_with`].
    pub fn handles(&self) -> &Handles {
        &self.handles
    }

    /// What interprets the script, for host functions that call functions of the script later than
    /// they were given them; `None` when the app is gone.
    pub(crate) fn interpreter(&self) -> Option<Arc<rhai::Engine>> {
        self.interpreter.get()?.upgrade()
    }

    /// The interpreter is made with the context, and so comes after it.
    pub(crate) fn set_interpreter(&self, rhai: &Arc<rhai::Engine>) {
        // A context has one interpreter.
        self.interpreter.set(Arc::downgrade(rhai)).ok();
    }

    /// What it takes to put an error of this script into words.
    pub(super) fn words<'a>(&'a self, rhai: &'a rhai::Engine) -> Words<'a> {
        let functions = self.script.get().map(Script::names).unwrap_or_default();
        Words { engine: rhai, sources: &self.sources, entry: self.entry(), functions }
    }

    /// The file that runs, as messages name it.
    pub(super) fn entry(&self) -> &str {
        self.manifest().entry.as_deref().and_then(Path::to_str).unwrap_or_default()
    }
}

/// What its person allows and wishes.
impl Context {
    /// The app's manifest, settings and rights.
    pub fn rights(&self) -> &Rights {
        &self.rights
    }

    /// Goes on if the app may do this. Where its person was not asked yet, asks, if the face can; and
    /// waits for the answer, if the call has the time.
    ///
    /// # Errors
    /// When it may not, with how to grant it; or when the call has to end.
    pub fn permit(&self, need: Need<'_>) -> ScriptResult<()> {
        let mut verdict = self.rights.verdict(need);
        if let Verdict::Unasked(permission) = &verdict
            && self.house.services.asks_permission
        {
            self.desk.tell(Event::PermissionWanted {
                app: self.app().clone(),
                permission: permission.key(),
                words: permission.words(&self.manifest().name),
            });
            while matches!(verdict, Verdict::Unasked(_)) && self.desk.frames.remaining().is_none() {
                self.sleep(GLANCE)?;
                verdict = self.rights.verdict(need);
            }
        }
        match verdict {
            Verdict::Granted => Ok(()),
            refused => Err(failure(refused.to_string())),
        }
    }

    pub(crate) fn manifest(&self) -> &Manifest {
        self.rights.manifest()
    }
}

/// Waiting. Rhai cannot interrupt native code, so whatever waits does it here.
impl Context {
    /// Whether the call may go on. For loops that compute without waiting.
    ///
    /// # Errors
    /// When it has to end; return this error at once.
    pub fn check(&self) -> ScriptResult<()> {
        match self.desk.frames.ending() {
            None => Ok(()),
            Some(ending) => {
                self.desk.attention.store(true, Ordering::Relaxed);
                Err(ended(ending))
            }
        }
    }

    /// Wakes the app's thread; give this to whatever will send to an inbox that is then waited on
    /// with [`Context::receive`], as `engine.generate(request, context.wake())`.
    pub fn wake(&self) -> Wake {
        self.desk.bell.wake()
    }

    /// Waits for the next message; `None` when the other side is gone.
    ///
    /// # Errors
    /// When the call has to end; return this error at once.
    pub fn receive<T>(&self, inbox: &Inbox<T>) -> ScriptResult<Option<T>> {
        match self.wait(inbox, None, false)? {
            Received::Message(message) => Ok(Some(message)),
            _ => Ok(None),
        }
    }

    /// Waits for the next message until a point in time. Never says [`Received::PanelWaits`].
    ///
    /// # Errors
    /// When the call has to end; return this error at once.
    pub fn receive_until<T>(&self, inbox: &Inbox<T>, until: Instant) -> ScriptResult<Received<T>> {
        self.wait(inbox, Some(until), false)
    }

    /// Waits for the next message, and returns early with [`Received::PanelWaits`] when the app's
    /// panel has to be drawn, which happens between two steps of the script: for iterators, which
    /// may then hand out an empty piece. Never says [`Received::TimedOut`].
    ///
    /// # Errors
    /// When the call has to end; return this error at once.
    pub fn receive_piece<T>(&self, inbox: &Inbox<T>) -> ScriptResult<Received<T>> {
        self.wait(inbox, None, true)
    }

    /// Sleeps, and wakes early with an error when the call has to end.
    ///
    /// # Errors
    /// When the call has to end; return this error at once.
    pub fn sleep(&self, time: Duration) -> ScriptResult<()> {
        let (_sender, inbox) = std::sync::mpsc::channel::<()>();
        // A time beyond what a clock can say is for ever.
        let until = Instant::now().checked_add(time);
        match until {
            Some(until) => self.wait(&inbox, Some(until), false).map(drop),
            None => self.wait(&inbox, None, false).map(drop),
        }
    }

    fn wait<T>(
        &self,
        inbox: &Inbox<T>,
        until: Option<Instant>,
        for_panel: bool,
    ) -> ScriptResult<Received<T>> {
        use std::sync::mpsc::TryRecvError;
        loop {
            match inbox.try_recv() {
                Ok(message) => return Ok(Received::Message(message)),
                Err(TryRecvError::Disconnected) => return Ok(Received::Closed),
                Err(TryRecvError::Empty) => {}
            }
            self.check()?;
            if for_panel && self.desk.gives_way() {
                return Ok(Received::PanelWaits);
            }
            let mut patience = self.glance();
            if let Some(until) = until {
                let left = until.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return Ok(Received::TimedOut);
                }
                patience = patience.min(left);
            }
            let before = Instant::now();
            self.desk.bell.wait(patience);
            self.desk.waited(before.elapsed());
        }
    }

    /// How long to sleep at most before looking around.
    fn glance(&self) -> Duration {
        self.desk.frames.remaining().unwrap_or(GLANCE).min(GLANCE)
    }
}

/// Answering who asked for the run.
impl Context {
    /// Appends to the answer of the run.
    ///
    /// # Errors
    /// When no run is going on.
    pub fn write(&self, text: &str) -> ScriptResult<()> {
        let run = self.current_run("app::write")?;
        run.written.lock().unwrap_or_else(PoisonError::into_inner).push_str(text);
        run.outbox.send(RunEvent::Text(text.to_owned()));
        Ok(())
    }

    /// Says how far the run is; `fraction` in 0..=1 or `None` when nobody knows. Without a run it
    /// says nothing to nobody, so that a function can serve both.
    pub fn progress(&self, fraction: Option<f32>, text: &str) {
        self.tell(RunEvent::Progress { fraction, text: text.to_owned() });
    }

    /// Names a passage that the answer rests on.
    ///
    /// # Errors
    /// When no run is going on.
    pub fn cite(&self, citation: Citation) -> ScriptResult<()> {
        self.current_run("app::cite")?.outbox.send(RunEvent::Cited(citation));
        Ok(())
    }

    /// Tells why an answer from documents is as it is.
    pub fn grounded(&self, grounds: Grounds) {
        self.tell(RunEvent::Grounded(Box::new(grounds)));
    }

    /// Whether somebody waits for the answer of a run.
    pub fn is_running(&self) -> bool {
        self.desk.run().is_some()
    }

    /// Passes on what happens in a generation, everything but its text.
    pub fn generating(&self, event: JobEvent) {
        self.tell(RunEvent::Generating(event));
    }

    /// Passes on what a generation took that was stopped, for which it is waited a moment: the engine
    /// gives a step up at once when nobody else is in it, and ends it within a second where somebody is.
    /// The bell is not listened to meanwhile: the call may have ended already.
    pub fn hear_last_word(&self, events: &Inbox<JobEvent>) -> Option<Finish> {
        let until = Instant::now() + LAST_WORD;
        let left = || until.saturating_duration_since(Instant::now());
        while let Ok(event) = events.recv_timeout(left()) {
            match event {
                JobEvent::Finished(finish) => {
                    self.generating(JobEvent::Finished(finish.clone()));
                    return Some(finish);
                }
                JobEvent::Failed(_) => break,
                _ => {}
            }
        }
        None
    }

    /// What `llm` functions start from: what the caller of the run chose, or the defaults.
    pub fn defaults(&self) -> GenerateRequest {
        self.desk.run().map(|run| run.defaults.clone()).unwrap_or_default()
    }

    /// The apps that called one another until this one was called, the first first, this one not
    /// included. To be passed on in [`crate::RunRequest::callers`], with this one appended.
    pub fn callers(&self) -> Vec<AppId> {
        self.desk.run().map(|run| run.callers.clone()).unwrap_or_default()
    }

    fn tell(&self, event: RunEvent) {
        if let Some(run) = self.desk.run() {
            run.outbox.send(event);
        }
    }

    fn current_run(&self, function: &str) -> ScriptResult<Arc<CurrentRun>> {
        self.desk.run().ok_or_else(|| {
            failure(format!("{function} answers a run, and none is going on: call it in on_run"))
        })
    }
}

/// Later, and elsewhere.
impl Context {
    /// A line for the app's console.
    pub fn log(&self, level: Level, text: impl Into<String>) {
        self.desk.log(level, text.into(), None);
    }

    /// Calls `on_event(#{ kind: "timer", name })` once, after `delay`. A timer of the same name is
    /// replaced.
    pub fn after(&self, name: &str, delay: Duration) {
        let handle = self.handles.acquire(HandleKind::Timer);
        self.timers.set(name.to_owned(), delay, None, handle);
    }

    /// Calls `on_event(#{ kind: "timer", name })` again and again. A timer of the same name is
    /// replaced.
    ///
    /// # Errors
    /// When the period is shorter than a tenth of a second.
    pub fn every(&self, name: &str, period: Duration) -> ScriptResult<()> {
        if period < SHORTEST_PERIOD {
            return Err(failure("a timer comes every 0.1 seconds or more seldom"));
        }
        let handle = self.handles.acquire(HandleKind::Timer);
        self.timers.set(name.to_owned(), period, Some(period), handle);
        Ok(())
    }

    /// Ends a timer; whether there was one.
    pub fn cancel_timer(&self, name: &str) -> bool {
        self.timers.cancel(name)
    }

    /// Calls a function of the script as soon as the current call is over, without a deadline and
    /// with the state bound to `this`: for long work that a button begins.
    pub fn start(&self, function: &str, arguments: Vec<Dynamic>) {
        self.desk.start(Job { function: function.to_owned(), arguments });
    }

    /// Runs another app; its events are waited for with [`Context::receive`].
    pub fn run_app(&self, app: &AppId, request: RunRequest) -> Run {
        (self.house.run_other)(app, request, self.wake())
    }

    /// Has the panel drawn again: at the next step of a call that is going on, or after it.
    pub fn redraw(&self) {
        self.desk.redraw();
    }
}

/// What a context is made of that has no thread and no script, for tests of host functions.
#[cfg(test)]
pub(crate) struct Stage {
    pub(crate) app: AppId,
    pub(crate) folder: PathBuf,
    pub(crate) rights: Rights,
    pub(crate) house: House,
    pub(crate) news: engine::Outbox<Event>,
    /// Where the run goes that is going on.
    pub(crate) run: engine::Outbox<RunEvent>,
}

#[cfg(test)]
impl Context {
    pub(crate) fn on_stage(stage: Stage) -> Self {
        let desk = Desk::new(stage.app.clone(), stage.news);
        desk.set_run(Some(Arc::new(CurrentRun {
            outbox: stage.run,
            defaults: GenerateRequest::default(),
            callers: Vec::new(),
            written: std::sync::Mutex::default(),
        })));
        Self {
            desk: Arc::new(desk),
            sources: Arc::new(Sources::new(&stage.folder, std::collections::BTreeMap::new())),
            folder: stage.folder,
            memory: stage.app.0.clone(),
            rights: Arc::new(stage.rights),
            house: Arc::new(stage.house),
            handles: Handles::default(),
            timers: Timers::default(),
            interpreter: OnceLock::new(),
            script: OnceLock::new(),
            trail: Arc::default(),
        }
    }

    /// Does something as if a run went on that `stopped` ends.
    pub(crate) fn while_running<T>(
        &self,
        stopped: &Arc<std::sync::atomic::AtomicBool>,
        act: impl FnOnce() -> T,
    ) -> T {
        let frame = super::frames::Frame::work(Arc::clone(stopped), None);
        let _entered = self.desk.frames.enter(frame);
        act()
    }

    /// The functions that were started, with how many arguments they get.
    pub(crate) fn started(&self) -> Vec<(String, usize)> {
        std::iter::from_fn(|| self.desk.next_job())
            .map(|job| (job.function, job.arguments.len()))
            .collect()
    }

    /// Nobody draws a panel on a stage.
    pub(crate) fn forget_panel(&self) {
        self.desk.panel_waits.store(false, Ordering::Relaxed);
    }

    pub(crate) fn clear_timers(&self) {
        self.timers.clear();
    }
}

//! What every host function of one app is given: who calls, what it may use, and when it has to
//! stop.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use engine::{Engine, GenerateRequest, Inbox, JobEvent, Outbox, Wake};
use jiff::Timestamp;
use rhai::Dynamic;

use super::bell::Bell;
use super::failure::{ScriptResult, ended, failure};
use super::frames::Frames;
use super::timers::Timers;
use crate::handles::{HandleKind, Handles};
use crate::permissions::{Need, Verdict};
use crate::rights::Rights;
use crate::services::Services;
use crate::{AppId, Citation, Event, Level, LogLine, Run, RunEvent, RunRequest};

/// How often a wait looks at the stop flag when nobody rings. Everything that the host itself does
/// rings; this is for a sender that ended without a word.
const GLANCE: Duration = Duration::from_millis(100);

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
    pub(crate) app: AppId,
    pub(crate) folder: PathBuf,
    pub(crate) rights: Arc<Rights>,
    pub(crate) data_folder: PathBuf,
    pub(crate) engine: Engine,
    pub(crate) services: Services,
    pub(crate) news: Outbox<Event>,
    pub(crate) handles: Handles,
    pub(crate) frames: Frames,
    pub(crate) timers: Timers,
    pub(crate) bell: Arc<Bell>,
    pub(crate) panel_waits: AtomicBool,
    pub(crate) run: Mutex<Option<Arc<CurrentRun>>>,
    pub(crate) jobs: Mutex<Vec<Job>>,
    pub(crate) run_other: RunOther,
}

/// Runs another app; what [`crate::ScriptHost::run`] does.
pub(crate) type RunOther = Arc<dyn Fn(&AppId, RunRequest, Wake) -> Run + Send + Sync>;

/// The run that is going on.
pub(crate) struct CurrentRun {
    pub outbox: Outbox<RunEvent>,
    pub defaults: GenerateRequest,
    pub callers: Vec<AppId>,
    pub written: Mutex<String>,
}

/// A function of the script that is to be called when the current call is over.
pub(crate) struct Job {
    pub function: String,
    pub arguments: Vec<Dynamic>,
}

/// Who and where.
impl Context {
    /// Which app calls.
    pub fn app(&self) -> &AppId {
        &self.app
    }

    /// The app's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of the person's data; [`crate::HostConfig::data_folder`].
    pub fn data_folder(&self) -> &Path {
        &self.data_folder
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// What the face can do.
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// Counts what is acquired; see [`Handles::acquire_with`].
    pub fn handles(&self) -> &Handles {
        &self.handles
    }
}

/// What its person allows and wishes.
impl Context {
    /// The app's manifest, settings and rights.
    pub fn rights(&self) -> &Rights {
        &self.rights
    }

    /// Goes on if the app may do this. Where its person was not asked yet, asks and waits for the
    /// answer, if the face can ask and the call has the time.
    ///
    /// # Errors
    /// When it may not, with how to grant it; or when the call has to end.
    pub fn permit(&self, need: Need<'_>) -> ScriptResult<()> {
        let mut verdict = self.rights.verdict(need);
        if let Verdict::Unasked(permission) = &verdict
            && self.services.asks_permission
            && self.frames.remaining().is_none()
        {
            self.news.send(Event::PermissionWanted {
                app: self.app.clone(),
                permission: permission.key(),
                words: permission.words(&self.rights.manifest().name),
            });
            while matches!(verdict, Verdict::Unasked(_)) {
                self.sleep(GLANCE)?;
                verdict = self.rights.verdict(need);
            }
        }
        match verdict {
            Verdict::Granted => Ok(()),
            refused => Err(failure(refused.to_string())),
        }
    }
}

/// Waiting. Rhai cannot interrupt native code, so whatever waits does it here.
impl Context {
    /// Whether the call may go on. For loops that compute without waiting.
    ///
    /// # Errors
    /// When it has to end; return this error at once. A script cannot catch it.
    pub fn check(&self) -> ScriptResult<()> {
        self.frames.ending().map_or(Ok(()), |ending| Err(ended(ending)))
    }

    /// Wakes the app's thread; give this to whatever will send to an inbox that is then waited on
    /// with [`Context::receive`], as `engine.generate(request, context.wake())`.
    pub fn wake(&self) -> Wake {
        self.bell.wake()
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
            if for_panel && self.panel_waits.load(Ordering::Relaxed) {
                return Ok(Received::PanelWaits);
            }
            let mut patience = self.frames.remaining().unwrap_or(GLANCE).min(GLANCE);
            if let Some(until) = until {
                let left = until.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return Ok(Received::TimedOut);
                }
                patience = patience.min(left);
            }
            self.bell.wait(patience);
        }
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

    /// Passes on what happens in a generation, everything but its text.
    pub fn generating(&self, event: JobEvent) {
        self.tell(RunEvent::Generating(event));
    }

    /// What `llm` functions start from: what the caller of the run chose, or the defaults.
    pub fn defaults(&self) -> GenerateRequest {
        self.run().as_ref().map(|run| run.defaults.clone()).unwrap_or_default()
    }

    /// The apps that called one another until this one was called, the first first, this one not
    /// included. To be passed on in [`crate::RunRequest::callers`], with this one appended.
    pub fn callers(&self) -> Vec<AppId> {
        self.run().as_ref().map(|run| run.callers.clone()).unwrap_or_default()
    }

    fn tell(&self, event: RunEvent) {
        if let Some(run) = self.run().as_ref() {
            run.outbox.send(event);
        }
    }

    fn current_run(&self, function: &str) -> ScriptResult<Arc<CurrentRun>> {
        self.run().clone().ok_or_else(|| {
            failure(format!("{function} answers a run, and none is going on: call it in on_run"))
        })
    }

    fn run(&self) -> MutexGuard<'_, Option<Arc<CurrentRun>>> {
        self.run.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Later, and elsewhere.
impl Context {
    /// A line for the app's console.
    pub fn log(&self, level: Level, text: impl Into<String>) {
        let line = LogLine { at: Timestamp::now(), level, text: text.into(), problem: None };
        self.news.send(Event::Logged { app: self.app.clone(), line });
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
        let job = Job { function: function.to_owned(), arguments };
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner).push(job);
        self.bell.ring();
    }

    /// Runs another app; its events are waited for with [`Context::receive`].
    pub fn run_app(&self, app: &AppId, request: RunRequest) -> Run {
        (self.run_other)(app, request, self.wake())
    }

    /// Has the panel drawn again: at the next step of a call that is going on, or after it.
    pub fn redraw(&self) {
        self.panel_waits.store(true, Ordering::Relaxed);
        self.bell.ring();
    }
}

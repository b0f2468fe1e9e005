//! What the host and an app's thread share, for as long as the thread lives: through all reloads.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use engine::{GenerateRequest, Outbox};
use jiff::Timestamp;
use rhai::Dynamic;

use super::bell::Bell;
use super::frames::Frames;
use super::version::Version;
use crate::handles::HandleGuard;
use crate::panel::{Interaction, PanelDesk, Recording};
use crate::{
    AppId, AppState, AppStatus, Event, Level, LogLine, Outcome, Problem, RunEvent, RunRequest,
};

/// The desk of one app.
pub(crate) struct Desk {
    pub(crate) app: AppId,
    pub(crate) bell: Arc<Bell>,
    pub(crate) frames: Frames,
    pub(crate) recording: Recording,
    /// Something is to be done at the next variable that the script looks at.
    pub(crate) attention: AtomicBool,
    /// The panel is to be drawn.
    pub(crate) panel_waits: AtomicBool,
    /// A stream has already been asked to give way to the panel.
    pub(crate) nudged: AtomicBool,
    /// The panel answered something, which a stream that waits should let its script see.
    pub(crate) answered: AtomicBool,
    /// Where the state map lies while a call goes on, to tell it from any other `this`.
    pub(crate) state_address: AtomicUsize,
    idle: AtomicU64,
    news: Outbox<Event>,
    panel: Mutex<PanelDesk>,
    panel_handle: Mutex<Option<HandleGuard>>,
    letters: Mutex<VecDeque<Letter>>,
    next_version: Mutex<Option<Version>>,
    jobs: Mutex<VecDeque<Job>>,
    run: Mutex<Option<Arc<CurrentRun>>>,
    status: Mutex<AppStatus>,
    /// Nobody may be told anything any more: the app was given up.
    silent: AtomicBool,
}

/// Something to do for an app's thread.
pub(crate) enum Letter {
    /// Call `on_run`.
    Run(Box<Order>),
    /// Call `on_event`.
    Event(serde_json::Value),
}

/// A run that somebody asked for.
pub(crate) struct Order {
    pub(crate) request: RunRequest,
    pub(crate) stopped: Arc<AtomicBool>,
    outbox: Outbox<RunEvent>,
    answered: bool,
}

impl Order {
    pub(crate) fn new(
        request: RunRequest,
        outbox: Outbox<RunEvent>,
        stopped: Arc<AtomicBool>,
    ) -> Self {
        Self { request, stopped, outbox, answered: false }
    }

    /// Where the events of the run go that are not its last.
    pub(crate) fn outbox(&self) -> Outbox<RunEvent> {
        self.outbox.clone()
    }

    /// The last event of a run that was stopped before it began.
    pub(crate) fn answer_unbegun(self) {
        self.answer(RunEvent::Finished(Outcome { stopped: true, ..Outcome::default() }));
    }

    /// The last event of the run.
    pub(crate) fn answer(mut self, last: RunEvent) {
        self.answered = true;
        self.outbox.send(last);
    }
}

impl Drop for Order {
    /// Whoever asked always hears of the end.
    fn drop(&mut self) {
        if !self.answered {
            let words = "the app was closed before it could run";
            self.outbox.send(RunEvent::Failed(Problem::new(words)));
        }
    }
}

/// The run that is going on.
pub(crate) struct CurrentRun {
    pub(crate) outbox: Outbox<RunEvent>,
    pub(crate) defaults: GenerateRequest,
    pub(crate) callers: Vec<AppId>,
    pub(crate) written: Mutex<String>,
}

/// A function of the script that is to be called when the current call is over.
pub(crate) struct Job {
    pub(crate) function: String,
    pub(crate) arguments: Vec<Dynamic>,
}

impl Desk {
    pub(crate) fn new(app: AppId, news: Outbox<Event>) -> Self {
        let status = AppStatus {
            id: app.clone(),
            state: AppState::Idle,
            problems: Vec::new(),
            handles: 0,
            busy: Duration::ZERO,
            memory: 0,
            version: 0,
            has_panel: false,
            has_run: false,
            newer_waits: false,
        };
        Self {
            app,
            bell: Arc::default(),
            frames: Frames::default(),
            recording: Recording::default(),
            attention: AtomicBool::new(false),
            panel_waits: AtomicBool::new(false),
            nudged: AtomicBool::new(false),
            answered: AtomicBool::new(false),
            state_address: AtomicUsize::new(0),
            idle: AtomicU64::new(0),
            news,
            panel: Mutex::default(),
            panel_handle: Mutex::default(),
            letters: Mutex::default(),
            next_version: Mutex::default(),
            jobs: Mutex::default(),
            run: Mutex::default(),
            status: Mutex::new(status),
            silent: AtomicBool::new(false),
        }
    }

    // What is to be done.

    /// Puts a letter into the mailbox.
    pub(crate) fn post(&self, letter: Letter) {
        locked(&self.letters).push_back(letter);
        self.bell.ring();
    }

    /// Time in which a call computed nothing.
    pub(crate) fn waited(&self, time: Duration) {
        self.idle.fetch_add(u64::try_from(time.as_micros()).unwrap_or(0), Ordering::Relaxed);
    }

    /// All such time so far.
    pub(crate) fn idle(&self) -> Duration {
        Duration::from_micros(self.idle.load(Ordering::Relaxed))
    }

    /// Answers the runs that were stopped before they began. Their turn may be long in coming.
    pub(crate) fn withdraw_stopped(&self) {
        let is_stopped = |letter: &Letter| match letter {
            Letter::Run(order) => order.stopped.load(Ordering::Relaxed),
            Letter::Event(_) => false,
        };
        let mut letters = locked(&self.letters);
        let (stopped, waiting): (VecDeque<_>, VecDeque<_>) =
            std::mem::take(&mut *letters).into_iter().partition(is_stopped);
        *letters = waiting;
        drop(letters);
        for letter in stopped {
            if let Letter::Run(order) = letter {
                order.answer_unbegun();
            }
        }
    }

    pub(crate) fn next_letter(&self) -> Option<Letter> {
        locked(&self.letters).pop_front()
    }

    /// Has this version take over when the current call is over. Of several, the newest counts.
    pub(crate) fn replace(&self, version: Version) {
        *locked(&self.next_version) = Some(version);
        self.update(|status| status.newer_waits = true);
        self.bell.ring();
    }

    pub(crate) fn take_version(&self) -> Option<Version> {
        locked(&self.next_version).take()
    }

    pub(crate) fn start(&self, job: Job) {
        locked(&self.jobs).push_back(job);
        self.bell.ring();
    }

    pub(crate) fn next_job(&self) -> Option<Job> {
        locked(&self.jobs).pop_front()
    }

    /// Ends what is going on, and everything that waits for it: the app is to be disposed of.
    pub(crate) fn dispose(&self) {
        self.frames.dispose();
        self.attention.store(true, Ordering::Relaxed);
        self.bell.ring();
    }

    /// Ends what is going on now; the app stays.
    pub(crate) fn stop(&self) {
        self.frames.stop();
        locked(&self.jobs).clear();
        self.bell.ring();
    }

    // The panel.

    pub(crate) fn panel(&self) -> MutexGuard<'_, PanelDesk> {
        locked(&self.panel)
    }

    /// The panel comes onto the screen or leaves it; `handle` counts it as long as it is there.
    pub(crate) fn open_panel(&self, handle: Option<HandleGuard>) {
        self.panel().open = handle.is_some();
        *locked(&self.panel_handle) = handle;
        self.redraw();
    }

    /// A panel that is open is counted with another version's handles from now on.
    pub(crate) fn keep_panel(&self, acquire: impl FnOnce() -> HandleGuard) {
        let handle = self.panel().open.then(acquire);
        if handle.is_some() {
            *locked(&self.panel_handle) = handle;
            self.redraw();
        }
    }

    pub(crate) fn interact(&self, interaction: Interaction) {
        self.panel().hear(interaction);
        self.redraw();
    }

    /// Has the panel drawn, now or between two steps of what is going on.
    pub(crate) fn redraw(&self) {
        self.nudged.store(false, Ordering::Relaxed);
        self.panel_waits.store(true, Ordering::Relaxed);
        self.attention.store(true, Ordering::Relaxed);
        self.bell.ring();
    }

    /// Whether a stream that waits should let its script go on for a moment: once to draw the panel,
    /// and once more to see what the panel answered. Not again and again, because a loop that looks
    /// at no variable never draws.
    pub(crate) fn gives_way(&self) -> bool {
        let draw =
            self.panel_waits.load(Ordering::Relaxed) && !self.nudged.swap(true, Ordering::Relaxed);
        draw || self.answered.swap(false, Ordering::Relaxed)
    }

    // The run.

    pub(crate) fn set_run(&self, run: Option<Arc<CurrentRun>>) {
        *locked(&self.run) = run;
    }

    pub(crate) fn run(&self) -> Option<Arc<CurrentRun>> {
        locked(&self.run).clone()
    }

    // News.

    pub(crate) fn tell(&self, event: Event) {
        if !self.silent.load(Ordering::Relaxed) {
            self.news.send(event);
        }
    }

    /// From now on, whatever the thread says is not heard.
    pub(crate) fn silence(&self) {
        self.silent.store(true, Ordering::Relaxed);
    }

    pub(crate) fn log(&self, level: Level, text: String, problem: Option<Problem>) {
        let line = LogLine { at: Timestamp::now(), level, text, problem };
        self.tell(Event::Logged { app: self.app.clone(), line });
    }

    pub(crate) fn status(&self) -> AppStatus {
        locked(&self.status).clone()
    }

    /// Changes what the Apps page shows, and says so if it is another than before.
    pub(crate) fn update(&self, change: impl FnOnce(&mut AppStatus)) {
        let mut status = locked(&self.status);
        let before = status.clone();
        change(&mut status);
        if *status != before {
            let now = status.clone();
            drop(status);
            self.tell(Event::Changed(now));
        }
    }

    /// A problem for the console and the Apps page.
    pub(crate) fn complain(&self, problem: &Problem) {
        self.log(Level::Error, problem.to_string(), Some(problem.clone()));
        self.update(|status| status.problems = vec![problem.clone()]);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

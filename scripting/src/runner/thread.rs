//! The thread of one app: takes what is to be done, one thing at a time.

use std::mem;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rhai::{Dynamic, Map};
use serde_json::json;

use super::call::{Failed, call, guarded};
use super::context::Context;
use super::desk::{Desk, Job, Letter};
use super::draw;
use super::frames::{Ending, Frame};
use super::memory::Measure;
use super::order;
use super::script::Script;
use super::version::Version;
use crate::handles::HandleKind;
use crate::value;
use crate::{AppState, Level, Problem, RunEvent};

/// Deep recursion of a script is deep recursion of the interpreter. Only touched pages count.
const STACK: usize = 64 << 20;

/// The longest sleep; anything that matters rings.
const LONG: Duration = Duration::from_secs(3600);

/// How often the figures of the Apps page are told while nothing else changes.
const SELDOM: Duration = Duration::from_millis(250);

/// Starts an app. `ended` is called when the thread has let go of everything.
pub(crate) fn spawn(
    desk: Arc<Desk>,
    version: Version,
    ended: impl FnOnce() + Send + 'static,
) -> std::io::Result<JoinHandle<()>> {
    let name = format!("app {}", desk.app);
    thread::Builder::new().name(name).stack_size(STACK).spawn(move || {
        let mut runner = Runner::new(desk);
        runner.begin(version);
        while !runner.desk.frames.is_disposed() {
            runner.step();
        }
        runner.end();
        drop(runner);
        ended();
    })
}

struct Runner {
    desk: Arc<Desk>,
    /// The version that runs; `None` when it failed to load.
    version: Option<Version>,
    /// What went wrong when it failed to load.
    trouble: Option<Problem>,
    state: Dynamic,
    schedule: Option<Instant>,
    busy: Duration,
    told: Instant,
    /// There are figures that were not told yet.
    untold: bool,
}

impl Runner {
    fn new(desk: Arc<Desk>) -> Self {
        let state = Dynamic::from_map(Map::new());
        Self {
            desk,
            version: None,
            trouble: None,
            state,
            schedule: None,
            busy: Duration::ZERO,
            told: Instant::now(),
            untold: true,
        }
    }

    /// Does one thing, or sleeps until there is one.
    fn step(&mut self) {
        if let Some(version) = self.desk.take_version() {
            self.begin(version);
        } else if let Some(job) = self.desk.next_job() {
            self.job(job);
        } else if let Some(letter) = self.desk.next_letter() {
            self.letter(letter);
        } else if self.timers() || self.draw() {
            // Done with that.
        } else {
            let due = self.version.as_ref().and_then(|version| version.context.timers.next_due());
            let tell = self.untold.then(|| self.told + SELDOM);
            let next = [due, self.schedule, tell].into_iter().flatten().min();
            let patience = next.map_or(LONG, |at| at.saturating_duration_since(Instant::now()));
            self.desk.bell.wait(patience.min(LONG));
            self.tell(false);
        }
    }

    /// Puts a version into the place of the one before, if its top level runs.
    fn begin(&mut self, version: Version) {
        self.desk.update(|status| status.newer_waits = false);
        if let Err(failed) = self.run_top_level(&version) {
            self.desk.complain(&failed.problem);
            if self.version.is_none() {
                self.fail(*failed.problem);
            }
            return;
        }
        if let Some(old) = self.version.take() {
            self.dispose(&old);
        }
        let context = Arc::clone(&version.context);
        self.desk.keep_panel(|| context.handles.acquire(HandleKind::Panel));
        self.plan(&context);
        self.version = Some(version);
        let loaded = match context.script.get() {
            Some(script) if script.has("on_load", 0) => self.call("on_load", Vec::new(), None),
            _ => Ok(()),
        };
        if let Err(failed) = loaded {
            self.desk.complain(&failed.problem);
            context.timers.clear();
            context.handles.release_all();
            self.version = None;
            self.fail(*failed.problem);
            return;
        }
        self.trouble = None;
        let has =
            |hook: &str, count| context.script.get().is_some_and(|script| script.has(hook, count));
        let has_panel = has("on_ui", 1);
        let has_run = context.manifest().entry.is_none() || has("on_run", 0) || has("on_run", 1);
        self.untold = true;
        self.desk.update(|status| {
            status.state = AppState::Loaded;
            status.problems.clear();
            status.version += 1;
            status.has_panel = has_panel;
            status.has_run = has_run;
        });
        self.desk.redraw();
    }

    fn run_top_level(&mut self, version: &Version) -> Result<(), Failed> {
        let Some(compiled) = &version.compiled else { return Ok(()) };
        let context = &version.context;
        version.watch.reset();
        let entered = self.desk.frames.enter(Frame::within(context.manifest().limits.handler));
        let begun = guarded(|| Script::begin(&version.rhai, compiled));
        drop(entered);
        let script = begun.map_err(|trouble| trouble.told(&version.rhai, context, "on_load"))?;
        // A version is begun once.
        context.script.set(script).ok();
        Ok(())
    }

    fn fail(&mut self, problem: Problem) {
        self.trouble = Some(problem);
        self.desk.update(|status| status.state = AppState::Failed);
    }

    /// Calls `on_dispose`, and gives back whatever the version held.
    fn dispose(&mut self, version: &Version) {
        let has_hook =
            version.context.script.get().is_some_and(|script| script.has("on_dispose", 0));
        if has_hook {
            let frame = Frame::farewell(version.context.manifest().limits.handler);
            version.watch.reset();
            let Self { desk, state, .. } = self;
            let called =
                call(&version.rhai, &version.context, state, "on_dispose", Vec::new(), frame);
            if let Err(failed) = called {
                desk.complain(&failed.problem);
            }
        }
        version.context.timers.clear();
        version.context.handles.release_all();
    }

    fn end(&mut self) {
        // What was asked for and not begun is answered by being dropped.
        while self.desk.next_letter().is_some() {}
        while self.desk.next_job().is_some() {}
        drop(self.desk.take_version());
        if let Some(version) = self.version.take() {
            self.dispose(&version);
        }
        self.desk.open_panel(None);
        self.tell(true);
    }

    fn letter(&mut self, letter: Letter) {
        match letter {
            Letter::Event(event) => self.event(&event),
            Letter::Run(order) => {
                let Some(version) = &self.version else {
                    let problem = self.trouble.clone();
                    let problem = problem.unwrap_or_else(|| Problem::new("the app is not loaded"));
                    return order.answer(RunEvent::Failed(problem));
                };
                version.watch.reset();
                let (before, idle) = self.begin_call(true);
                order::run(version, &mut self.state, *order);
                self.end_call(before, idle);
            }
        }
    }

    fn job(&mut self, job: Job) {
        let Some(version) = &self.version else { return };
        let known = |script: &Script| script.has(&job.function, job.arguments.len());
        if !version.context.script.get().is_some_and(known) {
            let count = job.arguments.len();
            let message = format!(
                "app::start was to call `{}` with {count} arguments, and there is no such function",
                job.function
            );
            return self.desk.complain(&Problem::new(message));
        }
        let called =
            self.call(&job.function, job.arguments, Some(Frame::work(Arc::default(), None)));
        self.hear(called);
    }

    fn event(&mut self, event: &serde_json::Value) {
        let Some(version) = &self.version else { return };
        if version.context.script.get().is_some_and(|script| script.has("on_event", 1)) {
            let called = self.call("on_event", vec![value::to_dynamic(event)], None);
            self.hear(called);
        }
    }

    fn hear(&self, called: Result<(), Failed>) {
        match called {
            Ok(()) => {}
            Err(Failed { ending: Some(Ending::Stopped | Ending::Disposed), problem }) => {
                self.desk.log(Level::Info, problem.to_string(), None);
            }
            Err(failed) => self.desk.complain(&failed.problem),
        }
    }

    /// Calls a function of the script. Without a frame it has as long as a handler has.
    fn call(
        &mut self,
        function: &str,
        arguments: Vec<Dynamic>,
        frame: Option<Frame>,
    ) -> Result<(), Failed> {
        if self.version.is_none() {
            return Ok(());
        }
        let (before, idle) = self.begin_call(frame.is_some());
        let Self { version, state, .. } = self;
        let Some(version) = version else { return Ok(()) };
        version.watch.reset();
        let limit = version.context.manifest().limits.handler;
        let frame = frame.unwrap_or_else(|| Frame::within(limit));
        let called = call(&version.rhai, &version.context, state, function, arguments, frame);
        self.end_call(before, idle);
        called.map(drop)
    }

    fn begin_call(&self, is_work: bool) -> (Instant, Duration) {
        let address = (&raw const self.state).addr();
        self.desk.state_address.store(address, Ordering::Relaxed);
        if is_work {
            self.desk.update(|status| status.state = AppState::Running);
        }
        (Instant::now(), self.desk.idle())
    }

    fn end_call(&mut self, before: Instant, idle: Duration) {
        let waited = self.desk.idle().saturating_sub(idle);
        self.busy += before.elapsed().saturating_sub(waited);
        self.desk.update(|status| {
            if status.state == AppState::Running {
                status.state = AppState::Loaded;
            }
        });
        self.desk.redraw();
        self.untold = true;
        self.tell(false);
    }

    /// Wakes the script for what is due; whether anything was.
    fn timers(&mut self) -> bool {
        let Some(version) = &self.version else { return false };
        let now = Instant::now();
        let context = Arc::clone(&version.context);
        let due = context.timers.take_due(now);
        let scheduled = self.schedule.is_some_and(|at| at <= now);
        for name in &due {
            self.event(&json!({ "kind": "timer", "name": name }));
        }
        if scheduled {
            self.plan(&context);
            self.event(&json!({ "kind": "schedule" }));
        }
        scheduled || !due.is_empty()
    }

    /// Notes when the manifest's schedule comes next.
    fn plan(&mut self, context: &Context) {
        let now = jiff::Zoned::now();
        self.schedule = context.manifest().activation.schedule.as_ref().and_then(|schedule| {
            let next = schedule.next_after(&now).ok()?;
            let until = Duration::try_from(next.duration_since(&now)).ok()?;
            Instant::now().checked_add(until)
        });
    }

    /// Draws the panel if it is due; whether it was.
    fn draw(&mut self) -> bool {
        if !self.desk.panel_waits.swap(false, Ordering::Relaxed) {
            return false;
        }
        if let Some(version) = &self.version {
            version.watch.reset();
            let before = Instant::now();
            draw::panel(&version.rhai, &version.context, &mut self.state);
            self.busy += before.elapsed();
            self.untold = true;
        }
        true
    }

    /// Tells the figures of the Apps page, unless it was just done.
    fn tell(&mut self, at_once: bool) {
        if !(at_once || self.untold && self.told.elapsed() >= SELDOM) {
            return;
        }
        self.untold = false;
        self.told = Instant::now();
        let handles = self.version.as_ref().map(|version| version.context.handles.count());
        let mut measure = Measure::new(u64::MAX);
        measure.add(&self.state);
        let busy = mem::take(&mut self.busy);
        self.desk.update(|status| {
            status.busy += busy;
            status.handles = handles.unwrap_or_default();
            status.memory = measure.bytes;
        });
    }
}

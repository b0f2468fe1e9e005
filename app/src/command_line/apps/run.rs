//! `satchel apps run`: one run, followed to its end.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{self, TryRecvError};
use std::time::Duration;

use engine::{Inbox, JobEvent, Wake};
use scripting::{
    AppId, AppStatus, Citation, Event, Level, Outcome, RunEvent, RunRequest, ScriptHost,
};
use serde_json::json;

use super::super::Error;
use super::super::interrupt::{INTERRUPTED, Interrupts};
use super::super::terminal::{self, Progress, Screen, Silent, Streaming};
use super::arguments;
use super::session::{Input, Session};

/// How often it is asked whether a host that says nothing is still there.
const GLANCE: Duration = Duration::from_secs(1);

pub(super) fn run(data_dir: Option<&Path>, arguments: &arguments::Run) -> Result<ExitCode, Error> {
    let input = Input::read(&arguments.given)?;
    let interrupts = Interrupts::install()?;
    let (_, library) = super::open(data_dir)?;
    let (library, app) = super::find(library, &arguments.app)?;
    let session = Session::start(data_dir, library, &app, &arguments.given, false)?;
    let mut screen: Box<dyn Screen> =
        if arguments.json { Box::new(Silent) } else { Box::new(Streaming::new()) };
    let request = session.request(input);
    let ran = follow(&session.host, &app.id, request, &interrupts, screen.as_mut(), &mut |_| {})?;
    if arguments.json {
        terminal::print(&format!("{}\n", ran.to_json()))?;
    } else {
        ran.print_rest()?;
    }
    Ok(if ran.outcome.stopped { ExitCode::from(INTERRUPTED) } else { ExitCode::SUCCESS })
}

/// A run that came to its end.
pub(super) struct Ran {
    pub(super) outcome: Outcome,
    citations: Vec<Citation>,
    /// Whether anything was shown while it went on.
    wrote: bool,
    /// Whether a person pressed Ctrl+C.
    pub(super) interrupted: bool,
}

enum Heard {
    /// There may be events of the run or of the host.
    News,
    Interrupted,
}

/// Runs an app, shows what it writes as it comes, and stops it on Ctrl+C, or when a newer version of it
/// waits for its end. `hear` is told how the app fares meanwhile.
pub(super) fn follow(
    host: &ScriptHost,
    app: &AppId,
    request: RunRequest,
    interrupts: &Interrupts,
    screen: &mut dyn Screen,
    hear: &mut dyn FnMut(&AppStatus),
) -> Result<Ran, Error> {
    let (sender, heard) = mpsc::channel();
    let for_interrupts = sender.clone();
    interrupts.listen(move || {
        for_interrupts.send(Heard::Interrupted).ok();
    });
    let wake: Wake = Arc::new(move || {
        sender.send(Heard::News).ok();
    });
    let console = host.subscribe(Arc::clone(&wake));
    let mut run = host.run(app, request, wake);
    let mut shown = Shown::new(screen);
    let mut interrupted = false;
    let ended = loop {
        match heard.recv_timeout(GLANCE) {
            Ok(Heard::Interrupted) => {
                interrupted = true;
                run.stop();
            }
            Ok(Heard::News) | Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => break Err(stopped()),
        }
        if shown.console(app, &console, hear) {
            run.stop();
        }
        match shown.take(run.events()) {
            Ok(None) => {}
            Ok(Some(outcome)) => break Ok(outcome),
            Err(error) => break Err(error),
        }
    };
    interrupts.ignore();
    shown.console(app, &console, hear);
    let closed = shown.screen.end();
    let outcome = ended?;
    closed?;
    let Shown { citations, wrote, .. } = shown;
    Ok(Ran { outcome, citations, wrote, interrupted })
}

fn stopped() -> Error {
    Error::Engine(engine::Error::Stopped)
}

/// What a person has seen of a run so far.
struct Shown<'a> {
    screen: &'a mut dyn Screen,
    progress: Option<Progress>,
    /// The app itself says how far it is, which is more than the engine knows.
    tells_progress: bool,
    citations: Vec<Citation>,
    wrote: bool,
}

impl<'a> Shown<'a> {
    fn new(screen: &'a mut dyn Screen) -> Self {
        let citations = Vec::new();
        Self { screen, progress: None, tells_progress: false, citations, wrote: false }
    }

    /// Shows what has come; the outcome, if that was all.
    fn take(&mut self, events: &Inbox<RunEvent>) -> Result<Option<Outcome>, Error> {
        loop {
            match events.try_recv() {
                Ok(RunEvent::Finished(outcome)) => {
                    self.progress = None;
                    return Ok(Some(outcome));
                }
                Ok(RunEvent::Failed(problem)) => {
                    self.progress = None;
                    return Err(Error::App(problem));
                }
                Ok(event) => self.show(event)?,
                Err(TryRecvError::Empty) => return Ok(None),
                Err(TryRecvError::Disconnected) => return Err(stopped()),
            }
        }
    }

    fn show(&mut self, event: RunEvent) -> Result<(), Error> {
        match event {
            RunEvent::Text(piece) => {
                self.progress = None;
                self.wrote |= !piece.is_empty();
                self.screen.text(&piece)
            }
            RunEvent::Generating(JobEvent::Reasoning(piece)) => {
                self.progress = None;
                self.screen.reasoning(&piece)
            }
            RunEvent::Generating(JobEvent::Reading { tokens }) if !self.tells_progress => {
                self.say(&format!("Reading, {tokens} tokens so far…"));
                Ok(())
            }
            RunEvent::Progress { fraction, text } => {
                self.tells_progress = true;
                let percent = fraction.map(|fraction| format!(": {:.0} %", fraction * 100.0));
                self.say(&format!("{text}{}", percent.unwrap_or_else(|| "…".to_owned())));
                Ok(())
            }
            RunEvent::Cited(citation) => {
                self.citations.push(citation);
                Ok(())
            }
            // The others were handled where they end the run.
            RunEvent::Generating(_)
            | RunEvent::Grounded(_)
            | RunEvent::Finished(_)
            | RunEvent::Failed(_) => Ok(()),
        }
    }

    /// A line of progress, which would wipe out the line of text that is being written.
    fn say(&mut self, text: &str) {
        if !self.wrote {
            self.progress.get_or_insert_with(Progress::new).show(&terminal::on_one_line(text));
        }
    }

    /// What the app printed, on standard error. Script errors end the run, and are told then.
    /// Whether a newer version of the app waits.
    fn console(
        &mut self,
        app: &AppId,
        news: &Inbox<Event>,
        hear: &mut dyn FnMut(&AppStatus),
    ) -> bool {
        let mut newer_waits = false;
        for event in news.try_iter() {
            match event {
                Event::Logged { app: from, line } if from == *app && line.level != Level::Error => {
                    self.progress = None;
                    terminal::note(&terminal::visible(&line.text));
                }
                Event::Changed(status) if status.id == *app => {
                    newer_waits = status.newer_waits;
                    hear(&status);
                }
                _ => {}
            }
        }
        newer_waits
    }
}

impl Ran {
    /// What was not shown while it went on.
    pub(super) fn print_rest(&self) -> Result<(), Error> {
        if !self.wrote && !self.outcome.text.is_empty() {
            terminal::print(&format!("{}\n", self.outcome.text))?;
        } else if let Some(value) = self.outcome.value.as_ref().filter(|_| !self.wrote) {
            terminal::print(&format!("{value:#}\n"))?;
        }
        for citation in &self.citations {
            let page = citation.page.map(|page| format!(", page {page}")).unwrap_or_default();
            let (number, title, source) = (citation.number, &citation.title, &citation.source);
            terminal::print(&format!("[{number}] {title}{page} ({source})\n"))?;
        }
        Ok(())
    }

    fn to_json(&self) -> serde_json::Value {
        json!({
            "text": self.outcome.text,
            "value": self.outcome.value,
            "citations": self.citations,
            "stopped": self.outcome.stopped,
        })
    }
}

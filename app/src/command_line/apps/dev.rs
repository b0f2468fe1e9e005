//! `satchel apps dev`: an app that is loaded again whenever it is saved. A save ends a run that goes on,
//! and so does Ctrl+C; when nothing runs, Ctrl+C ends all.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc;

use engine::{Inbox, Wake};
use scripting::{AppId, AppStatus, Command, Event, Problem};

use super::super::Error;
use super::super::interrupt::{INTERRUPTED, Interrupts};
use super::super::terminal::{self, Streaming};
use super::arguments::Dev;
use super::problem::shown;
use super::run::follow;
use super::session::{Input, Session};
use super::{find, open};

pub(super) fn run(data_dir: Option<&Path>, arguments: &Dev) -> Result<ExitCode, Error> {
    let given = &arguments.given;
    let asks = given.input.is_some() || given.input_json.is_some();
    let input = Input::read(given)?;
    let interrupts = Interrupts::install()?;
    let (_, library) = open(data_dir)?;
    let (library, app) = find(library, &arguments.path.to_string_lossy())?;
    let library = library.listing_only(&app.id);
    let session = Session::start(data_dir, library, &app, given, true)?;
    let (sender, heard) = mpsc::channel();
    let for_news = sender.clone();
    let wake: Wake = Arc::new(move || {
        for_news.send(false).ok();
    });
    let news = session.host.subscribe(wake);
    session.host.send(Command::Load(app.id.clone()));
    terminal::note(&format!("watching {}; Ctrl+C ends", app.folder.display()));
    let mut seen = Seen::default();
    loop {
        let sender = sender.clone();
        interrupts.listen(move || {
            sender.send(true).ok();
        });
        // A sender is kept here, so that this cannot fail.
        if heard.recv().unwrap_or(true) {
            return Ok(ExitCode::from(INTERRUPTED));
        }
        if seen.hear(&app.id, &news) && asks {
            answer(&session, &app.id, &input, &interrupts, &mut seen)?;
        }
    }
}

/// Runs the new version once; what fails is told and mended, not the end.
fn answer(
    session: &Session,
    app: &AppId,
    input: &Input,
    interrupts: &Interrupts,
    seen: &mut Seen,
) -> Result<(), Error> {
    let request = session.request(input.clone());
    // What was saved meanwhile and does not compile is told at once.
    let mut hear = |status: &AppStatus| seen.tell(status.problems.clone());
    match follow(&session.host, app, request, interrupts, &mut Streaming::new(), &mut hear) {
        Ok(ran) => {
            ran.print_rest()?;
            if ran.interrupted {
                terminal::note("stopped; a save runs it again, Ctrl+C ends");
            }
            Ok(())
        }
        Err(Error::App(problem)) => {
            seen.tell(vec![problem]);
            Ok(())
        }
        Err(other) => Err(other),
    }
}

/// What was told of the app so far.
#[derive(Default)]
struct Seen {
    version: u64,
    /// Told last, so that what comes by several ways is told once.
    problems: Vec<String>,
}

impl Seen {
    /// Tells what is new; whether a new version runs now.
    fn hear(&mut self, app: &AppId, news: &Inbox<Event>) -> bool {
        let mut is_new = false;
        for event in news.try_iter() {
            match event {
                Event::Changed(status) if status.id == *app => is_new |= self.changed(&status),
                Event::Listed(all) => {
                    let status = all.iter().find(|status| status.id == *app);
                    is_new |= status.is_some_and(|status| self.changed(status));
                }
                Event::Removed(id) if id == *app => terminal::note("the app is gone"),
                // Those of problems are among the status too.
                Event::Logged { app: id, line } if id == *app && line.problem.is_none() => {
                    terminal::note(&terminal::visible(&line.text));
                }
                _ => {}
            }
        }
        is_new
    }

    /// Tells problems with the lines they are about, unless they were told just before.
    fn tell(&mut self, problems: Vec<Problem>) {
        let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
        if !told.is_empty() && told != self.problems {
            for problem in &problems {
                let shown = shown(Path::new(""), problem);
                shown.trim_end().lines().for_each(|line| terminal::note(&terminal::visible(line)));
            }
            self.problems = told;
        }
    }

    fn changed(&mut self, status: &AppStatus) -> bool {
        let is_new = status.version > self.version;
        if is_new {
            self.problems.clear();
        }
        self.tell(status.problems.clone());
        if is_new {
            self.version = status.version;
            let handles = if status.handles == 1 { "handle" } else { "handles" };
            terminal::note(&format!(
                "loaded, version {} ({} {handles})",
                status.version, status.handles
            ));
        }
        is_new
    }
}

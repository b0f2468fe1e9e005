//! The editor: an app's files beside the running app.
//!
//! ```text
//! keys.rs ─▶ text.rs (what keys do) ─▶ buffer.rs ─▶ layout.rs ─▶ code.rs (text, numbers, marks)
//!              complete.rs, find.rs ◀─┘   │  ▲
//!        files.rs (disk, on a thread) ◀───┤  └── check.rs (mistakes, on a thread)
//! ```
//!
//! The texts in here are being typed, so drawing may change them; everything else changes in `run`
//! and `hear`.

mod buffer;
mod check;
mod code;
mod complete;
mod files;
mod find;
mod keys;
pub(crate) mod layout;
mod offers;
mod text;
mod view;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use engine::{Inbox, Wake, channel};
use scripting::{AppId, Place, Problem};

use buffer::Buffer;
pub(crate) use check::Check;
use check::{Checked, Checker};
use complete::Completion;
pub(crate) use complete::Entry;
use files::{FileCommand, FileEvent, Files};
use find::Find;
pub(crate) use view::editor_ui;

use super::Action;
use super::words::Words;
use crate::reach::Reach;

/// What can be asked of the editor.
#[derive(Clone, Debug)]
pub(crate) enum EditorAction {
    /// Show a file.
    Open(PathBuf),
    /// Close a file; one with changes is kept open unless `discard`.
    Close {
        /// Which.
        path: PathBuf,
        /// Whether changes may be lost.
        discard: bool,
    },
    /// Write the shown file to disk.
    Save,
    /// Write all files to disk, and run the app.
    SaveAndRun,
    /// Begin a new file of the name that was typed.
    Create,
    /// Ask for that name, or do not.
    AskName(bool),
    /// Take over what another program wrote.
    TakeTheirs,
    /// Keep what stands here.
    KeepMine,
    /// Open the find bar, or put the cursor into it.
    Find,
    /// Close what is on top: the list of offers, or the find bar.
    CloseTop,
    /// Go to the next mistake.
    NextProblem,
}

/// An app's files, open for editing.
pub(crate) struct Editor {
    /// Which app.
    pub(crate) app: AppId,
    /// Why its files cannot be changed, if so.
    pub(crate) read_only: Option<String>,
    files: Files,
    news: Inbox<FileEvent>,
    checker: Checker,
    checked: Inbox<Checked>,
    list: Vec<PathBuf>,
    buffers: Vec<Buffer>,
    shown: usize,
    /// Asked for and not read yet, with where to go in it.
    awaited: Vec<(PathBuf, Option<(usize, usize)>)>,
    find: Option<Find>,
    completion: Completion,
    /// An offer that was just taken.
    accepted: Option<keys::Accepted>,
    api: Arc<[Entry]>,
    /// The texts of the help that is shown.
    words: Words,
    /// The name of a new file while it is typed.
    new_name: Option<String>,
    /// A file that was to be closed and has changes.
    closing: Option<PathBuf>,
    run_when_saved: bool,
    /// The next frame puts the cursor into the text.
    focus: bool,
}

/// What an editor is opened with.
pub(crate) struct Opening {
    /// Which app.
    pub(crate) app: AppId,
    /// Where its files are.
    pub(crate) folder: PathBuf,
    /// Why they cannot be changed, if so.
    pub(crate) read_only: Option<String>,
    /// Finds mistakes.
    pub(crate) check: Check,
    /// What can be called.
    pub(crate) api: Arc<[Entry]>,
}

impl Editor {
    /// Opens an app at its main script, or at a place in one of its files.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub(crate) fn open(opening: Opening, at: Option<&Place>, wake: &Wake) -> std::io::Result<Self> {
        let Opening { app, folder, read_only, check, api } = opening;
        let (outbox, news) = channel(Wake::clone(wake));
        let files = Files::start(folder, outbox)?;
        let (outbox, checked) = channel(Wake::clone(wake));
        let checker = Checker::start(app.clone(), check, outbox)?;
        let mut editor = Self {
            app,
            read_only,
            files,
            news,
            checker,
            checked,
            list: Vec::new(),
            buffers: Vec::new(),
            shown: 0,
            awaited: Vec::new(),
            find: None,
            completion: Completion::default(),
            accepted: None,
            api,
            words: Words::default(),
            new_name: None,
            closing: None,
            run_when_saved: false,
            focus: true,
        };
        if let Some(place) = at {
            editor.show_place(place);
        }
        Ok(editor)
    }

    /// Shows a place in one of the files.
    pub(crate) fn show_place(&mut self, place: &Place) {
        self.show(&place.file, Some((place.line, place.column.unwrap_or(1))));
    }

    /// Whether a file has changes that are not on disk.
    pub(crate) fn is_dirty(&self) -> bool {
        self.buffers.iter().any(Buffer::is_dirty)
    }

    /// Whether something lies over the text that Escape closes first.
    pub(crate) fn has_something_on_top(&self) -> bool {
        self.completion.is_open() || self.find.is_some() || self.new_name.is_some()
    }

    fn buffer_mut(&mut self) -> Option<&mut Buffer> {
        self.buffers.get_mut(self.shown)
    }

    fn show(&mut self, path: &Path, at: Option<(usize, usize)>) {
        self.completion.close();
        self.focus = true;
        if let Some(open) = self.buffers.iter().position(|buffer| buffer.path == path) {
            self.shown = open;
            if let (Some((line, column)), Some(buffer)) = (at, self.buffer_mut()) {
                buffer.go_to(line, column);
            }
            self.checker.now();
        } else if self.awaited.iter().all(|(awaited, _)| awaited != path) {
            self.awaited.push((path.to_owned(), at));
            self.files.send(FileCommand::Read(path.to_owned()));
        }
    }

    /// Carries out one action.
    pub(crate) fn run(&mut self, action: EditorAction, reach: &mut Reach<'_>) {
        match action {
            EditorAction::Open(path) => self.show(&path, None),
            EditorAction::Close { path, discard } => self.close(&path, discard),
            EditorAction::Save => self.save_shown(),
            EditorAction::SaveAndRun => self.save_and_run(reach),
            EditorAction::AskName(ask) => self.new_name = ask.then(String::new),
            EditorAction::Create => {
                if let Some(name) = self.new_name.take() {
                    let path = PathBuf::from(name.trim());
                    self.awaited.push((path.clone(), None));
                    self.files.send(FileCommand::Create(path));
                }
            }
            EditorAction::TakeTheirs => {
                if let Some(buffer) = self.buffer_mut()
                    && let Some(buffer::Elsewhere::Changed(text)) = buffer.elsewhere.take()
                {
                    buffer.take(text);
                }
            }
            EditorAction::KeepMine => {
                if let Some(buffer) = self.buffer_mut() {
                    buffer.keep_mine();
                }
            }
            EditorAction::Find => self.open_find(),
            EditorAction::CloseTop => {
                if !self.completion.dismiss() && self.find.take().is_none() {
                    self.new_name = None;
                }
                self.focus = true;
            }
            EditorAction::NextProblem => self.next_problem(),
        }
    }

    fn open_find(&mut self) {
        let marked = self.buffers.get(self.shown).map(|buffer| {
            let (from, to) = (buffer.selected.start, buffer.selected.end);
            buffer.text.chars().skip(from).take(to - from).collect::<String>()
        });
        let find = self.find.get_or_insert_default();
        find.focus = true;
        if let Some(marked) = marked.filter(|text| !text.is_empty() && !text.contains('\n')) {
            find.query = marked;
        }
    }

    fn close(&mut self, path: &Path, discard: bool) {
        let Some(place) = self.buffers.iter().position(|buffer| buffer.path == path) else {
            return;
        };
        if self.buffers[place].is_dirty() && !discard {
            self.shown = place;
            self.closing = Some(path.to_owned());
            return;
        }
        self.closing = None;
        self.buffers.remove(place);
        self.files.send(FileCommand::Forget(path.to_owned()));
        if self.shown >= place {
            self.shown = self.shown.saturating_sub(1);
        }
    }

    fn save_shown(&mut self) {
        self.closing = None;
        if self.read_only.is_some() {
            return;
        }
        let shown = self.shown;
        self.save(shown);
    }

    fn save(&mut self, place: usize) {
        let Some(buffer) = self.buffers.get_mut(place) else { return };
        buffer.saving = true;
        let (path, text) = (buffer.path.clone(), buffer.text.clone());
        self.files.send(FileCommand::Save { path, text });
        self.checker.now();
    }

    fn save_and_run(&mut self, reach: &mut Reach<'_>) {
        let dirty: Vec<usize> = match self.read_only {
            Some(_) => Vec::new(),
            None => (0..self.buffers.len()).filter(|&at| self.buffers[at].is_dirty()).collect(),
        };
        if dirty.is_empty() {
            reach.then(Action::Try(self.app.clone()));
            return;
        }
        self.run_when_saved = true;
        for place in dirty {
            self.save(place);
        }
    }

    fn next_problem(&mut self) {
        let Some(buffer) = self.buffer_mut() else { return };
        let (line, column) = text::line_and_column(&buffer.text, buffer.selected.start);
        let places = || {
            let own = buffer.problems.iter().filter_map(|problem| problem.place.as_ref());
            own.filter(|place| place.file == buffer.path)
                .map(|place| (place.line, place.column.unwrap_or(1)))
        };
        let next =
            places().filter(|place| *place > (line, column)).min().or_else(|| places().min());
        if let Some((line, column)) = next {
            buffer.go_to(line, column);
            self.focus = true;
        }
    }

    /// Takes in what the threads said. Returns when to come again.
    pub(crate) fn hear(&mut self, reach: &mut Reach<'_>, now: f64) -> Option<Duration> {
        for event in self.news.try_iter().collect::<Vec<_>>() {
            self.hear_file(event, reach);
        }
        for checked in self.checked.try_iter().collect::<Vec<_>>() {
            if let Some(buffer) = self.buffers.iter_mut().find(|open| open.path == checked.path)
                && buffer.version == checked.version
            {
                buffer.problems = checked.problems;
            }
        }
        if self.run_when_saved && !self.buffers.iter().any(|buffer| buffer.saving) {
            self.run_when_saved = false;
            reach.then(Action::Try(self.app.clone()));
        }
        let Self { buffers, checker, shown, .. } = self;
        let buffer = buffers.get_mut(*shown)?;
        if !buffer.can_be_checked() {
            return None;
        }
        let again = checker.hear(now, &buffer.path, &buffer.text, buffer.version)?;
        Some(Duration::from_secs_f64(again))
    }

    fn hear_file(&mut self, event: FileEvent, reach: &mut Reach<'_>) {
        match event {
            FileEvent::Listed(list) => {
                let first = list.first().cloned();
                self.list = list;
                if let Some(first) = first
                    && self.buffers.is_empty()
                    && self.awaited.is_empty()
                {
                    self.show(&first, None);
                }
            }
            FileEvent::Read { path, text } => self.add(path, text),
            FileEvent::Saved { path, text } => {
                match self.buffers.iter_mut().find(|buffer| buffer.path == path) {
                    Some(buffer) => buffer.hear_saved(text),
                    None => self.add(path, text),
                }
            }
            FileEvent::Changed { path, text } => {
                let open = self.buffers.iter_mut().find(|buffer| buffer.path == path);
                if open.is_some_and(|buffer| buffer.hear_changed(text)) {
                    self.checker.now();
                }
            }
            FileEvent::Failed { path, words } => {
                self.awaited.retain(|(awaited, _)| *awaited != path);
                self.run_when_saved = false;
                for buffer in self.buffers.iter_mut().filter(|buffer| buffer.path == path) {
                    buffer.saving = false;
                }
                reach.notices.failed(format!("{}: {words}", path.display()));
            }
        }
    }

    fn add(&mut self, path: PathBuf, text: String) {
        let place = self.awaited.iter().position(|(awaited, _)| *awaited == path);
        let at = place.and_then(|place| self.awaited.remove(place).1);
        let mut buffer = Buffer::new(path, text);
        if let Some((line, column)) = at {
            buffer.go_to(line, column);
        }
        self.shown = self.buffers.len();
        self.buffers.push(buffer);
        self.focus = true;
        self.checker.now();
    }

    /// The mistakes of the shown file, for the lines below the text.
    fn problems(&self) -> &[Problem] {
        self.buffers.get(self.shown).map_or(&[], |buffer| buffer.problems.as_slice())
    }
}

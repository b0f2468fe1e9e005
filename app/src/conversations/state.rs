//! Which conversations there are, in what order, and what is looked for in them.

use std::path::{Path, PathBuf};

use engine::conversations::{
    ConversationId, ExportFormat, Found, StoreCommand, StoreError, StoreEvent, Summary,
};

use super::export;
use super::lines::Lines;
use crate::chat;
use crate::reach::Reach;
use crate::shell::Wanted;

/// How many results a search shows at first, and how many more each time that more are asked for.
const RESULTS: usize = 60;

/// What can be asked of the list.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// Put the cursor into the search field.
    FocusSearch,
    /// The search field was typed in.
    Search(String),
    /// Show more results.
    SearchMore,
    /// Open the best of what was found.
    OpenBest,
    /// Leave the search.
    ClearSearch,
    /// Open the conversation before (-1) or after (1) the open one.
    OpenNeighbour(isize),
    /// Let the title be typed in its row.
    BeginRename(ConversationId),
    /// Give a title; empty for the automatic one.
    Rename(ConversationId, String),
    /// Leave the title as it is.
    CancelRename,
    /// Keep on top, or not.
    SetPinned(ConversationId, bool),
    /// Delete; a notice offers to undo.
    Delete(ConversationId),
    /// Undo that.
    Restore {
        /// Which.
        id: ConversationId,
        /// Whether it was open, and so is to be opened again.
        open: bool,
    },
    /// Open the export dialog for a conversation; `None` for the open one.
    ExportOpen(Option<ConversationId>),
    /// Ask the desktop where to export to.
    ExportBrowse,
    /// The desktop answered.
    ExportPicked(PathBuf),
    /// The desktop has no dialog: the path must be typed.
    ExportTypePath(&'static str),
    /// The format was changed; the file name follows.
    ExportFormat(ExportFormat),
    /// The store found a name that is free.
    ExportProposed {
        /// What was proposed.
        wanted: PathBuf,
        /// What no file is called.
        free: PathBuf,
    },
    /// Write the file.
    Export,
    /// Write the file in place of the one that is there.
    ExportReplace,
    /// Close the export dialog.
    ExportClose,
    /// Read a conversation from an exported file.
    Import(PathBuf),
}

/// Whether the conversations can be read.
#[derive(Debug, Default)]
pub(crate) enum Access {
    /// Not known yet.
    #[default]
    Opening,
    /// They can.
    Open,
    /// They cannot; nothing will be kept.
    Failed(StoreError),
}

/// A search and what it found.
#[derive(Debug)]
pub(crate) struct Search {
    /// What was found, the best first.
    pub(crate) results: Vec<Found>,
    /// The query that the results belong to.
    pub(crate) found_for: String,
    /// The query that was asked last.
    pub(crate) query: String,
    /// How many results are looked for.
    most: usize,
    /// Whether to open the best as soon as it is found.
    open_best: bool,
}

impl Search {
    /// Whether there may be more results than are shown.
    pub(crate) fn has_more(&self) -> bool {
        self.found_for == self.query && self.results.len() >= self.most
    }
}

/// What is being typed about conversations.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    /// The search field.
    pub(crate) query: String,
    /// A new title.
    pub(crate) title: String,
    /// Where an export goes to.
    pub(crate) export_path: String,
    /// The next frame puts the cursor into the search field.
    pub(crate) focus_search: bool,
    /// The next frame puts the cursor into the title.
    pub(crate) focus_title: bool,
}

/// The open export dialog.
#[derive(Debug)]
pub(crate) struct Export {
    /// Of which conversation.
    pub(crate) conversation: ConversationId,
    /// What it is called.
    title: String,
    /// In which form.
    pub(crate) format: ExportFormat,
    /// The path that was filled in, as long as nobody typed another.
    proposed: String,
    /// A file that may be replaced, since the desktop's dialog has asked.
    replaceable: Option<PathBuf>,
    /// A file that is there already, about which the person is asked.
    existing: Option<PathBuf>,
    /// What went wrong, if something did.
    pub(crate) error: Option<String>,
    /// Whether the file is being written.
    pub(crate) writing: bool,
}

impl Export {
    /// The name of the file that would be replaced by an export to the path that is typed.
    pub(crate) fn existing(&self, typed: &str) -> Option<std::borrow::Cow<'_, str>> {
        let existing = self.existing.as_ref().filter(|path| **path == export::absolute(typed))?;
        existing.file_name().map(std::ffi::OsStr::to_string_lossy)
    }

    /// Fills in a path, and has the store look whether it is free.
    fn propose(&mut self, draft: &mut Draft, reach: &Reach<'_>) {
        self.proposed = export::proposed_path(&self.title, self.format);
        draft.export_path.clone_from(&self.proposed);
        reach.keep(StoreCommand::ProposeExport(PathBuf::from(&self.proposed)));
    }
}

/// The list of conversations.
#[derive(Default)]
pub(crate) struct State {
    list: Vec<Summary>,
    lines: Lines,
    access: Access,
    search: Option<Search>,
    renaming: Option<ConversationId>,
    export: Option<Export>,
}

impl State {
    /// The conversations, pinned ones first, then the newest first.
    pub(crate) fn list(&self) -> &[Summary] {
        &self.list
    }

    /// What the sidebar shows of them, line by line.
    pub(crate) fn lines(&self) -> &Lines {
        &self.lines
    }

    /// Puts the conversations under their headings, when they have changed or the day has.
    pub(crate) fn arrange(&mut self) {
        self.lines.arrange(&self.list, &jiff::Zoned::now());
    }

    /// Whether they can be read at all.
    pub(crate) fn access(&self) -> &Access {
        &self.access
    }

    /// What is looked for, while the search field is not empty.
    pub(crate) fn search(&self) -> Option<&Search> {
        self.search.as_ref()
    }

    /// The one whose title is being typed.
    pub(crate) fn renaming(&self) -> Option<ConversationId> {
        self.renaming
    }

    /// The open export dialog.
    pub(crate) fn export(&self) -> Option<&Export> {
        self.export.as_ref()
    }

    /// Carries out one action.
    pub(crate) fn run(
        &mut self,
        action: Action,
        draft: &mut Draft,
        chat: &chat::State,
        reach: &mut Reach<'_>,
    ) {
        match action {
            Action::FocusSearch => {
                draft.focus_search = true;
                reach.then(crate::shell::Action::ShowSidebar);
            }
            Action::Search(query) => self.look_for(query, reach),
            Action::SearchMore => self.look_for_more(reach),
            Action::OpenBest => match &mut self.search {
                Some(search) if search.found_for != search.query => search.open_best = true,
                Some(search) => open_best(search, reach),
                None => {}
            },
            Action::ClearSearch => {
                draft.query.clear();
                self.search = None;
            }
            Action::OpenNeighbour(step) => {
                if let Some(conversation) = self.neighbour(chat.open_id(), step) {
                    reach.then(chat::Action::Open { conversation, message: None });
                }
            }
            Action::BeginRename(id) => {
                draft.title = self.title_of(id).unwrap_or_default().to_owned();
                draft.focus_title = true;
                self.renaming = Some(id);
                reach.then(crate::shell::Action::ShowSidebar);
            }
            Action::Rename(conversation, title) => {
                self.renaming = None;
                reach.keep(StoreCommand::Rename { conversation, title: title.trim().to_owned() });
            }
            Action::CancelRename => self.renaming = None,
            Action::SetPinned(conversation, pinned) => {
                reach.keep(StoreCommand::SetPinned { conversation, pinned });
            }
            Action::Delete(id) => {
                reach.keep(StoreCommand::Delete(id));
                let title = self.title_of(id).filter(|title| !title.is_empty());
                let words = format!("Deleted “{}”", title.unwrap_or("New chat"));
                let open = chat.open_id() == Some(id);
                reach.notices.undoable(words, Action::Restore { id, open }.into());
            }
            Action::Restore { id, open } => {
                reach.keep(StoreCommand::Restore(id));
                if open {
                    reach.then(chat::Action::Open { conversation: id, message: None });
                }
            }
            Action::Import(path) => reach.keep(StoreCommand::Import(path)),
            Action::ExportOpen(_)
            | Action::ExportBrowse
            | Action::ExportPicked(_)
            | Action::ExportTypePath(_)
            | Action::ExportFormat(_)
            | Action::ExportProposed { .. }
            | Action::Export
            | Action::ExportReplace
            | Action::ExportClose => self.run_export(action, draft, chat, reach),
        }
    }

    fn run_export(
        &mut self,
        action: Action,
        draft: &mut Draft,
        chat: &chat::State,
        reach: &mut Reach<'_>,
    ) {
        if let Action::ExportOpen(wanted) = action {
            let Some(conversation) = wanted.or(chat.open_id()) else { return };
            let mut export = Export {
                conversation,
                title: self.title_of(conversation).unwrap_or_default().to_owned(),
                format: ExportFormat::Markdown,
                proposed: String::new(),
                replaceable: None,
                existing: None,
                error: None,
                writing: false,
            };
            export.propose(draft, reach);
            self.export = Some(export);
            return;
        }
        let Some(export) = &mut self.export else { return };
        match action {
            Action::ExportProposed { wanted, free } => {
                if export.proposed == draft.export_path && wanted == Path::new(&draft.export_path) {
                    draft.export_path = free.display().to_string();
                    export.proposed.clone_from(&draft.export_path);
                }
            }
            Action::ExportBrowse => {
                let proposed = PathBuf::from(&draft.export_path);
                reach.then(crate::shell::Action::Pick(Wanted::Export(proposed)));
            }
            Action::ExportPicked(path) => {
                draft.export_path = path.display().to_string();
                export.replaceable = Some(path);
            }
            Action::ExportTypePath(why) => export.error = Some(why.to_owned()),
            Action::ExportFormat(format) => {
                export.format = format;
                if draft.export_path == export.proposed {
                    export.propose(draft, reach);
                } else {
                    draft.export_path = export::with_extension(&draft.export_path, format);
                }
            }
            Action::Export | Action::ExportReplace => {
                let path = export::absolute(&draft.export_path);
                let meant = matches!(action, Action::ExportReplace);
                let replace = meant || export.replaceable.as_ref() == Some(&path);
                export.error = None;
                export.existing = None;
                export.writing = true;
                let (conversation, format) = (export.conversation, export.format);
                reach.keep(StoreCommand::Export { conversation, format, path, replace });
            }
            _ => self.export = None,
        }
    }

    fn look_for(&mut self, query: String, reach: &Reach<'_>) {
        if query.trim().is_empty() {
            self.search = None;
            return;
        }
        reach.keep(StoreCommand::Search { query: query.clone(), limit: RESULTS });
        // The old results stay until the new ones are here.
        let (results, found_for) = match self.search.take() {
            Some(search) => (search.results, search.found_for),
            None => (Vec::new(), String::new()),
        };
        self.search = Some(Search { results, found_for, query, most: RESULTS, open_best: false });
    }

    fn look_for_more(&mut self, reach: &Reach<'_>) {
        if let Some(search) = &mut self.search {
            search.most += RESULTS;
            let (query, limit) = (search.query.clone(), search.most);
            reach.keep(StoreCommand::Search { query, limit });
        }
    }

    fn neighbour(&self, open: Option<ConversationId>, step: isize) -> Option<ConversationId> {
        let place = self.list.iter().position(|summary| Some(summary.id) == open);
        let next = match place {
            Some(place) => place.checked_add_signed(step)?,
            None => 0,
        };
        self.list.get(next).map(|summary| summary.id)
    }

    /// The title of a conversation; empty while it has none.
    pub(crate) fn title_of(&self, id: ConversationId) -> Option<&str> {
        let found = self.list.iter().find(|summary| summary.id == id);
        found.map(|summary| summary.title.as_str())
    }

    /// Takes in one word of the store.
    pub(crate) fn hear(&mut self, event: StoreEvent, reach: &mut Reach<'_>) {
        match event {
            StoreEvent::Opened { conversations, interrupted_answers } => {
                self.list = conversations;
                self.lines.outdated();
                self.access = Access::Open;
                if interrupted_answers > 0 {
                    reach.notices.done(interrupted_words(interrupted_answers), None);
                }
            }
            StoreEvent::OpenFailed(error) => {
                reach.notices.failed(format!("What you write now is not kept: {error}"));
                self.access = Access::Failed(error);
            }
            StoreEvent::Listed(list) | StoreEvent::ChangedElsewhere(list) => {
                self.list = list;
                self.lines.outdated();
            }
            StoreEvent::ConversationChanged(summary) => self.place(summary),
            StoreEvent::ConversationDeleted(id) => {
                self.list.retain(|summary| summary.id != id);
                self.lines.outdated();
                if let Some(search) = &mut self.search {
                    search.results.retain(|found| found.conversation != id);
                }
            }
            StoreEvent::Found { query, results } => {
                if let Some(search) = &mut self.search
                    && search.query == query
                {
                    search.results = results;
                    search.found_for = query;
                    if std::mem::take(&mut search.open_best) {
                        open_best(search, reach);
                    }
                }
            }
            StoreEvent::ExportProposed { wanted, free } => {
                reach.then(Action::ExportProposed { wanted, free });
            }
            StoreEvent::Exported { path, .. } => {
                self.export = None;
                reach.notices.done(format!("Exported to {}", path.display()), None);
            }
            StoreEvent::Imported(summary) => {
                let conversation = summary.id;
                self.place(summary);
                reach.then(chat::Action::Open { conversation, message: None });
            }
            StoreEvent::Failed { task, error, .. } => self.hear_failure(&task, error, reach),
            StoreEvent::Read { .. }
            | StoreEvent::DraftsRead(_)
            | StoreEvent::MessageChanged(_)
            | StoreEvent::HeadMoved { .. }
            | StoreEvent::MessagesDeleted(_) => {}
        }
    }

    fn hear_failure(&mut self, task: &str, error: StoreError, reach: &mut Reach<'_>) {
        match &mut self.export {
            // Said in the dialog that asked for it.
            Some(export) if export.writing => {
                export.writing = false;
                match error {
                    StoreError::Exists { path } => export.existing = Some(path),
                    error => export.error = Some(error.to_string()),
                }
            }
            _ => reach.notices.failed(format!("Could not {task}: {error}")),
        }
    }

    fn place(&mut self, summary: Summary) {
        self.list.retain(|other| other.id != summary.id);
        let key = |summary: &Summary| (summary.pinned, summary.updated, summary.id);
        let place = self.list.partition_point(|other| key(other) > key(&summary));
        self.list.insert(place, summary);
        self.lines.outdated();
    }
}

fn open_best(search: &Search, reach: &mut Reach<'_>) {
    if let Some(best) = search.results.first() {
        reach.then(super::list::open_found(best));
    }
}

fn interrupted_words(count: usize) -> String {
    match count {
        1 => "An answer was interrupted when Satchel ended; what had come is kept".to_owned(),
        _ => format!("{count} answers were interrupted when Satchel ended; what had come is kept"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    fn summary(id: i64, pinned: bool, minute: i64) -> Summary {
        let updated = Timestamp::from_second(minute * 60).unwrap();
        Summary { id: ConversationId(id), title: format!("Number {id}"), pinned, updated }
    }

    fn order(state: &State) -> Vec<i64> {
        state.list().iter().map(|summary| summary.id.0).collect()
    }

    #[test]
    fn a_changed_conversation_goes_where_it_belongs() {
        let mut state = State::default();
        for (id, minute) in [(1, 10), (2, 30), (3, 20)] {
            state.place(summary(id, false, minute));
        }
        assert_eq!(order(&state), [2, 3, 1]);
        state.place(summary(1, true, 10));
        assert_eq!(order(&state), [1, 2, 3]);
        state.place(summary(3, false, 40));
        assert_eq!(order(&state), [1, 3, 2]);
    }

    #[test]
    fn the_neighbours_of_the_ends_are_nobody() {
        let mut state = State::default();
        state.place(summary(1, false, 1));
        state.place(summary(2, false, 2));
        let at = |id| Some(ConversationId(id));
        assert_eq!(state.neighbour(at(2), 1), at(1));
        assert_eq!(state.neighbour(at(1), 1), None);
        assert_eq!(state.neighbour(at(2), -1), None);
        assert_eq!(state.neighbour(None, 1), at(2));
    }
}

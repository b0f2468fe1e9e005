//! What the host, the disk and the apps say, taken in.

use std::time::Duration;

use scripting::{AppId, AppState, AppStatus, Command, Event};

use super::desk::{DeskCommand, DeskEvent, Listing};
use super::icon::Picture;
use super::panel::PanelView;
use super::row::Row;
use super::run::Draft;
use super::services::Favour;
use super::state::{Package, Picking, Question, Shown, State, Tab};
use super::{Action, CHAT};
use crate::chat::Ending;
use crate::reach::Reach;
use crate::shell;

impl State {
    /// Takes in what was said since the last frame. Returns when to come again.
    pub(crate) fn hear(
        &mut self,
        draft: &mut Draft,
        reach: &mut Reach<'_>,
        now: f64,
    ) -> Option<Duration> {
        for event in self.news.try_iter().collect::<Vec<_>>() {
            self.hear_host(event, draft, reach);
        }
        for event in self.desk_news.try_iter().collect::<Vec<_>>() {
            self.hear_desk(event, draft, reach);
        }
        for favour in self.favours.try_iter().collect::<Vec<_>>() {
            match favour {
                Favour::Pick(request, answer) => {
                    self.waiting_picks.push_back((request, Picking::Script(answer)));
                }
                Favour::Copy(text) => reach.ctx.copy_text(text),
                Favour::Tell(words) => reach.notices.done(words, None),
            }
        }
        self.ask_for_files(reach);
        self.hear_trial();
        draft.editor.as_mut().and_then(|editor| editor.hear(reach, now))
    }

    fn hear_host(&mut self, event: Event, draft: &mut Draft, reach: &mut Reach<'_>) {
        match event {
            Event::Listed(statuses) => {
                self.statuses =
                    statuses.into_iter().map(|status| (status.id.clone(), status)).collect();
                for row in &mut self.rows {
                    row.status = self.statuses.get(&row.app.id).cloned();
                }
                self.ask(DeskCommand::List);
            }
            Event::Changed(status) => self.hear_status(status, reach),
            Event::Removed(app) => {
                self.statuses.remove(&app);
                self.panels.remove(&app);
                self.ask(DeskCommand::List);
            }
            Event::Shown { app, panel } => {
                if !draft.panels.contains_key(&app)
                    && let Some(row) = self.row(&app)
                {
                    draft.panels.insert(app.clone(), PanelView::new(self.pictures_of(row)));
                }
                self.panels.insert(app, panel);
            }
            Event::Logged { app, line } => self.consoles.entry(app).or_default().add(line),
            Event::PermissionWanted { app, permission, words } => {
                let question = Question { app, permission, words };
                if !self.questions.contains(&question) {
                    self.questions.push_back(question);
                }
            }
        }
    }

    fn hear_status(&mut self, status: AppStatus, reach: &mut Reach<'_>) {
        let id = status.id.clone();
        let reloaded = self.statuses.get(&id).is_none_or(|old| old.version != status.version);
        if id.0 == CHAT {
            self.tell_of_chat(&status, reach);
        }
        if let Some(row) = self.row_mut(&id) {
            row.status = Some(status.clone());
        }
        self.statuses.insert(id, status);
        // With a new version, the manifest may be another one.
        if reloaded {
            self.ask(DeskCommand::List);
        }
    }

    /// Says once that the model answers without the chat app, and how that is mended.
    fn tell_of_chat(&mut self, status: &AppStatus, reach: &mut Reach<'_>) {
        let failed = status.state == AppState::Failed;
        if !failed {
            self.told_of_chat = false;
        } else if !std::mem::replace(&mut self.told_of_chat, true) {
            let problem = status.problems.first();
            let why = problem.map(|problem| format!(" ({problem})")).unwrap_or_default();
            let at = problem.and_then(|problem| problem.place.clone());
            let edit = Action::Edit { app: status.id.clone(), at };
            let words =
                format!("The chat app cannot be loaded, so the model answers without it{why}");
            reach.notices.failed_with(words, Some(("Open in editor".to_owned(), edit.into())));
        }
    }

    fn hear_desk(&mut self, event: DeskEvent, draft: &mut Draft, reach: &mut Reach<'_>) {
        match event {
            DeskEvent::Listed(listings) => self.hear_list(listings, draft, reach.ctx),
            DeskEvent::Made { app, words, edit } => {
                reach.notices.done(words, None);
                reach.then(shell::Action::Show(shell::Page::Apps));
                reach.then(Action::Open(app.clone()));
                // A form needs no editor.
                let is_form = self.row(&app).is_some_and(Row::is_assistant);
                if edit && is_form {
                    reach.then(Action::ShowTab(Tab::About));
                } else if edit {
                    reach.then(Action::Edit { app, at: None });
                }
            }
            DeskEvent::Deleted(deleted) => {
                let words = format!("{} is deleted", deleted.id);
                reach.notices.undoable(words, Action::Restore(deleted).into());
            }
            DeskEvent::Previewed(preview) => {
                self.package = Some(Package::Import(preview));
                reach.then(shell::Action::Show(shell::Page::Apps));
            }
            DeskEvent::Exported(path) => {
                self.package = None;
                reach.notices.done(format!("Exported to {}", path.display()), None);
            }
            DeskEvent::Failed(words) => reach.notices.failed(words),
        }
    }

    pub(super) fn hear_list(
        &mut self,
        listings: Vec<Listing>,
        draft: &mut Draft,
        ctx: &egui::Context,
    ) {
        self.listed = true;
        self.rows = listings
            .into_iter()
            .map(|listing| {
                let status = self.statuses.get(&listing.app.id).cloned();
                let before = self.row(&listing.app.id).and_then(|row| row.picture.as_ref());
                let picture = listing.icon.clone().map(|image| Picture::new(ctx, image, before));
                Row::new(listing, status, picture)
            })
            .collect();
        if let Shown::App { app, .. } = &self.shown
            && self.row(app).is_none()
        {
            self.shown = Shown::List;
        }
        let is_gone = |app: &AppId| self.rows.iter().all(|row| row.app.id != *app);
        if draft.editor.as_ref().is_some_and(|editor| is_gone(&editor.app) && !editor.is_dirty()) {
            draft.editor = None;
        }
        self.panels.retain(|app, _| self.rows.iter().any(|row| row.app.id == *app));
    }

    fn hear_trial(&mut self) {
        let Some(trial) = &mut self.trial else { return };
        match trial.answer.hear().ending {
            Some(Ending::Finished(_)) => trial.over = true,
            Some(Ending::Failed(error)) => {
                trial.over = true;
                trial.failed = Some(error.to_string());
            }
            Some(Ending::Broke(problem)) => {
                trial.over = true;
                trial.failed = Some(problem.to_string());
            }
            Some(Ending::Unanswered(error)) => {
                trial.over = true;
                trial.failed = Some(error.to_string());
            }
            None => {}
        }
    }

    /// Opens the next file dialog that an app waits for. One after the other: a desktop shows one.
    fn ask_for_files(&mut self, reach: &mut Reach<'_>) {
        while let Some((request, picking)) = self.waiting_picks.pop_front() {
            let ticket = self.next_pick;
            self.next_pick += 1;
            self.picking.insert(ticket, picking);
            reach.then(shell::Action::Pick(shell::Wanted::ForApp { ticket, request }));
        }
    }

    /// Tells the host which panel is on screen: the one that the page shows.
    pub(crate) fn follow(&mut self, page: shell::Page) {
        let wanted = match page {
            shell::Page::Apps => self.shown_app().cloned(),
            _ => None,
        };
        if wanted == self.open_panel {
            return;
        }
        if let Some(closed) = self.open_panel.take() {
            self.host().send(Command::ClosePanel(closed));
        }
        if let Some(opened) = &wanted {
            self.host().send(Command::OpenPanel(opened.clone()));
        }
        self.open_panel = wanted;
    }
}

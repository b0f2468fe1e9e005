//! What is asked of apps, carried out.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use engine::Wake;
use scripting::library::Template;
use scripting::{AppId, Command, Place, RunInput, RunRequest};

use super::desk::DeskCommand;
pub(super) use super::draft::Draft;
use super::editor::{Check, Editor, Opening};
use super::state::{Package, Picking, Shown, State, Tab, Trial};
use super::{Action, CHAT};
use crate::chat::Answer;
use crate::reach::Reach;
use crate::{conversations, settings, shell};

impl State {
    /// Carries out one action.
    pub(crate) fn run(
        &mut self,
        action: Action,
        draft: &mut Draft,
        settings: &mut settings::State,
        reach: &mut Reach<'_>,
    ) {
        match action {
            Action::ShowList => {
                self.shown = Shown::List;
                reach.then(shell::Action::Show(shell::Page::Apps));
            }
            Action::Open(app) => self.open(app, draft, reach),
            Action::ShowTab(tab) => self.show_side(tab),
            Action::Edit { app, at } => self.edit(app, at, draft, reach),
            Action::CloseEditor { discard } => self.close_editor(discard, draft),
            Action::KeepEditing => self.closing_editor = false,
            Action::Editor(action) => {
                if let Some(editor) = &mut draft.editor {
                    editor.run(action, reach);
                }
            }
            Action::Try(app) => {
                // What was just saved, and not what the host has read before.
                self.host().send(Command::Reload(app.clone()));
                let is_told = draft.inputs.get(&app).is_some_and(|text| !text.trim().is_empty());
                if self.panels.contains_key(&app) && !is_told {
                    self.show_side(Tab::Panel);
                } else {
                    self.try_out(app, draft, reach);
                }
            }
            Action::Run(app) => self.try_out(app, draft, reach),
            Action::StopRun => {
                if let Some(trial) = &mut self.trial {
                    trial.answer.stop();
                }
            }
            Action::Interact(app, interaction) => {
                self.host().send(Command::Interact { app, interaction });
            }
            Action::PickFor(app, widget) => {
                let request = scripting::PickRequest {
                    app: self.name_of(&app).to_owned(),
                    title: "Choose files".to_owned(),
                    endings: Vec::new(),
                    kind: scripting::PickKind::Files,
                };
                self.waiting_picks.push_back((request, Picking::Widget(app, widget)));
            }
            Action::Picked(ticket, files) => self.picked(ticket, files, draft),
            Action::Dropped(files) => self.dropped(files, draft, reach),
            Action::SetPinned(app, pinned) => self.set_pinned(app, pinned, settings),
            Action::AskNew(_)
            | Action::Create(_)
            | Action::Duplicate(_)
            | Action::AskDelete(_)
            | Action::Delete(_)
            | Action::Restore(_)
            | Action::OpenFolder(_)
            | Action::SaveAssistant(..)
            | Action::AddScript(_) => self.run_on_disk(action, draft, reach),
            Action::Rescan
            | Action::Reload(_)
            | Action::SetEnabled(..)
            | Action::SetGrant { .. }
            | Action::PutOff
            | Action::SetSetting { .. }
            | Action::ClearConsole(_) => self.run_on_host(action),
            Action::Preview(_)
            | Action::BrowseImport
            | Action::AskExport(_)
            | Action::BrowseExport
            | Action::ExportPicked(_)
            | Action::TypePath(_)
            | Action::Export
            | Action::Import(_)
            | Action::ClosePackage => self.run_package(action, draft, reach),
        }
    }

    /// What makes, changes or moves the folder of an app.
    fn run_on_disk(&mut self, action: Action, draft: &mut Draft, reach: &mut Reach<'_>) {
        match action {
            // What was typed stays: who clicks beside the dialog may not have meant to.
            Action::AskNew(ask) => self.making = ask,
            Action::Create(template) => self.create(template, draft, reach),
            Action::Duplicate(app) => self.ask(DeskCommand::Duplicate(app)),
            Action::AskDelete(app) => self.deleting = app,
            Action::Delete(app) => self.delete(app, draft),
            Action::Restore(deleted) => self.ask(DeskCommand::Restore(deleted)),
            Action::OpenFolder(app) => {
                if let Some(row) = self.row(&app) {
                    settings::open_outside(row.folder().to_owned(), reach);
                }
            }
            Action::SaveAssistant(app, assistant) => {
                draft.assistant = None;
                self.ask(DeskCommand::SetAssistant(app, assistant));
            }
            Action::AddScript(app) => {
                draft.assistant = None;
                self.ask(DeskCommand::AddScript(app));
            }
            _ => {}
        }
    }

    /// What is shown at once and carried out by the host.
    fn run_on_host(&mut self, action: Action) {
        match action {
            Action::Rescan => {
                self.host().send(Command::Rescan);
                self.ask(DeskCommand::List);
            }
            Action::Reload(app) => self.host().send(Command::Reload(app)),
            Action::SetEnabled(app, enabled) => {
                if let Some(row) = self.row_mut(&app) {
                    row.enabled = enabled;
                }
                self.host().send(Command::SetEnabled { app, enabled });
            }
            Action::SetGrant { app, permission, granted } => {
                let open = |question: &super::Question| {
                    question.app != app || question.permission != permission
                };
                self.questions.retain(open);
                if let Some(row) = self.row_mut(&app) {
                    for asked in row.permissions.iter_mut().filter(|one| one.key == permission) {
                        asked.granted = Some(granted);
                    }
                }
                self.host().send(Command::SetGrant { app, permission, granted });
            }
            // Not now: what waits for the answer ends, and the next time it is asked again.
            Action::PutOff => {
                if let Some(question) = self.questions.pop_front() {
                    self.host().send(Command::Stop(question.app));
                }
            }
            Action::SetSetting { app, key, value } => {
                if let Some(row) = self.row_mut(&app) {
                    keep_setting(row, &key, value.as_ref());
                }
                self.host().send(Command::SetSetting { app, key, value });
            }
            Action::ClearConsole(app) => {
                if let Some(console) = self.consoles.get_mut(&app) {
                    console.clear();
                }
            }
            _ => {}
        }
    }

    fn open(&mut self, app: AppId, draft: &mut Draft, reach: &mut Reach<'_>) {
        reach.then(shell::Action::Show(shell::Page::Apps));
        if draft.editor.as_ref().is_some_and(|editor| editor.app != app) {
            // What is not saved stays open until it is decided about.
            self.close_editor(false, draft);
            if draft.editor.is_some() {
                return;
            }
        }
        if self.shown_app() != Some(&app) {
            self.shown = Shown::App { app, tab: None };
        }
    }

    fn edit(&mut self, app: AppId, at: Option<Place>, draft: &mut Draft, reach: &mut Reach<'_>) {
        self.open(app.clone(), draft, reach);
        if let Some(editor) = &mut draft.editor {
            if let Some(place) = at.filter(|_| editor.app == app) {
                editor.show_place(&place);
            }
            return;
        }
        let Some(row) = self.row(&app) else { return };
        let opening = Opening {
            app: app.clone(),
            folder: row.folder().to_owned(),
            read_only: row
                .is_shipped()
                .then(|| "This app came with Satchel; a copy of it is yours to change".to_owned()),
            check: self.check(row.folder().to_owned()),
            api: Arc::clone(&self.api),
        };
        match Editor::open(opening, at.as_ref(), reach.wake) {
            Ok(editor) => draft.editor = Some(editor),
            Err(error) => reach.notices.failed(format!("The editor cannot be opened: {error}")),
        }
    }

    /// Finds mistakes as the host would, in what stands in the editor.
    fn check(&self, folder: PathBuf) -> Check {
        let host = self.host().clone();
        Arc::new(move |_, path, text| {
            let unsaved = BTreeMap::from([(path.to_owned(), text.to_owned())]);
            host.check(&folder, &unsaved)
        })
    }

    fn close_editor(&mut self, discard: bool, draft: &mut Draft) {
        self.closing_editor = false;
        match &draft.editor {
            Some(editor) if editor.is_dirty() && !discard => self.closing_editor = true,
            _ => draft.editor = None,
        }
    }

    fn show_side(&mut self, tab: Tab) {
        if let Shown::App { tab: shown, .. } = &mut self.shown {
            *shown = Some(tab);
        }
    }

    /// Runs an app with what was typed for it.
    fn try_out(&mut self, app: AppId, draft: &Draft, reach: &mut Reach<'_>) {
        let text = draft.inputs.get(&app).map_or("", |text| text.trim()).to_owned();
        self.show_side(Tab::Run);
        let messages = vec![engine::Message::new(engine::Role::User, text.clone())];
        let input = RunInput { text, data: None, messages };
        let request = RunRequest { input, ..RunRequest::default() };
        let run = self.host().run(&app, request, Wake::clone(reach.wake));
        let answer = Answer::by_app(run, true);
        self.trial = Some(Trial { app, answer, failed: None, over: false });
    }

    fn picked(&mut self, ticket: u64, files: Vec<PathBuf>, draft: &mut Draft) {
        match self.picking.remove(&ticket) {
            Some(Picking::Script(answer)) => {
                answer.send(files);
            }
            Some(Picking::Widget(app, widget)) if !files.is_empty() => {
                if let Some(panel) = draft.panels.get_mut(&app) {
                    let interaction = panel.picked(widget, files);
                    self.host().send(Command::Interact { app, interaction });
                }
            }
            _ => {}
        }
    }

    fn dropped(&mut self, files: Vec<PathBuf>, draft: &mut Draft, reach: &mut Reach<'_>) {
        let Some(app) = self.shown_app().cloned() else { return };
        let pointer = reach.ctx.input(|input| input.pointer.latest_pos());
        let place = draft.panels.get_mut(&app).filter(|_| self.tab() == Tab::Panel);
        let heard = place.and_then(|panel| panel.drop_files(files.clone(), pointer));
        let command = match heard {
            Some(interaction) => Command::Interact { app, interaction },
            None => Command::DropFiles { app, files },
        };
        self.host().send(command);
    }

    fn set_pinned(&mut self, app: AppId, pinned: bool, settings: &mut settings::State) {
        if pinned {
            self.pinned.insert(app);
        } else {
            self.pinned.remove(&app);
        }
        let mut names: Vec<String> = self.pinned.iter().map(|app| app.0.clone()).collect();
        names.sort();
        settings.change_window(|window| window.pinned_apps = names);
    }

    /// Takes over which apps are kept in the sidebar.
    pub(crate) fn pin_all(&mut self, names: &[String]) {
        self.pinned = names.iter().map(|name| AppId(name.clone())).collect();
    }

    fn create(&mut self, template: Template, draft: &mut Draft, reach: &mut Reach<'_>) {
        let name = draft.new_name.trim().to_owned();
        if name.is_empty() {
            reach.notices.failed("A new app needs a name");
            return;
        }
        self.making = false;
        draft.new_name.clear();
        self.ask(DeskCommand::Create(template, name));
    }

    fn delete(&mut self, app: AppId, draft: &mut Draft) {
        self.deleting = None;
        if draft.editor.as_ref().is_some_and(|editor| editor.app == app) {
            draft.editor = None;
        }
        self.ask(DeskCommand::Delete(app));
    }

    fn run_package(&mut self, action: Action, draft: &mut Draft, reach: &mut Reach<'_>) {
        match action {
            Action::Preview(path) => self.ask(DeskCommand::Preview(path)),
            Action::BrowseImport => {
                reach.then(shell::Action::Pick(shell::Wanted::Package));
            }
            Action::AskExport(app) => {
                draft.package_path = conversations::home_path(&format!("{app}.satchel-app"));
                self.package = Some(Package::Export { app, hint: None });
            }
            Action::BrowseExport => {
                let proposed = PathBuf::from(&draft.package_path);
                reach.then(shell::Action::Pick(shell::Wanted::PackageTo(proposed)));
            }
            Action::ExportPicked(path) => draft.package_path = path.display().to_string(),
            Action::TypePath(why) => match &mut self.package {
                Some(Package::Export { hint, .. }) => *hint = Some(why),
                _ => reach.notices.failed("Drop the .satchel-app file on this window instead"),
            },
            Action::Export => {
                if let Some(Package::Export { app, .. }) = &self.package {
                    let path = conversations::absolute(&draft.package_path);
                    self.ask(DeskCommand::Export(app.clone(), path));
                }
            }
            Action::Import(preview) => {
                self.package = None;
                self.ask(DeskCommand::Import(preview));
            }
            _ => self.package = None,
        }
    }

    /// Whether a text is answered by an app other than the chat.
    pub(crate) fn is_call(&self, text: &str) -> bool {
        matches!(self.answerer(text), super::Answerer::App { app, .. } if app.0 != CHAT)
    }
}

/// Shows a setting as it will be, until the host has kept it.
fn keep_setting(row: &mut super::Row, key: &str, value: Option<&serde_json::Value>) {
    let Some(setting) = row
        .manifest()
        .and_then(|manifest| manifest.settings.iter().find(|setting| setting.key == key).cloned())
    else {
        return;
    };
    if setting.is_secret() {
        match value {
            Some(_) => drop(row.secrets.insert(key.to_owned())),
            None => drop(row.secrets.remove(key)),
        }
    } else {
        row.values.insert(key.to_owned(), value.unwrap_or(&setting.default).clone());
    }
}

//! Which models there are, which one is loaded, and what is under way with them.

use std::path::{Path, PathBuf};

use engine::models::{Command, Event, LoadSettings, LoadedModel, ModelEntry, ModelId, library};
use engine::settings::{ModelSettings, Overrides, Value};
use engine::{Error, Inbox};

use super::change::{Change, When};
use super::row::Row;
use super::shelf::{Shelf, ShelfCommand, ShelfEvent};
use crate::reach::Reach;
use crate::settings;
use crate::shell::Wanted;

/// What can be asked about models.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// Open a file with the desktop's dialog.
    Browse,
    /// The desktop has no dialog; say so and let the path be typed.
    TypePath(&'static str),
    /// Add a file where it lies, and load it.
    OpenPath(PathBuf),
    /// Copy a file into the data folder.
    CopyIn(PathBuf),
    /// Load the demonstration model.
    TryDemo,
    /// Load a model of the list.
    Load(ModelId),
    /// Load the model that failed with a smaller context.
    LoadSmaller {
        /// Which.
        model: ModelId,
        /// Tokens of context.
        context_length: u32,
    },
    /// Load the current model again with a larger context, and keep it so.
    RaiseContext(u32),
    /// Load the current model again, with the settings as they are now.
    Reload,
    /// Give up the load that is running.
    CancelLoad,
    /// Free the memory of the current model.
    Unload,
    /// Ask whether to remove a model.
    AskRemove(ModelId),
    /// Remove it.
    Remove(ModelId),
    /// Do not.
    KeepModel,
    /// Look at the disk again.
    Refresh,
    /// Close the message about a failed load.
    DismissFailure,
    /// When to carry out a change for which answers have to end.
    Decide(When),
    /// Do not carry it out.
    ChangeNothing,
}

/// A load that is running.
#[derive(Clone, Debug)]
pub(crate) struct Loading {
    /// Which model.
    pub(crate) id: ModelId,
    /// Its name for people.
    pub(crate) name: String,
    /// 0 to 1, once it is known.
    pub(crate) fraction: Option<f32>,
    settings: LoadSettings,
    cancelling: bool,
    /// What answered before, and is loaded again if this fails.
    before: Option<(ModelId, LoadSettings)>,
}

/// A load or an addition that failed.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    /// Which model, if it has a name already.
    pub(crate) id: Option<ModelId>,
    /// Its name for people.
    pub(crate) name: String,
    /// What is wrong and what to do.
    pub(crate) words: String,
    /// A context length with which it would fit into memory.
    pub(crate) fitting_context: Option<u32>,
}

impl Failure {
    /// Of a model with which nobody can talk.
    fn no_chat(entry: &ModelEntry) -> Self {
        let use_of_it = match entry.is_reranker {
            true => {
                "is for ordering what was found and writes no text. It can be chosen in the settings, under Documents"
            }
            false => "is for searching in documents and writes no text",
        };
        let words = format!("{} {use_of_it}. Choose another model to talk with", entry.name);
        Self { id: None, name: entry.name.clone(), words, fitting_context: None }
    }
}

/// What is typed about models.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    /// The path of a file to open.
    pub(crate) path: String,
    /// The next frame puts the cursor there.
    pub(crate) focus_path: bool,
}

/// See the module documentation.
pub(crate) struct State {
    shelf: Shelf,
    news: Inbox<ShelfEvent>,
    rows: Vec<Row>,
    listed: bool,
    loaded: Option<LoadedModel>,
    loaded_with: LoadSettings,
    loading: Option<Loading>,
    failure: Option<Failure>,
    /// What the shelf is doing, in words.
    working: Option<String>,
    /// Load this one as soon as the shelf has it.
    load_when_listed: Option<ModelId>,
    removing: Option<ModelId>,
    path_hint: Option<&'static str>,
    /// Kept back while answers are being written.
    pub(super) change: Option<Change>,
    no_defaults: ModelSettings,
}

impl State {
    pub(crate) fn new(shelf: Shelf, news: Inbox<ShelfEvent>, last_model: &str) -> Self {
        shelf.send(ShelfCommand::List);
        let last = (!last_model.is_empty()).then(|| ModelId(last_model.to_owned()));
        Self {
            shelf,
            news,
            rows: Vec::new(),
            listed: false,
            loaded: None,
            loaded_with: LoadSettings::default(),
            loading: None,
            failure: None,
            working: None,
            load_when_listed: last,
            removing: None,
            path_hint: None,
            change: None,
            no_defaults: ModelSettings::default(),
        }
    }

    /// The models there are.
    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Whether the disk has been looked at.
    pub(crate) fn is_listed(&self) -> bool {
        self.listed
    }

    /// The row of a model.
    pub(crate) fn row(&self, id: &ModelId) -> Option<&Row> {
        self.rows.iter().find(|row| row.entry.id == *id)
    }

    /// The model that answers.
    pub(crate) fn answering(&self) -> Option<&LoadedModel> {
        self.loaded.as_ref()
    }

    /// Whether a message can be sent.
    pub(crate) fn can_answer(&self) -> bool {
        self.loaded.is_some() && !self.holds_answers()
    }

    /// The load that is running.
    pub(crate) fn loading(&self) -> Option<&Loading> {
        self.loading.as_ref()
    }

    /// Whether a model is being loaded, or will be in a moment.
    pub(crate) fn is_loading(&self) -> bool {
        self.loading.is_some()
    }

    /// What failed last.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// What is being done with files, in words.
    pub(crate) fn working(&self) -> Option<&str> {
        self.working.as_deref()
    }

    /// The model that the person is asked about.
    pub(crate) fn removing(&self) -> Option<&Row> {
        self.row(self.removing.as_ref()?)
    }

    /// Why the path has to be typed.
    pub(crate) fn path_hint(&self) -> Option<&'static str> {
        self.path_hint
    }

    /// The settings that the model's own file recommends.
    pub(crate) fn defaults(&self, model: Option<&ModelId>) -> &ModelSettings {
        let row = model.and_then(|model| self.row(model));
        row.map_or(&self.no_defaults, |row| &row.defaults)
    }

    /// Whether the current model was loaded with other settings than it would be now.
    pub(crate) fn needs_reload(&self, settings: &settings::State) -> bool {
        let Some(loaded) = &self.loaded else { return false };
        self.loading.is_none() && self.load_settings(&loaded.id, settings) != self.loaded_with
    }

    fn load_settings(&self, id: &ModelId, settings: &settings::State) -> LoadSettings {
        settings.effective(Some(id), self.defaults(Some(id)), &Overrides::default()).load
    }

    /// Carries out one action. While answers are being written (`busy`), asks before those that
    /// would end them.
    pub(crate) fn run(
        &mut self,
        action: Action,
        draft: &mut Draft,
        settings: &settings::State,
        busy: bool,
        reach: &mut Reach<'_>,
    ) {
        if busy && self.keeps_back(&action) {
            // One question at a time.
            self.removing = None;
            return;
        }
        match action {
            Action::Browse => reach.then(crate::shell::Action::Pick(Wanted::Model)),
            Action::TypePath(why) => {
                self.path_hint = Some(why);
                draft.focus_path = true;
            }
            Action::OpenPath(path) => self.add(path, false),
            Action::CopyIn(path) => self.add(path, true),
            Action::TryDemo => {
                self.failure = None;
                self.working = Some("Unpacking the demonstration model…".to_owned());
                self.shelf.send(ShelfCommand::UnpackDemo);
            }
            Action::Load(id) => self.load(&id, None, settings, reach),
            Action::LoadSmaller { model, context_length } => {
                self.load(&model, Some(context_length), settings, reach);
            }
            Action::RaiseContext(tokens) => {
                let Some(model) = self.loaded.as_ref().map(|loaded| loaded.id.clone()) else {
                    return;
                };
                reach.then(settings::Action::SetForModel {
                    model: model.clone(),
                    key: "context_length",
                    value: Some(Value::Count(tokens)),
                });
                self.load(&model, Some(tokens), settings, reach);
            }
            Action::Reload => {
                if let Some(id) = self.loaded.as_ref().map(|loaded| loaded.id.clone()) {
                    self.load(&id, None, settings, reach);
                }
            }
            Action::CancelLoad => {
                if let Some(loading) = &mut self.loading {
                    loading.cancelling = true;
                    let command = Command::CancelLoad(loading.id.clone());
                    reach.engine.send(engine::Command::Models(command));
                }
            }
            Action::Unload => {
                if let Some(loaded) = &self.loaded {
                    let command = Command::Unload(loaded.id.clone());
                    reach.engine.send(engine::Command::Models(command));
                }
            }
            Action::AskRemove(id) => self.removing = Some(id),
            Action::KeepModel => self.removing = None,
            Action::Remove(id) => self.remove(id, reach),
            Action::Refresh => self.shelf.send(ShelfCommand::List),
            Action::DismissFailure => self.failure = None,
            Action::Decide(when) => self.decide_change(when, reach),
            Action::ChangeNothing => self.change = None,
        }
    }

    fn add(&mut self, path: PathBuf, copy: bool) {
        self.failure = None;
        self.path_hint = None;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let what = if copy { "Copying" } else { "Checking" };
        self.working = Some(format!("{what} {name}…"));
        self.shelf.send(ShelfCommand::Add { path, copy });
    }

    fn remove(&mut self, id: ModelId, reach: &Reach<'_>) {
        self.removing = None;
        if self.loaded.as_ref().is_some_and(|loaded| loaded.id == id) {
            reach.engine.send(engine::Command::Models(Command::Unload(id.clone())));
        }
        self.working = Some("Removing…".to_owned());
        self.shelf.send(ShelfCommand::Remove(id));
    }

    fn load(
        &mut self,
        id: &ModelId,
        context_length: Option<u32>,
        settings: &settings::State,
        reach: &Reach<'_>,
    ) {
        let Some(row) = self.row(id) else {
            self.load_when_listed = Some(id.clone());
            self.shelf.send(ShelfCommand::List);
            return;
        };
        if row.entry.problem.is_none() && !row.entry.can_chat() {
            self.failure = Some(Failure::no_chat(&row.entry));
            return;
        }
        let mut load = self.load_settings(id, settings);
        load.context_length = context_length.or(load.context_length);
        self.failure = None;
        let before = self.loaded.take().map(|loaded| (loaded.id, self.loaded_with.clone()));
        // Two models at a time would need the memory of both.
        if let Some((other, _)) = before.as_ref().filter(|(before, _)| before != id) {
            reach.engine.send(engine::Command::Models(Command::Unload(other.clone())));
        }
        self.begin_load(id, load, before, reach);
    }

    fn begin_load(
        &mut self,
        id: &ModelId,
        settings: LoadSettings,
        before: Option<(ModelId, LoadSettings)>,
        reach: &Reach<'_>,
    ) {
        let Some(row) = self.row(id) else { return };
        let (name, path) = (row.entry.name.clone(), row.entry.path.clone());
        self.loading = Some(Loading {
            id: id.clone(),
            name,
            fraction: None,
            settings: settings.clone(),
            cancelling: false,
            before,
        });
        let command = Command::Load { id: id.clone(), path, settings };
        reach.engine.send(engine::Command::Models(command));
    }

    /// Takes in what the engine says about models. `true` if another model answers now, or none.
    pub(crate) fn hear(&mut self, event: Event, reach: &mut Reach<'_>) -> bool {
        match event {
            Event::LoadStarted(_) => {}
            Event::LoadProgressed { id, fraction } => {
                if let Some(loading) = self.loading.as_mut().filter(|loading| loading.id == id) {
                    loading.fraction = Some(fraction);
                }
            }
            Event::Loaded(model) => {
                let Some(loading) = self.loading.take_if(|loading| loading.id == model.id) else {
                    return false;
                };
                if !model.can_chat() {
                    return false;
                }
                self.loaded_with = loading.settings;
                reach.then(crate::shell::Action::RememberModel(model.id.0.clone()));
                self.loaded = Some(*model);
                reach.then(crate::chat::Action::FocusComposer);
                return true;
            }
            Event::LoadFailed { id, error } => {
                let before = self.hear_failure(&id, &error);
                // What answered well is not lost over what could not be loaded.
                if let Some((id, settings)) = before {
                    self.begin_load(&id, settings, None, reach);
                }
            }
            Event::LoadCancelled(id) => {
                self.loading.take_if(|loading| loading.id == id);
            }
            Event::Unloaded(id) => {
                let gone = self.loaded.take_if(|loaded| loaded.id == id).is_some();
                if gone && self.loading.is_none() {
                    reach.then(crate::shell::Action::RememberModel(String::new()));
                }
                return gone;
            }
            Event::Crashed { ids, message } => {
                let gone = self.loaded.take_if(|loaded| ids.contains(&loaded.id));
                let lost = self.loading.take_if(|loading| ids.contains(&loading.id));
                let id = gone.map(|loaded| loaded.id).or(lost.map(|loading| loading.id));
                if let Some(id) = id {
                    self.hear_failure(&id, &Error::Crashed(message));
                }
                return true;
            }
        }
        false
    }

    /// Notes why a model was not loaded. Returns what answered before it.
    fn hear_failure(&mut self, id: &ModelId, error: &Error) -> Option<(ModelId, LoadSettings)> {
        let loading = self.loading.take_if(|loading| loading.id == *id);
        let (name, before) = loading.map(|loading| (loading.name, loading.before)).unzip();
        let fitting_context = match error {
            Error::NotEnoughMemory { fitting_context, .. } => *fitting_context,
            _ => None,
        };
        self.failure = Some(Failure {
            id: Some(id.clone()),
            name: name.unwrap_or_else(|| id.0.clone()),
            words: error.to_string(),
            fitting_context,
        });
        before.flatten()
    }

    /// Takes in what the shelf says.
    pub(crate) fn hear_shelf(&mut self, draft: &mut Draft, reach: &mut Reach<'_>) {
        let news: Vec<_> = self.news.try_iter().collect();
        for event in news {
            match event {
                ShelfEvent::Listed(rows) => {
                    self.rows = rows;
                    self.listed = true;
                    self.load_last(reach);
                }
                ShelfEvent::Added { id, load } => {
                    self.working = None;
                    draft.path.clear();
                    if load {
                        reach.then(Action::Load(id));
                    } else {
                        reach.notices.done("Added to the data folder", None);
                    }
                }
                ShelfEvent::Copying { name, fraction } => {
                    let percent = (fraction * 100.0).round();
                    self.working = Some(format!("Copying {name}… {percent} %"));
                }
                ShelfEvent::Removed => {
                    self.working = None;
                    reach.notices.done("Model removed", None);
                }
                ShelfEvent::Failed { path, words } => {
                    self.working = None;
                    let name = path.as_deref().and_then(Path::file_name).unwrap_or_default();
                    let name = name.to_string_lossy().into_owned();
                    self.failure = Some(Failure { id: None, name, words, fitting_context: None });
                }
            }
        }
    }

    /// Loads the model of the last time, once it is known to be there. A demonstration is not
    /// loaded when there is a real model by now.
    fn load_last(&mut self, reach: &mut Reach<'_>) {
        let Some(id) = self.load_when_listed.take() else { return };
        let real = |row: &Row| !row.entry.is_demo && row.entry.problem.is_none();
        if id.0 == library::DEMO && self.rows.iter().any(real) {
            return;
        }
        if self.row(&id).is_some_and(|row| row.entry.problem.is_none()) {
            reach.then(Action::Load(id));
        }
    }
}

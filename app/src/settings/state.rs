//! What the person has chosen, in memory; a thread writes it down.

use std::path::PathBuf;

use engine::documents::DocumentsSettings;
use engine::models::ModelId;
use engine::settings::{
    ModelSettings, Overrides, Saver, Settings, SettingsError, Value, effective,
};
use engine::{Inbox, Wake, channel};

use super::window::{SECTION, Theme, WindowSettings};
use crate::look;
use crate::reach::Reach;

/// What can be asked of the settings.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// Light, dark, or as the system says.
    SetTheme(Theme),
    /// Size of everything, as a factor.
    SetTextSize(f32),
    /// Set something for a model; `None` goes back to the default.
    SetForModel {
        /// Which model.
        model: ModelId,
        /// Which setting, from the table.
        key: &'static str,
        /// To what.
        value: Option<Value>,
    },
    /// Forget all that is set for a model.
    ResetModel(ModelId),
    /// Let this model order what is found in documents; `None` for no model.
    SetReranker(Option<ModelId>),
    /// Show the settings of this model on the settings page.
    ShowModel(ModelId),
    /// Show the data folder in the desktop's file manager.
    OpenFolder,
}

/// See the module documentation.
pub(crate) struct State {
    settings: Settings,
    saver: Saver,
    failures: Inbox<SettingsError>,
    window: WindowSettings,
    documents: DocumentsSettings,
    folder: PathBuf,
    shown_model: Option<ModelId>,
}

impl State {
    /// Settings that were read, for the data folder at `folder`.
    ///
    /// # Errors
    /// When the system gives no thread for writing them.
    pub(crate) fn new(settings: Settings, folder: PathBuf, wake: Wake) -> std::io::Result<Self> {
        let (outbox, failures) = channel(wake);
        let saver = Saver::start(outbox)?;
        let window = WindowSettings::of(&settings);
        let documents = DocumentsSettings::of(&settings);
        Ok(Self { settings, saver, failures, window, documents, folder, shown_model: None })
    }

    /// What the window remembers of itself.
    pub(crate) fn window(&self) -> &WindowSettings {
        &self.window
    }

    /// What the person chose for their documents.
    pub(crate) fn documents(&self) -> &DocumentsSettings {
        &self.documents
    }

    /// Where everything lies.
    pub(crate) fn folder(&self) -> &std::path::Path {
        &self.folder
    }

    /// The model whose settings the page shows, if one was picked.
    pub(crate) fn shown_model(&self) -> Option<&ModelId> {
        self.shown_model.as_ref()
    }

    /// What is set for a model.
    pub(crate) fn for_model(&self, model: &ModelId) -> Overrides {
        self.settings.model(model)
    }

    /// What applies to a model with these defaults in a conversation with these overrides.
    pub(crate) fn effective(
        &self,
        model: Option<&ModelId>,
        defaults: &ModelSettings,
        conversation: &Overrides,
    ) -> ModelSettings {
        let for_model = model.map(|model| self.settings.model(model)).unwrap_or_default();
        effective(defaults, &[&for_model, conversation])
    }

    /// Changes what the window remembers of itself.
    pub(crate) fn change_window(&mut self, change: impl FnOnce(&mut WindowSettings)) {
        change(&mut self.window);
        self.keep(SECTION, &self.window.clone());
    }

    fn keep<T: serde::Serialize>(&mut self, section: &str, values: &T) {
        if let Err(error) = self.settings.set_section(section, values) {
            tracing::warn!("{error}");
        }
        self.saver.save(self.settings.clone());
    }

    /// Applies theme and text size to the window.
    pub(crate) fn apply(&self, ctx: &egui::Context) {
        look::set_theme(ctx, self.window.theme.preference());
        look::set_text_size(ctx, self.window.text_size);
    }

    /// Tells of settings that could not be written.
    pub(crate) fn hear(&mut self, reach: &mut Reach<'_>) {
        for error in self.failures.try_iter() {
            reach.notices.failed(error.to_string());
        }
    }

    /// Carries out one action.
    pub(crate) fn run(&mut self, action: Action, reach: &mut Reach<'_>) {
        match action {
            Action::SetTheme(theme) => {
                self.change_window(|window| window.theme = theme);
                self.apply(reach.ctx);
            }
            Action::SetTextSize(size) => {
                let (least, most) = (*look::TEXT_SCALES.start(), *look::TEXT_SCALES.end());
                self.change_window(|window| window.text_size = size.clamp(least, most));
                self.apply(reach.ctx);
            }
            Action::SetForModel { model, key, value } => {
                let mut overrides = self.settings.model(&model);
                match overrides.set(key, value) {
                    Ok(()) => self.settings.set_model(&model, &overrides),
                    Err(error) => reach.notices.failed(error.to_string()),
                }
                self.saver.save(self.settings.clone());
                reach.then(crate::chat::Action::DraftChanged);
            }
            Action::ResetModel(model) => {
                self.settings.set_model(&model, &Overrides::default());
                self.saver.save(self.settings.clone());
            }
            Action::SetReranker(model) => {
                self.documents.set_reranker(model.clone());
                self.keep(DocumentsSettings::SECTION, &self.documents.clone());
                reach.then(crate::documents::Action::ChooseReranker(model));
            }
            Action::ShowModel(model) => self.shown_model = Some(model),
            Action::OpenFolder => open_outside(self.folder.clone(), reach),
        }
    }
}

/// Starting another program takes its time, so it has a thread of its own.
pub(crate) fn open_outside(path: PathBuf, reach: &Reach<'_>) {
    let complaints = reach.complaints.clone();
    let opened = std::thread::Builder::new().name("open outside".to_owned()).spawn(move || {
        if let Err(error) = open::that_detached(&path) {
            complaints.send(format!("Cannot open {}: {error}", path.display()));
        }
    });
    if let Err(error) = opened {
        reach.complaints.send(format!("Cannot open it: {error}"));
    }
}

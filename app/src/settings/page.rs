//! Draws the settings page: the window, documents, then the settings of one model.

use egui::Ui;
use engine::models::ModelId;
use engine::settings::{ModelSettings, Scope, all};

use super::{Action, Draft, Theme, setting_ui};
use crate::action::Actions;
use crate::app::State;
use crate::look::{self, Tone, space};
use crate::{models, shell};

/// The page.
pub(crate) fn settings_ui(ui: &mut Ui, state: &State, draft: &mut Draft, actions: &mut Actions) {
    shell::column_ui(ui, |ui| {
        look::page_title(ui, "Settings");
        ui.add_space(space::WIDE);
        look::card(ui, |ui| appearance_ui(ui, state, actions));
        ui.add_space(space::NORMAL);
        look::card(ui, |ui| folder_ui(ui, state, actions));
        ui.add_space(space::NORMAL);
        look::card(ui, |ui| documents_ui(ui, state, actions));
        ui.add_space(space::NORMAL);
        model_ui(ui, state, draft, actions);
        ui.add_space(space::NORMAL);
        look::card(ui, |ui| about_ui(ui, state));
    });
}

fn appearance_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    look::section_title(ui, "Appearance");
    ui.add_space(space::TIGHT);
    let window = state.settings.window();
    let mut theme = window.theme;
    let themes = [(Theme::System, "As the system"), (Theme::Light, "Light"), (Theme::Dark, "Dark")];
    if look::tabs(ui, "Theme", &mut theme, &themes).changed() {
        actions.push(Action::SetTheme(theme).into());
    }
    ui.add_space(space::NORMAL);
    let mut size = (window.text_size * 100.0).round() as u32;
    let range =
        (*look::TEXT_SCALES.start() * 100.0) as u32..=(*look::TEXT_SCALES.end() * 100.0) as u32;
    let slider = look::Slider::new("Text size", &mut size, range).step(5.0).suffix(" %");
    // A slider that changes the size of everything moves under the pointer, so the size waits
    // until it is let go.
    let response = ui.add(slider);
    if response.changed() && !ui.input(|input| input.pointer.any_down()) {
        actions.push(Action::SetTextSize(size as f32 / 100.0).into());
    }
}

fn folder_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    look::section_title(ui, "Data folder");
    look::label(
        ui,
        "Conversations, models and settings lie here. The folder can be moved or copied",
    );
    look::muted(ui, &state.settings.folder().display().to_string());
    ui.add_space(space::TIGHT);
    if look::button(ui, "Open folder").clicked() {
        actions.push(Action::OpenFolder.into());
    }
}

/// The models that have settings.
fn with_settings(state: &State) -> impl Iterator<Item = &models::Row> {
    state.models.rows().iter().filter(|row| !row.entry.is_reranker)
}

/// The model whose settings are shown: the one picked here, or the one that answers.
fn shown_model(state: &State) -> Option<ModelId> {
    let picked = state.settings.shown_model().filter(|id| state.models.row(id).is_some());
    let current = state.models.answering().map(|model| &model.id);
    let first = with_settings(state).next().map(|row| &row.entry.id);
    picked.or(current).or(first).cloned()
}

fn model_ui(ui: &mut Ui, state: &State, draft: &mut Draft, actions: &mut Actions) {
    look::card(ui, |ui| {
        look::section_title(ui, "How a model answers");
        let Some(shown) = shown_model(state) else {
            look::muted(ui, "Add a model first; each has settings of its own");
            return;
        };
        let mut chosen = shown.clone();
        let options: Vec<_> = with_settings(state)
            .map(|row| (row.entry.id.clone(), row.entry.name.as_str()))
            .collect();
        if look::choice(ui, "Model", &mut chosen, &options).changed() {
            actions.push(Action::ShowModel(chosen).into());
        }
        look::muted(
            ui,
            "These apply to all conversations with this model; a conversation can have its own",
        );
        ui.add_space(space::NORMAL);
        rows_ui(ui, state, &shown, draft, actions);
    });
}

fn rows_ui(ui: &mut Ui, state: &State, shown: &ModelId, draft: &mut Draft, actions: &mut Actions) {
    let defaults: &ModelSettings = state.models.defaults(Some(shown));
    let overrides = state.settings.for_model(shown);
    let current = state.models.answering().is_some_and(|model| model.id == *shown);
    let trained = state.models.row(shown).map_or(0, |row| row.entry.context_length);
    let mut heading = None;
    ui.push_id(shown, |ui| {
        for setting in all() {
            if heading != Some(setting.group) {
                heading = Some(setting.group);
                ui.add_space(space::NORMAL);
                look::strong(ui, setting.group.label());
                if setting.scope == Scope::Load {
                    load_ui(ui, state, shown, current, actions);
                }
                ui.add_space(space::TIGHT);
            }
            if let Some(value) = setting_ui(ui, setting, defaults, &overrides, trained, draft) {
                let (model, key) = (shown.clone(), setting.key);
                actions.push(Action::SetForModel { model, key, value }.into());
            }
        }
    });
    if !overrides.is_empty() && look::button(ui, "Reset all settings of this model").clicked() {
        actions.push(Action::ResetModel(shown.clone()).into());
    }
}

/// How a load of the shown model goes on or has failed, and the way to load it again.
fn load_ui(ui: &mut Ui, state: &State, shown: &ModelId, current: bool, actions: &mut Actions) {
    if let Some(failure) = state.models.failure().filter(|it| it.id.as_ref() == Some(shown)) {
        models::failure_ui(ui, failure, actions);
    }
    match state.models.loading().filter(|loading| loading.id == *shown) {
        Some(loading) => models::loading_ui(ui, loading, actions),
        None if current => reload_ui(ui, state, actions),
        None => {}
    }
}

fn reload_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    if state.models.needs_reload(&state.settings) {
        ui.horizontal(|ui| {
            look::badge(ui, "Takes effect when the model is loaded again", Tone::Warning);
            if look::button(ui, "Reload model").clicked() {
                actions.push(models::Action::Reload.into());
            }
        });
    }
}

fn documents_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    look::section_title(ui, "Documents");
    let chosen = state.settings.documents().reranker();
    let rows = state.models.rows().iter();
    let usable: Vec<_> =
        rows.filter(|row| row.entry.is_reranker && row.entry.problem.is_none()).collect();
    let is_gone = |id: &ModelId| !usable.iter().any(|row| row.entry.id == *id);
    let gone = chosen.clone().filter(|id| state.models.is_listed() && is_gone(id));
    if usable.is_empty() && gone.is_none() {
        look::muted(
            ui,
            "A reranker reads what was found once more and orders it. There is none among your models",
        );
        if look::button(ui, "Models…").clicked() {
            actions.push(shell::Action::Show(shell::Page::Models).into());
        }
        return;
    }
    let mut options = vec![(None, "None")];
    options.extend(usable.iter().map(|row| (Some(row.entry.id.clone()), row.entry.name.as_str())));
    options.extend(gone.iter().map(|id| (Some(id.clone()), id.0.as_str())));
    let mut picked = chosen;
    if look::choice(ui, "Reranker", &mut picked, &options).changed() {
        actions.push(Action::SetReranker(picked).into());
    }
    look::caption(
        ui,
        "Reads the best of what was found together with the question and orders it. It takes time for \
         each question and is not better with every kind of document",
    );
    if let Some(id) = &gone {
        look::error_text(ui, &format!("{id} is not among your models: nothing is reordered"));
    }
}

fn about_ui(ui: &mut Ui, state: &State) {
    look::section_title(ui, "About");
    look::label(ui, &format!("Satchel {}", env!("CARGO_PKG_VERSION")));
    let words = match state.models.answering() {
        Some(model) => format!(
            "llama.cpp answers with {} threads, up to {} conversations at a time; the model was loaded in {:.1} s",
            model.threads,
            model.sequences,
            model.load_millis as f64 / 1000.0
        ),
        None => "llama.cpp is ready; no model is loaded".to_owned(),
    };
    look::muted(ui, &words);
}

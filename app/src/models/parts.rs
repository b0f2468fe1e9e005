//! The pieces about models that several pages show: opening a file, a load and its failure, the
//! card in the sidebar, the button in the top bar.

use egui::{Align, Layout, Popup, Ui};

use super::row::Row;
use super::state::{Failure, Loading};
use super::{Action, Draft, State};
use crate::action::Actions;
use crate::demo::labelled;
use crate::look::{self, Button, ButtonKind, Icon, Tone, space};
use crate::measures::{bytes, grouped};
use crate::{conversations, shell};
use engine::models::library::DEMO;

/// The ways to open a model file: the desktop's dialog, a typed path, dropping it.
pub(crate) fn open_file_ui(
    ui: &mut Ui,
    models: &State,
    draft: &mut Draft,
    dialog_open: bool,
    actions: &mut Actions,
) {
    look::card(ui, |ui| {
        look::section_title(ui, "Open a model file");
        look::label(
            ui,
            "A GGUF file, as most open models are published. Drop it on this window, or:",
        );
        ui.add_space(space::TIGHT);
        ui.add_enabled_ui(!dialog_open && models.working().is_none(), |ui| {
            let browse = Button::new("Choose a file…").icon(Icon::FolderOpen);
            if ui.add(browse.kind(ButtonKind::Primary)).clicked() {
                actions.push(Action::Browse.into());
            }
        });
        if dialog_open {
            look::muted(ui, "Waiting for the file dialog…");
        }
        ui.add_space(space::TIGHT);
        path_ui(ui, models, draft, actions);
    });
}

fn path_ui(ui: &mut Ui, models: &State, draft: &mut Draft, actions: &mut Actions) {
    if let Some(hint) = models.path_hint() {
        look::muted(ui, hint);
    }
    let field = look::text_field(ui, "Path of the file", &mut draft.path, "~/Downloads/model.gguf");
    if std::mem::take(&mut draft.focus_path) {
        field.request_focus();
    }
    let entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
    let ready = !draft.path.trim().is_empty() && models.working().is_none();
    let mut asked = None;
    ui.horizontal(|ui| {
        ui.add_enabled_ui(ready, |ui| {
            if look::button(ui, "Open").clicked() || (entered && ready) {
                asked = Some(Action::OpenPath(conversations::absolute(&draft.path)));
            }
            let copy = look::button(ui, "Copy into the data folder");
            if copy.on_hover_text("Then the file can be moved or deleted").clicked() {
                asked = Some(Action::CopyIn(conversations::absolute(&draft.path)));
            }
        });
    });
    if let Some(working) = models.working() {
        look::muted(ui, working);
    }
    actions.extend(asked.map(Into::into));
}

/// A load that is running, with the way to give it up.
pub(crate) fn loading_ui(ui: &mut Ui, loading: &Loading, actions: &mut Actions) {
    look::card(ui, |ui| {
        look::section_title(ui, &format!("Loading {}", loading.name));
        look::progress_bar(ui, "Loading the model", loading.fraction);
        ui.add_space(space::TIGHT);
        if look::button(ui, "Cancel loading").clicked() {
            actions.push(Action::CancelLoad.into());
        }
    });
}

/// The same on one line.
pub(crate) fn loading_words_ui(ui: &mut Ui, loading: &Loading) {
    let words = match loading.fraction {
        Some(fraction) => format!("Loading {}… {:.0} %", loading.name, fraction * 100.0),
        None => format!("Loading {}…", loading.name),
    };
    look::muted(ui, &words);
}

/// Why a model was not loaded, and what can be done.
pub(crate) fn failure_ui(ui: &mut Ui, failure: &Failure, actions: &mut Actions) {
    look::card(ui, |ui| {
        ui.horizontal(|ui| {
            look::badge(ui, "Not loaded", Tone::Danger);
            look::strong(ui, &failure.name);
        });
        look::error_text(ui, &failure.words);
        ui.add_space(space::TIGHT);
        ui.horizontal_wrapped(|ui| {
            if let Some(id) = &failure.id {
                if let Some(tokens) = failure.fitting_context {
                    let words = format!("Load with a context of {} tokens", grouped(tokens));
                    if look::primary_button(ui, &words).clicked() {
                        let (model, context_length) = (id.clone(), tokens);
                        actions.push(Action::LoadSmaller { model, context_length }.into());
                    }
                }
                if look::button(ui, "Try again").clicked() {
                    actions.push(Action::Load(id.clone()).into());
                }
            }
            if look::button(ui, "Dismiss").clicked() {
                actions.push(Action::DismissFailure.into());
            }
        });
    });
}

/// A model with its facts and a button to load it.
pub(crate) fn short_row_ui(ui: &mut Ui, row: &Row, actions: &mut Actions) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let name = format!("Load {}", row.entry.name);
            if look::named_button(ui, "Load", &name).clicked() {
                actions.push(Action::Load(row.entry.id.clone()).into());
            }
            ui.with_layout(Layout::top_down(Align::Min), |ui| {
                look::truncated(ui, &row.entry.name);
                look::muted(ui, &row.facts());
            });
        });
    });
}

/// The card at the foot of the sidebar: which model is loaded.
pub(crate) fn card_ui(ui: &mut Ui, models: &State, busy: bool) {
    look::card(ui, |ui| {
        if let Some(loading) = models.loading() {
            look::truncated(ui, &format!("Loading {}", loading.name));
            look::progress_bar(ui, "Loading the model", loading.fraction);
            return;
        }
        let Some(model) = models.answering() else {
            ui.horizontal(|ui| {
                look::status_dot(ui, "No model is loaded", Tone::Neutral);
                look::muted(ui, "No model is loaded");
            });
            return;
        };
        ui.horizontal(|ui| {
            let (words, tone) =
                if busy { ("Writing", Tone::Accent) } else { ("Ready", Tone::Good) };
            look::status_dot(ui, words, tone);
            look::truncated(ui, &model.name);
        });
        let words = if model.id.0 == DEMO {
            "A demonstration, not a real model".to_owned()
        } else {
            format!(
                "{}  ·  context {}  ·  {} threads",
                bytes(model.size),
                grouped(model.context_length),
                model.threads
            )
        };
        look::caption(ui, &words);
        if let Some(note) = &model.template_note {
            look::caption(ui, note);
        }
    });
}

/// The button that says which model answers and opens the list of those that could.
pub(crate) fn model_button_ui(ui: &mut Ui, models: &State, actions: &mut Actions) {
    let name = match (models.loading(), models.answering()) {
        (Some(loading), _) => format!("Loading {}…", loading.name),
        (None, Some(model)) => labelled(&model.name),
        (None, None) => "No model".to_owned(),
    };
    let button = ui.add(Button::new(&name).icon(Icon::Cpu).drops_down().round());
    Popup::menu(&button).show(|ui| {
        for row in models.rows().iter().filter(|row| row.can_chat() || row.entry.is_demo) {
            ui.push_id(&row.entry.id, |ui| {
                let loaded = models.answering().is_some_and(|model| model.id == row.entry.id);
                let icon = if loaded { Icon::Check } else { Icon::Cpu };
                let name = labelled(&row.entry.name);
                if look::menu_item(ui, icon, &name).clicked() && !loaded {
                    actions.push(Action::Load(row.entry.id.clone()).into());
                }
            });
        }
        look::menu_separator(ui);
        if models.answering().is_some() && look::menu_item(ui, Icon::Power, "Unload").clicked() {
            actions.push(Action::Unload.into());
        }
        if look::menu_item(ui, Icon::FolderOpen, "All models…").clicked() {
            actions.push(shell::Action::Show(shell::Page::Models).into());
        }
    });
}

//! Draws the page with all models, and the dialog before one is removed.

use egui::{Align, Layout, Ui};

use super::parts;
use super::row::Row;
use super::{Action, Draft, State};
use crate::action::Actions;
use crate::look::{self, Icon, Tone, space};
use crate::{settings, shell};

/// The page.
pub(crate) fn models_ui(
    ui: &mut Ui,
    models: &State,
    draft: &mut Draft,
    dialog_open: bool,
    actions: &mut Actions,
) {
    shell::column_ui(ui, |ui| {
        ui.horizontal(|ui| {
            look::page_title(ui, "Models");
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if look::icon_button(ui, Icon::RefreshCw, "Look at the disk again").clicked() {
                    actions.push(Action::Refresh.into());
                }
            });
        });
        ui.add_space(space::NORMAL);
        if let Some(failure) = models.failure() {
            parts::failure_ui(ui, failure, actions);
            ui.add_space(space::NORMAL);
        }
        if let Some(loading) = models.loading() {
            parts::loading_ui(ui, loading, actions);
            ui.add_space(space::NORMAL);
        }
        parts::open_file_ui(ui, models, draft, dialog_open, actions);
        ui.add_space(space::WIDE);
        if !models.is_listed() {
            look::muted(ui, "Looking at the disk…");
        }
        for row in models.rows() {
            ui.push_id(&row.entry.id, |ui| row_ui(ui, models, row, actions));
            ui.add_space(space::NORMAL);
        }
    });
}

fn row_ui(ui: &mut Ui, models: &State, row: &Row, actions: &mut Actions) {
    let entry = &row.entry;
    let loaded = models.answering().is_some_and(|model| model.id == entry.id);
    look::card(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            look::strong(ui, &entry.name);
            if loaded {
                look::badge(ui, "Loaded", Tone::Good);
            }
            if entry.is_demo {
                look::badge(ui, "Demonstration", Tone::Warning);
            }
            if entry.is_embedding {
                look::badge(ui, "For searching, not for chat", Tone::Neutral);
            }
            if entry.is_reranker {
                look::badge(ui, "For ranking passages, not for chat", Tone::Neutral);
            }
            if let Some((words, tone)) = row.verdict.words().filter(|_| !loaded) {
                look::badge(ui, &words, tone);
            }
        });
        look::muted(ui, &row.facts());
        look::caption(ui, &entry.path.display().to_string());
        if let Some(problem) = &entry.problem {
            look::error_text(ui, problem);
        }
        ui.add_space(space::TIGHT);
        ui.horizontal_wrapped(|ui| buttons_ui(ui, models, row, loaded, actions));
    });
}

fn buttons_ui(ui: &mut Ui, models: &State, row: &Row, loaded: bool, actions: &mut Actions) {
    let entry = &row.entry;
    let named = |verb: &str| format!("{verb} {}", entry.name);
    if loaded {
        if look::named_button(ui, "Unload", &named("Unload")).clicked() {
            actions.push(Action::Unload.into());
        }
    } else if entry.can_chat() {
        ui.add_enabled_ui(models.loading().is_none(), |ui| {
            if look::named_button(ui, "Load", &named("Load")).clicked() {
                actions.push(Action::Load(entry.id.clone()).into());
            }
        });
    }
    if entry.can_chat() {
        let name = format!("Settings of {}", entry.name);
        if look::named_button(ui, "Settings…", &name).clicked() {
            actions.push(settings::Action::ShowModel(entry.id.clone()).into());
            actions.push(shell::Action::Show(shell::Page::Settings).into());
        }
    }
    if !entry.is_demo && look::named_button(ui, "Remove…", &named("Remove")).clicked() {
        actions.push(Action::AskRemove(entry.id.clone()).into());
    }
}

/// Asks before a model is removed, and says whether a file goes with it.
pub(crate) fn remove_dialog_ui(ctx: &egui::Context, row: &Row, actions: &mut Actions) {
    let title = format!("Remove {}?", row.entry.name);
    let modal = look::modal(ctx, egui::Id::unique("remove model"), &title, |ui| {
        ui.set_width(440.0);
        let words = if row.is_reference {
            "It disappears from the list. The file stays where it is".to_owned()
        } else {
            format!(
                "Its file of {} is deleted from the data folder. This cannot be undone",
                crate::measures::bytes(row.entry.size)
            )
        };
        look::label(ui, &words);
        look::caption(ui, &row.entry.path.display().to_string());
        ui.add_space(space::WIDE);
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let words = if row.is_reference { "Remove" } else { "Delete the file" };
                if look::danger_button(ui, words).clicked() {
                    actions.push(Action::Remove(row.entry.id.clone()).into());
                }
                if look::button(ui, "Keep it").clicked() {
                    actions.push(Action::KeepModel.into());
                }
            });
        });
    });
    if modal.backdrop_response.clicked() {
        actions.push(Action::KeepModel.into());
    }
}

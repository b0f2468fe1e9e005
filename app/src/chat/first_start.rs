//! The first page: the ways to a model, while none is loaded.

use egui::Ui;

use crate::action::Actions;
use crate::look::{self, Icon, space};
use crate::models::{self, Action, Draft};
use crate::shell;

/// Draws the page.
pub(super) fn first_start_ui(
    ui: &mut Ui,
    models: &models::State,
    draft: &mut Draft,
    dialog_open: bool,
    actions: &mut Actions,
) {
    shell::column_ui(ui, |ui| {
        ui.add_space(space::WIDE);
        look::page_title(ui, "Welcome to Satchel");
        look::label(
            ui,
            "Satchel talks to a language model that runs on this computer. Nothing leaves it. Choose a model to begin",
        );
        ui.add_space(space::WIDE);
        if let Some(failure) = models.failure() {
            models::failure_ui(ui, failure, actions);
            ui.add_space(space::NORMAL);
        }
        if let Some(loading) = models.loading() {
            models::loading_ui(ui, loading, actions);
            return;
        }
        models::open_file_ui(ui, models, draft, dialog_open, actions);
        ui.add_space(space::NORMAL);
        on_disk_ui(ui, models, actions);
        demonstration_ui(ui, models, actions);
    });
}

fn on_disk_ui(ui: &mut Ui, models: &models::State, actions: &mut Actions) {
    let usable: Vec<_> = models.rows().iter().filter(|row| row.can_chat()).collect();
    if usable.is_empty() {
        return;
    }
    look::card(ui, |ui| {
        look::section_title(ui, "Models on this computer");
        for row in usable {
            ui.push_id(&row.entry.id, |ui| models::short_row_ui(ui, row, actions));
        }
    });
    ui.add_space(space::NORMAL);
}

fn demonstration_ui(ui: &mut Ui, models: &models::State, actions: &mut Actions) {
    look::card(ui, |ui| {
        ui.horizontal(|ui| {
            look::section_title(ui, "Nothing at hand?");
            look::badge(ui, "Demonstration", look::Tone::Warning);
        });
        look::label(
            ui,
            "A tiny model of 8 MB comes with Satchel, to try streaming, stopping, editing and the settings at once. It writes English sentences and knows very little",
        );
        ui.add_space(space::TIGHT);
        ui.add_enabled_ui(models.working().is_none(), |ui| {
            let button = look::Button::new("Try it now").icon(Icon::Play);
            if ui.add(button).clicked() {
                actions.push(Action::TryDemo.into());
            }
        });
    });
}

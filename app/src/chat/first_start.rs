//! The first page: the ways to a model, while none is loaded.

use egui::Ui;
use engine::documents::store::Collection;

use crate::action::Actions;
use crate::look::{self, Icon, space};
use crate::models::{self, Action, Draft};
use crate::{documents, shell};

/// So many collections are offered; the page of documents has the others.
const MOST_COLLECTIONS: usize = 5;

/// Draws the page.
pub(super) fn first_start_ui(
    ui: &mut Ui,
    models: &models::State,
    collections: &[Collection],
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
        documents_ui(ui, collections, actions);
        models::open_file_ui(ui, models, draft, dialog_open, actions);
        ui.add_space(space::NORMAL);
        on_disk_ui(ui, models, actions);
        demonstration_ui(ui, models, actions);
    });
}

/// Documents that can be asked all the same, where there are some.
fn documents_ui(ui: &mut Ui, collections: &[Collection], actions: &mut Actions) {
    let full: Vec<_> = collections.iter().filter(|collection| collection.chunks > 0).collect();
    if full.is_empty() {
        return;
    }
    look::card(ui, |ui| {
        look::section_title(ui, "Ask your documents");
        look::label(ui, "Without a model, answers are sentences of your documents, word for word");
        for collection in full.into_iter().take(MOST_COLLECTIONS) {
            ui.horizontal(|ui| {
                documents::ask_ui(ui, collection, actions);
                look::truncated(ui, &collection.name);
            });
        }
    });
    ui.add_space(space::NORMAL);
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

//! Draws the form of an app that is no script: who a model is told to be.

use egui::Ui;
use engine::settings::ModelSettings;
use scripting::manifest::{Assistant, assistant_settings};

use crate::action::Actions;
use crate::app::{Drafts, State};
use crate::look::{self, space};
use crate::scripts::{Action, Row};
use crate::settings;

/// Draws the form; one that came with Satchel can be read and not changed.
pub(super) fn assistant_ui(
    ui: &mut Ui,
    state: &State,
    row: &Row,
    drafts: &mut Drafts,
    actions: &mut Actions,
) {
    let Some(kept) = row.manifest().and_then(|manifest| manifest.assistant.as_ref()) else {
        return;
    };
    let id = &row.app.id;
    if drafts.scripts.assistant.as_ref().is_none_or(|(app, _)| app != id) {
        drafts.scripts.assistant = Some((id.clone(), kept.clone()));
    }
    let Some((_, assistant)) = &mut drafts.scripts.assistant else { return };
    look::card(ui, |ui| {
        look::section_title(ui, "Assistant");
        ui.add_enabled_ui(!row.is_shipped(), |ui| {
            fields_ui(ui, state, assistant, &mut drafts.settings);
        });
        if row.is_shipped() {
            look::muted(ui, "This one came with Satchel: make it yours to change it");
            return;
        }
        ui.add_space(space::NORMAL);
        let changed = assistant != kept;
        ui.horizontal(|ui| {
            ui.add_enabled_ui(changed && !assistant.system_prompt.trim().is_empty(), |ui| {
                if look::primary_button(ui, "Save assistant").clicked() {
                    let assistant = Box::new(assistant.clone());
                    actions.push(Action::SaveAssistant(id.clone(), assistant).into());
                }
            });
            ui.add_enabled_ui(changed, |ui| {
                if look::button(ui, "Undo changes").clicked() {
                    assistant.clone_from(kept);
                }
            });
        });
    });
}

fn fields_ui(ui: &mut Ui, state: &State, assistant: &mut Assistant, draft: &mut settings::Draft) {
    let hint = "You are a patient teacher…";
    look::long_text_field(ui, "Who it is", &mut assistant.system_prompt, hint, 5);
    ui.add_space(space::TIGHT);
    let mut model = assistant.model.clone().unwrap_or_default();
    let mut rows = vec![(String::new(), "The one in use")];
    let models = state.models.rows().iter().filter(|row| row.entry.can_chat());
    rows.extend(models.map(|row| (row.entry.id.0.clone(), row.entry.name.as_str())));
    if look::choice(ui, "Model", &mut model, &rows).changed() {
        assistant.model = Some(model).filter(|model| !model.is_empty());
    }
    let mut questions = assistant.questions.join("\n");
    let field = look::long_text_field(ui, "Suggested questions", &mut questions, "One a line", 2);
    if field.changed() {
        assistant.questions = questions.split('\n').map(str::to_owned).collect();
    }
    ui.add_space(space::NORMAL);
    egui::CollapsingHeader::new("How the model answers").show(ui, |ui| {
        let below = ModelSettings::default();
        for setting in assistant_settings() {
            let change = settings::setting_ui(ui, setting, &below, &assistant.settings, 0, draft);
            if let Some(value) = change
                && let Err(error) = assistant.settings.set(setting.key, value)
            {
                look::error_text(ui, &error.to_string());
            }
        }
    });
}

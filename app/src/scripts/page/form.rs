//! Draws the settings that an app's manifest names.

use egui::Ui;
use scripting::manifest::{SettingKind, SettingRow};
use serde_json::Value;

use crate::action::Actions;
use crate::app::State;
use crate::look::{self, Icon, space};
use crate::scripts::{Action, Draft, Row};

/// Draws the form, if there is anything to set.
pub(super) fn form_ui(
    ui: &mut Ui,
    state: &State,
    row: &Row,
    draft: &mut Draft,
    actions: &mut Actions,
) {
    let Some(manifest) = row.manifest().filter(|manifest| !manifest.settings.is_empty()) else {
        return;
    };
    look::card(ui, |ui| {
        look::section_title(ui, "Settings");
        for setting in &manifest.settings {
            ui.push_id(&setting.key, |ui| setting_ui(ui, state, row, setting, draft, actions));
            ui.add_space(space::TIGHT);
        }
    });
    ui.add_space(space::NORMAL);
}

fn setting_ui(
    ui: &mut Ui,
    state: &State,
    row: &Row,
    setting: &SettingRow,
    draft: &mut Draft,
    actions: &mut Actions,
) {
    let value = row.values.get(&setting.key).unwrap_or(&setting.default);
    let mut change = None;
    ui.horizontal_top(|ui| {
        let room = space::ICON_BUTTON + space::NORMAL;
        ui.vertical(|ui| {
            ui.set_width((ui.available_width() - room).max(120.0));
            change = value_ui(ui, state, row, setting, value, draft);
        });
        let own = *value != setting.default || row.secrets.contains(&setting.key);
        let name = format!("Reset {}", setting.title);
        if own && look::icon_button(ui, Icon::RotateCcw, &name).clicked() {
            draft.settings.remove(&(row.app.id.clone(), setting.key.clone()));
            change = Some(None);
        }
    });
    if !setting.description.is_empty() {
        look::caption(ui, &setting.description);
    }
    if let Some(value) = change {
        let (app, key) = (row.app.id.clone(), setting.key.clone());
        actions.push(Action::SetSetting { app, key, value }.into());
    }
}

/// A change: the new value, or `None` for the default.
type Change = Option<Option<Value>>;

fn value_ui(
    ui: &mut Ui,
    state: &State,
    row: &Row,
    setting: &SettingRow,
    value: &Value,
    draft: &mut Draft,
) -> Change {
    let title = setting.title.as_str();
    match &setting.kind {
        SettingKind::Switch => {
            let mut on = value.as_bool().unwrap_or_default();
            look::switch(ui, title, &mut on).changed().then(|| Some(Value::from(on)))
        }
        SettingKind::Integer { from, to } => {
            let mut number = value.as_i64().unwrap_or_default();
            let changed = if to.saturating_sub(*from) <= 100 {
                look::slider(ui, title, &mut number, *from..=*to).changed()
            } else {
                look::count_field(ui, title, &mut number, *from..=*to).changed()
            };
            changed.then(|| Some(Value::from(number)))
        }
        SettingKind::Number { from, to } => {
            let mut number = value.as_f64().unwrap_or_default();
            let changed = if to - from <= 1_000.0 {
                look::slider(ui, title, &mut number, *from..=*to).changed()
            } else {
                look::count_field(ui, title, &mut number, *from..=*to).changed()
            };
            changed.then(|| Some(Value::from(number)))
        }
        SettingKind::Choice { options } => {
            let mut chosen = value.as_str().unwrap_or_default();
            let rows: Vec<_> =
                options.iter().map(|option| (option.as_str(), option.as_str())).collect();
            look::choice(ui, title, &mut chosen, &rows).changed().then(|| Some(Value::from(chosen)))
        }
        SettingKind::Model => model_ui(ui, state, title, value),
        SettingKind::Text { lines } => text_ui(ui, row, setting, value, *lines, draft),
        SettingKind::Collection | SettingKind::File => text_ui(ui, row, setting, value, 1, draft),
        SettingKind::Secret => secret_ui(ui, row, setting, draft),
    }
}

fn model_ui(ui: &mut Ui, state: &State, title: &str, value: &Value) -> Change {
    let mut chosen = value.as_str().unwrap_or_default();
    let mut rows = vec![("", "The one in use")];
    let models = state.models.rows().iter().filter(|row| row.entry.problem.is_none());
    rows.extend(models.map(|row| (row.entry.id.0.as_str(), row.entry.name.as_str())));
    let changed = look::choice(ui, title, &mut chosen, &rows).changed();
    changed.then(|| (!chosen.is_empty()).then(|| Value::from(chosen)))
}

/// A text, kept when the field is left: an app is not told of every letter.
fn text_ui(
    ui: &mut Ui,
    row: &Row,
    setting: &SettingRow,
    value: &Value,
    lines: u32,
    draft: &mut Draft,
) -> Change {
    let key = (row.app.id.clone(), setting.key.clone());
    let kept = value.as_str().unwrap_or_default();
    let typed = draft.settings.entry(key.clone()).or_insert_with(|| kept.to_owned());
    let hint = match setting.kind {
        SettingKind::File => "Path of a file",
        SettingKind::Collection => "Name of a collection",
        _ => "",
    };
    let field = if lines > 1 {
        look::long_text_field(ui, &setting.title, typed, hint, lines as usize)
    } else {
        look::text_field(ui, &setting.title, typed, hint)
    };
    if field.has_focus() {
        return None;
    }
    let typed = draft.settings.remove(&key)?;
    (typed != kept).then(|| Some(Value::from(typed)))
}

/// A text that is never shown: what is typed takes the place of what is kept.
fn secret_ui(ui: &mut Ui, row: &Row, setting: &SettingRow, draft: &mut Draft) -> Change {
    let key = (row.app.id.clone(), setting.key.clone());
    let is_set = row.secrets.contains(&setting.key);
    let hint = if is_set { "Set; type to change it" } else { "Not set" };
    let typed = draft.settings.entry(key.clone()).or_default();
    let name = look::label(ui, &setting.title);
    let field = ui.add(
        egui::TextEdit::singleline(typed)
            .password(true)
            .hint_text(hint)
            .desired_width(f32::INFINITY)
            .margin(egui::Margin::symmetric(10, 6)),
    );
    let field = field.labelled_by(name.id);
    if field.has_focus() {
        return None;
    }
    let typed = draft.settings.remove(&key)?;
    (!typed.is_empty()).then(|| Some(Value::from(typed)))
}

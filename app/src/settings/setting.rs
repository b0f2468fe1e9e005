//! Draws one row of the table of settings, whatever its kind.

use std::collections::HashMap;

use egui::Ui;
use engine::settings::{Kind, ModelSettings, Overrides, Setting, Value};

use crate::look::{self, Icon};

/// Lists while they are being typed, by the key of the setting and where it is shown.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    lists: HashMap<String, String>,
}

/// A change: the new value, or `None` to go back to what lies below.
pub(crate) type Change = Option<Option<Value>>;

/// Draws a setting: `below` is what applies where `overrides` say nothing. The model was trained for
/// contexts of `trained` tokens; 0 if that is unknown.
pub(crate) fn setting_ui(
    ui: &mut Ui,
    setting: &'static Setting,
    below: &ModelSettings,
    overrides: &Overrides,
    trained: u32,
    draft: &mut Draft,
) -> Change {
    let own = overrides.get(setting.key);
    let value = own.clone().or_else(|| setting.get(below));
    let mut change = None;
    ui.push_id(setting.key, |ui| {
        ui.horizontal_top(|ui| {
            let reset_width = look::space::ICON_BUTTON + look::space::NORMAL;
            ui.vertical(|ui| {
                ui.set_width((ui.available_width() - reset_width).max(120.0));
                change = value_ui(ui, setting, value, trained, draft);
            });
            if own.is_some() {
                let name = format!("Reset {}", setting.label);
                if look::icon_button(ui, Icon::RotateCcw, &name).clicked() {
                    draft.lists.retain(|key, _| !key.ends_with(setting.key));
                    change = Some(None);
                }
            }
        });
        look::caption(ui, setting.help);
    });
    ui.add_space(look::space::NORMAL);
    change
}

fn value_ui(
    ui: &mut Ui,
    setting: &'static Setting,
    value: Option<Value>,
    trained: u32,
    draft: &mut Draft,
) -> Change {
    match (setting.kind, value) {
        (Kind::LongText, value) => long_text_ui(ui, setting, value),
        (Kind::List, value) => list_ui(ui, setting, value, draft),
        (_, None) => automatic_ui(ui, setting, trained),
        (Kind::Number { from, to, step }, Some(value)) => {
            let mut number = as_number(&value);
            let slider = look::Slider::new(setting.label, &mut number, from..=to).step(step);
            ui.add(slider).changed().then_some(Some(Value::Number(number)))
        }
        (Kind::Count { from, to }, Some(value)) => {
            let mut count = as_number(&value) as u32;
            look::count_field(ui, setting.label, &mut count, from..=to)
                .changed()
                .then_some(Some(Value::Count(count)))
        }
        (Kind::Switch, Some(value)) => {
            let mut on = value == Value::Switch(true);
            look::switch(ui, setting.label, &mut on).changed().then_some(Some(Value::Switch(on)))
        }
        (Kind::Choice(choices), Some(value)) => {
            let mut chosen = match &value {
                Value::Text(text) => text.as_str(),
                _ => "",
            };
            let options: Vec<_> =
                choices.iter().map(|choice| (choice.value, choice.label)).collect();
            look::choice(ui, setting.label, &mut chosen, &options)
                .changed()
                .then(|| Some(Value::Text(chosen.to_owned())))
        }
    }
}

fn as_number(value: &Value) -> f64 {
    match value {
        Value::Number(number) => *number,
        Value::Count(count) => f64::from(*count),
        _ => 0.0,
    }
}

/// A setting that is left to the program, and the way to set it.
fn automatic_ui(ui: &mut Ui, setting: &'static Setting, trained: u32) -> Change {
    let mut change = None;
    ui.horizontal(|ui| {
        ui.set_min_height(look::space::CONTROL);
        look::label(ui, setting.label);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let name = format!("Set {}", setting.label);
            let button = look::Button::new("Set").kind(look::ButtonKind::Quiet);
            let response = ui.add(button);
            response.widget_info(|| {
                egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, &name)
            });
            if response.clicked() {
                change = Some(Some(first_value(setting, trained)));
            }
            look::muted(ui, setting.automatic.unwrap_or("automatic"));
        });
    });
    change
}

/// The context that a setting begins with, in tokens, where the model can take it.
const USUAL_CONTEXT: u32 = 8_192;

/// Where a setting begins that was automatic.
fn first_value(setting: &Setting, trained: u32) -> Value {
    match setting.kind {
        Kind::Number { from, to, .. } => Value::Number(f64::midpoint(from, to)),
        Kind::Count { from, to } => Value::Count(usual_count(setting.key, trained).clamp(from, to)),
        Kind::Switch => Value::Switch(true),
        Kind::Choice(choices) => {
            Value::Text(choices.first().map_or("", |choice| choice.value).to_owned())
        }
        Kind::List => Value::List(Vec::new()),
        Kind::LongText => Value::Text(String::new()),
    }
}

fn usual_count(key: &str, trained: u32) -> u32 {
    match key {
        "context_length" if (1..USUAL_CONTEXT).contains(&trained) => trained,
        "context_length" => USUAL_CONTEXT,
        "max_tokens" => 1_024,
        "threads" => std::thread::available_parallelism()
            .map_or(4, |threads| u32::try_from(threads.get()).unwrap_or(4)),
        _ => 0,
    }
}

fn long_text_ui(ui: &mut Ui, setting: &'static Setting, value: Option<Value>) -> Change {
    let mut text = match value {
        Some(Value::Text(text)) => text,
        _ => String::new(),
    };
    let hint = setting.automatic.unwrap_or_default();
    look::long_text_field(ui, setting.label, &mut text, hint, 4)
        .changed()
        .then(|| (!text.is_empty()).then_some(Value::Text(text)))
}

/// One text a line; `\n` stands for a line break within one.
fn list_ui(
    ui: &mut Ui,
    setting: &'static Setting,
    value: Option<Value>,
    draft: &mut Draft,
) -> Change {
    let list = match value {
        Some(Value::List(list)) => list,
        _ => Vec::new(),
    };
    let key = format!("{:?} {}", ui.scope_id(), setting.key);
    let text = draft.lists.entry(key).or_insert_with(|| lines_of(&list));
    // What was typed stays as typed, as long as it means the same.
    if list_of(text) != list {
        *text = lines_of(&list);
    }
    let changed = look::long_text_field(ui, setting.label, text, "One a line", 2).changed();
    changed.then(|| {
        let list = list_of(text);
        (!list.is_empty()).then_some(Value::List(list))
    })
}

fn lines_of(list: &[String]) -> String {
    let lines: Vec<_> =
        list.iter().map(|text| text.replace('\\', r"\\").replace('\n', r"\n")).collect();
    lines.join("\n")
}

fn list_of(text: &str) -> Vec<String> {
    text.lines().filter(|line| !line.is_empty()).map(unescaped).collect()
}

fn unescaped(line: &str) -> String {
    let mut text = String::new();
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match (character, characters.clone().next()) {
            ('\\', Some('n')) => {
                text.push('\n');
                characters.next();
            }
            ('\\', Some('\\')) => {
                text.push('\\');
                characters.next();
            }
            _ => text.push(character),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_survives_being_shown_as_lines() {
        let list: Vec<_> =
            ["</s>", "\nUser:", r"a\b", r"\n"].into_iter().map(str::to_owned).collect();
        assert_eq!(list_of(&lines_of(&list)), list);
    }

    #[test]
    fn empty_lines_are_no_texts() {
        assert_eq!(list_of("a\n\n"), ["a"]);
    }

    #[test]
    fn a_context_begins_no_longer_than_the_model_was_trained_for() {
        let contexts = [0, 2_048, 32_768].map(|trained| usual_count("context_length", trained));
        assert_eq!(contexts, [8_192, 2_048, 8_192]);
    }

    #[test]
    fn the_first_value_of_each_setting_is_one_that_it_takes() {
        for setting in engine::settings::all() {
            let mut overrides = Overrides::default();
            let value = first_value(setting, 0);
            assert_eq!(overrides.set(setting.key, Some(value)), Ok(()), "{}", setting.key);
        }
    }
}

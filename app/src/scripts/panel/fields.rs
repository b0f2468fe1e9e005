//! Widgets that a person changes. Each shows what was done until the script has heard of it.

use egui::accesskit::Role;
use egui::{DragValue, Frame, Key, Margin, TextEdit, Ui, WidgetInfo};
use scripting::panel::{Change, Node, Widget};

use super::Drawing;
use crate::look::{self, space};

/// Draws a field of any kind.
pub(super) fn field_ui(ui: &mut Ui, node: &Node, drawing: &mut Drawing<'_>) {
    let id = node.id;
    let kept = drawing.view.typed.of(id);
    let change = match &node.widget {
        Widget::TextEdit { label, value, hint, lines, secret } => {
            let text = match kept {
                Some(Change::Text(text) | Change::Entered(text)) => text.clone(),
                _ => value.clone(),
            };
            text_ui(ui, label, text, hint, *lines, *secret)
        }
        Widget::Slider { label, value, min, max, whole } => {
            let number = number(kept, *value);
            slider_ui(ui, label, number, *min, *max, *whole)
        }
        Widget::Number { label, value, whole } => {
            let mut value = number(kept, *value);
            number_ui(ui, label, &mut value, *whole).then_some(Change::Number(value))
        }
        Widget::Checkbox { label, on } => {
            let mut on = match kept {
                Some(Change::On(on)) => *on,
                _ => *on,
            };
            look::checkbox(ui, label, &mut on).changed().then_some(Change::On(on))
        }
        Widget::ComboBox { label, options, chosen } => {
            let mut chosen = place(kept, *chosen);
            let rows: Vec<_> =
                options.iter().enumerate().map(|(at, option)| (at, option.as_str())).collect();
            let response = look::choice(ui, label, &mut chosen, &rows);
            response.changed().then_some(Change::Chosen(chosen))
        }
        Widget::Radio { label, options, chosen } => {
            let mut chosen = place(kept, *chosen);
            let response = look::radio(ui, label, &mut chosen, options);
            response.changed().then_some(Change::Chosen(chosen))
        }
        _ => None,
    };
    if let Some(change) = change {
        drawing.tell(id, change);
    }
}

fn number(kept: Option<&Change>, said: f64) -> f64 {
    match kept {
        Some(Change::Number(number)) => *number,
        _ => said,
    }
}

/// What is chosen now: where a person picked something that the script has not heard of, that.
pub(super) fn place(kept: Option<&Change>, said: usize) -> usize {
    match kept {
        Some(Change::Chosen(chosen)) => *chosen,
        _ => said,
    }
}

fn text_ui(
    ui: &mut Ui,
    label: &str,
    mut text: String,
    hint: &str,
    lines: u32,
    secret: bool,
) -> Option<Change> {
    if lines > 1 {
        let rows = lines.min(40) as usize;
        let field = look::long_text_field(ui, label, &mut text, hint, rows);
        return field.changed().then_some(Change::Text(text));
    }
    let field = if secret || label.is_empty() {
        short_ui(ui, label, &mut text, hint, secret)
    } else {
        look::text_field(ui, label, &mut text, hint)
    };
    let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if entered {
        // One writes on where one was: a list is filled line by line.
        field.request_focus();
        return Some(Change::Entered(text));
    }
    field.changed().then_some(Change::Text(text))
}

/// A field whose letters are hidden, or one without a label above it.
fn short_ui(
    ui: &mut Ui,
    label: &str,
    text: &mut String,
    hint: &str,
    secret: bool,
) -> egui::Response {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        if !label.is_empty() {
            look::label(ui, label);
        }
        let tokens = look::tokens(ui);
        let frame = Frame::new()
            .fill(tokens.surface)
            .stroke(egui::Stroke::new(1.0, tokens.border_strong))
            .corner_radius(look::radius::CONTROL)
            .inner_margin(Margin::symmetric(10, 2));
        let field = frame
            .show(ui, |ui| {
                ui.add(
                    TextEdit::singleline(text)
                        .id_salt("short")
                        .password(secret)
                        .frame(Frame::NONE)
                        .margin(Margin::ZERO)
                        .hint_text(egui::RichText::new(hint).color(tokens.text_faint))
                        .desired_width(f32::INFINITY)
                        .min_size(egui::vec2(0.0, 26.0))
                        .align(egui::Align2::LEFT_CENTER),
                )
            })
            .inner;
        let name = [label, hint, "Text"].into_iter().find(|name| !name.is_empty());
        let role = if secret { Role::PasswordInput } else { Role::TextInput };
        field.widget_info(|| {
            let mut info = WidgetInfo::labeled(role, ui.is_enabled(), name.unwrap_or_default());
            if !secret {
                info.current_text_value = Some(text.clone());
            }
            info
        });
        field
    })
    .inner
}

fn slider_ui(
    ui: &mut Ui,
    label: &str,
    number: f64,
    min: f64,
    max: f64,
    whole: bool,
) -> Option<Change> {
    let (min, max) = if min <= max { (min, max) } else { (max, min) };
    let mut value = number.clamp(min, max);
    let slider = look::Slider::new(label, &mut value, min..=max);
    let slider = if whole { slider.step(1.0).decimals(0) } else { slider };
    let changed = ui.add(slider).changed();
    (changed && value != number).then_some(Change::Number(value))
}

/// A number at the right of its label. Returns whether it was changed.
fn number_ui(ui: &mut Ui, label: &str, value: &mut f64, whole: bool) -> bool {
    if whole {
        return look::count_field(ui, label, value, -1e15..=1e15).changed();
    }
    ui.horizontal(|ui| {
        ui.set_min_height(space::CONTROL);
        let name = look::label(ui, label);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let field = DragValue::new(value)
                .min_size(egui::vec2(64.0, 26.0))
                .speed(0.05)
                .max_decimals(6)
                .update_while_editing(false);
            let field = ui.add(field).labelled_by(name.id);
            look::focus_ring(ui, field.rect, look::radius::CONTROL, &field);
            field.changed()
        })
        .inner
    })
    .inner
}

//! Fields for text.

use egui::{
    CornerRadius, Frame, Id, Margin, Response, Sense, Stroke, StrokeKind, TextEdit, Ui, vec2,
};

use super::super::tokens::{radius, space, text_size, tokens};
use super::super::{Icon, fonts};
use super::buttons::paint_icon;
use super::texts;

/// Draws a field in its frame, whose outline takes the accent while the field has the keyboard.
fn framed_ui<T>(ui: &mut Ui, id: Id, margin: Margin, field: impl FnOnce(&mut Ui) -> T) -> T {
    let tokens = tokens(ui);
    let focus = ui.ctx().animate_bool(id.with("focus"), ui.memory(|memory| memory.has_focus(id)));
    let outline = tokens.border_strong.lerp_to_gamma(tokens.accent, focus);
    let rounding = CornerRadius::same(radius::CONTROL);
    let shown = Frame::new()
        .fill(tokens.surface)
        .stroke(Stroke::new(1.0, outline))
        .corner_radius(rounding)
        .inner_margin(margin)
        .show(ui, field);
    // Around the frame and not a part of it, since a wider frame would move what is below.
    let ring = Stroke::new(0.5 * focus, outline);
    ui.painter().rect_stroke(shown.response.rect, rounding, ring, StrokeKind::Outside);
    shown.inner
}

fn hint_text(ui: &Ui, hint: &str) -> egui::RichText {
    egui::RichText::new(hint)
        .font(fonts::regular_font(text_size::BODY))
        .color(tokens(ui).text_faint)
}

/// A single line of text below its label; `hint` shows while it is empty.
pub fn text_field(ui: &mut Ui, label: &str, text: &mut String, hint: &str) -> Response {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        let name = texts::label(ui, label);
        let id = ui.make_persistent_id(("text field", label));
        let hint = hint_text(ui, hint);
        framed_ui(ui, id, Margin::symmetric(10, 2), |ui| {
            ui.add(
                TextEdit::singleline(text)
                    .id(id)
                    .frame(Frame::NONE)
                    .margin(Margin::ZERO)
                    .hint_text(hint)
                    .desired_width(f32::INFINITY)
                    .min_size(vec2(0.0, 20.0))
                    .align(egui::Align2::LEFT_CENTER),
            )
        })
        .labelled_by(name.id)
    })
    .inner
}

/// Several lines of text below their label, growing with what is typed.
pub fn long_text_field(
    ui: &mut Ui,
    label: &str,
    text: &mut String,
    hint: &str,
    rows: usize,
) -> Response {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        let name = texts::label(ui, label);
        let id = ui.make_persistent_id(("long text field", label));
        let hint = hint_text(ui, hint);
        framed_ui(ui, id, Margin::symmetric(10, 6), |ui| {
            ui.add(
                TextEdit::multiline(text)
                    .id(id)
                    .frame(Frame::NONE)
                    .margin(Margin::ZERO)
                    .hint_text(hint)
                    .desired_rows(rows)
                    .desired_width(f32::INFINITY),
            )
        })
        .labelled_by(name.id)
    })
    .inner
}

/// A field to search with, with a magnifying glass and a button that empties it. `name` is its
/// accessible name and its hint. The response is the text field's; emptying marks it changed.
pub fn search_field(ui: &mut Ui, name: &str, text: &mut String) -> Response {
    taking_search_field(ui, name, text, false)
}

/// The same; where it `takes_keyboard`, it gets also what was typed since the last frame.
pub fn taking_search_field(
    ui: &mut Ui,
    name: &str,
    text: &mut String,
    takes_keyboard: bool,
) -> Response {
    let tokens = tokens(ui);
    let id = ui.make_persistent_id(("search field", name));
    if takes_keyboard {
        ui.memory_mut(|memory| memory.request_focus(id));
    }
    let hint = hint_text(ui, name);
    framed_ui(ui, id, Margin { left: 10, right: 4, top: 2, bottom: 2 }, |ui| {
        ui.horizontal(|ui| {
            ui.set_min_height(space::CONTROL - 4.0);
            ui.spacing_mut().item_spacing.x = 6.0;
            let (glass, _) = ui.allocate_exact_size(vec2(16.0, 28.0), Sense::hover());
            paint_icon(ui, Icon::Search, glass.center(), 15.0, tokens.text_faint);
            let clear_width = 24.0 + ui.spacing().item_spacing.x;
            let mut field = ui.add(
                TextEdit::singleline(text)
                    .id(id)
                    .frame(Frame::NONE)
                    .margin(Margin::ZERO)
                    .hint_text(hint)
                    .desired_width(ui.available_width() - clear_width)
                    .min_size(vec2(0.0, 24.0))
                    .align(egui::Align2::LEFT_CENTER),
            );
            field.widget_info(|| {
                let mut info =
                    egui::WidgetInfo::text_edit(ui.is_enabled(), text.as_str(), text.as_str(), "");
                info.role = egui::accesskit::Role::SearchInput;
                info.label = Some(name.to_owned());
                info
            });
            if text.is_empty() {
                // The field keeps its width when the button comes.
                ui.add_space(24.0);
            } else if clear_button(ui).clicked() {
                text.clear();
                field.request_focus();
                field.mark_changed();
            }
            field
        })
        .inner
    })
}

fn clear_button(ui: &mut Ui) -> Response {
    let tokens = tokens(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(24.0, 24.0), Sense::click());
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::accesskit::Role::Button, ui.is_enabled(), "Clear search")
    });
    let fade = super::hover_fade(ui, &response);
    ui.painter().rect_filled(rect, radius::SMALL, tokens.hover.gamma_multiply(fade));
    super::focus_ring(ui, rect, radius::SMALL, &response);
    paint_icon(ui, Icon::X, rect.center(), 13.0, tokens.text_muted);
    response.on_hover_text("Clear search")
}

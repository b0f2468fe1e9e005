//! Widgets that only few places need: the logo, round buttons, rows with free contents.

use egui::{Color32, CursorIcon, Response, Sense, StrokeKind, Ui, UiBuilder, Vec2, WidgetInfo};
use egui::{Margin, accesskit::Role};

use super::super::Icon;
use super::super::tokens::{radius, tokens};
use super::buttons::paint_icon;
use super::{Button, ButtonKind, focus_ring, hover_fade};

/// The program's sign, a square of `side` points.
pub fn logo(ui: &mut Ui, side: f32) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(side), Sense::hover());
    let tokens = tokens(ui);
    ui.painter().rect_filled(rect, radius::CONTROL, tokens.accent);
    paint_icon(ui, Icon::Briefcase, rect.center(), side * 0.6, tokens.on_accent);
    response
}

/// A square button with round corners and an icon, for sending and stopping.
pub fn round_button(ui: &mut Ui, icon: Icon, name: &str, kind: ButtonKind) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(34.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), name));
    let tokens = tokens(ui);
    let fade = hover_fade(ui, &response);
    let (fill, outline, color) = match (kind, ui.is_enabled()) {
        (ButtonKind::Primary, true) => (
            tokens.accent.lerp_to_gamma(tokens.accent_hover, fade),
            Color32::TRANSPARENT,
            tokens.on_accent,
        ),
        (ButtonKind::Primary, false) => (tokens.active, Color32::TRANSPARENT, tokens.text_faint),
        _ => (
            tokens.surface.lerp_to_gamma(tokens.hover, fade),
            tokens.border_strong,
            tokens.text_strong,
        ),
    };
    let stroke = egui::Stroke::new(1.0, outline);
    ui.painter().rect(rect, 11, fill, stroke, StrokeKind::Inside);
    paint_icon(ui, icon, rect.center(), 17.0, color);
    focus_ring(ui, rect, 11, &response);
    response.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(name)
}

/// A button that says `text`, but is called `name` where its surroundings cannot be seen.
pub fn named_button(ui: &mut Ui, text: &str, name: &str) -> Response {
    let response = ui.add(Button::new(text));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), name));
    response
}

/// A row that can be clicked, with anything in it. The caller gives it its name.
pub fn free_row(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) -> Response {
    let before = ui.painter().add(egui::Shape::Noop);
    let response = ui
        .scope_builder(UiBuilder::new().sense(Sense::click()), |ui| {
            egui::Frame::new().inner_margin(Margin::symmetric(10, 6)).show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.spacing_mut().item_spacing.y = 2.0;
                contents(ui);
            });
        })
        .response;
    let fill = tokens(ui).hover.gamma_multiply(hover_fade(ui, &response));
    let shape = egui::epaint::RectShape::filled(response.rect, radius::CONTROL, fill);
    ui.painter().set(before, shape);
    focus_ring(ui, response.rect, radius::CONTROL, &response);
    response.on_hover_cursor(CursorIcon::PointingHand)
}

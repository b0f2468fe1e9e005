//! Menus that open from a button, and what they hold. The same items go into context menus.

use egui::accesskit::Role;
use egui::{CursorIcon, Popup, Response, Sense, Ui, WidgetInfo, pos2, vec2};

use super::super::tokens::{radius, text_size, tokens};
use super::super::{Icon, fonts};
use super::buttons::paint_icon;
use super::{hover_fade, icon_button, line_galley, paint_line};

/// The narrowest that a menu is, in points; a long line makes it wider.
const NARROWEST: f32 = 180.0;

/// An icon button that opens a menu. The menu closes when an item is clicked.
pub fn menu_button(
    ui: &mut Ui,
    icon: Icon,
    name: &str,
    contents: impl FnOnce(&mut Ui),
) -> Response {
    let response = icon_button(ui, icon, name);
    Popup::menu(&response).show(|ui| {
        ui.set_max_width(NARROWEST);
        contents(ui);
    });
    response
}

/// The same menu upon a click with the other button.
pub fn context_menu(response: &Response, contents: impl FnOnce(&mut Ui)) {
    response.context_menu(|ui| {
        ui.set_max_width(NARROWEST);
        contents(ui);
    });
}

/// A line of a menu, which closes when it is chosen.
pub fn menu_item(ui: &mut Ui, icon: Icon, text: &str) -> Response {
    let tokens = tokens(ui);
    let font = fonts::regular_font(text_size::BODY);
    let galley = line_galley(ui, text, font, tokens.text, 420.0);
    let width = ui.available_width().max(galley.size().x + 60.0).max(NARROWEST);
    let (rect, response) = ui.allocate_exact_size(vec2(width, 30.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::MenuItem, ui.is_enabled(), text));
    let fade = if response.has_focus() { 1.0 } else { hover_fade(ui, &response) };
    ui.painter().rect_filled(rect, radius::SMALL, tokens.hover.gamma_multiply(fade));
    let icon_color = tokens.text_muted.lerp_to_gamma(tokens.text_strong, fade);
    paint_icon(ui, icon, pos2(rect.left() + 16.0, rect.center().y), 15.0, icon_color);
    paint_line(ui, pos2(rect.left() + 34.0, rect.center().y), galley, tokens.text);
    if response.clicked() {
        // By itself a menu closes for the pointer only.
        ui.close();
    }
    response.on_hover_cursor(CursorIcon::PointingHand)
}

/// A hairline between groups of a menu.
pub fn menu_separator(ui: &mut Ui) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 5.0), Sense::hover());
    let stroke = egui::Stroke::new(1.0, tokens(ui).border);
    ui.painter().hline(rect.x_range(), rect.center().y, stroke);
}

//! Controls that pick one of several things, or yes or no.

use egui::accesskit::Role;
use egui::{
    ComboBox, CornerRadius, CursorIcon, Key, Rect, Response, Sense, Ui, WidgetInfo, pos2, vec2,
};

use super::super::tokens::{radius, space, text_size, tokens};
use super::super::{Icon, fonts, slight_shadow};
use super::buttons::paint_icon;
use super::{focus_ring, line_galley, paint_line, texts};

/// A switch at the right of its label. The whole line can be clicked.
pub fn switch(ui: &mut Ui, label: &str, on: &mut bool) -> Response {
    let tokens = tokens(ui);
    let size = vec2(ui.available_width(), space::CONTROL);
    let (rect, mut response) = ui.allocate_exact_size(size, Sense::click());
    if response.clicked() {
        *on = !*on;
        response.mark_changed();
    }
    response.widget_info(|| WidgetInfo::selected(Role::Switch, ui.is_enabled(), *on, label));
    if ui.is_rect_visible(rect) {
        let track =
            Rect::from_center_size(pos2(rect.right() - 18.0, rect.center().y), vec2(36.0, 20.0));
        let font = fonts::regular_font(text_size::BODY);
        let galley = line_galley(ui, label, font, tokens.text, track.left() - rect.left() - 8.0);
        paint_line(ui, rect.left_center(), galley, tokens.text);
        let slide = ui.ctx().animate_bool(response.id, *on);
        let off = if response.hovered() { tokens.text_faint } else { tokens.border_strong };
        ui.painter().rect_filled(track, 10, off.lerp_to_gamma(tokens.accent, slide));
        let x = egui::lerp(track.left() + 10.0..=track.right() - 10.0, slide);
        ui.painter().circle_filled(pos2(x, track.center().y), 7.5, tokens.on_accent);
        focus_ring(ui, track, 10, &response);
    }
    response.on_hover_cursor(CursorIcon::PointingHand)
}

/// A drop-down list at the right of its label. Marked changed when another option is picked.
pub fn choice<T: PartialEq + Clone>(
    ui: &mut Ui,
    label: &str,
    chosen: &mut T,
    options: &[(T, &str)],
) -> Response {
    let said = options.iter().find(|(value, _)| value == chosen).map_or("", |(_, said)| *said);
    let mut picked = None;
    let mut response = ui
        .horizontal(|ui| {
            ui.set_min_height(space::CONTROL);
            let name = texts::label(ui, label);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let width = ui.available_width().min(200.0);
                let combo = ComboBox::from_id_salt(("choice", label))
                    .selected_text(said)
                    .width(width)
                    .truncate()
                    .icon(|ui, rect, _, _| {
                        let color = tokens(ui).text_faint;
                        paint_icon(ui, Icon::ChevronDown, rect.center(), 14.0, color);
                    })
                    .show_ui(ui, |ui| {
                        for (value, said) in options {
                            if option_row(ui, said, value == chosen).clicked() {
                                picked = Some(value.clone());
                                // By itself the list closes for the pointer only.
                                ui.close();
                            }
                        }
                    });
                let rect = combo.response.rect;
                focus_ring(ui, rect, radius::CONTROL, &combo.response);
                combo.response.labelled_by(name.id)
            })
            .inner
        })
        .inner;
    if let Some(value) = picked
        && value != *chosen
    {
        *chosen = value;
        response.mark_changed();
    }
    response
}

fn option_row(ui: &mut Ui, said: &str, selected: bool) -> Response {
    let tokens = tokens(ui);
    let font = fonts::regular_font(text_size::BODY);
    let galley = line_galley(ui, said, font, tokens.text, 360.0);
    let width = ui.available_width().max(galley.size().x + 44.0);
    let (rect, response) = ui.allocate_exact_size(vec2(width, 28.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, selected, said));
    let fade = super::hover_fade(ui, &response);
    let lit = if response.has_focus() { 1.0 } else { fade };
    ui.painter().rect_filled(rect, radius::SMALL, tokens.hover.gamma_multiply(lit));
    if selected {
        let center = pos2(rect.right() - 16.0, rect.center().y);
        paint_icon(ui, Icon::Check, center, 14.0, tokens.accent_text);
    }
    paint_line(ui, pos2(rect.left() + 8.0, rect.center().y), galley, tokens.text);
    response.on_hover_cursor(CursorIcon::PointingHand)
}

/// A row of parts of which one is chosen; arrow keys move between them. `name` says what is being
/// chosen. Marked changed when another part is picked.
pub fn tabs<T: PartialEq + Clone>(
    ui: &mut Ui,
    name: &str,
    chosen: &mut T,
    options: &[(T, &str)],
) -> Response {
    let tokens = tokens(ui);
    let size = vec2(ui.available_width(), 34.0);
    let (rect, mut whole) = ui.allocate_exact_size(size, Sense::hover());
    whole.widget_info(|| WidgetInfo::labeled(Role::RadioGroup, ui.is_enabled(), name));
    ui.painter().rect_filled(rect, 10, tokens.active.gamma_multiply(0.75));
    let width = (rect.width() - 6.0) / options.len().max(1) as f32;
    let mut picked = None;
    for (index, (value, said)) in options.iter().enumerate() {
        let corner = rect.min + vec2(3.0 + width * index as f32, 3.0);
        let part = Rect::from_min_size(corner, vec2(width, 28.0));
        let id = whole.id.with(index);
        let response = ui.interact(part, id, Sense::click());
        let selected = value == chosen;
        response.widget_info(|| {
            WidgetInfo::selected(Role::RadioButton, ui.is_enabled(), selected, *said)
        });
        if response.clicked() {
            picked = Some(value.clone());
        }
        if response.has_focus() {
            let step = ui.input(|input| {
                i32::from(input.key_pressed(Key::ArrowRight))
                    - i32::from(input.key_pressed(Key::ArrowLeft))
            });
            let next = index.saturating_add_signed(step as isize);
            if step != 0 && next < options.len() && next != index {
                picked = Some(options[next].0.clone());
                ui.memory_mut(|memory| memory.request_focus(whole.id.with(next)));
            }
        }
        paint_tab(ui, part, said, selected, &response);
    }
    if let Some(value) = picked
        && value != *chosen
    {
        *chosen = value;
        whole.mark_changed();
    }
    whole
}

fn paint_tab(ui: &Ui, part: Rect, said: &str, selected: bool, response: &Response) {
    let tokens = tokens(ui);
    if selected {
        let shadow = slight_shadow(tokens).as_shape(part, CornerRadius::same(radius::CONTROL));
        ui.painter().add(shadow);
        ui.painter().rect_filled(part, radius::CONTROL, tokens.surface);
    }
    let color = if selected || response.hovered() { tokens.text_strong } else { tokens.text_muted };
    let font = fonts::medium_font(text_size::SMALL);
    let galley = line_galley(ui, said, font, color, part.width() - 12.0);
    let left = part.center().x - galley.size().x / 2.0;
    paint_line(ui, pos2(left, part.center().y), galley, color);
    focus_ring(ui, part.shrink(1.0), radius::CONTROL, response);
}

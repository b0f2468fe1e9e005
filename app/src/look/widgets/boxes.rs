//! Boxes to tick, and lists of which one is picked with all of them in sight.

use egui::accesskit::Role;
use egui::{
    CursorIcon, Rect, Response, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use super::super::tokens::{Tokens, text_size, tokens};
use super::super::{Icon, fonts};
use super::buttons::paint_icon;
use super::{focus_ring, hover_fade, line_galley, paint_line, texts};

/// Side of the box and of the ring.
const SIDE: f32 = 17.0;
const HEIGHT: f32 = 26.0;

/// A box to tick, before its label.
pub fn checkbox(ui: &mut Ui, label: &str, on: &mut bool) -> Response {
    let (place, mut response) = line_ui(ui, label);
    if response.clicked() {
        *on = !*on;
        response.mark_changed();
    }
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, ui.is_enabled(), *on, label));
    if let Some(square) = place {
        let tokens = tokens(ui);
        let (fill, stroke) = fills(ui, tokens, &response, *on);
        ui.painter().rect(square, 5, fill, stroke, StrokeKind::Inside);
        focus_ring(ui, square, 5, &response);
        if *on {
            paint_icon(ui, Icon::Check, square.center(), 13.0, tokens.on_accent);
        }
    }
    response.on_hover_cursor(CursorIcon::PointingHand)
}

/// All options below one another, of which one is picked. `name` says what is being picked and stands
/// above, unless it is empty. Marked changed when another one is picked.
pub fn radio(ui: &mut Ui, name: &str, chosen: &mut usize, options: &[String]) -> Response {
    let mut picked = None;
    let mut whole = ui
        .vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            if !name.is_empty() {
                texts::label(ui, name);
            }
            for (index, option) in options.iter().enumerate() {
                let selected = index == *chosen;
                let (place, response) = line_ui(ui, option);
                if response.clicked() {
                    picked = Some(index);
                }
                response.widget_info(|| {
                    WidgetInfo::selected(Role::RadioButton, ui.is_enabled(), selected, option)
                });
                if let Some(square) = place {
                    let tokens = tokens(ui);
                    let (fill, stroke) = fills(ui, tokens, &response, selected);
                    ui.painter().circle(square.center(), SIDE / 2.0, fill, stroke);
                    focus_ring(ui, square, 9, &response);
                    if selected {
                        ui.painter().circle_filled(square.center(), 3.5, tokens.on_accent);
                    }
                }
                response.on_hover_cursor(CursorIcon::PointingHand);
            }
        })
        .response;
    if let Some(index) = picked
        && index != *chosen
    {
        *chosen = index;
        whole.mark_changed();
    }
    whole
}

/// A line that can be clicked, with room for a box before the words; where the box goes, if the line
/// is seen.
fn line_ui(ui: &mut Ui, label: &str) -> (Option<Rect>, Response) {
    let tokens = tokens(ui);
    let room = (ui.available_width() - SIDE - 9.0).max(40.0);
    let font = fonts::regular_font(text_size::BODY);
    let galley = line_galley(ui, label, font, tokens.text, room);
    let size = vec2(SIDE + 9.0 + galley.size().x, HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    if !ui.is_rect_visible(rect) {
        return (None, response);
    }
    let middle = rect.center().y;
    paint_line(ui, pos2(rect.left() + SIDE + 9.0, middle), galley, tokens.text);
    let center = pos2(rect.left() + SIDE / 2.0 + 1.0, middle);
    (Some(Rect::from_center_size(center, Vec2::splat(SIDE))), response)
}

fn fills(ui: &Ui, tokens: &Tokens, response: &Response, on: bool) -> (egui::Color32, Stroke) {
    let fade = hover_fade(ui, response);
    if on {
        return (tokens.accent.lerp_to_gamma(tokens.accent_hover, fade), Stroke::NONE);
    }
    let outline = tokens.border_strong.lerp_to_gamma(tokens.text_faint, fade);
    (tokens.surface, Stroke::new(1.2, outline))
}

//! The widgets that pages are made of. Each has an accessible name, can be reached and used by
//! keyboard, shows its focus, fades under the pointer, and obeys `ui.add_enabled_ui(false, …)`.
//!
//! They are functions for the usual case and small builders (`Button`, `ListRow`) for the rest.

mod boxes;
mod buttons;
mod choices;
mod fields;
mod find_bar;
mod long_list;
mod marks;
mod menus;
mod numbers;
mod presses;
mod rows;
mod special;
mod surfaces;
mod texts;

pub use boxes::{checkbox, radio};
pub use buttons::{Button, ButtonKind, button, danger_button, icon_button, primary_button};
pub use choices::{choice, switch, tabs};
pub use fields::{long_text_field, search_field, taking_search_field, text_field};
pub use find_bar::{FindAsked, find_bar};
pub use long_list::{LongList, long_list};
pub use marks::{ChipResponse, chip};
pub use marks::{Tone, badge, key_hint, meter, progress_bar, removable_chip, status_dot};
pub use menus::{context_menu, menu_button, menu_item, menu_separator};
pub use numbers::{Slider, count_field, slider};
pub use presses::{pressed_with, take_bare};
pub use rows::ListRow;
pub use rows::list_row;
pub use special::{free_row, logo, named_button, round_button};
pub use surfaces::{ToastResponse, card, empty_state, hairline, modal, toast, toast_area};
pub use texts::{
    caption, caption_line, error_text, label, muted, name_line, page_title, section_title,
    sentence, strong, tooltip, truncated,
};

use egui::{Color32, CornerRadius, FontId, Galley, Pos2, Rect, Response, Stroke, StrokeKind, Ui};
use std::sync::Arc;

use super::tokens::{Tokens, tokens};

/// How far the pointer's colour has faded in, 0 to 1.
fn hover_fade(ui: &Ui, response: &Response) -> f32 {
    ui.ctx().animate_bool(response.id, response.enabled() && response.hovered())
}

/// Draws the ring around the control that has the keyboard.
pub(crate) fn focus_ring(ui: &Ui, rect: Rect, corner: u8, response: &Response) {
    if response.has_focus() {
        paint_ring(ui, rect, corner);
    }
}

/// Draws a focus ring just outside a rectangle.
fn paint_ring(ui: &Ui, rect: Rect, corner: u8) {
    let ring = Stroke::new(2.0, tokens(ui).accent);
    ui.painter().rect_stroke(
        rect.expand(1.0),
        CornerRadius::same(corner.saturating_add(1)),
        ring,
        StrokeKind::Middle,
    );
}

/// Lays out a single line that ends in an ellipsis where the width ends.
fn line_galley(ui: &Ui, text: &str, font: FontId, color: Color32, width: f32) -> Arc<Galley> {
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), font, color);
    job.wrap = egui::text::TextWrapping::truncate_at_width(width.max(0.0));
    ui.painter().layout_job(job)
}

/// Draws a line with its left middle at `left`, on whole pixels.
fn paint_line(ui: &Ui, left: Pos2, galley: Arc<Galley>, color: Color32) {
    let corner = egui::pos2(left.x, left.y - galley.size().y / 2.0);
    ui.painter().galley(
        egui::emath::GuiRounding::round_to_pixels(corner, ui.pixels_per_point()),
        galley,
        color,
    );
}

/// The colour of a control's icon or secondary text.
fn quiet_color(tokens: &Tokens, highlighted: bool) -> Color32 {
    if highlighted { tokens.text_strong } else { tokens.text_muted }
}

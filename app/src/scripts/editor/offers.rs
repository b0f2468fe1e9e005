//! The list of what can be written next, below the cursor.

use egui::accesskit::Role;
use egui::{Area, Frame, Id, Margin, Order, Pos2, Sense, Ui, WidgetInfo, pos2, vec2};

use super::Editor;
use super::complete::Entry;
use super::keys::accept;
use crate::look::{self, fonts, radius, text_size, tokens};
use crate::scripts::words::Words;

/// How high a row is, in points.
const ROW: f32 = 26.0;
/// How high the list grows, in points.
const HIGHEST: f32 = 8.0 * ROW;
const WIDTH: f32 = 300.0;

/// Draws the list with its upper left corner near `corner`, and what is said of the selected row
/// beside it.
pub(super) fn offers_ui(ui: &Ui, editor: &mut Editor, corner: Pos2) {
    let mut clicked = None;
    let Editor { completion, words, .. } = &mut *editor;
    let tokens = tokens(ui);
    let frame = Frame::new()
        .fill(tokens.surface)
        .stroke(egui::Stroke::new(1.0, tokens.border_strong))
        .corner_radius(radius::CONTROL)
        .shadow(look::raised_shadow(tokens))
        .inner_margin(Margin::same(4));
    Area::new(Id::unique("offers"))
        .order(Order::Foreground)
        .fixed_pos(corner)
        .constrain(true)
        .show(ui.ctx(), |ui| {
            frame.show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                ui.set_width(WIDTH);
                egui::ScrollArea::vertical().max_height(HIGHEST).show(ui, |ui| {
                    for (row, (selected, entry)) in completion.rows().enumerate() {
                        let response = row_ui(ui, selected, entry);
                        if selected {
                            response.scroll_to_me(None);
                        }
                        if response.clicked() {
                            clicked = Some(row);
                        }
                    }
                });
                if let Some(entry) = completion.selected().filter(|entry| !entry.help.is_empty()) {
                    look::hairline(ui);
                    let brief = entry.help.split("\n\n").next().unwrap_or_default();
                    help_ui(ui, entry, brief, words);
                }
            });
        });
    if let Some(row) = clicked {
        let selected = editor.completion.rows().position(|(selected, _)| selected);
        editor.completion.move_by(row as isize - selected.unwrap_or_default() as isize);
        accept(editor);
    }
}

fn row_ui(ui: &mut Ui, selected: bool, entry: &Entry) -> egui::Response {
    let tokens = tokens(ui);
    let size = vec2(ui.available_width(), ROW);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, selected, &entry.name));
    let fill = match (selected, response.hovered()) {
        (true, _) => tokens.accent_soft,
        (false, true) => tokens.hover,
        (false, false) => tokens.surface,
    };
    ui.painter().rect_filled(rect, radius::SMALL, fill);
    let color = if selected { tokens.accent_text } else { tokens.text };
    let place = pos2(rect.left() + 8.0, rect.center().y);
    let font = fonts::code_font(text_size::CODE);
    ui.painter().text(place, egui::Align2::LEFT_CENTER, &entry.name, font, color);
    response
}

/// What the host API's documentation says of something.
pub(super) fn help_ui(ui: &mut Ui, entry: &Entry, help: &str, words: &mut Words) {
    ui.spacing_mut().item_spacing.y = 4.0;
    Frame::new().inner_margin(Margin::symmetric(8, 6)).show(ui, |ui| {
        if !entry.signature.is_empty() {
            let tokens = tokens(ui);
            let signature = egui::RichText::new(&entry.signature)
                .font(fonts::code_font(text_size::CAPTION))
                .color(tokens.text_strong);
            ui.add(egui::Label::new(signature).wrap());
        }
        words.markdown_ui(ui, (0, help.len()), help);
    });
}

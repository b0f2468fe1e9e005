//! One page of a PDF: its picture, what is marked on it, or why it is not there.

use egui::accesskit::Role;
use egui::{
    Image, Rect, Sense, Stroke, StrokeKind, TextureId, Ui, UiBuilder, Vec2, WidgetInfo, pos2,
};
use engine::documents::drawing::{Area, Located};

use crate::look::{self, radius, tokens};

/// What is drawn of a page.
pub(super) struct Sheet<'a> {
    /// Its number, from 1.
    pub(super) page: u32,
    /// Of how many.
    pub(super) count: usize,
    /// Its picture, once there is one.
    pub(super) picture: Option<TextureId>,
    /// Why there will be none.
    pub(super) failure: Option<&'a str>,
    pub(super) marks: Marks<'a>,
}

/// What is marked.
pub(super) enum Marks<'a> {
    /// The passage that was cited, line by line.
    Passage(&'a [Area]),
    /// What the find bar has found, and which of it is looked at.
    Matches { located: &'a [Located], current: Option<usize> },
}

/// Draws it.
pub(super) fn sheet_ui(ui: &mut Ui, sheet: &Sheet<'_>, rect: Rect) {
    let Sheet { page, count, .. } = *sheet;
    let response = ui.allocate_rect(rect, Sense::hover());
    response
        .widget_info(|| WidgetInfo::labeled(Role::Image, true, format!("Page {page} of {count}")));
    let tokens = tokens(ui);
    match sheet.picture {
        Some(picture) => {
            Image::new((picture, rect.size())).paint_at(ui, rect);
            marks_ui(ui, sheet, rect);
        }
        None => {
            ui.painter().rect_filled(rect, 0, tokens.sunken);
            let words = match sheet.failure {
                Some(reason) => format!("This page cannot be drawn: {reason}"),
                None => format!("Drawing page {page}…"),
            };
            let mut inside = ui.new_child(UiBuilder::new().max_rect(rect.shrink(16.0)));
            look::muted(&mut inside, &words);
        }
    }
    let outline = Stroke::new(1.0, tokens.border);
    ui.painter().rect_stroke(rect, 0, outline, StrokeKind::Outside);
}

fn marks_ui(ui: &Ui, sheet: &Sheet<'_>, rect: Rect) {
    match sheet.marks {
        Marks::Passage(areas) => {
            mark_ui(ui, areas, rect, false);
            if let Some(first) = areas.first() {
                name_ui(ui, sheet.page, place(first, rect), "The marked passage");
            }
        }
        Marks::Matches { located, current } => {
            for (index, areas) in located.iter().enumerate() {
                let Some(areas) = areas else { continue };
                let is_current = current == Some(index);
                mark_ui(ui, areas, rect, is_current);
                if let Some(first) = areas.first().filter(|_| is_current) {
                    name_ui(ui, sheet.page, place(first, rect), "The match");
                }
            }
        }
    }
}

fn place(area: &Area, rect: Rect) -> Rect {
    let at = |x: f32, y: f32| pos2(rect.left() + x * rect.width(), rect.top() + y * rect.height());
    Rect::from_two_pos(at(area.left, area.top), at(area.right, area.bottom))
        .expand2(Vec2::new(1.5, 0.5))
}

fn mark_ui(ui: &Ui, areas: &[Area], rect: Rect, is_current: bool) {
    // Paper is white in both themes.
    let paper = &look::tokens::LIGHT;
    for area in areas {
        let place = place(area, rect);
        let color = paper.mark_current.gamma_multiply(if is_current { 0.5 } else { 0.35 });
        ui.painter().rect_filled(place, radius::SMALL / 2, color);
        if is_current {
            let outline = Stroke::new(1.5, paper.accent);
            ui.painter().rect_stroke(place, radius::SMALL / 2, outline, StrokeKind::Outside);
        }
    }
}

/// Names a mark for those who do not see it.
fn name_ui(ui: &Ui, page: u32, place: Rect, name: &str) {
    let marked = ui.interact(place, ui.scope_id().with(("marked", page)), Sense::hover());
    marked.widget_info(|| WidgetInfo::labeled(Role::Mark, true, name));
}

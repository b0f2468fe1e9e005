//! Rows and columns of text, of which only those cost that are seen.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use egui::accesskit::Role;
use egui::{Rect, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};
use scripting::panel::WidgetId;

use super::Drawing;
use crate::look::{fonts, radius, text_size, tokens};

const ROW: f32 = 28.0;
/// The table is as high as its rows up to so many, and then scrolls.
const SEEN: usize = 14;
/// How many rows are looked at to know how wide a column is.
const MEASURED: usize = 100;
const NARROWEST: f32 = 48.0;
const WIDEST: f32 = 360.0;
const PADDING: f32 = 10.0;

/// How wide the columns of a table are, for the contents they were measured with.
pub(super) struct Widths {
    contents: u64,
    natural: Vec<f32>,
    /// Which columns hold numbers alone, and have their heads at the right as well.
    numbers: Vec<bool>,
}

/// Draws a table over the width there is.
pub(super) fn table_ui(
    ui: &mut Ui,
    id: WidgetId,
    columns: &[String],
    rows: &[Vec<String>],
    drawing: &mut Drawing<'_>,
) {
    let count = rows.iter().take(MEASURED).map(Vec::len).max().unwrap_or(0).max(columns.len());
    if count == 0 {
        return;
    }
    let (widths, numbers) = widths(ui, id, columns, rows, count, drawing);
    let seen = rows.len().min(SEEN) as f32;
    let head = if columns.is_empty() { 0.0 } else { ROW };
    let tokens = tokens(ui);
    let outer = ui.available_width();
    let whole = widths.iter().sum::<f32>().max(outer);
    ScrollArea::horizontal().id_salt(("table", id.0)).auto_shrink([false, true]).show(ui, |ui| {
        ui.set_width(whole);
        ui.spacing_mut().item_spacing.y = 0.0;
        if head > 0.0 {
            let (rect, _) = ui.allocate_exact_size(vec2(whole, ROW), Sense::hover());
            ui.painter().rect_filled(rect, radius::SMALL, tokens.sunken);
            let font = fonts::medium_font(text_size::SMALL);
            let look = (&font, tokens.text_muted, Role::ColumnHeader);
            cells_ui(ui, rect, columns, &widths, look, |column, _| {
                numbers.get(column).copied().unwrap_or_default()
            });
        }
        ScrollArea::vertical()
            .id_salt(("rows", id.0))
            .max_height(seen * ROW)
            .auto_shrink([false, true])
            .show_rows(ui, ROW, rows.len(), |ui, range| {
                for row in rows.get(range).unwrap_or_default() {
                    let (rect, _) = ui.allocate_exact_size(vec2(whole, ROW), Sense::hover());
                    let line = egui::Stroke::new(1.0, tokens.border);
                    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, line);
                    let font = fonts::regular_font(text_size::BODY);
                    let look = (&font, tokens.text, Role::Cell);
                    cells_ui(ui, rect, row, &widths, look, |_, text| is_number(text));
                }
            });
    });
}

/// Draws the cells of a row. Those that `stands_right` are under one another at the right.
fn cells_ui(
    ui: &mut Ui,
    row: Rect,
    cells: &[String],
    widths: &[f32],
    (font, color, role): (&egui::FontId, egui::Color32, Role),
    stands_right: impl Fn(usize, &str) -> bool,
) {
    let mut left = row.left();
    for (place, (text, width)) in cells.iter().zip(widths).enumerate() {
        let rect = Rect::from_min_size(pos2(left, row.top()), vec2(*width, row.height()));
        left += width;
        if !ui.is_rect_visible(rect) {
            continue;
        }
        let one_line = text.lines().next().unwrap_or_default();
        let mut job =
            egui::text::LayoutJob::simple_singleline(one_line.to_owned(), font.clone(), color);
        job.wrap = egui::text::TextWrapping::truncate_at_width(width - 2.0 * PADDING);
        let galley = ui.painter().layout_job(job);
        let cut = galley.elided || one_line.len() < text.len();
        let id = ui.scope_id().with((row.top() as i64, place));
        let response = ui.interact(rect, id, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(role, true, text));
        let x = if stands_right(place, text) {
            rect.right() - PADDING - galley.size().x
        } else {
            rect.left() + PADDING
        };
        let corner = pos2(x, rect.center().y - galley.size().y / 2.0);
        ui.painter().galley(corner, galley, color);
        if cut {
            response.on_hover_text(text);
        }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.trim_end_matches([' ', '%']).parse::<f64>().is_ok()
}

/// The widths of all columns, as wide as their contents and together at least as wide as there is
/// room; and which of them hold numbers.
fn widths(
    ui: &Ui,
    id: WidgetId,
    columns: &[String],
    rows: &[Vec<String>],
    count: usize,
    drawing: &mut Drawing<'_>,
) -> (Vec<f32>, Vec<bool>) {
    let measured = || rows.iter().take(MEASURED);
    let mut hasher = DefaultHasher::new();
    columns.hash(&mut hasher);
    measured().for_each(|row| row.hash(&mut hasher));
    let contents = hasher.finish();
    let kept = drawing.view.table_widths.entry(id).or_insert_with(|| Widths {
        contents: contents.wrapping_add(1),
        natural: Vec::new(),
        numbers: Vec::new(),
    });
    if kept.contents != contents {
        let font = fonts::regular_font(text_size::BODY);
        let width = |text: &String| {
            let line = text.lines().next().unwrap_or_default().to_owned();
            let galley =
                ui.painter().layout_no_wrap(line, font.clone(), egui::Color32::PLACEHOLDER);
            galley.size().x + 2.0 * PADDING + 2.0
        };
        kept.contents = contents;
        kept.natural = (0..count)
            .map(|column| {
                let head = columns.get(column).map_or(0.0, width);
                let cells = measured().filter_map(|row| row.get(column)).map(width);
                cells.fold(head, f32::max).clamp(NARROWEST, WIDEST)
            })
            .collect();
        kept.numbers = (0..count)
            .map(|column| {
                let mut cells = measured().filter_map(|row| row.get(column)).peekable();
                cells.peek().is_some() && cells.all(|text| is_number(text))
            })
            .collect();
    }
    let natural: f32 = kept.natural.iter().sum();
    let spare = (ui.available_width() - natural).max(0.0) / count as f32;
    (kept.natural.iter().map(|width| width + spare).collect(), kept.numbers.clone())
}

#[cfg(test)]
mod tests {
    use super::is_number;

    #[test]
    fn numbers_are_told_from_words() {
        for number in ["1", "-2.5", "3e4", "12 %"] {
            assert!(is_number(number), "{number}");
        }
        for text in ["", "one", "1 of 2", "2026-11-22"] {
            assert!(!is_number(text), "{text}");
        }
    }
}

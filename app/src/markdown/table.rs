//! Tables: how wide columns are, and where cells stand.

use egui::{Ui, Vec2, vec2};

use super::block::{CellAlignment, Text};
use super::jobs::{self, Base, StyledJob};
use super::layout::measure;
use crate::look::{text_size, tokens};

const PADDING: Vec2 = vec2(12.0, 6.5);
/// A column that must be narrowed keeps at least this, if it needs it.
const NARROW: f32 = 110.0;

/// A laid-out table.
pub(super) struct TableLayout {
    /// The whole, which may be wider than the document; then it scrolls.
    pub(super) size: Vec2,
    /// The tops of all rows, and the bottom of the last.
    pub(super) row_tops: Vec<f32>,
    /// All cells, row by row.
    pub(super) cells: Vec<TableCell>,
}

/// A cell.
pub(super) struct TableCell {
    pub(super) styled: StyledJob,
    /// Where its text is, from the table's corner.
    pub(super) offset: Vec2,
    pub(super) row: usize,
    pub(super) column: usize,
}

/// Lays a table out; it fills `width`, or is wider where its columns cannot be narrowed.
pub(super) fn lay_out(
    ui: &Ui,
    alignments: &[CellAlignment],
    rows: &[Vec<Text>],
    width: f32,
) -> TableLayout {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0).max(1);
    let tokens = tokens(ui);
    let base = |row: usize| {
        let body =
            Base { line: text_size::TABLE_LINE, size: text_size::TABLE, ..Base::body(tokens) };
        if row == 0 { Base { size: text_size::CODE, ..body.quoted(tokens) } } else { body }
    };
    let mut natural = vec![0.0_f32; columns];
    for (row, cells) in rows.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            let styled = jobs::text(cell, base(row), tokens, f32::INFINITY);
            natural[column] = natural[column].max(measure(ui, &styled.job).x.ceil());
        }
    }
    let widths = column_widths(&natural, width);
    let mut layout = TableLayout { size: Vec2::ZERO, row_tops: vec![0.0], cells: Vec::new() };
    let mut top = 0.0;
    for (row, cells) in rows.iter().enumerate() {
        let mut left = 0.0;
        let mut height = text_size::TABLE_LINE;
        for (column, cell) in cells.iter().enumerate() {
            let room = widths[column] - 2.0 * PADDING.x;
            let styled = jobs::text(cell, base(row), tokens, room + 0.5);
            let size = measure(ui, &styled.job);
            let slack = (room - size.x).max(0.0);
            let shift = match alignments.get(column) {
                Some(CellAlignment::Right) => slack,
                Some(CellAlignment::Center) => (slack / 2.0).round(),
                _ => 0.0,
            };
            height = height.max(size.y);
            let offset = vec2(left + PADDING.x + shift, top + PADDING.y);
            layout.cells.push(TableCell { styled, offset, row, column });
            left += widths[column];
        }
        top += height + 2.0 * PADDING.y;
        layout.row_tops.push(top);
    }
    layout.size = vec2(widths.iter().sum(), top);
    layout
}

/// Shares the width among columns: what is left over goes to all alike, what is missing is taken
/// from the widest.
fn column_widths(natural: &[f32], width: f32) -> Vec<f32> {
    let mut widths: Vec<f32> = natural.iter().map(|text| text + 2.0 * PADDING.x).collect();
    let total: f32 = widths.iter().sum();
    if total <= width {
        let share = (width - total) / widths.len() as f32;
        widths.iter_mut().for_each(|column| *column += share);
        return widths;
    }
    // The cap under which all columns together fit: narrow ones stay as they are.
    let (mut low, mut high) = (0.0, width);
    for _ in 0..24 {
        let cap = (low + high) / 2.0;
        let sum: f32 = widths.iter().map(|column| column.min(cap)).sum();
        if sum > width { high = cap } else { low = cap }
    }
    widths.iter().map(|column| column.min(low.max(NARROW))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_share_what_is_left_over() {
        let widths = column_widths(&[76.0, 176.0], 400.0);
        assert_eq!(widths, [150.0, 250.0]);
    }

    #[test]
    fn the_widest_column_gives_way_and_narrow_ones_stay() {
        let widths = column_widths(&[76.0, 2_000.0], 400.0);
        assert_eq!(widths[0], 100.0);
        assert!((widths[1] - 300.0).abs() < 0.1, "{widths:?}");
    }

    #[test]
    fn columns_that_cannot_be_narrowed_make_the_table_wider() {
        let widths = column_widths(&[400.0; 10], 400.0);
        assert!(widths.iter().all(|column| (*column - NARROW).abs() < 0.1));
    }
}

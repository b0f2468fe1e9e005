//! A list of any number of rows of any height, of which only the visible ones are built.
//!
//! The place in the list is remembered as a row and its distance from the upper edge, not as a
//! distance from the beginning. So nothing that happens above the visible part (a guess that was
//! wrong, a new width) can move it; guesses only tell the scroll bar how long it is.

use egui::{Id, Key, Rect, Sense, Ui, UiBuilder, Vec2, pos2, vec2};

use super::heights::Heights;
use super::model::MessageKey;
use crate::look::{space, tokens};

/// Between rows.
const GAP: f32 = 22.0;
/// Above the first and below the last row.
const EDGE: f32 = 20.0;
/// Beside the column of rows.
const SIDE: f32 = 24.0;
/// Higher than any row can be, for laying it out.
const ENDLESS: f32 = 10_000_000.0;

/// What the list shows.
pub(super) trait Rows {
    /// Another number whenever rows were added, removed or exchanged.
    fn revision(&self) -> u64;
    /// How many rows there are.
    fn len(&self) -> usize;
    /// A row's name, and the length of its text in bytes.
    fn outline(&self, row: usize) -> (MessageKey, usize);
    /// Another number whenever the row may have another height.
    fn version(&self, row: usize) -> u64;
    /// Draws a row from the upper left corner of `ui` on; draws nothing but takes the same space
    /// if `ui` is invisible.
    fn row_ui(&mut self, ui: &mut Ui, row: usize);
}

/// See the module documentation.
pub(super) struct List {
    heights: Heights,
    keys: Vec<MessageKey>,
    lengths: Vec<usize>,
    revision: Option<u64>,
    width: f32,
    view_height: f32,
    /// The first visible row.
    anchor: usize,
    /// Where it begins, from the upper edge of the list.
    offset: f64,
    at_end: bool,
    focused: Option<Id>,
    /// Rows built in the last frame, with their tops, for tests and benchmarks.
    pub(super) drawn: Vec<(usize, f64)>,
}

impl Default for List {
    fn default() -> Self {
        Self {
            heights: Heights::default(),
            keys: Vec::new(),
            lengths: Vec::new(),
            revision: None,
            width: 0.0,
            view_height: 0.0,
            anchor: 0,
            offset: 0.0,
            at_end: true,
            focused: None,
            drawn: Vec::new(),
        }
    }
}

impl List {
    /// Puts a row at the upper edge.
    pub(super) fn jump_to(&mut self, row: usize) {
        self.anchor = row;
        self.offset = f64::from(EDGE);
        self.at_end = false;
    }

    /// Goes to the end and stays there.
    pub(super) fn jump_to_end(&mut self) {
        self.at_end = true;
    }

    /// Moves the rows down by so many points.
    pub(super) fn scroll_by(&mut self, points: f64) {
        if points != 0.0 {
            self.offset += points;
            self.at_end = false;
        }
    }

    /// How far the end is below the lower edge, in points; a guess.
    pub(super) fn below(&self) -> f64 {
        if self.at_end {
            0.0
        } else {
            (self.content_height() - self.top() - f64::from(self.view_height)).max(0.0)
        }
    }

    fn content_height(&self) -> f64 {
        let gaps = self.heights.len().saturating_sub(1) as f64 * f64::from(GAP);
        self.heights.total() + gaps + 2.0 * f64::from(EDGE)
    }

    /// How far the upper edge is from the beginning; a guess.
    fn top(&self) -> f64 {
        self.heights.sum_before(self.anchor) + self.anchor as f64 * f64::from(GAP) - self.offset
            + f64::from(EDGE)
    }

    /// Draws the rows; returns where, and whether rows other than new last ones were exchanged.
    pub(super) fn list_ui(&mut self, ui: &mut Ui, rows: &mut dyn Rows) -> (Rect, bool) {
        let view = ui.available_rect_before_wrap();
        ui.allocate_rect(view, Sense::hover());
        self.view_height = view.height();
        let exchanged = self.take_in(rows);
        self.drawn.clear();
        if rows.len() == 0 {
            return (view, exchanged);
        }
        let width = (view.width() - 2.0 * SIDE).clamp(120.0, space::COLUMN).floor();
        let left = (view.center().x - width / 2.0).round();
        let mut ui = ui.new_child(UiBuilder::new().max_rect(view));
        ui.shrink_clip_rect(view);
        self.take_in_width(&mut ui, rows, width);
        self.take_in_pointer_and_keys(&ui, view);
        self.settle(&mut ui, rows);
        let mut y = self.offset;
        let mut row = self.anchor;
        while row < rows.len() && y < f64::from(view.height()) {
            let corner = pos2(left, (f64::from(view.top()) + y) as f32);
            let height = self.build(&mut ui, rows, row, corner, true);
            self.drawn.push((row, y));
            let known = self.heights.height(row);
            if (height - known).abs() > 0.1 {
                self.heights.set(row, height, rows.version(row));
                ui.ctx().request_repaint();
            }
            y += f64::from(height + GAP);
            row += 1;
        }
        self.reveal_focus(&ui, view);
        self.scroll_bar_ui(&ui, view);
        (view, exchanged)
    }

    /// Takes in added and removed rows; returns whether others than new last ones changed.
    fn take_in(&mut self, rows: &dyn Rows) -> bool {
        if self.revision == Some(rows.revision()) && self.heights.len() == rows.len() {
            return false;
        }
        self.revision = Some(rows.revision());
        let same = |row: &usize| rows.outline(*row).0 == self.keys[*row];
        let kept = (0..self.keys.len().min(rows.len())).take_while(same).count();
        let exchanged = kept < self.keys.len();
        self.keys.truncate(kept);
        self.lengths.truncate(kept);
        self.heights.truncate(kept);
        for row in kept..rows.len() {
            let (key, length) = rows.outline(row);
            self.keys.push(key);
            self.lengths.push(length);
            self.heights.push(guess(length, self.width));
        }
        if self.anchor >= rows.len() {
            self.jump_to_end();
        }
        exchanged
    }

    /// Takes in a new width: the same line of the same row stays where it is, as well as can be.
    fn take_in_width(&mut self, ui: &mut Ui, rows: &mut dyn Rows, width: f32) {
        if (width - self.width).abs() < 0.5 {
            return;
        }
        let before = f64::from(self.heights.height(self.anchor)).max(1.0);
        self.width = width;
        self.heights.truncate(0);
        for length in &self.lengths {
            self.heights.push(guess(*length, width));
        }
        if self.offset < 0.0 {
            let mut ui = ui.new_child(UiBuilder::new().max_rect(ui.max_rect()));
            let after = self.measure(&mut ui, rows, self.anchor);
            self.offset = (self.offset / before * f64::from(after)).round();
        }
    }

    fn take_in_pointer_and_keys(&mut self, ui: &Ui, view: Rect) {
        if ui.rect_contains_pointer(view) && ui.is_enabled() {
            let wheel = ui.input_mut(|input| {
                let wheel = input.smooth_scroll_delta.y;
                input.smooth_scroll_delta.y = 0.0;
                wheel
            });
            self.scroll_by(f64::from(wheel));
        }
        let page = f64::from((view.height() - 60.0).max(60.0));
        let blocked = egui::Popup::is_any_open(ui.ctx())
            || ui.memory(|memory| memory.top_modal_layer().is_some());
        if !blocked {
            let pages = ui.input(|input| {
                f64::from(i8::from(input.key_pressed(Key::PageUp)))
                    - f64::from(i8::from(input.key_pressed(Key::PageDown)))
            });
            self.scroll_by(pages * page);
        }
    }

    /// Brings row and distance into agreement with what there is: no gap above the first row and
    /// none below the last.
    fn settle(&mut self, ui: &mut Ui, rows: &mut dyn Rows) {
        let last = rows.len() - 1;
        let view = f64::from(self.view_height);
        let edge = f64::from(EDGE);
        if self.at_end {
            self.anchor = last;
            self.offset = view - edge - f64::from(self.measure(ui, rows, last));
        }
        self.settle_top(ui, rows);
        let mut row = self.anchor;
        let mut bottom = self.offset + f64::from(self.measure(ui, rows, row));
        while row < last && bottom < view {
            row += 1;
            bottom += f64::from(GAP + self.measure(ui, rows, row));
        }
        let missing = view - edge - bottom;
        self.at_end = row == last && missing >= -0.5;
        if self.at_end && missing > 0.0 {
            self.offset += missing;
            self.settle_top(ui, rows);
        }
    }

    fn settle_top(&mut self, ui: &mut Ui, rows: &mut dyn Rows) {
        while self.offset > 0.0 && self.anchor > 0 {
            self.anchor -= 1;
            self.offset -= f64::from(self.measure(ui, rows, self.anchor) + GAP);
        }
        if self.anchor == 0 {
            self.offset = self.offset.min(f64::from(EDGE));
        }
        while self.anchor + 1 < rows.len() {
            let height = f64::from(self.measure(ui, rows, self.anchor) + GAP);
            if self.offset + height > 0.0 {
                break;
            }
            self.offset += height;
            self.anchor += 1;
        }
    }

    /// The height of a row, measured by building it invisibly if it is not known.
    fn measure(&mut self, ui: &mut Ui, rows: &mut dyn Rows, row: usize) -> f32 {
        let version = rows.version(row);
        if let Some(height) = self.heights.measured(row, version) {
            return height;
        }
        let height = self.build(ui, rows, row, pos2(0.0, -ENDLESS), false);
        self.heights.set(row, height, version);
        height
    }

    fn build(
        &mut self,
        ui: &mut Ui,
        rows: &mut dyn Rows,
        row: usize,
        corner: egui::Pos2,
        visible: bool,
    ) -> f32 {
        let rect = Rect::from_min_size(corner, vec2(self.width, ENDLESS));
        let key = self.keys.get(row).copied();
        let mut builder = UiBuilder::new().id_salt(("row", key, visible)).max_rect(rect);
        if !visible {
            builder = builder.invisible();
        }
        let mut child = ui.new_child(builder);
        rows.row_ui(&mut child, row);
        child.min_rect().height().ceil()
    }

    /// Scrolls to what has got the keyboard by Tab.
    fn reveal_focus(&mut self, ui: &Ui, view: Rect) {
        let focused = ui.memory(egui::Memory::focused);
        if focused == self.focused {
            return;
        }
        self.focused = focused;
        let Some(response) = focused.and_then(|id| ui.ctx().read_response(id)) else { return };
        let (rect, seen) = (response.rect, response.interact_rect);
        let ours = response.layer_id == ui.layer_id()
            && view.x_range().contains(rect.center().x)
            && (seen.height() <= 0.0 || view.expand(1.0).contains_rect(seen))
            && seen.height() < rect.height() - 1.0
            && rect.height() < view.height();
        if !ours {
            return;
        }
        let missing = if rect.top() < view.top() {
            view.top() - rect.top() + 8.0
        } else {
            view.bottom() - rect.bottom() - 8.0
        };
        self.scroll_by(f64::from(missing));
        ui.ctx().request_repaint();
    }

    fn scroll_bar_ui(&mut self, ui: &Ui, view: Rect) {
        let whole = self.content_height();
        let height = f64::from(view.height());
        if whole <= height + 1.0 {
            return;
        }
        let track = view.with_min_x(view.right() - 12.0).shrink2(vec2(0.0, 2.0));
        let length = ((height / whole) as f32 * track.height()).max(28.0);
        let travel = track.height() - length;
        let part = if self.at_end { 1.0 } else { (self.top() / (whole - height)).clamp(0.0, 1.0) };
        let top = track.top() + travel * part as f32;
        let response =
            ui.interact(track, ui.scope_id().with("scroll bar"), Sense::CLICK | Sense::DRAG);
        if let Some(pointer) = response.interact_pointer_pos()
            && travel > 0.0
        {
            let wanted = (pointer.y - track.top() - length / 2.0) / travel;
            self.scroll_to(f64::from(wanted.clamp(0.0, 1.0)) * (whole - height));
            self.at_end = wanted >= 1.0;
            ui.ctx().request_repaint();
        }
        let lit = ui.ctx().animate_bool(response.id, response.hovered() || response.dragged());
        let thickness = egui::lerp(4.0..=8.0, lit);
        let handle = Rect::from_min_size(
            pos2(track.right() - thickness - 2.0, top),
            Vec2::new(thickness, length),
        );
        let tokens = tokens(ui);
        let color = tokens.border_strong.lerp_to_gamma(tokens.text_faint, lit);
        ui.painter().rect_filled(handle, 4, color);
    }

    /// Puts a place, counted from the beginning, at the upper edge.
    fn scroll_to(&mut self, place: f64) {
        // Gaps are spread over the rows for the search; what is left of the error is below a row.
        let rows = self.heights.len().max(1) as f64;
        let share = self.heights.total() / (self.content_height() - 2.0 * f64::from(EDGE)).max(1.0);
        let (row, _) = self.heights.row_at((place - f64::from(EDGE)) * share);
        self.anchor = row.min(rows as usize - 1);
        let start = self.heights.sum_before(self.anchor) + self.anchor as f64 * f64::from(GAP);
        self.offset = start + f64::from(EDGE) - place;
        self.at_end = false;
    }
}

/// A guess at the height of a text, from its length in bytes.
fn guess(length: usize, width: f32) -> f32 {
    let lines = (length as f32 * 7.4 / width.max(120.0)).ceil().max(1.0);
    lines * 23.0 + 70.0
}

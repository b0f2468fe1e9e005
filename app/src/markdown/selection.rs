//! Selecting text across the pieces of many documents.
//!
//! egui's own label selection forgets an end that has scrolled out of view and copies what is
//! drawn; this one remembers places, not widgets, and lets the caller copy from the source.

use std::ops::Range;
use std::sync::Arc;

use egui::{Context, Event, Galley, Id, PointerButton, Pos2, Rect, Response, Ui};

use super::document::{TextPlace, byte_of};

/// A place in a list of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Spot {
    /// Which document, counted from the top.
    pub row: usize,
    /// Where in it.
    pub place: TextPlace,
}

/// What is selected, and whether it is being changed.
#[derive(Clone, Default)]
pub(crate) struct Selection {
    anchor: Option<Spot>,
    head: Option<Spot>,
    dragging: bool,
    pressed_on_text: bool,
    seen: Vec<Seen>,
}

#[derive(Clone)]
struct Seen {
    row: usize,
    piece: usize,
    rect: Rect,
    galley: Arc<Galley>,
}

impl Selection {
    /// The selection of a document that is not part of a list, from the last frame.
    pub(crate) fn load(ctx: &Context, id: Id) -> Self {
        ctx.data(|data| data.get_temp(id)).unwrap_or_default()
    }

    /// Keeps it for the next frame.
    pub(crate) fn store(mut self, ctx: &Context, id: Id) {
        self.seen.clear();
        ctx.data_mut(|data| data.insert_temp(id, self));
    }

    /// Forgets what is selected; to be called when rows are exchanged.
    pub(crate) fn clear(&mut self) {
        self.anchor = None;
        self.head = None;
        self.dragging = false;
    }

    /// Whether the pointer is selecting just now.
    pub(crate) fn is_dragging(&self) -> bool {
        self.dragging
    }

    /// The two ends, first one first, if there is anything between them.
    pub(crate) fn range(&self) -> Option<(Spot, Spot)> {
        let (anchor, head) = (self.anchor?, self.head?);
        (anchor != head).then(|| (anchor.min(head), anchor.max(head)))
    }

    /// Starts a frame.
    pub(crate) fn begin(&mut self, ui: &Ui) {
        self.seen.clear();
        self.pressed_on_text = false;
        if self.dragging && !ui.input(|input| input.pointer.primary_down()) {
            self.dragging = false;
        }
    }

    /// Which characters of a piece are selected, if any; `chars` is how many it has.
    pub(crate) fn selected(&self, row: usize, piece: usize, chars: usize) -> Option<Range<usize>> {
        let (from, to) = self.range()?;
        let first = Spot { row, place: TextPlace { piece, char: 0 } };
        let last = Spot { row, place: TextPlace { piece, char: chars } };
        if to <= first || from >= last {
            return None;
        }
        let start = if from > first { from.place.char } else { 0 };
        let end = if to < last { to.place.char } else { chars };
        (start < end).then_some(start..end)
    }

    /// Takes in a piece of text that is drawn in this frame.
    pub(crate) fn hear(
        &mut self,
        ui: &Ui,
        response: &Response,
        (row, piece): (usize, usize),
        galley: &Arc<Galley>,
    ) {
        let rect = response.rect;
        let pressed = response.contains_pointer()
            && ui.input(|input| input.pointer.button_pressed(PointerButton::Primary));
        if let Some(pointer) = response.interact_pointer_pos().or_else(|| response.hover_pos()) {
            let char = char_at(galley, pointer, rect);
            let spot = |char| Some(Spot { row, place: TextPlace { piece, char } });
            if response.triple_clicked() {
                self.anchor = spot(0);
                self.head = spot(galley.text().chars().count());
            } else if response.double_clicked() {
                let word = word_around(galley.text(), char);
                self.anchor = spot(word.start);
                self.head = spot(word.end);
            } else if pressed {
                self.pressed_on_text = true;
                self.dragging = true;
                if !ui.input(|input| input.modifiers.shift) || self.anchor.is_none() {
                    self.anchor = spot(char);
                }
                self.head = spot(char);
            }
        }
        self.seen.push(Seen { row, piece, rect, galley: Arc::clone(galley) });
    }

    /// Ends a frame: follows the pointer, and forgets the selection when a press went elsewhere
    /// in `viewport`. Returns whether the selection is to be copied.
    pub(crate) fn end(&mut self, ui: &Ui, viewport: Rect) -> bool {
        let pointer = ui.input(|input| input.pointer.interact_pos());
        let pressed = ui.input(|input| input.pointer.button_pressed(PointerButton::Primary));
        let pressed_inside = pressed && pointer.is_some_and(|pointer| viewport.contains(pointer));
        if pressed_inside && !self.pressed_on_text && ui.rect_contains_pointer(viewport) {
            self.clear();
        }
        if self.dragging
            && !pressed
            && let Some(pointer) = pointer
            && let Some(nearest) = self.nearest(pointer)
        {
            let char = char_at(&nearest.galley, pointer, nearest.rect);
            let place = TextPlace { piece: nearest.piece, char };
            self.head = Some(Spot { row: nearest.row, place });
        }
        let typing = ui.ctx().text_edit_focused();
        !typing
            && self.range().is_some()
            && ui.input(|input| input.events.iter().any(|event| matches!(event, Event::Copy)))
    }

    fn nearest(&self, pointer: Pos2) -> Option<&Seen> {
        let distance = |seen: &Seen| {
            let rect = seen.rect;
            let aside = (rect.left() - pointer.x).max(pointer.x - rect.right()).max(0.0);
            let above = (rect.top() - pointer.y).max(pointer.y - rect.bottom()).max(0.0);
            // What is on the pointer's line counts before what is near.
            above * 1_000.0 + aside
        };
        self.seen.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)))
    }
}

fn char_at(galley: &Galley, pointer: Pos2, rect: Rect) -> usize {
    usize::from(galley.cursor_from_pos(pointer - rect.min).index)
}

/// The word around a character, in characters.
fn word_around(text: &str, char: usize) -> Range<usize> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '\'' | '\u{2019}');
    let byte = byte_of(text, char);
    let before = text[..byte].chars().rev().take_while(|c| is_word(*c)).count();
    let after = text[byte..].chars().take_while(|c| is_word(*c)).count();
    if before + after == 0 {
        return char..char + usize::from(byte < text.len());
    }
    char - before..char + after
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(row: usize, piece: usize, char: usize) -> Option<Spot> {
        Some(Spot { row, place: TextPlace { piece, char } })
    }

    #[test]
    fn pieces_between_the_ends_are_selected_whole() {
        let selection =
            Selection { anchor: spot(2, 1, 4), head: spot(0, 3, 2), ..Selection::default() };
        assert_eq!(selection.selected(0, 2, 9), None);
        assert_eq!(selection.selected(0, 3, 9), Some(2..9));
        assert_eq!(selection.selected(1, 0, 5), Some(0..5));
        assert_eq!(selection.selected(2, 1, 9), Some(0..4));
        assert_eq!(selection.selected(2, 2, 9), None);
    }

    #[test]
    fn a_word_is_found_from_any_of_its_characters() {
        for char in 4..=8 {
            assert_eq!(word_around("the 日本go! end", char), 4..8);
        }
        assert_eq!(word_around("a, b", 1), 0..1);
        assert_eq!(word_around("a -- b", 3), 3..4);
        assert_eq!(word_around("", 0), 0..0);
    }
}

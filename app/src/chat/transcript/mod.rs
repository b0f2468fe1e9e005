//! The messages of a conversation, drawn.
//!
//! `TranscriptSource` → `list` (which rows) → `message` (what each looks like) → `TranscriptAction`
//!
//! What is typed into an edited message, what is unfolded and what is selected live here; the
//! messages themselves do not.

mod cache;
mod edit;
mod footer;
mod heights;
mod list;
mod message;
mod model;
mod sources;

use std::collections::HashSet;

use egui::{Ui, Vec2, pos2};

pub use model::{
    FindView, MessageKey, Progress, Reasoning, Speaker, TranscriptAction, TranscriptMessage,
    TranscriptSource,
};

use crate::look::{Icon, tokens};
use crate::markdown::{Selection, Spot};
use cache::Cache;
pub(crate) use cache::flavor;
use edit::Editing;
use list::{List, Rows};
pub(crate) use sources::{reading_words, source_ui};

/// The visible conversation.
#[derive(Default)]
pub struct Transcript {
    list: List,
    cache: Cache,
    selection: Selection,
    editing: Option<Editing>,
    unfolded: HashSet<MessageKey>,
    unfolded_sources: HashSet<MessageKey>,
    /// Grows when something beside the messages changes a height.
    shape: u64,
    /// Where to go in the next frame.
    wanted: Option<Place>,
    shown_match: Option<(usize, usize)>,
}

enum Place {
    Message(MessageKey),
    /// The match that is looked at, once it is known where it is drawn.
    Match {
        /// How often the list is still moved for it.
        tries: u8,
    },
}

impl Transcript {
    /// Starts anew, for another conversation, at its end.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// Puts a message at the upper edge, in the next frame.
    pub fn jump_to(&mut self, message: MessageKey) {
        self.wanted = Some(Place::Message(message));
    }

    /// Goes to the end and follows it.
    pub fn jump_to_end(&mut self) {
        self.wanted = None;
        self.list.jump_to_end();
    }

    /// Opens a message of the person for editing.
    pub fn edit(&mut self, message: MessageKey, text: &str) {
        self.editing = Some(Editing::new(message, text));
        self.shape += 1;
    }

    /// Whether a message is open for editing.
    pub fn is_editing(&self) -> bool {
        self.editing.is_some()
    }

    /// Closes the editor without a change.
    pub fn cancel_edit(&mut self) {
        self.editing = None;
        self.shape += 1;
    }

    /// Draws the conversation into all the room there is, and notes what the person asked for.
    pub fn transcript_ui(
        &mut self,
        ui: &mut Ui,
        source: &dyn TranscriptSource,
        find: Option<FindView<'_>>,
        actions: &mut Vec<TranscriptAction>,
    ) {
        self.go_where_wanted(source, find);
        self.selection.begin(ui);
        let query = find.map(|find| find.query.to_lowercase()).unwrap_or_default();
        let mut rows = MessageRows {
            source,
            cache: &mut self.cache,
            selection: &mut self.selection,
            editing: &mut self.editing,
            unfolded: &mut self.unfolded,
            unfolded_sources: &mut self.unfolded_sources,
            shape: &mut self.shape,
            marked: &query,
            current: find.and_then(|find| find.current),
            current_rect: None,
            actions,
        };
        let (view, exchanged) = self.list.list_ui(ui, &mut rows);
        let mark = rows.current_rect;
        if exchanged {
            self.selection.clear();
        }
        if let Some(mark) = mark {
            self.reveal_match(ui, view, mark);
        }
        if self.selection.end(ui, view) {
            ui.ctx().copy_text(self.selected_text(source));
        }
        self.scroll_while_selecting(ui, view);
        self.jump_button_ui(ui, view);
    }

    fn go_where_wanted(&mut self, source: &dyn TranscriptSource, find: Option<FindView<'_>>) {
        let current = find.and_then(|find| find.current);
        if current != self.shown_match {
            self.shown_match = current;
            if let Some((row, _)) = current {
                self.wanted = Some(Place::Match { tries: 4 });
                if !self.list.drawn.iter().any(|(drawn, _)| *drawn == row) {
                    self.list.jump_to(row.min(source.len().saturating_sub(1)));
                }
            }
        }
        if let Some(Place::Message(key)) = self.wanted {
            self.wanted = None;
            if let Some(row) = (0..source.len()).find(|row| source.outline(*row).0 == key) {
                self.list.jump_to(row);
            }
        }
    }

    /// Brings the match that is looked at into view, first its block and then itself.
    fn reveal_match(&mut self, ui: &Ui, view: egui::Rect, mark: egui::Rect) {
        let Some(Place::Match { tries }) = self.wanted else { return };
        let seen = view.shrink(8.0).contains(mark.center()) && mark.height() < view.height() / 2.0;
        if seen || tries == 0 {
            self.wanted = None;
            return;
        }
        self.wanted = Some(Place::Match { tries: tries - 1 });
        self.list.scroll_by(f64::from(view.center().y - mark.center().y));
        ui.ctx().request_repaint();
    }

    /// The selected text, from the sources of the messages.
    fn selected_text(&mut self, source: &dyn TranscriptSource) -> String {
        let Some((from, to)) = self.selection.range() else { return String::new() };
        let mut parts = Vec::new();
        for row in from.row..=to.row.min(source.len().saturating_sub(1)) {
            let message = source.message(row);
            let inner = from.row < row && row < to.row;
            let text = if inner {
                message.text.trim_end().to_owned()
            } else {
                self.part_of(&message, row, from, to)
            };
            if !text.is_empty() {
                parts.push(text);
            }
        }
        parts.join("\n\n")
    }

    fn part_of(
        &mut self,
        message: &TranscriptMessage<'_>,
        row: usize,
        from: Spot,
        to: Spot,
    ) -> String {
        let document = &self.cache.entry(message).text.document;
        let start = if row == from.row {
            from.place
        } else {
            crate::markdown::TextPlace { piece: 0, char: 0 }
        };
        let end = if row == to.row { to.place } else { document.end() };
        document.copy(start, end)
    }

    fn scroll_while_selecting(&mut self, ui: &Ui, view: egui::Rect) {
        let Some(pointer) = ui.input(|input| input.pointer.interact_pos()) else { return };
        if !self.selection.is_dragging() {
            return;
        }
        let beyond = (view.top() - pointer.y).max(0.0) - (pointer.y - view.bottom()).max(0.0);
        if beyond != 0.0 {
            let speed = (beyond * 12.0).clamp(-2_400.0, 2_400.0);
            let time = ui.input(|input| input.stable_dt).min(0.1);
            self.list.scroll_by(f64::from(speed * time));
            ui.ctx().request_repaint();
        }
    }

    fn jump_button_ui(&mut self, ui: &mut Ui, view: egui::Rect) {
        if self.list.below() < 120.0 {
            return;
        }
        let tokens = tokens(ui);
        let center = pos2(view.center().x, view.bottom() - 28.0);
        let rect = egui::Rect::from_center_size(center, Vec2::splat(36.0));
        let response =
            ui.interact(rect, ui.scope_id().with("jump to latest"), egui::Sense::click());
        response.widget_info(|| {
            egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, "Jump to latest")
        });
        let fade = ui.ctx().animate_bool(response.id, response.hovered());
        let shadow =
            crate::look::resting_shadow(tokens).as_shape(rect, egui::CornerRadius::same(18));
        ui.painter().add(shadow);
        let fill = tokens.surface.lerp_to_gamma(tokens.hover, fade);
        let outline = egui::Stroke::new(1.0, tokens.border_strong);
        ui.painter().rect(rect, 18, fill, outline, egui::StrokeKind::Inside);
        crate::look::focus_ring(ui, rect, 18, &response);
        let font = crate::look::fonts::icon_font(17.0);
        let glyph = Icon::ArrowDown.glyph();
        ui.painter().text(center, egui::Align2::CENTER_CENTER, glyph, font, tokens.text);
        let response = response
            .on_hover_cursor(egui::CursorIcon::PointingHand)
            .on_hover_text("Jump to latest");
        if response.clicked() {
            self.jump_to_end();
            ui.ctx().request_repaint();
        }
    }
}

/// The messages as rows of the list.
struct MessageRows<'a> {
    source: &'a dyn TranscriptSource,
    cache: &'a mut Cache,
    selection: &'a mut Selection,
    editing: &'a mut Option<Editing>,
    unfolded: &'a mut HashSet<MessageKey>,
    unfolded_sources: &'a mut HashSet<MessageKey>,
    shape: &'a mut u64,
    marked: &'a str,
    current: Option<(usize, usize)>,
    current_rect: Option<egui::Rect>,
    actions: &'a mut Vec<TranscriptAction>,
}

impl Rows for MessageRows<'_> {
    fn revision(&self) -> u64 {
        self.source.revision()
    }

    fn len(&self) -> usize {
        self.source.len()
    }

    fn outline(&self, row: usize) -> (MessageKey, usize) {
        self.source.outline(row)
    }

    fn version(&self, row: usize) -> u64 {
        // Folding and editing are rare, so all rows may be measured again after them.
        self.source.message(row).version.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ *self.shape
    }

    fn row_ui(&mut self, ui: &mut Ui, row: usize) {
        self.message_ui(ui, row);
    }
}

#[cfg(test)]
mod tests;

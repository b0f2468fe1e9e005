//! How one message looks.

use egui::accesskit::Role;
use egui::{
    Align, CornerRadius, CursorIcon, Frame, Id, Layout, Margin, Rect, Sense, Stroke, Ui, Vec2,
    WidgetInfo, pos2, vec2,
};

use super::footer::{PERSON_ACTIONS, answer_footer_ui, person_actions_ui, person_footer_ui};
use super::model::{MessageKey, Progress, Speaker, TranscriptAction, TranscriptMessage};
use super::sources::{Named, sources_ui};
use super::{Editing, MessageRows};
use crate::look::{self, Button, ButtonKind, Icon, fonts, radius, space, text_size, tokens};
use crate::markdown::{Cited, Drawing, document_ui};
use crate::measures::bytes;
use crate::scripts::allow_button;

/// The widest bubble.
const BUBBLE: f32 = 560.0;
const BUBBLE_PADDING: Vec2 = vec2(16.0, 11.0);
/// Room for the mark at the left of an answer, where the window is wide enough for it.
const GUTTER: f32 = 42.0;
const GUTTER_FROM: f32 = 460.0;

impl MessageRows<'_> {
    /// Draws one message.
    pub(super) fn message_ui(&mut self, ui: &mut Ui, row: usize) {
        let message = self.source.message(row);
        ui.spacing_mut().item_spacing = vec2(8.0, 6.0);
        match message.speaker {
            Speaker::User => self.person_ui(ui, row, &message),
            Speaker::Assistant => self.answer_ui(ui, row, &message),
            Speaker::Program => self.program_ui(ui, row, &message),
        }
    }

    fn person_ui(&mut self, ui: &mut Ui, row: usize, message: &TranscriptMessage<'_>) {
        let edited = |editing: &Editing| editing.key == message.key;
        if let Some(editing) = self.editing.as_mut().filter(|editing| edited(editing)) {
            if editing.editor_ui(ui, self.actions) {
                *self.editing = None;
                *self.shape += 1;
            }
            return;
        }
        let whole = ui.available_width();
        let most = (whole * 0.82).min(BUBBLE) - 2.0 * BUBBLE_PADDING.x;
        let parsed = &mut self.cache.entry(message).text;
        let height = parsed.layout.update(ui, &parsed.document, most);
        let used = parsed.layout.used_width().ceil().clamp(8.0, most);
        let size = vec2(used, height) + 2.0 * BUBBLE_PADDING;
        let (line, _) = ui.allocate_exact_size(vec2(whole, size.y), Sense::hover());
        let bubble = Rect::from_min_size(pos2(line.right() - size.x, line.top()), size);
        let corners = CornerRadius { nw: 16, ne: 16, sw: 16, se: 5 };
        ui.painter().rect_filled(bubble, corners, tokens(ui).bubble);
        self.text_ui(ui, row, message, bubble.min + BUBBLE_PADDING);
        self.hidden_ui(ui, message);
        let beside = bubble.left() - line.left() >= PERSON_ACTIONS;
        let below = if beside { 0.0 } else { look::space::ICON_BUTTON + 6.0 };
        let near = line.with_max_y(line.bottom() + below);
        let shown = self.footer_fade(ui, message.key, near);
        let mut edit = false;
        if beside {
            let corner = pos2(bubble.left() - PERSON_ACTIONS, bubble.bottom() - 36.0);
            let area = Rect::from_min_size(corner, vec2(PERSON_ACTIONS - 8.0, 30.0));
            let layout = Layout::right_to_left(Align::Center);
            let mut side = ui.new_child(egui::UiBuilder::new().max_rect(area).layout(layout));
            edit |= person_actions_ui(&mut side, message.key, shown, self.actions);
        }
        edit |= person_footer_ui(ui, message, (!beside).then_some(shown), self.actions);
        if edit {
            *self.editing = Some(Editing::new(message.key, message.text));
            *self.shape += 1;
            ui.ctx().request_repaint();
        }
    }

    /// The actions of a person's message appear while the pointer is near or they are focused.
    fn footer_fade(&self, ui: &Ui, key: MessageKey, near: Rect) -> f32 {
        let focused = ui
            .memory(egui::Memory::focused)
            .and_then(|id| ui.ctx().read_response(id))
            .is_some_and(|response| near.contains_rect(response.rect));
        let near = ui.rect_contains_pointer(near) || focused;
        ui.ctx().animate_bool(Id::unique(("actions", key.0)), near)
    }

    /// Draws the text of a message whose layout is up to date.
    fn text_ui(
        &mut self,
        ui: &mut Ui,
        row: usize,
        message: &TranscriptMessage<'_>,
        corner: egui::Pos2,
    ) {
        let layout = &self.cache.entry(message).text.layout;
        let id = Id::unique(("message", message.key.0));
        let named = message.sources.map(Named);
        let mut drawing = Drawing::new(id, row, self.selection);
        drawing.cited = named.as_ref().map(|named| named as &dyn Cited);
        drawing.marked = self.marked;
        drawing.current_mark = self.current.filter(|(of, _)| *of == row).map(|(_, nth)| nth);
        document_ui(ui, layout, corner, &mut drawing);
        if ui.is_visible() {
            self.current_rect = self.current_rect.or(drawing.current_rect);
            let key = message.key;
            let open = |number| TranscriptAction::OpenSource { key, number };
            self.actions.extend(drawing.clicked_cite.map(open));
        }
    }

    /// Says how much of a long message is not shown.
    fn hidden_ui(&mut self, ui: &mut Ui, message: &TranscriptMessage<'_>) {
        let document = &self.cache.entry(message).text.document;
        let (hidden, more) = (document.hidden(), document.more().is_some());
        if hidden == 0 {
            return;
        }
        ui.horizontal_wrapped(|ui| {
            look::badge(
                ui,
                &format!("{} more not shown", bytes(hidden as u64)),
                look::Tone::Neutral,
            );
            if more && look::button(ui, "Show more").clicked() {
                self.cache.show_more(message.key);
                *self.shape += 1;
                ui.ctx().request_repaint();
            } else if !more {
                look::muted(ui, "Copy the message to read the rest");
            }
        });
    }

    fn answer_ui(&mut self, ui: &mut Ui, row: usize, message: &TranscriptMessage<'_>) {
        let gutter = if ui.available_width() >= GUTTER_FROM { GUTTER } else { 0.0 };
        let corner = ui.next_widget_position();
        if gutter > 0.0 {
            let square = Rect::from_min_size(corner, Vec2::splat(28.0));
            let tokens = tokens(ui);
            ui.painter().rect_filled(square, 9, tokens.accent_soft);
            let font = fonts::icon_font(15.0);
            let glyph = Icon::Sparkles.glyph();
            let center = square.center();
            ui.painter().text(center, egui::Align2::CENTER_CENTER, glyph, font, tokens.accent_text);
        }
        let width = ui.available_width() - gutter;
        let rect = Rect::from_min_size(corner + vec2(gutter, 0.0), vec2(width, f32::INFINITY));
        let body = ui.scope_builder(egui::UiBuilder::new().max_rect(rect), |ui| {
            self.answer_body_ui(ui, row, message);
        });
        debug_assert!(body.response.rect.height().is_finite(), "an answer has a height");
    }

    fn answer_body_ui(&mut self, ui: &mut Ui, row: usize, message: &TranscriptMessage<'_>) {
        ui.spacing_mut().item_spacing = vec2(8.0, 6.0);
        ui.allocate_ui_with_layout(
            vec2(ui.available_width(), 28.0),
            Layout::left_to_right(Align::Center),
            |ui| {
                ui.set_min_height(28.0);
                let name = if message.model.is_empty() { "Assistant" } else { message.model };
                look::name_line(ui, name);
            },
        );
        self.reasoning_ui(ui, message);
        let width = ui.available_width();
        let parsed = &mut self.cache.entry(message).text;
        let height = parsed.layout.update(ui, &parsed.document, width);
        if height > 0.0 {
            let (rect, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
            self.text_ui(ui, row, message, rect.min);
        }
        self.hidden_ui(ui, message);
        progress_ui(ui, message, self.actions);
        if sources_ui(ui, message, self.unfolded_sources, self.actions) {
            *self.shape += 1;
            ui.ctx().request_repaint();
        }
        if !message.progress.is_running() {
            answer_footer_ui(ui, message, self.actions);
        }
    }

    /// The folded thinking of a model.
    fn reasoning_ui(&mut self, ui: &mut Ui, message: &TranscriptMessage<'_>) {
        let Some(reasoning) = message.reasoning else { return };
        let words = match reasoning.duration {
            Some(duration) => format!("Thought for {}", duration_words(duration)),
            None if message.progress.is_running() => "Thinking\u{2026}".to_owned(),
            None => "Thoughts".to_owned(),
        };
        let open = self.unfolded.contains(&message.key);
        if fold_ui(ui, Icon::Brain, &words, open).clicked() {
            if !self.unfolded.remove(&message.key) {
                self.unfolded.insert(message.key);
            }
            *self.shape += 1;
            ui.ctx().request_repaint();
        }
        if !open {
            return;
        }
        let width = ui.available_width();
        let Some(parsed) = &mut self.cache.entry(message).reasoning else { return };
        let height = parsed.layout.update(ui, &parsed.document, width - 20.0);
        let (rect, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
        let bar = Rect::from_min_size(rect.min + vec2(7.0, 0.0), vec2(2.0, height));
        ui.painter().rect_filled(bar, 1, tokens(ui).border_strong);
        // Thoughts are selected and copied on their own, not along with the answers.
        let id = Id::unique(("reasoning", message.key.0));
        let mut apart = crate::markdown::Selection::load(ui.ctx(), id);
        apart.begin(ui);
        ui.scope(|ui| {
            ui.multiply_opacity(0.8);
            let mut drawing = Drawing::new(id, 0, &mut apart);
            document_ui(ui, &parsed.layout, rect.min + vec2(20.0, 0.0), &mut drawing);
        });
        if apart.end(ui, ui.clip_rect())
            && let Some((from, to)) = apart.range()
        {
            ui.ctx().copy_text(parsed.document.copy(from.place, to.place));
        }
        apart.store(ui.ctx(), id);
        ui.add_space(4.0);
    }

    fn program_ui(&mut self, ui: &mut Ui, row: usize, message: &TranscriptMessage<'_>) {
        Frame::new()
            .fill(tokens(ui).sunken)
            .corner_radius(radius::CARD)
            .inner_margin(Margin::symmetric(14, 10))
            .show(ui, |ui| {
                ui.set_width(ui.available_width());
                look::caption(ui, "Instructions");
                let width = ui.available_width();
                let parsed = &mut self.cache.entry(message).text;
                let height = parsed.layout.update(ui, &parsed.document, width);
                let (rect, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
                self.text_ui(ui, row, message, rect.min);
                self.hidden_ui(ui, message);
            });
    }
}

/// A line that folds and unfolds what is below it.
pub(super) fn fold_ui(ui: &mut Ui, icon: Icon, words: &str, open: bool) -> egui::Response {
    let tokens = tokens(ui);
    let font = fonts::regular_font(text_size::BODY);
    let galley = ui.painter().layout_no_wrap(words.to_owned(), font, egui::Color32::PLACEHOLDER);
    let size = vec2(galley.size().x + 46.0, 26.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::DisclosureTriangle, true, words);
        info.selected = Some(open);
        info
    });
    let fade = ui.ctx().animate_bool(response.id, response.hovered());
    let color = tokens.text_muted.lerp_to_gamma(tokens.text_strong, fade);
    let center = egui::Align2::CENTER_CENTER;
    let icon_font = fonts::icon_font(14.0);
    let brain = pos2(rect.left() + 8.0, rect.center().y);
    ui.painter().text(brain, center, icon.glyph(), icon_font.clone(), color);
    let corner = pos2(rect.left() + 22.0, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(corner, galley, color);
    let chevron = if open { Icon::ChevronDown } else { Icon::ChevronRight };
    let place = pos2(rect.right() - 12.0, rect.center().y);
    ui.painter().text(place, center, chevron.glyph(), icon_font, color);
    look::focus_ring(ui, rect, radius::SMALL, &response);
    response.on_hover_cursor(CursorIcon::PointingHand)
}

/// Says how far an answer has come, or how it ended if not as it should.
fn progress_ui(ui: &mut Ui, message: &TranscriptMessage<'_>, actions: &mut Vec<TranscriptAction>) {
    let key = message.key;
    let go_on = if message.begins_anew { "Start over" } else { "Continue" };
    match message.progress {
        Progress::Waiting { ahead: 0 } => waiting_ui(ui, "Waiting for the model\u{2026}"),
        Progress::Waiting { ahead: 1 } => waiting_ui(ui, "Waiting for another answer\u{2026}"),
        Progress::Waiting { ahead } => {
            waiting_ui(ui, &format!("Waiting for {ahead} other answers\u{2026}"));
        }
        Progress::Reading { tokens, of } if of > tokens => {
            let percent = 100 * u64::from(tokens) / u64::from(of);
            waiting_ui(ui, &format!("Reading the conversation\u{2026} {percent} %"));
        }
        // All is read, and what is written so far is no text yet.
        Progress::Reading { .. } => waiting_ui(ui, "Writing\u{2026}"),
        Progress::Thinking if message.reasoning.is_none() => waiting_ui(ui, "Thinking\u{2026}"),
        Progress::Writing if message.text.is_empty() => waiting_ui(ui, "Writing\u{2026}"),
        Progress::Working { fraction, text } => working_ui(ui, fraction, text),
        Progress::Thinking | Progress::Writing | Progress::Complete => {}
        Progress::Stopped => {
            ending_ui(ui, Icon::CircleStop, "Stopped", go_on, || {
                actions.push(TranscriptAction::Continue(key));
            });
        }
        Progress::Interrupted => {
            let words = "Interrupted when the program ended";
            ending_ui(ui, Icon::TriangleAlert, words, go_on, || {
                actions.push(TranscriptAction::Continue(key));
            });
        }
        Progress::Failed(words) => failure_ui(ui, words, message, actions),
    }
}

fn waiting_ui(ui: &mut Ui, words: &str) {
    look::muted(ui, words);
}

fn ending_ui(ui: &mut Ui, icon: Icon, words: &str, action: &str, act: impl FnOnce()) {
    // As high as the button from the beginning, so that the words stand on its line.
    let size = vec2(ui.available_width(), space::CONTROL);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        let color = tokens(ui).warning;
        let (mark, _) = ui.allocate_exact_size(Vec2::splat(16.0), Sense::hover());
        let font = fonts::icon_font(14.0);
        let center = mark.center();
        ui.painter().text(center, egui::Align2::CENTER_CENTER, icon.glyph(), font, color);
        look::muted(ui, words);
        if ui.add(Button::new(action).kind(ButtonKind::Quiet)).clicked() {
            act();
        }
    });
}

/// How far an app is.
fn working_ui(ui: &mut Ui, fraction: Option<f32>, text: &str) {
    let words = if text.is_empty() { "Working\u{2026}" } else { text };
    ui.allocate_ui(vec2(ui.available_width().min(360.0), 12.0), |ui| {
        look::progress_bar(ui, words, fraction);
    });
    look::muted(ui, words);
}

fn failure_ui(
    ui: &mut Ui,
    words: &str,
    message: &TranscriptMessage<'_>,
    actions: &mut Vec<TranscriptAction>,
) {
    let tokens = tokens(ui);
    Frame::new()
        .fill(tokens.danger_soft)
        .stroke(Stroke::new(1.0, tokens.danger.gamma_multiply(0.35)))
        .corner_radius(radius::CARD)
        .inner_margin(Margin::symmetric(14, 10))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            look::error_text(ui, words);
            ui.horizontal_wrapped(|ui| {
                if ui.add(Button::new("Try again").icon(Icon::RotateCcw)).clicked() {
                    actions.push(TranscriptAction::Retry(message.key));
                }
                if message.refused.is_some_and(|deed| allow_button(ui, deed)) {
                    actions.push(TranscriptAction::Allow(message.key));
                }
                if message.is_broken_app
                    && ui.add(Button::new("Open in editor").icon(Icon::Code)).clicked()
                {
                    actions.push(TranscriptAction::OpenInEditor(message.key));
                }
            });
        });
}

fn duration_words(duration: std::time::Duration) -> String {
    match duration.as_secs() {
        0 => "less than a second".to_owned(),
        seconds @ 1..60 => format!("{seconds} s"),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

//! Editing a message where it stands.

use egui::{Frame, Key, KeyboardShortcut, Margin, Modifiers, Stroke, TextEdit, Ui};

use super::footer::row_ui;
use super::model::{MessageKey, TranscriptAction};
use crate::look::{self, radius, text_size, tokens};

/// A message that is being edited.
pub(super) struct Editing {
    pub(super) key: MessageKey,
    text: String,
    /// The field has not had the keyboard yet.
    fresh: bool,
}

impl Editing {
    pub(super) fn new(key: MessageKey, text: &str) -> Self {
        Self { key, text: text.to_owned(), fresh: true }
    }

    /// Draws the editor; returns whether it is to be closed.
    pub(super) fn editor_ui(&mut self, ui: &mut Ui, actions: &mut Vec<TranscriptAction>) -> bool {
        let tokens = tokens(ui);
        let id = ui.scope_id().with("editor");
        let mut close = false;
        Frame::new()
            .fill(tokens.surface)
            .stroke(Stroke::new(1.5, tokens.accent))
            .corner_radius(radius::LARGE)
            .inner_margin(Margin { left: 16, right: 12, top: 12, bottom: 10 })
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing = egui::vec2(8.0, 10.0);
                // Enter sends, as in the message field; while letters are being composed the
                // field keeps Enter for itself.
                let field = ui.add(
                    TextEdit::multiline(&mut self.text)
                        .id(id)
                        .frame(Frame::NONE)
                        .margin(Margin::ZERO)
                        .font(look::fonts::regular_font(text_size::MESSAGE))
                        .desired_rows(1)
                        .desired_width(f32::INFINITY)
                        .return_key(KeyboardShortcut::new(Modifiers::SHIFT, Key::Enter)),
                );
                field.widget_info(|| {
                    let text = self.text.as_str();
                    let mut info = egui::WidgetInfo::text_edit(true, text, text, "");
                    info.label = Some("Edit message".to_owned());
                    info
                });
                if self.fresh && ui.is_visible() {
                    self.fresh = false;
                    field.request_focus();
                }
                let enter = field.has_focus()
                    && look::pressed_with(ui, Key::Enter).is_some_and(|with| with.is_none());
                let escape = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Escape));
                let ready = !self.text.trim().is_empty();
                row_ui(ui, egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    ui.spacing_mut().item_spacing.x = 8.0;
                    let send = ui
                        .add_enabled_ui(ready, |ui| look::primary_button(ui, "Send again"))
                        .inner
                        .clicked();
                    let cancel = look::button(ui, "Cancel").clicked();
                    if (send || enter) && ready {
                        let text = self.text.trim().to_owned();
                        actions.push(TranscriptAction::Edit { key: self.key, text });
                        close = true;
                    }
                    close |= cancel || escape;
                });
            });
        close
    }
}

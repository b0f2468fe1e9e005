//! Draws the messages of the open conversation.

use egui::Ui;

use super::State;
use crate::look;

pub(super) fn messages_ui(ui: &mut Ui, chat: &State) {
    egui::ScrollArea::vertical().auto_shrink(false).stick_to_bottom(true).show(ui, |ui| {
        for (message, text) in chat
            .room()
            .into_iter()
            .flat_map(|room| room.branch().map(|message| (message, room.text_of(message))))
        {
            ui.push_id(message.id, |ui| look::label(ui, text));
        }
    });
}

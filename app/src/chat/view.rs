//! Draws the page of the open conversation, or the first steps to one.

use egui::{Frame, Margin, Panel, Ui};

use super::{composer, find_bar, first_start};
use crate::action::Actions;
use crate::app::{Drafts, State};
use crate::look::{self, Icon, space};
use crate::models;

/// The transcript above, the composer below.
pub(crate) fn chat_ui(
    ui: &mut Ui,
    state: &mut State,
    drafts: &mut Drafts,
    dialog_open: bool,
    actions: &mut Actions,
) {
    if state.chat.find().is_some() {
        find_bar::find_bar_ui(ui, &state.chat, &mut drafts.chat, actions);
    }
    let has_messages = state.chat.branch().next().is_some();
    let ready = state.models.answering().is_some();
    // Documents and apps answer without a model too.
    let writing = !drafts.chat.text(state.chat.open_id()).is_empty();
    let others_answer = writing || !state.chat.collections().is_empty();
    // Who has been here before may write while another model is loaded.
    let soon_ready = state.models.loading().is_some() && !state.conversations.list().is_empty();
    let somebody_answers = ready || others_answer || soon_ready;
    if !somebody_answers && !has_messages && !state.chat.is_opening() {
        let collections = state.documents.collections();
        let draft = &mut drafts.models;
        first_start::first_start_ui(ui, &state.models, collections, draft, dialog_open, actions);
        return;
    }
    Panel::bottom("composer")
        .resizable(false)
        .show_separator_line(false)
        .frame(Frame::new().inner_margin(Margin { left: 24, right: 24, top: 4, bottom: 10 }))
        .show(ui, |ui| {
            centered_ui(ui, |ui| {
                if let Some(failure) = state.models.failure() {
                    models::failure_ui(ui, failure, actions);
                    ui.add_space(space::NORMAL);
                }
                let Drafts { chat, scripts, .. } = drafts;
                composer::composer_ui(ui, state, chat, &mut scripts.slash, actions);
            });
        });
    state.chat.lead(&mut drafts.chat.transcript);
    if has_messages {
        let transcript = &mut drafts.chat.transcript;
        super::messages::messages_ui(ui, &state.chat, &state.scripts, transcript, actions);
    } else if !state.chat.is_opening() {
        welcome_ui(ui, state);
    }
}

/// A column in the middle, as wide as text should be.
pub(super) fn centered_ui(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    let width = ui.available_width().min(space::COLUMN);
    let margin = (ui.available_width() - width) / 2.0;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.add_space(margin);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.x = space::NORMAL;
            ui.set_width(width);
            contents(ui);
        });
    });
}

fn welcome_ui(ui: &mut Ui, state: &State) {
    let demo =
        state.models.answering().is_some_and(|model| model.id.0 == engine::models::library::DEMO);
    ui.add_space((ui.available_height() * 0.28).max(space::WIDE));
    let words = if demo {
        "A demonstration model of 8 MB answers here. It shows how Satchel works, and knows very little"
    } else {
        "Everything runs on this computer, and what you write stays here"
    };
    look::empty_state(ui, Icon::MessageSquare, "What would you like to know?", words, |_| {});
}

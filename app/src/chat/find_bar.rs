//! Draws the bar for finding text in the open conversation.

use egui::{Align, Frame, Key, Layout, Margin, Modifiers, Panel, Ui};

use super::{Action, Draft, State};
use crate::action::Actions;
use crate::look::{self, Icon};

pub(super) fn find_bar_ui(ui: &mut Ui, chat: &State, draft: &mut Draft, actions: &mut Actions) {
    let Some(find) = chat.find() else { return };
    Panel::top("find bar")
        .resizable(false)
        .show_separator_line(false)
        .frame(Frame::new().fill(look::tokens(ui).panel).inner_margin(Margin::symmetric(16, 6)))
        .show(ui, |ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if look::icon_button(ui, Icon::X, "Close the find bar").clicked() {
                    actions.push(Action::CloseFind.into());
                }
                if look::icon_button(ui, Icon::ChevronDown, "Next match").clicked() {
                    actions.push(Action::FindMove(1).into());
                }
                if look::icon_button(ui, Icon::ChevronUp, "Previous match").clicked() {
                    actions.push(Action::FindMove(-1).into());
                }
                look::muted(ui, &find.words());
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    field_ui(ui, &find.query, draft, actions);
                });
            });
        });
}

fn field_ui(ui: &mut Ui, query: &str, draft: &mut Draft, actions: &mut Actions) {
    let mut text = query.to_owned();
    let field = look::search_field(ui, "Find in this conversation", &mut text);
    if std::mem::take(&mut draft.focus_find) {
        field.request_focus();
    }
    if field.changed() {
        actions.push(Action::FindChanged(text).into());
    }
    // A text field gives its focus up at Enter; here one goes on to the next match.
    if field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
        let back = ui.input(|input| input.modifiers.matches_logically(Modifiers::SHIFT));
        actions.push(Action::FindMove(if back { -1 } else { 1 }).into());
        field.request_focus();
    }
}

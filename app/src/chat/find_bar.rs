//! Draws the bar for finding text in the open conversation.

use egui::{Frame, Margin, Panel, Ui};

use super::{Action, Draft, State};
use crate::action::Actions;
use crate::look::{self, FindAsked};

pub(super) fn find_bar_ui(ui: &mut Ui, chat: &State, draft: &mut Draft, actions: &mut Actions) {
    let Some(find) = chat.find() else { return };
    Panel::top("find bar")
        .resizable(false)
        .show_separator_line(false)
        .frame(Frame::new().fill(look::tokens(ui).panel).inner_margin(Margin::symmetric(16, 6)))
        .show(ui, |ui| {
            let takes_keyboard = std::mem::take(&mut draft.focus_find);
            let (query, words) = (&find.query, find.words());
            let asked = look::find_bar(ui, "this conversation", query, &words, takes_keyboard);
            actions.extend(asked.map(|asked| match asked {
                FindAsked::Changed(text) => Action::FindChanged(text).into(),
                FindAsked::Move(steps) => Action::FindMove(steps).into(),
                FindAsked::Close => Action::CloseFind.into(),
            }));
        });
}

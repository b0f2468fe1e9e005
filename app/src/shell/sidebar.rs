//! The left side: the ways to every page, the conversations, and the state of the model.

use egui::{Layout, Panel, Ui};

use super::{Action, Page, hint};
use crate::action::Actions;
use crate::app::State;
use crate::look::{self, Button, Icon, space};
use crate::{chat, conversations, documents, models, scripts};

pub(super) fn sidebar_ui(
    ui: &mut Ui,
    state: &State,
    draft: &mut conversations::Draft,
    actions: &mut Actions,
) {
    ui.spacing_mut().item_spacing.y = 2.0;
    head_ui(ui, actions);
    ui.add_space(space::NORMAL);
    let keys = hint(ui.ctx(), "New chat").unwrap_or_default();
    let new_chat = Button::new("New chat").icon(Icon::Plus).shortcut(&keys).fill_width();
    if ui.add(new_chat).clicked() {
        actions.push(chat::Action::New.into());
    }
    ui.add_space(6.0);
    search_ui(ui, draft, actions);
    ui.add_space(6.0);
    Panel::bottom("model card")
        .resizable(false)
        .show_separator_line(false)
        .frame(egui::Frame::NONE)
        .show(ui, |ui| {
            pages_ui(ui, state, actions);
            ui.add_space(space::NORMAL);
            documents::progress_ui(ui, &state.documents, actions);
            models::card_ui(ui, &state.models, state.chat.is_answering_anywhere());
        });
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.set_width(ui.available_width());
        if state.conversations.search().is_some() {
            conversations::search_results_ui(ui, &state.conversations, actions);
        } else {
            conversations::list_ui(ui, state, draft, actions);
        }
    });
}

fn head_ui(ui: &mut Ui, actions: &mut Actions) {
    ui.horizontal(|ui| {
        ui.set_min_height(30.0);
        look::logo(ui, 26.0);
        ui.add_space(2.0);
        look::section_title(ui, "Satchel");
        ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
            if look::icon_button(ui, Icon::PanelLeft, "Hide the sidebar").clicked() {
                actions.push(Action::ToggleSidebar.into());
            }
            if look::icon_button(ui, Icon::Command, "Command palette").clicked() {
                actions.push(Action::TogglePalette.into());
            }
            if look::icon_button(ui, Icon::CircleHelp, "Ask the guide").clicked() {
                actions.push(Action::Help.into());
            }
        });
    });
}

fn search_ui(ui: &mut Ui, draft: &mut conversations::Draft, actions: &mut Actions) {
    let field = look::search_field(ui, "Search all messages", &mut draft.query);
    if std::mem::take(&mut draft.focus_search) {
        field.request_focus();
    }
    if field.changed() {
        actions.push(conversations::Action::Search(draft.query.clone()).into());
    }
}

fn pages_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    for row in state.scripts.sidebar_rows() {
        let shown =
            state.shell.page == Page::Apps && state.scripts.shown_app() == Some(&row.app.id);
        let response = look::list_row(ui, Some(row.icon()), row.name(), "", shown);
        if response.clicked() {
            actions.push(scripts::Action::Open(row.app.id.clone()).into());
        }
        response.context_menu(|ui| {
            if look::menu_item(ui, Icon::PinOff, "Take out of the sidebar").clicked() {
                actions.push(scripts::Action::SetPinned(row.app.id.clone(), false).into());
            }
        });
    }
    let rows = [
        (Page::Documents, Icon::Library, "Documents"),
        (Page::Apps, Icon::Puzzle, "Apps"),
        (Page::Models, Icon::Cpu, "Models"),
        (Page::Settings, Icon::Settings, "Settings"),
        (Page::Shortcuts, Icon::Keyboard, "Keyboard shortcuts"),
    ];
    for (page, icon, name) in rows {
        let keys = hint(ui.ctx(), name).unwrap_or_default();
        if look::list_row(ui, Some(icon), name, &keys, state.shell.page == page).clicked() {
            let back = state.shell.page == page;
            actions.push(match page {
                Page::Apps if !back || state.scripts.shown_app().is_some() => {
                    Action::ShowApps.into()
                }
                _ if back => Action::Show(Page::Chat).into(),
                _ => Action::Show(page).into(),
            });
        }
    }
}

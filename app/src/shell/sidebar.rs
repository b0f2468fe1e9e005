//! The left side: the ways to every page, the conversations, and the state of the model.

use egui::{Panel, Ui};

use super::{Action, Page, hint};
use crate::action::Actions;
use crate::app::State;
use crate::look::{self, Button, Icon, space};
use crate::{chat, conversations, documents, models, scripts};

/// Below this height, in points, everything below the search field is scrolled together.
const LOW: f32 = 560.0;

pub(super) fn sidebar_ui(
    ui: &mut Ui,
    state: &State,
    draft: &mut conversations::Draft,
    actions: &mut Actions,
) {
    let whole = ui.available_height();
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
    if whole < LOW {
        egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            // Room for the scroll bar.
            ui.set_width(ui.available_width() - 8.0);
            pages_ui(ui, state, actions);
            ui.add_space(space::NORMAL);
            conversations_ui(ui, state, draft, actions);
            ui.add_space(space::NORMAL);
            foot_ui(ui, state, actions);
        });
        return;
    }
    Panel::bottom("model card")
        .resizable(false)
        .show_separator_line(false)
        .frame(egui::Frame::NONE)
        .show(ui, |ui| {
            ui.add_space(space::NORMAL);
            pages_ui(ui, state, actions);
            ui.add_space(space::NORMAL);
            foot_ui(ui, state, actions);
        });
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.set_width(ui.available_width());
        conversations_ui(ui, state, draft, actions);
    });
}

fn conversations_ui(
    ui: &mut Ui,
    state: &State,
    draft: &mut conversations::Draft,
    actions: &mut Actions,
) {
    if state.conversations.search().is_some() {
        conversations::search_results_ui(ui, &state.conversations, actions);
    } else {
        conversations::list_ui(ui, state, draft, actions);
    }
}

fn foot_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    documents::progress_ui(ui, &state.documents, actions);
    models::card_ui(ui, &state.models, state.chat.is_answering_anywhere());
}

fn head_ui(ui: &mut Ui, actions: &mut Actions) {
    ui.horizontal(|ui| {
        ui.set_min_height(30.0);
        look::logo(ui, 26.0);
        ui.add_space(2.0);
        look::section_title(ui, "Satchel");
        // From left to right, as Tab goes.
        let buttons = [
            (Icon::CircleHelp, "Ask the guide", Action::Help),
            (Icon::Command, "Command palette", Action::TogglePalette),
            (Icon::PanelLeft, "Hide the sidebar", Action::ToggleSidebar),
        ];
        let between = ui.spacing().item_spacing.x;
        let width = look::space::ICON_BUTTON + between;
        let room = ui.available_width() - width * buttons.len() as f32 + between;
        ui.add_space(room.max(0.0));
        for (icon, name, action) in buttons {
            if look::icon_button(ui, icon, name).clicked() {
                actions.push(action.into());
            }
        }
    });
}

fn search_ui(ui: &mut Ui, draft: &mut conversations::Draft, actions: &mut Actions) {
    let takes_keyboard = std::mem::take(&mut draft.focus_search);
    let (name, query) = ("Search all messages", &mut draft.query);
    let field = look::taking_search_field(ui, name, query, takes_keyboard);
    if field.changed() {
        actions.push(conversations::Action::Search(draft.query.clone()).into());
    }
    if field.lost_focus() && look::pressed_with(ui, egui::Key::Enter).is_some() {
        actions.push(conversations::Action::OpenBest.into());
    }
    // A field keeps the arrows for itself; this one has nothing below its line.
    if field.has_focus() && look::pressed_with(ui, egui::Key::ArrowDown).is_some() {
        ui.memory_mut(|memory| memory.move_focus(egui::FocusDirection::Next));
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
        look::context_menu(&response, |ui| {
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

//! Where everything in the window is.

use egui::{CentralPanel, Frame, Margin, Panel, Ui};

use super::{Action, Notices, Page, overlays, right_panel, shortcuts_page, sidebar, top_bar};
use crate::action::Actions;
use crate::app::{Drafts, State};
use crate::look::{self, space};
use crate::{chat, documents, models, scripts, settings};

/// Below this width of the middle, in points, the right panel lies over the page.
const ROOM_FOR_PAGE: f32 = 560.0;

/// Below this width of what is beside it, in points, the sidebar lies over the page when it is wanted.
const ROOM_BESIDE_SIDEBAR: f32 = 420.0;

/// Draws the whole window.
pub(crate) fn window_ui(
    ui: &mut Ui,
    state: &mut State,
    drafts: &mut Drafts,
    notices: &Notices,
    dialog_open: bool,
    actions: &mut Actions,
) {
    let tokens = look::tokens(ui);
    let whole = ui.max_rect();
    state.shell.is_narrow = whole.width() - space::SIDEBAR < ROOM_BESIDE_SIDEBAR;
    if state.settings.window().sidebar && !state.shell.is_narrow {
        Panel::left("sidebar")
            .exact_size(space::SIDEBAR)
            .resizable(false)
            .show_separator_line(false)
            .frame(Frame::new().fill(tokens.sidebar).inner_margin(Margin::symmetric(10, 12)))
            .show(ui, |ui| sidebar::sidebar_ui(ui, state, &mut drafts.conversations, actions));
    }
    let on_chat = state.shell.page == Page::Chat;
    let document_wanted = state.documents.panel().is_some();
    let [width, narrowest, widest] = documents::PANEL;
    let room = ui.available_width() - ROOM_FOR_PAGE;
    let document_beside = document_wanted && room >= narrowest;
    state.shell.document_over_page = document_wanted && !document_beside;
    if document_beside {
        Panel::right("document panel")
            .default_size(width.min(room))
            .size_range(narrowest..=widest.min(room))
            .show_separator_line(false)
            .frame(Frame::new().fill(tokens.panel).inner_margin(Margin::symmetric(16, 12)))
            .show(ui, |ui| {
                documents::panel_ui(ui, &mut state.documents, &mut drafts.documents, actions);
            });
    }
    let panel_wanted = state.settings.window().right_panel && on_chat && !document_wanted;
    let beside = panel_wanted && ui.available_width() - space::PANEL >= ROOM_FOR_PAGE;
    if beside {
        Panel::right("right panel")
            .exact_size(space::PANEL)
            .resizable(false)
            .show_separator_line(false)
            .frame(Frame::new().fill(tokens.panel).inner_margin(Margin::symmetric(16, 12)))
            .show(ui, |ui| right_panel::right_panel_ui(ui, state, drafts, actions));
    }
    CentralPanel::no_frame().frame(Frame::new().fill(tokens.background)).show(ui, |ui| {
        let rect = ui.max_rect();
        let line = egui::Stroke::new(1.0, tokens.border);
        if rect.left() > whole.left() {
            ui.painter().vline(rect.left() + 0.5, rect.y_range(), line);
        }
        if beside || document_beside {
            ui.painter().vline(rect.right() - 0.5, rect.y_range(), line);
        }
        Panel::top("top bar")
            .exact_size(52.0)
            .resizable(false)
            .show_separator_line(false)
            .frame(Frame::new().inner_margin(Margin::symmetric(16, 0)))
            .show(ui, |ui| top_bar::top_bar_ui(ui, state, actions));
        page_ui(ui, state, drafts, dialog_open, actions);
    });
    let right_panel_over_page = panel_wanted && !beside;
    over_the_page_ui(ui, state, drafts, right_panel_over_page, actions);
    overlays::overlays_ui(ui, state, drafts, notices, actions);
}

/// Draws what lies over the page where there is no room beside it.
fn over_the_page_ui(
    ui: &mut Ui,
    state: &mut State,
    drafts: &mut Drafts,
    right_panel_over_page: bool,
    actions: &mut Actions,
) {
    if right_panel_over_page {
        overlays::over_the_page(ui, "right panel over the page", |ui| {
            right_panel::right_panel_ui(ui, state, drafts, actions);
        });
    }
    if state.shell.document_over_page {
        overlays::over_the_page(ui, "document over the page", |ui| {
            documents::panel_ui(ui, &mut state.documents, &mut drafts.documents, actions);
        });
    }
    if state.shell.is_narrow && state.shell.narrow_sidebar {
        let draft = &mut drafts.conversations;
        let is_left = overlays::sidebar_over_the_page(ui, |ui| {
            sidebar::sidebar_ui(ui, state, draft, actions);
        });
        if is_left {
            actions.push(Action::HideNarrowSidebar.into());
        }
    }
}

fn page_ui(
    ui: &mut Ui,
    state: &mut State,
    drafts: &mut Drafts,
    dialog_open: bool,
    actions: &mut Actions,
) {
    match state.shell.page {
        Page::Chat => chat::chat_ui(ui, state, drafts, dialog_open, actions),
        Page::Models => {
            models::models_ui(ui, &state.models, &mut drafts.models, dialog_open, actions);
        }
        Page::Documents => {
            let draft = &mut drafts.documents;
            documents::documents_ui(ui, &state.documents, draft, dialog_open, actions);
        }
        Page::Apps => scripts::apps_ui(ui, state, drafts, actions),
        Page::Settings => settings::settings_ui(ui, state, &mut drafts.settings, actions),
        Page::Shortcuts => shortcuts_page::shortcuts_ui(ui),
    }
}

/// A column of text in the middle of a page, scrolled where it is longer than the page.
pub(crate) fn column_ui(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        middle_ui(ui, 48.0, space::COLUMN, contents);
    });
}

/// A column in the middle, as wide as there is room but for `sides`, in points, and at most `widest`.
pub(crate) fn middle_ui(ui: &mut Ui, sides: f32, widest: f32, contents: impl FnOnce(&mut Ui)) {
    let width = (ui.available_width() - sides).min(widest);
    let margin = ((ui.available_width() - width) / 2.0).max(0.0);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.add_space(margin);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.x = space::NORMAL;
            ui.set_width(width);
            ui.add_space(space::WIDE);
            contents(ui);
            ui.add_space(space::SECTION);
        });
    });
}

//! Draws the line above one app: its name and state, and what can be done with it.

use egui::{Align, Frame, Layout, Margin, Panel, Ui};

use super::list::icon_ui;
use crate::action::Actions;
use crate::app::State;
use crate::look::{self, Button, Icon, space};
use crate::scripts::{Action, Draft, EditorAction, Row};

/// Where less room is left, the state of an app is only told when the pointer rests on its name, in
/// points.
const WITH_STATE: f32 = 220.0;

/// Draws the line.
pub(super) fn header_ui(
    ui: &mut Ui,
    state: &State,
    row: &Row,
    draft: &Draft,
    actions: &mut Actions,
) {
    let line = egui::Stroke::new(1.0, look::tokens(ui).border);
    Panel::top("app header")
        .exact_size(56.0)
        .resizable(false)
        .show_separator_line(false)
        .frame(Frame::new().inner_margin(Margin::symmetric(16, 0)))
        .show(ui, |ui| {
            let rect = ui.max_rect();
            ui.painter().hline(rect.x_range().expand(16.0), rect.bottom() - 0.5, line);
            ui.horizontal_centered(|ui| {
                if look::icon_button(ui, Icon::ArrowLeft, "All apps").clicked() {
                    actions.push(Action::ShowList.into());
                }
                icon_ui(ui, row, 28.0);
                ui.add_space(space::TIGHT);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    buttons_ui(ui, state, row, draft, actions);
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        let (words, tone) = row.state_words();
                        let has_room = ui.available_width() > WITH_STATE;
                        look::name_line(ui, row.name()).on_hover_text(words);
                        if has_room {
                            look::badge(ui, words, tone);
                        }
                    });
                });
            });
        });
}

fn buttons_ui(ui: &mut Ui, state: &State, row: &Row, draft: &Draft, actions: &mut Actions) {
    let id = || row.app.id.clone();
    look::menu_button(ui, Icon::Ellipsis, "More about this app", |ui| {
        menu_ui(ui, row, actions);
    });
    let editor = draft.editor.as_ref().filter(|editor| editor.app == row.app.id);
    if let Some(editor) = editor {
        if ui.add(Button::new("Close editor").icon(Icon::X)).clicked() {
            actions.push(Action::CloseEditor { discard: false }.into());
        }
        if ui.add(Button::new("Run").icon(Icon::Play)).clicked() {
            actions.push(Action::Editor(EditorAction::SaveAndRun).into());
        }
        ui.add_enabled_ui(editor.is_dirty(), |ui| {
            if ui.add(Button::new("Save").icon(Icon::Save)).clicked() {
                actions.push(Action::Editor(EditorAction::Save).into());
            }
        });
        return;
    }
    if row.is_shipped() {
        if ui.add(Button::new("Make it mine").icon(Icon::Copy)).clicked() {
            actions.push(Action::Duplicate(id()).into());
        }
        if !row.is_assistant() && ui.add(Button::new("Read its script").icon(Icon::Code)).clicked()
        {
            actions.push(Action::Edit { app: id(), at: None }.into());
        }
    } else if ui.add(Button::new("Edit").icon(Icon::Code)).clicked() {
        actions.push(Action::Edit { app: id(), at: None }.into());
    }
    let pinned = state.scripts.is_pinned(&row.app.id);
    let (icon, name) = if pinned {
        (Icon::PinOff, "Take out of the sidebar")
    } else {
        (Icon::Pin, "Keep in the sidebar")
    };
    if look::icon_button(ui, icon, name).clicked() {
        actions.push(Action::SetPinned(id(), !pinned).into());
    }
}

/// What can be done with an app.
fn menu_ui(ui: &mut Ui, row: &Row, actions: &mut Actions) {
    let id = || row.app.id.clone();
    let mut item = |ui: &mut Ui, icon, words: &str, action: Action| {
        if look::menu_item(ui, icon, words).clicked() {
            actions.push(action.into());
        }
    };
    item(ui, Icon::RotateCcw, "Reload", Action::Reload(id()));
    if row.enabled {
        item(ui, Icon::Power, "Switch off", Action::SetEnabled(id(), false));
    } else {
        item(ui, Icon::Power, "Switch on", Action::SetEnabled(id(), true));
    }
    if !row.is_shipped() {
        item(ui, Icon::Copy, "Duplicate", Action::Duplicate(id()));
    }
    item(ui, Icon::FolderOpen, "Open folder", Action::OpenFolder(id()));
    item(ui, Icon::FileDown, "Export…", Action::AskExport(id()));
    if row.is_assistant() && !row.is_shipped() {
        item(ui, Icon::Code, "Add a script", Action::AddScript(id()));
    }
    if !row.is_shipped() {
        look::menu_separator(ui);
        item(ui, Icon::Trash2, "Delete…", Action::AskDelete(Some(id())));
    }
    if let Some(funding) = row.manifest().and_then(|manifest| manifest.funding.as_ref())
        && look::menu_item(ui, Icon::Heart, "Support its author").clicked()
    {
        ui.ctx().open_url(egui::OpenUrl::new_tab(funding));
    }
}

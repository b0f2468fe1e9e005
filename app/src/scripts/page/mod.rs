//! The page of apps: all of them as cards, or one of them with its panel, its console and its files.
//!
//! ```text
//! list.rs (cards) ─▶ header.rs ─┬─ editor (files, if they are open)
//!                               └─ side.rs ─▶ problem.rs, panel | run.rs | console.rs | about.rs
//! dialogs.rs over all of them
//! ```

mod about;
mod assistant;
mod console;
mod dialogs;
mod form;
mod header;
mod list;
mod problem;
mod run;
mod side;

use egui::{Frame, Margin, Panel, Ui};

use super::editor::editor_ui;
use super::state::Shown;
use crate::action::Actions;
use crate::app::{Drafts, State};
use crate::look::{self, space};
use crate::shell;

pub(crate) use dialogs::dialogs_ui;
pub(crate) use problem::allow_button;

/// The narrowest that files and panel are shown beside one another, in points.
const ROOM_FOR_BOTH: f32 = 760.0;

/// Draws the page.
pub(crate) fn apps_ui(ui: &mut Ui, state: &State, drafts: &mut Drafts, actions: &mut Actions) {
    match state.scripts.shown() {
        Shown::List => list::list_ui(ui, &state.scripts, &mut drafts.scripts, actions),
        Shown::App { app, .. } => {
            let Some(row) = state.scripts.row(app) else { return };
            header::header_ui(ui, state, row, &drafts.scripts, actions);
            let editing =
                drafts.scripts.editor.as_ref().is_some_and(|editor| editor.app == row.app.id);
            if !editing {
                side::side_ui(ui, state, row, drafts, actions);
                return;
            }
            both_ui(ui, state, row, drafts, actions);
        }
    }
}

/// The files, and beside them the app.
fn both_ui(
    ui: &mut Ui,
    state: &State,
    row: &super::Row,
    drafts: &mut Drafts,
    actions: &mut Actions,
) {
    let whole = ui.available_width();
    if whole >= ROOM_FOR_BOTH {
        let line = egui::Stroke::new(1.0, look::tokens(ui).border);
        Panel::right("app beside its files")
            .default_size((whole * 0.42).max(320.0))
            .min_size(300.0)
            .max_size(whole - 360.0)
            .resizable(true)
            .show_separator_line(false)
            .frame(Frame::NONE)
            .show(ui, |ui| {
                let rect = ui.max_rect();
                ui.painter().vline(rect.left() + 0.5, rect.y_range(), line);
                side::side_ui(ui, state, row, drafts, actions);
            });
    }
    let Some(editor) = &mut drafts.scripts.editor else { return };
    Frame::new().inner_margin(Margin { left: 12, right: 6, top: 0, bottom: 0 }).show(ui, |ui| {
        editor_ui(ui, editor, actions);
    });
}

/// A column that fills what there is, scrolled where it is longer.
fn scrolled_ui(ui: &mut Ui, name: &str, contents: impl FnOnce(&mut Ui)) {
    egui::ScrollArea::vertical().id_salt(name).auto_shrink(false).show(ui, |ui| {
        shell::middle_ui(ui, 40.0, space::COLUMN, contents);
    });
}

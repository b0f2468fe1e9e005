//! Draws one app: its panel, a run of it, its console, or what there is to know about it.

use egui::{Frame, Margin, ScrollArea, Ui};

use super::{about, console, run};
use crate::action::Actions;
use crate::app::{Drafts, State};
use crate::look::{self, Button, Icon, space};
use crate::scripts::panel::{PanelRequest, PanelView};
use crate::scripts::{Action, Row, Tab};

/// The widest that a panel spreads, in points.
const WIDEST: f32 = 960.0;

/// Draws the sides of an app with the one that is picked.
pub(super) fn side_ui(
    ui: &mut Ui,
    state: &State,
    row: &Row,
    drafts: &mut Drafts,
    actions: &mut Actions,
) {
    let mut tab = state.scripts.tab();
    Frame::new().inner_margin(Margin { left: 20, right: 20, top: 10, bottom: 4 }).show(ui, |ui| {
        ui.scope(|ui| {
            ui.set_max_width(420.0_f32.min(ui.available_width()));
            let mut tabs =
                vec![(Tab::Run, "Run"), (Tab::Console, "Console"), (Tab::About, "About")];
            if state.scripts.panel(&row.app.id).is_some() {
                tabs.insert(0, (Tab::Panel, "Panel"));
            }
            if look::tabs(ui, "Sides of the app", &mut tab, &tabs).changed() {
                actions.push(Action::ShowTab(tab).into());
            }
        });
    });
    problems_ui(ui, row, actions);
    match tab {
        Tab::Panel => panel_ui(ui, state, row, drafts, actions),
        Tab::Run => run::run_ui(ui, state, row, &mut drafts.scripts, actions),
        Tab::Console => console::console_ui(ui, &state.scripts, row, &mut drafts.scripts, actions),
        Tab::About => about::about_ui(ui, state, row, drafts, actions),
    }
}

/// What went wrong last, above whatever is shown.
fn problems_ui(ui: &mut Ui, row: &Row, actions: &mut Actions) {
    if row.problems().is_empty() {
        return;
    }
    Frame::new().inner_margin(Margin::symmetric(20, 6)).show(ui, |ui| {
        look::card(ui, |ui| {
            for problem in row.problems().iter().take(5) {
                look::error_text(ui, &problem.to_string());
                if let Some(source) = problem.place.as_ref().map(|place| place.source.trim())
                    && !source.is_empty()
                {
                    let code = egui::RichText::new(source)
                        .font(look::fonts::code_font(look::text_size::CODE))
                        .color(look::tokens(ui).text_muted);
                    ui.add(egui::Label::new(code).truncate());
                }
            }
            if row.problems().len() > 5 {
                look::muted(ui, &format!("and {} more", row.problems().len() - 5));
            }
            let at = row.problems().iter().find_map(|problem| problem.place.clone());
            if ui.add(Button::new("Open in editor").icon(Icon::Code)).clicked() {
                actions.push(Action::Edit { app: row.app.id.clone(), at }.into());
            }
        });
    });
}

fn panel_ui(ui: &mut Ui, state: &State, row: &Row, drafts: &mut Drafts, actions: &mut Actions) {
    let id = &row.app.id;
    let Some(panel) = state.scripts.panel(id) else {
        return;
    };
    let view = drafts
        .scripts
        .panels
        .entry(id.clone())
        .or_insert_with(|| PanelView::new(state.scripts.pictures_of(row)));
    let mut requests = Vec::new();
    ScrollArea::vertical().id_salt(("panel", &id.0)).auto_shrink(false).show(ui, |ui| {
        let width = (ui.available_width() - 40.0).min(WIDEST);
        let margin = ((ui.available_width() - width) / 2.0).max(0.0);
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            ui.add_space(margin);
            ui.vertical(|ui| {
                ui.set_width(width);
                ui.add_space(space::NORMAL);
                ui.push_id(&id.0, |ui| view.panel_ui(ui, panel, &mut requests));
                ui.add_space(space::SECTION);
            });
        });
    });
    actions.extend(requests.into_iter().map(|request| match request {
        PanelRequest::Interact(interaction) => Action::Interact(id.clone(), interaction).into(),
        PanelRequest::Pick(widget) => Action::PickFor(id.clone(), widget).into(),
    }));
}

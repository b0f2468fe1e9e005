//! Draws one app: its panel, a run of it, its console, or what there is to know about it.

use std::borrow::Cow;

use egui::{Frame, Margin, ScrollArea, Ui};
use scripting::panel::{Mark, Node, Panel, Widget};

use super::{about, console, problem, run};
use crate::action::Actions;
use crate::app::{Drafts, State};
use crate::look::{self, space};
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
            let mut tabs = Vec::new();
            if state.scripts.panel(&row.app.id).is_some() {
                tabs.push((Tab::Panel, "Panel"));
            }
            if row.has_run() {
                tabs.push((Tab::Run, "Run"));
            }
            tabs.extend([(Tab::Console, "Console"), (Tab::About, "About")]);
            if look::tabs(ui, "Sides of the app", &mut tab, &tabs).changed() {
                actions.push(Action::ShowTab(tab).into());
            }
        });
    });
    problems_ui(ui, state, row, tab, actions);
    match tab {
        Tab::Panel => panel_ui(ui, state, row, drafts, actions),
        Tab::Run => run::run_ui(ui, state, row, &mut drafts.scripts, actions),
        Tab::Console => console::console_ui(ui, &state.scripts, row, &mut drafts.scripts, actions),
        Tab::About => about::about_ui(ui, state, row, drafts, actions),
    }
}

/// What went wrong last, above whatever is shown, unless that tells it anyway.
fn problems_ui(ui: &mut Ui, state: &State, row: &Row, tab: Tab, actions: &mut Actions) {
    let trial = state.scripts.trial(&row.app.id).filter(|_| tab == Tab::Run);
    let told = trial.and_then(|trial| trial.failed.as_deref());
    let problems: Vec<_> = row
        .problems()
        .iter()
        .filter(|problem| Some(problem.to_string().as_str()) != told)
        .collect();
    if problems.is_empty() || tab == Tab::Console {
        return;
    }
    Frame::new().inner_margin(Margin::symmetric(20, 6)).show(ui, |ui| {
        look::card(ui, |ui| {
            for problem in problems.iter().take(5) {
                problem::problem_ui(ui, &problem.to_string(), problem.place.as_ref());
            }
            if problems.len() > 5 {
                look::muted(ui, &format!("and {} more", problems.len() - 5));
            }
            let at = problems.iter().find_map(|problem| problem.place.as_ref());
            let words = problems.first().map(ToString::to_string).unwrap_or_default();
            problem::remedies_ui(ui, row, &words, at, actions);
        });
    });
}

/// The panel without the words on top that tell of a failure, where they are told above it.
fn without_told<'a>(panel: &'a Panel, row: &Row) -> Cow<'a, Panel> {
    let is_told = |text: &str| row.problems().iter().any(|problem| problem.to_string() == text);
    match panel.nodes.split_first() {
        Some((Node { widget: Widget::Notice { mark: Mark::Error, text }, .. }, rest))
            if is_told(text) =>
        {
            let (round, heard) = (panel.round, panel.heard);
            Cow::Owned(Panel { round, heard, nodes: rest.to_vec() })
        }
        _ => Cow::Borrowed(panel),
    }
}

fn panel_ui(ui: &mut Ui, state: &State, row: &Row, drafts: &mut Drafts, actions: &mut Actions) {
    let id = &row.app.id;
    let Some(panel) = state.scripts.panel(id) else {
        return;
    };
    let panel = without_told(panel, row);
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
                ui.push_id(&id.0, |ui| view.panel_ui(ui, &panel, &mut requests));
                ui.add_space(space::SECTION);
            });
        });
    });
    actions.extend(requests.into_iter().map(|request| match request {
        PanelRequest::Interact(interaction) => Action::Interact(id.clone(), interaction).into(),
        PanelRequest::Pick(widget) => Action::PickFor(id.clone(), widget).into(),
    }));
}

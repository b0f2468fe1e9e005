//! Draws a run of an app: what it is given, and what it answers.

use egui::Ui;

use super::{problem, scrolled_ui};
use crate::action::Actions;
use crate::app::State;
use crate::chat::{Phase, transcript};
use crate::documents;
use crate::look::{self, Button, ButtonKind, Icon, space};
use crate::scripts::{Action, Draft, Row, Trial, place_in};

/// Draws it.
pub(super) fn run_ui(
    ui: &mut Ui,
    state: &State,
    row: &Row,
    draft: &mut Draft,
    actions: &mut Actions,
) {
    let id = &row.app.id;
    scrolled_ui(ui, "run", |ui| {
        questions_ui(ui, row, draft);
        let text = draft.inputs.entry(id.clone()).or_default();
        look::long_text_field(ui, "Input", text, "What the app is given, if it needs anything", 3);
        let trial = state.scripts.trial(id);
        let running = trial.is_some_and(|trial| !trial.over);
        ui.add_space(space::TIGHT);
        ui.horizontal(|ui| {
            if running {
                if ui.add(Button::new("Stop the run").icon(Icon::Square)).clicked() {
                    actions.push(Action::StopRun.into());
                }
            } else {
                let run = Button::new("Run app").icon(Icon::Play).kind(ButtonKind::Primary);
                if ui.add_enabled(row.enabled, run).clicked() {
                    actions.push(Action::Run(id.clone()).into());
                }
            }
        });
        if let Some(trial) = trial {
            ui.add_space(space::WIDE);
            trial_ui(ui, row, trial, draft, actions);
        }
    });
}

/// What may be asked first.
fn questions_ui(ui: &mut Ui, row: &Row, draft: &mut Draft) {
    let assistant = row.manifest().and_then(|manifest| manifest.assistant.as_ref());
    let Some(assistant) = assistant.filter(|assistant| !assistant.questions.is_empty()) else {
        return;
    };
    ui.horizontal_wrapped(|ui| {
        for question in &assistant.questions {
            if ui.add(Button::new(question).round()).clicked() {
                draft.inputs.insert(row.app.id.clone(), question.clone());
            }
        }
    });
    ui.add_space(space::NORMAL);
}

fn trial_ui(ui: &mut Ui, row: &Row, trial: &Trial, draft: &mut Draft, actions: &mut Actions) {
    let answer = &trial.answer;
    if !answer.content.is_empty() {
        draft.words.markdown_ui(ui, (0, 0), &answer.content);
        draft.words.end_frame();
    }
    for source in &answer.sources.citations {
        if transcript::source_ui(ui, source) {
            actions.push(documents::Action::OpenSource(Box::new(source.clone())).into());
        }
    }
    if let Some(words) = &trial.failed {
        let place = place_in(words);
        problem::problem_ui(ui, words, place.as_ref());
        problem::remedies_ui(ui, row, words, place.as_ref(), actions);
        return;
    }
    match &answer.phase {
        _ if trial.over && answer.content.is_empty() => {
            look::muted(ui, "It returned nothing");
        }
        _ if trial.over => {}
        Phase::Working { fraction, text } => {
            look::progress_bar(ui, text, *fraction);
            look::muted(ui, text);
        }
        Phase::Waiting { .. } => {
            look::muted(ui, "Running…");
        }
        Phase::Reading { .. } => {
            look::muted(ui, "The model reads…");
        }
        Phase::Thinking => {
            look::muted(ui, "The model thinks…");
        }
        Phase::Writing => {}
    }
}

//! A change of models that would end answers: the person is asked first.

use egui::{Align, Context, Layout};

use super::{Action, State};
use crate::action::Actions;
use crate::chat;
use crate::look::{self, space};
use crate::reach::Reach;

/// When to carry out what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// After all answers, and what waits for them, are written.
    AnswersDone,
    /// Once the answers have stopped; no more are begun.
    AnswersStopped,
}

/// Something that was asked while answers were being written.
#[derive(Clone, Debug)]
pub(super) struct Change {
    action: Action,
    /// `None` while the person is asked.
    when: Option<When>,
}

impl State {
    /// Whether the model that writes the answers would be gone.
    fn would_end_answers(&self, action: &Action) -> bool {
        match action {
            Action::Remove(id) => self.answering().is_some_and(|model| model.id == *id),
            _ => matches!(
                action,
                Action::Load(_)
                    | Action::LoadSmaller { .. }
                    | Action::RaiseContext(_)
                    | Action::Reload
                    | Action::Unload
            ),
        }
    }

    /// Keeps an action back for which answers would have to end, and asks.
    pub(super) fn keeps_back(&mut self, action: &Action) -> bool {
        let keeps = self.answering().is_some() && self.would_end_answers(action);
        if keeps {
            self.change = Some(Change { action: action.clone(), when: None });
        }
        keeps
    }

    /// What the person is to be asked about.
    pub(crate) fn asked_change(&self) -> Option<&Action> {
        let asked = self.change.as_ref().filter(|change| change.when.is_none());
        asked.map(|change| &change.action)
    }

    /// Whether no answers may be begun until a change is done.
    pub(super) fn holds_answers(&self) -> bool {
        self.change.as_ref().is_some_and(|change| change.when == Some(When::AnswersStopped))
    }

    /// Notes when to carry out the change.
    pub(super) fn decide_change(&mut self, when: When, reach: &mut Reach<'_>) {
        let Some(change) = &mut self.change else { return };
        change.when = Some(when);
        match when {
            When::AnswersStopped => reach.then(chat::Action::StopAll),
            When::AnswersDone => {
                let undo = ("Do not".to_owned(), Action::ChangeNothing.into());
                reach.notices.done("Comes when the answer is done", Some(undo));
            }
        }
    }

    /// What is to be carried out now that no answer is being written. A question that nobody has
    /// answered so far is out of date then, and so is carried out too.
    pub(crate) fn take_change(&mut self) -> Option<Action> {
        self.change.take().map(|change| change.action)
    }

    /// What a change is about, as a button or a sentence would begin.
    fn change_words(&self, action: &Action) -> String {
        let name = |id| self.row(id).map_or("the model", |row| row.entry.name.as_str());
        match action {
            Action::Load(id) | Action::LoadSmaller { model: id, .. } => {
                format!("Load {}", name(id))
            }
            Action::Remove(id) => format!("Remove {}", name(id)),
            Action::Unload => "Unload the model".to_owned(),
            _ => "Load the model again".to_owned(),
        }
    }
}

/// Asks whether an answer is to be waited for or stopped.
pub(crate) fn change_dialog_ui(ctx: &Context, models: &State, actions: &mut Actions) {
    let Some(action) = models.asked_change() else { return };
    let title = format!("{}?", models.change_words(action));
    let modal = look::modal(ctx, egui::Id::unique("change of models"), &title, |ui| {
        ui.set_width(460.0);
        look::label(ui, "An answer is being written, and its model is needed until it is done");
        ui.add_space(space::WIDE);
        ui.with_layout(Layout::top_down_justified(Align::Center), |ui| {
            if look::primary_button(ui, "Wait until the answer is done").clicked() {
                actions.push(Action::Decide(When::AnswersDone).into());
            }
            if look::button(ui, "Stop the answer now").clicked() {
                actions.push(Action::Decide(When::AnswersStopped).into());
            }
            if look::button(ui, "Change nothing").clicked() {
                actions.push(Action::ChangeNothing.into());
            }
        });
    });
    if modal.backdrop_response.clicked() {
        actions.push(Action::ChangeNothing.into());
    }
}

//! Draws the dialog about a conversation that is too long.

use egui::{Context, Id};

use super::Action;
use super::overflow::{Choice, Question};
use crate::action::Actions;
use crate::look::{self, space};
use crate::measures::grouped;

/// Asks what to do; closing it means to stop.
pub(crate) fn question_ui(ctx: &Context, question: &Question, actions: &mut Actions) {
    let mut pick = |choice| actions.push(Action::Decide(choice).into());
    let title = "This conversation is too long for the model";
    let modal = look::modal(ctx, Id::unique("too long"), title, |ui| {
        ui.set_width(460.0);
        look::label(ui, &question.words());
        ui.add_space(space::TIGHT);
        look::muted(ui, &question.drop_words());
        ui.add_space(space::WIDE);
        if question.messages_to_drop > 0 {
            if look::primary_button(ui, "Leave out the oldest turns this time").clicked() {
                pick(Choice::DropOnce);
            }
            if look::button(ui, "Leave them out whenever this conversation is too long").clicked() {
                pick(Choice::DropAlways);
            }
        }
        if let Some(tokens) = question.larger_context {
            let words = format!("Load the model again with {} tokens of context", grouped(tokens));
            if look::button(ui, &words).clicked() {
                pick(Choice::RaiseContext(tokens));
            }
        }
        if look::button(ui, "Stop, and do not answer").clicked() {
            pick(Choice::Stop);
        }
    });
    if modal.backdrop_response.clicked() {
        pick(Choice::Stop);
    }
}

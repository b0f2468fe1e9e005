//! Draws what went wrong with an app, with what can be done about it beside the words.

use egui::Ui;
use scripting::Place;

use crate::action::Actions;
use crate::look::{self, Button, Icon};
use crate::scripts::{Action, Row};

/// Draws one problem: its words, and the line that it is about.
pub(super) fn problem_ui(ui: &mut Ui, words: &str, place: Option<&Place>) {
    look::error_text(ui, words);
    if let Some(source) = place.map(|place| place.source.trim()).filter(|line| !line.is_empty()) {
        let code = egui::RichText::new(source)
            .font(look::fonts::code_font(look::text_size::CODE))
            .color(look::tokens(ui).text_muted);
        ui.add(egui::Label::new(code).truncate());
    }
}

/// Draws the button that allows what was refused, as in “reach api.example.com”. Returns whether it was
/// clicked.
pub(crate) fn allow_button(ui: &mut Ui, deed: &str) -> bool {
    ui.add(Button::new(&format!("Allow it to {deed}")).icon(Icon::ShieldCheck)).clicked()
}

/// Draws what can be done about a problem: go where it is, or allow what was refused.
pub(super) fn remedies_ui(
    ui: &mut Ui,
    row: &Row,
    words: &str,
    place: Option<&Place>,
    actions: &mut Actions,
) {
    let app = || row.app.id.clone();
    ui.horizontal_wrapped(|ui| {
        if let Some(asked) = row.refused(words)
            && allow_button(ui, &asked.deed)
        {
            let permission = asked.key.clone();
            actions.push(Action::SetGrant { app: app(), permission, granted: true }.into());
        }
        if let Some(place) = place
            && ui.add(Button::new("Open in editor").icon(Icon::Code)).clicked()
        {
            actions.push(Action::Edit { app: app(), at: Some(place.clone()) }.into());
        }
    });
}

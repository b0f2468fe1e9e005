//! Draws what went wrong with an app, with what can be done about it beside the words.

use egui::Ui;
use scripting::{Place, permissions};

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
        let refused = permissions::refused_in(words);
        let asked = row.permissions.iter().find(|asked| Some(asked.key.as_str()) == refused);
        if let Some(asked) = asked.filter(|asked| asked.granted != Some(true)) {
            let allow = format!("Allow it to {}", asked.deed);
            if ui.add(Button::new(&allow).icon(Icon::ShieldCheck)).clicked() {
                let permission = asked.key.clone();
                actions.push(Action::SetGrant { app: app(), permission, granted: true }.into());
            }
        }
        if let Some(place) = place
            && ui.add(Button::new("Open in editor").icon(Icon::Code)).clicked()
        {
            actions.push(Action::Edit { app: app(), at: Some(place.clone()) }.into());
        }
    });
}

//! Draws what there is to know about an app: settings, permissions, what it takes, who made it.

use egui::Ui;

use super::{assistant, form, scrolled_ui};
use crate::action::Actions;
use crate::app::{Drafts, State};
use crate::look::{self, Tone, space};
use crate::measures::bytes;
use crate::scripts::{Action, Row};

/// Draws it.
pub(super) fn about_ui(
    ui: &mut Ui,
    state: &State,
    row: &Row,
    drafts: &mut Drafts,
    actions: &mut Actions,
) {
    scrolled_ui(ui, "about", |ui| {
        if !row.description().is_empty() {
            look::label(ui, row.description());
            ui.add_space(space::NORMAL);
        }
        if row.is_assistant() {
            assistant::assistant_ui(ui, state, row, drafts, actions);
            ui.add_space(space::NORMAL);
        }
        form::form_ui(ui, state, row, &mut drafts.scripts, actions);
        look::card(ui, |ui| permissions_ui(ui, row, actions));
        ui.add_space(space::NORMAL);
        look::card(ui, |ui| figures_ui(ui, row, actions));
        ui.add_space(space::NORMAL);
        look::card(ui, |ui| origin_ui(ui, row));
    });
}

fn permissions_ui(ui: &mut Ui, row: &Row, actions: &mut Actions) {
    look::section_title(ui, "What it may do");
    if row.permissions.is_empty() {
        look::muted(ui, "It asks for nothing, and can reach nothing outside of itself");
    }
    for asked in &row.permissions {
        let mut granted = asked.granted == Some(true);
        let words = capitalized(&asked.deed);
        if look::switch(ui, &words, &mut granted).changed() {
            let (app, permission) = (row.app.id.clone(), asked.key.clone());
            actions.push(Action::SetGrant { app, permission, granted }.into());
        }
        if asked.granted.is_none() {
            look::badge(ui, "Not asked yet", Tone::Warning);
        }
    }
}

fn figures_ui(ui: &mut Ui, row: &Row, actions: &mut Actions) {
    look::section_title(ui, "Running");
    let mut enabled = row.enabled;
    if look::switch(ui, "Switched on", &mut enabled).changed() {
        actions.push(Action::SetEnabled(row.app.id.clone(), enabled).into());
    }
    let Some(status) = &row.status else {
        look::muted(ui, "Not loaded");
        return;
    };
    let (state, _) = row.state_words();
    for (name, value) in [
        ("State", state.to_owned()),
        ("Holds", handles_words(status.handles)),
        ("Processor time", duration_words(status.busy)),
        ("Memory", bytes(status.memory)),
        ("Loaded", times_words(status.version)),
    ] {
        fact_ui(ui, name, &value);
    }
}

fn origin_ui(ui: &mut Ui, row: &Row) {
    look::section_title(ui, "About");
    fact_ui(ui, "Id", &row.app.id.0);
    if let Some(manifest) = row.manifest() {
        fact_ui(ui, "Version", &manifest.version.to_string());
        if !manifest.authors.is_empty() {
            fact_ui(ui, "By", &manifest.authors.join(", "));
        }
        if let Some(license) = &manifest.license {
            fact_ui(ui, "Licence", license);
        }
    }
    let origin = if row.is_shipped() { "Came with Satchel" } else { "Yours" };
    fact_ui(ui, "Origin", origin);
    fact_ui(ui, "Folder", &row.folder().display().to_string());
}

fn fact_ui(ui: &mut Ui, name: &str, value: &str) {
    ui.horizontal(|ui| {
        ui.allocate_ui(egui::vec2(120.0, 20.0), |ui| {
            ui.set_min_width(120.0);
            look::muted(ui, name);
        });
        look::truncated(ui, value);
    });
}

fn capitalized(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>());
    format!("{}{}", first.unwrap_or_default(), letters.as_str())
}

fn handles_words(handles: usize) -> String {
    match handles {
        0 => "Nothing".to_owned(),
        1 => "1 handle".to_owned(),
        many => format!("{many} handles"),
    }
}

fn times_words(times: u64) -> String {
    match times {
        0 => "Not yet".to_owned(),
        1 => "Once".to_owned(),
        many => format!("{many} times"),
    }
}

fn duration_words(time: std::time::Duration) -> String {
    match time.as_secs_f64() {
        seconds if seconds < 1.0 => format!("{:.1} ms", seconds * 1_000.0),
        seconds => format!("{seconds:.1} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_words() {
        assert_eq!(duration_words(std::time::Duration::from_micros(1_500)), "1.5 ms");
        assert_eq!(capitalized("élan vital"), "Élan vital");
        assert_eq!((handles_words(0), times_words(3)), ("Nothing".into(), "3 times".into()));
    }
}

//! Small pictures of the widgets and of messages, in both themes.
//!
//! They are drawn in software, with the fonts that the program brings along, so they are the same
//! everywhere. `UPDATE_SNAPSHOTS=true` draws them anew.

#![cfg(feature = "window")]

#[path = "pictures/conversation.rs"]
mod conversation;
#[path = "pictures/gallery.rs"]
mod gallery;
#[path = "pictures/stage.rs"]
mod stage;

use egui::{Frame, ThemePreference, Ui, Vec2};
use egui_kittest::Harness;
use stage::stage;

/// A harness that shows `contents` in one theme.
fn harness<'a>(
    theme: ThemePreference,
    size: Vec2,
    scale: f32,
    mut contents: impl FnMut(&mut Ui) + 'a,
) -> Harness<'a> {
    stage(theme, size, scale, move |ui| {
        Frame::new().inner_margin(12).show(ui, |ui| {
            ui.set_min_size(ui.available_size());
            contents(ui);
        });
    })
}

fn widgets(name: &str, theme: ThemePreference) {
    let mut state = gallery::Gallery::default();
    let mut harness = harness(theme, Vec2::new(760.0, 790.0), 1.0, move |ui| state.gallery_ui(ui));
    harness.snapshot(name);
}

#[test]
fn light_widgets_look_as_before() {
    widgets("widgets_light", ThemePreference::Light);
}

#[test]
fn dark_widgets_look_as_before() {
    widgets("widgets_dark", ThemePreference::Dark);
}

fn conversation(name: &str, theme: ThemePreference) {
    let source = conversation::lease();
    let mut transcript = satchel::transcript::Transcript::default();
    let mut harness = harness(theme, Vec2::new(820.0, 740.0), 1.0, move |ui| {
        transcript.transcript_ui(ui, &source, None, &mut Vec::new());
    });
    harness.snapshot(name);
}

#[test]
fn a_light_conversation_looks_as_before() {
    conversation("conversation_light", ThemePreference::Light);
}

#[test]
fn a_dark_conversation_looks_as_before() {
    conversation("conversation_dark", ThemePreference::Dark);
}

#[test]
fn the_states_of_an_answer_look_as_before() {
    let source = conversation::states();
    let mut transcript = satchel::transcript::Transcript::default();
    let mut harness = harness(ThemePreference::Light, Vec2::new(640.0, 900.0), 1.0, move |ui| {
        transcript.transcript_ui(ui, &source, None, &mut Vec::new());
    });
    harness.snapshot("states_light");
}

#[test]
fn a_small_window_at_double_scale_looks_as_before() {
    let source = conversation::kinds_of_text();
    let mut transcript = satchel::transcript::Transcript::default();
    let mut harness = harness(ThemePreference::Dark, Vec2::new(420.0, 560.0), 2.0, move |ui| {
        let find = satchel::transcript::FindView { query: "LIST", current: Some((0, 1)) };
        transcript.transcript_ui(ui, &source, Some(find), &mut Vec::new());
    });
    harness.snapshot("small_dark_2x");
}

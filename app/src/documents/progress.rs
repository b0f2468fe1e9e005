//! How far the reading of documents is, for the page and, in few words, for the sidebar.

use std::time::Duration;

use egui::Ui;
use engine::documents::index::Progress;
use engine::documents::store::file_name;

use super::{Action, State};
use crate::action::Actions;
use crate::look::{self, Icon};
use crate::measures::grouped;
use crate::shell;

/// Draws the line in the sidebar, while something is read or rests. A click leads to the page.
pub(crate) fn progress_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    let Some((words, detail)) = words(state) else { return };
    look::card(ui, |ui| {
        if head_ui(ui, &words, state, actions).interact(egui::Sense::click()).clicked() {
            actions.push(shell::Action::Show(shell::Page::Documents).into());
        }
        look::progress_bar(ui, &words, state.progress().map(fraction));
        look::caption(ui, &detail);
    });
    ui.add_space(look::space::TIGHT);
}

/// Draws the same on the page, with more room.
pub(super) fn large_progress_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    let Some((words, detail)) = words(state) else { return };
    look::card(ui, |ui| {
        head_ui(ui, &words, state, actions);
        look::progress_bar(ui, &words, state.progress().map(fraction));
        look::muted(ui, &detail);
    });
    ui.add_space(look::space::NORMAL);
}

/// What is done, with the button at its right that lets it rest. The response is that of the words.
fn head_ui(ui: &mut Ui, words: &str, state: &State, actions: &mut Actions) -> egui::Response {
    ui.horizontal(|ui| {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            pause_ui(ui, state, actions);
            let left = egui::Layout::left_to_right(egui::Align::Center);
            ui.with_layout(left, |ui| look::truncated(ui, words)).inner
        })
        .inner
    })
    .inner
}

/// The button that lets the reading rest or go on.
fn pause_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    let (icon, name) = if state.is_paused() {
        (Icon::Play, "Go on reading documents")
    } else {
        (Icon::Pause, "Pause reading documents")
    };
    if look::icon_button(ui, icon, name).clicked() {
        actions.push(Action::SetPaused(!state.is_paused()).into());
    }
}

/// What is being done, and how far it is; `None` while nothing is.
fn words(state: &State) -> Option<(String, String)> {
    if let Some(progress) = state.progress() {
        let name = file_name(&progress.path);
        let verb = if state.is_paused() { "Paused at" } else { "Reading" };
        return Some((format!("{verb} {name}"), detail(progress)));
    }
    let (done, total) = state.embedding().embedded()?;
    let words = "Preparing the search by meaning".to_owned();
    Some((words, format!("{} of {} passages", grouped(done), grouped(total))))
}

/// Pages, files and the time that is left.
fn detail(progress: &Progress) -> String {
    let mut parts = Vec::new();
    match progress.pages {
        Some(pages) if pages > 1 => {
            parts.push(format!("page {} of {}", grouped(progress.page), grouped(pages)));
        }
        None if progress.page > 1 => {
            parts.push(format!("{:.0} % of the file", progress.share * 100.0));
        }
        _ => {}
    }
    if progress.total > 1 {
        parts.push(format!("file {} of {}", grouped(progress.done + 1), grouped(progress.total)));
    }
    parts.extend(progress.left.map(left_words));
    parts.join("  ·  ")
}

/// How far everything is, 0 to 1.
fn fraction(progress: &Progress) -> f32 {
    let done = progress.done as f64 + progress.share.clamp(0.0, 1.0);
    (done / (progress.total.max(1)) as f64).clamp(0.0, 1.0) as f32
}

/// A time that is left, as people say it.
fn left_words(left: Duration) -> String {
    match left.as_secs() {
        0..10 => "a few seconds left".to_owned(),
        seconds @ 10..90 => format!("about {} s left", seconds.div_ceil(10) * 10),
        seconds @ 90..5400 => format!("about {} min left", seconds.div_ceil(60)),
        seconds => format!("about {} h left", seconds.div_ceil(3600)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_told_by_page_file_and_time() {
        let mut progress = Progress {
            done: 2,
            total: 12,
            path: "/a/lease.pdf".into(),
            page: 3,
            pages: Some(40),
            share: 0.075,
            left: Some(Duration::from_secs(95)),
        };
        assert_eq!(detail(&progress), "page 3 of 40  ·  file 3 of 12  ·  about 2 min left");
        assert!((fraction(&progress) - 2.075 / 12.0).abs() < 1e-6);
        (progress.total, progress.pages, progress.page, progress.left) = (1, None, 1, None);
        assert_eq!(detail(&progress), "");
        // A long text has no pages, but an end.
        (progress.done, progress.page, progress.share) = (0, 37, 0.25);
        assert_eq!(detail(&progress), "25 % of the file");
        assert!((fraction(&progress) - 0.25).abs() < 1e-6);
    }

    #[test]
    fn times_are_rounded_up() {
        for (seconds, words) in [
            (3, "a few seconds left"),
            (11, "about 20 s left"),
            (90, "about 2 min left"),
            (7200, "about 2 h left"),
        ] {
            assert_eq!(left_words(Duration::from_secs(seconds)), words);
        }
    }
}

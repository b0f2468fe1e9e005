//! One collection on the page: what was added as a whole, a search, and its documents.

use egui::{Align, Layout, Ui};
use engine::documents::store::{Collection, CollectionId};

use super::list::{Asked, Listed, list_ui};
use super::listing::Only;
use super::page::{ask_ui, counts, failure_ui, meaning_ui, menu_ui};
use super::progress::large_progress_ui;
use super::state::Shown;
use super::{Action, Draft, State};
use crate::action::Actions;
use crate::look::{self, Button, ButtonKind, Icon, space};
use crate::measures::grouped;
use crate::{conversations, shell};

/// Draws it.
pub(super) fn collection_ui(
    ui: &mut Ui,
    state: &State,
    (collection, shown): (&Collection, &Shown),
    draft: &mut Draft,
    dialog_open: bool,
    actions: &mut Actions,
) {
    shell::middle_ui(ui, 48.0, space::COLUMN, |ui| {
        head_ui(ui, collection, actions);
        // What comes and goes above a field must not take the keyboard from it: one scope counts as one
        // widget, whatever is in it.
        ui.scope(|ui| about_ui(ui, state, (collection, shown), draft, dialog_open, actions));
        ui.add_space(space::NORMAL);
        ui.scope(|ui| {
            let field = look::search_field(ui, "Search in this collection", &mut draft.query);
            if std::mem::take(&mut draft.focus_search) {
                field.request_focus();
            }
            if field.changed() {
                actions.push(Action::Search(draft.query.clone()).into());
            }
            filter_ui(ui, collection, shown, actions);
        });
        ui.add_space(space::TIGHT);
        rows_ui(ui, state, collection, shown, actions);
    });
}

/// How the collection is searched, what happens to it, and what can be added.
fn about_ui(
    ui: &mut Ui,
    state: &State,
    (collection, shown): (&Collection, &Shown),
    draft: &mut Draft,
    dialog_open: bool,
    actions: &mut Actions,
) {
    if !collection.is_built_in && collection.chunks > 0 {
        let weight = shown.weighed.and_then(|(_, weight)| weight);
        meaning_ui(ui, state, weight, actions);
        ui.add_space(space::TIGHT);
    }
    failure_ui(ui, state, actions);
    large_progress_ui(ui, state, actions);
    if !collection.is_built_in {
        adding_ui(ui, state, draft, dialog_open, actions);
        folders_ui(ui, collection, shown, actions);
    }
}

/// Documents in which state are listed, where there are any that could not be read yet.
fn filter_ui(ui: &mut Ui, collection: &Collection, shown: &Shown, actions: &mut Actions) {
    let mut only = shown.filter.only;
    if collection.refused + collection.waiting == 0 && only == Only::All {
        return;
    }
    ui.add_space(space::TIGHT);
    let refused = format!("Not read  ·  {}", grouped(collection.refused));
    let waiting = format!("Waiting  ·  {}", grouped(collection.waiting));
    let options = [
        (Only::All, "All documents"),
        (Only::Refused, refused.as_str()),
        (Only::Waiting, waiting.as_str()),
    ];
    if look::tabs(ui, "Which documents", &mut only, &options).changed() {
        actions.push(Action::ListOnly(only).into());
    }
}

/// The documents, or what was found.
fn rows_ui(
    ui: &mut Ui,
    state: &State,
    collection: &Collection,
    shown: &Shown,
    actions: &mut Actions,
) {
    if !shown.listed {
        look::muted(ui, "Looking at the documents…");
        return;
    }
    let view = &shown.view;
    let is_searching = !shown.filter.words.is_empty();
    let found = shown.found.as_ref().filter(|_| is_searching).map(|(_, findings)| findings);
    let listed = Listed {
        documents: &view.listing.documents,
        rows: view.rows.as_deref(),
        passages: found.map(|found| found.passages.as_slice()),
        has_more: found.is_some_and(|found| found.passages.len() >= shown.most),
        reading: state.progress().map(|progress| progress.path.as_path()),
        can_remove: !collection.is_built_in,
    };
    let has_passages = listed.passages.is_some_and(|passages| !passages.is_empty());
    let is_empty = listed.rows.map_or(listed.documents.is_empty(), <[usize]>::is_empty);
    if !is_empty || has_passages {
        let asked = list_ui(ui, &listed);
        actions.extend(asked.map(|asked| action(asked, collection.id)));
    } else if is_searching && found.is_none() {
        look::muted(ui, "Searching…");
    } else if is_searching {
        look::muted(ui, "Nothing found");
    } else if shown.filter.only != Only::All {
        look::muted(ui, "There are none");
    } else {
        let words = "Add files or a folder, or drop them on this window";
        look::empty_state(ui, Icon::FileText, "No documents yet", words, |_| {});
    }
}

fn action(asked: Asked, collection: CollectionId) -> crate::Action {
    match asked {
        Asked::Open(document) => Action::OpenDocument(document),
        Asked::Remove(path) => Action::Remove { collection, path },
        Asked::Retry(document) => Action::Retry(collection, Some(document)),
        Asked::OpenPassage(passage) => Action::OpenPassage(passage),
        Asked::More => Action::SearchMore,
    }
    .into()
}

fn head_ui(ui: &mut Ui, collection: &Collection, actions: &mut Actions) {
    ui.horizontal(|ui| {
        if look::icon_button(ui, Icon::ArrowLeft, "All collections").clicked() {
            actions.push(Action::ShowCollection(None).into());
        }
        look::page_title(ui, &collection.name);
        if !collection.is_built_in {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                menu_ui(ui, collection, actions);
                ask_ui(ui, collection, actions);
            });
        }
    });
    look::muted(ui, &counts(collection));
    ui.add_space(space::TIGHT);
}

fn adding_ui(
    ui: &mut Ui,
    state: &State,
    draft: &mut Draft,
    dialog_open: bool,
    actions: &mut Actions,
) {
    ui.add_enabled_ui(!dialog_open, |ui| {
        ui.horizontal(|ui| {
            let files = Button::new("Add files…").icon(Icon::File).kind(ButtonKind::Primary);
            if ui.add(files).clicked() {
                actions.push(Action::Browse { folder: false }.into());
            }
            if ui.add(Button::new("Add a folder…").icon(Icon::FolderPlus)).clicked() {
                actions.push(Action::Browse { folder: true }.into());
            }
            if dialog_open {
                look::muted(ui, "Waiting for the file dialog…");
            }
        });
    });
    if let Some(hint) = state.path_hint() {
        look::muted(ui, hint);
    }
    let field =
        look::text_field(ui, "Path of a file or folder", &mut draft.path, "~/Documents/lease.pdf");
    if std::mem::take(&mut draft.focus_path) {
        field.request_focus();
    }
    let entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
    if entered && !draft.path.trim().is_empty() {
        actions.push(Action::Add(vec![conversations::absolute(&draft.path)]).into());
    }
}

/// The folders that were added as a whole, and whether they are followed.
fn folders_ui(ui: &mut Ui, collection: &Collection, shown: &Shown, actions: &mut Actions) {
    for root in &shown.view.listing.folders {
        ui.push_id(&root.path, |ui| {
            ui.horizontal(|ui| {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    let name = format!("Take out the folder {}", root.path.display());
                    if look::icon_button(ui, Icon::X, &name).clicked() {
                        let (collection, path) = (collection.id, root.path.clone());
                        actions.push(Action::Remove { collection, path }.into());
                    }
                    ui.with_layout(Layout::top_down(Align::Min), |ui| {
                        let mut watched = root.watched;
                        let words = format!("Follow changes in {}", root.path.display());
                        if look::switch(ui, &words, &mut watched).changed() {
                            let (collection, path) = (collection.id, root.path.clone());
                            actions.push(Action::SetWatched { collection, path, watched }.into());
                        }
                    });
                });
            });
        });
    }
}

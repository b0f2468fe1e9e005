//! One collection on the page: its documents, what was added as a whole, and a search. However many
//! documents there are, only those that can be seen are drawn.

use egui::{Align, Layout, ScrollArea, Ui};
use engine::documents::search::Passage;
use engine::documents::store::{Collection, Document, DocumentState};

use super::page::{counts, failure_ui, menu_ui};
use super::progress::large_progress_ui;
use super::state::Shown;
use super::{Action, Draft, State};
use crate::action::Actions;
use crate::look::{self, Button, ButtonKind, Icon, Tone, space};
use crate::{conversations, models, shell};

/// Height of a row, in points.
const ROW: f32 = 54.0;
/// How much of a passage is shown in the results, in characters.
const SHOWN: usize = 240;

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
        failure_ui(ui, state, actions);
        large_progress_ui(ui, state, actions);
        if !collection.is_built_in {
            adding_ui(ui, state, draft, dialog_open, actions);
            folders_ui(ui, state, collection, actions);
        }
        ui.add_space(space::NORMAL);
        let field = look::search_field(ui, "Search in this collection", &mut draft.query);
        if std::mem::take(&mut draft.focus_search) {
            field.request_focus();
        }
        if field.changed() {
            actions.push(Action::Search(draft.query.clone()).into());
        }
        ui.add_space(space::TIGHT);
        match &shown.found {
            Some((_, findings)) if !draft.query.trim().is_empty() => {
                found_ui(ui, &findings.passages, actions);
            }
            _ => documents_ui(ui, state, collection, shown, actions),
        }
    });
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
fn folders_ui(ui: &mut Ui, state: &State, collection: &Collection, actions: &mut Actions) {
    let is_folder = |path: &std::path::Path| {
        // A root with documents below it; asking the disk would take time.
        let shown = state.shown();
        shown.is_some_and(|shown| {
            shown.documents.iter().any(|one| one.path != path && one.path.starts_with(path))
        })
    };
    for root in state.roots(collection.id).filter(|root| root.watched || is_folder(&root.path)) {
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

fn documents_ui(
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
    if shown.documents.is_empty() {
        let words = "Add files or a folder, or drop them on this window";
        look::empty_state(ui, Icon::FileText, "No documents yet", words, |_| {});
        return;
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    let area = ScrollArea::vertical().auto_shrink(false).id_salt("documents");
    area.show_rows(ui, ROW, shown.documents.len(), |ui, rows| {
        // Room for the scroll bar.
        ui.set_width(ui.available_width() - 12.0);
        for document in shown.documents.get(rows).unwrap_or_default() {
            ui.push_id(document.id, |ui| document_ui(ui, state, collection, document, actions));
        }
    });
}

fn document_ui(
    ui: &mut Ui,
    state: &State,
    collection: &Collection,
    document: &Document,
    actions: &mut Actions,
) {
    let size = egui::vec2(ui.available_width(), ROW);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        ui.set_min_size(size);
        let name = document.name();
        let remove = format!("Take {name} out of the collection");
        if !collection.is_built_in && look::icon_button(ui, Icon::X, &remove).clicked() {
            let (collection, path) = (document.collection, document.path.clone());
            actions.push(Action::Remove { collection, path }.into());
        }
        match &document.state {
            DocumentState::Refused(_) => {
                if look::named_button(ui, "Retry", &format!("Retry {name}")).clicked() {
                    actions.push(Action::Retry(document.collection, Some(document.id)).into());
                }
                look::badge(ui, "Not read", Tone::Danger);
            }
            DocumentState::Waiting => {
                let is_read = state.progress().is_some_and(|now| now.path == document.path);
                look::badge(ui, if is_read { "Reading" } else { "Waiting" }, Tone::Accent);
            }
            DocumentState::Ready => {}
        }
        let detail = detail(document);
        let row = look::ListRow::new(&name).icon(Icon::FileText).detail(&detail);
        let row = ui.add(row).on_hover_text(document.path.display().to_string());
        if matches!(document.state, DocumentState::Refused(_)) {
            let role = egui::accesskit::Role::Button;
            let words = format!("{name}: {detail}");
            row.widget_info(|| egui::WidgetInfo::labeled(role, ui.is_enabled(), &words));
        }
        if row.clicked() && document.chunks > 0 {
            actions.push(Action::OpenDocument(Box::new(document.clone())).into());
        }
    });
}

/// Pages and size, or why it was not read.
fn detail(document: &Document) -> String {
    if let DocumentState::Refused(refusal) = &document.state {
        return sentence(&refusal.to_string());
    }
    let mut parts = Vec::new();
    match document.pages {
        0 => {}
        1 => parts.push("1 page".to_owned()),
        pages => parts.push(format!("{pages} pages")),
    }
    if document.size > 0 {
        parts.push(models::bytes(document.size));
    }
    match document.missing_pages.as_slice() {
        [] => {}
        [page] => parts.push(format!("page {page} could not be read")),
        pages => parts.push(format!("{} pages could not be read", pages.len())),
    }
    parts.push(document.path.display().to_string());
    parts.join("  ·  ")
}

/// With a capital letter at its beginning.
fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    first + chars.as_str()
}

fn found_ui(ui: &mut Ui, passages: &[Passage], actions: &mut Actions) {
    if passages.is_empty() {
        look::muted(ui, "Nothing found");
        return;
    }
    let area = ScrollArea::vertical().auto_shrink(false).id_salt("passages");
    area.show(ui, |ui| {
        // Room for the scroll bar.
        ui.set_width(ui.available_width() - 12.0);
        for (place, passage) in passages.iter().enumerate() {
            ui.push_id(place, |ui| passage_ui(ui, passage, actions));
        }
    });
}

fn passage_ui(ui: &mut Ui, passage: &Passage, actions: &mut Actions) {
    let title = match passage.page {
        Some(page) => format!("{}, page {page}", passage.name),
        None => passage.name.clone(),
    };
    let text = passage.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text: String = text.chars().take(SHOWN).collect();
    let row = look::ListRow::new(&title).icon(Icon::Quote).detail(&text);
    let row = ui.add(row);
    // Told apart from the document of the same title.
    let (role, words) = (egui::accesskit::Role::Button, format!("Passage: {title}"));
    row.widget_info(|| egui::WidgetInfo::labeled(role, ui.is_enabled(), &words));
    if row.clicked() {
        actions.push(Action::OpenPassage(Box::new(passage.clone())).into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_as_a_sentence() {
        assert_eq!(sentence("it is damaged"), "It is damaged");
        assert_eq!(sentence(""), "");
    }
}

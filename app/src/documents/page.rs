//! The page of documents: all collections, or one of them.

use egui::{Align, Layout, Ui};
use engine::documents::store::Collection;

use super::collection::collection_ui;
use super::progress::large_progress_ui;
use super::{Action, Draft, State};
use crate::action::Actions;
use crate::look::{self, Button, ButtonKind, Icon, Tone, space};
use crate::measures::grouped;
use crate::{chat, shell};

/// Draws the page.
pub(crate) fn documents_ui(
    ui: &mut Ui,
    state: &State,
    draft: &mut Draft,
    dialog_open: bool,
    actions: &mut Actions,
) {
    if let Some(shown) = state.shown()
        && let Some(collection) = state.collection(shown.collection)
    {
        collection_ui(ui, state, (collection, shown), draft, dialog_open, actions);
        return;
    }
    shell::column_ui(ui, |ui| {
        ui.horizontal(|ui| {
            look::page_title(ui, "Documents");
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let new = Button::new("New collection…").icon(Icon::FolderPlus);
                if ui.add(new).clicked() {
                    actions.push(Action::AskNew.into());
                }
            });
        });
        look::muted(
            ui,
            "Your own files, to be asked. They stay where they are, and nothing leaves this computer",
        );
        ui.add_space(space::NORMAL);
        failure_ui(ui, state, actions);
        if !state.is_listed() && state.failure().is_none() {
            look::muted(ui, "Opening the library…");
        }
        for collection in state.collections() {
            ui.push_id(collection.id, |ui| card_ui(ui, collection, actions));
            ui.add_space(space::NORMAL);
        }
        // Comes and goes by itself, so nothing that can be clicked stands below it.
        large_progress_ui(ui, state, actions);
        if state.is_listed() && state.collections().is_empty() {
            let words = "A collection holds files and folders; answers from it name their page";
            look::empty_state(ui, Icon::Library, "Ask your own documents", words, |ui| {
                let new = Button::new("New collection…").icon(Icon::FolderPlus);
                if ui.add(new.kind(ButtonKind::Primary)).clicked() {
                    actions.push(Action::AskNew.into());
                }
                look::muted(ui, "Or drop files and folders on this window");
            });
        }
        if !state.collections().is_empty() {
            meaning_ui(ui, state, None, actions);
        }
    });
}

fn card_ui(ui: &mut Ui, collection: &Collection, actions: &mut Actions) {
    look::card(ui, |ui| {
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                menu_ui(ui, collection, actions);
                let open = format!("Open {}", collection.name);
                if look::named_button(ui, "Open", &open).clicked() {
                    actions.push(Action::ShowCollection(Some(collection.id)).into());
                }
                ask_ui(ui, collection, actions);
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    look::strong(ui, &collection.name);
                    if collection.waiting > 0 {
                        look::badge(
                            ui,
                            &format!("{} waiting", grouped(collection.waiting)),
                            Tone::Accent,
                        );
                    }
                    if collection.refused > 0 {
                        look::badge(
                            ui,
                            &format!("{} not read", grouped(collection.refused)),
                            Tone::Warning,
                        );
                    }
                });
            });
        });
        look::muted(ui, &counts(collection));
    });
}

/// The button that begins a conversation with a collection.
pub(crate) fn ask_ui(ui: &mut Ui, collection: &Collection, actions: &mut Actions) {
    let name = format!("Ask {}", collection.name);
    ui.add_enabled_ui(collection.chunks > 0, |ui| {
        if look::named_button(ui, "Ask", &name).clicked() {
            actions.push(chat::Action::AskCollection(collection.id).into());
        }
    });
}

/// The menu of a collection.
pub(super) fn menu_ui(ui: &mut Ui, collection: &Collection, actions: &mut Actions) {
    let name = format!("More about {}", collection.name);
    look::menu_button(ui, Icon::Ellipsis, &name, |ui| {
        if look::menu_item(ui, Icon::Pencil, "Rename…").clicked() {
            actions.push(Action::AskRename(collection.id).into());
        }
        if collection.refused > 0
            && look::menu_item(ui, Icon::RotateCcw, "Retry what was not read").clicked()
        {
            actions.push(Action::Retry(collection.id, None).into());
        }
        if look::menu_item(ui, Icon::Trash2, "Delete…").clicked() {
            actions.push(Action::AskDelete(collection.id).into());
        }
    });
}

/// Documents and passages of a collection, in words.
pub(super) fn counts(collection: &Collection) -> String {
    let many = |count: u64, one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{} {many}", grouped(count)),
    };
    let documents = many(collection.ready, "document", "documents");
    let passages = many(collection.chunks, "passage", "passages");
    format!("{documents}  ·  {passages}")
}

/// What failed last, with the ways on.
pub(super) fn failure_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    let Some(words) = state.failure() else { return };
    look::card(ui, |ui| {
        look::error_text(ui, words);
        ui.horizontal(|ui| {
            if look::button(ui, "Try again").clicked() {
                actions.push(Action::Refresh.into());
            }
            if look::button(ui, "Dismiss").clicked() {
                actions.push(Action::DismissFailure.into());
            }
        });
    });
    ui.add_space(space::NORMAL);
}

/// How documents are searched, and how that gets better; `weight` is what meaning counts among them,
/// where that was measured.
pub(super) fn meaning_ui(ui: &mut Ui, state: &State, weight: Option<f64>, actions: &mut Actions) {
    let embedding = state.embedding();
    if let Some(failure) = embedding.failure() {
        ui.horizontal_wrapped(|ui| {
            look::muted(ui, &format!("Searched by words alone: {failure}"));
            if ui.add(Button::new("Try again").kind(ButtonKind::Quiet)).clicked() {
                actions.push(Action::Refresh.into());
            }
        });
    } else if embedding.is_loaded() {
        look::muted(ui, &meaning_words(weight, embedding.embedded().is_some()));
    } else if embedding.is_loading() {
        look::muted(ui, "Searched by words; the embedding model is being loaded…");
    } else {
        ui.horizontal_wrapped(|ui| {
            look::muted(
                ui,
                "Searched by words. With an embedding model among your models, what is said in other \
                 words is found too",
            );
            if ui.add(Button::new("Models…").kind(ButtonKind::Quiet)).clicked() {
                actions.push(shell::Action::Show(shell::Page::Models).into());
            }
        });
    }
}

/// What an embedding model does for some documents.
fn meaning_words(weight: Option<f64>, is_embedding: bool) -> String {
    match weight {
        _ if is_embedding => {
            "Searched by words, and by meaning as far as that is prepared".to_owned()
        }
        None => "Searched by words and by meaning".to_owned(),
        Some(weight) if weight <= 0.0 => {
            "Searched by words alone: the embedding model does not read \
            these documents well. One for their language would find what is said in other words too"
                .to_owned()
        }
        Some(weight) if weight >= 1.0 => "Searched by words and by meaning".to_owned(),
        Some(weight) => format!(
            "Searched by words, and by meaning, which counts {:.0} % as the embedding model reads these \
             documents less well",
            weight * 100.0
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_embedding_model_that_does_not_read_the_documents_is_told() {
        assert!(meaning_words(Some(0.0), false).contains("does not read these documents well"));
        assert!(meaning_words(Some(0.4), false).contains("counts 40 %"));
        assert_eq!(meaning_words(Some(1.0), false), meaning_words(None, false));
        assert!(meaning_words(Some(0.0), true).contains("as far as that is prepared"));
    }
    use engine::documents::store::CollectionId;

    #[test]
    fn a_collection_says_what_is_in_it() {
        let mut collection = Collection {
            id: CollectionId(1),
            name: "Lease".to_owned(),
            ready: 1,
            waiting: 0,
            refused: 0,
            chunks: 1_234,
            characters: 0,
            is_built_in: false,
            is_scanning: false,
        };
        assert_eq!(counts(&collection), "1 document  ·  1,234 passages");
        (collection.ready, collection.chunks) = (0, 1);
        assert_eq!(counts(&collection), "0 documents  ·  1 passage");
    }
}

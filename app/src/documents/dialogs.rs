//! Dialogs about collections: their names, deleting one, and where to add what was let go over the
//! window.

use egui::{Align, Context, Id, Key, Layout, Ui};
use engine::documents::store::{CollectionId, file_name};

use super::state::Dialog;
use super::{Action, Draft, State};
use crate::action::Actions;
use crate::look::{self, space};

/// How many of the files that were let go are named.
const NAMED: usize = 4;

/// Draws the open dialog, if one is.
pub(crate) fn dialogs_ui(
    ctx: &Context,
    state: &mut State,
    draft: &mut Draft,
    actions: &mut Actions,
) {
    match state.dialog() {
        Some(Dialog::New) => name_ui(ctx, "New collection", "Make it", draft, actions),
        Some(Dialog::Rename(_)) => name_ui(ctx, "Rename the collection", "Rename", draft, actions),
        Some(Dialog::Delete(id)) => delete_ui(ctx, state, *id, actions),
        Some(Dialog::Dropped { .. }) => dropped_ui(ctx, state, draft, actions),
        None => {}
    }
}

fn name_ui(ctx: &Context, title: &str, accept: &str, draft: &mut Draft, actions: &mut Actions) {
    let modal = look::modal(ctx, Id::unique("name of a collection"), title, |ui| {
        ui.set_width(400.0);
        let field = look::text_field(ui, "Name", &mut draft.name, "Contracts");
        if std::mem::take(&mut draft.focus_name) {
            field.request_focus();
        }
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let ready = is_name(&draft.name);
        ui.add_space(space::NORMAL);
        let asked = buttons_ui(ui, accept, ready, false, actions);
        if asked || (entered && ready) {
            actions.push(Action::AcceptName.into());
        }
    });
    if modal.backdrop_response.clicked() {
        actions.push(Action::CloseDialog.into());
    }
}

fn is_name(name: &str) -> bool {
    name.contains(char::is_alphanumeric)
}

/// The buttons of a dialog. Returns whether it was accepted.
fn buttons_ui(ui: &mut Ui, accept: &str, ready: bool, danger: bool, actions: &mut Actions) -> bool {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let accepted = ui
            .add_enabled_ui(ready, |ui| match danger {
                true => look::danger_button(ui, accept),
                false => look::primary_button(ui, accept),
            })
            .inner
            .clicked();
        if look::button(ui, "Cancel").clicked() {
            actions.push(Action::CloseDialog.into());
        }
        accepted
    })
    .inner
}

fn delete_ui(ctx: &Context, state: &State, id: CollectionId, actions: &mut Actions) {
    let Some(collection) = state.collection(id) else { return };
    let title = format!("Delete {}?", collection.name);
    let modal = look::modal(ctx, Id::unique("delete a collection"), &title, |ui| {
        ui.set_width(440.0);
        let count = collection.ready + collection.waiting + collection.refused;
        let words = match count {
            1 => "1 document can no longer be asked".to_owned(),
            count => format!("{count} documents can no longer be asked"),
        };
        look::label(ui, &format!("{words}. The files themselves stay where they are"));
        ui.add_space(space::WIDE);
        if buttons_ui(ui, "Delete the collection", true, true, actions) {
            actions.push(Action::Delete(id).into());
        }
    });
    if modal.backdrop_response.clicked() {
        actions.push(Action::CloseDialog.into());
    }
}

fn dropped_ui(ctx: &Context, state: &mut State, draft: &mut Draft, actions: &mut Actions) {
    let known: Vec<(CollectionId, String)> =
        state.collections().iter().map(|known| (known.id, known.name.clone())).collect();
    let Some(Dialog::Dropped { paths, to, bind }) = state.dialog_mut() else { return };
    let modal =
        look::modal(ctx, Id::unique("add to a collection"), "Add to your documents", |ui| {
            ui.set_width(440.0);
            for path in paths.iter().take(NAMED) {
                look::truncated(ui, &file_name(path));
            }
            if paths.len() > NAMED {
                look::muted(ui, &format!("and {} more", paths.len() - NAMED));
            }
            ui.add_space(space::NORMAL);
            let names: Vec<String> = known
                .iter()
                .map(|(_, name)| name.clone())
                .chain(["A new collection".to_owned()])
                .collect();
            let place = known.iter().position(|(id, _)| Some(*id) == *to);
            let mut chosen = place.unwrap_or(known.len());
            egui::ScrollArea::vertical().max_height(220.0).show(ui, |ui| {
                look::radio(ui, "To which collection?", &mut chosen, &names);
            });
            *to = known.get(chosen).map(|(id, _)| *id);
            let mut ready = true;
            if to.is_none() {
                look::text_field(ui, "Name of the new collection", &mut draft.name, "Contracts");
                ready = is_name(&draft.name);
            }
            ui.add_space(space::TIGHT);
            look::checkbox(ui, "Answer the open conversation from it", bind);
            ui.add_space(space::WIDE);
            if buttons_ui(ui, "Add", ready, false, actions) {
                actions.push(Action::AcceptDropped.into());
            }
        });
    if modal.backdrop_response.clicked() {
        actions.push(Action::CloseDialog.into());
    }
}

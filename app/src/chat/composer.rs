//! Where messages are written: the field, what waits to be sent, the context meter, send and stop.

use egui::{Align, Event, Frame, ImeEvent, Key, KeyboardShortcut, Layout, Margin, Modifiers, Ui};
use engine::conversations::ConversationId;
use engine::inference::Measure;

use super::{Action, Draft};
use crate::action::Actions;
use crate::app::State;
use crate::look::{self, ButtonKind, Icon, radius, space, text_size};
use crate::measures::grouped;
use crate::scripts::Slash;
use crate::{documents, models, shell};

/// How many lines the field grows to before it scrolls.
const MOST_LINES: f32 = 10.0;

/// Draws the composer.
pub(super) fn composer_ui(
    ui: &mut Ui,
    state: &State,
    draft: &mut Draft,
    slash: &mut Slash,
    actions: &mut Actions,
) {
    queue_ui(ui, state, actions);
    bound_ui(ui, state, actions);
    let open = state.chat.open_id();
    if state.scripts.is_listed() && draft.release(open) {
        send(state, draft, slash, actions);
    }
    if draft.is_held(open) {
        look::caption(ui, "Sent as soon as the apps are known");
    }
    if let Some(text) = slash.slash_ui(ui, &state.scripts, draft.text(open)) {
        take_call(draft, open, text);
    }
    let tokens = look::tokens(ui);
    Frame::new()
        .fill(tokens.surface)
        .stroke(egui::Stroke::new(1.0, tokens.border_strong))
        .corner_radius(radius::LARGE)
        .shadow(look::resting_shadow(tokens))
        .inner_margin(Margin { left: 14, right: 10, top: 10, bottom: 8 })
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            field_ui(ui, state, draft, slash, actions);
            ui.add_space(space::TIGHT);
            ui.horizontal(|ui| controls_ui(ui, state, draft, slash, actions));
        });
    ui.add_space(2.0);
    ui.vertical_centered(|ui| {
        look::caption(ui, "Runs on this computer. Answers can be wrong");
    });
}

/// Sends what is typed, unless it names an app that there is not. What names one before the apps are
/// known is held until they are.
fn send(state: &State, draft: &mut Draft, slash: &Slash, actions: &mut Actions) {
    let open = state.chat.open_id();
    let text = draft.text(open);
    if slash.waits(&state.scripts, text) {
        draft.hold(open);
    } else if slash.refusal(&state.scripts, text).is_none() {
        actions.push(Action::Send.into());
    }
}

/// The app that was chosen stands before what is to be written for it.
fn take_call(draft: &mut Draft, open: Option<ConversationId>, text: String) {
    *draft.text_mut(open) = text;
    draft.cursor_to_end = true;
    draft.focus_composer = true;
}

fn field_ui(
    ui: &mut Ui,
    state: &State,
    draft: &mut Draft,
    slash: &mut Slash,
    actions: &mut Actions,
) {
    let open = state.chat.open_id();
    // One for each draft, so that each keeps its cursor.
    let id = ui.make_persistent_id(("message field", open));
    listen_to_input_method(ui, draft);
    // Before the field is drawn, since what was typed since the last frame is for it.
    if std::mem::take(&mut draft.focus_composer) {
        ui.memory_mut(|memory| memory.request_focus(id));
    }
    if ui.memory(|memory| memory.has_focus(id))
        && !draft.composing
        && let Some(text) = slash.listen(ui, &state.scripts, draft.text(open))
    {
        take_call(draft, open, text);
    }
    if std::mem::take(&mut draft.cursor_to_end) {
        let end = egui::text::CCursor::end_of_str(draft.text(open));
        let mut cursor = egui::text_edit::TextEditState::load(ui.ctx(), id).unwrap_or_default();
        cursor.cursor.set_char_range(Some(egui::text::CCursorRange::one(end)));
        cursor.store(ui.ctx(), id);
    }
    let sends = ui.memory(|memory| memory.has_focus(id))
        && !draft.composing
        && look::take_bare(ui, Key::Enter);
    let line = ui.text_style_height(&egui::TextStyle::Body) + 4.0;
    let hint = hint(state);
    let lists_apps = slash.is_open(&state.scripts, draft.text(open));
    let scroll = egui::ScrollArea::vertical()
        .max_height(line * MOST_LINES)
        .min_scrolled_height(line * MOST_LINES);
    let field = scroll.show(ui, |ui| {
        let text = draft.text_mut(open);
        let hint = egui::RichText::new(hint).color(look::tokens(ui).text_faint);
        let field = egui::TextEdit::multiline(text)
            .id(id)
            .hint_text(hint)
            .font(look::fonts::regular_font(text_size::MESSAGE))
            .frame(Frame::NONE)
            .margin(Margin::symmetric(2, 4))
            .desired_rows(1)
            .desired_width(f32::INFINITY)
            .return_key(KeyboardShortcut::new(Modifiers::SHIFT, Key::Enter))
            // Tab takes from the list of apps while that is open.
            .lock_focus(lists_apps);
        ui.add(field)
    });
    let field = field.inner;
    field.widget_info(|| {
        let text = draft.text(open).to_owned();
        let mut info =
            egui::WidgetInfo::labeled(egui::accesskit::Role::MultilineTextInput, true, "Message");
        info.current_text_value = Some(text);
        info
    });
    if field.changed() {
        actions.push(Action::DraftChanged.into());
    }
    if sends {
        send(state, draft, slash, actions);
    }
}

/// While an input method composes characters, Enter belongs to it. The key that ends a composition
/// may arrive together with its text, so that frame counts as composing too.
fn listen_to_input_method(ui: &Ui, draft: &mut Draft) {
    let mut ended = false;
    ui.input(|input| {
        for event in &input.events {
            match event {
                Event::Ime(ImeEvent::Preedit { text, .. }) => {
                    ended |= draft.composing && text.is_empty();
                    draft.composing = !text.is_empty();
                }
                Event::Ime(ImeEvent::Commit(_)) => {
                    ended = true;
                    draft.composing = false;
                }
                _ => {}
            }
        }
    });
    if ended {
        ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
    }
}

fn hint(state: &State) -> &'static str {
    if !state.chat.collections().is_empty() && !state.chat.is_answering() {
        "Ask your documents"
    } else if state.models.is_loading() {
        "The model is being loaded; you can write already"
    } else if state.models.answering().is_none() {
        "Load a model to go on with this conversation"
    } else if state.chat.is_answering() {
        "Write the next message; it is sent when this answer is done"
    } else {
        "Write a message"
    }
}

fn queue_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    if state.chat.queue().is_empty() {
        return;
    }
    look::caption(ui, "Sent next");
    ui.horizontal_wrapped(|ui| {
        for queued in state.chat.queue() {
            let text = one_line(&queued.text);
            let remove = format!("Do not send “{text}”");
            let chip = look::removable_chip(ui, Icon::Clock, &text, &remove);
            if chip.removed {
                actions.push(Action::RemoveQueued(queued.id).into());
            } else if chip.response.on_hover_text("Edit").clicked() {
                actions.push(Action::EditQueued(queued.id).into());
            }
        }
    });
    ui.add_space(space::TIGHT);
}

/// The collections that the conversation is answered from.
fn bound_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    let bound = state.chat.collections();
    if bound.is_empty() {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        look::caption(ui, "Answers from");
        for &id in bound {
            let known = state.documents.collection(id);
            let name = known.map_or("a deleted collection", |known| known.name.as_str());
            let chip = look::removable_chip(
                ui,
                Icon::Library,
                name,
                &format!("Do not answer from {name}"),
            );
            if chip.removed {
                let left = bound.iter().copied().filter(|other| *other != id).collect();
                actions.push(Action::SetCollections(left).into());
            } else if chip.response.clicked() {
                actions.push(documents::Action::OpenCollection(id).into());
            }
        }
    });
    ui.add_space(space::TIGHT);
}

/// The button that lets the conversation be answered from documents.
fn documents_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    let bound = state.chat.collections();
    look::menu_button(ui, Icon::Paperclip, "Answer from documents", |ui| {
        for collection in state.documents.collections() {
            let is_bound = bound.contains(&collection.id);
            let icon = if is_bound { Icon::Check } else { Icon::Library };
            ui.push_id(collection.id, |ui| {
                if look::menu_item(ui, icon, &collection.name).clicked() {
                    actions.push(if is_bound {
                        let others = bound.iter().copied().filter(|id| *id != collection.id);
                        Action::SetCollections(others.collect()).into()
                    } else {
                        Action::AddCollection(collection.id).into()
                    });
                }
            });
        }
        if look::menu_item(ui, Icon::FolderPlus, "Add documents…").clicked() {
            actions.push(shell::Action::Show(shell::Page::Documents).into());
        }
    });
}

fn one_line(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

fn controls_ui(
    ui: &mut Ui,
    state: &State,
    draft: &mut Draft,
    slash: &Slash,
    actions: &mut Actions,
) {
    documents_ui(ui, state, actions);
    meter_ui(ui, state.chat.meter().measured());
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let empty = draft.text(state.chat.open_id()).trim().is_empty();
        let answering = state.chat.is_answering();
        if answering {
            if look::round_button(ui, Icon::Square, "Stop", ButtonKind::Normal).clicked() {
                actions.push(Action::Stop.into());
            }
            if empty {
                return;
            }
        }
        let text = draft.text(state.chat.open_id());
        let from_documents = !state.chat.collections().is_empty();
        let names_app = state.scripts.is_call(text) || slash.waits(&state.scripts, text);
        let answers = state.models.can_answer() || names_app || from_documents;
        let refused = slash.refusal(&state.scripts, text).is_some();
        let ready = !empty && answers && !refused && !state.chat.is_opening();
        let name = if answering { "Queue message" } else { "Send message" };
        ui.add_enabled_ui(ready, |ui| {
            if look::round_button(ui, Icon::ArrowUp, name, ButtonKind::Primary).clicked() {
                send(state, draft, slash, actions);
            }
        });
        if !state.models.can_answer() && !state.models.is_loading() {
            let choose = look::button(ui, "Choose a model…");
            if choose.clicked() {
                actions.push(shell::Action::Show(shell::Page::Models).into());
            }
        }
        if let Some(loading) = state.models.loading() {
            if look::icon_button(ui, Icon::X, "Cancel loading").clicked() {
                actions.push(models::Action::CancelLoad.into());
            }
            models::loading_words_ui(ui, loading);
        }
    });
}

fn meter_ui(ui: &mut Ui, measured: Option<&Measure>) {
    let Some(measure) = measured else { return };
    let (used, total) = (measure.prompt_tokens, measure.context_length);
    let words = format!("{} of {} tokens of context", grouped(used), grouped(total));
    look::meter(ui, f64::from(used), f64::from(total), &words);
    let short = format!("{} / {}", grouped(used), grouped(total));
    if used >= total {
        look::error_text(ui, &format!("{short}: too long")).on_hover_text(words);
    } else {
        look::caption(ui, &short).on_hover_text(words);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_waiting_message_is_shown_on_one_short_line() {
        assert_eq!(one_line("two\nlines"), "two lines");
        assert_eq!(one_line(&"ä".repeat(100)).chars().count(), 41);
    }
}

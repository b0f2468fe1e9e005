//! Draws the conversations in the sidebar, what a search found, and the export dialog.

use std::ops::Range;

use egui::text::{LayoutJob, TextFormat};
use egui::{Ui, WidgetInfo, accesskit::Role};
use engine::conversations::{ConversationId, ExportFormat, Found, Summary};

use super::lines::{HEADING, Line};
use super::state::{Access, Export};
use super::{Action, Draft, State};
use crate::action::Actions;
use crate::look::{self, Icon, ListRow, space};
use crate::{app, chat};

/// What a conversation is called, also one that has no title yet.
pub(crate) fn title(title: &str) -> &str {
    if title.is_empty() { "New chat" } else { title }
}

/// The conversations under their headings.
pub(crate) fn list_ui(ui: &mut Ui, state: &app::State, draft: &mut Draft, actions: &mut Actions) {
    let conversations = &state.conversations;
    match conversations.access() {
        Access::Opening => return,
        Access::Failed(error) => {
            look::error_text(ui, &error.to_string());
            look::muted(ui, "What you write now is not kept");
            return;
        }
        Access::Open => {}
    }
    if conversations.list().is_empty() {
        look::muted(ui, "Your conversations will be listed here");
        return;
    }
    let lines = conversations.lines();
    let size = egui::vec2(ui.available_width(), lines.height());
    let (area, _) = ui.allocate_exact_size(size, egui::Sense::hover());
    let (from, to) = lines.between(ui.clip_rect().y_range(), area.top());
    for index in from..to {
        let heights = area.top() + lines.top_of(index)..=area.top() + lines.top_of(index + 1);
        let rect = egui::Rect::from_x_y_ranges(area.x_range(), heights);
        match lines.slice(index, index + 1) {
            [Line::Heading(words)] => {
                let builder = egui::UiBuilder::new().max_rect(rect).id_salt(("heading", index));
                let mut ui = ui.new_child(builder);
                ui.add_space(HEADING - 20.0);
                look::caption(&mut ui, words);
            }
            [Line::Conversation { place, time }] => {
                let Some(summary) = conversations.list().get(*place) else { continue };
                let builder = egui::UiBuilder::new().max_rect(rect).id_salt(summary.id);
                row_ui(&mut ui.new_child(builder), state, summary, time, draft, actions);
            }
            _ => {}
        }
    }
}

fn row_ui(
    ui: &mut Ui,
    state: &app::State,
    summary: &Summary,
    time: &str,
    draft: &mut Draft,
    actions: &mut Actions,
) {
    if state.conversations.renaming() == Some(summary.id) {
        rename_ui(ui, summary.id, draft, actions);
        return;
    }
    let open = state.chat.open_id() == Some(summary.id);
    let answering = state.chat.is_answering_in(summary.id);
    let row = ListRow::new(title(&summary.title)).selected(open);
    let row = if answering { row.trailing("writing…") } else { row.trailing(time) };
    let row = if summary.pinned { row.icon(Icon::Pin) } else { row };
    let response = ui.add(row);
    if response.clicked() {
        actions.push(chat::Action::Open { conversation: summary.id, message: None }.into());
    }
    if response.double_clicked() {
        actions.push(Action::BeginRename(summary.id).into());
    }
    if response.has_focus() {
        let pressed = |key| ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key));
        if pressed(egui::Key::F2) {
            actions.push(Action::BeginRename(summary.id).into());
        }
        if pressed(egui::Key::Delete) {
            actions.push(Action::Delete(summary.id).into());
        }
    }
    let (id, pinned) = (summary.id, summary.pinned);
    look::context_menu(&response, |ui| menu_ui(ui, id, pinned, actions));
}

/// What can be done with a conversation.
pub(crate) fn menu_ui(ui: &mut Ui, id: ConversationId, pinned: bool, actions: &mut Actions) {
    let (icon, words) = if pinned { (Icon::PinOff, "Unpin") } else { (Icon::Pin, "Pin") };
    if look::menu_item(ui, icon, words).clicked() {
        actions.push(Action::SetPinned(id, !pinned).into());
    }
    if look::menu_item(ui, Icon::Pencil, "Rename…").clicked() {
        actions.push(Action::BeginRename(id).into());
    }
    if look::menu_item(ui, Icon::FileDown, "Export…").clicked() {
        actions.push(Action::ExportOpen(Some(id)).into());
    }
    if look::menu_item(ui, Icon::Trash2, "Delete").clicked() {
        actions.push(Action::Delete(id).into());
    }
}

fn rename_ui(ui: &mut Ui, id: ConversationId, draft: &mut Draft, actions: &mut Actions) {
    let field = ui.add(
        egui::TextEdit::singleline(&mut draft.title)
            .hint_text("Empty for the automatic title")
            .desired_width(f32::INFINITY)
            .margin(egui::Margin::symmetric(8, 6)),
    );
    field.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::TextInput, true, "New title");
        info.current_text_value = Some(draft.title.clone());
        info
    });
    if std::mem::take(&mut draft.focus_title) {
        field.request_focus();
    }
    // Escape is the window's; leaving the field in any other way keeps what was typed.
    if field.lost_focus() && !ui.input(|input| input.key_pressed(egui::Key::Escape)) {
        actions.push(Action::Rename(id, draft.title.clone()).into());
    }
}

/// What a search found, each with the words around the match.
pub(crate) fn search_results_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    let Some(search) = state.search() else { return };
    if search.results.is_empty() {
        let words = if search.found_for == search.query { "Nothing found" } else { "Searching…" };
        look::muted(ui, words);
        return;
    }
    for (place, found) in search.results.iter().enumerate() {
        ui.push_id(place, |ui| result_ui(ui, found, actions));
    }
    if search.has_more() && look::list_row(ui, None, "Show more", "", false).clicked() {
        actions.push(Action::SearchMore.into());
    }
}

fn result_ui(ui: &mut Ui, found: &Found, actions: &mut Actions) {
    let name = title(&found.title);
    let response = look::free_row(ui, |ui| {
        look::truncated(ui, name);
        if found.message.is_some() {
            let job = snippet(ui, &found.snippet, &found.matches);
            ui.add(egui::Label::new(job).selectable(false).wrap());
        }
    });
    let said = format!("{name}: {}", found.snippet);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &said));
    if response.clicked() {
        actions.push(open_found(found));
    }
}

/// What opens something found, with the words that were found marked.
pub(crate) fn open_found(found: &Found) -> crate::Action {
    let (conversation, message) = (found.conversation, found.message);
    let words = found_words(found).unwrap_or_default().to_owned();
    chat::Action::OpenFound { conversation, message, words }.into()
}

/// The first of what was found: a word, or several that stand together.
fn found_words(found: &Found) -> Option<&str> {
    let mut ranges = found.matches.iter();
    let first = ranges.next()?;
    let mut end = first.end;
    for next in ranges {
        if found.snippet.get(end..next.start).is_none_or(|between| !between.trim().is_empty()) {
            break;
        }
        end = next.end;
    }
    found.snippet.get(first.start..end)
}

fn snippet(ui: &Ui, text: &str, matches: &[Range<usize>]) -> LayoutJob {
    let tokens = look::tokens(ui);
    let font = look::fonts::regular_font(look::text_size::CAPTION);
    let plain = TextFormat::simple(font.clone(), tokens.text_muted);
    let mut marked = TextFormat::simple(font, tokens.text_strong);
    marked.background = tokens.mark;
    let mut job = LayoutJob::default();
    let mut done = 0;
    for range in matches {
        if let (Some(before), Some(found)) = (text.get(done..range.start), text.get(range.clone()))
        {
            job.append(before, 0.0, plain.clone());
            job.append(found, 0.0, marked.clone());
            done = range.end;
        }
    }
    job.append(text.get(done..).unwrap_or_default(), 0.0, plain);
    job
}

/// Where to and in which form.
pub(crate) fn export_dialog_ui(
    ctx: &egui::Context,
    export: &Export,
    draft: &mut Draft,
    actions: &mut Actions,
) {
    let modal = look::modal(ctx, egui::Id::unique("export"), "Export the conversation", |ui| {
        ui.set_width(460.0);
        let mut format = export.format;
        let formats = [
            (ExportFormat::Markdown, "Markdown, to read"),
            (ExportFormat::Json, "JSON, with all versions"),
        ];
        if look::tabs(ui, "Format", &mut format, &formats).changed() {
            actions.push(Action::ExportFormat(format).into());
        }
        ui.add_space(space::NORMAL);
        let hint = "Path of the file to write";
        let file = look::text_field(ui, "File", &mut draft.export_path, hint);
        let entered = file.lost_focus() && look::pressed_with(ui, egui::Key::Enter).is_some();
        if let Some(error) = &export.error {
            look::error_text(ui, error);
        }
        let existing = export.existing(&draft.export_path);
        if let Some(name) = &existing {
            look::error_text(ui, &format!("There is a file “{name}” already"));
        }
        ui.add_space(space::WIDE);
        ui.horizontal(|ui| {
            if look::button(ui, "Browse…").clicked() {
                actions.push(Action::ExportBrowse.into());
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let ready = !export.writing && !draft.export_path.trim().is_empty();
                ui.add_enabled_ui(ready, |ui| {
                    if existing.is_some() {
                        if look::danger_button(ui, "Replace it").clicked() {
                            actions.push(Action::ExportReplace.into());
                        }
                    } else if look::primary_button(ui, "Export").clicked() || (entered && ready) {
                        actions.push(Action::Export.into());
                    }
                });
                if look::button(ui, "Cancel").clicked() {
                    actions.push(Action::ExportClose.into());
                }
            });
        });
    });
    if modal.backdrop_response.clicked() {
        actions.push(Action::ExportClose.into());
    }
}

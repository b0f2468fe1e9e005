//! Draws the editor: files above, find bar, notices, the text, and what is wrong with it below.

use std::path::Path;

use egui::accesskit::Role;
use egui::{
    Align, Frame, Key, Layout, Margin, Panel, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2,
};

use super::buffer::{Buffer, Elsewhere};
use super::code::{code_ui, dot};
use super::text::char_of;
use super::{Editor, EditorAction, files};
use crate::action::Actions;
use crate::look::{self, Icon, Tone, fonts, radius, space, text_size, tokens};
use crate::scripts::Action;

/// Draws the whole editor into all the room there is.
pub(crate) fn editor_ui(ui: &mut Ui, editor: &mut Editor, actions: &mut Actions) {
    let mut asked = Vec::new();
    ui.spacing_mut().item_spacing.y = 0.0;
    files_ui(ui, editor, &mut asked);
    if editor.new_name.is_some() {
        new_file_ui(ui, editor, &mut asked);
    }
    if editor.find.is_some() {
        find_ui(ui, editor, &mut asked);
    }
    notices_ui(ui, editor, &mut asked, actions);
    look::hairline(ui);
    if !editor.problems().is_empty() {
        problems_ui(ui, editor, &mut asked);
    }
    code_ui(ui, editor);
    actions.extend(asked.into_iter().map(|action| Action::Editor(action).into()));
}

/// A row of the app's files.
fn files_ui(ui: &mut Ui, editor: &Editor, asked: &mut Vec<EditorAction>) {
    ui.horizontal(|ui| {
        ui.set_height(38.0);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if editor.read_only.is_none()
                && look::icon_button(ui, Icon::Plus, "New file…").clicked()
            {
                asked.push(EditorAction::AskName(true));
            }
            if look::icon_button(ui, Icon::Search, "Find and replace").clicked() {
                asked.push(EditorAction::Find);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ScrollArea::horizontal().id_salt("files").show(ui, |ui| {
                    ui.spacing_mut().item_spacing.x = 2.0;
                    for path in &editor.list {
                        file_ui(ui, editor, path, asked);
                    }
                });
            });
        });
    });
}

fn file_ui(ui: &mut Ui, editor: &Editor, path: &Path, asked: &mut Vec<EditorAction>) {
    let tokens = tokens(ui);
    let open = editor.buffers.iter().find(|buffer| buffer.path == path);
    let shown = editor.buffers.get(editor.shown).is_some_and(|buffer| buffer.path == path);
    let dirty = open.is_some_and(Buffer::is_dirty);
    let name = path.display().to_string();
    let font = fonts::medium_font(text_size::SMALL);
    let color = if shown { tokens.text_strong } else { tokens.text_muted };
    let galley = ui.painter().layout_no_wrap(name.clone(), font, color);
    let size = vec2(galley.size().x + 34.0, 28.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let said = if dirty { format!("{name}, changed") } else { name };
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, shown, &said));
    let fill = match (shown, response.hovered()) {
        (true, _) => tokens.active,
        (false, true) => tokens.hover,
        (false, false) => tokens.background,
    };
    ui.painter().rect_filled(rect, radius::SMALL, fill);
    look::focus_ring(ui, rect, radius::SMALL, &response);
    ui.painter().circle_filled(pos2(rect.left() + 11.0, rect.center().y), 3.0, dot(tokens, dirty));
    let corner = pos2(rect.left() + 22.0, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(corner, galley, color);
    if response.clicked() {
        asked.push(EditorAction::Open(path.to_owned()));
    }
    if open.is_some() {
        look::context_menu(&response, |ui| {
            if look::menu_item(ui, Icon::X, "Close").clicked() {
                asked.push(EditorAction::Close { path: path.to_owned(), discard: false });
            }
        });
    }
}

fn new_file_ui(ui: &mut Ui, editor: &mut Editor, asked: &mut Vec<EditorAction>) {
    let Some(name) = &mut editor.new_name else { return };
    bar_ui(ui, |ui| {
        let field = look::text_field(ui, "Name of the new file", name, "words.rhai");
        if name.is_empty() && !field.has_focus() {
            field.request_focus();
        }
        let flaw = files::flaw_of_name(name);
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if let Some(flaw) = flaw.filter(|_| !name.is_empty()) {
            look::muted(ui, flaw);
        }
        ui.horizontal(|ui| {
            ui.add_enabled_ui(flaw.is_none(), |ui| {
                if look::primary_button(ui, "Create file").clicked() || (entered && flaw.is_none())
                {
                    asked.push(EditorAction::Create);
                }
            });
            if look::button(ui, "Cancel").clicked() {
                asked.push(EditorAction::AskName(false));
            }
        });
    });
}

/// A strip between the files and the text.
fn bar_ui(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    Frame::new().fill(tokens(ui).panel).inner_margin(Margin::symmetric(12, 8)).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 6.0;
        contents(ui);
    });
}

fn find_ui(ui: &mut Ui, editor: &mut Editor, asked: &mut Vec<EditorAction>) {
    let read_only = editor.read_only.is_some();
    let Editor { find, buffers, shown, checker, .. } = editor;
    let (Some(find), Some(buffer)) = (find.as_mut(), buffers.get_mut(*shown)) else { return };
    bar_ui(ui, |ui| {
        let mut step = None;
        ui.horizontal(|ui| {
            let width = (ui.available_width() - 210.0).clamp(120.0, 360.0);
            let field = ui
                .scope(|ui| {
                    ui.set_max_width(width);
                    look::search_field(ui, "Find in this file", &mut find.query)
                })
                .inner;
            if std::mem::take(&mut find.focus) {
                field.request_focus();
            }
            if field.changed() {
                find.search(&buffer.text, buffer.version);
                find.move_to(super::text::byte_of(&buffer.text, buffer.selected.start));
                step = Some(0);
            }
            if field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
                let back = ui.input(|input| input.modifiers.shift);
                step = Some(if back { -1 } else { 1 });
                find.focus = true;
            }
            look::caption_line(ui, &find.words());
            if look::icon_button(ui, Icon::ChevronUp, "Previous match").clicked() {
                step = Some(-1);
            }
            if look::icon_button(ui, Icon::ChevronDown, "Next match").clicked() {
                step = Some(1);
            }
            if look::icon_button(ui, Icon::X, "Close the find bar").clicked() {
                asked.push(EditorAction::CloseTop);
            }
        });
        if !read_only {
            ui.horizontal(|ui| replace_ui(ui, find, buffer, checker, &mut step));
        }
        if let Some(step) = step {
            find.search(&buffer.text, buffer.version);
            find.move_by(step);
            if let Some(found) = find.current() {
                let chars = char_of(&buffer.text, found.start)..char_of(&buffer.text, found.end);
                buffer.select = Some(chars);
                buffer.reveal = true;
            }
        }
    });
}

fn replace_ui(
    ui: &mut Ui,
    find: &mut super::Find,
    buffer: &mut Buffer,
    checker: &mut super::Checker,
    step: &mut Option<isize>,
) {
    let width = (ui.available_width() - 210.0).clamp(120.0, 360.0);
    let field = egui::TextEdit::singleline(&mut find.replacement)
        .hint_text("Replace with")
        .desired_width(width - 16.0)
        .margin(Margin::symmetric(8, 6));
    let field = ui.add(field);
    field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Replace with"));
    let any = !find.matches().is_empty();
    ui.add_enabled_ui(any, |ui| {
        if look::button(ui, "Replace").clicked()
            && let Some(text) = find.replace_current(&buffer.text)
        {
            buffer.text = text;
            buffer.typed();
            checker.typed();
            *step = Some(0);
        }
        if look::button(ui, "Replace all").clicked() {
            let (text, _) = find.replace_all(&buffer.text);
            buffer.text = text;
            buffer.typed();
            checker.typed();
        }
    });
}

/// What has to be decided about the shown file before one goes on.
fn notices_ui(ui: &mut Ui, editor: &Editor, asked: &mut Vec<EditorAction>, actions: &mut Actions) {
    if let Some(why) = &editor.read_only {
        bar_ui(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                look::badge(ui, "Read only", Tone::Neutral);
                look::muted(ui, why);
                if look::button(ui, "Make it mine").clicked() {
                    actions.push(Action::Duplicate(editor.app.clone()).into());
                }
            });
        });
    }
    let Some(buffer) = editor.buffers.get(editor.shown) else { return };
    match &buffer.elsewhere {
        Some(Elsewhere::Changed(_)) => bar_ui(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                look::badge(ui, "Changed on disk", Tone::Warning);
                look::muted(
                    ui,
                    "Another program has written this file, and there are changes here",
                );
                if look::button(ui, "Take what is on disk").clicked() {
                    asked.push(EditorAction::TakeTheirs);
                }
                if look::button(ui, "Keep mine").clicked() {
                    asked.push(EditorAction::KeepMine);
                }
            });
        }),
        Some(Elsewhere::Gone) => bar_ui(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                look::badge(ui, "Gone from the disk", Tone::Warning);
                look::muted(ui, "Another program has deleted this file; saving writes it again");
            });
        }),
        None => {}
    }
    if editor.closing.as_deref() == Some(buffer.path.as_path()) {
        bar_ui(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                look::muted(ui, "This file has changes that are not saved");
                let path = buffer.path.clone();
                if look::button(ui, "Save it").clicked() {
                    asked.push(EditorAction::Save);
                }
                if look::danger_button(ui, "Close without saving").clicked() {
                    asked.push(EditorAction::Close { path, discard: true });
                }
            });
        });
    }
}

/// What is wrong, line by line; a click goes there.
fn problems_ui(ui: &mut Ui, editor: &mut Editor, asked: &mut Vec<EditorAction>) {
    let mut go_to = None;
    Panel::bottom("problems")
        .resizable(false)
        .show_separator_line(false)
        .frame(Frame::new().fill(tokens(ui).panel).inner_margin(Margin::symmetric(8, 6)))
        .show(ui, |ui| {
            ScrollArea::vertical().max_height(110.0).auto_shrink([false, true]).show(ui, |ui| {
                for (row, problem) in editor.problems().iter().enumerate() {
                    let said = problem.to_string();
                    let response = ui.push_id(row, |ui| {
                        look::free_row(ui, |ui| {
                            ui.horizontal_wrapped(|ui| {
                                if let Some(place) = &problem.place {
                                    let words = format!("{}:{}", place.file.display(), place.line);
                                    look::badge(ui, &words, Tone::Danger);
                                }
                                look::label(ui, &problem.message);
                            });
                        })
                    });
                    let response = response.inner;
                    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &said));
                    if response.clicked() {
                        go_to.clone_from(&problem.place);
                    }
                }
            });
        });
    if let Some(place) = go_to {
        editor.show_place(&place);
    }
    if ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::F8)) {
        asked.push(EditorAction::NextProblem);
    }
    ui.add_space(space::TIGHT);
}

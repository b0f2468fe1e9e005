//! Draws a file: numbers and marks at the left, the text, and what is marked in it.

use std::ops::Range;
use std::sync::Arc;

use egui::accesskit::Role;
use egui::text_edit::{TextEditOutput, TextEditState};
use egui::{
    Align2, Frame, Galley, Id, Margin, Pos2, Rect, ScrollArea, Shape, Stroke, StrokeKind, TextEdit,
    Ui, Vec2, WidgetInfo, pos2, vec2,
};
use scripting::Problem;

use super::buffer::{Buffer, cursors};
use super::complete::help;
use super::text::{self, byte_of, char_of};
use super::{Editor, keys, offers};
use crate::look::{self, Tokens, fonts, text_size, tokens};

/// Between the numbers and the text, in points.
const GAP: f32 = 14.0;
/// Room for the marks before the numbers, in points.
const MARKS: f32 = 18.0;
/// Below the last line, so that it can be scrolled up.
const BELOW: f32 = 160.0;

/// Draws the shown file of an editor into all the room there is.
pub(super) fn code_ui(ui: &mut Ui, editor: &mut Editor) {
    let Some(path) = editor.buffers.get(editor.shown).map(|buffer| buffer.path.clone()) else {
        return;
    };
    let id = Id::unique(("code", &editor.app.0, &path));
    if std::mem::take(&mut editor.focus) {
        ui.memory_mut(|memory| memory.request_focus(id));
    }
    keys::listen(ui, editor, id);
    if let (Some(find), Some(buffer)) = (&mut editor.find, editor.buffers.get(editor.shown)) {
        find.search(&buffer.text, buffer.version);
    }
    let shown = ScrollArea::both()
        .id_salt(("code", &path))
        .auto_shrink(false)
        .show_viewport(ui, |ui, view| file_ui(ui, editor, id, view));
    if let Some(cursor) = shown.inner.filter(|_| editor.completion.is_open()) {
        offers::offers_ui(ui, editor, cursor + vec2(-8.0, 4.0));
    }
    editor.words.end_frame();
}

/// Where the letters of a file are on the screen.
struct Letters<'a> {
    galley: &'a Galley,
    origin: Pos2,
    clip: Rect,
}

impl Letters<'_> {
    /// The rectangles of some characters of one line, on the screen.
    fn rect(&self, chars: &Range<usize>) -> Rect {
        let at = |char| self.galley.pos_from_cursor(egui::text::CCursor::new(char));
        let (from, to) = (at(chars.start), at(chars.end));
        // What goes on in the next line is marked to the end of its own.
        let right = if to.top() > from.top() { from.left() + 6.0 } else { to.left() };
        Rect::from_min_max(from.min, pos2(right.max(from.left() + 6.0), from.max.y))
            .translate(self.origin.to_vec2())
    }

    fn is_seen(&self, rect: Rect) -> bool {
        self.clip.intersects(rect)
    }

    /// The rows that are seen, with their numbers from 0.
    fn rows(&self) -> impl Iterator<Item = (usize, &egui::epaint::text::PlacedRow)> {
        let top = self.clip.top() - self.origin.y;
        let first = self.galley.rows.partition_point(|row| row.rect().bottom() < top);
        let bottom = self.clip.bottom() - self.origin.y;
        let seen = move |(_, row): &(usize, &egui::epaint::text::PlacedRow)| row.pos.y <= bottom;
        self.galley.rows.iter().enumerate().skip(first).take_while(seen)
    }
}

/// Draws text and numbers; returns where the cursor's lower end is, while the text has the keyboard.
fn file_ui(ui: &mut Ui, editor: &mut Editor, id: Id, view: Rect) -> Option<Pos2> {
    let read_only = editor.read_only.is_some();
    let Editor { buffers, shown, find, completion, checker, api, words, .. } = editor;
    let buffer = buffers.get_mut(*shown)?;
    let galley = buffer.layout.galley(ui, buffer.language(), &buffer.text);
    let digits = galley.rows.len().to_string().len().max(2) as f32;
    let gutter = MARKS + digits * text_size::CODE * 0.62 + GAP;
    let corner = ui.max_rect().min;
    let room = view.size() - vec2(gutter, 0.0);
    let size = (galley.size() + vec2(40.0, BELOW)).max(room);
    let area = Rect::from_min_size(corner + vec2(gutter, 6.0), size);
    ui.allocate_rect(Rect::from_min_max(corner, area.max), egui::Sense::hover());
    let behind = ui.painter().add(Shape::Noop);
    let mut text_ui = ui.new_child(egui::UiBuilder::new().max_rect(area));
    let before = buffer.version;
    let output = field_ui(&mut text_ui, buffer, id, size, read_only);
    if output.response.changed() {
        buffer.typed();
        checker.typed();
        ui.ctx().request_repaint();
    }
    let had_focus = output.response.has_focus();
    // Tab indents.
    look::left_with_escape(ui.ctx(), id);
    if let Some(range) = output.cursor_range {
        let sorted = range.as_sorted_char_range();
        buffer.selected = usize::from(sorted.start)..usize::from(sorted.end);
    }
    let letters =
        Letters { galley: &output.galley, origin: output.galley_pos, clip: ui.clip_rect() };
    let cursor = buffer.selected.end;
    let cursor_rect = letters.rect(&(cursor..cursor));
    if std::mem::take(&mut buffer.reveal) {
        ui.scroll_to_rect(cursor_rect.expand2(vec2(30.0, 60.0)), None);
    }
    let mut shapes = vec![current_line(ui, &letters, cursor_rect, had_focus)];
    if let Some(find) = find {
        shapes.extend(found(ui, &letters, buffer, find));
    }
    shapes.extend(bracket_shapes(ui, &letters, buffer, cursor));
    ui.painter().set(behind, Shape::Vec(shapes));
    for problem in buffer.problems.iter().filter(|problem| is_here(problem, buffer)) {
        squiggle(ui, &letters, &chars_of(problem, &buffer.text));
    }
    gutter_ui(ui, &letters, buffer, gutter, cursor_rect);
    hover_ui(output.response.response, &letters, buffer, api, words);
    let typed = buffer.version != before;
    if had_focus && buffer.selected.is_empty() && buffer.language() == "rhai" && !read_only {
        completion.update(&buffer.text, buffer.layout.runs(), cursor, api, typed);
    } else if !had_focus && !ui.ctx().is_pointer_over_egui() {
        completion.close();
    }
    had_focus.then_some(cursor_rect.left_bottom())
}

fn field_ui(
    ui: &mut Ui,
    buffer: &mut Buffer,
    id: Id,
    size: Vec2,
    read_only: bool,
) -> TextEditOutput {
    if let Some(selected) = buffer.select.take() {
        let mut state = TextEditState::load(ui.ctx(), id).unwrap_or_default();
        state.cursor.set_char_range(Some(cursors(&selected)));
        state.store(ui.ctx(), id);
        buffer.selected = selected;
    }
    let name = format!("Code of {}", buffer.path.display());
    let language = buffer.language();
    let Buffer { text, layout, .. } = buffer;
    let mut layouter = |ui: &Ui, text: &dyn egui::TextBuffer, _wrap: f32| -> Arc<Galley> {
        layout.galley(ui, language, text.as_str())
    };
    let fixed = text.clone();
    let mut fixed = fixed.as_str();
    let field = if read_only { TextEdit::multiline(&mut fixed) } else { TextEdit::multiline(text) };
    let output = field
        .id(id)
        .code_editor()
        .frame(Frame::NONE)
        .margin(Margin::ZERO)
        .desired_width(size.x)
        .min_size(size)
        .layouter(&mut layouter)
        .show(ui);
    output.response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::MultilineTextInput, true, &name);
        info.current_text_value = Some(text.clone());
        info
    });
    output
}

fn current_line(ui: &Ui, letters: &Letters<'_>, cursor: Rect, focused: bool) -> Shape {
    if !focused {
        return Shape::Noop;
    }
    let row = Rect::from_x_y_ranges(letters.clip.x_range(), cursor.y_range());
    Shape::rect_filled(row, 0, tokens(ui).hover.gamma_multiply(0.45))
}

/// Marks what the find bar has found.
fn found(ui: &Ui, letters: &Letters<'_>, buffer: &Buffer, find: &super::Find) -> Vec<Shape> {
    let tokens = tokens(ui);
    let current = find.current();
    // Only those that may be seen: counting characters of a long text for each would cost.
    let seen = seen_bytes(letters, &buffer.text);
    find.matches()
        .iter()
        .filter(|place| place.end >= seen.start && place.start <= seen.end)
        .map(|place| {
            let chars = char_of(&buffer.text, place.start)..char_of(&buffer.text, place.end);
            let color =
                if Some(place) == current.as_ref() { tokens.mark_current } else { tokens.mark };
            Shape::rect_filled(letters.rect(&chars), 2, color)
        })
        .collect()
}

/// The bytes of the rows that are seen.
fn seen_bytes(letters: &Letters<'_>, text: &str) -> Range<usize> {
    let mut rows = letters.rows().map(|(row, _)| row);
    let first = rows.next().unwrap_or_default();
    let last = rows.last().unwrap_or(first);
    let start = |row: usize| {
        text.split_inclusive('\n').take(row).map(str::len).sum::<usize>().min(text.len())
    };
    start(first)..start(last + 1)
}

fn bracket_shapes(
    ui: &Ui,
    letters: &Letters<'_>,
    buffer: &Buffer,
    cursor: usize,
) -> impl Iterator<Item = Shape> {
    let pair = (buffer.language() == "rhai" && buffer.selected.is_empty())
        .then(|| text::brackets(&buffer.text, buffer.layout.runs(), cursor))
        .flatten();
    let stroke = Stroke::new(1.0, tokens(ui).border_strong);
    let rects = pair.map(|(one, other)| {
        [one, other].map(|char| letters.rect(&(char..char + 1)).expand2(vec2(1.0, 0.0)))
    });
    rects.into_iter().flatten().map(move |rect| {
        Shape::Rect(egui::epaint::RectShape::stroke(rect, 3, stroke, StrokeKind::Inside))
    })
}

/// Whether a problem is about this file.
fn is_here(problem: &Problem, buffer: &Buffer) -> bool {
    problem.place.as_ref().is_some_and(|place| place.file == buffer.path)
}

/// The characters a problem is about: the word at its place, or the line where only that is known.
fn chars_of(problem: &Problem, source: &str) -> Range<usize> {
    let Some(place) = &problem.place else { return 0..0 };
    let Some(column) = place.column else {
        let start = text::place(source, place.line, 1);
        let line = source[byte_of(source, start)..].lines().next().unwrap_or_default();
        let indent = line.chars().take_while(|c| c.is_whitespace()).count();
        return start + indent..start + line.chars().count();
    };
    let start = text::place(source, place.line, column);
    let rest = &source[byte_of(source, start)..];
    let word = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').count();
    start..start + word.max(1)
}

/// A wavy line below a mistake.
fn squiggle(ui: &Ui, letters: &Letters<'_>, chars: &Range<usize>) {
    let rect = letters.rect(chars);
    if !letters.is_seen(rect) {
        return;
    }
    let tokens = tokens(ui);
    ui.painter().rect_filled(rect, 2, tokens.danger.gamma_multiply(0.12));
    let base = rect.bottom() - 2.0;
    let points = (0..)
        .map(|step| {
            pos2(rect.left() + step as f32 * 2.0, base + if step % 2 == 0 { 0.0 } else { 2.0 })
        })
        .take_while(|point| point.x <= rect.right())
        .collect();
    ui.painter().add(Shape::line(points, Stroke::new(1.2, tokens.danger)));
}

/// Numbers and marks, which stay at the left when the text is scrolled sideways.
fn gutter_ui(ui: &Ui, letters: &Letters<'_>, buffer: &Buffer, width: f32, cursor: Rect) {
    let tokens = tokens(ui);
    let left = letters.clip.left();
    let strip = Rect::from_x_y_ranges(left..=left + width - 6.0, letters.clip.y_range());
    ui.painter().rect_filled(strip, 0, tokens.background);
    let font = fonts::code_font(text_size::CAPTION);
    for (row, placed) in letters.rows() {
        let middle = letters.origin.y + placed.pos.y + placed.size.y / 2.0;
        let current = cursor.y_range().contains(middle);
        let color = if current { tokens.text_strong } else { tokens.text_faint };
        let place = pos2(left + width - GAP, middle);
        let number = (row + 1).to_string();
        ui.painter().text(place, Align2::RIGHT_CENTER, number, font.clone(), color);
        if wrong_line(buffer, row + 1) {
            ui.painter().circle_filled(pos2(left + 9.0, middle), 3.5, tokens.danger);
        }
    }
}

fn wrong_line(buffer: &Buffer, line: usize) -> bool {
    buffer.problems.iter().any(|problem| {
        is_here(problem, buffer) && problem.place.as_ref().is_some_and(|place| place.line == line)
    })
}

/// What is said of what the pointer rests on: a mistake, or something of the host API.
fn hover_ui(
    response: egui::Response,
    letters: &Letters<'_>,
    buffer: &Buffer,
    api: &[super::Entry],
    words: &mut crate::scripts::words::Words,
) {
    let Some(pointer) = response.hover_pos() else { return };
    let char = usize::from(letters.galley.cursor_from_pos(pointer - letters.origin).index);
    // Beside the end of a line the nearest character is none that is pointed at.
    if !letters.rect(&(char..char + 1)).expand(8.0).contains(pointer) {
        return;
    }
    let wrong = buffer.problems.iter().find(|problem| {
        let chars = chars_of(problem, &buffer.text);
        is_here(problem, buffer) && (chars.start..=chars.end).contains(&char)
    });
    if let Some(problem) = wrong {
        response.on_hover_ui_at_pointer(|ui| {
            ui.set_max_width(420.0);
            crate::look::error_text(ui, &problem.message);
        });
    } else if buffer.language() == "rhai"
        && let Some(entry) = help(text::word_around(&buffer.text, char), api)
    {
        response.on_hover_ui_at_pointer(|ui| {
            ui.set_max_width(420.0);
            offers::help_ui(ui, entry, &entry.help, words);
        });
    }
}

/// The colour that says whether a file has changes.
pub(super) fn dot(tokens: &Tokens, dirty: bool) -> egui::Color32 {
    if dirty { tokens.warning } else { tokens.border_strong }
}

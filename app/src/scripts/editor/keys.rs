//! Keys that mean more in code than in a text field, taken before the field sees them.

use egui::text_edit::TextEditState;
use egui::{Event, Id, Key, Modifiers, Ui};

use super::Editor;
use super::buffer::Buffer;
use super::text::{self, Edit, Selected};

/// What is selected in a field, from the last frame.
pub(super) fn selected(ui: &Ui, id: Id) -> Selected {
    let state = TextEditState::load(ui.ctx(), id).unwrap_or_default();
    state.cursor.char_range().map_or(0..0, |range| {
        let sorted = range.as_sorted_char_range();
        usize::from(sorted.start)..usize::from(sorted.end)
    })
}

/// Takes the keys of the field `id`, while it has the keyboard.
pub(super) fn listen(ui: &Ui, editor: &mut Editor, id: Id) {
    let composing =
        ui.input(|input| input.events.iter().any(|event| matches!(event, Event::Ime(_))));
    if composing || !ui.memory(|memory| memory.has_focus(id)) {
        return;
    }
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    if editor.completion.is_open() {
        if pressed(Key::ArrowDown) {
            editor.completion.move_by(1);
        }
        if pressed(Key::ArrowUp) {
            editor.completion.move_by(-1);
        }
        if pressed(Key::Enter) || pressed(Key::Tab) {
            accept(editor);
            return;
        }
    }
    if editor.read_only.is_some() {
        return;
    }
    if ui.input_mut(|input| input.consume_key(Modifiers::CTRL, Key::Space)) {
        editor.completion.ask();
    }
    let selected = selected(ui, id);
    let Some(buffer) = editor.buffer_mut() else { return };
    // The field takes a cursor that it was given a frame later.
    let on_its_way = buffer.select.is_some();
    let here = Accepted { version: buffer.version, cursor: selected.end };
    editor.accepted.take_if(|accepted| {
        accepted.version != here.version || !on_its_way && accepted.cursor != here.cursor
    });
    if typed(ui).as_deref() == Some("(") && editor.accepted.take().is_some() {
        forget_typed(ui, "(");
        return;
    }
    let Some(buffer) = editor.buffer_mut() else { return };
    // Shift first, because a key without it would take both.
    if ui.input_mut(|input| input.consume_key(Modifiers::SHIFT, Key::Tab)) {
        change(buffer, &selected, text::outdent);
    } else if pressed(Key::Tab) {
        change(buffer, &selected, text::indent);
    } else if pressed(Key::Enter) {
        change(buffer, &selected, text::new_line);
    } else if let Some(bracket) = closing_bracket(ui)
        && let Some(edit) = text::close(&buffer.text, &selected, bracket)
    {
        forget_typed(ui, bracket.encode_utf8(&mut [0; 4]));
        buffer.apply(edit);
    } else {
        return;
    }
    editor.checker.typed();
    editor.completion.close();
    ui.ctx().request_repaint();
}

fn change(buffer: &mut Buffer, selected: &Selected, by: fn(&str, &Selected) -> Edit) {
    let edit = by(&buffer.text, selected);
    buffer.apply(edit);
}

/// The text that is being typed, alone.
fn typed(ui: &Ui) -> Option<String> {
    ui.input(|input| {
        let mut typed = input.events.iter().filter_map(|event| match event {
            Event::Text(text) => Some(text),
            _ => None,
        });
        typed.next().filter(|_| typed.next().is_none()).cloned()
    })
}

/// Keeps a text that was typed from the field.
fn forget_typed(ui: &Ui, text: &str) {
    let is = |event: &Event| matches!(event, Event::Text(typed) if typed == text);
    ui.input_mut(|input| input.events.retain(|event| !is(event)));
}

/// A closing bracket that is being typed, alone.
fn closing_bracket(ui: &Ui) -> Option<char> {
    let typed = typed(ui)?;
    let bracket = typed.chars().next().filter(|_| typed.chars().count() == 1)?;
    ['}', ')', ']'].contains(&bracket).then_some(bracket)
}

/// Writes the selected offer in the place of the word.
pub(super) fn accept(editor: &mut Editor) {
    let Some(entry) = editor.completion.selected().cloned() else { return };
    let length = editor.completion.word().chars().count();
    editor.completion.close();
    editor.focus = true;
    let Some(buffer) = editor.buffer_mut() else { return };
    let cursor = buffer.selected.end;
    let word = cursor.saturating_sub(length)..cursor;
    let edit = insert(&buffer.text, &word, &entry.insert);
    let cursor = edit.selected.end;
    buffer.apply(edit);
    let version = buffer.version;
    editor.accepted = entry.insert.contains("($0").then_some(Accepted { version, cursor });
    editor.checker.typed();
}

/// Where an offer has just put the cursor behind a bracket: who types that bracket once more, out of
/// habit, does not want two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Accepted {
    /// The buffer's.
    version: u64,
    /// In characters.
    cursor: usize,
}

/// Puts `offer` in the place of a word: indented like its line, and with the cursor where it says.
/// Where the call is there already, only the name is exchanged.
fn insert(text: &str, word: &Selected, offer: &str) -> Edit {
    let is_called = text[text::byte_of(text, word.end)..].starts_with('(');
    let offer = match offer.split_once('(') {
        Some((name, _)) if is_called => name,
        _ => offer,
    };
    let (line, _) = text::line_and_column(text, word.start);
    let start = text::byte_of(text, text::place(text, line, 1));
    let indent: String = text[start..].chars().take_while(|c| *c == ' ').collect();
    let offer = offer.replace('\n', &format!("\n{indent}"));
    let (before, after) = offer.split_once("$0").unwrap_or((&offer, ""));
    let mut edit = text::replace(text, word, &format!("{before}{after}"));
    let cursor = word.start + before.chars().count();
    edit.selected = cursor..cursor;
    edit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, word: Selected, offer: &str, after: &str) {
        let edit = insert(text, &word, offer);
        let mut shown = edit.text.clone();
        shown.insert(text::byte_of(&shown, edit.selected.start), '|');
        assert_eq!(shown, after);
    }

    #[test]
    fn an_offer_takes_the_place_of_the_word() {
        check("let a = st;", 8..10, "llm::stream($0)", "let a = llm::stream(|);");
        check("st(a)", 0..2, "llm::stream($0)", "llm::stream|(a)");
        check("whi", 0..3, "while", "while|");
        check("{\n    ro\n}", 6..8, "row {\n    $0\n}", "{\n    row {\n        |\n    }\n}");
    }
}

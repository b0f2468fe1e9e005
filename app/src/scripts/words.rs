//! Markdown in panels, consoles and help: parsed once per text, laid out once per width.

use std::collections::HashMap;

use egui::{Id, Sense, Ui, vec2};

use crate::markdown::{Document, Drawing, Flavor, Layout, SHOWN_AT_FIRST, Selection, document_ui};

/// Which text: of which thing, and which of its texts.
pub(crate) type Key = (u64, usize);

/// The texts of one place.
#[derive(Default)]
pub(crate) struct Words {
    entries: HashMap<Key, Entry>,
    frame: u64,
}

struct Entry {
    text: String,
    document: Document,
    layout: Layout,
    used: u64,
}

impl Words {
    /// Ends a frame: forgets the texts that were not drawn.
    pub(super) fn end_frame(&mut self) {
        let frame = self.frame;
        self.entries.retain(|_, entry| entry.used == frame);
        self.frame += 1;
    }

    /// Draws a text over the width there is. What is selected in it can be copied.
    pub(super) fn markdown_ui(&mut self, ui: &mut Ui, key: Key, text: &str) {
        let width = ui.available_width();
        self.markdown_within(ui, key, text, width);
    }

    /// The same in a given width.
    pub(super) fn markdown_within(&mut self, ui: &mut Ui, key: Key, text: &str, width: f32) {
        // It may be an answer that still grows.
        self.text_ui(ui, key, text, Flavor::GrowingMarkdown, width);
    }

    fn text_ui(&mut self, ui: &mut Ui, key: Key, text: &str, flavor: Flavor, width: f32) {
        let frame = self.frame;
        let entry = self.entries.entry(key).or_insert_with(|| Entry {
            text: String::new(),
            document: Document::new("", flavor, SHOWN_AT_FIRST),
            layout: Layout::default(),
            used: frame,
        });
        entry.used = frame;
        if entry.text != text {
            entry.text.clear();
            entry.text.push_str(text);
            entry.document.update(text, flavor, SHOWN_AT_FIRST);
        }
        let height = entry.layout.update(ui, &entry.document, width);
        let (rect, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
        if !ui.is_rect_visible(rect) {
            return;
        }
        let id = ui.make_persistent_id(("words", key));
        selectable_ui(ui, entry, id, rect);
    }

    /// Draws source code.
    pub(super) fn code_ui(&mut self, ui: &mut Ui, key: Key, code: &str, language: &str) {
        let fence = fence_for(code);
        let text = format!("{fence}{language}\n{}\n{fence}", code.trim_end_matches('\n'));
        let width = ui.available_width();
        self.text_ui(ui, key, &text, Flavor::Markdown, width);
    }
}

fn selectable_ui(ui: &mut Ui, entry: &Entry, id: Id, rect: egui::Rect) {
    let mut selection = Selection::load(ui.ctx(), id);
    selection.begin(ui);
    let mut drawing = Drawing::new(id, 0, &mut selection);
    document_ui(ui, &entry.layout, rect.min, &mut drawing);
    if selection.end(ui, ui.clip_rect())
        && let Some((from, to)) = selection.range()
    {
        ui.ctx().copy_text(entry.document.copy(from.place, to.place));
    }
    selection.store(ui.ctx(), id);
}

/// A fence that is longer than any in the code.
fn fence_for(code: &str) -> String {
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    "`".repeat(longest.max(2) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_with_a_fence_in_it_gets_a_longer_one() {
        assert_eq!(fence_for("let a;"), "```");
        assert_eq!(fence_for("```rhai\n````"), "`````");
    }
}

//! One open file: its text, what is on disk, and what is wrong with it.

use std::path::{Path, PathBuf};

use egui::text::{CCursor, CCursorRange};
use scripting::Problem;

use super::layout::CodeLayout;
use super::text::{self, Edit, Selected};

/// What another program did to the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Elsewhere {
    /// It stands there with this text now, and there are changes here too.
    Changed(String),
    /// It is gone.
    Gone,
}

/// See the module documentation.
pub(super) struct Buffer {
    /// Relative to the app's folder.
    pub(super) path: PathBuf,
    /// What stands in the editor.
    pub(super) text: String,
    /// What stands on disk, as far as is known.
    saved: String,
    /// Grows with every change of the text.
    pub(super) version: u64,
    /// What is wrong with it.
    pub(super) problems: Vec<Problem>,
    /// Changed by another program in a way that has to be decided about.
    pub(super) elsewhere: Option<Elsewhere>,
    /// How it is drawn.
    pub(super) layout: CodeLayout,
    /// The selected characters, from the last frame.
    pub(super) selected: Selected,
    /// To be selected in the next frame.
    pub(super) select: Option<Selected>,
    /// The next frame scrolls to the cursor.
    pub(super) reveal: bool,
    /// A save that is on its way.
    pub(super) saving: bool,
}

impl Buffer {
    /// A file that was read.
    pub(super) fn new(path: PathBuf, text: String) -> Self {
        Self {
            path,
            saved: text.clone(),
            text,
            version: 1,
            problems: Vec::new(),
            elsewhere: None,
            layout: CodeLayout::default(),
            selected: 0..0,
            select: None,
            reveal: false,
            saving: false,
        }
    }

    /// Whether there are changes that are not on disk.
    pub(super) fn is_dirty(&self) -> bool {
        self.text != self.saved
    }

    /// The name of its language, as after the fence of a code block.
    pub(super) fn language(&self) -> &'static str {
        match self.path.extension().and_then(|extension| extension.to_str()) {
            Some("rhai") => "rhai",
            Some("toml") => "toml",
            Some("json") => "json",
            _ => "",
        }
    }

    /// Whether mistakes in it can be found.
    pub(super) fn can_be_checked(&self) -> bool {
        matches!(self.language(), "rhai") || self.path == Path::new("app.toml")
    }

    /// The text was typed in.
    pub(super) fn typed(&mut self) {
        self.version += 1;
    }

    /// Takes the text and the selection of an edit.
    pub(super) fn apply(&mut self, edit: Edit) {
        if self.text != edit.text {
            self.text = edit.text;
            self.version += 1;
        }
        self.select = Some(edit.selected);
        self.reveal = true;
    }

    /// Goes to a place, both from 1.
    pub(super) fn go_to(&mut self, line: usize, column: usize) {
        let place = text::place(&self.text, line, column);
        self.select = Some(place..place);
        self.reveal = true;
    }

    /// The file is on disk with this text.
    pub(super) fn hear_saved(&mut self, text: String) {
        self.saved = text;
        self.saving = false;
        self.elsewhere = None;
    }

    /// Another program has written the file. Without changes here, its text is taken over; returns
    /// whether it was.
    pub(super) fn hear_changed(&mut self, text: Option<String>) -> bool {
        match text {
            None => self.elsewhere = Some(Elsewhere::Gone),
            Some(text) if self.text == text => {
                self.saved = text;
                self.elsewhere = None;
            }
            Some(text) if self.is_dirty() => self.elsewhere = Some(Elsewhere::Changed(text)),
            Some(text) => {
                self.take(text);
                return true;
            }
        }
        false
    }

    /// Gives up the changes made here for the text on disk.
    pub(super) fn take(&mut self, text: String) {
        let kept = self.selected.start.min(text.chars().count());
        self.saved.clone_from(&text);
        self.text = text;
        self.version += 1;
        self.elsewhere = None;
        self.select = Some(kept..kept);
    }

    /// Keeps the changes made here; the next save writes over what the other program wrote.
    pub(super) fn keep_mine(&mut self) {
        if let Some(Elsewhere::Changed(text)) = self.elsewhere.take() {
            self.saved = text;
        }
    }
}

/// A selection as the text field wants it.
pub(super) fn cursors(selected: &Selected) -> CCursorRange {
    CCursorRange::two(CCursor::new(selected.start), CCursor::new(selected.end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buffer() -> Buffer {
        Buffer::new(PathBuf::from("main.rhai"), "let a;".to_owned())
    }

    #[test]
    fn a_file_without_changes_follows_the_disk() {
        let mut buffer = buffer();
        assert!(buffer.hear_changed(Some("let b;".to_owned())));
        assert_eq!(buffer.text, "let b;");
        assert!(!buffer.is_dirty());
    }

    #[test]
    fn changes_are_not_lost_to_another_program() {
        let mut buffer = buffer();
        buffer.text.push_str(" // mine");
        buffer.typed();
        assert!(!buffer.hear_changed(Some("let b;".to_owned())));
        assert_eq!(buffer.elsewhere, Some(Elsewhere::Changed("let b;".to_owned())));
        assert_eq!(buffer.text, "let a; // mine");
        buffer.keep_mine();
        assert!(buffer.is_dirty() && buffer.elsewhere.is_none());
        buffer.hear_saved(buffer.text.clone());
        assert!(!buffer.is_dirty());
    }

    #[test]
    fn typing_during_a_save_leaves_the_file_changed() {
        let mut buffer = buffer();
        buffer.text.push('1');
        let sent = buffer.text.clone();
        buffer.text.push('2');
        buffer.hear_saved(sent);
        assert!(buffer.is_dirty());
    }
}

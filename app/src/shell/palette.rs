//! The command palette: everything that can be done or gone to, by a few letters.

use crate::Action;
use crate::look::Icon;
use crate::shell::fuzzy;

/// How many rows are offered at once.
pub(crate) const ROWS: usize = 50;

/// Something that the palette offers.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Its picture.
    pub(crate) icon: Icon,
    /// What is searched and shown.
    pub(crate) title: String,
    /// Shown small at the end: a shortcut, or what kind of thing it is.
    pub(crate) hint: String,
    /// What it does.
    pub(crate) action: Action,
}

/// The open palette.
pub(crate) struct Palette {
    /// What is typed; call [`Palette::search`] after a change.
    pub(crate) query: String,
    entries: Vec<Entry>,
    found: Vec<usize>,
    selected: usize,
    /// Whether the selection was just moved with keys and must be scrolled to.
    pub(crate) follow: bool,
}

impl Palette {
    /// Opens with everything on offer.
    pub(crate) fn new(entries: Vec<Entry>) -> Self {
        let mut palette =
            Self { query: String::new(), entries, found: Vec::new(), selected: 0, follow: false };
        palette.search();
        palette
    }

    /// Finds the entries for the query.
    pub(crate) fn search(&mut self) {
        self.found =
            fuzzy::rank(&self.query, self.entries.iter().map(|entry| entry.title.as_str()));
        self.found.truncate(ROWS);
        self.selected = 0;
        self.follow = true;
    }

    /// What is offered, with whether it is selected.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (bool, &Entry)> {
        self.found
            .iter()
            .enumerate()
            .filter_map(|(row, &place)| Some((row == self.selected, self.entries.get(place)?)))
    }

    /// Moves the selection, round and round.
    pub(crate) fn move_by(&mut self, rows: isize) {
        if !self.found.is_empty() {
            let count = self.found.len() as isize;
            self.selected = (self.selected as isize + rows).rem_euclid(count) as usize;
            self.follow = true;
        }
    }

    /// What the selected row does.
    pub(crate) fn chosen(&self) -> Option<Action> {
        self.rows().find(|(selected, _)| *selected).map(|(_, entry)| entry.action.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell;

    fn palette() -> Palette {
        let entry = |title: &str, page| Entry {
            icon: Icon::Settings,
            title: title.to_owned(),
            hint: String::new(),
            action: shell::Action::Show(page).into(),
        };
        Palette::new(vec![
            entry("Settings", shell::Page::Settings),
            entry("Models", shell::Page::Models),
            entry("Keyboard shortcuts", shell::Page::Shortcuts),
        ])
    }

    fn selected(palette: &Palette) -> Option<&str> {
        palette.rows().find(|(selected, _)| *selected).map(|(_, entry)| entry.title.as_str())
    }

    #[test]
    fn the_selection_goes_round() {
        let mut palette = palette();
        assert_eq!(selected(&palette), Some("Settings"));
        palette.move_by(-1);
        assert_eq!(selected(&palette), Some("Keyboard shortcuts"));
        palette.move_by(1);
        assert_eq!(selected(&palette), Some("Settings"));
    }

    #[test]
    fn typing_selects_the_best_match() {
        let mut palette = palette();
        palette.move_by(1);
        palette.query = "short".to_owned();
        palette.search();
        assert_eq!(selected(&palette), Some("Keyboard shortcuts"));
        assert!(matches!(
            palette.chosen(),
            Some(Action::Shell(shell::Action::Show(shell::Page::Shortcuts)))
        ));
    }

    #[test]
    fn nothing_found_chooses_nothing() {
        let mut palette = palette();
        palette.query = "zzzz".to_owned();
        palette.search();
        palette.move_by(1);
        assert!(palette.chosen().is_none());
    }
}

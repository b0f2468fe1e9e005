//! What was done in a panel and not heard by the script yet.
//!
//! Between a key and the next round of the script the old panel is still shown. What was typed, drawn
//! along or ticked is kept here until a panel comes whose script knew of it, so that nothing jumps back
//! and no letter is lost.

use std::collections::HashMap;

use scripting::panel::{Change, Interaction, WidgetId};

/// See the module documentation.
#[derive(Debug, Default)]
pub(super) struct Typed {
    /// The number of the last interaction.
    last: u64,
    kept: HashMap<WidgetId, (u64, Change)>,
}

impl Typed {
    /// What a widget shows in place of what the script said, if the script has not heard of it yet.
    pub(super) fn of(&self, widget: WidgetId) -> Option<&Change> {
        self.kept.get(&widget).map(|(_, change)| change)
    }

    /// The script has heard of everything up to this number.
    pub(super) fn heard(&mut self, number: u64) {
        self.kept.retain(|_, (kept, _)| *kept > number);
    }

    /// Numbers something that was done, and keeps it.
    pub(super) fn tell(&mut self, widget: WidgetId, change: Change) -> Interaction {
        self.last += 1;
        // A click is over once it is told.
        if !matches!(change, Change::Clicked | Change::Files(_)) {
            self.kept.insert(widget, (self.last, change.clone()));
        }
        Interaction { number: self.last, widget, change }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELD: WidgetId = WidgetId(1);

    fn text(typed: &Typed) -> Option<&str> {
        match typed.of(FIELD) {
            Some(Change::Text(text)) => Some(text),
            _ => None,
        }
    }

    #[test]
    fn what_was_typed_stays_until_the_script_knows_of_the_last_letter() {
        let mut typed = Typed::default();
        assert_eq!(typed.tell(FIELD, Change::Text("a".to_owned())).number, 1);
        assert_eq!(typed.tell(FIELD, Change::Text("ab".to_owned())).number, 2);
        typed.heard(1);
        assert_eq!(text(&typed), Some("ab"), "the script has only seen the first letter");
        typed.heard(2);
        assert_eq!(text(&typed), None, "now the script decides");
    }

    #[test]
    fn a_click_is_numbered_and_not_kept() {
        let mut typed = Typed::default();
        assert_eq!(typed.tell(FIELD, Change::Clicked).number, 1);
        assert_eq!(typed.of(FIELD), None);
    }
}

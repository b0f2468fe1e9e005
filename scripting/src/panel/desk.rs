//! What lies between a panel's person and its script: what was done and not yet answered.

use std::collections::{HashMap, VecDeque};

use super::recorder::Changes;
use super::{Change, Interaction, Node, WidgetId};

/// More interactions than these are not kept while a script is busy; the oldest changes of values
/// are dropped first, since a newer one of the same widget says all.
const MOST_WAITING: usize = 1_000;

/// The state of one app's panel.
#[derive(Default)]
pub(crate) struct PanelDesk {
    /// Whether somebody looks at it.
    pub(crate) open: bool,
    /// What was done, oldest first.
    waiting: VecDeque<Interaction>,
    /// The newest interaction that was answered.
    pub(crate) heard: u64,
    /// How often `on_ui` was called.
    pub(crate) round: u64,
    /// The chosen tabs.
    pub(crate) tabs: HashMap<WidgetId, usize>,
    /// What was shown last.
    pub(crate) shown: Vec<Node>,
}

impl PanelDesk {
    /// Something was done.
    pub(crate) fn hear(&mut self, interaction: Interaction) {
        // A value that is changed twice in a row is changed once, to the newer value.
        if let Some(last) = self.waiting.back_mut()
            && last.widget == interaction.widget
            && is_value(&last.change)
            && is_value(&interaction.change)
        {
            *last = interaction;
            return;
        }
        if self.waiting.len() == MOST_WAITING {
            let value = self.waiting.iter().position(|waiting| is_value(&waiting.change));
            self.waiting.remove(value.unwrap_or_default());
        }
        self.waiting.push_back(interaction);
    }

    /// What one call of `on_ui` can answer: changes of values, and at most one event, which is the
    /// last of them, so that nothing is answered out of order. `None` when nothing is waiting.
    pub(crate) fn take_round(&mut self) -> Option<Changes> {
        let mut changes = Changes::new();
        while let Some(next) = self.waiting.pop_front() {
            self.heard = self.heard.max(next.number);
            let ends_round = !is_value(&next.change);
            // A press of Enter carries the text with it, so it may follow one of the same field.
            changes.insert(next.widget, next.change);
            if ends_round {
                break;
            }
        }
        (!changes.is_empty()).then_some(changes)
    }
}

/// Whether a change only says what a value is now, so that a newer one says all.
fn is_value(change: &Change) -> bool {
    match change {
        Change::Text(_) | Change::Number(_) | Change::On(_) | Change::Chosen(_) => true,
        Change::Clicked | Change::Entered(_) | Change::Files(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interaction(number: u64, widget: u64, change: Change) -> Interaction {
        Interaction { number, widget: WidgetId(widget), change }
    }

    fn text(text: &str) -> Change {
        Change::Text(text.to_owned())
    }

    #[test]
    fn typing_is_one_change_and_two_clicks_are_two_rounds() {
        let mut desk = PanelDesk::default();
        for (number, typed) in ["h", "he", "hel"].into_iter().enumerate() {
            desk.hear(interaction(number as u64 + 1, 1, text(typed)));
        }
        desk.hear(interaction(4, 2, Change::Clicked));
        desk.hear(interaction(5, 2, Change::Clicked));
        desk.hear(interaction(6, 1, text("new")));

        let first = desk.take_round().unwrap();
        assert_eq!((first.len(), &first[&WidgetId(1)]), (2, &text("hel")));
        assert_eq!((&first[&WidgetId(2)], desk.heard), (&Change::Clicked, 4));
        assert_eq!(desk.take_round().unwrap().len(), 1);
        assert_eq!(
            (desk.take_round().unwrap()[&WidgetId(1)].clone(), desk.heard),
            (text("new"), 6)
        );
        assert!(desk.take_round().is_none());
    }

    #[test]
    fn clicks_survive_a_flood_of_changes() {
        let mut desk = PanelDesk::default();
        desk.hear(interaction(1, 7, Change::Clicked));
        for number in 2..5_000 {
            desk.hear(interaction(number, number % 2, Change::Number(number as f64)));
        }
        assert!(desk.waiting.len() <= MOST_WAITING);
        assert_eq!(desk.take_round().unwrap()[&WidgetId(7)], Change::Clicked);
    }
}

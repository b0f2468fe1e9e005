//! The lines of the list: conversations under their headings, made once per change, so that a
//! frame costs the same however many there are.

use egui::Rangef;
use engine::conversations::Summary;
use jiff::Zoned;
use jiff::civil::Date;

use super::dates;
use crate::look::space;

/// Height of a heading with the room above it, in points.
pub(super) const HEADING: f32 = 34.0;
/// Height of a conversation with the gap below it, in points.
pub(super) const ROW: f32 = space::ROW + 2.0;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// `Today` and its like.
    Heading(String),
    /// A conversation.
    Conversation {
        /// Its place in the list.
        place: usize,
        /// When it was last changed, in short.
        time: String,
    },
}

/// See the module documentation.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    lines: Vec<Line>,
    /// Where each line begins, in points; one more than there are lines.
    tops: Vec<f32>,
    arranged_on: Option<Date>,
}

impl Lines {
    /// The list has changed.
    pub(crate) fn outdated(&mut self) {
        self.arranged_on = None;
    }

    /// Makes the lines of a list, if they are not up to date.
    pub(crate) fn arrange(&mut self, list: &[Summary], now: &Zoned) {
        if self.arranged_on == Some(now.date()) {
            return;
        }
        self.arranged_on = Some(now.date());
        self.lines.clear();
        let mut heading = String::new();
        for (place, summary) in list.iter().enumerate() {
            let changed = summary.updated.to_zoned(now.time_zone().clone());
            let next = match summary.pinned {
                true => "Pinned".to_owned(),
                false => dates::heading(changed.date(), now.date()),
            };
            if next != heading {
                self.lines.push(Line::Heading(next.clone()));
                heading = next;
            }
            let time = dates::short(summary.updated, now.date(), now.time_zone());
            self.lines.push(Line::Conversation { place, time });
        }
        let mut top = 0.0;
        self.tops = vec![0.0];
        for line in &self.lines {
            top += match line {
                Line::Heading(_) => HEADING,
                Line::Conversation { .. } => ROW,
            };
            self.tops.push(top);
        }
    }

    /// The lines that are seen in `view` when the first one begins at `origin`: from, and up to but
    /// without.
    pub(crate) fn between(&self, view: Rangef, origin: f32) -> (usize, usize) {
        let from = self.tops.partition_point(|&top| top <= view.min - origin).saturating_sub(1);
        let to = self.tops.partition_point(|&top| top < view.max - origin);
        (from.min(self.lines.len()), to.min(self.lines.len()).max(from.min(self.lines.len())))
    }

    /// Some of the lines.
    pub(crate) fn slice(&self, from: usize, to: usize) -> &[Line] {
        self.lines.get(from..to).unwrap_or_default()
    }

    /// Where a line begins, in points from the first.
    pub(crate) fn top_of(&self, line: usize) -> f32 {
        self.tops.get(line).copied().unwrap_or_default()
    }

    /// All of them, in points.
    pub(crate) fn height(&self) -> f32 {
        self.tops.last().copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::conversations::ConversationId;

    fn arranged(count: i64) -> Lines {
        let now: Zoned = "2026-11-22T12:00:00+00:00[UTC]".parse().unwrap();
        let list: Vec<_> = (0..count)
            .map(|id| Summary {
                id: ConversationId(id),
                title: String::new(),
                pinned: id == 0,
                updated: now.timestamp(),
            })
            .collect();
        let mut lines = Lines::default();
        lines.arrange(&list, &now);
        lines
    }

    #[test]
    fn each_heading_stands_once_before_its_conversations() {
        let lines = arranged(3);
        let headings: Vec<_> = lines
            .slice(0, 10)
            .iter()
            .chain(lines.slice(0, 5))
            .filter_map(|line| match line {
                Line::Heading(words) => Some(words.as_str()),
                Line::Conversation { .. } => None,
            })
            .collect();
        assert_eq!(headings, ["Pinned", "Today"]);
        assert_eq!(lines.height(), 2.0 * HEADING + 3.0 * ROW);
    }

    #[test]
    fn only_what_is_seen_is_drawn() {
        let lines = arranged(10_000);
        let (from, to) = lines.between(Rangef::new(100.0, 700.0), -50_000.0);
        assert!(to - from < 25, "{from}..{to}");
        assert!(lines.top_of(from) <= 50_100.0 && lines.top_of(to) >= 50_700.0 - ROW);
        let (from, to) = lines.between(Rangef::new(100.0, 700.0), 100.0);
        assert_eq!(from, 0);
        assert!(to > 10);
        assert_eq!(lines.between(Rangef::new(0.0, 700.0), -1e7), (10_002, 10_002));
    }
}

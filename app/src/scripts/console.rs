//! What an app has said on its console.

use std::collections::VecDeque;

use scripting::{Level, LogLine};

/// Older lines make room for newer ones.
const MOST: usize = 2_000;

/// The lines of one app, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Console {
    lines: VecDeque<LogLine>,
    /// How many lines made room.
    forgotten: usize,
}

impl Console {
    /// Adds a line.
    pub(super) fn add(&mut self, line: LogLine) {
        if self.lines.len() == MOST {
            self.lines.pop_front();
            self.forgotten += 1;
        }
        self.lines.push_back(line);
    }

    /// Forgets all lines.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// How many lines made room for newer ones.
    pub(super) fn forgotten(&self) -> usize {
        self.forgotten
    }

    /// The lines of at least a level that contain some words in any case, oldest first.
    pub(super) fn found<'a>(
        &'a self,
        least: Level,
        words: &str,
    ) -> impl DoubleEndedIterator<Item = &'a LogLine> {
        let words = words.to_lowercase();
        let matches = move |line: &&LogLine| {
            line.level >= least && (words.is_empty() || line.text.to_lowercase().contains(&words))
        };
        self.lines.iter().filter(matches)
    }

    /// Whether nothing was said.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(level: Level, text: &str) -> LogLine {
        LogLine { at: jiff::Timestamp::UNIX_EPOCH, level, text: text.to_owned(), problem: None }
    }

    #[test]
    fn lines_are_found_by_level_and_words() {
        let mut console = Console::default();
        console.add(line(Level::Debug, "Loading page 1"));
        console.add(line(Level::Info, "Page 1 is loaded"));
        console.add(line(Level::Error, "No page 2"));
        assert_eq!(console.found(Level::Debug, "page 1").count(), 2);
        assert_eq!(console.found(Level::Info, "PAGE").count(), 2);
        assert_eq!(console.found(Level::Error, "").count(), 1);
    }

    #[test]
    fn a_talkative_app_does_not_fill_the_memory() {
        let mut console = Console::default();
        for number in 0..MOST + 5 {
            console.add(line(Level::Info, &number.to_string()));
        }
        assert_eq!((console.lines.len(), console.forgotten()), (MOST, 5));
        assert_eq!(console.found(Level::Info, "").next().map(|line| line.text.as_str()), Some("5"));
    }
}

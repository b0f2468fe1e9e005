//! Parsed and laid-out messages, kept while they are near the visible part.

use std::collections::HashMap;

use super::model::{MessageKey, Speaker, TranscriptMessage};
use crate::markdown::{Document, Flavor, Layout, SHOWN_AT_FIRST};

/// More entries than this are dropped, longest unused first.
const MOST: usize = 160;

/// How the words of a speaker are read.
pub(crate) fn flavor(speaker: Speaker, running: bool) -> Flavor {
    match speaker {
        Speaker::User => Flavor::Typed,
        _ if running => Flavor::GrowingMarkdown,
        _ => Flavor::Markdown,
    }
}

/// The documents of one message.
pub(super) struct Entry {
    version: u64,
    used: u64,
    /// What was said.
    pub(super) text: Parsed,
    /// What was thought.
    pub(super) reasoning: Option<Parsed>,
    /// How much is shown of a long text, in bytes.
    pub(super) shown: usize,
}

/// A document and where its parts are.
pub(super) struct Parsed {
    pub(super) document: Document,
    pub(super) layout: Layout,
}

impl Parsed {
    fn new(text: &str, flavor: Flavor, shown: usize) -> Self {
        Self { document: Document::new(text, flavor, shown), layout: Layout::default() }
    }
}

/// See the module documentation.
#[derive(Default)]
pub(super) struct Cache {
    entries: HashMap<MessageKey, Entry>,
    time: u64,
}

impl Cache {
    /// The documents of a message, brought up to date.
    pub(super) fn entry(&mut self, message: &TranscriptMessage<'_>) -> &mut Entry {
        self.time += 1;
        if self.entries.len() >= MOST && !self.entries.contains_key(&message.key) {
            self.drop_oldest();
        }
        let flavor = flavor(message.speaker, message.progress.is_running());
        let entry = self.entries.entry(message.key).or_insert_with(|| Entry {
            version: message.version.wrapping_sub(1),
            used: 0,
            text: Parsed::new("", flavor, SHOWN_AT_FIRST),
            reasoning: None,
            shown: SHOWN_AT_FIRST,
        });
        entry.used = self.time;
        if entry.version != message.version {
            entry.version = message.version;
            let sources = message.sources.into_iter().flat_map(|sources| &sources.citations);
            entry.text.document.cite(sources.map(|source| source.number));
            entry.text.document.update(message.text, flavor, entry.shown);
            match (&mut entry.reasoning, message.reasoning) {
                (Some(parsed), Some(reasoning)) => {
                    parsed.document.update(reasoning.text, flavor, SHOWN_AT_FIRST);
                }
                (parsed, Some(reasoning)) => {
                    *parsed = Some(Parsed::new(reasoning.text, flavor, SHOWN_AT_FIRST));
                }
                (parsed, None) => *parsed = None,
            }
        }
        entry
    }

    /// Shows more of a long text.
    pub(super) fn show_more(&mut self, key: MessageKey) {
        if let Some(entry) = self.entries.get_mut(&key)
            && let Some(more) = entry.text.document.more()
        {
            entry.shown = more;
            entry.version = entry.version.wrapping_sub(1);
        }
    }

    fn drop_oldest(&mut self) {
        let mut ages: Vec<u64> = self.entries.values().map(|entry| entry.used).collect();
        let middle = ages.len() / 2;
        let (_, median, _) = ages.select_nth_unstable(middle);
        let median = *median;
        self.entries.retain(|_, entry| entry.used >= median);
    }
}

//! What can be written next: the host API, keywords, and the words of the script itself.

use std::collections::BTreeSet;

use super::text::{kind_at, word_before};
use crate::markdown::{CodeKind, CodeRun};

/// How many are offered.
const MOST: usize = 40;
/// How many letters it takes before words of the script are offered.
const LETTERS: usize = 2;
/// In how many places of a script a word is looked for.
const MOST_PLACES: usize = 1_000;

/// Something that can be called or written, as the host API's documentation says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// What is typed: `llm::stream`, `ui.button`, `while`.
    pub(crate) name: String,
    /// What is put in its place; `$0` is where the cursor goes.
    pub(crate) insert: String,
    /// How it is called.
    pub(crate) signature: String,
    /// What it does, in Markdown; empty for a word of the language or of the script.
    pub(crate) help: String,
}

impl Entry {
    /// A word that is what it is.
    fn word(word: String) -> Self {
        Self { insert: word.clone(), signature: word.clone(), name: word, help: String::new() }
    }
}

/// The open list of offers.
#[derive(Debug, Default)]
pub(super) struct Completion {
    /// What is offered, the best first.
    offers: Vec<Entry>,
    selected: usize,
    /// The word that is being written, with its module.
    word: String,
    /// The word for which the person closed the list.
    dismissed: Option<String>,
    /// Whether it was asked for with keys, and so opens without a letter.
    asked: bool,
}

impl Completion {
    /// What is offered, with whether it is selected.
    pub(super) fn rows(&self) -> impl Iterator<Item = (bool, &Entry)> {
        self.offers.iter().enumerate().map(|(row, entry)| (row == self.selected, entry))
    }

    /// Whether anything is offered.
    pub(super) fn is_open(&self) -> bool {
        !self.offers.is_empty()
    }

    /// The word that an offer takes the place of.
    pub(super) fn word(&self) -> &str {
        &self.word
    }

    /// The selected offer.
    pub(super) fn selected(&self) -> Option<&Entry> {
        self.offers.get(self.selected)
    }

    /// Selects another one, round and round.
    pub(super) fn move_by(&mut self, rows: isize) {
        if !self.offers.is_empty() {
            let count = self.offers.len() as isize;
            self.selected = (self.selected as isize + rows).rem_euclid(count) as usize;
        }
    }

    /// Closes the list until another word is written. `false` if it was closed.
    pub(super) fn dismiss(&mut self) -> bool {
        let was_open = self.is_open();
        if was_open {
            self.dismissed = Some(self.word.clone());
        }
        self.close();
        was_open
    }

    /// Closes the list.
    pub(super) fn close(&mut self) {
        self.offers.clear();
        self.selected = 0;
        self.asked = false;
    }

    /// Opens the list also without a letter.
    pub(super) fn ask(&mut self) {
        self.asked = true;
        self.dismissed = None;
    }

    /// Finds what can be written at the cursor. `typed` says that the text has just changed, without
    /// which a closed list stays closed.
    pub(super) fn update(
        &mut self,
        text: &str,
        runs: &[CodeRun],
        cursor: usize,
        api: &[Entry],
        typed: bool,
    ) {
        let word = word_before(text, cursor);
        if word == self.word && !typed && !self.asked {
            return;
        }
        let asked = std::mem::take(&mut self.asked);
        if word != self.word {
            self.dismissed = None;
        }
        let was_open = self.is_open();
        self.word.clear();
        self.word.push_str(word);
        self.offers.clear();
        self.selected = 0;
        let qualified = word.contains("::") || word.contains('.');
        let begun = asked || qualified || word.chars().count() >= LETTERS;
        let byte = super::text::byte_of(text, cursor);
        // Inside of words of a person there is nothing to complete.
        let inside = byte > 0
            && matches!(
                kind_at(runs, byte - 1),
                CodeKind::Comment | CodeKind::String | CodeKind::Number
            );
        if !begun
            || inside
            || self.dismissed.as_deref() == Some(word)
            || !(typed || was_open || asked)
        {
            return;
        }
        self.offers = offers(word, text, runs, api);
        // A word that is written out needs no list.
        if let [only] = self.offers.as_slice()
            && only.name == word
            && !asked
        {
            self.offers.clear();
        }
    }
}

fn offers(word: &str, text: &str, runs: &[CodeRun], api: &[Entry]) -> Vec<Entry> {
    let lower = word.to_lowercase();
    let mut found: Vec<(u8, Entry)> = Vec::new();
    for entry in api {
        if let Some(rank) = rank(&lower, &entry.name) {
            found.push((rank, entry.clone()));
        }
    }
    if !word.contains("::") && !word.contains('.') {
        for own in own_words(text, runs, word) {
            if let Some(rank) = rank(&lower, own)
                && api.iter().all(|entry| entry.name != own)
            {
                found.push((rank, Entry::word(own.to_owned())));
            }
        }
    }
    found.sort_by(|(one, a), (other, b)| (one, &a.name).cmp(&(other, &b.name)));
    found.dedup_by(|(_, a), (_, b)| a.name == b.name);
    found.into_iter().take(MOST).map(|(_, entry)| entry).collect()
}

/// How well a name fits, small for good: it begins so, a part of it begins so, it contains it.
fn rank(lower: &str, name: &str) -> Option<u8> {
    let name = name.to_lowercase();
    if name.starts_with(lower) {
        return Some(0);
    }
    // A name with its module is also known without it, but not the other way round.
    if lower.contains("::") || lower.contains('.') {
        return None;
    }
    let parts = name.split(['_', ':', '.']).filter(|part| !part.is_empty());
    if parts.into_iter().any(|part| part.starts_with(lower)) {
        return Some(1);
    }
    (lower.len() >= 3 && name.contains(lower)).then_some(2)
}

/// The names in a script that contain a word, without the word itself.
fn own_words<'a>(text: &'a str, runs: &[CodeRun], word: &str) -> BTreeSet<&'a str> {
    if word.is_empty() {
        return BTreeSet::new();
    }
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    // Looking for the word is much cheaper than cutting a long script into its names.
    let lower = text.to_ascii_lowercase();
    let around = |at: usize| {
        let before = text[..at].char_indices().rev().take_while(|(_, c)| is_part(*c)).last();
        let start = before.map_or(at, |(byte, _)| byte);
        let end = text[at..].find(|c| !is_part(c)).map_or(text.len(), |length| at + length);
        (start, &text[start..end])
    };
    lower
        .match_indices(&word.to_ascii_lowercase())
        .take(MOST_PLACES)
        .map(|(at, _)| around(at))
        .filter(|(_, name)| *name != word && name.chars().count() > LETTERS)
        .filter(|(_, name)| !name.starts_with(|c: char| c.is_ascii_digit()))
        .filter(|(start, _)| {
            let kind = kind_at(runs, *start);
            matches!(kind, CodeKind::Plain | CodeKind::Function | CodeKind::Type)
        })
        .map(|(_, name)| name)
        .collect()
}

/// What the host API says of a name as it stands in a script; methods are found by their last part.
pub(super) fn help<'a>(name: &str, api: &'a [Entry]) -> Option<&'a Entry> {
    let last = name.rsplit(['.']).next()?;
    api.iter().find(|entry| entry.name == name).or_else(|| {
        let is_method = name.contains('.');
        api.iter().find(|entry| is_method && entry.name.rsplit(['.', ':']).next() == Some(last))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::code_runs;

    fn entry(name: &str) -> Entry {
        Entry { help: "Does it".to_owned(), ..Entry::word(name.to_owned()) }
    }

    fn api() -> Vec<Entry> {
        ["llm::stream", "llm::chat", "ui.button", "ui.text_edit", "while", "store::set"]
            .map(entry)
            .to_vec()
    }

    fn offered(marked: &str) -> Vec<String> {
        let cursor = marked.chars().position(|c| c == '|').unwrap();
        let text = marked.replacen('|', "", 1);
        let mut completion = Completion::default();
        completion.update(&text, &code_runs("rhai", &text), cursor, &api(), true);
        completion.rows().map(|(_, entry)| entry.name.clone()).collect()
    }

    #[test]
    fn the_api_is_offered_by_module_and_by_name() {
        assert_eq!(offered("llm::|"), ["llm::chat", "llm::stream"]);
        assert_eq!(offered("let a = str|"), ["llm::stream"]);
        assert_eq!(offered("ui.te|"), ["ui.text_edit"]);
        assert_eq!(offered("whi|"), ["while"]);
        assert_eq!(offered("s|"), [""; 0]);
    }

    #[test]
    fn words_of_the_script_are_offered_and_strings_are_left_alone() {
        assert_eq!(offered("let penalty = 1; pen|"), ["penalty"]);
        assert_eq!(offered("// about llm::st|"), [""; 0]);
        assert_eq!(offered("let a = \"whi|\";"), [""; 0]);
        assert_eq!(offered("`${whi|}`"), ["while"]);
    }

    #[test]
    fn a_closed_list_stays_closed_until_another_word() {
        let mut completion = Completion::default();
        let runs = |text| code_runs("rhai", text);
        completion.update("whi", &runs("whi"), 3, &api(), true);
        assert!(completion.dismiss());
        completion.update("whi", &runs("whi"), 3, &api(), false);
        assert!(!completion.is_open());
        completion.update("whil", &runs("whil"), 4, &api(), true);
        assert!(completion.is_open());
        completion.move_by(1);
        assert_eq!(completion.selected().map(|entry| entry.name.as_str()), Some("while"));
    }

    #[test]
    fn moving_the_cursor_opens_nothing() {
        let mut completion = Completion::default();
        completion.update("while", &code_runs("rhai", "while"), 4, &api(), false);
        assert!(!completion.is_open());
        completion.ask();
        completion.update("while", &code_runs("rhai", "while"), 4, &api(), false);
        assert!(completion.is_open());
    }

    #[test]
    fn help_is_found_for_modules_and_methods() {
        let api = api();
        assert_eq!(help("llm::stream", &api).map(|entry| entry.name.as_str()), Some("llm::stream"));
        assert_eq!(help("panel.button", &api).map(|entry| entry.name.as_str()), Some("ui.button"));
        assert_eq!(help("button", &api), None);
    }
}

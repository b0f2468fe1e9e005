//! Cutting text into words that can be found in any script.
//!
//! Where words are parted by spaces, a word is a run of letters, marks and digits. Chinese,
//! Japanese, Thai and their like are written without spaces, so there every two neighbouring
//! characters are indexed as a pair, and the last one alone: any part of a run is then a phrase of
//! pairs. Case, width and accents make no difference. See `search.rs` for the way back.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A run of text that belongs together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// Where it stands in the text, in bytes.
    pub(crate) range: Range<usize>,
    /// Its characters without case, width and accents, each with its place in the text.
    pub(crate) folded: Vec<(char, Range<usize>)>,
    /// Whether it is of a script that is written without spaces.
    pub(crate) unspaced: bool,
}

impl Run {
    /// The folded characters as a text.
    pub(super) fn text(&self) -> String {
        self.folded.iter().map(|(character, _)| character).collect()
    }
}

/// Where a run stands in its text, in bytes, and whether its script is written without spaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) range: Range<usize>,
    pub(crate) unspaced: bool,
}

/// The runs of a text, in order.
pub(crate) fn runs(text: &str) -> impl Iterator<Item = Run> + '_ {
    spans(text)
        .map(|span| Run::new(text, span))
        // Only accents, without a letter.
        .filter(|run| !run.folded.is_empty())
}

/// The places of the runs of a text, in order, without looking at what is in them. One may have no
/// letter, but only accents.
pub(crate) fn spans(text: &str) -> impl Iterator<Item = Span> + '_ {
    let mut characters = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, first, unspaced) = loop {
            let (at, character) = characters.next()?;
            if let Some(unspaced) = class_of(character) {
                break (at, character, unspaced);
            }
        };
        let mut range = start..start + first.len_utf8();
        while let Some((at, character)) = characters
            .next_if(|&(_, next)| class_of(next) == Some(unspaced) || is_combining_mark(next))
        {
            range.end = at + character.len_utf8();
        }
        Some(Span { range, unspaced })
    })
}

impl Run {
    /// The run at this place of the text.
    pub(crate) fn new(text: &str, span: Span) -> Self {
        let Span { range, unspaced } = span;
        let mut folded = Vec::with_capacity(range.len());
        for (at, character) in text[range.clone()].char_indices() {
            let at = range.start + at;
            let place = at..at + character.len_utf8();
            fold(character, |part| folded.push((part, place.clone())));
        }
        Self { range, folded, unspaced }
    }
}

/// The words of a text as FTS5 shall index them, parted by spaces.
pub(super) fn to_index(text: &str) -> String {
    let mut words = String::with_capacity(text.len() + text.len() / 8);
    for run in runs(text) {
        if !words.is_empty() {
            words.push(' ');
        }
        if run.unspaced {
            push_pairs(&mut words, &run, true);
        } else {
            words.extend(run.folded.iter().map(|(character, _)| character));
        }
    }
    words
}

/// The pairs of a run, parted by spaces; `with_last` adds the last character alone.
pub(super) fn push_pairs(words: &mut String, run: &Run, with_last: bool) {
    let characters = || run.folded.iter().map(|&(character, _)| character);
    for (first, second) in characters().zip(characters().skip(1)) {
        words.extend([first, second, ' ']);
    }
    if with_last || run.folded.len() == 1 {
        words.extend(characters().next_back());
    } else {
        words.pop();
    }
}

/// `None` for what parts words, else whether the script is written without spaces.
fn class_of(character: char) -> Option<bool> {
    if character.is_ascii() {
        return character.is_ascii_alphanumeric().then_some(false);
    }
    if is_unspaced(character) {
        return Some(true);
    }
    (character.is_alphanumeric() || is_combining_mark(character)).then_some(false)
}

/// Hangul is written with spaces, but its words carry endings, so that parts must be found too.
pub(crate) fn is_unspaced(character: char) -> bool {
    matches!(character,
        '\u{0E01}'..='\u{0E4E}' // Thai
        | '\u{0E81}'..='\u{0ECD}' // Lao
        | '\u{1000}'..='\u{1049}' // Burmese
        | '\u{1780}'..='\u{17D3}' // Khmer
        | '\u{3005}'..='\u{3007}' // 々〆〇
        | '\u{3041}'..='\u{3096}' | '\u{309D}'..='\u{309F}' // Hiragana
        | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}' // Katakana
        | '\u{31F0}'..='\u{31FF}' // Katakana for Ainu
        | '\u{3105}'..='\u{312F}' // Bopomofo
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' // Han
        | '\u{20000}'..='\u{3FFFF}' // rarer Han
        | '\u{AC00}'..='\u{D7A3}' // Hangul
        | '\u{FF66}'..='\u{FF9D}' // narrow Katakana
    )
}

/// Tells a character without case, width and accents; some become several, some none.
pub(crate) fn fold(character: char, mut push: impl FnMut(char)) {
    if character.is_ascii() {
        return push(character.to_ascii_lowercase());
    }
    std::iter::once(character)
        .nfkd()
        .filter(|&part| !is_accent(part))
        .nfc()
        .flat_map(char::to_lowercase)
        // Lower case may bring back an accent: İ.
        .filter(|&part| !is_accent(part))
        .for_each(&mut push);
}

/// Marks that readers of the script take for the same letter. Vowel signs of Indic scripts are none.
fn is_accent(character: char) -> bool {
    matches!(character,
        '\u{0300}'..='\u{036F}' // Latin, Greek, Cyrillic
        | '\u{0591}'..='\u{05C7}' // Hebrew points
        | '\u{0610}'..='\u{061A}' | '\u{064B}'..='\u{065F}' | '\u{0670}' | '\u{0640}' // Arabic
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_and_pairs_are_made() {
        for (text, expected) in [
            ("Hello, World! x2", "hello world x2"),
            ("Crème BRÛLÉE naïve", "creme brulee naive"),
            ("cre\u{0301}me", "creme"),
            ("ПРИВЕТ, ёлка", "привет елка"),
            ("हिन्दी में", "हिन्दी में"),
            ("人工智能 GPU", "人工 工智 智能 能 gpu"),
            ("Rust言", "rust 言"),
            ("がく", "がく く"),
            ("มานี", "มา าน นี ี"),
            ("한국어는", "한국 국어 어는 는"),
            ("ＡＢＣ ﬁx", "abc fix"),
            ("مُحَمَّد", "محمد"),
            ("\"') OR (*", "or"),
            ("\u{0301}", ""),
            ("", ""),
        ] {
            assert_eq!(to_index(text), expected, "{text}");
        }
    }

    #[test]
    fn ranges_point_into_the_text() {
        let text = "¡Ünïcode! 東京タワー";
        let found: Vec<_> = runs(text).map(|run| &text[run.range]).collect();
        assert_eq!(found, ["Ünïcode", "東京タワー"]);
        for run in runs(text) {
            assert!(run.folded.iter().all(|(_, range)| text.get(range.clone()).is_some()));
        }
    }
}

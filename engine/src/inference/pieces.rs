//! The bytes of generated tokens become whole text, and stop strings are found in it.
//!
//! A token is a piece of bytes: it may end in the middle of a character, and a stop string may
//! begin in one piece and end three pieces later. What leaves here is whole characters that can no
//! longer become part of a stop string. How the bytes were cut into pieces never shows.

/// Joins pieces into text, up to the first stop string.
#[derive(Debug, Default)]
pub struct Pieces {
    stops: Vec<String>,
    /// The beginning of a character whose other bytes have not come yet; at most 3 bytes.
    broken: Vec<u8>,
    /// The end of the text: whole characters that may be the beginning of a stop string.
    held: String,
    stopped: bool,
}

/// What a piece brought to light.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Emit {
    /// Text that is final: whole characters, no part of a stop string. Often empty.
    pub text: String,
    /// The stop string that is now complete. Nothing more comes after it.
    pub stopped: Option<String>,
}

impl Pieces {
    /// Watches for these strings; empty ones are ignored.
    #[must_use]
    pub fn new(stops: &[String]) -> Self {
        let stops = stops.iter().filter(|stop| !stop.is_empty()).cloned().collect();
        Self { stops, ..Self::default() }
    }

    /// Takes the bytes of the next token. Bytes that are no UTF-8 become U+FFFD.
    ///
    /// Of several stop strings the one that is complete first counts, and of those that end
    /// together the longest. After it everything is ignored.
    pub fn push(&mut self, piece: &[u8]) -> Emit {
        if self.stopped {
            return Emit::default();
        }
        self.decode(piece);
        self.release()
    }

    /// The end: what was held back, and U+FFFD for a character that was never completed.
    pub fn finish(&mut self) -> String {
        if self.stopped {
            return String::new();
        }
        if !std::mem::take(&mut self.broken).is_empty() {
            self.held.push(char::REPLACEMENT_CHARACTER);
        }
        let mut text = self.release().text;
        text.push_str(&std::mem::take(&mut self.held));
        self.stopped = true;
        text
    }

    /// Moves the whole characters of `broken` and `piece` to `held`.
    fn decode(&mut self, piece: &[u8]) {
        self.broken.extend_from_slice(piece);
        let bytes = std::mem::take(&mut self.broken);
        let mut rest = bytes.as_slice();
        loop {
            let error = match std::str::from_utf8(rest) {
                Ok(text) => return self.held.push_str(text),
                Err(error) => error,
            };
            let (sound, other) = rest.split_at(error.valid_up_to());
            self.held.push_str(&String::from_utf8_lossy(sound));
            match error.error_len() {
                Some(length) => {
                    self.held.push(char::REPLACEMENT_CHARACTER);
                    rest = &other[length..];
                }
                None => {
                    self.broken.extend_from_slice(other);
                    return;
                }
            }
        }
    }

    /// Takes from `held` what is final.
    fn release(&mut self) -> Emit {
        let first = self
            .stops
            .iter()
            .filter_map(|stop| self.held.find(stop.as_str()).map(|start| (start, stop)))
            .min_by_key(|(start, stop)| (start + stop.len(), *start));
        if let Some((start, stop)) = first {
            let stopped = Some(stop.clone());
            self.held.truncate(start);
            self.broken.clear();
            self.stopped = true;
            return Emit { text: std::mem::take(&mut self.held), stopped };
        }
        let undecided = self.stops.iter().map(|stop| begun(&self.held, stop)).max().unwrap_or(0);
        let text = take_front(&mut self.held, undecided);
        Emit { text, stopped: None }
    }
}

/// How many of the last bytes of `text` are the beginning of `word`, but not all of it.
pub(crate) fn begun(text: &str, word: &str) -> usize {
    (1..word.len().min(text.len() + 1))
        .rev()
        .find(|&length| text.as_bytes().ends_with(&word.as_bytes()[..length]))
        .unwrap_or(0)
}

/// Splits off all but the last `keep` bytes, which begin at a character's boundary.
pub(crate) fn take_front(held: &mut String, keep: usize) -> String {
    let rest = held.split_off(held.len() - keep);
    std::mem::replace(held, rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stops(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    /// All that comes out, and the stop string if one did.
    fn run<'a>(
        stops: &[String],
        pieces: impl IntoIterator<Item = &'a [u8]>,
    ) -> (String, Option<String>) {
        let mut joined = Pieces::new(stops);
        let mut text = String::new();
        for piece in pieces {
            let emit = joined.push(piece);
            text.push_str(&emit.text);
            if emit.stopped.is_some() {
                assert_eq!(joined.push(b"more"), Emit::default());
                assert_eq!(joined.finish(), "");
                return (text, emit.stopped);
            }
        }
        text.push_str(&joined.finish());
        (text, None)
    }

    #[test]
    fn half_a_character_waits_for_its_other_half() {
        let mut pieces = Pieces::new(&[]);
        let euro = "€".as_bytes();
        assert_eq!(pieces.push(&euro[..1]).text, "");
        assert_eq!(pieces.push(&euro[1..2]).text, "");
        assert_eq!(pieces.push(&euro[2..]).text, "€");
    }

    #[test]
    fn bytes_that_are_no_text_become_replacement_characters() {
        let (text, _) = run(&[], [b"a\xff".as_slice(), b"b\xe2\x82", b"c\xf0"]);
        assert_eq!(text, "a\u{fffd}b\u{fffd}c\u{fffd}");
    }

    #[test]
    fn a_stop_string_is_found_across_pieces_and_inside_one() {
        let words = stops(&["</end>"]);
        let across = run(&words, [b"one <".as_slice(), b"/e", b"nd", b"> two"]);
        let inside = run(&words, [b"one </end> two".as_slice()]);
        assert_eq!(across, ("one ".to_owned(), Some("</end>".to_owned())));
        assert_eq!(inside, across);
    }

    #[test]
    fn a_beginning_that_comes_to_nothing_is_given_back() {
        let mut pieces = Pieces::new(&stops(&["abc"]));
        assert_eq!(pieces.push(b"xab").text, "x");
        assert_eq!(pieces.push(b"ab").text, "ab");
        assert_eq!(pieces.finish(), "ab");
    }

    #[test]
    fn the_stop_string_that_ends_first_wins_and_of_two_the_longer() {
        let words = stops(&["abcd", "bc", "c"]);
        assert_eq!(run(&words, [b"zabcd".as_slice()]), ("za".to_owned(), Some("bc".to_owned())));
    }

    #[test]
    fn empty_stop_strings_are_ignored() {
        assert_eq!(run(&stops(&[""]), [b"all".as_slice()]), ("all".to_owned(), None));
    }

    proptest! {
        #[test]
        fn any_split_of_the_bytes_gives_the_same_text(
            bytes in prop::collection::vec(prop_oneof![3 => b'a'..b'd', 1 => any::<u8>()], 0..60),
            cuts in prop::collection::vec(0usize..60, 0..20),
            words in prop::collection::vec("[a-cé]{0,4}", 0..4),
        ) {
            let whole = run(&words, [bytes.as_slice()]);
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let parts = run(&words, cuts.windows(2).map(|cut| &bytes[cut[0]..cut[1]]));
            prop_assert_eq!(parts, whole);
        }

        #[test]
        fn nothing_of_a_stop_string_is_emitted(
            text in "[a-cé ]{0,40}",
            words in prop::collection::vec("[a-cé]{1,4}", 1..4),
        ) {
            let (emitted, stopped) = run(&words, text.as_bytes().iter().map(std::slice::from_ref));
            prop_assert!(words.iter().all(|word| !emitted.contains(word.as_str())));
            match stopped {
                Some(stop) => prop_assert!(text.starts_with(&(emitted + &stop))),
                None => prop_assert_eq!(emitted, text),
            }
        }

        #[test]
        fn without_stop_strings_it_is_the_lossy_text(
            bytes in prop::collection::vec(any::<u8>(), 0..60),
        ) {
            let (text, _) = run(&[], bytes.iter().map(std::slice::from_ref));
            prop_assert_eq!(text, String::from_utf8_lossy(&bytes));
        }
    }
}

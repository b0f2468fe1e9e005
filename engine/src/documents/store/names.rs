//! What a collection may be called: something that can be read, typed and shown on one line.

use unicode_normalization::UnicodeNormalization as _;

use crate::documents::DocumentsError;

/// Characters of a name, at most.
const LONGEST: usize = 100;

/// The name without blanks around it, with one blank between words, and with letters and their accents
/// as one character, so that what looks alike is the same.
///
/// # Errors
/// When it has no letter or digit, is too long, or has characters that nobody sees.
pub(super) fn checked(name: &str) -> Result<String, DocumentsError> {
    let name: String = name.trim().nfc().collect();
    if !name.contains(char::is_alphanumeric) {
        return Err(DocumentsError::NoName);
    }
    let refused = |reason: String| Err(DocumentsError::BadName { reason });
    if name.contains(['\n', '\r', '\u{2028}', '\u{2029}']) {
        return refused("it has more than one line".to_owned());
    }
    if let Some(control) = name.chars().find(|character| acts(*character)) {
        let code = u32::from(control);
        return refused(format!("it has a control character in it (U+{code:04X})"));
    }
    let length = name.chars().count();
    if length > LONGEST {
        return refused(format!("it has {length} characters, and {LONGEST} are the most"));
    }
    Ok(name.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Whether a character does something instead of being seen: moves the cursor of a terminal, or turns the
/// direction of what stands beside it. A tab is a blank.
fn acts(character: char) -> bool {
    (character.is_control() && character != '\t')
        || matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_can_be_shown_are_taken() {
        assert_eq!(checked("  My \t house ").unwrap(), "My house");
        assert_eq!(checked("Ko\u{308}ln").unwrap(), "Köln");
        assert_eq!(checked("合同 2024 👩‍🔬").unwrap(), "合同 2024 👩‍🔬");
        assert_eq!(checked(&"ä".repeat(LONGEST)).unwrap().chars().count(), LONGEST);
    }

    #[test]
    fn names_that_cannot_be_shown_are_refused_with_the_reason() {
        for (name, reason) in [
            ("two\nlines", "more than one line"),
            ("bell\u{7}", "control character in it (U+0007)"),
            ("red \u{1b}[31m", "U+001B"),
            ("txt.\u{202e}exe", "U+202E"),
            (&"a".repeat(5000), "it has 5000 characters"),
        ] {
            let error = checked(name).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
        for empty in ["", " \n ", " - "] {
            assert_eq!(checked(empty).unwrap_err(), DocumentsError::NoName);
        }
    }
}

//! What is read of a question that is very long, as when somebody pastes a whole document.

use std::borrow::Cow;

/// Characters that are read of a question: the first half of them at its beginning, the second at its
/// end, where people say what they want.
pub const MOST_CHARACTERS: usize = 8_000;

/// What is read of a question; it is borrowed where that is all of it.
#[must_use]
pub fn read_of(question: &str) -> Cow<'_, str> {
    // No character has less than a byte.
    if question.len() <= MOST_CHARACTERS {
        return Cow::Borrowed(question);
    }
    let starts = || question.char_indices().map(|(at, _)| at);
    let end = starts().nth(MOST_CHARACTERS / 2);
    let start = starts().rev().nth(MOST_CHARACTERS / 2 - 1);
    match end.zip(start).filter(|(end, start)| end < start) {
        Some((end, start)) => format!("{}\n{}", &question[..end], &question[start..]).into(),
        None => Cow::Borrowed(question),
    }
}

/// What is left out of a question, in words; `None` where that is nothing.
#[must_use]
pub fn left_out(question: &str) -> Option<String> {
    let Cow::Owned(_) = read_of(question) else { return None };
    let (all, half) = (question.chars().count(), MOST_CHARACTERS / 2);
    Some(format!(
        "of the {all} characters of the question, the first {half} and the last {half} are read"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_very_long_question_its_beginning_and_its_end_are_read() {
        let long = format!("Who came? {} Who went?", "ä ".repeat(50_000));
        let read = read_of(&long);
        assert!(read.starts_with("Who came?") && read.ends_with("Who went?"));
        assert_eq!(read.chars().count(), MOST_CHARACTERS + 1);
        let words = left_out(&long).unwrap();
        assert!(words.contains("the first 4000 and the last 4000"), "{words}");
        assert_eq!(left_out("Who came?"), None);
        let fits = "灯".repeat(MOST_CHARACTERS);
        assert!(matches!(read_of(&fits), Cow::Borrowed(all) if all == fits));
    }
}

//! How the documents are read for a question, and why, in words.

use super::Reading;
use super::cues::{self, Wish};

/// What the choice depends on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// What the person has chosen.
    pub(super) chosen: Option<Reading>,
    /// Whether a model answers.
    pub(super) has_model: bool,
    /// How many rounds a model would take to read everything.
    pub(super) rounds: usize,
    /// Whether everything may fit into one prompt.
    pub(super) may_fit: bool,
}

/// A way of reading, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) reading: Reading,
    pub(super) because: String,
}

/// A question for a number may be answered by a sentence: everything is read for it only where that
/// takes no more rounds than this.
const FEW_ROUNDS: usize = 12;

/// Chooses.
pub(super) fn choose(question: &str, known: Known) -> Choice {
    let choice = |reading, because: &str| Choice { reading, because: because.to_owned() };
    if let Some(chosen) = known.chosen {
        return choice(chosen, "This way of reading was chosen by hand");
    }
    match cues::wish(question) {
        Some(Wish::Summary) => {
            return choice(
                Reading::Summary,
                "The question asks what it all comes to, so everything is read",
            );
        }
        Some(Wish::List) => {
            return choice(
                Reading::Scan,
                "The question asks for everything of a kind, so every passage is read",
            );
        }
        Some(Wish::Count) if known.has_model && known.rounds <= FEW_ROUNDS => {
            return choice(
                Reading::Scan,
                "The question asks for a number, so every passage is read",
            );
        }
        Some(Wish::Count) | None => {}
    }
    if known.has_model && known.may_fit {
        return choice(Reading::Whole, "The documents are short enough to be read whole");
    }
    choice(Reading::Passages, PASSAGES)
}

/// Why only some passages are read.
pub(super) const PASSAGES: &str = "The passages that fit the question best are read";

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: Known = Known { chosen: None, has_model: true, rounds: 100, may_fit: false };

    fn reading(question: &str, known: Known) -> Reading {
        choose(question, known).reading
    }

    #[test]
    fn the_question_decides_what_is_read() {
        assert_eq!(reading("Who built it?", KNOWN), Reading::Passages);
        assert_eq!(reading("Who built it?", Known { may_fit: true, ..KNOWN }), Reading::Whole);
        assert_eq!(reading("Summarise it", Known { may_fit: true, ..KNOWN }), Reading::Summary);
        assert_eq!(reading("List all names", KNOWN), Reading::Scan);
    }

    #[test]
    fn for_a_number_everything_is_read_only_where_that_is_little() {
        let question = "How many cranes were damaged?";
        assert_eq!(reading(question, KNOWN), Reading::Passages);
        assert_eq!(reading(question, Known { rounds: 3, ..KNOWN }), Reading::Scan);
        let reader = Known { has_model: false, rounds: 3, may_fit: true, ..KNOWN };
        assert_eq!(reading(question, reader), Reading::Passages);
    }

    #[test]
    fn what_a_person_chose_is_done() {
        let known = Known { chosen: Some(Reading::Scan), ..KNOWN };
        let choice = choose("Summarise it", known);
        assert_eq!(choice.reading, Reading::Scan);
        assert!(choice.because.contains("by hand"));
    }
}

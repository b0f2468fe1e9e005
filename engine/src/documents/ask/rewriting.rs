//! A question that follows from a conversation becomes one that stands alone, so that it can be
//! searched for.

use super::content::ContentWords;
use super::prompt;
use crate::GenerateRequest;
use crate::documents::tokens::Language;
use crate::inference::{Message, Role, Sampling};

/// So many of the last messages say what a question follows from.
const TURNS: usize = 4;
/// Of a long message, the beginning says what it is about, in characters.
const BEGINNING: usize = 600;
/// A rewritten question has at most so many tokens.
const LONGEST: u32 = 96;
/// A rewritten question longer than this, in characters, is none.
const LONGEST_CHARACTERS: usize = 400;

/// The request to a model for the question that stands alone.
pub(super) fn request(
    question: &str,
    earlier: &[Message],
    like: &GenerateRequest,
) -> GenerateRequest {
    let mut text = String::from("Conversation:\n");
    for message in &earlier[earlier.len().saturating_sub(TURNS)..] {
        let who = if message.role == Role::User { "Person" } else { "Assistant" };
        let said: String = message.content.chars().take(BEGINNING).collect();
        text.push_str(&format!(
            "{who}: {}\n",
            said.split_whitespace().collect::<Vec<_>>().join(" ")
        ));
    }
    text.push_str(&format!("\nLast question: {}", question.trim()));
    GenerateRequest {
        model: like.model.clone(),
        messages: vec![Message::new(Role::System, prompt::REWRITE), Message::new(Role::User, text)],
        sampling: Sampling::greedy(),
        max_tokens: Some(LONGEST),
        stop: vec!["\n".to_owned()],
        thinking: Some(false),
        ..GenerateRequest::default()
    }
}

/// What a model wrote, if it is a question that can stand for the one that was asked.
pub(super) fn accepted(written: &str, question: &str, earlier: &[Message]) -> Option<String> {
    let line = written.lines().map(str::trim).find(|line| !line.is_empty())?;
    let line = line.strip_prefix("Question:").unwrap_or(line).trim();
    let line = line.trim_matches(['"', '“', '”', '„', '«', '»', '*', ' ']);
    let length = line.chars().count();
    if !(2..=LONGEST_CHARACTERS).contains(&length) || line == question.trim() {
        return None;
    }
    let words = words_of(question, earlier);
    let written = words.of(line);
    let mut known = words.of(question);
    let has_own = known.is_empty() || !written.is_disjoint(&known);
    earlier.iter().for_each(|message| known.extend(words.of(&message.content)));
    let strange = written.difference(&known).count();
    // Of another matter, or invented.
    (has_own && !written.is_empty() && strange * 2 <= written.len()).then(|| line.to_owned())
}

/// The question with the content words of the last one, where it has too few of its own; without a
/// model.
pub(super) fn carried_over(question: &str, earlier: &[Message]) -> Option<String> {
    let last = earlier.iter().rev().find(|message| message.role == Role::User)?;
    let words = words_of(question, earlier);
    let own = words.of(question);
    if own.len() > ENOUGH || (own.len() == ENOUGH && !points_back(question)) {
        return None;
    }
    let mut carried: Vec<&str> = Vec::new();
    let end = last.content.char_indices().nth(BEGINNING).map_or(last.content.len(), |(at, _)| at);
    for word in last.content[..end].split(|c: char| c.is_whitespace()) {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        let meant = words.of(word);
        if !meant.is_empty() && meant.is_disjoint(&own) && !carried.contains(&word) {
            carried.push(word);
        }
    }
    (!carried.is_empty()).then(|| format!("{} ({})", question.trim(), carried.join(" ")))
}

/// A question with more content words than this is taken to stand alone.
const ENOUGH: usize = 2;

fn words_of(question: &str, earlier: &[Message]) -> ContentWords {
    let language = Language::of_question(question, &[]);
    let before = || earlier.iter().find_map(|message| Language::of_question(&message.content, &[]));
    ContentWords::new(language.or_else(before))
}

/// Words that stand for something that was said before.
const POINTING: &[&str] = &[
    "it", "its", "he", "him", "his", "she", "her", "they", "them", "their", "this", "that",
    "these", "those", "there", "one", "er", "sie", "es", "ihn", "ihm", "ihr", "ihre", "dessen",
    "deren", "dort", "das", "dies", "il", "elle", "ils", "elles", "lui", "leur", "cela", "ça",
    "ce", "y", "él", "ella", "ellos", "ellas", "eso", "esto", "su", "sus", "esso", "essa", "lui",
    "lei", "loro", "questo", "quello", "ele", "ela", "eles", "elas", "isso", "isto", "он", "она",
    "оно", "они", "его", "её", "ее", "их", "это", "там", "वह", "यह", "उस", "इस", "هو", "هي", "هم",
    "ذلك", "هذا", "هناك",
];
const POINTING_UNSPACED: &[&str] =
    &["它", "他", "她", "这", "那", "這", "それ", "これ", "あれ", "その", "彼"];

fn points_back(question: &str) -> bool {
    let lower = question.to_lowercase();
    let is_pointing = |word: &str| POINTING.contains(&word);
    lower
        .split(|c: char| !c.is_alphanumeric() && !unicode_normalization::char::is_combining_mark(c))
        .any(is_pointing)
        || POINTING_UNSPACED.iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn earlier() -> Vec<Message> {
        vec![
            Message::new(Role::User, "Who built the lighthouse of Zelmont?"),
            Message::new(Role::Assistant, "Ada Quill built it."),
        ]
    }

    #[test]
    fn what_a_model_wrote_is_taken_only_where_it_is_a_question_of_this_matter() {
        let accepted = |written| accepted(written, "When did she build it?", &earlier());
        assert_eq!(
            accepted("\n\"When did Ada Quill build the lighthouse?\"\n").as_deref(),
            Some("When did Ada Quill build the lighthouse?")
        );
        for absurd in [
            "",
            "  ",
            "When did she build it?",
            "I am a helpful model that answers questions of all kinds",
            "Bananas grow in warm countries near oceans",
            &"build ".repeat(200),
        ] {
            assert_eq!(accepted(absurd), None, "{absurd}");
        }
    }

    #[test]
    fn without_a_model_the_words_of_the_last_question_are_carried_over() {
        let carried = |question| carried_over(question, &earlier());
        assert_eq!(
            carried("And when was it finished?").as_deref(),
            Some("And when was it finished? (built lighthouse Zelmont)")
        );
        assert_eq!(carried("Why?").as_deref(), Some("Why? (built lighthouse Zelmont)"));
        assert_eq!(carried("How many cranes did the storm damage?"), None);
        assert_eq!(carried_over("And when?", &[]), None);
    }

    #[test]
    fn the_request_shows_the_last_turns_and_ends_with_the_question() {
        let request = request("When?", &earlier(), &GenerateRequest::default());
        let text = &request.messages[1].content;
        assert!(
            text.contains("Person: Who built") && text.ends_with("Last question: When?"),
            "{text}"
        );
        assert_eq!(request.max_tokens, Some(LONGEST));
    }
}

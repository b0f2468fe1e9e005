//! What a sequence has seen, as tokens and as the text that they came from.
//!
//! A new prompt is compared with the *text*, so that tokens the model generated are found again and
//! kept as they are: tokenizing the answer anew could cut it differently, and then everything
//! after it would have to be computed again. Text and tokens are known to agree at *marks*: before
//! each special token of a prompt and after each generated token. The rest of a new prompt is
//! tokenized from a mark on if it starts with a special token there, because tokenizers never merge
//! across those, and so the result is the same as for the whole.

use super::llama::Token;

/// What is asked of a tokenizer.
pub(crate) trait Vocabulary {
    /// See `llama::Model::tokenize`.
    fn tokenize(&self, text: &str, first: bool) -> Vec<Token>;
    /// See `llama::Model::is_special`.
    fn is_special(&self, token: Token) -> bool;
    /// The text that stands for a token in a prompt, special ones included.
    fn text(&self, token: Token) -> String;
    /// Whether `tokenize(_, true)` puts a token first that is not in the text.
    fn adds_bos(&self) -> bool;
}

/// A place where text and tokens agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    tokens: usize,
    bytes: usize,
    generated: bool,
}

/// See the module documentation.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    tokens: Vec<Token>,
    text: Vec<u8>,
    marks: Vec<Mark>,
}

impl History {
    /// Tokenizes a prompt, keeping what it has in common with one of `others`: the one that saves
    /// most.
    pub(crate) fn of_prompt<'a>(
        prompt: &str,
        others: impl Iterator<Item = &'a History>,
        vocabulary: &impl Vocabulary,
    ) -> Self {
        let resumed = others
            .filter_map(|other| other.resume_mark(prompt, vocabulary).map(|mark| (other, mark)))
            .max_by_key(|(_, mark)| mark.tokens);
        let mut history = match resumed {
            Some((other, mark)) => other.until(mark),
            None => Self::default(),
        };
        let rest = prompt.get(history.text.len()..).unwrap_or_default();
        history.append_prompt(rest, vocabulary);
        history
    }

    /// Adds a token that the model generated, and the bytes it stands for in a later prompt.
    pub(crate) fn push_generated(&mut self, token: Token, bytes: &[u8]) {
        self.tokens.push(token);
        self.text.extend_from_slice(bytes);
        self.mark(true);
    }

    /// All tokens, read or not.
    pub(crate) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// How many tokens both begin with.
    pub(crate) fn common_tokens(&self, other: &Self) -> usize {
        common_length(&self.tokens, &other.tokens)
    }

    fn until(&self, mark: Mark) -> Self {
        Self {
            tokens: self.tokens.iter().take(mark.tokens).copied().collect(),
            text: self.text.iter().take(mark.bytes).copied().collect(),
            marks: self.marks.iter().take_while(|m| m.bytes <= mark.bytes).copied().collect(),
        }
    }

    /// The last mark from which the rest of the prompt can be tokenized on its own.
    fn resume_mark(&self, prompt: &str, vocabulary: &impl Vocabulary) -> Option<Mark> {
        let common = common_length(&self.text, prompt.as_bytes());
        let mut failed_in_answer = false;
        for mark in self.marks.iter().rev().filter(|mark| mark.bytes <= common) {
            // Inside of an answer the rest starts with ordinary text at every earlier mark too.
            if mark.generated && failed_in_answer {
                continue;
            }
            failed_in_answer = mark.generated;
            if prompt.get(mark.bytes..).is_some_and(|rest| starts_special(rest, vocabulary)) {
                return Some(*mark);
            }
        }
        None
    }

    fn append_prompt(&mut self, text: &str, vocabulary: &impl Vocabulary) {
        let first = self.tokens.is_empty();
        let tokens = vocabulary.tokenize(text, first);
        let implicit = usize::from(first && vocabulary.adds_bos());
        let (base_tokens, base_bytes) = (self.tokens.len(), self.text.len());
        let mut cursor = 0;
        for (index, &token) in tokens.iter().enumerate().skip(implicit) {
            if !vocabulary.is_special(token) {
                continue;
            }
            let name = vocabulary.text(token);
            let found = text.get(cursor..).and_then(|rest| rest.find(&name));
            if let Some(at) = found.filter(|_| !name.is_empty()) {
                let bytes = base_bytes + cursor + at;
                self.marks.push(Mark { tokens: base_tokens + index, bytes, generated: false });
                cursor += at + name.len();
            }
        }
        self.tokens.extend(tokens);
        self.text.extend_from_slice(text.as_bytes());
        self.mark(false);
    }

    fn mark(&mut self, generated: bool) {
        let mark = Mark { tokens: self.tokens.len(), bytes: self.text.len(), generated };
        self.marks.push(mark);
    }
}

/// Whether nothing is left, or a special token comes first.
fn starts_special(rest: &str, vocabulary: &impl Vocabulary) -> bool {
    /// No special token has a longer name.
    const LONGEST_NAME: usize = 96;
    let mut end = rest.len().min(LONGEST_NAME);
    while !rest.is_char_boundary(end) {
        end -= 1;
    }
    let Some(start) = rest.get(..end) else { return false };
    start.is_empty()
        || vocabulary.tokenize(start, false).first().is_some_and(|&token| {
            vocabulary.is_special(token) && {
                let name = vocabulary.text(token);
                !name.is_empty() && start.starts_with(&name)
            }
        })
}

fn common_length<T: PartialEq>(a: &[T], b: &[T]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters are tokens, pairs `ab` merge into one, `<` and `>` are special; a beginning token 1.
    struct Letters;

    impl Vocabulary for Letters {
        fn tokenize(&self, text: &str, first: bool) -> Vec<Token> {
            let mut tokens = if first { vec![1] } else { vec![] };
            let mut rest = text;
            while let Some(letter) = rest.chars().next() {
                if let Some(after) = rest.strip_prefix("ab") {
                    tokens.push(1000);
                    rest = after;
                } else {
                    tokens.push(letter as Token);
                    rest = &rest[letter.len_utf8()..];
                }
            }
            tokens
        }

        fn is_special(&self, token: Token) -> bool {
            token == '<' as Token || token == '>' as Token
        }

        fn text(&self, token: Token) -> String {
            match token {
                1 => String::new(),
                1000 => "ab".to_owned(),
                letter => char::from_u32(letter as u32).unwrap().to_string(),
            }
        }

        fn adds_bos(&self) -> bool {
            true
        }
    }

    fn prompt(text: &str, others: &[History]) -> History {
        History::of_prompt(text, others.iter(), &Letters)
    }

    /// A history whose answer `ab` was generated as two tokens that the tokenizer would merge.
    fn answered() -> History {
        let mut history = prompt("<hi>", &[]);
        history.push_generated('a' as Token, b"a");
        history.push_generated('b' as Token, b"b");
        history
    }

    #[test]
    fn a_fresh_prompt_is_tokenized_whole() {
        assert_eq!(prompt("<ab>", &[]).tokens(), Letters.tokenize("<ab>", true));
    }

    #[test]
    fn generated_tokens_are_kept_and_not_tokenized_again() {
        let old = answered();
        let new = prompt("<hi>ab<more>", std::slice::from_ref(&old));
        assert_eq!(new.common_tokens(&old), old.tokens().len());
        assert_eq!(new.tokens()[old.tokens().len()..], Letters.tokenize("<more>", false));
    }

    #[test]
    fn a_second_turn_after_a_second_turn_keeps_both_answers() {
        let mut old = prompt("<hi>ab<more>", &[answered()]);
        old.push_generated('a' as Token, b"a");
        old.push_generated('b' as Token, b"b");
        let new = prompt("<hi>ab<more>ab<x>", std::slice::from_ref(&old));
        assert_eq!(new.common_tokens(&old), old.tokens().len());
    }

    #[test]
    fn regenerating_keeps_the_whole_prompt() {
        let old = answered();
        let new = prompt("<hi>", std::slice::from_ref(&old));
        assert_eq!(new.tokens(), &old.tokens()[..5]);
    }

    #[test]
    fn an_edited_question_keeps_what_stands_before_it() {
        let mut old = prompt("<hi>ab<more>", &[answered()]);
        old.push_generated('x' as Token, b"x");
        let new = prompt("<hi>ab<other>", std::slice::from_ref(&old));
        // Up to and including the special token before the question.
        assert_eq!(new.common_tokens(&old), "1<hi>ab<".len());
        assert_eq!(new.tokens().last(), Some(&('>' as Token)));
    }

    #[test]
    fn an_answer_that_was_cut_short_is_kept_up_to_the_cut() {
        let old = answered();
        let new = prompt("<hi>a<more>", std::slice::from_ref(&old));
        assert_eq!(new.common_tokens(&old), "1<hi>a".len());
    }

    #[test]
    fn text_that_goes_on_without_a_special_token_is_tokenized_with_what_is_before() {
        let old = answered();
        let new = prompt("<hi>abab", &[old]);
        assert_eq!(new.tokens(), Letters.tokenize("<hi>abab", true));
    }

    #[test]
    fn an_unrelated_prompt_shares_only_the_beginning_token() {
        let old = answered();
        let new = prompt("yes", std::slice::from_ref(&old));
        assert_eq!(new.tokens(), Letters.tokenize("yes", true));
        assert_eq!(new.common_tokens(&old), 1);
    }

    #[test]
    fn the_history_that_saves_most_is_taken() {
        let short = prompt("<hi>", &[]);
        let long = answered();
        let new = prompt("<hi>ab<more>", &[short, long.clone()]);
        assert_eq!(new.common_tokens(&long), long.tokens().len());
    }
}

//! A question and a passage as the one text that a reranker was trained to read.
//!
//! Cross-encoders read both with the tokenizer's own tokens before, between and behind them. Language
//! models that were made into rerankers bring a template with a place for each.

use std::sync::Arc;

use crate::Error;
use crate::inference::count;
use crate::inference::history::Vocabulary as _;
use crate::inference::llama::{Frame, Model, Token};
use crate::inference::slices::{self, Text};
use crate::inference::tokenizer::Tokenizer;

/// Where a template wants the question, and the passage.
const QUESTION: &str = "{query}";
const PASSAGE: &str = "{document}";
/// A question must leave room for so many tokens of a passage: fewer say nothing.
const LEAST_PASSAGE: usize = 16;

/// Makes such texts for one model.
pub(crate) enum Pairs {
    Framed { model: Arc<Model>, around: Around },
    Template { tokenizer: Tokenizer, template: Template },
}

/// The tokens around a question and a passage.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Around {
    before: Vec<Token>,
    between: Vec<Token>,
    behind: Vec<Token>,
}

/// What stands around a question and a passage, in words.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Template(String);

impl Pairs {
    /// `template`: what the file says, if it does.
    ///
    /// # Errors
    /// In words, when the file does not say how to put them together.
    pub(crate) fn new(model: Arc<Model>, template: Option<String>) -> Result<Self, String> {
        if let Some(text) = template {
            let template = Template::new(text)?;
            return Ok(Self::Template { tokenizer: Tokenizer::new(model)?, template });
        }
        let ending = model.tokenize("", true, false).last().copied();
        let around = Around::new(model.frame(), ending)
            .ok_or("its tokenizer has no token that separates a question from a passage")?;
        Ok(Self::Framed { model, around })
    }

    /// The tokens of a pair, `longest` at most; the end of the passage is left out where it has to be.
    pub(crate) fn tokens(
        &self,
        question: &str,
        passage: &str,
        longest: usize,
    ) -> Result<Text, Error> {
        let most = longest.saturating_sub(LEAST_PASSAGE);
        let too_long =
            |tokens: usize| Error::QuestionTooLong { tokens: count(tokens), longest: count(most) };
        if slices::readable(question, longest).len() < question.len() {
            return Err(too_long(question.len() / 4));
        }
        let readable = slices::readable(passage, longest);
        let without = self.whole(question, "").len();
        if without > most {
            return Err(too_long(without));
        }
        let text = match self {
            Self::Framed { model, around } => {
                let mut passage = model.tokenize(readable, false, false);
                let cut = passage.len() > longest - without;
                passage.truncate(longest - without);
                let question = model.tokenize(question, false, false);
                Text { tokens: around.put(question, passage), cut }
            }
            Self::Template { .. } => {
                let tokens = |passage: &str| self.whole(question, passage);
                let (tokens, kept) = shortened(readable, without, longest, tokens);
                Text { tokens, cut: kept < readable.len() }
            }
        };
        Ok(Text { cut: text.cut || readable.len() < passage.len(), ..text })
    }

    /// The tokens of a pair, however many.
    fn whole(&self, question: &str, passage: &str) -> Vec<Token> {
        match self {
            Self::Framed { model, around } => {
                let words = |text| model.tokenize(text, false, false);
                around.put(words(question), words(passage))
            }
            // Names of control tokens in what people wrote stay text.
            Self::Template { tokenizer, template } => {
                let (question, passage) = (tokenizer.broken(question), tokenizer.broken(passage));
                tokenizer.tokenize(&template.fill(&question, &passage), false)
            }
        }
    }
}

impl Around {
    /// `ending`: what the tokenizer puts last into an empty text. `None` where nothing separates.
    fn new(frame: Frame, ending: Option<Token>) -> Option<Self> {
        let between: Vec<Token> = frame.eos.into_iter().chain(frame.separator).collect();
        let between = if between.is_empty() { vec![frame.end?] } else { between };
        // BERT's tokenizer ends a text although its flags do not say so.
        let ends = ending.is_some() && ending == frame.end;
        let behind = frame.eos.or(frame.end.filter(|_| ends)).into_iter().collect();
        Some(Self { before: frame.bos.into_iter().collect(), between, behind })
    }

    fn put(&self, question: Vec<Token>, passage: Vec<Token>) -> Vec<Token> {
        let Self { before, between, behind } = self;
        [before.clone(), question, between.clone(), passage, behind.clone()].concat()
    }
}

impl Template {
    fn new(text: String) -> Result<Self, String> {
        match [QUESTION, PASSAGE].into_iter().find(|place| !text.contains(place)) {
            Some(place) => Err(format!("its template for ranking has no {place}")),
            None => Ok(Self(text)),
        }
    }

    /// A question that contains the mark of the passage's place is no place.
    fn fill(&self, question: &str, passage: &str) -> String {
        let passages = |part: &str| part.replace(PASSAGE, passage);
        let parts: Vec<String> = self.0.split(QUESTION).map(passages).collect();
        parts.join(question)
    }
}

/// The tokens with as much of a passage as fits, and how many of its bytes that is. `without` is how
/// many there are with none of it, `longest` how many there may be.
fn shortened(
    passage: &str,
    without: usize,
    longest: usize,
    tokens: impl Fn(&str) -> Vec<Token>,
) -> (Vec<Token>, usize) {
    let mut kept = passage.len();
    loop {
        let whole = tokens(&passage[..kept]);
        if whole.len() <= longest || kept == 0 {
            return (whole, kept);
        }
        // Its share of the bytes, as though all tokens were of one length, and a little less.
        let (room, taken) =
            (longest.saturating_sub(without), whole.len() - without.min(whole.len()));
        let share = kept * room / taken.max(1);
        kept = passage.floor_char_boundary(share.min(kept - 1) * 31 / 32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(eos: Option<Token>, separator: Option<Token>, end: Option<Token>) -> Frame {
        Frame { bos: Some(1), eos, separator, end }
    }

    fn put(frame: Frame, ending: Option<Token>) -> Option<Vec<Token>> {
        Around::new(frame, ending).map(|around| around.put(vec![10], vec![20, 21]))
    }

    #[test]
    fn bert_separates_and_ends_with_the_same_token() {
        // As files say it, with and without flags of their own.
        let expected = Some(vec![1, 10, 2, 20, 21, 2]);
        assert_eq!(put(frame(Some(2), None, Some(2)), Some(2)), expected);
        assert_eq!(put(frame(None, Some(2), Some(2)), Some(2)), expected);
    }

    #[test]
    fn roberta_separates_with_two_tokens() {
        let expected = Some(vec![1, 10, 2, 2, 20, 21, 2]);
        assert_eq!(put(frame(Some(2), Some(2), Some(2)), Some(2)), expected);
    }

    #[test]
    fn what_has_no_token_to_separate_ranks_nothing() {
        assert_eq!(put(frame(None, None, Some(5)), Some(10)), Some(vec![1, 10, 5, 20, 21]));
        assert_eq!(put(frame(None, None, None), None), None);
    }

    #[test]
    fn a_template_is_filled_once_whatever_the_texts_say() {
        let template = Template::new("Q: {query} D: {document}.".to_owned()).unwrap();
        assert_eq!(template.fill("{document}?", "{query}!"), "Q: {document}? D: {query}!.");
        let flaw = Template::new("Q: {query}".to_owned()).unwrap_err();
        assert!(flaw.contains("{document}"), "{flaw}");
    }

    #[test]
    fn as_much_of_a_passage_is_kept_as_fits() {
        let tokens = |passage: &str| passage.bytes().map(Token::from).collect::<Vec<_>>();
        assert_eq!(shortened("seven é", 0, 8, tokens), (tokens("seven é"), 8));
        let (kept, bytes) = shortened(&"é".repeat(100), 0, 51, tokens);
        assert!(kept.len() <= 51 && kept.len() >= 40 && kept.len() == bytes, "{bytes}");
        assert_eq!(shortened("é", 0, 0, tokens), (Vec::new(), 0));
    }
}

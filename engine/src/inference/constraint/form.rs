//! Applies a guide to an answer, and to nothing but the answer: thinking is free.

use super::Guide;
use crate::Error;
use crate::inference::llama::Token;
use crate::inference::reasoning::Stage;

/// The form of one answer.
#[derive(Debug, Default)]
pub(crate) struct Form {
    /// What holds the answer, or the part of it that is being written.
    guide: Option<Guide>,
    /// The token that opens the model's thinking, as long as that may come.
    thinking: Option<Token>,
    /// Whether the last mask was for a part of the answer.
    masked: bool,
    /// What each call of a tool is held to, where the rest of the answer is free.
    for_calls: Option<Guide>,
    in_call: bool,
}

impl Form {
    /// Holds the whole answer. `thinking`: may come in its place at the beginning.
    pub(crate) fn whole(guide: Guide, thinking: Option<Token>) -> Self {
        Self { guide: Some(guide), thinking, ..Self::default() }
    }

    /// Holds the calls in an answer, from behind their opening marker on.
    pub(crate) fn calls(guide: Guide) -> Self {
        Self { for_calls: Some(guide), ..Self::default() }
    }

    /// Hears what has come of a call; `None` while none is being written.
    pub(crate) fn hear_call(&mut self, payload: Option<&str>) {
        let Some(fresh) = &self.for_calls else { return };
        match payload {
            Some(payload) if !self.in_call => {
                // One that begins otherwise may still turn out to be a call, or text.
                let mut guide = fresh.clone();
                self.guide = guide.accept_text(payload).then_some(guide);
            }
            Some(_) => self.guide = self.guide.take().filter(|guide| !guide.is_complete()),
            None => self.guide = None,
        }
        self.in_call = payload.is_some();
    }

    /// Makes impossible what must not come next.
    ///
    /// # Errors
    /// See [`Guide::mask`].
    pub(crate) fn mask(&mut self, logits: &mut [f32], stage: Stage) -> Result<(), Error> {
        self.masked = false;
        let Some(guide) = &mut self.guide else { return Ok(()) };
        if stage == Stage::Thinking {
            // An answer is still owed.
            guide.forbid_end(logits);
            return Ok(());
        }
        self.masked = true;
        let opens = stage == Stage::Opening && !guide.has_begun();
        guide.mask(logits, self.thinking.filter(|_| opens))
    }

    /// Hears the token that was chosen after the last mask.
    ///
    /// # Errors
    /// See [`Guide::accept`].
    pub(crate) fn accept(&mut self, token: Token) -> Result<(), Error> {
        let Some(guide) = self.guide.as_mut().filter(|_| self.masked) else { return Ok(()) };
        if self.thinking == Some(token) && !guide.has_begun() {
            self.masked = false;
            return Ok(());
        }
        guide.accept(token)
    }

    /// Hears text of the answer that no mask was made for: what stood in one token with the end of
    /// the thinking.
    ///
    /// # Errors
    /// [`Error::OffForm`] when it does not fit.
    pub(crate) fn overhear(&mut self, text: &str) -> Result<(), Error> {
        let Some(guide) = self.guide.as_mut().filter(|_| !self.masked) else { return Ok(()) };
        if text.is_empty() || guide.accept_text(text) {
            return Ok(());
        }
        Err(Error::OffForm("the model began its answer before its thinking ended".to_owned()))
    }

    /// Whether the answer is complete and nothing can come any more.
    pub(crate) fn is_complete(&self) -> bool {
        self.for_calls.is_none() && self.guide.as_ref().is_some_and(Guide::is_complete)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Constraint, Grammar, GrammarVocabulary, Token as Word};
    use super::*;
    use crate::inference::tools::{self, Tool, ToolChoice};

    /// Each byte is a token; 256 ends the turn, 257 opens the thinking.
    fn vocabulary() -> GrammarVocabulary {
        let bytes = (0..=255).map(|byte| Word::Text(vec![byte]));
        let others = [Word::End("<end>".to_owned()), Word::Control("<think>".to_owned())];
        GrammarVocabulary::new(bytes.chain(others)).unwrap()
    }

    const END: Token = 256;
    const THINK: Token = 257;

    fn allowed(form: &mut Form, stage: Stage) -> Vec<Token> {
        let mut logits = [0.0; 258];
        form.mask(&mut logits, stage).unwrap();
        (0..258).filter(|token| logits[*token as usize] == 0.0).collect()
    }

    fn write(form: &mut Form, text: &str) {
        for byte in text.bytes() {
            assert!(allowed(form, Stage::Answer).contains(&byte.into()), "{:?}", byte as char);
            form.accept(byte.into()).unwrap();
        }
    }

    fn yes() -> Guide {
        vocabulary().guide(&Constraint::Regex("yes|yeah".to_owned())).unwrap()
    }

    #[test]
    fn thinking_may_open_first_and_may_not_end_the_turn() {
        let mut form = Form::whole(yes(), Some(THINK));
        assert_eq!(allowed(&mut form, Stage::Opening), [Token::from(b'y'), THINK]);
        form.accept(THINK).unwrap();
        assert!(!allowed(&mut form, Stage::Thinking).contains(&END));
        assert!(allowed(&mut form, Stage::Thinking).contains(&b'x'.into()));
        assert_eq!(allowed(&mut form, Stage::Answer), [Token::from(b'y')]);
        write(&mut form, "yeah");
        assert!(form.is_complete());
    }

    #[test]
    fn thinking_opens_nowhere_but_at_the_beginning() {
        let mut form = Form::whole(yes(), Some(THINK));
        assert_eq!(allowed(&mut form, Stage::Opening).len(), 2);
        form.accept(b'y'.into()).unwrap();
        assert_eq!(allowed(&mut form, Stage::Opening), [Token::from(b'e')]);
    }

    #[test]
    fn what_stands_in_one_token_with_the_end_of_the_thinking_counts() {
        let mut form = Form::whole(yes(), None);
        assert!(allowed(&mut form, Stage::Thinking).contains(&b'x'.into()));
        form.overhear("ye").unwrap();
        assert_eq!(allowed(&mut form, Stage::Answer), [Token::from(b'a'), b's'.into()]);
        let mut form = Form::whole(yes(), None);
        assert!(matches!(form.overhear("no"), Err(Error::OffForm(_))));
    }

    #[test]
    fn text_is_free_and_a_call_that_is_begun_can_only_become_a_sound_one() {
        let tool = Tool {
            name: "go".to_owned(),
            description: String::new(),
            parameters: json!({ "type": "object", "properties": { "to": { "enum": ["A"] } },
                "required": ["to"], "additionalProperties": false }),
        };
        let rules = tools::grammar(&tools::TAGS, &[tool], &ToolChoice::Auto, false, |_| None);
        let guide = vocabulary().compile(&Grammar::Calls(rules.unwrap())).unwrap();
        let mut form = Form::calls(guide);
        for _ in 0..2 {
            form.hear_call(None);
            assert_eq!(allowed(&mut form, Stage::Answer).len(), 258);
            form.accept(b'<'.into()).unwrap();
            // One line break came with the token that completed the marker.
            form.hear_call(Some("\n"));
            write(&mut form, r#"{"name": "go", "arguments": {"to":"#);
            assert_eq!(
                allowed(&mut form, Stage::Answer).len(),
                3,
                "a quote, a space, a line break"
            );
            write(&mut form, "\"A\"}}\n</tool_call>");
            assert!(!form.is_complete());
            form.hear_call(None);
        }
        form.hear_call(Some("{'other': "));
        assert_eq!(allowed(&mut form, Stage::Answer).len(), 258, "not a call that it knows");
    }
}

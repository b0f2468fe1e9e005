//! A model's vocabulary, which takes control tokens from templates alone.

use std::borrow::Cow;
use std::sync::Arc;

use super::forgery::{ControlNames, Stretch};
use super::history::Vocabulary;
use super::llama::{Model, Token};
use super::{reasoning, tools};

/// See the module documentation.
pub(crate) struct Tokenizer {
    model: Arc<Model>,
    names: ControlNames,
    /// Marks of thinking and calls that are tokens although the vocabulary takes them for text.
    marks: Vec<Token>,
}

impl Tokenizer {
    /// # Errors
    /// In words, when the vocabulary has too many control tokens.
    pub(crate) fn new(model: Arc<Model>) -> Result<Self, String> {
        let is_mark = |name: &str| reasoning::is_marker(name) || tools::is_marker(name);
        let marks: Vec<Token> =
            model.user_defined().filter(|token| is_mark(&model.token_text(*token))).collect();
        let mark_names = marks.iter().map(|token| model.token_text(*token));
        let names = ControlNames::new(model.control_names().chain(mark_names))
            .map_err(|error| format!("its control tokens cannot be searched for ({error})"))?;
        Ok(Self { model, names, marks })
    }

    pub(crate) fn model(&self) -> &Arc<Model> {
        &self.model
    }

    /// What somebody wrote, to be put into a template: the names of control tokens in it are broken
    /// and stay text.
    pub(crate) fn broken<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.names.broken(text)
    }

    /// Words of somebody. llama.cpp recognises some marks even in these: they are cut in two.
    fn words(&self, text: &str, first: bool) -> Vec<Token> {
        let tokens = self.model.tokenize(text, first, false);
        if !tokens.iter().any(|token| self.marks.contains(token)) {
            return tokens;
        }
        let whole = |token| match self.marks.contains(&token) {
            true => {
                let name = self.model.token_text(token);
                let cut = name.ceil_char_boundary(1);
                let half = |text: &str| self.model.tokenize(text, false, false);
                [half(&name[..cut]), half(&name[cut..])].concat()
            }
            false => vec![token],
        };
        tokens.into_iter().flat_map(whole).collect()
    }
}

impl Vocabulary for Tokenizer {
    fn tokenize(&self, text: &str, first: bool) -> Vec<Token> {
        let mut tokens = Vec::new();
        for (index, stretch) in self.names.stretches(text).iter().enumerate() {
            let first = first && index == 0;
            tokens.extend(match stretch {
                Stretch::Structure(text) => self.model.tokenize(text, first, true),
                Stretch::Words(text) => self.words(text, first),
            });
        }
        tokens
    }

    fn is_special(&self, token: Token) -> bool {
        self.model.is_special(token)
    }

    fn text(&self, token: Token) -> String {
        self.model.token_text(token)
    }

    fn adds_bos(&self) -> bool {
        self.model.adds_bos()
    }
}

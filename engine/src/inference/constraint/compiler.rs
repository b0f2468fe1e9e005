//! Compiles the grammars of one model's requests, one after the other, on a thread of its own.

use std::io;
use std::sync::{Arc, mpsc};

use super::{Grammar, GrammarVocabulary, Guide, Token};
use crate::inference::llama::Model;
use crate::{Error, Outbox};

/// Grammars are walked recursively, within their limits. The system reserves this much address
/// space and gives memory only for what is used.
const STACK_BYTES: usize = 256 << 20;

/// What became of a grammar.
pub(crate) struct Compiled {
    /// The number it was ordered under.
    pub(crate) number: u64,
    pub(crate) guide: Result<Guide, Error>,
}

struct Order {
    number: u64,
    grammar: Grammar,
}

/// The way to the thread, which ends when this is dropped.
pub(crate) struct Compiler {
    orders: mpsc::Sender<Order>,
}

impl Compiler {
    /// Starts the thread; results go to `done`.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn start(model: Arc<Model>, done: Outbox<Compiled>) -> io::Result<Self> {
        let (orders, inbox) = mpsc::channel();
        let thread = std::thread::Builder::new().name("grammars".to_owned());
        thread.stack_size(STACK_BYTES).spawn(move || run(&model, &inbox, &done))?;
        Ok(Self { orders })
    }

    /// Has a grammar compiled; the answer comes under the number.
    pub(crate) fn order(&self, number: u64, grammar: Grammar) {
        self.orders.send(Order { number, grammar }).ok();
    }
}

fn run(model: &Model, orders: &mpsc::Receiver<Order>, done: &Outbox<Compiled>) {
    let mut vocabulary = None;
    for Order { number, grammar } in orders {
        let vocabulary = vocabulary.get_or_insert_with(|| GrammarVocabulary::new(tokens(model)));
        let guide = match vocabulary {
            Ok(vocabulary) => vocabulary.compile(&grammar),
            Err(reason) => Err(Error::InvalidRequest(format!(
                "this model's answers cannot be held to a form: {reason}"
            ))),
        };
        if !done.send(Compiled { number, guide }) {
            return;
        }
    }
}

fn tokens(model: &Model) -> impl Iterator<Item = Token> {
    (0..model.vocabulary_size()).filter_map(|number| i32::try_from(number).ok()).map(|token| {
        if model.is_end_of_generation(token) {
            Token::End(model.token_text(token))
        } else if model.is_control(token) {
            Token::Control(model.token_text(token))
        } else {
            let mut bytes = Vec::new();
            model.piece(token, false, &mut bytes);
            Token::Text(bytes)
        }
    })
}

//! An answer as an iterator: leaving the loop stops the model.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rhai::{Engine, EvalAltResult, ImmutableString, Map};

use super::generation::Generation;
use crate::runner::ScriptResult;

/// What `llm::stream` gives a script.
#[derive(Clone)]
pub(super) struct Stream {
    generation: Arc<Mutex<Generation>>,
}

impl Stream {
    pub(super) fn new(generation: Generation) -> Self {
        Self { generation: Arc::new(Mutex::new(generation)) }
    }

    fn generation(&self) -> MutexGuard<'_, Generation> {
        self.generation.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads what is left.
    fn answer(&mut self) -> ScriptResult<Map> {
        let mut generation = self.generation();
        while generation.next_piece(false)?.is_some() {}
        Ok(generation.answer().clone().into_map())
    }
}

impl IntoIterator for Stream {
    type Item = Result<ImmutableString, Box<EvalAltResult>>;
    type IntoIter = Pieces;

    fn into_iter(self) -> Pieces {
        Pieces { stream: self }
    }
}

/// The pieces, as they come. Dropping them stops the model, also where a variable still holds the
/// stream.
pub(super) struct Pieces {
    stream: Stream,
}

impl Iterator for Pieces {
    type Item = Result<ImmutableString, Box<EvalAltResult>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.stream.generation().next_piece(true).transpose()
    }
}

impl Drop for Pieces {
    fn drop(&mut self) {
        self.stream.generation().stop();
    }
}

/// Gives an interpreter the type.
pub(super) fn register(rhai: &mut Engine) {
    rhai.register_type_with_name::<Stream>("stream")
        .register_iterator_result::<Stream, ImmutableString>()
        .register_fn("answer", Stream::answer)
        .register_get("text", |stream: &mut Stream| stream.generation().answer().text.clone())
        .register_get("reasoning", |stream: &mut Stream| {
            stream.generation().answer().reasoning.clone()
        })
        .register_fn("to_string", |stream: &mut Stream| stream.generation().answer().text.clone())
        .register_fn("stop", |stream: &mut Stream| stream.generation().stop());
}

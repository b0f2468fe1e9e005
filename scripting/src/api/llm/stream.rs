//! An answer as an iterator: leaving the loop stops the model.

use std::sync::{Arc, Mutex, MutexGuard, TryLockError};

use rhai::{Engine, EvalAltResult, ImmutableString, Map};

use super::dialogue::Dialogue;
use crate::runner::{ScriptResult, failure};

/// What `llm::stream` gives a script.
#[derive(Clone)]
pub(super) struct Stream {
    dialogue: Arc<Mutex<Dialogue>>,
}

impl Stream {
    pub(super) fn new(dialogue: Dialogue) -> Self {
        Self { dialogue: Arc::new(Mutex::new(dialogue)) }
    }

    /// An app has one thread, so that only a tool that looks at its own stream finds it locked.
    fn dialogue(&self) -> ScriptResult<MutexGuard<'_, Dialogue>> {
        match self.dialogue.try_lock() {
            Ok(dialogue) => Ok(dialogue),
            Err(TryLockError::Poisoned(poisoned)) => Ok(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => {
                Err(failure("this stream waits for a tool, which cannot look at it meanwhile"))
            }
        }
    }

    /// Reads what is left.
    fn answer(&mut self) -> ScriptResult<Map> {
        let mut dialogue = self.dialogue()?;
        while dialogue.next_piece(false)?.is_some() {}
        Ok(dialogue.answer().clone().into_map())
    }

    fn text(&mut self) -> ScriptResult<String> {
        Ok(self.dialogue()?.text())
    }

    fn reasoning(&mut self) -> ScriptResult<String> {
        Ok(self.dialogue()?.answer().reasoning.clone())
    }

    fn stop(&mut self) -> ScriptResult<()> {
        self.dialogue()?.stop();
        Ok(())
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
        self.stream.dialogue().and_then(|mut dialogue| dialogue.next_piece(true)).transpose()
    }
}

impl Drop for Pieces {
    fn drop(&mut self) {
        // Within a tool of its own, there is a loop around this one that stops it.
        self.stream.stop().ok();
    }
}

/// Gives an interpreter the type.
pub(super) fn register(rhai: &mut Engine) {
    rhai.register_type_with_name::<Stream>("stream")
        .register_iterator_result::<Stream, ImmutableString>()
        .register_fn("answer", Stream::answer)
        .register_get("text", Stream::text)
        .register_get("reasoning", Stream::reasoning)
        .register_fn("to_string", Stream::text)
        .register_fn("stop", Stream::stop);
}

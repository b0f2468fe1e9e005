//! How the host says no to a script: the one place where host functions make their errors.

use rhai::{Dynamic, EvalAltResult, Position};

/// What a script is given instead of a result.
pub type ScriptError = Box<EvalAltResult>;

/// What every host function that can fail returns.
pub type ScriptResult<T> = Result<T, ScriptError>;

/// An error in words, which the script can catch. It gets its place in the script from Rhai.
#[must_use]
pub fn failure(words: impl Into<String>) -> ScriptError {
    Box::new(EvalAltResult::ErrorRuntime(Dynamic::from(words.into()), Position::NONE))
}

/// The end of the call, from a host function. A script that catches it is ended for good within some
/// steps (see `watch.rs`).
pub(crate) fn ended(why: super::frames::Ending) -> ScriptError {
    Box::new(EvalAltResult::ErrorRuntime(Dynamic::from(why), Position::NONE))
}

/// Whether an error is the end of the call, of which nobody may make words or go on.
#[must_use]
pub fn is_end(error: &EvalAltResult) -> bool {
    match error.unwrap_inner() {
        EvalAltResult::ErrorTerminated(..) => true,
        EvalAltResult::ErrorRuntime(value, _) => value.is::<super::frames::Ending>(),
        _ => false,
    }
}

/// A failure with more to say: `words` is given what was said so far. The end of a call stays what
/// it is.
pub(crate) fn reworded(error: ScriptError, words: impl FnOnce(&str) -> String) -> ScriptError {
    match &*error {
        EvalAltResult::ErrorRuntime(value, _) if value.is_string() => {
            failure(words(&value.to_string()))
        }
        _ => error,
    }
}

//! One call of a function of the script, with everything that guards it.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rhai::{CallFnOptions, Dynamic, Engine, EvalAltResult, Scope};

use super::context::Context;
use super::frames::{Ending, Frame};
use super::script::Words;
use crate::Problem;

/// A call that did not return.
pub(super) struct Failed {
    /// What to tell the author.
    pub(super) problem: Box<Problem>,
    /// Why the host ended the call, if it did.
    pub(super) ending: Option<Ending>,
}

/// Calls a function with the state bound to `this`.
pub(super) fn call(
    rhai: &Engine,
    context: &Context,
    state: &mut Dynamic,
    function: &str,
    arguments: Vec<Dynamic>,
    frame: Frame,
) -> Result<Dynamic, Failed> {
    let Some(script) = context.script.get() else {
        let problem = Box::new(Problem::new("the script has not been loaded"));
        return Err(Failed { problem, ending: None });
    };
    let entered = context.desk.frames.enter(frame);
    let options = CallFnOptions::new().bind_this_ptr(state);
    let called = guarded(|| {
        let functions = script.functions();
        rhai.call_fn_with_options(options, &mut Scope::new(), functions, function, arguments)
    });
    drop(entered);
    called.map_err(|trouble| trouble.told(rhai, context, function))
}

/// Why a call did not return.
pub(super) enum Trouble {
    /// The script's error.
    Script(Box<EvalAltResult>),
    /// The host's mistake.
    Panic(String),
}

/// Runs the interpreter. Whatever happens in there, this thread goes on.
pub(super) fn guarded<T>(
    run: impl FnOnce() -> Result<T, Box<EvalAltResult>>,
) -> Result<T, Trouble> {
    // The state may have been half changed, as with any error of a script in the midst of a change.
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(Trouble::Script(error)),
        Err(payload) => Err(Trouble::Panic(words_of(payload.as_ref()))),
    }
}

impl Trouble {
    /// The trouble as its author hears of it; `function` is what the host called.
    pub(super) fn told(self, rhai: &Engine, context: &Context, function: &str) -> Failed {
        let words = context.words(rhai);
        match self {
            Self::Script(error) => {
                let mut problem = words.problem(&error);
                // Rhai forgets the place of an error that cannot be caught.
                if error.unwrap_inner().is_system_exception() {
                    words.follow(&context.trail.take(), &mut problem);
                }
                if problem.place.is_none() {
                    problem.place = words.place_of_function(function);
                }
                Failed { problem: Box::new(problem), ending: Words::ending(&error) }
            }
            Self::Panic(message) => {
                let problem = Problem {
                    message: format!("Satchel failed in what this function asked for: {message}"),
                    place: words.place_of_function(function),
                    calls: Vec::new(),
                };
                Failed { problem: Box::new(problem), ending: None }
            }
        }
    }
}

fn words_of(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no reason is known".to_owned())
}

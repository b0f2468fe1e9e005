//! Native functions whose errors say where they were called.
//!
//! Rhai fills in the place of a native function's error when it was called plainly, and not when it
//! was called through a module, as all of the host API is.

use rhai::{NativeCallContext, Position, RhaiFunc, Shared};

/// The function, with the place of its call in its errors.
#[must_use]
pub fn placed(function: RhaiFunc) -> RhaiFunc {
    match function {
        RhaiFunc::Pure { func, has_context, is_pure, is_volatile } => RhaiFunc::Pure {
            func: Shared::new(move |context: Option<NativeCallContext<'_>>, arguments: &mut _| {
                let position = position_of(context.as_ref());
                func(context.filter(|_| has_context), arguments).map_err(|e| at(e, position))
            }),
            has_context: true,
            is_pure,
            is_volatile,
        },
        RhaiFunc::Method { func, has_context, is_pure, is_volatile } => RhaiFunc::Method {
            func: Shared::new(move |context: Option<NativeCallContext<'_>>, arguments: &mut _| {
                let position = position_of(context.as_ref());
                func(context.filter(|_| has_context), arguments).map_err(|e| at(e, position))
            }),
            has_context: true,
            is_pure,
            is_volatile,
        },
        other => other,
    }
}

fn position_of(context: Option<&NativeCallContext<'_>>) -> Position {
    context.map_or(Position::NONE, NativeCallContext::call_position)
}

fn at(mut error: super::ScriptError, position: Position) -> super::ScriptError {
    if error.position().is_none() {
        error.set_position(position);
    }
    error
}

//! `transaction { … }`: several changes of the store, or none of them.

use std::sync::Arc;

use rhai::{Dynamic, Engine, EvalAltResult, EvalContext, Expression};

use super::OwnStore;
use crate::runner::ScriptResult;

/// Gives an interpreter the block.
pub(super) fn register(rhai: &mut Engine, store: Arc<OwnStore>) {
    let evaluate = move |context: &mut EvalContext<'_, '_, '_, '_, '_, '_>,
                         inputs: &[Expression<'_>]|
          -> ScriptResult<Dynamic> {
        store.begin()?;
        // Ends the transaction also when a host function panics inside of the block.
        let mut open = Open { store: &store, is_open: true };
        let result = context.eval_expression_tree(&inputs[0]);
        open.is_open = false;
        let keep = match &result {
            Ok(_) => true,
            // `return`, `break`, `continue` and `exit` leave a block in order.
            Err(error) => {
                matches!(
                    **error,
                    EvalAltResult::Return(..)
                        | EvalAltResult::LoopBreak(..)
                        | EvalAltResult::Exit(..)
                )
            }
        };
        store.end(keep)?;
        result
    };
    #[expect(clippy::expect_used, reason = "the syntax is a constant, and every test would fail")]
    rhai.register_custom_syntax(["transaction", "$block$"], true, evaluate)
        .expect("a syntax that Rhai accepts");
}

struct Open<'a> {
    store: &'a OwnStore,
    is_open: bool,
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        if self.is_open {
            // Only reached while a panic goes through: there is nobody to tell.
            self.store.end(false).ok();
        }
    }
}

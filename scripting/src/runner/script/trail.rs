//! The places of errors that Rhai lets fall.
//!
//! What no script may catch (a value that is too large, the end of a call) loses its place whenever
//! it leaves a function. So the body of each function is evaluated through a node of ours, which
//! notes on the way out where such an error was. Bodies cannot be changed once they are compiled;
//! the node is compiled in their stead, and has the statements with it.
//!
//! ```text
//! compiled ─▶ followed ─▶ every body is [Body] ─▶ error ─▶ Trail ─▶ words.rs ─▶ Problem
//! ```

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use rhai::{
    AST, ASTNode, Dynamic, Engine, EvalContext, Expr, Expression, ImmutableString, Module,
    OptimizationLevel, Position, ScriptFuncDef, Shared, Stmt, StmtBlock, Token,
};

use crate::runner::failure::ScriptResult;

/// The name under which Rhai knows the node; nobody can write it.
const KEY: &str = "body of a function";

/// Where the last error of a call passed that could not be caught, innermost first.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    steps: Mutex<Vec<Step>>,
}

/// One function that such an error left.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// Its name; those of closures begin with `anon$`.
    pub(crate) function: ImmutableString,
    /// The file in which it stands.
    pub(crate) source: ImmutableString,
    /// Where in it: the error itself, or the call that did not return.
    pub(crate) position: Position,
    level: usize,
}

impl Trail {
    /// What was noted of the last error; it is forgotten.
    pub(crate) fn take(&self) -> Vec<Step> {
        std::mem::take(&mut *self.steps.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&self, step: Step) {
        let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        // An error on its way out comes from further within; any other is a new one.
        if steps.last().is_some_and(|last| last.level <= step.level) {
            steps.clear();
        }
        steps.push(step);
    }
}

/// What is evaluated instead of a function's body.
#[derive(Clone)]
struct Body {
    statements: Arc<Expr>,
    function: ImmutableString,
    source: ImmutableString,
    position: Position,
}

impl Body {
    fn of(function: &Shared<ScriptFuncDef>, source: &ImmutableString) -> Self {
        let position = function.body.start_position();
        let statements =
            StmtBlock::new(statements_of(function), position, function.body.end_position());
        Self {
            statements: Arc::new(Expr::Stmt(statements.into())),
            function: function.name.clone(),
            source: source.clone(),
            position,
        }
    }

    fn evaluate(
        &self,
        evaluation: &mut EvalContext<'_, '_, '_, '_, '_, '_>,
        trail: &Trail,
    ) -> ScriptResult<Dynamic> {
        let evaluated = evaluation.eval_expression_tree(&Expression::from(&*self.statements));
        evaluated.inspect_err(|error| {
            if error.is_system_exception() {
                let known = error.position();
                trail.note(Step {
                    function: self.function.clone(),
                    source: self.source.clone(),
                    position: if known.is_none() { self.position } else { known },
                    level: evaluation.call_level(),
                });
            }
        })
    }
}

/// Teaches an interpreter the bodies that [`followed`] puts into scripts.
pub(crate) fn register(rhai: &mut Engine, trail: &Arc<Trail>) {
    let trail = Arc::clone(trail);
    let registered =
        rhai.register_custom_syntax_handler(KEY, false, move |evaluation, _, state| {
            match state.read_lock::<Body>() {
                Some(body) => body.evaluate(evaluation, &trail),
                None => Err(super::super::failure("a function without a body")),
            }
        });
    if let Err(error) = registered {
        tracing::error!("errors that cannot be caught will have no place: {error}");
    }
}

/// The script, with functions that leave a trail.
pub(crate) fn followed(compiled: &AST) -> AST {
    let source = ImmutableString::from(compiled.source().unwrap_or_default());
    let functions: Vec<_> = compiled.iter_fn_def().cloned().collect();
    let bodies = functions.iter().map(|function| Body::of(function, &source)).collect();
    // What cannot be followed runs all the same.
    let Some(nodes) = nodes(bodies) else { return compiled.clone() };
    let mut library = (**compiled.shared_lib()).clone();
    for (index, function) in functions.iter().enumerate() {
        if let Some(node) = nodes.get(&name_of(index)) {
            let mut function = (**function).clone();
            function.body = node.body.clone();
            library.set_script_fn(function);
        }
    }
    library.set_id(source.clone());
    AST::new_with_source(compiled.statements().iter().cloned(), library, source)
}

/// The statements of a function, which Rhai shows only to who walks through a whole script.
fn statements_of(function: &Shared<ScriptFuncDef>) -> Vec<Stmt> {
    let mut alone = Module::new();
    alone.set_script_fn(Shared::clone(function));
    let mut statements = Vec::new();
    AST::new([], alone).walk(&mut |path: &[ASTNode<'_>]| {
        if let [ASTNode::Stmt(statement)] = path {
            statements.push((*statement).clone());
        }
        true
    });
    statements
}

/// For each body a function, named by [`name_of`], that consists of the node which evaluates it.
fn nodes(bodies: VecDeque<Body>) -> Option<BTreeMap<String, Shared<ScriptFuncDef>>> {
    let mut text = String::new();
    for index in 0..bodies.len() {
        // Writing to a text does not fail.
        writeln!(text, "fn {}() {{ body }}", name_of(index)).ok();
    }
    let mut rhai = Engine::new_raw();
    rhai.set_optimization_level(OptimizationLevel::None);
    #[expect(deprecated, reason = "marked as one that may change; Rhai is pinned")]
    rhai.on_parse_token(|token, _, _| match &token {
        Token::Identifier(name) if name.as_str() == "body" => {
            Token::Identifier(Box::new(KEY.into()))
        }
        _ => token,
    });
    let bodies = Mutex::new(bodies);
    rhai.register_custom_syntax_with_state_raw(
        KEY,
        move |_, _, state| {
            let next = bodies.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            if let Some(body) = next {
                *state = Dynamic::from(body);
            }
            Ok(None)
        },
        false,
        |_, _, _| Ok(Dynamic::UNIT),
    );
    let compiled = rhai.compile(text).inspect_err(|error| {
        tracing::error!("errors that cannot be caught will have no place: {error}");
    });
    let compiled = compiled.ok()?;
    Some(compiled.iter_fn_def().map(|node| (node.name.to_string(), Shared::clone(node))).collect())
}

fn name_of(index: usize) -> String {
    format!("f{index}")
}

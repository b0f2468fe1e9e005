//! Scripts before and after they run: reading, compiling, and saying what went wrong.
//!
//! ```text
//! main.rhai ─▶ sources.rs ─▶ blocks.rs (row { … }) ─▶ Rhai ─▶ trail.rs ─▶ Script
//! import "x" ─▶ resolver.rs ─┘              EvalAltResult, Trail ─▶ words.rs ─▶ Problem
//! ```

mod blocks;
mod findings;
mod resolver;
mod sources;
mod trail;
mod words;

use std::path::Path;
use std::sync::Arc;

use rhai::{AST, Dynamic, Engine, EvalAltResult, Expr, ParseError, Position, Scope, Stmt};

pub(crate) use blocks::{Blocks, register as register_blocks};
pub(crate) use resolver::Resolver;
pub(crate) use sources::Sources;
pub(crate) use trail::{Trail, followed, register as register_trail};
pub(crate) use words::Words;

use super::failure::ScriptError;

/// What turns text into something that runs; one for each interpreter.
#[derive(Clone)]
pub(crate) struct Compiler {
    pub(crate) sources: Arc<Sources>,
    pub(crate) blocks: Arc<Blocks>,
}

impl Compiler {
    /// Compiles the text of a file, whose path relative to the app's folder is `name`.
    pub(crate) fn compile(
        &self,
        engine: &Engine,
        name: &str,
        text: &str,
    ) -> Result<AST, ParseError> {
        self.blocks.begin(text);
        let mut compiled = engine.compile(text)?;
        compiled.set_source(name);
        Ok(compiled)
    }

    /// Reads and compiles a file.
    pub(crate) fn read(&self, engine: &Engine, file: &Path) -> Result<AST, ScriptError> {
        let name = sources::name_of(file);
        let text = self.sources.read(file).map_err(super::failure)?;
        let inside = |error: ParseError| {
            let error = ScriptError::from(error);
            Box::new(EvalAltResult::ErrorInModule(name.clone(), error, Position::NONE))
        };
        self.compile(engine, &name, &text).map_err(inside)
    }
}

/// A script that was compiled and whose top level has been run once.
pub(crate) struct Script {
    functions: AST,
}

impl Script {
    /// Runs the top level, and keeps what functions may see of it: imports and constants. They are
    /// declared anew for each call, with the values they have now, because Rhai forgets them.
    pub(crate) fn begin(engine: &Engine, compiled: &AST) -> Result<Self, ScriptError> {
        let mut scope = Scope::new();
        engine.run_ast_with_scope(&mut scope, compiled)?;
        let declarations: Vec<Stmt> = compiled
            .statements()
            .iter()
            .filter_map(|statement| declaration(statement, &scope))
            .collect();
        let source = compiled.source().unwrap_or_default();
        let functions =
            AST::new_with_source(declarations, Arc::clone(compiled.shared_lib()), source);
        Ok(Self { functions })
    }

    /// What is called.
    pub(crate) fn functions(&self) -> &AST {
        &self.functions
    }

    /// Whether there is a function of that name that takes so many arguments.
    pub(crate) fn has(&self, function: &str, arguments: usize) -> bool {
        self.functions
            .iter_functions()
            .any(|known| known.name == function && known.params.len() == arguments)
    }

    /// All functions, with how many arguments they take.
    pub(crate) fn names(&self) -> Vec<(String, usize)> {
        self.functions
            .iter_functions()
            .map(|known| (known.name.to_owned(), known.params.len()))
            .collect()
    }
}

/// An `import`, or a `const` with the value that it got.
fn declaration(statement: &Stmt, scope: &Scope<'_>) -> Option<Stmt> {
    match statement {
        Stmt::Import(..) => Some(statement.clone()),
        Stmt::Var(parts, options, position) => {
            let (name, _, index) = &**parts;
            let value: Dynamic = scope.get_value::<Dynamic>(name.as_str())?;
            let constant = scope.is_constant(name.as_str())?;
            let value = Expr::DynamicConstant(Box::new(value), *position);
            constant
                .then(|| Stmt::Var(Box::new((name.clone(), value, *index)), *options, *position))
        }
        _ => None,
    }
}

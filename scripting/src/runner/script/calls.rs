//! Calls and imports of what there is not, found without running anything.

use std::collections::BTreeSet;

use rhai::{AST, ASTNode, EvalAltResult, Expr, FnCallExpr, Position, Stmt};

/// What Rhai understands without a function that it could name.
const BUILT_IN: [&str; 11] = [
    "Fn",
    "call",
    "curry",
    "debug",
    "eval",
    "is_def_fn",
    "is_def_var",
    "is_shared",
    "print",
    "this",
    "type_of",
];

/// The calls in a script that can only fail, as the errors that they would be. `host` holds the
/// functions of the host with their modules. What is called on a value (`value.call()`) cannot be
/// known before it runs, nor what lies in modules of the app's own.
pub(super) fn unknown(compiled: &AST, host: &[(Option<String>, String)]) -> Vec<EvalAltResult> {
    let mut known: BTreeSet<(Option<&str>, &str)> =
        host.iter().map(|(module, name)| (module.as_deref(), name.as_str())).collect();
    known.extend(compiled.iter_functions().map(|function| (None, function.name)));
    known.extend(BUILT_IN.map(|name| (None, name)));
    let modules: BTreeSet<&str> = known.iter().filter_map(|(module, _)| *module).collect();
    let mut found = Vec::new();
    compiled.walk(&mut |path: &[ASTNode<'_>]| {
        let Some((call, position)) = path.last().and_then(call) else { return true };
        let module = (!call.namespace.is_empty()).then(|| call.namespace.root());
        let ours = module.is_none_or(|module| modules.contains(module));
        if ours && call.op_token.is_none() && !known.contains(&(module, call.name.as_str())) {
            let path = module.map_or_else(String::new, |module| format!("{module}::"));
            let signature = format!("{path}{} ()", call.name);
            found.push(EvalAltResult::ErrorFunctionNotFound(signature, position));
        }
        true
    });
    found
}

/// What a script imports by a text that is known before it runs, and where.
pub(super) fn imports(compiled: &AST) -> Vec<(String, Position)> {
    let mut found = Vec::new();
    compiled.walk(&mut |path: &[ASTNode<'_>]| {
        if let Some(ASTNode::Stmt(Stmt::Import(parts, _))) = path.last()
            && let Expr::StringConstant(path, position) = &parts.0
        {
            found.push((path.to_string(), *position));
        }
        true
    });
    found
}

fn call<'a>(node: &ASTNode<'a>) -> Option<(&'a FnCallExpr, Position)> {
    match node {
        ASTNode::Expr(Expr::FnCall(call, position))
        | ASTNode::Stmt(Stmt::FnCall(call, position)) => Some((call, *position)),
        _ => None,
    }
}

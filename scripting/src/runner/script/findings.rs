//! What is wrong with a script that compiles, found without running it: calls and imports of what
//! there is not, calls with too many or too few arguments, and hooks that would never be called.

use std::collections::{BTreeMap, BTreeSet};

use rhai::{AST, ASTNode, EvalAltResult, Expr, FnCallExpr, Position, Stmt};

use super::resolver;
use super::words::{HostFunction, Words};
use crate::Problem;
use crate::nearest::nearest;

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

/// A function that Satchel calls: its name, how many arguments it may take, and how it is written.
type Hook = (&'static str, &'static [usize], &'static str);

const HOOKS: [Hook; 5] = [
    ("on_load", &[0], "fn on_load()"),
    ("on_run", &[0, 1], "fn on_run(input)"),
    ("on_ui", &[1], "fn on_ui(ui)"),
    ("on_event", &[1], "fn on_event(event)"),
    ("on_dispose", &[0], "fn on_dispose()"),
];

/// All that is wrong with one script of an app. `host` holds the functions of the host.
pub(super) fn of(
    words: &Words<'_>,
    compiled: &AST,
    file: &str,
    host: &[HostFunction],
) -> Vec<Problem> {
    let mut found = imports(words, compiled, file);
    found.extend(calls(words, compiled, file, host));
    if file == words.entry {
        found.extend(hooks(words, compiled));
    }
    found.sort_by_key(|problem| problem.place.as_ref().map(|place| (place.line, place.column)));
    found
}

/// Imports, by a text that is known before the script runs, of files that are not there.
fn imports(words: &Words<'_>, compiled: &AST, file: &str) -> Vec<Problem> {
    let mut found = Vec::new();
    compiled.walk(&mut |path: &[ASTNode<'_>]| {
        if let Some(ASTNode::Stmt(Stmt::Import(parts, _))) = path.last()
            && let Expr::StringConstant(path, position) = &parts.0
        {
            let read = resolver::file_of(path).and_then(|file| words.sources.read(&file));
            found.extend(read.err().map(|refused| words.at(file, *position, refused)));
        }
        true
    });
    found
}

/// Calls that can only fail. What is called on a value (`value.call()`) cannot be known before it
/// runs, nor what lies in modules of the app's own.
fn calls(words: &Words<'_>, compiled: &AST, file: &str, host: &[HostFunction]) -> Vec<Problem> {
    let mut known: BTreeMap<(Option<&str>, &str), BTreeSet<usize>> = BTreeMap::new();
    for function in host {
        let name = (function.module.as_deref(), function.name.as_str());
        known.entry(name).or_default().insert(function.parameters);
    }
    for function in compiled.iter_functions() {
        known.entry((None, function.name)).or_default().insert(function.params.len());
    }
    let modules: BTreeSet<&str> = known.keys().filter_map(|(module, _)| *module).collect();
    let mut found = Vec::new();
    compiled.walk(&mut |path: &[ASTNode<'_>]| {
        let Some((call, position)) = path.last().and_then(call) else { return true };
        let module = (!call.namespace.is_empty()).then(|| call.namespace.root());
        let ours = module.is_none_or(|module| modules.contains(module));
        let built_in = module.is_none() && BUILT_IN.contains(&call.name.as_str());
        if !ours || built_in || call.op_token.is_some() {
            return true;
        }
        let path = module.map_or_else(|| call.name.to_string(), |m| format!("{m}::{}", call.name));
        match known.get(&(module, call.name.as_str())) {
            None => {
                let error = EvalAltResult::ErrorFunctionNotFound(format!("{path} ()"), position);
                found.push(words.at(file, position, words.message(&error, file)));
            }
            Some(counts) if !counts.contains(&call.args.len()) => {
                let message =
                    format!("`{path}` takes {}, not {}", arguments(counts), call.args.len());
                found.push(words.at(file, position, message));
            }
            Some(_) => {}
        }
        true
    });
    found
}

/// `no arguments`, `1 argument`, `1 to 3 arguments`.
fn arguments(counts: &BTreeSet<usize>) -> String {
    let least = counts.first().copied().unwrap_or_default();
    let most = counts.last().copied().unwrap_or_default();
    match (least, most) {
        (0, 0) => "no arguments".to_owned(),
        (1, 1) => "1 argument".to_owned(),
        _ if least == most => format!("{most} arguments"),
        _ if counts.len() == 2 && least + 1 == most => format!("{least} or {most} arguments"),
        _ => format!("{least} to {most} arguments"),
    }
}

/// Functions that look like hooks, and that Satchel does not call.
fn hooks(words: &Words<'_>, compiled: &AST) -> Vec<Problem> {
    let functions: Vec<_> = compiled.iter_functions().collect();
    let mut found = Vec::new();
    for function in &functions {
        let hook = HOOKS.iter().find(|(name, ..)| *name == function.name);
        let message = match hook {
            Some((name, counts, written)) => {
                let fits = |function: &&rhai::ScriptFnMetadata<'_>| {
                    function.name == *name && counts.contains(&function.params.len())
                };
                if functions.iter().any(|function| fits(&function)) {
                    continue;
                }
                let given = function.params.len();
                format!("Satchel never calls `{name}` with {given} arguments: write `{written}`")
            }
            None => {
                let known = HOOKS.iter().map(|(name, ..)| *name);
                // One that the script itself calls, or names, is its own affair.
                let meant = function.name.starts_with("on_").then(|| nearest(function.name, known));
                let Some(meant) = meant.flatten().filter(|_| words.is_once(function.name)) else {
                    continue;
                };
                format!("nothing calls `{}`: did you mean `{meant}`?", function.name)
            }
        };
        let place = words.place_of_function(function.name);
        found.push(Problem { message, place, calls: Vec::new() });
    }
    found
}

fn call<'a>(node: &ASTNode<'a>) -> Option<(&'a FnCallExpr, Position)> {
    match node {
        ASTNode::Expr(Expr::FnCall(call, position))
        | ASTNode::Stmt(Stmt::FnCall(call, position)) => Some((call, *position)),
        _ => None,
    }
}

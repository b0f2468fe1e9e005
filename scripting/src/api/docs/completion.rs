//! What an editor offers while a name is being typed.

use super::{Call, Function, Module, reference};

/// One thing to offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What is typed, in full: `llm::chat`, `ui.button`, `row`, `on_run`.
    pub name: String,
    /// What it is.
    pub kind: CompletionKind,
    /// What is put in its place; `$0` is where the cursor goes.
    pub insert: String,
    /// How it is called, with types.
    pub signature: String,
    /// What it does, its parameters, result, errors and example; Markdown.
    pub help: String,
}

/// What a [`Completion`] stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionKind {
    /// A namespace, as `llm`.
    Module,
    /// A function.
    Function,
    /// A function that the app writes and Satchel calls.
    Hook,
    /// A word with a block behind it.
    Block,
    /// A word of the language.
    Keyword,
}

/// Words of the Rhai language that a script may use here (`eval` is switched off).
const KEYWORDS: &[&str] = &[
    "let",
    "const",
    "if",
    "else",
    "switch",
    "for",
    "in",
    "while",
    "loop",
    "do",
    "until",
    "break",
    "continue",
    "return",
    "throw",
    "try",
    "catch",
    "fn",
    "private",
    "import",
    "export",
    "as",
    "global",
    "this",
    "true",
    "false",
    "is_def_fn",
    "is_def_var",
    "is_shared",
    "type_of",
    "Fn",
    "call",
    "curry",
];

pub(super) fn completions(modules: &[&Module]) -> Vec<Completion> {
    let mut all: Vec<_> = KEYWORDS.iter().map(|word| keyword(word)).collect();
    for module in modules {
        if module.call == Call::Namespace {
            all.push(namespace(module));
        }
        all.extend(module.functions.iter().map(|function| completion(module, function)));
    }
    all.sort_by(|one, other| one.name.cmp(&other.name));
    all
}

fn completion(module: &Module, function: &Function) -> Completion {
    let name = module.path_of(function);
    let signature = function.signature();
    let takes_nothing = signature.parameters.is_empty();
    let (kind, insert) = match module.call {
        Call::Hook => (CompletionKind::Hook, hook(function)),
        Call::Block if signature.parameters.iter().all(|parameter| parameter.optional) => {
            (CompletionKind::Block, format!("{name} {{\n    $0\n}}"))
        }
        Call::Block => (CompletionKind::Block, format!("{name} \"$0\" {{\n}}")),
        _ if takes_nothing => (CompletionKind::Function, format!("{name}()$0")),
        _ => (CompletionKind::Function, format!("{name}($0)")),
    };
    Completion {
        name,
        kind,
        insert,
        signature: reference::heading(module, function),
        help: help(function),
    }
}

fn hook(function: &Function) -> String {
    let signature = function.signature();
    let names: Vec<_> = signature.parameters.into_iter().map(|parameter| parameter.name).collect();
    format!("fn {}({}) {{\n    $0\n}}", signature.name, names.join(", "))
}

fn help(function: &Function) -> String {
    let mut help = function.about.to_owned();
    for (name, meaning) in function.parameters {
        help.push_str(&format!("\n\n`{name}`: {meaning}"));
    }
    for (word, text) in [("Returns", function.returns), ("Fails", function.errors)] {
        if !text.is_empty() {
            help.push_str(&format!("\n\n{word} {text}"));
        }
    }
    if !function.example.is_empty() {
        help.push_str(&format!("\n\n```rhai\n{}\n```", function.example.trim_matches('\n')));
    }
    help
}

fn namespace(module: &Module) -> Completion {
    Completion {
        name: module.name.to_owned(),
        kind: CompletionKind::Module,
        insert: format!("{}::$0", module.name),
        signature: module.name.to_owned(),
        help: [module.summary, module.notes].join("\n\n").trim().to_owned(),
    }
}

fn keyword(word: &str) -> Completion {
    Completion {
        name: word.to_owned(),
        kind: CompletionKind::Keyword,
        insert: word.to_owned(),
        signature: word.to_owned(),
        help: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::CompletionKind;
    use crate::api::docs::completions;

    #[test]
    fn each_name_is_offered_once_with_help() {
        let all = completions();
        for pair in all.windows(2) {
            assert_ne!(pair[0].name, pair[1].name);
        }
        for completion in all.iter().filter(|one| one.kind != CompletionKind::Keyword) {
            assert!(!completion.help.is_empty(), "{} is not explained", completion.name);
            assert!(completion.insert.contains("$0"), "{} has no cursor", completion.name);
        }
    }

    #[test]
    fn a_hook_is_inserted_as_a_whole_function() {
        let all = completions();
        let run = all.iter().find(|one| one.name == "on_run").expect("on_run is offered");
        assert_eq!(run.insert, "fn on_run(input) {\n    $0\n}");
    }
}

//! The reference page.

use std::fmt::Write;

use super::{Call, Function, Module};

const HEAD: &str = "\
# Reference of the host API

What an app can use. This page is made from the program itself, and each of its examples is run by a \
test; `// →` says what a line prints. How to write an app is told in [README.md](README.md).

In signatures, `name?` may be left out, `a|b` is either of two types, and `any` is any value. A \
function that fails throws an error that `try { … } catch (error) { … }` catches; an error that \
nobody catches ends the call and is shown with file, line and column.
";

/// The page for `modules`.
pub(super) fn markdown(modules: &[&Module]) -> String {
    let mut page = HEAD.to_owned();
    page.push_str("\n| | |\n|---|---|\n");
    for module in modules {
        let title = title(module);
        push(&mut page, format_args!("| [{title}](#{}) | {} |\n", anchor(&title), module.summary));
    }
    for module in modules {
        section(&mut page, module);
    }
    page
}

fn section(page: &mut String, module: &Module) {
    push(page, format_args!("\n## {}\n\n{}\n", title(module), module.summary));
    if !module.notes.is_empty() {
        push(page, format_args!("\n{}\n", module.notes.trim()));
    }
    for function in module.functions {
        entry(page, module, function);
    }
}

fn entry(page: &mut String, module: &Module, function: &Function) {
    push(page, format_args!("\n### `{}`\n\n", heading(module, function)));
    push(page, format_args!("{}\n", function.about));
    if !function.parameters.is_empty() {
        page.push('\n');
        for (name, meaning) in function.parameters {
            push(page, format_args!("- `{name}`: {meaning}\n"));
        }
    }
    if !function.returns.is_empty() {
        push(page, format_args!("\nReturns {}\n", function.returns));
    }
    if !function.errors.is_empty() {
        push(page, format_args!("\nFails {}\n", function.errors));
    }
    if !function.example.is_empty() {
        push(page, format_args!("\n```rhai\n{}\n```\n", function.example.trim_matches('\n')));
    }
}

/// A signature as a script writes it: `llm::chat(messages: string|array, options?: map) -> map`.
pub(super) fn heading(module: &Module, function: &Function) -> String {
    match module.call {
        Call::Namespace => format!("{}::{}", module.name, function.signature),
        Call::Method => format!("{}.{}", module.name, function.signature),
        Call::Plain => function.signature.to_owned(),
        Call::Hook => format!("fn {}", function.signature),
        Call::Block => block(function),
    }
}

/// `group title { … }`, where a signature has brackets.
fn block(function: &Function) -> String {
    let signature = function.signature();
    let head = signature.parameters.iter().map(|parameter| {
        let mark = if parameter.optional { "?" } else { "" };
        format!(" {}{mark}", parameter.name)
    });
    format!("{}{} {{ … }}", signature.name, head.collect::<String>())
}

fn title(module: &Module) -> String {
    match module.call {
        Call::Namespace => format!("`{}`", module.name),
        Call::Method | Call::Plain | Call::Hook | Call::Block => module.name.to_owned(),
    }
}

/// The anchor that GitHub gives a heading.
fn anchor(title: &str) -> String {
    let kept = title.chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

fn push(page: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    page.write_fmt(text).ok();
}

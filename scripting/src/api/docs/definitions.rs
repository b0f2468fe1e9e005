//! The definition file for other editors, in the form that Rhai's language server reads.

use super::{Call, Function, Module, Signature};

const HEAD: &str = "\
/// The host API of Satchel. Made from the program; do not edit.
module static;
";

pub(super) fn definitions(modules: &[&Module]) -> String {
    let mut file = HEAD.to_owned();
    for module in modules {
        let functions: Vec<_> =
            module.functions.iter().flat_map(|function| forms(module, function)).collect();
        match module.call {
            Call::Namespace => {
                file.push_str(&format!(
                    "\n{}module {} {{\n",
                    comment(module.summary, ""),
                    module.name
                ));
                functions.iter().for_each(|form| file.push_str(&indented(form)));
                file.push_str("}\n");
            }
            Call::Plain | Call::Method => {
                functions.iter().for_each(|form| file.push_str(&format!("\n{form}")));
            }
            // Hooks are the app's own functions, and blocks no functions at all.
            Call::Hook | Call::Block => {}
        }
    }
    file
}

/// One definition for each number of arguments that it can be called with.
fn forms(module: &Module, function: &Function) -> Vec<String> {
    let signature = function.signature();
    let one = |count: usize| {
        let receiver = (module.call == Call::Method).then(|| format!("{}: ?", module.name));
        let given = signature.parameters[..count].iter();
        let given = given.map(|parameter| format!("{}: {}", parameter.name, kind(&parameter.kind)));
        let inside: Vec<_> = receiver.into_iter().chain(given).collect();
        format!(
            "{}fn {}({}){};\n",
            comment(function.about, ""),
            signature.name,
            inside.join(", "),
            returned(&signature)
        )
    };
    signature.counts().map(one).collect()
}

fn returned(signature: &Signature) -> String {
    if signature.returns.is_empty() {
        " -> ()".to_owned()
    } else {
        format!(" -> {}", kind(&signature.returns))
    }
}

/// Rhai writes types with capitals and unknown ones as `?`.
fn kind(word: &str) -> String {
    let one = |word: &str| match word {
        "string" => "String".to_owned(),
        "number" => "int | float".to_owned(),
        "array" => "Array".to_owned(),
        "map" => "Map".to_owned(),
        "blob" => "Blob".to_owned(),
        "function" => "FnPtr".to_owned(),
        "int" | "float" | "bool" | "()" => word.to_owned(),
        _ => "?".to_owned(),
    };
    word.split('|').map(one).collect::<Vec<_>>().join(" | ")
}

fn comment(text: &str, indent: &str) -> String {
    text.lines().map(|line| format!("{indent}/// {line}\n")).collect()
}

fn indented(text: &str) -> String {
    let line = |line: &str| format!("    {line}\n");
    format!("\n{}", text.lines().map(line).collect::<String>())
}

#[cfg(test)]
mod tests {
    use crate::api::docs::definitions;

    #[test]
    fn each_number_of_arguments_has_its_definition() {
        let file = definitions();
        let json = file.split("module json {").nth(1).expect("a json module");
        assert!(json.contains("fn parse(text: String) -> ?;"), "{json}");
        assert!(file.contains("fn split(text: String, length: int) -> Array;"), "{file}");
        assert!(file.contains("fn split(text: String, length: int, overlap: int) -> Array;"));
    }
}

//! `json`: values as text that other programs understand.

use std::sync::Arc;

use rhai::Dynamic;
use serde_json::Value;

use super::docs::{Call, Function, Module};
use super::module::Noun;
use crate::plugin::CorePlugin;
use crate::runner::{Context, ScriptResult, failure};
use crate::value::{to_dynamic, to_json};

pub(super) const DOCS: Module = Module {
    name: "json",
    summary: "Turns values into JSON text and back.",
    notes: "`null` is `()`, objects are maps (sorted by key), whole numbers are `int` and other numbers `float`.",
    call: Call::Namespace,
    functions: &[
        Function {
            signature: "parse(text: string) -> any",
            about: "The value that a JSON text stands for.",
            errors: "when the text is no JSON, with line and column.",
            example: r#"
let order = json::parse(`{ "item": "tea", "count": 2 }`);
print(order.item);      // → tea
print(order.count + 1); // → 3"#,
            ..Function::EMPTY
        },
        Function {
            signature: "stringify(value: any) -> string",
            about: "A value as JSON in one line.",
            errors: "when something in the value has no JSON form, such as a function, with its place in the value.",
            example: r#"print(json::stringify(#{ item: "tea", counts: [1, 2.5, ()] })); // → {"counts":[1,2.5,null],"item":"tea"}"#,
            ..Function::EMPTY
        },
        Function {
            signature: "pretty(value: any) -> string",
            about: "A value as JSON in several lines, for people.",
            errors: "as `json::stringify`.",
            example: r#"print(text::lines(json::pretty(#{ item: "tea" })).len); // → 3"#,
            ..Function::EMPTY
        },
    ],
};

/// The noun `json`.
pub(super) struct Json;

impl CorePlugin for Json {
    fn name(&self) -> &'static str {
        DOCS.name
    }

    fn register(&self, rhai: &mut rhai::Engine, _context: &Arc<Context>) {
        let mut noun = Noun::new(&DOCS);
        noun.add("parse", parse);
        noun.add("stringify", |value: Dynamic| value_of(&value).map(|value| value.to_string()));
        noun.add("pretty", |value: Dynamic| value_of(&value).map(|value| format!("{value:#}")));
        noun.register(rhai);
    }
}

fn parse(text: &str) -> ScriptResult<Dynamic> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| failure(format!("the text is no JSON: {error}")))?;
    Ok(to_dynamic(&value))
}

/// The JSON of a script's value.
pub(super) fn value_of(value: &Dynamic) -> ScriptResult<Value> {
    to_json(value).map_err(|error| failure(error.to_string()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::parse;

    proptest! {
        #[test]
        fn any_text_is_a_value_or_an_error_with_its_line(text in ".{0,40}") {
            if let Err(error) = parse(&text) {
                let error = error.to_string();
                prop_assert!(error.contains("no JSON") && error.contains("line "), "{}", error);
            }
        }
    }
}

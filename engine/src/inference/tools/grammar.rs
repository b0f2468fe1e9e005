//! A grammar for calls, so that a model that has begun one can only finish a sound one.

use serde_json::{Value, json};

use super::format::{Format, NAMED_SEPARATOR, Payload};
use super::{Tool, ToolChoice};
use crate::inference::constraint::WHITE_SPACE;

/// The grammar of a call in Lark, as llguidance reads it. `whole`: from the opening marker on, else
/// from behind it. `control` says which token a marker is, if it is a control token. `None` for a
/// form whose arguments are no JSON.
pub(crate) fn grammar(
    format: &Format,
    tools: &[Tool],
    choice: &ToolChoice,
    whole: bool,
    control: impl Fn(&str) -> Option<i32>,
) -> Option<String> {
    let marker = |text: &str| match control(text) {
        Some(token) => format!("<[{token}]>"),
        None => Value::from(text).to_string(),
    };
    let json_payload = matches!(format.payload, Payload::Object | Payload::List | Payload::Named);
    if !json_payload {
        return None;
    }
    let chosen = tools.iter().filter(|tool| match choice {
        ToolChoice::Named(name) => tool.name == *name,
        _ => true,
    });
    let mut rules = String::new();
    let mut names = Vec::new();
    for (index, tool) in chosen.enumerate() {
        let arguments = format!("%json {}", schema(&tool.parameters));
        let rule = if format.payload == Payload::Named {
            let name = Value::from(tool.name.as_str());
            format!("{name} {} {arguments}", marker(NAMED_SEPARATOR))
        } else {
            let head = format!("{{\"name\": \"{}\", \"{}\": ", tool.name, format.arguments);
            format!("{} {arguments} \"}}\"", Value::from(head))
        };
        rules.push_str(&format!("call_{index}: {rule}\n"));
        names.push(format!("call_{index}"));
    }
    let call = format!("({})", names.join(" | "));
    let calls = match format.payload {
        Payload::List => format!("\"[\" {call} (\", \" {call})* \"]\""),
        _ => call,
    };
    let open =
        if whole && !format.bare { format!("{} ", marker(format.open)) } else { String::new() };
    let close = if format.close.is_empty() {
        String::new()
    } else {
        format!(" space {}", marker(format.close))
    };
    Some(format!("start: {open}space {calls}{close}\nspace: /[ \\n]{{0,4}}/\n{rules}"))
}

/// A tool's schema for arguments that are always an object.
fn schema(parameters: &Value) -> Value {
    let mut fields = parameters.as_object().cloned().unwrap_or_default();
    fields.entry("type").or_insert_with(|| json!("object"));
    // Tools come from everywhere: what the grammar does not know of a schema is left to the caller.
    let options = json!({ "whitespace_pattern": WHITE_SPACE, "lenient": true });
    fields.insert("x-guidance".to_owned(), options);
    Value::Object(fields)
}

//! Reads the payload of a call as far as it has come, and writes one.

use serde_json::{Map, Value};

use super::format::{Format, NAMED_SEPARATOR, Payload};
use super::{Tool, ToolCall, written};

/// Longer payloads, in bytes, are no calls.
const PAYLOAD_BYTES_MAX: usize = 1 << 20;

/// What was found at the beginning of a text.
#[derive(Debug, PartialEq)]
pub(super) enum Found {
    /// It may become a call.
    Unfinished,
    /// It is none.
    Nothing,
    /// Calls by name with their arguments, and how many bytes they take, closing marker included.
    Calls(Vec<(String, Value)>, usize),
}

/// Reads what follows the opening marker. `ended`: nothing more will come.
pub(super) fn read(format: &Format, tools: &[Tool], text: &str, ended: bool) -> Found {
    let found = match format.payload {
        Payload::Object | Payload::List => read_json(format, tools, text, ended),
        Payload::Named => read_named(tools, text),
        Payload::Functions | Payload::Pairs => read_tagged(format, tools, text, ended),
    };
    match found {
        Found::Unfinished if ended || text.len() > PAYLOAD_BYTES_MAX => Found::Nothing,
        found => found,
    }
}

fn read_json(format: &Format, tools: &[Tool], text: &str, ended: bool) -> Found {
    let start = text.len() - text.trim_start().len();
    let Some(first) = text[start..].chars().next() else { return Found::Unfinished };
    if first != '{' && first != '[' {
        return Found::Nothing;
    }
    let Some(length) = json_length(&text[start..]) else { return Found::Unfinished };
    let end = start + length;
    let Some(calls) =
        serde_json::from_str(&text[start..end]).ok().and_then(|value| calls_of(&value, tools))
    else {
        return Found::Nothing;
    };
    // Models that end their turn without the closing marker are understood all the same.
    match close(format, &text[end..]) {
        None if !ended => Found::Unfinished,
        rest => Found::Calls(calls, end + rest.unwrap_or(0)),
    }
}

/// The bytes up to the end of the closing marker, 0 if something else comes; `None` if that cannot
/// be told yet.
fn close(format: &Format, rest: &str) -> Option<usize> {
    if format.close.is_empty() {
        return Some(0);
    }
    let marker = rest.trim_start();
    if marker.starts_with(format.close) {
        return Some(rest.len() - marker.len() + format.close.len());
    }
    if format.close.starts_with(marker) { None } else { Some(0) }
}

fn read_named(tools: &[Tool], text: &str) -> Found {
    let Some(brace) = text.find('{') else {
        let name = name_of(text);
        let may = name.len() <= 80 && !name.contains(char::is_whitespace);
        return if may { Found::Unfinished } else { Found::Nothing };
    };
    let name = name_of(&text[..brace]);
    if !tools.iter().any(|tool| tool.name == name) {
        return Found::Nothing;
    }
    let Some(length) = json_length(&text[brace..]) else { return Found::Unfinished };
    let end = brace + length;
    match serde_json::from_str(&text[brace..end]) {
        Ok(arguments) => Found::Calls(vec![(name.to_owned(), arguments)], end),
        Err(_) => Found::Nothing,
    }
}

/// What comes before the first marker: one with an id may stand before that of the arguments.
fn name_of(text: &str) -> &str {
    text.split('[').next().unwrap_or_default().trim()
}

/// Calls whose arguments stand between tags, one by one, as text.
fn read_tagged(format: &Format, tools: &[Tool], text: &str, ended: bool) -> Found {
    let (body, length) = match text.find(format.close) {
        Some(at) => (&text[..at], at + format.close.len()),
        None if ended => (text, text.len()),
        None => return Found::Unfinished,
    };
    let call = match format.payload {
        Payload::Pairs => read_pairs(tools, body),
        _ => read_function(tools, body),
    };
    call.map_or(Found::Nothing, |call| Found::Calls(vec![call], length))
}

fn read_function(tools: &[Tool], body: &str) -> Option<(String, Value)> {
    let (name, mut rest) = body.split_once("<function=")?.1.split_once('>')?;
    let tool = tools.iter().find(|tool| tool.name == name.trim())?;
    let mut arguments = Map::new();
    while let Some((_, parameter)) = rest.split_once("<parameter=") {
        let (key, after) = parameter.split_once('>')?;
        let (value, after) = after.split_once("</parameter>")?;
        arguments.insert(key.trim().to_owned(), typed(tool, key.trim(), value));
        rest = after;
    }
    Some((tool.name.clone(), Value::Object(arguments)))
}

fn read_pairs(tools: &[Tool], body: &str) -> Option<(String, Value)> {
    let name = body.split("<arg_key>").next()?.trim();
    let tool = tools.iter().find(|tool| tool.name == name)?;
    let mut arguments = Map::new();
    let mut rest = body;
    while let Some((_, pair)) = rest.split_once("<arg_key>") {
        let (key, after) = pair.split_once("</arg_key>")?;
        let (value, after) = after.split_once("<arg_value>")?.1.split_once("</arg_value>")?;
        arguments.insert(key.trim().to_owned(), typed(tool, key.trim(), value));
        rest = after;
    }
    Some((tool.name.clone(), Value::Object(arguments)))
}

/// A value that was written as text: a string where the schema says so, else JSON if it is any.
fn typed(tool: &Tool, key: &str, text: &str) -> Value {
    let text = text.strip_prefix('\n').unwrap_or(text);
    let text = text.strip_suffix('\n').unwrap_or(text);
    if tool.parameters["properties"][key]["type"] == "string" {
        return Value::from(text);
    }
    serde_json::from_str(text.trim()).unwrap_or_else(|_| Value::from(text))
}

/// The calls in a JSON value: all of them are calls of known tools, or it is no call.
fn calls_of(value: &Value, tools: &[Tool]) -> Option<Vec<(String, Value)>> {
    match value {
        Value::Array(items) if !items.is_empty() => {
            items.iter().map(|item| call_of(item, tools)).collect()
        }
        value => Some(vec![call_of(value, tools)?]),
    }
}

fn call_of(value: &Value, tools: &[Tool]) -> Option<(String, Value)> {
    // OpenAI's form wraps the call.
    let call = value.get("function").filter(|inner| inner.is_object()).unwrap_or(value);
    let name = call.get("name")?.as_str()?;
    let tool = tools.iter().find(|tool| tool.name == name)?;
    let given = call.get("arguments").or_else(|| call.get("parameters"));
    let arguments = match given {
        None | Some(Value::Null) => Value::Object(Map::new()),
        Some(Value::String(text)) => serde_json::from_str(text).ok()?,
        Some(arguments) => arguments.clone(),
    };
    arguments.is_object().then(|| (tool.name.clone(), arguments))
}

/// The length of the JSON object or array that a text begins with; `None` if it does not end.
pub(super) fn json_length(text: &str) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// A call as the model would have written it.
pub(super) fn write(format: &Format, call: &ToolCall) -> String {
    let Format { open, close, .. } = format;
    let (name, arguments) = (&call.name, &call.arguments);
    match format.payload {
        Payload::Object => {
            let object = written(name, arguments, format.arguments);
            if format.bare {
                return object.to_string();
            }
            format!("{open}\n{object}\n{close}")
        }
        Payload::List => format!("{open}[{}]{close}", written(name, arguments, format.arguments)),
        Payload::Named => format!("{open}{name}{NAMED_SEPARATOR}{arguments}{close}"),
        Payload::Functions | Payload::Pairs => {
            let fields = arguments.as_object().into_iter().flatten();
            let pairs: String = fields
                .map(|(key, value)| {
                    let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    if format.payload == Payload::Pairs {
                        format!("<arg_key>{key}</arg_key>\n<arg_value>{value}</arg_value>\n")
                    } else {
                        format!("<parameter={key}>\n{value}\n</parameter>\n")
                    }
                })
                .collect();
            if format.payload == Payload::Pairs {
                format!("{open}{name}\n{pairs}{close}")
            } else {
                format!("{open}\n<function={name}>\n{pairs}</function>\n{close}")
            }
        }
    }
}

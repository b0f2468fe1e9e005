//! Values are printed as Python prints them: a template that writes a flag means `True`.

use std::fmt::Write;

use minijinja::value::{Value, ValueKind};
use minijinja::{Error, Output};

/// Deeper than this a value is printed as `...`; no template means to print such a one.
const DEPTH_MAX: usize = 32;

/// Writes what `{{ value }}` gives.
pub(super) fn write(out: &mut Output<'_>, value: &Value) -> Result<(), Error> {
    match value.as_str() {
        Some(text) => out.write_str(text)?,
        None => repr(out, value, 0)?,
    }
    Ok(())
}

fn repr(out: &mut Output<'_>, value: &Value, depth: usize) -> Result<(), Error> {
    match value.kind() {
        ValueKind::Undefined => {}
        ValueKind::None => out.write_str("None")?,
        ValueKind::Bool => out.write_str(if value.is_true() { "True" } else { "False" })?,
        _ if depth > DEPTH_MAX => out.write_str("...")?,
        ValueKind::String => quote(out, value.as_str().unwrap_or_default())?,
        ValueKind::Seq => {
            out.write_char('[')?;
            for (at, item) in value.try_iter()?.enumerate() {
                out.write_str(if at == 0 { "" } else { ", " })?;
                repr(out, &item, depth + 1)?;
            }
            out.write_char(']')?;
        }
        ValueKind::Map => {
            out.write_char('{')?;
            for (at, key) in value.try_iter()?.enumerate() {
                out.write_str(if at == 0 { "" } else { ", " })?;
                repr(out, &key, depth + 1)?;
                out.write_str(": ")?;
                repr(out, &value.get_item(&key)?, depth + 1)?;
            }
            out.write_char('}')?;
        }
        ValueKind::Invalid => return Err(Error::from(minijinja::ErrorKind::BadSerialization)),
        _ => write!(out, "{value}")?,
    }
    Ok(())
}

/// In single quotes, unless the text has single quotes and no double ones.
fn quote(out: &mut Output<'_>, text: &str) -> Result<(), Error> {
    let mark = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.write_char(mark)?;
    for character in text.chars() {
        match character {
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\t' => out.write_str("\\t")?,
            '\\' => out.write_str("\\\\")?,
            other if other == mark => write!(out, "\\{other}")?,
            other => out.write_char(other)?,
        }
    }
    out.write_char(mark)?;
    Ok(())
}

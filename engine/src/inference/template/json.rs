//! `tojson` as in Python's `json.dumps`, whose spacing models have learnt: `{"a": 1, "b": [2]}`.

use minijinja::value::{Kwargs, Value, ValueKind};
use minijinja::{Error, ErrorKind};

/// Deeper values are refused, since they are written recursively.
const DEPTH_MAX: usize = 128;

/// The options of `json.dumps` that templates use.
#[derive(Clone, Debug)]
pub(super) struct Style {
    ensure_ascii: bool,
    indent: Option<usize>,
    sort_keys: bool,
    between_items: String,
    after_key: String,
}

impl Style {
    /// From the arguments of the filter.
    pub(super) fn from_options(indent: Option<usize>, options: &Kwargs) -> Result<Self, Error> {
        let indent = indent.or(options.get("indent")?);
        let separators: Option<Vec<String>> = options.get("separators")?;
        let (between_items, after_key) = match separators.as_deref() {
            Some([items, key]) => (items.clone(), key.clone()),
            Some(_) => return Err(invalid("separators must be two strings")),
            None if indent.is_some() => (",".to_owned(), ": ".to_owned()),
            None => (", ".to_owned(), ": ".to_owned()),
        };
        Ok(Self {
            ensure_ascii: options.get::<Option<bool>>("ensure_ascii")?.unwrap_or(false),
            indent,
            sort_keys: options.get::<Option<bool>>("sort_keys")?.unwrap_or(false),
            between_items,
            after_key,
        })
    }
}

/// Writes a value as JSON.
pub(super) fn to_string(value: &Value, style: &Style) -> Result<String, Error> {
    let mut writer = Writer { style, text: String::new() };
    writer.value(value, 0)?;
    Ok(writer.text)
}

struct Writer<'a> {
    style: &'a Style,
    text: String,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), Error> {
        if depth > DEPTH_MAX {
            return Err(invalid("a value is nested too deep for JSON"));
        }
        match value.kind() {
            ValueKind::None => self.text.push_str("null"),
            ValueKind::Bool => self.text.push_str(if value.is_true() { "true" } else { "false" }),
            ValueKind::Number => self.number(value)?,
            ValueKind::String => self.string(value.as_str().unwrap_or_default())?,
            ValueKind::Seq | ValueKind::Iterable => self.list(value, depth)?,
            ValueKind::Map => self.map(value, depth)?,
            kind => return Err(invalid(&format!("{kind} is no JSON"))),
        }
        Ok(())
    }

    fn number(&mut self, value: &Value) -> Result<(), Error> {
        let number = serde_json::to_string(value).map_err(|error| invalid(&error.to_string()))?;
        self.text.push_str(&number);
        Ok(())
    }

    fn list(&mut self, value: &Value, depth: usize) -> Result<(), Error> {
        self.text.push('[');
        let mut empty = true;
        for item in value.try_iter()? {
            self.separate(&mut empty, depth);
            self.value(&item, depth + 1)?;
        }
        self.close(']', empty, depth);
        Ok(())
    }

    fn map(&mut self, value: &Value, depth: usize) -> Result<(), Error> {
        self.text.push('{');
        let mut keys: Vec<Value> = value.try_iter()?.collect();
        if self.style.sort_keys {
            keys.sort();
        }
        let mut empty = true;
        for key in keys {
            self.separate(&mut empty, depth);
            // JSON has only strings for keys; Python writes numbers as such.
            self.string(&key.to_string())?;
            self.text.push_str(&self.style.after_key);
            self.value(&value.get_item(&key)?, depth + 1)?;
        }
        self.close('}', empty, depth);
        Ok(())
    }

    fn string(&mut self, text: &str) -> Result<(), Error> {
        let quoted = serde_json::to_string(text).map_err(|error| invalid(&error.to_string()))?;
        if !self.style.ensure_ascii {
            self.text.push_str(&quoted);
            return Ok(());
        }
        for character in quoted.chars() {
            if character.is_ascii() {
                self.text.push(character);
            } else {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    self.text.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
        Ok(())
    }

    fn separate(&mut self, empty: &mut bool, depth: usize) {
        if !std::mem::take(empty) {
            self.text.push_str(&self.style.between_items);
        }
        self.line(depth + 1);
    }

    fn close(&mut self, bracket: char, empty: bool, depth: usize) {
        if !empty {
            self.line(depth);
        }
        self.text.push(bracket);
    }

    fn line(&mut self, depth: usize) {
        if let Some(indent) = self.style.indent {
            self.text.push('\n');
            self.text.extend(std::iter::repeat_n(' ', indent.min(16) * depth));
        }
    }
}

fn invalid(words: &str) -> Error {
    Error::new(ErrorKind::InvalidOperation, words.to_owned())
}

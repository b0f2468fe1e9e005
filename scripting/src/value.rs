//! Values on their way between scripts and JSON.
//!
//! JSON is what crosses every border: inputs and outputs of runs, settings, the store, requests.
//! Functions, ranges and host objects cannot cross, and the error says where in the value they are.

use rhai::{Array, Blob, Dynamic, FLOAT, INT, ImmutableString, Map};
use serde_json::{Number, Value};

/// How deep values may be nested; deeper ones may well contain themselves.
const MAX_DEPTH: usize = 128;

/// Why a script's value is no JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// It is, or holds, something that only lives inside the script.
    #[error(
        "{} is a {kind}, which JSON has no form for: use text, numbers, true, false, (), arrays and maps",
        whereabouts(path)
    )]
    NoData {
        /// Where in the value, as `.rows[3].name`; empty for the value itself.
        path: String,
        /// What lies there.
        kind: String,
    },
    /// JSON knows neither infinity nor what is no number.
    #[error("{} is {number}, and JSON only has finite numbers", whereabouts(path))]
    NotFinite {
        /// Where in the value.
        path: String,
        /// `NaN`, `inf` or `-inf`.
        number: String,
    },
    /// Too many levels.
    #[error("the value is nested more than {MAX_DEPTH} levels deep: does it contain itself?")]
    TooDeep,
}

fn whereabouts(path: &str) -> String {
    if path.is_empty() { "the value".to_owned() } else { format!("the value's {path}") }
}

/// The JSON of a script's value: `()` is `null`, a character is a string of one.
///
/// # Errors
/// When something in it has no JSON form; the error says where.
pub fn to_json(value: &Dynamic) -> Result<Value, ValueError> {
    json_at(value, &mut String::new(), 0)
}

fn json_at(value: &Dynamic, path: &mut String, depth: usize) -> Result<Value, ValueError> {
    if depth > MAX_DEPTH {
        return Err(ValueError::TooDeep);
    }
    if value.is_unit() {
        return Ok(Value::Null);
    }
    if let Ok(truth) = value.as_bool() {
        return Ok(Value::Bool(truth));
    }
    if let Ok(number) = value.as_int() {
        return Ok(number.into());
    }
    if let Ok(number) = value.as_float() {
        let not_finite =
            || ValueError::NotFinite { path: path.clone(), number: number.to_string() };
        return Number::from_f64(number).map(Value::Number).ok_or_else(not_finite);
    }
    if let Ok(character) = value.as_char() {
        return Ok(character.to_string().into());
    }
    if let Ok(text) = value.as_immutable_string_ref() {
        return Ok(text.as_str().into());
    }
    if let Ok(items) = value.as_array_ref() {
        let item = |(index, item)| step(path, &format!("[{index}]"), item, depth);
        return items.iter().enumerate().map(item).collect::<Result<_, _>>().map(Value::Array);
    }
    if let Ok(entries) = value.as_map_ref() {
        let entry = |(key, value): (&rhai::Identifier, &Dynamic)| {
            step(path, &format!(".{key}"), value, depth).map(|value| (key.to_string(), value))
        };
        return entries.iter().map(entry).collect::<Result<_, _>>().map(Value::Object);
    }
    Err(ValueError::NoData { path: path.clone(), kind: kind(value) })
}

fn step(path: &mut String, part: &str, value: &Dynamic, depth: usize) -> Result<Value, ValueError> {
    let length = path.len();
    path.push_str(part);
    let value = json_at(value, path, depth + 1);
    path.truncate(length);
    value
}

/// A script's value for JSON. Whole numbers beyond 64 bits become floats.
pub fn to_dynamic(value: &Value) -> Dynamic {
    match value {
        Value::Null => Dynamic::UNIT,
        Value::Bool(truth) => (*truth).into(),
        Value::Number(number) => match number.as_i64() {
            Some(number) => Dynamic::from_int(number),
            None => Dynamic::from_float(number.as_f64().unwrap_or(FLOAT::MAX)),
        },
        Value::String(text) => text.as_str().into(),
        Value::Array(items) => items.iter().map(to_dynamic).collect::<Array>().into(),
        Value::Object(entries) => entries
            .iter()
            .map(|(key, value)| (key.as_str().into(), to_dynamic(value)))
            .collect::<Map>()
            .into(),
    }
}

/// What a value is, in the words of the reference: `string`, `int`, `map`, …
#[must_use]
pub fn kind(value: &Dynamic) -> String {
    let known = [
        (value.is_unit(), "()"),
        (value.is::<ImmutableString>(), "string"),
        (value.is::<INT>(), "int"),
        (value.is::<FLOAT>(), "float"),
        (value.is::<bool>(), "bool"),
        (value.is::<char>(), "char"),
        (value.is::<Array>(), "array"),
        (value.is::<Map>(), "map"),
        (value.is::<Blob>(), "blob"),
        (value.is::<rhai::FnPtr>(), "function"),
    ];
    let short = |name: &str| name.rsplit("::").next().unwrap_or(name).to_lowercase();
    let named = known.iter().find(|(is_it, _)| *is_it).map(|(_, name)| (*name).to_owned());
    named.unwrap_or_else(|| short(value.type_name()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rhai::{Array, Dynamic, Engine, Map};
    use serde_json::{Value, json};

    use super::{ValueError, kind, to_dynamic, to_json};

    fn json_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Into::into),
            (-1e9..1e9_f64).prop_map(|number| json!(number + 0.5)),
            ".{0,8}".prop_map(Value::String),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
                prop::collection::vec((".{0,6}", inner), 0..5)
                    .prop_map(|entries| Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn json_comes_back_as_it_went_in(value in json_value()) {
            prop_assert_eq!(to_json(&to_dynamic(&value)), Ok(value));
        }
    }

    #[test]
    fn what_is_no_data_is_named_with_its_place() {
        let value: Dynamic = Engine::new()
            .eval("#{ rows: [1, #{ sum: |a, b| a + b }] }")
            .expect("a script that runs");
        let error = to_json(&value).expect_err("a function is no JSON");
        assert_eq!(
            error,
            ValueError::NoData { path: ".rows[1].sum".into(), kind: "function".into() }
        );
        let error = to_json(&Dynamic::from_float(f64::NAN)).expect_err("no number");
        assert!(error.to_string().starts_with("the value is NaN"), "{error}");
    }

    #[test]
    fn a_value_nested_without_end_is_refused() {
        let deep = (0..200).fold(Dynamic::UNIT, |inner, _| Dynamic::from(vec![inner] as Array));
        assert_eq!(to_json(&deep), Err(ValueError::TooDeep));
    }

    #[test]
    fn kinds_are_the_words_of_the_reference() {
        assert_eq!(kind(&Dynamic::from(Map::new())), "map");
        assert_eq!(kind(&Dynamic::from("text")), "string");
        assert_eq!(kind(&Dynamic::UNIT), "()");
    }
}

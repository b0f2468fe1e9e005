//! `[input]` and `[output]`: JSON Schema, written in TOML.

use serde_json::Value as Json;

use super::fields::Field;

/// The schema, if it is one.
pub(super) fn read(field: &Field<'_, '_>) -> Option<Json> {
    field.fields()?;
    let schema = field.json()?;
    if let Err(error) = jsonschema::meta::validate(&schema) {
        let place = error.instance_path().to_string();
        let place = if place.is_empty() { String::new() } else { format!(" at {place}") };
        field.complain(format!("`{}` is no JSON Schema{place}: {error}", field.path));
        return None;
    }
    // A sound schema may still refer to what is not there.
    if let Err(error) = jsonschema::validator_for(&schema) {
        field.complain(format!("`{}` cannot be used as JSON Schema: {error}", field.path));
        return None;
    }
    Some(schema)
}

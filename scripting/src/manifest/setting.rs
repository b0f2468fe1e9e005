//! What a person can set about an app: `[[settings]]`.

use serde_json::{Map, Value as Json};

use super::fields::Field;

/// One thing that can be set about an app. The form in the window, `app::settings()` and the file of
/// choices are made from these.
#[derive(Clone, Debug, PartialEq)]
pub struct SettingRow {
    /// Its name in scripts and files: `word_limit`.
    pub key: String,
    /// Its name on the screen.
    pub title: String,
    /// What it does; may be empty.
    pub description: String,
    /// What its values are.
    pub kind: SettingKind,
    /// Its value until a person chooses one; `null` for none.
    pub default: Json,
}

/// The values of a setting.
#[derive(Clone, Debug, PartialEq)]
pub enum SettingKind {
    /// `string`: a text, edited in so many lines.
    Text {
        /// Height of the field.
        lines: u32,
    },
    /// `int`: a whole number, both ends included.
    Integer {
        /// The least.
        from: i64,
        /// The greatest.
        to: i64,
    },
    /// `float`: a number, both ends included.
    Number {
        /// The least.
        from: f64,
        /// The greatest.
        to: f64,
    },
    /// `bool`: on or off.
    Switch,
    /// `enum`: one of these texts.
    Choice {
        /// In the order in which they are shown.
        options: Vec<String>,
    },
    /// `model`: the name of a model; `null` for the one in use.
    Model,
    /// `collection`: the name of a collection of documents; `null` for none.
    Collection,
    /// `file`: the path of a file; `null` for none. Choosing it does not grant it.
    File,
    /// `secret`: a text that is kept apart and never shown; `null` for none.
    Secret,
}

/// Why a value is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{title}` has to be {expected}")]
pub struct SettingRefused {
    /// The setting's name on the screen.
    pub title: String,
    /// What its values are: `a whole number from 1 to 10`.
    pub expected: String,
}

const TYPES: [&str; 9] =
    ["string", "int", "float", "bool", "enum", "model", "collection", "file", "secret"];

/// The whole numbers that scripts, JSON and TOML all keep exactly.
const EXACT: std::ops::RangeInclusive<i64> = -(1 << 53)..=1 << 53;

impl SettingRow {
    /// The value as this setting wants it: whole numbers for `int`, texts without a last line break
    /// where there is one line.
    ///
    /// # Errors
    /// What the values of this setting are.
    pub fn check(&self, value: Json) -> Result<Json, SettingRefused> {
        let number = value.as_f64();
        let whole = value.as_i64().or_else(|| {
            let number = number.filter(|number| number.fract() == 0.0 && number.abs() < 9e15)?;
            Some(number as i64)
        });
        let checked = match &self.kind {
            SettingKind::Text { .. } => value.is_string().then_some(value),
            SettingKind::Integer { from, to } => {
                whole.filter(|number| (from..=to).contains(&number)).map(Json::from)
            }
            SettingKind::Number { from, to } => {
                number.filter(|number| (from..=to).contains(&number)).map(Json::from)
            }
            SettingKind::Switch => value.is_boolean().then_some(value),
            SettingKind::Choice { options } => {
                let known = value.as_str().is_some_and(|text| options.iter().any(|o| o == text));
                known.then_some(value)
            }
            SettingKind::Model
            | SettingKind::Collection
            | SettingKind::File
            | SettingKind::Secret => match value {
                Json::String(text) if text.is_empty() => Some(Json::Null),
                Json::String(_) | Json::Null => Some(value),
                _ => None,
            },
        };
        checked
            .ok_or_else(|| SettingRefused { title: self.title.clone(), expected: self.expected() })
    }

    /// What its values are, in words.
    #[must_use]
    pub fn expected(&self) -> String {
        match &self.kind {
            SettingKind::Text { .. } => "a text".to_owned(),
            SettingKind::Integer { from, to } if (*from, *to) == (*EXACT.start(), *EXACT.end()) => {
                "a whole number".to_owned()
            }
            SettingKind::Integer { from, to } => format!("a whole number from {from} to {to}"),
            SettingKind::Number { from, to } if *from == f64::MIN && *to == f64::MAX => {
                "a number".to_owned()
            }
            SettingKind::Number { from, to } => format!("a number from {from} to {to}"),
            SettingKind::Switch => "true or false".to_owned(),
            SettingKind::Choice { options } => format!("one of {}", options.join(", ")),
            SettingKind::Model => "the name of a model".to_owned(),
            SettingKind::Collection => "the name of a collection".to_owned(),
            SettingKind::File => "the path of a file".to_owned(),
            SettingKind::Secret => "a text that is kept secret".to_owned(),
        }
    }

    /// Whether its value is kept apart from the others and never shown.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.kind == SettingKind::Secret
    }

    pub(super) fn read_all(field: &Field<'_, '_>) -> Vec<Self> {
        let mut rows: Vec<Self> = Vec::new();
        for item in field.items().unwrap_or_default() {
            let Some(row) = Self::read(&item) else { continue };
            if rows.iter().any(|other| other.key == row.key) {
                item.complain(format!("there are two settings `{}`", row.key));
            } else {
                rows.push(row);
            }
        }
        rows
    }

    fn read(item: &Field<'_, '_>) -> Option<Self> {
        let mut fields = item.fields()?;
        let key = fields.needed_text("key", "\"tone\"");
        let title = fields.text("title");
        let description = fields.text("description").unwrap_or_default();
        let type_field = fields.take("type");
        if type_field.is_none() {
            fields.missing("type", "\"string\"");
        }
        let range = fields.take("range");
        let options = fields.take("options");
        let lines = fields.take("lines");
        let default = fields.take("default");
        fields.finish();
        let type_field = type_field?;
        let type_name = type_field.text()?;
        let kind = match type_name.as_str() {
            "string" => SettingKind::Text { lines: lines_of(lines.as_ref()) },
            "int" => integers(range.as_ref()),
            "float" => numbers(range.as_ref()),
            "bool" => SettingKind::Switch,
            "enum" => choice(&type_field, options.as_ref())?,
            "model" => SettingKind::Model,
            "collection" => SettingKind::Collection,
            "file" => SettingKind::File,
            "secret" => SettingKind::Secret,
            other => {
                let hint = crate::nearest::hint(other, TYPES);
                let known = TYPES.join(", ");
                type_field.complain(format!(
                    "there are no settings of type `{}`{hint} (there are {known})",
                    other.escape_debug()
                ));
                return None;
            }
        };
        out_of_place(&type_name, &range, &["int", "float"]);
        out_of_place(&type_name, &options, &["enum"]);
        out_of_place(&type_name, &lines, &["string"]);
        let key = key.filter(|key| sound_key(item, key))?;
        let title = title.unwrap_or_else(|| from_key(&key));
        let mut row = Self { key, title, description, default: Json::Null, kind };
        row.default = row.own_default();
        if let Some(field) = default {
            row.read_default(&field);
        }
        Some(row)
    }

    /// What it is where the manifest names no default.
    fn own_default(&self) -> Json {
        match &self.kind {
            SettingKind::Text { .. } => Json::from(""),
            SettingKind::Integer { from, to } => Json::from(0.clamp(*from, *to)),
            SettingKind::Number { from, to } => Json::from(0.0_f64.clamp(*from, *to)),
            SettingKind::Switch => Json::from(false),
            SettingKind::Choice { options } => {
                options.first().map_or(Json::Null, |o| Json::from(o.as_str()))
            }
            SettingKind::Model
            | SettingKind::Collection
            | SettingKind::File
            | SettingKind::Secret => Json::Null,
        }
    }

    fn read_default(&mut self, field: &Field<'_, '_>) {
        if self.is_secret() {
            field.complain("a secret has no default: everybody could read it here");
            return;
        }
        let Some(value) = field.json() else { return };
        match self.check(value) {
            Ok(value) => self.default = value,
            Err(refused) => field.complain(format!("the default of {refused}")),
        }
    }
}

/// What applies: each setting as chosen, or else its default. A chosen value that no longer suits is
/// passed over.
#[must_use]
pub fn effective(rows: &[SettingRow], chosen: &Map<String, Json>) -> Map<String, Json> {
    let value = |row: &SettingRow| {
        let chosen = chosen.get(&row.key).cloned();
        chosen.and_then(|value| row.check(value).ok()).unwrap_or_else(|| row.default.clone())
    };
    rows.iter().map(|row| (row.key.clone(), value(row))).collect()
}

fn lines_of(field: Option<&Field<'_, '_>>) -> u32 {
    field.and_then(|field| field.whole_within(1..=50)).map_or(1, |lines| lines as u32)
}

fn integers(range: Option<&Field<'_, '_>>) -> SettingKind {
    let ends = range.and_then(|field| {
        let ends: Option<Vec<i64>> =
            field.items()?.iter().map(|end| end.whole_within(EXACT)).collect();
        ordered(field, &ends?)
    });
    let (from, to) = ends.unwrap_or((*EXACT.start(), *EXACT.end()));
    SettingKind::Integer { from, to }
}

fn numbers(range: Option<&Field<'_, '_>>) -> SettingKind {
    let ends = range.and_then(|field| {
        let ends: Option<Vec<f64>> = field
            .items()?
            .iter()
            .map(|end| {
                let number = end.json()?.as_f64();
                if number.is_none() {
                    end.complain(format!("`{}` has to be a number", end.path));
                }
                number
            })
            .collect();
        ordered(field, &ends?)
    });
    let (from, to) = ends.unwrap_or((f64::MIN, f64::MAX));
    SettingKind::Number { from, to }
}

fn ordered<T: PartialOrd + Copy>(field: &Field<'_, '_>, ends: &[T]) -> Option<(T, T)> {
    match ends {
        [from, to] if from <= to => Some((*from, *to)),
        _ => {
            field.complain(format!(
                "`{}` has to be the least and the greatest value, as in [1, 10]",
                field.path
            ));
            None
        }
    }
}

fn choice(type_field: &Field<'_, '_>, options: Option<&Field<'_, '_>>) -> Option<SettingKind> {
    let Some(field) = options else {
        type_field.complain(
            "an enum needs its values: add a line like `options = [\"short\", \"long\"]`",
        );
        return None;
    };
    let options: Vec<_> = field.items()?.iter().filter_map(Field::text).collect();
    if options.is_empty() {
        field.complain("an enum needs at least one value");
        return None;
    }
    Some(SettingKind::Choice { options })
}

/// Complains about a key that settings of this type do not have.
fn out_of_place(type_name: &str, field: &Option<Field<'_, '_>>, types: &[&str]) {
    if let Some(field) = field.as_ref().filter(|_| !types.contains(&type_name)) {
        let types = types.join(" and ");
        field
            .complain(format!("`{}` is for settings of type {types}, not {type_name}", field.path));
    }
}

fn sound_key(item: &Field<'_, '_>, key: &str) -> bool {
    let sound = key.starts_with(|first: char| first.is_ascii_lowercase())
        && key.len() <= 64
        && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !sound {
        item.complain(format!(
            "`{}` cannot be the key of a setting: lower-case letters, digits and `_`, beginning with a letter",
            key.escape_debug()
        ));
    }
    sound
}

/// `word_limit` as `Word limit`.
fn from_key(key: &str) -> String {
    let mut title = key.replace('_', " ");
    if let Some(first) = title.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    title
}

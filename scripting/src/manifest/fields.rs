//! Taking a table of TOML apart, key by key, without stopping at the first mistake.
//!
//! Whoever reads a table asks for each key that it may have; whatever is left when it says
//! [`Fields::finish`] is unknown. So the keys are written down once, where they are read.

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::path::PathBuf;

use serde_json::{Map, Value as Json};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::nearest::hint;
use crate::{Place, Problem};

/// The text of a manifest and everything found wrong with it.
pub(crate) struct Reader<'t> {
    text: &'t str,
    file: PathBuf,
    problems: RefCell<Vec<(usize, Problem)>>,
    /// Parts of the text could not be read, so that nobody knows what is missing.
    is_broken: Cell<bool>,
}

impl<'t> Reader<'t> {
    pub(crate) fn new(text: &'t str, file: impl Into<PathBuf>) -> Self {
        let (problems, is_broken) = (RefCell::default(), Cell::default());
        Self { text, file: file.into(), problems, is_broken }
    }

    /// Notes a mistake of the grammar. From now on nothing is said to be missing.
    pub(crate) fn complain_of_grammar(&self, span: &Range<usize>, message: &str) {
        self.is_broken.set(true);
        self.complain(span, format!("this is no TOML: {message}"));
    }

    /// Notes that something is not there.
    fn complain_of_missing(&self, span: &Range<usize>, message: String) {
        if !self.is_broken.get() {
            self.complain(span, message);
        }
    }

    /// Notes a mistake at these bytes of the text.
    pub(crate) fn complain(&self, span: &Range<usize>, message: impl Into<String>) {
        let place = Some(self.place(span.start));
        let problem = Problem { message: message.into(), place, calls: Vec::new() };
        self.problems.borrow_mut().push((span.start, problem));
    }

    fn place(&self, byte: usize) -> Place {
        let before = self.text.get(..byte).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let source = self.text[line_start..].lines().next().unwrap_or_default();
        Place {
            file: self.file.clone(),
            line: before.matches('\n').count() + 1,
            column: Some(before[line_start..].chars().count() + 1),
            source: source.to_owned(),
        }
    }

    /// What was found, from the top of the file.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|(byte, _)| *byte);
        problems.into_iter().map(|(_, problem)| problem).collect()
    }
}

/// A table being read.
pub(crate) struct Fields<'r, 't> {
    reader: &'r Reader<'t>,
    /// `permissions`; empty for the whole file.
    path: String,
    table: &'r DeTable<'t>,
    span: Range<usize>,
    asked: Vec<&'static str>,
}

/// A value with its place.
#[derive(Clone)]
pub(crate) struct Field<'r, 't> {
    pub(crate) reader: &'r Reader<'t>,
    /// `permissions.net`
    pub(crate) path: String,
    pub(crate) value: &'r DeValue<'t>,
    pub(crate) span: Range<usize>,
}

impl<'r, 't> Fields<'r, 't> {
    /// The whole file.
    pub(crate) fn root(reader: &'r Reader<'t>, table: &'r Spanned<DeTable<'t>>) -> Self {
        let table = table.get_ref();
        Self { reader, path: String::new(), table, span: 0..0, asked: Vec::new() }
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// The value of a key, if it is there.
    pub(crate) fn take(&mut self, key: &'static str) -> Option<Field<'r, 't>> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        let (_, value) = self.table.iter().find(|(name, _)| name.get_ref() == key)?;
        let (path, span) = (self.path_of(key), value.span());
        Some(Field { reader: self.reader, path, value: value.get_ref(), span })
    }

    /// All keys, whatever they are called, in the order of the file; for tables whose keys are names.
    pub(crate) fn all(&self) -> Vec<(&'r str, Field<'r, 't>)> {
        let mut entries: Vec<_> = self.table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let field = |(key, value): (&'r Spanned<_>, &'r Spanned<DeValue<'t>>)| {
            let key: &'r std::borrow::Cow<'t, str> = key.get_ref();
            let (path, span) = (self.path_of(key), value.span());
            (key.as_ref(), Field { reader: self.reader, path, value: value.get_ref(), span })
        };
        entries.into_iter().map(field).collect()
    }

    pub(crate) fn text(&mut self, key: &'static str) -> Option<String> {
        self.take(key)?.text()
    }

    pub(crate) fn flag(&mut self, key: &'static str) -> Option<bool> {
        self.take(key)?.flag()
    }

    pub(crate) fn texts(&mut self, key: &'static str) -> Vec<String> {
        let items = self.take(key).and_then(|field| field.items()).unwrap_or_default();
        items.iter().filter_map(Field::text).collect()
    }

    /// The text of a key that has to be there, and not empty.
    pub(crate) fn needed_text(&mut self, key: &'static str, example: &str) -> Option<String> {
        let Some(field) = self.take(key) else {
            self.missing(key, example);
            return None;
        };
        let text = field.text()?;
        if text.trim().is_empty() {
            field.complain(format!("`{}` is empty: write something like {example}", field.path));
            return None;
        }
        Some(text)
    }

    /// Notes that the table as a whole lacks something.
    pub(crate) fn complain_of_missing(&self, message: impl Into<String>) {
        self.reader.complain_of_missing(&self.span, message.into());
    }

    /// Notes that a key is not there.
    pub(crate) fn missing(&self, key: &str, example: &str) {
        let path = self.path_of(key);
        let message = format!("`{path}` is missing: add a line like `{key} = {example}`");
        self.reader.complain_of_missing(&self.span, message);
    }

    /// Notes every key that nobody asked for.
    pub(crate) fn finish(self) {
        for key in self.table.keys().filter(|key| !self.asked.contains(&key.get_ref().as_ref())) {
            let name = key.get_ref();
            let hint = match hint(name, self.asked.iter().copied()) {
                none if none.is_empty() => format!(": known here are {}", self.asked.join(", ")),
                hint => hint,
            };
            let message = format!("unknown key `{}`{hint}", self.path_of(name).escape_debug());
            self.reader.complain(&key.span(), message);
        }
    }
}

impl<'r, 't> Field<'r, 't> {
    pub(crate) fn complain(&self, message: impl Into<String>) {
        self.reader.complain(&self.span, message);
    }

    fn expected(&self, what: &str) {
        let found = match self.value {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.complain(format!("`{}` has to be {what}, not {found}", self.path));
    }

    pub(crate) fn text(&self) -> Option<String> {
        let text = self.value.as_str();
        if text.is_none() {
            self.expected("a text in quotes");
        }
        text.map(str::to_owned)
    }

    pub(crate) fn flag(&self) -> Option<bool> {
        let flag = self.value.as_bool();
        if flag.is_none() {
            self.expected("true or false");
        }
        flag
    }

    /// A whole number.
    pub(crate) fn whole(&self) -> Option<i64> {
        let Some(number) = self.value.as_integer() else {
            self.expected("a whole number");
            return None;
        };
        let parsed = i64::from_str_radix(number.as_str(), number.radix());
        if parsed.is_err() {
            self.complain(format!("`{}` is too large a number", self.path));
        }
        parsed.ok()
    }

    /// A whole number between two others.
    pub(crate) fn whole_within(&self, allowed: std::ops::RangeInclusive<i64>) -> Option<i64> {
        let number = self.whole()?;
        if allowed.contains(&number) {
            return Some(number);
        }
        let (from, to) = (allowed.start(), allowed.end());
        self.complain(format!("`{}` has to be from {from} to {to}, not {number}", self.path));
        None
    }

    /// A list of anything.
    pub(crate) fn items(&self) -> Option<Vec<Self>> {
        let Some(array) = self.value.as_array() else {
            self.expected("a list in brackets");
            return None;
        };
        let item = |(index, value): (usize, &'r Spanned<DeValue<'t>>)| Self {
            reader: self.reader,
            path: format!("{}[{index}]", self.path),
            value: value.get_ref(),
            span: value.span(),
        };
        Some(array.iter().enumerate().map(item).collect())
    }

    /// A table within.
    pub(crate) fn fields(&self) -> Option<Fields<'r, 't>> {
        let Some(table) = self.value.as_table() else {
            self.expected("a table");
            return None;
        };
        let (path, span) = (self.path.clone(), self.span.clone());
        Some(Fields { reader: self.reader, path, table, span, asked: Vec::new() })
    }

    /// The value as JSON, in the order of the file.
    pub(crate) fn json(&self) -> Option<Json> {
        match self.value {
            DeValue::String(text) => Some(Json::from(text.as_ref())),
            DeValue::Boolean(flag) => Some(Json::from(*flag)),
            DeValue::Integer(_) => self.whole().map(Json::from),
            DeValue::Float(number) => {
                let number = number.as_str().replace('_', "").parse::<f64>().ok();
                let json = number.and_then(serde_json::Number::from_f64);
                if json.is_none() {
                    self.complain(format!("`{}` is no finite number", self.path));
                }
                json.map(Json::Number)
            }
            DeValue::Datetime(date) => Some(Json::from(date.to_string())),
            DeValue::Array(_) => self.items()?.iter().map(Self::json).collect(),
            DeValue::Table(_) => {
                let entries = self.fields()?.all();
                let entry = |(key, field): &(&str, Self)| Some(((*key).to_owned(), field.json()?));
                entries.iter().map(entry).collect::<Option<Map<_, _>>>().map(Json::Object)
            }
        }
    }
}

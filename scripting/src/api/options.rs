//! Maps of options, as `#{ temperature: 0.2, stop: ["\n"] }`: read by key, typed, and with an error
//! for every key that means nothing.

use rhai::{Array, Dynamic, FnPtr, ImmutableString, Map};

use crate::nearest::hint;
use crate::runner::{ScriptResult, failure};
use crate::value::kind;

/// Options of one call while they are being read.
pub(super) struct Options {
    /// Whose they are, for errors.
    owner: &'static str,
    left: Map,
    known: Vec<&'static str>,
}

impl Options {
    pub(super) fn new(owner: &'static str, map: Map) -> Self {
        Self { owner, left: map, known: Vec::new() }
    }

    /// The option, if it was given and is not `()`.
    pub(super) fn take<T: FromValue>(&mut self, key: &'static str) -> ScriptResult<Option<T>> {
        self.known.push(key);
        match self.left.remove(key) {
            None => Ok(None),
            Some(value) if value.is_unit() => Ok(None),
            Some(value) => self.read(key, value).map(Some),
        }
    }

    /// The option, which must be within the range if it was given.
    pub(super) fn take_within<T>(
        &mut self,
        key: &'static str,
        range: std::ops::RangeInclusive<T>,
    ) -> ScriptResult<Option<T>>
    where
        T: FromValue + PartialOrd + std::fmt::Display,
    {
        let Some(value) = self.take::<T>(key)? else { return Ok(None) };
        if range.contains(&value) {
            return Ok(Some(value));
        }
        let owner = self.owner;
        let (from, to) = (range.start(), range.end());
        Err(failure(format!("{key} of {owner} is {value}: it must be between {from} and {to}")))
    }

    /// One of several words, by its place in `words`.
    pub(super) fn take_word(
        &mut self,
        key: &'static str,
        words: &[&'static str],
    ) -> ScriptResult<Option<usize>> {
        let Some(word) = self.take::<String>(key)? else { return Ok(None) };
        if let Some(place) = words.iter().position(|known| *known == word) {
            return Ok(Some(place));
        }
        let owner = self.owner;
        Err(failure(format!(
            "{key} of {owner} is {word:?}: it must be one of {}",
            words.join(", ")
        )))
    }

    /// The option, which must be there.
    pub(super) fn need<T: FromValue>(&mut self, key: &'static str) -> ScriptResult<T> {
        let owner = self.owner;
        self.take(key)?.ok_or_else(|| failure(format!("{owner} needs {key} ({})", T::KIND)))
    }

    /// Says which key is left that nobody asked for.
    pub(super) fn finish(self) -> ScriptResult<()> {
        let Some(wrong) = self.left.keys().next() else { return Ok(()) };
        let meant = hint(wrong, self.known.iter().copied());
        Err(failure(format!(
            "{} has no option `{wrong}`{meant}; it knows {}",
            self.owner,
            self.known.join(", ")
        )))
    }

    fn read<T: FromValue>(&self, key: &str, value: Dynamic) -> ScriptResult<T> {
        let found = kind(&value);
        let wrong =
            || failure(format!("{key} of {} is a {found}: it must be a {}", self.owner, T::KIND));
        T::from_value(value).ok_or_else(wrong)
    }
}

/// What an option can be.
pub(super) trait FromValue: Sized {
    /// Its type, in the words of the reference.
    const KIND: &'static str;

    /// Reads it; `None` for another type.
    fn from_value(value: Dynamic) -> Option<Self>;
}

impl FromValue for String {
    const KIND: &'static str = "string";
    fn from_value(value: Dynamic) -> Option<Self> {
        value.into_string().ok()
    }
}

impl FromValue for ImmutableString {
    const KIND: &'static str = "string";
    fn from_value(value: Dynamic) -> Option<Self> {
        value.into_immutable_string().ok()
    }
}

impl FromValue for i64 {
    const KIND: &'static str = "whole number";
    fn from_value(value: Dynamic) -> Option<Self> {
        value.as_int().ok()
    }
}

impl FromValue for f64 {
    const KIND: &'static str = "number";
    fn from_value(value: Dynamic) -> Option<Self> {
        number(&value)
    }
}

impl FromValue for bool {
    const KIND: &'static str = "bool";
    fn from_value(value: Dynamic) -> Option<Self> {
        value.as_bool().ok()
    }
}

impl FromValue for Map {
    const KIND: &'static str = "map";
    fn from_value(value: Dynamic) -> Option<Self> {
        value.flatten().try_cast()
    }
}

impl FromValue for Array {
    const KIND: &'static str = "array";
    fn from_value(value: Dynamic) -> Option<Self> {
        value.into_array().ok()
    }
}

impl FromValue for FnPtr {
    const KIND: &'static str = "function";
    fn from_value(value: Dynamic) -> Option<Self> {
        value.flatten().try_cast()
    }
}

impl FromValue for Dynamic {
    const KIND: &'static str = "value";
    fn from_value(value: Dynamic) -> Option<Self> {
        Some(value)
    }
}

/// Texts: a string alone, or an array of strings.
impl FromValue for Vec<String> {
    const KIND: &'static str = "string or array of strings";
    fn from_value(value: Dynamic) -> Option<Self> {
        if value.is_string() {
            return Some(vec![value.into_string().ok()?]);
        }
        value.into_array().ok()?.into_iter().map(|item| item.into_string().ok()).collect()
    }
}

/// A whole or broken number as a float.
pub(super) fn number(value: &Dynamic) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "what a script would get from to_float()")]
    value.as_float().ok().or_else(|| value.as_int().ok().map(|whole| whole as f64))
}

#[cfg(test)]
mod tests {
    use rhai::{Dynamic, Map};

    use super::Options;

    fn options(entries: &[(&str, Dynamic)]) -> Options {
        let map: Map = entries.iter().map(|(key, value)| ((*key).into(), value.clone())).collect();
        Options::new("text::thing", map)
    }

    #[test]
    fn an_unknown_key_names_the_nearest() {
        let mut options = options(&[("temprature", Dynamic::from(0.5))]);
        assert_eq!(options.take::<f64>("temperature").expect("not given"), None);
        let error = options.finish().expect_err("the key is unknown").to_string();
        assert!(
            error.contains("text::thing has no option `temprature`: did you mean `temperature`?")
        );
    }

    #[test]
    fn a_wrong_type_says_which_is_right() {
        let mut options = options(&[("seed", Dynamic::from("seven"))]);
        let error = options.take::<i64>("seed").expect_err("a string is no number").to_string();
        assert!(error.contains("seed of text::thing is a string: it must be a whole number"));
    }

    #[test]
    fn a_number_out_of_range_is_refused() {
        let mut options = options(&[("top_p", Dynamic::from(2_i64))]);
        let error = options.take_within("top_p", 0.0..=1.0).expect_err("too large").to_string();
        assert!(error.contains("top_p of text::thing is 2: it must be between 0 and 1"), "{error}");
    }
}

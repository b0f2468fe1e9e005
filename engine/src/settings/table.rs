//! What a row of the table of settings is. The rows are in `rows.rs`.

use super::rows::ROWS;
use super::{ModelSettings, Value};

/// One thing that can be set about a model. The settings page, the file and the manual are made
/// from these.
pub struct Setting {
    /// Its name in files and on the command line: `top_k`.
    pub key: &'static str,
    /// Its name on the screen: `Top-k`.
    pub label: &'static str,
    /// What it does, in a sentence or two without a last full stop.
    pub help: &'static str,
    /// Under which heading it is shown.
    pub group: Group,
    /// What its values are.
    pub kind: Kind,
    /// Whether it may be left to the program, and what then happens, in words: `as many as fit`.
    pub automatic: Option<&'static str>,
    /// When a change takes effect.
    pub scope: Scope,
    pub(super) access: Access,
}

/// The values of a setting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// [`Value::Number`] in a range, both ends included.
    Number {
        /// The least.
        from: f64,
        /// The greatest.
        to: f64,
        /// A sensible step for a slider.
        step: f64,
    },
    /// [`Value::Count`] in a range, both ends included.
    Count {
        /// The least.
        from: u32,
        /// The greatest.
        to: u32,
    },
    /// [`Value::Switch`].
    Switch,
    /// [`Value::Text`], one of these.
    Choice(&'static [Choice]),
    /// [`Value::List`] of short texts.
    List,
    /// [`Value::Text`] of several lines.
    LongText,
}

/// One value of a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// In files.
    pub value: &'static str,
    /// On the screen.
    pub label: &'static str,
}

/// When a change takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// With the next request. A conversation may have its own.
    Request,
    /// When the model is loaded the next time. The same for all conversations.
    Load,
}

/// A heading on the settings page, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// What most people look for.
    Basics,
    /// How tokens are chosen.
    Sampling,
    /// Against repetition.
    Repetition,
    /// Memory and speed.
    Loading,
}

impl Group {
    /// On the screen.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Basics => "Basics",
            Self::Sampling => "Choice of words",
            Self::Repetition => "Repetition",
            Self::Loading => "Memory and speed",
        }
    }
}

/// How a setting is read and written. `None` is automatic, or the default where there is no
/// automatic.
pub(super) struct Access {
    pub(super) get: fn(&ModelSettings) -> Option<Value>,
    pub(super) set: fn(&mut ModelSettings, Option<Value>),
}

/// Why a value is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// There is no setting of this name.
    #[error("there is no setting {0}")]
    Unknown(String),
    /// The value does not suit the setting.
    #[error("{label} {expected}")]
    Refused {
        /// The setting's label.
        label: &'static str,
        /// What is expected: `must be a number from 0 to 2`.
        expected: String,
    },
}

impl SettingError {
    pub(super) fn refused(setting: &Setting, expected: &str) -> Self {
        Self::Refused { label: setting.label, expected: expected.to_owned() }
    }
}

/// All settings of a model, in the order in which they are shown.
#[must_use]
pub fn all() -> &'static [Setting] {
    ROWS
}

/// The setting of this key.
#[must_use]
pub fn find(key: &str) -> Option<&'static Setting> {
    ROWS.iter().find(|setting| setting.key == key)
}

impl Setting {
    /// What is set; `None` for automatic.
    #[must_use]
    pub fn get(&self, settings: &ModelSettings) -> Option<Value> {
        (self.access.get)(settings)
    }

    /// Sets; `None` for automatic, or for Satchel's default where nothing is automatic.
    ///
    /// # Errors
    /// When the value does not suit; nothing is changed then.
    pub fn set(
        &self,
        settings: &mut ModelSettings,
        value: Option<Value>,
    ) -> Result<(), SettingError> {
        let value = value.map(|value| self.check(value)).transpose()?;
        (self.access.set)(settings, value);
        Ok(())
    }

    /// The value as this setting wants it.
    fn check(&self, value: Value) -> Result<Value, SettingError> {
        let refused = || SettingError::refused(self, &self.expected());
        let number = match value {
            Value::Number(number) => Some(number),
            Value::Count(count) => Some(f64::from(count)),
            _ => None,
        };
        match self.kind {
            Kind::Number { from, to, .. } => number
                .filter(|number| (from..=to).contains(number))
                .map(Value::Number)
                .ok_or_else(refused),
            Kind::Count { from, to } => number
                .filter(|number| (f64::from(from)..=f64::from(to)).contains(number))
                .filter(|number| number.fract() == 0.0)
                // In range and whole, so nothing is lost.
                .map(|number| Value::Count(number as u32))
                .ok_or_else(refused),
            Kind::Choice(choices) => match &value {
                Value::Text(text) if choices.iter().any(|choice| choice.value == text) => Ok(value),
                _ => Err(refused()),
            },
            Kind::Switch if matches!(value, Value::Switch(_)) => Ok(value),
            Kind::LongText if matches!(value, Value::Text(_)) => Ok(value),
            Kind::List if matches!(value, Value::List(_)) => Ok(value),
            Kind::Switch | Kind::LongText | Kind::List => Err(refused()),
        }
    }

    fn expected(&self) -> String {
        match self.kind {
            Kind::Number { from, to, .. } => format!("must be a number from {from} to {to}"),
            Kind::Count { from, to } => format!("must be a whole number from {from} to {to}"),
            Kind::Switch => "must be true or false".to_owned(),
            Kind::Choice(choices) => {
                let values: Vec<_> = choices.iter().map(|choice| choice.value).collect();
                format!("must be one of {}", values.join(", "))
            }
            Kind::List => "must be a list of texts".to_owned(),
            Kind::LongText => "must be a text".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(kind: Kind) -> Vec<Value> {
        match kind {
            Kind::Number { from, to, .. } => vec![Value::Number(from), Value::Number(to)],
            Kind::Count { from, to } => vec![Value::Count(from), Value::Count(to)],
            Kind::Switch => vec![Value::Switch(true), Value::Switch(false)],
            Kind::Choice(choices) => {
                choices.iter().map(|choice| Value::Text(choice.value.to_owned())).collect()
            }
            Kind::List => vec![Value::List(vec!["a".to_owned(), "\n".to_owned()])],
            Kind::LongText => vec![Value::Text("Be brief.\nBe kind.".to_owned())],
        }
    }

    #[test]
    fn each_setting_gives_back_what_it_was_given() {
        for setting in all() {
            for value in sample(setting.kind) {
                let mut settings = ModelSettings::default();
                // Some matter only beside another: mirostat's details beside mirostat.
                if setting.key.starts_with("mirostat_") {
                    let on = Some(Value::Text("2".to_owned()));
                    find("mirostat").unwrap().set(&mut settings, on).unwrap();
                }
                setting.set(&mut settings, Some(value.clone())).unwrap();
                assert_eq!(setting.get(&settings), Some(value), "{}", setting.key);
            }
        }
    }

    #[test]
    fn nothing_set_means_the_default_everywhere() {
        let mut settings = ModelSettings::default();
        for setting in all() {
            setting.set(&mut settings, sample(setting.kind).into_iter().next()).unwrap();
        }
        assert_ne!(settings, ModelSettings::default());
        for setting in all() {
            setting.set(&mut settings, None).unwrap();
            let default = setting.get(&ModelSettings::default());
            assert_eq!(setting.get(&settings), default, "{}", setting.key);
        }
    }

    #[test]
    fn the_default_lies_within_the_range_and_automatic_is_said_only_where_it_is() {
        for setting in all() {
            match setting.get(&ModelSettings::default()) {
                Some(value) => {
                    assert!(setting.check(value).is_ok(), "{}", setting.key);
                    assert_eq!(setting.automatic, None, "{}", setting.key);
                }
                None => assert!(setting.automatic.is_some(), "{}", setting.key),
            }
        }
    }

    #[test]
    fn a_value_out_of_range_is_refused_in_words_and_changes_nothing() {
        let mut settings = ModelSettings::default();
        let temperature = find("temperature").unwrap();
        let error = temperature.set(&mut settings, Some(Value::Number(9.0))).unwrap_err();
        assert_eq!(error.to_string(), "Temperature must be a number from 0 to 5");
        for wrong in [Value::Number(f64::NAN), Value::Text("hot".to_owned()), Value::Switch(true)] {
            assert!(temperature.set(&mut settings, Some(wrong)).is_err());
        }
        assert!(find("top_k").unwrap().set(&mut settings, Some(Value::Number(1.5))).is_err());
        assert_eq!(settings, ModelSettings::default());
    }

    #[test]
    fn keys_and_labels_are_unique() {
        let keys: std::collections::HashSet<_> = all().iter().map(|setting| setting.key).collect();
        let labels: std::collections::HashSet<_> =
            all().iter().map(|setting| setting.label).collect();
        assert_eq!((keys.len(), labels.len()), (all().len(), all().len()));
    }
}

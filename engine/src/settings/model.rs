//! The settings of a model, and what changes them.
//!
//! Each layer says only what it wants otherwise: a model's own defaults lie at the bottom, then the
//! person's settings for this model, then those of one conversation.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::table::{self, SettingError};
use crate::inference::{Overflow, Sampling};
use crate::models::LoadSettings;

/// All that can be set about a model, decided.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelSettings {
    /// How it is loaded.
    pub load: LoadSettings,
    /// How it chooses tokens.
    pub sampling: Sampling,
    /// What it is told before every conversation.
    pub system_prompt: Option<String>,
    /// The most tokens of an answer; `None` for as many as fit.
    pub max_tokens: Option<u32>,
    /// Strings that end an answer.
    pub stop: Vec<String>,
    /// Whether a model that can think first should; `None` leaves it to the model.
    pub thinking: Option<bool>,
    /// What to do when a conversation is too long for the context.
    pub overflow: Overflow,
}

/// The value of one setting, as in files and on the screen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// On or off.
    Switch(bool),
    /// A whole number.
    Count(u32),
    /// A number.
    Number(f64),
    /// A text, or the value of a choice.
    Text(String),
    /// Several short texts.
    List(Vec<String>),
}

/// Settings that differ from what lies below, by their keys in [`table::all`]. Keys that this
/// version does not know are kept and have no effect.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Overrides(BTreeMap<String, serde_json::Value>);

impl Overrides {
    /// What is said about a setting; `None` if nothing is, or nothing that makes sense.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Value> {
        serde_json::from_value(self.0.get(key)?.clone()).ok()
    }

    /// Says something about a setting, or nothing any more.
    ///
    /// # Errors
    /// When there is no such setting or the value is none for it.
    pub fn set(&mut self, key: &str, value: Option<Value>) -> Result<(), SettingError> {
        let setting = table::find(key).ok_or_else(|| SettingError::Unknown(key.to_owned()))?;
        let Some(value) = value else {
            self.0.remove(key);
            return Ok(());
        };
        setting.set(&mut ModelSettings::default(), Some(value.clone()))?;
        let json = serde_json::to_value(value)
            .map_err(|error| SettingError::refused(setting, &error.to_string()))?;
        self.0.insert(key.to_owned(), json);
        Ok(())
    }

    /// Whether nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The keys about which something is said.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(super) fn insert_unchecked(&mut self, key: &str, value: serde_json::Value) {
        self.0.insert(key.to_owned(), value);
    }

    fn apply(&self, settings: &mut ModelSettings) {
        for setting in table::all() {
            let Some(value) = self.get(setting.key) else { continue };
            if let Err(error) = setting.set(settings, Some(value)) {
                tracing::warn!("a setting is ignored: {error}");
            }
        }
    }
}

/// What applies: the defaults, changed by each layer in turn. A value that makes no sense is passed
/// over, with a warning in the log.
#[must_use]
pub fn effective(defaults: &ModelSettings, layers: &[&Overrides]) -> ModelSettings {
    let mut settings = defaults.clone();
    for layer in layers {
        layer.apply(&mut settings);
    }
    settings
}

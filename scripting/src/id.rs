//! The name of an app.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Names an app: the name of its folder. Lower-case letters, digits and `-`, 1 to 64 characters,
/// beginning with a letter.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AppId(pub String);

/// Names that Windows keeps for devices, so that no folder can have them there.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8",
    "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

impl AppId {
    /// The most characters of a name.
    pub const LONGEST: usize = 64;

    /// The name, if it is one.
    ///
    /// # Errors
    /// [`NoAppId`], which says what a name looks like, or why this one cannot be used.
    pub fn parse(text: &str) -> Result<Self, NoAppId> {
        let begins_well = text.starts_with(|first: char| first.is_ascii_lowercase());
        let fits = text.len() <= Self::LONGEST
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !(begins_well && fits) {
            Err(NoAppId::Form(text.to_owned()))
        } else if DEVICES.contains(&text) {
            Err(NoAppId::Reserved(text.to_owned()))
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// A name made from any text, as `Über-Notes 2` to `ber-notes-2`; `app` where nothing is left.
    #[must_use]
    pub fn from_words(text: &str) -> Self {
        let mut id = String::new();
        for character in text.chars().flat_map(char::to_lowercase) {
            match character {
                'a'..='z' => id.push(character),
                '0'..='9' if !id.is_empty() => id.push(character),
                _ if !id.is_empty() && !id.ends_with('-') => id.push('-'),
                _ => {}
            }
        }
        // Room for a number that sets it apart from its namesakes.
        id.truncate(Self::LONGEST - 4);
        let id = id.trim_end_matches('-');
        Self::parse(id).unwrap_or_else(|_| Self("app".to_owned()))
    }
}

impl fmt::Display for AppId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A text that is no name of an app.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAppId {
    /// It is written in another way than names are.
    #[error(
        "`{}` cannot be the id of an app: lower-case letters, digits and `-`, at most 64, beginning with a letter",
        .0.escape_debug()
    )]
    Form(String),
    /// Windows keeps it for a device, so that no folder can have it there.
    #[error(
        "`{0}` cannot be the id of an app: Windows keeps this name for a device, so that no folder can have it"
    )]
    Reserved(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_every_system_takes_as_a_folder_is_a_name() {
        for good in ["a", "summarize", "my-app-2", &"x".repeat(64)] {
            assert_eq!(AppId::parse(good).unwrap().0, good);
        }
        for bad in ["", "2go", "-a", "A", "a b", "a.b", "../a", "a/b", "ä", &"x".repeat(65)] {
            let error = AppId::parse(bad).unwrap_err();
            assert!(error.to_string().contains("lower-case"), "{error}");
        }
        for device in ["con", "nul", "lpt1"] {
            let error = AppId::parse(device).unwrap_err();
            assert!(error.to_string().contains("Windows keeps this name"), "{error}");
        }
    }

    #[test]
    fn any_words_make_a_name() {
        for (words, id) in [
            ("My notes", "my-notes"),
            ("  2 x  Weather!! ", "x-weather"),
            ("日本", "app"),
            ("NUL", "app"),
            (&"long ".repeat(40), "long-long-long-long-long-long-long-long-long-long-long-long"),
        ] {
            assert_eq!(AppId::from_words(words).0, id, "{words}");
        }
    }
}

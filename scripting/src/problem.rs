//! Something wrong with an app, said so that its author can mend it.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// A place in a file of an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file, relative to the app's folder.
    pub file: PathBuf,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1; `None` where only the line is known.
    pub column: Option<usize>,
    /// The source line, without its line break.
    pub source: String,
}

/// An error of a manifest or a script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What is wrong, in words, and what to do about it.
    pub message: String,
    /// Where, as far as it is known.
    pub place: Option<Place>,
    /// Which functions were being called, innermost first; empty where that says nothing.
    #[serde(default)]
    pub calls: Vec<String>,
}

impl Problem {
    /// A problem that has no place.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), place: None, calls: Vec::new() }
    }
}

impl fmt::Display for Problem {
    /// `main.rhai:3:7: Variable not found: nam`, as compilers write it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(formatter, "{}:{}:", place.file.display(), place.line)?;
            if let Some(column) = place.column {
                write!(formatter, "{column}:")?;
            }
            formatter.write_str(" ")?;
        }
        formatter.write_str(&self.message)
    }
}

//! What an answer rests on: the passages that its numbers stand for, and why it is as it is.

use std::ops::Range;

use rusqlite::Row;
use serde::{Deserialize, Serialize};

use super::{StoreError, store};
use crate::documents::ask::{Citation, Grounds};
use crate::documents::store::DocumentId;

/// What an answer rests on. Empty for an answer that no documents were asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sources {
    /// What the numbers in the text stand for, in their order.
    pub citations: Vec<Source>,
    /// Why the answer is as it is, where it was made from documents.
    pub grounds: Option<Box<Grounds>>,
}

/// What a number in an answer stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Source {
    /// The number in the text, as in `[1]`.
    pub number: u32,
    /// Title of the document, or the name of its file.
    pub title: String,
    /// Path or address of the document.
    pub path: String,
    /// Page, slide or sheet, from 1, where the format knows such.
    pub page: Option<u32>,
    /// The passage, word for word.
    pub quote: String,
    /// Where it stands, for a document of the library.
    pub place: Option<SourcePlace>,
}

/// A place in a document of the library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourcePlace {
    /// Which document.
    pub document: DocumentId,
    /// The place of the page among the pages and parts, from 0.
    pub page_ordinal: u64,
    /// Where the passage stands, in characters of the document's text.
    pub characters: Range<u64>,
}

impl Sources {
    /// Whether there is nothing to be kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.citations.is_empty() && self.grounds.is_none()
    }

    /// What a number stands for.
    #[must_use]
    pub fn of(&self, number: u32) -> Option<&Source> {
        self.citations.iter().find(|source| source.number == number)
    }
}

impl Source {
    /// Document and page in one line, as `Lease, page 7`.
    #[must_use]
    pub fn words(&self) -> String {
        let title = if self.title.is_empty() { &self.path } else { &self.title };
        match self.page {
            Some(page) => format!("{title}, page {page}"),
            None => title.clone(),
        }
    }
}

impl From<Citation> for Source {
    fn from(citation: Citation) -> Self {
        let Citation {
            number, document, name, path, page, page_ordinal, characters, quote, ..
        } = citation;
        Self {
            number,
            title: name,
            path: path.to_string_lossy().into_owned(),
            page,
            quote,
            place: Some(SourcePlace { document, page_ordinal, characters }),
        }
    }
}

/// Citations and grounds for their columns; `None` where there are none.
pub(super) fn to_json(sources: &Sources) -> Result<(Option<String>, Option<String>), StoreError> {
    let citations =
        if sources.citations.is_empty() { None } else { Some(store::to_json(&sources.citations)?) };
    let grounds = sources.grounds.as_ref().map(store::to_json).transpose()?;
    Ok((citations, grounds))
}

/// The sources in these two columns. What another version has written and this one cannot read is
/// left out: the answer itself matters more.
pub(super) fn from_row(
    row: &Row<'_>,
    citations: usize,
    grounds: usize,
) -> rusqlite::Result<Sources> {
    Ok(Sources {
        citations: readable(row.get(citations)?).unwrap_or_default(),
        grounds: readable(row.get(grounds)?),
    })
}

fn readable<T: serde::de::DeserializeOwned>(json: Option<String>) -> Option<T> {
    let read = serde_json::from_str(&json?);
    read.inspect_err(|error| tracing::warn!("sources of an answer cannot be read: {error}")).ok()
}

//! Finding words in titles and messages, as the person types.
//!
//! Every word must be there, and each may be the beginning of a longer one; words in quotes must
//! follow each other. What was said last comes first. See `words.rs` for what a word is.

use std::ops::Range;

use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use super::messages::to_sql;
use super::store::{self, Failure};
use super::words::{self, Run};
use super::{ConversationId, MessageId, Store, StoreError};

/// A place where the words were found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// In which conversation.
    pub conversation: ConversationId,
    /// The title of the conversation.
    pub title: String,
    /// In which message; `None` if in the title.
    pub message: Option<MessageId>,
    /// The part of the text around the first of the words, on one line.
    pub snippet: String,
    /// Where the words stand in the snippet, in bytes, in order, without overlap.
    pub matches: Vec<Range<usize>>,
    /// When the message was created, or the conversation last used.
    pub at: Timestamp,
}

/// How much of a query is looked at.
const MOST_WORDS: usize = 32;
/// Roughly how long a snippet is, in characters.
const SNIPPET: usize = 160;
/// How many of them come before the first word.
const BEFORE: usize = 40;

impl Store {
    /// Looks for all words of the query: first in titles, then in messages on all branches, the
    /// newest first. Any text is a query; one without letters or digits finds nothing.
    ///
    /// # Errors
    /// When nothing can be read.
    pub fn search(&self, query: &str, limit: usize) -> Result<Vec<Found>, StoreError> {
        let query = Query::new(query);
        if query.runs.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        self.read(|connection| {
            let mut found = in_titles(connection, &query, limit)?;
            let rest = limit - found.len();
            found.extend(in_messages(connection, &query, rest)?);
            Ok(found)
        })
    }
}

fn in_titles(connection: &Connection, query: &Query, limit: usize) -> Result<Vec<Found>, Failure> {
    let mut statement = connection.prepare_cached(
        "SELECT conversations.id, title, updated FROM title_words
         JOIN conversations ON conversations.id = title_words.rowid
         WHERE title_words MATCH ?1 AND deleted IS NULL
         ORDER BY title_words.rowid DESC LIMIT ?2",
    )?;
    let rows = statement.query_map(params![query.expression, to_sql(limit)], |row| {
        let title: String = row.get(1)?;
        let (snippet, matches) = query.snippet(&title);
        let at = store::timestamp(row, 2)?;
        Ok(Found { conversation: row.get(0)?, title, message: None, snippet, matches, at })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn in_messages(
    connection: &Connection,
    query: &Query,
    limit: usize,
) -> Result<Vec<Found>, Failure> {
    let mut statement = connection.prepare_cached(
        "SELECT conversations.id, title, messages.id, content, messages.created
         FROM message_words
         JOIN messages ON messages.id = message_words.rowid
         JOIN conversations ON conversations.id = messages.conversation
         WHERE message_words MATCH ?1
             AND messages.deleted IS NULL AND conversations.deleted IS NULL
         ORDER BY message_words.rowid DESC LIMIT ?2",
    )?;
    let rows = statement.query_map(params![query.expression, to_sql(limit)], |row| {
        let (snippet, matches) = query.snippet(row.get_ref(3)?.as_str()?);
        Ok(Found {
            conversation: row.get(0)?,
            title: row.get(1)?,
            message: Some(row.get(2)?),
            snippet,
            matches,
            at: store::timestamp(row, 4)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A query, understood.
struct Query {
    runs: Vec<Run>,
    /// For FTS5. Every word in it is quoted, so none can be taken for an operator.
    expression: String,
}

impl Query {
    fn new(text: &str) -> Self {
        let mut runs = Vec::new();
        let mut phrases = Vec::new();
        // Between quotation marks, and after one that is not closed yet, words are a phrase.
        for (at, part) in text.split(['"', '“', '”', '„']).enumerate() {
            let room = MOST_WORDS - runs.len();
            let part: Vec<Run> = words::runs(part).take(room).collect();
            if at % 2 == 1 {
                phrases.extend(phrase(&part));
            } else {
                phrases.extend(part.iter().filter_map(|run| phrase(std::slice::from_ref(run))));
            }
            runs.extend(part);
        }
        Self { runs, expression: phrases.join(" AND ") }
    }

    /// The part of a text around the first match, and where the matches stand in it.
    fn snippet(&self, text: &str) -> (String, Vec<Range<usize>>) {
        let mut places = self.places(text);
        places.sort_unstable_by_key(|place| (place.start, std::cmp::Reverse(place.end)));
        let first = places.first().map_or(0, |place| place.start);
        let start = back_from(text, first, BEFORE);
        let end =
            text[start..].char_indices().nth(SNIPPET).map_or(text.len(), |(at, _)| start + at);

        let mut snippet = String::from(if start > 0 { "…" } else { "" });
        let mut matches: Vec<Range<usize>> = Vec::new();
        let shift = snippet.len();
        // Line breaks become spaces, one byte for one byte.
        snippet.extend(
            text[start..end].chars().map(|c| if c.is_ascii_whitespace() { ' ' } else { c }),
        );
        for place in places.into_iter().filter(|place| place.end <= end) {
            let place = place.start - start + shift..place.end - start + shift;
            if matches.last().is_none_or(|last| last.end <= place.start) {
                matches.push(place);
            }
        }
        if end < text.len() {
            snippet.push('…');
        }
        (snippet, matches)
    }

    /// Where the words of the query stand in a text; enough of them for a snippet.
    fn places(&self, text: &str) -> Vec<Range<usize>> {
        let mut places: Vec<Range<usize>> = Vec::new();
        for run in words::runs(text) {
            let reach = places.first().map_or(usize::MAX, |first| first.start + 4 * SNIPPET);
            if run.range.start > reach {
                break;
            }
            places.extend(self.runs.iter().flat_map(|wanted| places_in(&run, wanted)));
        }
        places
    }
}

/// Runs that follow each other, as FTS5 shall look for them.
fn phrase(runs: &[Run]) -> Option<String> {
    let (last, before) = runs.split_last()?;
    let mut words = String::from("\"");
    for run in before {
        if run.unspaced {
            words::push_pairs(&mut words, run, true);
        } else {
            words.push_str(&run.text());
        }
        words.push(' ');
    }
    if last.unspaced {
        words::push_pairs(&mut words, last, false);
    } else {
        words.push_str(&last.text());
    }
    words.push('"');
    // Pairs say all; a word or a single character may go on.
    if !last.unspaced || last.folded.len() == 1 {
        words.push('*');
    }
    Some(words)
}

/// Where in a run of the text a run of the query stands.
fn places_in(run: &Run, wanted: &Run) -> Vec<Range<usize>> {
    let length = wanted.folded.len();
    if run.unspaced != wanted.unspaced || run.folded.len() < length {
        return Vec::new();
    }
    let starts = if run.unspaced { run.folded.len() - length + 1 } else { 1 };
    let same = |window: &&[(char, Range<usize>)]| {
        window.iter().zip(&wanted.folded).all(|((a, _), (b, _))| a == b)
    };
    let windows = run.folded.windows(length).take(starts).filter(same);
    windows.filter_map(|window| Some(window.first()?.1.start..window.last()?.1.end)).collect()
}

/// At most so many characters back, to the beginning of a word if there is one on the way.
fn back_from(text: &str, end: usize, characters: usize) -> usize {
    let mut start = end;
    let mut word_start = None;
    for (at, character) in text[..end].char_indices().rev().take(characters) {
        if character.is_whitespace() {
            word_start = Some(start);
        }
        start = at;
    }
    if start == 0 { 0 } else { word_start.unwrap_or(start) }
}

//! The reader: sentences that answer, word for word, without any model.

use engine::documents::read;
use rhai::{Array, Dynamic, Map};

use super::{count, passage};
use crate::api::options::{FromValue, Options};
use crate::runner::ScriptResult;

/// How many sentences are quoted where nothing else is said.
const USUAL: usize = 3;

pub(super) fn quote(question: &str, passages: Array, options: Map) -> ScriptResult<Map> {
    let mut options = Options::new("documents::quote", options);
    let limit = options.take_within("limit", 1..=100_i64)?;
    options.finish()?;
    let most = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(USUAL);
    let read =
        passages.iter().cloned().zip(1..).map(|(given, number)| passage::given(given, number));
    let read = read.collect::<ScriptResult<Vec<_>>>()?;
    let answer = read::answer(question, &read, most);
    let citation = |citation: &read::Citation| -> Dynamic {
        let from = passages.get(citation.passage).cloned();
        let mut map = from.and_then(Map::from_value).unwrap_or_default();
        let characters = &citation.characters;
        let characters: Array = vec![count(characters.start), count(characters.end)];
        map.insert("number".into(), count(citation.number as u64));
        map.insert("text".into(), citation.quote.as_str().into());
        map.insert("characters".into(), characters.into());
        map.into()
    };
    let citations: Array = answer.citations.iter().map(citation).collect();
    Ok([("text".into(), answer.text.into()), ("citations".into(), citations.into())].into())
}

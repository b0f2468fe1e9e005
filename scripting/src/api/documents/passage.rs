//! Passages and citations as scripts see them: maps of the same keys, so that one goes where the
//! other came from.

use std::ops::Range;
use std::path::PathBuf;

use engine::documents::ask;
use engine::documents::search::{Passage, Weighed};
use engine::documents::store::{ChunkText, Document, DocumentId};
use rhai::{Array, Dynamic, Map};

use super::count;
use crate::PassagePlace;
use crate::api::options::{FromValue, Options};
use crate::runner::{ScriptResult, failure};
use crate::value::kind;

/// Where a stretch of text stands.
struct Stretch<'a> {
    name: &'a str,
    path: &'a std::path::Path,
    document: DocumentId,
    page: Option<u32>,
    page_ordinal: u64,
    characters: &'a Range<u64>,
    headings: &'a [String],
    text: &'a str,
}

impl Stretch<'_> {
    fn map(&self) -> Map {
        let range: Array = vec![count(self.characters.start), count(self.characters.end)];
        let headings: Array = self.headings.iter().map(|words| words.as_str().into()).collect();
        [
            ("text".into(), self.text.into()),
            ("title".into(), self.name.into()),
            ("source".into(), self.path.to_string_lossy().as_ref().into()),
            ("document".into(), self.document.0.into()),
            ("page".into(), self.page.map_or(Dynamic::UNIT, |page| i64::from(page).into())),
            ("part".into(), count(self.page_ordinal)),
            ("characters".into(), range.into()),
            ("headings".into(), headings.into()),
        ]
        .into()
    }
}

/// A passage that was found.
pub(super) fn found(passage: &Passage) -> Map {
    let rank = |rank: Option<usize>| rank.map_or(Dynamic::UNIT, |rank| count(rank as u64));
    let mut map = Stretch {
        name: &passage.name,
        path: &passage.path,
        document: passage.document,
        page: passage.page,
        page_ordinal: passage.page_ordinal,
        characters: &passage.characters,
        headings: &passage.headings,
        text: &passage.text,
    }
    .map();
    map.insert("score".into(), passage.score.into());
    map.insert("words_rank".into(), rank(passage.words_rank));
    map.insert("meaning_rank".into(), rank(passage.meaning_rank));
    if let Some(reranked) = passage.reranked {
        map.insert("reranker_score".into(), f64::from(reranked.score).into());
        map.insert("rank_before".into(), count(reranked.before as u64));
    }
    map
}

/// A passage that was found and weighed.
pub(super) fn weighed(weighed: &Weighed) -> Map {
    let mut map = found(&weighed.passage);
    map.insert("share".into(), weighed.share.into());
    map.insert("answers".into(), weighed.answers.into());
    map
}

/// A chunk of a document that is read as a whole.
pub(super) fn chunk(document: &Document, chunk: &ChunkText) -> Map {
    Stretch {
        name: &document.name(),
        path: &document.path,
        document: document.id,
        page: chunk.page,
        page_ordinal: chunk.page_ordinal,
        characters: &chunk.characters,
        headings: &chunk.headings,
        text: &chunk.text,
    }
    .map()
}

/// What a number in an answer stands for.
pub(super) fn citation(citation: &ask::Citation) -> Map {
    let mut map = Stretch {
        name: &citation.name,
        path: &citation.path,
        document: citation.document,
        page: citation.page,
        page_ordinal: citation.page_ordinal,
        characters: &citation.characters,
        headings: &citation.headings,
        text: &citation.quote,
    }
    .map();
    map.insert("number".into(), i64::from(citation.number).into());
    map
}

/// The place that a map names by `document`, `part` and `characters`; `None` when it names none.
/// What else a passage has, and does not matter here, is taken as well.
pub(in crate::api) fn place(options: &mut Options) -> ScriptResult<Option<PassagePlace>> {
    const PASSED_OVER: [&str; 8] = [
        "headings",
        "score",
        "words_rank",
        "meaning_rank",
        "reranker_score",
        "rank_before",
        "share",
        "answers",
    ];
    for key in PASSED_OVER {
        options.take::<Dynamic>(key)?;
    }
    let document = options.take::<i64>("document")?;
    let part = options.take_within("part", 0..=i64::MAX)?.unwrap_or(0);
    let characters = options.take::<Array>("characters")?.unwrap_or_default();
    let Some(document) = document else { return Ok(None) };
    Ok(Some(PassagePlace {
        document: DocumentId(document),
        page_ordinal: part.unsigned_abs(),
        characters: range(&characters)?,
    }))
}

fn range(given: &[Dynamic]) -> ScriptResult<Range<u64>> {
    let number = |value: &Dynamic| value.as_int().ok().and_then(|at| u64::try_from(at).ok());
    match given {
        [] => Ok(0..0),
        [first, last] => match (number(first), number(last)) {
            (Some(first), Some(last)) if first <= last => Ok(first..last),
            _ => Err(failure("characters are two whole numbers, the first not beyond the last")),
        },
        _ => Err(failure("characters are an array of two whole numbers")),
    }
}

/// A passage as a script gives it: a map of those above, or a text alone.
pub(super) fn given(value: Dynamic, number: usize) -> ScriptResult<Passage> {
    if value.is_string() {
        let text = value.to_string();
        return Ok(Passage { text, ..nowhere() });
    }
    let found = kind(&value);
    let map = Map::from_value(value).ok_or_else(|| {
        failure(format!("passage {number} is a {found}: it must be a map with `text`, or a text"))
    })?;
    let mut options = Options::new("the passage", map);
    let place = place(&mut options)?;
    options.take::<i64>("number")?;
    let page = options.take_within("page", 0..=i64::from(u32::MAX))?;
    let passage = Passage {
        text: options.need("text")?,
        name: options.take("title")?.unwrap_or_default(),
        path: options.take::<String>("source")?.map(PathBuf::from).unwrap_or_default(),
        page: page.and_then(|page| u32::try_from(page).ok()),
        ..nowhere()
    };
    options.finish()?;
    Ok(match place {
        None => passage,
        Some(PassagePlace { document, page_ordinal, characters }) => {
            Passage { document, page_ordinal, characters, ..passage }
        }
    })
}

/// The number of documents that are none.
const NO_DOCUMENT: DocumentId = DocumentId(0);

fn nowhere() -> Passage {
    Passage {
        document: NO_DOCUMENT,
        name: String::new(),
        path: PathBuf::new(),
        page: None,
        page_ordinal: 0,
        characters: 0..0,
        headings: Vec::new(),
        text: String::new(),
        score: 1.0,
        words_rank: None,
        meaning_rank: None,
        reranked: None,
        chunks: Vec::new(),
    }
}

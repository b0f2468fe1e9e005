//! `search`: the passages of a collection that fit best.

use std::process::ExitCode;

use engine::documents::search::{Mode, Passage, Query, Searcher, left_out};
use serde_json::{Value, json};

use super::{path_text, print_json, reranker};
use crate::command_line::Error;
use crate::command_line::arguments::SearchMode;
use crate::command_line::terminal;

pub(super) fn search(
    mut searcher: Searcher,
    name: &str,
    query: &str,
    most: usize,
    mode: SearchMode,
    json: bool,
) -> Result<ExitCode, Error> {
    let mode = match mode {
        SearchMode::Hybrid => Mode::Hybrid,
        SearchMode::Bm25 => Mode::Words,
        SearchMode::Vector => Mode::Meaning,
    };
    if query.trim().is_empty() {
        return Err(Error::EmptyQuestion);
    }
    let collection = searcher.store().collection(name)?.id;
    let found = searcher.search(&Query { most, mode, ..Query::new(vec![collection], query) })?;
    reranker::tell(found.reranking.as_ref());
    if json {
        print_json(&Value::from_iter(found.passages.iter().map(passage_json)))?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(left_out) = left_out(query) {
        terminal::note(&format!("The question is long: {left_out}"));
    }
    if found.passages.is_empty() {
        terminal::note("Nothing was found");
    }
    for (number, passage) in (1..).zip(&found.passages) {
        let text = passage.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = terminal::on_one_line(&text).into_owned();
        let place = with_path(&passage.place(), &passage.path);
        terminal::print(&format!("[{number}] {place}\n    {text}\n\n"))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Where something stands, on one line.
pub(super) fn with_path(place: &str, path: &std::path::Path) -> String {
    terminal::on_one_line(&format!("{place} ({})", path.to_string_lossy())).into_owned()
}

pub(super) fn passage_json(passage: &Passage) -> Value {
    json!({
        "document": passage.name,
        "path": path_text(&passage.path),
        "page": passage.page,
        "characters": [passage.characters.start, passage.characters.end],
        "headings": passage.headings,
        "text": passage.text,
        "score": passage.score,
        "ranks": { "bm25": passage.words_rank, "vector": passage.meaning_rank },
        "reranker": passage.reranked.map(|reranked| json!({
            "score": reranked.score,
            "rank_before": reranked.before,
        })),
    })
}

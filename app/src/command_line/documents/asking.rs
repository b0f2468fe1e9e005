//! `search` and `ask`: passages of a collection, and answers with citations.

use std::process::ExitCode;

use engine::documents::read;
use engine::documents::search::{Findings, Mode, Passage, Query, Searcher};
use serde_json::{Value, json};

use super::{path_text, print_json};
use crate::command_line::Error;
use crate::command_line::arguments::SearchMode;
use crate::command_line::terminal;

/// How many passages a question is answered from.
const READ: usize = 8;
/// How many sentences an answer has, at most.
const SENTENCES: usize = 3;

pub(super) fn search(
    searcher: Searcher,
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
    let found = find(searcher, name, query, most, mode)?;
    if json {
        print_json(&Value::from_iter(found.passages.iter().map(passage_json)))?;
        return Ok(ExitCode::SUCCESS);
    }
    if found.passages.is_empty() {
        terminal::note("Nothing was found");
    }
    for (number, passage) in (1..).zip(&found.passages) {
        let text = passage.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = terminal::on_one_line(&text).into_owned();
        terminal::print(&format!("[{number}] {}\n    {text}\n\n", place(passage)))?;
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn ask(
    searcher: Searcher,
    name: &str,
    question: &str,
    json: bool,
) -> Result<ExitCode, Error> {
    let found = find(searcher, name, question, READ, Mode::Hybrid)?;
    let answer = read::answer(question, &found.passages, SENTENCES);
    if json {
        let citations = answer.citations.iter().filter_map(|citation| {
            let passage = found.passages.get(citation.passage)?;
            Some(json!({
                "number": citation.number,
                "document": passage.name,
                "path": path_text(&passage.path),
                "page": passage.page,
                "characters": [citation.characters.start, citation.characters.end],
                "headings": passage.headings,
                "quote": citation.quote,
            }))
        });
        print_json(&json!({
            "text": answer.text,
            "citations": Value::from_iter(citations),
            "read": Value::from_iter(found.passages.iter().map(passage_json)),
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    if answer.citations.is_empty() {
        terminal::print("Nothing in these documents answers that\n")?;
        return Ok(ExitCode::SUCCESS);
    }
    terminal::print(&format!("{}\n\n", answer.text))?;
    for citation in &answer.citations {
        if let Some(passage) = found.passages.get(citation.passage) {
            terminal::print(&format!("[{}] {}\n", citation.number, place(passage)))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn find(
    mut searcher: Searcher,
    name: &str,
    question: &str,
    most: usize,
    mode: Mode,
) -> Result<Findings, Error> {
    let collection = searcher.store().collection(name)?.id;
    let query = Query { collection, question: question.to_owned(), most, mode };
    Ok(searcher.search(&query)?)
}

/// The document, the page and the headings, on one line.
fn place(passage: &Passage) -> String {
    let mut place = passage.name.clone();
    if let Some(page) = passage.page {
        place.push_str(&format!(", page {page}"));
    }
    let headings = passage.headings.iter().filter(|heading| **heading != passage.name);
    let headings = headings.map(String::as_str).collect::<Vec<_>>().join(" > ");
    if !headings.is_empty() {
        place.push_str(&format!(", {headings}"));
    }
    place.push_str(&format!(" ({})", passage.path.to_string_lossy()));
    terminal::on_one_line(&place).into_owned()
}

fn passage_json(passage: &Passage) -> Value {
    json!({
        "document": passage.name,
        "path": path_text(&passage.path),
        "page": passage.page,
        "characters": [passage.characters.start, passage.characters.end],
        "headings": passage.headings,
        "text": passage.text,
        "score": passage.score,
        "ranks": { "bm25": passage.words_rank, "vector": passage.meaning_rank },
    })
}

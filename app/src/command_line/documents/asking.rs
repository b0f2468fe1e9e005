//! `ask`: an answer with citations, by a model or by the reader that quotes.

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use engine::documents::Documents;
use engine::documents::ask::{
    Answer, Answerer, AskEvent, Candidate, Citation, Grounds, Question, Reading, ask,
};
use engine::documents::search;
use engine::documents::store::Store;
use engine::folder::DataFolder;
use engine::models::{ModelId, library};
use engine::{Config, Engine, JobEvent};
use serde_json::{Value, json};

use super::searching::{passage_json, with_path};
use super::{embedder, path_text, print_json, reranker};
use crate::command_line::arguments::ReadingMode;
use crate::command_line::interrupt::{Heard, INTERRUPTED, Interrupts};
use crate::command_line::terminal::{self, Progress, Screen, Silent, Streaming};
use crate::command_line::{Error, chat, loading, models};
use crate::document_library;

/// What was written after `ask`.
pub(super) struct Asked<'a> {
    pub(super) collection: &'a str,
    pub(super) question: &'a str,
    pub(super) model: Option<&'a str>,
    pub(super) reading: Option<ReadingMode>,
    pub(super) reader: bool,
    pub(super) reranker: Option<&'a str>,
    pub(super) json: bool,
}

/// Exits with 130 when it was stopped with Ctrl+C.
pub(super) fn run(folder: &DataFolder, store: Store, asked: &Asked<'_>) -> Result<ExitCode, Error> {
    if asked.question.trim().is_empty() {
        return Err(Error::EmptyQuestion);
    }
    let interrupts = Interrupts::install()?;
    let collection = store.collection(asked.collection)?.id;
    drop(store);
    let engine = Engine::start(Config::default()).map_err(Error::Thread)?;
    let embedder = match embedder::find(folder)? {
        Some(entry) => embedder::load_into(&engine, entry)?,
        None => None,
    };
    let mut question = Question::new(vec![collection], asked.question);
    question.reading = asked.reading.map(reading);
    question.answerer = if asked.reader { Answerer::Reader } else { Answerer::Best };
    if !asked.reader
        && let Some(model) = load_model(folder, &engine, asked.model, &mut question)?
    {
        question.request.model = Some(model);
        question.answerer = Answerer::Model;
    }
    let documents = document_library::open(folder, embedder)?;
    documents.set_reranker(reranker::choose(folder, &engine, asked.reranker)?);
    let answer = answer(&documents, &engine, question, &interrupts, asked.json)?;
    reranker::tell(answer.grounds.reranking.as_ref());
    tell(&answer, asked.json)?;
    Ok(if answer.stopped { ExitCode::from(INTERRUPTED) } else { ExitCode::SUCCESS })
}

fn reading(mode: ReadingMode) -> Reading {
    match mode {
        ReadingMode::Passages => Reading::Passages,
        ReadingMode::Whole => Reading::Whole,
        ReadingMode::Summary => Reading::Summary,
        ReadingMode::Scan => Reading::Scan,
    }
}

/// Loads the model that is meant; the demonstration answers from documents only when it is named.
fn load_model(
    folder: &DataFolder,
    engine: &Engine,
    wanted: Option<&str>,
    question: &mut Question,
) -> Result<Option<ModelId>, Error> {
    let models = models::library(folder);
    let entry = match wanted {
        Some(name) => models.find(name)?,
        None => match library::pick_default(&models.list()?) {
            Some(entry) if !entry.is_demo => entry.clone(),
            _ => return Ok(None),
        },
    };
    loading::must_chat(&entry)?;
    let settings = loading::settings(folder, &entry.id)?;
    let usual = chat::request(&engine::settings::ModelSettings::default(), Vec::new());
    let chosen = chat::request(&settings, Vec::new());
    // What a person set for the model comes before what suits documents.
    let sampling = if chosen.sampling == usual.sampling {
        question.request.sampling.clone()
    } else {
        chosen.sampling.clone()
    };
    question.request = engine::GenerateRequest { sampling, messages: Vec::new(), ..chosen };
    let loaded = loading::load(engine, entry.id, entry.path, settings.load)?;
    Ok(Some(loaded.id))
}

/// Asks, and shows the answer to a person as it comes. After Ctrl+C it is over within a decode step.
fn answer(
    documents: &Documents,
    engine: &Engine,
    question: Question,
    interrupts: &Interrupts,
    json: bool,
) -> Result<Answer, Error> {
    let (events, heard) = interrupts.line();
    let mut guard = Some(ask(documents, engine, question, events));
    // Into a file or a pipe goes the checked answer alone.
    let streams = !json && io::stdout().is_terminal();
    let mut screen: Box<dyn Screen> =
        if streams { Box::new(Streaming::new()) } else { Box::new(Silent) };
    let mut progress = Progress::new();
    for event in heard {
        match event {
            Heard::Interrupted => guard = None,
            Heard::Event(AskEvent::Progress { fraction, text }) => {
                let percent = fraction.map(|share| format!(" ({:.0} %)", share * 100.0));
                progress.show(&format!("{text}{}…", percent.unwrap_or_default()));
            }
            Heard::Event(AskEvent::Generating(JobEvent::Reading { tokens })) => {
                progress.show(&format!("Reading, {tokens} tokens so far…"));
            }
            Heard::Event(AskEvent::Generating(JobEvent::Reasoning(piece))) => {
                progress.clear();
                screen.reasoning(&piece)?;
            }
            Heard::Event(AskEvent::Generating(_)) => {}
            Heard::Event(AskEvent::Text(piece)) => {
                progress.clear();
                screen.text(&piece)?;
            }
            Heard::Event(AskEvent::Finished(answer)) => {
                interrupts.ignore();
                progress.clear();
                screen.end()?;
                if !json && !streams {
                    terminal::print(&format!("{}\n", answer.text))?;
                }
                return Ok(*answer);
            }
            Heard::Event(AskEvent::Failed(error)) => return Err(error.into()),
            Heard::HungUp => break,
        }
    }
    drop(guard);
    Err(engine::Error::Stopped.into())
}

/// The citations, or everything as JSON.
fn tell(answer: &Answer, json: bool) -> Result<(), Error> {
    if json {
        return print_json(&to_json(answer));
    }
    if !answer.citations.is_empty() {
        terminal::print("\n")?;
    }
    for citation in &answer.citations {
        let place = with_path(&citation.place(), &citation.path);
        terminal::print(&format!("[{}] {place}\n", citation.number))?;
    }
    if let Some(left_out) = search::left_out(&answer.grounds.question) {
        terminal::note(&format!("The question is long: {left_out}"));
    }
    for doubt in &answer.grounds.doubts {
        let sentence = terminal::on_one_line(&doubt.sentence).into_owned();
        terminal::note(&format!("Passage [{}] does not support: {sentence}", doubt.number));
    }
    if !answer.grounds.dropped_numbers.is_empty() {
        let numbers: Vec<String> =
            answer.grounds.dropped_numbers.iter().map(ToString::to_string).collect();
        terminal::note(&format!("No passage has the number {}", numbers.join(", ")));
    }
    Ok(())
}

fn to_json(answer: &Answer) -> Value {
    let Answer { text, citations, found, grounds, stopped } = answer;
    let Grounds { standalone, reading, because, candidates, meaning_weight, .. } = grounds;
    json!({
        "text": text,
        "citations": Value::from_iter(citations.iter().map(citation_json)),
        "found": found,
        "stopped": stopped,
        "reading": reading,
        "because": because,
        "standalone": standalone,
        "model": grounds.model,
        "caution": grounds.caution,
        "meaning_weight": meaning_weight,
        "reranking": grounds.reranking,
        "read": Value::from_iter(candidates.iter().map(candidate_json)),
        "prompt": grounds.prompt,
        "budget": grounds.budget,
        "dropped_numbers": grounds.dropped_numbers,
        "doubts": grounds.doubts,
    })
}

fn citation_json(citation: &Citation) -> Value {
    json!({
        "number": citation.number,
        "document": citation.name,
        "path": path_text(&citation.path),
        "page": citation.page,
        "characters": [citation.characters.start, citation.characters.end],
        "headings": citation.headings,
        "quote": citation.quote,
    })
}

/// A passage, with its number in the prompt or why it has none.
fn candidate_json(candidate: &Candidate) -> Value {
    let mut value = passage_json(&candidate.passage);
    if let Some(object) = value.as_object_mut() {
        object.insert("number".to_owned(), candidate.number.into());
        object.insert("left_out".to_owned(), candidate.left_out.as_str().into());
    }
    value
}

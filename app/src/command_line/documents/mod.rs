//! `satchel documents`: a person's own files, read, searched and asked.
//!
//! ```text
//! adding.rs, watching.rs ─▶ the worker of engine::documents::index
//! searching.rs (search) ─▶ engine::documents::search
//! asking.rs (ask) ─▶ engine::documents::ask
//! listing.rs (list, status, remove)
//! ```

mod adding;
mod asking;
mod embedder;
mod listing;
mod reranker;
mod searching;
mod watching;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use engine::documents::index::IndexerConfig;
use engine::documents::search::Searcher;
use engine::documents::store::Store;
use engine::documents::{Documents as Service, Embedder};
use engine::folder::DataFolder;
use engine::{Config, Engine};

use super::Error;
use super::arguments::{Documents, SearchMode};
use super::terminal;
use crate::document_library::{self, OpenError};

pub(super) fn run(documents: &Documents, data_dir: Option<&Path>) -> Result<ExitCode, Error> {
    let folder = DataFolder::open_shared(data_dir)?;
    let store = Store::open(&folder.library_db())?;
    match documents {
        Documents::Add { collection, paths, passed_over, json } => {
            let embedder = embedder::load(&folder)?;
            let telling = adding::Telling { passed_over: *passed_over, json: *json };
            adding::add(&store, embedder, collection, paths, telling)
        }
        Documents::Watch { collection, path, json } => {
            let embedder = embedder::load(&folder)?;
            watching::watch(&store, embedder, collection, path, *json)
        }
        Documents::List { json } => listing::list(&store, *json),
        Documents::Status { collection, json } => listing::status(&store, collection, *json),
        Documents::Remove { collection, path, json } => {
            listing::remove(&store, collection, path.as_deref(), *json)
        }
        Documents::Search { collection, query, k, mode, order, json } => {
            let engine = Engine::start(Config::default()).map_err(Error::Thread)?;
            let embedder = match mode {
                SearchMode::Bm25 => None,
                SearchMode::Hybrid | SearchMode::Vector => embedder::find(&folder)?,
            };
            let embedder = match embedder {
                Some(entry) => embedder::load_into(&engine, entry)?,
                None => None,
            };
            let mut searcher = Searcher::new(store, embedder);
            searcher.set_reranker(reranker::choose(&folder, &engine, order.reranker.as_deref())?);
            searching::search(searcher, collection, query, *k, *mode, *json)
        }
        Documents::Ask { collection, question, model, reading, reader, order, json } => {
            let asked = asking::Asked {
                collection,
                question,
                model: model.as_deref(),
                reading: *reading,
                reader: *reader,
                reranker: order.reranker.as_deref(),
                json: *json,
            };
            asking::run(&folder, store, &asked)
        }
    }
}

/// The library for apps. Where `may_search`, and there are documents, the embedding model is loaded
/// into the engine.
pub(super) fn service(
    folder: &DataFolder,
    engine: &Engine,
    may_search: bool,
) -> Result<Service, Error> {
    let path = folder.library_db();
    let is_worth_it = may_search && path.exists() && !Store::open(&path)?.collections()?.is_empty();
    let model = if is_worth_it { embedder::find(folder)? } else { None };
    let embedder = match model {
        Some(entry) => embedder::load_into(engine, entry)?,
        None => None,
    };
    let documents = document_library::open(folder, embedder)?;
    if is_worth_it {
        documents.set_reranker(reranker::choose(folder, engine, None)?);
    }
    Ok(documents)
}

/// A worker on this library that reads files with this program.
fn worker_on(store: &Store, embedder: Option<Arc<dyn Embedder>>) -> Result<IndexerConfig, Error> {
    let reader = document_library::reader().map_err(OpenError::from)?;
    Ok(IndexerConfig { library: store.path().to_owned(), reader, embedder })
}

fn print_json(value: &serde_json::Value) -> Result<(), Error> {
    terminal::print(&format!("{value}\n"))
}

/// A path as JSON can hold it.
fn path_text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

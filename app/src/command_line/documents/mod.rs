//! `satchel documents`: a person's own files, read, searched and asked.
//!
//! ```text
//! adding.rs (add, watch) ─▶ the worker of engine::documents::index
//! asking.rs (search, ask) ─▶ engine::documents::search, read
//! listing.rs (list, status, remove)
//! ```

mod adding;
mod asking;
mod listing;

use std::path::Path;
use std::process::ExitCode;

use engine::documents::index::IndexerConfig;
use engine::documents::reading::Reader;
use engine::documents::store::Store;
use engine::folder::DataFolder;

use super::Error;
use super::arguments::Documents;
use super::terminal;

pub(super) fn run(documents: &Documents, data_dir: Option<&Path>) -> Result<ExitCode, Error> {
    let folder = DataFolder::open_shared(data_dir)?;
    let store = Store::open(&folder.library_db())?;
    match documents {
        Documents::Add { collection, paths, json } => adding::add(&store, collection, paths, *json),
        Documents::Watch { collection, path, json } => {
            adding::watch(&store, collection, path, *json)
        }
        Documents::List { json } => listing::list(&store, *json),
        Documents::Status { collection, json } => listing::status(&store, collection, *json),
        Documents::Remove { collection, path, json } => {
            listing::remove(&store, collection, path.as_deref(), *json)
        }
        Documents::Search { collection, query, k, mode, json } => {
            asking::search(store, collection, query, *k, *mode, *json)
        }
        Documents::Ask { collection, question, json } => {
            asking::ask(store, collection, question, *json)
        }
    }
}

/// A worker on this library that reads files with this program.
fn worker_on(store: &Store) -> Result<IndexerConfig, Error> {
    let program = std::env::current_exe().map_err(Error::Itself)?;
    let reader = Reader::new(program, vec!["__extract".into()]);
    Ok(IndexerConfig { library: store.path().to_owned(), reader, embedder: None })
}

fn print_json(value: &serde_json::Value) -> Result<(), Error> {
    terminal::print(&format!("{value}\n"))
}

/// A path as JSON can hold it.
fn path_text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

//! `satchel models`: what there is, what comes and what goes.

use std::path::Path;
use std::process::ExitCode;

use engine::folder::DataFolder;
use engine::models::{Keep, Library, ModelEntry, library};
use serde_json::{Value, json};

use super::Error;
use super::arguments::Models;
use super::terminal::{self, Progress};
use crate::demo;
use crate::measures::{bytes, grouped};

/// The models of a data folder, the demonstration among them where it can be written there.
pub(super) fn library(folder: &DataFolder) -> Library {
    let demo = demo::path(folder.path()).inspect_err(|error| tracing::warn!("{error}"));
    Library::new(folder.models(), demo.ok())
}

pub(super) fn run(models: &Models, data_dir: Option<&Path>) -> Result<ExitCode, Error> {
    let folder = DataFolder::open_shared(data_dir)?;
    let library = library(&folder);
    match models {
        Models::List { json } => list(&library.list()?, *json)?,
        Models::Add { path, copy, json } => {
            let keep = if *copy { Keep::Copy } else { Keep::Reference };
            let mut progress = Progress::new();
            let entry = library.add(path, keep, &mut |done, total| {
                progress.show(&format!("Copying: {} of {}", bytes(done), bytes(total)));
                true
            })?;
            drop(progress);
            tell(&entry, "added", *json)?;
        }
        Models::Remove { name, yes, json } => {
            let entry = library::find_exactly(&library.list()?, name)?;
            if library.owns(&entry) && !yes && !may_delete(&entry)? {
                return Err(Error::NotRemoved);
            }
            library.remove(&entry.id)?;
            tell(&entry, "removed", *json)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Asks a person. A script has said what it means by the exact name.
fn may_delete(entry: &ModelEntry) -> Result<bool, Error> {
    let path = entry.path.to_string_lossy();
    let (path, size) = (terminal::on_one_line(&path), bytes(entry.size));
    Ok(terminal::confirm(&format!("Delete {path} ({size})?"))?.unwrap_or(true))
}

fn tell(entry: &ModelEntry, done: &str, json: bool) -> Result<(), Error> {
    let line = if json {
        to_json(entry).to_string()
    } else {
        format!("{done} {}", terminal::on_one_line(&entry.id.0))
    };
    terminal::print(&format!("{line}\n"))
}

fn list(entries: &[ModelEntry], json: bool) -> Result<(), Error> {
    let text = if json {
        Value::from_iter(entries.iter().map(to_json)).to_string()
    } else {
        let head =
            ["NAME", "SIZE", "PARAMETERS", "WEIGHTS", "CONTEXT", "REMARKS"].map(str::to_owned);
        terminal::table(&std::iter::once(head).chain(entries.iter().map(row)).collect::<Vec<_>>())
    };
    terminal::print(&format!("{}\n", text.trim_end()))
}

fn to_json(entry: &ModelEntry) -> Value {
    json!({
        "id": entry.id,
        "name": entry.name,
        // A path that is no text has no other form in JSON.
        "path": entry.path.to_string_lossy(),
        "architecture": entry.architecture,
        "size": entry.size,
        "quantization": entry.quantization,
        "parameters": entry.parameters,
        "context_length": entry.context_length,
        "is_demo": entry.is_demo,
        "is_embedding": entry.is_embedding,
        "is_reranker": entry.is_reranker,
        "problem": entry.problem,
    })
}

fn row(entry: &ModelEntry) -> [String; 6] {
    let known = |number: u64, text: String| if number == 0 { "–".to_owned() } else { text };
    let remarks = match &entry.problem {
        Some(problem) => format!("cannot be used: {problem}"),
        None if entry.is_demo => "demonstration".to_owned(),
        None if entry.is_embedding => "for searching, writes no text".to_owned(),
        None if entry.is_reranker => "for ranking passages, writes no text".to_owned(),
        None => String::new(),
    };
    [
        terminal::on_one_line(&entry.id.0).into_owned(),
        bytes(entry.size),
        known(entry.parameters, count(entry.parameters)),
        entry.quantization.clone(),
        known(entry.context_length.into(), grouped(entry.context_length)),
        terminal::on_one_line(&remarks).into_owned(),
    ]
}

/// A number in the form in which makers name their models: `7.6B`.
fn count(number: u64) -> String {
    let mut value = number as f64;
    let mut units = ["", "K", "M", "B", "T"].into_iter();
    let mut unit = units.next().unwrap_or_default();
    while value >= 1e3
        && let Some(larger) = units.next()
    {
        value /= 1e3;
        unit = larger;
    }
    let digits = usize::from(!unit.is_empty() && value < 10.0);
    format!("{value:.digits$}{unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (number, text) in
            [(17, "17"), (464_768, "465K"), (7_500_000, "7.5M"), (70_000_000_000, "70B")]
        {
            assert_eq!(count(number), text);
        }
    }
}

//! `satchel models`: what there is, what comes and what goes.

use std::path::Path;
use std::process::ExitCode;

use engine::folder::DataFolder;
use engine::models::{Keep, Library, ModelEntry};
use serde_json::{Value, json};

use super::Error;
use super::arguments::Models;
use super::terminal::{self, Progress};
use crate::demo;

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
                progress.show(&format!("Copying: {} of {}", size(done), size(total)));
                true
            })?;
            drop(progress);
            tell(&entry, "added", *json)?;
        }
        Models::Remove { name, json } => {
            let entry = library.find(name)?;
            library.remove(&entry.id)?;
            tell(&entry, "removed", *json)?;
        }
    }
    Ok(ExitCode::SUCCESS)
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
        size(entry.size),
        known(entry.parameters, count(entry.parameters)),
        entry.quantization.clone(),
        known(entry.context_length.into(), entry.context_length.to_string()),
        terminal::on_one_line(&remarks).into_owned(),
    ]
}

fn size(bytes: u64) -> String {
    scaled(bytes, 1024.0, ["B", "KiB", "MiB", "GiB", "TiB"], " ")
}

fn count(number: u64) -> String {
    scaled(number, 1000.0, ["", "K", "M", "B", "T"], "")
}

/// A number with two digits at least, in the unit that makes it short.
fn scaled(number: u64, step: f64, units: [&str; 5], space: &str) -> String {
    let mut value = number as f64;
    let mut unit = 0;
    while value >= step && unit + 1 < units.len() {
        value /= step;
        unit += 1;
    }
    let digits = usize::from(unit > 0 && value < 10.0);
    format!("{value:.digits$}{space}{}", units.get(unit).copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!(size(17), "17 B");
        assert_eq!(size(8_089_216), "7.7 MiB");
        assert_eq!(size(20 << 30), "20 GiB");
        assert_eq!(count(7_500_000), "7.5M");
        assert_eq!(count(70_000_000_000), "70B");
    }
}

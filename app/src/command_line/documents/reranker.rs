//! The reranker that orders what is found: the one that was named, or the one of the settings.

use std::path::PathBuf;
use std::sync::Arc;

use engine::Engine;
use engine::documents::search::Reranking;
use engine::documents::{DocumentsSettings, EngineReranker, Reranker};
use engine::folder::DataFolder;
use engine::models::ModelId;
use engine::settings::Settings;

use crate::command_line::{Error, models, terminal};

/// What is written where none is wanted.
const NONE: &str = "none";

/// The reranker, which the engine loads when something was found; `None` where none is wanted.
pub(super) fn choose(
    folder: &DataFolder,
    engine: &Engine,
    named: Option<&str>,
) -> Result<Option<Arc<dyn Reranker>>, Error> {
    let found = match named {
        Some(NONE) => None,
        Some(name) => Some(find(folder, name)?),
        None => chosen(folder)?,
    };
    let reranker = |(id, path)| EngineReranker::new(engine.clone(), id, path);
    Ok(found.map(|found| Arc::new(reranker(found)) as Arc<dyn Reranker>))
}

fn find(folder: &DataFolder, name: &str) -> Result<(ModelId, PathBuf), Error> {
    let entry = models::library(folder).find(name)?;
    if let Some(problem) = entry.problem {
        return Err(Error::UnusableReranker { model: entry.id.0, problem });
    }
    if !entry.is_reranker {
        return Err(Error::NoReranker { model: entry.id.0 });
    }
    Ok((entry.id, entry.path))
}

/// The one of the settings. That it is gone is told when it is needed, and costs nothing but its order.
fn chosen(folder: &DataFolder) -> Result<Option<(ModelId, PathBuf)>, Error> {
    let (settings, notice) = Settings::load(&folder.settings())?;
    if let Some(notice) = notice {
        terminal::note(&notice.to_string());
    }
    let Some(id) = DocumentsSettings::of(&settings).reranker() else { return Ok(None) };
    let entries = models::library(folder).list()?;
    let path = entries.into_iter().find(|entry| entry.id == id).map(|entry| entry.path);
    Ok(Some((id.clone(), path.unwrap_or_else(|| folder.models().join(id.0)))))
}

/// Says what a person should know about the order.
pub(super) fn tell(reranking: Option<&Reranking>) {
    let Some(Reranking { model, cut, failure, .. }) = reranking else { return };
    if let Some(failure) = failure {
        terminal::note(&format!("{model} did not order the passages: {failure}"));
    } else if *cut > 0 {
        terminal::note(&format!("{model} could not read {cut} of the passages to their end"));
    }
}

//! From the name of a model, or none, to an engine that is ready to answer with it.

use std::path::{Path, PathBuf};

use engine::folder::DataFolder;
use engine::models::{self, LoadSettings, LoadedModel, ModelEntry, ModelId, library};
use engine::settings::{ModelSettings, Settings, effective};
use engine::{Command, Config, Engine, Event, asleep};

use super::Error;
use super::arguments::Answers;
use super::terminal::{self, Progress};

/// Everything that an answer needs.
pub(super) struct Ready {
    pub(super) folder: DataFolder,
    pub(super) engine: Engine,
    pub(super) model: LoadedModel,
    pub(super) settings: ModelSettings,
}

impl Ready {
    /// Loads the model that `wanted` means, or else the one that a person would expect.
    pub(super) fn with_model(data_dir: Option<&Path>, answers: &Answers) -> Result<Self, Error> {
        let folder = DataFolder::open_shared(data_dir)?;
        let engine = Engine::start(Config::default()).map_err(Error::Thread)?;
        let (model, settings) = load_wanted(&folder, &engine, answers)?;
        Ok(Self { folder, engine, model, settings })
    }
}

/// Loads the model that is named, or else the one that a person would expect, into an engine; with the
/// settings that were made for it and what was said on the command line.
pub(super) fn load_wanted(
    folder: &DataFolder,
    engine: &Engine,
    answers: &Answers,
) -> Result<(LoadedModel, ModelSettings), Error> {
    let entry = choose(folder, answers.model.as_deref())?;
    must_chat(&entry)?;
    let mut settings = settings(folder, &entry.id)?;
    answers.apply(&mut settings);
    let model = load(engine, entry.id, entry.path, settings.load.clone())?;
    if let Some(note) = &model.template_note {
        terminal::note(note);
    }
    Ok((model, settings))
}

/// Refuses a model that writes no text, and says what it is for. What is broken says so when it is loaded.
pub(super) fn must_chat(entry: &ModelEntry) -> Result<(), Error> {
    let is_for = match entry {
        _ if entry.is_embedding => "searching",
        _ if entry.is_reranker => "ranking passages",
        _ => return Ok(()),
    };
    Err(Error::NoChatModel { model: entry.name.clone(), is_for })
}

/// Loads a model and waits for it.
pub(super) fn load(
    engine: &Engine,
    id: ModelId,
    path: PathBuf,
    settings: LoadSettings,
) -> Result<LoadedModel, Error> {
    let news = engine.subscribe(asleep());
    engine.send(Command::Models(models::Command::Load { id, path, settings }));
    let mut progress = Progress::new();
    for event in news {
        let Event::Models(event) = event else { continue };
        match event {
            models::Event::LoadProgressed { fraction, .. } => {
                progress.show(&format!("Loading the model: {:.0} %", fraction * 100.0));
            }
            models::Event::Loaded(model) => return Ok(*model),
            models::Event::LoadFailed { error, .. } => return Err(error.into()),
            models::Event::Crashed { message, .. } => {
                return Err(engine::Error::Crashed(message).into());
            }
            _ => {}
        }
    }
    Err(engine::Error::Stopped.into())
}

/// The settings of a model that answers one person.
pub(super) fn settings(folder: &DataFolder, id: &ModelId) -> Result<ModelSettings, Error> {
    let (all_settings, notice) = Settings::load(&folder.settings())?;
    if let Some(notice) = notice {
        terminal::note(&notice.to_string());
    }
    let mut settings = effective(&ModelSettings::default(), &[&all_settings.model(id)]);
    // One person asks for one answer at a time.
    settings.load.sequences = Some(1);
    Ok(settings)
}

/// The model that is meant; where none is named, a real one comes before the demonstration.
fn choose(folder: &DataFolder, wanted: Option<&str>) -> Result<ModelEntry, Error> {
    let library = super::models::library(folder);
    let entry = match wanted {
        Some(name) => library.find(name)?,
        None => library::pick_default(&library.list()?).ok_or(engine::Error::NoModel)?.clone(),
    };
    if entry.is_demo {
        terminal::note(DEMONSTRATION);
    }
    Ok(entry)
}

const DEMONSTRATION: &str = "Using the demonstration model, which shows how Satchel works and knows \
                             nothing; `satchel models add FILE.gguf` adds a real one";

//! `satchel` alone: everything that the window is opened with.

use std::path::Path;
use std::process::ExitCode;

use engine::folder::DataFolder;
use engine::settings::Settings;
use engine::{Config, Engine};

use super::Error;
use crate::document_library::OpenError;
use crate::{Dialogs, Start, document_library, shipped};

pub(super) fn run(data_dir: Option<&Path>) -> Result<ExitCode, Error> {
    let folder = DataFolder::open(data_dir)?;
    let (settings, notice) = Settings::load(&folder.settings())?;
    let engine = Engine::start(Config::default()).map_err(Error::Thread)?;
    let apps = shipped::library(&folder)?;
    let dialogs = Dialogs::System;
    let studio = document_library::studio().map_err(OpenError::from)?;
    let documents = document_library::open(&folder, None)?;
    crate::window::run(Start {
        engine,
        folder,
        settings,
        notice,
        dialogs,
        apps,
        documents,
        studio,
    })?;
    Ok(ExitCode::SUCCESS)
}

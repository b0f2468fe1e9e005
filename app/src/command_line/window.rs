//! `satchel` alone: everything that the window is opened with.

use std::io::{self, IsTerminal as _};
use std::path::Path;
use std::process::ExitCode;

use engine::folder::DataFolder;
use engine::settings::Settings;
use engine::{Config, Engine};

use super::Error;
use crate::document_library::OpenError;
use crate::{Dialogs, Start, document_library, shipped};

pub(super) fn run(data_dir: Option<&Path>) -> Result<ExitCode, Error> {
    match start(data_dir) {
        Ok(start) => crate::window::run(start)?,
        Err(error) => {
            // Whoever clicked on an icon reads no standard error.
            if let Some(line) = error.line().filter(|_| !io::stderr().is_terminal())
                && let Err(why) = crate::refusal::tell(&line)
            {
                tracing::debug!("no window tells of it: {why}");
            }
            return Err(error);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn start(data_dir: Option<&Path>) -> Result<Start, Error> {
    let folder = DataFolder::open(data_dir)?;
    let (settings, notice) = Settings::load(&folder.settings())?;
    let engine = Engine::start(Config::default()).map_err(Error::Thread)?;
    let apps = shipped::library(&folder)?;
    let dialogs = Dialogs::System;
    let studio = document_library::studio().map_err(OpenError::from)?;
    let documents = document_library::open(&folder, None)?;
    Ok(Start { engine, folder, settings, notice, dialogs, apps, documents, studio })
}

//! `satchel` alone: everything that the window is opened with.

use std::path::Path;
use std::process::ExitCode;

use engine::folder::DataFolder;
use engine::settings::Settings;
use engine::{Config, Engine};
use scripting::Library;

use super::Error;
use crate::{Dialogs, Start};

pub(super) fn run(data_dir: Option<&Path>) -> Result<ExitCode, Error> {
    let folder = DataFolder::open(data_dir)?;
    let (settings, notice) = Settings::load(&folder.settings())?;
    let engine = Engine::start(Config::default()).map_err(Error::Thread)?;
    let apps = Library::open(None, folder.apps());
    let dialogs = Dialogs::System;
    crate::window::run(Start { engine, folder, settings, notice, dialogs, apps })?;
    Ok(ExitCode::SUCCESS)
}

//! `satchel apps check`: everything that is wrong with an app, as compilers say it.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use engine::{Config, Engine};
use scripting::library::LibraryError;
use scripting::manifest;

use super::super::{Error, terminal};
use super::problem::shown;

pub(super) fn run(data_dir: Option<&Path>, path: &Path) -> Result<ExitCode, Error> {
    let folder = path.canonicalize().map_err(|reason| {
        Error::Apps(LibraryError::Unreadable { reason, path: path.to_owned() })
    })?;
    let (data, library) = super::open(data_dir)?;
    // No model is loaded for this.
    let engine = Engine::start(Config::default()).map_err(Error::Thread)?;
    let host = super::host(&data, library, engine, None, BTreeMap::new(), false)?;
    let problems = host.check(&folder, &BTreeMap::new());
    if problems.is_empty() {
        let about = manifest::read(&folder)
            .map_or_else(|_| String::new(), |app| format!("{} {}: ", app.name, app.version));
        terminal::print(&format!("{about}no problems\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let text: String = problems.iter().map(|problem| shown(path, problem)).collect();
    terminal::print(&text)?;
    Err(Error::Unsound { app: path.display().to_string(), count: problems.len() })
}

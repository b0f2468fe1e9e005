//! `satchel apps check`: everything that is wrong with an app, as compilers say it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use engine::{Config, Engine};
use scripting::library::LibraryError;
use scripting::{Grants, Problem, manifest};

use super::super::{Error, terminal};

pub(super) fn run(data_dir: Option<&Path>, path: &Path) -> Result<ExitCode, Error> {
    let folder = path.canonicalize().map_err(|reason| {
        Error::Apps(LibraryError::Unreadable { reason, path: path.to_owned() })
    })?;
    let (data, library) = super::open(data_dir)?;
    // No model is loaded for this.
    let engine = Engine::start(Config::default()).map_err(Error::Thread)?;
    let host = super::host(&data, library, engine, None, Grants::default(), false)?;
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

/// The problem with its path as a person has it, and the line with a mark below it.
pub(super) fn shown(path: &Path, problem: &Problem) -> String {
    let Some(place) = &problem.place else {
        return format!("{}: {}\n", path.display(), problem.message);
    };
    let file = path.join(&place.file);
    let mut text = format!("{}:{}:", file.display(), place.line);
    // Writing to a text does not fail.
    if let Some(column) = place.column {
        write!(text, "{column}:").ok();
    }
    writeln!(text, " {}", problem.message).ok();
    writeln!(text, "    {}", place.source.replace('\t', " ")).ok();
    if let Some(column) = place.column {
        writeln!(text, "    {}^", " ".repeat(column.saturating_sub(1))).ok();
    }
    text
}

#[cfg(test)]
mod tests {
    use scripting::Place;

    use super::*;

    #[test]
    fn a_problem_is_shown_where_it_is() {
        let place = Place {
            file: "main.rhai".into(),
            line: 3,
            column: Some(5),
            source: "\tlet x =".to_owned(),
        };
        let problem =
            Problem { message: "half a line".to_owned(), place: Some(place), calls: Vec::new() };
        let shown = shown(Path::new("apps/a"), &problem).replace('\\', "/");
        assert_eq!(shown, "apps/a/main.rhai:3:5: half a line\n     let x =\n        ^\n");
    }
}

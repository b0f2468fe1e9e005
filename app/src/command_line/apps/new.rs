//! `satchel apps new`

use std::path::Path;
use std::process::ExitCode;

use scripting::AppId;
use scripting::library::{Choices, LibraryError, Template};

use super::super::{Error, terminal};
use super::arguments::Kind;

pub(super) fn run(
    data_dir: Option<&Path>,
    id: &str,
    kind: Kind,
    name: Option<&str>,
) -> Result<ExitCode, Error> {
    let (folder, library) = super::open(data_dir)?;
    let id = AppId::parse(id).map_err(LibraryError::from)?;
    let template = match kind {
        Kind::Script => Template::Script,
        Kind::Panel => Template::Panel,
        Kind::Assistant => Template::Assistant,
    };
    let name = name.map_or_else(|| name_of(&id), str::to_owned);
    let app = library.create(template, &id, &name)?;
    // Whoever has just made it wants it to work.
    Choices::load(folder.path())?.grant_all(&app)?;
    terminal::print(&format!("{}\n", app.folder.display()))?;
    terminal::note(&format!("try it with: satchel apps run {id} --input \"Hello\""));
    Ok(ExitCode::SUCCESS)
}

/// `my-notes` as `My notes`.
fn name_of(id: &AppId) -> String {
    let words = id.0.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_makes_a_name() {
        assert_eq!(name_of(&AppId("my-notes-2".to_owned())), "My notes 2");
    }
}

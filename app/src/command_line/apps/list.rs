//! `satchel apps list`

use std::path::Path;
use std::process::ExitCode;

use scripting::library::{App, Choices};
use serde_json::{Value, json};

use super::super::{Error, terminal};

pub(super) fn run(data_dir: Option<&Path>, json: bool) -> Result<ExitCode, Error> {
    let (folder, library) = super::open(data_dir)?;
    let apps = library.list()?;
    let choices = Choices::load(folder.path())?;
    let text = if json {
        Value::from_iter(apps.iter().map(|app| to_json(app, &choices))).to_string()
    } else {
        let head = ["ID", "NAME", "VERSION", "FROM", "WHAT IT DOES"].map(str::to_owned);
        let rows = apps.iter().map(|app| row(app, &choices));
        terminal::table(&std::iter::once(head).chain(rows).collect::<Vec<_>>())
    };
    terminal::print(&format!("{}\n", text.trim_end()))?;
    Ok(ExitCode::SUCCESS)
}

fn row(app: &App, choices: &Choices) -> [String; 5] {
    let (version, about) = match &app.manifest {
        Ok(manifest) => (manifest.version.to_string(), manifest.description.clone()),
        Err(problems) => {
            let first = problems.first().map(ToString::to_string).unwrap_or_default();
            ("–".to_owned(), format!("cannot be used: {first}"))
        }
    };
    let off = if choices.is_enabled(&app.id) { "" } else { "switched off: " };
    let cells = [
        app.id.0.clone(),
        app.name().to_owned(),
        version,
        super::origin(app).to_owned(),
        format!("{off}{about}"),
    ];
    cells.map(|cell| terminal::on_one_line(&cell).into_owned())
}

fn to_json(app: &App, choices: &Choices) -> Value {
    let manifest = app.manifest.as_ref().ok();
    let grants = choices.grants(app);
    let permissions =
        manifest.iter().flat_map(|manifest| &manifest.permissions).map(|permission| {
            json!({
                "permission": permission.key(),
                "words": permission.words(app.name()),
                // Null where nobody was asked yet.
                "granted": grants.answer(permission),
            })
        });
    json!({
        "id": app.id,
        "name": app.name(),
        "version": manifest.map(|manifest| manifest.version.to_string()),
        "description": manifest.map(|manifest| manifest.description.as_str()),
        "from": super::origin(app),
        "folder": app.folder.to_string_lossy(),
        "enabled": choices.is_enabled(&app.id),
        "kind": manifest.map(|manifest| if manifest.entry.is_some() { "script" } else { "assistant" }),
        "permissions": Value::from_iter(permissions),
        "problems": app.manifest.as_ref().err(),
    })
}

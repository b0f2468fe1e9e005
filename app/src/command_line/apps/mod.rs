//! `satchel apps`: what there is, what is new, whether it is sound, and one running.

mod arguments;
mod check;
mod dev;
mod list;
mod new;
mod problem;
mod run;
mod session;

pub(super) use arguments::Apps;
pub(super) use problem::around;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use engine::Engine;
use engine::documents::Documents;
use engine::folder::DataFolder;
use scripting::Library;
use scripting::library::{App, LibraryError, Origin};
use scripting::{AppId, Grants, HostConfig, ScriptHost, Services, manifest};

use super::Error;

pub(super) fn run(apps: &Apps, data_dir: Option<&Path>) -> Result<ExitCode, Error> {
    match apps {
        Apps::List { json } => list::run(data_dir, *json),
        Apps::New { id, template, name } => new::run(data_dir, id, *template, name.as_deref()),
        Apps::Check { path } => check::run(data_dir, path),
        Apps::Run(arguments) => run::run(data_dir, arguments),
        Apps::Dev(arguments) => dev::run(data_dir, arguments),
    }
}

/// The icons that the window can draw; without one, nobody draws any.
#[cfg(feature = "window")]
const ICONS: &[&str] = crate::look::Icon::NAMES;
#[cfg(not(feature = "window"))]
const ICONS: &[&str] = &[];

/// The data folder and the apps in it.
fn open(data_dir: Option<&Path>) -> Result<(DataFolder, Library), Error> {
    let folder = DataFolder::open_shared(data_dir)?;
    let library = crate::shipped::library(&folder)?;
    Ok((folder, library))
}

/// A host in this process. `resident` ones load what is saved and wake who wants to be woken.
fn host(
    folder: &DataFolder,
    library: Library,
    engine: Engine,
    documents: Option<Documents>,
    grants: BTreeMap<AppId, Grants>,
    resident: bool,
) -> Result<ScriptHost, Error> {
    let models = super::models::library(folder);
    let config = HostConfig {
        library,
        data_folder: folder.path().to_owned(),
        engine,
        services: Services { models: Some(Arc::new(models)), documents, ..Services::default() },
        plugins: scripting::api::all(),
        grants,
        icons: ICONS,
        resident,
    };
    ScriptHost::start(config).map_err(Error::Thread)
}

/// The app that is meant by an id or a path, and a library that has it.
fn find(library: Library, wanted: &str) -> Result<(Library, App), Error> {
    let path = Path::new(wanted);
    let is_path = wanted.contains(['/', '\\']) || wanted == "." || wanted == "..";
    if is_path || path.join(manifest::FILE).is_file() {
        return Ok(library.with_guest(path)?);
    }
    let app = library.get(&AppId(wanted.to_owned()))?;
    Ok((library, app))
}

/// Where an app comes from, in a word.
fn origin(app: &App) -> &'static str {
    match app.origin {
        Origin::Shipped => "shipped",
        Origin::Own => "own",
        Origin::Guest => "elsewhere",
    }
}

/// The app's manifest, or what is wrong with it.
fn sound(app: &App) -> Result<&scripting::Manifest, Error> {
    let broken = |problems: &Vec<_>| LibraryError::Broken {
        id: app.id.0.clone(),
        problems: problems.clone(),
    };
    app.manifest.as_ref().map_err(|problems| broken(problems).into())
}

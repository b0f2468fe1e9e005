//! A host for one app, with a model if it needs one, and what the app is asked.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::Path;

use engine::folder::DataFolder;
use engine::settings::ModelSettings;
use engine::{Config, Engine, GenerateRequest, Message, Role};
use scripting::library::App;
use scripting::{AppId, Grants, Library, Permission, RunInput, RunRequest, ScriptHost};

use super::super::{Error, chat, documents, loading};
use super::arguments::Given;

/// Everything that running an app needs.
pub(super) struct Session {
    pub(super) host: ScriptHost,
    settings: ModelSettings,
}

impl Session {
    /// Loads a model if one may be asked, and starts a host. `resident` hosts load what is saved; any
    /// other first sees whether the app compiles, for which no model is needed.
    pub(super) fn start(
        data_dir: Option<&Path>,
        library: Library,
        app: &App,
        given: &Given,
        resident: bool,
    ) -> Result<Self, Error> {
        let permissions = &super::sound(app)?.permissions;
        let granted = allowed(app.name(), permissions, &given.allow)?;
        let folder = DataFolder::open_shared(data_dir)?;
        let engine = Engine::start(Config::default()).map_err(Error::Thread)?;
        if !resident {
            let (library, engine) = (library.clone(), engine.clone());
            let host = super::host(&folder, library, engine, None, BTreeMap::new(), false)?;
            host.compile(&app.folder).map_err(Error::App)?;
        }
        let mut settings = ModelSettings::default();
        if asks_models(&library, app, &mut BTreeSet::new()) {
            settings = loading::load_wanted(&folder, &engine, &given.answers)?.1;
        } else {
            given.answers.apply(&mut settings);
        }
        // An app that it calls may read documents as well.
        let may_search = permissions
            .iter()
            .any(|permission| matches!(permission, Permission::Documents(_) | Permission::App(_)));
        let documents = Some(documents::service(&folder, &engine, may_search)?);
        let grants = [(app.id.clone(), granted)].into();
        let host = super::host(&folder, library, engine, documents, grants, resident)?;
        Ok(Self { host, settings })
    }

    /// What the app is asked.
    pub(super) fn request(&self, input: Input) -> RunRequest {
        let Input { text, data } = input;
        let all = chat::request(&self.settings, vec![Message::new(Role::User, &text)]);
        let (messages, defaults) =
            (all.messages.clone(), GenerateRequest { messages: Vec::new(), ..all });
        let input = RunInput { text, data, messages };
        RunRequest { input, defaults, ..RunRequest::default() }
    }
}

/// Whether an app, or one that it may run, asks models.
fn asks_models(library: &Library, app: &App, seen: &mut BTreeSet<AppId>) -> bool {
    let permissions = app.manifest.as_ref().map(|manifest| manifest.permissions.as_slice());
    permissions.unwrap_or_default().iter().any(|permission| match permission {
        Permission::Llm => true,
        Permission::App(id) if seen.insert(id.clone()) => {
            library.find(id).is_some_and(|other| asks_models(library, &other, seen))
        }
        _ => false,
    })
}

/// What an app is given.
#[derive(Clone, Debug)]
pub(super) struct Input {
    text: String,
    data: Option<serde_json::Value>,
}

impl Input {
    /// Reads it, from standard input where that is asked for.
    pub(super) fn read(given: &Given) -> Result<Self, Error> {
        let text = given.input.as_deref().map(read).transpose()?.unwrap_or_default();
        let json = given.input_json.as_deref().map(read).transpose()?;
        let data =
            json.map(|json| serde_json::from_str(&json)).transpose().map_err(Error::NoJson)?;
        Ok(Self { text, data })
    }
}

/// The text itself, or standard input for `-`.
fn read(argument: &str) -> Result<String, Error> {
    if argument != "-" {
        return Ok(argument.to_owned());
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(Error::Input)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// What `--allow` grants: a permission by its key, or all of one kind.
fn allowed(app: &str, asked: &[Permission], allow: &[String]) -> Result<Grants, Error> {
    let mut granted = Vec::new();
    for wanted in allow {
        let before = granted.len();
        let meant = |asked: &&Permission| asked.key() == *wanted || asked.kind() == wanted;
        granted.extend(asked.iter().filter(meant).cloned());
        if granted.len() == before {
            let asks = asked.iter().map(Permission::key).collect();
            let (app, permission) = (app.to_owned(), wanted.clone());
            return Err(Error::NotAsked { app, permission, asks });
        }
    }
    Ok(Grants::to_all(&granted))
}

//! One app as the window knows it.

use std::collections::HashSet;
use std::path::Path;

use scripting::library::{App, Origin};
use scripting::{AppState, AppStatus, Manifest, Problem, permissions};
use serde_json::{Map, Value};

use super::desk::Listing;
use super::icon::Picture;
use crate::look::{Icon, Tone};

/// Something that an app asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Its key, for the answer.
    pub(crate) key: String,
    /// What it allows: `reach api.example.com`.
    pub(crate) deed: String,
    /// The answer; `None` if nobody was asked.
    pub(crate) granted: Option<bool>,
}

/// See the module documentation.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// What lies on disk.
    pub(crate) app: App,
    /// Whether it may be loaded.
    pub(crate) enabled: bool,
    /// What it asks for.
    pub(crate) permissions: Vec<Asked>,
    /// How it is set, without secrets.
    pub(crate) values: Map<String, Value>,
    /// Which secrets are set.
    pub(crate) secrets: HashSet<String>,
    /// Whether its text has something to run.
    seems_to_run: bool,
    /// The icon that it brings along.
    pub(crate) picture: Option<Picture>,
    /// What the host says of it; `None` until it has said something.
    pub(crate) status: Option<AppStatus>,
}

impl Row {
    /// What these words say was refused, unless it has been allowed since.
    pub(crate) fn refused(&self, words: &str) -> Option<&Asked> {
        let key = permissions::refused_in(words)?;
        self.permissions.iter().find(|asked| asked.key == key && asked.granted != Some(true))
    }

    /// A row for what was found on disk.
    pub(super) fn new(
        listing: Listing,
        status: Option<AppStatus>,
        picture: Option<Picture>,
    ) -> Self {
        let Listing { app, enabled, permissions, values, secrets, seems_to_run, .. } = listing;
        let permissions = permissions
            .into_iter()
            .map(|(key, deed, granted)| Asked { key, deed, granted })
            .collect();
        Self { app, enabled, permissions, values, secrets, seems_to_run, picture, status }
    }

    /// Its name for people.
    pub(crate) fn name(&self) -> &str {
        self.app.name()
    }

    /// What it says about itself, if that makes sense.
    pub(crate) fn manifest(&self) -> Option<&Manifest> {
        self.app.manifest.as_ref().ok()
    }

    /// What it does, in a sentence.
    pub(crate) fn description(&self) -> &str {
        self.manifest().map_or("", |manifest| manifest.description.as_str())
    }

    /// Whether it came with Satchel and is not changed.
    pub(crate) fn is_shipped(&self) -> bool {
        self.app.origin == Origin::Shipped
    }

    /// Whether it came with Satchel, is not changed, and may do all that it asks for.
    pub(crate) fn is_as_it_came(&self) -> bool {
        self.is_shipped() && self.permissions.iter().all(|asked| asked.granted == Some(true))
    }

    /// Whether it is a form and not a script.
    pub(crate) fn is_assistant(&self) -> bool {
        self.manifest().is_some_and(|manifest| manifest.entry.is_none())
    }

    /// Where its files are.
    pub(crate) fn folder(&self) -> &Path {
        &self.app.folder
    }

    /// Its picture among those that the program brings along, where no other is drawn.
    pub(crate) fn icon(&self) -> Icon {
        let named = self.manifest().and_then(|manifest| match manifest.icon.as_ref()? {
            scripting::manifest::Icon::Lucide(name) => {
                Icon::ALL.iter().find(|icon| icon.name() == name).copied()
            }
            scripting::manifest::Icon::File(_) => None,
        });
        named.unwrap_or(Icon::Puzzle)
    }

    /// What is wrong with its manifest, or else what went wrong last.
    pub(crate) fn problems(&self) -> &[Problem] {
        match (&self.app.manifest, &self.status) {
            (Err(problems), _) => problems,
            (Ok(_), Some(status)) => &status.problems,
            (Ok(_), None) => &[],
        }
    }

    /// Whether there is anything to run: an `on_run`, or a model with instructions. Known from its
    /// text before it is loaded.
    pub(crate) fn has_run(&self) -> bool {
        match &self.status {
            Some(status) if status.version > 0 => status.has_run,
            _ => self.seems_to_run,
        }
    }

    /// Whether it can answer: it is on, some version of it can be loaded, and there is something to run.
    pub(crate) fn can_run(&self) -> bool {
        let failed = self.status.as_ref().is_some_and(|status| status.state == AppState::Failed);
        self.enabled && self.app.manifest.is_ok() && !failed && self.has_run()
    }

    /// Where it stands, in a word, and how that looks.
    pub(crate) fn state_words(&self) -> (&'static str, Tone) {
        if !self.enabled {
            return ("Switched off", Tone::Neutral);
        }
        if self.app.manifest.is_err() {
            return ("Cannot be read", Tone::Danger);
        }
        let state = self.status.as_ref().map(|status| status.state).unwrap_or_default();
        match state {
            AppState::Disabled => ("Switched off", Tone::Neutral),
            AppState::Idle => ("Not loaded", Tone::Neutral),
            AppState::Failed => ("Failed", Tone::Danger),
            AppState::Loaded if !self.problems().is_empty() => ("Has an error", Tone::Warning),
            AppState::Loaded => ("Loaded", Tone::Good),
            AppState::Running => ("Running", Tone::Accent),
        }
    }
}

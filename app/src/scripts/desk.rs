//! The thread that looks after the folders of apps, so that the window never waits for a disk.

use std::cell::RefCell;
use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use egui::ColorImage;
use engine::Outbox;
use scripting::library::{App, Choices, Deleted, Library, LibraryError, Preview, Template};
use scripting::manifest::{Assistant, effective};
use scripting::{AppId, Command, ScriptHost};
use serde_json::{Map, Value};

use super::icon::Icons;

/// What the thread is asked.
#[derive(Debug)]
pub(super) enum DeskCommand {
    /// Look at the disk: `Listed` follows.
    List,
    /// Make a new app.
    Create(Template, String),
    /// Make a copy of an app that can be changed.
    Duplicate(AppId),
    /// Move an app to the deleted ones.
    Delete(AppId),
    /// Bring it back.
    Restore(Deleted),
    /// Look into a package.
    Preview(PathBuf),
    /// Install it.
    Import(Box<Preview>),
    /// Write an app as one file.
    Export(AppId, PathBuf),
    /// Keep what was changed about an assistant.
    SetAssistant(AppId, Box<Assistant>),
    /// Give an assistant a script.
    AddScript(AppId),
}

/// One app with what its person chose about it.
#[derive(Clone, Debug)]
pub(super) struct Listing {
    pub(super) app: App,
    pub(super) enabled: bool,
    /// Each permission by its key, what it allows in words, and the answer.
    pub(super) permissions: Vec<(String, String, Option<bool>)>,
    /// What applies, without secrets.
    pub(super) values: Map<String, Value>,
    /// The secrets that are set.
    pub(super) secrets: HashSet<String>,
    /// Its icon, if it brings one along.
    pub(super) icon: Option<Arc<ColorImage>>,
    /// Whether there is something to run, as far as its text tells.
    pub(super) seems_to_run: bool,
}

/// What the thread says.
#[derive(Debug)]
pub(super) enum DeskEvent {
    /// The apps there are, by name.
    Listed(Vec<Listing>),
    /// An app is there now; a list came before.
    Made {
        /// Which.
        app: AppId,
        /// What to say about it.
        words: String,
        /// Whether its files are to be opened.
        edit: bool,
    },
    /// An app is gone and can come back.
    Deleted(Deleted),
    /// What a package holds.
    Previewed(Box<Preview>),
    /// An app was written as one file.
    Exported(PathBuf),
    /// Something was not done; why, and what to do.
    Failed(String),
}

/// The sending side. Dropping it ends the thread after what it is doing.
pub(super) struct Desk {
    commands: Option<mpsc::Sender<DeskCommand>>,
    thread: Option<JoinHandle<()>>,
}

impl Desk {
    /// Starts the thread for these apps. The host is told of every change.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(super) fn start(
        library: Library,
        data_folder: PathBuf,
        host: ScriptHost,
        outbox: Outbox<DeskEvent>,
    ) -> io::Result<Self> {
        let (commands, inbox) = mpsc::channel();
        let work = move || {
            let icons = RefCell::default();
            let worker = Worker { library, data_folder, host, outbox, icons };
            for command in inbox {
                worker.run(command);
            }
        };
        let thread = std::thread::Builder::new().name("apps".to_owned()).spawn(work)?;
        Ok(Self { commands: Some(commands), thread: Some(thread) })
    }

    /// Asks for something. Never blocks.
    pub(super) fn send(&self, command: DeskCommand) {
        if let Some(commands) = &self.commands {
            commands.send(command).ok();
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.commands = None;
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

/// The thread's side.
struct Worker {
    library: Library,
    data_folder: PathBuf,
    host: ScriptHost,
    outbox: Outbox<DeskEvent>,
    icons: RefCell<Icons>,
}

impl Worker {
    fn run(&self, command: DeskCommand) {
        let done = match command {
            DeskCommand::List => self.list(),
            DeskCommand::Create(template, name) => self.create(template, &name),
            DeskCommand::Duplicate(app) => self.duplicate(&app),
            DeskCommand::Delete(app) => self.delete(&app),
            DeskCommand::Restore(deleted) => {
                self.library.restore(&deleted).map_err(words).map(|app| {
                    self.tell_made(&app, format!("{} is back", app.name()), false);
                })
            }
            DeskCommand::Preview(path) => self.library.preview(&path).map_err(words).map(|found| {
                self.outbox.send(DeskEvent::Previewed(Box::new(found)));
            }),
            DeskCommand::Import(preview) => {
                let installed = self.library.import(&preview, preview.replaces.is_some());
                installed.map_err(words).map(|app| {
                    self.tell_made(&app, format!("{} is installed", app.name()), false);
                })
            }
            DeskCommand::Export(app, path) => self.export(&app, &path),
            DeskCommand::SetAssistant(app, assistant) => {
                self.library.set_assistant(&app, &assistant).map_err(words).map(|_| self.changed())
            }
            DeskCommand::AddScript(app) => {
                self.library.add_script(&app).map_err(words).map(|app| {
                    self.tell_made(&app, format!("{} has a script now", app.name()), true);
                })
            }
        };
        if let Err(words) = done {
            self.outbox.send(DeskEvent::Failed(words));
        }
    }

    fn list(&self) -> Result<(), String> {
        let apps = self.library.list().map_err(words)?;
        let choices = Choices::load(&self.data_folder).map_err(|error| error.to_string())?;
        let mut icons = self.icons.borrow_mut();
        let listings = apps.into_iter().map(|app| listing(app, &choices, &mut icons)).collect();
        self.outbox.send(DeskEvent::Listed(listings));
        Ok(())
    }

    fn create(&self, template: Template, name: &str) -> Result<(), String> {
        let id = self.library.free_id(&AppId::from_words(name));
        let app = self.library.create(template, &id, name).map_err(words)?;
        // Whoever has just made it wants it to work.
        let kept = Choices::load(&self.data_folder).and_then(|mut choices| choices.grant_all(&app));
        if let Err(error) = kept {
            self.outbox.send(DeskEvent::Failed(error.to_string()));
        }
        self.tell_made(&app, format!("{name} is made"), true);
        Ok(())
    }

    fn duplicate(&self, id: &AppId) -> Result<(), String> {
        let original = self.library.get(id).map_err(words)?;
        let name = format!("My {}", original.name().to_lowercase());
        let new = self.library.free_id(&AppId::from_words(&name));
        let copy = self.library.duplicate(&original, &new, &name).map_err(words)?;
        let kept =
            Choices::load(&self.data_folder).and_then(|mut choices| choices.copy(&original, &copy));
        if let Err(error) = kept {
            self.outbox.send(DeskEvent::Failed(error.to_string()));
        }
        self.tell_made(&copy, format!("{name} is yours: change it as you like"), true);
        Ok(())
    }

    fn delete(&self, app: &AppId) -> Result<(), String> {
        self.host.send(Command::Dispose(app.clone()));
        let deleted = self.library.delete(app).map_err(words)?;
        // Another app of this name must not inherit what this one was allowed.
        let asked_again =
            Choices::load(&self.data_folder).and_then(|mut choices| choices.forget_grants(app));
        if let Err(error) = asked_again {
            self.outbox.send(DeskEvent::Failed(error.to_string()));
        }
        self.changed();
        self.outbox.send(DeskEvent::Deleted(deleted));
        Ok(())
    }

    fn export(&self, app: &AppId, path: &Path) -> Result<(), String> {
        let app = self.library.get(app).map_err(words)?;
        self.library.export(&app, path).map_err(words)?;
        self.outbox.send(DeskEvent::Exported(path.to_owned()));
        Ok(())
    }

    fn tell_made(&self, app: &App, words: String, edit: bool) {
        self.changed();
        self.outbox.send(DeskEvent::Made { app: app.id.clone(), words, edit });
    }

    fn changed(&self) {
        self.host.send(Command::Rescan);
        if let Err(words) = self.list() {
            self.outbox.send(DeskEvent::Failed(words));
        }
    }
}

fn words(error: LibraryError) -> String {
    error.to_string()
}

fn listing(app: App, choices: &Choices, icons: &mut Icons) -> Listing {
    let grants = choices.grants(&app);
    let (mut permissions, mut values, mut secrets) = (Vec::new(), Map::new(), HashSet::new());
    if let Ok(manifest) = &app.manifest {
        permissions.extend(
            manifest
                .permissions
                .iter()
                .map(|permission| (permission.key(), permission.deed(), grants.answer(permission))),
        );
        values = effective(&manifest.settings, &choices.chosen_settings(&app));
        let secret = manifest.settings.iter().filter(|row| row.is_secret()).map(|row| &row.key);
        secrets.extend(secret.filter(|key| choices.has_secret(&app, key)).cloned());
    }
    Listing {
        enabled: choices.is_enabled(&app.id),
        icon: icons.of(&app),
        seems_to_run: app.declares("on_run"),
        app,
        permissions,
        values,
        secrets,
    }
}

//! New apps: from a template, or from another app.

use std::path::PathBuf;

use super::files::{self, File};
use super::{App, Library, LibraryError, Template};
use crate::manifest::{self, Assistant, edit};
use crate::{AppId, Problem};

impl Library {
    /// Makes an app of a person's own.
    ///
    /// # Errors
    /// When an app has this id already or the disk refuses.
    pub fn create(&self, template: Template, id: &AppId, name: &str) -> Result<App, LibraryError> {
        let files = template.files().iter().map(|(path, text)| File {
            path: PathBuf::from(path),
            bytes: text.as_bytes().to_vec(),
        });
        self.put_as(id, name, files.collect())
    }

    /// Makes a copy of an app that a person can change, under another id and name.
    ///
    /// # Errors
    /// When an app has this id already, the app cannot be copied, or the disk refuses.
    pub fn duplicate(&self, app: &App, id: &AppId, name: &str) -> Result<App, LibraryError> {
        self.put_as(id, name, files::read_folder(&app.folder)?)
    }

    fn put_as(&self, id: &AppId, name: &str, mut files: Vec<File>) -> Result<App, LibraryError> {
        let id = AppId::parse(&id.0)?;
        if self.is_taken(&id) {
            return Err(LibraryError::Taken(id));
        }
        let broken = |problem| LibraryError::Broken { id: id.0.clone(), problems: vec![problem] };
        let manifest = files.iter_mut().find(|file| file.path.as_os_str() == manifest::FILE);
        let manifest = manifest
            .ok_or_else(|| broken(Problem::new(format!("there is no {}", manifest::FILE))))?;
        let text = String::from_utf8_lossy(&manifest.bytes);
        manifest.bytes = edit::rename(&text, &id, name).map_err(broken)?.into_bytes();
        self.put(&id, &files)
    }

    /// Changes what makes an app of a model, in its manifest; comments and all else stay.
    ///
    /// # Errors
    /// When there is no such app, it came with Satchel, its manifest makes no sense, or the disk
    /// refuses.
    pub fn set_assistant(&self, id: &AppId, assistant: &Assistant) -> Result<App, LibraryError> {
        let app = self.own_app(id)?;
        let path = app.folder.join(manifest::FILE);
        let text = read(&path)?;
        let text = edit::set_assistant(&text, assistant).map_err(|problem| {
            LibraryError::Broken { id: id.0.clone(), problems: vec![problem] }
        })?;
        write(&path, &text)?;
        App::read(&app.folder, app.origin)
    }

    /// Gives an assistant a script that does what it did without one, to be changed from there.
    ///
    /// # Errors
    /// When there is no such app, it came with Satchel, it is no assistant or has a script already,
    /// or the disk refuses.
    pub fn add_script(&self, id: &AppId) -> Result<App, LibraryError> {
        let app = self.own_app(id)?;
        let manifest =
            app.manifest.map_err(|problems| LibraryError::Broken { id: id.0.clone(), problems })?;
        let assistant = manifest.assistant.ok_or_else(|| LibraryError::NoAssistant(id.clone()))?;
        let path = app.folder.join("main.rhai");
        if path.exists() {
            return Err(LibraryError::HasScript(id.clone()));
        }
        write(&path, &crate::assistant::script(&assistant))?;
        App::read(&app.folder, app.origin)
    }
}

fn read(path: &std::path::Path) -> Result<String, LibraryError> {
    std::fs::read_to_string(path)
        .map_err(|reason| LibraryError::Unreadable { reason, path: path.to_owned() })
}

fn write(path: &std::path::Path, text: &str) -> Result<(), LibraryError> {
    engine::settings::write_whole(path, text.as_bytes())
        .map_err(|reason| LibraryError::Unwritable { reason, path: path.to_owned() })
}

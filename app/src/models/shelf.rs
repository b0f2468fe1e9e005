//! The thread that looks at model files, so that the window never waits for a disk.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::JoinHandle;

use engine::Outbox;
use engine::models::{Keep, Library, ModelId};

use super::row::Row;
use super::watch;
use crate::demo;

/// What the thread is asked.
#[derive(Debug)]
pub(crate) enum ShelfCommand {
    /// Look at the disk: `Listed` follows. Asked for too whenever something changes there.
    List,
    /// Add a file, where it lies or as a copy.
    Add {
        /// The file.
        path: PathBuf,
        /// Whether to copy it into the data folder.
        copy: bool,
    },
    /// Make the demonstration model ready.
    UnpackDemo,
    /// Take a model off the list; a copy of ours is deleted.
    Remove(ModelId),
    /// The window is closed.
    End,
}

/// What the thread says.
#[derive(Debug)]
pub(crate) enum ShelfEvent {
    /// The models there are.
    Listed(Vec<Row>),
    /// A model is there now; a list came before.
    Added {
        /// Which.
        id: ModelId,
        /// Whether it was added to be used at once.
        load: bool,
    },
    /// A copy goes on.
    Copying {
        /// The file.
        name: String,
        /// 0 to 1.
        fraction: f32,
    },
    /// A model is gone.
    Removed,
    /// Something was not done.
    Failed {
        /// About which file.
        path: Option<PathBuf>,
        /// Why, and what to do.
        words: String,
    },
}

/// The sending side. Dropping it ends the thread after what it is doing.
pub(crate) struct Shelf {
    commands: mpsc::Sender<ShelfCommand>,
    thread: Option<JoinHandle<()>>,
}

impl Shelf {
    /// Starts the thread for the data folder at `folder`, with its models in `models`.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn start(
        folder: PathBuf,
        models: PathBuf,
        outbox: Outbox<ShelfEvent>,
    ) -> io::Result<Self> {
        let (commands, inbox) = mpsc::channel();
        let noticed = commands.clone();
        let work = move || {
            // Before the first look, so that nothing is missed between the two.
            let _watching = watch::start(&models, move || {
                noticed.send(ShelfCommand::List).ok();
            });
            let desk = Desk::new(folder, models, outbox);
            for command in inbox {
                match command {
                    ShelfCommand::End => break,
                    command => desk.run(command),
                }
            }
        };
        let thread = std::thread::Builder::new().name("models".to_owned()).spawn(work)?;
        Ok(Self { commands, thread: Some(thread) })
    }

    /// Asks for something. Never blocks.
    pub(crate) fn send(&self, command: ShelfCommand) {
        self.commands.send(command).ok();
    }
}

impl Drop for Shelf {
    fn drop(&mut self) {
        self.send(ShelfCommand::End);
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

/// The thread's side.
struct Desk {
    models: PathBuf,
    library: Library,
    demo: Result<PathBuf, String>,
    outbox: Outbox<ShelfEvent>,
}

impl Desk {
    fn new(folder: PathBuf, models: PathBuf, outbox: Outbox<ShelfEvent>) -> Self {
        let demo = demo::path(&folder).map_err(|error| error.to_string());
        let library = Library::new(models.clone(), demo.clone().ok());
        Self { models, library, demo, outbox }
    }

    fn run(&self, command: ShelfCommand) {
        match command {
            ShelfCommand::List => self.list(),
            ShelfCommand::UnpackDemo => match &self.demo {
                Ok(_) => self.tell_added(ModelId(demo::NAME.to_owned()), true),
                Err(words) => self.fail(None, words.clone()),
            },
            ShelfCommand::Add { path, copy } => self.add(path, copy),
            ShelfCommand::End => {}
            ShelfCommand::Remove(id) => {
                match self.library.remove(&id) {
                    Ok(()) => {
                        self.outbox.send(ShelfEvent::Removed);
                    }
                    Err(error) => self.fail(None, error.to_string()),
                }
                self.list();
            }
        }
    }

    fn list(&self) {
        match self.library.list() {
            Ok(entries) => {
                let rows = entries.into_iter().map(|entry| Row::new(entry, &self.models));
                self.outbox.send(ShelfEvent::Listed(rows.collect()));
            }
            Err(error) => self.fail(None, error.to_string()),
        }
    }

    fn add(&self, path: PathBuf, copy: bool) {
        let keep = if copy { Keep::Copy } else { Keep::Reference };
        match self
            .library
            .add(&path, keep, &mut |done, total| self.tell_progress(&path, done, total))
        {
            Ok(entry) => self.tell_added(entry.id, !copy),
            Err(error) => self.fail(Some(path), error.to_string()),
        }
    }

    fn tell_progress(&self, path: &Path, done: u64, total: u64) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let fraction = if total == 0 { 0.0 } else { done as f32 / total as f32 };
        // `false` once the window is closed, and then the copy is given up.
        self.outbox.send(ShelfEvent::Copying { name, fraction })
    }

    fn tell_added(&self, id: ModelId, load: bool) {
        self.list();
        self.outbox.send(ShelfEvent::Added { id, load });
    }

    fn fail(&self, path: Option<PathBuf>, words: String) {
        self.outbox.send(ShelfEvent::Failed { path, words });
    }
}

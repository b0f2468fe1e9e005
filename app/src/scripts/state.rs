//! Which apps there are, what they show and say, and which of them the window shows.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::documents::Documents;
use engine::{Engine, Inbox, Outbox, Wake, channel};
use scripting::library::{Library, Preview};
use scripting::panel::Panel;
use scripting::permissions::{Access, Grants, Need, Roots, Verdict};
use scripting::{AppId, AppStatus, Event, HostConfig, PickRequest, ScriptHost};

use super::console::Console;
use super::desk::{Desk, DeskCommand, DeskEvent};
use super::editor::Entry;
use super::panel::Pictures;
use super::row::Row;
use super::services::{self, Favour};
use super::slash::called;
use crate::chat::Answer;
use crate::look;

/// The app that answers where none is named.
pub(super) const CHAT: &str = "chat";

/// Who answers what a person wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answerer<'a, 't> {
    /// The model, without any app.
    Model,
    /// The chat, which is an app too.
    Chat,
    /// An app that was named.
    App {
        /// Which.
        app: &'a AppId,
        /// Its name for people.
        name: &'a str,
        /// What was written for it.
        text: &'t str,
    },
}

/// What the page of apps shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shown {
    /// All of them.
    #[default]
    List,
    /// One of them.
    App {
        /// Which.
        app: AppId,
        /// Which side of it; `None` for what there is to see first.
        tab: Option<Tab>,
    },
}

/// A side of an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tab {
    /// What it draws.
    Panel,
    /// A run of it.
    Run,
    /// What it says.
    Console,
    /// How it is set, what it may, who made it.
    About,
}

/// What an app wants and its person was not asked yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    /// Which app.
    pub(crate) app: AppId,
    /// The permission, by its key.
    pub(crate) permission: String,
    /// What it wants, in words.
    pub(crate) words: String,
}

/// A dialog about an app as one file.
#[derive(Debug)]
pub(crate) enum Package {
    /// Where an app is to be written to.
    Export {
        /// Which app.
        app: AppId,
        /// What the desktop said instead of a path.
        hint: Option<&'static str>,
    },
    /// What would be installed.
    Import(Box<Preview>),
}

/// An app that was run from its page.
pub(crate) struct Trial {
    /// Which app.
    pub(crate) app: AppId,
    /// What it answers.
    pub(crate) answer: Answer,
    /// What went wrong, once it is over and did not go well.
    pub(crate) failed: Option<String>,
    /// Whether it is over.
    pub(crate) over: bool,
}

/// Who waits for files that a person picks.
pub(super) enum Picking {
    /// An app's script.
    Script(Outbox<Vec<PathBuf>>),
    /// A widget of a panel.
    Widget(AppId, scripting::panel::WidgetId),
}

/// See the module documentation.
pub(crate) struct State {
    host: ScriptHost,
    pub(super) news: Inbox<Event>,
    desk: Desk,
    data_folder: PathBuf,
    pub(super) desk_news: Inbox<DeskEvent>,
    pub(super) favours: Inbox<Favour>,
    pub(super) picking: HashMap<u64, Picking>,
    pub(super) next_pick: u64,
    /// Asked for while another dialog was open.
    pub(super) waiting_picks: VecDeque<(PickRequest, Picking)>,
    chat: AppId,
    pub(super) api: Arc<[Entry]>,
    pub(super) rows: Vec<Row>,
    pub(super) listed: bool,
    pub(super) statuses: HashMap<AppId, AppStatus>,
    pub(super) panels: HashMap<AppId, Arc<Panel>>,
    pub(super) consoles: HashMap<AppId, Console>,
    pub(super) questions: VecDeque<Question>,
    pub(super) shown: Shown,
    /// The app whose panel the host believes to be on screen.
    pub(super) open_panel: Option<AppId>,
    pub(super) trial: Option<Trial>,
    pub(super) making: bool,
    pub(super) deleting: Option<AppId>,
    pub(super) package: Option<Package>,
    /// Whether the person was told that the chat app does not answer.
    pub(super) told_of_chat: bool,
    /// The editor was to be closed and has changes.
    pub(super) closing_editor: bool,
    pub(super) pinned: HashSet<AppId>,
}

impl State {
    /// Starts the host of the apps in the data folder.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub(crate) fn new(
        engine: Engine,
        data_folder: PathBuf,
        library: Library,
        documents: Documents,
        wake: &Wake,
    ) -> io::Result<Self> {
        let demo = crate::demo::place(&data_folder);
        let models = engine::models::Library::new(data_folder.join("models"), Some(demo));
        let (services, favours) =
            services::services(Arc::new(models), Some(documents), Wake::clone(wake));
        let config = HostConfig {
            library: library.clone(),
            data_folder: data_folder.clone(),
            engine,
            services,
            plugins: scripting::api::all(),
            grants: BTreeMap::new(),
            icons: look::Icon::NAMES,
            resident: true,
        };
        let host = ScriptHost::start(config)?;
        let news = host.subscribe(Wake::clone(wake));
        let (outbox, desk_news) = channel(Wake::clone(wake));
        let desk = Desk::start(library, data_folder.clone(), host.clone(), outbox)?;
        desk.send(DeskCommand::List);
        Ok(Self {
            host,
            news,
            desk,
            data_folder,
            desk_news,
            favours,
            picking: HashMap::new(),
            next_pick: 0,
            waiting_picks: VecDeque::new(),
            chat: AppId(CHAT.to_owned()),
            api: super::api::entries(),
            rows: Vec::new(),
            listed: false,
            statuses: HashMap::new(),
            panels: HashMap::new(),
            consoles: HashMap::new(),
            questions: VecDeque::new(),
            shown: Shown::List,
            open_panel: None,
            trial: None,
            making: false,
            deleting: None,
            package: None,
            told_of_chat: false,
            closing_editor: false,
            pinned: HashSet::new(),
        })
    }

    /// Runs apps.
    pub(crate) fn host(&self) -> &ScriptHost {
        &self.host
    }

    /// Asks the thread with the disk for something.
    pub(super) fn ask(&self, command: DeskCommand) {
        self.desk.send(command);
    }

    /// All apps, by name.
    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// One app.
    pub(crate) fn row(&self, app: &AppId) -> Option<&Row> {
        self.rows.iter().find(|row| row.app.id == *app)
    }

    pub(super) fn row_mut(&mut self, app: &AppId) -> Option<&mut Row> {
        self.rows.iter_mut().find(|row| row.app.id == *app)
    }

    /// The name of an app for people, also of one that is gone.
    pub(crate) fn name_of<'a>(&'a self, app: &'a AppId) -> &'a str {
        self.row(app).map_or(app.0.as_str(), Row::name)
    }

    /// The app that answers where none is named.
    pub(crate) fn chat(&self) -> &AppId {
        &self.chat
    }

    /// The apps that answer when they are named behind `/`.
    pub(crate) fn answering_rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.can_run() && row.app.id != self.chat)
    }

    /// Who answers what a person wrote. The chat that came along is not run as long as it is as it came:
    /// the model is asked what it would ask. A script does one thing after the other, and conversations
    /// are to be answered at the same time.
    pub(crate) fn answerer<'t>(&self, asked: &'t str) -> Answerer<'_, 't> {
        let named = called(asked).and_then(|(name, text)| {
            let row = self.answering_rows().find(|row| row.app.id.0 == name)?;
            Some(Answerer::App { app: &row.app.id, name: row.name(), text })
        });
        let is_own = |row: &Row| row.status.is_some() && row.can_run() && !row.is_as_it_came();
        let chat_runs = || self.row(&self.chat).is_some_and(is_own);
        named.unwrap_or_else(|| if chat_runs() { Answerer::Chat } else { Answerer::Model })
    }

    /// The app that answers what a person wrote, if one does.
    pub(crate) fn answering_app(&self, asked: &str) -> Option<&Row> {
        match self.answerer(asked) {
            Answerer::Model => None,
            Answerer::Chat => self.row(&self.chat),
            Answerer::App { app, .. } => self.row(app),
        }
    }

    /// What the page shows.
    pub(crate) fn shown(&self) -> &Shown {
        &self.shown
    }

    /// The app that the page shows.
    pub(crate) fn shown_app(&self) -> Option<&AppId> {
        match &self.shown {
            Shown::App { app, .. } => Some(app),
            Shown::List => None,
        }
    }

    /// Which side of an app is shown: the one that was picked if it has that, or else its panel, a run
    /// of it, or what there is to know.
    pub(crate) fn tab(&self) -> Tab {
        let Shown::App { app, tab } = &self.shown else { return Tab::About };
        let has_panel = self.panels.contains_key(app);
        let has_run = self.row(app).is_some_and(Row::has_run);
        match tab {
            Some(Tab::Run) | None if has_run && !(has_panel && tab.is_none()) => Tab::Run,
            Some(Tab::Panel | Tab::Run) | None if has_panel => Tab::Panel,
            Some(Tab::Panel | Tab::Run) | None => Tab::About,
            Some(tab) => *tab,
        }
    }

    /// The newest panel of an app.
    pub(crate) fn panel(&self, app: &AppId) -> Option<&Arc<Panel>> {
        self.panels.get(app)
    }

    /// Which pictures an app's panel may show: those of its folder, and what it may read.
    pub(crate) fn pictures_of(&self, row: &Row) -> Pictures {
        let mut grants = Grants::default();
        for asked in &row.permissions {
            grants.set(&asked.key, asked.granted);
        }
        let permissions = row.manifest().map(|manifest| manifest.permissions.clone());
        let permissions = permissions.unwrap_or_default();
        let roots = Roots::new(row.folder(), &self.data_folder);
        let allowed = move |path: &Path| {
            let need = Need::File { path, access: Access::Read };
            grants.verdict(&permissions, need, &roots) == Verdict::Granted
        };
        Pictures { folder: row.folder().to_owned(), allowed: Arc::new(allowed) }
    }

    /// The console of an app, if it has said anything.
    pub(crate) fn console(&self, app: &AppId) -> Option<&Console> {
        self.consoles.get(app)
    }

    /// What a person is asked first.
    pub(crate) fn question(&self) -> Option<&Question> {
        self.questions.front()
    }

    /// The run that was begun from an app's page.
    pub(crate) fn trial(&self, app: &AppId) -> Option<&Trial> {
        self.trial.as_ref().filter(|trial| trial.app == *app)
    }

    /// Whether the dialog for a new app is open.
    pub(crate) fn is_making(&self) -> bool {
        self.making
    }

    /// The app that is to be deleted, if the person agrees.
    pub(crate) fn deleting(&self) -> Option<&Row> {
        self.row(self.deleting.as_ref()?)
    }

    /// The dialog about a package.
    pub(crate) fn package(&self) -> Option<&Package> {
        self.package.as_ref()
    }

    /// Whether the apps are known already.
    pub(crate) fn is_listed(&self) -> bool {
        self.listed
    }

    /// Whether the person is asked what becomes of unsaved changes.
    pub(crate) fn is_closing_editor(&self) -> bool {
        self.closing_editor
    }

    /// Whether an app is kept in the sidebar.
    pub(crate) fn is_pinned(&self, app: &AppId) -> bool {
        self.pinned.contains(app)
    }

    /// The apps that the sidebar shows: those that are kept there, and the one that is open.
    pub(crate) fn sidebar_rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| self.is_pinned(&row.app.id))
    }
}

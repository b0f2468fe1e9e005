//! The window, frame by frame.
//!
//! [`App::logic`] hears what happened and carries out what was asked, and draws nothing;
//! [`App::ui`] draws, and changes nothing but text that is being typed. That is also how eframe
//! calls us.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use engine::conversations::{StoreEvent, Worker};
use engine::documents::Documents;
use engine::documents::drawing::Studio;
use engine::folder::DataFolder;
use engine::settings::{Notice, Settings};
use engine::{Engine, Event, Inbox, Outbox, Wake, channel};
use scripting::Library;

use crate::action::{Action, Actions};
use crate::models::Shelf;
use crate::reach::Reach;
use crate::shell::{Dialogs, Notices, Picked, Picker, Wanted};
use crate::{chat, conversations, documents, look, models, scripts, settings, shell};

/// How often actions may follow from actions within one frame.
const ROUNDS: usize = 8;

/// All that a window is opened with.
pub struct Start {
    /// Generates text; the window keeps a handle.
    pub engine: Engine,
    /// Where everything lies; held until the window is closed.
    pub folder: DataFolder,
    /// The settings that were read from there.
    pub settings: Settings,
    /// What the person should know about reading them.
    pub notice: Option<Notice>,
    /// Which file dialogs there are.
    pub dialogs: Dialogs,
    /// The apps that come with the program and a person's own.
    pub apps: Library,
    /// A person's documents.
    pub documents: Documents,
    /// Starts the processes that draw pages of documents.
    pub studio: Studio,
}

/// Everything the window knows.
pub struct App {
    engine: Engine,
    news: Inbox<Event>,
    store: Option<Worker>,
    store_news: Inbox<StoreEvent>,
    wake: Wake,
    opened: Instant,
    complaints: (Outbox<String>, Inbox<String>),
    picker: Picker,
    size: Size,
    actions: Actions,
    notices: Notices,
    pub(crate) state: State,
    pub(crate) drafts: Drafts,
    // Last, so that it is let go last.
    folder: DataFolder,
}

/// What is drawn.
pub(crate) struct State {
    pub(crate) shell: shell::State,
    pub(crate) chat: chat::State,
    pub(crate) conversations: conversations::State,
    pub(crate) documents: documents::State,
    pub(crate) models: models::State,
    pub(crate) scripts: scripts::State,
    pub(crate) settings: settings::State,
}

/// What is typed.
#[derive(Default)]
pub(crate) struct Drafts {
    pub(crate) chat: chat::Draft,
    pub(crate) conversations: conversations::Draft,
    pub(crate) documents: documents::Draft,
    pub(crate) models: models::Draft,
    pub(crate) scripts: scripts::Draft,
    pub(crate) settings: settings::Draft,
}

impl App {
    /// A window in this context. Everything that takes time begins on threads of its own.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn new(ctx: &egui::Context, start: Start) -> io::Result<Self> {
        look::install(ctx);
        let repaint = ctx.clone();
        let wake: Wake = Arc::new(move || repaint.request_repaint());
        let Start { engine, folder, settings, notice, dialogs, apps, documents, studio } = start;
        let (store_outbox, store_news) = channel(Arc::clone(&wake));
        let store = Worker::start(folder.conversations_db(), store_outbox)?;
        let path = folder.path().to_owned();
        let settings = settings::State::new(settings, path.clone(), Arc::clone(&wake))?;
        settings.apply(ctx);
        let (shelf_outbox, shelf_news) = channel(Arc::clone(&wake));
        let shelf = Shelf::start(path, folder.models(), shelf_outbox)?;
        let models = models::State::new(shelf, shelf_news, &settings.window().model);
        let data_folder = folder.path().to_owned();
        let library = documents.clone();
        let mut scripts = scripts::State::new(engine.clone(), data_folder, apps, library, &wake)?;
        let documents =
            documents::State::new(documents, studio, settings.documents().reranker(), &wake);
        scripts.pin_all(&settings.window().pinned_apps);
        let mut notices = Notices::default();
        if let Some(notice) = notice {
            notices.failed(notice.to_string());
        }
        let mut drafts = Drafts::default();
        drafts.chat.focus_composer = true;
        Ok(Self {
            news: engine.subscribe(Arc::clone(&wake)),
            engine,
            store: Some(store),
            store_news,
            complaints: channel(Arc::clone(&wake)),
            picker: Picker::new(dialogs, Arc::clone(&wake)),
            wake,
            size: Size::default(),
            opened: Instant::now(),
            actions: Actions::new(),
            notices,
            state: State {
                shell: shell::State::default(),
                chat: chat::State::default(),
                conversations: conversations::State::default(),
                documents,
                models,
                scripts,
                settings,
            },
            drafts,
            folder,
        })
    }

    /// Hears what happened, then does what was asked.
    pub fn logic(&mut self, ctx: &egui::Context) {
        // Not the time of the input, which stands still while the window is hidden.
        let now = self.opened.elapsed().as_secs_f64();
        let mut again = self.notices.expire(now);
        self.size.look(ctx);
        let heard_again = self.hear(ctx, now);
        again = sooner(again, heard_again);
        let asked = self.listen_to_input(ctx);
        self.actions.extend(asked);
        for _ in 0..ROUNDS {
            if self.actions.is_empty() {
                break;
            }
            for action in std::mem::take(&mut self.actions) {
                self.run(ctx, action);
            }
        }
        let Some(mut parts) = Parts::of(self, ctx) else { return };
        let page = parts.state.shell.page;
        parts.state.scripts.follow(page);
        let State { chat, models, scripts, settings, documents, .. } = &mut *parts.state;
        let around = chat::Around { models, settings, scripts, documents };
        let drafts = &*parts.drafts;
        let count_again = chat.hear_engine(&drafts.chat, around, &mut parts.reach, now);
        again = sooner(again, count_again);
        if !parts.state.chat.is_answering_anywhere()
            && let Some(change) = parts.state.models.take_change()
        {
            parts.reach.then(change);
        }
        if !self.actions.is_empty() {
            again = Some(Duration::ZERO);
        }
        if let Some(again) = again {
            ctx.request_repaint_after(again);
        }
    }

    /// Returns when to come again.
    fn hear(&mut self, ctx: &egui::Context, now: f64) -> Option<Duration> {
        for text in self.complaints.1.try_iter().collect::<Vec<_>>() {
            self.notices.failed(text);
        }
        let picked = self.picker.answers();
        self.actions.extend(picked.into_iter().filter_map(|(wanted, picked)| what(wanted, picked)));
        let engine_news: Vec<_> = self.news.try_iter().collect();
        let store_news: Vec<_> = self.store_news.try_iter().collect();
        let Parts { state, drafts, mut reach } = Parts::of(self, ctx)?;
        for event in engine_news {
            match event {
                Event::Models(event) => {
                    if state.documents.hear_models(&event, &reach) {
                        continue;
                    }
                    if state.models.hear(event, &mut reach) {
                        state.chat.hear_model_changed();
                    }
                }
                Event::Inference(_) => {}
            }
        }
        for event in store_news {
            state.chat.hear_store(&event, &mut drafts.chat, &mut reach);
            state.conversations.hear(event, &mut reach);
        }
        state.conversations.arrange();
        state.models.hear_shelf(&mut drafts.models, &mut reach);
        state.settings.hear(&mut reach);
        let State { documents, models, .. } = &mut *state;
        let again = documents.hear(models, &mut drafts.documents, &mut reach, now);
        sooner(again, state.scripts.hear(&mut drafts.scripts, &mut reach, now))
    }

    fn listen_to_input(&mut self, ctx: &egui::Context) -> Actions {
        let editing = self.drafts.scripts.editor.is_some();
        let notices = &mut self.notices;
        if ctx.text_edit_focused() && ctx.input(shell::changes_text) {
            notices.typed();
        }
        let nearest = notices.is_undo_nearest();
        let mut actions = shell::pressed(ctx, self.state.shell.page, editing, nearest);
        let dropped = ctx.input_mut(|input| std::mem::take(&mut input.raw.dropped_files));
        if !dropped.is_empty() {
            let paths = dropped.iter().map(|file| file.path().to_owned()).collect();
            actions.push(shell::Action::Dropped(paths).into());
        }
        actions
    }

    fn run(&mut self, ctx: &egui::Context, action: Action) {
        if let Action::Shell(shell::Action::Pick(wanted)) = action {
            self.picker.ask(wanted);
            return;
        }
        let Some(Parts { state, drafts, mut reach }) = Parts::of(self, ctx) else { return };
        match action {
            Action::Chat(action) => {
                if let chat::Action::New
                | chat::Action::Open { .. }
                | chat::Action::OpenFound { .. } = action
                {
                    state.shell.page = shell::Page::Chat;
                    state.shell.narrow_sidebar = false;
                }
                let State { chat, models, scripts, settings, documents, .. } = state;
                let around = chat::Around { models, settings, scripts, documents };
                chat.run(action, &mut drafts.chat, around, &mut reach);
            }
            Action::Conversations(action) => {
                let draft = &mut drafts.conversations;
                state.conversations.run(action, draft, &state.chat, &mut reach);
            }
            Action::Documents(action) => {
                state.documents.run(action, &mut drafts.documents, &mut reach);
            }
            Action::Models(action) => {
                let busy = state.chat.is_answering_anywhere();
                state.models.run(action, &mut drafts.models, &state.settings, busy, &mut reach);
            }
            Action::Scripts(action) => {
                let State { scripts, settings, .. } = state;
                scripts.run(action, &mut drafts.scripts, settings, &mut reach);
            }
            Action::Settings(action) => state.settings.run(action, &mut reach),
            Action::Shell(action) => shell::run(action, state, drafts, &mut reach),
        }
    }

    /// Draws.
    pub fn ui(&mut self, ui: &mut egui::Ui) {
        let Self { state, drafts, actions, notices, picker, .. } = self;
        shell::window_ui(ui, state, drafts, notices, picker.is_open(), actions);
        // A click asks for the next frame, so that what it asked for is not left lying.
        if !actions.is_empty() {
            ui.ctx().request_repaint();
        }
    }

    /// Stops the running answers and keeps what there is of them. The engine and the threads of the
    /// window end when it is dropped.
    pub fn close(&mut self) {
        if let Some(store) = self.store.take() {
            self.size.remember(&mut self.state.settings);
            self.state.chat.close(&store);
            // Dropping the worker waits until everything is on disk.
            drop(store);
        }
        tracing::debug!("closed the window on {}", self.folder.path().display());
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.close();
    }
}

/// How large the window is, for the next time.
#[derive(Default)]
struct Size {
    /// In points without the text size; `None` while nobody knows, as in a test.
    points: Option<[f32; 2]>,
    maximized: bool,
}

impl Size {
    fn look(&mut self, ctx: &egui::Context) {
        let (rect, maximized) = ctx.input(|input| {
            let viewport = input.viewport();
            (viewport.inner_rect, viewport.maximized.unwrap_or(false))
        });
        self.maximized = maximized;
        // Of a maximized window, the size that it goes back to is remembered.
        if let Some(rect) = rect.filter(|rect| rect.is_positive() && !maximized) {
            self.points = Some((rect.size() * ctx.zoom_factor()).round().into());
        }
    }

    fn remember(&self, settings: &mut settings::State) {
        let Some(points) = self.points else { return };
        let window = settings.window();
        if window.size != Some(points) || window.maximized != self.maximized {
            settings.change_window(|window| {
                window.size = Some(points);
                window.maximized = self.maximized;
            });
        }
    }
}

/// The window taken apart, so that each part can be lent on its own.
struct Parts<'a> {
    state: &'a mut State,
    drafts: &'a mut Drafts,
    reach: Reach<'a>,
}

impl<'a> Parts<'a> {
    /// `None` once the window is closed.
    fn of(app: &'a mut App, ctx: &'a egui::Context) -> Option<Self> {
        let reach = Reach {
            ctx,
            engine: &app.engine,
            store: app.store.as_ref()?,
            wake: &app.wake,
            notices: &mut app.notices,
            complaints: &app.complaints.0,
            actions: &mut app.actions,
        };
        Some(Self { state: &mut app.state, drafts: &mut app.drafts, reach })
    }
}

fn what(wanted: Wanted, picked: Picked) -> Option<Action> {
    match (wanted, picked) {
        (Wanted::Model, Picked::Path(path)) => Some(models::Action::OpenPath(path).into()),
        (Wanted::Model, Picked::Unavailable(why)) => Some(models::Action::TypePath(why).into()),
        (Wanted::Export(_), Picked::Path(path)) => {
            Some(conversations::Action::ExportPicked(path).into())
        }
        (Wanted::Export(_), Picked::Unavailable(why)) => {
            Some(conversations::Action::ExportTypePath(why).into())
        }
        (Wanted::Documents { .. }, Picked::Path(path)) => {
            Some(documents::Action::Add(vec![path]).into())
        }
        (Wanted::Documents { .. }, Picked::Paths(paths)) => {
            Some(documents::Action::Add(paths).into())
        }
        (Wanted::Documents { .. }, Picked::Unavailable(why)) => {
            Some(documents::Action::TypePath(why).into())
        }
        (Wanted::Package, Picked::Path(path)) => Some(scripts::Action::Preview(path).into()),
        (Wanted::PackageTo(_), Picked::Path(path)) => {
            Some(scripts::Action::ExportPicked(path).into())
        }
        (Wanted::Package | Wanted::PackageTo(_), Picked::Unavailable(why)) => {
            Some(scripts::Action::TypePath(why).into())
        }
        (Wanted::ForApp { ticket, .. }, picked) => {
            let files = match picked {
                Picked::Path(path) => vec![path],
                Picked::Paths(paths) => paths,
                Picked::Nothing | Picked::Unavailable(_) => Vec::new(),
            };
            Some(scripts::Action::Picked(ticket, files).into())
        }
        (_, Picked::Nothing | Picked::Paths(_)) => None,
    }
}

fn sooner(one: Option<Duration>, other: Option<Duration>) -> Option<Duration> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

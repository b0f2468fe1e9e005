//! A host with apps in a folder of its own, and the questions that tests ask it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use engine::{Engine, Inbox, asleep};
use scripting::panel::{Change, Interaction, Node, Panel, Widget};
use scripting::runner::{Context, ScriptResult, failure};
use scripting::{
    AppId, AppState, AppStatus, Command, CorePlugin, Event, HandleKind, HostConfig, Library,
    Outcome, Problem, RunEvent, RunInput, RunRequest, ScriptHost, Services,
};

/// Patience for machines with other things to do.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A running host.
pub(crate) struct House {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) host: ScriptHost,
    pub(crate) news: Inbox<Event>,
    /// What the plugin of the tests was told, by `test::note`.
    pub(crate) notes: Arc<Mutex<Vec<String>>>,
}

/// The id of the one app that most tests have.
pub(crate) fn app() -> AppId {
    AppId("app".to_owned())
}

impl House {
    /// A host with one app that has this script.
    pub(crate) fn with(script: &str) -> Self {
        Self::with_manifest(script, "")
    }

    /// The same, with more lines in its manifest.
    pub(crate) fn with_manifest(script: &str, manifest: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        write_app(&folder.path().join("apps/app"), script, manifest);
        Self::open(folder)
    }

    /// A host over apps that are there already.
    pub(crate) fn open(folder: tempfile::TempDir) -> Self {
        let notes: Arc<Mutex<Vec<String>>> = Arc::default();
        let config = HostConfig {
            library: Library::open(None, folder.path().join("apps")),
            data_folder: folder.path().to_owned(),
            engine: Engine::start(engine::Config::default()).expect("an engine thread"),
            services: Services::default(),
            plugins: vec![Box::new(TestPlugin { notes: Arc::clone(&notes) })],
            grants: BTreeMap::new(),
            icons: &[],
            resident: true,
        };
        let host = ScriptHost::start(config).expect("a supervisor");
        let news = host.subscribe(asleep());
        let house = Self { folder, host, news, notes };
        house.wait(|event| matches!(event, Event::Listed(_)).then_some(()));
        house
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join("apps/app").join(name)
    }

    /// Waits for the first event that says what is looked for.
    #[track_caller]
    pub(crate) fn wait<T>(&self, mut find: impl FnMut(Event) -> Option<T>) -> T {
        let end = Instant::now() + PATIENCE;
        let mut heard = Vec::new();
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let Ok(event) = self.news.recv_timeout(left) else {
                panic!("nothing of what was waited for is among {heard:#?}");
            };
            heard.push(event.clone());
            if let Some(found) = find(event) {
                return found;
            }
        }
    }

    /// Waits until the app is in a state.
    #[track_caller]
    pub(crate) fn wait_status(&self, is: impl Fn(&AppStatus) -> bool) -> AppStatus {
        self.wait(|event| match event {
            Event::Changed(status) if is(&status) => Some(status),
            _ => None,
        })
    }

    #[track_caller]
    pub(crate) fn wait_state(&self, state: AppState) -> AppStatus {
        self.wait_status(|status| status.state == state)
    }

    /// Waits for a line of the console that holds these words.
    #[track_caller]
    pub(crate) fn wait_log(&self, words: &str) -> String {
        self.wait(|event| match event {
            Event::Logged { line, .. } if line.text.contains(words) => Some(line.text),
            _ => None,
        })
    }

    #[track_caller]
    pub(crate) fn load(&self) -> AppStatus {
        self.host.send(Command::Load(app()));
        self.wait_status(|status| matches!(status.state, AppState::Loaded | AppState::Failed))
    }

    pub(crate) fn start_run(&self, text: &str) -> scripting::Run {
        let input = RunInput { text: text.to_owned(), ..RunInput::default() };
        self.host.run(&app(), RunRequest { input, ..RunRequest::default() }, asleep())
    }

    /// Runs the app to its end.
    pub(crate) fn run(&self, text: &str) -> Result<Outcome, Problem> {
        last(&self.start_run(text))
    }

    /// The text that a run answers with.
    #[track_caller]
    pub(crate) fn answer(&self, text: &str) -> String {
        match self.run(text) {
            Ok(outcome) => outcome.text,
            Err(problem) => panic!("the run failed: {problem}"),
        }
    }

    /// The problem that a run ends with.
    #[track_caller]
    pub(crate) fn failure(&self, text: &str) -> Problem {
        match self.run(text) {
            Ok(outcome) => panic!("the run ended well: {outcome:?}"),
            Err(problem) => problem,
        }
    }

    /// Opens the panel, and says what it shows first.
    #[track_caller]
    pub(crate) fn open_panel(&self) -> Arc<Panel> {
        self.host.send(Command::OpenPanel(app()));
        self.wait_panel(|_| true)
    }

    #[track_caller]
    pub(crate) fn wait_panel(&self, is: impl Fn(&Panel) -> bool) -> Arc<Panel> {
        self.wait(|event| match event {
            Event::Shown { panel, .. } if is(&panel) => Some(panel),
            _ => None,
        })
    }

    /// Does something in the panel, and says what it shows after that.
    #[track_caller]
    pub(crate) fn interact(&self, number: u64, node: &Node, change: Change) -> Arc<Panel> {
        self.send_interaction(number, node, change);
        self.wait_panel(|panel| panel.heard >= number)
    }

    pub(crate) fn send_interaction(&self, number: u64, node: &Node, change: Change) {
        let interaction = Interaction { number, widget: node.id, change };
        self.host.send(Command::Interact { app: app(), interaction });
    }
}

/// How a run ended.
pub(crate) fn last(run: &scripting::Run) -> Result<Outcome, Problem> {
    match run.wait().last().expect("a last event") {
        RunEvent::Finished(outcome) => Ok(outcome),
        RunEvent::Failed(problem) => Err(problem),
        other => panic!("{other:?} came last"),
    }
}

pub(crate) fn write_app(folder: &Path, script: &str, manifest: &str) {
    fs::create_dir_all(folder).expect("a folder for the app");
    let id = folder.file_name().expect("a name").to_string_lossy();
    let manifest =
        format!("id = \"{id}\"\nname = \"{id}\"\nversion = \"1.0.0\"\napi = 1\n{manifest}");
    fs::write(folder.join("app.toml"), manifest).expect("a manifest");
    fs::write(folder.join("main.rhai"), script).expect("a script");
}

/// All texts of a panel, from the top.
pub(crate) fn texts(nodes: &[Node]) -> Vec<String> {
    let mut texts = Vec::new();
    walk(nodes, &mut |widget| match widget {
        Widget::Label { text, .. } | Widget::Heading { text } | Widget::Notice { text, .. } => {
            texts.push(text.clone());
        }
        _ => {}
    });
    texts
}

/// Every widget of a panel, from the top.
pub(crate) fn walk(nodes: &[Node], visit: &mut impl FnMut(&Widget)) {
    for node in nodes {
        visit(&node.widget);
        match &node.widget {
            Widget::Row { children }
            | Widget::Column { children }
            | Widget::Columns { children }
            | Widget::Group { children, .. }
            | Widget::Collapsing { children, .. }
            | Widget::Tabs { children, .. }
            | Widget::Scroll { children, .. } => walk(children, visit),
            _ => {}
        }
    }
}

/// Functions that no real plugin has: `test::note`, `test::panic`, `test::wait`.
struct TestPlugin {
    notes: Arc<Mutex<Vec<String>>>,
}

impl CorePlugin for TestPlugin {
    fn name(&self) -> &'static str {
        "test"
    }

    fn register(&self, rhai: &mut rhai::Engine, context: &Arc<Context>) {
        let mut module = rhai::Module::new();
        let notes = Arc::clone(&self.notes);
        add(&mut module, "note", move |text: &str| {
            notes.lock().unwrap().push(text.to_owned());
        });
        add(&mut module, "panic", |text: &str| -> ScriptResult<()> { panic!("{text}") });
        add(&mut module, "fail", |text: &str| -> ScriptResult<()> { Err(failure(text)) });
        let waiting = Arc::clone(context);
        add(&mut module, "wait", move || {
            // Nobody ever sends.
            let (_sender, inbox) = std::sync::mpsc::channel::<()>();
            waiting.receive(&inbox).map(|_| ())
        });
        let writing = Arc::clone(context);
        add(&mut module, "write", move |text: &str| writing.write(text));
        let starting = Arc::clone(context);
        add(&mut module, "start", move |function: &str| {
            starting.start(function, Vec::new());
        });
        let timing = Arc::clone(context);
        add(&mut module, "every", move |name: &str, milliseconds: i64| {
            timing.every(name, Duration::from_millis(milliseconds.unsigned_abs()))
        });
        let timing = Arc::clone(context);
        add(&mut module, "after", move |name: &str, milliseconds: i64| {
            timing.after(name, Duration::from_millis(milliseconds.unsigned_abs()));
        });
        let holding = Arc::clone(context);
        add(&mut module, "hold", move || {
            let guard = holding.handles().acquire(HandleKind::Request);
            Held { _guard: Arc::new(guard) }
        });
        rhai.register_static_module("test", module.into());
        rhai.register_iterator::<Pieces>();
        let context = Arc::clone(context);
        let mut pieces = rhai::Module::new();
        add(&mut pieces, "pieces", move || Pieces { context: Arc::clone(&context) });
        rhai.register_static_module("stream", pieces.into());
    }
}

/// A handle in the hands of a script.
#[derive(Clone)]
struct Held {
    _guard: Arc<scripting::HandleGuard>,
}

/// Pieces that only come when the panel has something to say.
#[derive(Clone)]
struct Pieces {
    context: Arc<Context>,
}

impl Iterator for Pieces {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let (_sender, inbox) = std::sync::mpsc::channel::<()>();
        self.context.receive_piece(&inbox).ok().map(|_| String::new())
    }
}

/// Adds a function as the host API does.
fn add<A: 'static, const N: usize, const X: bool, R, const F: bool, FUNC>(
    module: &mut rhai::Module,
    name: &'static str,
    function: FUNC,
) where
    R: rhai::Variant + Clone,
    FUNC: rhai::RhaiNativeFunc<A, N, X, R, F> + Send + Sync + 'static,
{
    let function = scripting::runner::placed(function.into_rhai_function(false, true));
    rhai::FuncRegistration::new(name).set_into_module_raw(module, FUNC::param_types(), function);
}

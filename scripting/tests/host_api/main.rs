//! The host API inside of real apps: panels as the reference shows them, and a whole life of an app
//! that is put together from the reference's examples.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use engine::models::{self, LoadSettings, ModelId};
use engine::{Engine, Inbox, Message, Role, asleep};
use scripting::api::docs::{Call, Module, docs};
use scripting::panel::{Change, Interaction, Panel, Widget};
use scripting::{
    AppId, AppState, Command, Event, Grants, HostConfig, Library, Outcome, Problem, RunEvent,
    RunInput, RunRequest, ScriptHost, Services, api, manifest,
};

const PATIENCE: Duration = Duration::from_secs(60);

const MANIFEST: &str = r#"
id = "example"
name = "Example"
version = "1.0.0"
api = 1
[permissions]
llm = true
"#;

/// A host with one app.
struct Place {
    host: ScriptHost,
    news: Inbox<Event>,
    engine: Engine,
    folder: tempfile::TempDir,
}

fn app() -> AppId {
    AppId("example".to_owned())
}

impl Place {
    fn with(script: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        write(&folder.path().join("apps/example/app.toml"), MANIFEST);
        write(&folder.path().join("apps/example/main.rhai"), script);
        let manifest = manifest::parse(MANIFEST).expect("a sound manifest");
        let engine = Engine::start(engine::Config::default()).expect("an engine");
        let host = ScriptHost::start(HostConfig {
            library: Library::open(None, folder.path().join("apps")),
            data_folder: folder.path().to_owned(),
            engine: engine.clone(),
            services: Services::default(),
            plugins: api::all(),
            grants: [(app(), Grants::to_all(&manifest.permissions))].into(),
            icons: &[],
            resident: false,
        })
        .expect("a host");
        let news = host.subscribe(asleep());
        Self { host, news, engine, folder }
    }

    /// Waits for what is looked for, and fails at once when the app does.
    fn wait<T>(&self, find: impl Fn(&Event) -> Option<T>) -> T {
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let event = self.news.recv_timeout(left).expect("the event in time");
            if let Event::Changed(status) = &event {
                let problems: Vec<_> = status.problems.iter().map(ToString::to_string).collect();
                assert!(problems.is_empty(), "{problems:?}");
            }
            if let Some(found) = find(&event) {
                return found;
            }
        }
    }

    fn panel(&self) -> std::sync::Arc<Panel> {
        self.host.send(Command::OpenPanel(app()));
        self.wait(|event| match event {
            Event::Shown { panel, .. } => Some(std::sync::Arc::clone(panel)),
            _ => None,
        })
    }

    fn run(&self, input: RunInput) -> Result<Outcome, Problem> {
        let defaults = engine::GenerateRequest {
            max_tokens: Some(8),
            sampling: engine::inference::Sampling::greedy(),
            ..engine::GenerateRequest::default()
        };
        let request = RunRequest { input, defaults, ..RunRequest::default() };
        match self.host.run(&app(), request, asleep()).wait().last() {
            Some(RunEvent::Finished(outcome)) => Ok(outcome),
            Some(RunEvent::Failed(problem)) => Err(problem),
            other => panic!("the run ended with {other:?}"),
        }
    }

    fn load_demo(&self) {
        let news = self.engine.subscribe(asleep());
        self.engine.send(engine::Command::Models(models::Command::Load {
            id: ModelId("demo".to_owned()),
            path: repository("assets/starter/satchel-starter-q8_0.gguf"),
            settings: LoadSettings { context_length: Some(512), ..LoadSettings::default() },
        }));
        while !matches!(
            news.recv_timeout(PATIENCE).expect("news in time"),
            engine::Event::Models(models::Event::Loaded(_))
        ) {}
    }
}

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(path, text).expect("written");
}

fn examples(is: impl Fn(&Module) -> bool) -> Vec<&'static str> {
    let modules = docs().into_iter().filter(|module| is(module));
    modules.flat_map(|module| module.functions).map(|function| function.example).collect()
}

#[test]
fn every_widget_and_container_of_the_reference_is_drawn() {
    let drawn = examples(|module| module.name == "ui" || module.name == "Containers");
    assert!(drawn.len() > 30);
    let groups: Vec<_> = drawn
        .iter()
        .enumerate()
        .map(|(number, example)| format!("group \"{number}\" {{\n{example}\n}}"))
        .collect();
    let place = Place::with(&format!("fn on_ui(ui) {{\n{}\n}}", groups.join("\n")));
    assert_eq!(place.panel().nodes.len(), drawn.len());
}

#[test]
fn an_app_of_all_hooks_of_the_reference_lives() {
    let hooks = examples(|module| module.call == Call::Hook);
    let place = Place::with(&hooks.join("\n"));
    place.load_demo();
    let panel = place.panel();
    assert_eq!(panel.nodes.len(), 2);
    let messages = vec![Message::new(Role::User, "What can you do?")];
    let input = RunInput { text: "What can you do?".to_owned(), messages, data: None };
    let outcome = place.run(input).unwrap_or_else(|problem| panic!("{problem}"));
    assert!(!outcome.text.is_empty());
    place.host.send(Command::ClosePanel(app()));
    place.host.send(Command::Dispose(app()));
    place.wait(|event| match event {
        Event::Changed(status) => {
            (status.state == AppState::Idle && status.handles == 0).then_some(())
        }
        _ => None,
    });
    // `on_dispose` has remembered the count.
    assert!(place.folder.path().join("apps.db").exists());
}

#[test]
fn a_file_that_is_dropped_in_a_panel_may_be_read() {
    let place = Place::with(
        "fn on_ui(ui) {
            for path in ui.file_drop(\"Drop\") { this.text = files::read(path); }
            ui.label(this.text);
        }",
    );
    let drop = place.panel().nodes[0].id;
    let elsewhere = tempfile::tempdir().expect("a folder");
    let file = elsewhere.path().join("letter.txt");
    write(&file, "Dear Ada");
    let change = Change::Files(vec![file]);
    let interaction = Interaction { number: 1, widget: drop, change };
    place.host.send(Command::Interact { app: app(), interaction });
    place.wait(|event| match event {
        Event::Shown { panel, .. } => panel.nodes.iter().find_map(|node| match &node.widget {
            Widget::Label { text, .. } if text == "Dear Ada" => Some(()),
            _ => None,
        }),
        _ => None,
    });
}

#[test]
fn a_refused_host_function_says_where_it_was_called() {
    let place = Place::with(
        "fn on_run(input) {\n    let a = 1;\n    http::get(\"https://example.com/\");\n}",
    );
    let problem = place.run(RunInput::default()).expect_err("not granted");
    let at = problem.place.as_ref().map(|place| (place.line, place.source.trim().to_owned()));
    assert_eq!(at, Some((3, "http::get(\"https://example.com/\");".to_owned())), "{problem}");
    assert!(problem.message.contains("app.toml does not ask for this"), "{problem}");
}

//! The panels of the apps that come with Satchel, used as a person would, with the demonstration
//! model. What they answer in conversations is tried through the command line.

#![expect(clippy::expect_used, reason = "a test may give up")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use engine::documents::reading::Reader;
use engine::documents::{Documents, DocumentsConfig};
use engine::models::{self, LoadSettings, ModelId};
use engine::{Engine, Inbox, Outbox, asleep};
use scripting::panel::{Change, Interaction, Node, Panel, Widget, WidgetId};
use scripting::{
    AppId, Command, Event, HostConfig, Level, Library, PickFiles, PickRequest, ScriptHost, Services,
};

/// How long anything may take on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_secs(60);

const DEMO: &str = "assets/starter/satchel-starter-q8_0.gguf";

/// One shipped app with its panel open.
struct Open {
    app: AppId,
    host: ScriptHost,
    news: Inbox<Event>,
    panel: Arc<Panel>,
    interactions: u64,
    _folder: tempfile::TempDir,
}

/// A person who always chooses the same file.
struct Chooses(PathBuf);

impl PickFiles for Chooses {
    fn pick(&self, _request: PickRequest, answer: Outbox<Vec<PathBuf>>) {
        answer.send(vec![self.0.clone()]);
    }
}

impl Open {
    /// Opens the panel of an app in a data folder of its own; its person chooses `file` when asked.
    fn new(id: &str, file: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let engine = Engine::start(engine::Config::default()).expect("an engine thread");
        load_demonstration(&engine, &root);
        let pick_files: Arc<dyn PickFiles> = Arc::new(Chooses(file.to_owned()));
        let demo = root.join(DEMO);
        let models = models::Library::new(folder.path().join("models"), Some(demo));
        let host = ScriptHost::start(HostConfig {
            library: Library::open(Some(root.join("apps")), folder.path().join("apps")),
            data_folder: folder.path().to_owned(),
            engine,
            services: Services {
                pick_files: Some(pick_files),
                models: Some(Arc::new(models)),
                documents: Some(documents(folder.path())),
                ..Services::default()
            },
            plugins: scripting::api::all(),
            grants: BTreeMap::new(),
            icons: &[],
            resident: false,
        })
        .expect("a supervisor");
        let news = host.subscribe(asleep());
        let app = AppId::parse(id).expect("an id");
        host.send(Command::OpenPanel(app.clone()));
        let panel = Arc::default();
        let mut open = Self { app, host, news, panel, interactions: 0, _folder: folder };
        open.until("the panel is there", |panel| (panel.round > 0).then_some(()));
        open
    }

    /// Waits for a panel that has what is looked for.
    #[track_caller]
    fn until<T>(&mut self, what: &str, look: impl Fn(&Panel) -> Option<T>) -> T {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = look(&self.panel) {
                return found;
            }
            let left = end.saturating_duration_since(Instant::now());
            let event = self.news.recv_timeout(left);
            match event.unwrap_or_else(|_| panic!("waited in vain until {what}")) {
                Event::Shown { app, panel } if app == self.app => self.panel = panel,
                Event::Logged { line, .. } if line.level == Level::Error => {
                    panic!("{}: {}", self.app, line.text);
                }
                _ => {}
            }
        }
    }

    /// Does something to a widget, and waits until the app knows of it.
    #[track_caller]
    fn interact(&mut self, widget: WidgetId, change: Change) {
        self.interactions += 1;
        let number = self.interactions;
        let interaction = Interaction { number, widget, change };
        self.host.send(Command::Interact { app: self.app.clone(), interaction });
        self.until("the app has heard", |panel| (panel.heard >= number).then_some(()));
    }

    #[track_caller]
    fn press(&mut self, wanted: &str) {
        let ready = |widget: &Widget| matches!(widget, Widget::Button { label, enabled: true } if label == wanted);
        let what = format!("{wanted} can be pressed");
        let button = self.until(&what, |panel| find(&panel.nodes, &ready));
        self.interact(button, Change::Clicked);
    }

    #[track_caller]
    fn type_into(&mut self, wanted: &str, text: &str) {
        let meant =
            |widget: &Widget| matches!(widget, Widget::TextEdit { label, .. } if label == wanted);
        let what = format!("there is a field {wanted}");
        let field = self.until(&what, |panel| find(&panel.nodes, &meant));
        self.interact(field, Change::Text(text.to_owned()));
    }
}

/// A library of documents that reads files with this test program, see `child_that_reads`.
fn documents(data: &Path) -> Documents {
    let arguments = ["--exact", "--ignored", "--nocapture", "--test-threads=1", "child_that_reads"];
    let arguments = arguments.map(Into::into).into_iter().collect();
    Documents::when_needed(DocumentsConfig {
        library: data.join("library.db"),
        reader: Reader::new(std::env::current_exe().expect("this program"), arguments),
        embedder: None,
        built_in: Vec::new(),
    })
    .expect("threads")
}

#[test]
#[ignore = "a child of other tests"]
fn child_that_reads() {
    let ended = engine::documents::reading::run_child();
    std::process::exit(i32::from(ended != std::process::ExitCode::SUCCESS));
}

/// Every text that stands in the panel as Markdown.
fn markdown(panel: &Panel) -> Vec<String> {
    let mut texts = Vec::new();
    visit(&panel.nodes, &mut |node| {
        if let Widget::Markdown { text } = &node.widget {
            texts.push(text.clone());
        }
    });
    texts
}

fn load_demonstration(engine: &Engine, root: &Path) {
    let news = engine.subscribe(asleep());
    engine.send(engine::Command::Models(models::Command::Load {
        id: ModelId("demo".to_owned()),
        path: root.join(DEMO),
        settings: LoadSettings { context_length: Some(1024), ..LoadSettings::default() },
    }));
    loop {
        match news.recv_timeout(PATIENCE).expect("news in time") {
            engine::Event::Models(models::Event::Loaded(_)) => return,
            engine::Event::Models(models::Event::LoadFailed { error, .. }) => panic!("{error}"),
            _ => {}
        }
    }
}

fn children(widget: &Widget) -> &[Node] {
    match widget {
        Widget::Row { children }
        | Widget::Column { children }
        | Widget::Columns { children }
        | Widget::Group { children, .. }
        | Widget::Collapsing { children, .. }
        | Widget::Tabs { children, .. }
        | Widget::Scroll { children, .. } => children,
        _ => &[],
    }
}

fn visit(nodes: &[Node], each: &mut dyn FnMut(&Node)) {
    for node in nodes {
        each(node);
        visit(children(&node.widget), each);
    }
}

fn find(nodes: &[Node], is: &dyn Fn(&Widget) -> bool) -> Option<WidgetId> {
    let mut found = None;
    visit(nodes, &mut |node| {
        if found.is_none() && is(&node.widget) {
            found = Some(node.id);
        }
    });
    found
}

#[test]
fn notes_are_written_found_changed_and_deleted() {
    let mut notes = Open::new("notes", Path::new("unused"));
    for note in ["Buy milk", "Call Ada"] {
        notes.type_into("New note", note);
        notes.press("Add");
    }
    assert_eq!(markdown(&notes.panel), ["Call Ada", "Buy milk"]);
    notes.type_into("Find", "MILK");
    assert_eq!(markdown(&notes.panel), ["Buy milk"]);
    notes.press("Change");
    notes.type_into("Note", "Buy oat milk");
    notes.press("Done");
    assert_eq!(markdown(&notes.panel), ["Buy oat milk"]);
    notes.press("Delete");
    notes.type_into("Find", "");
    assert_eq!(markdown(&notes.panel), ["Call Ada"]);
}

#[test]
fn a_rewritten_text_is_shown_with_what_changed() {
    let mut rewrite = Open::new("rewrite", Path::new("unused"));
    rewrite.type_into("Text", "Me go home now.");
    rewrite.press("Rewrite");
    let texts = rewrite.until("both texts are there", |panel| {
        Some(markdown(panel)).filter(|texts| texts.len() == 2)
    });
    assert!(!texts[0].trim().is_empty(), "{texts:?}");
    rewrite.press("Once more");
}

#[test]
fn a_table_is_made_of_a_text_and_saved_where_its_person_says() {
    let elsewhere = tempfile::tempdir().expect("a folder");
    let file = elsewhere.path().canonicalize().expect("a folder").join("table.csv");
    let mut extract = Open::new("extract", &file);
    extract.type_into("Columns", "name, city");
    extract.type_into("Text", "Ada lives in London. Grace lives in New York.");
    extract.press("Extract");
    extract.until("it has been looked through", |panel| {
        let idle = |widget: &Widget| {
            let button = |label: &str| label == "Extract";
            matches!(widget, Widget::Button { label, enabled: true } if button(label))
        };
        find(&panel.nodes, &idle)
    });
    let mut found = None;
    visit(&extract.panel.nodes, &mut |node| {
        if let Widget::Table { columns, rows } = &node.widget {
            assert_eq!(columns, &["name", "city"]);
            found = Some(rows.len());
        }
    });
    // A model that knows nothing may find nothing, and then there is nothing to save.
    let Some(rows) = found else { return };
    extract.press("Save as CSV…");
    let end = Instant::now() + PATIENCE;
    let saved = loop {
        match std::fs::read_to_string(&file) {
            Ok(text) => break text,
            Err(_) => assert!(Instant::now() < end, "no file was written"),
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    assert!(saved.starts_with("name,city\n") && saved.lines().count() > rows, "{saved}");
}

#[test]
fn answers_stand_beside_one_another_with_their_figures() {
    let mut compare = Open::new("compare", Path::new("unused"));
    compare.type_into("Question", "What can you do?");
    compare.type_into("Temperatures", "0, 1.5");
    compare.press("Compare");
    compare.until("two answers have figures", |panel| {
        let mut figures = 0;
        visit(&panel.nodes, &mut |node| {
            if let Widget::Label { text, weak: true } = &node.widget {
                figures += usize::from(text.contains("tokens in"));
            }
        });
        (figures == 2).then_some(())
    });
    assert_eq!(markdown(&compare.panel).len(), 2);
}

#[test]
fn documents_are_added_in_the_panel_which_shows_how_far_they_are() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let letter = root.join("tests/fixtures/documents/letter.md").canonicalize().expect("a letter");
    let mut documents = Open::new("documents", &letter);
    let says = |panel: &Panel, words: &str| {
        find(
            &panel.nodes,
            &|widget| matches!(widget, Widget::Label { text, .. } if text.contains(words)),
        )
    };
    documents.until("it says that there are none", |panel| says(panel, "No documents yet"));
    documents.type_into("Collection", "Letters");
    documents.press("Add files…");
    documents.until("the letter has been read", |panel| says(panel, "1 document, "));
}

#[test]
fn the_scratchpad_shows_every_widget() {
    const ALL: [&str; 27] = [
        "button",
        "chat",
        "checkbox",
        "code",
        "collapsing",
        "column",
        "columns",
        "combo_box",
        "file_drop",
        "group",
        "heading",
        "image",
        "label",
        "markdown",
        "notice",
        "number",
        "plot",
        "progress",
        "radio",
        "row",
        "scroll",
        "separator",
        "slider",
        "space",
        "table",
        "tabs",
        "text_edit",
    ];
    let mut pad = Open::new("scratchpad", Path::new("unused"));
    let mut kinds = BTreeSet::new();
    for tab in 0..4 {
        let tabs = pad.until("there are tabs", |panel| {
            find(&panel.nodes, &|widget| matches!(widget, Widget::Tabs { .. }))
        });
        pad.interact(tabs, Change::Chosen(tab));
        visit(&pad.panel.nodes, &mut |node| {
            let json = serde_json::to_value(&node.widget).expect("a widget as JSON");
            kinds.insert(json["kind"].as_str().expect("its kind").to_owned());
        });
    }
    assert_eq!(kinds.iter().map(String::as_str).collect::<Vec<_>>(), ALL);
}

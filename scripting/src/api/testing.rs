//! An app without its thread, for tests: a context with everything granted, an interpreter with all
//! nouns, a face and a server that answer at once, and a library of documents in its folder.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use engine::documents::reading::Reader;
use engine::documents::{BuiltIn, Documents, DocumentsConfig};
use engine::models::{self, Library, LoadSettings, ModelId};
use engine::{Command, Config, Engine, Inbox, Outbox, asleep, channel};
use rhai::Dynamic;
use tempfile::TempDir;

use crate::permissions::{Grants, Roots};
use crate::plugin::CorePlugin;
use crate::run::{Outcome, Run};
use crate::runner::{Context, House};
use crate::services::{Clipboard, Notify, PickFiles, PickKind, PickRequest, Services};
use crate::{AppId, Event, RunEvent, RunRequest, manifest};

/// Long enough for the slowest machine.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// An app to try functions in.
pub(super) struct Stage {
    pub(super) context: Arc<Context>,
    pub(super) rhai: Arc<rhai::Engine>,
    pub(super) news: Inbox<Event>,
    /// What its run tells.
    pub(super) told: Inbox<RunEvent>,
    /// What it printed.
    pub(super) printed: Arc<Mutex<Vec<String>>>,
    /// What the face was shown: notices.
    pub(super) notices: Arc<Mutex<Vec<String>>>,
    pub(super) server: SocketAddr,
    plugins: Vec<Box<dyn CorePlugin>>,
    folder: TempDir,
}

/// How a stage is set.
pub(super) struct Setting {
    /// Lines below `[permissions]`; `NOTES`, `SERVER` and `PORT` are filled in.
    pub(super) permissions: &'static str,
    pub(super) granted: bool,
    /// Whether the face, the documents and the models on disk are there.
    pub(super) services: bool,
    pub(super) asks_permission: bool,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            permissions: r#"
llm = true
documents = "write"
files = ["NOTES/**"]
net = ["SERVER/*"]
clipboard = true
notifications = true
apps = ["shout", "example"]
"#,
            granted: true,
            services: true,
            asks_permission: false,
        }
    }
}

impl Stage {
    pub(super) fn new() -> Self {
        Self::set(&Setting::default())
    }

    pub(super) fn set(setting: &Setting) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().canonicalize().expect("it is there");
        for name in ["app", "data", "Notes"] {
            std::fs::create_dir(root.join(name)).expect("made");
        }
        std::fs::write(root.join("app/notes.txt"), "Buy milk").expect("written");
        std::fs::write(root.join("picked.txt"), "Picked").expect("written");
        let server = serve();
        let (news_out, news) = channel(asleep());
        let (told_out, told) = channel(asleep());
        let notices = Arc::new(Mutex::default());
        let context = Arc::new(Context::on_stage(crate::runner::Stage {
            app: AppId::parse("example").expect("a good id"),
            folder: root.join("app"),
            rights: rights(setting, &root, server),
            house: House {
                data_folder: root.join("data"),
                engine: Engine::start(Config::default()).expect("an engine"),
                services: services(setting, &root, &notices),
                icons: &[],
                run_other: Arc::new(run_other),
            },
            news: news_out,
            run: told_out,
        }));
        let printed: Arc<Mutex<Vec<String>>> = Arc::default();
        let (rhai, plugins) = interpreter(&context, &printed);
        let rhai = Arc::new(rhai);
        context.set_interpreter(&rhai);
        Self { context, rhai, news, told, printed, notices, server, plugins, folder }
    }

    /// Runs a script, with the places of the reference's examples put in.
    pub(super) fn run(&self, script: &str) -> Result<Dynamic, String> {
        let script = self.placed(script);
        self.rhai.eval(&script).map_err(|error| error.to_string())
    }

    /// The script, with this stage's places in it.
    fn placed(&self, script: &str) -> String {
        script
            .replace("~/Notes", &self.notes().to_string_lossy())
            .replace("https://api.example.com", &self.address())
    }

    /// Runs a script for what it does.
    pub(super) fn does(&self, script: &str) {
        if let Err(error) = self.run(script) {
            panic!("{script}: {error}");
        }
    }

    /// The words of a script's error.
    pub(super) fn error(&self, script: &str) -> String {
        self.run(script).map_or_else(|error| error, |value| panic!("{script} gave {value:?}"))
    }

    pub(super) fn address(&self) -> String {
        format!("http://{}", self.server)
    }

    pub(super) fn notes(&self) -> PathBuf {
        self.root().join("Notes")
    }

    pub(super) fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().expect("it is there")
    }

    /// Puts a document about bags into the collection Papers.
    pub(super) fn with_documents(self) -> Self {
        std::fs::write(self.notes().join("bags.md"), BAGS).expect("written");
        self.does("documents::add(\"Papers\", \"~/Notes/bags.md\")");
        self
    }

    /// Loads the demonstration model, and the small embedding model where it is wanted.
    pub(super) fn with_models(self, embedding: bool) -> Self {
        load(self.context.engine(), "demo", &demo());
        if embedding {
            load(
                self.context.engine(),
                "tiny-bert",
                &repository("tests/fixtures/tiny-bert-embedding.gguf"),
            );
        }
        self
    }
}

/// What the library of examples has, once [`Stage::with_documents`] was called.
const BAGS: &str = "# Bags\n\nA satchel is a bag with a strap. A suitcase has a handle.\n";

impl Drop for Stage {
    fn drop(&mut self) {
        self.plugins.iter_mut().for_each(|plugin| plugin.dispose());
    }
}

/// The demonstration model.
pub(super) fn demo() -> PathBuf {
    repository("assets/starter/satchel-starter-q8_0.gguf")
}

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

pub(super) fn load(engine: &Engine, id: &str, path: &Path) {
    let news = engine.subscribe(asleep());
    engine.send(Command::Models(models::Command::Load {
        id: ModelId(id.to_owned()),
        path: path.to_owned(),
        settings: LoadSettings { context_length: Some(512), ..LoadSettings::default() },
    }));
    loop {
        match news.recv_timeout(PATIENCE).expect("news in time") {
            engine::Event::Models(models::Event::Loaded(_)) => return,
            engine::Event::Models(models::Event::LoadFailed { error, .. }) => panic!("{error}"),
            _ => {}
        }
    }
}

fn rights(setting: &Setting, root: &Path, server: SocketAddr) -> crate::Rights {
    let permissions = setting
        .permissions
        .replace("NOTES", &root.join("Notes").to_string_lossy().replace('\\', "/"))
        .replace("SERVER", &format!("http://{server}"))
        .replace("PORT", &server.port().to_string());
    let text = format!(
        r#"
id = "example"
name = "Example"
version = "1.0.0"
api = 1
[permissions]
{permissions}
[[settings]]
key = "tone"
title = "Tone"
type = "string"
default = "friendly"
[[settings]]
key = "token"
title = "Token"
type = "secret"
"#
    );
    let manifest = manifest::parse(&text).unwrap_or_else(|problems| panic!("{problems:?}"));
    let grants =
        if setting.granted { Grants::to_all(&manifest.permissions) } else { Grants::default() };
    let chosen = [("token".to_owned(), "s3cret".into())].into_iter().collect();
    let settings = manifest::effective(&manifest.settings, &chosen);
    let roots = Roots { home: None, app: root.join("app"), data: root.join("data") };
    crate::Rights::new(Arc::new(manifest), roots, grants, settings)
}

fn services(setting: &Setting, root: &Path, notices: &Arc<Mutex<Vec<String>>>) -> Services {
    let asks_permission = setting.asks_permission;
    if !setting.services {
        return Services { asks_permission, ..Services::default() };
    }
    let face = Arc::new(Face {
        picked: root.join("picked.txt"),
        clipboard: Mutex::default(),
        notices: Arc::clone(notices),
    });
    Services {
        pick_files: Some(Arc::clone(&face) as Arc<dyn PickFiles>),
        clipboard: Some(Arc::clone(&face) as Arc<dyn Clipboard>),
        notify: Some(face),
        asks_permission,
        models: Some(Arc::new(Library::new(root.join("data/models"), Some(demo())))),
        documents: Some(documents(root)),
    }
}

fn interpreter(
    context: &Arc<Context>,
    printed: &Arc<Mutex<Vec<String>>>,
) -> (rhai::Engine, Vec<Box<dyn CorePlugin>>) {
    let mut rhai = rhai::Engine::new();
    let lines = Arc::clone(printed);
    rhai.on_print(move |line| lines.lock().expect("no panic").push(line.to_owned()));
    let own = Arc::clone(context);
    rhai.on_progress(move |_| own.check().is_err().then_some(Dynamic::UNIT));
    let own = Arc::clone(context);
    rhai.register_fn("sleep", move |seconds: f64| own.sleep(Duration::from_secs_f64(seconds)));
    let mut plugins = super::all();
    for plugin in &mut plugins {
        plugin.load().expect("a plugin that loads");
        plugin.register(&mut rhai, context);
    }
    (rhai, plugins)
}

/// The other app of the examples, `shout`.
fn run_other(app: &AppId, request: RunRequest, wake: engine::Wake) -> Run {
    let (outbox, events) = channel(Arc::clone(&wake));
    if app.0 == "shout" {
        let text = request.input.text.to_uppercase();
        let value = request.input.data;
        outbox.send(RunEvent::Progress { fraction: Some(0.5), text: "Shouting".to_owned() });
        outbox.send(RunEvent::Finished(Outcome { text, value, stopped: false }));
    } else {
        outbox.send(RunEvent::Failed(crate::Problem::new(format!("there is no app `{app}`"))));
    }
    Run::new(events, Arc::default(), wake)
}

struct Face {
    picked: PathBuf,
    clipboard: Mutex<Option<String>>,
    notices: Arc<Mutex<Vec<String>>>,
}

impl PickFiles for Face {
    fn pick(&self, request: PickRequest, answer: Outbox<Vec<PathBuf>>) {
        let picked = match request.kind {
            PickKind::File | PickKind::Files => vec![self.picked.clone()],
            PickKind::Folder | PickKind::Save => Vec::new(),
        };
        answer.send(picked);
    }
}

impl Clipboard for Face {
    fn read(&self, answer: Outbox<Result<String, String>>) {
        let text = self.clipboard.lock().expect("no panic").clone();
        answer.send(text.ok_or_else(|| "there is no text in the clipboard".to_owned()));
    }

    fn write(&self, text: String) {
        *self.clipboard.lock().expect("no panic") = Some(text);
    }
}

impl Notify for Face {
    fn notify(&self, app: &str, title: &str, text: &str) {
        self.notices.lock().expect("no panic").push(format!("{app}: {title}: {text}"));
    }
}

/// A library in a temporary folder that reads files with this test program, see `child_that_reads`.
fn documents(root: &Path) -> Documents {
    let child = "api::testing::child_that_reads";
    let arguments = ["--exact", "--ignored", "--nocapture", "--test-threads=1", child];
    let arguments = arguments.map(Into::into).into_iter().collect();
    let program = std::env::current_exe().expect("this program");
    let handbook = vec![("strap.md".to_owned(), HANDBOOK.to_owned())];
    Documents::when_needed(DocumentsConfig {
        library: root.join("data/library.db"),
        reader: Reader::new(program, arguments),
        embedder: None,
        built_in: vec![BuiltIn::new("Handbook", root.join("data/handbook"), handbook)],
    })
    .expect("threads")
}

/// A collection that comes with the program.
const HANDBOOK: &str = "# Straps\n\n## Mending a strap\n\nSew it with waxed thread.\n";

#[test]
#[ignore = "a child of other tests"]
fn child_that_reads() {
    let ended = engine::documents::reading::run_child();
    std::process::exit(i32::from(ended != std::process::ExitCode::SUCCESS));
}

/// A server on this computer; its thread ends with the test.
fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer(stream));
        }
    });
    address
}

/// Answers one request. Whoever asked may have gone meanwhile.
fn answer(stream: TcpStream) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let target = line.split(' ').nth(1)?.to_owned();
    let mut heads = String::new();
    let mut length = 0;
    loop {
        let mut head = String::new();
        reader.read_line(&mut head).ok()?;
        if head.trim().is_empty() {
            break;
        }
        if let Some(value) = head.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        heads.push_str(&head);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let (status, head, content) = match path {
        "/weather" => {
            ("200 OK", "", format!("{{\"{}\"}}", query.replace('=', "\":\"")).into_bytes())
        }
        "/echo" => ("200 OK", "", body),
        "/heads" => ("200 OK", "", heads.into_bytes()),
        "/latin" => ("200 OK", "Content-Type: text/plain; charset=latin1\r\n", vec![b'c', 0xe9]),
        "/long" => ("200 OK", "", vec![b'x'; 100_000]),
        "/missing" => ("404 Not Found", "", Vec::new()),
        "/silent" => {
            // Until the other side hangs up.
            reader.read_to_end(&mut Vec::new()).ok()?;
            return None;
        }
        "/notes/1" => return write!(&stream, "HTTP/1.1 204 No Content\r\n\r\n").ok(),
        "/leave" | "/repeat" => {
            let status = if path == "/leave" { "302 Found" } else { "307 Temporary Redirect" };
            let to = format!("Location: {query}\r\n");
            return write!(
                &stream,
                "HTTP/1.1 {status}\r\n{to}Content-Length: 0\r\nConnection: close\r\n\r\n"
            )
            .ok();
        }
        _ => ("500 Internal Server Error", "", Vec::new()),
    };
    let length = content.len();
    write!(
        &stream,
        "HTTP/1.1 {status}\r\n{head}Content-Length: {length}\r\nConnection: close\r\n\r\n"
    )
    .ok()?;
    (&stream).write_all(&content).ok()
}

/// Stops a call once it waits for something, and sees that this ended it.
pub(super) fn stop_while(stage: &Stage, script: &str, is_waiting: impl Fn() -> bool + Sync) {
    let stopped = Arc::new(AtomicBool::new(false));
    let wake = stage.context.wake();
    let ended = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_waiting() {
                std::thread::yield_now();
            }
            stopped.store(true, std::sync::atomic::Ordering::Relaxed);
            wake();
        });
        let script = stage.placed(script);
        stage.context.while_running(&stopped, || stage.rhai.eval::<Dynamic>(&script))
    });
    match ended {
        Ok(value) => panic!("{script} gave {value:?}"),
        Err(error) => assert!(crate::runner::is_end(&error), "{script}: {error}"),
    }
}

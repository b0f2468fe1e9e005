//! What apps cost: from a save to the new code, from a click to the new panel, and what a call of the
//! host and a streamed piece take.
//!
//! The whole way is timed, from a command or a saved file to the event that answers it, on the threads
//! that a window would use.

#![expect(clippy::print_stdout, clippy::expect_used, reason = "a table for people")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use engine::{Engine, Inbox, asleep, channel};
use scripting::panel::{Change, Interaction, Node, Widget};
use scripting::runner::{Context, Received, placed};
use scripting::{
    AppId, Command, CorePlugin, Event, HostConfig, Library, RunEvent, RunRequest, ScriptHost,
    Services,
};

/// Enough for a median that another run finds again.
const ROUNDS: usize = 101;

/// Streamed pieces, calls and steps of one run.
const MANY: u32 = 100_000;

/// Nothing here takes so long unless it is broken.
const PATIENCE: Duration = Duration::from_secs(60);

fn main() {
    let house = House::start();
    let row = |what: &str, time: Duration, bar: &str| {
        println!("| {what} | {:.2} µs | {bar} |", time.as_secs_f64() * 1e6);
    };
    println!("| What an app costs | Satchel | bar |");
    println!("|---|--:|--:|");
    row("From a save to the new code", house.save(), "100,000 µs");
    row("From a click to a panel of 200 widgets", house.click(), "16,000 µs");
    row("A streamed piece, appended to the state", house.piece(), "2 µs");
    row("A call of a host function", house.each("let r = bench::nothing();"), "–");
    row("A step of a loop that sets a variable", house.each("let r = i;"), "–");
}

struct House {
    host: ScriptHost,
    news: Inbox<Event>,
    folder: tempfile::TempDir,
}

impl House {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        write_app(folder.path(), "reload", &reloading(0));
        write_app(folder.path(), "panel", PANEL);
        write_app(folder.path(), "stream", STREAM);
        write_app(folder.path(), "calls", "");
        let host = ScriptHost::start(HostConfig {
            library: Library::open(None, folder.path().join("apps")),
            data_folder: folder.path().to_owned(),
            engine: Engine::start(engine::Config::default()).expect("an engine thread"),
            services: Services::default(),
            plugins: vec![Box::new(Bench)],
            grants: BTreeMap::new(),
            icons: &[],
            resident: true,
        })
        .expect("a supervisor");
        let news = host.subscribe(asleep());
        Self { host, news, folder }
    }

    fn wait<T>(&self, mut find: impl FnMut(Event) -> Option<T>) -> T {
        loop {
            if let Some(found) = find(self.news.recv_timeout(PATIENCE).expect("news in time")) {
                return found;
            }
        }
    }

    /// From writing the file until its `on_load` has spoken.
    fn save(&self) -> Duration {
        let file = self.folder.path().join("apps/reload/main.rhai");
        self.host.send(Command::Load(app("reload")));
        let wait = |version: usize| {
            let words = format!("loaded {version}");
            self.wait(|event| match event {
                Event::Logged { line, .. } if line.text == words => Some(()),
                _ => None,
            });
        };
        wait(0);
        median((1..=ROUNDS).map(|version| {
            let text = reloading(version);
            let start = Instant::now();
            fs::write(&file, text).expect("saved");
            wait(version);
            start.elapsed()
        }))
    }

    /// From the click of a button until the panel that shows its effect.
    fn click(&self) -> Duration {
        self.host.send(Command::OpenPanel(app("panel")));
        let shown = |heard: u64| {
            self.wait(|event| match event {
                Event::Shown { panel, .. } if panel.heard >= heard => Some(panel),
                _ => None,
            })
        };
        let panel = shown(0);
        let is_button = |node: &&Node| matches!(node.widget, Widget::Button { .. });
        let button = panel.nodes.iter().find(is_button).expect("a button").id;
        median((1..=ROUNDS as u64).map(|number| {
            let interaction = Interaction { number, widget: button, change: Change::Clicked };
            let start = Instant::now();
            self.host.send(Command::Interact { app: app("panel"), interaction });
            shown(number);
            start.elapsed()
        }))
    }

    /// What one piece costs a script that appends it to its state.
    fn piece(&self) -> Duration {
        median((0..11).map(|_| self.run("stream"))) / MANY
    }

    /// What one step of a loop with this body costs.
    fn each(&self, body: &str) -> Duration {
        let script = format!("fn on_run(input) {{ for i in 0..{MANY} {{ {body} }} }}");
        write_app(self.folder.path(), "calls", &script);
        self.host.send(Command::Reload(app("calls")));
        self.run("calls");
        median((0..11).map(|_| self.run("calls"))) / MANY
    }

    fn run(&self, name: &str) -> Duration {
        let start = Instant::now();
        let run = self.host.run(&app(name), RunRequest::default(), asleep());
        let last = run.wait().last();
        assert!(matches!(last, Some(RunEvent::Finished(_))), "{last:?}");
        start.elapsed()
    }
}

fn app(name: &str) -> AppId {
    AppId(name.to_owned())
}

fn write_app(folder: &Path, name: &str, script: &str) {
    let folder = folder.join("apps").join(name);
    fs::create_dir_all(&folder).expect("a folder for the app");
    let manifest = format!("id = \"{name}\"\nname = \"{name}\"\nversion = \"1.0.0\"\napi = 1\n");
    fs::write(folder.join("app.toml"), manifest).expect("a manifest");
    fs::write(folder.join("main.rhai"), script).expect("a script");
}

/// A script of some size, since that is what is saved.
fn reloading(version: usize) -> String {
    let functions: String = (0..100)
        .map(|n| {
            format!("fn helper_{n}(a, b) {{ let c = a + b; if c > {n} {{ c }} else {{ a }} }}\n")
        })
        .collect();
    format!("fn on_load() {{ print(\"loaded {version}\"); }}\n{functions}")
}

const PANEL: &str = r#"
fn on_load() { this.count = 0; this.texts = []; for i in 0..100 { this.texts.push(`text ${i}`); } }
fn on_ui(ui) {
    if ui.button("Count") { this.count += 1; }
    for i in 0..100 {
        ui.label(`${i}: ${this.count}`);
        this.texts[i] = ui.text_edit(`Field ${i}`, this.texts[i]);
    }
}
"#;

const STREAM: &str = r#"
fn on_run(input) {
    this.text = "";
    for piece in bench::pieces() { this.text += piece; }
}
"#;

fn median(times: impl Iterator<Item = Duration>) -> Duration {
    let mut times: Vec<_> = times.collect();
    times.sort();
    times[times.len() / 2]
}

/// `bench::nothing()` and `bench::pieces()`.
struct Bench;

impl CorePlugin for Bench {
    fn name(&self) -> &'static str {
        "bench"
    }

    fn register(&self, rhai: &mut rhai::Engine, context: &Arc<Context>) {
        let mut module = rhai::Module::new();
        add(&mut module, "nothing", || 0_i64);
        let context = Arc::clone(context);
        add(&mut module, "pieces", move || Pieces::new(&context));
        rhai.register_static_module("bench", module.into());
        rhai.register_iterator::<Pieces>();
    }
}

/// Pieces as a model would send them, all there already.
#[derive(Clone)]
struct Pieces {
    context: Arc<Context>,
    inbox: Arc<std::sync::Mutex<Inbox<String>>>,
}

impl Pieces {
    fn new(context: &Arc<Context>) -> Self {
        let (outbox, inbox) = channel(context.wake());
        for _ in 0..MANY {
            outbox.send("piece ".to_owned());
        }
        Self { context: Arc::clone(context), inbox: Arc::new(inbox.into()) }
    }
}

impl Iterator for Pieces {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let inbox = self.inbox.lock().expect("no panic");
        match self.context.receive_piece(&inbox) {
            Ok(Received::Message(piece)) => Some(piece),
            Ok(Received::PanelWaits) => Some(String::new()),
            _ => None,
        }
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
    let function = placed(function.into_rhai_function(false, true));
    rhai::FuncRegistration::new(name).set_into_module_raw(module, FUNC::param_types(), function);
}

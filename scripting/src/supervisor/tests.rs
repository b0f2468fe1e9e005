//! What a test of the whole host cannot bring about in good time.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use engine::{Inbox, asleep};

use crate::plugin::CorePlugin;
use crate::runner::{Context, ScriptResult};
use crate::{
    AppId, AppState, AppStatus, Command, Event, HandleKind, HostConfig, Library, RunRequest,
    ScriptHost, Services,
};

/// For loaded machines.
const PATIENCE: Duration = Duration::from_secs(60);

/// `native::compute()`: computes until the test lets it go, and hears nothing meanwhile.
struct Stuck {
    begun: mpsc::Sender<()>,
    /// Closed when the test is over.
    released: Arc<Mutex<mpsc::Receiver<()>>>,
}

impl CorePlugin for Stuck {
    fn name(&self) -> &'static str {
        "native"
    }

    fn register(&self, rhai: &mut rhai::Engine, context: &Arc<Context>) {
        let mut module = rhai::Module::new();
        let (context, begun) = (Arc::clone(context), self.begun.clone());
        let released = Arc::clone(&self.released);
        module.set_native_fn("compute", move || -> ScriptResult<()> {
            let _held = context.handles().acquire(HandleKind::Generation);
            begun.send(()).ok();
            released.lock().unwrap().recv().ok();
            Ok(())
        });
        rhai.register_static_module("native", module.into());
    }
}

fn write_app(folder: &Path, script: &str) {
    fs::create_dir_all(folder).unwrap();
    let manifest = "id = \"app\"\nname = \"App\"\nversion = \"1.0.0\"\napi = 1\n";
    fs::write(folder.join("app.toml"), manifest).unwrap();
    fs::write(folder.join("main.rhai"), script).unwrap();
}

/// Waits for a state of the app, through all others.
fn wait_for(news: &Inbox<Event>, is: impl Fn(&AppStatus) -> bool) -> AppStatus {
    let end = Instant::now() + PATIENCE;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        match news.recv_timeout(left).expect("the state in time") {
            Event::Changed(status) if is(&status) => return status,
            _ => {}
        }
    }
}

#[test]
fn a_thread_that_is_stuck_in_native_code_is_left_behind_and_its_app_runs_anew() {
    let folder = tempfile::tempdir().unwrap();
    write_app(
        &folder.path().join("apps/app"),
        "fn on_run(input) { if input.text == \"compute\" { native::compute(); } \"well\" }",
    );
    let (begun, has_begun) = mpsc::channel();
    let (release, released) = mpsc::channel();
    let config = HostConfig {
        library: Library::open(None, folder.path().join("apps")),
        data_folder: folder.path().to_owned(),
        engine: engine::Engine::start(engine::Config::default()).unwrap(),
        services: Services::default(),
        plugins: vec![Box::new(Stuck { begun, released: Arc::new(Mutex::new(released)) })],
        grants: BTreeMap::new(),
        icons: &[],
        resident: false,
    };
    let host = ScriptHost::start_with_grace(config, Duration::ZERO).unwrap();
    let news = host.subscribe(asleep());
    let app = AppId("app".to_owned());
    let run = |text: &str| {
        let mut request = RunRequest::default();
        text.clone_into(&mut request.input.text);
        host.run(&app, request, asleep())
    };

    let stuck = run("compute");
    has_begun.recv_timeout(PATIENCE).expect("the native function is called");
    host.send(Command::Dispose(app.clone()));
    let status = wait_for(&news, |status| status.state == AppState::Failed);
    assert_eq!(status.handles, 0);
    assert!(status.problems[0].message.contains("was left behind"), "{:?}", status.problems);

    let well = run("x").wait().last();
    assert!(
        matches!(&well, Some(crate::RunEvent::Finished(outcome)) if outcome.text == "well"),
        "{well:?}"
    );
    // When it comes back at last, nobody listens any more.
    drop(release);
    drop(stuck);
}

//! A whole program in a box: the real window, the real engine, the real store, a small real model,
//! and a data folder that disappears afterwards. Only the screen is missing.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use egui::accesskit::Role;
use egui::{Key, Modifiers, Vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use egui_kittest::{Harness, Node};
use engine::Engine;
use engine::documents::drawing::Studio;
use engine::documents::reading::Reader;
use engine::documents::{Documents, DocumentsConfig};
use engine::folder::DataFolder;
use engine::settings::Settings;
use satchel::{App, Dialogs, Start};

/// How long something may take on a busy machine before a test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// The demonstration model, which is small and real.
pub fn starter_model() -> PathBuf {
    root().join("assets/starter/satchel-starter-q8_0.gguf")
}

/// A small file for tests.
pub fn fixture(name: &str) -> PathBuf {
    root().join("tests/fixtures").join(name)
}

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A file as the operating system would hand it to the window.
#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

/// The program of the test itself, which is started again to read and draw documents.
#[expect(clippy::expect_used, reason = "a test that does not find itself cannot go on")]
fn program() -> PathBuf {
    std::env::current_exe().expect("the path of this test")
}

/// How it is called to be one of the tests in `children.rs`.
fn child(name: &str) -> Vec<OsString> {
    let name = format!("children::{name}");
    let arguments = ["--exact", "--ignored", "--nocapture", "--test-threads=1", &name];
    arguments.map(Into::into).into_iter().collect()
}

/// The window, called as the real program calls it.
pub struct Window(App);

impl eframe::App for Window {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.0.logic(ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.0.ui(ui);
    }
}

/// See the module documentation.
pub struct World {
    /// The window. `None` only while the program is between two starts.
    window: Option<Harness<'static, Window>>,
    folder: tempfile::TempDir,
    size: Vec2,
    scale: f32,
}

impl World {
    /// A first start in an empty folder.
    pub fn new() -> Self {
        Self::sized(1280.0, 840.0, 1.0)
    }

    /// The same, in a window of this size in points and with so many pixels for a point.
    #[expect(clippy::expect_used, reason = "a test without a folder cannot go on")]
    pub fn sized(width: f32, height: f32, scale: f32) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut world = Self { window: None, folder, size: Vec2::new(width, height), scale };
        world.start();
        world
    }

    /// A start in a folder that has these settings already.
    #[expect(clippy::expect_used, reason = "a test without its settings cannot go on")]
    pub fn with_settings(settings: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("settings.toml"), settings).expect("the settings");
        let size = Vec2::new(1280.0, 840.0);
        let mut world = Self { window: None, folder, size, scale: 1.0 };
        world.start();
        world
    }

    /// A program in which the demonstration model is loaded.
    pub fn with_model() -> Self {
        let mut world = Self::new();
        world.load_demonstration();
        world
    }

    /// A program with the demonstration model, so hot that it draws any token, and a seed that does not
    /// draw the end of the turn for a thousand tokens.
    pub fn with_talkative_model() -> Self {
        let mut world = Self::with_settings(
            "[window]\nmodel = \"demo\"\n[models.demo]\n\
             temperature = 5.0\ntop_k = 0\ntop_p = 1.0\nmin_p = 0.0\nseed = 1\n",
        );
        world.see_label("Ready");
        world
    }

    /// Loads the demonstration model as a person would.
    pub fn load_demonstration(&mut self) {
        self.click("Try it now");
        self.see_label("Ready");
    }

    /// Loads the demonstration model once there is no first page any more.
    pub fn load_demonstration_from_the_models_page(&mut self) {
        self.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::M);
        self.click("Load Satchel Starter");
        self.see_label("Ready");
        self.press(Modifiers::NONE, Key::Escape);
    }

    #[expect(clippy::expect_used, reason = "a test without a window cannot go on")]
    fn start(&mut self) {
        let folder = DataFolder::open(Some(self.folder.path())).expect("the data folder");
        let (settings, notice) = Settings::load(&folder.settings()).expect("the settings");
        let engine = Engine::start(engine::Config::default()).expect("the engine");
        let apps = satchel::shipped::library(&folder).expect("the apps that come along");
        let config = DocumentsConfig {
            library: folder.library_db(),
            reader: Reader::new(program(), child("child_that_reads")),
            embedder: None,
            built_in: vec![satchel::document_library::manual(folder.path())],
        };
        let documents = Documents::when_needed(config).expect("the documents");
        let studio = Studio::new(program(), child("child_that_draws"));
        let dialogs = Dialogs::None;
        let start = Start { engine, folder, settings, notice, dialogs, apps, documents, studio };
        let harness = Harness::builder()
            .with_size(self.size)
            .with_pixels_per_point(self.scale)
            // Slow enough that notices stay while a test looks at them.
            .with_step_dt(1.0 / 60.0)
            .wgpu()
            // A small model may say what no font has.
            .allow_missing_glyphs()
            .build_eframe(|creation| {
                Window(App::new(&creation.egui_ctx, start).expect("a window"))
            });
        self.window = Some(harness);
        self.steps(3);
    }

    /// Closes the window and opens it again on the same folder.
    pub fn restart(&mut self) {
        self.window = None;
        self.start();
    }

    /// The window.
    #[expect(clippy::expect_used, reason = "there is a window except within `restart`")]
    pub fn window(&mut self) -> &mut Harness<'static, Window> {
        self.window.as_mut().expect("the window is open")
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Draws so many frames.
    pub fn steps(&mut self, count: usize) {
        self.window().run_steps(count);
    }

    /// Draws frames until `arrived` says so.
    #[track_caller]
    pub fn wait(&mut self, what: &str, arrived: impl Fn(&Harness<'static, Window>) -> bool) {
        let started = Instant::now();
        while !arrived(self.window()) {
            assert!(started.elapsed() < PATIENCE, "never came: {what}\n{}", self.labels());
            std::thread::sleep(Duration::from_millis(5));
            self.window().step();
        }
    }

    /// Draws frames until something that contains `text` is on the screen.
    #[track_caller]
    pub fn see(&mut self, text: &str) {
        self.wait(text, |window| window.query_all_by_label_contains(text).next().is_some());
    }

    /// Draws frames until something of exactly this name is on the screen.
    #[track_caller]
    pub fn see_label(&mut self, label: &str) {
        self.wait(label, |window| window.query_all_by_label(label).next().is_some());
    }

    /// Draws frames until nothing that contains `text` is on the screen any more.
    #[track_caller]
    pub fn see_no(&mut self, text: &str) {
        self.wait(&format!("the end of {text}"), |window| {
            window.query_all_by_label_contains(text).next().is_none()
        });
    }

    /// Whether something that contains `text` is on the screen now.
    pub fn shows(&mut self, text: &str) -> bool {
        self.window().query_all_by_label_contains(text).next().is_some()
    }

    /// Clicks what bears this name, once it is there.
    #[track_caller]
    pub fn click(&mut self, label: &str) {
        self.see_label(label);
        let window = self.window();
        let node = clickable(window, label);
        node.click();
        window.run_steps(2);
    }

    /// Activates what bears this name as assistive technology does, wherever it is scrolled to.
    #[track_caller]
    pub fn activate(&mut self, label: &str) {
        self.see_label(label);
        let window = self.window();
        clickable(window, label).click_accesskit();
        window.run_steps(3);
    }

    /// Activates something, and what appears upon that, if it is still there after one frame.
    #[track_caller]
    pub fn start_and_press(&mut self, label: &str, then: &str) {
        let window = self.window();
        clickable(window, label).click_accesskit();
        for _ in 0..4 {
            window.step();
            if let Some(node) = window.query_all_by_label(then).next() {
                node.click_accesskit();
                break;
            }
        }
        window.run_steps(2);
    }

    /// Clicks the first thing that can be clicked and whose name contains `text`.
    #[track_caller]
    pub fn click_containing(&mut self, text: &str) {
        self.see(text);
        let window = self.window();
        let node = window
            .query_all_by_label_contains(text)
            .find(|node| !matches!(node.accesskit_node().role(), Role::Label));
        if let Some(node) = node {
            node.click();
        }
        window.run_steps(2);
    }

    /// Clicks what bears this name, if it is there.
    pub fn click_if_there(&mut self, label: &str) {
        if self.window().query_all_by_label(label).next().is_some() {
            self.click(label);
        }
    }

    /// Moves the pointer out of the way and lets every animation end, for a picture.
    pub fn settle(&mut self) {
        self.window().remove_cursor();
        self.steps(30);
    }

    /// Clicks it with the other button.
    #[track_caller]
    pub fn click_secondary(&mut self, label: &str) {
        self.see_label(label);
        let window = self.window();
        clickable(window, label).click_secondary();
        window.run_steps(2);
    }

    /// Replaces the text of the field of this name.
    #[track_caller]
    pub fn write(&mut self, label: &str, text: &str) {
        self.wait(label, |window| field(window, label).is_some());
        let window = self.window();
        if let Some(node) = field(window, label) {
            node.focus();
        }
        window.run_steps(2);
        window.key_press_modifiers(Modifiers::COMMAND, Key::A);
        window.step();
        if let Some(node) = field(window, label) {
            node.type_text(text);
        }
        window.run_steps(2);
    }

    /// Types a number into the field of this name, and leaves it with Enter.
    #[track_caller]
    pub fn write_number(&mut self, label: &str, number: &str) {
        self.see(label);
        let window = self.window();
        window.get_by_role_and_label(Role::SpinButton, label).focus();
        window.run_steps(2);
        window.key_press_modifiers(Modifiers::COMMAND, Key::A);
        window.event(egui::Event::Text(number.to_owned()));
        window.run_steps(2);
        self.press(Modifiers::NONE, Key::Enter);
    }

    /// Types at the cursor of the field of this name, which has the keyboard.
    #[track_caller]
    pub fn type_on(&mut self, label: &str, text: &str) {
        let window = self.window();
        if let Some(node) = field(window, label) {
            node.type_text(text);
        }
        window.run_steps(2);
    }

    /// What stands in the field of this name.
    pub fn written(&mut self, label: &str) -> String {
        field(self.window(), label).and_then(|node| node.value()).unwrap_or_default()
    }

    /// Writes a message and sends it with Enter.
    #[track_caller]
    pub fn say(&mut self, text: &str) {
        self.write("Message", text);
        self.press(Modifiers::NONE, Key::Enter);
    }

    /// Waits until the answer that is being written has ended.
    #[track_caller]
    pub fn hear_out(&mut self) {
        self.wait("the end of the answer", |window| {
            window.query_all_by_label("Stop").next().is_none()
        });
    }

    /// Presses keys.
    pub fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.window().key_press_modifiers(modifiers, key);
        self.steps(3);
    }

    /// The name of what has the keyboard; empty if nothing has.
    pub fn focused(&mut self) -> String {
        let window = self.window();
        let node = window.query_all(egui_kittest::kittest::By::new()).find(Node::is_focused);
        node.and_then(|node| node.accesskit_node().label()).unwrap_or_default()
    }

    /// Gives the keyboard to what bears this name, as assistive technology does.
    #[track_caller]
    pub fn focus(&mut self, label: &str) {
        self.see_label(label);
        let window = self.window();
        clickable(window, label).focus();
        window.run_steps(2);
        assert_eq!(self.focused(), label);
    }

    /// Presses keys so quickly that they are up again before the next frame, and types after them.
    pub fn press_quickly(&mut self, modifiers: Modifiers, key: Key, then: &str) {
        let pressed =
            egui::Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers };
        let text = (!then.is_empty()).then(|| egui::Event::Text(then.to_owned()));
        for event in std::iter::once(pressed).chain(text) {
            self.window().event(event);
        }
        self.steps(3);
    }

    /// Lets go of a file over the window.
    pub fn drop_file(&mut self, path: PathBuf) {
        self.window().input_mut().dropped_files.push(std::sync::Arc::new(Dropped(path)));
        self.steps(2);
    }

    /// All names on the screen, for messages of failed tests.
    pub fn labels(&mut self) -> String {
        let window = self.window();
        let all = window.query_all(egui_kittest::kittest::By::new());
        let mut labels: Vec<String> = all
            .filter_map(|node| {
                let node = node.accesskit_node();
                let label = node.label().or(node.value())?;
                Some(format!("{:?} {label}", node.role()))
            })
            .collect();
        labels.dedup();
        labels.join("\n")
    }

    /// Draws the window into a picture.
    #[expect(clippy::expect_used, reason = "a test of a picture needs one")]
    pub fn picture(&mut self) -> image::RgbaImage {
        self.steps(4);
        self.window().render().expect("a picture of the window")
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

/// What can be clicked under this name, rather than a text that says the same.
fn clickable<'a>(window: &'a Harness<'static, Window>, label: &'a str) -> Node<'a> {
    let is_text = |node: &Node<'_>| matches!(node.accesskit_node().role(), Role::Label);
    window
        .query_all_by_label(label)
        .find(|node| !is_text(node))
        .or_else(|| window.query_all_by_label(label).next())
        .unwrap_or_else(|| panic!("{label} is not on the screen"))
}

/// The text field of this name.
fn field<'a>(window: &'a Harness<'static, Window>, label: &'a str) -> Option<Node<'a>> {
    window.query_all_by_label(label).find(|node| {
        matches!(
            node.accesskit_node().role(),
            Role::TextInput | Role::MultilineTextInput | Role::SearchInput
        )
    })
}

//! Panels of apps, drawn from trees as scripts record them, by names on the screen and by keys.

#![expect(clippy::unwrap_used, reason = "a test may give up")]

#[path = "pictures/stage.rs"]
mod stage;
#[path = "panel/tree.rs"]
mod tree;

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use egui::accesskit::Role;
use egui::{Frame, Key, ThemePreference, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use satchel::panel::{PanelRequest, PanelView};
use scripting::panel::{Change, Interaction, Node, Panel, Widget, WidgetId};
use stage::stage;

/// A window with one panel, and what was asked for in it.
struct Screen {
    harness: Harness<'static>,
    panel: Rc<RefCell<Panel>>,
    view: Rc<RefCell<PanelView>>,
    requests: Rc<RefCell<Vec<PanelRequest>>>,
}

impl Screen {
    fn new(nodes: Vec<Node>) -> Self {
        Self::sized(nodes, ThemePreference::Light, Vec2::new(640.0, 480.0))
    }

    fn sized(nodes: Vec<Node>, theme: ThemePreference, size: Vec2) -> Self {
        let panel = Rc::new(RefCell::new(Panel { round: 1, heard: 0, nodes }));
        let view = Rc::new(RefCell::new(PanelView::default()));
        let requests = Rc::new(RefCell::new(Vec::new()));
        let (shown, drawn, asked) = (panel.clone(), view.clone(), requests.clone());
        let harness = stage(theme, size, 1.0, move |ui| {
            Frame::new().inner_margin(16).show(ui, |ui| {
                drawn.borrow_mut().panel_ui(ui, &shown.borrow(), &mut asked.borrow_mut());
            });
        });
        Self { harness, panel, view, requests }
    }

    fn interactions(&self) -> Vec<Interaction> {
        let interaction = |request: &PanelRequest| match request {
            PanelRequest::Interact(interaction) => Some(interaction.clone()),
            PanelRequest::Pick(_) => None,
        };
        self.requests.borrow().iter().filter_map(interaction).collect()
    }

    fn changes(&self) -> Vec<Change> {
        self.interactions().into_iter().map(|interaction| interaction.change).collect()
    }

    /// The script's next round, which has heard of everything up to a number.
    fn round(&mut self, heard: u64, nodes: Vec<Node>) {
        let round = self.panel.borrow().round + 1;
        *self.panel.borrow_mut() = Panel { round, heard, nodes };
        self.harness.run_ok();
    }

    fn field(&self, label: &str) -> String {
        let field = self.harness.query_all_by_label(label).find(|node| {
            let role = node.accesskit_node().role();
            matches!(role, Role::TextInput | Role::MultilineTextInput)
        });
        field.unwrap().value().unwrap_or_default()
    }

    fn type_into(&mut self, label: &str, text: &str) {
        let is_field = |node: &egui_kittest::Node<'_>| {
            matches!(node.accesskit_node().role(), Role::TextInput | Role::MultilineTextInput)
        };
        self.harness.query_all_by_label(label).find(is_field).unwrap().focus();
        self.harness.run_ok();
        self.harness.query_all_by_label(label).find(is_field).unwrap().type_text(text);
        self.harness.run_ok();
    }
}

fn node(id: u64, widget: Widget) -> Node {
    Node { id: WidgetId(id), widget }
}

fn text_edit(value: &str) -> Vec<Node> {
    let widget = Widget::TextEdit {
        label: "Name".to_owned(),
        value: value.to_owned(),
        hint: String::new(),
        lines: 1,
        secret: false,
    };
    vec![node(1, widget)]
}

#[test]
fn what_is_typed_stays_while_the_script_is_behind() {
    let mut screen = Screen::new(text_edit(""));
    screen.type_into("Name", "a");
    screen.type_into("Name", "b");
    let numbers: Vec<u64> = screen.interactions().iter().map(|one| one.number).collect();
    assert_eq!(numbers, [1, 2]);
    screen.round(1, text_edit("a"));
    assert_eq!(screen.field("Name"), "ab", "the script has not seen the second letter");
    screen.round(2, text_edit("AB"));
    assert_eq!(screen.field("Name"), "AB", "now the script decides");
}

#[test]
fn enter_is_told_and_the_field_keeps_the_keyboard() {
    let mut screen = Screen::new(text_edit("milk"));
    screen.type_into("Name", "!");
    screen.harness.key_press(Key::Enter);
    screen.harness.run_ok();
    let last = screen.changes().pop();
    assert!(matches!(last, Some(Change::Entered(text)) if text.contains('!')));
    assert_eq!(screen.field("Name").len(), 5);
}

#[test]
fn a_button_that_is_off_tells_nothing() {
    let button =
        |id, label: &str, enabled| node(id, Widget::Button { label: label.to_owned(), enabled });
    let children = vec![button(2, "Go", true), button(3, "Stop", false)];
    let mut screen = Screen::new(vec![node(1, Widget::Row { children })]);
    screen.harness.get_by_label("Stop").click();
    screen.harness.run_ok();
    assert!(screen.interactions().is_empty());
    screen.harness.get_by_label("Go").click();
    screen.harness.run_ok();
    let told = screen.interactions();
    assert_eq!((told[0].widget, &told[0].change), (WidgetId(2), &Change::Clicked));
}

#[test]
fn choices_change_at_once_and_are_told() {
    let options = ["red", "green"].map(str::to_owned).to_vec();
    let nodes = vec![
        node(1, Widget::Checkbox { label: "Loud".to_owned(), on: false }),
        node(2, Widget::Radio { label: "Colour".to_owned(), options, chosen: 0 }),
        node(
            3,
            Widget::Tabs {
                titles: vec!["One".to_owned(), "Two".to_owned()],
                chosen: 0,
                children: Vec::new(),
            },
        ),
    ];
    let mut screen = Screen::new(nodes);
    for label in ["Loud", "green", "Two"] {
        screen.harness.get_by_label(label).click();
        screen.harness.run_ok();
    }
    assert_eq!(screen.changes(), [Change::On(true), Change::Chosen(1), Change::Chosen(1)]);
    let ticked = screen.harness.get_by_label("Loud").accesskit_node().toggled();
    assert_eq!(ticked, Some(egui::accesskit::Toggled::True), "before the script has heard of it");
}

#[test]
fn what_is_folded_away_is_not_there() {
    let children = vec![node(2, Widget::Label { text: "inside".to_owned(), weak: false })];
    let title = "More".to_owned();
    let mut screen =
        Screen::new(vec![node(1, Widget::Collapsing { title, open: false, children })]);
    assert!(screen.harness.query_by_label("inside").is_none());
    screen.harness.get_by_label("More").click();
    screen.harness.run_ok();
    assert!(screen.harness.query_by_label("inside").is_some());
    assert!(screen.interactions().is_empty(), "folding is the window's own affair");
}

#[test]
fn dropped_files_go_to_the_place_for_files() {
    let drop = |id| node(id, Widget::FileDrop { label: format!("Drop {id}") });
    let mut screen = Screen::new(vec![drop(1), drop(2)]);
    let files = vec![PathBuf::from("a.txt")];
    let told = screen.view.borrow_mut().drop_files(files.clone(), None).unwrap();
    assert_eq!((told.widget, told.change), (WidgetId(1), Change::Files(files.clone())));
    let place = screen.harness.get_by_label("Drop 2").rect().center();
    let told = screen.view.borrow_mut().drop_files(files.clone(), Some(place)).unwrap();
    assert_eq!(told.widget, WidgetId(2));
    screen.harness.get_by_label("Drop 1").click();
    screen.harness.run_ok();
    assert_eq!(screen.requests.borrow().as_slice(), [PanelRequest::Pick(WidgetId(1))]);
    screen.round(0, text_edit(""));
    assert_eq!(screen.view.borrow_mut().drop_files(files, None), None);
}

#[test]
fn a_long_table_is_drawn_row_by_row_as_it_is_seen() {
    let rows = (0..10_000).map(|row| vec![row.to_string(), format!("row {row}")]).collect();
    let columns = vec!["Number".to_owned(), "Words".to_owned()];
    let screen = Screen::new(vec![node(1, Widget::Table { columns, rows })]);
    assert!(screen.harness.query_by_label("row 3").is_some());
    assert!(screen.harness.query_by_label("row 9000").is_none());
}

fn every_widget(name: &str, theme: ThemePreference) {
    let mut screen = Screen::sized(tree::every_widget(), theme, Vec2::new(720.0, 990.0));
    // The picture that cannot be shown is looked at on a thread.
    let patience = Instant::now() + Duration::from_secs(60);
    while screen.harness.query_by_label_contains("Picture not shown").is_none() {
        assert!(Instant::now() < patience, "the picture was never looked at");
        std::thread::yield_now();
        screen.harness.step();
    }
    screen.harness.snapshot(name);
}

#[test]
fn every_light_widget_looks_as_before() {
    every_widget("panel_light", ThemePreference::Light);
}

#[test]
fn every_dark_widget_looks_as_before() {
    every_widget("panel_dark", ThemePreference::Dark);
}

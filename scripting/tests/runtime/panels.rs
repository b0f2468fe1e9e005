//! Panels: what is recorded, and how it answers.

use std::fs;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use scripting::panel::{Change, Mark, Node, Widget};
use scripting::{AppState, Command};

use crate::house::{House, app, texts, walk};

const COUNTER: &str = r#"
fn on_load() { this.count = 0; this.name = ""; }
fn on_ui(ui) {
    ui.heading("Counter");
    this.name = ui.text_edit("Name", this.name, #{ hint: "yours" });
    row {
        if ui.button("Add") { this.count += 1; }
        if ui.button("Twice") { this.count += 2; }
    }
    ui.label(`${this.name}: ${this.count}`);
}
"#;

fn find<'a>(nodes: &'a [Node], is: &impl Fn(&Widget) -> bool) -> Option<&'a Node> {
    nodes.iter().find_map(|node| {
        let children = match &node.widget {
            Widget::Row { children }
            | Widget::Column { children }
            | Widget::Columns { children }
            | Widget::Group { children, .. }
            | Widget::Collapsing { children, .. }
            | Widget::Tabs { children, .. }
            | Widget::Scroll { children, .. } => children.as_slice(),
            _ => &[],
        };
        if is(&node.widget) { Some(node) } else { find(children, is) }
    })
}

#[track_caller]
fn button<'a>(nodes: &'a [Node], name: &str) -> &'a Node {
    find(nodes, &|widget| matches!(widget, Widget::Button { label, .. } if label == name)).unwrap()
}

#[track_caller]
fn field(nodes: &[Node]) -> &Node {
    find(nodes, &|widget| matches!(widget, Widget::TextEdit { .. })).unwrap()
}

#[test]
fn a_panel_shows_the_state_and_answers() {
    let house = House::with(COUNTER);
    let panel = house.open_panel();
    assert_eq!(texts(&panel.nodes), ["Counter", ": 0"]);
    let panel = house.interact(1, button(&panel.nodes, "Add"), Change::Clicked);
    assert_eq!(texts(&panel.nodes), ["Counter", ": 1"]);
    let typed = Change::Text("Ann".to_owned());
    let panel = house.interact(2, field(&panel.nodes), typed);
    assert_eq!(texts(&panel.nodes), ["Counter", "Ann: 1"]);
    assert!(
        matches!(&field(&panel.nodes).widget, Widget::TextEdit { value, .. } if value == "Ann")
    );
    // The same widget has the same name in every round.
    let again = house.interact(3, button(&panel.nodes, "Twice"), Change::Clicked);
    assert_eq!(button(&again.nodes, "Add").id, button(&panel.nodes, "Add").id);
    assert_eq!(texts(&again.nodes), ["Counter", "Ann: 3"]);
}

#[test]
fn what_is_done_in_a_burst_is_done_once_each_and_in_order() {
    let house = House::with(COUNTER);
    let panel = house.open_panel();
    for number in 1..=20 {
        house.send_interaction(number, button(&panel.nodes, "Add"), Change::Clicked);
    }
    house.send_interaction(21, field(&panel.nodes), Change::Text("a".to_owned()));
    house.send_interaction(22, field(&panel.nodes), Change::Text("ab".to_owned()));
    let panel = house.interact(23, button(&panel.nodes, "Twice"), Change::Clicked);
    assert_eq!(texts(&panel.nodes), ["Counter", "ab: 22"]);
}

#[test]
fn every_widget_is_recorded_with_what_was_said() {
    let house = House::with(include_str!("every_widget.rhai"));
    let panel = house.open_panel();
    let mut kinds = Vec::new();
    walk(&panel.nodes, &mut |widget| {
        let json = serde_json::to_value(widget).unwrap();
        kinds.push(json["kind"].as_str().unwrap().to_owned());
    });
    let expected = [
        "heading",
        "label",
        "label",
        "markdown",
        "code",
        "button",
        "text_edit",
        "slider",
        "slider",
        "number",
        "checkbox",
        "combo_box",
        "radio",
        "table",
        "plot",
        "image",
        "progress",
        "progress",
        "file_drop",
        "chat",
        "separator",
        "space",
        "row",
        "button",
        "column",
        "label",
        "columns",
        "column",
        "label",
        "column",
        "label",
        "group",
        "label",
        "collapsing",
        "label",
        "tabs",
        "label",
        "scroll",
        "label",
        "notice",
        "notice",
        "notice",
        "notice",
    ];
    assert_eq!(kinds, expected);
    let slider = find(&panel.nodes, &|widget| matches!(widget, Widget::Slider { .. })).unwrap();
    let Widget::Slider { value, whole, .. } = slider.widget else { panic!() };
    assert!(whole && (value - 3.0).abs() < f64::EPSILON);
}

#[test]
fn each_kind_of_change_comes_back_as_the_value_that_the_script_had() {
    let house = House::with(
        r#"
        fn on_load() { this.n = 3; this.x = 0.5; this.on = false; this.lang = "German"; this.files = []; this.asked = ""; }
        fn on_ui(ui) {
            this.n = ui.slider("N", this.n, 1, 10);
            this.x = ui.number("X", this.x);
            this.on = ui.checkbox("On", this.on);
            this.lang = ui.combo_box("Language", ["German", "French"], this.lang);
            let q = ui.text_edit("Ask", "");
            if ui.entered() { this.asked = q; }
            this.files += ui.file_drop("Drop");
            tabs { tab "One" { ui.label("first"); } tab "Two" { ui.label("second"); } }
            ui.label(`${this.n} ${this.x} ${this.on} ${this.lang} ${this.files} ${this.asked}`);
        }
        "#,
    );
    let panel = house.open_panel();
    let nodes = panel.nodes.clone();
    let changes = [
        Change::Number(7.4),
        Change::Number(2.5),
        Change::On(true),
        Change::Chosen(1),
        Change::Entered("why".to_owned()),
        Change::Files(vec!["a.pdf".into()]),
        Change::Chosen(1),
    ];
    let mut last = panel;
    for (number, (node, change)) in (1..).zip(nodes.iter().zip(changes)) {
        last = house.interact(number, node, change);
    }
    assert_eq!(texts(&last.nodes), ["second", "7 2.5 true French [\"a.pdf\"] why"]);
}

#[test]
fn a_slider_keeps_to_its_range_and_a_wrong_choice_is_passed_over() {
    let house = House::with(
        r#"fn on_ui(ui) { this.n = ui.slider("N", this.n, 1, 10); this.c = ui.radio("C", ["a", "b"], this.c); ui.label(`${this.n} ${this.c}`); }"#,
    );
    let panel = house.open_panel();
    assert_eq!(texts(&panel.nodes), ["1 a"]);
    house.interact(1, &panel.nodes[0], Change::Number(1e9));
    house.interact(2, &panel.nodes[0], Change::Number(f64::NAN));
    let panel = house.interact(3, &panel.nodes[1], Change::Chosen(17));
    assert_eq!(texts(&panel.nodes), ["1 a"]);
}

#[test]
fn an_error_is_shown_above_the_last_panel_and_nothing_hangs() {
    let house = House::with(
        "fn on_ui(ui) {\n    row {\n        if ui.button(\"Break\") { this.broken = true; }\n        if this.broken == true { this.missing.foo(); }\n    }\n    ui.label(\"fine\");\n}",
    );
    let panel = house.open_panel();
    let panel = house.interact(1, button(&panel.nodes, "Break"), Change::Clicked);
    let Widget::Notice { mark: Mark::Error, text } = &panel.nodes[0].widget else {
        panic!("{panel:?}")
    };
    assert!(text.starts_with("main.rhai:4:"), "{text}");
    assert_eq!(texts(&panel.nodes[1..]), ["fine"]);
    fs::write(house.file("main.rhai"), "fn on_ui(ui) { ui.label(\"mended\"); }").unwrap();
    house.wait_panel(|panel| texts(&panel.nodes) == ["mended"]);
}

#[test]
fn containers_close_on_every_way_out() {
    let house = House::with(
        r#"
        fn on_ui(ui) {
            this.early(ui);
            row { } row { } group "a" { } group "b" { }
            try { group "Thrown" { ui.label("inside"); throw "x"; } } catch { }
            for i in 0..3 { row { if i == 1 { continue; } ui.label(`${i}`); } }
            ui.label("outside");
        }
        fn early(ui) { row { column { ui.label("early"); return; } } }
        "#,
    );
    let panel = house.open_panel();
    let kinds: Vec<_> = panel
        .nodes
        .iter()
        .map(|node| {
            serde_json::to_value(&node.widget).unwrap()["kind"].as_str().unwrap().to_owned()
        })
        .collect();
    let expected = ["row", "row", "row", "group", "group", "group", "row", "row", "row", "label"];
    assert_eq!(kinds, expected);
}

#[test]
fn wrong_arguments_are_errors_with_a_place() {
    for (call, words) in [
        ("ui.buton(\"x\")", "there is no function `buton`: did you mean `button`?"),
        ("ui.button()", "`button`"),
        ("ui.slider(\"x\", 1, 5, 2)", "swap them"),
        ("ui.slider(\"x\", \"a\", 1, 2)", "slider needs a number here, not a text"),
        ("ui.text_edit(\"x\", \"\", #{ hnt: 1 })", "no option `hnt`: did you mean `hint`?"),
        ("ui.table([\"a\"], [1])", "a row of a table is an array or a map, not a number"),
        ("ui.checkbox(\"x\", 1)", "true or false"),
        ("tab \"x\" { }", "`tab` stands inside of `tabs { … }`"),
        ("ui.plot(\"x\", 3)", "arrays of points"),
    ] {
        let house = House::with(&format!("fn on_ui(ui) {{\n    {call};\n}}"));
        let panel = house.open_panel();
        let Widget::Notice { text, .. } = &panel.nodes[0].widget else {
            panic!("{call}: {panel:?}")
        };
        assert!(text.starts_with("main.rhai:2:") && text.contains(words), "{call}: {text}");
    }
}

#[test]
fn panels_have_limits() {
    for body in [
        "loop { ui.separator(); }",
        "let s = \"x\"; for i in 0..20 { s += s; } loop { ui.label(s); }",
        "this.nest(ui);",
    ] {
        let script =
            format!("fn on_ui(ui) {{ {body} }}\nfn nest(ui) {{ row {{ this.nest(ui); }} }}");
        let house = House::with(&script);
        let panel = house.open_panel();
        let Widget::Notice { text, .. } = &panel.nodes[0].widget else { panic!("{panel:?}") };
        assert!(text.contains("at most") || text.contains("more than"), "{text}");
    }
}

#[test]
fn a_kept_ui_is_of_no_use_outside_of_on_ui() {
    let house =
        House::with("fn on_ui(ui) { this.ui = ui; }\nfn on_run(input) { this.ui.label(1); }");
    house.open_panel();
    assert!(house.failure("x").message.contains("panels are drawn in on_ui"));
}

#[test]
fn a_panel_shows_a_run_that_goes_on_and_answers_meanwhile() {
    let house = House::with(
        r#"
        fn on_run(input) { this.work(); "done" }
        fn work() { this.steps = 0; this.enough = false; while !this.done() { let n = 1; this.steps += n; } }
        fn done() { let enough = this.enough; enough }
        fn on_ui(ui) {
            if ui.button("Enough") { this.enough = true; }
            ui.label(if this.steps == () { "idle" } else { "working" });
        }
        "#,
    );
    let panel = house.open_panel();
    let run = house.start_run("x");
    house.wait_state(AppState::Running);
    house.host.send(Command::ClosePanel(app()));
    house.host.send(Command::OpenPanel(app()));
    house.wait_panel(|panel| texts(&panel.nodes) == ["working"]);
    house.send_interaction(1, button(&panel.nodes, "Enough"), Change::Clicked);
    assert_eq!(crate::house::last(&run).unwrap().text, "done");
}

#[test]
fn a_stream_that_waits_gives_way_to_its_panel() {
    let house = House::with(
        r#"
        fn on_run(input) { for piece in stream::pieces() { if this.enough == true { return `done${piece}`; } let seen = piece; } }
        fn on_ui(ui) { if ui.button("Enough") { this.enough = true; } }
        "#,
    );
    let panel = house.open_panel();
    let run = house.start_run("x");
    house.wait_state(AppState::Running);
    house.send_interaction(1, button(&panel.nodes, "Enough"), Change::Clicked);
    assert_eq!(crate::house::last(&run).unwrap().text, "done");
}

#[test]
fn an_open_panel_survives_a_reload_with_its_state() {
    let house = House::with(COUNTER);
    let panel = house.open_panel();
    house.interact(1, button(&panel.nodes, "Twice"), Change::Clicked);
    let newer = COUNTER.replace("this.count = 0; this.name = \"\";", "").replace("Counter", "New");
    fs::write(house.file("main.rhai"), newer).unwrap();
    assert_eq!(house.wait_status(|status| status.version == 2).state, AppState::Loaded);
    let panel = house.wait_panel(|panel| texts(&panel.nodes)[0] == "New");
    assert_eq!(texts(&panel.nodes), ["New", ": 2"]);
}

/// What a person may do, whether it makes sense or not.
fn anything() -> impl Strategy<Value = (usize, Change)> {
    let change = prop_oneof![
        Just(Change::Clicked),
        ".{0,12}".prop_map(Change::Text),
        ".{0,12}".prop_map(Change::Entered),
        any::<f64>().prop_map(Change::Number),
        any::<bool>().prop_map(Change::On),
        (0_usize..5).prop_map(Change::Chosen),
        Just(Change::Files(vec!["x".into()])),
    ];
    (0_usize..60, change)
}

#[test]
fn whatever_a_person_does_is_answered_and_the_last_text_typed_stands() {
    let house = House::with(include_str!("every_widget.rhai"));
    let first = house.open_panel();
    let mut number = 0;
    let mut runner = TestRunner::new(Config { cases: 64, ..Config::default() });
    let all = |nodes: &[Node]| {
        let mut found = Vec::new();
        fn gather(nodes: &[Node], found: &mut Vec<Node>) {
            for node in nodes {
                found.push(node.clone());
                match &node.widget {
                    Widget::Row { children }
                    | Widget::Group { children, .. }
                    | Widget::Tabs { children, .. } => gather(children, found),
                    _ => {}
                }
            }
        }
        gather(nodes, &mut found);
        found
    };
    let widgets = all(&first.nodes);
    let number = std::cell::RefCell::new(&mut number);
    runner
        .run(&prop::collection::vec(anything(), 1..30), |doings| {
            let mut number = number.borrow_mut();
            for (widget, change) in doings {
                **number += 1;
                let node = &widgets[widget % widgets.len()];
                house.send_interaction(**number, node, change);
            }
            **number += 1;
            let typed = format!("typed {}", **number);
            let panel = house.interact(**number, field(&first.nodes), Change::Text(typed.clone()));
            let Widget::TextEdit { value, .. } = &field(&panel.nodes).widget else {
                unreachable!()
            };
            prop_assert_eq!(value, &typed);
            prop_assert_eq!(panel.heard, **number);
            Ok(())
        })
        .unwrap();
}

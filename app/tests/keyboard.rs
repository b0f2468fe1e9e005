//! The keyboard is never lost: what has it is asked of the tree that assistive technology reads.

#![cfg(feature = "window")]

#[path = "widgets/bench.rs"]
mod bench;

use bench::bench;
use egui::{Id, IdSalt, Key, Modifiers, Ui, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{By, NodeT as _, Queryable as _};
use satchel::look::{self, Icon, LongList};

fn harness<'a, S: 'a>(state: S, contents: impl FnMut(&mut Ui, &mut S) + 'a) -> Harness<'a, S> {
    bench(Vec2::new(600.0, 400.0), state, contents)
}

/// What has the keyboard, by its name.
fn focused<S>(harness: &Harness<'_, S>) -> String {
    let node = harness.query_all(By::new()).find(egui_kittest::Node::is_focused);
    node.and_then(|node| node.accesskit_node().label()).unwrap_or_default()
}

fn focus<S>(harness: &mut Harness<'_, S>, name: &str) {
    harness.get_by_label(name).focus();
    harness.run_ok();
    assert_eq!(focused(harness), name);
}

fn press<S>(harness: &mut Harness<'_, S>, key: Key) {
    harness.key_press(key);
    harness.run_ok();
}

fn click<S>(harness: &mut Harness<'_, S>, name: &str) {
    harness.get_by_label(name).click();
    harness.run_ok();
}

#[test]
fn enter_in_a_search_field_leaves_the_keyboard_there() {
    let mut harness = harness(String::new(), |ui, words| {
        look::button(ui, "New chat");
        look::search_field(ui, "Search", words);
    });
    focus(&mut harness, "Search");
    for key in [Key::Enter, Key::Escape] {
        press(&mut harness, key);
        assert_eq!(focused(&harness), "Search", "after {key:?}");
    }
    harness.get_by_label("Search").type_text("lease");
    harness.run_ok();
    assert_eq!(harness.state(), "lease");
}

/// Buttons, and a dialog over them while it is asked for.
#[derive(Default)]
struct Asked {
    is_open: bool,
    name: String,
}

fn with_dialog<'a>() -> Harness<'a, Asked> {
    harness(Asked::default(), |ui, asked| {
        look::button(ui, "New chat");
        asked.is_open |= look::button(ui, "Delete…").clicked();
        look::button(ui, "Rename…");
        if asked.is_open {
            look::modal(ui.ctx(), Id::unique("dialog"), "Delete it?", |ui| {
                look::text_field(ui, "Name", &mut asked.name, "");
                asked.is_open &= !look::button(ui, "Cancel").clicked();
            });
            asked.is_open &= !ui.input(|input| input.key_pressed(Key::Escape));
        }
    })
}

#[test]
fn a_dialog_that_closes_gives_the_keyboard_back_to_what_opened_it() {
    let mut harness = with_dialog();
    for close in [Key::Escape, Key::Enter] {
        focus(&mut harness, "Delete…");
        press(&mut harness, Key::Enter);
        harness.get_by_label("Delete it?");
        focus(&mut harness, "Cancel");
        press(&mut harness, close);
        assert!(harness.query_by_label("Delete it?").is_none());
        assert_eq!(focused(&harness), "Delete…", "closed with {close:?}");
    }
    // Also where nothing in it had the keyboard, and where it was closed with the pointer.
    press(&mut harness, Key::Enter);
    press(&mut harness, Key::Escape);
    assert_eq!(focused(&harness), "Delete…");
    press(&mut harness, Key::Enter);
    focus(&mut harness, "Cancel");
    click(&mut harness, "Cancel");
    assert_eq!(focused(&harness), "Delete…");
}

#[test]
fn a_press_of_the_pointer_lets_the_keyboard_go() {
    let mut harness = with_dialog();
    focus(&mut harness, "Delete…");
    click(&mut harness, "Rename…");
    assert_eq!(focused(&harness), "");
}

#[test]
fn the_row_after_one_that_was_deleted_has_the_keyboard() {
    let names = ["Alder", "Birch", "Cedar", "Damson"].map(str::to_owned).to_vec();
    let mut harness = harness(names, |ui, names: &mut Vec<String>| {
        look::button(ui, "New chat");
        names.retain(|name| {
            ui.push_id(name, |ui| {
                ui.horizontal(|ui| {
                    ui.set_min_width(300.0);
                    let removed = look::icon_button(ui, Icon::X, &format!("Delete {name}"));
                    look::label(ui, name);
                    !removed.clicked()
                })
                .inner
            })
            .inner
        });
    });
    focus(&mut harness, "Delete Alder");
    focus(&mut harness, "Delete Birch");
    press(&mut harness, Key::Enter);
    assert_eq!(focused(&harness), "Delete Cedar");
    press(&mut harness, Key::Enter);
    assert_eq!(focused(&harness), "Delete Damson");
    press(&mut harness, Key::Enter);
    assert_eq!(focused(&harness), "Delete Alder");
    press(&mut harness, Key::Enter);
    assert_eq!(harness.state(), &[] as &[String]);
}

/// Rows of a long list, below something of some height.
struct Rows {
    names: Vec<String>,
    above: f32,
    list: &'static str,
}

/// Names that begin with `#` are headings.
fn list<'a>(names: &[&str]) -> Harness<'a, Rows> {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    harness(Rows { names, above: 20.0, list: "Trees" }, |ui, rows| {
        look::button(ui, "New chat");
        ui.add_space(rows.above);
        let names = &rows.names;
        let key = |place: usize| {
            let name = names.get(place).filter(|name| !name.starts_with('#'))?;
            Some(IdSalt::new(name))
        };
        let list = LongList { name: rows.list, height: 40.0, count: names.len(), key: &key };
        look::long_list(ui, &list, |ui, place| match &names[place] {
            name if name.starts_with('#') => look::label(ui, name),
            name => look::list_row(ui, None, name, "", false),
        });
    })
}

fn set(harness: &mut Harness<'_, Rows>, names: &[&str]) {
    harness.state_mut().names = names.iter().map(|name| (*name).to_owned()).collect();
    harness.run_ok();
}

#[test]
fn a_row_keeps_the_keyboard_when_others_come_and_go() {
    let mut harness = list(&["Birch", "Cedar", "Damson"]);
    focus(&mut harness, "Cedar");
    set(&mut harness, &["Alder", "Apple", "Birch", "Cedar"]);
    assert_eq!(focused(&harness), "Cedar");
    harness.state_mut().list = "What was found";
    set(&mut harness, &["# Of this name", "Cedar", "Damson"]);
    assert_eq!(focused(&harness), "Cedar");
    press(&mut harness, Key::ArrowDown);
    assert_eq!(focused(&harness), "Damson");
}

#[test]
fn what_is_in_the_place_of_a_row_that_is_gone_has_the_keyboard() {
    let mut harness = list(&["Alder", "Birch", "Cedar", "Damson"]);
    focus(&mut harness, "Birch");
    set(&mut harness, &["Alder", "Cedar", "Damson"]);
    assert_eq!(focused(&harness), "Cedar");
    // No heading takes it, and the last where there are no more.
    set(&mut harness, &["Alder", "# More", "Damson"]);
    assert_eq!(focused(&harness), "Damson");
    set(&mut harness, &["Alder", "# More"]);
    assert_eq!(focused(&harness), "Alder");
}

#[test]
fn headings_are_passed_over() {
    let mut harness = list(&["# Of this name", "Alder", "# Others", "Birch"]);
    focus(&mut harness, "Birch");
    for (key, name) in [
        (Key::ArrowUp, "Alder"),
        (Key::ArrowUp, "Alder"),
        (Key::ArrowDown, "Birch"),
        (Key::Home, "Alder"),
        (Key::End, "Birch"),
    ] {
        press(&mut harness, key);
        assert_eq!(focused(&harness), name, "after {key:?}");
    }
}

#[test]
fn a_row_that_is_scrolled_out_of_sight_keeps_the_keyboard() {
    let names: Vec<String> = (0..1_000).map(|number| format!("Row {number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut harness = list(&names);
    focus(&mut harness, "Row 0");
    press(&mut harness, Key::End);
    assert_eq!(focused(&harness), "Row 999");
    // Less room for the list.
    harness.state_mut().above = 200.0;
    harness.run_ok();
    assert_eq!(focused(&harness), "Row 999");
    harness.hover_at(egui::pos2(300.0, 350.0));
    harness.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: egui::vec2(0.0, 9_000.0),
        phase: egui::TouchPhase::Move,
        modifiers: Modifiers::NONE,
        source: egui::MouseWheelSource::Trackpad,
    });
    harness.run_steps(60);
    assert_eq!(focused(&harness), "Row 999");
    press(&mut harness, Key::ArrowUp);
    assert_eq!(focused(&harness), "Row 998");
    let row = harness.get_by_label("Row 998").rect();
    assert!(row.max.y <= 400.0, "it is in sight again: {row:?}");
}

#[test]
fn what_is_chosen_by_keyboard_closes_its_list_and_gives_the_keyboard_back() {
    let mut harness = harness((0, String::new()), |ui, (theme, asked)| {
        look::choice(ui, "Theme", theme, &[(0, "System"), (1, "Dark")]);
        look::menu_button(ui, Icon::Ellipsis, "More", |ui| {
            if look::menu_item(ui, Icon::Pencil, "Rename…").clicked() {
                "rename".clone_into(asked);
            }
        });
    });
    for (list, row) in [("Theme", "Dark"), ("More", "Rename…")] {
        focus(&mut harness, list);
        press(&mut harness, Key::Enter);
        focus(&mut harness, row);
        press(&mut harness, Key::Enter);
        let is_open = harness.query_by_role_and_label(egui::accesskit::Role::MenuItem, row);
        assert!(is_open.is_none() && focused(&harness) == list, "{}", focused(&harness));
    }
    assert_eq!(harness.state(), &(1, "rename".to_owned()));
}

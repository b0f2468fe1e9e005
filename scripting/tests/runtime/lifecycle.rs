//! Load, run, dispose; what an app holds, and what is left of it.

use scripting::{AppState, Command, Event};

use crate::house::{House, app, last, write_app};

const HOOKS: &str = r#"
    fn on_load() {
        this.runs = 0;
        test::note("load");
    }
    fn on_run(input) {
        this.runs += 1;
        test::note(`run ${this.runs} ${input.text}`);
        this.runs
    }
    fn on_event(event) {
        test::note(`event ${event.kind}`);
    }
    fn on_dispose() {
        test::note(`dispose after ${this.runs}`);
    }
"#;

#[test]
fn the_hooks_are_called_in_order_with_the_state_between_them() {
    let house = House::with(HOOKS);
    let status = house.load();
    assert_eq!((status.state, status.version), (AppState::Loaded, 1));
    assert_eq!(house.run("a").unwrap().value, Some(1.into()));
    assert_eq!(house.run("b").unwrap().value, Some(2.into()));
    house.host.send(Command::DropFiles { app: app(), files: vec!["x.txt".into()] });
    house.host.send(Command::Dispose(app()));
    house.wait_state(AppState::Idle);
    let notes = house.notes.lock().unwrap().clone();
    assert_eq!(notes[..3], ["load", "run 1 a", "run 2 b"]);
    assert_eq!(notes.last().unwrap(), "dispose after 2");
}

#[test]
fn a_run_loads_the_app_and_a_host_that_is_dropped_disposes_of_it() {
    let house = House::with(HOOKS);
    house.run("a").unwrap();
    let House { host, notes, .. } = house;
    drop(host);
    assert_eq!(notes.lock().unwrap().last().unwrap(), "dispose after 1");
}

#[test]
fn an_app_without_hooks_is_loaded_all_the_same() {
    let house = House::with("");
    assert_eq!(house.load().state, AppState::Loaded);
    let problem = house.failure("x");
    assert!(problem.message.contains("on_run"), "{problem}");
}

#[test]
fn an_app_that_cannot_be_loaded_has_failed_and_says_why_to_those_who_run_it() {
    let house = House::with("fn on_load() { throw \"no luck\"; }\nfn on_run(input) { 1 }");
    let status = house.load();
    assert_eq!(status.state, AppState::Failed);
    assert!(status.problems[0].message.contains("no luck"), "{status:?}");
    assert!(house.failure("x").message.contains("no luck"));
}

#[test]
fn a_disabled_app_is_not_loaded_until_it_is_enabled_again() {
    let house = House::with(HOOKS);
    house.load();
    house.host.send(Command::SetEnabled { app: app(), enabled: false });
    house.wait_state(AppState::Disabled);
    assert!(house.failure("x").message.contains("switched off"));
    house.host.send(Command::SetEnabled { app: app(), enabled: true });
    house.wait_state(AppState::Idle);
    assert_eq!(house.answer("x"), "");
}

#[test]
fn a_timer_comes_back_and_one_that_is_set_once_comes_once() {
    let house = House::with(
        r#"
        fn on_load() { this.ticks = 0; test::every("tick", 100); test::after("once", 1); }
        fn on_event(event) {
            if event.name == "once" { print("once"); }
            if event.name == "tick" { this.ticks += 1; print(`tick ${this.ticks}`); }
        }
        "#,
    );
    assert_eq!(house.load().state, AppState::Loaded);
    house.wait_log("once");
    house.wait_log("tick 3");
    house.host.send(Command::Dispose(app()));
    assert_eq!(house.wait_state(AppState::Idle).handles, 0);
}

#[test]
fn what_an_app_holds_is_counted_and_given_back_at_its_end() {
    let house = House::with("fn on_load() { this.a = test::hold(); test::every(\"t\", 60000); }");
    house.load();
    house.wait_status(|status| status.handles == 2);
    house.host.send(Command::Dispose(app()));
    assert_eq!(house.wait_state(AppState::Idle).handles, 0);
}

#[test]
fn an_app_that_waits_or_computes_for_ever_is_disposed_of() {
    for script in [
        "fn on_run(input) { test::note(\"begun\"); test::wait(); }",
        "fn on_run(input) { test::note(\"begun\"); loop {} }",
        "fn on_run(input) { test::note(\"begun\"); loop { try { sleep(100); } catch { } } }",
    ] {
        let house = House::with(script);
        let run = house.start_run("x");
        house.wait_state(AppState::Running);
        house.host.send(Command::Dispose(app()));
        let problem = last(&run).unwrap_err();
        assert!(problem.message.contains("closed or reloaded"), "{problem}");
        assert_eq!(house.wait_state(AppState::Idle).handles, 0);
    }
}

#[test]
fn apps_come_and_go_with_their_folders() {
    let house = House::with("");
    write_app(&house.folder.path().join("apps/second"), "fn on_run(input) { 2 }", "");
    house.host.send(Command::Rescan);
    let listed = house.wait(|event| match event {
        Event::Listed(apps) => Some(apps),
        _ => None,
    });
    assert_eq!(listed.len(), 2);
    std::fs::remove_dir_all(house.folder.path().join("apps/second")).unwrap();
    house.host.send(Command::Rescan);
    house.wait(|event| matches!(event, Event::Removed(id) if id.0 == "second").then_some(()));
}

//! A thousand rounds leave nothing behind: no handle, no thread, no memory.
//!
//! A test program of its own, and one test at a time, since threads and memory are counted for the
//! whole process.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may give up")]

#[expect(dead_code, reason = "the other test program uses the rest")]
#[path = "runtime/house.rs"]
mod house;

use std::fs;
use std::sync::{Mutex, PoisonError};

use house::{House, app};
use scripting::{AppState, Command};

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// More than this after the first hundred rounds would be a leak of 9 KiB and more a round.
const MOST_GROWTH: u64 = 8 << 10;

/// Memory of this process that is its own, in KiB.
fn resident() -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find(|line| line.starts_with("RssAnon")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn threads() -> usize {
    fs::read_dir("/proc/self/task").unwrap().count()
}

#[track_caller]
fn leaves_nothing_behind(mut round: impl FnMut(u32)) {
    (0..100).for_each(&mut round);
    let (memory, count) = (resident(), threads());
    (100..1_000).for_each(&mut round);
    assert_eq!(threads(), count);
    let grown = resident().saturating_sub(memory);
    assert!(grown < MOST_GROWTH, "{grown} KiB more than after the first hundred rounds");
}

#[test]
fn a_thousand_rounds_of_load_run_and_dispose_leave_nothing_behind() {
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let house = House::with(
        r#"
        fn on_load() {
            this.list = [];
            this.held = test::hold();
            test::every("t", 60000);
        }
        fn on_run(input) {
            for i in 0..100 { this.list.push(`item ${i}`); }
            this.list.len()
        }
        "#,
    );
    leaves_nothing_behind(|_| {
        assert_eq!(house.run("x").unwrap().value, Some(100.into()));
        house.host.send(Command::Dispose(app()));
        assert_eq!(house.wait_state(AppState::Idle).handles, 0);
    });
}

#[test]
fn a_thousand_reloads_leave_nothing_behind() {
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let script = |version: u32| format!("fn on_load() {{ print(\"loaded {version}.\"); }}");
    let house = House::with(&script(9_999));
    house.load();
    leaves_nothing_behind(|version| {
        fs::write(house.file("main.rhai"), script(version)).unwrap();
        house.host.send(Command::Reload(app()));
        house.wait_log(&format!("loaded {version}."));
    });
}

//! No tests: what this program is when the window starts it again to read or draw a document.

use std::path::PathBuf;
use std::process::ExitCode;

#[expect(clippy::expect_used, reason = "without a file there is nothing to do")]
fn file() -> PathBuf {
    PathBuf::from(std::env::args_os().next_back().expect("only started by the window"))
}

#[test]
#[ignore = "a child of other tests"]
fn child_that_reads() {
    let read = engine::documents::reading::run_child();
    std::process::exit(i32::from(read != ExitCode::SUCCESS));
}

#[test]
#[ignore = "a child of other tests"]
fn child_that_draws() {
    let drawn = engine::documents::drawing::run_artist(&file());
    std::process::exit(i32::from(drawn != ExitCode::SUCCESS));
}

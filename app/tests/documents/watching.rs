//! Folders that are followed, with what happens to them meanwhile.

use std::io::{BufRead as _, BufReader};

use serde_json::Value;

use super::program::{self, Program, until};
use super::{files, text};

#[test]
fn a_folder_that_cannot_be_looked_through_is_told_whenever_status_is_asked() {
    let program = Program::new();
    let drive = files(&program, &[("drive/photos/a.txt", "About walruses.")]).join("drive");
    let photos = drive.join("photos");
    let watch = ["documents", "watch", "House", text(&photos), "--json"];
    program.run(&["documents", "add", "House", text(&photos)]).succeeded();
    assert_eq!(
        program.run(&["documents", "status", "House", "--json"]).json()["unscanned"],
        Value::Array(Vec::new())
    );
    // It is followed, and its drive is taken out.
    let mut watching = program::Running(program.command(&watch).spawn().unwrap());
    let mut lines = BufReader::new(watching.0.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("idle")));
    std::fs::rename(&drive, drive.with_file_name("gone")).unwrap();
    watching.wait();
    program.run(&["documents", "add", "Other", text(&drive.with_file_name("gone"))]).succeeded();
    for _ in 0..2 {
        let status = program.run(&["documents", "status", "House"]).succeeded();
        let line = format!("  {}: could not be looked through: it is not there", text(&photos));
        assert!(status.contains(&line), "{status}");
        let told = program.run(&["documents", "status", "House", "--json"]).json();
        assert_eq!(told["unscanned"][0]["path"], text(&photos));
    }
}

#[test]
fn a_watched_folder_is_followed_until_it_is_stopped() {
    let program = Program::new();
    let folder = files(&program, &[("a.txt", "About walruses.")]);
    let watch = ["documents", "watch", "House", text(&folder), "--json"];
    let mut watching = program::Running(program.command(&watch).spawn().unwrap());
    let mut lines = BufReader::new(watching.0.stdout.take().unwrap()).lines();
    let mut until_event = |event: &str, name: &str| {
        for line in lines.by_ref() {
            let told: Value = serde_json::from_str(&line.unwrap()).unwrap();
            let path = told["path"].as_str().unwrap_or_default();
            if told["event"] == event && path.ends_with(name) {
                return told;
            }
        }
        panic!("the program ended before {event} of {name}");
    };
    until_event("idle", "");
    std::fs::write(folder.join("b.txt"), "About quokkas.").unwrap();
    until_event("read", "b.txt");
    let found = program.run(&["documents", "search", "House", "quokkas", "--json"]).json();
    assert_eq!(found.as_array().unwrap().len(), 1);
    std::fs::rename(folder.join("b.txt"), folder.join("c.txt")).unwrap();
    let moved = until_event("moved", "c.txt");
    assert_eq!(moved["from"], text(&folder.join("b.txt")));
    std::fs::remove_file(folder.join("c.txt")).unwrap();
    until_event("removed", "c.txt");
    watching.signal("INT");
    let status = until("the program ends", || watching.0.try_wait().unwrap());
    assert_eq!(status.code(), Some(130));
}

#[test]
fn watching_ends_with_a_word_when_there_is_nothing_left_to_follow() {
    let program = Program::new();
    let folder = files(&program, &[("a/a.txt", "About walruses.")]);
    let take_away: [&dyn Fn(&str); 2] = [
        &|name| {
            program.run(&["documents", "remove", name]).succeeded();
        },
        &|_| std::fs::remove_dir_all(folder.join("a")).unwrap(),
    ];
    for (name, take_away, reason) in [
        ("House", take_away[0], "the collection House was removed"),
        ("Shed", take_away[1], "the folder is not there any more"),
    ] {
        let followed = folder.join("a");
        let watch = ["documents", "watch", name, text(&followed), "--json"];
        let mut watching = program::Running(program.command(&watch).spawn().unwrap());
        let mut lines = BufReader::new(watching.0.stdout.take().unwrap()).lines();
        lines.by_ref().find(|line| line.as_ref().unwrap().contains("idle")).unwrap().unwrap();
        take_away(name);
        let last = lines.last().unwrap().unwrap();
        assert!(last.contains("ended") && last.contains(reason), "{last}");
        let status = until("the program ends", || watching.0.try_wait().unwrap());
        assert_eq!(status.code(), Some(1));
    }
    let file = files(&program, &[("b.txt", "About herons.")]).join("b.txt");
    let refused = program.run(&["documents", "watch", "House", text(&file)]);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.errors.contains("only folders are followed"), "{refused:?}");
}

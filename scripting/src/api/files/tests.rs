//! Files within and beyond what an app was granted.

use std::fs;

use crate::api::testing::{Setting, Stage};

#[test]
fn the_own_folder_is_read_and_not_written() {
    let stage = Stage::set(&Setting { permissions: "", ..Setting::default() });
    assert_eq!(stage.run("files::read(\"notes.txt\")").expect("its own").to_string(), "Buy milk");
    let error = stage.error("files::write(\"notes.txt\", \"Buy tea\")");
    assert!(error.contains("app.toml does not ask for this"), "{error}");
    let error = stage.error("files::read(\"../picked.txt\")");
    assert!(error.contains("app.toml does not ask for this"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_link_counts_as_where_it_leads() {
    let stage = Stage::new();
    let (root, notes) = (stage.root(), stage.notes());
    fs::write(root.join("secret.txt"), "secret").expect("written");
    let link = |from: &str, to: &std::path::Path| {
        std::os::unix::fs::symlink(to, notes.join(from)).expect("linked");
    };
    link("out.txt", &root.join("secret.txt"));
    link("up", &root);
    link("in.txt", &notes.join("real.txt"));
    for script in [
        "files::read(\"~/Notes/out.txt\")",
        "files::read(\"~/Notes/up/secret.txt\")",
        "files::write(\"~/Notes/out.txt\", \"a\")",
        "files::write(\"~/Notes/up/new.txt\", \"a\")",
        "files::append(\"~/Notes/up/secret.txt\", \"a\")",
        "files::exists(\"~/Notes/up/secret.txt\")",
    ] {
        let error = stage.error(script);
        assert!(error.contains("app.toml does not ask for this"), "{script}: {error}");
    }
    let listed = stage.run("files::list(\"~/Notes/up\").map(|file| file.name)").expect("listed");
    assert!(!listed.to_string().contains("secret"), "{listed}");
    assert_eq!(fs::read_to_string(root.join("secret.txt")).expect("read"), "secret");
    fs::write(notes.join("real.txt"), "old").expect("written");
    stage.does("files::write(\"~/Notes/in.txt\", \"new\")");
    assert_eq!(fs::read_to_string(notes.join("real.txt")).expect("read"), "new");
    assert!(notes.join("in.txt").is_symlink());
}

#[test]
fn what_was_picked_may_be_used() {
    let stage = Stage::set(&Setting { permissions: "", ..Setting::default() });
    let picked = stage.root().join("picked.txt");
    let read = format!("files::read({:?})", picked.to_string_lossy());
    assert!(stage.error(&read).contains("app.toml does not ask for this"));
    assert_eq!(stage.run("files::pick(#{ kind: \"files\" }).len").expect("picked").as_int(), Ok(1));
    assert_eq!(stage.run(&read).expect("handed over").to_string(), "Picked");
    assert!(stage.run("files::pick(#{ kind: \"folder\" })").expect("nothing chosen").is_unit());
    assert!(stage.error("files::pick(#{ kind: \"fodler\" })").contains("one of file, files"));
}

#[test]
fn what_cannot_be_read_is_said() {
    let stage = Stage::new();
    let notes = stage.notes();
    fs::write(notes.join("binary"), [0xff, 0xfe, 0x00]).expect("written");
    fs::write(notes.join("long"), vec![b'x'; (16 << 20) + 1]).expect("written");
    fs::write(notes.join("marked"), "\u{feff}text").expect("written");
    for (script, words) in [
        ("files::read(\"~/Notes/binary\")", "it is no text in UTF-8"),
        ("files::read(\"~/Notes/long\")", "16 MB is the most"),
        ("files::read(\"~/Notes/missing\")", "it does not exist"),
        ("files::read(\"~/Notes\")", "it is a folder"),
        ("files::list(\"~/Notes/missing\")", "it does not exist"),
        ("files::write(\"~/Notes/missing/a.txt\", \"a\")", "its folder does not exist"),
        ("files::write(\"~/Notes\", \"a\")", "no ordinary file"),
        ("files::read(\"\")", "is no path"),
        ("files::read(\"a\\x00b\")", "is no path"),
    ] {
        let error = stage.error(script);
        assert!(error.contains(words), "{script}: {error}");
    }
    let marked = stage.run("files::read(\"~/Notes/marked\")").expect("text").to_string();
    assert_eq!(marked, "text");
}

#[cfg(unix)]
#[test]
fn a_file_keeps_its_rights_and_leaves_nothing_beside_it() {
    use std::os::unix::fs::PermissionsExt;
    let stage = Stage::new();
    let file = stage.notes().join("private.txt");
    fs::write(&file, "old").expect("written");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("set");
    stage.does("files::write(\"~/Notes/private.txt\", \"new\")");
    assert_eq!(fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(stage.notes()).expect("listed").count(), 1);
}

#[test]
fn a_list_shows_only_what_may_be_read() {
    let permissions = "files = [{ path = \"NOTES/*.md\", access = \"read\" }]";
    let stage = Stage::set(&Setting { permissions, ..Setting::default() });
    for name in ["a.md", "b.txt", "c.md"] {
        fs::write(stage.notes().join(name), "").expect("written");
    }
    let names = stage.run("files::list(\"~/Notes\").map(|file| file.name)").expect("listed");
    assert_eq!(names.to_string(), "[\"a.md\", \"c.md\"]");
    assert!(stage.error("files::write(\"~/Notes/a.md\", \"\")").contains("app.toml does not ask"));
}

//! Packages, good ones and bad ones.

use std::fs;

use proptest::prelude::*;

use super::*;
use crate::Permission;
use crate::library::tests::{Place, id, write};
use crate::library::{Choices, Template};

const MANIFEST: &str =
    "id = \"a\"\nname = \"A\"\nversion = \"1.0.0\"\napi = 1\n[permissions]\nllm = true\n";

/// A zip archive of these files.
fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The smallest app with one file more.
fn with(name: &str, bytes: &[u8]) -> Vec<u8> {
    zip(&[("app.toml", MANIFEST.as_bytes()), ("main.rhai", b""), (name, bytes)])
}

impl Place {
    fn package(&self, bytes: &[u8]) -> std::path::PathBuf {
        let path = self.data().join("a.satchel-app");
        fs::create_dir_all(self.data()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    fn refused(&self, bytes: &[u8]) -> String {
        let error = self.library.preview(&self.package(bytes)).unwrap_err();
        assert!(!self.library.own().exists(), "something was written");
        error.to_string()
    }
}

#[test]
fn an_app_travels_in_one_file() {
    let place = Place::new();
    let app = place.library.create(Template::Panel, &id("mine"), "Mine").unwrap();
    write(&app.folder.join("modules/ä b.rhai"), "// ä");
    write(&app.folder.join("main.rhai~"), "debris");
    let (package, again) = (place.data().join("mine.satchel-app"), place.data().join("again"));
    place.library.export(&app, &package).unwrap();
    place.library.export(&app, &again).unwrap();
    assert_eq!(fs::read(&package).unwrap(), fs::read(again).unwrap());

    let elsewhere = Place::new();
    let preview = elsewhere.library.preview(&package).unwrap();
    assert_eq!(
        (preview.manifest.name.as_str(), preview.files, &preview.replaces),
        ("Mine", 3, &None)
    );
    assert_eq!(preview.manifest.permissions[0].key(), "llm");
    assert!(!elsewhere.library.own().exists(), "a preview writes nothing");
    let there = elsewhere.library.import(&preview, false).unwrap();
    assert_eq!(there.manifest, app.manifest);
    assert_eq!(fs::read_to_string(there.folder.join("modules/ä b.rhai")).unwrap(), "// ä");
    assert!(!there.folder.join("main.rhai~").exists());
}

#[test]
fn an_app_is_replaced_only_when_that_is_asked_for() {
    let place = Place::new();
    let app = place.library.create(Template::Script, &id("mine"), "Old").unwrap();
    let package = place.data().join("mine.satchel-app");
    place.library.export(&app, &package).unwrap();
    let preview = place.library.preview(&package).unwrap();
    assert_eq!(preview.replaces, Some(Version::new(0, 1, 0)));
    let error = place.library.import(&preview, false).unwrap_err();
    assert!(matches!(error, LibraryError::Taken(_)), "{error}");
    write(&app.folder.join("mine.txt"), "");
    let mut choices = Choices::load(&place.data()).unwrap();
    choices.set_grant(&app, "clipboard", Some(true)).unwrap();
    let app = place.library.import(&preview, true).unwrap();
    assert!(!app.folder.join("mine.txt").exists());
    assert_eq!(choices.grants(&app).answer(&Permission::Clipboard), Some(true));
    assert!(place.data().join("apps-trash").read_dir().unwrap().next().is_some());
}

#[test]
fn an_app_that_came_with_satchel_is_not_replaced() {
    let place = Place::new();
    let manifest = MANIFEST.replace("\"a\"", "\"shipped\"");
    let said = place.refused(&zip(&[("app.toml", manifest.as_bytes()), ("main.rhai", b"")]));
    assert!(said.contains("came with Satchel"), "{said}");
}

#[test]
fn a_folder_around_everything_does_no_harm() {
    let place = Place::new();
    let files: [(&str, &[u8]); 3] =
        [("x/app.toml", MANIFEST.as_bytes()), ("x/main.rhai", b""), ("__MACOSX/x/._app.toml", b"")];
    let preview = place.library.preview(&place.package(&zip(&files))).unwrap();
    assert!(place.library.import(&preview, false).unwrap().folder.ends_with("apps/a"));
    let files: [(&str, &[u8]); 3] =
        [("x/app.toml", MANIFEST.as_bytes()), ("x/main.rhai", b""), ("y/z", b"")];
    let said = place.library.preview(&place.package(&zip(&files))).unwrap_err().to_string();
    assert!(said.contains("beside the folder x"), "{said}");
}

#[test]
fn names_that_play_tricks_are_refused() {
    let place = Place::new();
    for name in [
        "../evil",
        "/etc/evil",
        "a/../../evil",
        "a\\..\\evil",
        "C:/evil",
        "c:evil",
        "aux.txt",
        "APP.TOML",
        "main.rhai/x",
        "a\u{0}b",
        "a.",
        "d/e/e/e/e/e/e/e/p",
    ] {
        let said = place.refused(&with(name, b"x"));
        assert!(said.contains("a.satchel-app"), "{name}: {said}");
    }
}

#[test]
fn links_are_refused() {
    let place = Place::new();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("app.toml", SimpleFileOptions::default()).unwrap();
    writer.write_all(MANIFEST.as_bytes()).unwrap();
    writer.add_symlink("main.rhai", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    let said = place.refused(&writer.finish().unwrap().into_inner());
    assert!(said.contains("holds a link"), "{said}");
}

#[test]
fn too_much_is_refused_before_it_is_written() {
    let place = Place::new();
    // 65 MiB of nothing, packed into some kilobytes.
    let bomb = {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file("app.toml", SimpleFileOptions::default()).unwrap();
        writer.write_all(MANIFEST.as_bytes()).unwrap();
        for part in 0..5 {
            writer.start_file(format!("part{part}"), SimpleFileOptions::default()).unwrap();
            writer.write_all(&vec![0; 13 << 20]).unwrap();
        }
        writer.finish().unwrap().into_inner()
    };
    assert!(bomb.len() < 1 << 20);
    let said = place.refused(&bomb);
    assert!(said.contains("unpacks to more than 64 MB"), "{said}");

    let names: Vec<String> = (0..1001).map(|number| format!("f{number}")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    let said = place.refused(&zip(&files));
    assert!(said.contains("more than 1000 files"), "{said}");
}

#[test]
fn what_is_no_package_is_refused_with_its_name() {
    let place = Place::new();
    let whole = with("x", b"y");
    for (bytes, words) in [
        (&b""[..], "no .satchel-app file"),
        (b"PK\x03\x04", "no .satchel-app file"),
        (&whole[..whole.len() / 2], "no .satchel-app file"),
        (&zip(&[("main.rhai", b"")]), "has no app.toml"),
        (&zip(&[("app.toml", b"id = 1")]), "`id` has to be a text"),
        (&zip(&[("app.toml", MANIFEST.as_bytes())]), "there is nothing to run"),
        (&zip(&[("app.toml", b"\xff")]), "UTF-8"),
    ] {
        let said = place.refused(bytes);
        assert!(said.contains(words) && said.contains("a.satchel-app"), "{said}");
    }
    let error = place.library.preview(std::path::Path::new("/nowhere.satchel-app")).unwrap_err();
    assert!(matches!(error, LibraryError::Unreadable { .. }), "{error}");
}

#[test]
fn a_broken_app_is_not_exported() {
    let place = Place::new();
    write(&place.library.own().join("broken/app.toml"), "id = \"broken\"\n");
    let app = place.library.get(&id("broken")).unwrap();
    let error = place.library.export(&app, &place.data().join("x")).unwrap_err();
    assert!(error.to_string().contains("has to be mended first"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_link_in_a_folder_is_not_followed_into_a_package() {
    let place = Place::new();
    let app = place.library.create(Template::Script, &id("mine"), "Mine").unwrap();
    std::os::unix::fs::symlink("/etc/passwd", app.folder.join("link")).unwrap();
    let error = place.library.export(&app, &place.data().join("x")).unwrap_err();
    assert!(error.to_string().contains("not links"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// However a package is damaged, what comes out is an app or a refusal.
    #[test]
    fn no_damaged_package_brings_the_reader_down(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = with("modules/x.rhai", b"fn x() { 1 }");
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if cut.index(4) == 0 {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(files) = unpack(&bytes) {
            for file in &files {
                let plain = |part| matches!(part, std::path::Component::Normal(_));
                prop_assert!(file.path.components().all(plain), "{:?}", file.path);
            }
            understand(&files).ok();
        }
    }

    /// Whatever files an archive names, all that is unpacked stays within its folder.
    #[test]
    fn nothing_leaves_the_folder(name in "[a-z./\\\\: ~]{1,20}") {
        if let Ok(files) = unpack(&with(&name, b"x")) {
            for file in files {
                let joined = Path::new("/apps/a").join(&file.path);
                let up = |part| matches!(part, std::path::Component::ParentDir);
                prop_assert!(joined.starts_with("/apps/a") && !joined.components().any(up), "{joined:?}");
            }
        }
    }

    /// What is packed is unpacked as it was.
    #[test]
    fn packing_loses_nothing(files in prop::collection::btree_map("[a-d]{1,6}(/[a-d]{1,6}){0,3}\\.x", prop::collection::vec(any::<u8>(), 0..200), 0..12)) {
        let mut whole = vec![File { path: "app.toml".into(), bytes: MANIFEST.into() }];
        whole.extend(files.into_iter().map(|(path, bytes)| File { path: path.into(), bytes }));
        whole.sort_by(|a, b| a.path.cmp(&b.path));
        prop_assert_eq!(unpack(&pack(&whole).unwrap()), Ok(whole));
    }
}

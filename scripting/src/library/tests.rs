//! Apps that come, go and are chosen about.

use std::fs;
use std::path::PathBuf;

use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::manifest::Assistant;
use crate::permissions::{Grants, Permission};

/// A data folder with one app that came with Satchel.
pub(super) struct Place {
    folder: TempDir,
    pub(super) library: Library,
}

pub(super) const SHIPPED: &str = "id = \"shipped\"\nname = \"Shipped\"\nversion = \"1.0.0\"\napi = 1\n[permissions]\nllm = true\n";

impl Place {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let shipped = folder.path().join("shipped-apps");
        write(&shipped.join("shipped/app.toml"), SHIPPED);
        write(&shipped.join("shipped/main.rhai"), "fn on_run(input) { input.text }\n");
        let library = Library::open(Some(shipped), folder.path().join("data/apps"));
        Self { folder, library }
    }

    pub(super) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn ids(&self) -> Vec<String> {
        self.library.list().unwrap().into_iter().map(|app| app.id.0).collect()
    }
}

pub(super) fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

pub(super) fn id(text: &str) -> AppId {
    AppId::parse(text).unwrap()
}

#[test]
fn every_template_makes_an_app_that_makes_sense() {
    let place = Place::new();
    for template in Template::ALL {
        let id = id(template.key());
        let app = place.library.create(template, &id, "Name with \"quotes\"").unwrap();
        let manifest = app.manifest.unwrap();
        assert_eq!((manifest.id, manifest.name.as_str()), (id, "Name with \"quotes\""));
        assert_eq!(manifest.permissions, [Permission::Llm]);
        assert_eq!(manifest.entry.is_none(), template == Template::Assistant);
        if let Some(entry) = manifest.entry {
            let script = fs::read_to_string(app.folder.join(entry)).unwrap();
            rhai::Engine::new().compile(script).unwrap();
        }
    }
    assert_eq!(place.ids().len(), 4);
}

#[test]
fn an_id_is_given_once() {
    let place = Place::new();
    place.library.create(Template::Script, &id("mine"), "Mine").unwrap();
    for taken in ["mine", "shipped"] {
        let error = place.library.create(Template::Panel, &id(taken), "Other").unwrap_err();
        assert!(matches!(error, LibraryError::Taken(_)), "{error}");
    }
    let only = place.library.clone().listing_only(&id("mine"));
    assert_eq!(only.list().unwrap().len(), 1);
    assert!(only.find(&id("shipped")).is_some());
    assert_eq!(place.library.free_id(&id("mine")).0, "mine-2");
    assert_eq!(place.library.free_id(&id("other")).0, "other");
    let error = place.library.create(Template::Panel, &AppId("../x".to_owned()), "X").unwrap_err();
    assert!(matches!(error, LibraryError::NoAppId(_)), "{error}");
}

#[test]
fn a_broken_app_is_listed_with_what_is_wrong() {
    let place = Place::new();
    write(&place.library.own().join("broken/app.toml"), "id = \"other\"\n");
    write(&place.library.own().join("No App/app.toml"), SHIPPED);
    write(&place.library.own().join("no-manifest/main.rhai"), "");
    write(&place.library.own().join("notes.txt"), "");
    let apps = place.library.list().unwrap();
    let ids: Vec<_> = apps.iter().map(|app| app.id.0.as_str()).collect();
    assert_eq!(ids, ["broken", "shipped"]);
    let problems = apps[0].manifest.as_ref().unwrap_err();
    assert!(problems.len() >= 4 && apps[0].name() == "broken", "{problems:?}");
    assert_eq!(apps[1].name(), "Shipped");
}

#[test]
fn without_any_folder_there_are_no_apps() {
    let library = Library::open(None, PathBuf::from("/nowhere/apps"));
    assert_eq!(library.list().unwrap(), []);
    let error = library.get(&id("chat")).unwrap_err();
    assert_eq!(error.to_string(), "there is no app `chat`");
    assert_eq!(library.find(&AppId("../etc".to_owned())), None);
}

#[test]
fn an_app_that_is_not_there_is_told_with_the_nearest_one() {
    let error = Place::new().library.get(&id("shiped")).unwrap_err();
    assert_eq!(error.to_string(), "there is no app `shiped`: did you mean `shipped`?");
}

#[test]
fn a_duplicate_is_ones_own_with_all_its_files() {
    let place = Place::new();
    let shipped = place.library.get(&id("shipped")).unwrap();
    write(&shipped.folder.join("modules/deep/x.rhai"), "// x");
    write(&shipped.folder.join(".git/config"), "");
    let copy = place.library.duplicate(&shipped, &id("mine"), "Mine").unwrap();
    assert_eq!(copy.origin, Origin::Own);
    assert!(copy.folder.join("modules/deep/x.rhai").is_file());
    assert!(!copy.folder.join(".git").exists());
    assert_eq!(copy.manifest.unwrap().name, "Mine");

    let mut choices = Choices::load(&place.data()).unwrap();
    let copy = place.library.get(&id("mine")).unwrap();
    choices.copy(&shipped, &copy).unwrap();
    assert_eq!(choices.grants(&copy).answer(&Permission::Llm), Some(true));
}

#[test]
fn a_deleted_app_comes_back() {
    let place = Place::new();
    let app = place.library.create(Template::Script, &id("mine"), "Mine").unwrap();
    let deleted = place.library.delete(&id("mine")).unwrap();
    assert_eq!(place.ids(), ["shipped"]);
    assert!(!app.folder.exists() && deleted.folder.join("main.rhai").exists());
    assert_eq!(place.library.restore(&deleted).unwrap(), app);

    // Once more, with another app in its place by then.
    let deleted = place.library.delete(&id("mine")).unwrap();
    place.library.create(Template::Panel, &id("mine"), "Other").unwrap();
    let error = place.library.restore(&deleted).unwrap_err();
    assert!(matches!(error, LibraryError::Taken(_)), "{error}");
    place.library.delete(&id("mine")).unwrap();
    place.library.restore(&deleted).unwrap();
}

#[test]
fn what_came_with_satchel_is_not_changed() {
    let place = Place::new();
    let shipped = id("shipped");
    let error = place.library.delete(&shipped).unwrap_err();
    assert!(error.to_string().contains("duplicate it"), "{error}");
    let error = place.library.set_assistant(&shipped, &Assistant::default()).unwrap_err();
    assert!(matches!(error, LibraryError::Shipped(_)), "{error}");
}

#[test]
fn ones_own_app_comes_before_a_shipped_one_of_the_same_id() {
    let place = Place::new();
    write(&place.library.own().join("shipped/app.toml"), &SHIPPED.replace("Shipped", "Mine"));
    write(&place.library.own().join("shipped/main.rhai"), "");
    let app = place.library.get(&id("shipped")).unwrap();
    assert_eq!((app.origin, app.name()), (Origin::Own, "Mine"));
    assert_eq!(place.ids(), ["shipped"]);
    // And it has nothing that its person did not grant.
    let choices = Choices::load(&place.data()).unwrap();
    assert_eq!(choices.grants(&app), Grants::default());
}

#[test]
fn an_assistant_is_changed_and_given_a_script() {
    let place = Place::new();
    let id = id("tutor");
    let app = place.library.create(Template::Assistant, &id, "Tutor").unwrap();
    let mut assistant = app.manifest.unwrap().assistant.unwrap();
    assistant.system_prompt = "Be \"brief\".".to_owned();
    let app = place.library.set_assistant(&id, &assistant).unwrap();
    assert_eq!(app.manifest.unwrap().assistant, Some(assistant.clone()));

    let app = place.library.add_script(&id).unwrap();
    assert_eq!(app.manifest.unwrap().entry, Some(PathBuf::from("main.rhai")));
    let script = fs::read_to_string(app.folder.join("main.rhai")).unwrap();
    assert!(script.contains(r#"Be \"brief\"."#), "{script}");
    let error = place.library.add_script(&id).unwrap_err();
    assert!(matches!(error, LibraryError::HasScript(_)), "{error}");
}

#[test]
fn a_half_made_app_is_never_seen() {
    let place = Place::new();
    // A file where the folder of apps should be.
    write(&place.data().join("apps"), "in the way");
    let error = place.library.create(Template::Script, &id("mine"), "Mine").unwrap_err();
    assert!(matches!(error, LibraryError::Unwritable { .. }), "{error}");
    let left: Vec<_> =
        fs::read_dir(place.data()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["apps"]);
}

const WITH_SETTINGS: &str = "id = \"a\"\nname = \"A\"\nversion = \"1.0.0\"\napi = 1\n[[settings]]\nkey = \"size\"\ntype = \"int\"\nrange = [1, 9]\ndefault = 3\n[[settings]]\nkey = \"token\"\ntype = \"secret\"\n";

#[test]
fn choices_last_and_those_of_two_programs_are_both_kept() {
    let place = Place::new();
    fs::create_dir_all(place.data()).unwrap();
    let shipped = place.library.get(&id("shipped")).unwrap();
    let mut window = Choices::load(&place.data()).unwrap();
    let mut command = Choices::load(&place.data()).unwrap();
    assert!(window.is_enabled(&shipped.id));
    window.set_enabled(&shipped.id, false).unwrap();
    command.set_grant(&shipped, "llm", Some(false)).unwrap();
    let choices = Choices::load(&place.data()).unwrap();
    assert!(!choices.is_enabled(&shipped.id));
    assert_eq!(choices.grants(&shipped).answer(&Permission::Llm), Some(false));
    command.set_enabled(&shipped.id, true).unwrap();
    command.forget(&shipped.id).unwrap();
    let choices = Choices::load(&place.data()).unwrap();
    assert_eq!(choices.grants(&shipped).answer(&Permission::Llm), Some(true));
}

#[test]
fn settings_are_checked_and_secrets_lie_apart() {
    let place = Place::new();
    write(&place.library.own().join("a/app.toml"), WITH_SETTINGS);
    write(&place.library.own().join("a/main.rhai"), "");
    let app = place.library.get(&id("a")).unwrap();
    let rows = app.manifest.as_ref().unwrap().settings.as_slice();
    let mut choices = Choices::load(&place.data()).unwrap();
    assert_eq!(choices.settings(&app)["size"], 3);
    choices.set_setting(&app, rows, "size", Some(json!(5))).unwrap();
    choices.set_setting(&app, rows, "token", Some(json!("hunter2"))).unwrap();
    let error = choices.set_setting(&app, rows, "size", Some(json!(10))).unwrap_err();
    assert!(error.to_string().contains("from 1 to 9"), "{error}");
    let error = choices.set_setting(&app, rows, "sise", Some(json!(1))).unwrap_err();
    assert!(error.to_string().contains("did you mean `size`?"), "{error}");

    let mut choices = Choices::load(&place.data()).unwrap();
    let values = choices.settings(&app);
    assert_eq!((&values["size"], &values["token"]), (&json!(5), &json!("hunter2")));
    let shown = choices.chosen_settings(&app);
    assert!(choices.has_secret(&app, "token") && !shown.contains_key("token"));
    let plain = fs::read_to_string(place.data().join("apps.toml")).unwrap();
    assert!(!plain.contains("hunter2"), "{plain}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let secrets = fs::metadata(place.data().join("apps-secrets.toml")).unwrap();
        assert_eq!(secrets.permissions().mode() & 0o777, 0o600);
    }
    choices.set_setting(&app, rows, "token", Some(json!(""))).unwrap();
    choices.set_setting(&app, rows, "size", None).unwrap();
    assert!(!choices.has_secret(&app, "token"));
    assert_eq!(choices.settings(&app)["size"], 3);
}

#[test]
fn a_guest_has_nothing_of_its_namesake() {
    let place = Place::new();
    let elsewhere = place.folder.path().join("elsewhere/shipped");
    write(&elsewhere.join("app.toml"), &SHIPPED.replace("Shipped", "Guest"));
    write(&elsewhere.join("main.rhai"), "");
    let mut choices = Choices::load(&place.folder.path().join("data")).unwrap();
    fs::create_dir_all(place.data()).unwrap();
    let shipped = place.library.get(&id("shipped")).unwrap();
    choices.set_grant(&shipped, "llm", Some(true)).unwrap();
    let (library, guest) = place.library.clone().with_guest(&elsewhere).unwrap();
    assert_eq!((guest.name(), guest.origin), ("Guest", Origin::Guest));
    assert_eq!(library.get(&guest.id).unwrap(), guest);
    assert_eq!(library.list().unwrap(), std::slice::from_ref(&guest));
    assert_eq!(choices.grants(&guest).answer(&Permission::Llm), None);
    let error = choices.set_grant(&guest, "llm", Some(true)).unwrap_err();
    assert!(matches!(error, ChoicesError::Guest(_)), "{error}");
    assert!(guest.memory() != shipped.memory() && library.is_guest(&guest.id));
    // The folder of an app that is known is that app.
    let (_, app) = place
        .library
        .clone()
        .with_guest(&place.library.shipped().unwrap().join("shipped"))
        .unwrap();
    assert_eq!(app.origin, Origin::Shipped);
    // And one of the person's own is not impersonated.
    place.library.create(Template::Script, &id("mine"), "Mine").unwrap();
    let other = place.folder.path().join("elsewhere/mine");
    write(&other.join("app.toml"), "");
    let error = place.library.clone().with_guest(&other).unwrap_err();
    assert!(matches!(error, LibraryError::Taken(_)), "{error}");
}

#[test]
fn what_a_person_has_just_made_may_do_what_its_template_asks_for() {
    let place = Place::new();
    let app = place.library.create(Template::Panel, &id("mine"), "Mine").unwrap();
    let mut choices = Choices::load(&place.data()).unwrap();
    assert_eq!(choices.grants(&app).answer(&Permission::Llm), None);
    choices.grant_all(&app).unwrap();
    let choices = Choices::load(&place.data()).unwrap();
    assert_eq!(choices.grants(&app).answer(&Permission::Llm), Some(true));
}

#[test]
fn a_damaged_file_of_choices_is_kept_aside() {
    let place = Place::new();
    write(&place.data().join("apps.toml"), "[[[");
    let mut choices = Choices::load(&place.data()).unwrap();
    choices.set_enabled(&id("a"), false).unwrap();
    let names: Vec<_> = fs::read_dir(place.data())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(names.iter().any(|name| name.starts_with("apps.toml.broken-")), "{names:?}");
    assert!(!Choices::load(&place.data()).unwrap().is_enabled(&id("a")));
}

#[test]
fn what_was_granted_to_an_app_is_not_granted_to_another_that_takes_its_place() {
    let place = Place::new();
    write(&place.library.own().join("a/app.toml"), WITH_SETTINGS);
    write(&place.library.own().join("a/main.rhai"), "");
    let app = place.library.get(&id("a")).unwrap();
    let rows = app.manifest.as_ref().unwrap().settings.clone();
    let mut choices = Choices::load(&place.data()).unwrap();
    choices.set_grant(&app, "llm", Some(true)).unwrap();
    choices.set_setting(&app, &rows, "size", Some(json!(5))).unwrap();
    choices.set_setting(&app, &rows, "token", Some(json!("hunter2"))).unwrap();
    choices.set_enabled(&app.id, false).unwrap();

    // Its maker changes it.
    let changed = WITH_SETTINGS.replace("\"A\"", "\"B\"") + "[permissions]\nllm = true\n";
    write(&app.folder.join("app.toml"), &changed);
    let choices = Choices::load(&place.data()).unwrap();
    let app = place.library.get(&id("a")).unwrap();
    assert_eq!(choices.grants(&app).answer(&Permission::Llm), Some(true));
    assert_eq!(choices.settings(&app)["token"], "hunter2");

    // It is replaced by hand.
    fs::remove_dir_all(&app.folder).unwrap();
    write(&app.folder.join("app.toml"), &changed);
    write(&app.folder.join("main.rhai"), "");
    let app = place.library.get(&id("a")).unwrap();
    let mut choices = Choices::load(&place.data()).unwrap();
    assert_eq!(choices.grants(&app).answer(&Permission::Llm), None);
    assert!(!choices.has_secret(&app, "token"));
    assert_ne!(choices.settings(&app).get("token"), Some(&json!("hunter2")));
    assert_eq!(choices.settings(&app)["size"], 3);
    // What is chosen for the new one brings nothing of the old one back.
    choices.set_setting(&app, &rows, "size", Some(json!(7))).unwrap();
    let choices = Choices::load(&place.data()).unwrap();
    assert_eq!(choices.grants(&app).answer(&Permission::Llm), None);
    assert!(!choices.has_secret(&app, "token") && choices.settings(&app)["size"] == 7);
    assert!(!choices.is_enabled(&app.id));
}

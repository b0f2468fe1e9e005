//! The file of settings: what is kept, what is set aside, what applies.

use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use super::{ModelSettings, Notice, Overrides, Saver, Settings, SettingsError, Value, effective};
use crate::models::{Flash, ModelId};
use crate::{asleep, channel};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Window {
    theme: String,
    text_size: f32,
    sidebar: bool,
    last: Option<i64>,
}

fn file(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.toml");
    fs::write(&path, text).unwrap();
    (folder, path)
}

fn load(path: &std::path::Path) -> Settings {
    let (settings, notice) = Settings::load(path).unwrap();
    assert_eq!(notice, None);
    settings
}

fn demo() -> ModelId {
    ModelId("publisher/repo/a model.gguf".to_owned())
}

#[test]
fn a_missing_file_means_defaults_and_saving_makes_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.toml");
    let mut settings = load(&path);
    assert_eq!(settings.section::<Window>("window"), Window::default());
    assert!(settings.model(&demo()).is_empty());
    let window = Window { theme: "dark".to_owned(), text_size: 1.25, sidebar: true, last: Some(7) };
    settings.set_section("window", &window).unwrap();
    settings.save().unwrap();
    assert_eq!(load(&path).section::<Window>("window"), window);
    let others: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(others.len(), 1, "nothing is left lying about");
}

#[test]
fn comments_order_and_unknown_keys_stay() {
    let text = "# mine\n[window]\ntheme = \"light\" # at night too\nhologram = 3\n\n[future]\nx = 1\n\n\
                [models.\"publisher/repo/a model.gguf\"]\ntemperature = 0.5 # calm\nmood = \"blue\"\n";
    let (_folder, path) = file(text);
    let mut settings = load(&path);
    let mut window: Window = settings.section("window");
    assert_eq!(window.theme, "light");
    window.theme = "dark".to_owned();
    settings.set_section("window", &window).unwrap();
    let mut overrides = settings.model(&demo());
    overrides.set("temperature", Some(Value::Number(0.25))).unwrap();
    overrides.set("stop", Some(Value::List(vec!["\n".to_owned()]))).unwrap();
    settings.set_model(&demo(), &overrides);
    settings.save().unwrap();

    let written = fs::read_to_string(&path).unwrap();
    for kept in ["# mine", "# at night too", "hologram = 3", "x = 1", "# calm", "mood = \"blue\""] {
        assert!(written.contains(kept), "{kept} is lost:\n{written}");
    }
    assert!(written.contains("theme = \"dark\"") && written.contains("temperature = 0.25"));
    assert_eq!(load(&path).model(&demo()), overrides);
}

#[test]
fn a_broken_file_is_kept_aside_and_said() {
    let (folder, path) = file("[window\ntheme = dark");
    let (settings, notice) = Settings::load(&path).unwrap();
    let notice = notice.unwrap();
    assert!(notice.to_string().contains("line 1"), "{notice}");
    let Notice::Broken { kept_as, .. } = notice;
    assert_eq!(fs::read_to_string(&kept_as).unwrap(), "[window\ntheme = dark");
    assert!(kept_as.file_name().unwrap().to_str().unwrap().starts_with("settings.toml.broken-20"));
    settings.save().unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);

    fs::write(&path, [0xFF, 0xFE, 0]).unwrap();
    assert!(Settings::load(&path).unwrap().1.is_some());
}

#[test]
fn a_file_that_cannot_be_read_or_written_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let error = Settings::load(folder.path()).unwrap_err();
    assert!(matches!(error, SettingsError::Unreadable { .. }), "{error}");
    let settings = load(&folder.path().join("gone/settings.toml"));
    assert!(matches!(settings.save(), Err(SettingsError::Unwritable { .. })));
}

#[test]
fn a_section_that_makes_no_sense_is_passed_over() {
    let (_folder, path) = file("window = 5\n[models]\n\"publisher/repo/a model.gguf\" = true\n");
    let mut settings = load(&path);
    assert_eq!(settings.section::<Window>("window"), Window::default());
    assert!(settings.model(&demo()).is_empty());
    settings.set_section("window", &Window::default()).unwrap();
    assert_eq!(settings.section::<Window>("window"), Window::default());
}

#[test]
fn each_layer_says_only_what_it_wants_otherwise() {
    let mut defaults = ModelSettings::default();
    defaults.sampling.temperature = 0.6;
    defaults.sampling.top_k = 20;
    let mut model = Overrides::default();
    model.set("top_k", Some(Value::Count(30))).unwrap();
    model.set("system_prompt", Some(Value::Text("Be kind".to_owned()))).unwrap();
    model.set("flash_attention", Some(Value::Text("on".to_owned()))).unwrap();
    let mut conversation = Overrides::default();
    conversation.set("top_k", Some(Value::Count(50))).unwrap();
    conversation.set("seed", Some(Value::Count(u32::MAX))).unwrap();

    let settings = effective(&defaults, &[&model, &conversation]);
    assert_eq!(settings.sampling.temperature, 0.6);
    assert_eq!((settings.sampling.top_k, settings.sampling.seed), (50, Some(u32::MAX)));
    assert_eq!(settings.system_prompt.as_deref(), Some("Be kind"));
    assert_eq!(settings.load.flash_attention, Flash::On);

    conversation.set("top_k", None).unwrap();
    assert_eq!(effective(&defaults, &[&model, &conversation]).sampling.top_k, 30);
}

#[test]
fn values_that_make_no_sense_are_refused_or_passed_over() {
    let mut overrides = Overrides::default();
    assert!(overrides.set("temperature", Some(Value::Number(-1.0))).is_err());
    assert!(overrides.set("no_such_thing", Some(Value::Switch(true))).is_err());
    assert!(overrides.is_empty());

    // From a newer version, or typed by hand.
    let json = r#"{"temperature":"hot","top_k":7,"telepathy":{"on":true}}"#;
    let overrides: Overrides = serde_json::from_str(json).unwrap();
    let settings = effective(&ModelSettings::default(), &[&overrides]);
    let mut expected = ModelSettings::default();
    expected.sampling.top_k = 7;
    assert_eq!(settings, expected);
    let back: serde_json::Value = serde_json::to_value(&overrides).unwrap();
    assert_eq!(back, serde_json::from_str::<serde_json::Value>(json).unwrap());
}

#[test]
fn every_setting_survives_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.toml");
    let mut overrides = Overrides::default();
    for setting in super::all() {
        // All defaults said aloud, and something for what is automatic.
        let value = setting.get(&ModelSettings::default()).unwrap_or(match setting.kind {
            super::Kind::Count { to, .. } => Value::Count(to),
            super::Kind::Switch => Value::Switch(true),
            _ => Value::Text("two\nlines \"quoted\" {{ jinja }}".to_owned()),
        });
        overrides.set(setting.key, Some(value)).unwrap();
    }
    let mut settings = load(&path);
    settings.set_model(&demo(), &overrides);
    settings.save().unwrap();
    let read = load(&path).model(&demo());
    let defaults = ModelSettings::default();
    assert_eq!(effective(&defaults, &[&read]), effective(&defaults, &[&overrides]));
    for setting in super::all() {
        assert_eq!(read.get(setting.key), overrides.get(setting.key), "{}", setting.key);
    }
    settings.set_model(&demo(), &Overrides::default());
    assert!(!settings.text().contains("a model.gguf"), "{}", settings.text());
}

#[test]
fn the_saver_writes_the_newest_and_all_is_there_when_it_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.toml");
    let (outbox, inbox) = channel(asleep());
    let saver = Saver::start(outbox).unwrap();
    let mut settings = load(&path);
    for last in 0..100 {
        let window = Window { last: Some(last), ..Window::default() };
        settings.set_section("window", &window).unwrap();
        saver.save(settings.clone());
    }
    drop(saver);
    assert_eq!(load(&path).section::<Window>("window").last, Some(99));
    assert!(inbox.try_recv().is_err());
}

#[cfg(unix)]
#[test]
fn a_link_to_the_settings_stays_a_link() {
    let (folder, path) = file("");
    let link = folder.path().join("link.toml");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let mut settings = load(&link);
    settings.set_section("window", &Window { text_size: 2.0, ..Window::default() }).unwrap();
    settings.save().unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(load(&path).section::<Window>("window").text_size, 2.0);
}

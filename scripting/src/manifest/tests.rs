//! Manifests that are sound, and each way in which one is not.

use std::fs;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::permissions::Access;

const WHOLE: &str = r#"
id = "weather"
name = "Weather"
version = "1.2.0-beta.1"
api = 1
description = "Says whether to take an umbrella"
authors = ["Ada <ada@example.com>"]
license = "MIT"
icon = "cloud-rain"
entry = "src/weather.rhai"
funding = "https://example.com/donate"

[permissions]
llm = true
documents = "read"
files = ["~/Weather/**", { path = "/var/log/*.log", access = "read" }]
net = ["https://api.example.com/*"]
clipboard = false
notifications = true
apps = ["translate"]

[[settings]]
key = "city"
type = "string"
default = "Bergen"
title = "Home town"

[[settings]]
key = "days"
type = "int"
range = [1, 14]
default = 3

[[settings]]
key = "unit"
type = "enum"
options = ["celsius", "fahrenheit"]

[[settings]]
key = "api_key"
type = "secret"

[input]
type = "object"
required = ["city"]
properties.city.type = "string"

[output]
type = "string"

[limits]
handler_ms = 500
run_seconds = 60

[activation]
on_startup = true
schedule = "daily at 07:00"
"#;

const LEAST: &str = "id = \"a\"\nname = \"A\"\nversion = \"0.1.0\"\napi = 1\n";

/// Every problem as `line:column: message`.
fn problems(text: &str) -> Vec<String> {
    let told = |problem: Problem| {
        let place = problem.place.unwrap();
        assert_eq!(place.file, Path::new(FILE));
        assert_eq!(place.source, text.lines().nth(place.line - 1).unwrap_or_default());
        format!("{}:{}: {}", place.line, place.column.unwrap(), problem.message)
    };
    parse(text).unwrap_err().into_iter().map(told).collect()
}

/// What is said about one more piece of a manifest that is sound without it.
fn complaint(more: &str) -> String {
    let mut problems = problems(&format!("{LEAST}{more}"));
    assert_eq!(problems.len(), 1, "{more}: {problems:?}");
    problems.remove(0)
}

#[test]
fn all_that_can_be_said_is_understood() {
    let manifest = parse(WHOLE).unwrap();
    assert_eq!(manifest.id.0, "weather");
    assert_eq!(manifest.version, Version::parse("1.2.0-beta.1").unwrap());
    assert_eq!(manifest.icon, Some(Icon::Lucide("cloud-rain".to_owned())));
    assert_eq!(manifest.entry.as_deref(), Some(Path::new("src/weather.rhai")));
    let keys: Vec<_> = manifest.permissions.iter().map(Permission::key).collect();
    assert_eq!(
        keys,
        [
            "llm",
            "documents read",
            "files write ~/Weather/**",
            "files read /var/log/*.log",
            "net https://api.example.com/*",
            "notifications",
            "apps translate",
        ]
    );
    let defaults = effective(&manifest.settings, &serde_json::Map::new());
    let expected = json!({ "city": "Bergen", "days": 3, "unit": "celsius", "api_key": null });
    assert_eq!(Json::from(defaults), expected);
    assert_eq!(manifest.settings[0].title, "Home town");
    assert_eq!(manifest.settings[3].title, "Api key");
    assert_eq!(manifest.input.unwrap()["properties"]["city"]["type"], "string");
    assert_eq!(manifest.limits.handler, Duration::from_millis(500));
    assert_eq!(manifest.limits.run, Some(Duration::from_secs(60)));
    assert_eq!(manifest.limits.memory, Limits::default().memory);
    assert!(manifest.activation.on_startup);
    assert_eq!(manifest.activation.schedule.unwrap().to_string(), "daily at 07:00");
}

#[test]
fn four_lines_are_a_manifest() {
    let manifest = parse(LEAST).unwrap();
    assert_eq!(manifest.entry.as_deref(), Some(Path::new("main.rhai")));
    assert!(manifest.permissions.is_empty() && manifest.settings.is_empty());
    assert_eq!(manifest.limits, Limits::default());
}

#[test]
fn an_unknown_key_is_named_with_its_place_and_the_nearest_known_one() {
    assert_eq!(
        problems(&format!("{LEAST}descripton = \"x\"\n")),
        ["5:1: unknown key `descripton`: did you mean `description`?"]
    );
    let said = complaint("[permissions]\nllm = true\nnetwork = [\"https://example.com/*\"]\n");
    assert!(said.starts_with("7:1: unknown key `permissions.network`"), "{said}");
    let said = complaint("colour = \"red\"");
    assert!(said.contains("known here are id, name, version"), "{said}");
    let said = complaint("[[settings]]\nkey = \"x\"\ntype = \"int\"\nrnage = [1, 2]\n");
    assert!(said.contains("`settings[0].rnage`: did you mean `range`?"), "{said}");
}

#[test]
fn everything_wrong_is_said_at_once_from_top_to_bottom() {
    let text = "id = \"Bad Id\"\nname = 3\nversion = \"one\"\napi = 9\nfoo = 1\n\n[permissions]\nllm = \"yes\"\nnet = [\"ftp://x\", \"https://*.com/*\"]\n";
    let said = problems(text);
    assert_eq!(said.len(), 8, "{said:#?}");
    for (line, words) in [
        "1:6: `Bad Id` cannot be the id",
        "2:8: `name` has to be a text in quotes, not a whole number",
        "3:11: `one` is no version",
        "4:7: the app needs api 9",
        "5:1: unknown key `foo`",
        "8:7: `permissions.llm` has to be true or false, not a text",
        "9:8: `ftp://x` has to begin with `https://`",
        "9:19: `https://*.com/*` is too wide",
    ]
    .iter()
    .zip(&said)
    {
        assert!(words.starts_with(line), "{words} should begin with {line}");
    }
}

#[test]
fn what_is_missing_is_asked_for_with_an_example() {
    let said = problems("");
    assert_eq!(said.len(), 4, "{said:?}");
    assert!(said[0].contains("`id` is missing: add a line like `id = \"my-app\"`"), "{said:?}");
    assert!(said[3].contains("`api = 1`"), "{said:?}");
    let said = complaint("[assistant]\nmodel = \"demo\"\n");
    assert!(said.starts_with("5:1: `assistant.system_prompt` is missing"), "{said}");
}

#[test]
fn broken_toml_is_told_with_its_place() {
    let said = problems("id = \"a\"\nname = \"A\nversion = \"0.1.0\"\napi = 1\n");
    assert!(said[0].starts_with("2:") && said[0].contains("no TOML"), "{said:?}");
    let said = complaint("name = \"B\"\n");
    assert!(said.starts_with("5:") && said.contains("duplicate"), "{said}");
}

#[test]
fn values_out_of_range_are_refused_with_the_range() {
    for (more, words) in [
        ("[limits]\nhandler_ms = 5\n", "`limits.handler_ms` has to be from 10 to 60000, not 5"),
        ("[limits]\nitems = 99999999999999999999\n", "too large"),
        ("[activation]\nschedule = \"at noon\"\n", "daily at 08:30"),
        ("entry = \"../main.rhai\"\n", "a file of the app's folder"),
        ("entry = \"/main.rhai\"\n", "a file of the app's folder"),
        ("entry = \"main.py\"\n", ".rhai"),
        ("icon = \"C:/x.png\"\n", "a file of the app's folder"),
        ("icon = \"photo.jpg\"\n", "Lucide"),
        ("funding = \"javascript:alert(1)\"\n", "https://"),
        ("[input]\ntype = \"nonsense\"\n", "no JSON Schema"),
        ("[output]\n\"$ref\" = \"#/nowhere\"\n", "JSON Schema"),
        ("permissions = 1\n", "`permissions` has to be a table, not a whole number"),
        ("[permissions]\ndocuments = \"all\"\n", "\"read\" or \"write\""),
        ("[permissions]\nfiles = [\"../x\"]\n", "has to begin with"),
        (
            "[permissions]\nfiles = [{ access = \"read\" }]\n",
            "`permissions.files[0].path` is missing",
        ),
        ("[permissions]\napps = [\"No App\"]\n", "cannot be the id"),
        ("[assistant]\nsystem_prompt = \"\"\n", "is empty"),
        ("[assistant]\nsystem_prompt = \"x\"\nsettings.temperature = 9\n", "from 0 to 5"),
        (
            "[assistant]\nsystem_prompt = \"x\"\nsettings.temprature = 1\n",
            "did you mean `temperature`?",
        ),
        ("[assistant]\nsystem_prompt = \"x\"\nsettings.threads = 1\n", "no setting `threads`"),
    ] {
        let said = complaint(more);
        assert!(said.contains(words), "{more}: {said}");
    }
}

#[test]
fn settings_make_sense_by_themselves() {
    let setting = |rows: &str| complaint(&format!("[[settings]]\nkey = \"x\"\n{rows}\n"));
    for (rows, words) in [
        ("", "`settings[0].type` is missing"),
        ("type = \"integer\"", "did you mean `int`?"),
        ("type = \"enum\"", "an enum needs its values"),
        ("type = \"enum\"\noptions = []", "at least one value"),
        ("type = \"enum\"\noptions = [\"a\"]\ndefault = \"b\"", "one of a"),
        ("type = \"int\"\nrange = [5, 1]", "the least and the greatest"),
        ("type = \"int\"\nrange = [1, 5]\ndefault = 6", "a whole number from 1 to 5"),
        ("type = \"int\"\ndefault = 1.5", "a whole number"),
        ("type = \"float\"\nrange = [\"a\", 1]", "has to be a number"),
        ("type = \"bool\"\ndefault = \"yes\"", "true or false"),
        ("type = \"bool\"\nrange = [1, 2]", "for settings of type int and float"),
        ("type = \"secret\"\ndefault = \"hunter2\"", "a secret has no default"),
    ] {
        let said = setting(rows);
        assert!(said.contains(words), "{rows}: {said}");
    }
    let said = complaint(
        "[[settings]]\nkey = \"a\"\ntype = \"bool\"\n[[settings]]\nkey = \"a\"\ntype = \"int\"\n",
    );
    assert!(said.contains("two settings `a`"), "{said}");
    let said = complaint("[[settings]]\nkey = \"Bad Key\"\ntype = \"bool\"\n");
    assert!(said.contains("cannot be the key"), "{said}");
}

#[test]
fn values_are_taken_as_a_setting_wants_them() {
    let manifest = parse(WHOLE).unwrap();
    let row = |key: &str| manifest.settings.iter().find(|row| row.key == key).unwrap();
    assert_eq!(row("days").check(json!(4.0)).unwrap(), json!(4));
    assert!(row("days").check(json!(15)).unwrap_err().to_string().contains("from 1 to 14"));
    assert_eq!(row("api_key").check(json!("")).unwrap(), Json::Null);
    assert!(row("unit").check(json!("kelvin")).is_err());
    // A choice of an older version that no longer suits gives way to the default.
    let chosen = json!({ "days": 99, "city": "Oslo", "gone": 1 });
    let values = effective(&manifest.settings, chosen.as_object().unwrap());
    assert_eq!((&values["days"], &values["city"]), (&json!(3), &json!("Oslo")));
    assert!(!values.contains_key("gone"));
}

#[test]
fn an_assistant_needs_no_script_and_may_use_models() {
    let text = format!(
        "{LEAST}[assistant]\nsystem_prompt = \"Hi\"\ncollections = [\"Books\"]\nsettings.temperature = 0.5\n"
    );
    let manifest = parse(&text).unwrap();
    assert_eq!(manifest.entry, None);
    assert_eq!(manifest.permissions, [Permission::Llm, Permission::Documents(Access::Read)]);
    let settings = manifest.assistant.unwrap().settings;
    assert_eq!(settings.get("temperature"), Some(engine::settings::Value::Number(0.5)));
}

#[test]
fn the_files_that_a_manifest_names_have_to_be_there() {
    let folder = tempfile::tempdir().unwrap();
    let app = folder.path().join("a");
    fs::create_dir(&app).unwrap();
    let said = |problems: Vec<Problem>| problems[0].message.clone();
    assert!(said(read(&app).unwrap_err()).contains("there is no app.toml"));
    fs::write(app.join(FILE), LEAST).unwrap();
    assert!(said(read(&app).unwrap_err()).contains("there is nothing to run"));
    fs::write(app.join("main.rhai"), "").unwrap();
    assert_eq!(read(&app).unwrap().id.0, "a");
    fs::write(app.join(FILE), format!("{LEAST}icon = \"a.png\"\n")).unwrap();
    assert!(said(read(&app).unwrap_err()).contains("there is no file a.png"));
    fs::write(app.join(FILE), LEAST.replace("\"a\"", "\"b\"")).unwrap();
    let message = said(read(&app).unwrap_err());
    assert!(message.contains("it is `b`, and the folder is `a`"), "{message}");
    fs::write(app.join(FILE), [0xff, 0xfe]).unwrap();
    assert!(said(read(&app).unwrap_err()).contains("UTF-8"));
    fs::write(app.join(FILE), "#".repeat(300 << 10)).unwrap();
    assert!(said(read(&app).unwrap_err()).contains("256 kB"));
}

#[test]
fn an_assistant_with_a_script_runs_the_script() {
    let folder = tempfile::tempdir().unwrap();
    let app = folder.path().join("a");
    fs::create_dir(&app).unwrap();
    fs::write(app.join(FILE), format!("{LEAST}[assistant]\nsystem_prompt = \"Hi\"\n")).unwrap();
    assert_eq!(read(&app).unwrap().entry, None);
    fs::write(app.join("main.rhai"), "").unwrap();
    assert_eq!(read(&app).unwrap().entry.as_deref(), Some(Path::new("main.rhai")));
}

proptest! {
    /// Whatever is written, the answer is a manifest or problems whose places lie in the text.
    #[test]
    fn no_text_brings_the_reader_down(text in "\\PC*") {
        if let Err(problems) = parse(&text) {
            prop_assert!(!problems.is_empty());
        }
    }

    /// The same near to a manifest: one that was cut, changed and added to.
    #[test]
    fn no_damaged_manifest_brings_the_reader_down(
        start in 0..WHOLE.len(), length in 0..80_usize, put in "[\\PC\n]{0,12}",
    ) {
        let mut text = WHOLE.to_owned();
        text.replace_range(start..(start + length).min(WHOLE.len()), &put);
        match parse(&text) {
            Ok(manifest) => prop_assert!(AppId::parse(&manifest.id.0).is_ok()),
            Err(problems) => {
                prop_assert!(!problems.is_empty());
                for problem in problems {
                    let place = problem.place.clone().unwrap();
                    let lines = text.split('\n').count();
                    prop_assert!((1..=lines).contains(&place.line), "{problem:?}");
                }
            }
        }
    }
}

#[test]
fn a_text_that_is_no_toml_is_told_as_that_and_not_as_one_in_which_all_is_missing() {
    for (text, line) in [("this is { no manifest", 1), ("id = \"a\"\nname = \"A\nversion = 1", 2)] {
        let problems = parse(text).unwrap_err();
        let first = problems.first().unwrap();
        assert!(first.message.contains("this is no TOML"), "{problems:?}");
        assert_eq!(first.place.as_ref().unwrap().line, line, "{problems:?}");
        assert!(
            problems.iter().all(|problem| !problem.message.contains("missing")),
            "{problems:?}"
        );
    }
}

#[test]
fn an_icon_that_cannot_be_drawn_is_told_with_the_nearest_one() {
    let around = |icons| Surroundings { folder_name: None, there: &|_| true, icons };
    let problems = understand(WHOLE, &around(&["cloud-rain-wind", "sun"])).unwrap_err();
    let words: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        words,
        ["app.toml:9:8: there is no icon `cloud-rain`: did you mean `cloud-rain-wind`?"]
    );
    assert!(understand(WHOLE, &around(&["cloud-rain"])).is_ok());
    assert!(understand(WHOLE, &around(&[])).is_ok(), "where nobody draws, nobody knows");
}

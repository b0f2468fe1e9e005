//! Functions of the smaller nouns, with what they refuse. Their examples run in `docs/tests.rs`.

use super::testing::{PATIENCE, Setting, Stage, stop_while};
use crate::permissions::Grants;
use crate::{Event, Level, RunEvent};

fn without_permissions() -> Stage {
    Stage::set(&Setting { permissions: "", ..Setting::default() })
}

#[test]
fn nothing_that_reaches_out_works_without_its_permission() {
    let stage = without_permissions();
    for (script, line) in [
        ("llm::chat(\"hello\")", "llm = true"),
        ("llm::stream(\"hello\")", "llm = true"),
        ("llm::complete(\"hello\")", "llm = true"),
        ("llm::json(\"hello\", #{})", "llm = true"),
        ("llm::embed(\"hello\")", "llm = true"),
        ("llm::count_tokens(\"hello\")", "llm = true"),
        ("models::list()", "llm = true"),
        ("models::current()", "llm = true"),
        ("models::load(\"demo\")", "llm = true"),
        ("documents::collections()", "documents = \"read\""),
        ("documents::search(\"bags\")", "documents = \"read\""),
        ("documents::passages(1)", "documents = \"read\""),
        ("documents::documents(\"Papers\")", "documents = \"read\""),
        ("documents::ask(\"bags\")", "documents = \"read\""),
        ("documents::add(\"Papers\", \"notes.txt\")", "documents = \"write\""),
        ("documents::remove(\"Papers\")", "documents = \"write\""),
        ("clipboard::read()", "clipboard = true"),
        ("clipboard::write(\"a\")", "clipboard = true"),
        ("notify::show(\"a\")", "notifications = true"),
        ("files::read(\"/etc/hostname\")", "files = ["),
        ("files::write(\"notes.txt\", \"a\")", "files = ["),
        ("files::append(\"notes.txt\", \"a\")", "files = ["),
        ("files::exists(\"/etc/hostname\")", "files = ["),
        ("files::list(\"/etc\")", "files = ["),
        ("http::get(\"https://api.example.com/\")", "net = ["),
        ("app::run(\"shout\")", "apps = [\"shout\"]"),
    ] {
        let error = stage.error(script);
        let expected = format!("add `{line}");
        assert!(error.contains(&expected), "{script}: {error}");
    }
}

#[test]
fn a_face_that_can_ask_is_asked_and_waited_for() {
    let stage =
        Stage::set(&Setting { granted: false, asks_permission: true, ..Setting::default() });
    let context = std::sync::Arc::clone(&stage.context);
    let asking = std::thread::spawn(move || context.permit(crate::permissions::Need::Clipboard));
    let Event::PermissionWanted { permission, words, .. } =
        stage.news.recv_timeout(PATIENCE).expect("a question")
    else {
        panic!("another event came first")
    };
    let mut grants = Grants::default();
    grants.set(&permission, Some(true));
    stage.context.rights().decide(grants, serde_json::Map::new());
    asking.join().expect("no panic").expect("granted meanwhile");
    assert!(words.starts_with("Example wants to "), "{words}");
}

#[test]
fn what_the_face_does_not_have_is_said() {
    let stage = Stage::set(&Setting { services: false, ..Setting::default() });
    for (script, words) in [
        ("clipboard::read()", "there is no clipboard here: run the app in the window"),
        ("clipboard::write(\"a\")", "there is no clipboard here"),
        ("notify::show(\"a\")", "notices cannot be shown here"),
        ("files::pick()", "files cannot be picked here"),
        ("documents::collections()", "there are no documents here"),
        ("documents::search(\"a\")", "there are no documents here"),
        ("documents::passages(1)", "there are no documents here"),
        ("documents::documents(\"a\")", "there are no documents here"),
        ("documents::ask(\"a\")", "there are no documents here"),
        ("documents::add(\"Papers\", \"notes.txt\")", "there are no documents here"),
        ("documents::remove(\"Papers\")", "there are no documents here"),
    ] {
        let error = stage.error(script);
        assert!(error.contains(words), "{script}: {error}");
    }
}

#[test]
fn a_notice_says_which_app_shows_it() {
    let stage = Stage::new();
    stage.does("notify::show(\"Tea\", \"is ready\")");
    assert_eq!(*stage.notices.lock().expect("no panic"), ["Example: Tea: is ready"]);
}

#[test]
fn settings_are_told_and_secrets_only_when_asked_for() {
    let stage = Stage::new();
    let run = |script| stage.run(script).expect(script).to_string();
    assert_eq!(run("app::setting(\"token\")"), "s3cret");
    assert_eq!(run("\"token\" in app::settings()"), "false");
    let error = stage.error("app::setting(\"tune\")");
    assert!(error.contains("no setting `tune`: did you mean `tone`?"), "{error}");
}

#[test]
fn a_run_hears_what_the_app_tells_it() {
    let stage = Stage::new();
    stage.does(
        r#"
            app::write("one ");
            app::write(2);
            app::progress(0.5, "half");
            app::progress((), "unknown");
            app::cite(#{ number: 1, title: "Bags", page: 3 });
            app::log("careful", "warning");
            "#,
    );
    let told: Vec<RunEvent> = stage.told.try_iter().collect();
    assert!(matches!(&told[0], RunEvent::Text(text) if text == "one "));
    assert!(matches!(&told[1], RunEvent::Text(text) if text == "2"));
    assert!(
        matches!(&told[2], RunEvent::Progress { fraction: Some(half), text } if *half == 0.5 && text == "half")
    );
    assert!(matches!(&told[3], RunEvent::Progress { fraction: None, .. }));
    assert!(
        matches!(&told[4], RunEvent::Cited(citation) if citation.page == Some(3) && citation.title == "Bags")
    );
    let logged = stage.news.try_iter().find_map(|event| match event {
        Event::Logged { line, .. } => Some(line),
        _ => None,
    });
    assert_eq!(
        logged.map(|line| (line.level, line.text)),
        Some((Level::Warning, "careful".into()))
    );
}

#[test]
fn what_an_app_tells_is_checked() {
    let stage = Stage::new();
    for (script, words) in [
        (
            "app::progress(\"half\", \"a\")",
            "the fraction is a number from 0 to 1 or (), not a string",
        ),
        ("app::cite(#{ nubmer: 1 })", "did you mean `number`?"),
        ("app::cite(#{ number: -1 })", "must be between 0 and"),
        ("app::log(\"a\", \"waring\")", "did you mean `warning`?"),
        ("app::every(\"a\", -1)", "is no time"),
        ("app::every(\"a\", 0.01)", "0.1 seconds"),
        ("app::after(\"a\", \"soon\")", "is no time"),
        ("app::start(|| 1)", "a closure does not outlive the call"),
    ] {
        let error = stage.error(script);
        assert!(error.contains(words), "{script}: {error}");
    }
}

#[test]
fn apps_do_not_call_one_another_in_a_circle() {
    let stage = Stage::new();
    let error = stage.error("app::run(\"example\")");
    assert!(error.contains("in a circle: example → example"), "{error}");
    let error = stage.error("app::run(\"Not an id\")");
    assert!(!error.is_empty());
    let answer = stage.run("app::run(\"shout\", #{ text: \"a\", data: [1] })").expect("an answer");
    assert_eq!(answer.cast::<rhai::Map>()["value"].to_string(), "[1]");
}

#[test]
fn a_function_that_is_started_waits_for_its_turn() {
    let stage = Stage::new();
    stage.does("app::start(\"work\", [1, 2])");
    stage.does("fn work(a) {} app::start(Fn(\"work\").curry(1), [2])");
    let work = ("work".to_owned(), 2);
    assert_eq!(stage.context.started(), [work.clone(), work]);
}

#[test]
fn a_transaction_is_kept_whole_or_not_at_all() {
    let stage = Stage::new();
    let run = |script: &str| stage.run(script).expect(script).to_string();
    let broken = "
        store::set(\"a\", 1);
        transaction {
            store::set(\"a\", 2);
            store::set(\"b\", 2);
            throw \"no\";
        }";
    assert!(stage.error(broken).contains("no"));
    assert_eq!(run("[store::get(\"a\"), store::keys()]"), "[1, [\"a\"]]");
    assert_eq!(
        run("transaction { store::set(\"b\", 3); store::delete(\"a\"); store::keys() }"),
        "[\"b\"]"
    );
    assert_eq!(run("store::keys()"), "[\"b\"]");
    // Leaving a block is no failure.
    run("fn leave() { transaction { store::set(\"c\", 1); return 7; } } leave()");
    run("for i in 0..3 { transaction { store::set(`d${i}`, 1); if i == 1 { break; } } }");
    assert_eq!(run("store::keys()"), "[\"b\", \"c\", \"d0\", \"d1\"]");
    run("transaction { store::clear(); store::set(\"e\", 1); }");
    assert_eq!(run("store::keys()"), "[\"e\"]");
    let nested = "transaction { transaction { } }";
    assert!(stage.error(nested).contains("one cannot stand inside another"));
    // The failed one is over.
    run("transaction { store::set(\"f\", 1); }");
}

#[test]
fn what_is_no_json_is_not_remembered() {
    let stage = Stage::new();
    let error = stage.error("store::set(\"a\", #{ f: || 1 })");
    assert!(error.contains("the value's .f is a function"), "{error}");
    assert!(stage.error("store::set(\"\", 1)").contains("1 to 512 bytes"));
}

#[test]
fn a_sleeping_app_wakes_when_it_is_stopped() {
    let stage = Stage::new();
    stop_while(&stage, "sleep(1e9)", || true);
}

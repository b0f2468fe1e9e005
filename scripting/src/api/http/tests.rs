//! Requests against a server of our own.

use crate::api::testing::{Setting, Stage, stop_while};

fn get(path: &str) -> String {
    format!("http::get(\"https://api.example.com{path}\")")
}

#[test]
fn an_answer_that_is_no_success_is_still_an_answer() {
    let stage = Stage::new();
    let answer = stage.run(&format!("let a = {}; [a.status, a.ok]", get("/missing")));
    assert_eq!(answer.expect("an answer").to_string(), "[404, false]");
}

#[test]
fn text_is_read_in_the_encoding_that_the_server_names() {
    let stage = Stage::new();
    assert_eq!(stage.run(&format!("{}.body", get("/latin"))).expect("text").to_string(), "cé");
    let bytes = stage.run("http::get(\"https://api.example.com/latin\", #{ blob: true }).body.len");
    assert_eq!(bytes.expect("bytes").as_int(), Ok(2));
}

#[test]
fn an_address_that_is_not_granted_is_refused_with_what_would_grant_it() {
    let stage = Stage::new();
    let error = stage.error("http::get(\"https://elsewhere.example/\")");
    assert!(error.contains("app.toml does not ask for this: add `net = "), "{error}");
    assert!(error.contains("https://elsewhere.example"), "{error}");
    let stage = Stage::set(&Setting { granted: false, ..Setting::default() });
    let error = stage.error(&get("/weather"));
    assert!(error.contains("--allow \"net http://127.0.0.1"), "{error}");
}

#[test]
fn a_redirect_is_followed_only_where_the_app_may_go() {
    let stage = Stage::new();
    let there = stage.run(&format!("{}.url", get("/leave?/weather"))).expect("an answer");
    assert_eq!(there.to_string(), format!("{}/weather", stage.address()));
    let error = stage.error(&get("/leave?http://elsewhere.example/"));
    assert!(error.contains("the server redirects to http://elsewhere.example/, and"), "{error}");
    let error = stage.error(&get("/leave?/leave?/leave?/leave?/leave?/leave?/leave?/leave?/leave?/leave?/leave?/leave?/weather"));
    assert!(error.contains("redirects more than 10 times"), "{error}");
}

#[test]
fn a_redirect_repeats_the_request_only_where_it_says_so() {
    let stage = Stage::new();
    let body = |path: &str| {
        let script = format!("http::post(\"https://api.example.com{path}\", \"hello\").body");
        stage.run(&script).expect("an answer").to_string()
    };
    assert_eq!(body("/repeat?/echo"), "hello");
    assert_eq!(body("/leave?/echo"), "");
}

#[test]
fn headers_are_sent_save_those_that_would_mislead() {
    let stage = Stage::new();
    let heads = stage.run(
        "http::get(\"https://api.example.com/heads\", #{ headers: #{ \"X-Tea\": \"green\" } }).body",
    );
    let heads = heads.expect("an answer").to_string().to_lowercase();
    assert!(heads.contains("x-tea: green"), "{heads}");
    assert!(heads.contains("user-agent: satchel/") && heads.contains("(example)"), "{heads}");
    let error =
        stage.error("http::get(\"https://api.example.com/\", #{ headers: #{ host: \"a\" } })");
    assert!(error.contains("is made by Satchel"), "{error}");
}

#[test]
fn what_a_server_was_told_in_confidence_does_not_follow_a_redirect() {
    let permissions = "net = [\"SERVER/*\", \"http://localhost:PORT/*\"]";
    let stage = Stage::set(&Setting { permissions, ..Setting::default() });
    let told = |place: &str| {
        let script = format!(
            "http::get(\"https://api.example.com/leave?{place}\", #{{ headers: #{{
                authorization: \"Bearer secret\", accept: \"text/tea\" }} }}).body"
        );
        stage.run(&script).expect("an answer").to_string()
    };
    assert!(told("/heads").contains("Bearer secret"));
    let elsewhere = told(&format!("http://localhost:{}/heads", stage.server.port()));
    assert!(!elsewhere.contains("secret") && elsewhere.contains("text/tea"), "{elsewhere}");
}

#[test]
fn a_form_and_json_are_sent_as_such() {
    let stage = Stage::new();
    let body = |options: &str| {
        let script = format!(
            "http::request(\"put\", \"https://api.example.com/echo\", #{{ {options} }}).body"
        );
        stage.run(&script).expect("an answer").to_string()
    };
    assert_eq!(body("form: #{ city: \"Bad Tölz\" }"), "city=Bad+T%C3%B6lz");
    assert_eq!(body("json: [1, ()]"), "[1,null]");
    let error = stage.error("http::post(\"https://api.example.com/echo\", 1, #{ body: \"a\" })");
    assert!(error.contains("one content"), "{error}");
}

#[test]
fn an_answer_that_is_too_long_or_too_late_is_given_up() {
    let stage = Stage::new();
    let error = stage.error("http::get(\"https://api.example.com/long\", #{ max_bytes: 1000 })");
    assert!(error.contains("longer than 1000 bytes: raise max_bytes"), "{error}");
    let error = stage.error("http::get(\"https://api.example.com/silent\", #{ timeout: 0.05 })");
    assert!(error.contains("did not answer in time"), "{error}");
    assert_eq!(stage.context.handles().count(), 0);
}

#[test]
fn a_request_ends_when_the_app_is_stopped() {
    let stage = Stage::new();
    let handles = stage.context.handles().clone();
    stop_while(&stage, &get("/silent"), || handles.count() > 0);
    assert_eq!(handles.count(), 0);
}

#[test]
fn options_are_checked_before_anything_is_sent() {
    let stage = Stage::new();
    for (script, words) in [
        ("http::get(\"no address\")", "is no address"),
        ("http::get(\"https://api.example.com/\", #{ timeuot: 1 })", "did you mean `timeout`?"),
        ("http::get(\"https://api.example.com/\", #{ timeout: 0 })", "must be between"),
        ("http::get(\"https://api.example.com/\", #{ blob: 1 })", "must be a bool"),
        ("http::request(\"G T\", \"https://api.example.com/\")", "is no method"),
        ("http::get(\"https://user:word@127.0.0.1/\")", "app.toml does not ask for this"),
    ] {
        let error = stage.error(script);
        assert!(error.contains(words), "{script}: {error}");
    }
}

#[test]
fn a_private_address_needs_a_permission_that_names_it() {
    let any = Setting { permissions: "net = [\"http://*:PORT/*\"]", ..Setting::default() };
    let stage = Stage::set(&any);
    for host in ["localhost", "127.0.0.1"] {
        let error =
            stage.error(&format!("http::get(\"http://{host}:{}/weather\")", stage.server.port()));
        assert!(
            error.contains("app.toml does not ask") || error.contains("private network"),
            "{error}"
        );
    }
}

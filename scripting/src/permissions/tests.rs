//! What a permission reaches, and what no trick makes it reach.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use reqwest::Url;

use super::*;

fn net(pattern: &str) -> NetPattern {
    NetPattern::parse(pattern).unwrap_or_else(|refused| panic!("{refused}"))
}

fn url(text: &str) -> Url {
    Url::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// A pattern, addresses that it means, and others.
type Case = (&'static str, &'static [&'static str], &'static [&'static str]);

const ADDRESSES: &[Case] = &[
    (
        "https://api.example.com/*",
        &["https://api.example.com/", "https://API.example.com:443/a/b?c=d#e"],
        &[
            "http://api.example.com/",
            "https://api.example.com:8443/",
            "https://example.com/",
            "https://api.example.com.evil.org/",
            "https://evil.org/api.example.com/",
            "https://api.example.com@evil.org/",
            "https://user@api.example.com/",
            "https://user:password@api.example.com/",
            "https://xapi.example.com/",
            "https://api.example.com./",
        ],
    ),
    (
        "https://*.example.com/*",
        &["https://a.example.com/", "https://a.b.example.com/x"],
        &["https://example.com/", "https://evilexample.com/", "https://.example.com/"],
    ),
    (
        "https://example.com/v1/*",
        &["https://example.com/v1/", "https://example.com/v1/a/b", "https://example.com/x/../v1/a"],
        &[
            "https://example.com/v1",
            "https://example.com/v2/",
            "https://example.com/v1/../v2/",
            "https://example.com/v1/%2e%2e/v2/",
            "https://example.com/v1/%2e%2e%2fv2/",
            "https://example.com/v1/..\\v2/",
            "https://example.com/v1/..%5cv2/",
        ],
    ),
    (
        "https://example.com/a*c/*.json",
        &["https://example.com/abc/x.json", "https://example.com/ac/.json?q"],
        &["https://example.com/ab/x.json", "https://example.com/abc/x.jsonp"],
    ),
    (
        "https://*/*",
        &["https://example.com/", "https://a.b.c/"],
        &[
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://[::1]/",
            "https://localhost/",
            "https://a.localhost/",
            "https://printer.local/",
        ],
    ),
    (
        "http://127.0.0.1:8080/*",
        &["http://127.0.0.1:8080/x", "http://0x7f000001:8080/"],
        &["http://127.0.0.1/"],
    ),
    (
        "https://münchen.example/*",
        &["https://xn--mnchen-3ya.example/", "https://MÜNCHEN.example/"],
        &["https://munchen.example/"],
    ),
    (
        "https://example.com/exact",
        &["https://example.com/exact?x=1"],
        &["https://example.com/exactly", "https://example.com/"],
    ),
];

#[test]
fn an_address_is_matched_by_scheme_host_port_and_path() {
    for &(pattern, matching, other) in ADDRESSES {
        for address in matching {
            assert!(net(pattern).matches(&url(address)), "{pattern} should match {address}");
        }
        for address in other {
            // Some are no address at all, which is as good.
            let matches = Url::parse(address).is_ok_and(|url| net(pattern).matches(&url));
            assert!(!matches, "{pattern} should not match {address}");
        }
    }
}

#[test]
fn patterns_of_addresses_that_could_be_misread_are_refused() {
    for pattern in [
        "",
        "*",
        "https://",
        "https:///x",
        "https://example.com",
        "ftp://example.com/*",
        "file:///etc/*",
        "https://a@b.com/*",
        "https://user:x@b.com/*",
        "https://exa*mple.com/*",
        "https://*.com/*",
        "https://*.*.com/*",
        "https://*.127.0.0.1/*",
        "https://example.com/*?x=1",
        "https://example.com/*#x",
        "https://example.com/a b",
        "https://example.com\\@evil.org/*",
        "https://example.com:99999/*",
        "HTTPS://example.com/*",
        "javascript:alert(1)",
        "https://*./*",
        "https://**/*",
    ] {
        assert!(NetPattern::parse(pattern).is_err(), "{pattern:?}");
    }
}

#[test]
fn patterns_are_written_as_they_were_read() {
    for pattern in [
        "https://api.example.com/*",
        "https://*.example.com/v1/*",
        "https://*/*",
        "http://localhost:8080/*",
        "https://*:8443/*",
    ] {
        assert_eq!(net(pattern).to_string(), pattern);
    }
    assert_eq!(net("https://EXAMPLE.com:443/*"), net("https://example.com/*"));
    for pattern in ["~/Notes/**", "$APP/data/*.csv", "/var/log/*"] {
        assert_eq!(FilePattern::parse(pattern).unwrap().to_string(), pattern);
    }
    assert_eq!(FilePattern::parse("c:/Notes/**").unwrap().to_string(), "C:/Notes/**");
}

#[test]
fn a_person_is_asked_in_words() {
    let words = |permission: Permission| permission.words("Weather");
    assert_eq!(
        words(Permission::Net(net("https://api.example.com/*"))),
        "Weather wants to reach api.example.com"
    );
    assert_eq!(
        words(Permission::Net(net("http://*.example.com:81/x/*"))),
        "Weather wants to reach any address under example.com:81/x/* (not encrypted)"
    );
    assert_eq!(
        words(Permission::Net(net("https://*/*"))),
        "Weather wants to reach any address on the internet"
    );
    let files = |pattern, access| Permission::Files {
        pattern: FilePattern::parse(pattern).unwrap(),
        access,
    };
    assert_eq!(
        words(files("~/Notes/**", Access::Write)),
        "Weather wants to read and change all files in ~/Notes"
    );
    assert_eq!(words(files("~/*.md", Access::Read)), "Weather wants to read files like ~/*.md");
    assert_eq!(
        words(files("/**", Access::Write)),
        "Weather wants to read and change all files in /"
    );
    assert_eq!(words(Permission::Llm), "Weather wants to use the models on this computer");
}

/// A person's folder, an app's and Satchel's, each with files in them.
struct Disk {
    _folder: tempfile::TempDir,
    roots: Roots,
}

impl Disk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().canonicalize().unwrap();
        let roots = Roots {
            home: Some(at.join("home")),
            data: at.join("home/data"),
            app: at.join("home/data/apps/a"),
        };
        for path in ["home/Notes/deep", "home/data/apps/a", "other"] {
            fs::create_dir_all(at.join(path)).unwrap();
        }
        Self { _folder: folder, roots }
    }

    fn matches(&self, pattern: &str, path: &str) -> bool {
        let path = self.roots.home.as_ref().unwrap().join(path);
        FilePattern::parse(pattern).unwrap().matches(&path, &self.roots)
    }
}

#[test]
fn a_file_is_matched_below_its_root() {
    let disk = Disk::new();
    for (pattern, path, expected) in [
        ("~/Notes/**", "Notes/a.md", true),
        ("~/Notes/**", "Notes/deep/a.md", true),
        ("~/Notes/*", "Notes/deep/a.md", false),
        ("~/Notes/*.md", "Notes/a.md", true),
        ("~/Notes/*.md", "Notes/a.txt", false),
        ("~/Notes/**", "Notes2/a.md", false),
        ("~/Notes/a.md", "Notes/a.md", true),
        ("~/Notes/a.md", "Notes/a.md/b", false),
        ("~/Notes/**", "Notes/../secret", false),
        ("~/**/*.md", "Notes/deep/a.md", true),
        ("~/{Notes,Books}/*", "Notes/a.md", true),
        ("~/{Notes,Books}/*", "Other/a.md", false),
        // Satchel's own folder is out of reach, save the app's within it.
        ("~/**", "data/apps.toml", false),
        ("~/**", "data/apps/a/x", false),
        ("$APP/**", "data/apps/a/x", true),
        ("$APP/**", "data/apps/b/x", false),
        ("$APP/**", "Notes/a.md", false),
        ("/**", "data/conversations.db", false),
        ("/**", "Notes/a.md", true),
    ] {
        assert_eq!(disk.matches(pattern, path), expected, "{pattern} and {path}");
    }
    let relative = FilePattern::parse("/**").unwrap();
    assert!(!relative.matches(Path::new("Notes/a.md"), &disk.roots));
}

#[cfg(unix)]
#[test]
fn a_folder_before_the_first_wildcard_may_be_a_link() {
    let disk = Disk::new();
    let home = disk.roots.home.clone().unwrap();
    std::os::unix::fs::symlink(home.join("Notes"), home.join("Link")).unwrap();
    assert!(disk.matches("~/Link/**", "Notes/a.md"));
}

#[test]
fn patterns_of_files_that_could_be_misread_are_refused() {
    for pattern in [
        "", "Notes/**", "~", "~/", "/", "../x", "~/../x", "~/./x", "~//x", "~/a\\b", "$HOME/x",
        "~/[", "x:y",
    ] {
        assert!(FilePattern::parse(pattern).is_err(), "{pattern:?}");
    }
}

#[test]
fn nothing_is_granted_that_was_not_asked_for_and_answered() {
    let roots = Roots::default();
    let asked = [Permission::Llm, Permission::Net(net("https://example.com/*"))];
    let (inside, outside) = (url("https://example.com/a"), url("https://example.org/a"));
    let mut grants = Grants::default();
    assert_eq!(grants.unasked(&asked).len(), 2);
    assert_eq!(grants.verdict(&asked, Need::Llm, &roots), Verdict::Unasked(Permission::Llm));
    grants.set("llm", Some(true));
    assert_eq!(grants.verdict(&asked, Need::Llm, &roots), Verdict::Granted);
    grants.set(&asked[1].key(), Some(false));
    let refused = grants.verdict(&asked, Need::Net(&inside), &roots);
    assert_eq!(refused, Verdict::Refused(asked[1].clone()));
    assert!(refused.to_string().contains("--allow \"net https://example.com/*\""), "{refused}");
    let stranger = grants.verdict(&asked, Need::Net(&outside), &roots);
    assert!(stranger.to_string().contains("add `net = [\"https://example.org/*\"]`"), "{stranger}");
    // What was granted once and is no longer asked for is of no use.
    grants.set("clipboard", Some(true));
    assert!(matches!(
        grants.verdict(&asked, Need::Clipboard, &roots),
        Verdict::NotInManifest { .. }
    ));
}

#[test]
fn to_write_includes_to_read_and_not_the_other_way_round() {
    let roots = Roots::default();
    for (given, wanted, granted) in [
        (Access::Write, Access::Read, true),
        (Access::Write, Access::Write, true),
        (Access::Read, Access::Read, true),
        (Access::Read, Access::Write, false),
    ] {
        let asked = [Permission::Documents(given)];
        let verdict = Grants::to_all(&asked).verdict(&asked, Need::Documents(wanted), &roots);
        assert_eq!(verdict == Verdict::Granted, granted, "{given:?} {wanted:?}");
    }
}

#[test]
fn what_an_update_adds_is_asked_again() {
    let before = [Permission::Documents(Access::Read)];
    let after = [Permission::Documents(Access::Write), Permission::Llm];
    let grants = Grants::to_all(&before);
    assert!(grants.unasked(&before).is_empty());
    assert_eq!(grants.unasked(&after).len(), 2);
}

proptest! {
    #[test]
    fn no_text_brings_the_patterns_down(text in "\\PC*", address in "\\PC*") {
        let pattern = NetPattern::parse(&text);
        if let (Ok(pattern), Ok(address)) = (&pattern, Url::parse(&address)) {
            // Whatever it says, it says something.
            let _ = pattern.matches(&address);
        }
        if let Ok(pattern) = FilePattern::parse(&text) {
            let _ = pattern.matches(Path::new(&address), &Roots::default());
        }
    }

    /// However an address is written, a host that is not the granted one is not reached.
    #[test]
    fn only_the_granted_host_is_ever_reached(
        before in "[a-z0-9.@:/\\\\%#?-]{0,10}", after in "[a-z0-9.@:/\\\\%#?-]{0,10}",
    ) {
        let pattern = net("https://api.example.com/*");
        let url = Url::parse(&format!("https://{before}api.example.com{after}"));
        if let Some(url) = url.ok().filter(|url| pattern.matches(url)) {
            prop_assert_eq!(url.host_str(), Some("api.example.com"));
            prop_assert_eq!(url.username(), "");
            prop_assert_eq!(url.port(), None);
        }
    }

    /// What is read from a pattern's own words is the same pattern.
    #[test]
    fn patterns_survive_being_written(
        host in "(\\*\\.)?[a-z]{1,8}\\.[a-z]{2,5}(:[1-9][0-9]{0,3})?", path in "/[a-z*/.]{0,12}",
    ) {
        if let Ok(pattern) = NetPattern::parse(&format!("https://{host}{path}")) {
            prop_assert_eq!(NetPattern::parse(&pattern.to_string()), Ok(pattern));
        }
    }

    #[test]
    fn no_path_with_a_step_upwards_is_matched(parts in prop::collection::vec("[a-z.]{1,4}", 1..6), at in 0..6_usize) {
        let mut parts = parts;
        parts.insert(at.min(parts.len()), "..".to_owned());
        let path = format!("/{}", parts.join("/"));
        prop_assert!(!FilePattern::parse("/**").unwrap().matches(Path::new(&path), &Roots::default()));
    }
}

#[test]
fn the_words_of_a_refusal_lead_back_to_the_permission() {
    let permission = Permission::Net(net("https://example.com/*"));
    let words = format!("main.rhai:3:5: {}", Verdict::Unasked(permission.clone()));
    assert_eq!(refused_in(&words), Some(permission.key().as_str()));
    assert_eq!(refused_in("main.rhai:3:5: there is no variable `x`"), None);
}

//! The real window on a virtual display, from its first start on, driven by the keyboard.
//!
//! With `SATCHEL_SCREENSHOTS` set to a folder (`make screenshots`), pictures of every page are left
//! there.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test may give up")]

mod desktop;
mod program;

use std::path::{Path, PathBuf};
use std::time::Duration;

use desktop::{Display, Window};
use engine::conversations::{MessageState, Store, StoredMessage};
use program::{Program, until, until_or_never};

/// All messages that are kept, oldest first.
fn kept(program: &Program) -> Vec<StoredMessage> {
    // Beside the window, as the command line may.
    let Ok(store) = Store::open(&program.data().join("conversations.db")) else {
        return Vec::new();
    };
    let list = store.list().unwrap_or_default();
    list.into_iter().flat_map(|one| store.messages(one.id).unwrap_or_default()).collect()
}

fn answer(program: &Program, state: MessageState) -> StoredMessage {
    until("the answer is kept", || {
        kept(program).into_iter().find(|message| {
            message.role == engine::Role::Assistant
                && message.state == state
                && !message.content.is_empty()
        })
    })
}

/// Where a picture goes, by its name.
fn picture(name: &str) -> PathBuf {
    let folder = std::env::var_os("SATCHEL_SCREENSHOTS")
        .map_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pictures"), PathBuf::from);
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(format!("{name}.png"))
}

/// A folder of documents, one of which cannot be read.
fn documents(program: &Program) -> PathBuf {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/documents");
    let folder = program.folder.path().join("papers");
    std::fs::create_dir(&folder).unwrap();
    for name in ["letter.pdf", "pages.pdf", "sheets.xlsx", "slides.odp", "locked.pdf"] {
        std::fs::copy(fixtures.join(name), folder.join(name)).unwrap();
    }
    folder
}

/// Asks the documents something that stands in one of them.
fn ask_documents(window: &Window<'_>, program: &Program) {
    let answers = || {
        let is_right = |one: &StoredMessage| one.content.contains("1872 by the engineer Ada Quill");
        kept(program)
            .into_iter()
            .filter(|one| one.state == MessageState::Complete && is_right(one))
            .count()
    };
    let before = answers();
    until("the documents answer", || {
        window.press("ctrl+n");
        // Letters that come before the message field has the keyboard would go elsewhere: what is left of
        // an earlier attempt is written over.
        window.settle();
        window.press("ctrl+a");
        window.type_text("/documents Who built the lighthouse, and when?");
        window.press("Return");
        until_or_never(Duration::from_secs(10), || (answers() > before).then_some(()))
    });
}

/// Loads a model and asks it something.
fn ask(window: &Window<'_>, program: &Program, model: &str, text: &str) {
    window.choose(&format!("Load {model}"));
    // The message field has the focus once the model is there; until then typing goes nowhere.
    until("the question is kept", || {
        window.type_text(text);
        window.press("Return");
        std::thread::sleep(std::time::Duration::from_millis(1000));
        kept(program).iter().any(|message| message.content.contains(text)).then_some(())
    });
}

#[test]
fn from_the_first_start_to_a_streamed_answer_and_every_page() {
    let (program, display) = (Program::new(), Display::start());
    std::fs::create_dir_all(program.data()).unwrap();
    std::fs::write(program.data().join("settings.toml"), "[window]\ntheme = \"light\"\n").unwrap();
    let documents = documents(&program);
    let added = program.run(&["documents", "add", "Papers", documents.to_str().unwrap()]);
    assert_eq!(added.code, Some(1), "one of them is locked: {}", added.errors);
    let mut window = Window::open(&program, &display);
    let mut names = vec!["first-start".to_owned()];
    window.picture(&picture("first-start"));
    ask(&window, &program, "Satchel Starter", "Who are you?");
    let answer = answer(&program, MessageState::Complete);
    assert!(answer.finish.is_some_and(|finish| finish.usage.generated_tokens > 1));
    for theme in ["", "-dark"] {
        let mut take = |page: &str| {
            names.push(format!("{page}{theme}"));
            window.picture(&picture(&format!("{page}{theme}")));
        };
        take("chat");
        for (page, keys) in [
            ("settings", "ctrl+comma"),
            ("models", "ctrl+shift+m"),
            ("apps", "ctrl+shift+a"),
            ("shortcuts", "ctrl+slash"),
            ("palette", "ctrl+k"),
        ] {
            window.press(keys);
            take(page);
            window.press("Escape");
        }
        window.press("ctrl+shift+d");
        take("documents");
        window.choose("Papers");
        take("collection");
        // Back to all collections, which the page would not show the next time.
        window.press("Escape");
        window.settle();
        ask_documents(&window, &program);
        window.choose("Source 1");
        take("citation");
        window.press("Escape");
        window.settle();
        window.choose("Scratchpad");
        take("panel");
        window.choose("Read the script of Scratchpad");
        take("editor");
        // Keys that come within one frame count once.
        for keys in ["ctrl+w", "Escape", "Escape"] {
            window.press(keys);
            window.settle();
        }
        window.press("ctrl+shift+l");
    }

    // Different pages look different; a blank or frozen window would not.
    let pictures: Vec<_> = names.iter().map(|name| std::fs::read(picture(name)).unwrap()).collect();
    for (at, one) in pictures.iter().enumerate() {
        assert!(!pictures[..at].contains(one), "{} shows what another one shows", names[at]);
    }

    window.process.signal("TERM");
    assert!(window.process.wait().success());
    assert!(kept(&program).iter().all(|message| message.state == MessageState::Complete));
}

/// The demonstration model, so hot that it seldom ends its turn.
const TALKATIVE: &str = "[window]\nmodel = \"demo\"\n\
    [models.demo]\ntemperature = 5.0\ntop_k = 0\ntop_p = 1.0\nmin_p = 0.0\nseed = 1\n\
    context_length = 8192\n";

/// A window in which an answer is being written, some of which is on the disk already.
fn in_mid_answer<'a>(program: &Program, display: &'a Display) -> Window<'a> {
    std::fs::create_dir_all(program.data()).unwrap();
    std::fs::write(program.data().join("settings.toml"), TALKATIVE).unwrap();
    let window = Window::open(program, display);
    until("an answer has begun", || {
        window.type_text("Tell a long story");
        window.press("Return");
        until_or_never(Duration::from_secs(3), || {
            kept(program).into_iter().find(|message| {
                message.state == MessageState::Streaming && !message.content.is_empty()
            })
        })
    });
    window
}

#[test]
fn an_answer_that_was_killed_is_there_at_the_next_start_and_marked() {
    let (program, display) = (Program::new(), Display::start());
    let mut window = in_mid_answer(&program, &display);
    window.process.signal("KILL");
    window.process.wait();
    drop(window);
    let window = Window::open(&program, &display);
    let interrupted = answer(&program, MessageState::Interrupted);
    // Showing it changes nothing of it.
    window.choose("Tell a long story");
    assert!(kept(&program).contains(&interrupted));
}

#[test]
fn a_terminated_window_keeps_its_answer_and_ends_without_an_error() {
    let (program, display) = (Program::new(), Display::start());
    for signal in ["TERM", "INT", "HUP"] {
        let mut window = in_mid_answer(&program, &display);
        window.process.signal(signal);
        assert!(window.process.wait().success(), "ended by SIG{signal}");
        let messages = kept(&program);
        assert!(messages.iter().all(|message| message.state != MessageState::Streaming));
        let last = messages.last().unwrap();
        assert_eq!(last.state, MessageState::Interrupted);
        assert!(!last.content.is_empty());
    }
}

#[test]
fn the_window_is_as_large_as_it_was_last() {
    let (program, display) = (Program::new(), Display::start());
    {
        let mut window = Window::open(&program, &display);
        window.resize(1010, 710);
        window.settle();
        window.process.signal("TERM");
        assert!(window.process.wait().success());
    }
    let window = Window::open(&program, &display);
    assert_eq!(window.size(), (1010, 710));
}

#[test]
fn a_start_that_fails_says_why_in_a_window() {
    let (program, display) = (Program::new(), Display::start());
    std::fs::write(program.data(), "in the way").unwrap();
    let mut window = Window::open(&program, &display);
    window.picture(&picture("cannot-start"));
    window.press("Escape");
    assert_eq!(window.process.wait().code(), Some(1));
    assert_eq!(std::fs::read_to_string(program.data()).unwrap(), "in the way");
}

//! The widgets and the transcript, used by name and by keyboard as a person or a screen reader
//! uses them.

#![cfg(feature = "window")]

#[path = "widgets/bench.rs"]
mod bench;
#[path = "pictures/conversation.rs"]
mod conversation;

use bench::bench;
use egui::accesskit::Role;
use egui::{Key, Modifiers, Ui, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use satchel::look::{self, Icon};
use satchel::transcript::{MessageKey, Transcript, TranscriptAction};

fn harness<'a, S: 'a>(state: S, contents: impl FnMut(&mut Ui, &mut S) + 'a) -> Harness<'a, S> {
    bench(Vec2::new(820.0, 760.0), state, contents)
}

#[test]
fn a_button_is_pressed_with_the_keyboard() {
    let mut harness = harness(0, |ui, presses| {
        *presses += i32::from(look::icon_button(ui, Icon::Copy, "Copy").clicked());
        *presses += 10 * i32::from(look::primary_button(ui, "Send").clicked());
    });
    harness.get_by_label("Copy").focus();
    harness.run_ok();
    harness.key_press(Key::Enter);
    harness.run_ok();
    harness.key_press(Key::Tab);
    harness.run_ok();
    harness.key_press(Key::Space);
    harness.run_ok();
    assert_eq!(*harness.state(), 11);
}

#[test]
fn a_disabled_button_does_nothing() {
    let mut harness = harness(0, |ui, presses| {
        ui.add_enabled_ui(false, |ui| {
            *presses += i32::from(look::button(ui, "Send").clicked());
        });
    });
    harness.get_by_label("Send").click();
    harness.run_ok();
    assert_eq!(*harness.state(), 0);
}

#[test]
fn a_switch_and_its_label_are_one() {
    let mut harness = harness(false, |ui, on| {
        look::switch(ui, "Flash attention", on);
    });
    harness.get_by_label("Flash attention").click();
    harness.run_ok();
    assert!(*harness.state());
    harness.get_by_label("Flash attention").focus();
    harness.run_ok();
    harness.key_press(Key::Space);
    harness.run_ok();
    assert!(!*harness.state());
}

#[test]
fn arrow_keys_choose_another_tab() {
    let mut harness = harness(0_u8, |ui, chosen| {
        look::tabs(ui, "Panel", chosen, &[(0, "Conversation"), (1, "Model")]);
    });
    harness.get_by_label("Conversation").focus();
    harness.run_ok();
    harness.key_press(Key::ArrowRight);
    harness.run_ok();
    assert_eq!(*harness.state(), 1);
}

#[test]
fn a_count_stops_at_its_ends() {
    let mut harness = harness(15_u32, |ui, threads| {
        look::count_field(ui, "Threads", threads, 1..=16);
    });
    for _ in 0..3 {
        harness.get_by_label("More: Threads").click();
        harness.run_ok();
    }
    assert_eq!(*harness.state(), 16);
    harness.get_by_label("Less: Threads").click();
    harness.run_ok();
    assert_eq!(*harness.state(), 15);
}

/// A number between 0 and 5 in steps of 0.05, and how often the slider said that it changed.
fn slider<'a>(number: f64) -> Harness<'a, (f64, usize)> {
    harness((number, 0), |ui, (number, changes)| {
        let slider = look::Slider::new("Temperature", number, 0.0..=5.0).step(0.05);
        *changes += usize::from(ui.add(slider).changed());
    })
}

#[test]
fn a_slider_that_is_only_looked_at_leaves_its_number_alone() {
    for number in [0.72, 0.123_456, 5.0] {
        let mut harness = slider(number);
        // The keyboard goes through the number and the rail, and out again.
        for _ in 0..3 {
            harness.key_press(Key::Tab);
            harness.run_ok();
        }
        assert_eq!(*harness.state(), (number, 0));
    }
}

#[test]
fn a_typed_number_is_kept_as_it_was_typed() {
    let mut harness = slider(0.8);
    harness.get_by_role_and_label(Role::SpinButton, "Temperature").focus();
    harness.run_ok();
    for key in [Key::ArrowUp, Key::ArrowUp] {
        harness.key_press(key);
        harness.run_ok();
    }
    assert_eq!(harness.state().0, 0.9);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.event(egui::Event::Text("0.87".to_owned()));
    harness.run_ok();
    harness.key_press(Key::Enter);
    harness.run_ok();
    assert_eq!(harness.state().0, 0.87);
}

#[test]
fn a_step_of_a_slider_is_a_number_without_noise() {
    let mut harness = slider(0.65);
    harness.get_by_role_and_label(Role::Slider, "Temperature").focus();
    harness.run_ok();
    harness.key_press(Key::ArrowRight);
    harness.run_ok();
    assert_eq!(*harness.state(), (0.7, 1));
}

#[test]
fn a_search_is_typed_and_emptied() {
    let mut harness = harness(String::new(), |ui, text| {
        look::search_field(ui, "Search", text);
    });
    harness.get_by_label("Search").focus();
    harness.run_ok();
    harness.get_by_label("Search").type_text("lease");
    harness.run_ok();
    assert_eq!(harness.state(), "lease");
    harness.get_by_label("Clear search").click();
    harness.run_ok();
    assert_eq!(harness.state(), "");
}

#[test]
fn a_field_that_takes_the_keyboard_moves_nothing_below_it() {
    let mut harness = harness([const { String::new() }; 3], |ui, texts: &mut [String; 3]| {
        let [line, lines, search] = texts;
        look::text_field(ui, "Line", line, "");
        look::long_text_field(ui, "Lines", lines, "", 2);
        look::search_field(ui, "Search", search);
        look::label(ui, "Below");
    });
    let before = harness.get_by_label("Below").rect();
    for field in ["Line", "Lines", "Search"] {
        let is_field = |node: &egui_kittest::Node<'_>| node.rect().height() > 20.0;
        harness.query_all_by_label(field).find(is_field).expect("a field").focus();
        harness.run_ok();
        assert_eq!(harness.get_by_label("Below").rect(), before, "{field}");
    }
}

/// What a transcript was asked for.
#[derive(Default)]
struct Asked {
    transcript: Transcript,
    actions: Vec<TranscriptAction>,
}

fn transcript<'a>(source: conversation::Fixed) -> Harness<'a, Asked> {
    harness(Asked::default(), move |ui, asked| {
        asked.transcript.transcript_ui(ui, &source, None, &mut asked.actions);
    })
}

#[test]
fn an_answer_is_copied_regenerated_and_exchanged_for_another_version() {
    let mut harness = transcript(conversation::lease());
    for name in ["Copy answer", "Regenerate answer", "Earlier version", "Later version"] {
        harness.get_by_label(name).click();
        harness.run_ok();
    }
    let key = MessageKey(2);
    assert_eq!(
        harness.state().actions,
        [
            TranscriptAction::Copy(key),
            TranscriptAction::Regenerate(key),
            TranscriptAction::Branch { key, step: -1 },
            TranscriptAction::Branch { key, step: 1 },
        ]
    );
}

#[test]
fn a_question_is_edited_in_its_place() {
    let mut harness = transcript(conversation::lease());
    harness.get_by_label("Edit message").click();
    harness.run_ok();
    assert!(harness.state().transcript.is_editing());
    harness.get_by_label("Edit message").type_text(" Please.");
    harness.run_ok();
    harness.get_by_label("Send again").click();
    harness.run_ok();
    assert!(!harness.state().transcript.is_editing());
    let [TranscriptAction::Edit { key: MessageKey(1), text }] = &harness.state().actions[..] else {
        panic!("{:?}", harness.state().actions);
    };
    assert!(text.contains("Please."), "{text}");
}

#[test]
fn thoughts_are_folded_until_somebody_wants_them() {
    let mut harness = transcript(conversation::lease());
    assert!(harness.query_by_label("Hm.").is_none());
    harness.get_by_label("Thought for 12 s").click();
    harness.run_ok();
    assert!(harness.query_by_label("Hm.").is_some());
}

#[test]
fn what_went_wrong_can_be_tried_again_and_what_was_stopped_continued() {
    let mut harness = transcript(conversation::states());
    harness.get_by_label("Try again").click();
    harness.run_ok();
    harness.get_all_by_label("Continue").next().expect("a stopped answer").click();
    harness.run_ok();
    assert_eq!(
        harness.state().actions,
        [TranscriptAction::Retry(MessageKey(8)), TranscriptAction::Continue(MessageKey(6))]
    );
}

#[test]
fn the_code_of_a_block_is_copied_alone() {
    let mut harness = transcript(conversation::lease());
    harness.get_by_label("Copy code").click();
    harness.step();
    let copied =
        harness.output().platform_output.commands.iter().find_map(|command| match command {
            egui::OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        });
    let copied = copied.expect("code was copied");
    assert!(copied.starts_with("let rent = 9_500;"), "{copied}");
    assert!(copied.ends_with("// 39700"), "{copied}");
}

/// Clicks a link and returns what was opened.
fn opened(source: conversation::Fixed, link: &str) -> Option<String> {
    let mut harness = transcript(source);
    harness.get_by_role_and_label(egui::accesskit::Role::Link, link).click();
    harness.step();
    harness.output().platform_output.commands.iter().find_map(|command| match command {
        egui::OutputCommand::OpenUrl(open) => Some(open.url.clone()),
        _ => None,
    })
}

#[test]
fn a_link_to_a_page_is_opened_and_one_to_a_file_is_not() {
    let page = opened(conversation::lease(), "clause 14");
    assert_eq!(page.as_deref(), Some("https://example.org/14"));
    assert_eq!(opened(conversation::kinds_of_text(), "a file"), None);
}

//! Tests of the whole transcript, without a window.

use egui::{
    CentralPanel, Context, Event, Modifiers, MouseWheelUnit, PointerButton, Pos2, RawInput, Rect,
    Vec2, pos2, vec2,
};

use super::*;

/// Messages that tests change.
struct Messages {
    revision: u64,
    all: Vec<(MessageKey, Speaker, String, u64)>,
    running: bool,
}

impl Messages {
    fn new(count: usize) -> Self {
        let all = (0..count)
            .map(|index| {
                let speaker = if index % 2 == 0 { Speaker::User } else { Speaker::Assistant };
                (MessageKey(index as i64), speaker, text(index), 1)
            })
            .collect();
        Self { revision: 1, all, running: false }
    }

    fn grow(&mut self, more: &str) {
        let last = self.all.last_mut().expect("there is a message");
        last.2.push_str(more);
        last.3 += 1;
    }
}

/// Text whose length differs a lot from message to message.
fn text(index: usize) -> String {
    let words = "word ".repeat(5 + index * 7919 % 150);
    match index % 6 {
        1 => format!("## Heading {index}\n\n{words}\n\n- one\n- two\n- three"),
        3 => format!("{words}\n\n```rust\nfn a() {{}}\nfn b() {{}}\n```\n\n{words}"),
        5 => format!("{words}\n\n| a | b |\n|---|---|\n| 1 | 2 |"),
        _ => format!("Message {index}: {words}"),
    }
}

impl TranscriptSource for Messages {
    fn revision(&self) -> u64 {
        self.revision
    }

    fn len(&self) -> usize {
        self.all.len()
    }

    fn message(&self, index: usize) -> TranscriptMessage<'_> {
        let (key, speaker, text, version) = &self.all[index];
        let last = index + 1 == self.all.len();
        TranscriptMessage {
            key: *key,
            version: *version,
            speaker: *speaker,
            text,
            reasoning: None,
            model: "Model",
            progress: if last && self.running { Progress::Writing } else { Progress::Complete },
            branch: (1, 1),
            finish: None,
            dropped_messages: 0,
            sources: None,
            is_broken_app: false,
            begins_anew: false,
            refused: None,
        }
    }
}

/// A window of which only the layout is made.
struct Screen {
    context: Context,
    time: f64,
    size: Vec2,
    transcript: Transcript,
    actions: Vec<TranscriptAction>,
    copied: Option<String>,
}

impl Screen {
    fn new() -> Self {
        let context = Context::default();
        crate::look::install(&context);
        Self {
            context,
            time: 0.0,
            size: vec2(900.0, 700.0),
            transcript: Transcript::default(),
            actions: Vec::new(),
            copied: None,
        }
    }

    fn frame(&mut self, messages: &Messages, events: Vec<Event>) {
        self.frame_with(messages, None, events);
    }

    fn frame_with(&mut self, messages: &Messages, find: Option<FindView<'_>>, events: Vec<Event>) {
        self.time += 1.0 / 60.0;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, self.size)),
            time: Some(self.time),
            predicted_dt: 1.0 / 60.0,
            events,
            ..RawInput::default()
        };
        let (transcript, actions) = (&mut self.transcript, &mut self.actions);
        let mut output = self.context.run_ui(input, |ui| {
            CentralPanel::default().show(ui, |ui| {
                transcript.transcript_ui(ui, messages, find, actions);
            });
        });
        output.textures_delta.clear();
        for command in output.platform_output.commands {
            if let egui::OutputCommand::CopyText(text) = command {
                self.copied = Some(text);
            }
        }
    }

    fn settle(&mut self, messages: &Messages) {
        for _ in 0..30 {
            self.frame(messages, vec![Event::PointerMoved(pos2(450.0, 350.0))]);
        }
    }

    fn tops(&self) -> Vec<(usize, f64)> {
        self.transcript.list.drawn.clone()
    }

    fn top_of(&self, row: usize) -> Option<f64> {
        self.tops().into_iter().find(|(drawn, _)| *drawn == row).map(|(_, top)| top)
    }

    fn last_row(&self) -> usize {
        self.tops().last().expect("rows are drawn").0
    }
}

fn wheel(points: f32) -> Event {
    Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta: vec2(0.0, points),
        phase: egui::TouchPhase::Move,
        modifiers: Modifiers::NONE,
        source: egui::MouseWheelSource::Trackpad,
    }
}

fn press(place: Pos2, pressed: bool) -> Event {
    Event::PointerButton {
        pos: place,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    }
}

/// Scrolls and returns how far the rows moved in all; fails if rows move apart or backwards.
fn scroll(screen: &mut Screen, messages: &Messages, step: f32, steps: usize) -> f64 {
    let mut moved = 0.0;
    let mut before = screen.tops();
    for frame in 0..steps + 90 {
        let events = if frame < steps { vec![wheel(step)] } else { Vec::new() };
        screen.frame(messages, events);
        let now = screen.tops();
        let moves: Vec<f64> = now
            .iter()
            .filter_map(|(row, top)| {
                before.iter().find(|(old, _)| old == row).map(|(_, old)| top - old)
            })
            .collect();
        let first = *moves.first().expect("some row stays visible");
        for each in &moves {
            assert!((each - first).abs() < 0.01, "rows moved apart: {moves:?}");
        }
        assert!(first * f64::from(step) >= -0.01, "moved backwards by {first}");
        moved += first;
        before = now;
    }
    moved
}

#[test]
fn what_is_seen_moves_exactly_as_the_wheel_does() {
    let messages = Messages::new(2_000);
    let mut screen = Screen::new();
    screen.settle(&messages);
    let up = scroll(&mut screen, &messages, 40.0, 200);
    assert!((up - 8_000.0).abs() < 1.0, "up from the end: {up}");
    screen.transcript.jump_to(MessageKey(1_000));
    screen.settle(&messages);
    let up = scroll(&mut screen, &messages, 40.0, 200);
    assert!((up - 8_000.0).abs() < 1.0, "up from the middle: {up}");
    screen.transcript.jump_to(MessageKey(500));
    screen.settle(&messages);
    let down = scroll(&mut screen, &messages, -40.0, 200);
    assert!((down + 8_000.0).abs() < 1.0, "down from the middle: {down}");
}

#[test]
fn it_opens_at_the_end_and_follows_a_growing_answer() {
    let mut messages = Messages::new(300);
    messages.running = true;
    let mut screen = Screen::new();
    screen.settle(&messages);
    assert_eq!(screen.last_row(), 299);
    for piece in 0..80 {
        messages.grow(&format!("More of it, piece {piece}.\n\n"));
        screen.frame(&messages, Vec::new());
        assert!(screen.transcript.list.below() < 1.0, "the end is in view");
        assert_eq!(screen.last_row(), 299);
    }
}

#[test]
fn somebody_who_scrolled_up_is_not_disturbed_by_a_growing_answer() {
    let mut messages = Messages::new(300);
    messages.running = true;
    let mut screen = Screen::new();
    screen.settle(&messages);
    scroll(&mut screen, &messages, 50.0, 20);
    let before = screen.tops();
    for _ in 0..40 {
        messages.grow("More of it.\n\n");
        screen.frame(&messages, Vec::new());
    }
    assert_eq!(screen.tops()[0], before[0]);
    screen.transcript.jump_to_end();
    screen.frame(&messages, Vec::new());
    assert!(screen.transcript.list.below() < 1.0);
}

#[test]
fn a_message_that_is_jumped_to_stands_at_the_top() {
    let messages = Messages::new(1_000);
    let mut screen = Screen::new();
    screen.settle(&messages);
    for row in [700, 3, 0, 450] {
        screen.transcript.jump_to(MessageKey(row));
        screen.settle(&messages);
        let top = screen.top_of(row as usize).expect("the row is drawn");
        assert!((0.0..60.0).contains(&top), "row {row} at {top}");
    }
}

#[test]
fn a_new_width_keeps_the_place() {
    let messages = Messages::new(1_000);
    let mut screen = Screen::new();
    screen.transcript.jump_to(MessageKey(501));
    screen.settle(&messages);
    for width in [500.0, 820.0, 640.0, 900.0] {
        screen.size.x = width;
        screen.settle(&messages);
        let top = screen.top_of(501).expect("the row is still drawn");
        assert!((-1.0..60.0).contains(&top), "at {top} with {width}");
    }
}

#[test]
fn another_branch_keeps_what_is_above_it() {
    let mut messages = Messages::new(50);
    let mut screen = Screen::new();
    screen.transcript.jump_to(MessageKey(20));
    screen.settle(&messages);
    let before = screen.top_of(20);
    messages.all.truncate(30);
    messages.revision += 1;
    screen.settle(&messages);
    assert_eq!(screen.top_of(20), before);
    messages.all.truncate(2);
    messages.revision += 1;
    screen.settle(&messages);
    assert_eq!(screen.last_row(), 1);
    messages.all.clear();
    messages.revision += 1;
    screen.settle(&messages);
    assert!(screen.tops().is_empty());
}

#[test]
fn page_keys_scroll_by_pages() {
    let messages = Messages::new(200);
    let mut screen = Screen::new();
    screen.settle(&messages);
    let key = |pressed| Event::Key {
        key: egui::Key::PageUp,
        physical_key: None,
        pressed,
        repeat: false,
        modifiers: Modifiers::NONE,
    };
    for _ in 0..3 {
        screen.frame(&messages, vec![key(true)]);
        screen.frame(&messages, vec![key(false)]);
    }
    let below = screen.transcript.list.below();
    assert!(below > 1_200.0, "{below}");
}

#[test]
fn a_selection_over_several_messages_is_copied_from_their_sources() {
    let mut messages = Messages::new(3);
    messages.all[0].2 = "First question".to_owned();
    messages.all[1].2 = "An **answer** with\n\n- one\n- two".to_owned();
    messages.all[2].2 = "Second question".to_owned();
    let mut screen = Screen::new();
    screen.settle(&messages);
    // From the middle of the first bubble to below the last one.
    let (begin, to) = (pos2(740.0, 50.0), pos2(880.0, 690.0));
    screen.frame(&messages, vec![Event::PointerMoved(begin)]);
    screen.frame(&messages, vec![Event::PointerMoved(begin), press(begin, true)]);
    for step in 1..=10 {
        let place = begin + (to - begin) * (step as f32 / 10.0);
        screen.frame(&messages, vec![Event::PointerMoved(place)]);
    }
    screen.frame(&messages, vec![press(to, false)]);
    screen.frame(&messages, vec![Event::Copy]);
    let copied = screen.copied.expect("something was copied");
    assert!(copied.contains("An **answer** with\n\n- one\n- two"), "{copied:?}");
    assert!(copied.ends_with("Second question"), "{copied:?}");
}

#[test]
fn the_current_match_is_brought_into_view() {
    let mut messages = Messages::new(400);
    messages.all[37].2 = format!("{}\n\nHere is the NEEDLE.", "Long text.\n\n".repeat(120));
    let mut screen = Screen::new();
    screen.settle(&messages);
    let find = FindView { query: "needle", current: Some((37, 0)) };
    for _ in 0..10 {
        screen.frame_with(&messages, Some(find), Vec::new());
    }
    let top = screen.top_of(37).expect("the message is drawn");
    assert!(top < -1_000.0, "scrolled to the end of the long message: {top}");
}

#[test]
fn hostile_messages_are_drawn() {
    let mut messages = Messages::new(8);
    messages.all[1].2 = format!("{}deep", "> ".repeat(10_000));
    messages.all[3].2 = "- ".repeat(10_000);
    messages.all[5].2 = "x".repeat(10_000_000);
    messages.all[7].2 = format!("|{}\n|{}\n", "a|".repeat(3_000), "-|".repeat(3_000));
    messages.all[6].2 = "\u{202e}\u{0}\t👩‍💻".repeat(1_000);
    let mut screen = Screen::new();
    screen.settle(&messages);
    for key in 0..8 {
        screen.transcript.jump_to(MessageKey(key));
        screen.frame(&messages, Vec::new());
        screen.frame(&messages, Vec::new());
    }
}

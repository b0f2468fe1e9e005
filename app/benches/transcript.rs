//! What a frame of the conversation costs: layout and tessellation, without a window.
//!
//! Each row of the table is one thing that happens in conversations of 100, 1,000 and 10,000
//! messages; the columns should be alike. `cargo bench -p satchel --bench transcript [FILTER]`

#![expect(clippy::print_stdout, clippy::expect_used, reason = "a benchmark prints, or gives up")]

mod frames;

use std::time::{Duration, Instant};

use egui::{
    CentralPanel, Context, Event, Modifiers, MouseWheelSource, MouseWheelUnit, Pos2, RawInput,
    Rect, TouchPhase, Vec2, pos2, vec2,
};
use satchel::look;
use satchel::transcript::{
    MessageKey, Progress, Speaker, Transcript, TranscriptMessage, TranscriptSource,
};

/// Bytes that arrive per frame at 100 tokens a second, 4.2 bytes a token and 60 frames a second.
const BYTES_PER_FRAME: usize = 7;

struct Conversation {
    messages: Vec<(Speaker, String)>,
    version: u64,
    running: bool,
}

impl Conversation {
    fn new(length: usize) -> Self {
        let messages = (0..length)
            .map(|index| {
                let speaker = if index % 2 == 0 { Speaker::User } else { Speaker::Assistant };
                (speaker, message(index))
            })
            .collect();
        Self { messages, version: 1, running: false }
    }
}

impl TranscriptSource for Conversation {
    fn revision(&self) -> u64 {
        1
    }

    fn len(&self) -> usize {
        self.messages.len()
    }

    fn message(&self, index: usize) -> TranscriptMessage<'_> {
        let (speaker, text) = &self.messages[index];
        let last = index + 1 == self.messages.len();
        TranscriptMessage {
            key: MessageKey(index as i64),
            version: if last { self.version } else { 1 },
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

/// A message of about 150 words, every other one with headings, lists, code or a table; always
/// the same for the same index.
fn message(index: usize) -> String {
    const WORDS: [&str; 12] = [
        "retrieval",
        "model",
        "context",
        "token",
        "passage",
        "embedding",
        "document",
        "window",
        "sampling",
        "memory",
        "vector",
        "citation",
    ];
    let mut chance = (index as u64).wrapping_mul(6_364_136_223_846_793_005) | 1;
    let mut next = move || {
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        chance as usize
    };
    let mut sentence = |count: usize| {
        let words: Vec<String> = (0..count)
            .map(|_| {
                let word = WORDS[next() % WORDS.len()];
                match next() % 14 {
                    0 => format!("**{word}**"),
                    1 => format!("`{word}`"),
                    2 => format!("*{word}*"),
                    3 => format!("[{word}](https://example.org/{word})"),
                    _ => word.to_owned(),
                }
            })
            .collect();
        format!("{}.", words.join(" "))
    };
    if index.is_multiple_of(2) {
        return format!("Message {index}: {}\n\n{}", sentence(60 + index % 40), sentence(50));
    }
    let middle = if index % 4 == 1 {
        "```rust\nfn cut(text: &str, size: usize) -> Vec<&str> {\n    let mut parts = Vec::new();\n    let mut start = 0;\n    while start < text.len() {\n        let end = (start + size).min(text.len());\n        parts.push(&text[start..end]); // bytes\n        start = end;\n    }\n    parts\n}\n```"
    } else {
        "| Model | Size | tok/s |\n|---|---|--:|\n| small | 0.5 GB | 41 |\n| medium | 4.1 GB | 12 |"
    };
    format!(
        "## Heading {index}\n\n{} {}\n\n- {}\n- {}\n- {}\n- {}\n\n{middle}\n\n{}",
        sentence(25),
        sentence(20),
        sentence(9),
        sentence(9),
        sentence(9),
        sentence(9),
        sentence(44),
    )
}

struct Screen {
    context: Context,
    time: f64,
    size: Vec2,
    transcript: Transcript,
}

impl Screen {
    fn new(conversation: &Conversation) -> Self {
        let context = Context::default();
        look::install(&context);
        let transcript = Transcript::default();
        let mut screen = Self { context, time: 0.0, size: vec2(1_280.0, 800.0), transcript };
        for _ in 0..20 {
            screen.frame(conversation, None);
        }
        screen
    }

    fn frame(&mut self, conversation: &Conversation, event: Option<Event>) -> Duration {
        self.time += 1.0 / 60.0;
        let mut events = vec![Event::PointerMoved(pos2(640.0, 400.0))];
        events.extend(event);
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, self.size)),
            time: Some(self.time),
            predicted_dt: 1.0 / 60.0,
            events,
            ..RawInput::default()
        };
        let transcript = &mut self.transcript;
        let begun = Instant::now();
        let mut output = self.context.run_ui(input, |ui| {
            CentralPanel::default().show(ui, |ui| {
                transcript.transcript_ui(ui, conversation, None, &mut Vec::new());
            });
        });
        output.textures_delta.clear();
        let shapes = std::mem::take(&mut output.shapes);
        let drawn = self.context.tessellate(shapes, output.pixels_per_point);
        let took = begun.elapsed();
        assert!(!drawn.is_empty(), "something is drawn");
        took
    }
}

fn wheel(points: f32) -> Event {
    Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta: vec2(0.0, points),
        phase: TouchPhase::Move,
        modifiers: Modifiers::NONE,
        source: MouseWheelSource::Trackpad,
    }
}

fn idle(length: usize) -> Vec<Duration> {
    let conversation = Conversation::new(length);
    let mut screen = Screen::new(&conversation);
    (0..300).map(|_| screen.frame(&conversation, None)).collect()
}

fn scroll(length: usize) -> Vec<Duration> {
    let conversation = Conversation::new(length);
    let mut screen = Screen::new(&conversation);
    (0..300).map(|_| screen.frame(&conversation, Some(wheel(60.0)))).collect()
}

fn stream(length: usize) -> Vec<Duration> {
    let mut conversation = Conversation::new(length);
    conversation.messages.push((Speaker::Assistant, String::new()));
    conversation.running = true;
    let whole: String = (0..12).map(|index| message(index * 2 + 1) + "\n\n").collect();
    let mut screen = Screen::new(&conversation);
    let mut frames = Vec::new();
    let mut shown = 0;
    while shown < whole.len() {
        let end = whole.floor_char_boundary((shown + BYTES_PER_FRAME).min(whole.len()));
        let last = conversation.messages.last_mut().expect("the answer is there");
        last.1.push_str(&whole[shown..end]);
        shown = end;
        conversation.version += 1;
        frames.push(screen.frame(&conversation, None));
    }
    frames
}

fn resize(length: usize) -> Vec<Duration> {
    let conversation = Conversation::new(length);
    let mut screen = Screen::new(&conversation);
    (0..60)
        .map(|step| {
            screen.size.x = 600.0 + (step % 12) as f32 * 10.0;
            screen.frame(&conversation, None)
        })
        .collect()
}

fn jump(length: usize) -> Vec<Duration> {
    let conversation = Conversation::new(length);
    let mut screen = Screen::new(&conversation);
    (0..100)
        .map(|step| {
            screen.transcript.jump_to(MessageKey((step * 7_919 % length) as i64));
            screen.frame(&conversation, None)
        })
        .collect()
}

fn main() {
    frames::print(
        "a conversation",
        &[
            ("Idle at the end", idle),
            ("Wheel, 60 points a frame", scroll),
            ("Answer streams at 100 tokens/s", stream),
            ("Width changes every frame", resize),
            ("Jump to a message not seen before", jump),
        ],
    );
}

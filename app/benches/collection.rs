//! What a frame of a collection's documents costs: layout and tessellation, without a window.
//!
//! Each row of the table is one thing that happens to lists of 100, 1,000 and 10,000 documents; the
//! columns should be alike. `cargo bench -p satchel --bench collection [FILTER]`

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

mod frames;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use egui::{
    CentralPanel, Context, Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, Pos2, RawInput,
    Rect, TouchPhase, Vec2, pos2, vec2,
};
use engine::documents::extract::Refusal;
use engine::documents::store::{CollectionId, Document, DocumentId, DocumentState};
use satchel::document_list::{Listed, list_ui};
use satchel::look;

/// While files are read, what there is is looked at again after so many frames.
const REFRESH: usize = 30;

/// A document of the kinds that a folder of papers has; every 50th could not be read.
fn document(place: usize, is_read: bool) -> Document {
    let refused = DocumentState::Refused(Refusal::Encrypted);
    let state = match (place.is_multiple_of(50), is_read) {
        (true, _) => refused,
        (false, true) => DocumentState::Ready,
        (false, false) => DocumentState::Waiting,
    };
    let titled = place.is_multiple_of(3);
    Document {
        id: DocumentId(place as i64),
        collection: CollectionId(1),
        path: PathBuf::from(format!("/home/ada/papers/{:03}/report-{place:05}.pdf", place / 100)),
        title: if titled { format!("Report {place} on the harbour") } else { String::new() },
        language: None,
        state,
        size: 10_000 + (place as u64 * 7_919) % 5_000_000,
        pages: 1 + (place as u64) % 300,
        missing_pages: if place.is_multiple_of(40) { vec![3, 4] } else { Vec::new() },
        characters: 1_000,
        chunks: u64::from(is_read),
        indexed: None,
    }
}

struct Screen {
    context: Context,
    time: f64,
}

impl Screen {
    fn new(documents: &[Document]) -> Self {
        let context = Context::default();
        look::install(&context);
        let mut screen = Self { context, time: 0.0 };
        for _ in 0..20 {
            screen.frame(documents, None, None);
        }
        screen
    }

    fn frame(
        &mut self,
        documents: &[Document],
        reading: Option<&Document>,
        event: Option<Event>,
    ) -> Duration {
        self.time += 1.0 / 60.0;
        let mut events = vec![Event::PointerMoved(pos2(640.0, 400.0))];
        events.extend(event);
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, Vec2::new(1_280.0, 800.0))),
            time: Some(self.time),
            predicted_dt: 1.0 / 60.0,
            events,
            ..RawInput::default()
        };
        let reading = reading.map(|document| document.path.as_path());
        let listed = Listed { documents, reading, can_remove: true, ..Listed::default() };
        let begun = Instant::now();
        let mut output = self.context.run_ui(input, |ui| {
            CentralPanel::default().show(ui, |ui| list_ui(ui, &listed));
        });
        output.textures_delta.clear();
        let shapes = std::mem::take(&mut output.shapes);
        let drawn = self.context.tessellate(shapes, output.pixels_per_point);
        let took = begun.elapsed();
        assert!(!drawn.is_empty(), "something is drawn");
        took
    }
}

fn all_read(length: usize) -> Vec<Document> {
    (0..length).map(|place| document(place, true)).collect()
}

fn idle(length: usize) -> Vec<Duration> {
    let documents = all_read(length);
    let mut screen = Screen::new(&documents);
    (0..300).map(|_| screen.frame(&documents, None, None)).collect()
}

fn scroll(length: usize) -> Vec<Duration> {
    let documents = all_read(length);
    let mut screen = Screen::new(&documents);
    let wheel = Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta: vec2(0.0, -60.0),
        phase: TouchPhase::Move,
        modifiers: Modifiers::NONE,
        source: MouseWheelSource::Trackpad,
    };
    (0..300).map(|_| screen.frame(&documents, None, Some(wheel.clone()))).collect()
}

/// The first document is reached with Tab, then every frame leads a page on.
fn keys(length: usize) -> Vec<Duration> {
    let documents = all_read(length);
    let mut screen = Screen::new(&documents);
    let press = |key| Event::Key {
        key,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: Modifiers::NONE,
    };
    for _ in 0..4 {
        screen.frame(&documents, None, Some(press(Key::Tab)));
    }
    (0..100).map(|_| screen.frame(&documents, None, Some(press(Key::PageDown)))).collect()
}

/// A file is done in every frame, and the list is another one from time to time.
fn reading(length: usize) -> Vec<Duration> {
    let mut documents: Vec<Document> = (0..length).map(|place| document(place, false)).collect();
    let mut screen = Screen::new(&documents);
    let mut frames = Vec::new();
    for done in 0..300 {
        if done % REFRESH == 0 {
            // The thread that draws gets a list that is there, and lets nothing go.
            documents = (0..length).map(|place| document(place, place < done)).collect();
        }
        let reading = document(done % length, false);
        frames.push(screen.frame(&documents, Some(&reading), None));
    }
    frames
}

fn main() {
    frames::print(
        "a list of documents",
        &[
            ("Idle at the beginning", idle),
            ("Wheel, 60 points a frame", scroll),
            ("Page down in every frame", keys),
            ("A file is read in every frame", reading),
        ],
    );
}

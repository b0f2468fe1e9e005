//! The figures of inference: what is asked, and what is read off the clock.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use engine::{Message, Role};

use super::load::Load;
use super::report::median;
use super::subject::{Ask, Subject};

/// One row of the table.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) more_is_better: bool,
    /// How many times better than the peer it must be; `None` for the price of another row's figure.
    pub(crate) bar: Option<f64>,
}

/// Something to do, and the rows that come of it, in their order.
pub(crate) struct Measurement {
    pub(crate) rows: Vec<Row>,
    pub(crate) take: fn(&dyn Subject, &Prompts) -> anyhow::Result<Vec<f64>>,
}

/// All of them, in the order of the table.
pub(crate) fn measurements_table() -> Vec<Measurement> {
    let speed = |name| Row { name, unit: "tokens/s", more_is_better: true, bar: Some(1.0) };
    let wait = |name| Row { name, unit: "ms", more_is_better: false, bar: Some(1.0) };
    vec![
        Measurement { rows: vec![speed("Reading a prompt of 512 tokens")], take: prompt_speed },
        Measurement {
            rows: vec![speed("One answer")],
            take: |subject, prompts| together(subject, prompts, 1),
        },
        Measurement {
            rows: vec![speed("4 answers together")],
            take: |subject, prompts| together(subject, prompts, 4),
        },
        Measurement {
            rows: vec![speed("8 answers together")],
            take: |subject, prompts| together(subject, prompts, 8),
        },
        Measurement {
            rows: vec![
                wait("First token, first turn of 1,600 tokens"),
                wait("First token, second turn"),
            ],
            take: two_turns,
        },
        Measurement {
            rows: vec![
                Row {
                    bar: Some(3.0),
                    ..wait("Stall of a running answer while a newcomer's 1,600 tokens are read")
                },
                Row { bar: None, ..wait("First token of that newcomer") },
            ],
            take: newcomer,
        },
        Measurement {
            rows: vec![Row {
                bar: Some(3.0),
                ..speed("One answer while another program keeps all cores busy")
            }],
            take: busy,
        },
    ]
}

/// Makes prompts of a wanted length, no two of which begin alike.
pub(crate) struct Prompts {
    words_per_token: f64,
    made: std::sync::atomic::AtomicU64,
}

impl Prompts {
    /// Finds out how many tokens a word has.
    pub(crate) fn calibrate(subject: &dyn Subject) -> anyhow::Result<Self> {
        let prompts = Self { words_per_token: 1.0, made: 0.into() };
        let words = 500;
        let answer = subject.ask(&prompts.ask(words, 1), &mut |_| {})?;
        Ok(Self { words_per_token: f64::from(words) / f64::from(answer.prompt_tokens), ..prompts })
    }

    /// A question of about `tokens` tokens.
    fn ask(&self, tokens: u32, max_tokens: u32) -> Ask {
        let number = self.made.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let count = (f64::from(tokens) * self.words_per_token) as u64;
        let words = (0..count).map(|at| WORDS[(at * at + at * 7 + number) as usize % WORDS.len()]);
        // The number comes first, so that nothing of another prompt can be used again.
        let text = format!("{number} {}", words.collect::<Vec<_>>().join(" "));
        Ask { messages: vec![Message::new(Role::User, text)], max_tokens }
    }
}

const WORDS: [&str; 31] = [
    "river", "stone", "window", "letter", "garden", "engine", "morning", "paper", "silver",
    "market", "bridge", "number", "forest", "candle", "winter", "harbour", "answer", "copper",
    "island", "journey", "kettle", "lantern", "meadow", "needle", "orchard", "pebble", "quarry",
    "ribbon", "shadow", "timber", "valley",
];

/// The middle of three, as one takes so short a time that a neighbour's work can be all over it.
fn prompt_speed(subject: &dyn Subject, prompts: &Prompts) -> anyhow::Result<Vec<f64>> {
    let mut speeds = [0.0; 3];
    for speed in &mut speeds {
        let answer = subject.ask(&prompts.ask(512, 1), &mut |_| {})?;
        *speed = f64::from(answer.prompt_tokens) / answer.first_token().as_secs_f64();
    }
    Ok(vec![median(&speeds)])
}

/// Tokens per second of `count` answers, all together.
fn together(subject: &dyn Subject, prompts: &Prompts, count: usize) -> anyhow::Result<Vec<f64>> {
    let begun = Instant::now();
    let answers = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..count)
            .map(|_| scope.spawn(|| subject.ask(&prompts.ask(32, 128), &mut |_| {})))
            .collect();
        asking.into_iter().map(|one| one.join().expect("no panic")).collect::<Result<Vec<_>, _>>()
    })?;
    if let [answer] = answers.as_slice() {
        return Ok(vec![answer.decode_speed()]);
    }
    let tokens: u32 = answers.iter().map(|answer| answer.generated_tokens).sum();
    Ok(vec![f64::from(tokens) / begun.elapsed().as_secs_f64()])
}

fn two_turns(subject: &dyn Subject, prompts: &Prompts) -> anyhow::Result<Vec<f64>> {
    let mut ask = prompts.ask(1600, 64);
    let first = subject.ask(&ask, &mut |_| {})?;
    ask.messages.push(Message::new(Role::Assistant, first.text.clone()));
    ask.messages.push(Message::new(Role::User, "And what came after that, in a few words?"));
    let second = subject.ask(&ask, &mut |_| {})?;
    Ok([first, second].map(|turn| millis(turn.first_token())).to_vec())
}

/// An answer that runs, and one whose long prompt comes in between.
fn newcomer(subject: &dyn Subject, prompts: &Prompts) -> anyhow::Result<Vec<f64>> {
    let (sender, under_way) = mpsc::channel();
    let (running, newcomer) = std::thread::scope(|scope| {
        let running = scope.spawn(move || {
            subject.ask(&prompts.ask(32, 400), &mut |pieces| {
                if pieces == 20 {
                    sender.send(()).ok();
                }
            })
        });
        // If the sender is gone, the answer failed, and joining it says why.
        under_way.recv().ok();
        let newcomer = subject.ask(&prompts.ask(1600, 1), &mut |_| {});
        let running = running.join().expect("no panic")?;
        newcomer.map(|newcomer| (running, newcomer))
    })?;
    let arrived = newcomer.asked + newcomer.first_token();
    let silence = running.longest_silence(newcomer.asked, arrived);
    Ok(vec![millis(silence), millis(newcomer.first_token())])
}

fn busy(subject: &dyn Subject, prompts: &Prompts) -> anyhow::Result<Vec<f64>> {
    let _load = Load::on_every_core()?;
    Ok(vec![subject.ask(&prompts.ask(32, 64), &mut |_| {})?.decode_speed()])
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

//! The figures of Satchel in one table: `make bench`, and beside llama.cpp's own server
//! `make bench-peer`.
//!
//! ```text
//! shape.rs (a model) ─▶ subject.rs, peer.rs (who answers) ─▶ inference.rs, embedding.rs ─┐
//!                                   window.rs (the real program) ────────────────────────┴▶ report.rs
//! ```

#![expect(clippy::expect_used, reason = "a benchmark that cannot go on should say so and end")]
#![expect(clippy::print_stdout, reason = "the table is the result")]

mod embedding;
mod inference;
mod load;
mod peer;
mod report;
mod shape;
mod subject;
mod window;

use std::path::{Path, PathBuf};

use anyhow::ensure;
use clap::Parser;
use inference::{Measurement, Prompts};
use peer::Peer;
use report::{Report, Taken};
use shape::Weights;
use subject::{Satchel, Subject};

/// Measures the engine and the window.
#[derive(Parser)]
struct Arguments {
    /// The program whose window is measured; without it only the engine is
    #[arg(long)]
    satchel: Option<PathBuf>,
    /// A llama-server to measure beside Satchel's engine
    #[arg(long)]
    peer: Option<PathBuf>,
    /// An embedding model whose speed is measured, too
    #[arg(long)]
    embedder: Option<PathBuf>,
    /// How often each figure is taken; the table shows the middle one. Beside the server it should be
    /// even, so that each of the two goes first as often as the other
    #[arg(long, default_value_t = 4)]
    rounds: usize,
    /// Only the figures of inference whose names contain this, and nothing else
    #[arg(long)]
    only: Option<String>,
    /// Write the tables here, too
    #[arg(long)]
    keep: Option<PathBuf>,
    /// What `cargo bench` says to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> anyhow::Result<()> {
    if std::env::args().nth(1).as_deref() == Some(load::BURN) {
        load::burn();
    }
    let arguments = Arguments::parse();
    let mut report = Report::begin(arguments.rounds);
    for (name, weights) in [("Q4_0", Weights::Q4_0), ("Q8_0", Weights::Q8_0)] {
        let model = model(name, weights)?;
        let taken = measure_engine(&model, &arguments)?;
        report.inference(name, &taken);
    }
    let is_whole = arguments.only.is_none();
    if let Some(embedder) = arguments.embedder.as_ref().filter(|_| is_whole) {
        let taken = embedding::measure(embedder, arguments.peer.as_deref(), arguments.rounds)?;
        report.embedding(&taken);
    }
    if let Some(satchel) = arguments.satchel.as_ref().filter(|_| is_whole) {
        let display = window::Display::start()?;
        let starts: anyhow::Result<Vec<_>> =
            (0..arguments.rounds).map(|_| window::start(satchel, &display)).collect();
        report.window(&starts?);
    }
    println!("{}", report.text());
    if let Some(path) = &arguments.keep {
        std::fs::write(path, report.text())?;
        println!("kept in {}", path.display());
    }
    Ok(())
}

/// The model of these weights, made on the first run.
fn model(name: &str, weights: Weights) -> anyhow::Result<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    std::fs::create_dir_all(folder)?;
    let path = folder.join(format!("shape-0.5b-{name}.gguf"));
    if !path.exists() {
        eprintln!("making {}", path.display());
        shape::write(&path, weights)?;
    }
    Ok(path)
}

/// Takes every figure of every subject in turns, so that a change of the machine's mood meets both.
/// Each round loads the model anew: where its weights come to lie in memory makes a difference of some
/// per cent, which is luck.
fn measure_engine(model: &Path, arguments: &Arguments) -> anyhow::Result<Vec<Taken>> {
    let is_wanted = |name: &str| arguments.only.as_ref().is_none_or(|part| name.contains(part));
    let mut measurements = inference::measurements_table();
    measurements.retain(|measurement| measurement.rows.iter().any(|row| is_wanted(row.name)));
    ensure!(!measurements.is_empty(), "no figure is called so");
    let count = 1 + usize::from(arguments.peer.is_some());
    let all_rows = measurements.iter().flat_map(|measurement| &measurement.rows);
    let mut taken: Vec<_> = all_rows.map(|row| Taken::new(*row, count)).collect();
    for round in 0..arguments.rounds {
        let satchel = Satchel::load(model)?;
        let peer = match &arguments.peer {
            Some(binary) => Some(Peer::start(binary, model, satchel.threads)?),
            None => None,
        };
        let mut subjects: Vec<(usize, &dyn Subject)> = vec![(0, &satchel)];
        subjects.extend(peer.as_ref().map(|peer| (1, peer as &dyn Subject)));
        subjects.rotate_left(round % count);
        take_round(&measurements, &subjects, &mut taken)?;
    }
    Ok(taken)
}

/// Takes each figure once, of one subject after the other.
fn take_round(
    measurements: &[Measurement],
    subjects: &[(usize, &dyn Subject)],
    taken: &mut [Taken],
) -> anyhow::Result<()> {
    let prompts = Prompts::calibrate(subjects[0].1)?;
    // Whoever has just been loaded has yet to touch all of the weights, which is no figure of the engine.
    for (_, subject) in subjects {
        (measurements[0].take)(*subject, &prompts)?;
    }
    let mut rows = taken.iter_mut();
    for measurement in measurements {
        let mut rows: Vec<_> = rows.by_ref().take(measurement.rows.len()).collect();
        for (at, subject) in subjects {
            let values = (measurement.take)(*subject, &prompts)?;
            eprintln!("{:<16} {values:?} {}", subject.name(), measurement.rows[0].name);
            for (row, value) in rows.iter_mut().zip(values) {
                row.values[*at].push(value);
            }
        }
    }
    Ok(())
}

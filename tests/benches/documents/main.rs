//! What search and reader find in public collections of questions, in one table.
//!
//! `cargo bench --workspace --bench documents -- --satchel PATH [--data FOLDER] [--embedder GGUF] [--reranker GGUF]
//! [--scale CHUNKS] [--python PATH --model FOLDER]`
//!
//! The collections are not part of the project. They lie in a folder `retrieval` below `--data`, which
//! is `../shared/data` beside the project if nothing is said; what is missing there is left out, and
//! said so.

#![expect(clippy::print_stdout, reason = "the table is what a benchmark is for")]

mod extraction;
mod library;
mod pipeline;
mod reader;
mod scale;
mod score;
mod sets;

use std::path::{Path, PathBuf};

use clap::Parser;
use engine::documents::search::Mode;
use library::Library;
use score::Scores;
use sets::Set;

#[derive(Parser)]
struct Arguments {
    /// The program that reads the files
    #[arg(long)]
    satchel: PathBuf,
    /// The folder that holds `retrieval`
    #[arg(long, default_value = "../../shared/data")]
    data: PathBuf,
    /// An embedding model; without one, only words are measured
    #[arg(long)]
    embedder: Option<PathBuf>,
    /// A reranker; without one, the rows `reranked` are left out
    #[arg(long)]
    reranker: Option<PathBuf>,
    /// Questions of each set, at most
    #[arg(long, default_value_t = 1_000_000)]
    questions: usize,
    /// Only sets whose names hold this
    #[arg(long)]
    only: Option<String>,
    /// Make and search a library of so many chunks, too
    #[arg(long)]
    scale: Option<usize>,
    /// Measure beside a pipeline in Python, too: an interpreter that has its packages
    #[arg(long, requires_all = ["model", "embedder"])]
    python: Option<PathBuf>,
    /// The same embedding model as that pipeline wants it
    #[arg(long)]
    model: Option<PathBuf>,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    if let Some(chunks) = arguments.scale {
        scale::measure(chunks, &arguments.satchel)?;
    }
    let folder = arguments.data.join("retrieval");
    let folder = if folder.is_dir() { folder } else { beside_the_project().join("retrieval") };
    if !folder.is_dir() {
        println!("nothing is measured: there is no folder {}", folder.display());
        return Ok(());
    }
    let files = folder.with_file_name("docs");
    if arguments.only.is_none() && files.is_dir() {
        extraction::measure(&files, &arguments.satchel)?;
    }
    let engine = library::engine(arguments.embedder.as_deref())?;
    println!("| set | by | nDCG@10 | R@1 | hit@5 | hit@10 | MRR@10 | weight |");
    println!("|---|---|---|---|---|---|---|---|");
    for set in sets::all(&folder)? {
        if arguments.only.as_ref().is_some_and(|only| !set.name.contains(only)) {
            continue;
        }
        measure(&set, &arguments, engine.as_ref())?;
    }
    if let (Some(python), Some(model), Some(engine)) =
        (&arguments.python, &arguments.model, &engine)
    {
        let peer = pipeline::Peer { python: python.clone(), model: model.clone(), pdfs: files };
        for set in sets::all(&folder)?.iter().filter(|set| set.name == "Cranfield") {
            pipeline::measure(&peer, set, &arguments.satchel, engine)?;
        }
    }
    if arguments.reranker.is_none() {
        println!("nothing is reranked without --reranker GGUF");
    }
    reader::measure(&folder)
}

fn beside_the_project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data")
}

fn measure(
    set: &Set,
    arguments: &Arguments,
    engine: Option<&engine::Engine>,
) -> anyhow::Result<()> {
    let mut library = Library::fill(set, &arguments.satchel, engine)?;
    let modes: &[(&str, Mode)] = match engine {
        Some(_) => &[("words", Mode::Words), ("meaning", Mode::Meaning), ("both", Mode::Hybrid)],
        None => &[("words", Mode::Words)],
    };
    for (name, mode) in modes {
        row(set, arguments, &mut library, name, *mode)?;
    }
    let Some(reranker) = &arguments.reranker else { return Ok(()) };
    library.rerank_with(reranker)?;
    row(set, arguments, &mut library, "reranked", Mode::Hybrid)
}

/// One row of the table.
fn row(
    set: &Set,
    arguments: &Arguments,
    library: &mut Library,
    name: &str,
    mode: Mode,
) -> anyhow::Result<()> {
    let mut scores = Scores::default();
    let mut weight = None;
    for question in set.questions.iter().take(arguments.questions) {
        let found = library.search(&question.text, mode)?;
        if let Some(failure) = found.reranking.and_then(|reranking| reranking.failure) {
            anyhow::bail!(failure);
        }
        weight = found.meaning_weight;
        scores.add(&question.grades(set, &found.passages), question.wanted.len());
    }
    let weight = weight.map_or("–".to_owned(), |weight| format!("{weight:.2}"));
    println!("| {} | {name} | {scores} | {weight} |", set.name);
    Ok(())
}

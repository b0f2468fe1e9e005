//! Satchel beside a plain pipeline in Python, `pipeline.py`, over the same files in the same run.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, bail};
use engine::Engine;
use engine::documents::extract::Piece;
use engine::documents::reading::Reader;
use engine::documents::search::Mode;
use serde::Deserialize;

use crate::library::Library;
use crate::score::Scores;
use crate::sets::Set;

/// What the pipeline in Python needs.
pub(crate) struct Peer {
    /// An interpreter that has its packages.
    pub(crate) python: PathBuf,
    /// The folder of its embedding model.
    pub(crate) model: PathBuf,
    /// Real PDFs.
    pub(crate) pdfs: PathBuf,
}

/// What it printed.
#[derive(Deserialize)]
struct Measured {
    pages: usize,
    pdf_seconds: f64,
    index_seconds: f64,
    vector_seconds: f64,
    search_seconds: f64,
    found: Vec<Vec<String>>,
}

/// Prints a table of both over one set.
pub(crate) fn measure(
    peer: &Peer,
    set: &Set,
    satchel: &Path,
    engine: &Engine,
) -> anyhow::Result<()> {
    let theirs = peer.run(set)?;
    let (pages, pdf_seconds) = read_pdfs(satchel, &peer.pdfs)?;
    let without = Library::fill(set, satchel, None)?;
    let mut ours = Library::fill(set, satchel, Some(engine))?;
    let vector_seconds = (ours.taken - without.taken).as_secs_f64();
    let began = Instant::now();
    let mut scores = Scores::default();
    for question in &set.questions {
        let found = ours.search(&question.text, Mode::Hybrid)?;
        scores.add(&question.grades(set, &found.passages), question.wanted.len());
    }
    let search_seconds = began.elapsed().as_secs_f64() / set.questions.len() as f64;
    let mut their_scores = Scores::default();
    for (question, found) in set.questions.iter().zip(&theirs.found) {
        their_scores.add(&question.grades_of_files(found), question.wanted.len());
    }
    println!(
        "\n| Beside pypdf, rank_bm25 and sentence-transformers | Satchel | Python | times better |"
    );
    println!("|---|--:|--:|--:|");
    let pages_a_second = (pages as f64 / pdf_seconds, theirs.pages as f64 / theirs.pdf_seconds);
    row("Pages of PDFs read", "pages/s", pages_a_second, true);
    let texts = set.texts.len() as f64;
    let index_seconds = without.taken.as_secs_f64();
    let index = (texts / index_seconds, texts / theirs.index_seconds);
    row(&format!("{}, files indexed by words", set.name), "files/s", index, true);
    let vectors = (texts / vector_seconds, texts / theirs.vector_seconds);
    row("and by meaning", "files/s", vectors, true);
    let search = (search_seconds * 1e3, theirs.search_seconds * 1e3);
    row("A question, by both", "ms", search, false);
    row("nDCG@10 of both", "", (scores.ndcg(), their_scores.ndcg()), true);
    println!();
    Ok(())
}

fn row(what: &str, unit: &str, (ours, theirs): (f64, f64), is_more_better: bool) {
    let ratio = if is_more_better { ours / theirs } else { theirs / ours };
    println!("| {what} | {ours:.3} {unit} | {theirs:.3} {unit} | {ratio:.2} |");
}

impl Peer {
    fn run(&self, set: &Set) -> anyhow::Result<Measured> {
        let texts = tempfile::tempdir()?;
        for (name, text) in &set.texts {
            std::fs::write(texts.path().join(name), text)?;
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/documents/pipeline.py");
        let mut child = Command::new(&self.python)
            .arg(script)
            .args([&self.pdfs, &texts.path().to_owned(), &self.model])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} does not start", self.python.display()))?;
        let questions: Vec<&str> = set.questions.iter().map(|asked| asked.text.as_str()).collect();
        let mut input = child.stdin.take().context("it has no standard input")?;
        input.write_all(&serde_json::to_vec(&questions)?)?;
        drop(input);
        let ended = child.wait_with_output()?;
        if !ended.status.success() {
            bail!("the pipeline in Python ended with {}", ended.status);
        }
        Ok(serde_json::from_slice(&ended.stdout)?)
    }
}

/// Pages of the PDFs of a folder, and the seconds that reading them takes. Damaged ones are passed over.
fn read_pdfs(satchel: &Path, folder: &Path) -> anyhow::Result<(usize, f64)> {
    let reader = Reader::new(satchel.to_owned(), vec!["__extract".into()]);
    let began = Instant::now();
    let mut pages = 0;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "pdf") {
            let pieces = reader.read(&path)?.map_while(Result::ok);
            pages += pieces.filter(|piece| matches!(piece, Piece::Page(_))).count();
        }
    }
    Ok((pages, began.elapsed().as_secs_f64()))
}

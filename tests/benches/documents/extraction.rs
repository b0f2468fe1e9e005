//! What is read of real files, many of them damaged, and how much of the words of PDFs that is, beside
//! poppler's `pdftotext`.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use engine::documents::extract::{Piece, Refusal};
use engine::documents::reading::{Reader, Unread};

/// PDFs of fewer words say little about how words are read.
const ENOUGH_WORDS: usize = 20;

/// Reads every file of a folder and prints what became of them.
pub(crate) fn measure(folder: &Path, satchel: &Path) -> anyhow::Result<()> {
    let reader = Reader::new(satchel.to_owned(), vec!["__extract".into()]);
    let entries: Result<Vec<_>, _> = std::fs::read_dir(folder)?.collect();
    let mut files: Vec<PathBuf> = entries?.into_iter().map(|entry| entry.path()).collect();
    files.sort();
    let mut refused: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut agreement = Vec::new();
    let mut is_missing = false;
    let began = Instant::now();
    for file in &files {
        match text_of(&reader, file)? {
            Ok(text) if is_pdf(file) => match pdftotext(file) {
                Ok(reference) if words(&reference).count() >= ENOUGH_WORDS => {
                    agreement.push(f1(&text, &reference));
                }
                Ok(_) => {}
                Err(_) => is_missing = true,
            },
            Ok(_) => {}
            Err(refusal) => {
                let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
                refused.entry(refusal.word()).or_default().push(name);
            }
        }
    }
    let count: usize = refused.values().map(Vec::len).sum();
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "\n{} files: {} read, {count} refused, {seconds:.1} s",
        files.len(),
        files.len() - count
    );
    for (reason, names) in refused {
        println!("- {reason}: {}", names.join(", "));
    }
    if is_missing {
        println!("- words of PDFs are not compared: there is no pdftotext (package poppler-utils)");
    } else if !agreement.is_empty() {
        agreement.sort_by(f64::total_cmp);
        let mean = agreement.iter().sum::<f64>() / agreement.len() as f64;
        let middle = agreement[agreement.len() / 2];
        let count = agreement.len();
        println!("- words of {count} PDFs beside pdftotext: F1 {mean:.3}, middle {middle:.3}");
    }
    println!();
    Ok(())
}

fn is_pdf(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "pdf")
}

/// The text of a file, or why it is refused.
fn text_of(reader: &Reader, file: &Path) -> Result<Result<String, Refusal>, Unread> {
    let mut text = String::new();
    loop {
        text.clear();
        let mut is_whole = true;
        let reading = match reader.read(file) {
            Ok(reading) => reading,
            Err(Unread::Refused(refusal)) => return Ok(Err(refusal)),
            Err(unread) => return Err(unread),
        };
        for piece in reading {
            match piece {
                Ok(Piece::Page(page)) => text.push_str(&page.text),
                Ok(_) => {}
                Err(Unread::Refused(refusal)) => return Ok(Err(refusal)),
                Err(Unread::Again) => is_whole = false,
                Err(unread) => return Err(unread),
            }
        }
        if is_whole {
            return Ok(Ok(text));
        }
    }
}

fn pdftotext(file: &Path) -> anyhow::Result<String> {
    let printed = Command::new("pdftotext").arg(file).arg("-").output()?;
    Ok(String::from_utf8_lossy(&printed.stdout).into_owned())
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

/// How well the words of two texts agree, each as often as it stands there: from 0 to 1.
fn f1(text: &str, reference: &str) -> f64 {
    let mut left: HashMap<String, usize> = HashMap::new();
    let mut wanted = 0;
    for word in words(reference) {
        *left.entry(word).or_default() += 1;
        wanted += 1;
    }
    let (mut right, mut found) = (0, 0);
    for word in words(text) {
        found += 1;
        if let Some(count) = left.get_mut(&word).filter(|count| **count > 0) {
            *count -= 1;
            right += 1;
        }
    }
    2.0 * f64::from(right) / f64::from((wanted + found).max(1))
}

//! How fast a large library is made and searched: made-up texts whose words are as rare and as common
//! as those of a real language, read from files by the real worker.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::bail;
use engine::documents::search::{Mode, Query, Searcher};
use engine::documents::store::Store;
use engine::documents::{DocumentsError, Embedder, Purpose};

use crate::library::index;

/// Different words, about as many as a large library has.
const VOCABULARY: u64 = 300_000;
/// Words of a chunk.
const WORDS: usize = 110;
/// Chunks of a file, one paragraph each.
const CHUNKS_OF_A_FILE: usize = 1_000;
/// Numbers of a vector, as all-MiniLM-L6-v2 makes them.
const DIMENSION: usize = 384;
/// Questions of each kind.
const QUESTIONS: usize = 60;
/// Words of a question.
const ASKED: usize = 6;
/// About so many words of a language only hold the others together.
const LITTLE: u64 = 150;

/// Fills a library with so many chunks and searches it.
pub(crate) fn measure(chunks: usize, satchel: &Path) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let files = folder.path().join("files");
    std::fs::create_dir(&files)?;
    let mut numbers = Numbers(7);
    let mut bytes = 0;
    for file in 0..chunks.div_ceil(CHUNKS_OF_A_FILE) {
        let mut text = String::new();
        for _ in 0..CHUNKS_OF_A_FILE.min(chunks - file * CHUNKS_OF_A_FILE) {
            paragraph(&mut numbers, &mut text);
        }
        bytes += text.len();
        std::fs::write(files.join(format!("{file:05}.txt")), text)?;
    }
    let library = folder.path().join("library.db");
    let store = Store::open(&library)?;
    let collection = store.create_collection("large")?;
    store.add_root(collection.id, &std::fs::canonicalize(&files)?, false)?;
    let megabytes = bytes as f64 / 1e6;

    let read = index(&library, satchel, None)?.as_secs_f64();
    let made = store.collection("large")?.chunks;
    let per_second = megabytes / read;
    println!("| figure | Satchel | bar |\n|---|--:|--:|");
    println!("| Indexing {megabytes:.0} MB of text | {per_second:.1} MB/s | 5 MB/s |");
    let embedder: Arc<dyn Embedder> = Arc::new(MadeUp);
    index(&library, satchel, Some(Arc::clone(&embedder)))?;

    let mut searcher = Searcher::new(Store::open(&library)?, Some(embedder));
    for (mode, name) in [(Mode::Words, "words (BM25)"), (Mode::Meaning, "vectors")] {
        let mut taken = Vec::with_capacity(QUESTIONS);
        for round in 0..=QUESTIONS {
            let mut question = String::new();
            for _ in 0..ASKED {
                word(numbers.telling_rank(), &mut question);
                question.push(' ');
            }
            let query = Query { mode, ..Query::new(vec![collection.id], question) };
            let began = Instant::now();
            let found = searcher.search(&query)?;
            if found.passages.is_empty() {
                bail!("nothing was found for {:?}", query.question);
            }
            // The first one loads the vectors.
            if round > 0 {
                taken.push(began.elapsed().as_secs_f64() * 1e3);
            }
        }
        taken.sort_by(f64::total_cmp);
        let (middle, most) = (taken[QUESTIONS / 2], taken[QUESTIONS * 95 / 100]);
        println!(
            "| Search by {name} among {made} chunks: middle, 95 % | {middle:.1}, {most:.1} ms | 50 ms |"
        );
    }
    Ok(())
}

fn paragraph(numbers: &mut Numbers, text: &mut String) {
    for place in 0..WORDS {
        word(numbers.rank(), text);
        text.push_str(if place + 1 == WORDS {
            ".\n\n"
        } else if place % 14 == 13 {
            ". "
        } else {
            " "
        });
    }
}

/// The word of a rank: common ones are short.
fn word(rank: u64, text: &mut String) {
    const SYLLABLES: [&str; 16] = [
        "ba", "ko", "ri", "nu", "tel", "mo", "sa", "vin", "dor", "lu", "pe", "ga", "zi", "fro",
        "ha", "wen",
    ];
    let mut rest = rank + 16;
    while rest > 0 {
        text.push_str(SYLLABLES[(rest % 16) as usize]);
        rest /= 16;
    }
    // Nothing that a stemmer would take away.
    write!(text, "{}", if rank.is_multiple_of(2) { "k" } else { "m" }).ok();
}

/// Numbers that look random and are the same every time.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// The rank of a word by Zipf's law: the n-th is n times as rare as the first.
    fn rank(&mut self) -> u64 {
        let most = (VOCABULARY as f64).ln();
        ((self.next() * most).exp() as u64).min(VOCABULARY)
    }
}

impl Numbers {
    /// The rank of a word that says something: a real language's commonest words are left out of
    /// questions.
    fn telling_rank(&mut self) -> u64 {
        loop {
            let rank = self.rank();
            if rank > LITTLE {
                return rank;
            }
        }
    }
}

/// Vectors of the right length for a speed that does not depend on what they mean.
struct MadeUp;

impl Embedder for MadeUp {
    fn name(&self) -> String {
        "made up".to_owned()
    }

    fn dimension(&self) -> usize {
        DIMENSION
    }

    fn embed(&self, texts: &[String], _: Purpose) -> Result<Vec<Vec<f32>>, DocumentsError> {
        let vector = |text: &String| {
            let seed =
                text.bytes().fold(1_u64, |seed, byte| seed.wrapping_mul(31) + u64::from(byte));
            let mut numbers = Numbers(seed);
            let vector: Vec<f32> = (0..DIMENSION).map(|_| numbers.next() as f32 - 0.5).collect();
            let length = vector.iter().map(|number| number * number).sum::<f32>().sqrt();
            vector.into_iter().map(|number| number / length).collect()
        };
        Ok(texts.iter().map(vector).collect())
    }
}

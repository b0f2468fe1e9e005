//! A thousand small models with random bytes changed in their headers: whatever is not refused is
//! loaded by llama.cpp and made to write. None may end the process.
//!
//! The work happens in a child process, this same test started again, which notes each mutant
//! before it touches it. When the child dies, the parent knows of what, and starts another one for
//! the rest.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::ffi::CString;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use engine::models::Gguf;
use engine::models::gguf::Kind;
use llama_cpp_sys_2 as sys;

const MUTANTS: usize = 1000;
const FIXTURES: [&str; 7] = [
    "tiny-llama.gguf",
    "tiny-qwen3-thinking.gguf",
    "tiny-gemma3.gguf",
    "tiny-mamba.gguf",
    "tiny-bert-embedding.gguf",
    "tiny-bert-reranker.gguf",
    "tiny-qwen3-reranker.gguf",
];
/// What numbers of the metadata are set to: borders, oddities, and floats that are none.
#[rustfmt::skip]
const NUMBERS: [u32; 18] = [
    0, 1, 2, 3, 4, 7, 16, 31, 48, 64, 100, 128, 256, 1 << 16, i32::MAX as u32, 1 << 31, u32::MAX,
    0x7FC0_0000,
];
/// Tells the child which mutant to begin with.
const BEGIN: &str = "SATCHEL_FIRST_MUTANT";
/// Tells the child where to write.
const FOLDER: &str = "SATCHEL_MUTANT_FOLDER";

#[test]
fn no_mutant_that_passes_validation_ends_the_process() {
    if let (Ok(first), Some(folder)) = (std::env::var(BEGIN), std::env::var_os(FOLDER)) {
        return run(first.parse().unwrap(), Path::new(&folder));
    }
    let folder = tempfile::tempdir().unwrap();
    let mut deaths = Vec::new();
    let mut next = 0;
    while next < MUTANTS && deaths.len() < 20 {
        let outcome = child(next, folder.path());
        let last = progress(folder.path());
        if last >= MUTANTS {
            break;
        }
        deaths.push(format!("{last} ({}): {outcome}", FIXTURES[last % FIXTURES.len()]));
        next = last + 1;
    }
    assert!(
        deaths.is_empty(),
        "{} mutants ended the process:\n{}",
        deaths.len(),
        deaths.join("\n")
    );
    let passed = fs::read_to_string(folder.path().join("passed")).unwrap();
    let passed = passed.lines().count();
    assert!((100..MUTANTS).contains(&passed), "{passed} of {MUTANTS} mutants passed validation");
}

/// Runs this test again as the child and says how it ended.
fn child(first: usize, folder: &Path) -> String {
    let log = folder.join("log");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "no_mutant_that_passes_validation_ends_the_process", "--nocapture"])
        .env(BEGIN, first.to_string())
        .env(FOLDER, folder)
        // Without it ggml starts a debugger when it stops.
        .env("GGML_NO_BACKTRACE", "1")
        .stdout(Stdio::null())
        .stderr(fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let mut seen = (usize::MAX, Instant::now());
    let outcome = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status.to_string();
        }
        let now = progress(folder);
        if now != seen.0 {
            seen = (now, Instant::now());
        } else if seen.1.elapsed() > Duration::from_secs(60) {
            child.kill().unwrap();
            child.wait().unwrap();
            break "no progress for a minute".to_owned();
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let log = fs::read_to_string(&log).unwrap_or_default();
    let last_words: Vec<_> = log.lines().rev().take(3).collect();
    format!("{outcome}: {}", last_words.join(" | "))
}

/// The mutant that the child noted last; [`MUTANTS`] when it finished.
fn progress(folder: &Path) -> usize {
    let noted = fs::read_to_string(folder.join("progress")).unwrap_or_default();
    noted.trim().parse().unwrap_or(0)
}

fn run(first: usize, folder: &Path) {
    let originals: Vec<_> = FIXTURES.iter().map(|name| original(name)).collect();
    let mut passed =
        fs::OpenOptions::new().create(true).append(true).open(folder.join("passed")).unwrap();
    // SAFETY: called once, before anything else of llama.cpp.
    unsafe {
        sys::llama_backend_init();
        sys::llama_log_set(Some(silence), std::ptr::null_mut());
    }
    let path = folder.join("mutant.gguf");
    for number in first..MUTANTS {
        note(folder, number);
        fs::write(&path, mutant(number, &originals[number % FIXTURES.len()])).unwrap();
        if let Ok(file) = Gguf::open(&path) {
            writeln!(passed, "{number}").unwrap();
            load_and_write(&path, &file);
        }
    }
    note(folder, MUTANTS);
}

fn note(folder: &Path, number: usize) {
    // In one step, so that the parent never reads half a number.
    let temporary = folder.join("progress.new");
    fs::write(&temporary, number.to_string()).unwrap();
    fs::rename(temporary, folder.join("progress")).unwrap();
}

/// A fixture's bytes and the places in its header that are worth changing: all of it, and what is
/// neither token nor merge nor score, and the numbers of the metadata.
struct Original {
    bytes: Vec<u8>,
    header: usize,
    telling: Vec<usize>,
    /// Where the 32-bit numbers of the metadata lie.
    numbers: Vec<usize>,
}

fn original(name: &str) -> Original {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").join(name);
    let bytes = fs::read(&path).unwrap();
    let file = Gguf::open(&path).unwrap();
    let header = file.parts()[0].data_offset as usize;
    let find = |text: &str| bytes.windows(text.len()).position(|window| window == text.as_bytes());
    let (tokens, after) =
        (find("tokenizer.ggml.tokens").unwrap(), find("tokenizer.ggml.bos").unwrap());
    // The lists begin with their types and lengths.
    let telling = (0..header).filter(|at| *at < tokens + 60 || *at >= after).collect();
    let numbers = file.keys().filter_map(|key| number(&bytes, key)).collect();
    Original { header, telling, numbers, bytes }
}

/// Where the value of a key lies, if it is a 32-bit number.
fn number(bytes: &[u8], key: &str) -> Option<usize> {
    let name = [&(key.len() as u64).to_le_bytes()[..], key.as_bytes()].concat();
    let kind = bytes.windows(name.len()).position(|window| window == name)? + name.len();
    matches!(bytes[kind], 4..=6).then_some(kind + 4)
}

fn mutant(number: usize, original: &Original) -> Vec<u8> {
    let mut random = Random(number as u64);
    let mut bytes = original.bytes.clone();
    let kind = random.below(3);
    if kind == 0 {
        for _ in 0..=random.below(3) {
            let at = original.numbers[random.below(original.numbers.len())];
            let value = NUMBERS[random.below(NUMBERS.len())];
            bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        }
        return bytes;
    }
    let only_telling = kind == 1;
    for _ in 0..[1, 1, 2, 4, 16][random.below(5)] {
        let at = if only_telling {
            original.telling[random.below(original.telling.len())]
        } else {
            random.below(original.header)
        };
        bytes[at] = [0, 1, 0x7F, 0x80, 0xFF, random.below(256) as u8][random.below(6)];
    }
    bytes
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }
}

unsafe extern "C" fn silence(
    level: sys::ggml_log_level,
    message: *const std::ffi::c_char,
    _: *mut std::ffi::c_void,
) {
    if level == sys::GGML_LOG_LEVEL_ERROR {
        // SAFETY: llama.cpp hands over a string that lives during the call.
        let message = unsafe { std::ffi::CStr::from_ptr(message) };
        eprint!("{}", message.to_string_lossy());
    }
}

/// Loads the model, reads a prompt and writes a few tokens, as the engine does it. That llama.cpp
/// refuses the model, or a step, is fine.
fn load_and_write(path: &Path, file: &Gguf) {
    let path = CString::new(path.as_os_str().as_encoded_bytes()).unwrap();
    // SAFETY: every pointer is checked and freed once, in the order that llama.h demands.
    unsafe {
        let model =
            sys::llama_model_load_from_file(path.as_ptr(), sys::llama_model_default_params());
        if model.is_null() {
            return;
        }
        let mut params = sys::llama_context_default_params();
        params.n_ctx = 256;
        params.n_batch = 256;
        params.n_ubatch = 256;
        params.n_threads = 1;
        params.n_threads_batch = 1;
        let ranks = file.kind() == Kind::Reranker;
        params.embeddings = ranks || file.is_embedding_model();
        if ranks {
            params.pooling_type = sys::LLAMA_POOLING_TYPE_RANK;
        }
        let context = sys::llama_init_from_model(model, params);
        if !context.is_null() {
            write(context, sys::llama_model_get_vocab(model));
            sys::llama_free(context);
        }
        sys::llama_model_free(model);
    }
}

unsafe fn write(context: *mut sys::llama_context, vocab: *const sys::llama_vocab) {
    const PROMPT: &str = "Hello, world! Grüße; 你好 <|im_start|>user\n";
    let mut tokens = [0; 128];
    // SAFETY: the context and its vocabulary are alive; the buffers are as long as is said.
    unsafe {
        let count = sys::llama_tokenize(
            vocab,
            PROMPT.as_ptr().cast(),
            PROMPT.len() as i32,
            tokens.as_mut_ptr(),
            tokens.len() as i32,
            true,
            true,
        );
        let Ok(mut count @ 1..) = usize::try_from(count) else { return };
        let vocabulary = usize::try_from(sys::llama_vocab_n_tokens(vocab)).unwrap();
        for _ in 0..4 {
            let batch = sys::llama_batch_get_one(tokens.as_mut_ptr(), count as i32);
            if sys::llama_decode(context, batch) != 0 {
                return;
            }
            let logits = sys::llama_get_logits_ith(context, -1);
            if logits.is_null() {
                return;
            }
            let logits = std::slice::from_raw_parts(logits, vocabulary);
            let best = (0..vocabulary).max_by(|a, b| logits[*a].total_cmp(&logits[*b])).unwrap();
            let mut piece = [0_u8; 256];
            sys::llama_token_to_piece(
                vocab,
                best as i32,
                piece.as_mut_ptr().cast(),
                piece.len() as i32,
                0,
                true,
            );
            (tokens[0], count) = (best as i32, 1);
        }
    }
}

#[test]
fn the_same_number_makes_the_same_mutant() {
    let original = original(FIXTURES[0]);
    assert_eq!(mutant(7, &original), mutant(7, &original));
    assert_ne!(mutant(7, &original), mutant(8, &original));
}

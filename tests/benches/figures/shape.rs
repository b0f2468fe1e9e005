//! A model of a real model's shape with random weights: as fast as the real one, and made here, so
//! that the benchmarks need no network. It talks nonsense.
//!
//! The shape is that of Qwen2.5-0.5B. The vocabulary has its size too, but is made of letter
//! combinations: all real tokens with real merges, so that tokenizing and sampling cost what they do.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

const EMBEDDING: u64 = 896;
const LAYERS: u32 = 24;
const HEADS: u32 = 14;
const KV_HEADS: u32 = 2;
const FEED_FORWARD: u64 = 4864;
const CONTEXT: u32 = 32_768;
const VOCABULARY: usize = 151_936;
const ALIGNMENT: u64 = 32;

const CHATML: &str = "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + \
    message['content'] + '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}\
    {{ '<|im_start|>assistant\n' }}{% endif %}";

/// How the weights are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weights {
    /// 4.5 bits a weight.
    Q4_0,
    /// 8.5 bits a weight.
    Q8_0,
    /// Plain floats, for the few vectors that are never quantized.
    F32,
}

impl Weights {
    /// The number that GGUF knows it by.
    fn code(self) -> u32 {
        match self {
            Self::F32 => 0,
            Self::Q4_0 => 2,
            Self::Q8_0 => 8,
        }
    }

    fn file_type(self) -> u32 {
        match self {
            Self::F32 => 0,
            Self::Q4_0 => 2,
            Self::Q8_0 => 7,
        }
    }

    fn bytes(self, count: u64) -> u64 {
        match self {
            Self::F32 => count * 4,
            Self::Q4_0 => count / 32 * 18,
            Self::Q8_0 => count / 32 * 34,
        }
    }

    /// Half-precision scale of a block, chosen so that weights have a deviation of about 0.02.
    fn scale(self) -> u16 {
        match self {
            Self::F32 => 0,
            Self::Q4_0 => 0x1c67,
            Self::Q8_0 => 0x0c6c,
        }
    }
}

struct Tensor {
    name: String,
    /// Row length first, as GGUF wants it.
    shape: Vec<u64>,
    weights: Weights,
    /// What plain floats are filled with.
    value: f32,
}

impl Tensor {
    fn bytes(&self) -> u64 {
        self.weights.bytes(self.shape.iter().product())
    }
}

/// Writes the model to `path`, through a temporary name.
pub(crate) fn write(path: &Path, weights: Weights) -> io::Result<()> {
    let unfinished = path.with_extension("part");
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&unfinished)?);
    let tensors = tensors(weights);
    let mut header = header(weights, tensors.len());
    let mut offset = 0_u64;
    for tensor in &tensors {
        put_text(&mut header, &tensor.name);
        header.extend(u32::try_from(tensor.shape.len()).expect("few dimensions").to_le_bytes());
        tensor.shape.iter().for_each(|length| header.extend(length.to_le_bytes()));
        header.extend(tensor.weights.code().to_le_bytes());
        header.extend(offset.to_le_bytes());
        offset += tensor.bytes().next_multiple_of(ALIGNMENT);
    }
    let aligned = (header.len() as u64).next_multiple_of(ALIGNMENT);
    header.resize(usize::try_from(aligned).expect("a small header"), 0);
    out.write_all(&header)?;

    let mut random = Random(0x5a7c_4e1d);
    for tensor in &tensors {
        fill(&mut out, tensor, &mut random)?;
        let padding = tensor.bytes().next_multiple_of(ALIGNMENT) - tensor.bytes();
        out.write_all(&[0; 32][..usize::try_from(padding).expect("less than 32")])?;
    }
    out.into_inner()?.sync_all()?;
    std::fs::rename(unfinished, path)
}

fn tensors(weights: Weights) -> Vec<Tensor> {
    let plain = |name: String, length, value| Tensor {
        name,
        shape: vec![length],
        weights: Weights::F32,
        value,
    };
    let matrix = |name: String, columns, rows, weights| Tensor {
        name,
        shape: vec![columns, rows],
        weights,
        value: 0.0,
    };
    let kv = EMBEDDING / u64::from(HEADS) * u64::from(KV_HEADS);
    // The embedding is also the output matrix, and as such kept finer, as llama.cpp does.
    let mut tensors = vec![
        matrix("token_embd.weight".into(), EMBEDDING, VOCABULARY as u64, Weights::Q8_0),
        plain("output_norm.weight".into(), EMBEDDING, 1.0),
    ];
    for layer in 0..LAYERS {
        let name = |part: &str| format!("blk.{layer}.{part}");
        tensors.push(plain(name("attn_norm.weight"), EMBEDDING, 1.0));
        tensors.push(plain(name("ffn_norm.weight"), EMBEDDING, 1.0));
        for (part, rows) in [("q", EMBEDDING), ("k", kv), ("v", kv)] {
            tensors.push(matrix(name(&format!("attn_{part}.weight")), EMBEDDING, rows, weights));
            tensors.push(plain(name(&format!("attn_{part}.bias")), rows, 0.0));
        }
        tensors.push(matrix(name("attn_output.weight"), EMBEDDING, EMBEDDING, weights));
        tensors.push(matrix(name("ffn_gate.weight"), EMBEDDING, FEED_FORWARD, weights));
        tensors.push(matrix(name("ffn_up.weight"), EMBEDDING, FEED_FORWARD, weights));
        tensors.push(matrix(name("ffn_down.weight"), FEED_FORWARD, EMBEDDING, weights));
    }
    tensors
}

fn header(weights: Weights, tensors: usize) -> Vec<u8> {
    let mut metadata = Metadata::default();
    metadata.text("general.architecture", "qwen2");
    metadata.text("general.name", "Random 0.5B");
    metadata.count("general.file_type", weights.file_type());
    metadata.count("qwen2.context_length", CONTEXT);
    metadata.count("qwen2.embedding_length", EMBEDDING as u32);
    metadata.count("qwen2.block_count", LAYERS);
    metadata.count("qwen2.feed_forward_length", FEED_FORWARD as u32);
    metadata.count("qwen2.attention.head_count", HEADS);
    metadata.count("qwen2.attention.head_count_kv", KV_HEADS);
    metadata.number("qwen2.attention.layer_norm_rms_epsilon", 1e-6);
    metadata.number("qwen2.rope.freq_base", 1e6);
    let vocabulary = Vocabulary::new();
    let last = VOCABULARY as u32 - 1;
    metadata.text("tokenizer.ggml.model", "gpt2");
    metadata.text("tokenizer.ggml.pre", "qwen2");
    metadata.texts("tokenizer.ggml.tokens", &vocabulary.tokens);
    metadata.counts("tokenizer.ggml.token_type", &vocabulary.types);
    metadata.texts("tokenizer.ggml.merges", &vocabulary.merges);
    metadata.count("tokenizer.ggml.bos_token_id", last - 2);
    metadata.count("tokenizer.ggml.eos_token_id", last);
    metadata.flag("tokenizer.ggml.add_bos_token", false);
    metadata.text("tokenizer.chat_template", CHATML);

    let mut header = b"GGUF".to_vec();
    header.extend(3_u32.to_le_bytes());
    header.extend((tensors as u64).to_le_bytes());
    header.extend(metadata.entries.to_le_bytes());
    header.extend(metadata.bytes);
    header
}

struct Vocabulary {
    tokens: Vec<String>,
    types: Vec<u32>,
    merges: Vec<String>,
}

impl Vocabulary {
    /// The bytes, all pairs of letters, these with a space before, and fours of letters until the
    /// vocabulary is full but for the three special tokens at its end.
    fn new() -> Self {
        let letters = || ('a'..='z').map(String::from);
        let pairs = || letters().flat_map(move |a| letters().map(move |b| (a.clone(), b)));
        // A space is written so in byte-level vocabularies.
        let after_space = || pairs().map(|(a, b)| ("Ġ".to_owned(), a + &b));
        let fours = || {
            pairs().flat_map(move |(a, b)| pairs().map(move |(c, d)| (format!("{a}{b}"), c + &d)))
        };

        let mut tokens: Vec<String> = byte_alphabet();
        let mut merges = Vec::new();
        let room = VOCABULARY - tokens.len() - 3;
        for (left, right) in pairs().chain(after_space()).chain(fours()).take(room) {
            tokens.push(format!("{left}{right}"));
            merges.push(format!("{left} {right}"));
        }
        // Normal ones, then control tokens.
        let mut types = vec![1; tokens.len()];
        types.extend([3; 3]);
        tokens.extend(["<|endoftext|>", "<|im_start|>", "<|im_end|>"].map(str::to_owned));
        Self { tokens, types, merges }
    }
}

/// A printable character for each byte, as GPT-2 introduced them: printable Latin-1 for itself, the
/// rest from U+0100 on.
fn byte_alphabet() -> Vec<String> {
    let printable = |byte: u32| matches!(byte, 0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff);
    let mut next = 0x100..;
    (0..256)
        .map(|byte| if printable(byte) { byte } else { next.next().unwrap_or(byte) })
        .filter_map(char::from_u32)
        .map(String::from)
        .collect()
}

#[derive(Default)]
struct Metadata {
    entries: u64,
    bytes: Vec<u8>,
}

impl Metadata {
    fn entry(&mut self, key: &str, kind: u32) -> &mut Vec<u8> {
        self.entries += 1;
        put_text(&mut self.bytes, key);
        self.bytes.extend(kind.to_le_bytes());
        &mut self.bytes
    }

    fn count(&mut self, key: &str, value: u32) {
        self.entry(key, 4).extend(value.to_le_bytes());
    }

    fn number(&mut self, key: &str, value: f32) {
        self.entry(key, 6).extend(value.to_le_bytes());
    }

    fn flag(&mut self, key: &str, value: bool) {
        self.entry(key, 7).push(value.into());
    }

    fn text(&mut self, key: &str, value: &str) {
        put_text(self.entry(key, 8), value);
    }

    fn counts(&mut self, key: &str, values: &[u32]) {
        let bytes = self.array(key, 5, values.len());
        values.iter().for_each(|value| bytes.extend(value.to_le_bytes()));
    }

    fn texts(&mut self, key: &str, values: &[String]) {
        let bytes = self.array(key, 8, values.len());
        values.iter().for_each(|value| put_text(bytes, value));
    }

    fn array(&mut self, key: &str, kind: u32, length: usize) -> &mut Vec<u8> {
        let bytes = self.entry(key, 9);
        bytes.extend(kind.to_le_bytes());
        bytes.extend((length as u64).to_le_bytes());
        bytes
    }
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u64).to_le_bytes());
    bytes.extend(text.as_bytes());
}

fn fill(out: &mut impl Write, tensor: &Tensor, random: &mut Random) -> io::Result<()> {
    let count: u64 = tensor.shape.iter().product();
    if tensor.weights == Weights::F32 {
        return (0..count).try_for_each(|_| out.write_all(&tensor.value.to_le_bytes()));
    }
    let words = usize::try_from(tensor.weights.bytes(32) - 2).expect("a small block") / 8;
    for _ in 0..count / 32 {
        out.write_all(&tensor.weights.scale().to_le_bytes())?;
        for _ in 0..words {
            out.write_all(&random.next().to_le_bytes())?;
        }
    }
    Ok(())
}

/// Xorshift (Marsaglia 2003): fast, and good enough for nonsense.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

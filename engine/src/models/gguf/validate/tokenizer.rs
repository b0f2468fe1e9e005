//! The tokenizer: complete, consistent, and of a kind that llama.cpp knows.

use std::collections::HashSet;

use super::super::flaw::{Flaw, flaw};
use super::super::value::text;
use super::super::{Array, Gguf, ValueType};
use super::require_type;

/// The number that marks a token as a single byte.
const BYTE: i128 = 6;

/// How `gpt2` tokenizers cut text into words before merging.
#[rustfmt::skip]
const PRE_TOKENIZERS: &[&str] = &[
    "default", "minicpm5", "llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral",
    "midm-2.0", "lfm2", "jina-v5-nano", "deepseek-llm", "deepseek-coder", "deepseek-v3",
    "spark2_5", "youtu", "falcon", "mpt", "starcoder", "gpt-2", "phi-2", "jina-es", "jina-de",
    "gigachat", "jina-v2-es", "jina-v2-de", "a.x-4.0", "mellum", "modern-bert", "jais-2", "gemma4",
    "granite-embed-multi-311m", "mmbert", "sarvam-moe", "jina-v1-en", "jina-v2-code",
    "roberta-bpe", "whitespace", "refact", "command-r", "qwen2", "deepseek-r1-qwen", "kormo",
    "f2llmv2", "qwen35", "stablelm2", "olmo", "dbrx", "smaug-bpe", "poro-chat", "chatglm-bpe",
    "glm4", "glm5", "viking", "jais", "tekken", "smollm", "codeshell", "bloom", "gpt3-finnish",
    "exaone", "exaone4", "exaone-moe", "chameleon", "minerva-7b", "megrez", "gpt-4o", "llama4",
    "kanana2", "talkie", "granite-embed-multi-97m", "tiny_aya", "cohere2moe", "superbpe",
    "trillion", "granite-docling", "bailingmoe", "bailingmoe2", "llada-moe", "seed-coder",
    "hunyuan", "hunyuan-dense", "hy_v4", "joyai-llm", "kimi-k2", "ufakzeka", "grok-2", "afmoe",
    "laguna", "minimax-m2", "solar-open", "mellum2",
];

/// Special tokens that llama.cpp reads as 32-bit numbers.
#[rustfmt::skip]
const SPECIAL: &[&str] = &[
    "bos", "eos", "eot", "eom", "unknown", "seperator", "padding", "mask", "fim_pre",
    "fim_suf", "fim_mid", "fim_pad", "fim_rep", "fim_sep", "prefix", "suffix", "middle",
];

/// Those without which no answer would begin or end. The others may be out of range, as they are in
/// many models; llama.cpp then does without.
const NEEDED: &[&str] = &["bos", "eos", "eot", "eom"];

const FLAGS: &[&str] = &[
    "add_bos_token",
    "add_eos_token",
    "add_sep_token",
    "add_space_prefix",
    "remove_extra_whitespaces",
];

pub(super) fn check(gguf: &Gguf) -> Result<(), Flaw> {
    require_type(gguf, "tokenizer.ggml.model", ValueType::String)?;
    require_type(gguf, "tokenizer.ggml.pre", ValueType::String)?;
    require_type(gguf, "tokenizer.chat_template", ValueType::String)?;
    require_type(gguf, "tokenizer.ggml.token_type_count", ValueType::U32)?;
    for flag in FLAGS {
        require_type(gguf, &format!("tokenizer.ggml.{flag}"), ValueType::Bool)?;
    }
    let Some(model) = gguf.text("tokenizer.ggml.model") else {
        flaw!("tokenizer.ggml.model is missing");
    };
    let tokens = tokens(gguf)?;
    let types = types(gguf, tokens.len())?;
    scores(gguf, tokens.len())?;
    special_tokens(gguf, tokens.len() as u64)?;
    match model.as_str() {
        "gpt2" | "hybriddna" | "whitespace" | "gemma4" => merges(gguf, &model)?,
        "llama" => bytes(tokens)?,
        "bert" => {
            if types.is_some_and(|types| types.integers().any(|kind| kind == BYTE)) {
                flaw!(
                    "its tokenizer has tokens for single bytes, which {model} tokenizers cannot have"
                );
            }
        }
        "t5" | "rwkv" | "plamo2" => {}
        "no_vocab" | "none" => flaw!("it has no tokenizer"),
        other => flaw!("its tokenizer {other:?} is unknown to this version of the program"),
    }
    frame(gguf, &model)
}

fn tokens(gguf: &Gguf) -> Result<Array<'_>, Flaw> {
    let tokens = list(gguf, "tokens", &[ValueType::String])?;
    let Some(tokens) = tokens.filter(|tokens| !tokens.is_empty()) else {
        flaw!("it has no vocabulary (tokenizer.ggml.tokens)");
    };
    let mut seen = HashSet::with_capacity(tokens.len());
    for (id, token) in tokens.strings().enumerate() {
        // llama.cpp reads a token up to its first zero, and gives empty ones a name of their own.
        let token = token.split(|byte| *byte == 0).next().unwrap_or(token);
        if !token.is_empty() && !seen.insert(token) {
            flaw!("its vocabulary has the token {:?} twice, the second time as {id}", text(token));
        }
    }
    Ok(tokens)
}

fn types(gguf: &Gguf, count: usize) -> Result<Option<Array<'_>>, Flaw> {
    let types = list(gguf, "token_type", &[ValueType::I32])?;
    at_least(types, "token types", count)?;
    Ok(types)
}

fn scores(gguf: &Gguf, count: usize) -> Result<(), Flaw> {
    let scores = list(gguf, "scores", &[ValueType::F32, ValueType::I32])?;
    at_least(scores, "token scores", count)?;
    if scores.is_some_and(|scores| scores.floats().any(f64::is_nan)) {
        flaw!("its vocabulary has a score that is no number");
    }
    Ok(())
}

fn special_tokens(gguf: &Gguf, count: u64) -> Result<(), Flaw> {
    for name in SPECIAL {
        let key = format!("tokenizer.ggml.{name}_token_id");
        require_type(gguf, &key, ValueType::U32)?;
        if let Some(id) = gguf.integer(&key)
            && NEEDED.contains(name)
            && id >= count
        {
            flaw!("{key} is {id}, but there are {count} tokens");
        }
    }
    Ok(())
}

fn merges(gguf: &Gguf, model: &str) -> Result<(), Flaw> {
    let pre = gguf.text("tokenizer.ggml.pre").unwrap_or_default();
    if model != "gemma4" && !pre.is_empty() && !PRE_TOKENIZERS.contains(&pre.as_str()) {
        flaw!("its pre-tokenizer {pre:?} is unknown to this version of the program");
    }
    let Some(merges) = list(gguf, "merges", &[ValueType::String])? else {
        if pre == "kimi-k2" {
            return Ok(());
        }
        flaw!("tokenizer.ggml.merges is missing");
    };
    // The two halves are parted by a space; the first may begin with one.
    let halves = |merge: &[u8]| merge.iter().skip(1).any(|byte| *byte == b' ');
    match merges.strings().position(|merge| !halves(merge)) {
        Some(number) => flaw!("merge {number} of its tokenizer has no two halves"),
        None => Ok(()),
    }
}

/// Text that is in no token is written byte by byte; llama.cpp throws when a byte has no token.
fn bytes(tokens: Array<'_>) -> Result<(), Flaw> {
    let mut has = [false; 256];
    for token in tokens.strings() {
        match *token {
            [byte] => has[usize::from(byte)] = true,
            [b'<', b'0', b'x', high, low, b'>'] => {
                if let (Some(high), Some(low)) = (hexadecimal(high), hexadecimal(low)) {
                    has[usize::from(high << 4 | low)] = true;
                }
            }
            _ => {}
        }
    }
    // These bytes are never in UTF-8.
    let needed = |byte: usize| !matches!(byte, 0xC0 | 0xC1 | 0xF5..=0xFF);
    match has.iter().enumerate().find(|(byte, has)| !**has && needed(*byte)) {
        Some((byte, _)) => flaw!("its vocabulary has no token for the byte {byte:02X}"),
        None => Ok(()),
    }
}

/// llama.cpp writes these digits in capitals, and looks for no others.
fn hexadecimal(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// What is put before and behind each text must be a token.
fn frame(gguf: &Gguf, model: &str) -> Result<(), Flaw> {
    let count = gguf.vocabulary_size();
    let pre = gguf.text("tokenizer.ggml.pre").unwrap_or_default();
    let without_begin =
        model == "gemma4" || matches!(pre.as_str(), "chatglm-bpe" | "glm4" | "glm5");
    // What llama.cpp takes where the file says nothing.
    let (begin, end, separator) = match model {
        "llama" | "plamo2" => (Some(1), Some(2), None),
        "bert" => (Some(101), None, Some(102)),
        "gpt2" | "hybriddna" | "whitespace" => ((!without_begin).then_some(11), Some(11), None),
        "t5" => (None, Some(1), None),
        _ => (None, None, None),
    };
    let there = |name: &str, default: Option<u64>| {
        gguf.special_token(name).or(default.filter(|id| *id < count)).is_some()
    };
    let adds = |name: &str, default: bool| {
        gguf.flag(&format!("tokenizer.ggml.add_{name}_token")).unwrap_or(default)
    };
    let is_bert = model == "bert";
    let begins = is_bert || model == "gemma4" || adds("bos", model == "llama");
    if begins && !there("bos", begin) {
        flaw!("its tokenizer begins every text with a token that is not there");
    }
    if adds("eos", model == "t5") && !there("eos", end) {
        flaw!("its tokenizer ends every text with a token that is not there");
    }
    if is_bert && !there("seperator", separator) {
        flaw!("its tokenizer separates texts with a token that is not there");
    }
    Ok(())
}

fn list<'a>(gguf: &'a Gguf, name: &str, kinds: &[ValueType]) -> Result<Option<Array<'a>>, Flaw> {
    let key = format!("tokenizer.ggml.{name}");
    require_type(gguf, &key, ValueType::Array)?;
    let array = gguf.array(&key);
    match array {
        Some(array) if !kinds.contains(&array.item_type()) => {
            flaw!("{key} is a list of {}", array.item_type().name())
        }
        _ => Ok(array),
    }
}

fn at_least(array: Option<Array<'_>>, what: &str, count: usize) -> Result<(), Flaw> {
    match array {
        Some(array) if array.len() < count => {
            flaw!("it has {count} tokens and {} {what}", array.len())
        }
        _ => Ok(()),
    }
}

//! Whether llama.cpp will survive a model.
//!
//! Each check here stands for a place where llama.cpp stops the process, throws across the border
//! to Rust, or reads beyond its memory, and for mistakes that deserve a better word than the one in
//! its log. What llama.cpp refuses by itself with an error is left to it, unless a person could make
//! nothing of that error.

mod ranking;
mod shape;
mod tensors;
mod tokenizer;

use super::facts::Kind;
use super::flaw::{Flaw, flaw};
use super::{Gguf, ValueType, architectures};

pub(super) fn validate(gguf: &Gguf) -> Result<(), Flaw> {
    is_a_model(gguf)?;
    shape::check(gguf)?;
    tensors::check(gguf)?;
    tokenizer::check(gguf)?;
    ranking::check(gguf)
}

fn is_a_model(gguf: &Gguf) -> Result<(), Flaw> {
    require_type(gguf, "general.architecture", ValueType::String)?;
    let words = match gguf.kind() {
        Kind::Text | Kind::Embedding | Kind::Reranker => return known_architecture(gguf),
        Kind::Draft => "it is a draft model, which only helps another one",
        Kind::Diffusion => "it is a diffusion model, which this program cannot run",
        Kind::EncoderDecoder => "it is an encoder-decoder model, which this program cannot run",
        Kind::Sound => "it is a model of sound, which this program cannot run",
        Kind::Projector => "it is a projector (mmproj), which belongs to another model",
        Kind::Adapter => "it is a LoRA adapter, which belongs to another model",
        Kind::ControlVector => "it is a control vector, which belongs to another model",
        Kind::ImportanceMatrix => "it is an importance matrix, not a model",
        Kind::Vocabulary => "it has a vocabulary and no weights",
    };
    Err(Flaw(words.to_owned()))
}

fn known_architecture(gguf: &Gguf) -> Result<(), Flaw> {
    match gguf.architecture() {
        name if name.is_empty() => flaw!("general.architecture is missing"),
        name if architectures::is_known(&name) => Ok(()),
        name => flaw!("its architecture {name:?} is unknown to this version of the program"),
    }
}

/// If the key is there, it must have this type.
fn require_type(gguf: &Gguf, key: &str, expected: ValueType) -> Result<(), Flaw> {
    match gguf.value_type(key) {
        Some(found) if found != expected => {
            flaw!("{key} is of type {}, not {}", found.name(), expected.name())
        }
        _ => Ok(()),
    }
}

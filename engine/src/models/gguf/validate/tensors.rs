//! The tensors: of types that can be computed with, and as many as the metadata promise.

use super::super::Gguf;
use super::super::architectures;
use super::super::flaw::{Flaw, flaw};
use super::super::tensor::{F32, I32, Tensor};

pub(super) fn check(gguf: &Gguf) -> Result<(), Flaw> {
    for tensor in gguf.tensors() {
        number_type(tensor)?;
    }
    promised_parts(gguf)?;
    layers(gguf)?;
    embedding(gguf)
}

/// ggml has no code for other combinations: it stops, or calls a function that is not there.
fn number_type(tensor: &Tensor) -> Result<(), Flaw> {
    let Tensor { name, kind, .. } = tensor;
    let is_table_of_numbers = name.contains("tid2eid") || name == "d2t" || name.contains("d2t.");
    if is_table_of_numbers {
        if kind.code == I32 {
            return Ok(());
        }
        flaw!("the tensor {name} is {}, not I32", kind.name);
    }
    if !kind.computes {
        flaw!("the tensor {name} is {}, which cannot be computed with", kind.name);
    }
    let is_vector = name.ends_with(".bias")
        || (name.contains("_norm") && name.ends_with(".weight"))
        || name.starts_with("rope_f")
        || name.contains("ssm_conv1d")
        || name.ends_with("ssm_a")
        || name.starts_with("token_types.");
    if is_vector && kind.code != F32 {
        flaw!("the tensor {name} is {}, where only F32 can be computed with", kind.name);
    }
    Ok(())
}

/// A split model says how many tensors it has in all.
fn promised_parts(gguf: &Gguf) -> Result<(), Flaw> {
    let present = gguf.tensors().len() as u64;
    match gguf.integer("split.tensors.count") {
        Some(promised) if gguf.parts().len() > 1 && promised != present => {
            flaw!(
                "it has {present} tensors in {} parts and promises {promised}",
                gguf.parts().len()
            )
        }
        _ => Ok(()),
    }
}

fn layers(gguf: &Gguf) -> Result<(), Flaw> {
    let promised = gguf.block_count();
    let present = gguf.tensors().iter().filter_map(Tensor::layer).max().map_or(0, |last| last + 1);
    let architecture = gguf.architecture();
    // The layers that only predict further tokens are left out of some files.
    let ahead = gguf.own("nextn_predict_layers").and_then(|ahead| u32::try_from(ahead).ok());
    let least = match architectures::may_have_fewer_layers(&architecture) {
        true => 0,
        false => promised.saturating_sub(ahead.unwrap_or(0)),
    };
    if !(least..=promised).contains(&present) {
        flaw!("it has {present} layers and {architecture}.block_count promises {promised}");
    }
    Ok(())
}

fn embedding(gguf: &Gguf) -> Result<(), Flaw> {
    let Some(tensor) = gguf.tensor("token_embd.weight") else {
        flaw!("the tensor token_embd.weight is missing");
    };
    let row = tensor.shape.first().copied().unwrap_or(0);
    let rows = tensor.shape.get(1).copied().unwrap_or(1);
    let length = u64::from(gguf.embedding_length());
    if row != length {
        flaw!("its embedding_length is {length}, but a token has {row} numbers");
    }
    let tokens = gguf.vocabulary_size();
    if rows != tokens {
        flaw!("its vocabulary has {tokens} tokens, but {rows} of them have weights");
    }
    Ok(())
}

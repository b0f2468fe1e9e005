//! What can go wrong in the engine, in words that help.
//!
//! One variant for each thing that a person can do about it. `Display` is one sentence that says
//! what happened and what to do, without a full stop; paths come last.

use std::io::{self, ErrorKind};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// A failure of a request or a load. Plain data, so that it can travel in events.
#[derive(Clone, Debug, PartialEq, thiserror::Error, Serialize, Deserialize)]
pub enum Error {
    /// A request came while nothing was loaded.
    #[error("no model is loaded: open a GGUF file or pick a model first")]
    NoModel,
    /// A request named a model that is not loaded.
    #[error("the model {0} is not loaded: load it first")]
    ModelNotLoaded(String),
    /// Vectors were asked for, and no embedding model is loaded, or the one that was named writes text.
    #[error(
        "no embedding model is loaded under this name: load one, such as a BERT or an Embedding GGUF"
    )]
    NoEmbeddingModel,
    /// Scores were asked for, and no reranker is loaded, or the one that was named is none.
    #[error(
        "no reranker is loaded under this name: load one, such as a bge-reranker or Qwen3-Reranker GGUF"
    )]
    NoReranker,
    /// The model was unloaded while it answered.
    #[error("the model was unloaded while it answered")]
    ModelUnloaded,
    /// The file cannot be read at all.
    #[error("cannot read the model file: {reason}: {}", path.display())]
    ModelUnreadable {
        /// What the system said.
        reason: String,
        /// The file.
        path: PathBuf,
    },
    /// The file is no sound GGUF.
    #[error("not a usable GGUF file: {reason}; download it again or choose another: {}", path.display())]
    ModelInvalid {
        /// What is wrong with it.
        reason: String,
        /// The file.
        path: PathBuf,
    },
    /// The file is a part of a split model, and not the one that is opened.
    #[error("this is part {number} of {count} of a model: open the first part: {}", path.display())]
    NotFirstPart {
        /// Which part, from 1.
        number: u32,
        /// Of how many.
        count: u32,
        /// The file.
        path: PathBuf,
    },
    /// llama.cpp refused the file.
    #[error("llama.cpp cannot load this model: {reason}: {}", path.display())]
    ModelRefused {
        /// The last lines of llama.cpp's log.
        reason: String,
        /// The file.
        path: PathBuf,
    },
    /// Loading would need more memory than there is.
    #[error("{}", not_enough_memory(*needed, *available, *fitting_context))]
    NotEnoughMemory {
        /// Weights, KV cache and compute buffers, in bytes.
        needed: u64,
        /// Free memory, in bytes.
        available: u64,
        /// A context length in tokens that would fit, if there is one.
        fitting_context: Option<u32>,
    },
    /// The messages do not fit into the context.
    #[error(
        "the conversation has {prompt_tokens} tokens and the context holds {context_length}: drop the oldest turns, start a new conversation or raise the context length"
    )]
    ContextOverflow {
        /// Length of the prompt.
        prompt_tokens: u32,
        /// What the context holds, prompt and answer together.
        context_length: u32,
        /// How many of the oldest messages would have to go.
        messages_to_drop: usize,
    },
    /// The request makes no sense.
    #[error("{0}")]
    InvalidRequest(String),
    /// The chat template refused the conversation.
    #[error("the model's chat template refuses this conversation: {0}")]
    TemplateRefused(String),
    /// llama.cpp stopped at an internal check; the engine went on without the model.
    #[error(
        "llama.cpp stopped at an internal check and the model was given up; load it again: {0}"
    )]
    Crashed(String),
    /// A decode step failed.
    #[error(
        "llama.cpp could not compute the next step (code {0}); try again or lower the context length"
    )]
    Decode(i32),
    /// The logits of a step were all NaN or minus infinity.
    #[error(
        "the model computed no usable probabilities: the file may be damaged or its quantisation unsound; download it again or choose another"
    )]
    NoNextToken,
    /// The answer could not be held to its required form any longer.
    #[error(
        "the answer could not be kept to the required form: {0}; simplify the schema or the expression"
    )]
    OffForm(String),
    /// A text has more tokens than the embedding model reads.
    #[error(
        "text {} has {tokens} tokens and the model reads {longest}: divide it, or allow its end to be left out", index + 1
    )]
    TextTooLong {
        /// Which text of the request, from 0.
        index: usize,
        /// Its length, estimated if it is absurd.
        tokens: u32,
        /// What the model reads at most.
        longest: u32,
    },
    /// The vector of a text has no direction.
    #[error(
        "the model computed no usable vector: the file may be damaged or its quantisation unsound; download it again or choose another"
    )]
    NoVector,
    /// A question leaves no room for a passage in what the reranker reads.
    #[error(
        "the question has {tokens} tokens and the reranker reads {longest} beside a passage: ask in fewer words, or choose another reranker"
    )]
    QuestionTooLong {
        /// Its length with what stands around it, estimated if it is absurd.
        tokens: u32,
        /// What the model reads of it at most.
        longest: u32,
    },
    /// The score of a passage is no number.
    #[error(
        "the model computed no usable score: the file may be damaged or its quantisation unsound; download it again or choose another"
    )]
    NoScore,
    /// The engine has ended.
    #[error("the engine has stopped")]
    Stopped,
}

fn not_enough_memory(needed: u64, available: u64, fitting: Option<u32>) -> String {
    let gigabytes = |bytes: u64| bytes as f64 / 1e9;
    let advice = match fitting {
        Some(context) => format!("a context length of {context} tokens would fit"),
        None => "close other programs or choose a smaller model".to_owned(),
    };
    format!(
        "the model needs {:.1} GB of memory and {:.1} GB is free: {advice}",
        gigabytes(needed),
        gigabytes(available)
    )
}

/// What the system says of a file, and what helps, where it says what everybody meets; other things in its
/// own words, without their number.
#[must_use]
pub fn in_words(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        ErrorKind::PermissionDenied => "its permissions do not allow it".to_owned(),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "the disk is full, free some space".to_owned()
        }
        ErrorKind::ReadOnlyFilesystem => "the drive can only be read".to_owned(),
        _ => {
            let words = error.to_string();
            words.split(" (os error ").next().unwrap_or(&words).to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn what_the_system_says_is_told_without_its_numbers() {
        for (code, words) in [
            (2, "there is no such file or folder"),
            (13, "its permissions do not allow it"),
            (28, "the disk is full, free some space"),
            (30, "the drive can only be read"),
        ] {
            assert_eq!(in_words(&io::Error::from_raw_os_error(code)), words);
        }
        assert!(!in_words(&io::Error::from_raw_os_error(5)).contains("os error"));
    }
}

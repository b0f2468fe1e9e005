//! llama.cpp behind safe types. The only folder that names `llama_cpp_2` or `llama_cpp_sys_2`.
//!
//! ```text
//! Model (weights, vocabulary; shared) ◀── Context (KV cache, compute; one thread) ◀── Batch
//! embedding.rs: a Context that makes vectors, or scores
//! crash.rs: what happens when one of ggml's assertions fails
//! log.rs:   what llama.cpp says, and the last of it for error messages
//! ```
//!
//! The context is owned through the sys crate, because the safe crate's one has no abort callback
//! and does not let the number of threads be changed.

mod batch;
mod context;
mod crash;
mod embedding;
mod log;
mod model;
mod tokenizing;

use std::sync::OnceLock;

use llama_cpp_2::llama_backend::LlamaBackend;

pub(crate) use batch::Batch;
pub(crate) use context::{Context, ContextOptions, DecodeError};
pub(crate) use crash::Watch;
pub(crate) use embedding::{EmbeddingOptions, Pooling};
pub(crate) use model::{Frame, Mapping, Model, ModelOptions};

/// A token's number in the vocabulary.
pub(crate) type Token = i32;

/// Initializes llama.cpp once for the process; afterwards it is only looked at.
fn backend() -> Option<&'static LlamaBackend> {
    static BACKEND: OnceLock<Option<LlamaBackend>> = OnceLock::new();
    BACKEND
        .get_or_init(|| {
            log::install();
            crash::install();
            LlamaBackend::init().ok()
        })
        .as_ref()
}

//! How a model is loaded, and what is known of it afterwards.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// A model's name in this data folder, unique there: `publisher/repo/file.gguf` below `models/`,
/// the name it was added under, or `demo` for the demonstration model.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ModelId(pub String);

impl fmt::Display for ModelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How to load a model. `None` everywhere means: decide from the file and this machine.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LoadSettings {
    /// Tokens of context shared by all requests; default: the trained length, at most 8,192, less
    /// if memory does not suffice. Of an embedding model or a reranker, the longest text; default: the
    /// trained length, at most 2,048, less for a large vocabulary.
    pub context_length: Option<u32>,
    /// Threads for computing; default: physical cores, less one where there are more than two.
    pub threads: Option<u32>,
    /// Layers computed on a GPU; default: all where there is one.
    pub gpu_layers: Option<u32>,
    /// Flash attention.
    pub flash_attention: Flash,
    /// Number type of the KV cache; quantized types need flash attention.
    pub kv_type: KvType,
    /// Requests answered at the same time, 1..=64; default 8.
    pub sequences: Option<u32>,
    /// A chat template (Jinja) in place of the model's own.
    pub chat_template: Option<String>,
    /// Load although the estimate says that memory does not suffice.
    pub ignore_memory: bool,
}

/// Flash attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flash {
    /// llama.cpp decides.
    #[default]
    Auto,
    /// Always.
    On,
    /// Never.
    Off,
}

/// Number type of the KV cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KvType {
    /// 16-bit floats: the default.
    #[default]
    F16,
    /// 8.5 bits a number: half the memory, hardly a loss.
    Q8_0,
    /// 4.5 bits a number: a quarter of the memory, some loss.
    Q4_0,
}

/// What an embedding model makes of texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Embedding {
    /// Numbers of a vector.
    pub dimensions: u32,
    /// What is put before a question, since the model was trained so; often empty.
    pub query_prefix: String,
    /// What is put before a passage.
    pub passage_prefix: String,
}

/// A model that is ready for requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadedModel {
    /// Its name.
    pub id: ModelId,
    /// Its file.
    pub path: PathBuf,
    /// Display name, from the file's metadata or its file name.
    pub name: String,
    /// Architecture, such as `llama` or `qwen2`.
    pub architecture: String,
    /// Number of parameters.
    pub parameters: u64,
    /// Size of the weights, in bytes.
    pub size: u64,
    /// Context in tokens, as loaded; of an embedding model or a reranker, the longest text.
    pub context_length: u32,
    /// Context in tokens, as trained.
    pub trained_context_length: u32,
    /// Threads in use.
    pub threads: u32,
    /// Sequences that can run at the same time.
    pub sequences: u32,
    /// Where the chat template came from; in words, if it is not the model's own.
    pub template_note: Option<String>,
    /// Whether the template can make the model think first.
    pub can_think: bool,
    /// What an embedding model makes; `None` for all others.
    pub embedding: Option<Embedding>,
    /// Whether it says how well passages answer a question, and writes no text.
    pub is_reranker: bool,
    /// How long loading took, in milliseconds.
    pub load_millis: u64,
}

impl LoadedModel {
    /// Whether it writes text.
    #[must_use]
    pub fn can_chat(&self) -> bool {
        self.embedding.is_none() && !self.is_reranker
    }
}

//! One model of the library, as plain data for lists.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::models::ModelId;
use crate::models::gguf::{Gguf, Kind};

/// A model on disk, sound or not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelEntry {
    /// Its name in this data folder.
    pub id: ModelId,
    /// Its file, of a split model the first.
    pub path: PathBuf,
    /// Display name: the model's own, or the file's.
    pub name: String,
    /// Architecture, such as `llama`; empty if unknown.
    pub architecture: String,
    /// Size of all its files, in bytes.
    pub size: u64,
    /// How its weights are packed, such as `Q4_K_M`; empty if unknown.
    pub quantization: String,
    /// Number of weights; 0 if unknown.
    pub parameters: u64,
    /// Context in tokens, as trained; 0 if unknown.
    pub context_length: u32,
    /// Whether it is the demonstration model, which is always labelled as one.
    pub is_demo: bool,
    /// Whether it makes vectors of texts and writes none.
    pub is_embedding: bool,
    /// Whether it says how well passages answer a question, and writes no text.
    pub is_reranker: bool,
    /// When the file was last changed.
    pub modified: Option<SystemTime>,
    /// Why it cannot be used, in words; `None` if it can.
    pub problem: Option<String>,
}

impl ModelEntry {
    /// Reads what a file is. Never fails: what is wrong is in [`ModelEntry::problem`].
    #[must_use]
    pub fn of_file(id: ModelId, path: &Path) -> Self {
        let metadata = std::fs::metadata(path);
        let mut entry = Self {
            id,
            path: path.to_owned(),
            name: stem(path),
            architecture: String::new(),
            size: metadata.as_ref().map_or(0, std::fs::Metadata::len),
            quantization: String::new(),
            parameters: 0,
            context_length: 0,
            is_demo: false,
            is_embedding: false,
            is_reranker: false,
            modified: metadata.ok().and_then(|metadata| metadata.modified().ok()),
            problem: None,
        };
        match Gguf::read(path) {
            Ok(file) => {
                entry.name = file.name().unwrap_or(entry.name);
                entry.architecture = file.architecture();
                entry.size = file.file_size();
                entry.quantization = file.quantization();
                entry.parameters = file.parameters();
                entry.context_length = file.context_length();
                entry.is_embedding = file.kind() == Kind::Embedding;
                entry.is_reranker = file.kind() == Kind::Reranker;
                entry.problem = file.validate().err().map(|error| error.to_string());
            }
            Err(error) => entry.problem = Some(error.to_string()),
        }
        entry
    }

    /// Whether it can answer.
    #[must_use]
    pub fn can_chat(&self) -> bool {
        self.problem.is_none() && !self.is_embedding && !self.is_reranker
    }

    /// The name of its file.
    #[must_use]
    pub fn file_name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

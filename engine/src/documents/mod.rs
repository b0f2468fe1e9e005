//! Documents: a person's own files, read, cut into passages and found again.
//!
//! ```text
//! file ─▶ reading (a process of its own) ─▶ extract ─▶ chunk ─▶ store ◀─ search ◀─ question
//!                                     index (the worker) ──┘  └─▶ embedder
//! ```
//!
//! Each step is a plain function over plain data; [`index::Indexer`] drives the first half in the
//! background, [`search::Searcher`] is the second half, [`read`] answers without any model and [`ask`]
//! with one. [`Documents`] is all of it behind one handle.

pub mod ask;
mod built_in;
pub mod chunk;
pub mod drawing;
mod embedder;
mod error;
pub mod extract;
pub mod find;
pub mod index;
pub mod read;
pub mod reading;
mod reranker;
pub mod search;
mod service;
mod settings;
pub mod store;
pub mod tokens;

pub use built_in::BuiltIn;
pub use embedder::{Embedder, EngineEmbedder, Purpose};
pub use error::DocumentsError;
pub use reranker::{EngineReranker, Reranker, Watch};
pub use service::{Documents, DocumentsConfig};
pub use settings::DocumentsSettings;

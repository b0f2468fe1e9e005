//! Models: what is on disk, whether it is sound, whether it fits, and what is loaded.
//!
//! ```text
//! file ─▶ gguf/ (read and validate) ─▶ fit.rs (memory) ─▶ inference/llama.rs (load)
//!            └─▶ library/ (what there is)
//! ```

pub mod fit;
pub mod gguf;
pub mod library;
mod load;

pub use fit::Fit;
pub use gguf::Gguf;
pub use library::{Keep, Library, LibraryError, ModelEntry};
pub use load::{Embedding, Flash, KvType, LoadSettings, LoadedModel, ModelId};

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::Error;

/// What can be asked about models.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Command {
    /// Load a GGUF file. Requests that come meanwhile wait for it. A model that is already loaded
    /// with other settings is loaded anew.
    Load {
        /// The model's name for requests and on the screen.
        id: ModelId,
        /// The GGUF file; of a split model, the first part.
        path: PathBuf,
        /// How.
        settings: LoadSettings,
    },
    /// Give up a load that is running; `LoadCancelled` follows.
    CancelLoad(ModelId),
    /// Free a model's memory; its running requests end with [`Error::ModelUnloaded`].
    Unload(ModelId),
}

/// What happened to models.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Event {
    /// The file is being validated and read.
    LoadStarted(ModelId),
    /// Reading goes on.
    LoadProgressed {
        /// Which.
        id: ModelId,
        /// 0.0..=1.0.
        fraction: f32,
    },
    /// Ready for requests.
    Loaded(Box<LoadedModel>),
    /// Not loaded.
    LoadFailed {
        /// Which.
        id: ModelId,
        /// Why, and what to do.
        error: Error,
    },
    /// Not loaded, as asked.
    LoadCancelled(ModelId),
    /// Its memory is free again.
    Unloaded(ModelId),
    /// llama.cpp stopped at an internal check. The engine goes on without this model; it can be
    /// loaded again.
    Crashed {
        /// Which models were lost.
        ids: Vec<ModelId>,
        /// What llama.cpp said.
        message: String,
    },
}

impl Event {
    /// Brings a list of the models that are ready, in the order of loading, up to date.
    pub(crate) fn apply(&self, loaded: &mut Vec<LoadedModel>) {
        match self {
            Self::Loaded(model) => {
                loaded.retain(|known| known.id != model.id);
                loaded.push(LoadedModel::clone(model));
            }
            Self::Unloaded(id) => loaded.retain(|known| known.id != *id),
            Self::Crashed { ids, .. } => loaded.retain(|known| !ids.contains(&known.id)),
            Self::LoadStarted(_)
            | Self::LoadProgressed { .. }
            | Self::LoadFailed { .. }
            | Self::LoadCancelled(_) => {}
        }
    }
}

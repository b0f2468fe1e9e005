//! What a person chose for their documents: the section `[documents]` of the settings file.

use serde::{Deserialize, Serialize};

use crate::models::ModelId;
use crate::settings::Settings;

/// See the module documentation. Unknown values fall back to the defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DocumentsSettings {
    /// The reranker that gives what is found another order; empty for none.
    reranker: String,
}

impl DocumentsSettings {
    /// The name of the section.
    pub const SECTION: &str = "documents";

    /// What settings that were read say of documents.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        settings.section(Self::SECTION)
    }

    /// The reranker that was chosen.
    #[must_use]
    pub fn reranker(&self) -> Option<ModelId> {
        (!self.reranker.is_empty()).then(|| ModelId(self.reranker.clone()))
    }

    /// Chooses a reranker, or none.
    pub fn set_reranker(&mut self, model: Option<ModelId>) {
        self.reranker = model.map(|model| model.0).unwrap_or_default();
    }
}

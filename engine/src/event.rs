//! What happened in the engine, told to everybody: one line per noun.

use serde::{Deserialize, Serialize};

use crate::{inference, models};

/// News. Every subscriber hears every event, in the order in which things happened.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Event {
    /// About running requests.
    Inference(inference::Event),
    /// About what is loaded.
    Models(models::Event),
}

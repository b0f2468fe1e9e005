//! What anybody may ask of the engine: the table of contents, one line per noun.

use serde::{Deserialize, Serialize};

use crate::{inference, models};

/// One thing to do. Sent with [`crate::Engine::send`], carried out on the engine thread.
///
/// A request that has an answer of its own is sent with [`crate::Engine::generate`] or
/// [`crate::Engine::measure`] instead.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Command {
    /// About running requests.
    Inference(inference::Command),
    /// About what is loaded.
    Models(models::Command),
}

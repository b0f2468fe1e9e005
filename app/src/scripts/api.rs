//! What the host API says of itself, as the editor offers it.

use std::sync::Arc;

use super::editor::Entry;

/// Everything that can be written in a script.
pub(super) fn entries() -> Arc<[Entry]> {
    scripting::api::completions()
        .into_iter()
        .map(|offer| Entry {
            name: offer.name,
            insert: offer.insert,
            signature: offer.signature,
            help: offer.help,
        })
        .collect()
}

//! The host API: what a script can ask of Satchel, one noun a file.
//!
//! ```text
//! llm models documents          the engine, asked and waited for
//! app store                     the app itself: its run, its settings, its memory
//! files http clipboard notify   the world, as far as its person granted it
//! text json csv time            plain computing
//! ui                            the panel: made in panel/, explained here
//! ```
//!
//! Each noun is a [`CorePlugin`] with a table `DOCS` of its functions. From these tables come the
//! reference, the completions of the editor and the definitions for other editors; see [`mod@docs`].
//!
//! **Invariant:** whatever a function here waits for, it waits for with [`Context`], so that a
//! stopped app stops. **Invariant:** whatever reaches out of the app asks for its permission first.

mod app;
mod clipboard;
mod csv;
pub mod docs;
pub(crate) mod documents;
mod files;
mod http;
mod json;
mod llm;
mod models;
mod module;
mod notify;
mod options;
mod store;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod text;
mod time;

pub use docs::{Completion, CompletionKind, completions, definitions, docs, reference_markdown};
pub use store::{StoreError, forget as forget_store};

use crate::plugin::CorePlugin;
#[cfg(doc)]
use crate::runner::Context;

/// The tables of all nouns, in the order of the reference.
const NOUNS: &[&docs::Module] = &[
    &app::DOCS,
    &llm::DOCS,
    &llm::STREAM,
    &llm::VECTOR,
    &models::DOCS,
    &documents::DOCS,
    &store::DOCS,
    &store::BLOCK,
    &files::DOCS,
    &http::DOCS,
    &clipboard::DOCS,
    &notify::DOCS,
    &text::DOCS,
    &json::DOCS,
    &csv::DOCS,
    &time::DOCS,
];

/// All nouns, as the runtime loads them.
#[must_use]
pub fn all() -> Vec<Box<dyn CorePlugin>> {
    vec![
        Box::new(app::App),
        Box::new(llm::Llm),
        Box::new(models::Models),
        Box::new(documents::Documents),
        Box::new(store::Store),
        Box::new(files::Files),
        Box::new(http::Http::default()),
        Box::new(clipboard::Clipboard),
        Box::new(notify::Notify),
        Box::new(text::Text),
        Box::new(json::Json),
        Box::new(csv::Csv),
        Box::new(time::Time),
    ]
}

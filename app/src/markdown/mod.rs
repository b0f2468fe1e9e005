//! Markdown on the screen.
//!
//! text → `mend` (while it streams) → `parse` → blocks → `layout` → places → `draw`
//!
//! A text is parsed once per version and laid out once per width. What is drawn can be selected
//! across blocks and messages, and copying gives the source. Nothing is fetched: images are links.

mod block;
mod cites;
mod code;
mod document;
mod draw;
mod finding;
mod jobs;
mod layout;
mod links;
mod mend;
mod parse;
mod plain;
mod selection;
mod table;

#[cfg(test)]
pub(crate) use code::runs as code_runs;
pub(crate) use code::{CodeKind, CodeRun, Lexed, LineStart, lines as code_lines};
pub(crate) use document::{Document, Flavor, SHOWN_AT_FIRST, TextPlace};
pub(crate) use draw::{Cited, Drawing, document_ui};
pub(crate) use finding::count_drawn;
pub(crate) use jobs::color as code_color;
pub(crate) use layout::Layout;
pub(crate) use selection::{Selection, Spot};

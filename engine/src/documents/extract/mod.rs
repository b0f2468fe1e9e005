//! From a file to pages of text: one format, one file.
//!
//! ```text
//! kind.rs ─▶ pdf.rs  docx.rs  odf.rs  html.rs  …  ─▶ writer.rs ── Piece ──▶ the sink
//! ```
//!
//! Everything here is a plain function of a path and may be given the worst of files. It is meant to
//! run in a process of its own, see [`super::reading`]: limits here keep honest files from taking
//! too much, limits there contain the others.

mod archive;
mod docx;
mod encoding;
mod epub;
mod html;
mod json;
mod kind;
mod limits;
mod mail;
mod markdown;
mod odf;
mod office;
mod page;
mod pdf;
mod pptx;
mod refusal;
mod relations;
mod rtf;
mod sheet;
mod table;
mod text;
mod writer;
mod xml;

#[cfg(test)]
mod tests;

use std::path::Path;

pub use kind::{Kind, by_name};
pub use limits::Limits;
pub use page::{Block, BlockKind, Page, Piece};
pub use refusal::Refusal;
use text::Markup;
pub use writer::Sink;
use writer::Writer;

/// Counts up whenever the text of some format, or what is indexed of it, comes out differently, so
/// that it is read anew.
pub const VERSION: u32 = 2;

/// Reads Markdown that is in memory already, and that we wrote ourselves, as a reader of the page sees
/// it: without its marks.
///
/// # Errors
/// When it has no words.
pub(super) fn extract_markdown(source: &str, sink: &mut Sink<'_>) -> Result<(), Refusal> {
    let mut writer = Writer::new(Limits::default(), sink);
    markdown::rendered(source, &mut writer)?;
    writer.finish()
}

/// Reads the file at `path` and tells `sink` each page as soon as it is there.
///
/// # Errors
/// Why the file cannot be read. What has been told before is to be forgotten then.
pub fn extract(path: &Path, limits: Limits, sink: &mut Sink<'_>) -> Result<(), Refusal> {
    let metadata = std::fs::metadata(path).map_err(|error| Refusal::from_io(&error))?;
    if !metadata.is_file() {
        return Err(Refusal::Unsupported { kind: "not a file".to_owned() });
    }
    if metadata.len() > limits.text_file {
        let gigabytes = limits.text_file >> 30;
        return Err(Refusal::TooLarge { what: format!("a file of more than {gigabytes} GB") });
    }
    let mut writer = Writer::new(limits, sink);
    let kind = kind::detect(path)?;
    match kind {
        Kind::Pdf => pdf::extract(path, &mut writer),
        Kind::Docx => docx::extract(path, &mut writer),
        Kind::Pptx => pptx::extract(path, &mut writer),
        Kind::Xlsx => sheet::extract(path, &mut writer),
        Kind::Xls => sheet::extract_old(path, &mut writer),
        Kind::Odf => odf::extract(path, &mut writer),
        Kind::Epub => epub::extract(path, &mut writer),
        Kind::Html => html::extract(path, &mut writer),
        Kind::Markdown => markdown::extract(path, &mut writer),
        Kind::Rst => text::extract(path, Markup::Rst, &mut writer),
        Kind::Org => text::extract(path, Markup::Org, &mut writer),
        Kind::Csv => table::extract(path, &mut writer),
        Kind::Json => json::extract(path, &mut writer),
        Kind::Rtf => rtf::extract(path, &mut writer),
        Kind::Mail => mail::extract(path, &mut writer),
        Kind::Code => text::extract(path, Markup::Code, &mut writer),
        Kind::Text => text::extract(path, Markup::None, &mut writer),
    }?;
    match writer.finish() {
        // There are no pictures that could be recognised.
        Err(Refusal::NoText) if kind.is_text_alone() => Err(Refusal::Empty),
        ended => ended,
    }
}

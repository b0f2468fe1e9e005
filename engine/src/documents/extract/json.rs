//! JSON: the text is the file itself, unless it is written for machines only.

use std::path::Path;

use super::encoding;
use super::page::BlockKind;
use super::refusal::Refusal;
use super::text::{self, Markup};
use super::writer::Writer;

/// Longer files are read as plain text: a parsed value needs many times the memory of its text.
const LONGEST: u64 = 16 << 20;

pub(super) fn extract(path: &Path, writer: &mut Writer<'_>) -> Result<(), Refusal> {
    let io = |error: std::io::Error| Refusal::from_io(&error);
    if std::fs::metadata(path).map_err(io)?.len() > LONGEST {
        return text::extract(path, Markup::Code, writer);
    }
    let bytes = std::fs::read(path).map_err(io)?;
    if encoding::is_binary(&bytes) {
        return Err(Refusal::Unsupported { kind: "binary data".to_owned() });
    }
    let source = encoding::decode(&bytes, None);
    let is_for_machines = source.contains("\\u") || source.lines().any(|line| line.len() > 2000);
    if is_for_machines
        && let Ok(value) = serde_json::from_str::<serde_json::Value>(&source)
        && let Ok(pretty) = serde_json::to_string_pretty(&value)
    {
        return writer.verbatim(BlockKind::Code, &pretty);
    }
    writer.verbatim(BlockKind::Code, &source)
}

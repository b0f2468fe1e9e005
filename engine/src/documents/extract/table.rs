//! Comma-separated values and their like: a record is a line, its fields are parted by tabs.

use std::path::Path;

use super::encoding;
use super::page::BlockKind;
use super::refusal::Refusal;
use super::text::{self, Markup};
use super::writer::Writer;

/// Longer files are read as plain text, which needs no memory.
const LONGEST: u64 = 64 << 20;

const PORTION: usize = 32 << 10;

pub(super) fn extract(path: &Path, writer: &mut Writer<'_>) -> Result<(), Refusal> {
    let io = |error: std::io::Error| Refusal::from_io(&error);
    if std::fs::metadata(path).map_err(io)?.len() > LONGEST {
        return text::extract(path, Markup::None, writer);
    }
    let bytes = std::fs::read(path).map_err(io)?;
    if encoding::is_binary(&bytes) {
        return Err(Refusal::Unsupported { kind: "binary data".to_owned() });
    }
    let text = encoding::decode(&bytes, None);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(&text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut rows = String::new();
    for record in reader.records() {
        let record = record.map_err(Refusal::damaged)?;
        let fields =
            record.iter().map(|field| field.split_whitespace().collect::<Vec<_>>().join(" "));
        let row = fields.collect::<Vec<_>>().join("\t");
        let row = row.trim_end_matches('\t');
        if !row.trim().is_empty() {
            rows.push_str(row);
            rows.push('\n');
        }
        if rows.len() > PORTION {
            writer.block(BlockKind::Table, &rows)?;
            rows.clear();
        }
    }
    writer.block(BlockKind::Table, &rows)
}

/// The mark that parts the first lines into equally many fields, and into the most.
fn delimiter(text: &str) -> u8 {
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).take(20).collect();
    [b',', b';', b'\t', b'|']
        .into_iter()
        .max_by_key(|&mark| {
            let counts = lines.iter().map(|line| line.bytes().filter(|&b| b == mark).count());
            let counts: Vec<usize> = counts.collect();
            let first = counts.first().copied().unwrap_or(0);
            let alike = counts.iter().filter(|&&count| count == first && count > 0).count();
            // Of equal ones the comma, which is the last to be compared so.
            (alike, first, mark == b',')
        })
        .unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::delimiter;

    #[test]
    fn the_mark_between_fields_is_found() {
        assert_eq!(delimiter("a;b;c\n1,5;2;3\n"), b';');
        assert_eq!(delimiter("a\tb\n1, 2\t3\n"), b'\t');
        assert_eq!(delimiter("a,b\n1,2"), b',');
        assert_eq!(delimiter("no marks at all"), b',');
    }
}

//! Markdown, in two ways: a file as it stands, so that places in the text are places in the file; and
//! rendered to plain text, for formats that come by way of Markdown.

use std::ops::Range;
use std::path::Path;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::encoding;
use super::page::BlockKind;
use super::refusal::Refusal;
use super::text::{self, Markup};
use super::writer::Writer;

/// Longer files are read as plain text: a syntax tree needs several times the memory of its text.
const LONGEST: u64 = 32 << 20;

pub(super) fn extract(path: &Path, writer: &mut Writer<'_>) -> Result<(), Refusal> {
    let io = |error: std::io::Error| Refusal::from_io(&error);
    if std::fs::metadata(path).map_err(io)?.len() > LONGEST {
        return text::extract(path, Markup::None, writer);
    }
    let bytes = std::fs::read(path).map_err(io)?;
    if encoding::is_binary(&bytes) {
        return Err(Refusal::Unsupported { kind: "binary data".to_owned() });
    }
    source(&encoding::decode(&bytes, None), writer)
}

/// Writes the source itself and marks what stands where.
pub(super) fn source(source: &str, writer: &mut Writer<'_>) -> Result<(), Refusal> {
    let mut written = 0;
    for (kind, range, title) in landmarks(source) {
        if range.start < written {
            continue;
        }
        if let Some(title) = title {
            writer.title(&title)?;
        }
        writer.verbatim(BlockKind::Text, &source[written..range.start])?;
        writer.verbatim(kind, &source[range.clone()])?;
        written = range.end;
    }
    writer.verbatim(BlockKind::Text, &source[written..])
}

/// Headings, tables and code in order; with the words of each heading of the first level.
fn landmarks(source: &str) -> Vec<(BlockKind, Range<usize>, Option<String>)> {
    let mut found: Vec<(BlockKind, Range<usize>, Option<String>)> = Vec::new();
    let mut words: Option<String> = None;
    for (event, range) in Parser::new_ext(source, options()).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                found.push((BlockKind::Heading(depth(level)), range, None));
                words = (level == HeadingLevel::H1).then(String::new);
            }
            Event::End(TagEnd::Heading(_)) => {
                if let Some((.., title)) = found.last_mut() {
                    *title = words.take();
                }
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(words) = &mut words {
                    words.push_str(&text);
                }
            }
            Event::Start(Tag::Table(_)) => found.push((BlockKind::Table, range, None)),
            Event::Start(Tag::CodeBlock(_)) => found.push((BlockKind::Code, range, None)),
            _ => {}
        }
    }
    found
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
}

fn depth(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// Writes what a reader of the rendered page would see.
pub(super) fn rendered(markdown: &str, writer: &mut Writer<'_>) -> Result<(), Refusal> {
    let mut page = Rendering { writer, text: String::new(), lists: Vec::new(), in_table: false };
    for event in Parser::new_ext(markdown, options()) {
        page.hear(event)?;
    }
    page.flush(BlockKind::Text)
}

struct Rendering<'a, 'b> {
    writer: &'a mut Writer<'b>,
    text: String,
    /// The open lists, each with the number of its next item if it has numbers.
    lists: Vec<Option<u64>>,
    in_table: bool,
}

impl Rendering<'_, '_> {
    fn hear(&mut self, event: Event<'_>) -> Result<(), Refusal> {
        match event {
            Event::Text(text) | Event::Code(text) => self.text.push_str(&text),
            Event::SoftBreak => self.text.push(' '),
            Event::HardBreak => self.text.push('\n'),
            Event::Start(tag) => self.start(&tag)?,
            Event::End(tag) => self.end(tag)?,
            _ => {}
        }
        Ok(())
    }

    fn start(&mut self, tag: &Tag<'_>) -> Result<(), Refusal> {
        match tag {
            Tag::Heading { .. } | Tag::CodeBlock(_) => self.flush(BlockKind::Text)?,
            Tag::Paragraph if self.lists.is_empty() => self.flush(BlockKind::Text)?,
            Tag::Paragraph => self.part(),
            Tag::Table(_) => {
                self.flush(BlockKind::Text)?;
                self.in_table = true;
            }
            Tag::List(first) => {
                if self.lists.is_empty() {
                    self.flush(BlockKind::Text)?;
                }
                self.lists.push(*first);
            }
            Tag::Item => {
                self.line();
                let depth = self.lists.len().saturating_sub(1);
                self.text.push_str(&"  ".repeat(depth));
                match self.lists.last_mut() {
                    Some(Some(number)) => {
                        self.text.push_str(&format!("{number}. "));
                        *number += 1;
                    }
                    _ => self.text.push_str("- "),
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, tag: TagEnd) -> Result<(), Refusal> {
        match tag {
            TagEnd::Heading(level) => self.flush(BlockKind::Heading(depth(level)))?,
            TagEnd::CodeBlock => self.flush(BlockKind::Code)?,
            TagEnd::Paragraph if self.lists.is_empty() => self.flush(BlockKind::Text)?,
            TagEnd::TableCell => self.text.push('\t'),
            TagEnd::TableHead | TagEnd::TableRow => {
                self.text.truncate(self.text.trim_end_matches('\t').len());
                self.line();
            }
            TagEnd::Table => {
                self.in_table = false;
                self.flush(BlockKind::Table)?;
            }
            TagEnd::List(_) => {
                self.lists.pop();
                if self.lists.is_empty() {
                    self.flush(BlockKind::Text)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Begins a new line, unless one has just begun.
    fn line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// Parts a paragraph of an item from the one before.
    fn part(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("- ") && !self.text.ends_with(". ") {
            self.line();
        }
    }

    fn flush(&mut self, kind: BlockKind) -> Result<(), Refusal> {
        if self.in_table {
            return Ok(());
        }
        let text = std::mem::take(&mut self.text);
        if matches!(kind, BlockKind::Heading(1)) {
            self.writer.title(&text)?;
        }
        self.writer.block(kind, &text)
    }
}

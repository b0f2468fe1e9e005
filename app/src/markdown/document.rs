//! A document: source, blocks, and what of a selection is copied.

use std::sync::Arc;

use super::block::{Block, BlockKind};
use super::mend::mend;
use super::{parse, plain};

/// What is shown of a document at first, in bytes of its source.
pub(crate) const SHOWN_AT_FIRST: usize = 64 * 1024;
/// What is shown at most.
pub(crate) const SHOWN_AT_MOST: usize = 1024 * 1024;

/// How a text is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flavor {
    /// Markdown, complete.
    Markdown,
    /// Markdown that is still being written.
    GrowingMarkdown,
    /// What a person typed.
    Typed,
}

/// A place in a document's selectable text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TextPlace {
    /// Which piece of text, counted from the beginning.
    pub piece: usize,
    /// Before which character of it.
    pub char: usize,
}

/// A parsed text.
#[derive(Debug)]
pub(crate) struct Document {
    flavor: Flavor,
    source: String,
    shown: usize,
    length: usize,
    blocks: Vec<Arc<Block>>,
    /// Where the last top-level block begins in the source, and its number.
    tail: (usize, usize),
    /// The numbers in brackets that stand for sources.
    cited: Vec<u32>,
}

impl Document {
    /// Parses a text, of which at most `shown` bytes are taken in.
    pub(crate) fn new(text: &str, flavor: Flavor, shown: usize) -> Self {
        let source = &text[..text.floor_char_boundary(shown.min(SHOWN_AT_MOST))];
        let mut document = Self {
            flavor,
            source: String::new(),
            shown,
            length: text.len(),
            blocks: Vec::new(),
            tail: (0, 0),
            cited: Vec::new(),
        };
        document.parse_from(source, 0, 0);
        document
    }

    /// Takes in a changed text. What has only grown is parsed again from its last block on.
    pub(crate) fn update(&mut self, text: &str, flavor: Flavor, shown: usize) {
        let source = &text[..text.floor_char_boundary(shown.min(SHOWN_AT_MOST))];
        self.length = text.len();
        self.shown = shown;
        if source == self.source && flavor == self.flavor {
            return;
        }
        let (tail_start, tail_block) = self.tail;
        let grown = flavor == Flavor::GrowingMarkdown
            && self.flavor == flavor
            && source.starts_with(&self.source);
        self.flavor = flavor;
        if grown {
            self.parse_from(source, tail_start, tail_block);
        } else {
            self.parse_from(source, 0, 0);
        }
    }

    /// Makes citations of these numbers wherever they stand in brackets.
    pub(crate) fn cite(&mut self, numbers: impl Iterator<Item = u32>) {
        let cited: Vec<u32> = numbers.collect();
        if self.cited != cited {
            self.cited = cited;
            let source = std::mem::take(&mut self.source);
            self.parse_from(&source, 0, 0);
        }
    }

    fn parse_from(&mut self, source: &str, start: usize, first_block: usize) {
        let rest = &source[start..];
        let parsed = match self.flavor {
            Flavor::Markdown => parse::parse(rest, start),
            Flavor::GrowingMarkdown => parse::parse(&mend(rest), start),
            Flavor::Typed => parse::Parsed { blocks: plain::parse(rest), tail: (0, 0) },
        };
        // Blocks that came out the same keep their place in memory, and with it their layout.
        let old = self.blocks.split_off(first_block.min(self.blocks.len()));
        for (index, mut block) in parsed.blocks.into_iter().enumerate() {
            if !self.cited.is_empty() {
                block.cite(&self.cited);
            }
            match old.get(index) {
                Some(same) if **same == block => self.blocks.push(Arc::clone(same)),
                _ => self.blocks.push(Arc::new(block)),
            }
        }
        self.tail = (parsed.tail.0, first_block + parsed.tail.1);
        self.source.clear();
        self.source.push_str(source);
    }

    /// The blocks in order.
    pub(crate) fn blocks(&self) -> &[Arc<Block>] {
        &self.blocks
    }

    /// How much of the text is not shown, in bytes.
    pub(crate) fn hidden(&self) -> usize {
        self.length.saturating_sub(self.source.len())
    }

    /// How much is to be shown next, if more can be.
    pub(crate) fn more(&self) -> Option<usize> {
        (self.hidden() > 0 && self.shown < SHOWN_AT_MOST).then(|| self.shown * 4)
    }

    /// The place after the last character.
    pub(crate) fn end(&self) -> TextPlace {
        TextPlace { piece: self.blocks.iter().map(|block| block.piece_count()).sum(), char: 0 }
    }

    /// The text between two places: whole blocks as they were written, parts of blocks as
    /// Markdown made from their runs.
    pub(crate) fn copy(&self, from: TextPlace, to: TextPlace) -> String {
        let mut out = Copy { document: self, text: String::new(), whole: None };
        let mut piece = 0;
        for block in &self.blocks {
            let count = block.piece_count();
            let (first, after) = (piece, piece + count);
            piece = after;
            if count == 0 {
                if out.whole.is_some() && to.piece >= after {
                    out.add_whole(block);
                }
                continue;
            }
            if after <= from.piece || first > to.piece || (first == to.piece && to.char == 0) {
                continue;
            }
            let begins = from <= TextPlace { piece: first, char: 0 };
            let ends = to >= TextPlace { piece: after - 1, char: last_chars(block) };
            if begins && ends {
                out.add_whole(block);
            } else {
                out.add_part(block, first, from, to);
            }
        }
        out.finish()
    }
}

fn last_chars(block: &Block) -> usize {
    let last = block.piece_count().saturating_sub(1);
    block.piece(last).map_or(0, |text| text.text.chars().count())
}

struct Copy<'a> {
    document: &'a Document,
    text: String,
    whole: Option<std::ops::Range<usize>>,
}

impl Copy<'_> {
    fn add_whole(&mut self, block: &Block) {
        let source = &block.source;
        self.whole = Some(match self.whole.take() {
            Some(whole) => whole.start.min(source.start)..whole.end.max(source.end),
            None => {
                // With the markers of the quotes and lists that it stands in.
                let before = &self.document.source[..source.start];
                let line = before.rfind('\n').map_or(0, |at| at + 1);
                line..source.end
            }
        });
    }

    fn add_part(&mut self, block: &Block, first: usize, from: TextPlace, to: TextPlace) {
        self.flush();
        let separator = match &block.kind {
            BlockKind::Table { .. } => " | ",
            _ => "\n",
        };
        let mut parts = Vec::new();
        for index in 0..block.piece_count() {
            let Some(text) = block.piece(index) else { continue };
            let piece = first + index;
            if piece < from.piece || piece > to.piece {
                continue;
            }
            let start = if piece == from.piece { from.char } else { 0 };
            let end = if piece == to.piece { to.char } else { usize::MAX };
            let part = text.slice(byte_of(&text.text, start)..byte_of(&text.text, end));
            parts.push(match &block.kind {
                BlockKind::Code { .. } => part.text,
                _ if self.document.flavor == Flavor::Typed => part.text,
                _ => part.to_markdown(),
            });
        }
        self.append(&parts.join(separator));
    }

    fn append(&mut self, text: &str) {
        if !self.text.is_empty() && !text.is_empty() {
            self.text.push_str("\n\n");
        }
        self.text.push_str(text);
    }

    fn flush(&mut self) {
        if let Some(whole) = self.whole.take() {
            let source = &self.document.source;
            let end = whole.end.min(source.len());
            let text = source[whole.start.min(end)..end].trim_end().to_owned();
            self.append(&text);
        }
    }

    fn finish(mut self) -> String {
        self.flush();
        self.text
    }
}

/// The byte before which the character stands.
pub(super) fn byte_of(text: &str, char: usize) -> usize {
    text.char_indices().nth(char).map_or(text.len(), |(byte, _)| byte)
}

#[cfg(test)]
#[path = "document_tests.rs"]
mod tests;

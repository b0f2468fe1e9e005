//! Cutting pages into chunks: what is indexed, found and cited.
//!
//! A chunk never crosses a page, so that a citation has one page to point at, and never a heading,
//! so that it has one place in the document's outline. It is cut where a paragraph, else a sentence,
//! else a word ends, by a cheap estimate of its tokens.

use std::ops::Range;

use text_splitter::{ChunkConfig, ChunkSizer, TextSplitter};

use super::extract::{BlockKind, Page};

/// A chunk is at most so many tokens long, as estimated.
pub const LONGEST: usize = 440;
/// It goes on from sentence to sentence once it has so many.
const LONG_ENOUGH: usize = 320;
/// How much of a chunk the next one repeats, where sentences go on.
const OVERLAP: usize = 36;
/// A section shorter than this does not end at the next heading, in bytes.
const SHORT: usize = 40;

/// A piece of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Where it stands in the text of its page, in bytes.
    pub range: Range<usize>,
    /// Where it stands in the text of the document, in characters.
    pub characters: Range<u64>,
    /// The headings above it, the highest first.
    pub headings: Vec<String>,
    /// Other words that it is found by, which do not stand in it.
    pub also: String,
}

/// Cuts the pages of one document, one after the other.
#[derive(Debug, Default)]
pub struct Chunker {
    headings: Vec<(u8, String)>,
    /// Characters of the pages before.
    characters: u64,
}

impl Chunker {
    /// The chunks of the next page, in order.
    pub fn cut(&mut self, page: &Page) -> Vec<Chunk> {
        let mut chunks = Vec::new();
        let mut counted = (0, self.characters);
        for section in self.sections(page) {
            let text = &page.text[section.range.clone()];
            for (start, end) in split(text, section.kind) {
                let range = section.range.start + start..section.range.start + end;
                let first = count_on(&page.text, &mut counted, range.start);
                let last = first + characters(&page.text[range.clone()]);
                chunks.push(Chunk {
                    range,
                    characters: first..last,
                    headings: section.headings.clone(),
                    also: String::new(),
                });
            }
        }
        self.characters += characters(&page.text);
        chunks
    }

    /// How many characters the pages so far have.
    #[must_use]
    pub fn characters(&self) -> u64 {
        self.characters
    }

    fn sections(&mut self, page: &Page) -> Vec<Section> {
        let mut sections: Vec<Section> = Vec::new();
        let mut current = Section::beginning(0, self.path());
        for block in &page.blocks {
            if let BlockKind::Heading(level) = block.kind {
                if current.body > SHORT {
                    current.range.end = block.range.start;
                    sections.push(current);
                    current = Section::beginning(block.range.start, Vec::new());
                }
                self.enter(level, &page.text[block.range.clone()]);
                if current.body == 0 {
                    current.headings = self.path();
                }
            } else {
                // Tables and code do not share a chunk with sentences, which overlap.
                let is_like = current.body == 0 || current.kind == block.kind;
                if !is_like && current.body > SHORT {
                    current.range.end = block.range.start;
                    sections.push(current);
                    current = Section::beginning(block.range.start, self.path());
                }
                if current.body == 0 {
                    current.kind = block.kind;
                }
                current.body += page.text[block.range.clone()].trim().len();
            }
        }
        current.range.end = page.text.len();
        sections.push(current);
        sections
    }

    fn enter(&mut self, level: u8, heading: &str) {
        self.headings.retain(|(other, _)| *other < level);
        let words = plain_heading(heading);
        if !words.is_empty() {
            self.headings.push((level, words));
        }
    }

    fn path(&self) -> Vec<String> {
        self.headings.iter().map(|(_, heading)| heading.clone()).collect()
    }
}

struct Section {
    range: Range<usize>,
    headings: Vec<String>,
    kind: BlockKind,
    /// How much text it has below its headings, in bytes.
    body: usize,
}

impl Section {
    fn beginning(at: usize, headings: Vec<String>) -> Self {
        Self { range: at..at, headings, kind: BlockKind::Text, body: 0 }
    }
}

/// The words of a heading without the marks of Markdown, Org and RST.
fn plain_heading(heading: &str) -> String {
    let line =
        heading.lines().find(|line| line.contains(char::is_alphanumeric)).unwrap_or_default();
    let line = line.trim().trim_start_matches(['#', '*', '=']).trim_end_matches(['#', '=', '*']);
    let line: String = line.trim().chars().filter(|c| *c != '`').take(200).collect();
    line
}

/// Where the chunks of a section stand in it, in bytes.
fn split(text: &str, kind: BlockKind) -> Vec<(usize, usize)> {
    let is_prose = kind == BlockKind::Text;
    let config = ChunkConfig::new(LONG_ENOUGH..LONGEST).with_sizer(Estimate);
    let config = match config.with_overlap(if is_prose { OVERLAP } else { 0 }) {
        Ok(config) => config,
        // Only when the overlap is larger than the chunk.
        Err(_) => ChunkConfig::new(LONG_ENOUGH..LONGEST).with_sizer(Estimate),
    };
    TextSplitter::new(config)
        .chunk_indices(text)
        .map(|(start, chunk)| (start, start + chunk.len()))
        .filter(|(start, end)| text[*start..*end].contains(char::is_alphanumeric))
        .collect()
}

/// Estimates tokens without a tokenizer: a little too many rather than too few.
struct Estimate;

impl ChunkSizer for Estimate {
    fn size(&self, chunk: &str) -> usize {
        estimate_tokens(chunk)
    }
}

/// About how many tokens a text has for common models.
#[must_use]
pub fn estimate_tokens(text: &str) -> usize {
    if text.is_ascii() {
        return (text.len() * 5).div_ceil(18);
    }
    // In eighteenths of a token.
    let weight = |character: char| match character as u32 {
        0..0x80 => 5,
        0x80..0x590 => 8,
        0x590..0x2E80 => 10,
        _ => 18,
    };
    text.chars().map(weight).sum::<usize>().div_ceil(18)
}

/// How many characters stand before `at`, counted on from the last place.
fn count_on(text: &str, counted: &mut (usize, u64), at: usize) -> u64 {
    let (from, count) = *counted;
    // Overlapping chunks begin before the last one ends, but never before it begins.
    *counted = (at, count + characters(&text[from..at]));
    counted.1
}

fn characters(text: &str) -> u64 {
    text.chars().count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::extract::Block;

    fn page(parts: &[(BlockKind, &str)]) -> Page {
        let mut page = Page::default();
        for (kind, text) in parts {
            let start = page.text.len();
            page.text.push_str(text);
            page.blocks.push(Block { kind: *kind, range: start..page.text.len() });
        }
        page
    }

    fn sentences(count: usize) -> String {
        (0..count).map(|n| format!("Sentence number {n} says sömething of its own. ")).collect()
    }

    #[test]
    fn chunks_are_of_a_length_and_lose_no_word() {
        let text = sentences(200);
        let page = page(&[(BlockKind::Text, &text)]);
        let chunks = Chunker::default().cut(&page);
        assert!(chunks.len() > 5);
        for number in 0..200 {
            let sentence = format!("number {number} says");
            assert!(chunks.iter().any(|chunk| page.text[chunk.range.clone()].contains(&sentence)));
        }
        for chunk in &chunks {
            let text = &page.text[chunk.range.clone()];
            assert!(estimate_tokens(text) <= LONGEST, "{text}");
            let characters: Vec<char> = page.text.chars().collect();
            let same: String = characters
                [chunk.characters.start as usize..chunk.characters.end as usize]
                .iter()
                .collect();
            assert_eq!(same, text);
        }
    }

    #[test]
    fn a_chunk_has_one_place_in_the_outline() {
        let body = sentences(2);
        let first = page(&[
            (BlockKind::Heading(1), "# Manual\n"),
            (BlockKind::Heading(2), "## Install\n"),
            (BlockKind::Text, &body),
            (BlockKind::Heading(2), "## Remove\n"),
            (BlockKind::Text, &body),
        ]);
        let mut chunker = Chunker::default();
        let chunks = chunker.cut(&first);
        let paths: Vec<_> = chunks.iter().map(|chunk| chunk.headings.join(" > ")).collect();
        assert_eq!(paths, ["Manual > Install", "Manual > Remove"]);
        // The next page goes on under the last heading.
        let second = chunker.cut(&page(&[(BlockKind::Text, &body)]));
        assert_eq!(second[0].headings, ["Manual", "Remove"]);
        assert_eq!(second[0].characters.start, first.text.chars().count() as u64);
    }

    #[test]
    fn scripts_without_spaces_are_cut_as_well() {
        let text = "今日は天気がいいので、散歩に行きましょう。".repeat(80);
        let page = page(&[(BlockKind::Text, &text)]);
        let chunks = Chunker::default().cut(&page);
        assert!(chunks.len() > 3);
        assert!(chunks.iter().all(|chunk| chunk.range.len() <= LONGEST * 3));
    }
}

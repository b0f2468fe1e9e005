//! What comes out of a file: pages of text, and where in it headings, tables and code stand.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A page, or a part of a file that has none.
///
/// The texts of all pages, one after the other, are the document's text; nothing stands between
/// them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The page, slide or sheet, counted from 1; `None` where the format knows no pages. A very long
    /// page comes in several parts with the same number.
    pub number: Option<u32>,
    /// All of its text.
    pub text: String,
    /// What stands where, in order, without overlaps. Text that no block covers is plain.
    pub blocks: Vec<Block>,
}

/// A stretch of a page's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Where it stands in the page's text, in bytes.
    pub range: Range<usize>,
}

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BlockKind {
    /// A paragraph or a list.
    Text,
    /// A heading: 1 is the highest level.
    Heading(u8),
    /// Rows with their cells parted by tabs.
    Table,
    /// Source code or other text in which every blank counts.
    Code,
}

/// What an extraction tells, piece by piece.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Piece {
    /// The title that the document gives itself. Comes at most once, before the first page or after
    /// the last one.
    Title(String),
    /// How many pages there will be, where that is known beforehand.
    Pages(u32),
    /// The next page.
    Page(Page),
    /// The page of this number could not be read; the others can.
    Missing(u32),
}

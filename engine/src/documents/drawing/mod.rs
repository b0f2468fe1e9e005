//! Pages of PDFs as pictures, and where on them a passage stands.
//!
//! ```text
//! artist.rs ── asks on standard input ──▶ child.rs ─▶ page.rs (hayro)
//!     ▲                                             └▶ glyphs.rs ─▶ locate.rs
//!     └────── pictures on standard output ◀──────────┘
//! ```
//!
//! As with [reading](super::reading), the work is done in a process of its own, so that a hostile
//! file can only lose itself. One child draws the pages of one document, as long as somebody looks
//! at it.

mod artist;
mod child;
#[cfg(feature = "drawing")]
mod glyphs;
#[cfg(feature = "drawing")]
mod locate;
#[cfg(feature = "drawing")]
mod page;
#[cfg(not(feature = "drawing"))]
#[path = "no_page.rs"]
mod page;

#[cfg(all(test, feature = "drawing"))]
mod tests;

pub use artist::{Artist, Studio};
pub use child::run_artist;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::extract::Refusal;

/// The widest picture of a page, in pixels.
pub const WIDEST: u32 = 4096;
/// How much of what stands before a passage is looked at, in characters.
const BEFORE: usize = 60;

/// A page to draw.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRequest {
    /// Which page, from 1.
    pub page: u32,
    /// How wide the picture is to be, in pixels: 16 to [`WIDEST`]. Of a very long page it is less.
    pub width: u32,
}

/// A passage to be found on a page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Its text, as it was read from the page.
    pub text: String,
    /// What stands before it, to tell it from others that read the same.
    pub before: String,
}

impl Wanted {
    /// Part of the text of a page, in characters.
    #[must_use]
    pub fn of(page: &str, characters: Range<usize>) -> Self {
        let first = characters.start.saturating_sub(BEFORE);
        let mut rest = page.chars().skip(first);
        let before = rest.by_ref().take(characters.start - first).collect();
        Self { before, text: rest.take(characters.len()).collect() }
    }
}

/// Where a passage stands on a page, line by line; `None` when it cannot be located.
pub type Located = Option<Vec<Area>>;

/// A page that was drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct PagePicture {
    /// Width and height, in pixels.
    pub size: [u32; 2],
    /// Red, green, blue and opacity of each pixel, line by line from the top.
    pub pixels: Vec<u8>,
}

/// A rectangle on a page, in parts of its width and height from the left and upper edge: 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Area {
    /// Its left edge.
    pub left: f32,
    /// Its upper edge.
    pub top: f32,
    /// Its right edge.
    pub right: f32,
    /// Its lower edge.
    pub bottom: f32,
}

/// What the child is asked, one line of JSON each.
#[derive(Debug, Serialize, Deserialize)]
enum Request {
    /// The sizes of all pages.
    Sizes,
    /// A page.
    Page(PageRequest),
    /// Where passages stand on a page, which is counted from 1.
    Locate { page: u32, wanted: Vec<Wanted> },
}

/// What the child answers to each request.
#[derive(Debug, Serialize, Deserialize)]
enum Reply {
    /// Width and height of all pages, in points of 1/72 inch.
    Sizes(Vec<[f32; 2]>),
    /// A page; its pixels follow the frame.
    Page { size: [u32; 2] },
    /// Where each of the passages stands.
    Located(Vec<Located>),
    /// This cannot be drawn.
    Refused(Refusal),
}

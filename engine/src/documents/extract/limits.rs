//! How much a file may unfold into before it is refused.

/// Limits of one extraction. Sizes in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The file itself, where its format must be held in memory.
    pub file: u64,
    /// The file itself, where it is read as a stream: plain text.
    pub text_file: u64,
    /// All text that comes out.
    pub text: u64,
    /// One unpacked member of an archive.
    pub member: u64,
    /// All unpacked members that are read.
    pub archive: u64,
    /// How many times larger than packed a member of more than [`Limits::suspicious`] may be.
    pub ratio: u64,
    /// Below this, a member may be packed as tightly as it likes.
    pub suspicious: u64,
    /// How deeply the elements of XML may be nested.
    pub depth: usize,
    /// Length of a part, where a page is longer or the format knows no pages.
    pub part: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file: 512 << 20,
            text_file: 4 << 30,
            text: 2 << 30,
            member: 512 << 20,
            archive: 1 << 30,
            ratio: 200,
            suspicious: 32 << 20,
            depth: 1000,
            part: 64 << 10,
        }
    }
}

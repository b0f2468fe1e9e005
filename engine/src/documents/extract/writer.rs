//! Where the formats put what they find: blocks become pages, pages go out as soon as they are full.

use super::limits::Limits;
use super::page::{Block, BlockKind, Page, Piece};
use super::refusal::Refusal;

/// Takes each piece as it comes. An error ends the extraction.
pub type Sink<'a> = dyn FnMut(Piece) -> Result<(), Refusal> + 'a;

/// Gathers blocks into pages.
pub(super) struct Writer<'a> {
    sink: &'a mut Sink<'a>,
    limits: Limits,
    page: Page,
    written: u64,
    has_words: bool,
    has_title: bool,
}

impl<'a> Writer<'a> {
    pub(super) fn new(limits: Limits, sink: &'a mut Sink<'a>) -> Self {
        Self { sink, limits, page: Page::default(), written: 0, has_words: false, has_title: false }
    }

    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    /// Says what the document is called; empty titles and second ones are passed over.
    pub(super) fn title(&mut self, title: &str) -> Result<(), Refusal> {
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        if title.is_empty() || self.has_title {
            return Ok(());
        }
        self.has_title = true;
        (self.sink)(Piece::Title(title.chars().take(300).collect()))
    }

    /// Says how many pages there will be.
    pub(super) fn pages(&mut self, count: usize) -> Result<(), Refusal> {
        (self.sink)(Piece::Pages(u32::try_from(count).unwrap_or(u32::MAX)))
    }

    /// Says that a page could not be read.
    pub(super) fn missing(&mut self, number: u32) -> Result<(), Refusal> {
        (self.sink)(Piece::Missing(number))
    }

    /// Begins the page of this number; what was gathered before goes out.
    pub(super) fn begin_page(&mut self, number: Option<u32>) -> Result<(), Refusal> {
        self.end_page()?;
        self.page.number = number;
        Ok(())
    }

    /// The number of the page that is being gathered.
    pub(super) fn page_number(&self) -> Option<u32> {
        self.page.number
    }

    /// Gives the page that is being gathered a number, where it has none yet.
    pub(super) fn number_page(&mut self, number: u32) {
        self.page.number.get_or_insert(number);
    }

    /// Whether nothing has been written on this page yet.
    pub(super) fn page_is_empty(&self) -> bool {
        self.page.text.is_empty()
    }

    /// Adds a paragraph, a heading or a table of its own, parted from the one before by a blank line.
    pub(super) fn block(&mut self, kind: BlockKind, text: &str) -> Result<(), Refusal> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
        if text.is_empty() {
            return Ok(());
        }
        if !self.page.text.is_empty() {
            self.page.text.push_str("\n\n");
        }
        self.append(kind, text)
    }

    /// Adds text exactly as it stands, for formats whose text is the file itself.
    pub(super) fn verbatim(&mut self, kind: BlockKind, text: &str) -> Result<(), Refusal> {
        if text.is_empty() { Ok(()) } else { self.append(kind, text) }
    }

    fn append(&mut self, kind: BlockKind, mut text: &str) -> Result<(), Refusal> {
        self.written += text.len() as u64;
        if self.written > self.limits.text {
            let megabytes = self.limits.text >> 20;
            return Err(Refusal::TooLarge { what: format!("more than {megabytes} MB of text") });
        }
        self.has_words |= text.contains(char::is_alphanumeric);
        while self.page.text.len() + text.len() > self.limits.part {
            let room = self.limits.part.saturating_sub(self.page.text.len());
            let (now, later) = text.split_at(break_near(text, room));
            self.put(kind, now);
            text = later;
            let number = self.page.number;
            self.begin_page(number)?;
        }
        self.put(kind, text);
        Ok(())
    }

    fn put(&mut self, kind: BlockKind, text: &str) {
        if !text.is_empty() {
            let start = self.page.text.len();
            self.page.text.push_str(text);
            self.page.blocks.push(Block { kind, range: start..self.page.text.len() });
        }
    }

    fn end_page(&mut self) -> Result<(), Refusal> {
        if self.page.text.is_empty() {
            return Ok(());
        }
        let mut page = std::mem::take(&mut self.page);
        // So that the last words of a page and the first of the next one stay apart.
        if !page.text.ends_with('\n') {
            page.text.push('\n');
        }
        (self.sink)(Piece::Page(page))
    }

    /// Sends the last page. A document without a single letter or digit is refused.
    pub(super) fn finish(mut self) -> Result<(), Refusal> {
        self.end_page()?;
        if self.has_words { Ok(()) } else { Err(Refusal::NoText) }
    }
}

/// Where to cut `text` so that at most `room` bytes come before, if possible after a paragraph, a
/// line or a word; 0 when all of it should go to the next part.
fn break_near(text: &str, room: usize) -> usize {
    let mut room = room.min(text.len());
    while !text.is_char_boundary(room) {
        room -= 1;
    }
    let head = &text[..room];
    let least = room / 2;
    let after = |pattern: &str| head.rfind(pattern).map(|at| at + pattern.len());
    [after("\n\n"), after("\n"), after(" ")]
        .into_iter()
        .flatten()
        .find(|&at| at > least)
        .unwrap_or(room)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(limits: Limits, write: impl FnOnce(&mut Writer<'_>)) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut sink = |piece| {
            pieces.push(piece);
            Ok(())
        };
        let mut writer = Writer::new(limits, &mut sink);
        write(&mut writer);
        writer.finish().unwrap();
        pieces
    }

    #[test]
    fn a_long_text_comes_in_parts_that_lose_nothing() {
        let text = "Ünö zwei drei. ".repeat(100);
        let pieces = written(Limits { part: 64, ..Limits::default() }, |writer| {
            writer.verbatim(BlockKind::Text, &text).unwrap();
        });
        let mut joined = String::new();
        for piece in &pieces {
            let Piece::Page(page) = piece else { panic!("{piece:?}") };
            assert!(page.text.len() <= 65, "{page:?}");
            joined.push_str(page.text.trim_end_matches('\n'));
        }
        assert_eq!(joined, text);
        assert!(pieces.len() > 20);
    }

    #[test]
    fn more_text_than_allowed_is_refused() {
        let mut sink = |_| Ok(());
        let mut writer = Writer::new(Limits { text: 10, ..Limits::default() }, &mut sink);
        let refusal = writer.block(BlockKind::Text, "more than ten bytes").unwrap_err();
        assert_eq!(refusal.word(), "too_large");
    }

    #[test]
    fn a_document_without_words_is_refused() {
        let mut sink = |_| Ok(());
        let mut writer = Writer::new(Limits::default(), &mut sink);
        writer.block(BlockKind::Text, "— · —").unwrap();
        assert_eq!(writer.finish(), Err(Refusal::NoText));
    }
}

//! Markdown text → blocks.
//!
//! Nothing recurses over the document, so hostile nesting costs no stack, and long paragraphs are
//! cut, so that no single text layout is large.

use std::ops::Range;

use pulldown_cmark::{Alignment, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::block::{Block, BlockKind, CellAlignment, DEEPEST, Gap, Level, Marker, Style, Text};

/// A paragraph longer than this many bytes is laid out in several parts.
const LONGEST_PARAGRAPH: usize = 8_000;
/// A line of code longer than this many bytes is cut into several lines.
const LONGEST_CODE_LINE: usize = 4_000;
/// A table with more cells than this is shown up to here.
const MOST_CELLS: usize = 2_000;

const TOO_DEEP: &str = "What follows is nested too deeply and is shown less indented";
const TABLE_CUT: &str =
    "The table goes on, but is too large to be shown; copy the message to see it";

/// What parsing gives.
pub(super) struct Parsed {
    /// The blocks in order.
    pub(super) blocks: Vec<Block>,
    /// Where the last top-level block begins in the source, and which is its first block.
    pub(super) tail: (usize, usize),
}

/// Parses Markdown; `offset` is added to all places in the source.
pub(super) fn parse(source: &str, offset: usize) -> Parsed {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut builder = Builder { source, offset, ..Builder::default() };
    for (event, range) in Parser::new_ext(source, options).into_offset_iter() {
        builder.hear(event, range);
    }
    builder.flush();
    Parsed { blocks: builder.blocks, tail: (offset + builder.tail.0, builder.tail.1) }
}

#[derive(Default)]
struct Builder<'a> {
    source: &'a str,
    offset: usize,
    blocks: Vec<Block>,
    tail: (usize, usize),
    /// How many block containers are open; 0 at the top level.
    open: usize,
    levels: Vec<Level>,
    /// Levels beyond the deepest that is drawn.
    too_deep: usize,
    told_too_deep: bool,
    lists: Vec<List>,
    marker: Option<Marker>,
    /// Where the list item that the marker belongs to begins.
    item_start: Option<usize>,
    first_in_item: bool,
    text: Text,
    text_source: Option<Range<usize>>,
    style: StyleDepth,
    link: Option<usize>,
    heading: Option<u8>,
    code: Option<(String, String)>,
    html: bool,
    table: Option<Table>,
}

struct List {
    next: Option<u64>,
    loose: bool,
}

#[derive(Default)]
struct StyleDepth {
    strong: usize,
    emphasis: usize,
    strike: usize,
}

struct Table {
    alignments: Vec<CellAlignment>,
    rows: Vec<Vec<Text>>,
    cells: usize,
}

impl Builder<'_> {
    fn hear(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            // HTML is shown as what it is: text.
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                self.text(&text, range, false);
            }
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.text(&text, range, true);
            }
            Event::SoftBreak => self.text(" ", range, false),
            Event::HardBreak => self.text("\n", range, false),
            Event::FootnoteReference(label) => self.text(&format!("[^{label}]"), range, false),
            Event::Rule => {
                self.begin_top(&range);
                self.flush();
                self.push(BlockKind::Rule, range);
            }
            Event::TaskListMarker(done) => self.marker = Some(Marker::Task(done)),
        }
    }

    /// Remembers where the last top-level block begins that an empty line parts from the one
    /// before: without one, what is typed next may still join the two.
    fn begin_top(&mut self, range: &Range<usize>) {
        let before = self.source[..range.start].trim_end_matches([' ', '\t']);
        if self.open == 0 && (before.is_empty() || before.ends_with("\n\n")) {
            self.tail = (range.start, self.blocks.len());
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Strong => self.style.strong += 1,
            Tag::Emphasis => self.style.emphasis += 1,
            Tag::Strikethrough => self.style.strike += 1,
            Tag::Link { dest_url, .. } => self.open_link(&dest_url),
            Tag::Image { dest_url, .. } => {
                self.open_link(&dest_url);
                self.text("Image: ", range, false);
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            Tag::TableCell => {}
            block => {
                self.begin_top(&range);
                self.open += 1;
                self.start_block(block, range);
            }
        }
    }

    fn start_block(&mut self, tag: Tag<'_>, range: Range<usize>) {
        self.flush();
        match tag {
            Tag::Paragraph => {
                if let Some(list) = self.lists.last_mut() {
                    list.loose = true;
                }
            }
            Tag::Heading { level, .. } => self.heading = Some(level as u8),
            Tag::BlockQuote(_) => self.push_level(Level::Quote),
            Tag::List(next) => self.lists.push(List { next, loose: false }),
            Tag::Item => {
                self.push_level(Level::Item);
                self.first_in_item = true;
                self.item_start = Some(range.start);
                self.marker = Some(match self.lists.last_mut() {
                    Some(List { next: Some(number), .. }) => {
                        *number += 1;
                        Marker::Number(*number - 1)
                    }
                    _ => Marker::Bullet,
                });
            }
            Tag::CodeBlock(kind) => {
                let language = match kind {
                    CodeBlockKind::Fenced(info) => {
                        info.split([' ', ',', '{']).next().unwrap_or_default().to_owned()
                    }
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((language, String::new()));
            }
            Tag::HtmlBlock => self.html = true,
            Tag::Table(alignments) => {
                let alignments = alignments.into_iter().map(alignment).collect();
                self.table = Some(Table { alignments, rows: Vec::new(), cells: 0 });
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Strong => self.style.strong = self.style.strong.saturating_sub(1),
            TagEnd::Emphasis => self.style.emphasis = self.style.emphasis.saturating_sub(1),
            TagEnd::Strikethrough => self.style.strike = self.style.strike.saturating_sub(1),
            TagEnd::Link | TagEnd::Image => self.link = None,
            TagEnd::TableHead | TagEnd::TableRow => {}
            TagEnd::TableCell => self.end_cell(),
            block => {
                self.end_block(block, range);
                self.open = self.open.saturating_sub(1);
            }
        }
    }

    fn end_block(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::CodeBlock => {
                if let Some((language, code)) = self.code.take() {
                    let code = cut_lines(code.strip_suffix('\n').unwrap_or(&code));
                    self.push(BlockKind::Code { language, code }, range);
                }
            }
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    let cut = table.cells > MOST_CELLS;
                    let Table { alignments, rows, .. } = table;
                    self.push(BlockKind::Table { alignments, rows }, range.clone());
                    if cut {
                        self.push(BlockKind::Note(TABLE_CUT), range);
                    }
                }
            }
            TagEnd::Heading(_) => {
                self.text_source = Some(range);
                self.flush();
                self.heading = None;
            }
            TagEnd::Paragraph => {
                self.text_source = Some(range);
                self.flush();
            }
            TagEnd::HtmlBlock => {
                self.text_source = Some(range);
                self.text.text.truncate(self.text.text.trim_end().len());
                let length = self.text.text.len();
                self.text.runs.retain(|run| run.bytes.start < length);
                if let Some(last) = self.text.runs.last_mut() {
                    last.bytes.end = length;
                }
                self.flush();
                self.html = false;
            }
            TagEnd::Item => {
                self.flush_item(range);
                self.pop_level();
            }
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::BlockQuote(_) => {
                self.flush();
                self.pop_level();
            }
            _ => self.flush(),
        }
    }

    /// An item may be empty; its marker is drawn all the same.
    fn flush_item(&mut self, range: Range<usize>) {
        if self.marker.is_some() && self.text.text.is_empty() {
            self.push(BlockKind::Paragraph(Text::default()), range);
        } else {
            self.flush();
        }
    }

    fn end_cell(&mut self) {
        let text = std::mem::take(&mut self.text);
        self.text_source = None;
        if let Some(table) = &mut self.table {
            table.cells += 1;
            if table.cells <= MOST_CELLS
                && let Some(row) = table.rows.last_mut()
            {
                row.push(text);
            }
        }
    }

    fn open_link(&mut self, target: &str) {
        self.text.links.push(target.to_owned());
        self.link = Some(self.text.links.len() - 1);
    }

    fn text(&mut self, text: &str, range: Range<usize>, code: bool) {
        if let Some((_, block)) = &mut self.code {
            block.push_str(text);
            return;
        }
        let style = Style {
            strong: self.style.strong > 0,
            emphasis: self.style.emphasis > 0,
            strike: self.style.strike > 0,
            code,
        };
        self.text.push(text, style, self.link);
        let start = self.text_source.as_ref().map_or(range.start, |source| source.start);
        self.text_source = Some(start..range.end);
    }

    fn push_level(&mut self, level: Level) {
        if self.levels.len() < DEEPEST {
            self.levels.push(level);
            return;
        }
        self.too_deep += 1;
        if !self.told_too_deep {
            self.told_too_deep = true;
            self.push(BlockKind::Note(TOO_DEEP), 0..0);
        }
    }

    fn pop_level(&mut self) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
        } else {
            self.levels.pop();
        }
    }

    /// Makes a block of the text collected so far.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        let source = self.text_source.take();
        if text.text.is_empty() {
            return;
        }
        let source = source.unwrap_or(0..0);
        if let Some(level) = self.heading {
            self.push(BlockKind::Heading(level, text), source);
            return;
        }
        let mut rest = 0;
        while rest < text.text.len() {
            let end = cut_point(&text.text, rest, LONGEST_PARAGRAPH);
            let part = if rest == 0 && end == text.text.len() {
                text.clone()
            } else {
                text.slice(rest..end)
            };
            self.push(BlockKind::Paragraph(part), source.clone());
            if rest > 0
                && let Some(block) = self.blocks.last_mut()
            {
                block.gap = Gap::None;
            }
            rest = end;
        }
    }

    fn push(&mut self, kind: BlockKind, range: Range<usize>) {
        let in_tight_list = self.lists.last().is_some_and(|list| !list.loose);
        let gap = match &kind {
            BlockKind::Heading(..) => Gap::Heading,
            BlockKind::Paragraph(_) if in_tight_list && self.not_first_of_list() => Gap::Tight,
            _ => Gap::Paragraph,
        };
        let marker = if self.first_in_item { self.marker.take() } else { None };
        let start = match self.item_start.take() {
            Some(start) if marker.is_some() => start,
            _ => range.start,
        };
        self.first_in_item = false;
        self.blocks.push(Block {
            source: start + self.offset..range.end + self.offset,
            levels: self.levels.clone(),
            marker,
            gap,
            kind,
        });
    }

    /// Whether the block that comes next does not open an outermost list.
    fn not_first_of_list(&self) -> bool {
        self.blocks.last().is_some_and(|last| last.levels.contains(&Level::Item))
    }
}

fn alignment(alignment: Alignment) -> CellAlignment {
    match alignment {
        Alignment::None | Alignment::Left => CellAlignment::Left,
        Alignment::Center => CellAlignment::Center,
        Alignment::Right => CellAlignment::Right,
    }
}

/// Where to end a part of `text` that begins at `start` and has at most `longest` bytes: after a
/// white space if there is one in its last tenth.
pub(super) fn cut_point(text: &str, start: usize, longest: usize) -> usize {
    if text.len() - start <= longest {
        return text.len();
    }
    let end = text.floor_char_boundary(start + longest);
    let from = text.floor_char_boundary(end - longest / 10);
    text[from..end].rfind(char::is_whitespace).map_or(end, |at| {
        let blank = from + at;
        blank + text[blank..].chars().next().map_or(1, char::len_utf8)
    })
}

/// Cuts lines of code that are longer than can be laid out with ease.
pub(super) fn cut_lines(code: &str) -> String {
    if code.lines().all(|line| line.len() <= LONGEST_CODE_LINE) {
        return code.to_owned();
    }
    let mut out = String::with_capacity(code.len() + code.len() / LONGEST_CODE_LINE);
    for (index, line) in code.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let mut start = 0;
        while start < line.len() {
            let end = cut_point(line, start, LONGEST_CODE_LINE);
            if start > 0 {
                out.push('\n');
            }
            out.push_str(&line[start..end]);
            start = end;
        }
    }
    out
}

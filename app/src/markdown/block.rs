//! What a document consists of once it is parsed: a flat list of blocks, each with the quotes and
//! lists around it. Nothing here knows colours or widths.

use std::ops::Range;

/// Deeper nesting is drawn at this depth.
pub(super) const DEEPEST: usize = 12;

/// Lines of code per piece of text, so that a growing code block is laid out piece by piece.
pub(super) const CODE_LINES_PER_PIECE: usize = 32;

/// One block of a document.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Block {
    /// Where it comes from, in bytes of the source.
    pub source: Range<usize>,
    /// The quotes and list items around it, outermost first; at most [`DEEPEST`].
    pub levels: Vec<Level>,
    /// What stands before it, if it begins a list item.
    pub marker: Option<Marker>,
    /// How far it stands from the block before it.
    pub gap: Gap,
    /// What it is.
    pub kind: BlockKind,
}

/// What surrounds a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// A block quote.
    Quote,
    /// An item of a list.
    Item,
}

/// What stands before a list item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marker {
    /// A dot.
    Bullet,
    /// A number.
    Number(u64),
    /// A box, ticked or not.
    Task(bool),
}

/// The distance to the block before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gap {
    /// None: the text before was cut only because it was long.
    None,
    /// Between the items of a tight list.
    Tight,
    /// Between paragraphs.
    Paragraph,
    /// Before a heading.
    Heading,
}

/// What a block is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum BlockKind {
    /// Running text.
    Paragraph(Text),
    /// A heading and its level, 1 to 6.
    Heading(u8, Text),
    /// Code, with the word after its fence.
    Code { language: String, code: String },
    /// A table; the first row is its head.
    Table { alignments: Vec<CellAlignment>, rows: Vec<Vec<Text>> },
    /// A line across.
    Rule,
    /// A word from the program, not from the document.
    Note(&'static str),
}

/// Where the text of a table's column stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CellAlignment {
    /// Left.
    Left,
    /// Middle.
    Center,
    /// Right.
    Right,
}

/// Text in runs of equal style.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Text {
    /// The characters.
    pub text: String,
    /// The runs, which cover the text without a gap.
    pub runs: Vec<Run>,
    /// Targets of links, as they were written.
    pub links: Vec<String>,
}

/// A stretch of text of one style.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Run {
    /// Bytes of the text.
    pub bytes: Range<usize>,
    /// How it looks.
    pub style: Style,
    /// Which of the text's links it belongs to.
    pub link: Option<usize>,
    /// The number of the source that it stands for.
    pub cite: Option<u32>,
}

/// How a run looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Style {
    /// `**strong**`
    pub strong: bool,
    /// `*emphasis*`
    pub emphasis: bool,
    /// `~~strike~~`
    pub strike: bool,
    /// `` `code` ``
    pub code: bool,
}

impl Text {
    /// Text without any style.
    pub(super) fn plain(text: String) -> Self {
        let runs = if text.is_empty() {
            Vec::new()
        } else {
            vec![Run { bytes: 0..text.len(), style: Style::default(), link: None, cite: None }]
        };
        Self { text, runs, links: Vec::new() }
    }

    /// Adds a run, or lengthens the last one if it looks the same.
    pub(super) fn push(&mut self, text: &str, style: Style, link: Option<usize>) {
        self.push_run(text, style, link, None);
    }

    fn push_run(&mut self, text: &str, style: Style, link: Option<usize>, cite: Option<u32>) {
        if text.is_empty() {
            return;
        }
        let start = self.text.len();
        self.text.push_str(text);
        let end = self.text.len();
        match self.runs.last_mut() {
            Some(last)
                if last.style == style && last.link == link && last.cite.or(cite).is_none() =>
            {
                last.bytes.end = end;
            }
            _ => self.runs.push(Run { bytes: start..end, style, link, cite }),
        }
    }

    /// The part of the text between two bytes, with its styles.
    pub(super) fn slice(&self, bytes: Range<usize>) -> Text {
        let mut part = Text { links: self.links.clone(), ..Text::default() };
        for run in &self.runs {
            let start = run.bytes.start.max(bytes.start);
            let end = run.bytes.end.min(bytes.end);
            if start < end {
                part.push_run(&self.text[start..end], run.style, run.link, run.cite);
            }
        }
        part
    }

    /// As Markdown again.
    pub(super) fn to_markdown(&self) -> String {
        let mut out = String::with_capacity(self.text.len() + 8);
        for run in &self.runs {
            let inner = &self.text[run.bytes.clone()];
            let (mut before, mut after) = (String::new(), String::new());
            for (on, mark) in [
                (run.style.strong, "**"),
                (run.style.emphasis, "*"),
                (run.style.strike, "~~"),
                (run.style.code, "`"),
            ] {
                if on {
                    before.push_str(mark);
                    after.insert_str(0, mark);
                }
            }
            // Markers stick to words, or they are no markers.
            let trimmed = inner.trim();
            let lead = &inner[..inner.len() - inner.trim_start().len()];
            let trail = &inner[inner.trim_end().len().max(lead.len())..];
            let target = run.link.and_then(|link| self.links.get(link));
            out.push_str(lead);
            if !trimmed.is_empty() {
                let styled = format!("{before}{trimmed}{after}");
                match target {
                    Some(target) => out.push_str(&format!("[{styled}]({target})")),
                    None => out.push_str(&styled),
                }
            }
            out.push_str(trail);
        }
        out
    }
}

impl Block {
    /// How many pieces of selectable text it has.
    pub(super) fn piece_count(&self) -> usize {
        match &self.kind {
            BlockKind::Paragraph(_) | BlockKind::Heading(..) => 1,
            BlockKind::Code { code, .. } => code_pieces(code).count(),
            BlockKind::Table { rows, .. } => rows.iter().map(Vec::len).sum(),
            BlockKind::Rule | BlockKind::Note(_) => 0,
        }
    }

    /// The text of one of its pieces.
    pub(super) fn piece(&self, index: usize) -> Option<std::borrow::Cow<'_, Text>> {
        use std::borrow::Cow;
        match &self.kind {
            BlockKind::Paragraph(text) | BlockKind::Heading(_, text) => {
                (index == 0).then_some(Cow::Borrowed(text))
            }
            BlockKind::Code { code, .. } => code_pieces(code)
                .nth(index)
                .map(|bytes| Cow::Owned(Text::plain(code[bytes].to_owned()))),
            BlockKind::Table { rows, .. } => rows.iter().flatten().nth(index).map(Cow::Borrowed),
            BlockKind::Rule | BlockKind::Note(_) => None,
        }
    }
}

/// Cuts code into pieces of [`CODE_LINES_PER_PIECE`] lines, as ranges of bytes without the last
/// line break. There is always at least one.
pub(super) fn code_pieces(code: &str) -> impl Iterator<Item = Range<usize>> {
    let mut rest = Some(0);
    std::iter::from_fn(move || {
        let start = rest?;
        let mut breaks = code[start..].match_indices('\n').skip(CODE_LINES_PER_PIECE - 1);
        match breaks.next() {
            Some((at, _)) => {
                rest = Some(start + at + 1);
                Some(start..start + at)
            }
            None => {
                rest = None;
                Some(start..code.len())
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_cut_at_line_breaks_and_nothing_is_lost() {
        let code = (0..100).map(|line| line.to_string()).collect::<Vec<_>>().join("\n");
        let pieces: Vec<_> = code_pieces(&code).map(|bytes| &code[bytes]).collect();
        assert_eq!(pieces.len(), 4);
        assert_eq!(pieces.join("\n"), code);
        assert_eq!(code_pieces("").count(), 1);
    }

    #[test]
    fn a_slice_of_text_keeps_its_styles_as_markdown() {
        let mut text = Text::default();
        text.push("Only at ", Style::default(), None);
        text.push("break dates", Style { strong: true, ..Style::default() }, None);
        text.links.push("https://example.org".to_owned());
        text.push(" see", Style::default(), Some(0));
        assert_eq!(
            text.slice(5..24).to_markdown(),
            "at **break dates** [see](https://example.org)"
        );
        assert_eq!(text.slice(10..13).to_markdown(), "**eak**");
    }
}

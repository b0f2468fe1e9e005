//! Blocks → places. A layout belongs to one width and theme; blocks that did not change keep
//! theirs when a document grows.

use std::sync::Arc;

use egui::text::LayoutJob;
use egui::{Ui, Vec2, vec2};

use super::block::{Block, BlockKind, Gap, Level, code_pieces};
use super::code;
use super::document::Document;
use super::jobs::{self, Base, StyledJob};
use super::table::{self, TableLayout};
use crate::look::{Tokens, text_size, tokens};

/// Height of the line over code, with the language and the copy button.
pub(super) const CODE_HEAD: f32 = 36.0;
/// Between code and its frame.
pub(super) const CODE_PADDING: f32 = 12.0;
const QUOTE_INDENT: f32 = 16.0;
const ITEM_INDENT: f32 = 24.0;
/// However deep the indentation, text keeps at least this width.
const NARROWEST: f32 = 80.0;

/// A laid-out document.
#[derive(Default)]
pub(crate) struct Layout {
    key: Option<LayoutKey>,
    pub(super) placed: Vec<Placed>,
    height: f32,
}

#[derive(Clone, Copy, PartialEq)]
struct LayoutKey {
    width: f32,
    dark: bool,
    pixels_per_point: f32,
}

pub(super) struct Placed {
    pub(super) block: Arc<Block>,
    pub(super) top: f32,
    pub(super) gap: f32,
    pub(super) height: f32,
    pub(super) left: f32,
    pub(super) width: f32,
    used_width: f32,
    pub(super) first_piece: usize,
    pub(super) body: Body,
}

pub(super) enum Body {
    Text(StyledJob),
    Code(CodeLayout),
    Table(TableLayout),
    Rule,
}

pub(super) struct CodeLayout {
    /// Each piece, with the number of lines before it.
    pub(super) pieces: Vec<(LayoutJob, usize)>,
    /// Columns of the longest line; wide characters count twice.
    pub(super) columns: usize,
}

impl Layout {
    /// Brings the layout up to date with the document and the width, and returns its height.
    pub(crate) fn update(&mut self, ui: &Ui, document: &Document, width: f32) -> f32 {
        let tokens = tokens(ui);
        let width = width.floor().max(NARROWEST);
        let key =
            LayoutKey { width, dark: tokens.dark, pixels_per_point: ui.ctx().pixels_per_point() };
        let blocks = document.blocks();
        let mut kept = 0;
        if self.key == Some(key) {
            let same = |(placed, block): &(&Placed, &Arc<Block>)| Arc::ptr_eq(&placed.block, block);
            kept = self.placed.iter().zip(blocks).take_while(same).count();
            if kept == blocks.len() && kept == self.placed.len() {
                return self.height;
            }
        }
        self.key = Some(key);
        self.placed.truncate(kept);
        let last = self.placed.last();
        let mut top = last.map_or(0.0, |last| last.top + last.height);
        let mut piece = last.map_or(0, |last| last.first_piece + last.block.piece_count());
        for (index, block) in blocks.iter().enumerate().skip(kept) {
            let gap = if index == 0 { 0.0 } else { gap_before(block) };
            let placed = place(ui, tokens, block, width, top + gap, gap, piece);
            top = placed.top + placed.height;
            piece += block.piece_count();
            self.placed.push(placed);
        }
        self.height = top.ceil();
        self.height
    }

    /// How much of the width the widest block needs.
    pub(crate) fn used_width(&self) -> f32 {
        self.placed.iter().map(|placed| placed.left + placed.used_width).fold(0.0, f32::max)
    }
}

fn gap_before(block: &Block) -> f32 {
    match block.gap {
        Gap::None => 0.0,
        Gap::Tight => 4.0,
        Gap::Paragraph => 12.0,
        Gap::Heading => 22.0,
    }
}

/// How far the levels around a block move it to the right.
pub(super) fn indent(levels: &[Level]) -> f32 {
    let step = |level: &Level| match level {
        Level::Quote => QUOTE_INDENT,
        Level::Item => ITEM_INDENT,
    };
    levels.iter().map(step).sum()
}

fn place(
    ui: &Ui,
    tokens: &Tokens,
    block: &Arc<Block>,
    full_width: f32,
    top: f32,
    gap: f32,
    first_piece: usize,
) -> Placed {
    let left = indent(&block.levels).min(full_width - NARROWEST);
    let width = full_width - left;
    let quoted = block.levels.contains(&Level::Quote);
    let (body, used) = match &block.kind {
        BlockKind::Paragraph(text) => {
            let base = Base::body(tokens);
            let base = if quoted { base.quoted(tokens) } else { base };
            text_body(ui, jobs::text(text, base, tokens, width))
        }
        BlockKind::Heading(level, text) => {
            text_body(ui, jobs::text(text, Base::heading(tokens, *level), tokens, width))
        }
        BlockKind::Note(words) => {
            let base =
                Base { size: text_size::SMALL, line: 18.0, ..Base::body(tokens).quoted(tokens) };
            let text = super::block::Text::plain((*words).to_owned());
            text_body(ui, jobs::text(&text, base, tokens, width))
        }
        BlockKind::Code { language, code } => code_body(language, code, tokens, width),
        BlockKind::Table { alignments, rows } => {
            let layout = table::lay_out(ui, alignments, rows, width);
            let size = vec2(width, layout.size.y);
            (Body::Table(layout), size)
        }
        BlockKind::Rule => (Body::Rule, vec2(width, 17.0)),
    };
    Placed {
        block: Arc::clone(block),
        top,
        gap,
        height: used.y,
        left,
        width,
        used_width: used.x,
        first_piece,
        body,
    }
}

fn text_body(ui: &Ui, styled: StyledJob) -> (Body, Vec2) {
    let size = measure(ui, &styled.job);
    (Body::Text(styled), size)
}

fn code_body(language: &str, code: &str, tokens: &Tokens, width: f32) -> (Body, Vec2) {
    let runs = code::runs(language, code);
    let mut lines = 0;
    let mut pieces = Vec::new();
    for bytes in code_pieces(code) {
        let before = lines;
        lines += code[bytes.clone()].bytes().filter(|byte| *byte == b'\n').count() + 1;
        pieces.push((jobs::code(code, bytes, &runs, tokens), before));
    }
    let columns = code.lines().map(columns).max().unwrap_or(0);
    let height = CODE_HEAD + lines as f32 * text_size::CODE_LINE + CODE_PADDING;
    (Body::Code(CodeLayout { pieces, columns }), vec2(width, height))
}

fn columns(line: &str) -> usize {
    line.chars()
        .map(|c| match c {
            '\t' => 4,
            '\u{1100}'.. => 2,
            _ => 1,
        })
        .sum()
}

/// The size of a text once it is laid out.
pub(super) fn measure(ui: &Ui, job: &LayoutJob) -> Vec2 {
    let galley = ui.fonts_mut(|fonts| fonts.layout_job(job.clone()));
    vec2(galley.size().x, galley.size().y.ceil())
}

//! Text with styles → what egui lays out.

use std::ops::Range;

use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, Stroke};

use super::block::Text;
use super::code::{self, CodeKind};
use super::links::may_open;
use crate::look::{Tokens, fonts, text_size};

/// Size, line height and colour of running text.
#[derive(Clone, Copy)]
pub(super) struct Base {
    pub(super) size: f32,
    pub(super) line: f32,
    pub(super) color: Color32,
    pub(super) strong: bool,
}

impl Base {
    pub(super) fn body(tokens: &Tokens) -> Self {
        Self {
            size: text_size::MESSAGE,
            line: text_size::MESSAGE_LINE,
            color: tokens.text,
            strong: false,
        }
    }

    pub(super) fn quoted(self, tokens: &Tokens) -> Self {
        Self { color: tokens.text_muted, ..self }
    }

    pub(super) fn heading(tokens: &Tokens, level: u8) -> Self {
        let index = usize::from(level.saturating_sub(1));
        let size = text_size::HEADINGS.get(index).copied().unwrap_or(text_size::MESSAGE);
        Self { size, line: (size * 1.35_f32).round(), color: tokens.text_strong, strong: true }
    }
}

/// A job and where in it something beside letters is drawn, in characters.
pub(super) struct StyledJob {
    pub(super) job: LayoutJob,
    /// Inline code.
    pub(super) chips: Vec<Range<usize>>,
    /// Links, with the number of their target.
    pub(super) links: Vec<(Range<usize>, usize)>,
    /// Citations, with their number.
    pub(super) cites: Vec<(Range<usize>, u32)>,
}

/// Lays out text within a width.
pub(super) fn text(text: &Text, base: Base, tokens: &Tokens, width: f32) -> StyledJob {
    let mut styled = StyledJob {
        job: LayoutJob::default(),
        chips: Vec::new(),
        links: Vec::new(),
        cites: Vec::new(),
    };
    styled.job.wrap.max_width = width;
    styled.job.break_on_newline = true;
    let mut char = 0;
    let mut after_code = false;
    for run in &text.runs {
        let words = &text.text[run.bytes.clone()];
        let end = char + words.chars().count();
        let strong = base.strong || run.style.strong;
        let mut format = TextFormat {
            color: if strong { tokens.text_strong } else { base.color },
            line_height: Some(base.line),
            ..TextFormat::default()
        };
        format.font_id = if run.style.code {
            format.color = tokens.text_strong;
            fonts::code_font(base.size - 1.5)
        } else if strong {
            format.italics = run.style.emphasis;
            fonts::semibold_font(base.size)
        } else if run.style.emphasis {
            fonts::italic_font(base.size)
        } else {
            fonts::regular_font(base.size)
        };
        if run.style.code {
            format.valign = egui::Align::Center;
            styled.chips.push(char..end);
        }
        if run.style.strike {
            format.strikethrough = Stroke::new(1.0, format.color);
        }
        if let Some(link) = run.link {
            if text.links.get(link).is_some_and(|target| may_open(target)) {
                format.color = tokens.accent_text;
            }
            styled.links.push((char..end, link));
        }
        if let Some(number) = run.cite {
            styled.cites.push((char..end, number));
            append_cite(&mut styled.job, words, base, tokens);
            (char, after_code) = (end, false);
            continue;
        }
        // The chip behind code is a little wider than its letters.
        let space = if run.style.code || after_code { 3.0 } else { 0.0 };
        after_code = run.style.code;
        styled.job.append(words, space, format);
        char = end;
    }
    if styled.job.text.is_empty() {
        styled.job = empty(base, width);
    }
    styled
}

/// A number as it stands on its chip: the brackets keep their room and are not seen.
fn append_cite(job: &mut LayoutJob, words: &str, base: Base, tokens: &Tokens) {
    let format = |color| TextFormat {
        font_id: fonts::semibold_font(base.size - 3.0),
        color,
        line_height: Some(base.line),
        valign: egui::Align::Center,
        ..TextFormat::default()
    };
    let number = words.trim_matches(['[', ']', '【', '】']);
    let before = words.find(number).unwrap_or_default();
    let unseen = || format(Color32::TRANSPARENT);
    job.append(&words[..before], 1.0, unseen());
    job.append(number, 0.0, format(tokens.accent_text));
    job.append(&words[before + number.len()..], 0.0, unseen());
}

/// A line without text, as high as one with.
fn empty(base: Base, width: f32) -> LayoutJob {
    let format = TextFormat {
        font_id: fonts::regular_font(base.size),
        line_height: Some(base.line),
        ..TextFormat::default()
    };
    let mut job = LayoutJob::single_section(String::new(), format);
    job.wrap.max_width = width;
    job
}

/// A piece of code with its colours. `runs` belong to the whole code, of which this is `bytes`.
pub(super) fn code(
    code: &str,
    bytes: Range<usize>,
    runs: &[code::CodeRun],
    tokens: &Tokens,
) -> LayoutJob {
    let mut job = LayoutJob::default();
    job.wrap.max_width = f32::INFINITY;
    let first = runs.partition_point(|run| run.end <= bytes.start);
    let mut start = bytes.start;
    for run in &runs[first..] {
        let end = run.end.min(bytes.end);
        if start < end {
            job.append(&code[start..end], 0.0, code_format(color(run.kind, tokens)));
        }
        start = end;
        if run.end >= bytes.end {
            break;
        }
    }
    if job.text.is_empty() {
        job.append("", 0.0, code_format(tokens.code.plain));
    }
    job
}

fn code_format(color: Color32) -> TextFormat {
    TextFormat {
        font_id: fonts::code_font(text_size::CODE),
        color,
        line_height: Some(text_size::CODE_LINE),
        ..TextFormat::default()
    }
}

/// The colour of a kind of code.
pub(crate) fn color(kind: CodeKind, tokens: &Tokens) -> Color32 {
    let colors = &tokens.code;
    match kind {
        CodeKind::Plain => colors.plain,
        CodeKind::Comment => colors.comment,
        CodeKind::String => colors.string,
        CodeKind::Number => colors.number,
        CodeKind::Keyword => colors.keyword,
        CodeKind::Function => colors.function,
        CodeKind::Type => colors.kind,
    }
}

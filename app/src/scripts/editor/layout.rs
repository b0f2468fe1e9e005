//! Code → what egui draws, line by line, so that a key costs the same in a long script as in a
//! short one.
//!
//! egui lays out a whole text again when a letter of it changes, and compares the whole in every
//! frame. Here a change is found where it is, read from the beginning of its line until the text goes
//! on as before, and only its lines are laid out; then all lines are joined.
//!
//! ```text
//! text ─▶ Difference ─▶ code_lines (a few lines) ─▶ line_job ─▶ Galley, joined with the others
//! ```

use std::ops::Range;
use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat};
use egui::{Galley, Ui};

use crate::look::{Tokens, fonts, text_size, tokens};
use crate::markdown::{CodeKind, CodeRun, Lexed, LineStart, code_color, code_lines};

/// The layout of one text, kept from frame to frame.
#[derive(Default)]
pub struct CodeLayout {
    text: String,
    runs: Vec<CodeRun>,
    lines: Vec<Line>,
    whole: Option<Arc<Galley>>,
    look: Option<Look>,
}

struct Line {
    start: LineStart,
    galley: Arc<Galley>,
}

/// What a layout depends on beside the text.
struct Look {
    dark: bool,
    pixels_per_point: f32,
    /// Laid out by egui in every frame; another one tells that egui has thrown its letters away.
    letters: Arc<Galley>,
}

impl CodeLayout {
    /// The runs of the text that was laid out last.
    pub(super) fn runs(&self) -> &[CodeRun] {
        &self.runs
    }

    /// The text laid out, without wrapping.
    pub fn galley(&mut self, ui: &Ui, language: &str, text: &str) -> Arc<Galley> {
        let same_look = self.look_is_same(ui);
        if same_look
            && let Some(whole) = &self.whole
            && self.text == text
        {
            return Arc::clone(whole);
        }
        if !same_look {
            self.text.clear();
            self.runs.clear();
            self.lines.clear();
        }
        self.update(ui, language, text);
        let whole = self.join(ui);
        self.whole = Some(Arc::clone(&whole));
        whole
    }

    fn look_is_same(&mut self, ui: &Ui) -> bool {
        let (dark, pixels_per_point) = (tokens(ui).dark, ui.ctx().pixels_per_point());
        let probe = LayoutJob::single_section("0".to_owned(), format(CodeKind::Plain, tokens(ui)));
        let letters = ui.fonts_mut(|fonts| fonts.layout_job(probe));
        let same = self.look.as_ref().is_some_and(|look| {
            look.dark == dark
                && look.pixels_per_point == pixels_per_point
                && Arc::ptr_eq(&look.letters, &letters)
        });
        self.look = Some(Look { dark, pixels_per_point, letters });
        same
    }

    /// Reads and lays out what is another text than before.
    fn update(&mut self, ui: &Ui, language: &str, text: &str) {
        let change = Difference::between(&self.text, text);
        let first = self
            .lines
            .iter()
            .rposition(|line| line.start.clean && line.start.at <= change.old.start)
            .unwrap_or(0);
        let from = self.lines.get(first).map_or(0, |line| line.start.at);
        let known = |at: usize| {
            let old = change.old_place(at)?;
            let found = self.lines.binary_search_by_key(&old, |line| line.start.at).ok()?;
            self.lines[found].start.clean.then_some(found)
        };
        let lexed = code_lines(language, text, from, |at| known(at).is_some());
        let resumed = lexed.stopped.and_then(known).unwrap_or(self.lines.len());
        let galleys = self.galleys(ui, text, &lexed, first..resumed);

        let run_at = |line: usize| self.lines.get(line).map_or(self.runs.len(), |l| l.start.run);
        let replaced = run_at(first)..run_at(resumed);
        for line in &mut self.lines[resumed..] {
            line.start.at = change.new_place(line.start.at);
            line.start.run = line.start.run - replaced.len() + lexed.runs.len();
        }
        for run in &mut self.runs[replaced.end..] {
            run.end = change.new_place(run.end);
        }
        let new_lines = lexed.lines.iter().zip(galleys).map(|(start, galley)| {
            let start = LineStart { run: start.run + replaced.start, ..*start };
            Line { start, galley }
        });
        self.lines.splice(first..resumed, new_lines);
        self.runs.splice(replaced, lexed.runs);
        self.text.clear();
        self.text.push_str(text);
    }

    /// The lines that were read, laid out. Those at both ends that are as before are kept.
    fn galleys(
        &self,
        ui: &Ui,
        text: &str,
        lexed: &Lexed,
        replaced: Range<usize>,
    ) -> Vec<Arc<Galley>> {
        let old = |line: usize| {
            let next = self.lines.get(line + 1).map(|next| next.start.at);
            Piece::new(&self.text, &self.runs, &self.lines[line].start, next)
        };
        let new = |line: usize| {
            let next = lexed.lines.get(line + 1).map(|next| next.at).or(lexed.stopped);
            Piece::new(text, &lexed.runs, &lexed.lines[line], next)
        };
        let count = lexed.lines.len();
        let shared = count.min(replaced.len());
        let before = (0..shared)
            .take_while(|line| old(replaced.start + line).looks_like(&new(*line)))
            .count();
        let after = (1..=shared - before)
            .take_while(|back| old(replaced.end - back).looks_like(&new(count - back)))
            .count();
        (0..count)
            .map(|line| {
                if line < before {
                    Arc::clone(&self.lines[replaced.start + line].galley)
                } else if line >= count - after {
                    Arc::clone(&self.lines[replaced.end - (count - line)].galley)
                } else {
                    let job = new(line).job(tokens(ui));
                    ui.fonts_mut(|fonts| fonts.layout_job(job))
                }
            })
            .collect()
    }

    fn join(&self, ui: &Ui) -> Arc<Galley> {
        let galleys: Vec<_> = self.lines.iter().map(|line| Arc::clone(&line.galley)).collect();
        let look = format(CodeKind::Plain, tokens(ui));
        let mut job = LayoutJob::single_section(self.text.clone(), look);
        job.wrap.max_width = f32::INFINITY;
        Arc::new(Galley::concat(Arc::new(job), &galleys, ui.ctx().pixels_per_point()))
    }
}

/// Which bytes of a text took the place of which others.
struct Difference {
    old: Range<usize>,
    new: Range<usize>,
}

impl Difference {
    fn between(old: &str, new: &str) -> Self {
        let (old, new) = (old.as_bytes(), new.as_bytes());
        let start = same_at_start(old, new);
        let end = same_at_end(&old[start..], &new[start..]);
        Self { old: start..old.len() - end, new: start..new.len() - end }
    }

    /// Where a byte behind the change stood before.
    fn old_place(&self, new: usize) -> Option<usize> {
        new.checked_sub(self.new.end).map(|behind| self.old.end + behind)
    }

    /// Where a byte behind the change stands now.
    fn new_place(&self, old: usize) -> usize {
        self.new.end + (old - self.old.end)
    }
}

/// Long texts are compared in blocks, which costs next to nothing.
const BLOCK: usize = 256;

fn same_at_start(one: &[u8], other: &[u8]) -> usize {
    let blocks = one.chunks(BLOCK).zip(other.chunks(BLOCK));
    let same = blocks.take_while(|(a, b)| a == b).map(|(a, _)| a.len()).sum();
    let rest = one[same..].iter().zip(&other[same..]);
    same + rest.take_while(|(a, b)| a == b).count()
}

fn same_at_end(one: &[u8], other: &[u8]) -> usize {
    let blocks = one.rchunks(BLOCK).zip(other.rchunks(BLOCK));
    let same: usize = blocks.take_while(|(a, b)| a == b).map(|(a, _)| a.len()).sum();
    let rest = one[..one.len() - same].iter().rev().zip(other[..other.len() - same].iter().rev());
    same + rest.take_while(|(a, b)| a == b).count()
}

/// A line with what its letters are.
struct Piece<'a> {
    line: &'a str,
    start: usize,
    /// From its first one on.
    runs: &'a [CodeRun],
}

impl<'a> Piece<'a> {
    /// The line that begins there and ends before the `next` one.
    fn new(text: &'a str, runs: &'a [CodeRun], start: &LineStart, next: Option<usize>) -> Self {
        let end = next.map_or(text.len(), |next| next - 1);
        Self { line: &text[start.at..end], start: start.at, runs: &runs[start.run..] }
    }

    /// Its runs: where each ends within the line, and what it is.
    fn runs(&self) -> impl Iterator<Item = (usize, CodeKind)> {
        let (start, length) = (self.start, self.line.len());
        let mut left = length > 0;
        self.runs
            .iter()
            .take_while(move |run| std::mem::replace(&mut left, run.end < start + length))
            .map(move |run| (run.end.saturating_sub(start).min(length), run.kind))
    }

    fn looks_like(&self, other: &Self) -> bool {
        self.line == other.line && self.runs().eq(other.runs())
    }

    fn job(&self, tokens: &Tokens) -> LayoutJob {
        let mut job = LayoutJob::default();
        job.wrap.max_width = f32::INFINITY;
        job.keep_trailing_whitespace = true;
        let mut from = 0;
        for (to, kind) in self.runs() {
            if from < to {
                job.append(&self.line[from..to], 0.0, format(kind, tokens));
                from = to;
            }
        }
        if job.text.is_empty() {
            job.append("", 0.0, format(CodeKind::Plain, tokens));
        }
        job
    }
}

fn format(kind: CodeKind, tokens: &Tokens) -> TextFormat {
    TextFormat {
        font_id: fonts::code_font(text_size::CODE),
        color: code_color(kind, tokens),
        line_height: Some(text_size::CODE_LINE),
        ..TextFormat::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_frame(mut contents: impl FnMut(&Ui)) {
        let ctx = egui::Context::default();
        crate::look::install(&ctx);
        for _ in 0..2 {
            let mut output = ctx.run_ui(egui::RawInput::default(), |ui| contents(ui));
            output.textures_delta.clear();
        }
    }

    #[test]
    fn joined_lines_are_where_egui_itself_would_put_them() {
        let text = "fn a() {\n\n    `é ${b} \n日`\n}\n";
        in_frame(|ui| {
            let own = CodeLayout::default().galley(ui, "rhai", text);
            let mut job =
                LayoutJob::single_section(text.to_owned(), format(CodeKind::Plain, tokens(ui)));
            job.wrap.max_width = f32::INFINITY;
            job.keep_trailing_whitespace = true;
            let egui = ui.fonts_mut(|fonts| fonts.layout_job(job));
            assert_eq!(own.text(), text);
            assert_eq!(own.rows.len(), egui.rows.len());
            for char in 0..=text.chars().count() {
                let cursor = egui::text::CCursor::new(char);
                assert_eq!(own.pos_from_cursor(cursor), egui.pos_from_cursor(cursor), "{char}");
            }
        });
    }

    #[test]
    fn only_a_changed_line_is_laid_out_again() {
        in_frame(|ui| {
            let mut layout = CodeLayout::default();
            let before = layout.galley(ui, "rhai", "let a;\nlet b;\nlet c;");
            let after = layout.galley(ui, "rhai", "let a;\nlet bb;\nlet c;");
            let same = |row: usize| Arc::ptr_eq(&before.rows[row].row, &after.rows[row].row);
            assert_eq!([same(0), same(1), same(2)], [true, false, true]);
            let again = layout.galley(ui, "rhai", "let a;\nlet bb;\nlet c;");
            assert!(Arc::ptr_eq(&after, &again));
        });
    }

    /// Where each line begins, and its runs, as they are read in one go.
    fn read_at_once(text: &str) -> (Vec<CodeRun>, Vec<LineStart>) {
        let lexed = code_lines("rhai", text, 0, |_| false);
        (lexed.runs, lexed.lines)
    }

    #[test]
    fn a_text_that_is_changed_in_many_places_is_laid_out_as_if_it_were_new() {
        const PIECES: [&str; 16] = [
            "\n",
            "let a = 1;",
            "/*",
            "*/",
            "`",
            "${",
            "}",
            "{",
            "\"",
            "\\",
            "é",
            "// x",
            " ",
            "row",
            "fn f(",
            "\n\n",
        ];
        in_frame(|ui| {
            let mut layout = CodeLayout::default();
            let mut text = "fn a() {\n    b(`c ${d}`);\n}\n".repeat(4);
            let mut chance = 7_u64;
            let mut draw = |below: usize| {
                chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (chance >> 33) as usize % below
            };
            for _ in 0..600 {
                let places: Vec<usize> =
                    text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
                let from = draw(places.len());
                let to = (from + draw(4)).min(places.len() - 1);
                let piece = PIECES[draw(PIECES.len())];
                text.replace_range(places[from]..places[to], piece);
                let shown = layout.galley(ui, "rhai", &text);
                assert_eq!(shown.rows.len(), text.matches('\n').count() + 1, "{text}");
                let (runs, lines) = read_at_once(&text);
                assert_eq!(layout.runs, runs, "{text}");
                let starts: Vec<_> = layout.lines.iter().map(|line| line.start).collect();
                assert_eq!(starts, lines, "{text}");
            }
        });
    }

    #[test]
    fn a_comment_that_is_opened_colours_the_lines_below() {
        in_frame(|ui| {
            let mut layout = CodeLayout::default();
            let before = layout.galley(ui, "rhai", "a\nlet b;");
            let after = layout.galley(ui, "rhai", "/*\nlet b;");
            assert!(!Arc::ptr_eq(&before.rows[1].row, &after.rows[1].row));
        });
    }
}

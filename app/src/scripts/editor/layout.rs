//! Code → what egui draws, line by line, so that a key costs the same in a long script as in a
//! short one.
//!
//! egui lays out a whole text again when a letter of it changes, and compares the whole in every
//! frame. Here each line keeps its own layout; a change joins the lines anew and lays out only those
//! that are new.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat};
use egui::{Galley, Ui};

use crate::look::{Tokens, fonts, text_size, tokens};
use crate::markdown::{CodeKind, CodeRun, code_color, code_runs};

/// The layout of one text, kept from frame to frame.
#[derive(Default)]
pub struct CodeLayout {
    text: String,
    runs: Vec<CodeRun>,
    lines: HashMap<u64, Arc<Galley>>,
    whole: Option<Arc<Galley>>,
    look: Option<Look>,
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
            self.lines.clear();
        }
        if self.text != text || self.runs.is_empty() {
            self.text.clear();
            self.text.push_str(text);
            self.runs = code_runs(language, text);
        }
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

    fn join(&mut self, ui: &Ui) -> Arc<Galley> {
        let tokens = tokens(ui);
        let mut kept = HashMap::with_capacity(self.lines.len());
        let mut galleys = Vec::new();
        let (mut start, mut run) = (0, 0);
        for line in self.text.split('\n') {
            let end = start + line.len();
            let mut hasher = DefaultHasher::new();
            line.hash(&mut hasher);
            let first_run = run;
            while let Some(CodeRun { end: run_end, kind }) = self.runs.get(run) {
                (run_end.min(&end) - start, *kind as u8).hash(&mut hasher);
                if *run_end > end {
                    break;
                }
                run += 1;
            }
            let galley = kept.entry(hasher.finish()).or_insert_with_key(|hash| {
                self.lines.get(hash).cloned().unwrap_or_else(|| {
                    let job = line_job(line, start, &self.runs[first_run..], tokens);
                    ui.fonts_mut(|fonts| fonts.layout_job(job))
                })
            });
            galleys.push(Arc::clone(galley));
            start = end + 1;
        }
        self.lines = kept;
        let mut job = LayoutJob::single_section(self.text.clone(), format(CodeKind::Plain, tokens));
        job.wrap.max_width = f32::INFINITY;
        Arc::new(Galley::concat(Arc::new(job), &galleys, ui.ctx().pixels_per_point()))
    }
}

fn line_job(line: &str, start: usize, runs: &[CodeRun], tokens: &Tokens) -> LayoutJob {
    let mut job = LayoutJob::default();
    job.wrap.max_width = f32::INFINITY;
    job.keep_trailing_whitespace = true;
    let mut from = 0;
    for run in runs {
        let to = run.end.saturating_sub(start).min(line.len());
        if from < to {
            job.append(&line[from..to], 0.0, format(run.kind, tokens));
            from = to;
        }
        if from == line.len() {
            break;
        }
    }
    if job.text.is_empty() {
        job.append("", 0.0, format(CodeKind::Plain, tokens));
    }
    job
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

//! The letters of a page and where they stand, without drawing them.

use hayro::hayro_interpret::font::{Glyph as PdfGlyph, GlyphRun};
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask,
};
use hayro::kurbo::{BezPath, Rect};

/// How far letters reach below and above their line, in thousandths of their size.
const BELOW: f64 = -220.0;
const ABOVE: f64 = 780.0;
/// Width of a letter whose font does not say, in the same unit.
const USUAL_WIDTH: f32 = 500.0;
/// Letters as far apart as so many heights stand in two columns.
const COLUMN_GAP: f64 = 2.0;

/// A letter, or several that are drawn as one.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Glyph {
    pub(super) text: String,
    pub(super) area: Rect,
}

/// Writes down letters in the order of drawing.
#[derive(Default)]
pub(super) struct Recorder {
    glyphs: Vec<Glyph>,
}

impl Recorder {
    /// What was drawn, from first to last.
    pub(super) fn glyphs(self) -> Vec<Glyph> {
        self.glyphs
    }
}

impl<'a> Device<'a> for Recorder {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _mode: &DrawMode) {
        let before = self.glyphs.len();
        for positioned in run.glyphs() {
            let width = match &**positioned {
                PdfGlyph::Outline(glyph) => glyph.advance_width(),
                PdfGlyph::Type3(glyph) => glyph.advance_width(),
            };
            let text = match positioned.as_unicode() {
                Some(BfString::Char(char)) => char.to_string(),
                Some(BfString::String(text)) => text,
                None => continue,
            };
            let letter = Rect::new(0.0, BELOW, f64::from(width.unwrap_or(USUAL_WIDTH)), ABOVE);
            let place = props.transform * positioned.transform();
            self.glyphs.push(Glyph { text, area: place.transform_rect_bbox(letter) });
        }
        // Letters that are filled and then outlined are drawn twice.
        let count = self.glyphs.len() - before;
        if before >= count && self.glyphs[before - count..before] == self.glyphs[before..] {
            self.glyphs.truncate(before);
        }
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

/// One rectangle for each line that these letters take.
pub(super) fn lines(glyphs: &[Glyph]) -> Vec<Rect> {
    let mut lines: Vec<Rect> = Vec::new();
    for glyph in glyphs.iter().filter(|glyph| !glyph.text.trim().is_empty()) {
        let area = glyph.area;
        match lines.last_mut() {
            Some(line) if continues(line, &area) => *line = line.union(area),
            _ => lines.push(area),
        }
    }
    lines
}

/// Whether a letter stands on this line and near its end (or beginning, in scripts from the right).
fn continues(line: &Rect, letter: &Rect) -> bool {
    let height = line.height().min(letter.height());
    let common = line.y1.min(letter.y1) - line.y0.max(letter.y0);
    let apart = (letter.x0 - line.x1).max(line.x0 - letter.x1);
    common > height / 2.0 && apart < height * COLUMN_GAP
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(text: &str, x: f64, y: f64) -> Glyph {
        Glyph { text: text.to_owned(), area: Rect::new(x, y, x + 6.0, y + 10.0) }
    }

    #[test]
    fn letters_of_one_line_become_one_rectangle() {
        let glyphs = [
            letter("a", 0.0, 0.0),
            letter("b", 6.0, 1.0),
            letter(" ", 12.0, 0.0),
            letter("c", 18.0, 0.0),
            letter("d", 0.0, 12.0),
            letter("e", 300.0, 12.0),
        ];
        let lines = lines(&glyphs);
        assert_eq!(lines.len(), 3, "two lines, and another column");
        assert_eq!((lines[0].x0, lines[0].x1), (0.0, 24.0));
        assert_eq!((lines[0].y0, lines[0].y1), (0.0, 11.0));
    }
}

//! One page as a picture.

use std::ops::Range;
use std::path::Path;

use hayro::hayro_interpret::util::TransformExt as _;
use hayro::hayro_interpret::{Context, InterpreterCache, InterpreterSettings, interpret_page};
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro::kurbo::{Affine, Rect};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};

use super::child::bytes_of;
use super::glyphs::{Glyph, Recorder};
use super::locate::locate;
use super::{Area, Located, PagePicture, PageRequest, WIDEST, Wanted};
use crate::documents::extract::Refusal;

/// The narrowest picture, in pixels.
const NARROWEST: u32 = 16;
/// The highest picture, in pixels.
const HIGHEST: f32 = 8192.0;
/// The most pixels of a picture.
const MOST_PIXELS: f32 = 24e6;

/// An opened PDF.
pub(super) struct Opened {
    pdf: Pdf,
    settings: InterpreterSettings,
}

/// Draws the pages of an opened PDF, and keeps what they share.
pub(super) struct Drawer<'a> {
    opened: &'a Opened,
    cache: RenderCache<'a>,
    letters: InterpreterCache<'a>,
    /// The letters of the page that was looked at last, and which it is: what is typed into a search is
    /// looked for there again with every letter.
    last: Option<(u32, Vec<Glyph>)>,
}

impl Opened {
    pub(super) fn open(path: &Path) -> Result<Self, Refusal> {
        let pdf = Pdf::new(bytes_of(path)?).map_err(|error| match error {
            LoadPdfError::Decryption(
                DecryptionError::PasswordProtected | DecryptionError::UnsupportedAlgorithm,
            ) => Refusal::Encrypted,
            LoadPdfError::Decryption(error) => Refusal::damaged(format!("{error:?}")),
            LoadPdfError::Invalid => Refusal::damaged("its pages cannot be found"),
        })?;
        Ok(Self { pdf, settings: InterpreterSettings::default() })
    }

    pub(super) fn drawer(&self) -> Drawer<'_> {
        let (cache, letters) = (RenderCache::new(), InterpreterCache::new());
        Drawer { opened: self, cache, letters, last: None }
    }
}

impl<'a> Drawer<'a> {
    /// Width and height of all pages, in points.
    pub(super) fn sizes(&self) -> Vec<[f32; 2]> {
        let size = |page: &Page<'_>| <[f32; 2]>::from(page.render_dimensions());
        self.opened.pdf.pages().iter().map(size).collect()
    }

    pub(super) fn draw(&self, asked: &PageRequest) -> Result<PagePicture, Refusal> {
        let page = self.page(asked.page)?;
        let scale = scale(page.render_dimensions(), asked.width);
        let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
        let drawing = RenderSettings::default();
        let drawn = render(page, &self.cache, &self.opened.settings, &drawing, &settings);
        Ok(PagePicture {
            size: [drawn.width().into(), drawn.height().into()],
            pixels: drawn.data_as_u8_slice().to_vec(),
        })
    }

    fn page(&self, number: u32) -> Result<&'a Page<'a>, Refusal> {
        let opened: &'a Opened = self.opened;
        let place = number.checked_sub(1).map(|place| place as usize);
        let page = place.and_then(|place| opened.pdf.pages().get(place));
        page.ok_or_else(|| Refusal::damaged(format!("it has no page {number}")))
    }

    /// Where passages stand on a page.
    pub(super) fn locate(
        &mut self,
        number: u32,
        wanted: &[Wanted],
    ) -> Result<Vec<Located>, Refusal> {
        let page = self.page(number)?;
        let (width, height) = page.render_dimensions();
        let whole = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        let glyphs = match self.last.take() {
            Some((last, glyphs)) if last == number => glyphs,
            _ => self.glyphs(page, whole),
        };
        let found = locate(glyphs.iter().map(|glyph| glyph.text.as_str()), wanted);
        let areas = |ranges: Vec<Range<usize>>| {
            let lines = ranges.into_iter().flat_map(|range| super::glyphs::lines(&glyphs[range]));
            areas(lines, whole)
        };
        let located = found.into_iter().map(|found| found.and_then(areas)).collect();
        self.last = Some((number, glyphs));
        Ok(located)
    }

    /// The letters of a page.
    fn glyphs(&self, page: &'a Page<'a>, whole: Rect) -> Vec<Glyph> {
        let mut recorder = Recorder::default();
        let transform: Affine = page.initial_transform(true).to_kurbo();
        let settings = self.opened.settings.clone();
        let mut context = Context::new(transform, whole, &self.letters, page.xref(), settings);
        interpret_page(page, &mut context, &mut recorder);
        recorder.glyphs()
    }
}

/// Lines of letters as parts of the page, without those that stand outside of what is shown of it.
fn areas(lines: impl Iterator<Item = Rect>, whole: Rect) -> Located {
    let area = |line: Rect| Area {
        left: (line.x0 / whole.x1) as f32,
        top: (line.y0 / whole.y1) as f32,
        right: (line.x1 / whole.x1) as f32,
        bottom: (line.y1 / whole.y1) as f32,
    };
    let visible: Vec<Area> = lines
        .map(|line| area(line.intersect(whole)))
        .filter(|area| area.right > area.left && area.bottom > area.top)
        .collect();
    (!visible.is_empty()).then_some(visible)
}

/// Pixels for a point, so that the picture is as wide as was asked or as large as may be.
fn scale((width, height): (f32, f32), wanted: u32) -> f32 {
    let scale = wanted.clamp(NARROWEST, WIDEST) as f32 / width;
    // At least one pixel each way, however thin a page is.
    scale
        .min(HIGHEST / height)
        .min((MOST_PIXELS / (width * height)).sqrt())
        .max(1.0 / width.min(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_as_wide_as_asked_within_limits() {
        let picture = |size: (f32, f32), wanted| {
            let scale = scale(size, wanted);
            [(size.0 * scale).round(), (size.1 * scale).round()]
        };
        assert_eq!(picture((600.0, 800.0), 300), [300.0, 400.0]);
        assert_eq!(picture((600.0, 800.0), 0), [16.0, 21.0]);
        assert!(picture((600.0, 800.0), 100_000).iter().product::<f32>() <= MOST_PIXELS * 1.01);
        assert_eq!(picture((10.0, 14_400.0), 1000)[1], HIGHEST);
    }
}

//! The pages of a PDF below one another, of which only those near the visible part are drawn.

use std::collections::HashMap;

use egui::accesskit::Role;
use egui::{
    Context, Image, Rect, ScrollArea, Sense, Stroke, StrokeKind, TextureHandle, TextureOptions, Ui,
    Vec2, WidgetInfo, pos2, vec2,
};
use engine::documents::drawing::{Area, PageRequest, WIDEST, Wanted};

use super::painter::{Drawn, Painter};
use super::state::ZOOMS;
use crate::look::{self, radius, tokens};

/// Between pages, and above and below them, in points.
const GAP: f32 = 10.0;
/// A page whose size is not known is as high as this, against its width.
const USUAL_RATIO: f32 = 1.414;
/// Pictures are kept up to so many pixels, those nearest to the visible page.
const MOST_PIXELS: usize = 12_000_000;
/// Above a passage that is scrolled to, in points.
const ABOVE: f32 = 90.0;

/// A page as a picture on the graphics card.
struct Picture {
    texture: TextureHandle,
    /// How wide it was to be, in pixels.
    width: u32,
}

/// A passage to be shown.
struct Passage {
    page: u32,
    wanted: Wanted,
    /// Where it stands; `None` until that is known, `Some(None)` when it cannot be located.
    marks: Option<Option<Vec<Area>>>,
}

/// Where to scroll to.
enum Goal {
    /// The upper edge of a page.
    Page(u32),
    /// The passage, as soon as it is known where it stands.
    Passage,
}

/// See the module documentation.
pub(super) struct PdfView {
    painter: Painter,
    sizes: Vec<[f32; 2]>,
    pictures: HashMap<u32, Picture>,
    /// Pages that cannot be drawn, and why.
    failed: HashMap<u32, String>,
    /// The page that is being drawn, and how wide.
    asked: Option<(u32, u32)>,
    passage: Option<Passage>,
    zoom: f32,
    current: u32,
    goal: Option<Goal>,
}

impl PdfView {
    pub(super) fn new(painter: Painter, page: u32, wanted: Option<Wanted>) -> Self {
        let mut view = Self {
            painter,
            sizes: Vec::new(),
            pictures: HashMap::new(),
            failed: HashMap::new(),
            asked: None,
            passage: None,
            zoom: 1.0,
            current: 1,
            goal: None,
        };
        view.go_to(page, wanted);
        view
    }

    /// Shows a page, and a passage on it.
    pub(super) fn go_to(&mut self, page: u32, wanted: Option<Wanted>) {
        self.current = page;
        self.goal = Some(Goal::Page(page));
        if let Some(wanted) = wanted {
            // Its picture comes with the marks.
            self.pictures.remove(&page);
            self.passage = Some(Passage { page, wanted, marks: None });
        }
    }

    pub(super) fn take_sizes(&mut self, sizes: Vec<[f32; 2]>) {
        self.sizes = sizes;
        self.goal = Some(Goal::Page(self.current));
    }

    pub(super) fn take_in(&mut self, drawn: Drawn, ctx: &Context) {
        let Drawn { page, width, picture, marks } = drawn;
        self.asked.take_if(|asked| *asked == (page, width));
        match picture {
            Ok(picture) => {
                let name = format!("page {page}");
                let texture = ctx.load_texture(name, picture, TextureOptions::LINEAR);
                self.pictures.insert(page, Picture { texture, width });
                self.drop_far_pictures();
            }
            Err(refusal) => {
                self.failed.insert(page, refusal.to_string());
            }
        }
        if let Some(passage) = self.passage.as_mut().filter(|passage| passage.page == page)
            && let Some(marks) = marks
            && passage.marks.is_none()
        {
            passage.marks = Some(marks);
            self.goal = Some(Goal::Passage);
        }
    }

    fn drop_far_pictures(&mut self) {
        let mut pages: Vec<u32> = self.pictures.keys().copied().collect();
        pages.sort_by_key(|page| page.abs_diff(self.current));
        let mut pixels = 0;
        for page in pages {
            let size = self.pictures.get(&page).map_or([0, 0], |picture| picture.texture.size());
            pixels += size[0] * size[1];
            if pixels > MOST_PIXELS && page != self.current {
                self.pictures.remove(&page);
            }
        }
    }

    /// How much pages are enlarged, against the width of the panel.
    pub(super) fn zoom(&self) -> f32 {
        self.zoom
    }

    pub(super) fn zoom_to(&mut self, zoom: f32) {
        self.zoom = zoom.clamp(*ZOOMS.start(), *ZOOMS.end());
        self.goal = Some(Goal::Page(self.current));
    }

    /// The page in the middle of what is visible, from 1.
    pub(super) fn current(&self) -> u32 {
        self.current
    }

    /// How many pages there are; 0 until that is known.
    pub(super) fn count(&self) -> usize {
        self.sizes.len()
    }

    /// Whether a passage was looked for and cannot be located.
    pub(super) fn is_unlocated(&self) -> bool {
        self.passage.as_ref().is_some_and(|passage| passage.marks == Some(None))
    }

    /// Draws the pages.
    pub(super) fn pdf_ui(&mut self, ui: &mut Ui) {
        if self.sizes.is_empty() {
            look::muted(ui, "Opening the document…");
            return;
        }
        let room = ui.available_width() - 14.0;
        let width = (room * self.zoom).max(40.0);
        let tops = self.tops(width);
        let whole = vec2(width, tops.last().copied().unwrap_or_default());
        let mut area = ScrollArea::both().auto_shrink(false).id_salt("pages of a PDF");
        if let Some(top) = self.take_goal(&tops, width) {
            area = area.vertical_scroll_offset((top).max(0.0));
        }
        area.show_viewport(ui, |ui, viewport| {
            ui.set_min_size(whole);
            let corner = ui.max_rect().min;
            let middle = viewport.center().y;
            let first = tops.partition_point(|top| *top <= viewport.top()).saturating_sub(1);
            let mut visible = Vec::new();
            for place in first..self.sizes.len() {
                let top = tops[place];
                if top > viewport.bottom() {
                    break;
                }
                let height = tops[place + 1] - top - GAP;
                let rect = Rect::from_min_size(corner + vec2(0.0, top), vec2(width, height));
                let page = u32::try_from(place).unwrap_or(u32::MAX) + 1;
                self.page_ui(ui, page, rect);
                visible.push(page);
                if top <= middle {
                    self.current = page;
                }
            }
            self.ask_for_next(&visible, width * ui.ctx().pixels_per_point());
        });
    }

    /// The upper edges of all pages, and where the last one ends.
    fn tops(&self, width: f32) -> Vec<f32> {
        let mut tops = Vec::with_capacity(self.sizes.len() + 1);
        let mut top = GAP;
        for [page_width, page_height] in &self.sizes {
            tops.push(top);
            let ratio = if *page_width > 0.0 { page_height / page_width } else { USUAL_RATIO };
            top += (width * ratio).clamp(20.0, 40.0 * width) + GAP;
        }
        tops.push(top);
        tops
    }

    /// Where to scroll to now, from the beginning.
    fn take_goal(&mut self, tops: &[f32], width: f32) -> Option<f32> {
        match self.goal.take()? {
            Goal::Page(page) => {
                let place = (page as usize).saturating_sub(1).min(self.sizes.len() - 1);
                self.current = u32::try_from(place).unwrap_or(0) + 1;
                // The passage counts, once it is known where it stands.
                let known = |passage: &Passage| matches!(passage.marks, Some(Some(_)));
                let on_page = self.passage.as_ref().filter(|passage| passage.page == page);
                match on_page.filter(|passage| known(passage)) {
                    Some(_) => self.passage_top(tops, width),
                    None => Some(tops[place] - GAP),
                }
            }
            Goal::Passage => self.passage_top(tops, width),
        }
    }

    fn passage_top(&self, tops: &[f32], _width: f32) -> Option<f32> {
        let passage = self.passage.as_ref()?;
        let mark = passage.marks.as_ref()?.as_ref()?.first()?;
        let place = (passage.page as usize).checked_sub(1)?;
        let (top, next) = (*tops.get(place)?, *tops.get(place + 1)?);
        Some(top + mark.top * (next - top - GAP) - ABOVE)
    }

    fn page_ui(&self, ui: &mut Ui, page: u32, rect: Rect) {
        let response = ui.allocate_rect(rect, Sense::hover());
        let count = self.sizes.len();
        response.widget_info(|| {
            WidgetInfo::labeled(Role::Image, true, format!("Page {page} of {count}"))
        });
        let tokens = tokens(ui);
        match self.pictures.get(&page) {
            Some(picture) => {
                let size = rect.size();
                Image::new((picture.texture.id(), size)).paint_at(ui, rect);
                self.marks_ui(ui, page, rect);
            }
            None => {
                ui.painter().rect_filled(rect, 0, tokens.sunken);
                let room = rect.shrink(16.0);
                let words = match self.failed.get(&page) {
                    Some(reason) => format!("This page cannot be drawn: {reason}"),
                    None => format!("Drawing page {page}…"),
                };
                let mut inside = ui.new_child(egui::UiBuilder::new().max_rect(room));
                look::muted(&mut inside, &words);
            }
        }
        let outline = Stroke::new(1.0, tokens.border);
        ui.painter().rect_stroke(rect, 0, outline, StrokeKind::Outside);
    }

    fn marks_ui(&self, ui: &mut Ui, page: u32, rect: Rect) {
        let Some(passage) = self.passage.as_ref().filter(|passage| passage.page == page) else {
            return;
        };
        let marks = passage.marks.iter().flatten().flatten();
        for (index, mark) in marks.enumerate() {
            let at = |x: f32, y: f32| {
                pos2(rect.left() + x * rect.width(), rect.top() + y * rect.height())
            };
            let area = Rect::from_two_pos(at(mark.left, mark.top), at(mark.right, mark.bottom));
            // Paper is white in both themes.
            let color = look::tokens::LIGHT.mark_current.gamma_multiply(0.35);
            ui.painter().rect_filled(area.expand2(Vec2::new(1.5, 0.5)), radius::SMALL / 2, color);
            if index == 0 {
                let marked =
                    ui.interact(area, ui.scope_id().with(("marked", page)), Sense::hover());
                marked.widget_info(|| WidgetInfo::labeled(Role::Mark, true, "The marked passage"));
            }
        }
    }

    /// Asks for the picture that is missed most: of the page in the middle, of other visible ones,
    /// of the next ones.
    fn ask_for_next(&mut self, visible: &[u32], pixels: f32) {
        if self.asked.is_some() {
            return;
        }
        let width = (pixels.round() as u32).clamp(16, WIDEST);
        let last = u32::try_from(self.sizes.len()).unwrap_or(u32::MAX);
        let near = [self.current.saturating_add(1), self.current.saturating_sub(1)];
        let passage = self.passage.as_ref().filter(|passage| passage.marks.is_none());
        let wanted = std::iter::once(self.current)
            .chain(visible.iter().copied())
            .chain(passage.map(|passage| passage.page))
            .chain(near)
            .filter(|page| (1..=last).contains(page))
            .find(|page| {
                let is_here = self.pictures.get(page).is_some_and(|picture| picture.width == width);
                !is_here && !self.failed.contains_key(page)
            });
        let Some(page) = wanted else { return };
        let passage = self.passage.as_ref().filter(|passage| passage.page == page);
        let passage = passage.map(|passage| passage.wanted.clone());
        self.asked = Some((page, width));
        self.painter.draw(PageRequest { page, width, passage });
    }
}

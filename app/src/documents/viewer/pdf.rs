//! The pages of a PDF below one another, of which only those near the visible part are drawn.

use std::collections::HashMap;

use egui::{Context, Rect, ScrollArea, TextureHandle, TextureOptions, Ui, Vec2, vec2};
use engine::documents::drawing::{Area, Located, PageRequest, WIDEST, Wanted};

use super::find::{Find, number};
use super::page::{Marks, Sheet, sheet_ui};
use super::painter::{Order, Painted, Painter, Sought};
use super::state::ZOOMS;
use crate::look;

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
    located: Option<Located>,
}

/// Where to scroll to.
#[derive(Clone, Copy)]
enum Goal {
    /// The upper edge of a page.
    Page(u32),
    /// The passage, as soon as it is known where it stands.
    Passage,
    /// The match that is looked at: its page first, then its place as soon as that is known.
    Match { is_on_page: bool },
}

/// What is missing.
#[derive(Clone, Copy)]
enum Wish {
    Picture(u32),
    Passage,
    Matches(u32),
}

/// See the module documentation.
pub(super) struct PdfView {
    painter: Painter,
    sizes: Vec<[f32; 2]>,
    pictures: HashMap<u32, Picture>,
    /// Pages that cannot be drawn, and why.
    failed: HashMap<u32, String>,
    /// Whether the painter has something to do.
    is_painting: bool,
    passage: Option<Passage>,
    /// Where the matches on some pages stand, and in which search they were found.
    matches: HashMap<u32, Vec<Located>>,
    round: u64,
    zoom: f32,
    current: u32,
    goal: Option<Goal>,
    /// What was visible in the last frame, from the upper left of all pages.
    viewport: Rect,
}

impl PdfView {
    pub(super) fn new(painter: Painter, page: u32, wanted: Option<Wanted>) -> Self {
        let mut view = Self {
            painter,
            sizes: Vec::new(),
            pictures: HashMap::new(),
            failed: HashMap::new(),
            is_painting: false,
            passage: None,
            matches: HashMap::new(),
            round: 0,
            zoom: 1.0,
            current: 1,
            goal: None,
            viewport: Rect::NOTHING,
        };
        view.go_to(page, wanted);
        view
    }

    /// Shows a page, and a passage on it.
    pub(super) fn go_to(&mut self, page: u32, wanted: Option<Wanted>) {
        self.current = page;
        self.goal = Some(Goal::Page(page));
        if let Some(wanted) = wanted {
            self.passage = Some(Passage { page, wanted, located: None });
        }
    }

    /// Shows the match that is looked at.
    pub(super) fn go_to_match(&mut self) {
        self.goal = Some(Goal::Match { is_on_page: false });
    }

    pub(super) fn take_sizes(&mut self, sizes: Vec<[f32; 2]>) {
        self.sizes = sizes;
        self.goal = Some(Goal::Page(self.current));
    }

    /// Takes in what the painter has done.
    pub(super) fn take_in(&mut self, painted: Painted, ctx: &Context) {
        match painted {
            Painted::Sizes(_) => return,
            Painted::Page { page, width, picture: Ok(picture) } => {
                let name = format!("page {page}");
                let texture = ctx.load_texture(name, picture, TextureOptions::LINEAR);
                self.pictures.insert(page, Picture { texture, width });
                self.drop_far_pictures();
            }
            Painted::Page { page, picture: Err(refusal), .. } => {
                self.failed.insert(page, refusal.to_string());
            }
            Painted::Located { page, sought: Sought::Passage, mut located } => {
                let passage = self.passage.as_mut().filter(|passage| passage.page == page);
                if let Some(passage) = passage.filter(|passage| passage.located.is_none()) {
                    passage.located = Some(located.pop().flatten());
                    self.goal = Some(Goal::Passage);
                }
            }
            Painted::Located { page, sought: Sought::Found(round), located } => {
                if round == self.round {
                    self.matches.insert(page, located);
                }
            }
        }
        self.is_painting = false;
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
    pub(super) fn is_passage_unlocated(&self) -> bool {
        self.passage.as_ref().is_some_and(|passage| passage.located == Some(None))
    }

    /// Whether the match that is looked at cannot be located on its page.
    pub(super) fn is_match_unlocated(&self, find: &Find) -> bool {
        matches!(self.current_match(find), Some((_, Some(None))))
    }

    /// The page of the match that is looked at, and where it stands there once that is known.
    fn current_match(&self, find: &Find) -> Option<(u32, Option<&Located>)> {
        let page = number(find.current()?);
        let (_, current) = find.on_page(page);
        let located = self.matches.get(&page).filter(|_| find.round() == self.round);
        Some((page, located.zip(current).and_then(|(located, current)| located.get(current))))
    }

    /// Draws the pages.
    pub(super) fn pdf_ui(&mut self, ui: &mut Ui, find: Option<&Find>) {
        if self.sizes.is_empty() {
            look::muted(ui, "Opening the document…");
            return;
        }
        let find = find.filter(|find| find.is_active());
        if let Some(find) = find.filter(|find| find.round() != self.round) {
            self.round = find.round();
            self.matches.clear();
        }
        let room = ui.available_width() - 14.0;
        let width = (room * self.zoom).max(40.0);
        let tops = self.tops(width);
        let whole = vec2(width, tops.last().copied().unwrap_or_default());
        let mut area = ScrollArea::both().auto_shrink(false).id_salt("pages of a PDF");
        if let Some(offset) = self.take_goal(&tops, width, room, find) {
            area = area.scroll_offset(offset.max(Vec2::ZERO));
        }
        area.show_viewport(ui, |ui, viewport| {
            self.viewport = viewport;
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
                // Its outline is drawn around it.
                let rect = Rect::from_min_size(corner + vec2(1.0, top), vec2(width, height));
                let page = page_at(place);
                sheet_ui(ui, &self.sheet(page, find), rect);
                visible.push(page);
                if top <= middle {
                    self.current = page;
                }
            }
            self.ask_for_next(&visible, width * ui.ctx().pixels_per_point(), find);
        });
    }

    fn sheet<'a>(&'a self, page: u32, find: Option<&Find>) -> Sheet<'a> {
        let passage = self.passage.as_ref().filter(|passage| passage.page == page);
        let marks = match find {
            Some(find) => Marks::Matches {
                located: self.matches.get(&page).map_or(&[], Vec::as_slice),
                current: find.on_page(page).1,
            },
            None => Marks::Passage(
                passage.and_then(|passage| passage.located.as_ref()?.as_deref()).unwrap_or(&[]),
            ),
        };
        Sheet {
            page,
            count: self.sizes.len(),
            picture: self.pictures.get(&page).map(|picture| picture.texture.id()),
            failure: self.failed.get(&page).map(String::as_str),
            marks,
        }
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

    /// Where to scroll to now, from the upper left of all pages.
    fn take_goal(
        &mut self,
        tops: &[f32],
        width: f32,
        room: f32,
        find: Option<&Find>,
    ) -> Option<Vec2> {
        let last = page_at(self.sizes.len() - 1);
        let place = |page: u32| page.clamp(1, last) as usize - 1;
        let at = |page: u32, mark: &Area| {
            let (top, next) = (tops[place(page)], tops[place(page) + 1]);
            let middle = (mark.left + mark.right) / 2.0 * width;
            vec2(middle - room / 2.0, top + mark.top * (next - top - GAP) - ABOVE)
        };
        match self.goal.take()? {
            Goal::Page(page) => {
                self.current = place(page) as u32 + 1;
                // The passage counts, once it is known where it stands.
                let passage = self.passage.as_ref().filter(|passage| passage.page == page);
                match passage.and_then(|passage| passage.located.as_ref()?.as_ref()?.first()) {
                    Some(mark) if find.is_none() => Some(at(page, mark)),
                    _ => Some(vec2(0.0, tops[place(page)] - GAP)),
                }
            }
            Goal::Passage => {
                let passage = self.passage.as_ref()?;
                Some(at(passage.page, passage.located.as_ref()?.as_ref()?.first()?))
            }
            Goal::Match { is_on_page } => {
                let (page, located) = self.current_match(find?)?;
                let page = place(page) as u32 + 1;
                let is_visible = |top: f32, bottom: f32| {
                    top >= self.viewport.top() && bottom <= self.viewport.bottom()
                };
                match located {
                    Some(located) => {
                        let mark = located.as_ref()?.first()?;
                        let goal = at(page, mark);
                        let top = goal.y + ABOVE;
                        let is_aside = self.zoom > 1.0;
                        (is_aside || !is_visible(top, top + ABOVE / 2.0)).then_some(goal)
                    }
                    None => {
                        self.goal = Some(Goal::Match { is_on_page: true });
                        let top = tops[place(page)];
                        let is_near = top < self.viewport.bottom()
                            && tops[place(page) + 1] > self.viewport.top();
                        if is_on_page || is_near {
                            return None;
                        }
                        self.current = page;
                        Some(vec2(0.0, top - GAP))
                    }
                }
            }
        }
    }

    /// Asks the painter for what is missed most: on the page in the middle, on other visible ones, on
    /// the next ones.
    fn ask_for_next(&mut self, visible: &[u32], pixels: f32, find: Option<&Find>) {
        if self.is_painting {
            return;
        }
        let width = (pixels.round() as u32).clamp(16, WIDEST);
        let here = [Wish::Picture(self.current), Wish::Passage, Wish::Matches(self.current)];
        let visible = visible.iter().flat_map(|&page| [Wish::Picture(page), Wish::Matches(page)]);
        let near = [self.current.saturating_add(1), self.current.saturating_sub(1)];
        let order = here
            .into_iter()
            .chain(visible)
            .chain(near.map(Wish::Picture))
            .find_map(|wish| self.order(wish, width, find));
        if let Some(order) = order {
            self.is_painting = true;
            self.painter.order(order);
        }
    }

    /// What is to be asked for a wish; `None` where it is fulfilled or cannot be.
    fn order(&self, wish: Wish, width: u32, find: Option<&Find>) -> Option<Order> {
        match wish {
            Wish::Picture(page) => {
                let is_page = (1..=self.sizes.len()).contains(&(page as usize));
                let is_here =
                    self.pictures.get(&page).is_some_and(|picture| picture.width == width);
                let is_missing = is_page && !is_here && !self.failed.contains_key(&page);
                is_missing.then_some(Order::Draw(PageRequest { page, width }))
            }
            Wish::Passage => {
                let passage = self.passage.as_ref()?;
                let (page, wanted) = (passage.page, vec![passage.wanted.clone()]);
                let order = Order::Locate { page, sought: Sought::Passage, wanted };
                passage.located.is_none().then_some(order)
            }
            Wish::Matches(page) => {
                let (hits, _) = find?.on_page(page);
                if hits.is_empty() || self.matches.contains_key(&page) {
                    return None;
                }
                let wanted = hits.iter().map(|hit| hit.wanted.clone()).collect();
                Some(Order::Locate { page, sought: Sought::Found(self.round), wanted })
            }
        }
    }
}

/// The number of the page at a place from 0.
fn page_at(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX - 1) + 1
}

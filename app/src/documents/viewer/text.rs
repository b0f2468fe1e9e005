//! The text of a page or part, with its headings, tables and code, and marks behind a passage or behind
//! what the find bar has found.

use std::ops::Range;

use egui::accesskit::Role;
use egui::epaint::text::cursor::CCursor;
use egui::text::{LayoutJob, TextFormat};
use egui::text_selection::LabelSelectionState;
use egui::{Align, Label, Rect, ScrollArea, Sense, Stroke, Ui, WidgetInfo};
use engine::documents::extract::BlockKind;
use engine::documents::store::StoredPage;

use super::find::Find;
use crate::look::{Tokens, fonts, text_size, tokens};

/// A stretch of the text and how it looks.
#[derive(Clone, Debug, PartialEq)]
struct Stretch {
    /// In bytes of the page's text.
    bytes: Range<usize>,
    kind: BlockKind,
}

/// What is marked, in bytes of the page's text, in order.
#[derive(Clone, Debug, Default, PartialEq)]
struct Marks {
    ranges: Vec<Range<usize>>,
    /// Which of them is scrolled to, and has a name for those who do not see it.
    current: Option<usize>,
    /// Whether they were found by the find bar, in which search, and how many there were then.
    search: Option<(u64, usize)>,
}

/// Where the next frame scrolls to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Goal {
    /// The mark that counts, or the beginning where there is none.
    Arrive,
    /// The mark that counts.
    Mark,
}

/// See the module documentation.
pub(super) struct TextView {
    page: StoredPage,
    stretches: Vec<Stretch>,
    passage: Marks,
    matches: Marks,
    goal: Option<Goal>,
    /// What a person should know of it.
    pub(super) note: Option<String>,
}

impl TextView {
    /// A page, and what is marked on it, in characters.
    pub(super) fn new(page: StoredPage, mark: Option<Range<usize>>) -> Self {
        let mut view = Self {
            page,
            stretches: Vec::new(),
            passage: Marks::default(),
            matches: Marks::default(),
            goal: None,
            note: None,
        };
        view.lay_out(mark);
        view
    }

    /// Another page.
    pub(super) fn show(&mut self, page: StoredPage, mark: Option<Range<usize>>) {
        self.page = page;
        self.lay_out(mark);
    }

    /// Shows the match that is looked at.
    pub(super) fn go_to_match(&mut self) {
        self.goal = Some(Goal::Mark);
    }

    fn lay_out(&mut self, mark: Option<Range<usize>>) {
        let ranges = bytes_of(&self.page.text, mark.iter());
        let current = (!ranges.is_empty()).then_some(0);
        self.passage = Marks { ranges, current, search: None };
        self.matches = Marks::default();
        self.stretches = stretches(&self.page);
        self.goal = Some(Goal::Arrive);
    }

    /// The page that is shown.
    pub(super) fn page(&self) -> &StoredPage {
        &self.page
    }

    /// Marks what was found on this page, once for each search.
    fn take_in(&mut self, find: &Find) {
        let (hits, current) = find.on_part(self.page.ordinal);
        let search = Some((find.round(), hits.len()));
        if self.matches.search != search {
            let ranges = bytes_of(&self.page.text, hits.iter().map(|hit| &hit.characters));
            self.matches = Marks { ranges, current, search };
        }
        self.matches.current = current;
    }

    /// Draws the text.
    pub(super) fn text_ui(&mut self, ui: &mut Ui, find: Option<&Find>) {
        let find = find.filter(|find| find.is_active());
        if let Some(find) = find {
            self.take_in(find);
        }
        let goal = self.goal.take();
        let (marks, name) = match find {
            Some(_) => (&self.matches, "The match"),
            None => (&self.passage, "The marked passage"),
        };
        let mut area = ScrollArea::vertical().auto_shrink(false).id_salt("text of a document");
        if goal == Some(Goal::Arrive) && marks.current.is_none() {
            area = area.vertical_scroll_offset(0.0);
        }
        area.show(ui, |ui| {
            // Room for the scroll bar.
            ui.set_width(ui.available_width() - 12.0);
            ui.spacing_mut().item_spacing.y = 8.0;
            for stretch in &self.stretches {
                let Some(marked) = self.stretch_ui(ui, stretch, marks) else { continue };
                let response = ui.interact(marked, ui.scope_id().with("marked"), Sense::hover());
                response.widget_info(|| WidgetInfo::labeled(Role::Mark, true, name));
                if goal.is_some() {
                    ui.scroll_to_rect(marked, Some(Align::Center));
                }
            }
        });
    }

    /// Draws a stretch; returns where the mark that counts begins in it, if it does.
    fn stretch_ui(&self, ui: &mut Ui, stretch: &Stretch, marks: &Marks) -> Option<Rect> {
        let text = &self.page.text[stretch.bytes.clone()];
        let text = text.trim_end_matches('\n');
        let start = stretch.bytes.start;
        let tokens = tokens(ui);
        let within = marks.within(start..start + text.len());
        let job = job(text, stretch.kind, &within, tokens);
        let (corner, galley, response) = Label::new(job).wrap().selectable(true).layout_in_ui(ui);
        response.widget_info(|| {
            let role = if matches!(stretch.kind, BlockKind::Heading(_)) {
                Role::Heading
            } else {
                Role::Label
            };
            WidgetInfo::labeled(role, true, text)
        });
        // Of a passage over several stretches, the first one counts.
        let current = marks.current.and_then(|current| marks.ranges.get(current));
        let current = current.filter(|mark| (start..start + text.len()).contains(&mark.start));
        let begins = current.map(|mark| {
            let before = text[..mark.start - start].chars().count();
            galley.pos_from_cursor(CCursor::new(before)).translate(corner.to_vec2())
        });
        if ui.is_rect_visible(response.rect) {
            LabelSelectionState::label_text_selection(
                ui,
                &response,
                corner,
                galley,
                tokens.text,
                Stroke::NONE,
            );
        }
        begins
    }
}

impl Marks {
    /// Those within some bytes, from there on, and whether each is the one that counts among others.
    fn within(&self, bytes: Range<usize>) -> Vec<(Range<usize>, bool)> {
        let first = self.ranges.partition_point(|mark| mark.end <= bytes.start);
        let stands_out = |place: usize| self.search.is_some() && self.current == Some(place);
        let marks = self.ranges.iter().enumerate().skip(first);
        marks
            .take_while(|(_, mark)| mark.start < bytes.end)
            .map(|(place, mark)| {
                let start = mark.start.max(bytes.start) - bytes.start;
                (start..mark.end.min(bytes.end) - bytes.start, stands_out(place))
            })
            .collect()
    }
}

/// Ranges of characters, in order, as ranges of bytes.
fn bytes_of<'a>(text: &str, ranges: impl Iterator<Item = &'a Range<usize>>) -> Vec<Range<usize>> {
    let mut places = text.char_indices().map(|(byte, _)| byte).enumerate();
    let mut last = (0, 0);
    let mut byte_of = |char: usize| {
        while last.0 < char {
            match places.find(|(place, _)| *place >= char) {
                Some(found) => last = found,
                None => last = (char, text.len()),
            }
        }
        if last.0 == char { last.1 } else { text.len() }
    };
    ranges.map(|range| byte_of(range.start)..byte_of(range.end)).collect()
}

/// A page in stretches of one kind: its blocks, and what stands between them.
fn stretches(page: &StoredPage) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    let mut at = 0;
    let mut add = |bytes: Range<usize>, kind| {
        let is_text = page.text.get(bytes.clone()).is_some_and(|text| !text.trim().is_empty());
        if is_text {
            stretches.push(Stretch { bytes, kind });
        }
    };
    for block in &page.blocks {
        add(at..block.range.start.max(at), BlockKind::Text);
        add(block.range.start.max(at)..block.range.end, block.kind);
        at = block.range.end.max(at);
    }
    add(at..page.text.len(), BlockKind::Text);
    stretches
}

/// A stretch as it is laid out, with marks behind some bytes of it.
fn job(text: &str, kind: BlockKind, marks: &[(Range<usize>, bool)], tokens: &Tokens) -> LayoutJob {
    let (font, color) = match kind {
        BlockKind::Text => (fonts::regular_font(text_size::MESSAGE), tokens.text),
        BlockKind::Heading(level) => {
            let index = usize::from(level.saturating_sub(1));
            let size = text_size::HEADINGS.get(index).copied().unwrap_or(text_size::MESSAGE);
            (fonts::semibold_font(size), tokens.text_strong)
        }
        BlockKind::Table | BlockKind::Code => (fonts::code_font(text_size::CODE), tokens.text),
    };
    let format = |background| TextFormat {
        font_id: font.clone(),
        color,
        background,
        line_height: Some((font.size * 1.5).round()),
        ..TextFormat::default()
    };
    let unmarked = egui::Color32::TRANSPARENT;
    let mut job = LayoutJob::default();
    let mut done = 0;
    for (mark, is_current) in marks {
        job.append(&text[done..mark.start], 0.0, format(unmarked));
        let background = if *is_current { tokens.mark_current } else { tokens.mark };
        job.append(&text[mark.clone()], 0.0, format(background));
        done = mark.end;
    }
    job.append(&text[done..], 0.0, format(unmarked));
    job
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::documents::extract::Block;

    fn page(text: &str, blocks: &[(Range<usize>, BlockKind)]) -> StoredPage {
        let blocks = blocks
            .iter()
            .map(|(range, kind)| Block { kind: *kind, range: range.clone() })
            .collect();
        StoredPage { ordinal: 0, number: None, first: 0, text: text.to_owned(), blocks }
    }

    #[test]
    fn all_of_a_text_is_in_one_stretch_or_another() {
        let text = "Title\nPlain words.\nlet a = 1;\nThe end";
        let page = page(text, &[(0..6, BlockKind::Heading(1)), (19..30, BlockKind::Code)]);
        let stretches = stretches(&page);
        let kinds: Vec<_> = stretches.iter().map(|stretch| stretch.kind).collect();
        assert_eq!(
            kinds,
            [BlockKind::Heading(1), BlockKind::Text, BlockKind::Code, BlockKind::Text]
        );
        let texts: String = stretches.iter().map(|stretch| &text[stretch.bytes.clone()]).collect();
        assert_eq!(texts, text);
    }

    #[test]
    fn a_mark_in_characters_lies_on_the_same_letters() {
        let view = TextView::new(page("Größe: zwölf.", &[]), Some(7..12));
        assert_eq!(&view.page.text[view.passage.ranges[0].clone()], "zwölf");
    }

    #[test]
    fn marks_are_parted_where_stretches_are() {
        let marks = Marks {
            ranges: bytes_of("äöü, äöü", [0..3, 5..8].iter()),
            current: Some(1),
            search: Some((1, 2)),
        };
        assert_eq!(marks.ranges, [0..6, 8..14]);
        assert_eq!(marks.within(0..4), [(0..4, false)]);
        assert_eq!(marks.within(4..14), [(0..2, false), (4..10, true)]);
        assert_eq!(marks.within(6..8), []);
        assert_eq!(bytes_of("ab", [0..1, 1..9].iter()), [0..1, 1..2], "the text is another now");
    }
}

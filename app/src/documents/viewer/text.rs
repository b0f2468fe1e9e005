//! The text of a page or part, with its headings, tables and code, and a passage marked.

use std::ops::Range;

use egui::accesskit::Role;
use egui::epaint::text::cursor::CCursor;
use egui::text::{LayoutJob, TextFormat};
use egui::text_selection::LabelSelectionState;
use egui::{Align, Label, Rect, ScrollArea, Sense, Stroke, Ui, WidgetInfo};
use engine::documents::extract::BlockKind;
use engine::documents::store::StoredPage;

use crate::look::{Tokens, fonts, text_size, tokens};

/// A stretch of the text and how it looks.
#[derive(Clone, Debug, PartialEq)]
struct Stretch {
    /// In bytes of the page's text.
    bytes: Range<usize>,
    kind: BlockKind,
}

/// See the module documentation.
pub(super) struct TextView {
    page: StoredPage,
    stretches: Vec<Stretch>,
    /// What is marked, in bytes.
    mark: Option<Range<usize>>,
    /// Whether the next frame scrolls to the mark, or to the beginning where there is none.
    arrives: bool,
    /// What a person should know of it.
    pub(super) note: Option<String>,
}

impl TextView {
    /// A page, and what is marked on it, in characters.
    pub(super) fn new(page: StoredPage, mark: Option<Range<usize>>) -> Self {
        let mut view = Self { page, stretches: Vec::new(), mark: None, arrives: true, note: None };
        view.lay_out(mark);
        view
    }

    /// Another page.
    pub(super) fn show(&mut self, page: StoredPage, mark: Option<Range<usize>>) {
        self.page = page;
        self.arrives = true;
        self.lay_out(mark);
    }

    fn lay_out(&mut self, mark: Option<Range<usize>>) {
        let byte = |char: usize| {
            self.page.text.char_indices().nth(char).map_or(self.page.text.len(), |(byte, _)| byte)
        };
        self.mark = mark.map(|chars| byte(chars.start)..byte(chars.end));
        self.stretches = stretches(&self.page);
    }

    /// The page that is shown.
    pub(super) fn page(&self) -> &StoredPage {
        &self.page
    }

    /// Draws the text.
    pub(super) fn text_ui(&mut self, ui: &mut Ui) {
        let arrives = std::mem::take(&mut self.arrives);
        let mut area = ScrollArea::vertical().auto_shrink(false).id_salt("text of a document");
        if arrives && self.mark.is_none() {
            area = area.vertical_scroll_offset(0.0);
        }
        area.show(ui, |ui| {
            // Room for the scroll bar.
            ui.set_width(ui.available_width() - 12.0);
            ui.spacing_mut().item_spacing.y = 8.0;
            let mut is_first = true;
            for stretch in &self.stretches {
                let marked = self.stretch_ui(ui, stretch);
                if let Some(marked) = marked.filter(|_| std::mem::take(&mut is_first)) {
                    let response =
                        ui.interact(marked, ui.scope_id().with("marked"), Sense::hover());
                    response.widget_info(|| {
                        WidgetInfo::labeled(Role::Mark, true, "The marked passage")
                    });
                    if arrives {
                        ui.scroll_to_rect(marked, Some(Align::Center));
                    }
                }
            }
        });
    }

    /// Draws a stretch; returns where the mark begins in it, if it does.
    fn stretch_ui(&self, ui: &mut Ui, stretch: &Stretch) -> Option<Rect> {
        let text = &self.page.text[stretch.bytes.clone()];
        let text = text.trim_end_matches('\n');
        let end = stretch.bytes.start + text.len();
        let mark = self.mark.clone().unwrap_or(0..0);
        let mark =
            mark.start.clamp(stretch.bytes.start, end)..mark.end.clamp(stretch.bytes.start, end);
        let mark = mark.start - stretch.bytes.start..mark.end - stretch.bytes.start;
        let tokens = tokens(ui);
        let job = job(text, stretch.kind, &mark, tokens);
        let (corner, galley, response) = Label::new(job).wrap().selectable(true).layout_in_ui(ui);
        response.widget_info(|| {
            let role = if matches!(stretch.kind, BlockKind::Heading(_)) {
                Role::Heading
            } else {
                Role::Label
            };
            WidgetInfo::labeled(role, true, text)
        });
        let begins = (!mark.is_empty()).then(|| {
            let before = text[..mark.start].chars().count();
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

/// A stretch as it is laid out, with the mark behind some bytes of it.
fn job(text: &str, kind: BlockKind, mark: &Range<usize>, tokens: &Tokens) -> LayoutJob {
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
    job.append(&text[..mark.start], 0.0, format(unmarked));
    job.append(&text[mark.clone()], 0.0, format(tokens.mark));
    job.append(&text[mark.end..], 0.0, format(unmarked));
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
        assert_eq!(&view.page.text[view.mark.unwrap()], "zwölf");
    }
}

//! Draws a laid-out document, of which only what can be seen costs anything.

use std::ops::Range;
use std::sync::Arc;

use egui::accesskit::Role;
use egui::epaint::text::cursor::CCursor;
use egui::text::LayoutJob;
use egui::{
    Align2, CornerRadius, CursorIcon, Galley, Id, Pos2, Rect, Response, ScrollArea, Sense, Stroke,
    StrokeKind, Ui, UiBuilder, Vec2, WidgetInfo, pos2, vec2,
};

use super::block::{Block, BlockKind, Level, Marker};
use super::finding::marks;
use super::jobs::StyledJob;
use super::layout::{Body, CODE_HEAD, CODE_PADDING, CodeLayout, Layout, Placed, indent};
use super::links;
use super::selection::Selection;
use super::table::TableLayout;
use crate::look::{self, Icon, Tokens, fonts, radius, text_size, tokens};

/// What the drawing of a document needs beside the document.
pub(crate) struct Drawing<'a> {
    /// Tells the document apart from all others.
    pub id: Id,
    /// Its row in the list of documents, for the selection.
    pub row: usize,
    /// What is selected.
    pub selection: &'a mut Selection,
    /// Marked wherever it appears; lower case, empty for nothing.
    pub marked: &'a str,
    /// Which of the marks is looked at now, counted from the document's beginning.
    pub current_mark: Option<usize>,
    /// Where that mark is, or the block with it, if that is out of view.
    pub current_rect: Option<Rect>,
    /// What citations are called, where there are any.
    pub cited: Option<&'a dyn Cited>,
    /// The number of the citation that was clicked.
    pub clicked_cite: Option<u32>,
    /// Marks before the piece that is drawn now.
    pub(super) marks_before: usize,
}

/// Knows the sources that the numbers of a text stand for.
pub(crate) trait Cited {
    /// Document and page, and the passage word for word.
    fn source(&self, number: u32) -> Option<(String, &str)>;
}

/// How much of a passage is shown while the pointer is over its number, in characters.
const QUOTE: usize = 400;

impl<'a> Drawing<'a> {
    /// Without marks.
    pub(crate) fn new(id: Id, row: usize, selection: &'a mut Selection) -> Self {
        Self {
            id,
            row,
            selection,
            marked: "",
            current_mark: None,
            current_rect: None,
            cited: None,
            clicked_cite: None,
            marks_before: 0,
        }
    }
}

/// Draws a document with its upper left corner at `corner`.
pub(crate) fn document_ui(ui: &mut Ui, layout: &Layout, corner: Pos2, drawing: &mut Drawing<'_>) {
    let clip = ui.clip_rect();
    drawing.marks_before = 0;
    let mut outer: &[Level] = &[];
    for placed in &layout.placed {
        let top = corner.y + placed.top;
        let visible = top <= clip.bottom() && top + placed.height >= clip.top();
        if visible && ui.is_visible() {
            surroundings_ui(ui, placed, outer, corner);
            let origin = pos2(corner.x + placed.left, top);
            match &placed.body {
                Body::Text(styled) => {
                    text_ui(ui, placed, 0, styled, origin, drawing);
                }
                Body::Code(code) => code_ui(ui, placed, code, origin, drawing),
                Body::Table(table) => table_ui(ui, placed, table, origin, drawing),
                Body::Rule => {
                    let stroke = Stroke::new(1.0, tokens(ui).border_strong);
                    let across = origin.x..=origin.x + placed.width;
                    ui.painter().hline(across, origin.y + placed.height / 2.0, stroke);
                }
            }
        } else if drawing.current_mark.is_some() {
            count_marks(placed, corner, drawing);
        }
        outer = &placed.block.levels;
    }
}

/// Counts the marks of a block that is not drawn, so that it is known where to look for the
/// current one.
fn count_marks(placed: &Placed, corner: Pos2, drawing: &mut Drawing<'_>) {
    let before = drawing.marks_before;
    for piece in 0..placed.block.piece_count() {
        if let Some(text) = placed.block.piece(piece) {
            drawing.marks_before += marks(&text.text, drawing.marked).len();
        }
    }
    if drawing.current_mark.is_some_and(|mark| (before..drawing.marks_before).contains(&mark)) {
        let place = corner + vec2(placed.left, placed.top);
        let block = Rect::from_min_size(place, vec2(placed.width, placed.height));
        drawing.current_rect.get_or_insert(block);
    }
}

/// Draws quote bars and the list marker.
fn surroundings_ui(ui: &Ui, placed: &Placed, outer: &[Level], corner: Pos2) {
    let tokens = tokens(ui);
    let levels = &placed.block.levels;
    let top = corner.y + placed.top;
    for (index, level) in levels.iter().enumerate() {
        if *level == Level::Quote {
            let x = corner.x + indent(&levels[..index]) + 1.5;
            let joined = outer.get(..=index) == levels.get(..=index);
            let from = if joined { top - placed.gap } else { top };
            let bar = Rect::from_min_max(pos2(x, from), pos2(x + 3.0, top + placed.height));
            ui.painter().rect_filled(bar, 0, tokens.border_strong);
        }
    }
    let Some(marker) = placed.block.marker else { return };
    let line = match &placed.block.kind {
        BlockKind::Code { .. } | BlockKind::Table { .. } => CODE_HEAD,
        _ => text_size::MESSAGE_LINE.min(placed.height),
    };
    let right = corner.x + placed.left;
    let middle = top + line / 2.0;
    match marker {
        Marker::Bullet => {
            ui.painter().circle_filled(pos2(right - 13.0, middle), 2.3, tokens.text_muted);
        }
        Marker::Number(number) => {
            let font = fonts::regular_font(text_size::MESSAGE);
            let place = pos2(right - 6.0, middle);
            let text = format!("{number}.");
            ui.painter().text(place, Align2::RIGHT_CENTER, text, font, tokens.text_muted);
        }
        Marker::Task(done) => {
            let square = Rect::from_center_size(pos2(right - 13.0, middle), Vec2::splat(15.0));
            let (fill, stroke) = if done {
                (tokens.accent, Stroke::NONE)
            } else {
                (tokens.surface, Stroke::new(1.0, tokens.border_strong))
            };
            ui.painter().rect(square, 4, fill, stroke, StrokeKind::Inside);
            if done {
                let font = fonts::icon_font(11.0);
                let center = square.center();
                let check = Icon::Check.glyph();
                ui.painter().text(center, Align2::CENTER_CENTER, check, font, tokens.on_accent);
            }
        }
    }
}

/// Draws a piece of text that can be selected; returns where.
fn piece_ui(
    ui: &mut Ui,
    (placed, piece): (&Placed, usize),
    job: &LayoutJob,
    styled: Option<&StyledJob>,
    origin: Pos2,
    drawing: &mut Drawing<'_>,
) -> (Response, Arc<Galley>) {
    let tokens = tokens(ui);
    let number = placed.first_piece + piece;
    let galley = ui.fonts_mut(|fonts| fonts.layout_job(job.clone()));
    let rect = Rect::from_min_size(origin, galley.size());
    let response = ui.interact(rect, drawing.id.with(number), Sense::CLICK | Sense::DRAG);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, galley.text()));
    if let Some(styled) = styled {
        for chip in styled.chips.iter().flat_map(|chars| rects(&galley, chars.clone())) {
            let chip = Rect::from_center_size(chip.center(), vec2(chip.width() + 6.0, 19.0));
            ui.painter().rect_filled(chip.translate(origin.to_vec2()), 4, chip_fill(tokens));
        }
        for chip in styled.cites.iter().flat_map(|(chars, _)| rects(&galley, chars.clone())) {
            let chip = cite_chip(chip).translate(origin.to_vec2());
            ui.painter().rect_filled(chip, 5, tokens.accent_soft);
        }
    }
    if !drawing.marked.is_empty() {
        paint_marks(ui, &galley, origin, drawing);
    }
    drawing.selection.hear(ui, &response, (drawing.row, number), &galley);
    let chars = || galley.text().chars().count();
    if drawing.selection.range().is_some()
        && let Some(selected) = drawing.selection.selected(drawing.row, number, chars())
    {
        for part in rects(&galley, selected) {
            ui.painter().rect_filled(part.translate(origin.to_vec2()), 0, tokens.selection);
        }
    }
    ui.painter().galley(origin, Arc::clone(&galley), tokens.text);
    if response.hovered() {
        ui.ctx().set_cursor_icon(CursorIcon::Text);
    }
    (response, galley)
}

/// The chip behind a number that stands for a source.
fn cite_chip(number: Rect) -> Rect {
    Rect::from_center_size(number.center(), vec2(number.width().max(15.0), 17.0))
}

fn chip_fill(tokens: &Tokens) -> egui::Color32 {
    if tokens.dark { tokens.active } else { tokens.hover }
}

fn paint_marks(ui: &Ui, galley: &Galley, origin: Pos2, drawing: &mut Drawing<'_>) {
    let tokens = tokens(ui);
    let marks = marks(galley.text(), drawing.marked);
    for (index, chars) in marks.iter().enumerate() {
        let current = drawing.current_mark == Some(drawing.marks_before + index);
        let color = if current { tokens.mark_current } else { tokens.mark };
        for part in rects(galley, chars.clone()) {
            let part = part.translate(origin.to_vec2());
            ui.painter().rect_filled(part.expand2(vec2(1.0, 0.0)), 3, color);
            if current {
                drawing.current_rect.get_or_insert(part);
            }
        }
    }
    drawing.marks_before += marks.len();
}

/// The rectangles that some characters take, one per line.
fn rects(galley: &Galley, chars: Range<usize>) -> Vec<Rect> {
    let cursor = |index: usize, prefer_next_row| {
        galley.layout_from_cursor(CCursor { index: index.into(), prefer_next_row })
    };
    let (from, to) = (cursor(chars.start, true), cursor(chars.end, false));
    let mut rects = Vec::new();
    for index in from.row..=to.row {
        let Some(row) = galley.rows.get(index) else { break };
        let left = if index == from.row { row.x_offset(from.column) } else { 0.0 };
        let right = if index == to.row { end_of(row, usize::from(to.column)) } else { row.size.x };
        if right > left {
            let min = row.pos + vec2(left, 0.0);
            rects.push(Rect::from_min_size(min, vec2(right - left, row.size.y)));
        }
    }
    rects
}

/// Where the character before a column ends; the room before the next one is not part of it.
fn end_of(row: &egui::epaint::text::Row, column: usize) -> f32 {
    match column.checked_sub(1).and_then(|last| row.glyphs.get(last)) {
        Some(glyph) => glyph.max_x(),
        None => row.x_offset(column.into()),
    }
}

/// Draws running text with its links.
fn text_ui(
    ui: &mut Ui,
    placed: &Placed,
    piece: usize,
    styled: &StyledJob,
    origin: Pos2,
    drawing: &mut Drawing<'_>,
) {
    let (_, galley) = piece_ui(ui, (placed, piece), &styled.job, Some(styled), origin, drawing);
    let Some(text) = placed.block.piece(piece) else { return };
    for (index, (chars, link)) in styled.links.iter().enumerate() {
        let Some(target) = text.links.get(*link) else { continue };
        let id = drawing.id.with((placed.first_piece + piece, "link", index));
        link_ui(ui, &galley, chars.clone(), target, origin, id);
    }
    for (index, (chars, number)) in styled.cites.iter().enumerate() {
        let id = drawing.id.with((placed.first_piece + piece, "cite", index));
        let place = rects(&galley, chars.clone()).first().copied();
        if let Some(place) = place
            && cite_ui(ui, cite_chip(place).translate(origin.to_vec2()), *number, drawing.cited, id)
        {
            drawing.clicked_cite = Some(*number);
        }
    }
}

/// Lets the chip of a citation be clicked. Returns whether it was.
fn cite_ui(ui: &Ui, chip: Rect, number: u32, cited: Option<&dyn Cited>, id: Id) -> bool {
    let Some((words, quote)) = cited.and_then(|cited| cited.source(number)) else { return false };
    let response = ui.interact(chip, id, Sense::click());
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Button, true, format!("Source {number}: {words}"))
    });
    if response.hovered() || response.has_focus() {
        let outline = Stroke::new(1.0, tokens(ui).accent);
        ui.painter().rect_stroke(chip, 5, outline, StrokeKind::Inside);
    }
    look::focus_ring(ui, chip, 5, &response);
    let shown = response.on_hover_cursor(CursorIcon::PointingHand).on_hover_ui(|ui| {
        ui.set_max_width(420.0);
        look::strong(ui, &words);
        look::muted(ui, &shortened(quote));
    });
    shown.clicked()
}

/// A passage on one line, cut where it is long.
fn shortened(quote: &str) -> String {
    let words = quote.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(QUOTE) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

fn link_ui(ui: &mut Ui, galley: &Galley, chars: Range<usize>, target: &str, origin: Pos2, id: Id) {
    let tokens = tokens(ui);
    let parts: Vec<Rect> = rects(galley, chars.clone())
        .into_iter()
        .map(|part| part.translate(origin.to_vec2()))
        .collect();
    let may_open = links::may_open(target);
    let mut lit = false;
    let mut activated = false;
    for (index, part) in parts.iter().enumerate() {
        // A link is reached by Tab once, however many lines it takes.
        let sense = if may_open && index == 0 { Sense::click() } else { Sense::CLICK };
        let response = ui.interact(*part, id.with(index), sense);
        if index == 0 {
            response.widget_info(|| {
                let name: String =
                    galley.text().chars().skip(chars.start).take(chars.len()).collect();
                WidgetInfo::labeled(Role::Link, may_open, name)
            });
        }
        lit |= response.hovered() || response.has_focus();
        activated |= response.clicked();
        if response.has_focus() {
            let ring = Stroke::new(2.0, tokens.accent);
            ui.painter().rect_stroke(part.expand(1.0), 4, ring, StrokeKind::Outside);
        }
        if may_open {
            response.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(target);
        } else {
            response.on_hover_text(format!("Not opened from here: {target}"));
        }
    }
    if may_open {
        let color = if lit { tokens.accent_text } else { tokens.accent_text.gamma_multiply(0.35) };
        for part in &parts {
            let y = part.center().y + 8.5;
            ui.painter().hline(part.x_range(), y, Stroke::new(1.0, color));
        }
    }
    if activated {
        links::open(ui.ctx(), target);
    }
}

/// Draws code in its frame.
fn code_ui(
    ui: &mut Ui,
    placed: &Placed,
    code: &CodeLayout,
    origin: Pos2,
    drawing: &mut Drawing<'_>,
) {
    let BlockKind::Code { language, code: source } = &placed.block.kind else { return };
    let tokens = tokens(ui);
    let frame = Rect::from_min_size(origin, vec2(placed.width, placed.height));
    let outline = Stroke::new(1.0, tokens.border);
    ui.painter().rect(frame, radius::CONTROL + 2, tokens.sunken, outline, StrokeKind::Inside);
    code_head_ui(ui, language, source, frame, drawing.id.with((placed.first_piece, "head")));
    let inside = Rect::from_min_max(
        pos2(frame.left() + CODE_PADDING, frame.top() + CODE_HEAD),
        pos2(frame.right() - CODE_PADDING, frame.bottom() - 1.0),
    );
    let column = ui.fonts_mut(|fonts| fonts.glyph_width(&fonts::code_font(text_size::CODE), 'm'));
    let wanted = code.columns as f32 * column;
    let lines_height = placed.height - CODE_HEAD - CODE_PADDING;
    if wanted <= inside.width() {
        code_pieces_ui(ui, placed, code, inside.min, drawing);
        return;
    }
    let id = drawing.id.with((placed.first_piece, "scroll"));
    let mut child = ui.new_child(UiBuilder::new().id_salt(id).max_rect(inside));
    ScrollArea::horizontal().id_salt(id).auto_shrink(false).show(&mut child, |ui| {
        let corner = ui.max_rect().min;
        // The scroll bar has the room below the last line.
        ui.set_min_size(vec2(wanted + CODE_PADDING, lines_height));
        code_pieces_ui(ui, placed, code, corner, drawing);
    });
}

fn code_pieces_ui(
    ui: &mut Ui,
    placed: &Placed,
    code: &CodeLayout,
    corner: Pos2,
    drawing: &mut Drawing<'_>,
) {
    let clip = ui.clip_rect();
    for (piece, (job, lines_before)) in code.pieces.iter().enumerate() {
        let top = corner.y + *lines_before as f32 * text_size::CODE_LINE;
        let lines = super::block::CODE_LINES_PER_PIECE as f32;
        if top > clip.bottom() || top + lines * text_size::CODE_LINE < clip.top() {
            continue;
        }
        piece_ui(ui, (placed, piece), job, None, pos2(corner.x, top), drawing);
    }
}

fn code_head_ui(ui: &mut Ui, language: &str, source: &str, frame: Rect, id: Id) {
    const SAID_FOR: f64 = 1.5;
    let tokens = tokens(ui);
    let middle = frame.top() + CODE_HEAD / 2.0 - 1.0;
    let font = fonts::regular_font(text_size::CAPTION);
    let place = pos2(frame.left() + CODE_PADDING, middle);
    let name: String = language.chars().take(40).collect();
    ui.painter().text(place, Align2::LEFT_CENTER, name, font.clone(), tokens.text_faint);
    let now = ui.input(|input| input.time);
    let copied_at = ui.data(|data| data.get_temp::<f64>(id));
    let copied = copied_at.is_some_and(|at| now - at < SAID_FOR);
    let words = if copied { "Copied" } else { "Copy" };
    let button = Rect::from_min_size(pos2(frame.right() - 74.0, middle - 13.0), vec2(68.0, 26.0));
    let response = ui.interact(button, id, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Copy code"));
    let fade = ui.ctx().animate_bool(response.id, response.hovered());
    ui.painter().rect_filled(button, radius::SMALL, tokens.active.gamma_multiply(fade));
    look::focus_ring(ui, button, radius::SMALL, &response);
    let color = tokens.text_muted.lerp_to_gamma(tokens.text_strong, fade);
    let icon = if copied { Icon::Check } else { Icon::Copy };
    let icon_place = pos2(button.left() + 14.0, middle);
    let icon_font = fonts::icon_font(13.0);
    ui.painter().text(icon_place, Align2::CENTER_CENTER, icon.glyph(), icon_font, color);
    let text_place = pos2(button.left() + 25.0, middle);
    ui.painter().text(text_place, Align2::LEFT_CENTER, words, font, color);
    if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
        ui.ctx().copy_text(source.to_owned());
        ui.data_mut(|data| data.insert_temp(id, now));
        let wait = std::time::Duration::from_secs_f64(SAID_FOR);
        ui.ctx().request_repaint_after(wait);
    }
}

/// Draws a table, in a scroll area if it is too wide.
fn table_ui(
    ui: &mut Ui,
    placed: &Placed,
    table: &TableLayout,
    origin: Pos2,
    drawing: &mut Drawing<'_>,
) {
    if table.size.x <= placed.width + 1.0 {
        table_body_ui(ui, placed, table, origin, drawing);
        return;
    }
    let id = drawing.id.with((placed.first_piece, "scroll"));
    let area = Rect::from_min_size(origin, vec2(placed.width, table.size.y));
    let mut child = ui.new_child(UiBuilder::new().id_salt(id).max_rect(area));
    ScrollArea::horizontal().id_salt(id).auto_shrink(false).show(&mut child, |ui| {
        let corner = ui.max_rect().min;
        ui.set_min_size(table.size);
        table_body_ui(ui, placed, table, corner, drawing);
    });
}

fn table_body_ui(
    ui: &mut Ui,
    placed: &Placed,
    table: &TableLayout,
    corner: Pos2,
    drawing: &mut Drawing<'_>,
) {
    let tokens = tokens(ui);
    let clip = ui.clip_rect();
    let whole = Rect::from_min_size(corner, table.size);
    let line = Stroke::new(1.0, tokens.border);
    for (row, tops) in table.row_tops.windows(2).enumerate() {
        let (top, bottom) = (corner.y + tops[0], corner.y + tops[1]);
        if bottom < clip.top() || top > clip.bottom() {
            continue;
        }
        if row == 0 {
            let rect = Rect::from_min_max(pos2(whole.left(), top), pos2(whole.right(), bottom));
            let corners = CornerRadius { nw: 10, ne: 10, sw: 0, se: 0 };
            ui.painter().rect_filled(rect, corners, tokens.sunken);
        } else {
            ui.painter().hline(whole.x_range(), top, line);
        }
    }
    ui.painter().rect_stroke(whole, 10, line, StrokeKind::Inside);
    for cell in &table.cells {
        let place = corner + cell.offset;
        let bottom = corner.y + table.row_tops[cell.row + 1];
        let piece = cell_piece(&placed.block, cell.row, cell.column);
        if place.y <= clip.bottom() && bottom >= clip.top() {
            text_ui(ui, placed, piece, &cell.styled, place, drawing);
        } else if drawing.current_mark.is_some()
            && let Some(text) = placed.block.piece(piece)
        {
            drawing.marks_before += marks(&text.text, drawing.marked).len();
        }
    }
}

fn cell_piece(block: &Block, row: usize, column: usize) -> usize {
    let BlockKind::Table { rows, .. } = &block.kind else { return 0 };
    rows.iter().take(row).map(Vec::len).sum::<usize>() + column
}

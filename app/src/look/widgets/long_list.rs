//! A list of any length, of which only the rows that can be seen are drawn, and the one that has the
//! keyboard.

use std::ops::Range;

use egui::{
    EventFilter, FocusDirection, Id, IdSalt, Key, Memory, Modifiers, Rect, Response, ScrollArea,
    Ui, UiBuilder, vec2,
};

/// What a list is of.
pub struct LongList<'a> {
    /// What it is called, which may change.
    pub name: &'a str,
    /// How high each row is, in points.
    pub height: f32,
    /// How many rows there are.
    pub count: usize,
    /// What the row at a place, from 0, is known by however the list is made anew; `None` for one that
    /// does not take the keyboard, such as a heading.
    pub key: &'a dyn Fn(usize) -> Option<IdSalt>,
}

/// The row that has the keyboard.
#[derive(Clone, Copy)]
struct Row {
    place: usize,
    key: IdSalt,
    /// What of it has the keyboard, and whether that is the row itself.
    id: Id,
    is_whole: bool,
}

/// What is remembered of a list from one frame to the next.
#[derive(Clone, Copy, Default)]
struct Kept {
    row: Option<Row>,
    /// How far it is scrolled, and how much of it can be seen, in points.
    offset: f32,
    height: f32,
}

/// Draws the rows of a list. `row_ui` draws one row, by its place, and returns what of it takes the
/// keyboard. From there the arrows, Page up and down, Home and End lead to every other row, wherever it
/// is scrolled to. A row keeps the keyboard when others come and go; if it goes itself, the next has it.
pub fn long_list(
    ui: &mut Ui,
    list: &LongList<'_>,
    mut row_ui: impl FnMut(&mut Ui, usize) -> Response,
) {
    let id = ui.make_persistent_id("long list");
    let mut kept: Kept = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    let had = kept.row.filter(|row| ui.memory(|memory| memory.has_focus(row.id)));
    let held = had.and_then(|row| now_at(&row, list));
    let target = target(ui, had, held, &kept, list);
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut area = ScrollArea::vertical().auto_shrink(false).id_salt(list.name);
    if let Some(place) = target {
        let top = place as f32 * list.height;
        let visible = (top + list.height - kept.height)..=top;
        let offset = kept.offset.max(*visible.start()).min(*visible.end()).max(0.0);
        area = area.vertical_scroll_offset(offset);
    }
    kept.row = None;
    let shown = area.show_rows(ui, list.height, list.count, |ui, seen| {
        // Room for the scroll bar.
        ui.set_width(ui.available_width() - 12.0);
        let corner = ui.max_rect().min - vec2(0.0, seen.start as f32 * list.height);
        for place in drawn(seen, held) {
            let size = vec2(ui.available_width(), list.height);
            let rect = Rect::from_min_size(corner + vec2(0.0, place as f32 * list.height), size);
            let key = (list.key)(place);
            // By what it is, and not by how many rows are drawn before it.
            let row_id = id.with(key.unwrap_or_else(|| IdSalt::new(place)));
            let place_ui = UiBuilder::new().scope_id(row_id).max_rect(rect);
            let is_drawn = |ui: &Ui| focused(ui).is_some_and(|id| is_here(ui, id));
            let before = is_drawn(ui);
            let row = ui.scope_builder(place_ui, |ui| row_ui(ui, place)).inner;
            ui.ctx().accesskit_node_builder(row.id, |node| node.set_position_in_set(place));
            if target == Some(place) {
                row.request_focus();
            }
            if row.has_focus() {
                let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
                ui.memory_mut(|memory| memory.set_focus_lock_filter(row.id, filter));
            }
            let is_whole = row.has_focus();
            if let (Some(key), Some(id)) = (key, focused(ui))
                && (is_whole || (!before && is_drawn(ui)))
            {
                kept.row = Some(Row { place, key, id, is_whole });
            }
        }
        ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
            node.set_role(egui::accesskit::Role::List);
            node.set_label(list.name);
            node.set_size_of_set(list.count);
        });
    });
    (kept.offset, kept.height) = (shown.state.clamped_offset().y, shown.inner_rect.height());
    ui.data_mut(|data| data.insert_temp(id, kept));
}

fn focused(ui: &Ui) -> Option<Id> {
    ui.memory(Memory::focused)
}

/// Whether a widget was drawn already in this pass.
fn is_here(ui: &Ui, id: Id) -> bool {
    ui.ctx().viewport(|viewport| viewport.this_pass.widgets.contains(id))
}

/// The places that are drawn: those that can be seen, and the one that has the keyboard, in their order.
fn drawn(seen: Range<usize>, held: Option<usize>) -> impl Iterator<Item = usize> {
    let before = held.filter(|place| *place < seen.start);
    let after = held.filter(|place| *place >= seen.end);
    before.into_iter().chain(seen).chain(after)
}

/// Where a row is now, if it is still listed.
fn now_at(row: &Row, list: &LongList<'_>) -> Option<usize> {
    let is_it = |place: &usize| (list.key)(*place) == Some(row.key);
    let same = Some(row.place).filter(|place| *place < list.count).filter(is_it);
    same.or_else(|| (0..list.count).find(is_it))
}

/// The row that the keyboard goes to: where a key leads, which is taken out of the input, or the one that
/// is now where a row was that is gone.
fn target(
    ui: &Ui,
    had: Option<Row>,
    held: Option<usize>,
    kept: &Kept,
    list: &LongList<'_>,
) -> Option<usize> {
    let had = had.filter(|row| row.is_whole)?;
    let last = list.count.checked_sub(1)?;
    let place = held.unwrap_or_else(|| had.place.min(last));
    let page = ((kept.height / list.height) as usize).max(1);
    let ways = [
        (Key::ArrowDown, place + 1),
        (Key::ArrowUp, place.saturating_sub(1)),
        (Key::PageDown, place + page),
        (Key::PageUp, place.saturating_sub(page)),
        (Key::Home, 0),
        (Key::End, last),
    ];
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let way = ways.into_iter().find(|(key, _)| pressed(*key)).map(|(_, to)| to.min(last));
    if way.is_some() {
        // egui would go on by itself from a row that has only just got the keyboard.
        ui.memory_mut(|memory| memory.move_focus(FocusDirection::None));
    }
    let to = way.or_else(|| held.is_none().then_some(place))?;
    let takes_keyboard = |place: &usize| (list.key)(*place).is_some();
    let onward = || (to..=last).find(takes_keyboard);
    let backward = || (0..=to).rev().find(takes_keyboard);
    if to < place { backward().or_else(onward) } else { onward().or_else(backward) }
}

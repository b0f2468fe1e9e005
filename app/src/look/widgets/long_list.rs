//! A list of any length, of which only the rows that can be seen are drawn.

use egui::{EventFilter, FocusDirection, Id, Key, Modifiers, Response, ScrollArea, Ui};

/// What is remembered of a list from one frame to the next.
#[derive(Clone, Copy, Default)]
struct Kept {
    /// The row that has the keyboard, and what of it has.
    focused: Option<(usize, Id)>,
    /// How far it is scrolled, and how much of it can be seen, in points.
    offset: f32,
    height: f32,
}

/// Draws the rows of a list, each `height` points high. `row_ui` draws one row, by its place from 0, and
/// returns what of it takes the keyboard. From there the arrows, Page up and down, Home and End lead to
/// every other row, wherever it is scrolled to.
pub fn long_list(
    ui: &mut Ui,
    name: &str,
    height: f32,
    count: usize,
    mut row_ui: impl FnMut(&mut Ui, usize) -> Response,
) {
    let id = ui.make_persistent_id(("long list", name));
    let mut kept: Kept = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut area = ScrollArea::vertical().auto_shrink(false).id_salt(name);
    let target = asked_for(ui, &kept, height, count);
    if let Some(place) = target {
        let top = place as f32 * height;
        let visible = (top + height - kept.height)..=top;
        let offset = kept.offset.max(*visible.start()).min(*visible.end()).max(0.0);
        area = area.vertical_scroll_offset(offset);
    }
    kept.focused = None;
    let shown = area.show_rows(ui, height, count, |ui, rows| {
        // Room for the scroll bar.
        ui.set_width(ui.available_width() - 12.0);
        for place in rows {
            let row = ui.push_id(place, |ui| row_ui(ui, place)).inner;
            ui.ctx().accesskit_node_builder(row.id, |node| node.set_position_in_set(place));
            if target == Some(place) {
                row.request_focus();
            }
            if row.has_focus() {
                kept.focused = Some((place, row.id));
                let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
                ui.memory_mut(|memory| memory.set_focus_lock_filter(row.id, filter));
            }
        }
        ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
            node.set_role(egui::accesskit::Role::List);
            node.set_label(name);
            node.set_size_of_set(count);
        });
    });
    (kept.offset, kept.height) = (shown.state.clamped_offset().y, shown.inner_rect.height());
    ui.data_mut(|data| data.insert_temp(id, kept));
}

/// The row that the keyboard goes to: where a key leads, which is taken out of the input, or the last one
/// when the list has become shorter.
fn asked_for(ui: &Ui, kept: &Kept, height: f32, count: usize) -> Option<usize> {
    let (place, id) = kept.focused?;
    if !ui.memory(|memory| memory.has_focus(id)) {
        return None;
    }
    let page = ((kept.height / height) as usize).max(1);
    let last = count.checked_sub(1)?;
    if place > last {
        return Some(last);
    }
    let ways = [
        (Key::ArrowDown, place + 1),
        (Key::ArrowUp, place.saturating_sub(1)),
        (Key::PageDown, place + page),
        (Key::PageUp, place.saturating_sub(page)),
        (Key::Home, 0),
        (Key::End, last),
    ];
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let (_, to) = ways.into_iter().find(|(key, _)| pressed(*key))?;
    // egui would go on by itself from a row that has only just got the keyboard.
    ui.memory_mut(|memory| memory.move_focus(FocusDirection::None));
    Some(to.min(last))
}

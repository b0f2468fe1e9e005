//! The bar for finding text in what is open: a field, how many matches there are, and ways through
//! them.

use egui::{Align, Key, Layout, Ui};

use super::super::Icon;
use super::super::tokens::space;
use super::{icon_button, muted, pressed_with, taking_search_field};

/// What is asked of a find bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FindAsked {
    /// Something else is looked for.
    Changed(String),
    /// Go on by so many matches, backwards if below 0.
    Move(isize),
    /// Close the bar.
    Close,
}

/// Draws a bar that finds `query` in `place`, as in “this conversation”; `words` say how many matches
/// there are. Where it takes the keyboard, the field gets the focus.
pub fn find_bar(
    ui: &mut Ui,
    place: &str,
    query: &str,
    words: &str,
    takes_keyboard: bool,
) -> Option<FindAsked> {
    // As high as a row, however much room there is.
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = space::TIGHT;
            let button = buttons_ui(ui, place);
            let count = muted(ui, words);
            ui.ctx().accesskit_node_builder(count.id, |node| {
                node.set_live(egui::accesskit::Live::Polite);
            });
            ui.add_space(space::TIGHT);
            let left = Layout::left_to_right(Align::Center);
            let field = ui.with_layout(left, |ui| field_ui(ui, place, query, takes_keyboard)).inner;
            button.or(field)
        })
        .inner
    })
    .inner
}

/// The buttons, from right to left.
fn buttons_ui(ui: &mut Ui, place: &str) -> Option<FindAsked> {
    let buttons = [
        (Icon::X, "Stop finding", FindAsked::Close),
        (Icon::ChevronDown, "Next match", FindAsked::Move(1)),
        (Icon::ChevronUp, "Previous match", FindAsked::Move(-1)),
    ];
    let clicked = buttons.map(|(icon, verb, asked)| {
        icon_button(ui, icon, &format!("{verb} in {place}")).clicked().then_some(asked)
    });
    clicked.into_iter().flatten().next()
}

fn field_ui(ui: &mut Ui, place: &str, query: &str, takes_keyboard: bool) -> Option<FindAsked> {
    let mut text = query.to_owned();
    let field = taking_search_field(ui, &format!("Find in {place}"), &mut text, takes_keyboard);
    // A text field gives its focus up at Enter; here one goes on to the next match.
    if (field.has_focus() || field.lost_focus())
        && let Some(with) = pressed_with(ui, Key::Enter)
    {
        field.request_focus();
        return Some(FindAsked::Move(if with.shift { -1 } else { 1 }));
    }
    field.changed().then_some(FindAsked::Changed(text))
}

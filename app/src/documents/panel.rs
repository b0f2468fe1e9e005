//! What is open at the right: a document, or why an answer is as it is.

use egui::Ui;

use super::state::Panel;
use super::viewer::viewer_ui;
use super::why::why_ui;
use super::{Draft, State};
use crate::action::Actions;

/// Width of the panel, in points: at first, at least and at most.
pub(crate) const PANEL: [f32; 3] = [480.0, 340.0, 900.0];

/// Draws it.
pub(crate) fn panel_ui(ui: &mut Ui, state: &mut State, draft: &mut Draft, actions: &mut Actions) {
    notice_use(ui, draft);
    match state.panel_mut() {
        Some(Panel::Document(viewer)) => viewer_ui(ui, viewer, draft, actions),
        Some(Panel::Why(why)) => why_ui(ui, why, draft, actions),
        None => {}
    }
}

/// Notices whether a press or the keyboard went into the panel or elsewhere.
fn notice_use(ui: &Ui, draft: &mut Draft) {
    let panel = ui.clip_rect();
    let pressed =
        ui.input(|input| input.pointer.any_pressed().then(|| input.pointer.interact_pos()));
    if let Some(Some(place)) = pressed {
        draft.in_hand = panel.contains(place);
    }
    let focused = ui.memory(egui::Memory::focused);
    if focused != draft.focused {
        draft.focused = focused;
        if let Some(response) = focused.and_then(|id| ui.ctx().read_response(id)) {
            draft.in_hand = panel.contains(response.rect.center());
        }
    }
}

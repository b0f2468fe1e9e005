//! What widgets are tried on: a state, and what draws it as the window would.

use egui::{Ui, Vec2};
use egui_kittest::Harness;
use satchel::look;

/// A harness around a state and what draws it.
pub(crate) fn bench<'a, S: 'a>(
    size: Vec2,
    state: S,
    mut contents: impl FnMut(&mut Ui, &mut S) + 'a,
) -> Harness<'a, S> {
    let mut installed = false;
    let mut harness = Harness::builder().with_size(size).build_ui_state(
        move |ui, state| {
            if !installed {
                look::install(ui.ctx());
                installed = true;
                ui.ctx().request_repaint();
                return;
            }
            contents(ui, state);
        },
        state,
    );
    harness.run_ok();
    harness
}

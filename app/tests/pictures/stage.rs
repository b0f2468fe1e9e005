//! What pictures are taken of: some contents in one theme, over the background of a window.

use egui::{ThemePreference, Ui, Vec2};
use egui_kittest::Harness;
use satchel::look;

/// A harness that shows `contents`; `scale` is in pixels for a point.
pub(crate) fn stage<'a>(
    theme: ThemePreference,
    size: Vec2,
    scale: f32,
    mut contents: impl FnMut(&mut Ui) + 'a,
) -> Harness<'a> {
    let mut installed = false;
    let builder = Harness::builder().with_size(size).with_pixels_per_point(scale).wgpu();
    let mut harness = builder.build_ui(move |ui| {
        if !installed {
            look::install(ui.ctx());
            look::set_theme(ui.ctx(), theme);
            installed = true;
            // Fonts are there from the next frame on.
            ui.ctx().request_repaint();
            return;
        }
        let background = look::tokens(ui).background;
        let whole = ui.ctx().content_rect();
        ui.painter().with_clip_rect(whole).rect_filled(whole, 0, background);
        contents(ui);
    });
    harness.run_ok();
    harness
}

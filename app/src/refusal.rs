//! A small window that says why there is no other.

use egui::{CentralPanel, Frame, Margin, Ui};

use crate::look::{self, space};

/// Its size, in points.
const SIZE: [f32; 2] = [560.0, 240.0];

/// Says so in a window of its own, until that is closed.
///
/// # Errors
/// When there is no display, or nothing can draw on it.
pub(crate) fn tell(words: &str) -> eframe::Result {
    let words = look::sentence(words);
    let options = eframe::NativeOptions {
        viewport: crate::window::viewport().with_inner_size(SIZE),
        ..Default::default()
    };
    eframe::run_native(
        "satchel",
        options,
        Box::new(move |creation| {
            look::install(&creation.egui_ctx);
            Ok(Box::new(Refusal { words }))
        }),
    )
}

struct Refusal {
    words: String,
}

impl eframe::App for Refusal {
    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        if refusal_ui(ui, &self.words) {
            ui.ctx().send_viewport_cmd(egui::ViewportCommand::Close);
        }
    }
}

/// Draws it. Returns whether it is to be closed.
fn refusal_ui(ui: &mut Ui, words: &str) -> bool {
    let frame = Frame::new().fill(look::tokens(ui).background).inner_margin(Margin::same(24));
    let panel = CentralPanel::no_frame().frame(frame).show(ui, |ui| {
        look::page_title(ui, "Satchel cannot start");
        ui.add_space(space::NORMAL);
        let room = ui.available_height() - space::CONTROL - space::WIDE;
        egui::ScrollArea::vertical().max_height(room).show(ui, |ui| look::label(ui, words));
        ui.add_space(space::WIDE);
        look::primary_button(ui, "Close").clicked()
    });
    panel.inner || ui.input(|input| input.key_pressed(egui::Key::Escape))
}

#[cfg(test)]
mod tests {
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    use super::*;

    #[test]
    fn the_reason_can_be_read_and_the_window_closed_by_keyboard() {
        let words = "the data folder cannot be written: change its permissions";
        let mut harness = Harness::builder().with_size(SIZE).build_ui_state(
            |ui, closed| {
                if ui.ctx().cumulative_frame_nr() == 0 {
                    look::install(ui.ctx());
                    ui.ctx().request_repaint();
                    return;
                }
                *closed |= refusal_ui(ui, words);
            },
            false,
        );
        harness.run_ok();
        harness.get_by_label(words);
        assert!(!harness.state());
        harness.key_press(egui::Key::Tab);
        harness.run_ok();
        assert!(harness.get_by_label("Close").is_focused());
        harness.key_press(egui::Key::Enter);
        harness.run_ok();
        assert!(harness.state());
    }
}

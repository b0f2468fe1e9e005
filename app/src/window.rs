//! Opens the real window and keeps it until it is closed.

use crate::{App, Start};

/// Smallest window, in points.
const SMALLEST: [f32; 2] = [800.0, 600.0];
/// Window at the very first start, in points.
const FIRST: [f32; 2] = [1280.0, 840.0];

/// Why there is no window.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// No display, or no way to draw on it.
    #[error("cannot open a window ({0}): use `satchel chat` for a conversation in the terminal")]
    NoDisplay(String),
}

/// Opens the window and returns when it is closed: answers are stored, and the engine is joined
/// with its last handle.
///
/// # Errors
/// When there is no display, or neither Vulkan nor OpenGL can draw on it.
pub fn run(start: Start) -> Result<(), WindowError> {
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_title("Satchel")
            .with_app_id("satchel")
            .with_inner_size(FIRST)
            .with_min_inner_size(SMALLEST),
        ..Default::default()
    };
    eframe::run_native(
        "satchel",
        options,
        Box::new(|creation| Ok(Box::new(App::new(&creation.egui_ctx, start)?))),
    )
    .map_err(|error| WindowError::NoDisplay(error.to_string()))
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        Self::logic(self, ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        Self::ui(self, ui);
    }

    fn on_exit(&mut self) {
        self.close();
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}

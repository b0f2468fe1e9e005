//! Opens the real window and keeps it until it is closed.

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use eframe::egui_wgpu::{WgpuConfiguration, WgpuSetup, WgpuSetupCreateNew};
use eframe::wgpu::Backends;

use crate::settings::WindowSettings;
use crate::{App, Start, look};

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
    let begun = Instant::now();
    let remembered = WindowSettings::of(&start.settings);
    // Still there when nothing could draw, for the next way of drawing.
    let mut start = Some(start);
    let mut result = Ok(());
    for backends in ways_to_draw(Backends::from_env(), has_graphics_device()) {
        let create =
            |creation: &eframe::CreationContext<'_>| -> Result<_, Box<dyn Error + Send + Sync>> {
                let start = start.take().ok_or("the window was there before")?;
                close_on_signals(&creation.egui_ctx)?;
                let face = Face { app: App::new(&creation.egui_ctx, start)?, first: Some(begun) };
                Ok(Box::new(face) as Box<dyn eframe::App>)
            };
        result = eframe::run_native("satchel", options(&remembered, backends), Box::new(create));
        if !matches!(result, Err(eframe::Error::Wgpu(_))) || start.is_none() {
            break;
        }
        tracing::debug!("nothing to draw with: {result:?}");
    }
    result.map_err(|error| {
        tracing::debug!("no window: {error}");
        WindowError::NoDisplay(reason(&error))
    })
}

fn options(remembered: &WindowSettings, backends: Backends) -> eframe::NativeOptions {
    let mut setup = WgpuSetupCreateNew::without_display_handle();
    setup.instance_descriptor.backends = backends;
    eframe::NativeOptions {
        viewport: viewport()
            .with_inner_size(remembered.size.unwrap_or(FIRST))
            .with_maximized(remembered.maximized)
            .with_min_inner_size(SMALLEST),
        wgpu_options: WgpuConfiguration {
            wgpu_setup: WgpuSetup::CreateNew(setup),
            ..WgpuConfiguration::default()
        },
        ..Default::default()
    }
}

/// What every window of the program says of itself.
pub(crate) fn viewport() -> egui::ViewportBuilder {
    egui::ViewportBuilder::default()
        .with_title("Satchel")
        .with_app_id("satchel")
        .with_icon(look::sign(128))
}

/// What to draw with, one after the other until something can. Where the processor has to draw, OpenGL
/// beside Vulkan would do the same a second time, for 10 MiB of memory.
fn ways_to_draw(chosen: Option<Backends>, has_graphics_device: bool) -> Vec<Backends> {
    let all = Backends::PRIMARY | Backends::GL;
    match chosen {
        Some(chosen) => vec![chosen],
        None if has_graphics_device => vec![all],
        None => vec![Backends::PRIMARY, all],
    }
}

/// Whether something besides the processor may draw here.
fn has_graphics_device() -> bool {
    let places = ["/dev/dri", "/dev/nvidia0", "/dev/dxg"];
    !cfg!(target_os = "linux") || places.iter().any(|place| Path::new(place).exists())
}

/// Ctrl+C in the terminal, `kill` and the end of the session close the window as its cross does; a
/// second time they end the program at once.
#[cfg(unix)]
fn close_on_signals(ctx: &egui::Context) -> std::io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::low_level::emulate_default_handler;

    let ctx = ctx.clone();
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    let listen = move || {
        for (count, signal) in signals.forever().enumerate() {
            if count > 0 && emulate_default_handler(signal).is_err() {
                tracing::warn!("signal {signal} cannot end the program");
            }
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
            ctx.request_repaint();
        }
    };
    std::thread::Builder::new().name("signals".to_owned()).spawn(listen).map(drop)
}

/// Elsewhere the system closes windows by itself.
#[cfg(not(unix))]
fn close_on_signals(_ctx: &egui::Context) -> std::io::Result<()> {
    Ok(())
}

/// What a person can make of it; the libraries' own words go to the log.
fn reason(error: &eframe::Error) -> String {
    match error {
        eframe::Error::Winit(_) | eframe::Error::WinitEventLoop(_) => "there is no display".into(),
        eframe::Error::Wgpu(_) => "neither Vulkan nor OpenGL can draw here".into(),
        other => other.to_string(),
    }
}

/// Lets eframe call the [`App`], and tells the log when the first frame was on the screen.
struct Face {
    app: App,
    /// When the window was asked for; `None` once its first frame was told of.
    first: Option<Instant>,
}

impl eframe::App for Face {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        // Whoever is in the second frame has shown the first.
        if let Some(begun) = self.first
            && ctx.cumulative_frame_nr() > 0
        {
            self.first = None;
            tracing::debug!("first frame {} ms after opening", begun.elapsed().as_millis());
        }
        self.app.logic(ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        if self.first.is_some() {
            ui.ctx().request_repaint();
        }
        self.app.ui(ui);
    }

    fn on_exit(&mut self) {
        self.app.close();
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opengl_comes_along_where_it_may_be_the_better_way() {
        let all = Backends::PRIMARY | Backends::GL;
        assert_eq!(ways_to_draw(None, true), [all]);
        assert_eq!(ways_to_draw(None, false), [Backends::PRIMARY, all]);
        assert_eq!(ways_to_draw(Some(Backends::GL), false), [Backends::GL]);
    }
}

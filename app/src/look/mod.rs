//! How things look: colours, sizes, fonts, icons, and the widgets that all pages are made of.
//!
//! `tokens` → `style` (egui's own widgets) and `widgets` (ours) → the pages
//!
//! Colours, text sizes and fonts are written here and nowhere else. Nothing here knows what a
//! conversation or a model is.

pub mod fonts;
mod icons;
mod keyboard;
mod sign;
mod style;
pub mod tokens;
mod widgets;

use egui::{Context, Theme, ThemePreference};

pub use icons::Icon;
pub(crate) use keyboard::left_with_escape;
pub use sign::sign;
pub use style::{raised_shadow, resting_shadow, slight_shadow};
pub use tokens::{Tokens, radius, space, text_size, tokens, tokens_of};
pub(crate) use widgets::focus_ring;
pub use widgets::*;

/// Sets up fonts and both themes; once, when the window opens.
pub fn install(ctx: &Context) {
    ctx.add_plugin(keyboard::Keyboard::default());
    ctx.set_fonts(fonts::definitions());
    ctx.all_styles_mut(style::lay_out);
    for theme in [Theme::Light, Theme::Dark] {
        ctx.set_visuals_of(theme, style::visuals(theme));
    }
}

/// Follows the system's theme, or keeps to one.
pub fn set_theme(ctx: &Context, preference: ThemePreference) {
    ctx.set_theme(preference);
}

/// The range of [`set_text_size`].
pub const TEXT_SCALES: std::ops::RangeInclusive<f32> = 0.8..=2.0;

/// Sets the text size as a factor of the usual one, held within [`TEXT_SCALES`]. Everything grows
/// with it, so that nothing is cut off.
pub fn set_text_size(ctx: &Context, scale: f32) {
    let scale = if scale.is_finite() { scale } else { 1.0 };
    ctx.set_zoom_factor(scale.clamp(*TEXT_SCALES.start(), *TEXT_SCALES.end()));
}

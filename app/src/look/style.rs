//! Turns the tokens into egui's own style, for the stock widgets that are used as they are
//! (text fields, menus, scroll bars, tooltips).

use egui::style::{HandleShape, ScrollStyle, TextCursorStyle};
use egui::{CornerRadius, FontFamily, FontId, Shadow, Stroke, Style, TextStyle, Theme, Visuals};
use egui::{Margin, vec2};

use super::tokens::{Tokens, radius, space, text_size};
use super::{fonts, tokens};

/// Sets what both themes share.
pub(super) fn lay_out(style: &mut Style) {
    style.text_styles = [
        (TextStyle::Heading, fonts::semibold_font(text_size::TITLE)),
        (TextStyle::Body, fonts::regular_font(text_size::BODY)),
        (TextStyle::Button, fonts::medium_font(text_size::BODY)),
        (TextStyle::Monospace, FontId::new(text_size::CODE, FontFamily::Monospace)),
        (TextStyle::Small, fonts::regular_font(text_size::CAPTION)),
    ]
    .into();
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(space::NORMAL, space::NORMAL);
    spacing.button_padding = vec2(10.0, 6.0);
    spacing.interact_size = vec2(32.0, 28.0);
    spacing.menu_margin = Margin::same(6);
    spacing.menu_spacing = 4.0;
    spacing.combo_width = 140.0;
    spacing.slider_rail_height = 4.0;
    spacing.tooltip_width = 360.0;
    spacing.scroll = ScrollStyle {
        floating: true,
        bar_width: 8.0,
        floating_width: 4.0,
        bar_inner_margin: 2.0,
        bar_outer_margin: 2.0,
        fade: egui::style::ScrollFadeStyle { strength: 0.0, size: 0.0 },
        ..ScrollStyle::thin()
    };
    style.animation_time = 0.12;
    style.interaction.tooltip_delay = 0.4;
    // A message's text is selected across its paragraphs.
    style.interaction.selectable_labels = true;
    style.interaction.multi_widget_text_select = true;
}

/// The colours of one theme.
pub(super) fn visuals(theme: Theme) -> Visuals {
    let tokens = Tokens::of(theme);
    let mut visuals = if tokens.dark { Visuals::dark() } else { Visuals::light() };
    visuals.panel_fill = tokens.background;
    visuals.window_fill = tokens.surface;
    visuals.window_stroke = Stroke::new(1.0, tokens.border);
    visuals.window_corner_radius = CornerRadius::same(radius::LARGE);
    visuals.menu_corner_radius = CornerRadius::same(10);
    visuals.window_shadow = raised_shadow(tokens);
    visuals.popup_shadow = raised_shadow(tokens);
    visuals.extreme_bg_color = tokens.surface;
    visuals.text_edit_bg_color = Some(tokens.surface);
    visuals.faint_bg_color = tokens.sunken;
    visuals.code_bg_color = tokens.sunken;
    visuals.hyperlink_color = tokens.accent_text;
    visuals.warn_fg_color = tokens.warning;
    visuals.error_fg_color = tokens.danger;
    visuals.weak_text_color = Some(tokens.text_faint);
    visuals.selection.bg_fill = tokens.selection;
    visuals.selection.stroke = Stroke::new(1.5, tokens.accent);
    visuals.handle_shape = HandleShape::Circle;
    visuals.slider_trailing_fill = true;
    visuals.striped = false;
    visuals.indent_has_left_vline = false;
    visuals.disabled_alpha = 0.45;
    // A blinking cursor would repaint twice a second for ever.
    visuals.text_cursor = TextCursorStyle {
        stroke: Stroke::new(1.5, tokens.accent),
        blink: false,
        ..TextCursorStyle::default()
    };
    widget_visuals(&mut visuals, tokens);
    visuals
}

fn widget_visuals(visuals: &mut Visuals, tokens: &Tokens) {
    let widgets = &mut visuals.widgets;
    for (widget, fill, text) in [
        (&mut widgets.noninteractive, tokens.background, tokens.text),
        (&mut widgets.inactive, tokens.active, tokens.text),
        (&mut widgets.hovered, tokens.active, tokens.text_strong),
        (&mut widgets.active, tokens.active, tokens.text_strong),
        (&mut widgets.open, tokens.active, tokens.text_strong),
    ] {
        widget.corner_radius = CornerRadius::same(radius::CONTROL);
        widget.bg_fill = fill;
        widget.weak_bg_fill = fill;
        widget.bg_stroke = Stroke::new(1.0, tokens.border);
        widget.fg_stroke = Stroke::new(1.0, text);
        widget.expansion = 0.0;
    }
    widgets.inactive.weak_bg_fill = tokens.surface;
    widgets.inactive.bg_stroke = Stroke::new(1.0, tokens.border_strong);
    widgets.hovered.weak_bg_fill = tokens.hover;
    widgets.hovered.bg_stroke = Stroke::new(1.0, tokens.border_strong);
}

/// Under menus and dialogs.
#[must_use]
pub fn raised_shadow(tokens: &tokens::Tokens) -> Shadow {
    Shadow { offset: [0, 10], blur: 30, spread: 0, color: tokens.shadow }
}

/// Under the composer and other things that lie on the page.
#[must_use]
pub fn resting_shadow(tokens: &tokens::Tokens) -> Shadow {
    Shadow { offset: [0, 4], blur: 20, spread: 0, color: tokens.shadow }
}

/// Under buttons and the chosen part of a switcher.
#[must_use]
pub fn slight_shadow(tokens: &tokens::Tokens) -> Shadow {
    Shadow { offset: [0, 1], blur: 3, spread: 0, color: tokens.shadow }
}

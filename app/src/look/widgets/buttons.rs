//! Buttons with words, with an icon, or both.

use egui::accesskit::Role;
use egui::{
    Align2, Color32, CornerRadius, CursorIcon, Pos2, Response, Sense, Stroke, StrokeKind, Ui, Vec2,
    Widget, WidgetInfo, pos2, vec2,
};

use super::super::tokens::{Tokens, radius, space, text_size, tokens};
use super::super::{Icon, fonts, slight_shadow};
use super::{focus_ring, hover_fade, line_galley, paint_line, quiet_color};

/// How much a button asks for attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// An outlined button.
    #[default]
    Normal,
    /// The one thing most people want here.
    Primary,
    /// Takes something away.
    Danger,
    /// No outline until the pointer is over it.
    Quiet,
}

/// A button with words.
#[must_use = "add it with `ui.add(…)`"]
pub struct Button<'a> {
    text: &'a str,
    icon: Option<Icon>,
    kind: ButtonKind,
    shortcut: Option<&'a str>,
    drops_down: bool,
    fill_width: bool,
    round: bool,
}

impl<'a> Button<'a> {
    /// A button that says `text`, which is also its accessible name.
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            icon: None,
            kind: ButtonKind::Normal,
            shortcut: None,
            drops_down: false,
            fill_width: false,
            round: false,
        }
    }

    /// An icon before the words.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// How much it asks for attention.
    pub fn kind(mut self, kind: ButtonKind) -> Self {
        self.kind = kind;
        self
    }

    /// Keys that do the same, shown at the right, such as `Ctrl N`.
    pub fn shortcut(mut self, shortcut: &'a str) -> Self {
        self.shortcut = Some(shortcut);
        self
    }

    /// A downward chevron at the right: the button opens a menu.
    pub fn drops_down(mut self) -> Self {
        self.drops_down = true;
        self
    }

    /// As wide as there is room, with the words at the left.
    pub fn fill_width(mut self) -> Self {
        self.fill_width = true;
        self
    }

    /// With half-round ends.
    pub fn round(mut self) -> Self {
        self.round = true;
        self
    }

    fn colors(&self, tokens: &Tokens, fade: f32, pressed: bool) -> (Color32, Stroke, Color32) {
        let outline = Stroke::new(1.0, tokens.border_strong);
        match self.kind {
            ButtonKind::Primary => (
                tokens.accent.lerp_to_gamma(tokens.accent_hover, fade),
                Stroke::NONE,
                tokens.on_accent,
            ),
            ButtonKind::Danger => (
                tokens.surface.lerp_to_gamma(tokens.danger_soft, fade),
                Stroke::new(1.0, tokens.border_strong.lerp_to_gamma(tokens.danger, fade)),
                tokens.danger.lerp_to_gamma(tokens.danger_hover, fade),
            ),
            ButtonKind::Normal if pressed => (tokens.active, outline, tokens.text_strong),
            ButtonKind::Normal => {
                (tokens.surface.lerp_to_gamma(tokens.hover, fade), outline, tokens.text_strong)
            }
            ButtonKind::Quiet => {
                (tokens.hover.gamma_multiply(fade), Stroke::NONE, quiet_color(tokens, fade > 0.5))
            }
        }
    }
}

impl Widget for Button<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        const PADDING: f32 = 12.0;
        let tokens = tokens(ui);
        let font = fonts::medium_font(text_size::BODY);
        let icon_width = if self.icon.is_some() { 22.0 } else { 0.0 };
        let hint = self.shortcut.map(|keys| {
            let font = fonts::regular_font(text_size::CAPTION);
            line_galley(ui, keys, font, tokens.text_faint, f32::INFINITY)
        });
        let hint_width = hint.as_ref().map_or(0.0, |galley| galley.size().x + 14.0);
        let chevron_width = if self.drops_down { 20.0 } else { 0.0 };
        let around = 2.0 * PADDING + icon_width + hint_width + chevron_width;
        let room = (ui.available_width() - around).max(24.0);
        let galley = line_galley(ui, self.text, font, Color32::PLACEHOLDER, room);
        let natural = galley.size().x + around;
        let width = if self.fill_width { ui.available_width().max(natural) } else { natural };
        let (rect, response) = ui.allocate_exact_size(vec2(width, space::CONTROL), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), self.text));
        if !ui.is_rect_visible(rect) {
            return response;
        }
        let fade = hover_fade(ui, &response);
        let pressed = response.is_pointer_button_down_on();
        let (fill, stroke, color) = self.colors(tokens, fade, pressed);
        let corner = if self.round { 16 } else { radius::CONTROL };
        if self.kind != ButtonKind::Quiet && ui.is_enabled() {
            ui.painter().add(slight_shadow(tokens).as_shape(rect, CornerRadius::same(corner)));
        }
        ui.painter().rect(rect, corner, fill, stroke, StrokeKind::Inside);
        focus_ring(ui, rect, corner, &response);
        let middle = rect.center().y;
        let mut x = rect.left() + PADDING;
        if let Some(icon) = self.icon {
            let tint = match self.kind {
                ButtonKind::Normal => tokens.text_muted.lerp_to_gamma(tokens.text_strong, fade),
                _ => color,
            };
            paint_icon(ui, icon, pos2(x + 8.0, middle), 15.0, tint);
            x += icon_width;
        }
        paint_line(ui, pos2(x, middle), galley, color);
        let mut right = rect.right() - PADDING;
        if self.drops_down {
            paint_icon(ui, Icon::ChevronDown, pos2(right - 6.0, middle), 14.0, tokens.text_faint);
            right -= chevron_width;
        }
        if let Some(hint) = hint {
            let left = right - hint.size().x;
            paint_line(ui, pos2(left, middle), hint, tokens.text_faint);
        }
        response.on_hover_cursor(CursorIcon::PointingHand)
    }
}

/// Draws an icon with its centre at a point.
pub(super) fn paint_icon(ui: &Ui, icon: Icon, center: Pos2, size: f32, color: Color32) {
    let font = fonts::icon_font(size);
    ui.painter().text(center, Align2::CENTER_CENTER, icon.glyph(), font, color);
}

/// An outlined button.
pub fn button(ui: &mut Ui, text: &str) -> Response {
    ui.add(Button::new(text))
}

/// The button for the one thing most people want here.
pub fn primary_button(ui: &mut Ui, text: &str) -> Response {
    ui.add(Button::new(text).kind(ButtonKind::Primary))
}

/// A button that takes something away.
pub fn danger_button(ui: &mut Ui, text: &str) -> Response {
    ui.add(Button::new(text).kind(ButtonKind::Danger))
}

/// A square button with an icon only. `name` is its accessible name and its tooltip.
pub fn icon_button(ui: &mut Ui, icon: Icon, name: &str) -> Response {
    let tokens = tokens(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(space::ICON_BUTTON), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), name));
    if ui.is_rect_visible(rect) {
        let fade = hover_fade(ui, &response);
        let fill = if response.is_pointer_button_down_on() {
            tokens.active
        } else {
            tokens.hover.gamma_multiply(fade)
        };
        ui.painter().rect_filled(rect, radius::CONTROL, fill);
        focus_ring(ui, rect, radius::CONTROL, &response);
        let color = tokens.text_muted.lerp_to_gamma(tokens.text_strong, fade);
        paint_icon(ui, icon, rect.center(), 16.0, color);
    }
    response.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(name)
}

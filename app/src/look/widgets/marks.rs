//! Small things that show a state: badges, chips, bars, dots, keys.

use egui::accesskit::Role;
use egui::{
    Color32, CursorIcon, Rect, Response, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2,
    vec2,
};

use super::super::tokens::{Tokens, radius, text_size, tokens};
use super::super::{Icon, fonts};
use super::buttons::paint_icon;
use super::{focus_ring, hover_fade, line_galley, paint_line};

/// What a mark means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing in particular.
    #[default]
    Neutral,
    /// Worth a look.
    Accent,
    /// Works, fits, done.
    Good,
    /// Tight, interrupted.
    Warning,
    /// Failed.
    Danger,
}

impl Tone {
    fn colors(self, tokens: &Tokens) -> (Color32, Color32) {
        match self {
            Tone::Neutral => (tokens.text_muted, tokens.hover),
            Tone::Accent => (tokens.accent_text, tokens.accent_soft),
            Tone::Good => (tokens.good, tokens.good_soft),
            Tone::Warning => (tokens.warning, tokens.warning_soft),
            Tone::Danger => (tokens.danger, tokens.danger_soft),
        }
    }
}

/// A word on a wash of colour, such as “Loaded” or “Demonstration”.
pub fn badge(ui: &mut Ui, text: &str, tone: Tone) -> Response {
    let (color, wash) = tone.colors(tokens(ui));
    let galley = line_galley(ui, text, fonts::medium_font(text_size::CAPTION), color, 320.0);
    let size = vec2(galley.size().x + 14.0, 21.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    ui.painter().rect_filled(rect, radius::SMALL, wash);
    paint_line(ui, pos2(rect.left() + 7.0, rect.center().y), galley, color);
    response
}

/// A dot in the colour of its tone. `name` says what it means.
pub fn status_dot(ui: &mut Ui, name: &str, tone: Tone) -> Response {
    let (color, _) = tone.colors(tokens(ui));
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(14.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, name));
    ui.painter().circle_filled(rect.center(), 6.0, color.gamma_multiply(0.2));
    ui.painter().circle_filled(rect.center(), 3.2, color);
    response.on_hover_text(name)
}

/// A rounded outline with an icon and words that can be clicked.
pub fn chip(ui: &mut Ui, icon: Icon, text: &str) -> Response {
    chip_body(ui, icon, text, 0.0)
}

/// What happened to a chip.
pub struct ChipResponse {
    /// The chip itself; clicking it edits or opens what it stands for.
    pub response: Response,
    /// Whether its cross was clicked.
    pub removed: bool,
}

/// A chip with a cross. `remove_name` is the cross's accessible name and tooltip.
pub fn removable_chip(ui: &mut Ui, icon: Icon, text: &str, remove_name: &str) -> ChipResponse {
    let response = chip_body(ui, icon, text, 20.0);
    let center = pos2(response.rect.right() - 15.0, response.rect.center().y);
    let rect = Rect::from_center_size(center, Vec2::splat(20.0));
    let cross = ui.interact(rect, response.id.with("remove"), Sense::click());
    cross.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), remove_name));
    let tokens = tokens(ui);
    let fade = hover_fade(ui, &cross);
    ui.painter().circle_filled(center, 9.0, tokens.active.gamma_multiply(fade));
    focus_ring(ui, rect, 10, &cross);
    paint_icon(ui, Icon::X, center, 12.0, tokens.text_muted);
    let removed = cross.on_hover_text(remove_name).clicked();
    ChipResponse { response, removed }
}

fn chip_body(ui: &mut Ui, icon: Icon, text: &str, extra: f32) -> Response {
    let tokens = tokens(ui);
    let around = 12.0 + 21.0 + 12.0 + extra;
    let room = (ui.available_width() - around).clamp(40.0, 320.0);
    let galley = line_galley(ui, text, fonts::medium_font(text_size::SMALL), tokens.text, room);
    let size = vec2(galley.size().x + around, 30.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), text));
    let fade = hover_fade(ui, &response);
    let fill = tokens.surface.lerp_to_gamma(tokens.hover, fade);
    ui.painter().rect(rect, 15, fill, Stroke::new(1.0, tokens.border), StrokeKind::Inside);
    focus_ring(ui, rect, 15, &response);
    let middle = rect.center().y;
    paint_icon(ui, icon, pos2(rect.left() + 19.0, middle), 14.0, tokens.accent_text);
    paint_line(ui, pos2(rect.left() + 33.0, middle), galley, tokens.text);
    response.on_hover_cursor(CursorIcon::PointingHand)
}

/// Keys of a shortcut, each on its own little cap; `keys` are separated by spaces or `+`.
pub fn key_hint(ui: &mut Ui, keys: &str) -> Response {
    let tokens = tokens(ui);
    let caps: Vec<_> = keys
        .split([' ', '+'])
        .filter(|key| !key.is_empty())
        .map(|key| {
            let font = fonts::medium_font(text_size::CAPTION);
            line_galley(ui, key, font, tokens.text_muted, f32::INFINITY)
        })
        .collect();
    let widths: Vec<f32> = caps.iter().map(|cap| (cap.size().x + 12.0).max(22.0)).collect();
    let width = widths.iter().sum::<f32>() + 4.0 * caps.len().saturating_sub(1) as f32;
    let (rect, response) = ui.allocate_exact_size(vec2(width, 22.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, keys));
    let mut x = rect.left();
    for (cap, width) in caps.into_iter().zip(widths) {
        let key = Rect::from_min_size(pos2(x, rect.top()), vec2(width, 22.0));
        let outline = Stroke::new(1.0, tokens.border_strong);
        ui.painter().rect(key, radius::SMALL, tokens.sunken, outline, StrokeKind::Inside);
        let left = key.center().x - cap.size().x / 2.0;
        paint_line(ui, pos2(left, key.center().y), cap, tokens.text_muted);
        x += width + 4.0;
    }
    response
}

fn track(ui: &mut Ui, width: f32, height: f32) -> (Rect, Response) {
    let (outer, response) = ui.allocate_exact_size(vec2(width, height.max(12.0)), Sense::hover());
    (Rect::from_center_size(outer.center(), vec2(width, height)), response)
}

/// How far something is, 0 to 1, or `None` while nobody knows (then it moves, and repaints).
/// `name` says what is going on.
pub fn progress_bar(ui: &mut Ui, name: &str, fraction: Option<f32>) -> Response {
    let tokens = tokens(ui);
    let (rect, response) = track(ui, ui.available_width(), 6.0);
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ProgressIndicator, true, name);
        info.value = fraction.map(|part| f64::from(part) * 100.0);
        info
    });
    ui.painter().rect_filled(rect, 3, tokens.active);
    let done = match fraction {
        Some(part) => {
            let width = rect.width() * part.clamp(0.0, 1.0);
            Rect::from_min_size(rect.min, vec2(width, rect.height()))
        }
        None => {
            let phase = ui.input(|input| (input.time * 0.7).fract()) as f32;
            let width = rect.width() * 0.3;
            let left = rect.left() + (rect.width() + width) * phase - width;
            ui.ctx().request_repaint();
            Rect::from_min_size(pos2(left, rect.top()), vec2(width, rect.height())).intersect(rect)
        }
    };
    if done.width() > 0.0 {
        ui.painter().rect_filled(done, 3, tokens.accent);
    }
    response
}

/// A short bar that shows how much of something is used: quiet, then a warning from 80 %, then
/// red when it is full. `words` (such as “1,204 of 4,096 tokens”) is its accessible name and
/// tooltip.
pub fn meter(ui: &mut Ui, used: f64, total: f64, words: &str) -> Response {
    let tokens = tokens(ui);
    let part = if total > 0.0 { (used / total).clamp(0.0, 1.0) as f32 } else { 0.0 };
    let (rect, response) = track(ui, 64.0, 5.0);
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Meter, true, words);
        info.value = Some(f64::from(part) * 100.0);
        info
    });
    let color = match part {
        part if part >= 1.0 => tokens.danger,
        part if part >= 0.8 => tokens.warning,
        _ => tokens.accent,
    };
    ui.painter().rect_filled(rect, 3, tokens.active);
    if part > 0.0 {
        let width = (rect.width() * part).max(4.0);
        ui.painter().rect_filled(Rect::from_min_size(rect.min, vec2(width, 5.0)), 3, color);
    }
    response.on_hover_text(words)
}

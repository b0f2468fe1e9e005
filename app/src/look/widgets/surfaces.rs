//! Things that other things lie on: cards, dialogs, notices, empty pages.

use egui::{
    Align, Align2, Area, Context, CornerRadius, Frame, Id, InnerResponse, Layout, Margin, Modal,
    ModalResponse, Order, Sense, Stroke, Ui, Vec2, vec2,
};

use super::super::tokens::{radius, space, tokens, tokens_of};
use super::super::{Icon, raised_shadow};
use super::buttons::paint_icon;
use super::marks::Tone;
use super::{Button, ButtonKind, icon_button, texts};

/// A raised rectangle as wide as there is room.
pub fn card<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
    let tokens = tokens(ui);
    Frame::new()
        .fill(tokens.surface)
        .stroke(Stroke::new(1.0, tokens.border))
        .corner_radius(CornerRadius::same(radius::CARD))
        .inner_margin(Margin::symmetric(16, 14))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            contents(ui)
        })
}

/// A thin line across.
pub fn hairline(ui: &mut Ui) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 1.0), Sense::hover());
    ui.painter().hline(rect.x_range(), rect.center().y, Stroke::new(1.0, tokens(ui).border));
}

/// A dialog over everything, closed by Escape or a click beside it:
/// `if modal(…).should_close() { … }`.
pub fn modal<R>(
    ctx: &Context,
    id: Id,
    title: &str,
    contents: impl FnOnce(&mut Ui) -> R,
) -> ModalResponse<R> {
    let tokens = tokens_of(ctx);
    let frame = Frame::new()
        .fill(tokens.surface)
        .stroke(Stroke::new(1.0, tokens.border))
        .corner_radius(CornerRadius::same(radius::LARGE))
        .shadow(raised_shadow(tokens))
        .inner_margin(Margin::same(22));
    Modal::new(id).frame(frame).backdrop_color(tokens.backdrop).show(ctx, |ui| {
        let room = ui.ctx().content_rect().width() - 64.0;
        ui.set_width(room.clamp(200.0, 460.0));
        ui.spacing_mut().item_spacing.y = 12.0;
        texts::section_title(ui, title);
        contents(ui)
    })
}

/// Where notices appear, newest below: in the middle of the lower edge of the window, or of the upper
/// one, so many points `away` from it.
pub fn toast_area<R>(
    ctx: &Context,
    at_top: bool,
    away: f32,
    contents: impl FnOnce(&mut Ui) -> R,
) -> InnerResponse<R> {
    let (anchor, offset) = match at_top {
        true => (Align2::CENTER_TOP, vec2(0.0, away)),
        false => (Align2::CENTER_BOTTOM, vec2(0.0, -away)),
    };
    Area::new(Id::unique("notices")).order(Order::Foreground).anchor(anchor, offset).show(
        ctx,
        |ui| {
            let room = ui.ctx().content_rect().width() - 48.0;
            ui.set_width(room.clamp(200.0, 460.0));
            ui.spacing_mut().item_spacing.y = space::NORMAL;
            contents(ui)
        },
    )
}

/// What happened to a notice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ToastResponse {
    /// Its button was clicked.
    pub acted: bool,
    /// Its cross was clicked.
    pub dismissed: bool,
    /// The pointer or the keyboard is on it.
    pub held: bool,
}

/// A notice with perhaps one button, such as “Undo”.
pub fn toast(ui: &mut Ui, tone: Tone, text: &str, action: Option<&str>) -> ToastResponse {
    let tokens = tokens(ui);
    let (icon, color) = match tone {
        Tone::Neutral => (Icon::Info, tokens.text_muted),
        Tone::Accent => (Icon::Info, tokens.accent_text),
        Tone::Good => (Icon::CircleCheck, tokens.good),
        Tone::Warning => (Icon::TriangleAlert, tokens.warning),
        Tone::Danger => (Icon::CircleAlert, tokens.danger),
    };
    let mut answer = ToastResponse::default();
    let shown = Frame::new()
        .fill(tokens.surface)
        .stroke(Stroke::new(1.0, tokens.border_strong))
        .corner_radius(CornerRadius::same(radius::CARD))
        .shadow(raised_shadow(tokens))
        .inner_margin(Margin { left: 14, right: 8, top: 7, bottom: 7 })
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            // The words take the room that the buttons leave, on as many lines as they need.
            let buttons =
                40.0 + action.map_or(0.0, |action| 34.0 + 8.0 * action.chars().count() as f32);
            let room = (ui.available_width() - buttons - 28.0).max(60.0);
            ui.horizontal(|ui| {
                ui.set_min_height(space::CONTROL);
                ui.spacing_mut().item_spacing.x = 10.0;
                let (mark, _) = ui.allocate_exact_size(Vec2::splat(18.0), Sense::hover());
                paint_icon(ui, icon, mark.center(), 16.0, color);
                ui.allocate_ui(vec2(room, 20.0), |ui| {
                    ui.set_max_width(room);
                    texts::label(ui, text);
                });
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    ui.spacing_mut().item_spacing.x = space::TIGHT;
                    let dismiss = icon_button(ui, Icon::X, "Dismiss");
                    (answer.dismissed, answer.held) = (dismiss.clicked(), dismiss.has_focus());
                    if let Some(action) = action {
                        let button = ui.add(Button::new(action).kind(ButtonKind::Quiet));
                        answer.acted = button.clicked();
                        answer.held |= button.has_focus();
                    }
                });
            });
        });
    answer.held |= shown.response.contains_pointer();
    answer
}

/// What a page shows while there is nothing on it: an icon, a title, a sentence, and the way on.
pub fn empty_state<R>(
    ui: &mut Ui,
    icon: Icon,
    title: &str,
    words: &str,
    contents: impl FnOnce(&mut Ui) -> R,
) -> InnerResponse<R> {
    ui.vertical_centered(|ui| {
        let tokens = tokens(ui);
        ui.spacing_mut().item_spacing.y = 10.0;
        let (square, _) = ui.allocate_exact_size(Vec2::splat(52.0), Sense::hover());
        ui.painter().rect_filled(square, radius::LARGE, tokens.accent_soft);
        paint_icon(ui, icon, square.center(), 24.0, tokens.accent_text);
        texts::section_title(ui, title);
        if !words.is_empty() {
            ui.scope(|ui| {
                ui.set_max_width(420.0);
                texts::muted(ui, words);
            });
        }
        ui.add_space(space::TIGHT);
        contents(ui)
    })
}

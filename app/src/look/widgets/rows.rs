//! Rows of lists: conversations, models, commands.

use egui::accesskit::Role;
use egui::{Color32, CursorIcon, Rect, Response, Sense, Ui, Vec2, Widget, WidgetInfo, pos2, vec2};

use super::super::tokens::{radius, space, text_size, tokens};
use super::super::{Icon, fonts};
use super::buttons::paint_icon;
use super::{hover_fade, line_galley, paint_line, quiet_color};

/// One row of a list: icon, title, perhaps a second line, something short at the right.
///
/// The row's response can carry a context menu: `row.ui(ui).context_menu(|ui| …)`.
#[must_use = "add it with `ui.add(…)`"]
pub struct ListRow<'a> {
    icon: Option<(Icon, Option<Color32>)>,
    title: &'a str,
    detail: Option<&'a str>,
    trailing: &'a str,
    selected: bool,
}

impl<'a> ListRow<'a> {
    /// A row that says `title`, which is also its accessible name.
    pub fn new(title: &'a str) -> Self {
        Self { icon: None, title, detail: None, trailing: "", selected: false }
    }

    /// An icon before the title.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some((icon, None));
        self
    }

    /// An icon on a tinted square before the title.
    pub fn tinted_icon(mut self, icon: Icon, tint: Color32) -> Self {
        self.icon = Some((icon, Some(tint)));
        self
    }

    /// A second line below the title; the row grows by it.
    pub fn detail(mut self, detail: &'a str) -> Self {
        self.detail = Some(detail);
        self
    }

    /// Something short at the right: a time, a count, keys.
    pub fn trailing(mut self, trailing: &'a str) -> Self {
        self.trailing = trailing;
        self
    }

    /// Whether this is the chosen one.
    pub fn selected(mut self, selected: bool) -> Self {
        self.selected = selected;
        self
    }
}

impl Widget for ListRow<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        const PADDING: f32 = 10.0;
        let tokens = tokens(ui);
        let height = if self.detail.is_some() { 50.0 } else { space::ROW };
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
        response.widget_info(|| {
            WidgetInfo::selected(Role::Button, ui.is_enabled(), self.selected, self.title)
        });
        if !ui.is_rect_visible(rect) {
            return response;
        }
        let fade = hover_fade(ui, &response);
        let fill = if self.selected { tokens.active } else { tokens.hover.gamma_multiply(fade) };
        ui.painter().rect_filled(rect, radius::CONTROL, fill);
        super::focus_ring(ui, rect.shrink(1.0), radius::CONTROL, &response);
        let middle = rect.center().y;
        let mut x = rect.left() + PADDING;
        match self.icon {
            Some((icon, Some(tint))) => {
                let square = Rect::from_center_size(pos2(x + 10.0, middle), Vec2::splat(22.0));
                let wash = tint.gamma_multiply(if tokens.dark { 0.28 } else { 0.14 });
                ui.painter().rect_filled(square, radius::SMALL, wash);
                paint_icon(ui, icon, square.center(), 13.0, tint);
                x += 30.0;
            }
            Some((icon, None)) => {
                let color = quiet_color(tokens, self.selected || fade > 0.5);
                paint_icon(ui, icon, pos2(x + 8.0, middle), 15.0, color);
                x += 27.0;
            }
            None => {}
        }
        let mut right = rect.right() - PADDING;
        if !self.trailing.is_empty() {
            let font = fonts::regular_font(text_size::CAPTION);
            let galley =
                line_galley(ui, self.trailing, font, tokens.text_faint, rect.width() / 2.0);
            right -= galley.size().x;
            paint_line(ui, pos2(right, middle), galley, tokens.text_faint);
            right -= 10.0;
        }
        let (font, color) = if self.selected {
            (fonts::medium_font(text_size::BODY), tokens.text_strong)
        } else {
            (fonts::regular_font(text_size::BODY), tokens.text)
        };
        let title = line_galley(ui, self.title, font, color, right - x);
        let cut = title.elided;
        let title_y = if self.detail.is_some() { middle - 9.5 } else { middle };
        paint_line(ui, pos2(x, title_y), title, color);
        if let Some(detail) = self.detail {
            let font = fonts::regular_font(text_size::SMALL);
            let galley = line_galley(ui, detail, font, tokens.text_faint, right - x);
            paint_line(ui, pos2(x, middle + 10.0), galley, tokens.text_faint);
        }
        let response = response.on_hover_cursor(CursorIcon::PointingHand);
        if cut { response.on_hover_text(self.title) } else { response }
    }
}

/// A row with an icon, a title, something short at the right, and whether it is the chosen one.
pub fn list_row(
    ui: &mut Ui,
    icon: Option<Icon>,
    title: &str,
    trailing: &str,
    selected: bool,
) -> Response {
    let row = ListRow::new(title).trailing(trailing).selected(selected);
    ui.add(if let Some(icon) = icon { row.icon(icon) } else { row })
}

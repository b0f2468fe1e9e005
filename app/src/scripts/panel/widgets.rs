//! Which widget is drawn how: the one table of what a script can say.

use egui::accesskit::Role;
use egui::{Frame, Margin, Sense, Stroke, Ui, WidgetInfo, vec2};
use scripting::panel::{Change, Mark, Node, Widget, WidgetId};

use super::images::{Picture, size_within};
use super::{Drawing, PanelRequest, containers, fields, plot, table};
use crate::look::{self, Button, ButtonKind, Icon, Tone, radius, tokens};

/// Draws a widget over the width there is.
pub(super) fn widget_ui(ui: &mut Ui, node: &Node, drawing: &mut Drawing<'_>) {
    let id = node.id;
    match &node.widget {
        Widget::Heading { text } => {
            look::section_title(ui, text);
        }
        Widget::Label { text, weak: false } => {
            look::label(ui, text);
        }
        Widget::Label { text, weak: true } => {
            look::muted(ui, text);
        }
        Widget::Markdown { text } => drawing.view.words.markdown_ui(ui, (id.0, 0), text),
        Widget::Code { text, language } => {
            drawing.view.words.code_ui(ui, (id.0, 0), text, language);
        }
        Widget::Button { label, enabled } => {
            let pressed = ui.push_id(id.0, |ui| {
                ui.add_enabled(*enabled, Button::new(label).kind(ButtonKind::Normal)).clicked()
            });
            if pressed.inner {
                drawing.tell(id, Change::Clicked);
            }
        }
        Widget::Separator => look::hairline(ui),
        Widget::Space { points } => ui.add_space(points.clamp(0.0, 2_000.0)),
        Widget::Progress { fraction, text } => progress_ui(ui, *fraction, text),
        Widget::Notice { mark, text } => notice_ui(ui, *mark, text),
        Widget::Image { source, alt } => image_ui(ui, source, alt, drawing),
        Widget::FileDrop { label } => file_drop_ui(ui, id, label, drawing),
        Widget::Chat { messages } => chat_ui(ui, id, messages, drawing),
        Widget::Table { columns, rows } => table::table_ui(ui, id, columns, rows, drawing),
        Widget::Plot { label, lines } => plot::plot_ui(ui, id, label, lines),
        Widget::TextEdit { .. }
        | Widget::Slider { .. }
        | Widget::Number { .. }
        | Widget::Checkbox { .. }
        | Widget::ComboBox { .. }
        | Widget::Radio { .. } => {
            ui.push_id(id.0, |ui| fields::field_ui(ui, node, drawing));
        }
        Widget::Row { .. }
        | Widget::Column { .. }
        | Widget::Columns { .. }
        | Widget::Group { .. }
        | Widget::Collapsing { .. }
        | Widget::Tabs { .. }
        | Widget::Scroll { .. } => {
            ui.push_id(id.0, |ui| containers::container_ui(ui, node, drawing));
        }
    }
}

fn progress_ui(ui: &mut Ui, fraction: Option<f32>, text: &str) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        let name = if text.is_empty() { "Progress" } else { text };
        look::progress_bar(ui, name, fraction.filter(|part| part.is_finite()));
        if !text.is_empty() {
            look::caption(ui, text);
        }
    });
}

fn notice_ui(ui: &mut Ui, mark: Mark, text: &str) {
    let tokens = tokens(ui);
    let (wash, color, icon) = match mark {
        Mark::Info => (tokens.accent_soft, tokens.accent_text, Icon::Info),
        Mark::Success => (tokens.good_soft, tokens.good, Icon::CircleCheck),
        Mark::Warning => (tokens.warning_soft, tokens.warning, Icon::TriangleAlert),
        Mark::Error => (tokens.danger_soft, tokens.danger, Icon::CircleAlert),
    };
    Frame::new()
        .fill(wash)
        .corner_radius(radius::CONTROL)
        .inner_margin(Margin::symmetric(12, 9))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal_top(|ui| {
                ui.label(icon.text(15.0, color));
                ui.vertical(|ui| look::label(ui, text));
            });
        });
}

fn image_ui(ui: &mut Ui, source: &str, alt: &str, drawing: &mut Drawing<'_>) {
    let width = ui.available_width();
    let pixels_per_point = ui.ctx().pixels_per_point();
    let ctx = ui.ctx().clone();
    let view = &mut *drawing.view;
    let picture = view.images.get(&ctx, view.pictures.as_ref(), source, drawing.round);
    match picture {
        Picture::Ready(texture) => {
            let size = size_within(texture, width, pixels_per_point);
            let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Image, true, alt));
            if ui.is_rect_visible(rect) {
                egui::Image::from_texture(egui::load::SizedTexture::new(texture.id(), size))
                    .corner_radius(radius::SMALL)
                    .paint_at(ui, rect);
            }
            if !alt.is_empty() {
                response.on_hover_text(alt);
            }
        }
        Picture::Loading => {
            look::muted(ui, "The picture is being read…");
        }
        Picture::Failed(words) => {
            let words = format!("Picture not shown: {words}");
            notice_ui(ui, Mark::Warning, &words);
        }
    }
}

/// A place to drop files on, which is also a button.
fn file_drop_ui(ui: &mut Ui, id: WidgetId, label: &str, drawing: &mut Drawing<'_>) {
    let tokens = tokens(ui);
    let size = vec2(ui.available_width(), 84.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let said = if label.is_empty() { "Drop files here, or click to choose…" } else { label };
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), said));
    drawing.view.drops.push((id, rect));
    let over = !ui.input(|input| input.raw.hovered_files.is_empty());
    let near = response.hovered() || over;
    let fill = if near { tokens.accent_soft } else { tokens.sunken };
    let line = Stroke::new(1.2, if near { tokens.accent } else { tokens.border_strong });
    ui.painter().rect_filled(rect, radius::CARD, fill);
    let around = [
        rect.left_top(),
        rect.right_top(),
        rect.right_bottom(),
        rect.left_bottom(),
        rect.left_top(),
    ];
    ui.painter().extend(egui::Shape::dashed_line(&around, line, 6.0, 4.0));
    look::focus_ring(ui, rect, radius::CARD, &response);
    let color = if near { tokens.accent_text } else { tokens.text_muted };
    let middle = rect.center();
    let center = egui::Align2::CENTER_CENTER;
    let icon = Icon::ArrowDownToLine.glyph();
    ui.painter().text(middle - vec2(0.0, 13.0), center, icon, look::fonts::icon_font(18.0), color);
    let font = look::fonts::regular_font(look::text_size::BODY);
    ui.painter().text(middle + vec2(0.0, 14.0), center, said, font, color);
    let response = response.on_hover_cursor(egui::CursorIcon::PointingHand);
    if response.clicked() {
        drawing.requests.push(PanelRequest::Pick(id));
    }
}

/// A conversation: what a person said in a bubble at the right, everything else as text.
fn chat_ui(ui: &mut Ui, id: WidgetId, messages: &[(String, String)], drawing: &mut Drawing<'_>) {
    for (place, (role, text)) in messages.iter().enumerate() {
        if role == "user" {
            bubble_ui(ui, (id.0, place), text, drawing);
        } else {
            let name = match role.as_str() {
                "assistant" => "Assistant",
                "system" => "Instructions",
                "tool" => "Tool",
                other => other,
            };
            look::name_line(ui, name);
            drawing.view.words.markdown_ui(ui, (id.0, place), text);
        }
        ui.add_space(look::space::TIGHT);
    }
    if messages.is_empty() {
        look::badge(ui, "No messages yet", Tone::Neutral);
    }
}

fn bubble_ui(ui: &mut Ui, key: crate::scripts::words::Key, text: &str, drawing: &mut Drawing<'_>) {
    let most = (ui.available_width() * 0.8).min(560.0);
    let font = look::fonts::regular_font(look::text_size::MESSAGE);
    let color = tokens(ui).text;
    let galley = ui.painter().layout(text.to_owned(), font, color, most - 28.0);
    let width = (galley.size().x + 2.0).ceil();
    ui.with_layout(egui::Layout::right_to_left(egui::Align::Min), |ui| {
        Frame::new()
            .fill(tokens(ui).bubble)
            .corner_radius(radius::CARD)
            .inner_margin(Margin::symmetric(14, 9))
            .show(ui, |ui| {
                ui.set_max_width(width);
                drawing.view.words.markdown_within(ui, key, text, width);
            });
    });
}

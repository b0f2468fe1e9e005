//! Widgets that hold others.

use egui::accesskit::Role;
use egui::{Align, CursorIcon, Layout, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};
use scripting::panel::{Change, Node, Widget, WidgetId};

use super::fields::place;
use super::{Drawing, node_ui};
use crate::look::{self, Icon, fonts, radius, space, text_size, tokens};

/// Room that the label above a field takes, in points.
const LABEL: f32 = 23.0;

/// Draws children below one another.
pub(super) fn column_ui(ui: &mut Ui, nodes: &[Node], drawing: &mut Drawing<'_>) {
    for node in nodes {
        node_ui(ui, node, drawing);
    }
}

/// Draws a container of any kind.
pub(super) fn container_ui(ui: &mut Ui, node: &Node, drawing: &mut Drawing<'_>) {
    let id = node.id;
    match &node.widget {
        Widget::Row { children } => row_ui(ui, children, drawing),
        Widget::Column { children } => {
            ui.vertical(|ui| column_ui(ui, children, drawing));
        }
        Widget::Columns { children } => columns_ui(ui, children, drawing),
        Widget::Group { title, children } => {
            look::card(ui, |ui| {
                if !title.is_empty() {
                    look::strong(ui, title);
                }
                column_ui(ui, children, drawing);
            });
        }
        Widget::Collapsing { title, open, children } => {
            let open = *drawing.view.folded.entry(id).or_insert(*open);
            if fold_ui(ui, title, open).clicked() {
                drawing.view.folded.insert(id, !open);
                ui.ctx().request_repaint();
            }
            if open {
                ui.indent(id.0, |ui| column_ui(ui, children, drawing));
            }
        }
        Widget::Tabs { titles, chosen, children } => {
            tabs_ui(ui, id, titles, *chosen, drawing);
            column_ui(ui, children, drawing);
        }
        Widget::Scroll { height, children } => {
            let most = if *height > 0.0 { *height } else { ui.available_height().max(120.0) };
            ScrollArea::vertical()
                .id_salt(id.0)
                .max_height(most)
                .auto_shrink([false, true])
                .show(ui, |ui| column_ui(ui, children, drawing));
        }
        _ => {}
    }
}

fn tabs_ui(ui: &mut Ui, id: WidgetId, titles: &[String], chosen: usize, drawing: &mut Drawing<'_>) {
    let mut chosen = place(drawing.view.typed.of(id), chosen);
    let options: Vec<_> =
        titles.iter().enumerate().map(|(at, title)| (at, title.as_str())).collect();
    if look::tabs(ui, "Pages", &mut chosen, &options).changed() {
        drawing.tell(id, Change::Chosen(chosen));
    }
}

fn columns_ui(ui: &mut Ui, children: &[Node], drawing: &mut Drawing<'_>) {
    if children.is_empty() {
        return;
    }
    ui.columns(children.len().min(12), |columns| {
        for (column, child) in columns.iter_mut().zip(children) {
            node_ui(column, child, drawing);
        }
    });
}

/// Draws children beside one another: what has a natural width takes it, and the rest is shared by
/// those that can be of any width.
fn row_ui(ui: &mut Ui, children: &[Node], drawing: &mut Drawing<'_>) {
    let gap = ui.spacing().item_spacing.x;
    let whole = ui.available_width();
    let widths: Vec<Option<f32>> = children.iter().map(|child| natural_width(ui, child)).collect();
    let fixed: f32 =
        widths.iter().flatten().sum::<f32>() + gap * widths.len().saturating_sub(1) as f32;
    let flexible = widths.iter().filter(|width| width.is_none()).count();
    let labelled = children.iter().any(|child| has_label_above(&child.widget));
    if flexible == 0 {
        ui.horizontal_wrapped(|ui| {
            for child in children {
                node_ui(ui, child, drawing);
            }
        });
        return;
    }
    let share = ((whole - fixed) / flexible as f32).max(60.0);
    ui.with_layout(Layout::left_to_right(Align::Min), |ui| {
        for (child, natural) in children.iter().zip(widths) {
            let width = natural.unwrap_or(share);
            ui.allocate_ui_with_layout(vec2(width, 0.0), Layout::top_down(Align::Min), |ui| {
                ui.set_width(width);
                if labelled && !has_label_above(&child.widget) && sits_beside_fields(&child.widget)
                {
                    ui.add_space(LABEL);
                }
                node_ui(ui, child, drawing);
            });
        }
    });
}

/// Whether a widget writes its label above itself.
fn has_label_above(widget: &Widget) -> bool {
    match widget {
        Widget::TextEdit { label, .. } => !label.is_empty(),
        _ => false,
    }
}

/// Whether a widget is as high as a field, and should stand on its line.
fn sits_beside_fields(widget: &Widget) -> bool {
    matches!(
        widget,
        Widget::Button { .. }
            | Widget::Checkbox { .. }
            | Widget::Number { .. }
            | Widget::ComboBox { .. }
            | Widget::TextEdit { lines: 0 | 1, .. }
    )
}

/// How wide a widget wants to be in a row, in points; `None` for one that takes what there is.
fn natural_width(ui: &Ui, node: &Node) -> Option<f32> {
    let measure = |text: &str, font| {
        ui.painter().layout_no_wrap(text.to_owned(), font, egui::Color32::PLACEHOLDER).size().x
    };
    let words = |text: &str| measure(text, fonts::regular_font(text_size::BODY)).ceil() + 1.0;
    match &node.widget {
        Widget::Button { label, .. } => {
            Some(measure(label, fonts::medium_font(text_size::BODY)).ceil() + 25.0)
        }
        // Long words wrap, and so take what there is.
        Widget::Label { text, .. } => Some(words(text)).filter(|width| *width < 260.0),
        Widget::Heading { text } => {
            Some(measure(text, fonts::semibold_font(text_size::SECTION)).ceil() + 1.0)
        }
        Widget::Checkbox { label, .. } => Some(words(label) + 27.0),
        Widget::Number { label, whole, .. } => {
            Some(words(label) + if *whole { 150.0 } else { 84.0 })
        }
        Widget::ComboBox { label, .. } => Some(words(label) + 150.0),
        Widget::Radio { label, options, .. } => {
            let widest = options.iter().map(|option| words(option) + 27.0);
            Some(widest.fold(words(label), f32::max))
        }
        Widget::Space { points } => Some(points.clamp(0.0, 2_000.0)),
        _ => None,
    }
}

/// The line that folds and unfolds what is below it.
fn fold_ui(ui: &mut Ui, title: &str, open: bool) -> egui::Response {
    let tokens = tokens(ui);
    let size = vec2(ui.available_width(), space::CONTROL - 2.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::DisclosureTriangle, ui.is_enabled(), title);
        info.selected = Some(open);
        info
    });
    if ui.is_rect_visible(rect) {
        let fade = ui.ctx().animate_bool(response.id, response.hovered());
        ui.painter().rect_filled(rect, radius::SMALL, tokens.hover.gamma_multiply(fade));
        look::focus_ring(ui, rect, radius::SMALL, &response);
        let chevron = if open { Icon::ChevronDown } else { Icon::ChevronRight };
        let middle = rect.center().y;
        let center = egui::Align2::CENTER_CENTER;
        let place = pos2(rect.left() + 10.0, middle);
        let icons = fonts::icon_font(14.0);
        ui.painter().text(place, center, chevron.glyph(), icons, tokens.text_muted);
        let place = pos2(rect.left() + 22.0, middle);
        let font = fonts::medium_font(text_size::BODY);
        ui.painter().text(place, egui::Align2::LEFT_CENTER, title, font, tokens.text_strong);
    }
    response.on_hover_cursor(CursorIcon::PointingHand)
}

//! Lines in a coordinate system, drawn by egui_plot in our colours.

use egui::accesskit::Role;
use egui::{Ui, WidgetInfo};
use egui_plot::{Legend, Line, Plot, PlotPoints};
use scripting::panel::{PlotLine, WidgetId};

use crate::look::{self, Tokens, tokens};

const HEIGHT: f32 = 220.0;

/// Draws a plot over the width there is.
pub(super) fn plot_ui(ui: &mut Ui, id: WidgetId, label: &str, lines: &[PlotLine]) {
    let tokens = tokens(ui);
    if !label.is_empty() {
        look::strong(ui, label);
    }
    let plot = Plot::new(("plot", id.0))
        .height(HEIGHT)
        .width(ui.available_width())
        // The wheel scrolls the page; dragging and zooming with Ctrl stay.
        .allow_scroll(false)
        .show_background(false)
        .grid_color(tokens.border_strong);
    let named = lines.iter().any(|line| !line.name.is_empty());
    let plot = if named { plot.legend(Legend::default()) } else { plot };
    let shown = plot.show(ui, |plot| {
        for (place, line) in lines.iter().enumerate() {
            let points: Vec<[f64; 2]> = line
                .points
                .iter()
                .copied()
                .filter(|[x, y]| x.is_finite() && y.is_finite())
                .collect();
            let line = Line::new(line.name.clone(), PlotPoints::from(points))
                .id(place)
                .color(color(tokens, place))
                .width(2.0);
            plot.line(line);
        }
    });
    let said = words(label, lines);
    shown.response.widget_info(|| WidgetInfo::labeled(Role::Figure, true, &said));
}

/// What a plot is to those who cannot see it.
fn words(label: &str, lines: &[PlotLine]) -> String {
    let title = if label.is_empty() { "Plot" } else { label };
    let lines: Vec<String> = lines
        .iter()
        .map(|line| {
            let name = if line.name.is_empty() { "a line" } else { &line.name };
            let last = line.points.last().map_or(String::new(), |[_, y]| format!(", last {y}"));
            format!("{name} of {} points{last}", line.points.len())
        })
        .collect();
    format!("{title}: {}", lines.join("; "))
}

fn color(tokens: &Tokens, place: usize) -> egui::Color32 {
    let colors = [
        tokens.accent,
        tokens.code.number,
        tokens.good,
        tokens.code.keyword,
        tokens.danger,
        tokens.code.kind,
    ];
    colors[place % colors.len()]
}

//! Controls for numbers.

use std::ops::RangeInclusive;

use egui::emath::{Numeric, round_to_decimals};
use egui::{DragValue, Response, SliderClamping, Ui, Widget, vec2};

use super::super::Icon;
use super::super::tokens::{radius, space, tokens};
use super::{focus_ring, icon_button, texts};

/// The most decimals that are shown of a number.
const MOST_DECIMALS: usize = 6;

/// A slider below its label, with the number at the right to type into. It changes its value only when
/// it is used, and takes a typed number as it was typed.
#[must_use = "add it with `ui.add(…)`"]
pub struct Slider<'a, N> {
    label: &'a str,
    value: &'a mut N,
    range: RangeInclusive<N>,
    step: f64,
    decimals: usize,
    logarithmic: bool,
    suffix: &'a str,
}

impl<'a, N: Numeric> Slider<'a, N> {
    /// A slider over a range of values.
    pub fn new(label: &'a str, value: &'a mut N, range: RangeInclusive<N>) -> Self {
        let decimals = if N::INTEGRAL { 0 } else { 2 };
        let step = if N::INTEGRAL { 1.0 } else { 0.0 };
        Self { label, value, range, step, decimals, logarithmic: false, suffix: "" }
    }

    /// The smallest step of the slider; typing can be finer.
    pub fn step(mut self, step: f64) -> Self {
        self.step = step;
        self
    }

    /// How many decimals are shown at least.
    pub fn decimals(mut self, decimals: usize) -> Self {
        self.decimals = decimals;
        self
    }

    /// Whether equal distances are equal factors, for wide ranges.
    pub fn logarithmic(mut self, logarithmic: bool) -> Self {
        self.logarithmic = logarithmic;
        self
    }

    /// A unit after the number.
    pub fn suffix(mut self, suffix: &'a str) -> Self {
        self.suffix = suffix;
        self
    }
}

impl<N: Numeric> Widget for Slider<'_, N> {
    fn ui(self, ui: &mut Ui) -> Response {
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            let (name, number) = ui
                .horizontal(|ui| {
                    ui.set_min_height(28.0);
                    let name = texts::label(ui, self.label);
                    let layout = egui::Layout::right_to_left(egui::Align::Center);
                    let number = ui
                        .with_layout(layout, |ui| {
                            let most = if N::INTEGRAL { 0 } else { MOST_DECIMALS };
                            let number = DragValue::new(self.value)
                                .range(self.range.clone())
                                .clamp_existing_to_range(false)
                                .min_size(vec2(64.0, 26.0))
                                .min_decimals(self.decimals)
                                .max_decimals(most)
                                .speed(if self.step > 0.0 { self.step } else { 0.01 })
                                .suffix(self.suffix)
                                .update_while_editing(false);
                            ui.add(number)
                        })
                        .inner;
                    (name, number)
                })
                .inner;
            let number = number.labelled_by(name.id);
            focus_ring(ui, number.rect, radius::CONTROL, &number);
            ui.spacing_mut().slider_width = ui.available_width();
            let mut slid = self.value.to_f64();
            let ends = self.range.start().to_f64()..=self.range.end().to_f64();
            let slider = egui::Slider::new(&mut slid, ends);
            let slider = if N::INTEGRAL { slider.integer() } else { slider };
            let slider = slider
                .clamping(SliderClamping::Edits)
                .show_value(false)
                .step_by(self.step)
                .logarithmic(self.logarithmic);
            let slider = ui.scope(|ui| accent_slider_ui(ui, slider)).inner.labelled_by(name.id);
            if slider.changed() {
                // So many steps are 0.7000000000000001 for a computer, and 0.7 for a person.
                *self.value = N::from_f64(round_to_decimals(slid, MOST_DECIMALS));
            }
            focus_ring(ui, slider.rect, radius::CONTROL, &slider);
            slider | number
        })
        .inner
    }
}

/// egui's slider, with an accent handle.
fn accent_slider_ui(ui: &mut Ui, slider: egui::Slider<'_>) -> Response {
    let tokens = tokens(ui);
    // egui derives the handle's size from this.
    ui.spacing_mut().interact_size.y = 18.0;
    let visuals = ui.visuals_mut();
    visuals.selection.bg_fill = tokens.accent;
    // egui fills the rail and the handle alike, so the handle is a ring.
    for (state, ring) in [
        (&mut visuals.widgets.inactive, tokens.accent),
        (&mut visuals.widgets.hovered, tokens.accent_hover),
        (&mut visuals.widgets.active, tokens.accent_hover),
    ] {
        state.fg_stroke = egui::Stroke::new(4.0, ring);
    }
    ui.add(slider)
}

/// A slider with the usual settings; see [`Slider`] for more.
pub fn slider<N: Numeric>(
    ui: &mut Ui,
    label: &str,
    value: &mut N,
    range: RangeInclusive<N>,
) -> Response {
    ui.add(Slider::new(label, value, range))
}

/// A whole number at the right of its label, with buttons for one less and one more.
pub fn count_field<N: Numeric>(
    ui: &mut Ui,
    label: &str,
    value: &mut N,
    range: RangeInclusive<N>,
) -> Response {
    ui.horizontal(|ui| {
        ui.set_min_height(space::CONTROL);
        ui.spacing_mut().item_spacing.x = 2.0;
        let name = texts::label(ui, label);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let now = value.to_f64();
            let (least, most) = (range.start().to_f64(), range.end().to_f64());
            let more = ui
                .add_enabled_ui(now < most, |ui| {
                    icon_button(ui, Icon::Plus, &format!("More: {label}"))
                })
                .inner;
            let number = DragValue::new(value)
                .range(range)
                .clamp_existing_to_range(false)
                .min_size(vec2(64.0, 26.0))
                .update_while_editing(false);
            let mut number = ui.add(number).labelled_by(name.id);
            focus_ring(ui, number.rect, radius::CONTROL, &number);
            let less = ui
                .add_enabled_ui(now > least, |ui| {
                    icon_button(ui, Icon::Minus, &format!("Less: {label}"))
                })
                .inner;
            let step = f64::from(i8::from(more.clicked()) - i8::from(less.clicked()));
            if step != 0.0 {
                *value = N::from_f64((now + step).clamp(least, most));
                number.mark_changed();
            }
            number
        })
        .inner
    })
    .inner
}

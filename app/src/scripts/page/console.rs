//! Draws what an app has said.

use egui::accesskit::Role;
use egui::{Align, Frame, Layout, Margin, ScrollArea, Ui, WidgetInfo};
use scripting::{Level, LogLine};

use crate::action::Actions;
use crate::look::{self, Icon, fonts, space, text_size, tokens};
use crate::scripts::{Action, Draft, Row, State};

/// Draws the console.
pub(super) fn console_ui(
    ui: &mut Ui,
    scripts: &State,
    row: &Row,
    draft: &mut Draft,
    actions: &mut Actions,
) {
    Frame::new().inner_margin(Margin::symmetric(20, 8)).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if look::icon_button(ui, Icon::Trash2, "Clear console").clicked() {
                    actions.push(Action::ClearConsole(row.app.id.clone()).into());
                }
                ui.scope(|ui| {
                    ui.set_max_width(190.0);
                    let levels = [
                        (Level::Debug, "All"),
                        (Level::Info, "Output"),
                        (Level::Warning, "Warnings"),
                        (Level::Error, "Errors"),
                    ];
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        look::choice(ui, "Show", &mut draft.console_level, &levels);
                    });
                });
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    look::search_field(ui, "Filter the console", &mut draft.console_query);
                });
            });
        });
        ui.add_space(space::TIGHT);
        let Some(console) = scripts.console(&row.app.id).filter(|console| !console.is_empty())
        else {
            look::muted(ui, "print(…) and app::log(…) write here, and so do errors");
            return;
        };
        if console.forgotten() > 0 {
            let words = format!("{} older lines made room", console.forgotten());
            look::caption(ui, &words);
        }
        let lines: Vec<&LogLine> =
            console.found(draft.console_level, draft.console_query.trim()).collect();
        if lines.is_empty() {
            look::muted(ui, "Nothing of that is here");
        }
        ScrollArea::vertical().auto_shrink(false).stick_to_bottom(true).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            for line in lines {
                line_ui(ui, line, row, actions);
            }
        });
    });
}

fn line_ui(ui: &mut Ui, line: &LogLine, row: &Row, actions: &mut Actions) {
    let tokens = tokens(ui);
    let color = match line.level {
        Level::Debug => tokens.text_faint,
        Level::Info => tokens.text,
        Level::Warning => tokens.warning,
        Level::Error => tokens.danger,
    };
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::NORMAL;
        // One font for the whole line, so that all of it stands on one height.
        let code = |text: &str, color| {
            egui::RichText::new(text).font(fonts::code_font(text_size::CODE)).color(color)
        };
        let time = line.at.to_zoned(jiff::tz::TimeZone::system()).strftime("%H:%M:%S").to_string();
        ui.add(egui::Label::new(code(&time, tokens.text_faint)).extend());
        let place = line.problem.as_ref().and_then(|problem| problem.place.as_ref());
        let text = code(&line.text, color);
        let Some(place) = place else {
            ui.add(egui::Label::new(text).wrap());
            return;
        };
        // The words begin with the place, so that they are the link to it.
        let link = ui.add(egui::Label::new(text).wrap().sense(egui::Sense::click()));
        let name = format!("Open {}:{} in the editor", place.file.display(), place.line);
        link.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        if link.on_hover_cursor(egui::CursorIcon::PointingHand).on_hover_text(&name).clicked() {
            let at = Some(place.clone());
            actions.push(Action::Edit { app: row.app.id.clone(), at }.into());
        }
    });
}

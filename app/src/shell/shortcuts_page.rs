//! The page with all keys, drawn from the table.

use egui::Ui;

use super::frame::column_ui;
use super::shortcuts::{Group, TABLE, keys};
use crate::look::{self, space};

pub(super) fn shortcuts_ui(ui: &mut Ui) {
    column_ui(ui, |ui| {
        look::page_title(ui, "Keyboard shortcuts");
        for group in Group::ALL {
            ui.add_space(space::WIDE);
            look::caption(ui, group.title());
            look::card(ui, |ui| {
                for row in TABLE.iter().filter(|row| row.group == group) {
                    ui.horizontal(|ui| {
                        ui.set_min_height(26.0);
                        look::label(ui, row.name);
                        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                            let keys = keys(ui.ctx(), row);
                            look::key_hint(ui, &keys);
                        });
                    });
                }
            });
        }
    });
}

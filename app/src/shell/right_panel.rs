//! The panel at the right: what the open conversation wants otherwise than its model.

use egui::{Align, Layout, Ui};
use engine::settings::{Group, Overrides, Scope, all};

use super::Action;
use crate::action::Actions;
use crate::app::{Drafts, State};
use crate::look::{self, Icon, space};
use crate::{chat, settings};

pub(super) fn right_panel_ui(
    ui: &mut Ui,
    state: &State,
    drafts: &mut Drafts,
    actions: &mut Actions,
) {
    ui.horizontal(|ui| {
        look::section_title(ui, "This conversation");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if look::icon_button(ui, Icon::X, "Close this conversation’s settings").clicked() {
                actions.push(Action::ToggleRightPanel.into());
            }
        });
    });
    look::muted(ui, "What is set here applies to this conversation only");
    ui.add_space(space::NORMAL);
    let model = state.models.answering().map(|model| &model.id);
    let below =
        state.settings.effective(model, state.models.defaults(model), &Overrides::default());
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        // Room for the scroll bar.
        ui.set_width(ui.available_width() - 10.0);
        let mut heading = None;
        for setting in all().iter().filter(|setting| setting.scope == Scope::Request) {
            if heading != Some(setting.group) {
                heading = Some(setting.group);
                heading_ui(ui, setting.group);
            }
            let overrides = state.chat.overrides();
            let draft = &mut drafts.settings;
            if let Some(value) = settings::setting_ui(ui, setting, &below, overrides, 0, draft) {
                actions.push(chat::Action::SetOverride { key: setting.key, value }.into());
            }
        }
    });
}

fn heading_ui(ui: &mut Ui, group: Group) {
    ui.add_space(space::NORMAL);
    look::strong(ui, group.label());
    ui.add_space(space::TIGHT);
}

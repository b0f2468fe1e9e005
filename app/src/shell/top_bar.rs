//! The line above the page: where one is, which model answers, and what to show beside it.

use egui::{Align, Layout, Ui};

use super::{Action, Page};
use crate::action::Actions;
use crate::app::State;
use crate::look::{self, Icon, space};
use crate::{conversations, models};

pub(super) fn top_bar_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    let border = egui::Stroke::new(1.0, look::tokens(ui).border);
    let rect = ui.max_rect();
    ui.painter().hline(rect.x_range().expand(16.0), rect.bottom() - 0.5, border);
    ui.horizontal_centered(|ui| {
        if (state.shell.is_narrow || !state.settings.window().sidebar)
            && look::icon_button(ui, Icon::PanelLeft, "Show the sidebar").clicked()
        {
            actions.push(Action::ToggleSidebar.into());
        }
        // The controls first, so that a long title gives way to them.
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = space::TIGHT;
            if state.shell.page == Page::Chat {
                conversation_controls_ui(ui, state, actions);
            }
            theme_ui(ui, actions);
            ui.add_space(space::TIGHT);
            models::model_button_ui(ui, &state.models, actions);
            ui.add_space(space::NORMAL);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| title_ui(ui, state));
        });
    });
}

fn title_ui(ui: &mut Ui, state: &State) {
    let title = match state.shell.page {
        Page::Chat => {
            let open = state.chat.conversation().map(|open| open.title.as_str());
            conversations::title(open.unwrap_or_default())
        }
        Page::Documents => "Documents",
        Page::Models => "Models",
        Page::Apps => "Apps",
        Page::Settings => "Settings",
        Page::Shortcuts => "Keyboard shortcuts",
    };
    let text = egui::RichText::new(title)
        .font(look::fonts::semibold_font(look::text_size::SECTION))
        .color(look::tokens(ui).text_strong);
    ui.add(egui::Label::new(text).truncate());
}

fn conversation_controls_ui(ui: &mut Ui, state: &State, actions: &mut Actions) {
    if look::icon_button(ui, Icon::PanelRight, "Settings of this conversation").clicked() {
        actions.push(Action::ToggleRightPanel.into());
    }
    let Some(open) = state.chat.conversation() else { return };
    let (id, pinned) = (open.id, open.pinned);
    look::menu_button(ui, Icon::Ellipsis, "More about this conversation", |ui| {
        conversations::menu_ui(ui, id, pinned, actions);
        if look::menu_item(ui, Icon::Search, "Find…").clicked() {
            actions.push(crate::chat::Action::OpenFind.into());
        }
    });
}

fn theme_ui(ui: &mut Ui, actions: &mut Actions) {
    let dark = look::tokens(ui).dark;
    let (icon, name) = if dark { (Icon::Sun, "Light theme") } else { (Icon::Moon, "Dark theme") };
    if look::icon_button(ui, icon, name).clicked() {
        actions.push(Action::SwitchTheme.into());
    }
}

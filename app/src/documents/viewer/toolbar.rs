//! The open document with its name, the ways through it, and what a person should know of it.

use egui::{Align, Layout, Ui};

use super::find::Find;
use super::state::{Action, Showing, Viewer};
use crate::action::Actions;
use crate::documents::{self, Draft};
use crate::look::{self, FindAsked, Icon, Tone, space};

/// By how much a click enlarges.
const ZOOM_STEP: f32 = 1.25;
/// What the find bar calls the document.
const THIS: &str = "this document";

/// Draws the document into all the room there is.
pub(crate) fn viewer_ui(
    ui: &mut Ui,
    viewer: &mut Viewer,
    draft: &mut Draft,
    actions: &mut Actions,
) {
    let mut asked = Vec::new();
    title_ui(ui, viewer, &mut asked, actions);
    if viewer.count() > 0 {
        ways_ui(ui, viewer, draft, &mut asked);
    }
    if let Some(find) = &viewer.find {
        find_ui(ui, find, draft, &mut asked);
    }
    for note in viewer.notes() {
        ui.horizontal_wrapped(|ui| {
            look::status_dot(ui, "Note", Tone::Warning);
            look::muted(ui, &note);
        });
    }
    ui.add_space(space::TIGHT);
    match &mut viewer.showing {
        Showing::Opening => {
            look::muted(ui, "Opening the document…");
        }
        Showing::Failed(words) => {
            look::error_text(ui, words);
            if !viewer.place.quote.trim().is_empty() {
                ui.add_space(space::NORMAL);
                look::caption(ui, "What was cited");
                look::card(ui, |ui| look::label(ui, viewer.place.quote.trim()));
            }
        }
        Showing::Pdf(view) => view.pdf_ui(ui, viewer.find.as_ref()),
        Showing::Text(view) => view.text_ui(ui, viewer.find.as_ref()),
    }
    actions.extend(asked.into_iter().map(|action| documents::Action::Viewer(action).into()));
}

fn title_ui(ui: &mut Ui, viewer: &Viewer, asked: &mut Vec<Action>, actions: &mut Actions) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = space::TIGHT;
            if look::icon_button(ui, Icon::X, "Close the document").clicked() {
                actions.push(documents::Action::ClosePanel.into());
            }
            let outside = "Open in the system’s program";
            if look::icon_button(ui, Icon::ExternalLink, outside).clicked() {
                asked.push(Action::OpenOutside);
            }
            if look::icon_button(ui, Icon::Search, "Find in this document").clicked() {
                asked.push(Action::OpenFind);
            }
            if !viewer.place.quote.trim().is_empty() {
                if look::icon_button(ui, Icon::Copy, "Copy the passage").clicked() {
                    asked.push(Action::CopyQuote);
                }
                if look::icon_button(ui, Icon::Quote, "Go to the passage").clicked() {
                    asked.push(Action::ShowPassage);
                }
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                look::name_line(ui, &viewer.place.name).on_hover_text(&viewer.place.name);
            });
        });
    });
}

fn find_ui(ui: &mut Ui, find: &Find, draft: &mut Draft, asked: &mut Vec<Action>) {
    let takes_keyboard = std::mem::take(&mut draft.focus_find);
    ui.add_space(space::TIGHT);
    let found = look::find_bar(ui, THIS, find.query(), &find.words(), takes_keyboard);
    asked.extend(found.map(|found| match found {
        FindAsked::Changed(text) => Action::Find(text),
        FindAsked::Move(steps) => Action::FindMove(steps),
        FindAsked::Close => Action::CloseFind,
    }));
}

/// Pages, and how large they are.
fn ways_ui(ui: &mut Ui, viewer: &Viewer, draft: &mut Draft, asked: &mut Vec<Action>) {
    let (current, count) = (viewer.current(), viewer.count());
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::TIGHT;
        ui.add_enabled_ui(current > 0, |ui| {
            if look::icon_button(ui, Icon::ChevronLeft, "Previous page").clicked() {
                asked.push(Action::GoTo(current - 1));
            }
        });
        page_field_ui(ui, current, draft, asked);
        look::muted(ui, &format!("of {count}"));
        ui.add_enabled_ui(current + 1 < count, |ui| {
            if look::icon_button(ui, Icon::ChevronRight, "Next page").clicked() {
                asked.push(Action::GoTo(current + 1));
            }
        });
        let Showing::Pdf(view) = &viewer.showing else { return };
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if look::icon_button(ui, Icon::Plus, "Larger").clicked() {
                asked.push(Action::Zoom(ZOOM_STEP));
            }
            look::muted(ui, &format!("{:.0} %", view.zoom() * 100.0));
            if look::icon_button(ui, Icon::Minus, "Smaller").clicked() {
                asked.push(Action::Zoom(1.0 / ZOOM_STEP));
            }
            if look::icon_button(ui, Icon::ChevronsUpDown, "As wide as the panel").clicked() {
                asked.push(Action::FitWidth);
            }
        });
    });
}

/// The number of the page, to be typed over.
fn page_field_ui(ui: &mut Ui, current: u64, draft: &mut Draft, asked: &mut Vec<Action>) {
    let id = ui.make_persistent_id("page number");
    let typing = ui.memory(|memory| memory.has_focus(id));
    if !typing {
        draft.page = (current + 1).to_string();
    }
    let field = egui::TextEdit::singleline(&mut draft.page).id(id).desired_width(44.0);
    let field = ui.add(field.align(egui::Align2::CENTER_CENTER));
    field.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::accesskit::Role::TextInput, true, "Page");
        info.current_text_value = Some(draft.page.clone());
        info
    });
    let entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
    if entered
        && let Ok(number) = draft.page.trim().parse::<u64>()
        && number > 0
    {
        asked.push(Action::GoTo(number - 1));
    }
}

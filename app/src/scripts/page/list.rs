//! Draws all apps as cards.

use egui::accesskit::Role;
use egui::{Align, Layout, Sense, Ui, UiBuilder, WidgetInfo, vec2};
use scripting::api::docs::Call;

use crate::action::Actions;
use crate::look::{self, Button, ButtonKind, Icon, Tone, fonts, radius, space, text_size, tokens};
use crate::scripts::{Action, Draft, Row, State};
use crate::shell;

/// The least width of a card, and its height, in points.
const WIDTH: f32 = 300.0;
const HEIGHT: f32 = 138.0;
const GAP: f32 = 12.0;
/// The widest that the cards spread.
const WIDEST: f32 = 980.0;

/// Draws the list.
pub(super) fn list_ui(ui: &mut Ui, scripts: &State, draft: &mut Draft, actions: &mut Actions) {
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        shell::middle_ui(ui, 48.0, WIDEST, |ui| {
            head_ui(ui, draft, actions);
            ui.add_space(space::WIDE);
            cards_ui(ui, scripts, draft, actions);
            ui.add_space(space::SECTION);
            plugins_ui(ui, scripts);
        });
    });
}

fn head_ui(ui: &mut Ui, draft: &mut Draft, actions: &mut Actions) {
    ui.horizontal(|ui| {
        look::page_title(ui, "Apps");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let new = Button::new("New app…").icon(Icon::Plus).kind(ButtonKind::Primary);
            if ui.add(new).clicked() {
                actions.push(Action::AskNew(true).into());
            }
            if ui.add(Button::new("Import…").icon(Icon::Upload)).clicked() {
                actions.push(Action::BrowseImport.into());
            }
            if look::icon_button(ui, Icon::RefreshCw, "Look for apps again").clicked() {
                actions.push(Action::Rescan.into());
            }
        });
    });
    look::muted(
        ui,
        "Small programs that answer, or have a panel of their own. Write / in a message to call one",
    );
    ui.add_space(space::TIGHT);
    ui.scope(|ui| {
        ui.set_max_width(360.0);
        look::search_field(ui, "Find an app", &mut draft.query);
    });
}

fn cards_ui(ui: &mut Ui, scripts: &State, draft: &Draft, actions: &mut Actions) {
    let query = draft.query.trim().to_lowercase();
    let matches = |row: &&Row| {
        let words = [row.name(), row.description(), row.app.id.0.as_str()];
        query.is_empty() || words.iter().any(|words| words.to_lowercase().contains(&query))
    };
    let rows: Vec<&Row> = scripts.rows().iter().filter(matches).collect();
    if rows.is_empty() {
        let words = match (scripts.is_listed(), query.is_empty()) {
            (false, _) => "Looking at the disk…",
            (true, true) => "There are no apps yet",
            (true, false) => "No app is found by these words",
        };
        look::muted(ui, words);
        return;
    }
    let columns = ((ui.available_width() + GAP) / (WIDTH + GAP)).floor().max(1.0);
    let width = (ui.available_width() - GAP * (columns - 1.0)) / columns;
    for line in rows.chunks(columns as usize) {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = GAP;
            for row in line {
                ui.push_id(&row.app.id.0, |ui| card_ui(ui, row, width, actions));
            }
        });
        ui.add_space(GAP - space::NORMAL);
    }
}

fn card_ui(ui: &mut Ui, row: &Row, width: f32, actions: &mut Actions) {
    let tokens = tokens(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(width, HEIGHT), Sense::click());
    let said = format!("Open {}", row.name());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &said));
    if !ui.is_rect_visible(rect) {
        return;
    }
    let fade = ui.ctx().animate_bool(response.id, response.hovered());
    let outline = tokens.border.lerp_to_gamma(tokens.border_strong, fade);
    let stroke = egui::Stroke::new(1.0, outline);
    let inside = egui::StrokeKind::Inside;
    ui.painter().rect(rect, radius::CARD, tokens.surface, stroke, inside);
    look::focus_ring(ui, rect, radius::CARD, &response);
    let builder = UiBuilder::new()
        .max_rect(rect.shrink2(vec2(16.0, 13.0)))
        .layout(Layout::top_down(Align::Min));
    let mut inner = ui.new_child(builder);
    inner.spacing_mut().item_spacing = vec2(space::NORMAL, 5.0);
    // What is written on the card is no target of its own.
    inner.style_mut().interaction.selectable_labels = false;
    contents_ui(&mut inner, row);
    if response.on_hover_cursor(egui::CursorIcon::PointingHand).clicked() {
        actions.push(Action::Open(row.app.id.clone()).into());
    }
}

fn contents_ui(ui: &mut Ui, row: &Row) {
    ui.horizontal(|ui| {
        icon_ui(ui, row, 30.0);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            look::name_line(ui, row.name());
            look::caption_line(ui, &version_words(row));
        });
        ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
            let (words, tone) = row.state_words();
            if tone != Tone::Neutral || words == "Switched off" {
                look::badge(ui, words, tone);
            }
        });
    });
    let description = match row.problems().first() {
        Some(problem) if row.app.manifest.is_err() => problem.to_string(),
        _ => row.description().to_owned(),
    };
    let font = fonts::regular_font(text_size::SMALL);
    let mut job = egui::text::LayoutJob::simple(
        description,
        font,
        tokens(ui).text_muted,
        ui.available_width(),
    );
    job.wrap.max_rows = 2;
    ui.add(egui::Label::new(job).selectable(false));
    ui.with_layout(Layout::bottom_up(Align::Min), |ui| {
        look::caption_line(ui, &permission_words(row));
    });
}

/// An app's picture, or the one that it chose of ours, on a wash of the accent.
pub(super) fn icon_ui(ui: &mut Ui, row: &Row, side: f32) {
    let (square, _) = ui.allocate_exact_size(egui::Vec2::splat(side), Sense::hover());
    let tokens = tokens(ui);
    ui.painter().rect_filled(square, radius::CONTROL, tokens.accent_soft);
    if let Some(picture) = &row.picture {
        // As large as it fits, whatever its shape.
        let natural = picture.texture.size_vec2();
        let scale = (square.width() / natural.max_elem().max(1.0)).min(1.0);
        let place = egui::Rect::from_center_size(square.center(), natural * scale);
        egui::Image::new(&picture.texture).corner_radius(radius::CONTROL).paint_at(ui, place);
        return;
    }
    let font = fonts::icon_font(side * 0.55);
    let glyph = row.icon().glyph();
    let center = egui::Align2::CENTER_CENTER;
    ui.painter().text(square.center(), center, glyph, font, tokens.accent_text);
}

fn version_words(row: &Row) -> String {
    let origin = if row.is_shipped() { "comes with Satchel" } else { "yours" };
    match row.manifest() {
        Some(manifest) => format!("{} · {origin}", manifest.version),
        None => origin.to_owned(),
    }
}

/// What an app may, in a line: `May use the models on this computer, reach api.example.com`.
fn permission_words(row: &Row) -> String {
    if row.permissions.is_empty() {
        return "Asks for nothing".to_owned();
    }
    let deeds: Vec<&str> = row.permissions.iter().map(|asked| asked.deed.as_str()).collect();
    let may = row.permissions.iter().all(|asked| asked.granted == Some(true));
    format!("{} {}", if may { "May" } else { "Wants to" }, deeds.join(", "))
}

/// The modules of the host API, which scripts build on.
fn plugins_ui(ui: &mut Ui, scripts: &State) {
    look::section_title(ui, "What apps can use");
    look::muted(ui, "Modules written in Rust, each part of Satchel and loaded with it");
    ui.add_space(space::TIGHT);
    look::card(ui, |ui| {
        let modules = scripting::api::docs();
        for module in modules.iter().filter(|module| module.call == Call::Namespace) {
            ui.horizontal(|ui| {
                ui.set_min_height(26.0);
                let name = egui::RichText::new(module.name)
                    .font(fonts::code_font(text_size::CODE))
                    .color(tokens(ui).text_strong);
                ui.allocate_ui(vec2(110.0, 20.0), |ui| {
                    ui.set_min_width(110.0);
                    ui.label(name);
                });
                let plugin = scripts.host().plugins().iter().find(|one| one.name == module.name);
                match plugin.and_then(|plugin| plugin.problem.as_ref()) {
                    Some(problem) => {
                        look::badge(ui, "Not loaded", Tone::Danger);
                        look::truncated(ui, problem);
                    }
                    None => {
                        look::badge(ui, "Loaded", Tone::Good);
                        look::caption_line(ui, module.summary);
                    }
                }
            });
        }
    });
}

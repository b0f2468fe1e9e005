//! What lies over the pages: dialogs, the palette, notices, and the sign that a file may be let go.

use egui::{Align2, Area, Color32, Frame, Id, Key, Margin, Modifiers, Order, Sense, Ui, vec2};

use super::notices::{Notices, Weight};
use super::palette::Palette;
use super::{Action, Page};
use crate::action::Actions;
use crate::app::{Drafts, State};
use crate::look::{self, ListRow, Tone, space};
use crate::{chat, conversations, documents, models, scripts};

/// Draws all of them.
pub(super) fn overlays_ui(
    ui: &mut Ui,
    state: &mut State,
    drafts: &mut Drafts,
    notices: &Notices,
    actions: &mut Actions,
) {
    if let Some(question) = state.chat.question() {
        chat::question_ui(ui.ctx(), question, actions);
    }
    models::change_dialog_ui(ui.ctx(), &state.models, actions);
    if let Some(row) = state.models.removing() {
        models::remove_dialog_ui(ui.ctx(), row, actions);
    }
    if let Some(export) = state.conversations.export() {
        conversations::export_dialog_ui(ui.ctx(), export, &mut drafts.conversations, actions);
    }
    scripts::dialogs_ui(ui.ctx(), &state.scripts, &mut drafts.scripts, actions);
    documents::dialogs_ui(ui.ctx(), &mut state.documents, &mut drafts.documents, actions);
    if let Some(palette) = &mut state.shell.palette {
        palette_ui(ui.ctx(), palette, actions);
    }
    // The ways to a first model are at the lower edge.
    let at_top = state.shell.page == Page::Chat
        && state.models.answering().is_none()
        && state.chat.branch().next().is_none();
    notices_ui(ui.ctx(), notices, at_top, actions);
    drop_sign_ui(ui, drop_words(state));
}

/// What files can be dropped for. Over an app, the app says so itself.
fn drop_words(state: &State) -> Option<&'static str> {
    match state.shell.page {
        Page::Apps if state.scripts.shown_app().is_some() => None,
        Page::Documents => Some("Drop files and folders for your documents, or a GGUF model"),
        _ => Some("Drop documents, a GGUF model, an exported conversation or a .satchel-app file"),
    }
}

/// A panel at the right edge that lies over the page, in a narrow window.
pub(super) fn over_the_page(ui: &mut Ui, name: &'static str, contents: impl FnOnce(&mut Ui)) {
    let tokens = look::tokens(ui);
    let screen = ui.ctx().content_rect();
    let width = space::PANEL.min(screen.width() - 40.0);
    Area::new(Id::unique(name))
        .order(Order::Middle)
        .fixed_pos(egui::pos2(screen.right() - width, screen.top()))
        .show(ui.ctx(), |ui| {
            Frame::new()
                .fill(tokens.panel)
                .stroke(egui::Stroke::new(1.0, tokens.border))
                .shadow(look::raised_shadow(tokens))
                .inner_margin(Margin::symmetric(16, 12))
                .show(ui, |ui| {
                    ui.set_width(width - 32.0);
                    ui.set_height(screen.height() - 24.0);
                    contents(ui);
                });
        });
}

/// The sidebar over the page, in a narrow window. Returns whether something beside it was pressed.
pub(super) fn sidebar_over_the_page(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) -> bool {
    let tokens = look::tokens(ui);
    let screen = ui.ctx().content_rect();
    let width = space::SIDEBAR.min(screen.width() - 40.0);
    let shown = Area::new(Id::unique("sidebar over the page"))
        .order(Order::Middle)
        .fixed_pos(screen.left_top())
        .show(ui.ctx(), |ui| {
            Frame::new()
                .fill(tokens.sidebar)
                .stroke(egui::Stroke::new(1.0, tokens.border))
                .shadow(look::raised_shadow(tokens))
                .inner_margin(Margin::symmetric(10, 12))
                .show(ui, |ui| {
                    ui.set_width(width - 20.0);
                    ui.set_height(screen.height() - 24.0);
                    contents(ui);
                });
        });
    let is_over_menu = egui::Popup::is_any_open(ui.ctx());
    !is_over_menu && shown.response.clicked_elsewhere()
}

fn palette_ui(ctx: &egui::Context, palette: &mut Palette, actions: &mut Actions) {
    // Before the text field, which would take the keys for itself.
    let pressed = |key| ctx.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    if pressed(Key::ArrowDown) {
        palette.move_by(1);
    }
    if pressed(Key::ArrowUp) {
        palette.move_by(-1);
    }
    let enter = pressed(Key::Enter);
    let mut chosen = None;
    let height = ctx.content_rect().height();
    let top = (height * 0.12).min(90.0);
    // Without the field and the margins.
    let rows = (height - 2.0 * top - 64.0).clamp(90.0, 380.0);
    let area = egui::Modal::default_area(Id::unique("palette"))
        .anchor(Align2::CENTER_TOP, vec2(0.0, top))
        .default_width(560.0);
    let tokens = look::tokens_of(ctx);
    let frame = Frame::new()
        .fill(tokens.surface)
        .stroke(egui::Stroke::new(1.0, tokens.border))
        .corner_radius(look::radius::LARGE)
        .shadow(look::raised_shadow(tokens))
        .inner_margin(Margin::same(10));
    let modal = egui::Modal::new(Id::unique("palette"))
        .area(area)
        .frame(frame)
        .backdrop_color(tokens.backdrop)
        .show(ctx, |ui| {
            ui.set_width(540.0_f32.min(ctx.content_rect().width() - 60.0));
            let (name, query) = ("Type what you want to do", &mut palette.query);
            let field = look::taking_search_field(ui, name, query, true);
            if field.changed() {
                palette.search();
            }
            // Only now, because what was typed may have come in the same frame.
            if enter {
                chosen = palette.chosen();
            }
            ui.add_space(6.0);
            ui.spacing_mut().item_spacing.y = 1.0;
            egui::ScrollArea::vertical()
                .max_height(rows)
                // However few rows it had when it was open last.
                .min_scrolled_height(rows)
                .auto_shrink([false, true])
                .show(ui, |ui| chosen = chosen.take().or_else(|| rows_ui(ui, palette)));
        });
    if let Some(action) = chosen {
        actions.push(Action::TogglePalette.into());
        actions.push(action);
    } else if modal.backdrop_response.clicked() {
        actions.push(Action::TogglePalette.into());
    }
}

fn rows_ui(ui: &mut Ui, palette: &mut Palette) -> Option<crate::Action> {
    let mut chosen = None;
    let mut any = false;
    let follow = std::mem::take(&mut palette.follow);
    for (selected, entry) in palette.rows() {
        any = true;
        let row = ListRow::new(&entry.title).icon(entry.icon).trailing(&entry.hint);
        let response = ui.add(row.selected(selected));
        if selected && follow {
            response.scroll_to_me(None);
        }
        if response.clicked() {
            chosen = Some(entry.action.clone());
        }
    }
    if !any {
        look::muted(ui, "Nothing found");
    }
    chosen
}

fn notices_ui(ctx: &egui::Context, notices: &Notices, at_top: bool, actions: &mut Actions) {
    if notices.iter().next().is_none() {
        return;
    }
    let away = if at_top { 64.0 } else { 150.0 };
    look::toast_area(ctx, at_top, away, |ui| {
        for notice in notices.iter() {
            let tone = match notice.weight {
                Weight::Done => Tone::Good,
                Weight::Failed => Tone::Danger,
            };
            let offer = notice.offer.as_ref();
            let answer = look::toast(ui, tone, &notice.text, offer.map(|(name, _)| name.as_str()));
            if answer.acted
                && let Some((_, action)) = offer
            {
                actions.push(action.clone());
            }
            if answer.held != notice.held {
                actions.push(Action::HoldNotice(notice.id, answer.held).into());
            }
            if answer.acted || answer.dismissed {
                actions.push(Action::CloseNotice(notice.id).into());
            }
        }
    });
}

/// Shown while files are held over the window.
fn drop_sign_ui(ui: &Ui, words: Option<&str>) {
    let Some(words) = words.filter(|_| !ui.input(|input| input.raw.hovered_files.is_empty()))
    else {
        return;
    };
    let tokens = look::tokens(ui);
    let screen = ui.ctx().content_rect();
    Area::new(Id::unique("drop sign"))
        .order(Order::Foreground)
        .fixed_pos(screen.min)
        .interactable(false)
        .show(ui.ctx(), |ui| {
            let (rect, _) = ui.allocate_exact_size(screen.size(), Sense::hover());
            let wash = tokens.accent_soft.gamma_multiply(0.94);
            ui.painter().rect_filled(rect, 0, wash);
            let inner = rect.shrink(18.0);
            let line = egui::Stroke::new(2.0, tokens.accent);
            ui.painter().rect_stroke(inner, look::radius::LARGE, line, egui::StrokeKind::Inside);
            sign_words(ui, rect, words, tokens.accent_text);
        });
}

fn sign_words(ui: &Ui, rect: egui::Rect, words: &str, color: Color32) {
    ui.painter().text(
        rect.center(),
        Align2::CENTER_CENTER,
        words,
        look::fonts::semibold_font(look::text_size::TITLE),
        color,
    );
}

//! What is asked of the window itself, carried out.

use std::path::{Path, PathBuf};

use super::palette::{Entry, Palette};
use super::shortcuts::{TABLE, keys};
use super::{Action, Page};
use crate::app::{Drafts, State};
use crate::look::Icon;
use crate::reach::Reach;
use crate::{chat, conversations, models, settings};

/// Carries out one action.
pub(crate) fn run(action: Action, state: &mut State, drafts: &mut Drafts, reach: &mut Reach<'_>) {
    match action {
        Action::Show(page) => {
            state.shell.page = page;
            state.shell.narrow_sidebar = false;
            if page == Page::Chat {
                drafts.chat.focus_composer = true;
            }
        }
        Action::TogglePalette => {
            state.shell.palette = match state.shell.palette.take() {
                Some(_) => None,
                None => Some(Palette::new(entries(reach.ctx, state))),
            };
        }
        Action::ToggleSidebar => {
            state.settings.change_window(|window| window.sidebar = !window.sidebar);
        }
        Action::ShowSidebar => {
            if !state.settings.window().sidebar {
                state.settings.change_window(|window| window.sidebar = true);
            }
        }
        Action::ToggleRightPanel => {
            state.settings.change_window(|window| window.right_panel = !window.right_panel);
        }
        Action::SwitchTheme => {
            let dark = reach.ctx.theme() == egui::Theme::Dark;
            let theme = if dark { settings::Theme::Light } else { settings::Theme::Dark };
            reach.then(settings::Action::SetTheme(theme));
        }
        Action::Escape => escape(state, drafts, reach),
        Action::CloseNotice(id) => reach.notices.close(id),
        Action::Dropped(paths) => dropped(paths, reach),
        Action::RememberModel(model) => {
            if state.settings.window().model != model {
                state.settings.change_window(|window| window.model = model);
            }
        }
        // The app itself has the picker.
        Action::Pick(_) => {}
    }
}

/// Closes what is on top, one thing at a time, and stops the answer when nothing is.
fn escape(state: &mut State, drafts: &mut Drafts, reach: &mut Reach<'_>) {
    if state.shell.palette.take().is_some() {
        return;
    }
    if state.chat.question().is_some() {
        reach.then(chat::Action::Decide(chat::Choice::Stop));
    } else if state.models.asked_change().is_some() {
        reach.then(models::Action::ChangeNothing);
    } else if state.models.removing().is_some() {
        reach.then(models::Action::KeepModel);
    } else if state.conversations.export().is_some() {
        reach.then(conversations::Action::ExportClose);
    } else if state.conversations.renaming().is_some() {
        reach.then(conversations::Action::CancelRename);
    } else if drafts.chat.transcript.is_editing() {
        drafts.chat.transcript.cancel_edit();
    } else if state.chat.find().is_some() {
        reach.then(chat::Action::CloseFind);
    } else if state.conversations.search().is_some() {
        reach.then(conversations::Action::ClearSearch);
    } else if state.shell.page != Page::Chat {
        reach.then(Action::Show(Page::Chat));
    } else {
        reach.then(chat::Action::Stop);
    }
}

/// Models are opened and exported conversations read; for anything else there are words.
fn dropped(paths: Vec<PathBuf>, reach: &mut Reach<'_>) {
    let has_extension = |path: &Path, wanted: &str| {
        path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(wanted))
    };
    for path in paths {
        if has_extension(&path, "gguf") {
            reach.then(Action::Show(Page::Chat));
            reach.then(models::Action::OpenPath(path));
        } else if has_extension(&path, "json") {
            reach.then(conversations::Action::Import(path));
        } else {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            reach.notices.failed(format!(
                "Cannot open {name}: drop a GGUF model or a conversation exported as JSON"
            ));
        }
    }
}

/// What the palette offers: everything with a shortcut, then conversations, then models.
fn entries(ctx: &egui::Context, state: &State) -> Vec<Entry> {
    let shortcuts = TABLE.iter().filter_map(|row| {
        let action = row.action?();
        Some(Entry {
            icon: icon_of(&action),
            title: row.name.to_owned(),
            hint: keys(ctx, row),
            action,
        })
    });
    let conversations = state.conversations.list().iter().map(|summary| Entry {
        icon: Icon::MessageSquare,
        title: conversations::title(&summary.title).to_owned(),
        hint: "Conversation".to_owned(),
        action: chat::Action::Open { conversation: summary.id, message: None }.into(),
    });
    let models =
        state.models.rows().iter().filter(|row| row.entry.problem.is_none()).map(|row| Entry {
            icon: Icon::Cpu,
            title: format!("Load {}", row.entry.name),
            hint: "Model".to_owned(),
            action: models::Action::Load(row.entry.id.clone()).into(),
        });
    shortcuts.chain(conversations).chain(models).collect()
}

fn icon_of(action: &crate::Action) -> Icon {
    match action {
        crate::Action::Chat(_) => Icon::MessageSquare,
        crate::Action::Conversations(_) => Icon::MessagesSquare,
        crate::Action::Models(_) => Icon::Cpu,
        crate::Action::Scripts(_) => Icon::Puzzle,
        crate::Action::Settings(_) => Icon::Settings,
        crate::Action::Shell(_) => Icon::Command,
    }
}

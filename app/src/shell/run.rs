//! What is asked of the window itself, carried out.

use std::path::{Path, PathBuf};

use engine::conversations::{Conversation, StoredMessage};

use super::palette::{Entry, Palette};
use super::shortcuts::{TABLE, hint, keys};
use super::{Action, Notices, Page};
use crate::app::{Drafts, State};
use crate::look::Icon;
use crate::reach::Reach;
use crate::{chat, conversations, documents, models, scripts, settings};

/// Carries out one action.
pub(crate) fn run(action: Action, state: &mut State, drafts: &mut Drafts, reach: &mut Reach<'_>) {
    match action {
        Action::Show(page) => {
            state.shell.page = page;
            state.shell.narrow_sidebar = false;
            match page {
                Page::Chat => drafts.chat.focus_composer = true,
                Page::Documents => state.documents.visited(),
                Page::Models => reach.then(models::Action::Refresh),
                _ => {}
            }
        }
        Action::ShowApps => {
            // From an app, all of them; from anywhere else, what was open there.
            if state.shell.page == Page::Apps {
                reach.then(scripts::Action::ShowList);
            } else {
                reach.then(Action::Show(Page::Apps));
            }
        }
        Action::TogglePalette => {
            state.shell.palette = match state.shell.palette.take() {
                Some(_) => None,
                None => Some(Palette::new(entries(reach.ctx, state, reach.notices))),
            };
        }
        Action::ToggleSidebar if state.shell.is_narrow => {
            state.shell.narrow_sidebar = !state.shell.narrow_sidebar;
        }
        Action::HideNarrowSidebar => state.shell.narrow_sidebar = false,
        Action::ShowSidebar if state.shell.is_narrow => state.shell.narrow_sidebar = true,
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
        Action::Help => {
            state.shell.page = Page::Chat;
            reach.then(chat::Action::AskGuide);
        }
        Action::Escape => escape(state, drafts, reach),
        Action::Find => find(state, drafts, reach),
        Action::CloseNotice(id) => reach.notices.close(id),
        Action::HoldNotice(id, held) => reach.notices.hold(id, held),
        Action::Undo(notice) => {
            if let Some(undo) = reach.notices.take_undo(notice) {
                reach.actions.push(undo);
            }
        }
        Action::Dropped(paths) => dropped(paths, state, reach),
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
    if egui::Popup::is_any_open(reach.ctx) {
        egui::Popup::close_all(reach.ctx);
        return;
    }
    if state.chat.question().is_some() {
        reach.then(chat::Action::Decide(chat::Choice::Stop));
    } else if state.scripts.question().is_some() {
        reach.then(scripts::Action::PutOff);
    } else if state.scripts.is_closing_editor() {
        reach.then(scripts::Action::KeepEditing);
    } else if state.scripts.deleting().is_some() {
        reach.then(scripts::Action::AskDelete(None));
    } else if state.scripts.is_making() {
        reach.then(scripts::Action::AskNew(false));
    } else if state.scripts.package().is_some() {
        reach.then(scripts::Action::ClosePackage);
    } else if state.documents.dialog().is_some() {
        reach.then(documents::Action::CloseDialog);
    } else if state.models.asked_change().is_some() {
        reach.then(models::Action::ChangeNothing);
    } else if state.models.removing().is_some() {
        reach.then(models::Action::KeepModel);
    } else if state.conversations.export().is_some() {
        reach.then(conversations::Action::ExportClose);
    } else if state.conversations.renaming().is_some() {
        reach.then(conversations::Action::CancelRename);
    } else if state.shell.page == Page::Apps
        && drafts.scripts.editor.as_ref().is_some_and(scripts::Editor::has_something_on_top)
    {
        reach.then(scripts::Action::Editor(scripts::EditorAction::CloseTop));
    } else if state.shell.page == Page::Chat && slash_is_open(state, drafts) {
        let text = drafts.chat.text(state.chat.open_id()).to_owned();
        drafts.scripts.slash.dismiss(&text);
        // Escape takes the keyboard from the field.
        drafts.chat.focus_composer = true;
    } else if state.shell.page == Page::Chat && slash_refuses(state, drafts) {
        let text = drafts.chat.text(state.chat.open_id()).to_owned();
        drafts.scripts.slash.take_as_text(&text);
        drafts.chat.focus_composer = true;
    } else if drafts.chat.transcript.is_editing() {
        drafts.chat.transcript.cancel_edit();
    } else if let Some(close) = find_to_close(state, drafts) {
        reach.then(close);
    } else if state.conversations.search().is_some() {
        reach.then(conversations::Action::ClearSearch);
    } else if state.shell.is_narrow && state.shell.narrow_sidebar {
        state.shell.narrow_sidebar = false;
    } else if is_document_on_top(state, drafts) {
        reach.then(documents::Action::ClosePanel);
    } else if state.shell.page == Page::Documents && state.documents.shown().is_some() {
        reach.then(documents::Action::ShowCollection(None));
    } else if state.shell.page == Page::Apps && drafts.scripts.editor.is_some() {
        // Files stay open: Escape is pressed too easily for that.
    } else if state.shell.page == Page::Apps && state.scripts.shown_app().is_some() {
        reach.then(scripts::Action::ShowList);
    } else if state.shell.page != Page::Chat {
        reach.then(Action::Show(Page::Chat));
    } else if state.documents.panel().is_some() && !state.chat.is_answering() {
        reach.then(documents::Action::ClosePanel);
    } else {
        reach.then(chat::Action::Stop);
    }
}

/// Whether what is open at the right lies over the page, or was used last beside the documents.
fn is_document_on_top(state: &State, drafts: &Drafts) -> bool {
    let was_used = state.shell.page == Page::Documents
        && state.documents.panel().is_some()
        && drafts.documents.in_hand;
    was_used || (state.shell.document_over_page && !state.chat.is_answering())
}

/// Opens the find bar of what was used last: the open document, the collection or the conversation.
fn find(state: &State, drafts: &mut Drafts, reach: &mut Reach<'_>) {
    let on_chat = state.shell.page == Page::Chat;
    let has_document = state.documents.open_document().is_some();
    if has_document && (drafts.documents.in_hand || !on_chat) {
        reach.then(documents::Action::Viewer(documents::ViewerAction::OpenFind));
    } else if state.shell.page == Page::Documents && state.documents.shown().is_some() {
        drafts.documents.focus_search = true;
    } else {
        if !on_chat {
            reach.then(Action::Show(Page::Chat));
        }
        reach.then(chat::Action::OpenFind);
    }
}

/// What closes the open find bar; of two, that of what was used last.
fn find_to_close(state: &State, drafts: &Drafts) -> Option<crate::Action> {
    let in_chat = state.shell.page == Page::Chat && state.chat.find().is_some();
    let in_document = state.documents.open_document().is_some_and(documents::Viewer::is_finding);
    if in_document && (drafts.documents.in_hand || !in_chat) {
        return Some(documents::Action::Viewer(documents::ViewerAction::CloseFind).into());
    }
    in_chat.then(|| chat::Action::CloseFind.into())
}

/// Whether apps are offered for what is typed in the message field.
fn slash_is_open(state: &State, drafts: &Drafts) -> bool {
    let text = drafts.chat.text(state.chat.open_id());
    drafts.scripts.slash.is_open(&state.scripts, text)
}

/// Whether what is typed in the message field names an app that cannot answer.
fn slash_refuses(state: &State, drafts: &Drafts) -> bool {
    let text = drafts.chat.text(state.chat.open_id());
    drafts.scripts.slash.refusal(&state.scripts, text).is_some()
}

/// Models are opened, apps looked into and exported conversations read; everything else are documents
/// and folders of them, and over the documents JSON too. What is dropped while an app is shown is for
/// that app.
fn dropped(paths: Vec<PathBuf>, state: &State, reach: &mut Reach<'_>) {
    if state.shell.page == Page::Apps && state.scripts.shown_app().is_some() {
        reach.then(scripts::Action::Dropped(paths));
        return;
    }
    let has_extension = |path: &Path, wanted: &str| {
        path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(wanted))
    };
    let mut others = Vec::new();
    for path in paths {
        if has_extension(&path, "gguf") {
            reach.then(Action::Show(Page::Chat));
            reach.then(models::Action::OpenPath(path));
        } else if has_extension(&path, "satchel-app") {
            reach.then(scripts::Action::Preview(path));
        } else if has_extension(&path, "json") && state.shell.page != Page::Documents {
            reach.then(conversations::Action::Import(path));
        } else {
            others.push(path);
        }
    }
    if !others.is_empty() {
        let bind = state.shell.page == Page::Chat;
        reach.then(documents::Action::Dropped { paths: others, bind });
    }
}

/// What the palette offers: everything with a shortcut, then conversations, then models.
fn entries(ctx: &egui::Context, state: &State, notices: &Notices) -> Vec<Entry> {
    let undo = notices.last_undoable().map(|done| Entry {
        icon: Icon::RotateCcw,
        title: format!("Undo: {}", done.text),
        hint: hint(ctx, "Undo what was deleted last").unwrap_or_default(),
        action: Action::Undo(None).into(),
    });
    let shortcuts = TABLE.iter().filter_map(|row| {
        let action = row.action?();
        if matches!(action, crate::Action::Shell(Action::Undo(_))) {
            // Said above, with what it is.
            return None;
        }
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
    let document = state.documents.open_document().map(|document| Entry {
        icon: Icon::Search,
        title: format!("Find in {}", document.name()),
        hint: "Document".to_owned(),
        action: documents::Action::Viewer(documents::ViewerAction::OpenFind).into(),
    });
    let collections = state.documents.collections().iter().map(|collection| Entry {
        icon: Icon::Library,
        title: collection.name.clone(),
        hint: "Collection".to_owned(),
        action: documents::Action::OpenCollection(collection.id).into(),
    });
    let models = state.models.rows().iter().filter(|row| row.entry.can_chat()).map(|row| Entry {
        icon: Icon::Cpu,
        title: format!("Load {}", row.entry.name),
        hint: if row.entry.is_demo { "Demonstration" } else { "Model" }.to_owned(),
        action: models::Action::Load(row.entry.id.clone()).into(),
    });
    let documents = document.into_iter().chain(sources(state)).chain(collections);
    let first = undo.into_iter().chain(shortcuts).chain(open_conversation(state));
    first.chain(apps(state)).chain(documents).chain(conversations).chain(models).collect()
}

/// What can be done with the open conversation beside what has a shortcut.
fn open_conversation(state: &State) -> impl Iterator<Item = Entry> {
    let of = |open: &Conversation| {
        let (pin, verb) = if open.pinned { (Icon::PinOff, "Unpin") } else { (Icon::Pin, "Pin") };
        let offers: [(Icon, String, crate::Action); 3] = [
            (
                Icon::Pencil,
                "Rename this conversation…".to_owned(),
                conversations::Action::BeginRename(open.id).into(),
            ),
            (
                pin,
                format!("{verb} this conversation"),
                conversations::Action::SetPinned(open.id, !open.pinned).into(),
            ),
            (
                Icon::Trash2,
                "Delete this conversation".to_owned(),
                conversations::Action::Delete(open.id).into(),
            ),
        ];
        offers.map(|(icon, title, action)| Entry { icon, title, hint: String::new(), action })
    };
    state.chat.conversation().map(of).into_iter().flatten()
}

/// The sources of the last answer that has some, to be opened without a mouse.
fn sources(state: &State) -> impl Iterator<Item = Entry> {
    let of = |message: &StoredMessage| {
        let sources = state.chat.room()?.sources_of(message.id)?;
        (!sources.citations.is_empty()).then_some(sources)
    };
    let last = state.chat.branch().rev().find_map(of);
    last.into_iter().flat_map(|sources| &sources.citations).map(|source| Entry {
        icon: Icon::FileText,
        title: format!("Source {}: {}", source.number, source.words()),
        hint: "Document".to_owned(),
        action: documents::Action::OpenSource(Box::new(source.clone())).into(),
    })
}

/// Each app, to be opened and, if it has a script, to be edited or at least read.
fn apps(state: &State) -> impl Iterator<Item = Entry> {
    state.scripts.rows().iter().flat_map(|row| {
        let open = Entry {
            icon: row.icon(),
            title: row.name().to_owned(),
            hint: "App".to_owned(),
            action: scripts::Action::Open(row.app.id.clone()).into(),
        };
        let verb = if row.is_shipped() { "Read the script of" } else { "Edit" };
        let edit = (!row.is_assistant()).then(|| Entry {
            icon: Icon::Code,
            title: format!("{verb} {}", row.name()),
            hint: "App".to_owned(),
            action: scripts::Action::Edit { app: row.app.id.clone(), at: None }.into(),
        });
        std::iter::once(open).chain(edit)
    })
}

fn icon_of(action: &crate::Action) -> Icon {
    match action {
        crate::Action::Chat(_) => Icon::MessageSquare,
        crate::Action::Conversations(_) => Icon::MessagesSquare,
        crate::Action::Documents(_) => Icon::Library,
        crate::Action::Models(_) => Icon::Cpu,
        crate::Action::Scripts(_) => Icon::Puzzle,
        crate::Action::Settings(_) => Icon::Settings,
        crate::Action::Shell(_) => Icon::Command,
    }
}

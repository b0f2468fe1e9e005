//! The one table of keys. The shortcuts page, the hints in the palette and in tooltips, and the
//! handler all read it, so that they cannot disagree.

use egui::{Event, Key, KeyboardShortcut, Modifiers};

use crate::scripts::{self, EditorAction};
use crate::{Action, chat, conversations, documents, shell};

/// Where a shortcut is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// Works everywhere.
    General,
    /// About the open conversation.
    Conversation,
    /// While the message field has the focus; the field itself handles these.
    Message,
    /// While an app's files are open for editing.
    Editor,
}

impl Group {
    /// All groups, in the order of the page.
    pub(crate) const ALL: [Self; 4] =
        [Self::General, Self::Conversation, Self::Message, Self::Editor];

    /// Its heading.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::General => "General",
            Self::Conversation => "Conversation",
            Self::Message => "Message field",
            Self::Editor => "Editor",
        }
    }

    /// Whether its keys mean something while this page is shown.
    fn applies(self, page: shell::Page, editing: bool) -> bool {
        let in_editor = editing && page == shell::Page::Apps;
        match self {
            Self::General | Self::Message => true,
            Self::Conversation => !in_editor,
            Self::Editor => in_editor,
        }
    }
}

/// One row of the table.
pub(crate) struct Shortcut {
    /// What it does, as a button would say it.
    pub(crate) name: &'static str,
    /// Where it is listed.
    pub(crate) group: Group,
    /// The keys.
    pub(crate) keys: KeyboardShortcut,
    /// What is asked for; `None` where a widget handles the key by itself.
    pub(crate) action: Option<fn() -> Action>,
}

const NONE: Modifiers = Modifiers::NONE;
const COMMAND: Modifiers = Modifiers::COMMAND;
const COMMAND_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

const fn row(
    group: Group,
    name: &'static str,
    modifiers: Modifiers,
    key: Key,
    action: Option<fn() -> Action>,
) -> Shortcut {
    Shortcut { name, group, keys: KeyboardShortcut::new(modifiers, key), action }
}

/// Every shortcut. Where two rows share a key, the one with more modifiers comes first, because
/// egui lets extra modifiers match.
pub(crate) const TABLE: &[Shortcut] = &[
    row(Group::General, "New chat", COMMAND, Key::N, Some(|| chat::Action::New.into())),
    row(
        Group::General,
        "Command palette",
        COMMAND,
        Key::K,
        Some(|| shell::Action::TogglePalette.into()),
    ),
    row(
        Group::General,
        "Search all messages",
        COMMAND_SHIFT,
        Key::F,
        Some(|| conversations::Action::FocusSearch.into()),
    ),
    row(
        Group::General,
        "Settings",
        COMMAND,
        Key::Comma,
        Some(|| shell::Action::Show(shell::Page::Settings).into()),
    ),
    row(
        Group::General,
        "Models",
        COMMAND_SHIFT,
        Key::M,
        Some(|| shell::Action::Show(shell::Page::Models).into()),
    ),
    row(
        Group::General,
        "Documents",
        COMMAND_SHIFT,
        Key::D,
        Some(|| shell::Action::Show(shell::Page::Documents).into()),
    ),
    row(Group::General, "Ask the guide", NONE, Key::F1, Some(|| shell::Action::Help.into())),
    row(
        Group::General,
        "Manual",
        Modifiers::SHIFT,
        Key::F1,
        Some(|| documents::Action::ShowManual.into()),
    ),
    row(
        Group::General,
        "Show or hide the sidebar",
        COMMAND,
        Key::B,
        Some(|| shell::Action::ToggleSidebar.into()),
    ),
    row(
        Group::General,
        "Show or hide this conversation's settings",
        COMMAND_SHIFT,
        Key::B,
        Some(|| shell::Action::ToggleRightPanel.into()),
    ),
    row(Group::General, "Apps", COMMAND_SHIFT, Key::A, Some(|| shell::Action::ShowApps.into())),
    row(
        Group::General,
        "Keyboard shortcuts",
        COMMAND,
        Key::Slash,
        Some(|| shell::Action::Show(shell::Page::Shortcuts).into()),
    ),
    row(
        Group::General,
        "Switch between light and dark",
        COMMAND_SHIFT,
        Key::L,
        Some(|| shell::Action::SwitchTheme.into()),
    ),
    row(
        Group::General,
        "Undo what was deleted last",
        COMMAND,
        Key::Z,
        Some(|| shell::Action::Undo(None).into()),
    ),
    row(
        Group::General,
        "Close what is on top, or stop the answer",
        NONE,
        Key::Escape,
        Some(|| shell::Action::Escape.into()),
    ),
    row(
        Group::Conversation,
        "Find in this conversation or the open document",
        COMMAND,
        Key::F,
        Some(|| shell::Action::Find.into()),
    ),
    row(
        Group::Conversation,
        "Write the last answer again",
        COMMAND,
        Key::R,
        Some(|| chat::Action::RegenerateLast.into()),
    ),
    row(
        Group::Conversation,
        // Not with C: the desktop's side of egui takes that for copying the selection.
        "Copy the last answer",
        COMMAND_SHIFT,
        Key::Y,
        Some(|| chat::Action::CopyLast.into()),
    ),
    row(
        Group::Conversation,
        "Export this conversation",
        COMMAND_SHIFT,
        Key::E,
        Some(|| conversations::Action::ExportOpen(None).into()),
    ),
    row(
        Group::Conversation,
        "Previous conversation",
        Modifiers::ALT,
        Key::ArrowUp,
        Some(|| conversations::Action::OpenNeighbour(-1).into()),
    ),
    row(
        Group::Conversation,
        "Next conversation",
        Modifiers::ALT,
        Key::ArrowDown,
        Some(|| conversations::Action::OpenNeighbour(1).into()),
    ),
    row(
        Group::Message,
        "Go to the message field",
        COMMAND,
        Key::L,
        Some(|| chat::Action::FocusComposer.into()),
    ),
    row(Group::Message, "Send, or queue while an answer is written", NONE, Key::Enter, None),
    row(Group::Message, "New line", Modifiers::SHIFT, Key::Enter, None),
    row(Group::Editor, "Save", COMMAND, Key::S, Some(|| in_editor(EditorAction::Save))),
    row(
        Group::Editor,
        "Save and run the app",
        COMMAND,
        Key::Enter,
        Some(|| in_editor(EditorAction::SaveAndRun)),
    ),
    row(
        Group::Editor,
        "Close the editor",
        COMMAND,
        Key::W,
        Some(|| scripts::Action::CloseEditor { discard: false }.into()),
    ),
    row(
        Group::Editor,
        "Find and replace in this file",
        COMMAND,
        Key::F,
        Some(|| in_editor(EditorAction::Find)),
    ),
    row(
        Group::Editor,
        "Next mistake",
        NONE,
        Key::F8,
        Some(|| in_editor(EditorAction::NextProblem)),
    ),
    row(Group::Editor, "Offer what can be written", Modifiers::CTRL, Key::Space, None),
];

fn in_editor(action: EditorAction) -> Action {
    scripts::Action::Editor(action).into()
}

/// The keys of the row with this name, as a person reads them: `Ctrl+K`, on a Mac `⌘K`.
pub(crate) fn hint(ctx: &egui::Context, name: &str) -> Option<String> {
    let row = TABLE.iter().find(|row| row.name == name)?;
    Some(keys(ctx, row))
}

/// The keys of a row, as a person reads them.
pub(super) fn keys(ctx: &egui::Context, row: &Shortcut) -> String {
    ctx.format_shortcut(&row.keys).replace("Comma", ",").replace("Slash", "/")
}

/// What was asked for with keys since the last frame, on this page and with or without files open for
/// editing. Takes those keys out of the input. Typing is undone by the field with the keyboard, unless
/// something that the window undoes came after it (`undo_is_nearest`).
pub(crate) fn pressed(
    ctx: &egui::Context,
    page: shell::Page,
    editing: bool,
    undo_is_nearest: bool,
) -> Vec<Action> {
    let mut rows: Vec<&Shortcut> = TABLE
        .iter()
        .filter(|row| row.action.is_some() && row.group.applies(page, editing))
        .collect();
    // `consume_shortcut` ignores extra Shift, so the longer combinations are asked for first.
    rows.sort_by_key(|row| !row.keys.modifiers.shift);
    let in_editor = editing && page == shell::Page::Apps;
    if in_editor || (ctx.text_edit_focused() && !undo_is_nearest) {
        rows.retain(|row| row.keys.logical_key != Key::Z);
    }
    ctx.input_mut(|input| {
        rows.iter()
            .filter(|row| input.consume_shortcut(&row.keys))
            .filter_map(|row| row.action.map(|action| action()))
            .collect()
    })
}

/// Whether a field with the keyboard is changed by what was typed since the last frame.
pub(crate) fn changes_text(input: &egui::InputState) -> bool {
    input.events.iter().any(|event| match event {
        Event::Text(_) | Event::Paste(_) | Event::Cut | Event::Ime(_) => true,
        Event::Key { key, pressed, .. } => {
            *pressed && matches!(key, Key::Backspace | Key::Delete | Key::Enter)
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_shortcuts_share_their_keys() {
        for (index, row) in TABLE.iter().enumerate() {
            let together = |other: &&Shortcut| {
                let pages = [(shell::Page::Chat, false), (shell::Page::Apps, true)];
                pages.into_iter().any(|(page, editing)| {
                    row.group.applies(page, editing) && other.group.applies(page, editing)
                })
            };
            let twin = TABLE[index + 1..].iter().filter(together).find(|it| it.keys == row.keys);
            assert!(twin.is_none(), "{} and {:?}", row.name, twin.map(|twin| twin.name));
        }
    }

    #[test]
    fn no_two_shortcuts_share_their_name() {
        for (index, row) in TABLE.iter().enumerate() {
            assert!(TABLE[index + 1..].iter().all(|other| other.name != row.name), "{}", row.name);
        }
    }

    #[test]
    fn shift_decides_between_two_shortcuts_of_one_key() {
        let ctx = egui::Context::default();
        let mut raw = egui::RawInput::default();
        let modifiers = Modifiers::COMMAND | Modifiers::SHIFT | Modifiers::CTRL;
        raw.events.push(egui::Event::Key {
            key: Key::F,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers,
        });
        let mut asked = Vec::new();
        let mut output =
            ctx.run_ui(raw, |ui| asked.extend(pressed(ui.ctx(), shell::Page::Chat, false, false)));
        output.textures_delta.clear();
        assert_eq!(asked.len(), 1);
        assert!(matches!(asked[0], Action::Conversations(conversations::Action::FocusSearch)));
    }

    #[test]
    fn every_hint_can_be_found_by_its_name() {
        let ctx = egui::Context::default();
        assert_eq!(hint(&ctx, "New chat").as_deref().map(|keys| keys.ends_with('N')), Some(true));
        assert_eq!(hint(&ctx, "Fly"), None);
    }
}

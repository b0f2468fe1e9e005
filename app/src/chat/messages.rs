//! Hands the open conversation to the transcript, and what was clicked in it to the window.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use egui::Ui;
use engine::Role;
use engine::conversations::{MessageId, MessageState, StoredMessage};

use super::answer::Phase;
use super::asking::AskDocuments;
use super::room::Room;
use super::transcript::{
    FindView, MessageKey, Progress, Reasoning, Speaker, Transcript, TranscriptAction,
    TranscriptMessage, TranscriptSource,
};
use super::{Action, State};
use crate::action::Actions;
use crate::documents;
use crate::scripts::{self, place_in};

/// Draws the messages of the open conversation.
pub(super) fn messages_ui(
    ui: &mut Ui,
    chat: &State,
    scripts: &scripts::State,
    transcript: &mut Transcript,
    actions: &mut Actions,
) {
    let Some(room) = chat.room() else { return };
    let find = chat.find().filter(|find| !find.query.is_empty()).map(|find| FindView {
        query: &find.query,
        current: find.current().map(|found| (found.row, found.nth)),
    });
    let mut asked_for = Vec::new();
    transcript.transcript_ui(ui, &Branch(room, scripts), find, &mut asked_for);
    let asked_for = asked_for.into_iter();
    actions.extend(asked_for.filter_map(|action| asked(action, room, scripts)));
}

/// What a click in the transcript means.
fn asked(action: TranscriptAction, room: &Room, scripts: &scripts::State) -> Option<crate::Action> {
    let id = |key: MessageKey| MessageId(key.0);
    let action = match action {
        TranscriptAction::Copy(key) => Action::Copy(id(key)),
        TranscriptAction::Edit { key, text } => Action::Edit(id(key), text),
        TranscriptAction::Regenerate(key) | TranscriptAction::Retry(key) => {
            Action::Regenerate(id(key))
        }
        TranscriptAction::Continue(key) => Action::Continue(id(key)),
        TranscriptAction::OpenInEditor(key) => Action::OpenInEditor(id(key)),
        TranscriptAction::Allow(key) => {
            let words = room.tree().get(id(key))?.error.as_deref()?;
            let row = scripts.answering_app(room.asked_at(id(key)))?;
            let (app, permission) = (row.app.id.clone(), row.refused(words)?.key.clone());
            return Some(scripts::Action::SetGrant { app, permission, granted: true }.into());
        }
        TranscriptAction::Delete(key) => Action::Delete(id(key)),
        TranscriptAction::Branch { key, step } => Action::Branch(id(key), step),
        TranscriptAction::ReadOtherwise { key, reading } => {
            let grounds = room.sources_of(id(key)).and_then(|sources| sources.grounds.as_deref());
            let again = grounds.map(AskDocuments::again).unwrap_or_default();
            Action::AskAgain(id(key), AskDocuments { reading: Some(reading), ..again })
        }
        TranscriptAction::OpenSource { key, number } => {
            let source = room.sources_of(id(key))?.of(number)?;
            return Some(documents::Action::OpenSource(Box::new(source.clone())).into());
        }
        TranscriptAction::Why(key) => {
            let grounds = room.sources_of(id(key))?.grounds.clone()?;
            return Some(documents::Action::ShowWhy { answer: id(key), grounds }.into());
        }
    };
    Some(action.into())
}

/// The name of a message in the transcript.
pub(super) fn key(id: MessageId) -> MessageKey {
    MessageKey(id.0)
}

/// The visible branch of a room.
struct Branch<'a>(&'a Room, &'a scripts::State);

impl TranscriptSource for Branch<'_> {
    fn revision(&self) -> u64 {
        self.0.revision()
    }

    fn len(&self) -> usize {
        self.0.path().len()
    }

    fn message(&self, index: usize) -> TranscriptMessage<'_> {
        let found = self.0.path().get(index).and_then(|&id| self.0.tree().get(id));
        found.map_or(GONE, |message| shown(self.0, self.1, message))
    }

    fn outline(&self, index: usize) -> (MessageKey, usize) {
        let found = self.0.path().get(index).and_then(|&id| self.0.tree().get(id));
        found.map_or((GONE.key, 0), |message| (key(message.id), self.0.text_of(message).len()))
    }
}

/// Drawn for a message that is not there, which does not happen as long as paths are made of
/// messages of the tree.
const GONE: TranscriptMessage<'static> = TranscriptMessage {
    key: MessageKey(0),
    version: 0,
    speaker: Speaker::Program,
    text: "",
    reasoning: None,
    model: "",
    progress: Progress::Complete,
    branch: (1, 1),
    finish: None,
    dropped_messages: 0,
    sources: None,
    is_broken_app: false,
    begins_anew: false,
    refused: None,
};

fn shown<'a>(
    room: &'a Room,
    scripts: &'a scripts::State,
    message: &'a StoredMessage,
) -> TranscriptMessage<'a> {
    let siblings = room.tree().siblings(message.id);
    let place = siblings.iter().position(|&id| id == message.id).unwrap_or_default();
    let branch = (place + 1, siblings.len().max(1));
    let mut shown = TranscriptMessage {
        key: key(message.id),
        version: version(message, branch),
        speaker: speaker(message.role),
        text: &message.content,
        reasoning: message
            .reasoning
            .as_deref()
            .map(|text| Reasoning { text, duration: message.reasoning_duration }),
        model: message.model.as_deref().unwrap_or_default(),
        progress: progress(message),
        branch,
        finish: message.finish.as_ref(),
        dropped_messages: message.dropped_messages,
        sources: Some(&message.sources),
        is_broken_app: false,
        begins_anew: false,
        refused: None,
    };
    if matches!(shown.progress, Progress::Stopped | Progress::Interrupted) {
        let answerer = scripts.answerer(room.asked_at(message.id));
        shown.begins_anew = room.begins_anew(answerer, false);
    }
    if let Progress::Failed(words) = shown.progress {
        let app = scripts.answering_app(room.asked_at(message.id));
        shown.is_broken_app = app.is_some() && place_in(words).is_some();
        shown.refused = app.and_then(|app| app.refused(words)).map(|asked| asked.deed.as_str());
        // The button goes when it is allowed.
        shown.version = shown.version.wrapping_add(u64::from(shown.refused.is_some()));
    }
    if let Some(answer) = room.answer(message.id) {
        shown.version = shown.version.wrapping_add(answer.version);
        shown.text = &answer.content;
        shown.reasoning = (!answer.reasoning.is_empty())
            .then_some(Reasoning { text: &answer.reasoning, duration: answer.thought_for() });
        shown.model = answer.model.as_deref().unwrap_or(shown.model);
        shown.dropped_messages = answer.dropped_messages;
        shown.sources = Some(&answer.sources);
        shown.progress = match &answer.phase {
            Phase::Waiting { ahead } => Progress::Waiting { ahead: *ahead },
            Phase::Reading { tokens, of } => Progress::Reading { tokens: *tokens, of: *of },
            Phase::Thinking => Progress::Thinking,
            Phase::Writing => Progress::Writing,
            Phase::Working { fraction, text } => Progress::Working { fraction: *fraction, text },
        };
    }
    shown
}

/// Who says the messages of a role.
pub(super) fn speaker(role: Role) -> Speaker {
    match role {
        Role::User => Speaker::User,
        Role::Assistant => Speaker::Assistant,
        Role::System | Role::Tool => Speaker::Program,
    }
}

/// What can change of a kept message: how it ended, and how many versions there are.
fn version(message: &StoredMessage, branch: (usize, usize)) -> u64 {
    let mut hasher = DefaultHasher::new();
    (message.state, branch, message.content.len(), message.finish.is_some()).hash(&mut hasher);
    (message.sources.citations.len(), message.sources.grounds.is_some()).hash(&mut hasher);
    hasher.finish()
}

fn progress(message: &StoredMessage) -> Progress<'_> {
    match message.state {
        MessageState::Complete => Progress::Complete,
        // Nobody here writes it: the program that did has ended.
        MessageState::Streaming | MessageState::Interrupted => Progress::Interrupted,
        MessageState::Stopped => Progress::Stopped,
        MessageState::Failed => Progress::Failed(message.error.as_deref().unwrap_or_default()),
    }
}

//! What the person at the window just asked for.
//!
//! Code that draws pushes actions; [`crate::App::logic`] carries them out before the next frame.
//! Nothing else changes state, so a frame is always drawn from a state that holds still.

use crate::{chat, conversations, documents, models, scripts, settings, shell};

/// One intention, grouped by the noun it is about.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// About the open conversation.
    Chat(chat::Action),
    /// About the list of conversations.
    Conversations(conversations::Action),
    /// About documents.
    Documents(documents::Action),
    /// About models.
    Models(models::Action),
    /// About apps.
    Scripts(scripts::Action),
    /// About what is kept in the settings file.
    Settings(settings::Action),
    /// About the window itself.
    Shell(shell::Action),
}

/// The intentions of one frame, in their order.
pub(crate) type Actions = Vec<Action>;

macro_rules! from_noun {
    ($($noun:ident: $module:ident),*) => {
        $(impl From<$module::Action> for Action {
            fn from(action: $module::Action) -> Self {
                Self::$noun(action)
            }
        })*
    };
}

from_noun!(
    Chat: chat,
    Conversations: conversations,
    Documents: documents,
    Models: models,
    Scripts: scripts,
    Settings: settings,
    Shell: shell
);

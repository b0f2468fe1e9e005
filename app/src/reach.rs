//! What code that changes state may reach outside itself.

use engine::conversations::{StoreCommand, Worker};
use engine::{Engine, Outbox, Wake};

use crate::action::Actions;
use crate::shell::Notices;

/// Lent to every `hear` and `run` for one frame. Nothing in it waits: the engine and the store work
/// on threads of their own and answer with events.
pub(crate) struct Reach<'a> {
    /// For clipboard, focus and repaints.
    pub(crate) ctx: &'a egui::Context,
    /// Generates text, counts tokens, loads models.
    pub(crate) engine: &'a Engine,
    /// Keeps conversations.
    pub(crate) store: &'a Worker,
    /// Wakes the window when something arrives.
    pub(crate) wake: &'a Wake,
    /// News for the person that have no place of their own.
    pub(crate) notices: &'a mut Notices,
    /// Takes failures of threads that end before their words are read.
    pub(crate) complaints: &'a Outbox<String>,
    /// What follows from this; carried out in the same frame.
    pub(crate) actions: &'a mut Actions,
}

impl Reach<'_> {
    /// Asks the store for something.
    pub(crate) fn keep(&self, command: StoreCommand) {
        self.store.send(command);
    }

    /// Lets something follow.
    pub(crate) fn then(&mut self, action: impl Into<crate::Action>) {
        self.actions.push(action.into());
    }
}

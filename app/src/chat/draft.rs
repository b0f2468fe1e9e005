//! What is being typed: the one thing that drawing may change.

use std::collections::HashMap;

use engine::conversations::ConversationId;

use super::transcript::Transcript;

/// The texts in the message fields, and where the cursor should go.
#[derive(Default)]
pub(crate) struct Draft {
    /// Where the conversation is scrolled to, what is selected in it, and the edit of a message.
    pub(crate) transcript: Transcript,
    texts: HashMap<Option<ConversationId>, String>,
    /// The next frame puts the cursor into the message field.
    pub(crate) focus_composer: bool,
    /// The next frame puts the cursor behind the text of the message field.
    pub(crate) cursor_to_end: bool,
    /// The next frame puts the cursor into the find bar.
    pub(crate) focus_find: bool,
    /// What is to be sent, and where, as soon as it is known which apps there are.
    held: Option<(Option<ConversationId>, String)>,
    /// An input method is composing characters, so Enter belongs to it.
    pub(crate) composing: bool,
}

impl Draft {
    /// What is typed for a conversation (`None`: for a new one).
    pub(crate) fn text(&self, conversation: Option<ConversationId>) -> &str {
        self.texts.get(&conversation).map_or("", String::as_str)
    }

    /// The same, to type into.
    pub(crate) fn text_mut(&mut self, conversation: Option<ConversationId>) -> &mut String {
        self.texts.entry(conversation).or_default()
    }

    /// Empties the field of a conversation.
    pub(crate) fn clear(&mut self, conversation: Option<ConversationId>) {
        self.texts.remove(&conversation);
    }

    /// Holds what is typed for a conversation until it is known which apps there are.
    pub(crate) fn hold(&mut self, conversation: Option<ConversationId>) {
        self.held = Some((conversation, self.text(conversation).to_owned()));
    }

    /// Whether what is typed for a conversation is held. What was changed since is not.
    pub(crate) fn is_held(&self, conversation: Option<ConversationId>) -> bool {
        let is_same = |(to, text): &(_, String)| *to == conversation && text == self.text(*to);
        self.held.as_ref().is_some_and(is_same)
    }

    /// Lets go of what is held; whether that is what is typed for this conversation.
    pub(crate) fn release(&mut self, conversation: Option<ConversationId>) -> bool {
        let is_held = self.is_held(conversation);
        self.held = None;
        is_held
    }

    /// Puts a text before what is typed.
    pub(crate) fn prepend(&mut self, conversation: Option<ConversationId>, text: &str) {
        let old = self.texts.remove(&conversation).unwrap_or_default();
        let gap = if old.trim().is_empty() { "" } else { "\n\n" };
        self.texts.insert(conversation, format!("{text}{gap}{}", old.trim_start()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_conversation_keeps_its_own_draft() {
        let mut draft = Draft::default();
        let one = Some(ConversationId(1));
        draft.text_mut(one).push_str("for one");
        draft.text_mut(None).push_str("for a new one");
        draft.clear(one);
        assert_eq!((draft.text(one), draft.text(None)), ("", "for a new one"));
    }

    #[test]
    fn what_is_held_is_let_go_once_and_only_as_it_was() {
        let mut draft = Draft::default();
        draft.text_mut(None).push_str("/guide");
        draft.hold(None);
        assert!(draft.is_held(None) && !draft.is_held(Some(ConversationId(1))));
        assert!(draft.release(None) && !draft.release(None));
        draft.hold(None);
        draft.text_mut(None).push_str(" how");
        assert!(!draft.is_held(None) && !draft.release(None));
    }

    #[test]
    fn a_message_taken_back_comes_before_what_is_typed() {
        let mut draft = Draft::default();
        draft.prepend(None, "first");
        assert_eq!(draft.text(None), "first");
        draft.prepend(None, "zeroth");
        assert_eq!(draft.text(None), "zeroth\n\nfirst");
    }
}

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
    fn a_message_taken_back_comes_before_what_is_typed() {
        let mut draft = Draft::default();
        draft.prepend(None, "first");
        assert_eq!(draft.text(None), "first");
        draft.prepend(None, "zeroth");
        assert_eq!(draft.text(None), "zeroth\n\nfirst");
    }
}

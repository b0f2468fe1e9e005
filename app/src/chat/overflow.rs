//! The question that is asked when a conversation does not fit into the context.

use engine::conversations::{ConversationId, MessageId};

use crate::measures::grouped;

/// What does not fit where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    /// The conversation.
    pub(crate) conversation: ConversationId,
    /// The empty answer that could not be begun.
    pub(crate) answer: MessageId,
    /// Length of the whole prompt, in tokens.
    pub(crate) prompt_tokens: u32,
    /// What the context holds, in tokens.
    pub(crate) context_length: u32,
    /// How many of the oldest messages would have to go; 0 if that would not help.
    pub(crate) messages_to_drop: usize,
    /// A context length that would hold it, if the model was trained for so much.
    pub(crate) larger_context: Option<u32>,
}

/// What the person picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Leave out the oldest turns for this one answer.
    DropOnce,
    /// Leave out the oldest turns whenever this conversation is too long.
    DropAlways,
    /// Load the model again with a larger context, then answer.
    RaiseContext(u32),
    /// Do not answer.
    Stop,
}

impl Question {
    /// What does not fit, in words.
    pub(crate) fn words(&self) -> String {
        format!(
            "The conversation has {} tokens, and the model’s context holds {}, answer included",
            grouped(self.prompt_tokens),
            grouped(self.context_length)
        )
    }

    /// What leaving out means, in words.
    pub(crate) fn drop_words(&self) -> String {
        match self.messages_to_drop {
            0 => "Leaving out older turns would not help: the last message alone is too long"
                .to_owned(),
            1 => "The oldest message would be left out of what the model sees; it stays here"
                .to_owned(),
            count => format!(
                "The {count} oldest messages would be left out of what the model sees; they stay here"
            ),
        }
    }
}

/// The smallest usual context length that holds the prompt and a quarter for the answer, if the
/// model was trained for it.
pub(crate) fn larger_context(prompt_tokens: u32, trained: u32) -> Option<u32> {
    let needed = u64::from(prompt_tokens) * 4 / 3 + 1;
    let rounded = needed.div_ceil(1024) * 1024;
    if rounded <= u64::from(trained) {
        return u32::try_from(rounded).ok();
    }
    (needed <= u64::from(trained)).then_some(trained)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_larger_context_leaves_a_quarter_for_the_answer_and_is_one_the_model_knows() {
        assert_eq!(larger_context(3_000, 32_768), Some(4_096));
        assert_eq!(larger_context(1_400, 2_000), Some(2_000));
        assert_eq!(larger_context(1_900, 2_048), None);
        assert_eq!(larger_context(u32::MAX, u32::MAX), None);
    }

    #[test]
    fn the_question_counts_what_would_be_left_out() {
        let mut question = Question {
            conversation: ConversationId(1),
            answer: MessageId(2),
            prompt_tokens: 5_000,
            context_length: 4_096,
            messages_to_drop: 3,
            larger_context: None,
        };
        assert!(question.words().contains("5,000 tokens"));
        assert!(question.drop_words().starts_with("The 3 oldest messages"));
        question.messages_to_drop = 0;
        assert!(question.drop_words().contains("would not help"));
    }
}

//! From the turns that a person sees to the messages that the model is given.

use engine::{Message, Role};

/// The system prompt first; answers of which nothing came are left out; two turns of the same
/// speaker in a row (the answer between them failed) become one, because many templates refuse
/// them.
pub(crate) fn messages(system: Option<&str>, turns: impl Iterator<Item = Message>) -> Vec<Message> {
    let system = system.map(str::trim).filter(|system| !system.is_empty());
    let mut messages: Vec<Message> =
        system.map(|system| Message::new(Role::System, system)).into_iter().collect();
    for turn in turns {
        if turn.role != Role::Assistant || !turn.content.is_empty() {
            join(&mut messages, turn);
        }
    }
    messages
}

/// Adds a turn, to the last one if that has the same speaker.
pub(crate) fn join(messages: &mut Vec<Message>, turn: Message) {
    match messages.last_mut() {
        Some(last) if last.role == turn.role => {
            last.content.push_str("\n\n");
            last.content.push_str(&turn.content);
        }
        _ => messages.push(turn),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_answer_does_not_break_the_alternation_of_turns() {
        let turns = [
            Message::new(Role::User, "one"),
            Message::new(Role::Assistant, ""),
            Message::new(Role::User, "two"),
            Message::new(Role::Assistant, "three"),
        ];
        let messages = messages(Some("  be brief "), turns.into_iter());
        let told: Vec<_> =
            messages.iter().map(|message| (message.role, message.content.as_str())).collect();
        assert_eq!(
            told,
            [(Role::System, "be brief"), (Role::User, "one\n\ntwo"), (Role::Assistant, "three")]
        );
    }

    #[test]
    fn an_empty_system_prompt_is_none() {
        let messages = messages(Some("  "), std::iter::once(Message::new(Role::User, "hello")));
        assert_eq!(messages.len(), 1);
    }
}

//! Turns that a template cannot render are rewritten into turns that it can. Nothing is left out.

use std::borrow::Cow;

use super::super::request::{Message, Role};
use super::trial::Abilities;

/// The conversation as this template can render it.
pub(super) fn adapt<'a>(messages: &'a [Message], can: &Abilities) -> Cow<'a, [Message]> {
    let mut turns = Cow::Borrowed(messages);
    // Some templates take results only together with the calls that they belong to.
    let told = |turn: &Message| can.tool || (can.calls.is_some() && turn.tool_call_id.is_some());
    if turns.iter().any(|turn| turn.role == Role::Tool && !told(turn)) {
        for turn in turns.to_mut().iter_mut().filter(|turn| !told(turn)) {
            tool_as_user(turn);
        }
    }
    if !can.system && turns.first().is_some_and(|turn| turn.role == Role::System) {
        lead_into_user(turns.to_mut());
    }
    if !can.late_system && turns.iter().skip(1).any(|turn| turn.role == Role::System) {
        late_systems_as_users(turns.to_mut());
    }
    if !can.assistant_first {
        let begins = turns.iter().position(|turn| turn.role != Role::System);
        if let Some(at) = begins.filter(|at| turns[*at].role == Role::Assistant) {
            // The least that can be said.
            turns.to_mut().insert(at, Message::new(Role::User, ""));
        }
    }
    if !can.neighbours && turns.windows(2).any(|pair| pair[0].role == pair[1].role) {
        join_neighbours(turns.to_mut());
    }
    turns
}

fn tool_as_user(turn: &mut Message) {
    if turn.role == Role::Tool {
        turn.role = Role::User;
        turn.tool_call_id = None;
        turn.content.insert_str(0, "Result of the tool:\n");
    }
}

/// The system messages at the beginning go into the first user's message, or become one.
fn lead_into_user(turns: &mut Vec<Message>) {
    let count = turns.iter().take_while(|turn| turn.role == Role::System).count();
    let contents: Vec<String> = turns.drain(..count).map(|turn| turn.content).collect();
    let lead = contents.join("\n\n");
    match turns.first_mut() {
        Some(first) if first.role == Role::User => {
            first.content = format!("{lead}\n\n{}", first.content);
        }
        _ => turns.insert(0, Message::new(Role::User, lead)),
    }
}

fn late_systems_as_users(turns: &mut [Message]) {
    // Several at the beginning are joined below where that is needed.
    let lead = turns.iter().take_while(|turn| turn.role == Role::System).count();
    for turn in turns.iter_mut().skip(lead).filter(|turn| turn.role == Role::System) {
        turn.role = Role::User;
    }
}

fn join_neighbours(turns: &mut Vec<Message>) {
    turns.dedup_by(|turn, before| {
        // Results stay apart: each belongs to a call of its own.
        let same = turn.role == before.role && turn.role != Role::Tool;
        if same {
            before.tool_calls.append(&mut turn.tool_calls);
            before.content.push_str("\n\n");
            before.content.push_str(&turn.content);
        }
        same
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Abilities = Abilities {
        typed_content: false,
        system: false,
        late_system: false,
        tool: false,
        tools: false,
        calls: None,
        neighbours: false,
        assistant_first: false,
    };

    fn adapted(turns: &[(Role, &str)], can: &Abilities) -> Vec<(Role, String)> {
        let messages: Vec<Message> =
            turns.iter().map(|(role, content)| Message::new(*role, *content)).collect();
        adapt(&messages, can).iter().map(|turn| (turn.role, turn.content.clone())).collect()
    }

    #[test]
    fn everything_becomes_alternating_turns_where_nothing_else_is_possible() {
        let turns = [
            (Role::System, "be brief"),
            (Role::User, "time?"),
            (Role::Assistant, "asking"),
            (Role::Tool, "noon"),
            (Role::System, "be kind"),
            (Role::User, "well?"),
        ];
        let expected = [
            (Role::User, "be brief\n\ntime?".to_owned()),
            (Role::Assistant, "asking".to_owned()),
            (Role::User, "Result of the tool:\nnoon\n\nbe kind\n\nwell?".to_owned()),
        ];
        assert_eq!(adapted(&turns, &NOTHING), expected);
    }

    #[test]
    fn an_assistant_who_begins_gets_a_user_before() {
        let turns = [(Role::Assistant, "hello"), (Role::User, "hi")];
        let expected = [(Role::User, ""), (Role::Assistant, "hello"), (Role::User, "hi")];
        let expected = expected.map(|(role, content)| (role, content.to_owned()));
        assert_eq!(adapted(&turns, &NOTHING), expected);
    }

    #[test]
    fn a_system_prompt_without_a_user_becomes_one() {
        let turns = [(Role::System, "be brief")];
        assert_eq!(adapted(&turns, &NOTHING), [(Role::User, "be brief".to_owned())]);
    }

    #[test]
    fn what_a_template_can_do_is_left_alone() {
        let all = Abilities {
            typed_content: false,
            system: true,
            late_system: true,
            tool: true,
            tools: true,
            calls: None,
            neighbours: true,
            assistant_first: true,
        };
        let messages = [Message::new(Role::Tool, "a"), Message::new(Role::System, "b")];
        assert!(matches!(adapt(&messages, &all), Cow::Borrowed(_)));
    }
}

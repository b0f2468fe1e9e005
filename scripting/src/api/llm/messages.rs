//! Messages as scripts write them: a text, a map, or an array of maps.

use engine::{Message, Role};
use rhai::{Dynamic, Map};

use crate::api::options::FromValue;
use crate::nearest::hint;
use crate::runner::{ScriptResult, failure};
use crate::value::{kind, to_json};

/// What a message may have.
const KEYS: &[&str] = &["role", "content", "reasoning", "tool_calls", "tool_call_id"];

/// The messages that a script gave.
pub(in crate::api) fn read(messages: Dynamic) -> ScriptResult<Vec<Message>> {
    if messages.is_string() {
        return Ok(vec![Message::new(Role::User, messages.to_string())]);
    }
    if messages.is_map() {
        return Ok(vec![message(messages, 1)?]);
    }
    let found = kind(&messages);
    let wrong = |_| {
        failure(format!(
            "messages are a text, a map #{{ role, content }} or an array of maps, not a {found}"
        ))
    };
    let messages = messages.into_array().map_err(wrong)?;
    if messages.is_empty() {
        return Err(failure("there are no messages: give at least one, or a text"));
    }
    messages.into_iter().zip(1..).map(|(value, number)| message(value, number)).collect()
}

fn message(value: Dynamic, number: usize) -> ScriptResult<Message> {
    let found = kind(&value);
    let map = Map::from_value(value).ok_or_else(|| {
        failure(format!("message {number} is a {found}: it must be a map #{{ role, content }}"))
    })?;
    if let Some(wrong) = map.keys().find(|key| !KEYS.contains(&key.as_str())) {
        let meant = hint(wrong, KEYS.iter().copied());
        return Err(failure(format!("message {number} has an unknown `{wrong}`{meant}")));
    }
    role(&map, number)?;
    // What is left out or () takes its default.
    let given = map.into_iter().filter(|(_, value)| !value.is_unit()).collect::<Map>();
    let json = to_json(&given.into()).map_err(|error| failure(error.to_string()))?;
    serde_json::from_value(json)
        .map_err(|error| failure(format!("message {number} makes no sense: {error}")))
}

fn role(map: &Map, number: usize) -> ScriptResult<()> {
    const ROLES: [&str; 4] = ["system", "user", "assistant", "tool"];
    let role = map.get("role").map(ToString::to_string).unwrap_or_default();
    if ROLES.contains(&role.as_str()) {
        return Ok(());
    }
    let meant = hint(&role, ROLES);
    Err(failure(format!(
        "the role of message {number} is {role:?}{meant}; it must be one of {}",
        ROLES.join(", ")
    )))
}

/// Puts standing instructions first. Templates know one system message, so they join one that is
/// there already.
pub(super) fn instruct(messages: &mut Vec<Message>, system: String) {
    match messages.first_mut() {
        Some(first) if first.role == Role::System => {
            first.content = format!("{system}\n\n{}", first.content);
        }
        _ => messages.insert(0, Message::new(Role::System, system)),
    }
}

#[cfg(test)]
mod tests {
    use engine::{Message, Role};
    use rhai::{Dynamic, Engine};

    use super::{instruct, read};

    fn messages(script: &str) -> Result<Vec<Message>, String> {
        let value: Dynamic = Engine::new().eval(script).expect("a script that runs");
        read(value).map_err(|error| error.to_string())
    }

    #[test]
    fn a_text_a_map_and_an_array_are_messages() {
        let hello = vec![Message::new(Role::User, "hello")];
        assert_eq!(messages("\"hello\""), Ok(hello.clone()));
        assert_eq!(messages("#{ role: \"user\", content: \"hello\" }"), Ok(hello.clone()));
        let array = "[#{ role: \"user\", content: \"hello\", reasoning: () }]";
        assert_eq!(messages(array), Ok(hello));
    }

    #[test]
    fn what_is_no_message_is_refused_with_its_number() {
        let refusals = [
            ("[]", "there are no messages"),
            ("7", "not a int"),
            ("[\"hello\"]", "message 1 is a string: it must be a map"),
            ("[#{ role: \"usr\", content: \"a\" }]", "is \"usr\": did you mean `user`?"),
            ("[#{ role: \"user\" }]", "message 1 makes no sense: missing field `content`"),
            (
                "[#{ role: \"user\", contents: \"a\" }]",
                "unknown `contents`: did you mean `content`?",
            ),
        ];
        for (script, words) in refusals {
            let error = messages(script).expect_err(script);
            assert!(error.contains(words), "{script}: {error}");
        }
    }

    #[test]
    fn instructions_join_those_that_are_there() {
        let mut messages = vec![Message::new(Role::System, "Be kind.")];
        instruct(&mut messages, "Be brief.".to_owned());
        assert_eq!(messages, [Message::new(Role::System, "Be brief.\n\nBe kind.")]);
    }
}

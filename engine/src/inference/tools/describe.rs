//! Tools for models whose template knows none: told in the system prompt, written as text.

use super::format::Format;
use super::{Tool, spelling};
use crate::inference::request::{Message, Role};

/// Puts the tools into the system prompt.
pub(crate) fn describe(messages: &mut Vec<Message>, tools: &[Tool], format: &Format) {
    let list: Vec<String> = tools
        .iter()
        .map(|tool| {
            let Tool { name, description, parameters } = tool;
            format!("- {name}: {description}\n  Arguments (JSON Schema): {parameters}")
        })
        .collect();
    let words = format!(
        "You can call these tools:\n\n{}\n\nTo call one, write nothing but\n{open}\n\
         {{\"name\": \"<tool>\", \"{arguments}\": {{<arguments>}}}}\n{close}\n\
         and wait for its result, which comes with the next message. If no tool is needed, just \
         answer.",
        list.join("\n"),
        open = format.open,
        arguments = format.arguments,
        close = format.close,
    );
    match messages.first_mut() {
        Some(first) if first.role == Role::System => {
            first.content = format!("{}\n\n{words}", first.content);
        }
        _ => messages.insert(0, Message::new(Role::System, words)),
    }
}

/// Writes calls into the text of the messages that made them.
pub(crate) fn spell_out(messages: &mut [Message], format: &Format) {
    for message in messages {
        for call in std::mem::take(&mut message.tool_calls) {
            if !message.content.is_empty() {
                message.content.push('\n');
            }
            message.content.push_str(&spelling::write(format, &call));
        }
    }
}
